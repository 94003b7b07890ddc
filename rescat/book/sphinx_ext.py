"""What this book needs from Sphinx beyond ``_config.yml``: formulas offline, facts, the course."""

import html
import importlib.util
import os
import re
import shutil
import warnings
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import rescat

from ..base.inert import Html, Markdown, of_project
from ..course.capstone import capstone_tables, report
from ..course.downloads import FELLOWS, FOLDER, INSTRUCTORS
from ..course.glossary import link_first_uses
from ..course.quiz import QUIZZES, load_quiz, quiz_html
from ..course.sessions import MATERIAL, course_aims, syllabus
from .edition import chapters, notebooks
from .site import OWN_DATA

__all__ = ["setup"]

# This one file has TeX, SVG output and every extension in it: no fonts, nothing loaded later.
MATHJAX = "tex-svg-full.js"
# Pages that define or only list.
UNLINKED_PAGES = {"glossary", "bibliography", "licence"}
# Pages with data on them: what stands in braces there is text.
EXECUTED = ("chapters/", "exercises/", "markers/")
_FACT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def mathjax_file() -> Path:
    """Return the place of MathJax in the package sphinx-mathjax-offline."""
    # The package's name has hyphens, so that it can be found but not imported by statement.
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    return Path(package.origin).parent / "static" / "mathjax" / MATHJAX


def facts(source: Path) -> dict[str, str]:
    """What the pages written by hand name in braces: text, :class:`Markdown` or :class:`Html`.

    The ledger is audited, which takes seconds, only if a page names a figure.
    """
    pages = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.md"))
    folder = os.environ.get(OWN_DATA)
    own = rescat.own_facts(folder) if folder else {}
    if set(_FACT.findall(pages)) <= set(own):
        return own
    audited = rescat.audit()
    return own | {
        **rescat.book_facts(audited),
        **rescat.audit_facts(audited),
        "course_files": Html(
            '<a href="{0}/{1}">For fellows: {1}</a> (notebooks with blanks, '
            "worksheet, test, capstone)<br>"
            '<a href="{0}/{2}">For instructors: {2}</a> (solutions, '
            "notes, slides, keys)"
        ).format(FOLDER, FELLOWS, INSTRUCTORS),
        "launch": _launch(),
        "project_folder": _project_folder(),
        "capstone_report": of_project(report(capstone_tables()["statements"]).partition("\n\n")[2]),
    }


def fill_in(app, page: str, source: list[str]) -> None:
    """Put the facts in the place of their names; text among them is escaped.

    Names only: nothing in braces is evaluated, and nothing on the pages of the notebooks.
    """
    if page.startswith(EXECUTED):
        return

    def fact(found: re.Match) -> str:
        if found[1] not in app.rescat_facts:
            logging.getLogger(__name__).warning(
                "{{ %s }}: there is no such fact", found[1], location=page
            )
            return found[0]
        return str(Markdown.escape(app.rescat_facts[found[1]]))

    source[0] = _FACT.sub(fact, source[0])


def configure(app, config) -> None:
    """Fill in what a YAML file cannot compute."""
    config.mathjax_path = f"mathjax/{MATHJAX}"
    # The menu of a formula would load speech rules that are not there.
    # And only formulas are formulas: not names in the contents, which may have dollars in them.
    config.mathjax3_config = {
        "options": {"enableMenu": False},
        "startup": {"elements": [".math"]},
    }
    app.rescat_facts = facts(Path(app.srcdir))
    if os.environ.get(OWN_DATA):
        # Quotation marks and hyphens in names stay as they are.
        config.smartquotes = False
        # What these data do not allow has no page, and a link to it becomes plain text.
        config.suppress_warnings = [*config.suppress_warnings, "myst.xref_missing"]
        config.html_title = config.project = f"PRIVATE: {config.html_title or config.project}"
        # On every page, the search page and the index too; in print as well (rescat.css).
        config.html_theme_options["announcement"] = str(
            Html(
                '<span class="private-edition">PRIVATE edition, made from your own data. '
                "Do not publish.</span>"
            )
        )
    elif url := os.environ.get("BOOK_REPOSITORY_URL"):
        config.html_theme_options.update(
            repository_url=url, use_repository_button=True, use_issues_button=True
        )


def link_terms(app, doctree) -> None:
    """Link each term of the glossary at its first use on a page."""
    page = app.env.docname
    if page not in UNLINKED_PAGES and (Path(app.srcdir) / "glossary.md").is_file():
        link_first_uses(doctree, page)


def escape_titles(app, page, template, context, doctree) -> None:
    """Make text of the titles that the theme hands to its templates, which escape nothing."""
    for name in ("pagetitle", "root_title", "page_description"):
        if name in context:
            context[name] = html.escape(context[name], quote=False)


def copy_mathjax(app) -> None:
    """Put MathJax among the book's own files."""
    folder = Path(app.outdir) / "_static" / "mathjax"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(mathjax_file(), folder / MATHJAX)


