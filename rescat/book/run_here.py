"""The button that runs a page where it is read, on each page that was executed from a notebook.

What the button loads is in ``book/_static/run``: ``button.js`` is on the page, and shows it where
this copy of the book has Python for pages (``runtime.py``); ``run.js`` and Python come at a click.
The cells of a page carry the ids of those of its notebook, and numbers in its text the names by
which the cells give them, so that what runs in the page can take their places.
"""

import json
import re
from pathlib import Path

import nbformat
from docutils import nodes

from ..base.files import NOTEBOOKS
from ..base.inert import Html
from ..course.chapter import read_chapter
from ..course.check import exercises
from ..course.sessions import load_sessions
from ..course.tags import ABSENT, WORDS
from ..course.versions import tasks
from . import webr
from .edition import MARKER, PUBLIC, remembered_pages

__all__ = ["setup"]

_FOLDER = "run"
_R_FOLDER = webr.FOLDER.removeprefix("_static/")
_R_CODE = 'id="the-same-in-r"'  # of the section whose code R runs
_EXECUTED = ("chapters", "exercises", "markers")
_FIRST_CELL = re.compile(r'<div class="cell[ "]')
_WHAT = {"chapters": "chapter", "exercises": "page", "markers": "page"}
# Hidden until its script has found Python for pages, and how large it is.
_BUTTON = Html(
    '<section class="run-here" data-notebook="{notebook}" data-parameters="{parameters}" '
    'data-absent="{absent}" data-own="{own}" data-asked="{asked}" '
    'aria-label="Run this {what} here" hidden>'
    '<button type="button" class="run-start">Run this {what} here</button>'
    '<p class="run-before">Python starts in this page, with nothing to install: '
    '<span class="run-size"></span> MB are loaded once from where this book is. Then a page runs '
    "in ten seconds to a minute, by computer. {tries} "
    "<strong>Nothing that you enter or choose is sent anywhere.</strong></p></section>"
)
_TRIES = {
    "exercises": "It checks your answers, and this browser remembers them.",
    "chapters": "You can then change parameters and code{own}.",
    "markers": "You can then change parameters and code{own}.",
}


def keep_apart(app, config) -> None:
    """Take the files of the run interface out of those of every page."""
    for kind in ("html_js_files", "html_css_files"):
        files = getattr(config, kind)
        apart = (f"{_FOLDER}/", f"{_R_FOLDER}/")
        setattr(config, kind, [f for f in files if not str(f).startswith(apart)])


def name_numbers(app, config) -> None:
    """Let each number that a cell gives to the text have its name, as a class."""
    from myst_nb.ext.glue.domain import NbGlueDomain
    from myst_nb.ext.glue.roles import PasteTextRole

    class Named(PasteTextRole):
        def run(self):
            made, faults = super().run()
            for node in made:
                # With a format of its own, or of another page, it is not what a cell gives.
                if isinstance(node, nodes.inline) and self.text.isidentifier():
                    node["classes"].append(f"glued-{self.text}")
            return made, faults

    NbGlueDomain.roles = {**NbGlueDomain.roles, "text": Named()}


def name_cells(app, doctree) -> None:
    """Give the cells of a page the ids of those of its notebook."""
    page = app.env.docname
    path = Path(app.env.doc2path(page))
    if page.partition("/")[0] not in _EXECUTED or path.suffix != ".ipynb":
        return
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            cell["ids"].append(f"cell-{cells[cell['cell_index']]['id']}")


def asked(chapter: str) -> list[dict[str, object]]:
    """What the exercises of a chapter ask for, and the sentences of the sessions that end with one.

    Returns
    -------
    list of dict
        For each exercise ``name``, ``level``, whether it asks for ``words``, and ``parts``: what
        each answer is, and its ``kind`` (number, word or list). For each session ``name`` and
        ``sentence``.

    Examples
    --------
    >>> from rescat.book.run_here import asked
    >>> asked("01_cohort")[0]["parts"]
    [('a number of matched controls', 'number')]
    """
    notebook = nbformat.read(NOTEBOOKS / "exercises" / f"{chapter}.ipynb", as_version=4)
    found = []
    for task in tasks(notebook, chapter):
        known = exercises()[task.name] if task.stub else None
        parts = zip(known.parts, map(_kind, known.expected()), strict=True) if known else ()
        words = not known or WORDS in task.question.metadata.tags
        found.append({"name": task.name, "level": task.level, "words": words, "parts": list(parts)})
    names = {task["name"] for task in found}
    for session in load_sessions():
        if session.exercises[-1] in names:
            found.append({"name": f"session-{session.number}", "sentence": session.sentence})
    return found


def _kind(expected: object) -> str:
    if isinstance(expected, set | frozenset):
        return "list"
    return "word" if isinstance(expected, str) else "number"


def _reads_own(folder: str, name: str) -> bool:
    """Whether what a page shows can be made of tables of one's own."""
    return folder == "markers" or (folder == "chapters" and read_chapter(name).needs is not None)


def add_button(app, page, template, context, doctree) -> None:
    """Put the button before the first cell of a page."""
    folder, _, name = page.partition("/")
    first = _FIRST_CELL.search(context.get("body", ""))
    if not (first and folder in _EXECUTED):
        return
    parameters = {}
    if folder == "markers":
        [parameters] = [p.parameters for p in remembered_pages(PUBLIC) if p.name == page]
    place = {"chapters": name, "exercises": page, "markers": MARKER}[folder]
    own = _reads_own(folder, name)
    made = _BUTTON.format(
        own="yes" if own else "",
        asked=json.dumps(asked(name) if folder == "exercises" else [], ensure_ascii=False),
        notebook=place,
        parameters=json.dumps(parameters, ensure_ascii=False),
        absent=json.dumps({edition: sorted(tags) for edition, tags in ABSENT.items()}),
        what=_WHAT[folder],
        tries=_TRIES[folder].format(own=", or use your own data" if own else ""),
    )
    body, at = context["body"], first.start()
    context["body"] = f"{body[:at]}{made}{body[at:]}"
    app.add_css_file(f"{_FOLDER}/run.css")
    app.add_js_file(f"{_FOLDER}/button.js", loading_method="defer")


def add_r(app, page, template, context, doctree) -> None:
    """Let a page with code of R run it, if this copy of the book has R for its pages."""
    if webr.wanted() and _R_CODE in context.get("body", ""):
        about = {
            "data-megabytes": f"{webr.webr_size() / 1e6:.0f}",
            "data-version": webr.R_VERSION,
        }
        app.add_js_file(f"{_R_FOLDER}/{webr.SCRIPT}", loading_method="defer", **about)


def setup(app, *, private: bool) -> None:
    """Register with Sphinx; a private edition, whose data Python for pages lacks, has no button."""
    app.connect("config-inited", keep_apart, priority=100)
    app.connect("config-inited", name_numbers, priority=900)
    app.connect("doctree-read", name_cells)
    if not private:
        app.connect("html-page-context", add_button)
        app.connect("html-page-context", add_r)
