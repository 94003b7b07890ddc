"""What the search of the book finds first: things by their names, each with a line of what it is.

Sphinx's search finds words. A reader looks for things: a marker by any of its names, a patient, a
statement of the paper, a term. These *entries* are read from the pages that Sphinx wrote, and laid
beside its index as a script that the search page alone loads: from a folder on a disk a browser
fetches nothing. ``book/_static/search.js`` shows them before the other pages that Sphinx finds.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import rescat

from ..base.chapters import chapter_label, chapter_number
from ..base.files import write_whole
from ..course.glossary import other_words
from .markup import paragraphs, plain

__all__ = ["ENTRIES", "Entry", "entries", "write_entries"]

ENTRIES = "search-entries.js"  # in the folder _static
LONGEST = 110  # characters of what an entry says
_NO_PAGES = {"search.html", "genindex.html"}
_LEDGER = "chapters/10_ledger.html"
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_SECTION = re.compile(
    r'<section id="([^"]+)">(?:\s*<span id="[^"]*"></span>)*\s*<h([2-4])>(.*?)</h\2>'
    r"(.*?)(?=<section\b|</section>)",
    re.DOTALL,
)
_TERM = re.compile(r'<dt id="(term-[^"]+)">(.*?)</dt>')
_MEANING = re.compile(r"<dd><p>(.*?)</p>", re.DOTALL)
_FUNCTION = re.compile(
    r'<dt class="sig sig-object py" id="(rescat\.[\w.]+)">.*?</dt>\s*<dd><p>(.*?)</p>', re.DOTALL
)


class Entry(NamedTuple):
    """A thing that a reader looks for: where it is, and by which names."""

    kind: str
    title: str
    address: str
    text: str
    names: tuple[str, ...] = ()


def write_entries(pages: Path) -> None:
    """Write the entries of a book as a script beside its pages.

    Parameters
    ----------
    pages : Path
        The folder of the pages that Sphinx wrote.
    """
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries(pages))
    write_whole(pages / "_static" / ENTRIES, f"const SEARCH_ENTRIES = [\n{lines}\n];\n")


def entries(pages: Path) -> list[Entry]:
    """The entries of a book, those first that a reader means if two have a name.

    Parameters
    ----------
    pages : Path
        As for :func:`write_entries`.
    """
    texts = {
        path.relative_to(pages).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(pages.rglob("*.html"))
        if "_static" not in path.parts and path.name not in _NO_PAGES
    }
    words = other_words()
    found = [
        *_pages(texts, words),
        *_terms(texts.get("glossary.html", ""), words),
        *_statements(texts.get(_LEDGER, "")),
        *_functions(texts),
        *_sections(texts),
    ]
    order = ["Biomarker", "Patient", "Term", "Chapter", "Page", "Statement", "Function"]
    return sorted(found, key=lambda entry: [*order, entry.kind].index(entry.kind))


def _pages(texts: dict[str, str], words: dict[str, list[str]]) -> Iterator[Entry]:
    markers = _marker_names() if any(page.startswith("markers/") for page in texts) else {}
    for page, text in texts.items():
        about = _DESCRIPTION.search(text)  # a private edition has none
        folder, _, name = page.removesuffix(".html").rpartition("/")
        names = tuple(words.get(page.removesuffix(".html"), ()))
        kind = "Page"
        if folder == "markers":
            kind, names = "Biomarker", names + markers.get(name, ())
        elif folder == "patients" and name != "index":
            kind, names = "Patient", (*names, f"ID {name}", f"pt {name}")
        elif folder == "chapters":
            kind = "Chapter"
            topic = chapter_label(name).rpartition(" · ")[2]
            names = (*names, f"chapter {chapter_number(name)}", topic)
        elif folder == "exercises":
            kind = "Exercises"
        yield Entry(kind, _title(text), page, _short(plain(about[1])) if about else "", names)


def _marker_names() -> dict[str, tuple[str, ...]]:
    """Each page of a marker of the panel, and the names of the marker."""
    from ..data.marker_names import page_name

    names: dict[str, list[str]] = {m: [m] for m in rescat.load_table("markers")["marker"]}
    for row in rescat.load_marker_names().itertuples():
        names[row.marker].append(row.alias)
    return {page_name(marker): tuple(all_names) for marker, all_names in names.items()}


def _terms(text: str, words: dict[str, list[str]]) -> Iterator[Entry]:
    for found in _TERM.finditer(text):
        term = plain(found[2])
        meaning = _MEANING.search(text, found.end())
        names = tuple(words.get(term, ()))
        yield Entry("Term", term, f"glossary.html#{found[1]}", _short(plain(meaning[1])), names)


def _statements(text: str) -> Iterator[Entry]:
    there = set(re.findall(r'id="([A-Z]{3}-\d+)"', text))
    for claim in rescat.load_claims().itertuples() if there else ():
        if claim.claim_id in there:
            address = f"{_LEDGER}#{claim.claim_id}"
            yield Entry("Statement", claim.claim_id, address, _short(claim.quotation))


def _functions(texts: dict[str, str]) -> Iterator[Entry]:
    for page, text in texts.items():
        for name, about in _FUNCTION.findall(text) if page.startswith("api/") else ():
            *within, own = name.split(".")
            if within[-1].islower():  # else a part of a class, whose own entry is near
                yield Entry("Function", name, f"{page}#{name}", _short(plain(about)), (own,))


def _sections(texts: dict[str, str]) -> Iterator[Entry]:
    for page, text in texts.items():
        for place, _, title, body in _SECTION.findall(text):
            said = max(paragraphs(body)[:3], key=len, default="")
            kind = f"In {_title(text).partition(':')[0]}"
            yield Entry(kind, plain(title), f"{page}#{place}", _short(said))


def _title(text: str) -> str:
    return plain(_TITLE.findall(text)[-1])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"
