"""The whole ledger as one table, and links to its rows from everywhere else."""

import re
from operator import add
from urllib.parse import urlencode

import pandas as pd
from IPython.display import HTML

from ..base.chapters import chapter_label, chapter_number
from ..base.inert import Html, displayed
from ..base.origin import origin_of
from ..base.words import in_words
from ..ledger.grouped import GRAVEST, IMPORTANCE, ledger_findings, of_substance, same_words
from ..ledger.verdicts import VERDICTS
from .corrections import responses
from .findable import findable_table
from .tables import coloured, folded, show_table, table_html, words_of_the_paper

__all__ = [
    "VERDICT_COLOURS",
    "chapter_link",
    "findings_overview",
    "ledger_page",
    "ledger_table",
    "link_claims",
    "verdicts_by_chapter",
]

# Statements that no other chapter examines belong to the ledger itself.
OWN_CHAPTER = "10_ledger"
DECISIVE = IMPORTANCE[0]  # of a statement that a conclusion rests on
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

    Returns
    -------
    Html

    Examples
    --------
    >>> import rescat
    >>> print(rescat.link_claims("SAF-15 & XYZ-99", {"SAF-15"}, "ledger.html"))
    <a href="ledger.html#SAF-15">SAF-15</a> &amp; XYZ-99
    """
    link = Html('<a href="{}#{}">{}</a>')
    parts = (
        link.format(page, part, part) if part in known else part for part in _CLAIM.split(text)
    )
    return Html("").join(parts)


def ledger_page(audited: pd.DataFrame, corrections: pd.DataFrame) -> HTML:
    """The ledger as one table to search, sort and filter, each row with an address of its own.

    Parameters
    ----------
    audited : DataFrame, one row per claim
        From :func:`rescat.audit`.
    corrections : DataFrame, one row per correction
        From :func:`rescat.load_corrections`; shown beside the verdicts they concern.

    Returns
    -------
    IPython.display.HTML
        From :func:`rescat.findable_table`.

    Raises
    ------
    OriginError
        If an origin of the claims is not known.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("claim_id == 'SAF-15'"))
    >>> page = rescat.ledger_page(audited, rescat.load_corrections()).data
    >>> page.count("<tr id="), '<tr id="SAF-15"' in page
    (1, True)
    """
    audited = _gravest_first(audited)
    known, answers = set(audited["claim_id"]), responses(corrections)
    notes = _same_words_notes(audited, known)
    answers = {claim: answers.get(claim, "") + notes.get(claim, "") for claim in known}
    kept, of_language = of_substance(audited), "of language and spelling"
    shown = _findable(audited[kept], known, answers, "ledger", "of substance")
    if not (slips := audited[~kept]).empty:
        table = _findable(slips, known, answers, "ledger-slips", of_language)
        shown += folded(f"{len(slips)} slips {of_language}", table)
    return displayed(shown)


def _gravest_first(audited: pd.DataFrame) -> pd.DataFrame:
    """Rows that a conclusion rests on first, and among them what weighs most."""
    order = pd.DataFrame(
        {
            "importance": audited["importance"].map(IMPORTANCE.index),
            "verdict": audited["verdict"].map(GRAVEST.index),
        }
    ).sort_values(["importance", "verdict"], kind="stable")
    return audited.loc[order.index]


def _same_words_notes(audited: pd.DataFrame, known: set[str]) -> dict[str, Html]:
    """For each row whose words stand in another row too: where."""
    line = Html(' <span class="same-words">Other questions to these words: {}.</span>')
    return {
        claim: line.format(link_claims(", ".join(others), known))
        for claim, others in same_words(audited).items()
    }


def _findable(audited: pd.DataFrame, known: set[str], answers: dict, name: str, kind: str) -> Html:
    """Some rows of the ledger as a table to search, sort and filter."""
    claims = audited["claim_id"]
    detail = audited["detail"].where(audited["detail"].eq(""), ": " + audited["detail"])
    cells = pd.DataFrame(
        {
            "Claim": [Html('<a href="#{}">{}</a>').format(claim, claim) for claim in claims],
            "Place": audited["section"].where(
                audited["document"].eq("article"), "Repository record: " + audited["section"]
            ),
            "The paper says": "“" + words_of_the_paper(audited["quotation"]) + "”",
            "Verdict": [
                verdict_mark(row.verdict) + link_claims(text, known)
                for row, text in zip(audited.itertuples(), detail, strict=True)
            ],
            "Recomputed, and what may explain it": [
                _recomputed(row, known) + answers.get(row.claim_id, "")
                for row in audited.itertuples()
            ],
            "origin": audited["origin"],
        },
        index=audited.index,
        dtype=object,  # a column of text would forget which cells are HTML
    )
    ordered = {"Importance": ("importance", IMPORTANCE), "Verdict": ("verdict", VERDICTS)}
    return findable_table(
        cells,
        name=name,
        title=f"The ledger: the examined statements {kind}",
        note="data/published/claims.csv",
        filters={
            "Part of the paper": audited["section"].str.split(",").str[0],
            "Chapter": audited["chapter"].map(chapter_label),
            **{
                label: pd.Series(pd.Categorical(audited[column], list(values)), audited.index)
                for label, (column, values) in ordered.items()
            },
        },
        row_ids=claims,
    )


def filtered_ledger(chapter: str) -> Html:
    """The address of the ledger, as seen from a chapter, when it shows one chapter's rows alone.

    Examples
    --------
    >>> from rescat.pages.ledger import filtered_ledger
    >>> print(filtered_ledger("03_safety"))
    10_ledger.html?ledger.chapter=3+%C2%B7+Safety#ledger
    """
    asked = urlencode({"ledger.chapter": chapter_label(chapter)})
    return Html("10_ledger.html?{}#ledger").format(asked)


def _recomputed(row, known: set[str]) -> Html:
    """What was found, how, and where it is computed: the row in its chapter, and the check."""
    figure = Html("<strong>{}</strong> ").format(row.recomputed) if row.recomputed else ""
    by, place = "judged by a person, with a reason", ""
    if row.source:
        by = Html("check <code>{}</code> in <code>{}</code>").format(row.check, row.source)
    if row.chapter != OWN_CHAPTER:
        place = Html("{}, ").format(chapter_link(row))
    return Html('{}{} <span class="computed-in">{}{}</span>').format(
        figure, link_claims(row.explanation, known), place, by
    )


def chapter_link(row, folder: str = "") -> Html:
    """A link to the chapter that examines a claim, and there to its row if it is decisive.

    Parameters
    ----------
    row
        A row of :func:`rescat.audit`, as a tuple with names.
    folder : str
        Where the chapters are, as seen from the page of the link; nothing on a chapter's page.
    """
    place = f"#claim-{row.claim_id}" if row.importance == DECISIVE else ""
    return Html('<a href="{}{}.html{}">{}</a>').format(
        folder, row.chapter, place, chapter_label(row.chapter)
    )


VERDICT_COLOURS = dict(
    zip(
        VERDICTS,
        (
            *("#D7F0E5", "#E6F3D8", "#FFF1C9", "#F9D4CC", "#F9D4CC", "#FCE0C2", "#F6D9E8"),
            *("#DCE7F5", "#E8EAED", "#EFEFEF"),
        ),
        strict=True,
    )
)


def verdict_mark(verdict: str) -> Html:
    """A verdict on its colour."""
    return coloured(verdict, VERDICT_COLOURS[verdict])


def findings_overview(audited: pd.DataFrame) -> HTML:
    """The findings of the ledger with their rows: the decisive ones open, the others folded.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    DataError
        If a row belongs to a finding that is not known.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("finding == 'dose'"))
    >>> 'href="#MAN-14"' in rescat.pages.findings_overview(audited).data
    True
    """
    found, known = ledger_findings(audited), set(audited["claim_id"])
    items = {importance: [] for importance in IMPORTANCE}
    line = Html('<li><strong>{}.</strong> <span class="of-the-paper">Verdict on the paper:</span> '
                '{} <span class="finding-evidence">({})</span></li>')  # fmt: skip
    for row in found.itertuples():
        claims = link_claims(", ".join(row.claims), known)
        items[row.importance].append(line.format(row.headline, verdict_mark(row.verdict), claims))
    lists = {
        importance: Html('<ul class="findings">{}</ul>').format(Html("").join(own))
        for importance, own in items.items()
        if own
    }
    decisive = lists.pop(DECISIVE, Html(""))
    rest = [
        folded(f"{len(items[importance])} {importance} findings", own)
        for importance, own in lists.items()
    ]
    return displayed(decisive + Html("").join(rest))


def ledger_table(
    audited: pd.DataFrame, corrections: pd.DataFrame, *, name: str, title: str
) -> HTML:
    """Paper against recomputed: the decisive statements of a chapter, and where the others are.

    Each row can be linked to (``#claim-COH-04``), leads to its row in the whole ledger, and shows
    what the authors or readers wrote about it.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`, the rows of one chapter.
    corrections : DataFrame
        From :func:`rescat.load_corrections`.
    name : str
        Identifier of the table in the page.
    title : str
        Above the table.
    """
    decisive = audited[audited["importance"].eq(DECISIVE)]
    shown = Html("")
    if not decisive.empty:
        shown = _small_table(decisive, responses(corrections), name, title)
    if others := len(audited) - len(decisive):
        link = Html('<p class="other-statements"><a href="{}">{}</a></p>')
        words = f"In the ledger: {in_words(others, 'more statement')} of this chapter"
        shown += link.format(filtered_ledger(audited["chapter"].iloc[0]), words)
    return displayed(shown)


def _small_table(audited: pd.DataFrame, answers: dict, name: str, title: str) -> Html:
    """Some rows of the ledger as a table of a chapter."""
    anchor = Html('<a id="claim-{0}" href="10_ledger.html#{0}">{0}</a>')
    quoted = words_of_the_paper(audited["quotation"])
    detail = audited["detail"].where(audited["detail"].eq(""), ": " + audited["detail"])
    shown = {
        "Claim": [anchor.format(claim) for claim in audited["claim_id"]],
        "The paper says": "“" + quoted + "” (" + audited["section"] + ")",
        "Verdict": list(map(add, audited["verdict"].map(verdict_mark), detail)),
        "Recomputed": audited["recomputed"],
        "How, and what may explain it": [
            Html.escape(r.explanation) + answers.get(r.claim_id, "") for r in audited.itertuples()
        ],
        "origin": audited["origin"],
    }
    return table_html(
        pd.DataFrame(shown, index=audited.index, dtype=object),
        name=name,
        title=title,
        source="Ledger: data/published/claims.csv",
    )


def verdicts_by_chapter(audited: pd.DataFrame) -> HTML:
    """How many claims of each chapter have each verdict, from :func:`rescat.audit`.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("finding == 'dose'"))
    >>> "How many statements" in rescat.pages.verdicts_by_chapter(audited).data
    True
    """
    counts = pd.crosstab(audited["verdict"], audited["chapter"])
    counts = counts.reindex(list(VERDICTS), fill_value=0).rename(columns=chapter_number)
    counts["All"] = counts.sum(axis=1)
    counts.loc["All"] = counts.sum()
    names = pd.Series([*map(verdict_mark, VERDICTS), "All"], counts.index, dtype=object)
    counts.insert(0, "Verdict", names)
    return show_table(
        counts.assign(origin=origin_of(audited)),
        name="verdicts-by-chapter",
        title="How many statements of each chapter have each verdict",
        subtitle="The columns are the numbers of the chapters",
        source="Ledger: data/published/claims.csv",
    )
