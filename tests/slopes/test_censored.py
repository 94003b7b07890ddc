"""The likelihood with values below the limit: against lme4, the normal distribution, and R.

tests/reference/censored.R writes the likelihood anew, with another quadrature and another
optimiser; where the residuals are small beside the differences between patients, its nodes are the
less exact ones.
"""

import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from shared import REFERENCE, read_trials

import rescat
from rescat import ModelError
from rescat.slopes.censored import log_likelihood, maximise, parts_of
from rescat.slopes.trajectories import trajectories

VALUES = pd.read_csv(REFERENCE / "censored-values.csv")
TRIALS = read_trials(REFERENCE / "trials.csv")
TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))


def cut(trial: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Values below a limit are known to be below it, and no more."""
    below = trial["value"] < limit
    return trial.assign(value=trial["value"].clip(lower=limit), below_lod=below)


def likelihood_of(trial: pd.DataFrame):
    data = trajectories(trial.drop(columns="below_lod"))
    t = (data.time - data.centre) / data.scale
    y = (data.value - data.location) / data.spread
    g = data.label[data.patient].astype(float)
    x = np.stack([np.ones_like(t), t, g, g * t], axis=1)
    return data, t, x, y, trial["below_lod"].to_numpy()[data.place]


@pytest.mark.slow
def test_slopes_errors_and_ratios_are_those_of_r(subtests):
    for r in VALUES.itertuples():
        ours = rescat.fit_censored(cut(TRIALS[r.data], r.limit)).loc["difference"]
        with subtests.test(r.data):
            assert ours["below"] == r.below
            assert ours["deviance"] == pytest.approx(r.deviance, abs=5e-4)
            assert ours["slope"] == pytest.approx(r.slope, abs=5e-4 * r.se)
            assert ours["se"] == pytest.approx(r.se, rel=5e-4)
            ratio = stats.chi2.sf(r.deviance_without - r.deviance, 1)
            assert ours["ratio_p"] == pytest.approx(ratio, abs=1e-4)


@pytest.mark.r
@pytest.mark.tier2
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    fresh, script = tmp_path / "values.csv", REFERENCE / "censored.R"
    call = [requires_r, script, REFERENCE / "trials.csv", fresh]
    subprocess.run(call, check=True, capture_output=True)
    again = pd.read_csv(fresh)
    for column in ("limit", "deviance", "slope", "se"):
        np.testing.assert_allclose(again[column], VALUES[column], rtol=1e-4)


def test_with_nothing_below_it_is_maximum_likelihood():
    for name in ("T02", "T04", "T09"):
        trial = TRIALS[name].assign(below_lod=False)
        ours = rescat.fit_censored(trial)
        fit = rescat.fit_slopes(TRIALS[name], method="ML")
        assert ours["deviance"].iloc[0] == pytest.approx(fit.criterion, abs=1e-7)
        assert ((ours["slope"] - fit.table["slope"]).abs() < 1e-5 * fit.table["se"]).all()


def test_probabilities_are_those_of_the_normal_distribution_of_five_dimensions():
    trial = cut(TRIAL, TRIAL["value"].quantile(0.3))
    data, t, x, y, below = likelihood_of(trial)
    assert np.bincount(data.patient, below).max() == 5
    point = np.array([0.1, -0.1, 0.2, 0.3, 0.7, 0.2, 0.3, -0.5])
    factor = np.array([[0.7, 0], [0.2, 0.3]])
    total = 0.0
    for i in range(len(data.patients)):
        own = data.patient == i
        z = np.stack([np.ones(own.sum()), t[own]], axis=1)
        cov = z @ factor @ factor.T @ z.T + np.exp(-1.0) * np.eye(own.sum())
        rest, low = y[own] - x[own] @ point[:4], below[own]
        mean, left = np.zeros(low.sum()), cov[np.ix_(low, low)]
        if not low.all():
            seen = cov[np.ix_(~low, ~low)]
            total += stats.multivariate_normal.logpdf(rest[~low], cov=seen)
            gain = cov[np.ix_(low, ~low)] @ np.linalg.inv(seen)
            mean, left = gain @ rest[~low], left - gain @ cov[np.ix_(~low, low)]
        if low.sum() == 1:
            total += stats.norm.logcdf(rest[low][0], mean[0], np.sqrt(left[0, 0]))
        elif low.any():
            total += np.log(
                stats.multivariate_normal.cdf(rest[low], mean, left, abseps=1e-6, releps=1e-5)
            )
    value, gradient = log_likelihood(point, parts_of(data.patient, t, x, y, below))
    assert value == pytest.approx(-total, abs=5e-4)
    parts = parts_of(data.patient, t, x, y, below)
    numerical = optimize.approx_fprime(point, lambda p: log_likelihood(p, parts)[0], 1e-6)
    np.testing.assert_allclose(gradient, numerical, atol=1e-3)


@pytest.mark.slow
def test_of_many_trials_the_limit_as_a_value_flattens_the_slope_and_the_likelihood_does_not():
    """Controls fall, and half of what is late is below the limit."""
    days, found = (0, 7, 14, 21, 28), []
    for seed in range(12):
        trial = rescat.simulate_trial(seed, days=days, kept=1.0, slope=(-0.03, 0.0))
        trial = cut(trial, 1.5)
        data, t, x, y, below = likelihood_of(trial)
        best = maximise(data.patient, t, x, y, below, 21)
        censored = best.parameters[1] * data.spread / data.scale
        replaced = rescat.fit_slopes(trial.drop(columns="below_lod"), method="ML")
        found.append((censored, replaced.table["slope"]["control"]))
    censored, limit = np.mean(found, axis=0)
    error = np.std(found, axis=0)[0] / np.sqrt(len(found))
    assert censored == pytest.approx(-0.03, abs=3 * error)
    assert limit > -0.03 + 3 * error


def test_a_frame_without_limits_or_with_replaced_values_is_refused():
    low = cut(TRIAL, 1.5)
    with pytest.raises(ModelError, match="no column below_lod"):
        rescat.fit_censored(TRIAL)
    with pytest.raises(ModelError, match="replaced before"):
        rescat.fit_censored(rescat.apply_detection_rule(low, "half"))
    with pytest.raises(ModelError, match="every value of the treated group is below"):
        rescat.fit_censored(low.assign(below_lod=low["below_lod"] | low["treated"]))
