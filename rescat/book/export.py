"""The whole book in one file, from its finished pages: a PDF for paper, an EPUB for e-readers.

Both hold every page that the side bar lists, in its order. What only works in a browser is left
out: code and data behind a switch, buttons and search fields. Those of a private edition say so on
every page, and to programs.
"""

import mimetypes
import posixpath
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, SoupStrainer, Tag

from ..base.errors import BuildError
from ..base.files import shown, write_whole, zipped
from ..base.inert import Html, of_sphinx, rendered, say
from .imprint import LICENCE, citation, how_to_cite, public_address

__all__ = ["Page", "chromium", "reading_order", "write_epub", "write_pdf"]

HERE = Path(__file__).parent
TITLE = "The RESCAT companion"
PAPER_STYLE = "paper.css"  # beside the page that is printed
_MARK = "private-edition"  # the class of the words on each page of own data
_PRIVATE = "PRIVATE and patient-level: made from somebody's own data. Not to be handed on."
# What a page has for a browser alone.
_BROWSER_ONLY = (
    "script, style, template, dialog, button, [hidden], [popover], a.headerlink, details.hide, "
    "details.figure-data-box, .findable-controls, .d-print-none"
)
# Attributes that name another element of the page.
_REFERRING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")


@dataclass(frozen=True)
class Page:
    """One page of the book, as the side bar lists it.

    Attributes
    ----------
    address : str
        Below the book, such as ``chapters/03_safety.html``.
    name : str
        In the side bar.
    part : str
        The part of the book, empty for the first page.
    depth : int
        1, or 2 below another page.
    """

    address: str
    name: str
    part: str
    depth: int

    @property
    def slug(self) -> str:
        """A name without slashes."""
        return self.address.removesuffix(".html").replace("/", "-")


def reading_order(html: Path) -> list[Page]:
    """The pages of a finished book, in the order of its side bar.

    Parameters
    ----------
    html : Path
        Folder of the book.

    Raises
    ------
    BuildError
        If the folder has no book, or its first page has no side bar.
    """
    index = html / "index.html"
    if not index.is_file():
        raise BuildError(f"{shown(html)}: found no book\n  expected: index.html; run `make book`")
    bar = BeautifulSoup(index.read_text(encoding="utf-8"), "html.parser").select_one("nav.bd-links")
    if bar is None:
        raise BuildError(f"{shown(index)}: found no side bar that lists the pages")
    pages, part = [Page("index.html", _title(html), "", 1)], ""
    for element in bar.select("p.caption, li"):
        if element.name == "p":
            part = element.get_text(strip=True)
        elif part:
            link = element.find("a")
            depth = next(int(c[-1]) for c in element["class"] if c.startswith("toctree-l"))
            pages.append(Page(link["href"], link.get_text(" ", strip=True), part, depth))
    return pages


def _article(html: Path, page: Page) -> tuple[Tag, list[str]]:
    """What the page says, without what works in a browser alone; and the styles of the page."""
    text = (html / page.address).read_text(encoding="utf-8")
    read = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(["article", "link"]))
    links = [link["href"].partition("?")[0] for link in read.select("link[rel~=stylesheet]")]
    article = read.article
    code = "" if page.address.startswith("exercises/") else ", .cell_input"
    for element in article.select(_BROWSER_ONLY + code):
        element.decompose()
    for choice in article.select("input"):
        choice.replace_with("☐ " if choice.get("type") in ("radio", "checkbox") else "")
    for text in article.select("p:has(> ul, > ol, > dl)"):  # which browsers end before the list
        text.name = "div"
    for label in article.select("label"):
        label.name = "span"
        del label["for"]
    if _is_private(html):
        mark = read.new_tag("p", attrs={"class": _MARK})
        mark.string = _PRIVATE
        article.insert(0, mark)
    return article, [_below(page, link) for link in links]


def _is_private(html: Path) -> bool:
    """Whether the pages say that they show somebody's own data."""
    return f'class="{_MARK}"' in (html / "index.html").read_text(encoding="utf-8")


def _title(html: Path) -> str:
    return f"PRIVATE: {TITLE}" if _is_private(html) else TITLE


def _led(article: Tag, page: Page, inside: Callable[[str, str], str | None]) -> None:
    """Let each link lead to where its target is now, or be text if it is nowhere."""
    for link in article.select("a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme in ("http", "https", "mailto"):
            continue
        path = _below(page, parts.path) if parts.path else page.address
        target = inside(path, parts.fragment)
        if target is None and public_address() and not parts.scheme:
            target = f"{public_address()}{path}"
        if target is None:
            link.unwrap()
        else:
            link["href"] = target
            for attribute in ("download", "hreflang", "type", "rel", "target"):
                del link[attribute]


def _below(page: Page, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.address), path))


