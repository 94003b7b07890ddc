"""Reporting checklists, filled in: CONSORT 2025, the estimands, and checks after INSPECT-SR."""

import pandas as pd

from ..base.inert import Html
from ..data.loaders import load_claims, load_table
from ..pages.findable import findable_table
from ..pages.ledger import link_claims

__all__ = ["CHECKLISTS", "checklist_counts", "checklist_table", "load_checklist"]

# Each checklist, and the title of its table.
CHECKLISTS = {
    "consort_2025": "CONSORT 2025: what the paper reports",
    "estimand_e9r1": "The estimands: what the paper states, and what the data could support",
    "inspect_sr": "Checks in the style of INSPECT-SR: what the public record says",
}
_ANSWERS = {"yes": "#D7F0E5", "partly": "#FFF1C9", "no": "#FCE0C2", "not applicable": "#E8EAED"}


def load_checklist(name: str) -> pd.DataFrame:
    """One of ``CHECKLISTS``: a row per item, with the words of the paper that report it.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.
    KeyError
        If there is no such checklist.
    """
    if name not in CHECKLISTS:
        raise KeyError(f"no checklist {name!r}; there are {', '.join(CHECKLISTS)}")
    return load_table(name)


def checklist_counts(checklist: pd.DataFrame) -> str:
    """How many items have each answer, in one sentence."""
    counts = checklist["reported"].value_counts().reindex(list(_ANSWERS), fill_value=0)
    parts = [f"{count} {answer}" for answer, count in counts.items() if count]
    return f"Of {counts.sum()} rows: {', '.join(parts)}."


def checklist_table(name: str, ledger: str = "chapters/10_ledger.html") -> Html:
    """A checklist as an HTML table to search, sort and filter, with links to the ledger.

    Parameters
    ----------
    name : str
        One of ``CHECKLISTS``.
    ledger : str
        Address of the ledger, as seen from the page of the table.
    """
    rows = load_checklist(name)
    known = set(load_claims()["claim_id"])

    def linked(column: str) -> list[Html]:
        return [link_claims(text, known, ledger) for text in rows[column]]

    group = "comparison" if name == "estimand_e9r1" else "part"
    answer = "Answered" if name == "inspect_sr" else "Reported"
    cells = {"Item": rows["item"], "It asks": _asked(rows)}
    if group == "comparison":
        cells = {"Comparison": rows["comparison"], **cells}
    cells |= {answer: rows["reported"], "Where, and in which words": _quoted(rows)}
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
            answer: pd.Series(pd.Categorical(rows["reported"], list(_ANSWERS)), rows.index),
        },
        colours={answer: rows["reported"].map(_ANSWERS)},
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
