"""Figures in the pages: a number for each, and numbers that the search does not read."""

import re

from docutils import nodes

from ..base.inert import Html, of_part

__all__ = ["place_figures", "setup"]

# As rescat.figures.show writes them.
_FIGURE = re.compile(r'<figure class="fig[^>]* id="([^"]*)".*?</figure>', re.S)
_NUMBER = '<span class="fig-number">Figure.</span>'
# Numbers that nobody searches: of the axes, and of the data below a figure.
_PICTURE = re.compile(
    r'<svg\b.*?</svg>|<div class="figure-data-scroll"[^>]*>.*?</table></div>', re.S
)


class picture(nodes.General, nodes.Element):
    """A part of a figure that is no text: the search does not read it."""


def place_figures(doctree: nodes.document, chapter: str) -> None:
    """Number the figures of a page in their order: "Figure 3.2." in chapter 3, else "Figure 2."."""
    number = 0
    for raw in list(doctree.findall(nodes.raw)):
        if "html" not in raw.get("format", "") or '<figure class="fig' not in raw.astext():
            continue
        parts, end, text = [], 0, raw.astext()
        for found in _FIGURE.finditer(text):
            number += 1
            told = ".".join(filter(None, [chapter, str(number)]))
            named = Html('<a class="fig-number" href="#{}">Figure {}.</a>').format(found[1], told)
            parts += [text[end : found.start()], found[0].replace(_NUMBER, str(named))]
            end = found.end()
        raw.replace_self(_pieces("".join([*parts, text[end:]]), raw["classes"]))


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


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_node(picture, html=(_write, None))
