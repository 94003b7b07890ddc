"""Who made the book: at the foot of every page, and in its head for machines.

What it says of authors, version, date and title is read from ``CITATION.cff``.
"""

import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urlsplit

from docutils import nodes

from ..base.errors import DataError
from ..base.files import ROOT
from ..base.inert import Html, Markdown, json_script
from ..course.material import read_yaml
from .markup import answer, paragraphs

__all__ = [
    "CITATION",
    "LICENCE",
    "PICTURE",
    "citation",
    "description",
    "foot",
    "head",
    "how_to_cite",
    "kind_of",
    "public_address",
    "site_map",
]

PICTURE = "rescat-card.png"  # of a shared link, 1200 by 630; rescat/book/sheets.py makes it
CITATION = ROOT / "CITATION.cff"
LICENCE = "Text, tables and figures CC BY 4.0, code MIT"
# What pages, and all of a folder, are (schema.org).
_KINDS = {
    "chapters": "ScholarlyArticle",
    "exercises": "LearningResource",
    "index": "Book",
    "summary": "ScholarlyArticle",
    "paper": "ScholarlyArticle",
    "glossary": "DefinedTermSet",
    **dict.fromkeys(
        (
            *("teaching", "first-steps", "worksheet", "capstone", "facilitator"),
            *("test-before", "test-after"),
        ),
        "LearningResource",
    ),
}
LONGEST = 300  # characters of a description
SHORTEST = 60  # of a paragraph that says what a page is about
_REFERENCES = re.compile(r"\s*\[\d+(, ?\d+)*\]")  # such as [38]


@cache
def citation() -> dict[str, str]:
    """``title``, ``authors``, ``version`` and ``date`` of the book, and the ``paper`` it is about.

    With its ``doi``; from ``CITATION.cff``.
    """
    read = read_yaml(CITATION.read_text(encoding="utf-8"))
    return {
        "title": read["title"],
        "authors": ", ".join(author["name"] for author in read["authors"]),
        "version": str(read["version"]),
        "date": str(read["date-released"]),
        "paper": read["references"][0]["title"],
        "doi": f"https://doi.org/{read['references'][0]['doi']}",
    }


def public_address() -> str:
    """Where the book is published, with a slash at the end; empty if nobody says so.

    Raises
    ------
    DataError
        If ``BOOK_PUBLIC_URL`` is no address of the web.
    """
    url = os.environ.get("BOOK_PUBLIC_URL", "")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise DataError(f"BOOK_PUBLIC_URL: found {url!r}\n  expected: https://…, without ? and #")
    return url.rstrip("/") + "/"


def how_to_cite() -> Markdown:
    """The book as an entry in a list of references, with its address if there is one."""
    known = citation()
    words = (known["authors"], known["title"], known["version"], known["date"])
    if not public_address():
        return Markdown("{}. {}. Version {}, {}.").format(*words)
    return Markdown("{0}. {1}. Version {2}, {3}. [{4}]({4})").format(*words, public_address())


def foot(address: Callable[[str], str | None], private: bool) -> Html:
    """The lines at the foot of a page: authors, version, licence, checks, interests, errors.

    Parameters
    ----------
    address : callable
        Where a page is (``corrections``), seen from this one, which itself is ``#``; None if the
        edition has it not.
    private : bool
        Whether the page shows a user's own data, which the book's authors have not seen.
    """
    known = citation()
    who = known["authors"]
    made = Html(
        "<strong>The RESCAT companion</strong>, version {} of {}, by {}. An independent book: "
        "no link to the sponsor of the trial or to the authors of the paper. Conflicts of "
        "interest: none known."
    ).format(known["version"], known["date"], who[:1].lower() + who[1:])
    if private:
        made += Html(" The data of this edition are its owner's.")
    links = [
        Html('<a href="{}">{}</a>').format(found.removesuffix("#") + place or found, words)
        for page, place, words in (
            ("licence", "", LICENCE),
            ("methods", "#the-audit", "How it was checked: by computing again, and by tests"),
            ("licence", "#how-to-cite", "How to cite"),
            ("corrections", "", "Report an error"),
        )
        if (found := address(page)) is not None
    ]
    return Html('<p>{}</p><p class="imprint-links">{}</p>').format(made, Html(" · ").join(links))


