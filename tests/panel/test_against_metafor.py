"""Partial pooling against R's metafor, and adjusted P values against base R.

tests/reference/multiplicity.R makes the reference values and holds the cases.
"""

import subprocess

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE

import rescat

NAMES_IN_R = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "simes-hochberg": "hochberg",
    "fdr_bh": "BH",
    "fdr_by": "BY",
}


def read_values(path):
    return pd.read_csv(path, dtype={"key": str}).set_index(["what", "case", "key"])["value"]


VALUES = read_values(REFERENCE / "multiplicity-values.csv").sort_index()
CASES = ("signal", "noise", "unequal")


def listed(what, case):
    own = VALUES[what, case]
    return own[[str(i + 1) for i in range(len(own))]].to_numpy()


def pooled(case, method, mean=None):
    y, v = listed("data y", case), listed("data v", case)
    frame = pd.DataFrame(
        {"marker": [f"M{i}" for i in range(len(y))], "slope": y, "se": np.sqrt(v), "one": 1.0}
    )
    return rescat.shrink_slopes(frame, df=None, unit="one", mean=mean, method=method)


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    script = REFERENCE / "multiplicity.R"
    done = subprocess.run(
        [requires_r, script, tmp_path / "new.csv"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    again = read_values(tmp_path / "new.csv").sort_index()
    pd.testing.assert_index_equal(again.index, VALUES.index)
    np.testing.assert_allclose(again, VALUES, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", ["REML", "ML", "DL"])
def test_variance_mean_and_predictions(case, method):
    ours = pooled(case, method)
    assert ours.sd**2 == pytest.approx(VALUES["tau2", case, method], rel=1e-5, abs=1e-8)
    assert ours.mean == pytest.approx(VALUES["mean", case, method], rel=1e-5)
    np.testing.assert_allclose(ours.table["shrunk"], listed(f"blup {method}", case), atol=1e-5)
    half = (ours.table["ci_high"] - ours.table["ci_low"]) / 2
    se = listed(f"blup se {method}", case)
    np.testing.assert_allclose(half, 1.959964 * se, rtol=1e-4)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_variance_about_a_known_mean(case, method):
    ours = pooled(case, method, mean=0.0)
    assert ours.sd**2 == pytest.approx(VALUES["tau2", case, "zero mean"], rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("case", ["printed", "ties", "small"])
@pytest.mark.parametrize("method", NAMES_IN_R)
def test_adjusted_p_values(case, method):
    ours = rescat.adjust_p(listed("data p", case), [method])[method]
    np.testing.assert_allclose(ours, listed(NAMES_IN_R[method], case), rtol=1e-12)
