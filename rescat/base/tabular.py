"""The one maker of tables: plain, light HTML, which one style sheet of the book lays out.

Each heading is written once more as a property of the table (``--c1``, ``--c2``, ...). From it
``book/_static/tables.css`` labels the cells where rows become cards: without a script, and without
a word that each cell repeats. A notebook shows the same table in its own style.
"""

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from numbers import Real

import numpy as np
import pandas as pd

from .inert import Html

__all__ = ["MINUS", "heading", "in_digits", "laid_out", "table"]

MINUS = "\N{MINUS SIGN}"
# Widths of a box in pixels: a table that needs less than the first is never cards, others are
# below the first that is enough for them, and above the last always.
_STEPS = (315, 350, 660, 780, 880, 1100)
_LETTER, _GAP = 8.5, 14  # pixels: a letter of a wide font, and the room between columns
_BOLD = 1.1  # how much wider the letters of headings are
_TEXT = 16  # letters: a column of sentences is no narrower
_LONG = 24  # letters of a word that may be broken
_WHOLE = 90  # letters in a line of a page
_MANY_ROWS = 6  # from here on a table is laid out only when it comes into sight
_NUMBER = re.compile(rf"([<>≤≥±+{MINUS}-]?\s?\d[\d.,]*(\s?%|\s×\s10[⁻⁰¹²³⁴-⁹]+)?)?\s*")
# A column of these is not broken: "-0.1 (-0.2 to 0.1)".
_FIGURES = re.compile(rf"(?:[\d\s.,()%/+<>≤≥±×⁻⁰¹²³⁴-⁹{MINUS}-]|to|and|times|all)*")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")  # of a column, as programs have it
_SHORT = {word.lower(): word for word in (
    "BMI", "CI", "CTRL", "df", "eCDF", "ICU", "ID", "LOD", "mCTRL", "MSC", "P", "SD", "SE", "SMD",
)}  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\s-]+-?")


