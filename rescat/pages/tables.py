"""Publication-quality tables, with great_tables."""

import re

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed, of_great_tables
from ..base.origin import MARKED, origin_label, origin_of
from .columns import LABELS

__all__ = ["folded", "show_table", "table_html", "words_of_the_paper"]


def folded(summary: str, content: Html, name: str = "") -> Html:
    """What a reader opens on demand; a link into it, or to its name, opens it.

    Examples
    --------
    >>> from rescat.base.inert import Html
    >>> from rescat.pages.tables import folded
    >>> print(folded("Two < three", Html("<p>Why.</p>"), name="why"))
    <details class="folded" id="why"><summary>Two &lt; three</summary><p>Why.</p></details>
    """
    identifier = Html(' id="{}"').format(name) if name else ""
    return Html('<details class="folded"{}><summary>{}</summary>{}</details>').format(
        identifier, summary, content
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
        Column to heading, where ``rescat.pages.columns.LABELS`` has none or another one; what
        has no label at all stays as it is named.
    decimals, percent : dict, optional
        Column to number of decimals, for numbers and for shares shown as percentages.
    markup : list of str, optional
        Columns whose cells are ``rescat.base.inert.Html``, such as links.

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
    return of_great_tables(styled_table(frame, title=title, **words))


def words_of_the_paper(quotations: pd.Series) -> pd.Series:
    """Quotations as the paper prints them, without the marks of the conversion to text."""
    return quotations.str.replace("$", "", regex=False).map(_raise_powers)


def _raise_powers(text: str) -> str:
    """Show 10^{10}, as the text of the paper was converted, the way it is printed."""
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return re.sub(r"\^\{?(\d+)\}?", lambda power: power[1].translate(digits), text)


def styled_table(
    frame, *, name, title, source, labels=None, decimals=None, percent=None, subtitle=None,
    markup=None,
):  # fmt: skip
    """The great_tables object behind a table; it escapes what has no format of its own."""
    from great_tables import GT, html  # slow to load, and most steps of the build show no table

    origin = origin_label(frame)
    if (mark := origin_of(frame)) in MARKED:
        title = f"{title} ({mark.upper()})"
    body = frame.drop(columns="origin")
    known = LABELS | (labels or {})
    headings = {column: known[column] for column in body if column in known}
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