def raw(made: Html) -> nodes.raw:
    """HTML as a part of a page.

    Raises
    ------
    TypeError
        If it is plain text, which may hold anything.
    """
    if not isinstance(made, Html):
        raise TypeError(f"only Html can stand in a page, and this is {type(made).__name__}")
    return nodes.raw("", str(made), format="html")


class Quiz(SphinxDirective):
    """``{quiz} 01_cohort``: the questions of a chapter."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the quiz as HTML."""
        [chapter] = self.arguments
        self.env.note_dependency(str(QUIZZES / f"{chapter}.yml"))
        return [raw(quiz_html(load_quiz(chapter), chapter))]


class NotebookFiles(SphinxDirective):
    """``{notebook-files}``: the notebook of the page to download, and where it runs online."""

    def run(self) -> list[nodes.Node]:
        """Return the links as HTML."""
        name = self.env.docname.removeprefix("chapters/")
        up = "../" * self.env.docname.count("/")
        file = Html('<a href="{}{}/{}/{}.ipynb" download>{}</a>')
        link = Html('<a href="{}">{}</a>')
        if name.startswith("exercises/"):
            links = [
                file.format(up, FOLDER, "fellows", name, "Notebook with blanks"),
                file.format(up, FOLDER, "instructors", name, "with solutions, for instructors"),
            ]
        else:
            links = [file.format(up, FOLDER, "fellows", name, "Notebook of this chapter")]
        links += [link.format(f"{up}first-steps.html", "How to run it")]
        links += [link.format(url, where) for where, url in launch_links(name).items()]
        return [raw(Html("<p>{}</p>").format(Html(" · ").join(links)))]


class Sessions(SphinxDirective):
    """``{sessions}``: the syllabus, with links; ``{course-aims}``: what the course is for."""

    def run(self) -> list[nodes.Node]:
        """Return the sessions."""
        source = str(MATERIAL / "sessions.yml")
        self.env.note_dependency(source)
        found = nodes.Element()
        made = {
            "sessions": lambda: syllabus(f"{FOLDER}/slides"),
            "course-aims": lambda: "\n".join(f"- {aim}" for aim in course_aims().values()),
        }
        lines = StringList(made[self.name]().splitlines(), source)
        self.state.nested_parse(lines, self.content_offset, found, match_titles=True)
        return found.children


def _repository() -> str:
    """The address of the project, such as https://github.com/owner/name; empty if none is set."""
    return os.environ.get("BOOK_REPOSITORY_URL", "").rstrip("/").removesuffix(".git")


def _project_folder() -> Markdown:
    """Where the folder of the project is found: for a sentence that says so."""
    url = _repository()
    if not url:
        return Markdown(" (ask whoever gave you this book)")
    return Markdown(" ([{0}]({0}))").format(url)


def _launch() -> Markdown:
    """How to run a chapter online."""
    link, line, comma = Markdown("[{}]({})"), Markdown("- {}: {}"), Markdown(", ")
    links = [
        line.format(Markdown.code(name), comma.join(link.format(*pair) for pair in found.items()))
        for chapter in chapters()
        for name in (chapter, f"exercises/{chapter}")
        if name in notebooks() and (found := launch_links(name))
    ]
    if not links:
        return Markdown("This copy of the book names no address for that. Use your own computer.")
    cell = f"!git clone --depth 1 {_repository()} book\n%cd book\n!pip install -q -e '.[book]'"
    return Markdown(
        "Binder starts a computer for you; it needs some minutes. Colab needs an account, and this "
        "cell first, above all others:\n\n{}\n\n{}"
    ).format(Markdown.code(cell, block=True), Markdown("\n").join(links))


def launch_links(notebook: str) -> dict[str, str]:
    """Where a notebook runs online: nowhere unless BOOK_REPOSITORY_URL names a GitHub repository.

    BOOK_BRANCH is its branch; without it, ``main``.
    """
    url = os.environ.get("BOOK_REPOSITORY_URL", "")
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", url)
    if not found:
        return {}
    branch = os.environ.get("BOOK_BRANCH") or "main"
    path = f"notebooks/{notebook}.ipynb"
    return {
        "Binder": f"https://mybinder.org/v2/gh/{found[1]}/{branch}?labpath={path}",
        f"Colab{' (with solutions)' if notebook.startswith('exercises/') else ''}": (
            f"https://colab.research.google.com/github/{found[1]}/blob/{branch}/{path}"
        ),
    }


def setup(app) -> dict:
    """Register with Sphinx."""
    # Expected answers are computed here; no fit is shown.
    warnings.simplefilter("ignore", rescat.RescatWarning)
    app.add_directive("quiz", Quiz)
    app.add_directive("notebook-files", NotebookFiles)
    app.add_directive("sessions", Sessions)
    app.add_directive("course-aims", Sessions)
    # Before MyST reads its configuration (priority 500).
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", copy_mathjax)
    app.connect("source-read", fill_in)
    app.connect("doctree-read", link_terms)
    app.connect("html-page-context", escape_titles, priority=900)  # after the theme's own (500)
    return {"version": rescat.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