# --- PDF --------------------------------------------------------------------------------------


def write_pdf(html: Path, target: Path) -> None:
    """Print the whole book: tagged, with an outline, page numbers and running heads.

    Parameters
    ----------
    html : Path
        Folder of the finished book.
    target : Path
        The file to write; one that is there is replaced when the new one is whole.

    Raises
    ------
    BuildError
        If there is no book, or no Chromium to print it.
    """
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    pages = reading_order(html)
    with tempfile.TemporaryDirectory(prefix="pdf-", dir=target.parent) as folder:
        whole, made = Path(folder) / "book.html", Path(folder) / target.name
        private = _is_private(html)
        whole.with_name(PAPER_STYLE).write_text(_paper_styles(pages, private), encoding="utf-8")
        known = {page.address: page for page in pages}
        read = [_for_paper(html, page, known) for page in pages]
        articles = [article for article, _ in read]
        styles = _in_order(html, [own for _, own in read])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(playwright.chromium.executable_path),
                args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"],
            )
            numbers: dict[str, int] = {}
            # Once to learn on which page each chapter begins, and once with these numbers.
            for turn in ("to number the pages", "with the numbers"):
                say(f"printing {len(pages)} pages of the book, {turn} ...")
                document = _document(pages, articles, styles, numbers, private)
                whole.write_text(document, encoding="utf-8")
                tab = browser.new_page()
                tab.goto(whole.as_uri(), timeout=300_000)
                tab.pdf(path=made, prefer_css_page_size=True, tagged=True, outline=True)
                tab.close()
                printed = PdfReader(made)
                places = printed.named_destinations
                numbers = {
                    page.address: printed.get_destination_page_number(places[f"/{page.slug}"]) + 1
                    for page in pages
                    if f"/{page.slug}" in places
                }
            browser.close()
        made.replace(target)


def chromium(own: str) -> str:
    """The program that prints, and opens pages in the tests: of this computer, or playwright's.

    Parameters
    ----------
    own : str
        Where playwright would have installed it.

    Raises
    ------
    BuildError
        If there is none.
    """
    names = ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"]
    found = next(filter(None, map(shutil.which, names)), own if Path(own).exists() else None)
    if found is None:
        raise BuildError(
            "found no Chromium\n  expected: Debian's `chromium`, Chrome, or what "
            "`.venv/bin/python -m playwright install chromium` installs"
        )
    return found


def _for_paper(html: Path, page: Page, pages: dict[str, Page]) -> tuple[Html, list[str]]:
    """What a page says as a part of one document, and the styles of the page."""
    article, styles = _article(html, page)

    def inside(path: str, fragment: str) -> str | None:
        if path not in pages:
            return None
        slug = pages[path].slug
        return f"#{slug}--{fragment}" if fragment else f"#{slug}"

    _led(article, page, inside)
    for element in article.find_all(True):
        _prefix(element, page.slug)
        if re.fullmatch("h[1-5]", element.name):  # a level below that of the parts
            element.name = f"h{int(element.name[1]) + 1}"
        if element.name == "details":
            element["open"] = ""
        if element.name == "img" and not element["src"].startswith("data:"):
            element["src"] = (html.resolve() / _below(page, element["src"])).as_uri()
            del element["loading"]
    return of_sphinx(article.decode_contents()), styles


def _prefix(element: Tag, slug: str) -> None:
    """Let names that are unique on a page be unique in the book."""
    for name, value in element.attrs.items():
        if name == "id":
            element[name] = f"{slug}--{value}"
        elif name in _REFERRING:
            names = value if isinstance(value, list) else value.split()
            element[name] = " ".join(f"{slug}--{one}" for one in names)
        elif name in ("href", "xlink:href") and element.name != "a":
            element[name] = re.sub("^#", f"#{slug}--", value)
        elif isinstance(value, str) and "url(#" in value:
            element[name] = value.replace("url(#", f"url(#{slug}--")


def _in_order(html: Path, styles: list[list[str]]) -> list[str]:
    """The styles of all pages, of which each has what it uses; the book's own come last."""
    found = dict.fromkeys(style for own in styles for style in own)
    ordered = sorted(found, key=lambda style: style.endswith("rescat.css"))
    return [f"{html.resolve().as_uri()}/{style}" for style in ordered]


def _paper_styles(pages: list[Page], private: bool) -> str:
    """The styles of the paper: each page of the book has its running heads."""
    heads = (
        f"@page p{number} {{ @top-left {{ content: {_css(page.part)} }} "
        f"@top-right {{ content: {_css(page.name)} }} }}"
        for number, page in enumerate(pages)
    )
    mark = [f"@page {{ @bottom-left {{ content: {_css(_PRIVATE)} }} }}"] if private else []
    return "\n".join([(HERE / "export.css").read_text(encoding="utf-8"), *mark, *heads])


