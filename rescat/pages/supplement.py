"""The paper's supplement, or how to add it."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from .tables import show_table, table_html

__all__ = ["supplement_matching", "supplement_slopes"]

_NO_SUPPLEMENT = Html(
    "<p>The paper's {}, so that this book does not have it. "
    '<a href="../supplement.html">How to add the supplement</a>.</p>'
)


def supplement_slopes(added: pd.DataFrame | None, at_odds: pd.DataFrame) -> HTML:
    """The paper's eTable 6 and what in it does not agree; how to add it, if nobody has.

    Parameters
    ----------
    added : DataFrame or None
        ``supplement_slopes``, from :func:`rescat.load_supplement`.
    at_odds : DataFrame
        From :func:`rescat.supplement_disagreements`.
    """
    if added is None:
        return displayed(_NO_SUPPLEMENT.format("eTable 6, with every slope, could not be read"))
    figures = ["marker", "term", "slope", "se", "ci_low", "ci_high", "p_value", "origin"]
    table = table_html(
        added[figures],
        name="supplement-slopes",
        title="Slopes of the paper's eTable 6",
        source="data/supplement/slopes.csv",
        labels={"se": "SE"},
    )  # fmt: skip
    found = table_html(
        at_odds,
        name="supplement-disagreements",
        title="Figures of the supplement that do not agree once rounded",
        source="data/supplement/slopes.csv",
        labels={column: column.replace("_", " ").capitalize() for column in at_odds},
    )
    return displayed(table + found)


def supplement_matching(added: pd.DataFrame | None) -> HTML:
    """The paper's eFigure 1 as somebody read it off, or how to add it.

    Parameters
    ----------
    added : DataFrame or None
        ``supplement_matching``, from :func:`rescat.load_supplement`.
    """
    if added is None:
        shows = "eFigure 1, which shows its matching, could not be read"
        return displayed(_NO_SUPPLEMENT.format(shows))
    return show_table(
        added,
        name="supplement-matching",
        title="The paper's matching, read off its eFigure 1",
        source="data/supplement/matching.csv",
        labels={column: column.capitalize() for column in added},
    )