def description(document: nodes.document) -> str:
    """What a page is about: its answer (a part of the class ``answer``), or its first paragraph.

    Parameters
    ----------
    document : docutils document
        A page whose links and numbers are resolved.
    """
    answers = [
        part for part in document.findall(nodes.Element) if "answer" in part.get("classes", ())
    ]
    written = [str(part) for part in document.findall(nodes.raw) if part.get("format") == "html"]
    if not answers and (found := next(filter(None, map(answer, written)), "")):
        return _shortened(found)
    within = answers[0] if answers else document
    for paragraph in within.findall(nodes.paragraph):
        text = " ".join(_REFERENCES.sub("", paragraph.astext()).split())
        if answers or (isinstance(paragraph.parent, nodes.section) and len(text) >= SHORTEST):
            return _shortened(text)
    for text in (text for part in written for text in paragraphs(part)):
        if len(text) >= SHORTEST:
            return _shortened(text)
    return citation()["title"]


def _shortened(text: str) -> str:
    """The first sentences of a text, or its first words if the first sentence is too long."""
    if len(text) <= LONGEST:
        return text
    start = text[:LONGEST]
    end = start.rfind(". ")
    return start[: end + 1] if end >= SHORTEST else start[: start.rfind(" ")] + " …"


def head(title: str, about: str, address: str | None, kind: str = "WebPage") -> Html:
    """What search engines, reference managers and previews of a link read of a page.

    Parameters
    ----------
    title : str
        Of the page.
    about : str
        From :func:`description`.
    address : str, optional
        Of the page, where the book is published; None if nobody says so.
    kind : str, optional
        What the page is, in the words of schema.org.
    """
    known = citation()
    book = known["title"].partition(":")[0]
    named = {
        "author": known["authors"],
        "description": about,
        "citation_title": title,
        "citation_author": known["authors"],
        "citation_inbook_title": known["title"],
        "citation_publication_date": known["date"].replace("-", "/"),
        "citation_language": "en",
        "citation_fulltext_html_url": address,
    }
    shared = {
        "og:title": title,
        "og:description": about,
        "og:type": "article",
        "og:site_name": book,
        "og:url": address,
        "og:image": public_address() and f"{public_address()}_static/{PICTURE}",
        "twitter:card": public_address() and "summary_large_image",
    }
    name, shown = Html('<meta name="{}" content="{}">'), Html('<meta property="{}" content="{}">')
    tags = [
        tag.format(*pair)
        for tag, pairs in ((name, named), (shown, shared))
        for pair in pairs.items()
        if pair[1]
    ]
    return Html("\n").join([*tags, json_script(_linked_data(title, about, address, kind))])


def kind_of(page: str) -> str:
    """What a page of the book is, in the words of schema.org.

    Examples
    --------
    >>> from rescat.book.imprint import kind_of
    >>> [kind_of(page) for page in ("index", "chapters/03_safety", "exercises/03_safety")]
    ['Book', 'ScholarlyArticle', 'LearningResource']
    """
    return _KINDS.get(page) or _KINDS.get(page.partition("/")[0], "WebPage")


def _linked_data(title: str, about: str, address: str | None, kind: str) -> dict[str, object]:
    """What a page is, as JSON-LD of schema.org."""
    known = citation()
    who = {"@type": "Organization", "name": known["authors"]}
    book = {"@type": "Book", "name": known["title"], "url": public_address()}
    made = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": known["title"] if kind == "Book" else title,
        "headline": title if kind == "ScholarlyArticle" else "",
        "description": about,
        "url": address,
        "author": who,
        "datePublished": known["date"],
        "version": known["version"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "about": {"@type": "ScholarlyArticle", "name": known["paper"], "sameAs": known["doi"]},
        "isPartOf": "" if kind == "Book" else {name: said for name, said in book.items() if said},
    }
    return {name: said for name, said in made.items() if said}


def site_map(pages: Iterable[str]) -> str:
    """The addresses of the pages for search engines (sitemaps.org); empty without an address.

    Parameters
    ----------
    pages : iterable of str
        Their places in the book, such as ``chapters/03_safety.html``.
    """
    if not public_address():
        return ""
    entry = Html("<url><loc>{}</loc><lastmod>{}</lastmod></url>")
    entries = [entry.format(public_address() + page, citation()["date"]) for page in pages]
    return str(
        Html(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}\n</urlset>\n'
        ).format(Html("\n").join(entries))
    )