def _document(
    pages: list[Page],
    articles: list[Html],
    styles: list[str],
    numbers: dict[str, int],
    private: bool,
) -> Html:
    """The book as one page of HTML, with links to its styles."""
    bodies, listed, part = [], [], ""
    for number, (page, article) in enumerate(zip(pages, articles, strict=True)):
        begins = page.part != part
        part = page.part
        if begins:
            listed.append(Html('<p class="part">{}</p>').format(part))
        listed.append(
            Html('<p class="depth-{}"><a href="#{}">{}</a> <span>{}</span></p>').format(
                page.depth, page.slug, page.name, numbers.get(page.address, "")
            )
        )
        bodies.append(
            Html(
                '<div class="bd-main" id="{}" style="page: p{}"><div class="bd-content">'
                '<div class="bd-article-container">{}<article class="bd-article">{}</article>'
                "</div></div></div>"
            ).format(
                page.slug,
                number,
                Html('<h1 class="part">{}</h1>').format(part) if begins else "",
                article,
            )
        )
    return Html(
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        '<meta charset="utf-8"><title>{}</title><meta name="author" content="{}">{}</head>'
        '<body>{}<nav class="listed"><h2>Contents</h2>{}</nav>{}</body></html>'
    ).format(
        pages[0].name,
        citation()["authors"],
        Html("").join(
            Html('<link rel="stylesheet" href="{}">').format(style)
            for style in [*styles, PAPER_STYLE]
        ),
        _cover(private),
        Html("").join(listed),
        Html("").join(bodies),
    )


def _css(text: str) -> str:
    """A text as a string of CSS."""
    return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'


def _cover(private: bool) -> Html:
    known = citation()
    title, _, subtitle = known["title"].partition(": ")
    return Html(
        '<section class="cover"><h1>{}</h1><p>{}</p><p>Version {}, {}</p><p>{}</p>'
        "<p>How to cite: {}</p></section>"
    ).format(
        title,
        f"{subtitle[:1].upper()}{subtitle[1:]}",
        known["version"],
        known["date"],
        _PRIVATE if private else LICENCE,
        rendered(how_to_cite()),
    )


# --- EPUB -------------------------------------------------------------------------------------

# HTML parsers write these names of SVG in small letters; XML tells them apart.
_SVG_NAMES = {
    name.lower(): name
    for name in (
        "clipPath", "linearGradient", "radialGradient", "foreignObject", "textPath", "viewBox",
        "preserveAspectRatio", "clipPathUnits", "gradientUnits", "gradientTransform",
        "patternUnits", "patternTransform", "markerWidth", "markerHeight", "refX", "refY",
    )
}  # fmt: skip
_XML = {
    "svg": ("http://www.w3.org/2000/svg", "svg"),
    "math": ("http://www.w3.org/1998/Math/MathML", "mathml"),
}
_OBSOLETE = ("border", "align", "valign", "bgcolor", "loading", "cellpadding", "cellspacing")


def write_epub(html: Path, target: Path) -> None:
    """Write the whole book as an EPUB 3; the same book is the same file, byte for byte.

    Parameters
    ----------
    html : Path
        Folder of the finished book.
    target : Path
        The file to write; one that is there is replaced when the new one is whole.

    Raises
    ------
    BuildError
        If there is no book.
    """
    pages = reading_order(html)
    known = {page.address: page for page in pages}
    say(f"writing {len(pages)} pages of the book ...")
    files: dict[str, bytes] = {}
    manifest, pictures = [], {}
    for page in pages:
        text, kinds, seen = _for_reader(html, page, known)
        pictures |= seen
        files[f"EPUB/{page.slug}.xhtml"] = text.encode()
        properties = Html(' properties="{}"').format(" ".join(sorted(kinds))) if kinds else ""
        manifest.append(
            Html('<item id="{}" href="{}.xhtml" media-type="application/xhtml+xml"{}/>').format(
                _xml_id(page), page.slug, properties
            )
        )
    for number, (name, path) in enumerate(sorted(pictures.items())):
        files[f"EPUB/{name}"] = path.read_bytes()
        kind = mimetypes.guess_type(name)[0]
        manifest.append(
            Html('<item id="picture-{}" href="{}" media-type="{}"/>').format(number, name, kind)
        )
    files["EPUB/style.css"] = (HERE / "epub.css").read_bytes()
    files["EPUB/nav.xhtml"] = _navigation(pages).encode()
    files["EPUB/package.opf"] = _package(pages, manifest, _is_private(html)).encode()
    files["META-INF/container.xml"] = (
        b'<?xml version="1.0"?><container version="1.0" '
        b'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        b'<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
        b"</rootfiles></container>"
    )
    files["mimetype"] = b"application/epub+zip"
    write_whole(target, zipped(files, first="mimetype"))


