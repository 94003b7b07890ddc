"""Chance hits and adjusted P values: closed forms, brute force, and properties of the bounds."""

import gc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import rescat
from rescat import ModelError

SLOPES = rescat.load_slopes()
METHODS = list(rescat.ADJUSTMENTS)
PRINTED = {"IL1RA": 0.025, "IL6": 0.047, "NFL": 0.012, "IL18": 0.068, "PTX3": 0.189}


@pytest.fixture(autouse=True, scope="module")
def _no_collection():
    """Holm of statsmodels collects garbage at each call: half a second after many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda *_: 0)
        yield


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


@given(st.integers(1, 20), st.floats(0.0, 1.0))
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


def test_families():
    sizes = {f: len(rescat.printed_p_ranges(SLOPES, f)) for f in rescat.FAMILIES}
    assert sizes == {"Figure 2": 20, "with CRP": 21, "inflammatory": 12, "neuro": 8}
    whole = rescat.printed_p_ranges(SLOPES).set_index("marker")
    assert whole["printed"].dropna().to_dict() == PRINTED
    assert whole.loc["NFL", ["low", "high"]].tolist() == pytest.approx([0.0115, 0.0125])
    assert whole.loc["TAU", ["low", "high"]].tolist() == [0.05, 1.0]
    crp = rescat.printed_p_ranges(SLOPES, "with CRP").set_index("marker").loc["CRP"]
    assert crp[["low", "high"]].tolist() == [0.0, 0.05]


def test_tests_that_were_made():
    table = rescat.printed_tests(SLOPES)
    assert table["tests"].tolist() == [12, 8, 1, 20, 20]
    # IL1RA and IL6; NFL; CRP by word. Controls: IL1RA, IL18, PTX3, NFL; treated: IL6, PTX3.
    assert table["hits"].tolist() == [2, 1, 1, 4, 2]
    assert table.loc[table["counted"], "tests"].sum() == 20
    assert table["expected"].sum() == pytest.approx(61 * 0.05)


def test_what_is_proven_of_the_three():
    bounds = rescat.adjusted_p_bounds(rescat.printed_p_ranges(SLOPES)).set_index(
        ["marker", "method"]
    )
    nfl = bounds.loc["NFL"]
    # 20 × 0.0115; Hochberg 2 × 0.0675 of IL18; Benjamini-Hochberg 20 × 0.05 / 18.
    assert nfl.loc["Bonferroni", "low"] == pytest.approx(0.23)
    assert nfl.loc["Holm", "low"] == pytest.approx(0.23)
    assert nfl.loc["Hochberg", "low"] == pytest.approx(0.135)
    assert nfl.loc["Benjamini-Hochberg", "low"] == pytest.approx(0.05 * 20 / 18)
    assert nfl.loc["Holm", "high"] == pytest.approx(0.25)
    assert (bounds["low"] > 0.05).all()


def test_without_the_text_nothing_is_proven_by_the_false_discovery_rate():
    ranges = rescat.printed_p_ranges(SLOPES, unprinted=(0.0, 1.0))
    bounds = rescat.adjusted_p_bounds(ranges, ["fdr_bh"]).set_index("marker")
    assert bounds.loc["NFL", "low"] == pytest.approx(20 * 0.0115 / 16)
    assert bounds.loc["NFL", "high"] > 0.05


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rescat.count_distribution(0), "n=0"),
        (lambda: rescat.count_distribution(5, alpha=1.5), "alpha=1.5"),
        (lambda: rescat.count_distribution(5, correlation=-0.1), "correlation=-0.1"),
        (lambda: rescat.largest_chance_of_at_least(6, 5), "k=6"),
        (lambda: rescat.adjust_p([0.1, np.nan]), "none missing"),
        (lambda: rescat.adjust_p([]), "one P value or more"),
        (lambda: rescat.adjust_p([0.1], ["sidak"]), "'sidak'"),
        (lambda: rescat.printed_p_ranges(SLOPES, "all"), "family 'all'"),
    ],
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_an_empty_range_is_named():
    ranges = rescat.printed_p_ranges(SLOPES, unprinted=(0.9, 0.1))
    with pytest.raises(ModelError, match="TNFα: the low end"):
        rescat.adjusted_p_bounds(ranges)