def in_digits(number: float, decimals: int | None = None) -> str:
    """A number as tables have it: with a real minus sign, and commas from 10,000 on.

    Parameters
    ----------
    number : float
    decimals : int, optional
        If it is not given, as many as there are, with six digits at most.

    Examples
    --------
    >>> in_digits(-0.0071, 3), in_digits(-0.0001, 3), in_digits(12000), in_digits(5e-7)
    ('−0.007', '0.000', '12,000', '5 × 10⁻⁷')
    """
    if math.isinf(number):
        return f"{MINUS if number < 0 else ''}∞"
    if decimals is not None:
        written = f"{number:,.{decimals}f}"
    elif float(number).is_integer():
        written = f"{number:,.0f}"
    else:
        written = f"{number:.6g}"
    if abs(number) < 10_000:
        written = written.replace(",", "")
    if "e" in written:
        digits, _, power = written.partition("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        written = f"{digits} × 10{raised}"
    elif not re.search("[1-9]", written):
        written = written.lstrip("-")
    return written.replace("-", MINUS)


def heading(column: object) -> str:
    """A name of a column as a heading; what is one already stays.

    Examples
    --------
    >>> heading("ci_low"), heading("first_day"), heading("z"), heading("IL6, pg/mL")
    ('CI low', 'First day', 'z', 'IL6, pg/mL')
    """
    if not _NAME.fullmatch(str(column)):
        return str(column)
    words = str(column).split("_")
    first = words[0] if len(column) == 1 else words[0].capitalize()
    return " ".join([_SHORT.get(words[0], first), *(_SHORT.get(w, w) for w in words[1:])])


def table(
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    decimals: Mapping[str, int | Callable[[float], str]] | None = None,
    caption: str = "",
    subtitle: str = "",
    note: str = "",
    name: str = "",
    row_heads: bool = False,
    rows: Sequence[Html] | None = None,
    attributes: Html | None = None,
    classes: str = "",
) -> Html:
    """A frame as an HTML table, whose caption gets a number in the book.

    Parameters
    ----------
    frame : DataFrame
        The index is not shown. Cells are text, which is escaped, or
        :class:`~rescat.base.inert.Html`, or numbers; a missing one is empty.
    labels : dict, optional
        Column to heading; the others are named by :func:`heading`.
    decimals : dict, optional
        Column to the decimals of its numbers, or to a function that writes one.
    caption, subtitle, note : str or Html
        Above and below the table.
    name : str
        ``tab-`` and this is the identifier of the caption in the page.
    row_heads : bool
        Whether the first column names the row.
    rows : sequence of Html, optional
        Attributes of each row.
    attributes : Html, optional
        Attributes of the table, and its classes.
    classes : str

    Raises
    ------
    ValueError
        If a heading is empty: who hears the table would not know what the column has.

    Examples
    --------
    >>> frame = pd.DataFrame({"marker": ["IL6 < 1"], "slope": [-0.25]})
    >>> made = table(frame, labels={"slope": "Per day"}, caption="Slopes", name="slopes")
    >>> print(made.split("<tbody>")[1])
    <tr><td>IL6 &lt; 1</td><td>−0.25</td></tr></tbody></table></div>
    """
    heads = [Html.escape((labels or {}).get(column, heading(column))) for column in frame]
    if not all(_TAG.sub("", head).strip() for head in heads):
        raise ValueError(f"a column without a heading: {list(frame)}")
    columns = [
        _written(frame.iloc[:, place].tolist(), (decimals or {}).get(column))
        for place, column in enumerate(frame)
    ]
    numeric = [
        _is_numeric(column) and not (row_heads and place == 0)
        for place, column in enumerate(columns)
    ]
    columns = [_aligned(c) if right else c for c, right in zip(columns, numeric, strict=True)]
    first = Html('<th scope="row">{}</th>') if row_heads else Html("<td>{}</td>")
    other = Html("<td>{}</td>")
    lines = [
        Html("<tr{}>{}</tr>").format(
            rows[place] if rows else "",
            Html("").join([first.format(cells[0]), *map(other.format, cells[1:])]),
        )
        for place, cells in enumerate(zip(*columns, strict=True))
    ]
    return Html(
        '<div class="table-box{}"><table class="{}"{}{}>{}'
        "<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>{}</div>"
    ).format(
        Html(' long" style="--length:{}').format(len(lines)) if len(lines) > _MANY_ROWS else "",
        " ".join(["tabular", *classes.split()]),
        laid_out(heads, columns, numeric),
        attributes or "",
        _caption(caption, subtitle, name),
        Html("").join(map(Html('<th scope="col">{}</th>').format, heads)),
        Html("\n").join(lines),
        Html('\n<p class="table-note">{}</p>').format(note) if note else "",
    )


def _caption(caption: str, subtitle: str, name: str) -> Html:
    if not caption:
        return Html("")
    place = Html(' id="tab-{}"').format(name) if name else ""
    below = Html('<span class="subtitle">{}</span>').format(subtitle) if subtitle else ""
    return Html('<caption class="numbered"{}>{}{}</caption>').format(place, caption, below)


def _written(values: list, decimals: int | Callable[[float], str] | None) -> list[Html]:
    """The cells of a column."""
    write = decimals if callable(decimals) else lambda number: in_digits(number, decimals)
    return [_cell(value, write) for value in values]


def _cell(value: object, write: Callable[[float], str]) -> Html:
    if isinstance(value, str):  # as Html is
        return Html.escape(value)
    if isinstance(value, bool | np.bool_):
        return Html.escape("yes" if value else "no")
    if pd.isna(value):
        return Html("")
    if isinstance(value, Real):
        return Html.escape(write(value))
    return Html.escape(f"{value:%Y-%m-%d}" if isinstance(value, date) else value)


def _is_numeric(cells: list[Html]) -> bool:
    return any(cells) and all(_NUMBER.fullmatch(_text(cell)) for cell in cells)


def _aligned(cells: list[Html]) -> list[Html]:
    """Numbers with blanks as wide as digits behind them, so that their points stand in a line."""
    if any("×" in cell for cell in cells):
        return cells
    behind = [len(cell.rstrip(" %").partition(".")[2]) for cell in cells]
    most = max(behind)
    point, digit = "\N{PUNCTUATION SPACE}", "\N{FIGURE SPACE}"
    return [
        cell + (point if most and not n else "") + digit * (most - n) if cell else cell
        for cell, n in zip(cells, behind, strict=True)
    ]


def laid_out(
    heads: Sequence[Html], columns: Sequence[Sequence[Html]], numeric: Sequence[bool] = ()
) -> Html:
    """What the style sheet needs to know of a table, as attributes of its element.

    Parameters
    ----------
    heads : sequence of Html
        What a cell of each column is called.
    columns : sequence of sequences of Html
        The cells of each column.
    numeric : sequence of bool, optional
        Which columns are numbers.
    """
    named, need, sizes = [], 0.0, []
    for place, (head, cells) in enumerate(zip(heads, columns, strict=True), 1):
        title, texts = _text(head), list(map(_text, cells))
        longest = max(map(_longest_word, texts), default=0)
        length = max(map(len, texts), default=0)
        figures = length <= _LONG and all(map(_FIGURES.fullmatch, texts))
        sentences = length > 3 * _TEXT
        least = length if figures else min(longest, _LONG)
        least = max(least, _BOLD * _longest_word(title), _TEXT if sentences else 0)
        need += least * _LETTER + _GAP
        sizes.append((least, sum(map(len, texts)) / len(texts) if sentences else 0))
        named += [
            Html("--c{}:'{}'").format(place, _css_text(title)),
            *_properties(
                place,
                a="var(--end)" if any(numeric[place - 1 : place]) else "",
                o="anywhere" if longest > _LONG else "",
                b="var(--whole)" if figures else "",
                g="1/-1" if sentences else "",
            ),
        ]
    for place, share in enumerate(_shares(sizes), 1):
        named += _properties(place, w=f"{share:.0%}" if share else "")
    fit = sum(need > most for most in _STEPS)
    return Html(' data-fit="{}" style="{}"').format(fit, Html(";").join(named))


def _properties(place: int, **values: str) -> list[Html]:
    property_of = Html("--{}{}:{}")
    return [property_of.format(n, place, value) for n, value in values.items() if value]


def _shares(sizes: list[tuple[float, float]]) -> list[float]:
    """The shares of a table that its columns of sentences get: by their length, if there are two.

    Parameters
    ----------
    sizes : list of (float, float)
        Letters that a column needs, and the mean length of its sentences, if it has any.
    """
    if sum(bool(length) for _, length in sizes) < 2:
        return [0.0] * len(sizes)
    every = sum(length for _, length in sizes)
    rest = max(_WHOLE - sum(least for least, length in sizes if not length), 0.0)
    wanted = [max(least, rest * length / every) if length else least for least, length in sizes]
    return [
        size / sum(wanted) if length else 0.0
        for size, (_, length) in zip(wanted, sizes, strict=True)
    ]


def _text(cell: Html) -> str:
    return html.unescape(_TAG.sub("", cell))


def _longest_word(text: str) -> int:
    return max(map(len, _WORD.findall(text)), default=0)


def _css_text(text: str) -> str:
    r"""Text for a string of CSS: every sign that could mean something is a number, as ``\3c ``."""
    return "".join(c if c.isalnum() or c in " .,%()/+" else f"\\{ord(c):x} " for c in text)
