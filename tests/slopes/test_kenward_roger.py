"""Degrees of freedom where the residuals are tiny, against pbkrtest and against the limit.

tests/reference/tiny-residuals.R shrinks the residuals of three trials (odd days, a patient with one
sample, times far from zero) and makes the reference values down to 1e-4 of the spread. Below that
lme4 loses its digits; there the model has a limit that needs no mixed model: the patients' own
slopes are known exactly, and the test is a t test of two groups of slopes.
"""

import subprocess
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shared import REFERENCE, read_trials

import rescat
from rescat import ModelError
from rescat.slopes.blocks import fit_block
from rescat.slopes.kenward_roger import kenward_roger
from rescat.slopes.trajectories import trajectories

VALUES = pd.read_csv(REFERENCE / "tiny-residuals-values.csv")
TRIALS = read_trials(REFERENCE / "trials.csv")
NAMES = ("T30", "T22", "O01")
SMALL = [1e-4, 1e-5]  # of the spread; at 1e-6 nothing can be computed any more


@cache
def shrunk(name: str, factor: float) -> pd.DataFrame:
    """A trial whose patients keep their own lines, with their residuals multiplied by a factor."""
    trial = TRIALS[name]
    lines = rescat.patient_slopes(trial).set_index("subject").loc[trial["patient_id"]]
    on_line = lines["intercept"].to_numpy() + lines["slope"].to_numpy() * trial["day"]
    on_line = on_line.fillna(trial["value"])
    return trial.assign(value=on_line + factor * (trial["value"] - on_line))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [1, 1e-1, 1e-2, 1e-3, 1e-4])
def test_against_pbkrtest(name, factor):
    """Relative tolerance: 1e-6, and 1e-5 where the residuals are 1e-4 of the spread."""
    rows = VALUES[VALUES["data"].eq(name) & np.isclose(VALUES["factor"], factor, rtol=1e-9)]
    rows = rows[rows["scaled"]].set_index("term")
    table = rescat.fit_slopes(shrunk(name, factor), df="kenward_roger").table
    tolerance = 1e-5 if factor < 1e-3 else 1e-6
    np.testing.assert_allclose(table["se"], rows.loc[table.index, "kr_se"], rtol=tolerance)
    np.testing.assert_allclose(table["df"], rows.loc[table.index, "kr_df"], rtol=tolerance)


def test_the_scale_of_the_components_changes_nothing_for_pbkrtest():
    """That is how the reference values are made where pbkrtest refuses."""
    keys = ["data", "factor", "term"]
    plain = VALUES[~VALUES["scaled"]].set_index(keys)
    scaled = VALUES[VALUES["scaled"]].set_index(keys).loc[plain.index]
    both = plain["kr_df"].notna() & (plain.index.get_level_values("factor") > 2e-3)
    assert both.sum() == 27
    np.testing.assert_allclose(plain["kr_se"][both], scaled["kr_se"][both], rtol=1e-6)
    np.testing.assert_allclose(plain["kr_df"][both], scaled["kr_df"][both], rtol=1e-6)


@pytest.mark.parametrize("df", ["kenward_roger", "satterthwaite"])
@pytest.mark.parametrize("factor", SMALL)
def test_the_limit_is_the_t_test_of_the_own_slopes(df, factor):
    """Balanced, so that the limit is exact: relative tolerance 1e-3 for rounding."""
    trial = rescat.simulate_trial(1, kept=1.0)
    lines = rescat.patient_slopes(trial).set_index("subject").loc[trial["patient_id"]]
    on_line = lines["intercept"].to_numpy() + lines["slope"].to_numpy() * trial["day"]
    tiny = trial.assign(value=on_line + factor * (trial["value"] - on_line))
    row = rescat.fit_slopes(tiny, df=df).table.loc["difference"]
    own = rescat.patient_slopes(tiny).groupby("group")["slope"].apply(np.array)
    expected = stats.ttest_ind(own["treated"], own["control"])
    assert row["df"] == pytest.approx(15, rel=1e-3)
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-3)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{}, {"variance": "by_group"}, {"group": None}])
def test_smaller_residuals_change_nothing_any_more(name, options):
    """The limit of every variant; a patient with one sample once made 74 df of 14."""
    for df in ("kenward_roger", "satterthwaite"):
        first, last = (
            rescat.fit_slopes(shrunk(name, f), df=df, **options).table for f in (1e-4, 1e-5)
        )
        np.testing.assert_allclose(last["se"], first["se"], rtol=2e-3)
        np.testing.assert_allclose(last["df"], first["df"], rtol=2e-3)


@pytest.mark.parametrize("factor", [1e-6, 1e-7, 1e-8])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("df", ["kenward_roger", "satterthwaite", "wald"])
def test_less_than_a_millionth_is_refused(name, factor, df):
    with pytest.raises(ModelError, match="exactly on a line"):
        rescat.fit_slopes(shrunk(name, factor), df=df)


def test_degrees_of_freedom_that_cannot_be_are_refused():
    """A contrast of nothing has no standard error."""
    data = trajectories(rescat.simulate_trial(1))
    with pytest.raises(ModelError, match=r"come out as nan, expected numbers of at most 77"):
        kenward_roger(data, (fit_block(data),), "slope", np.zeros((1, 4)))


def test_statsmodels_that_stopped_early_is_found_out():
    """It says that it converged, at standard errors that are 10 % too small."""
    trial = rescat.simulate_trial(1, sd_residual=2.5e-5)
    with pytest.warns(rescat.ConvergenceWarning, match="No minimum of the criterion"):
        fit = rescat.fit_slopes(trial, engine="statsmodels")
    assert fit.result.converged
    assert not fit.converged
    assert any("it stopped at the criterion" in message for message in fit.messages)


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    script = REFERENCE / "tiny-residuals.R"
    fresh = tmp_path / "values.csv"
    done = subprocess.run(
        [requires_r, script, REFERENCE / "trials.csv", fresh], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    again = pd.read_csv(fresh)
    keys = ["data", "factor", "term", "scaled"]
    pd.testing.assert_frame_equal(again[keys], VALUES[keys])
    for column in ("sigma_of_spread", "kr_se", "kr_df"):
        # Without the scale, whether R refuses depends on the machine's last digits.
        scaled = VALUES["scaled"]
        np.testing.assert_allclose(again[column][scaled], VALUES[column][scaled], rtol=1e-5)
