"""Many tests at once: how many come out by chance, and what corrected P values can be."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError

__all__ = [
    "ADJUSTMENTS",
    "adjust_p",
    "adjusted_p_bounds",
    "chance_curves",
    "chance_of_at_least",
    "count_distribution",
    "largest_chance_of_at_least",
]

# Names of scipy and statsmodels, and ours. What each controls stands in the glossary.
ADJUSTMENTS = {
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "simes-hochberg": "Hochberg",
    "fdr_bh": "Benjamini-Hochberg",
    "fdr_by": "Benjamini-Yekutieli",
}
# The normal distribution has nothing to speak of beyond so many SDs: 1e-15.
_REACH = 8.0
# Gauss and Legendre's rule, in each of so many pieces of a stretch of the common factor.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_PIECES = 40


def count_distribution(n: int, *, alpha: float = 0.05, correlation: float = 0.0) -> np.ndarray:
    """The probability of each number of significant tests, if no null hypothesis is false.

    Parameters
    ----------
    n : int
        Number of tests, two-sided.
    alpha : float
        Level of each test, between 0 and 1.
    correlation : float
        Between every two of the normal statistics behind the tests, from 0 to 1.

    Returns
    -------
    array, shape (n + 1,)
        Entry k is the probability of exactly k significant tests.

    Raises
    ------
    ModelError
        If n is below 1, or alpha or the correlation is not between 0 and 1.

    Notes
    -----
    With correlation 0 it is the binomial distribution. Otherwise each statistic is
    √r u + √(1 - r) e; given the common u the tests are independent, and the binomial distribution
    is averaged over u: Dunnett and Sobel (1955), Biometrika 42: 258-260.

    Examples
    --------
    Tests that go together are more often all significant, and more often none.

    >>> import rescat
    >>> rescat.count_distribution(2).round(4).tolist()
    [0.9025, 0.095, 0.0025]
    >>> rescat.count_distribution(2, correlation=0.5).round(4).tolist()
    [0.9093, 0.0815, 0.0093]
    """
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise ModelError(f"n={n!r}: expected a whole number of tests, at least 1")
    if not 0 < alpha < 1 or not 0 <= correlation <= 1:
        raise ModelError(
            f"alpha={alpha!r}, correlation={correlation!r}: expected a level between 0 and 1, and "
            "a correlation from 0 to 1"
        )
    counts = np.arange(n + 1)
    if correlation == 0:
        return stats.binom.pmf(counts, n, alpha)
    if correlation == 1:
        return np.where(counts == n, alpha, np.where(counts == 0, 1 - alpha, 0.0))
    limit, own, common = stats.norm.isf(alpha / 2), np.sqrt(1 - correlation), np.sqrt(correlation)
    factor, width = _places(limit / common, own / common)
    shift = common * factor
    rate = stats.norm.sf((limit - shift) / own) + stats.norm.cdf((-limit - shift) / own)
    weight = stats.norm.pdf(factor) * width
    rate = rate.clip(1e-12, 1 - 1e-12)[:, None]  # below it the probability mass overflows
    return stats.binom.pmf(counts, n, rate).T @ (weight / weight.sum())


def _places(middle: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of the common factor above zero, and their shares of its range.

    The chance of a significant test rises from nearly 0 to nearly 1 around ``middle``, over some
    times ``scale``; with a correlation near 1 that is a jump, which evenly spaced places miss. So
    the stretch of the rise has places of its own. Below zero everything is as above.
    """
    rise = middle + scale * np.array([-_REACH, _REACH])
    ends = np.unique(np.clip([0.0, *rise, _REACH], 0.0, _REACH))
    edges = np.concatenate([np.linspace(*pair, _PIECES + 1)[:-1] for pair in pairwise(ends)])
    half = np.diff(np.append(edges, _REACH))[:, None] / 2
    return (edges[:, None] + half * (1 + _NODES)).ravel(), (half * _WEIGHTS).ravel()


