"""A slope of a logarithm, said as a reader can feel it: so many times as high after some days."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..base.arguments import check_choice

__all__ = ["fold_change", "fold_in_words"]

BASES = {"log10": 10.0, "ln": np.e}


def fold_change(slope, days: float = 28.0, scale: str = "log10"):
    """The factor by which a concentration changes, if its logarithm has a slope.

    Parameters
    ----------
    slope : float or array
        Of the logarithm, per day; or a limit of it; or a difference of two slopes, and then the
        result is by how much the ratio of the groups changes.
    days : float
    scale : {"log10", "ln"}
        The logarithm of the values. The paper does not print which one it took; of SD units
        (z scores) no factor follows.

    Returns
    -------
    float or array, as ``slope``
        Below 1 for a fall.

    Raises
    ------
    ModelError
        If the scale is not known.

    Notes
    -----
    The base to the power of slope times days: the same printed slope is a larger change on log10
    than with natural logarithms.

    Examples
    --------
    The printed slope of IL1RA with MSC is -0.007 per day:

    >>> import rescat
    >>> [round(float(rescat.fold_change(-0.007, scale=scale)), 2) for scale in ("log10", "ln")]
    [0.64, 0.82]
    """
    check_choice("scale", scale, BASES)
    return BASES[scale] ** (np.asarray(slope) * days)


def fold_in_words(line: Mapping, days: float = 28.0, scale: str = "log10") -> str:
    """A slope with its confidence interval as factors, for a sentence or a table.

    Parameters
    ----------
    line : mapping
        ``slope``, ``ci_low`` and ``ci_high`` per day: a row of :func:`rescat.load_slopes`, or of
        the table of a fit. Limits may be missing.
    days, scale
        As for :func:`fold_change`.

    Returns
    -------
    str

    Raises
    ------
    ModelError
        If the scale is not known.

    Examples
    --------
    >>> import rescat
    >>> printed = rescat.load_slopes().set_index(["marker", "term"])
    >>> rescat.fold_in_words(printed.loc[("IL1RA", "treated")])
    '0.64 times (0.29 to 1.29)'
    >>> rescat.fold_in_words(printed.loc[("NFL", "control")], days=14)
    '2.5 times (1.7 to 3.7)'
    """
    factors = [fold_change(line[part], days, scale) for part in ("slope", "ci_low", "ci_high")]
    # As many decimals for all three: two for a fall or a small rise, one for a large one.
    middle, low, high = (f"{factor:.{2 if factors[0] < 2 else 1}f}" for factor in factors)
    known = not pd.isna(factors[1:]).any()
    return f"{middle} times" + (f" ({low} to {high})" if known else "")
