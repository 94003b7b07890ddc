"""The tests that the paper prints, and how many of them count as significant."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.marker_names import measured_markers
from ..printed.attainable import attainable_difference_p, corners_of, edges_of
from ..printed.lines import printed_decimals, printed_line, printed_range
from .multiplicity import ADJUSTMENTS, adjusted_p_bounds
from .pooling import design_analysis
from .tipping import outside_rates

__all__ = [
    "FAMILIES",
    "adjusted_p_by_family",
    "allowed_differences",
    "outside_sizes",
    "printed_design_analysis",
    "printed_differences",
    "printed_hits",
    "printed_p_ranges",
    "printed_tests",
]

# Which tests count as one family. The paper does not list its twenty; Figure 2 has twenty names.
FAMILIES = {
    "Figure 2": "the markers of Figure 2",
    "with CRP": "the markers of Figure 2, and CRP",
    "inflammatory": "the inflammatory markers of Figure 2",
    "neuro": "the neuro-markers of Figure 2",
}


def allowed_differences(
    slopes: pd.DataFrame, markers: Sequence[str], df: Sequence[float], *, even: bool = True
) -> pd.DataFrame:
    """The P values of a difference that the printed slopes and intervals of both groups allow.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : list of str
        With printed slope and interval of each group.
    df : list of float
        Degrees of freedom to assume; infinity is the normal distribution.
    even : bool
        Whether the slope is in the middle of its interval: see
        :func:`rescat.attainable_difference_p`.

    Returns
    -------
    DataFrame, a row for each marker and df
        ``marker``, ``printed`` (the printed P value), ``df`` (in words), ``low`` and ``high``
        (ends of the two-sided P value that the lines allow) and ``origin``.

    Raises
    ------
    KeyError
        If a marker has no row of a group or of the difference.

    Notes
    -----
    The P values are those of :func:`rescat.attainable_difference_p`, which takes the two lines as
    independent and P as from the statistic behind the interval. A printed P value that is outside a
    range by more than its own rounding does not fit the lines with so many degrees of freedom, by
    that route; it can come by another.

    Examples
    --------
    >>> import numpy as np
    >>> import rescat
    >>> allowed = rescat.allowed_differences(rescat.load_slopes(), ["IL1RA", "NFL"], [20, np.inf])
    >>> print(allowed.round(3).to_string())
      marker  printed      df    low   high     origin
    0  IL1RA    0.025      20  0.018  0.030  published
    1  IL1RA    0.025  normal  0.016  0.028  published
    2    NFL    0.012      20  0.005  0.008  published
    3    NFL    0.012  normal  0.003  0.006  published
    """
    printed = slopes.set_index(["marker", "term"])
    rows = []
    for marker in markers:
        lines = [
            tuple(printed.loc[(marker, term), ["slope", "ci_low", "ci_high"]])
            for term in ("control", "treated")
        ]
        p = printed.loc[(marker, "difference"), "p_value"]
        for number in df:
            words = "normal" if np.isinf(number) else f"{number:g}"
            rows.append((marker, p, words, *attainable_difference_p(*lines, df=number, even=even)))
    table = pd.DataFrame(rows, columns=["marker", "printed", "df", "low", "high"])
    return table.assign(origin="published")


def printed_p_ranges(
    slopes: pd.DataFrame,
    family: str = "Figure 2",
    *,
    unprinted: tuple[float, float] = (0.05, 1.0),
    alpha: float = 0.05,
) -> pd.DataFrame:
    """What the P value of each test of a family can be, by what the paper prints of it.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    family : str
        Key of :data:`rescat.FAMILIES`.
    unprinted : (float, float)
        What the P values that are not printed can be. The text calls three differences
        significant, so the others are not below 0.05; (0, 1) is to know nothing.
    alpha : float
        A difference that is called significant without a number has a P value below it: CRP.

    Returns
    -------
    DataFrame, one row per test
        ``marker``, ``printed`` (the P value, or missing), ``low`` and ``high`` (ends of what it can
        be, from 0 to 1) and ``origin``.

    Raises
    ------
    ModelError
        If the family is not known.

    Notes
    -----
    A P value printed as 0.012 can be anything from 0.0115 to 0.0125 before rounding.

    Examples
    --------
    >>> import rescat
    >>> ranges = rescat.printed_p_ranges(rescat.load_slopes(), "neuro")
    >>> print(ranges.head(3).to_string())
       marker  printed     low    high     origin
    0     NFL    0.012  0.0115  0.0125  published
    1  UCH-L1      NaN  0.0500  1.0000  published
    2     TAU      NaN  0.0500  1.0000  published
    """
    if family not in FAMILIES:
        raise ModelError(f"family {family!r}: expected one of {', '.join(FAMILIES)}")
    levels = measured_markers()
    levels = levels[levels["printed"].ne("below detection")]
    spoken = levels["printed"].eq("significant difference")  # without a number: CRP
    if family != "with CRP":
        levels, spoken = levels[~spoken], spoken[~spoken]
    if family in set(levels["kind"]):
        levels = levels[levels["kind"].eq(family)]
    differences = slopes[slopes["term"].eq("difference")].set_index("marker")
    rows = []
    for level in levels.itertuples():
        low, high, printed = *unprinted, np.nan
        if level.marker in differences.index:
            row = differences.loc[level.marker]
            low, high = np.clip(printed_range(row, "p_value"), 0.0, 1.0)
            printed = row["p_value"]
        elif spoken[level.Index]:
            low, high = 0.0, alpha
        rows.append({"marker": level.marker, "printed": printed, "low": low, "high": high})
    return pd.DataFrame(rows).assign(origin="published")


def printed_hits(
    slopes: pd.DataFrame, family: str = "Figure 2", *, alpha: float = 0.05
) -> tuple[int, int]:
    """Differences of a family that are called significant, by number or word, and its tests.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    family : str
        Key of :data:`rescat.FAMILIES`.
    alpha : float
        Level of each test.

    Returns
    -------
    hits : int
        Tests whose P value is below alpha wherever it lies in its range.
    tests : int
        All tests of the family.

    Raises
    ------
    ModelError
        If the family is not known.

    Examples
    --------
    >>> import rescat
    >>> rescat.printed_hits(rescat.load_slopes())
    (3, 20)
    >>> rescat.printed_hits(rescat.load_slopes(), "with CRP")
    (4, 21)
    """
    ranges = printed_p_ranges(slopes, family, alpha=alpha)
    return _hits(ranges, alpha), len(ranges)


def _hits(ranges: pd.DataFrame, alpha: float) -> int:
    """Tests whose P value is below alpha wherever it lies in its range."""
    return int(ranges["high"].le(alpha).sum())


def printed_tests(slopes: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """The tests of slopes that the text speaks of, and which of them the paper counts.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    alpha : float
        Level of each test.

    Returns
    -------
    DataFrame, one row per kind of test
        ``what`` (in words), ``tests`` (their number), ``hits`` (called significant, by number or by
        word), ``expected`` (number significant by chance: tests times alpha), ``counted`` (bool:
        whether the paper counts them) and ``origin``.

    Examples
    --------
    >>> import rescat
    >>> tests = rescat.printed_tests(rescat.load_slopes())
    >>> print(tests.drop(columns="origin").to_string())
                                               what  tests  hits  expected  counted
    0  Difference, inflammatory markers of Figure 2     12     2      0.60     True
    1         Difference, neuro-markers of Figure 2      8     1      0.40     True
    2                               Difference, CRP      1     1      0.05    False
    3            Slope of the controls against zero     20     4      1.00    False
    4        Slope of the MSC patients against zero     20     2      1.00    False
    """
    parts = {f: printed_p_ranges(slopes, f, alpha=alpha) for f in FAMILIES}
    crp = parts["with CRP"][~parts["with CRP"]["marker"].isin(parts["Figure 2"]["marker"])]
    rows = [
        ("Difference, inflammatory markers of Figure 2", parts["inflammatory"], True),
        ("Difference, neuro-markers of Figure 2", parts["neuro"], True),
        (f"Difference, {' and '.join(crp['marker'])}", crp, False),
    ]
    rows = [(what, len(own), _hits(own, alpha), counted) for what, own, counted in rows]
    n = len(parts["Figure 2"])
    for term, group in (("control", "controls"), ("treated", "MSC patients")):
        own = slopes[slopes["term"].eq(term)]
        rows.append(
            (f"Slope of the {group} against zero", n, int(own["p_value"].lt(alpha).sum()), False)
        )
    table = pd.DataFrame(rows, columns=["what", "tests", "hits", "counted"])
    table.insert(3, "expected", table["tests"] * alpha)
    return table.assign(origin="published")


def adjusted_p_by_family(
    slopes: pd.DataFrame,
    markers: Iterable[str],
    methods: Iterable[str] = tuple(ADJUSTMENTS),
) -> pd.DataFrame:
    """What the corrected P values of some markers can be in each family of tests.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : iterable of str
        Shown where they belong to the family.
    methods : iterable of str
        Keys of :data:`rescat.ADJUSTMENTS`.

    Returns
    -------
    DataFrame, one row per family, marker and method
        ``family`` (in words, with its number of tests), and the columns of
        :func:`rescat.adjusted_p_bounds`: ``marker``, ``method``, ``low``, ``high``, ``origin``.

    Raises
    ------
    ModelError
        If a method is not known.

    Notes
    -----
    The sources of the methods are named in :func:`rescat.adjust_p`.

    Examples
    --------
    >>> import rescat
    >>> table = rescat.adjusted_p_by_family(rescat.load_slopes(), ["NFL"], ["holm"])
    >>> print(table[["family", "method", "low", "high"]].to_string(index=False))
                                         family method   low   high
             the markers of Figure 2 (20 tests)   Holm 0.230 0.2500
    the markers of Figure 2, and CRP (21 tests)   Holm 0.230 0.2625
        the neuro-markers of Figure 2 (8 tests)   Holm 0.092 0.1000
    """
    wanted, methods, parts = list(markers), list(methods), []
    for family, words in FAMILIES.items():
        ranges = printed_p_ranges(slopes, family)
        bounds = adjusted_p_bounds(ranges, methods)
        own = bounds[bounds["marker"].isin(wanted)]
        parts.append(own.assign(family=f"{words} ({len(ranges)} tests)"))
    table = pd.concat(parts)
    return table[["family", "marker", "method", "low", "high", "origin"]]


def printed_differences(slopes: pd.DataFrame) -> pd.DataFrame:
    """The difference of two printed slopes with its interval, which the paper does not print.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.

    Returns
    -------
    DataFrame, one row per marker with slope and interval of both groups
        ``marker``, ``slope`` (treated minus control, per day), ``ci_low`` and ``ci_high`` (95 %),
        ``se`` (per day, by the normal distribution), ``p_value`` and ``p_relation`` as printed; the
        least and the greatest value that rounding allows to each limit: ``low_least``,
        ``low_most``, ``high_least``, ``high_most``; and ``origin``.

    Notes
    -----
    Half the width of the interval of the difference is the root of the sum of the squares of both
    half widths. That holds if the two slopes are independent and in the middle of their intervals,
    and if these were made with the same multiplier: Altman and Bland (2003), BMJ 326: 219.

    Examples
    --------
    >>> import rescat
    >>> limits = rescat.printed_differences(rescat.load_slopes())
    >>> print(limits[["marker", "slope", "ci_low", "ci_high"]].round(4).to_string(index=False))
    marker  slope  ci_low  ci_high
     IL1RA -0.020 -0.0370  -0.0030
      IL18 -0.009 -0.0175  -0.0005
       NFL -0.027 -0.0454  -0.0086
    """
    printed, rows = slopes.set_index(["marker", "term"]), []
    for marker in slopes["marker"].unique():
        own = printed.loc[marker].reindex(["control", "treated", "difference"])
        lines = own.loc[["control", "treated"]]
        if lines[["slope", "ci_low", "ci_high"]].isna().any(axis=None):
            continue
        (c, *c_limits), (t, *t_limits) = (printed_line(row) for _, row in lines.iterrows())
        half = np.hypot(np.ptp(c_limits), np.ptp(t_limits)) / 2
        # Slopes and half widths that round to this, edges too: a limit may be extreme there.
        control, treated = (
            edges_of(corners_of(*printed_line(row), printed_decimals(row)))
            for _, row in lines.iterrows()
        )
        apart = treated[None, :, 0] - control[:, None, 0]
        reach = np.hypot(treated[None, :, 1], control[:, None, 1])
        rows.append(
            {
                "marker": marker,
                "slope": t - c,
                "ci_low": t - c - half,
                "ci_high": t - c + half,
                "se": half / stats.norm.ppf(0.975),
                "p_value": own.loc["difference", "p_value"],
                "p_relation": own.loc["difference", "p_relation"],
                "low_least": (apart - reach).min(),
                "low_most": (apart - reach).max(),
                "high_least": (apart + reach).min(),
                "high_most": (apart + reach).max(),
            }
        )
    return pd.DataFrame(rows).assign(origin="published")


def outside_sizes() -> pd.DataFrame:
    """How fast markers change by themselves in intensive care: sizes that are not this trial's.

    A treatment that stopped such a change would make a difference of this size. Nothing says that
    MSC do.

    Returns
    -------
    DataFrame, one row per marker and study
        ``marker``, ``size`` (change per day, log10; its sign is left out), ``se``, ``what`` (of
        whom), ``source`` and ``origin``. Size and standard error are missing if none is known.

    Examples
    --------
    >>> import rescat
    >>> sizes = rescat.outside_sizes().dropna(subset="size")
    >>> print(sizes[["marker", "size", "se"]].round(3).to_string(index=False))
    marker  size    se
     IL1RA 0.021 0.014
      IL18 0.013 0.006
       IL6 0.036 0.015
       NFL 0.037   NaN
    """
    rates = outside_rates()
    sizes = rates.assign(size=rates["rate"].abs())
    return sizes[["marker", "size", "se", "what", "source", "origin"]]


def printed_design_analysis(slopes: pd.DataFrame, sizes: Mapping[str, float]) -> pd.DataFrame:
    """How far significant estimates of such a trial mislead, for true sizes from outside of it.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    sizes : dict of str to float
        Marker to the true difference to think about, per day: from other studies, such as
        :func:`outside_sizes`. The estimate itself is no such size.

    Returns
    -------
    DataFrame, one row per marker and standard error
        ``marker``, ``se_from`` ("limits": of both slopes, as in :func:`printed_differences`; or
        "P": with which a normal estimate has the printed P value), the columns of
        :func:`rescat.design_analysis`, ``z`` (true difference over its standard error) and
        ``origin``. A marker whose slopes are not printed has one row without figures.

    Notes
    -----
    Gelman and Carlin (2014), Perspectives on Psychological Science 9: 641-651, as described for
    :func:`rescat.design_analysis`. Power at the estimate itself is a function of its P value, and
    says no more than that: Hoenig and Heisey (2001), American Statistician 55: 19-24. The two
    standard errors differ where interval and P value do not fit each other.

    Examples
    --------
    >>> import rescat
    >>> analysis = rescat.printed_design_analysis(rescat.load_slopes(), {"NFL": 0.037})
    >>> columns = ["marker", "se_from", "se", "power", "exaggeration"]
    >>> print(analysis[columns].round(4).to_string(index=False))
    marker se_from     se  power  exaggeration
       NFL  limits 0.0094 0.9762        1.0146
       NFL       P 0.0107 0.9309        1.0415
    """
    printed = printed_differences(slopes).set_index("marker")
    parts = []
    for marker, size in sizes.items():
        if marker not in printed.index:
            parts.append(pd.DataFrame({"marker": [marker], "se_from": ["not known"], "true": size}))
            continue
        row = printed.loc[marker]
        by_p = abs(row["slope"]) / stats.norm.isf(row["p_value"] / 2)
        for se_from, se in (("limits", row["se"]), ("P", by_p)):
            found = design_analysis(size, se)
            parts.append(found.assign(marker=marker, se_from=se_from, z=abs(size) / se))
    table = pd.concat(parts, ignore_index=True).assign(origin="evidence")
    columns = ["marker", "se_from", "true", "se", "z", "power", "type_s", "exaggeration", "origin"]
    return table.reindex(columns=columns)
