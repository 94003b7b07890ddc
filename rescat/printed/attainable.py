"""P values that printed slopes and intervals allow, once rounding is allowed for."""

from functools import cache
from itertools import combinations

import numpy as np
from scipy import stats

__all__ = ["attainable_difference_p", "attainable_p", "attainable_ratio_p"]

# From the fewest degrees of freedom that a slope could have to the normal distribution.
ANY_DF = np.append(np.arange(2.0, 200.0), np.inf)


def attainable_p(
    slope: float,
    ci: tuple[float, float],
    *,
    decimals: int = 3,
    df=np.inf,
    level: float = 0.95,
    limits_df: float | None = None,
    even: bool = True,
) -> tuple[float, float]:
    """The P values of "the slope is zero" that fit a printed slope with its interval.

    Parameters
    ----------
    slope : float
        As printed.
    ci : (float, float)
        Interval as printed.
    decimals : int
        Printed decimals of all three.
    df : float or array
        Degrees of freedom behind interval and P; infinite for the normal distribution. If there are
        several, the result covers all of them.
    level : float
        Of the interval.
    limits_df : float, optional
        Degrees of freedom behind the interval, if others than those behind P.
    even : bool
        The slope is in the middle of its interval, as estimate and multiple of a standard error
        are. False: it may be anywhere in its own rounding, as with profile or bootstrap intervals,
        and half the width of the interval is taken for the multiple of the standard error.

    Returns
    -------
    low, high : float
        Two-sided P. NaN if no slope and standard error round to this.

    Notes
    -----
    Two assumptions stand behind each result, and neither is printed: that P comes from the same
    statistic as the limits (the slope over its standard error), and, with ``even``, that the limits
    are even about the slope. A P value outside the range says that one of them fails, not that the
    P value is wrong: profile intervals with Satterthwaite's P, which are what lme4's ``confint``
    and lmerTest give, or a P value by likelihood ratio, obey neither.

    Slope and half width of the interval that round to this are the points of a polygon, as each
    printed figure bounds them by two straight lines. P depends on their ratio alone, whose extremes
    lie at corners.

    Examples
    --------
    >>> import rescat
    >>> low, high = rescat.attainable_p(-0.025, (-0.044, -0.007), df=15)
    >>> print(f'{low:.4f} to {high:.4f}')
    0.0086 to 0.0119
    """
    return _range(ratios_to_zero(corners_of(slope, *ci, decimals, even=even)), df, level, limits_df)


def attainable_difference_p(
    control: tuple[float, float, float],
    treated: tuple[float, float, float],
    *,
    decimals: int = 3,
    df=np.inf,
    level: float = 0.95,
    limits_df: float | None = None,
    even: bool = True,
) -> tuple[float, float]:
    """The P values of "the slopes are equal" that fit two printed slopes with their intervals.

    Parameters
    ----------
    control, treated : (slope, lower end, upper end)
        As printed.
    decimals, df, level, limits_df, even
        As for :func:`attainable_p`. One number of degrees of freedom stands behind both intervals
        and the P value, unless ``limits_df`` is given.

    Returns
    -------
    low, high : float
        The high end is exact. It lies where the slopes are close and the intervals wide, at a
        corner of what rounding allows; the low end is that of the corners.

    Notes
    -----
    The assumptions of :func:`attainable_p`, and one more: the two slopes are independent, so that
    their variances add up. They are in a model of two groups without other covariates. Half the
    width of an uneven interval is not exactly a multiple of the standard error, so that the range
    for them is a guide; :func:`rescat.agreement_by_route` computes the profile confidence
    intervals themselves.

    Examples
    --------
    >>> import rescat
    >>> printed = (0.015, -0.002, 0.032), (-0.025, -0.044, -0.007)
    >>> low, high = rescat.attainable_difference_p(*printed, df=15)
    >>> print(f'{low:.4f} to {high:.4f}')
    0.0030 to 0.0045

    With a slope that need not be in the middle of its interval:

    >>> low, high = rescat.attainable_difference_p(*printed, df=15, even=False)
    >>> print(f'{low:.4f} to {high:.4f}')
    0.0027 to 0.0057
    """
    lines = (corners_of(*printed, decimals, even=even) for printed in (control, treated))
    return _range(ratios_of_difference(*lines), df, level, limits_df)


