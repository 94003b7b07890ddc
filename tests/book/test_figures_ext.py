"""Figures in the pages: pictures that the search does not read."""

from docutils import nodes
from docutils.utils import new_document

from rescat.book.figures_ext import keep_pictures_apart, picture

FIGURE = (
    '<figure class="fig fig-both" id="fig-{0}" data-name="{0}"><div class="fig-wide"><svg><text>17'
    '</text></svg></div><figcaption><p><a class="number" href="#fig-{0}">Figure.</a> <strong>Found.'
    "</strong></p></figcaption></figure>"
)


def page(*outputs: str) -> nodes.document:
    document = new_document("a page")
    for output in outputs:
        document += nodes.raw("", output, format="html", classes=["output", "text_html"])
    return document


def words(document: nodes.document) -> str:
    return "".join(raw.astext() for raw in document.findall(nodes.raw))


def test_what_a_picture_says_is_not_among_the_words():
    document = page(FIGURE.format("a"))
    keep_pictures_apart(document)
    assert "Found." in words(document)
    assert "17" not in words(document)
    [drawn] = document.findall(picture)
    assert drawn["html"] == "<svg><text>17</text></svg>"
    assert drawn.parent["classes"] == ["output", "text_html"]
    assert drawn.astext() == ""
