"""The lines that the paper prints: slope, interval and P value of a group."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from .attainable import (
    ANY_DF,
    attainable_difference_p,
    attainable_p,
    corners_of,
    edges_of,
    p_by_df,
    ratios_of_difference,
    ratios_to_zero,
)

__all__ = ["df_in_words", "fitting_df", "joint_df"]

# What is taken for granted where a printed P value is compared with a printed interval, in words.
ASSUMED = (
    "z and t, as tried here, assume that the slope is in the middle of the confidence interval, "
    "that the slopes of the two groups are independent, and that interval and P come from one "
    "statistic. None of that is printed. R's usual way is another: confint() gives a profile "
    "confidence interval, in which the slope is not in the middle, and lmerTest "
    "gives Satterthwaite's P."
)


def df_in_words(df: list[float]) -> str:
    """Degrees of freedom that fit, from :func:`fitting_df` or :func:`joint_df`, in words.

    Examples
    --------
    >>> df_in_words([5, 6, 8]), df_in_words([7]), df_in_words([9, float("inf")]), df_in_words([])
    ('5 to 8', '7', '9 or more', 'none')
    """
    if not df:
        return "none"
    if np.inf in df:
        return f"{min(df):g} or more"
    return f"{min(df):g}" if min(df) == max(df) else f"{min(df):g} to {max(df):g}"


def fitting_df(
    slopes: pd.DataFrame,
    marker: str,
    term: str,
    limits_df: float | None = None,
    even: bool = True,
) -> list[float]:
    """Degrees of freedom with which a printed P value fits the printed interval.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker, term : str
        ``term`` is "control", "treated" or "difference".
    limits_df : float, optional
        Degrees of freedom behind the interval, if others than those behind P: infinite for one by
        the normal distribution with P by *t*.
    even : bool
        Whether the slope is in the middle of its interval: see :func:`rescat.attainable_p`, which
        names what else is assumed.

    Returns
    -------
    list of float
        Those of ``ANY_DF`` that fit; infinite for the normal distribution. If none fits, one of the
        assumptions fails; the printed figures need not be wrong.

    Raises
    ------
    KeyError
        If the marker has no such term.

    Examples
    --------
    >>> import rescat
    >>> slopes = rescat.load_slopes()
    >>> fitting = rescat.fitting_df(slopes, 'NFL', 'difference')
    >>> len(fitting), min(fitting, default=None), max(fitting, default=None)
    (4, 5.0, 8.0)
    """
    printed = slopes.query("marker == @marker").set_index("term")
    low, high = printed_range(printed.loc[term], "p_value")
    if term == "difference":
        ratios = ratios_of_difference(*(_corners(printed.loc[t], 3, even) for t in _GROUPS))
    else:
        ratios = ratios_to_zero(_corners(printed.loc[term], 3, even))
    least, most = p_by_df([ratios] * len(ANY_DF), ANY_DF, limits_df)
    return ANY_DF[(most >= low) & (least <= high)].tolist()


def joint_df(
    slopes: pd.DataFrame, marker: str, limits_df: float | None = None, even: bool = True
) -> list[float]:
    """Degrees of freedom with which all that is printed of a marker fits together.

    The same slopes and standard errors, and one number of degrees of freedom, must give the printed
    slopes, intervals and P values of both groups and the P value of their difference.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker : str
        One with slope and interval of both groups and a P value of the difference.
    limits_df, even
        As for :func:`fitting_df`.

    Returns
    -------
    list of float
        Those of ``ANY_DF`` that fit; infinite for the normal distribution.

    Raises
    ------
    KeyError
        If the marker lacks one of the three terms.

    Examples
    --------
    >>> import rescat
    >>> fitting = rescat.joint_df(rescat.load_slopes(), 'NFL')
    >>> len(fitting), min(fitting, default=None), max(fitting, default=None)
    (1, 8.0, 8.0)
    """
    printed = slopes.query("marker == @marker").set_index("term")
    low, high = printed_range(printed.loc["difference"], "p_value")
    possible = np.array(fitting_df(slopes, marker, "difference", limits_df, even))
    rows = [printed.loc[term] for term in _GROUPS]
    cuts = [_cut_by_p(row, possible, limits_df) for row in rows]
    lines = [
        [
            _corners(row, printed_decimals(row), even, cut)
            for row, cut in zip(rows, own, strict=True)
        ]
        for own in zip(*cuts, strict=True)
    ]
    ratios = [ratios_of_difference(*line) for line in lines]
    least, most = p_by_df(ratios, possible, limits_df)
    fits = most >= low  # the high end of the corners is exact, and nothing fits is NaN
    # The low end may lie on an edge, which is worth a search only if the corners do not reach.
    unsure = fits & ~(least <= high)
    ratios = [ratios_of_difference(*map(edges_of, lines[i])) for i in np.flatnonzero(unsure)]
    fits[unsure] = p_by_df(ratios, possible[unsure], limits_df)[0] <= high
    return possible[fits].tolist()


_GROUPS = ("control", "treated")


def _corners(row: pd.Series, decimals: int, even: bool, cut=(0.0, np.inf)) -> np.ndarray:
    """What the printed line of a group can stand for; see :func:`corners_of`."""
    return corners_of(*printed_line(row), decimals, cut, even)


def _cut_by_p(row: pd.Series, df: np.ndarray, limits_df: float | None) -> list[tuple[float, float]]:
    """How many half widths a slope can be from zero by its printed P, for each number of df."""
    if np.isnan(row["p_value"]):
        return [(0.0, np.inf)] * len(df)
    p = np.array(printed_range(row, "p_value")[::-1])
    behind = df if limits_df is None else limits_df
    ratio = stats.t.isf(p[:, None] / 2, df) / stats.t.ppf(0.975, behind)
    return list(zip(*ratio, strict=True))


def line_p(
    printed: pd.DataFrame, term: str, df, limits_df=None, even: bool = True
) -> tuple[float, float]:
    """The P values of one term that the printed lines of a marker (rows by term) allow."""
    if term == "difference":
        control, treated = (printed_line(printed.loc[t]) for t in ("control", "treated"))
        return attainable_difference_p(control, treated, df=df, limits_df=limits_df, even=even)
    slope, *limits = printed_line(printed.loc[term])
    return attainable_p(slope, tuple(limits), df=df, limits_df=limits_df, even=even)


def printed_range(row: Mapping, quantity: str) -> tuple[float, float]:
    """What a slope, SE, end of an interval or P value of :func:`rescat.load_slopes` can stand for.

    A figure printed as "0" beside others of three decimals is read as 0.000.
    """
    if quantity == "p_value":
        if row["p_relation"] == "<":
            return 0.0, row["p_value"]
        decimals = row["p_decimals"]
    else:
        decimals = row[f"{quantity}_decimals"] or printed_decimals(row)
    half = 0.5 * 10.0 ** -float(decimals)
    return row[quantity] - half, row[quantity] + half


def printed_decimals(row: Mapping) -> int:
    """Most decimals that a slope and its interval are printed with."""
    given = [row[f"{c}_decimals"] for c in ("slope", "ci_low", "ci_high")]
    return max((int(d) for d in given if not pd.isna(d)), default=0)


def printed_line(row: pd.Series) -> tuple[float, float, float]:
    """Slope and interval of a row of ``slopes.csv``."""
    return row["slope"], row["ci_low"], row["ci_high"]


def printed_width(row: pd.Series) -> tuple[float, float]:
    """The least and the greatest width that the printed interval of a row can have had."""
    (low, high), (upper_low, upper_high) = (printed_range(row, c) for c in ("ci_low", "ci_high"))
    return upper_low - high, upper_high - low
