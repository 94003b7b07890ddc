"""Who made the book, at the foot and in the head of its pages."""

import json
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from shared import ROOT

import rescat
from rescat.base.inert import rendered
from rescat.book import imprint

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def parsed(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def test_the_citation_is_that_of_the_file():
    [author] = CITATION["authors"]
    assert imprint.citation() == {
        "title": CITATION["title"],
        "authors": author["name"],
        "version": rescat.__version__,
        "date": str(CITATION["date-released"]),
        "paper": CITATION["references"][0]["title"],
        "doi": f"https://doi.org/{CITATION['references'][0]['doi']}",
    }


def test_the_foot_says_all_that_a_reader_asks():
    foot = parsed(imprint.foot(lambda page: f"../{page}.html", private=False))
    text = foot.get_text(" ")
    [author] = CITATION["authors"]
    assert author["name"][1:] in text
    assert f"version {rescat.__version__} of {CITATION['date-released']}" in text
    assert "Conflicts of interest: none known" in text
    assert "no link to the sponsor of the trial or to the authors of the paper" in text
    assert {"CC BY 4.0" in text, "MIT" in text} == {True}
    assert [a["href"] for a in foot.find_all("a")] == [
        "../licence.html",
        "../methods.html#the-audit",
        "../licence.html#how-to-cite",
        "../corrections.html",
    ]


def test_the_licences_are_those_of_the_file():
    assert set(CITATION["license"]) == {"MIT", "CC-BY-4.0"}


def test_the_foot_leads_to_no_page_that_is_not_there():
    has = {"licence": "licence.html"}
    foot = parsed(imprint.foot(has.get, private=True))
    assert {a["href"].partition("#")[0] for a in foot.find_all("a")} == {"licence.html"}
    assert "The data of this edition are its owner's" in foot.get_text()


def test_the_foot_leads_to_places_of_its_own_page():
    foot = parsed(imprint.foot({"licence": "#"}.get, private=False))
    assert [a["href"] for a in foot.find_all("a")] == ["#", "#how-to-cite"]


def page(*paragraphs, answer=None):
    document = new_document("page")
    section = nodes.section()
    document += section
    if answer:
        section += nodes.container("", nodes.paragraph("", answer), classes=["answer"])
    for text in paragraphs:
        section += nodes.paragraph("", text)
    return document


LONG = "What this page is about, in a sentence that is long enough to say it."


def test_a_page_is_described_by_its_first_whole_paragraph():
    assert imprint.description(page("Before it: nothing", LONG, "More.")) == LONG
    assert imprint.description(page(f"{LONG[:-1]} [3, 38].")) == LONG
    assert imprint.description(page("Short.")) == CITATION["title"]


def test_an_answer_comes_first():
    assert imprint.description(page(LONG, answer="It did not.")) == "It did not."


def test_a_long_paragraph_is_cut_between_sentences_or_words():
    cut = imprint.description(page(" ".join([LONG] * 9)))
    assert cut == " ".join([LONG] * 4)
    cut = imprint.description(page("word " * 100))
    assert cut.endswith("word …")
    assert len(cut) <= 302


def test_the_head_is_text():
    head = parsed(imprint.head('A "title"', "<b>about</b> & more", None))
    found = {tag.get("name") or tag["property"]: tag["content"] for tag in head.find_all("meta")}
    assert found["citation_title"] == found["og:title"] == 'A "title"'
    assert found["description"] == found["og:description"] == "<b>about</b> & more"
    assert found["citation_publication_date"] == str(CITATION["date-released"]).replace("-", "/")
    assert not head.find_all("b")


def test_a_page_says_to_machines_what_it_is(monkeypatch):
    def said(page, title="A </script> title"):
        address = imprint.public_address() and f"{imprint.public_address()}{page}.html"
        head = parsed(imprint.head(title, "About.", address, imprint.kind_of(page)))
        return json.loads(head.find("script", type="application/ld+json").string)

    chapter = said("chapters/03_safety")
    assert chapter["@type"] == "ScholarlyArticle"
    assert chapter["name"] == "A </script> title"
    assert chapter["author"]["name"] == CITATION["authors"][0]["name"]
    assert chapter["version"] == rescat.__version__
    assert chapter["isPartOf"] == {"@type": "Book", "name": CITATION["title"]}
    assert "url" not in chapter
    assert said("exercises/03_safety")["@type"] == "LearningResource"
    assert said("patients/7")["@type"] == "WebPage"
    monkeypatch.setenv("BOOK_PUBLIC_URL", "https://example.org/book")
    book = said("index")
    assert (book["@type"], book["name"]) == ("Book", CITATION["title"])
    assert "isPartOf" not in book
    assert said("summary")["isPartOf"]["url"] == "https://example.org/book/"


def test_a_site_map_names_every_page_where_there_is_an_address(monkeypatch):
    monkeypatch.delenv("BOOK_PUBLIC_URL", raising=False)
    assert imprint.site_map(["index.html"]) == ""
    monkeypatch.setenv("BOOK_PUBLIC_URL", "https://example.org/book")
    listed = ElementTree.fromstring(imprint.site_map(["index.html", "a&b.html"]).encode())
    assert [entry[0].text for entry in listed] == [
        "https://example.org/book/index.html",
        "https://example.org/book/a&b.html",
    ]


def test_an_answer_in_an_output_comes_first_too():
    output = '<div class="admonition answer"><p class="admonition-title">In short</p><p>No.</p>'
    document = page(LONG)
    document[0] += nodes.raw("", f"{output}<p>Not &lt; at all.</p></div>", format="html")
    assert imprint.description(document) == "No. Not < at all."


def test_a_page_without_text_is_described_by_its_output():
    document = page()
    document[0] += nodes.raw("", f"<p>Short.</p><p><b>{LONG}</b></p>", format="html")
    assert imprint.description(document) == LONG


def test_an_address_is_named_only_if_there_is_one(monkeypatch):
    assert "url" not in imprint.head("A", "B", None)
    head = imprint.head("A", "B", "https://example.org/a.html")
    assert head.count('content="https://example.org/a.html"') == 2
    monkeypatch.delenv("BOOK_PUBLIC_URL", raising=False)
    assert imprint.public_address() == ""
    assert "http" not in imprint.how_to_cite()
    monkeypatch.setenv("BOOK_PUBLIC_URL", "https://example.org/book")
    assert imprint.public_address() == "https://example.org/book/"
    assert 'href="https://example.org/book/"' in rendered(imprint.how_to_cite())
    head = imprint.head("A", "B", "https://example.org/book/a.html")
    assert f'content="https://example.org/book/_static/{imprint.PICTURE}"' in head


@pytest.mark.parametrize(
    "url", ["example.org", "javascript:alert(1)", "https://", "https://a.b/?c"]
)
def test_what_is_no_address_is_refused(monkeypatch, url):
    monkeypatch.setenv("BOOK_PUBLIC_URL", url)
    with pytest.raises(rescat.DataError, match="BOOK_PUBLIC_URL: found"):
        imprint.public_address()


@pytest.mark.book
def test_every_page_says_who_made_it(built_book):
    pages = [
        path
        for path in built_book.rglob("*.html")
        if not {"_static", "course"} & set(path.relative_to(built_book).parts)
    ]
    for path in pages:
        made = parsed(path.read_text(encoding="utf-8"))
        assert rescat.__version__ in made.select_one(".extra_footer").get_text(), path.name
        assert not made.select('link[rel="canonical"], meta[property="og:url"]')
        if path.stem not in {"search", "genindex"}:
            assert made.select_one('meta[name="description"]')["content"], path.name
            assert made.select_one('meta[name="citation_title"]')["content"], path.name
            [data] = made.select('script[type="application/ld+json"]')
            assert json.loads(data.string)["version"] == str(CITATION["version"])
        assert len(made.select('meta[name="viewport"]')) == 1, path.name
    cite = parsed((built_book / "licence.html").read_text(encoding="utf-8"))
    assert CITATION["title"] in cite.select_one("#how-to-cite").get_text()
