"""The expected answers, each computed from the tables by a way of its own.

A solution in a notebook may use other functions than the answer here: where both agree, neither
is likely to be wrong. The answers are those of the public book, whatever data a notebook has.
"""

import math
from itertools import count
from statistics import mean

import numpy as np
from scipy import stats

from ...data.loaders import load_events, load_patients, load_table
from ...slopes.simulation import simulate_trial
from ..check import exercise
from ..formula import by_formula

__all__: list[str] = []


# The nine definitions of Hyndman and Fan, as numpy calls them.
_QUARTILES = dict(
    enumerate(
        (
            *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
            *("interpolated_inverted_cdf", "hazen", "weibull"),
            *("linear", "median_unbiased", "normal_unbiased"),
        ),
        1,
    )
)


def _arm(name: str):
    patients = load_patients()
    return patients[patients["arm"].eq(name)]


# --- 01: the cohort -----------------------------------------------------------------------


@exercise(
    "01-1",
    "a number of matched controls",
    hint="Look at the last panel of the figure Every patient: who lies above every orange circle?",
)
def _longer_than_msc():
    return sum(_arm("mCTRL")["length_of_stay"] > max(_arm("MSC")["length_of_stay"]))


@exercise(
    "01-2",
    "the median PaO2/FiO2 of MSC minus that of mCTRL, in mmHg",
    hint="Take the arms in the order of the question.",
)
def _difference_of_medians():
    low, high = sorted(_arm("mCTRL")["pao2_fio2"])[4:6]  # ten patients: the mean of the middle two
    return sorted(_arm("MSC")["pao2_fio2"])[2] - (low + high) / 2


@exercise("01-3", "the numbers of the patients", hint="Compare with > and not with >=.")
def _older_than_seventy():
    patients = load_patients()
    return {row.patient_id for row in patients.itertuples() if row.age > 70}


@exercise(
    "01-4",
    "the numbers of the definitions",
    hint="Look at the third quartile alone: the column q3_fits.",
)
def _definitions_of_another_quartile():
    ages = _arm("MSC")["age"].astype(float)  # in whole years: each may be up to a year more
    lows = {kind: np.quantile(ages, 0.75, method=method) for kind, method in _QUARTILES.items()}
    # What is printed as 64.9 once it is cut to one decimal.
    return {kind for kind, low in lows.items() if low < 65 and low + 1 > 64.9}


@exercise(
    "01-5",
    "the mean with shared days",
    "the mean with one support after the other",
    within=0.05,
    hint="The mean of the five MSC patients, in days; the keys are listed in the question.",
)
def _mean_weaning():
    rows = _arm("MSC").fillna({"days_hfno": 0, "days_niv": 0}).to_dict("records")
    shared = mean(max(r["days_hfno"], r["days_niv"]) + r["days_cot"] for r in rows)
    return shared, mean(r["days_hfno"] + r["days_niv"] + r["days_cot"] for r in rows)


# --- 03: safety ---------------------------------------------------------------------------


@exercise(
    "03-1",
    "the lower limit, as a share",
    "the upper limit, as a share",
    within=0.001,
    hint="The row is Any event printed as SAE: one patient of five.",
)
def _interval_of_one_in_five():
    n = len(_arm("MSC"))
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


# --- 05: random slopes --------------------------------------------------------------------


@exercise(
    "05-1",
    "the slope of the treated",
    "its lower limit",
    "its upper limit",
    within=0.0006,
    hint="Read the row treated of the fit of this book, and not the row difference.",
)
def _slope_of_the_treated():
    row = load_table("teaching_lme4").set_index("term").loc["treated"]
    half = stats.t.ppf(0.975, row["df"]) * row["se"]
    return row["slope"], row["slope"] - half, row["slope"] + half


@exercise(
    "05-2",
    "the invented patient",
    hint="The largest change up or down: take .abs() before you look for the largest.",
)
def _largest_shift():
    samples = load_table("teaching_trial")
    predicted = by_formula(samples).predicted
    own = {
        who: np.polyfit(rows["day"], rows["value"], 1)[0]
        for who, rows in samples.groupby("patient_id")
        if len(rows) > 1
    }
    return max(own, key=lambda who: abs(predicted[who] - own[who]))


@exercise(
    "05-3",
    "the degrees of freedom of the difference",
    "the limit of t",
    within=0.01,
    hint="stats.t.ppf(0.975, df) is the limit beyond which 5 % lie, on both sides together.",
)
def _fifty_in_each_group():
    trial = simulate_trial(1, controls=50, treated=50, slope=(0, 0.02), sd_slope=0.012)
    df = by_formula(trial).df
    return df, stats.t.ppf(0.975, df)


@exercise(
    "05-4",
    "patients with a line of their own",
    "patients in the model",
    hint="A line needs two samples; the model also learns from one.",
)
def _one_sample():
    samples = load_table("teaching_trial")
    fewer = samples[samples["patient_id"].ne("S01") | samples["day"].eq(0)]
    counts = fewer["patient_id"].value_counts()
    return int((counts > 1).sum()), len(counts)


@exercise(
    "05-5",
    "possible relabellings",
    "the smallest possible P value",
    within=0.0002,
    hint="The result of permutation_test has both: .n_permutations and .smallest_p.",
)
def _three_and_six():
    n = math.comb(9, 3)
    return n, 1 / n
