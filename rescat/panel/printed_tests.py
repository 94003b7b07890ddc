"""The tests that the paper prints, and how many of them count as significant."""

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..data.marker_names import measured_markers
from ..printed.lines import printed_range

__all__ = ["FAMILIES", "printed_p_ranges", "printed_tests"]

# Which tests count as one family. The paper does not list its twenty; Figure 2 has twenty names.
FAMILIES = {
    "Figure 2": "the markers of Figure 2",
    "with CRP": "the markers of Figure 2, and CRP",
    "inflammatory": "the inflammatory markers of Figure 2",
    "neuro": "the neuro-markers of Figure 2",
}


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
        A difference that is called significant without a number has a P value below it.

    Returns
    -------
    DataFrame, one row per test
        ``marker``, ``printed`` (the P value, or missing), ``low``, ``high`` and ``origin``.

    Raises
    ------
    ModelError
        If the family is not known.
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
    """Differences of a family that are called significant, by number or word, and its tests."""
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

    Returns
    -------
    DataFrame, one row per kind of test
        ``what``, ``tests``, ``hits`` (called significant, by number or by word), ``expected``
        (significant by chance), ``counted`` and ``origin``.
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
