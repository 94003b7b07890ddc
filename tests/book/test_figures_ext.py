"""Figures in the pages: numbered in their order, and pictures that the search does not read."""

from docutils import nodes
from docutils.utils import new_document

from rescat.book.figures_ext import picture, place_figures

FIGURE = (
    '<figure class="fig fig-both" id="fig-{0}" data-name="{0}"><div class="fig-wide"><svg><text>17'
    '</text></svg></div><figcaption><p><span class="fig-number">Figure.</span> <strong>Found.'
    "</strong></p></figcaption></figure>"
)


def page(*outputs: str) -> nodes.document:
    document = new_document("a page")
    for output in outputs:
        document += nodes.raw("", output, format="html", classes=["output", "text_html"])
    return document


def words(document: nodes.document) -> str:
    return "".join(raw.astext() for raw in document.findall(nodes.raw))


def test_figures_have_the_number_of_the_chapter_and_their_order():
    document = page(FIGURE.format("a"), "<p>a table</p>", FIGURE.format("b"))
    place_figures(document, "4b")
    text = words(document)
    for number, name in enumerate("ab", 1):
        assert f'<a class="fig-number" href="#fig-{name}">Figure 4b.{number}.</a>' in text
    assert "Figure.</span>" not in text


def test_a_page_without_a_number_counts_alone():
    document = page(FIGURE.format("a"))
    place_figures(document, "")
    assert ">Figure 1.</a>" in words(document)


def test_what_a_picture_says_is_not_among_the_words():
    document = page(FIGURE.format("a"))
    place_figures(document, "1")
    assert "Found." in words(document)
    assert "17" not in words(document)
    [drawn] = document.findall(picture)
    assert drawn["html"] == "<svg><text>17</text></svg>"
    assert drawn.parent["classes"] == ["output", "text_html"]
    assert drawn.astext() == ""
