"""What the search finds first: read from the pages, with every name of a marker."""

import json

import pytest

import rescat
from rescat.base.files import BOOK
from rescat.book.edition import chapters
from rescat.book.search import ENTRIES, Entry, entries, write_entries
from rescat.course.glossary import glossary_terms, other_words
from rescat.data.marker_names import page_name

PAGE = (
    '<html><head><meta name="description" content="{about}"></head><body><h1>{title}<a class'
    '="headerlink" href="#x">#</a></h1>{body}</body></html>'
)


@pytest.fixture
def book(tmp_path):
    def write(name, title="A title", about="What it is.", body=""):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(title=title, about=about, body=body), encoding="utf-8")
        return tmp_path

    return write


def test_a_marker_has_all_its_names(book):
    pages = book("markers/CCL2.html", "CCL2", "A chemokine &amp; more.")
    [entry] = entries(pages)
    assert entry[:4] == ("Biomarker", "CCL2", "markers/CCL2.html", "A chemokine & more.")
    names = rescat.load_marker_names().query("marker == 'CCL2'")["alias"]
    assert {"CCL2", *names} <= set(entry.names)
    assert page_name("CCL2") == "CCL2"


def test_a_marker_of_somebody_s_own_data_has_its_title(book):
    [entry] = entries(book("markers/VEGF-1234.html", "VEGF"))
    assert (entry.title, entry.names) == ("VEGF", ())


def test_sections_say_where_they_are_and_their_first_words(book):
    body = '<section id="a-b"><h2>A &lt;b&gt;</h2><p>One.</p><p>The <em>longest</em>.</p></section>'
    pages = book("chapters/03_safety.html", "3 · Safety: what happened?", body=body)
    chapter, section = entries(pages)
    assert set(chapter.names) >= {"chapter 3", "Safety", "mortality"}
    assert section == Entry("In 3 · Safety", "A <b>", "chapters/03_safety.html#a-b", "The longest.")


def test_terms_and_their_other_words(book):
    body = '<dl><dt id="term-P-value">P value</dt><dd><p>The probability.</p></dd></dl>'
    [term] = [e for e in entries(book("glossary.html", body=body)) if e.kind == "Term"]
    assert term[:4] == ("Term", "P value", "glossary.html#term-P-value", "The probability.")
    assert "significance" in term.names


def test_other_words_mean_a_term_or_a_page():
    pages = {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("*.md")}
    pages |= {f"chapters/{name}" for name in chapters()}
    pages |= {f"markers/{page_name(name)}" for name in rescat.load_table("markers")["marker"]}
    assert set(other_words()) <= pages | set(glossary_terms())


def test_statements_that_the_ledger_shows(book):
    pages = book("chapters/10_ledger.html", body='<tr id="COH-01"><tr id="ZZZ-99">')
    [found] = [entry for entry in entries(pages) if entry.kind == "Statement"]
    assert found.title == "COH-01"
    assert found.text.startswith("Seventeen patients")


def test_they_are_written_as_a_script_that_holds_no_page(book):
    pages = book("a.html", "&lt;/script&gt;", "x" * 300 + " y")
    book("search.html")
    write_entries(pages)
    script = (pages / "_static" / ENTRIES).read_text(encoding="utf-8")
    [entry] = json.loads(script.removeprefix("const SEARCH_ENTRIES = ").removesuffix(";\n"))
    assert entry[:3] == ["Page", "</script>", "a.html"]
    assert len(entry[3]) < 230
