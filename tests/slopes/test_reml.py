"""The engine: batches, starts and derivatives."""

import numpy as np
import pytest
from hypothesis import given
from strategies import SEEDS, trials

import rescat
from rescat.slopes import reml
from rescat.slopes.trajectories import trajectories


@pytest.mark.slow
@given(trials(), SEEDS)
def test_splitting_a_batch_changes_nothing(trial, seed):
    data = trajectories(trial)
    labels = np.random.default_rng(seed).permuted(np.tile(data.label, (30, 1)), axis=1)
    together = reml.many(data.statistics(), labels)
    apart = np.concatenate([reml.many(data.statistics(), part) for part in np.split(labels, 6)])
    np.testing.assert_array_equal(together, apart)


@pytest.mark.slow
@given(trials())
def test_a_batch_finds_what_a_single_fit_finds(trial):
    """One start in a batch, five alone: neither sticks to a saddle."""
    data = trajectories(trial)
    labels = np.random.default_rng(0).permuted(np.tile(data.label, (20, 1)), axis=1)
    fits = reml.many(data.statistics(), labels)
    assert (reml.column(fits, "status") == reml.OK).all()
    starts = [(1, 0, 1), (0.1, 0, 0.1), (5, 2, 5), (0.5, -0.5, 0.2)]
    best = reml.many(data.statistics(), labels, starts=starts)
    difference = reml.column(fits, "criterion") - reml.column(best, "criterion")
    assert np.abs(difference).max() < 1e-8


@pytest.mark.parametrize("at_zero", ["slope", "intercept"])
def test_a_start_at_a_saddle_is_left(at_zero):
    """At c = 0 the derivative in c is zero, whether or not it is a minimum."""
    trial = rescat.simulate_trial(4, sd_slope=0.05, sd_intercept=1.0)
    data = trajectories(trial)
    [best] = reml.many(data.statistics(), data.label)
    start = (1.0, 0.0, 0.0) if at_zero == "slope" else (0.0, 0.0, 1.0)
    [stuck] = reml.many(data.statistics(), data.label, starts=[start])
    assert reml.column(stuck, "criterion") == pytest.approx(reml.column(best, "criterion"))
    assert reml.column(best, "c") > 0.1


def test_a_far_start_on_raw_days_is_mended():
    trial = rescat.simulate_trial(7, sd_slope=0.0)
    data = trajectories(trial)
    raw = trajectories(trial)
    raw.__dict__.update(centre=0.0, scale=1.0)
    far = reml.many(raw.statistics(), raw.label, starts=[(1000.0, 0.0, 1000.0)])[0]
    near = reml.many(data.statistics(), data.label)[0]
    assert reml.column(far, "status") == reml.OK
    expected = reml.column(near, "criterion") + 4 * np.log(data.scale)
    assert reml.column(far, "criterion") == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("reml_or_ml", [True, False])
@pytest.mark.parametrize("held", reml.HELD)
def test_derivatives(reml_or_ml, held):
    """Closed forms against finite differences."""
    data = trajectories(rescat.simulate_trial(5))
    s = data.statistics()
    nu = s.w[:, 0].sum() - (3 if held else 4) * reml_or_ml
    det = s.w[:, 0] * s.w[:, 2] - s.w[:, 1] ** 2
    samples = reml.Samples(
        s.w, det, s.b[0], s.yy[0], data.label, 2, reml_or_ml, reml.HELD[held], nu
    )

    def at(point):
        work = reml._work(17)
        value, _ = reml._criterion(point, samples, work)
        gradient, hessian = np.empty(3), np.empty((3, 3))
        reml._in_lambda(point, 2, work, gradient, hessian)
        return value, gradient, hessian

    point, step = np.array([0.9, 0.3, 0.7]), 1e-5 * np.eye(3)
    _, gradient, hessian = at(point)
    slope = [(at(point + h)[0] - at(point - h)[0]) / 2e-5 for h in step]
    curve = [(at(point + h)[1] - at(point - h)[1]) / 2e-5 for h in step]
    np.testing.assert_allclose(gradient, slope, atol=1e-6)
    np.testing.assert_allclose(hessian, curve, atol=1e-6)
