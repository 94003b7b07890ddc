"""Student's t in compiled code: the P value, and the limit that a confidence interval needs.

The book itself takes both from scipy. A page in a browser has no scipy: there these functions run,
compiled with the fits (:mod:`rescat.book.wasm`). They agree with scipy to 12 digits.
"""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def two_sided_p(t, df):
    """The probability of a value at least as far from zero as t.

    Parameters
    ----------
    t : float
    df : float
        Degrees of freedom; infinite for the normal distribution.

    Notes
    -----
    The regularised incomplete beta function by its continued fraction: Abramowitz and Stegun
    (1964), Handbook of Mathematical Functions, 26.5.8 and 26.7.

    Examples
    --------
    >>> from rescat.slopes.student import two_sided_p
    >>> round(two_sided_p(2.2281388519649385, 10), 12)
    0.05
    """
    if not df > 0.0 or np.isnan(t):
        return np.nan
    square = t * t
    if math.isinf(df):
        return math.erfc(abs(t) / math.sqrt(2.0))
    if math.isinf(square):
        return 0.0
    a, x, y = 0.5 * df, df / (df + square), square / (df + square)
    front = _ratio_of_gammas(a) * math.sqrt(y / np.pi) * math.exp(-a * math.log1p(square / df))
    if x < (a + 1.0) / (a + 2.5):
        return front * _fraction(a, 0.5, x) / a
    return 1.0 - front * _fraction(0.5, a, y) / 0.5


@njit(cache=True, nogil=True)
def limit(p, df):
    """The t of which :func:`two_sided_p` is p: 2.228 for 0.05 and 10 degrees of freedom.

    Parameters
    ----------
    p : float
        Between 0 and 1.
    df : float
        Degrees of freedom; infinite for the normal distribution.

    Examples
    --------
    >>> from rescat.slopes.student import limit
    >>> round(limit(0.05, 10), 12)
    2.228138851965
    """
    if not df > 0.0 or not 0.0 < p < 1.0:
        return np.nan
    t = 0.0
    for _ in range(200):  # Newton's steps from below: P is convex in t, so that none goes too far
        if math.isinf(df):
            density = math.exp(-0.5 * t * t) / math.sqrt(2.0 * np.pi)
        else:
            tail = math.exp(-0.5 * (df + 1.0) * math.log1p(t * t / df))
            density = _ratio_of_gammas(0.5 * df) * tail / math.sqrt(np.pi * df)
        step = 0.5 * (two_sided_p(t, df) - p) / density
        t += step
        if abs(step) <= 1e-15 * t:
            break
    return t


@njit(cache=True, nogil=True)
def _ratio_of_gammas(a):
    """Γ(a + 1/2) / Γ(a), without a difference of large logarithms."""
    below = 1.0
    while a < 60.0:
        below *= a / (a + 0.5)
        a += 1.0
    u = 1.0 / (8.0 * a)
    tail = 2.5 + u * (-2.625 + u * (-49.875 + u * 54.3125))
    return math.sqrt(a) * (1.0 + u * (-1.0 + u * (0.5 + u * tail))) * below


@njit(cache=True, nogil=True)
def _fraction(a, b, x):
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, 1_000_000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d, c = 1.0 / (1.0 + even * d), 1.0 + even / c
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d, c = 1.0 / (1.0 + odd * d), 1.0 + odd / c
        value *= d * c
        if abs(d * c - 1.0) < 1e-16:
            break
    return value
