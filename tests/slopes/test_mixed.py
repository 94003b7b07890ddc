"""The engine with any fixed effects, against that of two lines and ordinary regression."""

import numpy as np
import pytest
from shared import REFERENCE, read_trials

import rescat
from rescat.slopes.mixed import Sums, fit_many
from rescat.slopes.trajectories import trajectories

TRIALS = read_trials(REFERENCE / "trials.csv")
DIFFERENCE = np.array([0.0, 0, 0, 1])


def scaled(trial, centred=True):
    data = trajectories(trial)
    t = (data.time - data.centre * centred) / data.scale
    y = (data.value - data.location) / data.spread
    return data, t, y, data.label[data.patient].astype(float)


@pytest.mark.parametrize("random", ["slope", "uncorrelated", "intercept"])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_two_lines_are_those_of_the_other_engine(random, method):
    for name, trial in list(TRIALS.items())[::6]:
        data, t, y, g = scaled(trial, random != "uncorrelated")
        x = np.stack([np.ones_like(t), t, g, g * t], axis=1)
        fits = fit_many(Sums.of(data.patient, t, x, y[None]), random=random, reml=method == "REML")
        other = rescat.fit_slopes(trial, random=random, method=method)
        row = other.table.loc["difference"]
        unit = data.spread / data.scale
        assert fits.converged[0], name
        assert fits.beta[0, 3] * unit == pytest.approx(row["slope"], abs=1e-5 * row["se"])
        assert np.sqrt(fits.covariance[0, 3, 3]) * unit == pytest.approx(row["se"], rel=1e-5)
        assert fits.df(DIFFERENCE)[0] == pytest.approx(row["df"], rel=1e-4)


def test_a_data_set_has_the_same_fit_among_others_as_alone():
    data, t, y, g = scaled(TRIALS["T01"])
    x = np.stack([np.ones_like(t), t, g, g * t], axis=1)
    rng = np.random.default_rng(1)
    many = np.stack([y, rng.standard_normal(len(y)), y + 0.3 * rng.standard_normal(len(y))])
    together = fit_many(
        Sums.of(data.patient, t, x, many), random=np.array(["slope", "slope", "intercept"])
    )
    for k, random in enumerate(["slope", "slope", "intercept"]):
        alone = fit_many(Sums.of(data.patient, t, x, many[[k]]), random=random)
        np.testing.assert_allclose(together.beta[k], alone.beta[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(together.criterion[k], alone.criterion[0], rtol=1e-12)


def test_fixed_effects_beside_the_lines_are_least_squares_where_nothing_varies():
    """Residuals that are independent: the likelihood is that of ordinary regression."""
    rng = np.random.default_rng(3)
    patient, t = np.repeat(np.arange(30), 4), np.tile([-1.5, -0.5, 0.5, 1.5], 30)
    x = np.stack([np.ones(120), t, t**2, rng.standard_normal(120)], axis=1)
    y = x @ [0.3, -0.2, 0.5, 0.1] + rng.standard_normal(120)
    y -= np.repeat(y.reshape(30, 4).mean(axis=1) - y.mean(), 4)  # patients more alike than chance
    fits = fit_many(Sums.of(patient, t, x, y[None]), random="intercept", reml=False)
    beta, rss, _, _ = np.linalg.lstsq(x, y, rcond=None)
    assert fits.point[0, 0] == pytest.approx(0, abs=1e-4)
    np.testing.assert_allclose(fits.beta[0], beta, atol=1e-6)
    assert fits.sigma2[0] == pytest.approx(rss[0] / 120, rel=1e-6)
