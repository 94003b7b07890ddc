"""Numbers of the tables and figures of a page.

A caption gets its number when its page is written: "Table 3.1." for the first table of chapter 3,
"Figure 3.2." for its second figure, and "Table 1." on a page that is no chapter. In a notebook
captions have none: there is no page.
"""

import re
from collections import Counter

from ..base.chapters import chapter_number

__all__ = ["number_captions", "setup"]

# As rescat.base.tabular and rescat.figures write them; with an identifier, the number is a link to
# its own table or figure.
_CAPTION = re.compile(
    r'(?P<table><caption class="numbered"(?: id="(?P<place>[^"<>]+)")?>)'
    r'|<a class="number" href="#(?P<figure>[^"<>]+)">Figure\.</a>'
)


def number_captions(body: str, page: str) -> str:
    r"""Number the captions of a page.

    Parameters
    ----------
    body : str
        HTML of the page.
    page : str
        Name of the page in the book: ``chapters/03_safety``.

    Examples
    --------
    >>> from rescat.book.numbered import number_captions
    >>> ages = '<caption class="numbered" id="tab-ages">Ages</caption>'
    >>> made = number_captions(ages, "chapters/03_safety")
    >>> made.partition(">")[2].replace("\N{NO-BREAK SPACE}", " ")
    '<a class="number" href="#tab-ages">Table 3.1.</a> Ages</caption>'
    """
    folder, _, name = page.rpartition("/")
    chapter = chapter_number(name) if folder == "chapters" else ""
    counts = Counter()

    def numbered(found: re.Match) -> str:
        kind = "Table" if found["table"] else "Figure"
        counts[kind] += 1
        number = ".".join(filter(None, [chapter, str(counts[kind])]))
        words = f"{kind}\N{NO-BREAK SPACE}{number}."
        if place := found["place"] or found["figure"]:  # escaped where it was written
            words = f'<a class="number" href="#{place}">{words}</a>'
        else:
            words = f'<span class="number">{words}</span>'
        return f"{found['table']}{words} " if found["table"] else words

    return _CAPTION.sub(numbered, body)


def _number(app, page, template, context, doctree) -> None:
    if doctree is not None:
        context["body"] = number_captions(context["body"], page)


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", _number)
