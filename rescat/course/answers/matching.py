"""The expected answers of the chapter on matching."""

from functools import cache
from itertools import combinations
from statistics import mean, stdev

from scipy import optimize

from ...data.loaders import load_patients
from ...matching.match import match_distances
from ..registry import exercise

__all__: list[str] = []

_FOUR = ["age", "male", "bmi", "pao2_fio2"]


def _groups():
    patients = load_patients()
    return (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))


@exercise(
    "04-1",
    "the variables",
    hint="Read both points of each variable, and mind both sides of zero.",
)
def _not_balanced():
    treated, matched = _groups()
    wide = set()
    for variable in _FOUR:
        ours, theirs = ([float(v) for v in group[variable]] for group in (treated, matched))
        gap, pooled = (
            mean(ours) - mean(theirs),
            ((stdev(ours) ** 2 + stdev(theirs) ** 2) / 2) ** 0.5,
        )
        scales = (1, 1) if variable == "male" else (stdev(ours), pooled)
        if all(abs(gap) / scale > 0.1 for scale in scales):
            wide.add(variable)
    return wide


@exercise(
    "04-2",
    "the numbers of the patients",
    hint="Match with exact='male' and three calipers, and read .unmatched.",
)
def _beyond_the_caliper():
    treated, matched = _groups()

    def near(ours, theirs) -> bool:
        widths = {"male": 0, "age": 10, "bmi": 5, "pao2_fio2": 20}
        return all(abs(float(ours[c]) - float(theirs[c])) <= w for c, w in widths.items())

    controls = matched.to_dict("records")
    return {
        row["patient_id"]
        for row in treated.to_dict("records")
        if not any(near(row, control) for control in controls)
    }


def _least_sets(kind: str) -> dict[str, frozenset]:
    """The sets of 1:2 with the least total distance: every way to deal the controls out."""
    treated, matched = _groups()
    apart = match_distances(treated, matched, covariates=_FOUR, distance=kind)
    costs = list(apart.to_dict("index").values())

    @cache
    def deal(row: int, free: frozenset) -> tuple[float, tuple]:
        if row == len(apart):
            return 0.0, ()
        ways = []
        for pair in combinations(sorted(free), 2):
            cost, rest = deal(row + 1, free - set(pair))
            own = costs[row][pair[0]] + costs[row][pair[1]]
            ways.append((cost + own, (frozenset(pair), *rest)))
        return min(ways, key=lambda way: way[0])

    return dict(zip(apart.index, deal(0, frozenset(apart.columns))[1], strict=True))


@exercise(
    "04-3",
    "the numbers of the patients",
    hint="Compare the two controls of each patient as a set: their order does not matter.",
)
def _same_under_both():
    first, second = (_least_sets(kind) for kind in ("mahalanobis", "robust"))
    return {patient for patient in first if first[patient] == second[patient]}


@exercise(
    "04-4",
    "the largest Γ of eight sets of 1:3",
    "how many times that of five sets of 1:2",
    within=0.01,
    hint="The function takes the sets first, and then the controls of each set.",
)
def _more_sets_and_controls():
    def limit(sets: int, controls: int) -> float:
        return optimize.brentq(lambda g: (g / (g + controls)) ** sets - 0.05, 1e-6, 1000)

    return limit(8, 3), limit(8, 3) / limit(5, 2)
