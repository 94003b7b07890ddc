"""What the exercises of chapter 5 expect."""

import math

import numpy as np
from scipy import stats

from ...data.loaders import load_table
from ...slopes.simulation import simulate_trial
from ..formula import by_formula
from ..registry import exercise


@exercise(
    "05-1",
    "the slope of the treated group",
    "the lower end of its interval",
    "the upper end of its interval",
    within=0.0006,
    hint="Read the row of the MSC patients in the table of this book, and not the difference.",
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
    "the value of t",
    within=0.01,
    hint="stats.t.ppf(0.975, df) is the value beyond which 5 % lie, on both sides together.",
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
