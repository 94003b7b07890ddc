"""The expected answers of the chapter on manufacturing."""

import math

from scipy import optimize

from ...data.loaders import load_exposure_limits, load_manufacturing, load_release_criteria
from ...trial.manufacturing import growth_curves
from ..registry import exercise

__all__: list[str] = []


def _printed(quantity: str, source: str) -> float:
    made = load_manufacturing().set_index(["quantity", "msc_source"])["value"].sort_index()
    return made.loc[(quantity, source)].max()  # of two bags the one with more cells


@exercise(
    "02-1",
    "patients whom one lot from fat can treat",
    "patients whom one lot from the cord can treat",
    hint="One patient needs two infusions, so twenty bags; a part of a patient does not count.",
)
def _patients_of_large_infusions():
    found = []
    for source in ("AT", "UC"):
        cells, patients = _printed("cells_obtained", source), 0
        while (patients + 1) * 20 * _printed("cells_per_bag", source) <= cells:
            patients += 1
        found.append(patients)
    return tuple(found)


@exercise(
    "02-2",
    "criteria that the first bag meets",
    "criteria that the second bag meets",
    hint="Mind the sign: > is more than, >= is at least.",
)
def _criteria_met():
    def met(viability: float) -> int:
        return sum(
            viability > row.viability or (row.relation == ">=" and viability == row.viability)
            for row in load_release_criteria().itertuples()
        )

    return met(80), met(82)


@exercise(
    "02-3",
    "times less than the limit at 80 kg",
    "times less than the limit at 50 kg",
    within=0.1,
    hint="The column dmso_share_of_limit is the share; one divided by it is how many times less.",
)
def _times_below_the_limit():
    known = load_exposure_limits().set_index("quantity")["value"]
    grams = _printed("dmso_volume", "AT") * known["dmso_density"]
    return tuple(kg * known["dmso_limit"] / (bags * grams) for kg, bags in ((80, 2), (50, 3)))


@exercise(
    "02-4",
    "thousands of cells from fat",
    "thousands of cells from the cord",
    within=1,
    hint="Doublings are the days of culture divided by two; each doubling halves the start.",
)
def _seeded_for_two_days():
    made = load_manufacturing()

    def start(source: str) -> float:
        def beyond_two_days(log_cells: float) -> float:
            times = growth_curves(made, [10**log_cells]).set_index("msc_source")["doubling_time"]
            return times[source] - 2

        return 10 ** optimize.brentq(beyond_two_days, 3, 8.9) / 1000

    return start("AT"), start("UC")


@exercise(
    "02-5",
    "the largest target",
    "the probability of reaching 20",
    within=0.005,
    hint="For n patients or more, give n - 1 to the function sf.",
)
def _target_that_is_reached():
    exactly = [math.exp(-20) * 20**k / math.factorial(k) for k in range(40)]
    at_least = [1 - sum(exactly[:n]) for n in range(40)]
    return max(n for n in range(40) if at_least[n] >= 0.9), at_least[20]
