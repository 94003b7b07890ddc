"""Simulate small trials with a known model, for a comparison with lme4 (slopes.R).

T01 to T40 have the shape of the RESCAT trial: 17 patients, 5 of them treated, samples nominally on
days 0, 3, 6, 14 and 28, some missing. O01 and O02 have the shape of Orthodont in R: 27 subjects
without missing samples, at times far from zero. No value is from a patient.

    python tests/reference/make_trials.py [trials.csv]

Notes
-----
Many trials are without a variance of slopes, or of intercepts, so that many fits are singular.
Others are awkward in one way: a patient with one sample, a large scale, odd days. Each trial has
its own random stream, so a change of one leaves the others as they are. Values have 6 significant
digits and are written as such: what R reads is exactly what Python reads.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20240229
DAYS = (0, 3, 6, 14, 28)
MISSING = 0.1

NO_SLOPE_VARIANCE = {*range(1, 15), 25}
NO_INTERCEPT_VARIANCE = {13, 14, 15, 16, 17}
TREATED_SLOPES_VARY_TWICE = {18, 19, 20, 21}
# Trial: (whether the patient is treated, the day of the only sample).
ONE_SAMPLE = {7: (0, 0), 22: (1, 0), 23: (1, 28), 24: (0, 14)}
LARGE_SCALE = {5, 25, 26, 27}
ODD_DAYS = {6, 28, 29, 30}


def rescat_like(number: int) -> pd.DataFrame:
    """One trial with the shape of RESCAT."""
    rng = np.random.default_rng([SEED, number])
    sd_intercept = 0 if number in NO_INTERCEPT_VARIANCE else rng.uniform(0.3, 1)
    sd_slope = 0 if number in NO_SLOPE_VARIANCE else rng.uniform(0.005, 0.04)
    sd_residual = rng.uniform(0.2, 0.5)
    correlation = rng.uniform(-0.6, 0.6)
    slope, difference = rng.uniform(-0.02, 0.02), rng.uniform(0, 0.05)
    treated = np.zeros(17, int)
    treated[rng.choice(17, 5, replace=False)] = 1
    effects = rng.standard_normal((17, 2))
    intercepts = 2 + sd_intercept * effects[:, 0]
    deviations = correlation * effects[:, 0] + np.sqrt(1 - correlation**2) * effects[:, 1]
    if number in TREATED_SLOPES_VARY_TWICE:
        deviations *= 1 + treated
    slopes = slope + difference * treated + sd_slope * deviations

    table = pd.DataFrame(
        {"patient": np.repeat(np.arange(17), len(DAYS)), "nominal": np.tile(DAYS, 17)}
    )
    table["treated"] = treated[table.patient]
    table["day"] = table.nominal.astype(float)
    if number in ODD_DAYS:
        late = table.nominal > 0
        table.loc[late, "day"] += np.round(rng.uniform(-1.4, 1.4, late.sum()), 1)
    table["value"] = (
        intercepts[table.patient]
        + slopes[table.patient] * table.day
        + sd_residual * rng.standard_normal(len(table))
    )
    if number in LARGE_SCALE:
        table["value"] = 1000 * table.value + 5000
    # A patient without a sample would not be in the trial. Day 0 is never missing.
    keep = (table.nominal == 0) | (rng.random(len(table)) >= MISSING)
    if number in ONE_SAMPLE:
        group, day = ONE_SAMPLE[number]
        of_patient = table.patient == rng.choice(np.flatnonzero(treated == group))
        keep = np.where(of_patient, table.nominal == day, keep)
    return _named(table[keep], f"T{number:02}")


def orthodont_like(number: int) -> pd.DataFrame:
    """One data set with the shape of Orthodont; its day is an age in years."""
    rng = np.random.default_rng([SEED, 100 + number])
    ages = np.array([8, 10, 12, 14])
    treated = np.zeros(27, int)
    treated[rng.choice(27, 11, replace=False)] = 1
    level = 24.5 - 2 * treated + 1.8 * rng.standard_normal(27)
    slopes = 0.8 - 0.3 * treated + (0.2 if number == 1 else 0) * rng.standard_normal(27)
    table = pd.DataFrame({"patient": np.repeat(np.arange(27), 4), "day": np.tile(ages, 27)})
    table["treated"] = treated[table.patient]
    table["value"] = (
        level[table.patient]
        + slopes[table.patient] * (table.day - 11)
        + 1.3 * rng.standard_normal(len(table))
    )
    return _named(table, f"O{number:02}")


def _named(table: pd.DataFrame, data: str) -> pd.DataFrame:
    table = table.assign(
        data=data,
        patient_id=[f"P{patient + 1:02}" for patient in table.patient],
        day=[f"{day:g}" for day in table.day.round(1)],
        value=[f"{value:.6g}" for value in table.value],
    )
    return table[["data", "patient_id", "treated", "day", "value"]]


def main(target: Path) -> None:
    """Write all data sets into one table."""
    tables = [orthodont_like(number) for number in (1, 2)]
    tables += [rescat_like(number) for number in range(1, 41)]
    pd.concat(tables).to_csv(target, index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("trials.csv"))
