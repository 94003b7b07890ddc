"""What the exercises of chapter 3 expect."""

import math
from itertools import count

from scipy import stats

from ...data.loaders import load_events, load_patients
from ..registry import exercise
from .cohort import patients_in


@exercise(
    "03-1",
    "the lower end of the interval, as a share",
    "the upper end of the interval, as a share",
    within=0.001,
    hint="The row is Any event printed as SAE: one patient of five.",
)
def _interval_of_one_in_five():
    n = len(patients_in("MSC"))
    return stats.beta.ppf(0.025, 1, n), stats.beta.ppf(0.975, 2, n - 1)


@exercise(
    "03-2",
    "days from discharge to the event",
    hint="Day of the event in Table 2, minus the length of stay of the same patient in Table 1.",
)
def _days_after_discharge():
    events, stays = load_events(), load_patients().set_index("patient_id")["length_of_stay"]
    [event] = events[events["relation"].eq("Probably")].itertuples()
    return event.day - stays[event.patient_id]


@exercise(
    "03-3",
    "patients with an SAE",
    "SAEs printed as severe",
    hint="Serious is the category, severe is the severity; count patients once.",
)
def _serious_and_severe():
    serious = [event for event in load_events().itertuples() if event.category == "SAE"]
    return len({e.patient_id for e in serious}), sum(e.severity == "Severe" for e in serious)


@exercise(
    "03-4",
    "patients for a risk of 0.5 %",
    "patients for a risk of 2 %",
    hint="A risk of 0.5 % is 0.005.",
)
def _patients_for_other_risks():
    return tuple(next(n for n in count(1) if 1 - (1 - risk) ** n >= 0.95) for risk in (0.005, 0.02))


@exercise(
    "03-5",
    "possible allocations",
    "the smallest possible P value",
    within=0.0002,
    hint="The smallest P value is that of the one allocation that is most extreme.",
)
def _eight_and_four():
    n = math.comb(12, 8)
    return n, 1 / n
