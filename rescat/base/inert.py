"""Text from outside made inert: one function for each place where it is shown.

What stands in a table, in a folder's name or in a file's name is *data*. It may look like HTML, a
directive, a template, a formula of a spreadsheet or a command of a terminal, and must never become
one. So text is plain ``str`` until one of these makes it fit for a place:

====================  ==========================================================
page (HTML)           :class:`Html`
page (Markdown)       :class:`Markdown`
name of a file        :func:`file_name`
terminal              :func:`visible`, and :func:`say`, which prints
downloaded table      :func:`csv_text`
====================  ==========================================================

The two types are those of template engines: whatever is put into an :class:`Html` is escaped unless
it is one itself, and only an :class:`Html` can be displayed (:func:`displayed`). A test refuses
modules and notebooks that go past them.
"""

import hashlib
import html
import json
import re
import sys
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from .door import from_extra

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Html",
    "Markdown",
    "csv_text",
    "displayed",
    "file_name",
    "json_attribute",
    "json_script",
    "label_fault",
    "name_fault",
    "of_latex",
    "of_output",
    "of_part",
    "of_project",
    "of_sphinx",
    "original_cell",
    "plain_name",
    "rendered",
    "say",
    "spreadsheet_cell",
    "spreadsheet_table",
    "text_fault",
    "visible",
]

LONGEST_NAME = 100  # characters


class Html(Markup):
    """HTML that this package wrote; text put into it is escaped.

    Write it as a literal with places to fill: never as an f-string, which escapes nothing.

    Examples
    --------
    >>> str(Html("<p>{}</p>").format("IL-6 <pg>"))
    '<p>IL-6 &lt;pg&gt;</p>'
    >>> str(Html("<br>").join(["a & b", Html("<b>c</b>")]))
    'a &amp; b<br><b>c</b>'
    """

    __slots__ = ()

    @classmethod
    def escape(cls, text: object) -> "Html":
        """Text as a text node or the value of an attribute."""
        return text if isinstance(text, Html) else cls(html.escape(str(text)))


class Markdown(Markup):
    r"""Markdown that this package wrote; in text put into it no character means anything.

    Examples
    --------
    >>> print(Markdown("**{}**").format("a_b_ {{ x }}"))
    **a\_b\_ \{\{ x \}\}**
    """

    __slots__ = ()

    @classmethod
    def escape(cls, text: object) -> "Markdown":
        """Text as words of a paragraph or heading: on one line, every sign with a backslash."""
        if isinstance(text, Markdown):
            return text
        if isinstance(text, Html):  # Markdown may hold HTML, and this is our own
            return cls(str(text))
        return cls(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split())))

    @classmethod
    def code(cls, text: str, *, block: bool = False) -> "Markdown":
        """Text as code in a line, or as a block of code, whatever quotation marks it holds."""
        longest = max(map(len, re.findall("`+", text)), default=0)
        marks = "`" * max(longest + 1, 3 if block else 1)
        if block:
            return cls(f"{marks}text\n{text}\n{marks}")
        apart = " " if longest else ""
        return cls(f"{marks}{apart}{' '.join(text.split())}{apart}{marks}")


@cache
def _commonmark():
    markdown_it = from_extra("markdown_it", "Markdown as HTML")
    return markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(markdown: str, *, block: bool = False) -> Html:
    """Markdown of the project's own files as HTML: a line of it, or paragraphs and lists.

    HTML in it is text, and so is a link that runs something.
    """
    renderer = _commonmark()
    return Html(renderer.render(markdown) if block else renderer.renderInline(markdown))


def json_attribute(value: object) -> Html:
    """JSON for an attribute in single quotes, where its own quotation marks stay readable."""
    written = html.escape(json.dumps(value, ensure_ascii=False), quote=False)
    return Html(written.replace("'", "&#39;"))


def json_script(value: object) -> Html:
    r"""JSON-LD for machines that read a page, in which no text can end the script.

    Examples
    --------
    >>> print(json_script({"name": "</script>"}))
    <script type="application/ld+json">{"name": "\u003c/script>"}</script>
    """
    written = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return Html('<script type="application/ld+json">{}</script>').format(Html(written))


def of_project(markdown: str) -> Markdown:
    """Markdown from a file of the project, which nobody from outside can write."""
    return Markdown(markdown)


def of_latex(mathml: str) -> Html:
    """MathML of latex2mathml, which builds it as a tree: its text is escaped."""
    return Html(mathml)


def of_sphinx(written: str) -> Html:
    """A part of a page as Sphinx wrote it, which escaped what was text."""
    return Html(written)


def of_output(output: dict) -> Html:
    """What an executed cell displayed as HTML: it was :class:`Html` when the notebook got it."""
    return Html(output["data"]["text/html"])


def displayed(made: Html):
    """Hand HTML to the notebook, as an IPython display object.

    Raises
    ------
    TypeError
        If it is plain text, which may hold anything.
    MissingExtraError
        If IPython is not installed.
    """
    if not isinstance(made, Html):
        raise TypeError(f"only Html can be displayed, and this is {type(made).__name__}")
    return from_extra("IPython.display", "HTML in a notebook").HTML(str(made))


def of_part(text: str) -> Html:
    """A part of what a cell displayed as HTML: it was :class:`Html` when the notebook got it."""
    return Html(text)


# --- Names of files ---------------------------------------------------------------------------

_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "δ": "d", "κ": "k"})
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # of Windows


