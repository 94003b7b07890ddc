"""Our matching and balance against R's MatchIt on the paper's patients and invented problems.

tests/reference/matching.R makes the reference values, make_cases.py made the problems. MatchIt's
own optimal matching needs a package that Debian does not have; tests/matching/test_match.py holds
our optimum to brute force and to a linear programme.
"""

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE

import rescat

FOUR = ["age", "male", "bmi", "pao2_fio2"]
NEAREST = {
    "nearest 1": {"ratio": 1},
    "nearest 2": {"ratio": 2},
    "nearest exact": {"ratio": 1, "exact": "male"},
    "nearest propensity": {"ratio": 1, "distance": "propensity"},
    "nearest caliper": {"ratio": 1, "caliper": {"age": 6, "bmi": 4}},
}


def read_values(path: Path) -> pd.Series:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return frame.set_index(["case", "what", "key"])["value"].sort_index()


def read_cases() -> dict:
    frame = pd.read_csv(REFERENCE / "matching-cases.csv", dtype={"patient_id": str})
    frame = frame.assign(male=frame["male"].astype(bool), origin="synthetic")
    parts = dict(list(frame.groupby("case")))
    return {n: (f[f["treated"].eq(1)], f[f["treated"].eq(0)]) for n, f in parts.items()}


VALUES = read_values(REFERENCE / "matching-values.csv")
CASES = read_cases()


@pytest.mark.parametrize("distance", ["mahalanobis", "rank_mahalanobis", "propensity"])
def test_distances(distance, subtests):
    seen = 0
    for name, (treated, pool) in CASES.items():
        if (name, distance) not in VALUES.index.droplevel("key"):
            continue
        with subtests.test(name):
            ours = rescat.match_distances(treated, pool, covariates=FOUR, distance=distance)
            theirs = VALUES[name, distance]
            assert len(theirs) == ours.size
            for key, value in theirs.items():
                row, column = key.split()
                assert ours.loc[row, column] == pytest.approx(float(value), abs=1e-6)
            seen += 1
    assert seen >= 3


@pytest.mark.parametrize("what", NEAREST)
def test_nearest_neighbours(what, subtests):
    for name, (treated, pool) in CASES.items():
        with subtests.test(name):
            found = rescat.match(treated, pool, covariates=FOUR, method="greedy", **NEAREST[what])
            theirs = VALUES[name, what]
            for patient in treated["patient_id"]:
                chosen = {theirs[f"{patient} {k + 1}"] for k in range(found.ratio)} - {"none"}
                assert set(found.sets.get(patient, [])) == chosen


@pytest.mark.parametrize("denominator", ["treated", "pooled"])
def test_balance(denominator, subtests):
    for name, (treated, pool) in CASES.items():
        found = rescat.match(treated, pool, covariates=FOUR, method="greedy", ratio=2)
        ours = rescat.balance(
            treated, pool, covariates=FOUR, match=found, denominator=denominator
        ).set_index(["sample", "covariate"])
        with subtests.test(name):
            for key, value in VALUES[name, f"balance {denominator}"].items():
                sample, covariate, quantity = key.split()
                theirs = np.nan if value == "NA" else float(value)
                near = pytest.approx(theirs, abs=1e-9, nan_ok=True)
                assert ours.loc[(sample, covariate), quantity] == near, key


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    script = [REFERENCE / "matching.R", REFERENCE / "matching-cases.csv", tmp_path / "new.csv"]
    done = subprocess.run([requires_r, *script], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    again = read_values(tmp_path / "new.csv")
    pd.testing.assert_index_equal(again.index, VALUES.index)
    words = VALUES.index.get_level_values("what").str.startswith("nearest") | VALUES.eq("NA")
    assert (again[words] == VALUES[words]).all()
    theirs, ours = (v[~words].astype(float) for v in (again, VALUES))
    np.testing.assert_allclose(theirs, ours, atol=1e-8)
