"""What the paper says of the biomarkers in words, beside what a twin shows."""

import numpy as np
import pandas as pd

from ..base.origin import origin_of
from ..data.loaders import load_table
from ..panel.fits import one_marker, to_scale
from ..slopes.fit import fit_slopes

__all__ = ["words_against_twin"]

_ALIGNED = 0.1  # log10: up to 1.26 times counts as aligned; the paper gives no limit
_ALIGN = "NFL levels appeared to align between the MSC and control groups by day 28"
_PART = "a notable divergence was observed at day 14"
_FALL = "MSC treatment significantly reduced IL6 levels"
_PANELS = {
    "either no significant changes over time or comparable trends": "inflammatory",
    "did not show significant differences between groups": "neuro",
}


def words_against_twin(biomarkers: pd.DataFrame) -> pd.DataFrame:
    """What the paper says in words, what the values of a twin show, and whether they agree.

    Parameters
    ----------
    biomarkers : DataFrame
        As from :func:`rescat.load_biomarkers`, with all markers of the panel.

    Returns
    -------
    DataFrame, one row per statement
        ``said`` (words of the paper), ``shown`` (of the twin), ``met`` (bool) and ``origin``.

    Notes
    -----
    The groups are taken to be aligned on a day if the means of their log10 values differ by no more
    than 0.1. "Significant" is P < 0.05 by :func:`rescat.fit_slopes`. Figures that are printed with
    the words are compared by the twin itself (``Twin.met``).

    Examples
    --------
    >>> import rescat
    >>> words = rescat.words_against_twin(rescat.load_biomarkers())
    >>> print(words[["said", "met"]].to_string(index=False))
                                                                         said   met
    NFL levels appeared to align between the MSC and control groups by day 28 False
                                  a notable divergence was observed at day 14 False
                               MSC treatment significantly reduced IL6 levels  True
                 either no significant changes over time or comparable trends  True
                          did not show significant differences between groups  True
    """
    logged = to_scale(biomarkers)
    means = one_marker(logged, "NFL").groupby(["day", "treated"])["value"].mean().unstack()
    apart = (means[False] - means[True]).reindex([14, 28])
    il6 = fit_slopes(one_marker(logged, "IL6")).table.loc["treated"]
    il6_shown = f"the slope of IL6 with MSC is {il6['slope']:.3f} per day, P = {il6['p_value']:.3f}"
    rows = [
        (_ALIGN, _times(apart[28], 28), abs(apart[28]) <= _ALIGNED),
        (_PART, _times(apart[14], 14), abs(apart[14]) > _ALIGNED),
        (_FALL, il6_shown, il6["slope"] < 0 and il6["p_value"] < 0.05),
        *(_panel_row(logged, words, kind) for words, kind in _PANELS.items()),
    ]
    table = pd.DataFrame(rows, columns=["said", "shown", "met"]).astype({"met": bool})
    return table.assign(origin=origin_of(biomarkers))


def _times(apart: float, day: int) -> str:
    if np.isnan(apart):
        return f"one of the groups has no sample on day {day}"
    return f"on day {day} the mean of the controls is {10**apart:.1f} times that of MSC"


def _panel_row(logged: pd.DataFrame, words: str, kind: str) -> tuple[str, str, bool]:
    """What is said of all other markers of a kind, and those that differ between the groups."""
    panel = load_table("markers").query("kind == @kind")
    others = panel.loc[panel["printed"].isin(["like change", "no significant change"]), "marker"]
    p_values = {m: fit_slopes(one_marker(logged, m)).table["p_value"] for m in others}
    differ = [m for m, p in p_values.items() if p["difference"] < 0.05]
    shown = f"slopes that differ by P < 0.05: {', '.join(differ) or 'none'} of {len(others)}"
    return words, shown, not differ
