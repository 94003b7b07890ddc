"""Which definition of a quartile gives the printed one.

Hyndman and Fan (1996, The American Statistician 50:361) list nine definitions of a sample quantile
that software uses. With five patients they differ by years, so a printed quartile says which one
was used, even when the ages behind it are printed without decimals: each definition never falls
when a value rises, so the quantiles of all the lowest and of all the highest possible values
bound it.
"""

import numpy as np
import pandas as pd

from .rounding import PrintedNumber, could_print

__all__ = ["HYNDMAN_FAN", "compare_quartiles", "quantile_bounds"]

# Type number to numpy's name of the method.
HYNDMAN_FAN = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}


def quantile_bounds(values, probability: float, kind: int, *, rule: str = "exact", unit: float = 1):
    """Lowest and highest value that a sample quantile can have.

    Parameters
    ----------
    values : array-like, shape (n,)
        The values as printed.
    probability : float
    kind : int
        Definition, 1 to 9, in the numbering of Hyndman and Fan.
    rule : {"exact", "rounded", "truncated", "either"}
        How the values were shortened before they were printed.
    unit : float
        One unit of the last printed digit of the values.

    Returns
    -------
    low, high : float

    Raises
    ------
    KeyError
        If the definition or the rule is not one of those.

    Examples
    --------
    >>> import rescat
    >>> rescat.quantile_bounds([50, 55, 58, 60, 71], 0.25, kind=7)
    (55.0, 55.0)
    >>> rescat.quantile_bounds([50, 55, 58, 60, 71], 0.25, kind=6, rule='rounded')
    (52.0, 53.0)
    """
    values = np.asarray(values, dtype=float)
    lowest, highest = zip(
        *(PrintedNumber(str(v), v, unit).interval(rule) for v in values), strict=True
    )
    method = HYNDMAN_FAN[kind]
    return tuple(float(np.quantile(v, probability, method=method)) for v in (lowest, highest))


def compare_quartiles(
    values, printed, *, rule: str = "exact", unit: float = 1, printed_rule: str = "rounded"
) -> pd.DataFrame:
    """Compare median and quartiles under the nine definitions with the printed ones.

    Parameters
    ----------
    values : array-like
        The values as printed; missing ones are left out.
    printed : sequence of PrintedNumber
        Median, first quartile, third quartile.
    rule, unit
        As in :func:`quantile_bounds`.
    printed_rule : {"exact", "rounded", "truncated", "either"}
        How the printed summaries were shortened. "exact" suits a paper that prints 13.5 beside 4:
        it drops no half.

    Returns
    -------
    DataFrame, nine rows
        ``type``, then ``median``, ``q1``, ``q3`` as text (an interval where the values are not
        exact), ``median_fits``, ``q1_fits``, ``q3_fits`` and ``reproduces`` (all three).

    Examples
    --------
    >>> import rescat
    >>> printed = rescat.parse_printed('58; 52.5; 65.5')
    >>> found = rescat.compare_quartiles([50, 55, 58, 60, 71], printed)
    >>> found.loc[found['reproduces'], 'type'].tolist()
    [6]
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    rows = []
    for kind in HYNDMAN_FAN:
        row = {"type": kind}
        for name, p, figure in zip(("median", "q1", "q3"), (0.5, 0.25, 0.75), printed, strict=True):
            low, high = quantile_bounds(values, p, kind, rule=rule, unit=unit)
            row[name] = f"{low:.4g}" if low == high else f"{low:.3g} to {high:.3g}"
            row[f"{name}_fits"] = could_print(figure, low, high, printed_rule)
        row["reproduces"] = row["median_fits"] and row["q1_fits"] and row["q3_fits"]
        rows.append(row)
    return pd.DataFrame(rows)
