"""The tests that the paper prints, and how many of them count as significant."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.marker_names import measured_markers
from ..printed.attainable import attainable_difference_p
from ..printed.lines import printed_range
from .multiplicity import ADJUSTMENTS, adjusted_p_bounds
from .pooling import design_analysis

__all__ = [
    "FAMILIES",
    "adjusted_p_by_family",
    "allowed_differences",
    "printed_design_analysis",
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
    """The P values of a difference that the printed slopes and limits of both groups allow.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : list of str
        With printed slope and limits of each group.
    df : list of float
        Degrees of freedom to assume; infinity is the normal distribution.
    even : bool
        Whether the limits are even about the slopes: see :func:`rescat.attainable_difference_p`.

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
    independent and P as from the statistic behind the limits. A printed P value that is outside a
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
    4             Slope of the treated against zero     20     2      1.00    False
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
    for term, group in (("control", "controls"), ("treated", "treated")):
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


def printed_design_analysis(
    slopes: pd.DataFrame, shares: Sequence[float] = (1, 1 / 2, 1 / 4)
) -> pd.DataFrame:
    """How far the printed differences mislead, if the true ones are as large or smaller.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    shares : sequence of float
        True difference over the printed one.

    Returns
    -------
    DataFrame, one row per marker with both slopes printed, and share
        ``marker``, ``share``, the columns of :func:`rescat.design_analysis`, and ``origin``. The
        standard error is the one with which a normal estimate has the printed P value; it and
        ``true`` are per day, on the scale of the paper.

    Notes
    -----
    Gelman and Carlin (2014), Perspectives on Psychological Science 9: 641-651, as described for
    :func:`rescat.design_analysis`. They warn that the printed estimate is no good guess of the true
    difference, because it is itself likely to be exaggerated; so smaller shares are shown.

    Examples
    --------
    >>> import rescat
    >>> analysis = rescat.printed_design_analysis(rescat.load_slopes(), [1, 0.5])
    >>> columns = ["marker", "share", "power", "type_s", "exaggeration"]
    >>> print(analysis[columns].round(2).to_string())
      marker  share  power  type_s  exaggeration
    0   IL18    1.0   0.45    0.00          1.49
    1   IL18    0.5   0.15    0.01          2.71
    2  IL1RA    1.0   0.61    0.00          1.28
    3  IL1RA    0.5   0.20    0.01          2.25
    4    NFL    1.0   0.71    0.00          1.19
    5    NFL    0.5   0.24    0.00          2.03
    """
    lines = slopes.pivot(index="marker", columns="term", values="slope")
    differences = slopes[slopes["term"].eq("difference")].set_index("marker")
    parts = []
    for marker, line in lines[["control", "treated"]].dropna().iterrows():
        size = abs(line["treated"] - line["control"])
        se = size / stats.norm.isf(differences.loc[marker, "p_value"] / 2)
        found = design_analysis(np.multiply(shares, size), se)
        parts.append(found.assign(marker=marker, share=shares, origin="published"))
    table = pd.concat(parts, ignore_index=True)
    return table[["marker", "share", "true", "se", "power", "type_s", "exaggeration", "origin"]]
