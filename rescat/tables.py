"""Publication-quality tables, with great_tables."""

import html as html_module
import re

import pandas as pd
from IPython.display import HTML

from .audit import VERDICTS
from .corrections import load_corrections, responses
from .origin import MARKED, origin_label, origin_of

__all__ = [
    "VERDICT_COLOURS",
    "chapter_label",
    "ledger_table",
    "show_table",
    "verdicts_by_chapter",
    "words_of_the_paper",
]

VERDICT_COLOURS = dict(
    zip(VERDICTS, ("#D7F0E5", "#E6F3D8", "#FFF1C9", "#F9D4CC", "#FCE0C2", "#E8EAED"), strict=True)
)


def show_table(
    frame: pd.DataFrame,
    *,
    name: str,
    title: str,
    source: str,
    labels: dict[str, str] | None = None,
    decimals: dict[str, int] | None = None,
    percent: dict[str, int] | None = None,
    subtitle: str | None = None,
    markdown: list[str] | None = None,
) -> HTML:
    """A table for the page, with its origin on its face; of no rows, a sentence.

    Parameters
    ----------
    frame : DataFrame
        With the column ``origin``, which becomes the note below the table.
    name : str
        Identifier in the page; one of its kind.
    title, source, subtitle : str
        Above and below the table.
    labels : dict, optional
        Column to heading; columns without a label stay as they are named.
    decimals, percent : dict, optional
        Column to number of decimals, for numbers and for shares shown as percentages.
    markdown : list of str, optional
        Columns whose text is Markdown, such as links.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.
    """
    if frame.empty and "origin" in frame:
        return HTML(f"<p>{html_module.escape(title)}: none.</p>")
    return HTML(
        _table(
            frame, name, title, source, labels, decimals, percent, subtitle, markdown
        ).as_raw_html()
    )


def ledger_table(
    audited: pd.DataFrame, *, name: str, title: str, corrections: pd.DataFrame | None = None
) -> HTML:
    """Paper against recomputed: the verdicts of some claims, from :func:`rescat.audit`.

    Each row can be linked to (``#claim-COH-04``), leads to its row in the whole ledger, and shows
    what the authors or readers wrote about it (:func:`rescat.load_corrections` by default).
    """
    from great_tables import loc, style

    answers = responses(load_corrections() if corrections is None else corrections)
    shown = audited[["claim_id", "quotation", "verdict", "recomputed", "explanation"]].copy()
    quoted = words_of_the_paper(audited["quotation"])
    shown["quotation"] = "“" + quoted + "” (" + audited["section"] + ")"
    detail = audited["detail"].where(audited["detail"].eq(""), ": " + audited["detail"])
    shown["verdict"] = audited["verdict"] + detail
    shown["explanation"] = audited["explanation"].map(html_module.escape) + audited["claim_id"].map(
        lambda claim: answers.get(claim, "")
    )
    shown["origin"] = audited["origin"]
    labels = {
        "claim_id": "Claim",
        "quotation": "The paper says",
        "verdict": "Verdict",
        "recomputed": "Recomputed",
        "explanation": "How, and what may explain it",
    }
    table = _table(shown, name, title, "Ledger: data/published/claims.csv", labels)
    table = table.fmt(_anchor, columns="claim_id").fmt(str, columns="explanation")
    for verdict, colour in VERDICT_COLOURS.items():
        rows = audited.index[audited["verdict"].eq(verdict)].map(audited.index.get_loc).tolist()
        table = table.tab_style(style.fill(colour), loc.body(columns="verdict", rows=rows))
    return HTML(table.as_raw_html())


def verdicts_by_chapter(audited: pd.DataFrame) -> HTML:
    """How many claims of each chapter have each verdict, from :func:`rescat.audit`."""
    counts = pd.crosstab(audited["chapter"], audited["verdict"]).rename(index=chapter_label)
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    counts.loc["All"] = counts.sum()
    counts.insert(0, "Chapter", counts.index)
    return show_table(
        counts.assign(origin=origin_of(audited)),
        name="verdicts-by-chapter",
        title="Statements by chapter and verdict",
        source="Ledger: data/published/claims.csv",
        labels={verdict: verdict.capitalize() for verdict in VERDICTS},
    )


def chapter_label(chapter: str) -> str:
    """Name a chapter for a reader: ``05_random_slopes`` becomes "5 · Random slopes"."""
    number, _, topic = chapter.partition("_")
    return f"{int(number)} · {topic.replace('_', ' ').capitalize()}"


def _anchor(claim: str) -> str:
    """The place of a claim in its chapter, and the way back to the whole ledger."""
    return f'<a id="claim-{claim}" href="10_ledger.html#{claim}">{claim}</a>'


def words_of_the_paper(quotations: pd.Series) -> pd.Series:
    """Quotations as the paper prints them, without the marks of the conversion to text."""
    return quotations.str.replace("$", "", regex=False).map(_raise_powers)


def _raise_powers(text: str) -> str:
    """Show 10^{10}, as the text of the paper was converted, the way it is printed."""
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return re.sub(r"\^\{?(\d+)\}?", lambda power: power[1].translate(digits), text)


def _table(
    frame, name, title, source, labels=None, decimals=None, percent=None, subtitle=None,
    markdown=None,
):  # fmt: skip
    """The great_tables object behind a table."""
    from great_tables import GT, html  # slow to load, and most steps of the build show no table

    origin = origin_label(frame)
    if (mark := origin_of(frame)) in MARKED:
        title = f"{title} ({mark.upper()})"
    body = frame.drop(columns="origin")
    table = (
        GT(body, id=name)
        .tab_header(title=title, subtitle=subtitle)
        .cols_label({k: v for k, v in (labels or {}).items() if k in body})
        .tab_source_note(html(f"<strong>{origin}.</strong> {source}"))
        .tab_options(table_font_size="14px", heading_align="left", table_margin_left="0px")
        .sub_missing(missing_text="")
    )
    for column, places in (decimals or {}).items():
        table = table.fmt_number(columns=column, decimals=places)
    if markdown:
        table = table.fmt_markdown(columns=markdown)
    for column, places in (percent or {}).items():
        table = table.fmt_percent(columns=column, decimals=places)
    return table
