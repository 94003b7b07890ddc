"""Pages for everybody: what the theme leaves without a name gets one.

A screen reader announces a control by its name. The theme has folds that are all called "Toggle
hidden content", or nothing, a side bar that is no landmark, and buttons whose name is not what
stands on them. The finished pages are mended here; ``book/_static/access.css`` and ``access.js``
are about focus, motion and boxes that scroll. ``tests/browser/test_access.py`` holds it.
"""

import re
from collections import Counter
from pathlib import Path

from ..base.files import BuildError, shown, write_whole
from ..base.inert import Html
from .markup import plain

__all__ = ["mend", "mended"]

# What stands in the place of parts of the theme's pages.
_INSTEAD = {
    # A landmark, as what stands outside of all is passed over.
    '<div id="pst-primary-sidebar" ': (
        '<div id="pst-primary-sidebar" role="complementary" aria-label="Search and contents" '
    ),
    # The name is what stands on the button; the icons of the other say nothing.
    'search-button-field search-button__button pst-js-only" title="Search" aria-label="Search"': (
        'search-button-field search-button__button pst-js-only" title="Search"'
    ),
    # Bootstrap's script would have shown it.
    'aria-label="Color mode" data-bs-title="Color mode"': (
        'aria-label="Colour mode" title="Colour mode"'
    ),
    '<i class="theme-switch ': '<i aria-hidden="true" class="theme-switch ',
    # A list of works has items.
    ' role="doc-biblioentry"': ' role="listitem"',
}
_SCRIPT = "_static/scripts/sphinx-book-theme.js"
_BLUR = ".blur()"  # after a press of the Enter key the focus would be nowhere
_BELOW = re.compile(
    r'(<a class="[^"]*" href="[^"]*">([^<]*)</a><details(?: open="open")?><summary)>'
)
_PLACE = re.compile(
    r'<h[1-6]>(?P<title>.*?)</h[1-6]>|<summary aria-label="Toggle hidden content">'
    r"(?P<words>.*?)</summary>",
    re.DOTALL,
)
_WORDS = re.compile(r'(<p class="[^"]*admonition-title[^"]*">.*?)</p>', re.DOTALL)
_REGION = re.compile(r'(role="region" aria-label="([^"]*))"')
_NO_HEADING = re.compile(r"<th\b([^>]*)>\s*</th>")
_SCOPE = re.compile(r' scope="\w+"')
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')


def mend(pages: Path) -> None:
    """Give names to what the theme leaves without one, in every page of a finished book.

    Parameters
    ----------
    pages : Path
        The folder of the book. Changed in place.

    Raises
    ------
    BuildError
        If the theme's script is no longer what is mended here.
    """
    for path in sorted(pages.rglob("*.html")):
        if not {"_static", "course"} & set(path.relative_to(pages).parts):
            write_whole(path, mended(path.read_bytes().decode("utf-8")))
    script = pages / _SCRIPT
    text = script.read_text(encoding="utf-8") if script.is_file() else ""
    if _BLUR not in text:
        raise BuildError(f"{shown(script)}: found no {_BLUR}, which {shown(Path(__file__))} mends")
    write_whole(script, re.sub(r"\w+\.blur\(\)", "0", text))


def mended(page: str) -> str:
    """A page in which each control has a name of its own.

    Examples
    --------
    >>> from rescat.book.access import mended
    >>> mended('<a class="a" href="b">Cohort</a><details><summary>')
    '<a class="a" href="b">Cohort</a><details><summary aria-label="Pages below Cohort">'
    """
    for old, new in _INSTEAD.items():
        page = page.replace(old, new)
    page = _BELOW.sub(
        lambda found: f'{found[1]} aria-label="Pages below {found[2].strip()}">', page
    )
    page = _NO_HEADING.sub(lambda found: f"<td{_SCOPE.sub('', found[1])}></td>", page)
    first = _VIEWPORT.search(page)
    if first:
        page = page[: first.end()] + _VIEWPORT.sub("", page[first.end() :])
    seen: Counter[str] = Counter()

    def numbered(found: re.Match) -> str:
        seen[found[2]] += 1
        return f'{found[1]}, {seen[found[2]]}"' if seen[found[2]] > 1 else found[0]

    return _with_named_folds(_REGION.sub(numbered, page))


def _with_named_folds(page: str) -> str:
    """Each fold of code is named by the heading above it, and numbered if there are several."""
    above, seen = "", Counter()

    def named(found: re.Match) -> str:
        nonlocal above
        if found["words"] is None:
            above = plain(found["title"])
            return found[0]
        seen[above] += 1
        place = f"{above}, {seen[above]}" if seen[above] > 1 else above
        said = Html('<span class="said-only">: {}</span>').format(place)
        words = _WORDS.sub(lambda part: f"{part[1]}{said}</p>", found["words"])
        return f"<summary>{words}</summary>"

    return _PLACE.sub(named, page)