def chance_of_at_least(k: int, n: int, *, alpha: float = 0.05, correlation: float = 0.0) -> float:
    """The probability of k or more significant tests of n, if no null hypothesis is false.

    Parameters
    ----------
    k : int
        Number of significant tests.
    n : int
        Number of tests, two-sided.
    alpha : float
        Level of each test, between 0 and 1.
    correlation : float
        Between every two of the normal statistics behind the tests, from 0 to 1.

    Returns
    -------
    float
        A probability, from 0 to 1.

    Raises
    ------
    ModelError
        As :func:`count_distribution`.

    Notes
    -----
    The sum of the probabilities of :func:`count_distribution`, whose source is named there.

    Examples
    --------
    >>> import rescat
    >>> round(rescat.chance_of_at_least(3, 20), 4)
    0.0755
    >>> round(rescat.chance_of_at_least(3, 20, correlation=0.5), 4)
    0.122
    """
    return float(
        min(count_distribution(n, alpha=alpha, correlation=correlation)[max(k, 0) :].sum(), 1)
    )


def chance_curves(
    hits: Mapping[str, tuple[int, int]],
    *,
    correlations: Iterable[float] = tuple(np.linspace(0, 0.95, 39)),
    alpha: float = 0.05,
) -> pd.DataFrame:
    """The probability of some numbers of significant tests, against the correlation of the tests.

    Parameters
    ----------
    hits : dict of str to (int, int)
        Name of a curve to the number of significant tests, and the number of all tests.
    correlations : iterable of float
        Between every two of the tests.
    alpha : float
        Level of each test.

    Returns
    -------
    DataFrame, one row per curve and correlation
        ``what`` (name), ``correlation``, ``chance`` (of so many or more:
        :func:`chance_of_at_least`) and ``origin``: "published", because the numbers of tests are.

    Raises
    ------
    ModelError
        As :func:`count_distribution`.

    Examples
    --------
    >>> chance_curves({"1 of 2": (1, 2)}, correlations=[0, 1])["chance"].round(4).tolist()
    [0.0975, 0.05]
    """
    return pd.DataFrame(
        {
            "what": what,
            "correlation": r,
            "chance": chance_of_at_least(k, n, alpha=alpha, correlation=r),
            "origin": "published",
        }
        for what, (k, n) in hits.items()
        for r in correlations
    )


def largest_chance_of_at_least(k: int, n: int, *, alpha: float = 0.05) -> float:
    """The largest probability of k or more significant tests of n under any dependence at all.

    Parameters
    ----------
    k : int
        Number of significant tests, from 1 to n.
    n : int
        Number of tests.
    alpha : float
        Level of each test.

    Returns
    -------
    float
        A probability, from 0 to 1.

    Raises
    ------
    ModelError
        If k is not from 1 to n.

    Notes
    -----
    n alpha tests are expected whatever the dependence, so that P(at least k) is at most n alpha / k
    (Markov). It is reached: k of the tests, drawn at random, fall together, or none.

    Examples
    --------
    >>> import rescat
    >>> round(rescat.largest_chance_of_at_least(3, 20), 4)
    0.3333
    """
    if not 1 <= k <= n:
        raise ModelError(f"k={k!r}: expected a number of tests from 1 to {n}")
    return min(1.0, n * alpha / k)