def attainable_ratio_p(
    ratio: float, ci: tuple[float, float], *, decimals: int = 2, level: float = 0.95
) -> tuple[float, float]:
    """The P values of "the ratio is one" that fit a printed ratio with its interval.

    Interval and P are taken as normal on the scale of the logarithm (Altman and Bland,
    BMJ 2011;343:d2304).

    Parameters
    ----------
    ratio : float
        As printed, of risks, odds or rates.
    ci : (float, float)
        Interval as printed, above zero after rounding.
    decimals : int
        Printed decimals of all three.
    level : float
        Of the interval.

    Returns
    -------
    low, high : float
        Two-sided P. Each figure may lie anywhere in its rounding, whether or not the ratio is then
        in the middle of the interval, so that the range is wide rather than narrow.

    Raises
    ------
    ValueError
        If a figure could be zero or less.

    Examples
    --------
    >>> import rescat
    >>> low, high = rescat.attainable_ratio_p(0.62, (0.41, 0.94))
    >>> print(f'{low:.3f} to {high:.3f}')
    0.019 to 0.030
    """
    half = 0.5 * 10.0**-decimals
    if min(ratio, *ci) <= half:
        raise ValueError(f"found a ratio {ratio} with interval {ci}, expected figures above {half}")
    ends = [np.log([figure - half, figure + half]) for figure in (ratio, *ci)]
    z = [
        abs(b) * 2 * stats.norm.ppf(0.5 + level / 2) / (high - low)
        for b in [*ends[0], *([0.0] if ends[0][0] < 0 < ends[0][1] else [])]
        for low in ends[1]
        for high in ends[2]
    ]
    return float(2 * stats.norm.sf(max(z))), float(2 * stats.norm.sf(min(z)))


def ratios_to_zero(points: np.ndarray) -> np.ndarray:
    """How many half widths points (slope, half width) of a line are from zero."""
    return np.abs(points[:, 0]) / points[:, 1]


def ratios_of_difference(control: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """How many half widths of the difference two lines are apart, for each pair of points."""
    distance = abs(treated[None, :, 0] - control[:, None, 0])
    return (distance / np.hypot(treated[None, :, 1], control[:, None, 1])).ravel()


def edges_of(corners: np.ndarray) -> np.ndarray:
    """Corners and points between each two of them: the lowest P may lie on an edge."""
    share = np.linspace(0, 1, 9)[:, None, None, None]
    return (share * corners[:, None] + (1 - share) * corners[None]).reshape(-1, 2)


def _range(ratio: np.ndarray, df, level: float, limits_df=None) -> tuple[float, float]:
    """P values of estimates that are so many half widths of their interval from zero."""
    if not len(ratio):
        return np.nan, np.nan
    df = np.atleast_1d(np.asarray(df, float))
    p = _p_values(ratio[:, None], df, level, limits_df)
    return float(p.min()), float(p.max())


def p_by_df(
    ratios: list[np.ndarray], df: np.ndarray, limits_df: float | None = None, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest P of each number of degrees of freedom.

    Parameters
    ----------
    ratios : list of array
        For each number, how many half widths of their interval its estimates are from zero.
    df : array
        Numbers of degrees of freedom, one for each of ``ratios``.
    limits_df, level
        As for :func:`rescat.attainable_p`.

    Returns
    -------
    least, most : array, one value for each number
        NaN where there is no estimate.
    """
    least, most = np.full((2, len(df)), np.nan)
    sizes = np.array([len(own) for own in ratios], int)
    some = sizes > 0
    if some.any():
        # One call for all of them: the distributions of scipy take long to start.
        p = _p_values(np.concatenate(ratios), np.repeat(df, sizes), level, limits_df)
        starts = np.cumsum(sizes[some]) - sizes[some]
        least[some], most[some] = (f.reduceat(p, starts) for f in (np.minimum, np.maximum))
    return least, most


def _p_values(ratio: np.ndarray, df: np.ndarray, level: float, limits_df) -> np.ndarray:
    """Two-sided P of estimates that are so many half widths of their interval from zero."""
    multiplier = stats.t.ppf(0.5 + level / 2, df if limits_df is None else limits_df)
    return 2 * stats.t.sf(ratio * multiplier, df)


@cache  # asked for each degree of freedom anew
def corners_of(
    slope: float,
    low: float,
    high: float,
    decimals: int,
    ratio: tuple[float, float] = (0.0, np.inf),
    even: bool = True,
) -> np.ndarray:
    """The corners (slope, half width) of what a printed slope with its interval can stand for.

    ``ratio`` keeps the slope, taken away from zero, between so many half widths. Limits that are
    not even bound their half width alone.
    """
    half = 0.5 * 10.0**-decimals
    # a @ (slope, half width) <= b, from slope, slope - half width and slope + half width.
    figures = [(slope, 1.0, 0.0), (low, 1.0, -1.0), (high, 1.0, 1.0)]
    if not even:
        figures[1:] = [((high - low) / 2, 0.0, 1.0)]
    a, b = [], []
    for printed, *weights in figures:
        a += [tuple(weights), tuple(-w for w in weights)]
        b += [printed + half, half - printed]
    side = np.copysign(1.0, slope)
    if ratio[0] > 0:
        a, b = [*a, (-side, ratio[0])], [*b, 0.0]
    if np.isfinite(ratio[1]):
        a, b = [*a, (side, -ratio[1])], [*b, 0.0]
    a, b = np.array(a), np.array(b)
    pairs = np.array(list(combinations(range(len(a)), 2)))
    pairs = pairs[np.abs(np.linalg.det(a[pairs])) > 1e-9]
    crossings = np.linalg.solve(a[pairs], b[pairs][:, :, None])[:, :, 0]
    return crossings[(crossings @ a.T <= b + 1e-12).all(axis=1)]
