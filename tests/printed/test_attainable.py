"""P values that printed figures allow: against closed forms and a grid."""

import numpy as np
import pytest
from scipy import stats

import rescat


@pytest.mark.parametrize("df", [np.inf, 15, 4])
def test_attainable_p_holds_the_p_of_figures_that_print_so(df):
    """Any slope and standard error have their own P within the range of their print."""
    rng = np.random.default_rng(1)
    for slope, se in zip(rng.normal(0, 0.02, 50), rng.uniform(0.003, 0.02, 50), strict=True):
        reach = stats.t.ppf(0.975, df) * se
        low, high = rescat.attainable_p(
            round(slope, 3), (round(slope - reach, 3), round(slope + reach, 3)), df=df
        )
        assert low <= 2 * stats.t.sf(abs(slope / se), df) <= high or low > 0.9


def test_attainable_difference_p():
    rng = np.random.default_rng(2)
    for _ in range(50):
        slope, se = rng.normal(0, 0.02, 2), rng.uniform(0.003, 0.02, 2)
        reach = 1.959964 * se
        lines = [tuple(np.round([b, b - r, b + r], 3)) for b, r in zip(slope, reach, strict=True)]
        low, high = rescat.attainable_difference_p(*lines)
        p = 2 * stats.norm.sf(abs(slope[1] - slope[0]) / np.hypot(*se))
        assert p <= high + 1e-9
        assert low <= p + 0.02


def test_figures_that_nothing_prints_like():
    assert np.isnan(rescat.attainable_p(0.5, (0.0, 0.1))[0])


@pytest.mark.parametrize("z", [1.0, 1.5, 1.96, 2.5, 3.0, 3.5])
def test_p_from_limits_by_the_closed_form_of_altman_and_bland(z):
    """BMJ 2011;343:d2304: SE = (upper - lower) / 3.92, P = exp(-0.717 z - 0.416 z^2)."""
    slope, half = 0.01, 1.96 * 0.01 / z
    low, high = rescat.attainable_p(slope, (slope - half, slope + half), decimals=9)
    se = 2 * half / 3.92
    closed = np.exp(-0.717 * slope / se - 0.416 * (slope / se) ** 2)
    assert low == pytest.approx(closed, rel=0.08)
    assert high == pytest.approx(low, rel=1e-4)


@pytest.mark.parametrize("p", [0.3, 0.05, 0.033, 0.01, 0.001])
def test_limits_from_p_by_the_closed_form_of_altman_and_bland(p):
    """BMJ 2011;343:d2090: z = -0.862 + sqrt(0.743 - 2.404 ln P), limits slope ± 1.96 slope / z."""
    slope = 0.02
    half = 1.96 * slope / (-0.862 + np.sqrt(0.743 - 2.404 * np.log(p)))
    low, high = rescat.attainable_p(slope, (slope - half, slope + half), decimals=9)
    assert (low + high) / 2 == pytest.approx(p, rel=0.05)


def test_attainable_p_on_a_grid():
    """Every slope and half width of a fine grid that prints like the figures, and no other."""
    slope, limits = 0.013, (0.0, 0.025)
    slopes = np.linspace(0.0125, 0.0135, 101)
    halves = np.linspace(0.011, 0.0145, 701)
    grid = np.array([(b, h) for b in slopes for h in halves])
    fits = (np.abs(grid[:, 0] - grid[:, 1] - limits[0]) <= 0.0005) & (
        np.abs(grid[:, 0] + grid[:, 1] - limits[1]) <= 0.0005
    )
    b, h = grid[fits].T
    p = 2 * stats.norm.sf(b / h * stats.norm.ppf(0.975))
    low, high = rescat.attainable_p(slope, limits)
    assert low <= p.min()
    assert p.max() <= high
    assert (p.min(), p.max()) == pytest.approx((low, high), rel=0.01)


@pytest.mark.parametrize("df", [np.inf, 12])
def test_uneven_limits_on_a_grid(df):
    """Slope anywhere in its rounding, and half of any width that prints: IL18 of the paper."""
    control, treated = (0.007, 0.001, 0.013), (-0.002, -0.008, 0.004)
    ends = np.linspace(-0.0005, 0.0005, 9)
    slope, low, high = (ends[:, None] + np.array([control, treated])[:, k] for k in range(3))
    half = (high[:, None] - low[None]) / 2
    half = half.reshape(-1, 2)
    gap = slope[:, None, 0] - slope[None, :, 1]
    widest = np.hypot(half[:, None, 0], half[None, :, 1])
    ratio = np.array([gap.min() / widest.max(), gap.max() / widest.min()])
    p = 2 * stats.t.sf(ratio * stats.t.ppf(0.975, df), df)
    found = rescat.attainable_difference_p(control, treated, df=df, even=False)
    assert found == pytest.approx((p[1], p[0]), rel=1e-9)
    even = rescat.attainable_difference_p(control, treated, df=df)
    assert found[0] < even[0] < even[1] < found[1]


def test_what_is_said_of_il18_hangs_on_even_limits():
    """P = 0.068 is out of reach of z with even limits, and within it without."""
    printed = (0.007, 0.001, 0.013), (-0.002, -0.008, 0.004)
    assert rescat.attainable_difference_p(*printed)[1] < 0.0675
    low, high = rescat.attainable_difference_p(*printed, even=False)
    assert low < 0.0675 < high
    one = rescat.attainable_p(0.007, (0.001, 0.013), even=False)
    assert one[0] < rescat.attainable_p(0.007, (0.001, 0.013))[0]


def test_attainable_ratio_p():
    """Ratios with their own standard errors, printed with two decimals; and the closed form."""
    rng = np.random.default_rng(3)
    for b, se in zip(rng.normal(0, 0.6, 100), rng.uniform(0.1, 0.4, 100), strict=True):
        ratio, *ci = np.round(np.exp([b, b - 1.959964 * se, b + 1.959964 * se]), 2)
        low, high = rescat.attainable_ratio_p(ratio, tuple(ci))
        assert low - 1e-9 <= 2 * stats.norm.sf(abs(b) / se) <= high + 1e-9
    low, high = rescat.attainable_ratio_p(0.76, (0.60, 0.96))
    z = -np.log(0.76) * 3.92 / np.log(0.96 / 0.60)
    assert low < np.exp(-0.717 * z - 0.416 * z**2) < high


def test_a_ratio_of_zero_is_refused():
    with pytest.raises(ValueError, match="expected figures above"):
        rescat.attainable_ratio_p(0.5, (0.0, 0.9))