def plain_name(text: str) -> str:
    """Text in letters, digits, hyphens and points; not distinct, and perhaps empty."""
    plain = unicodedata.normalize("NFKD", text.translate(_GREEK)).encode("ascii", "ignore")
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain.decode()).strip("-.")[:60].rstrip("-.")


def file_name(text: str, taken: Collection[str] = ()) -> str:
    """Name for a file or an address that is safe everywhere, and another one for another text.

    Parameters
    ----------
    text : str
    taken : collection of str
        Names that something else has, whatever their case.

    Examples
    --------
    >>> file_name("IL6"), file_name("../IL6")
    ('IL6', 'IL6-2a136467')
    """
    plain = plain_name(text)
    reserved = _DEVICES.fullmatch(text) or plain.casefold() in map(str.casefold, taken)
    if plain and plain == text and not reserved:
        return plain
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    if _DEVICES.fullmatch(plain):  # with what follows a point it is a device still
        plain = plain.replace(".", "-")
    return f"{plain}-{mark}" if plain else mark


# --- Terminal ---------------------------------------------------------------------------------


def visible(text: str) -> str:
    r"""Text for a terminal or a log, its control and invisible characters written out.

    Examples
    --------
    >>> print(visible("IL6\x1b[31m"))
    IL6\x1b[31m
    """
    return "".join(
        c if c in "\n\t" or not _is_hidden(c) else c.encode("unicode_escape").decode() for c in text
    )


def say(*lines: str, error: bool = False) -> None:
    """Print lines for the person who waits, at once, and nothing that a terminal would obey."""
    print(visible("\n".join(lines)), file=sys.stderr if error else sys.stdout, flush=True)


# --- Spreadsheets -----------------------------------------------------------------------------

# What begins a formula: in a cell, or after what another spreadsheet takes for the end of one.
_FORMULA = re.compile(r"(^|[;\t\r\n])('*)(?=[=+\-@＝＋－＠].)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe stands before a formula.

    A number stays as it is. :func:`original_cell` takes the apostrophe away again.

    Examples
    --------
    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("-0.5"), spreadsheet_cell("'=1")
    ("'=1+1", '-0.5', "''=1")
    """
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'\2", text)


def original_cell(text: str) -> str:
    """The text from which :func:`spreadsheet_cell` made this.

    Examples
    --------
    >>> original_cell("'=1+1")
    '=1+1'
    """
    return _FORMULA.sub(lambda found: found[1] + found[2][1:], text)


def spreadsheet_table(frame: "pd.DataFrame") -> "pd.DataFrame":
    """A table whose headings and text no spreadsheet runs; see :func:`spreadsheet_cell`."""
    from pandas.api.types import is_numeric_dtype  # slow; names of files are made inert here too

    safe = frame.rename(columns=lambda name: spreadsheet_cell(str(name)))
    for place, dtype in enumerate(safe.dtypes):
        if not is_numeric_dtype(dtype):
            column = safe.iloc[:, place]
            made = column.map(lambda v: spreadsheet_cell(v) if isinstance(v, str) else v)
            safe.isetitem(place, made)
    return safe


def csv_text(frame: "pd.DataFrame") -> str:
    """A table as CSV to be saved from a page; see :func:`spreadsheet_table`."""
    return spreadsheet_table(frame).to_csv(index=False, float_format="%g")


# --- At the door ------------------------------------------------------------------------------

# Letters and signs that are drawn as nothing.
_BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SELECTORS = "\ufe0e\ufe0f"  # a sign in black and white, or in colour
_JOINER = "\u200d"


def _is_hidden(character: str) -> bool:
    """Whether a character is a command or draws nothing: format, line, blank, variation."""
    point = ord(character)
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or character in _BLANK
        or 0xFE00 <= point <= 0xFE0F
        or 0xE0000 <= point <= 0xE0FFF
    )


def text_fault(text: str) -> str | None:
    r"""The first character of a text that is a command or invisible, in words; None if none is.

    Joiners and selectors inside an emoji are allowed.

    Examples
    --------
    >>> text_fault("IL6\u202e")
    'U+202E (right-to-left override) as character 4'
    """
    if text.isascii() and text.isprintable():
        return None  # as most texts are
    for place, character in enumerate(text):
        if _is_hidden(character) and not _joins_emoji(text, place):
            name = unicodedata.name(character, "a control character").lower()
            return f"U+{ord(character):04X} ({name}) as character {place + 1}"
    return None


def _joins_emoji(text: str, place: int) -> bool:
    before = text[:place].rstrip(_SELECTORS)[-1:] if text[place] == _JOINER else text[:place][-1:]
    if not before or unicodedata.category(before) not in ("So", "Sk", "Sm"):
        return False
    after = text[place + 1 : place + 2]
    return text[place] in _SELECTORS or (
        text[place] == _JOINER and bool(after) and unicodedata.category(after) == "So"
    )


def label_fault(text: str) -> str | None:
    """As :func:`text_fault`, of a text that must fit on a line."""
    return f"{len(text)} characters" if len(text) > LONGEST_NAME else text_fault(text)


def name_fault(text: str) -> str | None:
    """What makes a text no name of a patient or marker, in words; None if it is one.

    Examples
    --------
    >>> name_fault("***"), name_fault("IL-6 (pg)")
    ('no letter and no digit', None)
    """
    lacks = "no letter and no digit" if not any(map(str.isalnum, text)) else None
    return label_fault(text) or lacks
