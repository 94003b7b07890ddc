"""What HTML says: its words, its paragraphs, its answer. Read only, never written."""

import re
from html import unescape

__all__ = ["answer", "paragraphs", "plain"]

_ANSWER = re.compile(r'<div class="[^"]*\banswer\b[^"]*">(.*?)</div>', re.DOTALL)
_PARAGRAPH = re.compile(r'<p(?! class="admonition-title")\b[^>]*>(.*?)</p>', re.DOTALL)
_MARKS = re.compile(r'<a class="headerlink".*?</a>|<[^>]*>', re.DOTALL)


def plain(written: str) -> str:
    """The words, without marks and without the signs for links to headings.

    Examples
    --------
    >>> from rescat.book.markup import plain
    >>> plain('A &lt; <em>b</em>')
    'A < b'
    """
    return " ".join(unescape(_MARKS.sub("", written)).split())


def paragraphs(written: str) -> list[str]:
    """The words of each paragraph that is not the title of a box."""
    return [plain(found) for found in _PARAGRAPH.findall(written)]


def answer(written: str) -> str:
    """The words of the box with the answer; empty if there is none."""
    found = _ANSWER.search(written)
    return " ".join(paragraphs(found[1])) if found else ""
