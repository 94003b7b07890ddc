"""Tables on a page, each with its title and its origin."""

import re
from functools import partial

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.origin import MARKED, origin_label, origin_of
from ..base.tabular import in_digits, table
from .columns import LABELS

__all__ = [
    "coloured",
    "folded",
    "linked",
    "marked",
    "show_table",
    "table_html",
    "words_of_the_paper",
]

_P = re.compile(r"\bP\b")  # in the heading of P values


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
) -> HTML:
    """A table for the page, with its origin on its face; of no rows, a sentence.

    Parameters
    ----------
    frame : DataFrame
        With the column ``origin``, which becomes the note below the table. Cells are text, numbers
        or ``rescat.base.inert.Html``, such as links.
    name : str
        ``tab-`` and this is the table's identifier in the page; one of its kind.
    title, source, subtitle : str
        Above and below the table.
    labels : dict, optional
        Column to heading, where ``rescat.pages.columns.LABELS`` has none or another one. A column
        without a label has its name in words.
    decimals, percent : dict, optional
        Column to number of decimals, for numbers and for shares shown as percentages.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> events = rescat.load_events()[["patient_id", "day", "origin"]]
    >>> made = rescat.tables.show_table(events, name="days", title="Days", source="Table 2")
    >>> '<p class="table-note"><strong>Published.</strong> Table 2</p>' in made.data
    True
    """
    return displayed(
        table_html(
            frame, name=name, title=title, source=source, labels=labels, decimals=decimals,
            percent=percent, subtitle=subtitle,
        )
    )  # fmt: skip


def table_html(
    frame: pd.DataFrame, *, name: str, title: str, source: str,
    labels: dict[str, str] | None = None, decimals: dict[str, int] | None = None,
    percent: dict[str, int] | None = None, subtitle: str | None = None,
) -> Html:  # fmt: skip
    """As :func:`show_table`, to be put into other HTML."""
    if frame.empty and "origin" in frame:
        return Html("<p>{}: none.</p>").format(title)
    body = frame.drop(columns="origin", errors="ignore")
    known = LABELS | (labels or {})
    heads = {column: known[column] for column in body if column in known}
    written = dict(decimals or {})
    for column, places in (decimals or {}).items():
        if _P.search(heads.get(column, column)):
            written[column] = partial(_p_value, decimals=places)
    for column, places in (percent or {}).items():
        written[column] = partial(_percentage, decimals=places)
    return table(
        body,
        labels=heads,
        decimals=written,
        caption=marked(title, frame),
        subtitle=subtitle or "",
        note=Html("<strong>{}.</strong> {}").format(origin_label(frame), source),
        name=name,
        row_heads=True,
    )


def marked(title: str, frame: pd.DataFrame) -> str:
    """A title that says of what is not public data that it is none.

    Examples
    --------
    >>> import pandas as pd
    >>> from rescat.pages.tables import marked
    >>> marked("Ages", pd.DataFrame({"origin": ["synthetic"]}))
    'Ages (SYNTHETIC)'
    """
    origin = origin_of(frame)
    return f"{title} ({origin.upper()})" if origin in MARKED else title


def coloured(text: str, colour: str) -> Html:
    """A verdict or an answer on its colour, which is light enough for dark text.

    Examples
    --------
    >>> from rescat.pages.tables import coloured
    >>> print(coloured("yes", "#D7F0E5"))
    <span class="verdict" style="background-color:#D7F0E5">yes</span>
    """
    made = Html('<span class="verdict" style="background-color:{}">{}</span>')
    return made.format(colour, text)


def linked(text: str) -> Html:
    """Text in which each address is a link.

    Examples
    --------
    >>> from rescat.pages.tables import linked
    >>> print(linked("A register; https://x.org/a?b&c."))
    A register; <a href="https://x.org/a?b&amp;c">https://x.org/a?b&amp;c</a>.
    """
    words = []
    for word in text.split(" "):
        bare = word.rstrip(";,.)")
        if bare.startswith(("http://", "https://")):
            word = Html('<a href="{0}">{0}</a>{1}').format(bare, word[len(bare) :])
        words.append(word)
    return Html(" ").join(words)


def _p_value(p: float, decimals: int) -> str:
    least = 10.0**-decimals
    return f"< {in_digits(least, decimals)}" if 0 <= p < least / 2 else in_digits(p, decimals)


def _percentage(share: float, decimals: int) -> str:
    return f"{in_digits(100 * share, decimals)} %"


def words_of_the_paper(quotations: pd.Series) -> pd.Series:
    """Quotations as the paper prints them, without the marks of the conversion to text."""
    return quotations.str.replace("$", "", regex=False).map(_raise_powers)


def _raise_powers(text: str) -> str:
    """Show 10^{10}, as the text of the paper was converted, the way it is printed."""
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return re.sub(r"\^\{?(\d+)\}?", lambda power: power[1].translate(digits), text)
