"""Student's t in compiled code: the P value, and the limit that a confidence interval needs.

The book itself takes both from scipy. A page in a browser has no scipy: there these functions run,
compiled with the fits (:mod:`rescat.book.wasm`). They agree with scipy to 12 digits.
"""

import math

import numpy as np

from .compiled import njit


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
    The incomplete beta function by the continued fraction of Didonato and Morris (1992), ACM
    Transactions on Mathematical Software 18: 360-373 (BFRAC), which subtracts no like numbers.

    Examples
    --------
    >>> from rescat.slopes.student import two_sided_p
    >>> round(two_sided_p(2.2281388519862744, 10), 12)
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
    if square > 1.0:
        return front * _fraction(a, 0.5, x, y, (a + 0.5) * y - 0.5)
    return 1.0 - front * _fraction(0.5, a, y, x, 0.5 - (a + 0.5) * y)


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
    2.228138851986
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
def _fraction(a, b, x, y, gap):
    """The continued fraction, by Lentz's method; the gap is a - (a + b) x, and y is 1 - x."""
    c, d = math.inf, (a + 1.0) / (a * (gap + 1.0))
    value = d
    for n in range(1, 100_000):
        middle = a + 2.0 * n - 1.0
        upper = (a + n - 1.0) * (a + b + n - 1.0) / (middle * middle) * n * (b - n) * x * x
        lower = n + n * (b - n) * x / middle
        lower += (a + n) / (middle + 2.0) * (gap + 1.0 + n * (1.0 + y))
        d, c = 1.0 / (lower + upper * d), lower + upper / c
        value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value
