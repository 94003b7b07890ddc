"""Tables of the pages written by hand, made by the maker of all others.

Sphinx writes them in another way, which has no names for the cells where rows become cards.
"""

import re

import pandas as pd

from ..base.inert import of_sphinx
from ..base.tabular import table

__all__ = ["remake_tables", "setup"]

_BOX = '<div class="pst-scrollable-table-container">'
_TABLE = re.compile(rf'{_BOX}<table class="table">(.*?)</table>\s*</div>', re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*>(?:<p>)?(.*?)(?:</p>)?</t[hd]>", re.DOTALL)


def remake_tables(body: str) -> str:
    """Make the tables of Sphinx like all others.

    Parameters
    ----------
    body : str
        HTML of the page, as Sphinx wrote it from a page in Markdown.

    Returns
    -------
    str
    """

    def made(found: re.Match) -> str:
        head, *rows = (
            [of_sphinx(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(found[1])
        )
        frame = pd.DataFrame(rows, columns=range(len(head)), dtype=object)
        return str(table(frame, labels=dict(enumerate(head)), row_heads=True))

    return _TABLE.sub(made, body)


def _remake(app, page, template, context, doctree) -> None:
    if doctree is not None:
        context["body"] = remake_tables(context["body"])


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", _remake)
