"""Our figures against base R's, and R's committed figures against a fresh run of R."""

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat.printed.quantiles import HYNDMAN_FAN, quantile_bounds

REFERENCE = Path(__file__).parent / "reference"
SAMPLES = {
    "age": [58, 60, 56, 52, 78],
    "stay": [13, 18, 15, 19, 10],
    "two": [10, 12],
    "ten": [16, 51, 14, 30, 43, 44, 30, 7, 15, 19],
}


@pytest.fixture(scope="module")
def expected():
    frame = pd.read_csv(REFERENCE / "r-values.csv")
    return frame.set_index(["what", "key"])["value"]


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path, expected):
    fresh = tmp_path / "r-values.csv"
    script = REFERENCE / "reference.R"
    subprocess.run([requires_r, script, fresh], check=True, capture_output=True)
    again = pd.read_csv(fresh).set_index(["what", "key"])["value"]
    assert list(again.index) == list(expected.index)
    np.testing.assert_allclose(again, expected, rtol=1e-12)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("kind", HYNDMAN_FAN)
def test_quantiles(expected, name, kind):
    for p in (0.25, 0.5, 0.75):
        low, high = quantile_bounds(SAMPLES[name], p, kind)
        assert low == high == pytest.approx(expected["quantile", f"{name} {kind} {p}"], abs=1e-12)


def test_exact_intervals(expected):
    for key, low in expected["exact_low"].items():
        count, n = map(int, key.split())
        ours = rescat.exact_interval(count, n)
        assert ours == pytest.approx((low, expected["exact_high", key]), abs=1e-10)


def test_recruitment_rate(expected):
    rate = rescat.recruitment_rate(rescat.load_trial()).iloc[0]
    months = rate["days"] / 30.4375
    assert rate["low"] * months == pytest.approx(expected["poisson", "low"], abs=1e-6)
    assert rate["high"] * months == pytest.approx(expected["poisson", "high"], abs=1e-6)


def test_randomisation_test(expected):
    patients = rescat.load_patients().query("arm != 'mCTRL'")
    test = rescat.randomisation_test(
        patients["length_of_stay"], patients["arm"].eq("MSC"), rescat.all_assignments(7, 5)
    )
    assert test["p_value"] == pytest.approx(expected["randomisation", "p"], abs=1e-12)
