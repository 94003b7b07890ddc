"""Chance findings among many tests, and corrected P values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

import rescat

SLOPES = rescat.load_slopes()
METHODS = list(rescat.ADJUSTMENTS)


def test_independent_tests_are_binomial():
    # 1 - 0.95^20 - 20 · 0.05 · 0.95^19 - 190 · 0.05² · 0.95^18
    by_hand = 1 - 0.95**20 - 20 * 0.05 * 0.95**19 - 190 * 0.05**2 * 0.95**18
    assert rescat.chance_of_at_least(3, 20) == pytest.approx(by_hand, rel=1e-12)
    assert round(by_hand, 3) == 0.075


@pytest.mark.parametrize("r", [0.0, 0.05, 0.3, 0.7, 0.95, 1.0])
def test_counts_add_up_and_one_in_twenty_is_expected(r):
    counts = rescat.count_distribution(20, correlation=r)
    assert counts.sum() == pytest.approx(1, abs=1e-9)
    assert counts @ np.arange(21) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("r", [0.2, 0.5, 0.9])
def test_two_correlated_tests_against_the_bivariate_normal(r):
    limit = stats.norm.isf(0.025)
    normal = stats.multivariate_normal([0, 0], [[1, r], [r, 1]])
    same = normal.cdf([-limit, -limit])
    # Of opposite signs: turn the sign of one, and so of the correlation.
    opposite = stats.multivariate_normal([0, 0], [[1, -r], [-r, 1]]).cdf([-limit, -limit])
    both = rescat.chance_of_at_least(2, 2, correlation=r)
    assert both == pytest.approx(2 * same + 2 * opposite, abs=1e-5)


def test_twenty_correlated_tests_against_simulation():
    rng = np.random.default_rng(1)
    z = np.sqrt(0.4) * rng.standard_normal((200_000, 1))
    z = z + np.sqrt(0.6) * rng.standard_normal((200_000, 20))
    simulated = ((np.abs(z) > 1.959964).sum(axis=1) >= 3).mean()
    assert rescat.chance_of_at_least(3, 20, correlation=0.4) == pytest.approx(simulated, abs=0.003)


# The last number below 1 is the last of these correlations.
NEAR_ONE = [0.99, 0.999, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12, np.nextafter(1.0, 0.0)]


@pytest.mark.parametrize("r", [1e-12, 0.01, 0.05, 0.5, 0.9, *NEAR_ONE])
def test_two_tests_against_owens_function_up_to_a_correlation_of_one(r):
    limit = stats.norm.isf(0.025)
    # P(X < -limit, Y < -limit) of a bivariate normal with correlation r, then with -r.
    slope = np.sqrt((1 - r) / (1 + r))
    corners = [0.025 - 2 * special.owens_t(limit, s) for s in (slope, 1 / slope)]
    both = rescat.chance_of_at_least(2, 2, correlation=r)
    assert both == pytest.approx(2 * sum(corners), abs=1e-12)


@pytest.mark.parametrize("k", [1, 3, 20])
@pytest.mark.parametrize("r", [0.1, 0.5, 0.9, *NEAR_ONE])
def test_twenty_tests_against_an_adaptive_integral_up_to_a_correlation_of_one(k, r):
    limit, common, own = stats.norm.isf(0.025), np.sqrt(r), np.sqrt(1 - r)

    # t: how far the common factor is beyond the place of the limit, in SDs of the own part.
    # Functions of scipy.special: those of scipy.stats take 50 times as long for one number.
    def density(t):
        rate = special.ndtr(t) + special.ndtr(-2 * limit / own - t)
        place = (limit + own * t) / common
        normal = np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi)
        return special.bdtrc(k - 1, 20, min(rate, 1)) * normal * own / common

    tight = {"epsabs": 1e-15, "epsrel": 1e-12, "limit": 500}
    rise, _ = integrate.quad(density, max(-12, -limit / own), 12, **tight)
    exact = 2 * (rise + stats.norm.sf((limit + 12 * own) / common))
    # 1e-10: rates are kept 1e-12 away from 0 and 1, in each of the twenty tests.
    assert rescat.chance_of_at_least(k, 20, correlation=r) == pytest.approx(exact, abs=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("r", NEAR_ONE)
def test_many_tests_near_a_correlation_of_one_are_as_one(r):
    counts = rescat.count_distribution(500, correlation=r)
    assert counts @ np.arange(501) == pytest.approx(25, abs=1e-8)


@pytest.mark.slow
@given(st.integers(1, 20), st.floats(0.0, 1.0))
@example(20, 0.9999999999999999)
def test_no_correlation_exceeds_the_bound_for_any_dependence(k, r):
    bound = rescat.largest_chance_of_at_least(k, 20)
    assert rescat.chance_of_at_least(k, 20, correlation=r) <= bound + 1e-9


def test_the_bound_for_any_dependence_is_reached():
    # With probability 1/3 three of twenty tests, chosen at random, are significant together.
    rng = np.random.default_rng(2)
    together = rng.random(60_000) < 20 * 0.05 / 3
    hits = rng.permuted(np.tile(np.arange(20) < 3, (60_000, 1)), axis=1) & together[:, None]
    assert hits.mean(axis=0) == pytest.approx(np.full(20, 0.05), abs=0.005)
    chance = (hits.sum(axis=1) >= 3).mean()
    assert chance == pytest.approx(rescat.largest_chance_of_at_least(3, 20), abs=0.01)


def definition(p, method):
    """Adjusted P values from the definitions, one at a time."""
    p, n = np.asarray(p), len(p)
    order = np.argsort(p, kind="stable")
    s, out = p[order], np.empty(n)
    harmonic = sum(1 / k for k in range(1, n + 1))
    for i in range(n):
        out[order[i]] = {
            "bonferroni": n * s[i],
            "holm": max((n - j) * s[j] for j in range(i + 1)),
            "simes-hochberg": min((n - j) * s[j] for j in range(i, n)),
            "fdr_bh": min(n * s[j] / (j + 1) for j in range(i, n)),
            "fdr_by": min(harmonic * n * s[j] / (j + 1) for j in range(i, n)),
        }[method]
    return np.minimum(out, 1)


# Thousandths, so that ties and zeros are tried as well.
P_VALUES = st.integers(0, 1000).map(lambda x: x / 1000)


@given(p=st.lists(P_VALUES, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_adjusted_p_values_follow_the_definitions(p):
    ours = rescat.adjust_p(p)
    for method in METHODS:
        np.testing.assert_allclose(ours[method], definition(p, method))


@pytest.mark.slow
@given(st.lists(st.tuples(P_VALUES, P_VALUES, P_VALUES).map(sorted), min_size=2, max_size=9))
@settings(max_examples=60, deadline=None)
def test_no_completion_leaves_the_bounds(values):
    low, inside, high = zip(*values, strict=True)
    frame = pd.DataFrame({"low": low, "high": high}).assign(origin="published")
    frame["marker"] = [f"M{i}" for i in range(len(frame))]
    bounds = rescat.adjusted_p_bounds(frame)
    for method, name in rescat.ADJUSTMENTS.items():
        own = bounds[bounds["method"].eq(name)]
        found = definition(inside, method)
        assert (found >= own["low"] - 1e-12).all()
        assert (found <= own["high"] + 1e-12).all()


@pytest.mark.slow
@pytest.mark.parametrize("family", rescat.FAMILIES)
@pytest.mark.parametrize("unprinted", [(0.05, 1.0), (0.0, 1.0)])
def test_random_completions_of_the_print_reach_but_do_not_leave_the_bounds(family, unprinted):
    ranges = rescat.printed_p_ranges(SLOPES, family, unprinted=unprinted)
    bounds = rescat.adjusted_p_bounds(ranges)
    rng = np.random.default_rng(3)
    low, high = ranges["low"].to_numpy(), ranges["high"].to_numpy()
    # A Beta distribution with most of its mass near the ends, so that corners are approached.
    drawn = [low + (high - low) * rng.beta(0.2, 0.2, len(low)) for _ in range(100)]
    for method, name in rescat.ADJUSTMENTS.items():
        own = bounds[bounds["method"].eq(name)]
        found = np.array([definition(p, method) for p in [low, high, *drawn]])
        np.testing.assert_allclose(found.min(axis=0), own["low"])
        np.testing.assert_allclose(found.max(axis=0), own["high"])


def test_curves_are_the_chances_at_each_correlation():
    curves = rescat.chance_curves({"a": (3, 20), "b": (4, 21)})
    assert curves.groupby("what").size().tolist() == [39, 39]
    last = curves.iloc[-1]
    assert last["chance"] == rescat.chance_of_at_least(4, 21, correlation=last["correlation"])
    assert set(curves["origin"]) == {"published"}
