"""Slides of each session, from the executed notebooks: reveal.js as files, nothing from a network.

A chapter's slides are what the paper says, the figures and tables of its cells with the tag
``slide``, the common misreadings, and the exercises of the session. The prose that follows a figure
becomes the speaker's note (key S).
"""

import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat

from ..base.files import BOOK, BuildError
from ..base.inert import Html, of_output, of_part, rendered
from .sessions import Session, load_sessions
from .tags import SLIDE
from .versions import plain_markdown

__all__ = ["REVEAL_FILES", "reveal_folder", "slides_of"]

# A link of a chapter to another page of the book.
_LINK = re.compile(r"\]\((?![\w+.-]+:|#)(\.\./)?([\w/-]+?)(?:\.(?:md|ipynb))?(#[\w-]+)?\)")
# As rescat.figures.show writes it.
_DRAWN = re.compile(r'class="fig-wide">(<svg .*?</svg\s*>)', re.DOTALL)
FONTS = ("figures.woff2", "figures-bold.woff2")  # of drawings, as on the pages
REVEAL_FILES = (
    *("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js"),
    "LICENSE",
)
_FONT_LICENCE = "mpl-data/fonts/ttf/LICENSE_DEJAVU"  # of matplotlib
_STYLE = Html("""
@font-face{font-family:"RESCAT figures";src:url("reveal/figures.woff2")}
@font-face{font-family:"RESCAT figures";font-weight:700;src:url("reveal/figures-bold.woff2")}
.reveal{font:30px/1.35 system-ui,sans-serif;color:#1b242c}
body{background:#fff;outline:0}
.reveal .slide-number a{display:inline-block;min-width:24px;line-height:24px;text-align:center}
.reveal .slide-number{left:8px;right:auto}
.reveal h1{font-size:1.9em;margin-bottom:.6em}.reveal h2{font-size:1.2em;margin-bottom:.5em}
.reveal h1,.reveal h2{font-weight:700;line-height:1.15}
.reveal .slides section{text-align:left}
.reveal svg{width:100%;max-height:560px;display:block;margin:auto}
.reveal li{margin:.35em 0 .35em 1.2em}.reveal p{margin:.5em 0}
.reveal .scroll{max-height:560px;overflow:auto;font-size:18px}
.reveal table{border-collapse:collapse}.reveal .tabular :is(th,td){padding:.2em .8em .2em 0;
border-bottom:1px solid #9aa7b1;text-align:left;vertical-align:top}
.reveal caption{text-align:left;font-weight:700}.reveal .subtitle{display:block;font-weight:400}
.reveal .read{font-size:24px}.reveal blockquote{width:auto;margin:.6em 0;padding-left:.8em;
border-left:4px solid #9aa7b1}
.reveal code{background:#eef1f3;padding:0 .2em}
""")
_PAGE = Html("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="reveal/reset.css"><link rel="stylesheet" href="reveal/reveal.css">
<style>{style}</style>
<noscript><style>.reveal{{overflow:visible}}.reveal .slides{{position:static;width:auto;height:auto;
margin:auto;max-width:1100px;pointer-events:auto}}.reveal .slides>section{{display:block;
position:static;margin:2em 1em;min-height:0}}.reveal aside.notes{{display:block;font-size:.7em}}
</style></noscript></head>
<body tabindex="0"><div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="reveal/reveal.js"></script><script src="reveal/notes.js"></script>
<script>Reveal.initialize({{hash: true, slideNumber: true, transition: "none", width: 1100,
height: 720, plugins: [RevealNotes]}});</script>
</body></html>
""")


def reveal_folder() -> Path:
    """Return the place of reveal.js in the package sphinx-revealjs."""
    return _folder_of("sphinx_revealjs") / "_static" / "revealjs"


def _folder_of(package: str) -> Path:
    return Path(importlib.util.find_spec(package).origin).parent


def slides_of(
    executed: Mapping[str, nbformat.NotebookNode], glue: Callable
) -> dict[str, str | bytes]:
    """Slides of the sessions whose chapters were executed, reveal.js, and the fonts of drawings.

    Parameters
    ----------
    executed : dict of str to NotebookNode
        Chapter to executed notebook.
    glue : callable
        Returns the numbers in the prose of an executed notebook.

    Returns
    -------
    dict
        Name below the folder of the slides to content.
    """
    made: dict[str, str | bytes] = {}
    for session in load_sessions():
        if executed.keys() >= set(session.chapters):
            made[f"session-{session.number}.html"] = _page(executed, session, glue)
    if made:
        for name in REVEAL_FILES:
            made[f"reveal/{Path(name).name}"] = (reveal_folder() / name).read_bytes()
        for name in FONTS:
            made[f"reveal/{name}"] = (BOOK / "_static" / name).read_bytes()
        made[f"reveal/{_FONT_LICENCE.rpartition('/')[2]}"] = (
            _folder_of("matplotlib") / _FONT_LICENCE
        ).read_bytes()
    return made


def _page(executed: Mapping, session: Session, glue: Callable) -> str:
    aims = "\n".join(f"- {aim}" for aim in session.objectives)
    slides = [
        _slide(
            Html("<h1>{}</h1><p>Session {} of a course on the RESCAT trial</p>").format(
                session.title, session.number
            )
        ),
        _slide(rendered(f"## After this session you can\n\n{aims}", block=True)),
    ]  # fmt: skip
    for name in session.chapters:
        chapter = executed[name]
        glued = glue(chapter)
        slides.append(_read(chapter, name, "What the paper says", glued))
        slides += _shown(chapter, name, glued)
        slides.append(_read(chapter, name, "Common misreadings", glued))
        slides += _asked(name, session)
    last = f"## One sentence before you leave\n\n{session.sentence}"
    slides.append(_slide(rendered(last, block=True)))
    title = f"Session {session.number}: {session.title}"
    return _PAGE.format(title=title, style=_STYLE, slides=Html("\n").join(slides))


def _slide(content: Html, note: Html | None = None) -> Html:
    aside = Html('<aside class="notes">{}</aside>').format(note) if note else ""
    return Html("<section>{}{}</section>").format(content, aside)


def _read(executed, name: str, section: str, glued: dict[str, str]) -> Html:
    """A slide with the text of one section, which every chapter has."""
    pattern = re.compile(rf"^## {section}$.*?(?=^## |\Z)", re.M | re.S)
    texts = [
        found[0]
        for cell in executed.cells
        if cell.cell_type == "markdown" and (found := pattern.search(cell.source))
    ]
    if len(texts) != 1:
        raise BuildError(
            f"notebooks/{name}.py: found {len(texts)} sections '## {section}', expected one: the "
            "slides show it"
        )
    read = rendered(_words(texts[0], glued), block=True)
    return _slide(Html('<div class="read">{}</div>').format(read))


def _shown(executed, name: str, glued: dict[str, str]) -> Iterator[Html]:
    """One slide for each figure or table to show, under the heading that it stands under."""
    heading = ""
    for place, cell in enumerate(executed.cells):
        if cell.cell_type == "markdown":
            found = re.findall(r"^#{1,3} (.+)$", cell.source, re.M)
            heading = _words(found[-1], glued) if found else heading
        elif SLIDE in cell.metadata.get("tags", []):
            note = _note(executed.cells[place + 1 :], glued)
            title = Html("<h2>{}</h2>").format(rendered(heading))
            content = _picture(cell) or _tables(cell)
            if not content:
                raise BuildError(
                    f"notebooks/{name}.py, below {heading!r}: a cell with the tag slide has no "
                    "figure and no table"
                )
            yield _slide(title + content, note)


def _picture(cell) -> Html:
    """The figure of a cell for a wide screen: the only one without the caption of the page."""
    for output in cell.get("outputs", []):
        if "text/html" in output.get("data", {}) and (found := _DRAWN.search(of_output(output))):
            return of_part(found[1])
    return Html("")


def _tables(cell) -> Html:
    shown = [out for out in cell.get("outputs", []) if "text/html" in out.get("data", {})]
    box = Html('<div class="scroll" tabindex="0" role="region" aria-label="Table">{}</div>')
    return box.format(Html("").join(map(of_output, shown))) if shown else Html("")


def _note(cells, glued: dict[str, str]) -> Html | None:
    """The first prose after a figure, unless a new heading comes before it."""
    for cell in cells:
        if cell.cell_type == "markdown":
            text = _words(cell.source, glued)
            return None if text.startswith("#") else rendered(text, block=True)
    return None


def _words(text: str, glued: dict[str, str]) -> str:
    """Text of a chapter for a slide, whose links lead from there to the pages of the book."""

    def address(found: re.Match) -> str:
        return f"](../../{'' if found[1] else 'chapters/'}{found[2]}.html{found[3] or ''})"

    return _LINK.sub(address, plain_markdown(text, glued))


def _asked(chapter: str, session: Session) -> Iterator[Html]:
    for task in session.tasks(chapter):
        text = re.sub(r"^## Exercise \d+", f"## Exercise {task.name}", task.question.source)
        yield _slide(rendered(_words(text, {}), block=True))
