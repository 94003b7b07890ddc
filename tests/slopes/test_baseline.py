"""Lines that use the first value in another way, against lme4 and lmerTest on 42 invented trials.

tests/reference/baseline.R makes the reference values.
"""

import subprocess

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE, read_trials

import rescat
from rescat import ModelError

VALUES = pd.read_csv(REFERENCE / "baseline-values.csv")
TRIALS = read_trials(REFERENCE / "trials.csv")
TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))


def test_slopes_errors_and_df_are_those_of_lmertest():
    assert VALUES["singular"].sum() >= 10
    assert VALUES["baseline"].value_counts().min() >= 100
    for (name, baseline), own in VALUES.groupby(["data", "baseline"]):
        r = own.set_index("term")
        ours = rescat.fit_with_baseline(TRIALS[name], baseline=baseline)
        assert ((ours["slope"] - r["slope"]).abs() < 1e-5 * r["se"]).all(), (name, baseline)
        np.testing.assert_allclose(ours["se"], r["se"], rtol=1e-5, err_msg=f"{name} {baseline}")
        np.testing.assert_allclose(ours["df"], r["df"], rtol=1e-4, err_msg=f"{name} {baseline}")


@pytest.mark.r
@pytest.mark.tier2
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    fresh, script = tmp_path / "values.csv", REFERENCE / "baseline.R"
    call = [requires_r, script, REFERENCE / "trials.csv", fresh]
    subprocess.run(call, check=True, capture_output=True)
    again = pd.read_csv(fresh)
    for column in ("slope", "se", "df"):
        np.testing.assert_allclose(again[column], VALUES[column], rtol=1e-4, atol=1e-7)


def test_free_levels_are_the_model_of_fit_slopes():
    free = rescat.fit_with_baseline(TRIAL, baseline="free")
    table = rescat.fit_slopes(TRIAL).table
    columns = ["slope", "se", "df", "p_value", "ci_low", "ci_high"]
    np.testing.assert_allclose(free[columns], table[columns], rtol=1e-5)


def test_levels_that_truly_differ_make_the_constrained_lines_wrong_and_the_free_ones_not():
    """The assumption of the constrained model is one: where it fails, the slopes err."""
    shifted = TRIAL.assign(value=TRIAL["value"] + TRIAL["treated"] * 1.0)
    before, after = (
        {b: rescat.fit_with_baseline(f, baseline=b).loc["difference"] for b in rescat.BASELINES}
        for f in (TRIAL, shifted)
    )
    moved = {b: after[b]["slope"] - before[b]["slope"] for b in before}
    for baseline in ("free", "covariate"):
        assert abs(moved[baseline]) < 1e-3 * before[baseline]["se"], baseline
    assert moved["constrained"] > 0.3 * before["constrained"]["se"]


def test_what_cannot_be_fitted_says_so():
    with pytest.raises(ModelError, match="expected one of free, constrained, covariate"):
        rescat.fit_with_baseline(TRIAL, baseline="change")
    with pytest.raises(ModelError, match=r"treated group has 0 patients with a value at day 0"):
        rescat.fit_with_baseline(
            TRIAL[~(TRIAL["treated"] & TRIAL["day"].eq(0))], baseline="covariate"
        )
    with pytest.raises(ModelError, match="group=None"):
        rescat.fit_with_baseline(TRIAL, group=None)


def test_a_patient_without_a_first_value_is_left_out_of_the_covariate_alone():
    gap = TRIAL[~(TRIAL["patient_id"].eq("S07") & TRIAL["day"].eq(0))]
    patients = {b: rescat.fit_with_baseline(gap, baseline=b)["patients"].iloc[0] for b in
                rescat.BASELINES}  # fmt: skip
    assert patients == {"free": 17, "constrained": 17, "covariate": 16}
