"""Publication-quality tables, with great_tables."""

import re

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed, of_great_tables
from ..base.origin import MARKED, origin_label, origin_of
from ..ledger.audit import VERDICTS
from ..ledger.corrections import load_corrections, responses

__all__ = [
    "VERDICT_COLOURS",
    "chapter_label",
    "ledger_table",
    "show_table",
    "table_html",
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
    markup: list[str] | None = None,
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
    markup : list of str, optional
        Columns whose cells are :class:`rescat.base.inert.Html`, such as links.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.
    """
    return displayed(
        table_html(
            frame, name=name, title=title, source=source, labels=labels, decimals=decimals,
            percent=percent, subtitle=subtitle, markup=markup,
        )
    )  # fmt: skip


def table_html(frame: pd.DataFrame, *, title: str, **words) -> Html:
    """As :func:`show_table`, to be put into other HTML."""
    if frame.empty and "origin" in frame:
        return Html("<p>{}: none.</p>").format(title)
    return of_great_tables(_table(frame, title=title, **words))


def ledger_table(
    audited: pd.DataFrame, *, name: str, title: str, corrections: pd.DataFrame | None = None
) -> HTML:
    """Paper against recomputed: the verdicts of some claims, from :func:`rescat.ledger.audit`.

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
    shown["explanation"] = pd.Series(
        [Html.escape(r.explanation) + answers.get(r.claim_id, "") for r in audited.itertuples()],
        audited.index,
        dtype=object,
    )
    anchor = Html('<a id="claim-{0}" href="10_ledger.html#{0}">{0}</a>')
    anchors = map(anchor.format, audited["claim_id"])
    shown["claim_id"] = pd.Series(anchors, audited.index, dtype=object)
    shown["origin"] = audited["origin"]
    labels = {
        "claim_id": "Claim",
        "quotation": "The paper says",
        "verdict": "Verdict",
        "recomputed": "Recomputed",
        "explanation": "How, and what may explain it",
    }
    table = _table(
        shown, name=name, title=title, source="Ledger: data/published/claims.csv", labels=labels,
        markup=["claim_id", "explanation"],
    )  # fmt: skip
    for verdict, colour in VERDICT_COLOURS.items():
        rows = audited.index[audited["verdict"].eq(verdict)].map(audited.index.get_loc).tolist()
        table = table.tab_style(style.fill(colour), loc.body(columns="verdict", rows=rows))
    return displayed(of_great_tables(table))


def verdicts_by_chapter(audited: pd.DataFrame) -> HTML:
    """How many claims of each chapter have each verdict, from :func:`rescat.ledger.audit`."""
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


def words_of_the_paper(quotations: pd.Series) -> pd.Series:
    """Quotations as the paper prints them, without the marks of the conversion to text."""
    return quotations.str.replace("$", "", regex=False).map(_raise_powers)


def _raise_powers(text: str) -> str:
    """Show 10^{10}, as the text of the paper was converted, the way it is printed."""
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return re.sub(r"\^\{?(\d+)\}?", lambda power: power[1].translate(digits), text)


def _table(
    frame, *, name, title, source, labels=None, decimals=None, percent=None, subtitle=None,
    markup=None,
):  # fmt: skip
    """The great_tables object behind a table; it escapes what has no format of its own."""
    from great_tables import GT, html  # slow to load, and most steps of the build show no table

    origin = origin_label(frame)
    if (mark := origin_of(frame)) in MARKED:
        title = f"{title} ({mark.upper()})"
    body = frame.drop(columns="origin")
    headings = {name: words for name, words in (labels or {}).items() if name in body}
    table = (
        GT(body, id=name)
        .tab_header(title=title, subtitle=subtitle)
        .cols_label({k: html(_braces(v)) if "{{" in v else v for k, v in headings.items()})
        .tab_source_note(html(_braces(Html("<strong>{}.</strong> {}").format(origin, source))))
        .tab_options(table_font_size="14px", heading_align="left", table_margin_left="0px")
        .sub_missing(missing_text="")
    )
    for column, places in (decimals or {}).items():
        table = table.fmt_number(columns=column, decimals=places)
    if markup:
        table = table.fmt(Html.escape, columns=markup)
    for column, places in (percent or {}).items():
        table = table.fmt_percent(columns=column, decimals=places)
    return table


def _braces(text: str) -> str:
    """Text as HTML in which great_tables finds no unit of measurement to set: it has two braces."""
    return str(Html.escape(text)).replace("{{", "&#123;&#123;")
