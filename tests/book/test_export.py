"""The whole book in one file: every page in order, links inside, nothing for a browser alone."""

import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from shared import rewrite

from rescat.base.errors import BuildError
from rescat.book import export

BAR = """<nav class="bd-links"><ul class="bd-sidenav__home-link"><li class="toctree-l1">
<a href="#">Home</a></li></ul><p class="caption"><span>Chapters</span></p><ul>
<li class="toctree-l1"><a href="chapters/01_a.html">1 · A</a><ul>
<li class="toctree-l2"><a href="exercises/01_a.html">Exercises</a></li></ul></li></ul>
<p class="caption"><span>Reference</span></p><ul>
<li class="toctree-l1"><a href="terms.html">Terms &amp; words</a></li></ul></nav>"""
PICTURE = (
    '<svg viewbox="0 0 4 2" width="4" height="2"><defs><clippath id="edge"><rect width="4" '
    'height="2"/></clippath></defs><g clip-path="url(#edge)"><path d="M0 0L4 2"/></g></svg>'
)
PAGES = {
    "index": '<section><h1>Home</h1><p><a href="chapters/01_a.html#one">A</a></p></section>',
    "chapters/01_a": (
        '<section id="one"><h1>1 · A<a class="headerlink" href="#one">#</a></h1>'
        '<details class="hide"><summary>Show the code</summary><pre>secret = 1</pre></details>'
        '<div class="cell_input"><pre>secret = 2</pre></div>'
        '<details><summary>More</summary><p id="more">Folded words</p></details>'
        f'{PICTURE}<p><a href="../terms.html#term-x">x</a> <a href="../data/a.csv">data</a> '
        '<a href="https://example.org/">out</a></p><button>Check</button>'
        '<table border="1"><thead><tr><th>n<br>of all</th></tr></thead>'
        "<tbody><tr><td>5 &lt; 6</td></tr></tbody></table></section>"
    ),
    "exercises/01_a": '<section id="one"><h1>Tasks</h1><input type="radio"><p>Yes</p></section>',
    "terms": '<section><h1>Terms</h1><dl><dt id="term-x">x</dt><dd>A term</dd></dl></section>',
}


@pytest.fixture
def site(tmp_path):
    """A made-up book of four pages."""
    for name, article in PAGES.items():
        path = tmp_path / "html" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f'<html><head></head><body>{BAR}<article class="bd-article">{article}</article>'
            "</body></html>",
            encoding="utf-8",
        )
    return tmp_path / "html"


def test_the_order_is_that_of_the_side_bar(site):
    pages = export.reading_order(site)
    assert [(p.address, p.name, p.part, p.depth) for p in pages] == [
        ("index.html", "The RESCAT companion", "", 1),
        ("chapters/01_a.html", "1 · A", "Chapters", 1),
        ("exercises/01_a.html", "Exercises", "Chapters", 2),
        ("terms.html", "Terms & words", "Reference", 1),
    ]


def test_without_a_book_it_says_what_to_do(tmp_path):
    with pytest.raises(BuildError, match="make book"):
        export.write_epub(tmp_path, tmp_path / "a.epub")
    assert not list(tmp_path.iterdir())


def test_an_epub_holds_every_page_and_leads_inside(site, tmp_path, monkeypatch):
    monkeypatch.delenv("BOOK_PUBLIC_URL", raising=False)
    made, again = tmp_path / "a.epub", tmp_path / "b.epub"
    export.write_epub(site, made)
    export.write_epub(site, again)
    assert made.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(made) as book:
        assert book.infolist()[0].filename == "mimetype"
        texts = {name: book.read(name).decode() for name in book.namelist()}
    for name, text in texts.items():
        if name.endswith((".xhtml", ".opf")):
            ElementTree.fromstring(text)
    chapter = texts["EPUB/chapters-01_a.xhtml"]
    assert 'href="terms.xhtml#term-x"' in chapter
    assert 'href="https://example.org/"' in chapter
    assert "a.csv" not in chapter, "a link to a file that is not in the book"
    assert "Folded words" in chapter
    assert not re.search("secret|Check|headerlink|border=", chapter)
    assert 'viewBox="0 0 4 2"' in chapter
    assert "clipPath" in chapter
    assert "☐" in texts["EPUB/exercises-01_a.xhtml"]
    assert 'properties="svg"' in texts["EPUB/package.opf"]
    nav = texts["EPUB/nav.xhtml"]
    assert nav.index("Chapters") < nav.index("Exercises") < nav.index("Terms &amp; words")


def test_a_private_edition_says_so_on_every_page_and_to_programs(site, tmp_path):
    """Pages leave the head behind that says it in the browser, and the public book's licence."""
    private = Path(shutil.copytree(site, tmp_path / "private"))
    for path in private.rglob("*.html"):
        rewrite(path, "<body>", '<body><span class="private-edition">PRIVATE edition</span>')
    export.write_epub(private, tmp_path / "private.epub")
    export.write_epub(site, tmp_path / "public.epub")  # after it, in the same process
    books = {}
    for kind in ("public", "private"):
        with zipfile.ZipFile(tmp_path / f"{kind}.epub") as book:
            books[kind] = {name: book.read(name).decode() for name in book.namelist()}
    assert not any("PRIVATE" in text for text in books["public"].values())
    said = "PRIVATE and patient-level: made from somebody"
    pages = [f"EPUB/{name.replace('/', '-')}.xhtml" for name in PAGES]
    assert all(f'<body><p class="private-edition">{said}' in books["private"][p] for p in pages)
    about = books["private"]["EPUB/package.opf"]
    assert "<dc:title>PRIVATE: The RESCAT companion" in about
    assert f"<dc:rights>{said}" in about
    assert "CC BY" not in about
    # It is not an edition of the public book either.
    name = re.compile(r'<dc:identifier id="book">(.*?)<')
    assert name.search(about)[1] != name.search(books["public"]["EPUB/package.opf"])[1]


def test_files_beside_the_book_are_found_where_it_is_published(site, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_PUBLIC_URL", "https://example.org/book")
    export.write_epub(site, tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as book:
        chapter = book.read("EPUB/chapters-01_a.xhtml").decode()
    assert 'href="https://example.org/book/data/a.csv"' in chapter


def test_the_standard_accepts_the_epub(site, tmp_path, epubcheck):
    export.write_epub(site, tmp_path / "a.epub")
    checked = epubcheck(tmp_path / "a.epub")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.book
def test_the_standard_accepts_the_whole_book(built_book, tmp_path, epubcheck):
    export.write_epub(built_book, tmp_path / "a.epub")
    checked = epubcheck(tmp_path / "a.epub")
    assert checked.returncode == 0, checked.stdout[-5000:] + checked.stderr[-5000:]