def _xml_id(page: Page) -> str:
    return f"page-{re.sub(r'[^A-Za-z0-9_.-]', '_', page.slug)}"


def _for_reader(
    html: Path, page: Page, pages: dict[str, Page]
) -> tuple[str, set[str], dict[str, Path]]:
    """One page as XHTML, what else than HTML it has, and its pictures."""
    article, _ = _article(html, page)

    def inside(path: str, fragment: str) -> str | None:
        if path not in pages:
            return None
        here = "" if path == page.address else f"{pages[path].slug}.xhtml"
        return (f"{here}#{fragment}" if fragment else here) or f"{page.slug}.xhtml"

    _led(article, page, inside)
    kinds, pictures = set(), {}
    for element in article.find_all(True):
        if element.name in _XML:
            namespace, kind = _XML[element.name]
            element["xmlns"] = namespace
            kinds.add(kind)
        if element.name == "svg":
            element["xmlns:xlink"] = "http://www.w3.org/1999/xlink"
        for drawn in [element, *element.find_all(True)] if element.name == "svg" else []:
            drawn.name = _SVG_NAMES.get(drawn.name, drawn.name)
            drawn.attrs = {_SVG_NAMES.get(k, k): v for k, v in drawn.attrs.items()}
        if element.name != "svg" and element.find_parent("svg") is None:
            for name in _OBSOLETE:
                del element[name]
        if element.name == "img" and not element["src"].startswith("data:"):
            path = html / _below(page, element["src"])
            element["src"] = f"pictures/{path.name}"
            pictures[element["src"]] = path
    body = article.decode_contents(formatter="minimal")
    return _xhtml(page.name, of_sphinx(body)), kinds, pictures


def _xhtml(title: str, body: Html) -> Html:
    return Html(
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        'lang="en" xml:lang="en"><head><meta charset="utf-8"/><title>{}</title>'
        '<link rel="stylesheet" href="style.css"/></head><body>{}</body></html>\n'
    ).format(title, body)


def _navigation(pages: list[Page]) -> Html:
    """The contents: a list of parts, each with its pages, and those below them."""

    def item(page: Page, below: list[Page]) -> Html:
        inner = Html("").join(item(p, []) for p in below)
        return Html('<li><a href="{}.xhtml">{}</a>{}</li>').format(
            page.slug, page.name, Html("<ol>{}</ol>").format(inner) if inner else ""
        )

    def items(own: list[Page]) -> Iterator[Html]:
        tops = [i for i, page in enumerate(own) if page.depth == 1]
        for start, end in zip(tops, [*tops[1:], len(own)], strict=True):
            yield item(own[start], own[start + 1 : end])

    listed = list(items([p for p in pages if not p.part]))
    for part in dict.fromkeys(p.part for p in pages if p.part):
        inner = Html("").join(items([p for p in pages if p.part == part]))
        listed.append(Html("<li><span>{}</span><ol>{}</ol></li>").format(part, inner))
    nav = Html('<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{}</ol></nav>')
    return _xhtml("Contents", nav.format(Html("").join(listed)))


def _package(pages: list[Page], manifest: list[Html], private: bool) -> Html:
    known = citation()
    if private:
        known = known | {"title": f"PRIVATE: {known['title']}"}
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{known['title']} {known['version']}")
    access = {
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeature": [
            "alternativeText", "MathML", "structuralNavigation", "tableOfContents",
        ],
        "accessibilityHazard": ["none"],
        "accessibilitySummary": [
            "Every figure has a text that says what it shows; formulas are MathML."
        ],
    }  # fmt: skip
    said = Html("").join(
        Html('<meta property="schema:{}">{}</meta>').format(key, value)
        for key, values in access.items()
        for value in values
    )
    order = Html("").join(Html('<itemref idref="{}"/>').format(_xml_id(page)) for page in pages)
    return Html(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" '
        'xml:lang="en"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:identifier id="book">urn:uuid:{name}</dc:identifier>'
        "<dc:title>{title}</dc:title><dc:language>en</dc:language>"
        "<dc:creator>{authors}</dc:creator><dc:date>{date}</dc:date>"
        "<dc:rights>{licence}</dc:rights>"
        '<meta property="dcterms:modified">{date}T00:00:00Z</meta>{said}</metadata>'
        '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" '
        'properties="nav"/><item id="style" href="style.css" media-type="text/css"/>'
        "{manifest}</manifest><spine>{order}</spine></package>\n"
    ).format(
        name=name,
        said=said,
        order=order,
        manifest=Html("").join(manifest),
        licence=_PRIVATE if private else LICENCE,
        **known,
    )
