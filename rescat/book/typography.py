"""Signs and blanks of the finished text: one minus sign, and numbers that stay with their unit.

Tables, sentences and notes are made in many places, by people and by programs. Their text is set
here, in one place, when a page is written.
"""

import re

__all__ = ["set_text", "setup"]

AS_THEY_ARE = {"pre", "code", "script", "style", "svg", "math", "textarea", "kbd"}
INLINE = {"a", "b", "em", "i", "small", "span", "strong", "sub", "sup"}
PAPER = "paper"  # the page with the paper's own words, sign by sign
_UNITS = (
    r"%|°C|mmHg|(?:[pnµm]g|AU|U)/mL|[µmk]?g|m?L|[cmµ]m|million|billion"
    r"|(?:hour|day|week|month|year)s?|patients?"
)
_BLANK = "\N{NO-BREAK SPACE}"
_SET = (
    # Not in IL-6, COH-01, 2020-04 or an address.
    (re.compile(r"(?<![\w.)\]/\N{MINUS SIGN}\N{EN DASH}-])-(?=\.?\d)"), "\N{MINUS SIGN}"),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w-]))"), _BLANK),
    (re.compile(r"(?<=\d) ([±×]) (?=\d)"), rf"{_BLANK}\1{_BLANK}"),
    (re.compile(r"\bP (?=[01]?\.\d)"), "P = "),
    (re.compile(r"\bP ?(=|&lt;|&gt;|≤|≥) ?(?=\d)"), rf"P{_BLANK}\1{_BLANK}"),
    (re.compile(r"\b([nkt]) (=|&lt;|&gt;|≤|≥) (?=[\d\N{MINUS SIGN}])"), rf"\1{_BLANK}\2{_BLANK}"),
    (re.compile(r"\b(Table|eTable|Figure|[Dd]ay|[Cc]hapter) (?=\d)"), rf"\1{_BLANK}"),
)
_PART = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^>]*>|<!--.*?-->", re.DOTALL)


def set_text(body: str) -> str:
    """Set the text of a page; code, formulas and drawings stay as they are.

    Parameters
    ----------
    body : str
        HTML of the page.

    Examples
    --------
    >>> from rescat.book.typography import set_text
    >>> print(set_text("<p>IL-6: -0.5 (<b>45</b> %) <code>x = -1</code>").replace(chr(160), "_"))
    <p>IL-6: −0.5 (<b>45</b>_%) <code>x = -1</code>
    """
    made, place, before, inside = [], 0, "", []
    for tag in _PART.finditer(body):
        text = body[place : tag.start()]
        if text:
            made.append(text if inside else _set(text, before))
            before = text[-1]
        made.append(tag[0])
        place, name = tag.end(), (tag[2] or "").lower()
        if name in AS_THEY_ARE:
            if tag[1]:
                inside = inside[:-1]
            elif not tag[0].endswith("/>"):
                inside = [*inside, name]
        if name not in INLINE | AS_THEY_ARE:
            before = ""
    rest = body[place:]
    return "".join([*made, _set(rest, before)])


def _set(text: str, before: str) -> str:
    """Some text, with the sign that stands before it on the page."""
    whole = before + text
    for pattern, sign in _SET:
        whole = pattern.sub(sign, whole)
    return whole[len(before) :]


def _set_page(app, page, template, context, doctree) -> None:
    if doctree is not None and page != PAPER:
        context["body"] = set_text(context["body"])


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", _set_page)
