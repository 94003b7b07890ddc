"""Slopes as a reader can feel them: so many times as high after four weeks."""

import pandas as pd
from IPython.display import HTML

from ..slopes.fold import fold_in_words
from .tables import show_table

__all__ = ["slopes_table"]

GROUPS = {
    "control": "All controls",
    "treated": "Treated (MSC)",
    "difference": "Difference, treated minus controls",
}


def slopes_table(
    lines: pd.DataFrame,
    *,
    name: str,
    title: str,
    source: str,
    scales: tuple[str, ...] = ("log10",),
    days: float = 28.0,
    decimals: int = 3,
) -> HTML:
    """Slopes with their confidence intervals, and beside them what they are in some days.

    Parameters
    ----------
    lines : DataFrame
        ``term`` (control, treated or difference), ``slope``, ``ci_low``, ``ci_high``, ``p_value``
        and ``origin``: rows of :func:`rescat.load_slopes`, or of the table of a fit. With
        ``marker`` there is a column for it.
    name, title, source : str
        As for :func:`show_table`.
    scales : tuple of {"log10", "ln"}
        Of the values; both if it is not known which one was used.
    days : float
    decimals : int
        Of the slopes.
    """
    places = f"+.{decimals}f"
    said = [
        f"{r.slope:{places}} ({r.ci_low:{places}} to {r.ci_high:{places}})"
        for r in lines.itertuples()
    ]
    folds = {
        f"if {scale}": [fold_in_words(r, days, scale) for _, r in lines.iterrows()]
        for scale in scales
    }
    signs = lines["p_relation"] if "p_relation" in lines else pd.Series("=", lines.index)
    p_values = [
        "" if pd.isna(p) else f"< {max(p, 0.001):.3f}" if sign == "<" or p < 0.001 else f"{p:.3f}"
        for p, sign in zip(lines["p_value"], signs, strict=True)
    ]
    shown = {
        **({"marker": lines["marker"]} if "marker" in lines else {}),
        "term": lines["term"].map(GROUPS),
        "slope": said,
        **folds,
        "p_value": p_values,
        "origin": lines["origin"],
    }
    subtitle = "In brackets the 95 % confidence interval. Below 1 is a fall"
    if lines["term"].eq("difference").any():
        subtitle += ". A difference is the factor by which the ratio of treated to controls changes"
    return show_table(
        pd.DataFrame(shown),
        name=name,
        title=title,
        subtitle=subtitle,
        source=source,
        labels={"term": "Group", "slope": "Slope per day", "p_value": "P"}
        | {f"if {scale}": f"In {days:g} days, if {scale}" for scale in scales},
    )
