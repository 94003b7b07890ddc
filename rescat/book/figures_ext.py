"""Figures in the pages: their pictures are not words for the search."""

import re

from docutils import nodes

from ..base.inert import of_part

__all__ = ["setup"]

# Numbers that nobody searches: of the axes, and of the data below a figure.
_PICTURE = re.compile(
    r'<svg\b.*?</svg>|<div class="figure-data-scroll"[^>]*>.*?</table></div>', re.S
)


class picture(nodes.General, nodes.Element):
    """A part of a figure that is no text: the search does not read it."""


def keep_pictures_apart(doctree: nodes.document) -> None:
    """Let the search read the words of the figures of a page, and not their pictures."""
    for raw in list(doctree.findall(nodes.raw)):
        if "html" in raw.get("format", "") and '<figure class="fig' in raw.astext():
            raw.replace_self(_pieces(raw.astext(), raw["classes"]))


def _pieces(text: str, classes: list[str]) -> nodes.Element:
    """The HTML of an output as words, which are searched, and the rest."""
    box = nodes.container(classes=classes)
    end = 0
    for found in _PICTURE.finditer(text):
        made = of_part(text[end : found.start()])
        box += nodes.raw("", str(made), format="html")
        box += picture(html=found[0])
        end = found.end()
    made = of_part(text[end:])
    box += nodes.raw("", str(made), format="html")
    return box


def _write(translator, node) -> None:
    translator.body.append(node["html"])
    raise nodes.SkipNode


def _read(app, doctree) -> None:
    keep_pictures_apart(doctree)


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("doctree-read", _read)
    app.add_node(picture, html=(_write, None))