def adjust_p(
    p_values: Iterable[float], methods: Iterable[str] = tuple(ADJUSTMENTS)
) -> pd.DataFrame:
    """Adjusted P values by several procedures.

    Parameters
    ----------
    p_values : iterable of float
        Of one family of tests, each from 0 to 1.
    methods : iterable of str
        Keys of :data:`rescat.ADJUSTMENTS`.

    Returns
    -------
    DataFrame
        One row for each P value, in the given order, and one column for each method.

    Raises
    ------
    ModelError
        If a P value is missing or not between 0 and 1, or a method is not known.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6: 65-70; Hochberg (1988), Biometrika 75:
    800-802; Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57: 289-300;
    Benjamini and Yekutieli (2001), Annals of Statistics 29: 1165-1188.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.adjust_p([0.01, 0.02, 0.03, 0.5]).round(3).to_string())
       bonferroni  holm  simes-hochberg  fdr_bh  fdr_by
    0        0.04  0.04            0.04    0.04   0.083
    1        0.08  0.06            0.06    0.04   0.083
    2        0.12  0.06            0.06    0.04   0.083
    3        1.00  0.50            0.50    0.50   1.000
    """
    methods = list(methods)
    unknown = [m for m in methods if m not in ADJUSTMENTS]
    if unknown:
        raise ModelError(f"method {unknown[0]!r}: expected one of {', '.join(ADJUSTMENTS)}")
    p = np.asarray(list(p_values), float)
    if not len(p) or not ((p >= 0) & (p <= 1)).all():
        raise ModelError("expected one P value or more, each from 0 to 1, and none missing")
    return pd.DataFrame({m: _adjusted(p, m) for m in methods})


def _adjusted(p: np.ndarray, method: str) -> np.ndarray:
    """P values adjusted by one procedure of ``ADJUSTMENTS``."""
    if method in ("fdr_bh", "fdr_by"):
        return stats.false_discovery_control(p, method=method.removeprefix("fdr_"))
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    if method == "bonferroni":
        steps = p[order] * len(p)
    elif method == "holm":
        steps = np.maximum.accumulate(steps)
    else:  # Hochberg's: from the largest down
        steps = np.minimum.accumulate(steps[::-1])[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def adjusted_p_bounds(
    ranges: pd.DataFrame, methods: Iterable[str] = tuple(ADJUSTMENTS)
) -> pd.DataFrame:
    """The least and the greatest adjusted P value, whatever the P values are within their ranges.

    Parameters
    ----------
    ranges : DataFrame, one row per test
        ``marker``, ``low`` and ``high`` (ends of the P value, from 0 to 1) and ``origin``, as of
        :func:`rescat.printed_p_ranges`.
    methods : iterable of str
        Keys of :data:`rescat.ADJUSTMENTS`.

    Returns
    -------
    DataFrame, one row per test and method
        ``marker``, ``method`` (its name in words), ``low`` and ``high`` (of the adjusted P value)
        and ``origin``.

    Raises
    ------
    ModelError
        As :func:`adjust_p`, or if a range is empty.

    Notes
    -----
    In each of these procedures an adjusted P value never falls when any P value of the family
    rises. So the bounds are reached where every P value is at its low end, and at its high end.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> ranges = pd.DataFrame({"marker": ["A", "B"], "low": [0.01, 0.05], "high": [0.01, 1.0]})
    >>> bounds = rescat.adjusted_p_bounds(ranges.assign(origin="published"), ["bonferroni", "holm"])
    >>> print(bounds.to_string())
      marker      method   low  high     origin
    0      A  Bonferroni  0.02  0.02  published
    1      B  Bonferroni  0.10  1.00  published
    2      A        Holm  0.02  0.02  published
    3      B        Holm  0.05  1.00  published
    """
    if (ranges["low"] > ranges["high"]).any():
        worst = ranges[ranges["low"] > ranges["high"]].iloc[0]
        raise ModelError(f"{worst['marker']}: the low end {worst['low']} is above the high end")
    ends = {end: adjust_p(ranges[end], methods) for end in ("low", "high")}
    parts = [
        pd.DataFrame(
            {
                "marker": ranges["marker"].to_numpy(),
                "method": ADJUSTMENTS[method],
                "low": ends["low"][method],
                "high": ends["high"][method],
                "origin": ranges["origin"].to_numpy(),
            }
        )
        for method in ends["low"]
    ]
    return pd.concat(parts, ignore_index=True)
