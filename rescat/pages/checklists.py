"""The checklists as tables."""

import pandas as pd

from ..base.inert import Html
from ..ledger.checklists import ANSWERS, CHECKLISTS
from .findable import findable_table
from .ledger import link_claims
from .tables import coloured

__all__ = ["checklist_table"]


def checklist_table(
    rows: pd.DataFrame, claims: pd.DataFrame, *, name: str, ledger: str = "chapters/10_ledger.html"
) -> Html:
    """A checklist as an HTML table to search, sort and filter, with links to the ledger.

    Parameters
    ----------
    rows : DataFrame
        From :func:`rescat.load_checklist`.
    claims : DataFrame
        From :func:`rescat.load_claims` or :func:`rescat.audit`: the claims that become links.
    name : str
        Which of ``CHECKLISTS`` it is.
    ledger : str
        Address of the ledger, as seen from the page of the table.

    Returns
    -------
    Html
        From :func:`rescat.findable_table`, one row per item.

    Raises
    ------
    KeyError
        If no checklist has that name.
    OriginError
        If an origin of the rows is not known.

    Examples
    --------
    >>> import rescat
    >>> rows = rescat.load_checklist("consort_2025")
    >>> made = rescat.checklist_table(rows, rescat.load_claims(), name="consort_2025")
    >>> made.count("<tr data-values=") == len(rows)
    True
    >>> '<a href="chapters/10_ledger.html#SAF-17">SAF-17</a>' in made
    True
    """
    known = set(claims["claim_id"])

    def linked(column: str) -> list[Html]:
        return [link_claims(text, known, ledger) for text in rows[column]]

    group = "comparison" if name == "estimand_e9r1" else "part"
    answer = "Answered" if name == "inspect_sr" else "Reported"
    cells = {"Item": rows["item"], "It asks": _asked(rows)}
    if group == "comparison":
        cells = {"Comparison": rows["comparison"], **cells}
    marks = [coloured(said, ANSWERS[said]) for said in rows["reported"]]
    cells |= {answer: marks, "Where, and in which words": _quoted(rows)}
    if group == "comparison":
        cells |= {"Left open": linked("left_open"), "The data could support": linked("supported")}
    else:
        cells |= {"What is there, and what is not": linked("note")}
    return findable_table(
        pd.DataFrame({**cells, "origin": rows["origin"]}, index=rows.index, dtype=object),
        name=name.replace("_", "-"),
        title=CHECKLISTS[name],
        note=f"{'; '.join(rows['source'].unique())}. Table: data/evidence/{name}.csv",
        filters={
            group.capitalize(): pd.Series(
                pd.Categorical(rows[group], rows[group].unique()), rows.index
            ),
            answer: pd.Series(pd.Categorical(rows["reported"], list(ANSWERS)), rows.index),
        },
    )


def _asked(rows: pd.DataFrame) -> list[str]:
    """The subject of an item, where it has one, and what it asks."""
    if "topic" not in rows:
        return list(rows["wording"])
    both = Html("<strong>{}.</strong> {}")
    return [both.format(row.topic, row.wording) for row in rows.itertuples()]


def _quoted(rows: pd.DataFrame) -> pd.Series:
    """The place in the paper and its words; a dash where there are none."""
    words = "“" + rows["quotation"].fillna("") + "” (" + rows["section"].fillna("") + ")"
    return words.where(rows["quotation"].notna(), "–")
