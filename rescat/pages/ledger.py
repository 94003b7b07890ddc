"""The whole ledger as one table, and links to its rows from everywhere else."""

import re

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..ledger.audit import VERDICTS, source_of
from ..ledger.corrections import load_corrections, responses
from .findable import findable_table
from .tables import VERDICT_COLOURS, chapter_label, words_of_the_paper

__all__ = ["ledger_page", "link_claims"]

# Statements that no other chapter examines belong to the ledger itself.
OWN_CHAPTER = "10_ledger"
_CLAIM = re.compile(r"(\b[A-Z]{3}-\d{2}\b)")


def link_claims(text: str, known: set[str], page: str = "") -> Html:
    """Text as HTML in which each identifier of a claim leads to its row of the ledger.

    Parameters
    ----------
    text : str
        Escaped here.
    known : set of str
        The identifiers that the ledger has; others stay text.
    page : str
        Address of the ledger, as seen from the page of the text; none on its own page.
    """
    link = Html('<a href="{}#{}">{}</a>')
    parts = (
        link.format(page, part, part) if part in known else part for part in _CLAIM.split(text)
    )
    return Html("").join(parts)


def ledger_page(audited: pd.DataFrame, *, corrections: pd.DataFrame | None = None) -> HTML:
    """The ledger as one table to search, sort and filter, each row with an address of its own.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.ledger.audit`.
    corrections : DataFrame, optional
        From :func:`rescat.load_corrections` (default); shown beside the verdicts they concern.
    """
    known, claims = set(audited["claim_id"]), audited["claim_id"]
    answers = responses(load_corrections() if corrections is None else corrections)
    detail = audited["detail"].where(audited["detail"].eq(""), ": " + audited["detail"])
    cells = pd.DataFrame(
        {
            "Claim": [Html('<a href="#{}">{}</a>').format(claim, claim) for claim in claims],
            "Place": audited["section"],
            "The paper says": "“" + words_of_the_paper(audited["quotation"]) + "”",
            "Verdict": [link_claims(text, known) for text in audited["verdict"] + detail],
            "Recomputed, and what may explain it": [
                _recomputed(row, known) + answers.get(row.claim_id, "")
                for row in audited.itertuples()
            ],
            "origin": audited["origin"],
        },
        index=audited.index,
        dtype=object,  # a column of text would forget which cells are HTML
    )
    return displayed(
        findable_table(
            cells,
            name="ledger",
            title="The ledger: every examined statement of the paper",
            note="data/published/claims.csv",
            filters={
                "Part of the paper": audited["section"].str.split(",").str[0],
                "Chapter": audited["chapter"].map(chapter_label),
                "Verdict": pd.Series(
                    pd.Categorical(audited["verdict"], list(VERDICTS)), audited.index
                ),
            },
            row_ids=claims,
            colours={"Verdict": audited["verdict"].map(VERDICT_COLOURS)},
        )
    )


def _recomputed(row, known: set[str]) -> Html:
    """What was found, how, and where it is computed: the row in its chapter, and the check."""
    figure = Html("<strong>{}</strong> ").format(row.recomputed) if row.recomputed else ""
    by, place = "a typed judgement", ""
    if source := source_of(row.check):
        by = Html("check <code>{}</code> in <code>{}</code>").format(row.check, source)
    if row.chapter != OWN_CHAPTER:
        place = Html('<a href="{}.html#claim-{}">{}</a>, ').format(
            row.chapter, row.claim_id, chapter_label(row.chapter)
        )
    return Html('{}{} <span class="computed-in">{}{}</span>').format(
        figure, link_claims(row.explanation, known), place, by
    )
