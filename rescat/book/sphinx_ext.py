"""What this book needs from Sphinx beyond ``_config.yml``: formulas, terms and the course."""

import html
import itertools
import os
import warnings
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

import rescat

from ..base.chapters import chapter_number
from ..base.errors import RescatWarning
from ..base.inert import Html, of_latex
from ..course.glossary import explanations, link_first_uses
from ..course.material import EXECUTED, FOLDER, MATERIAL
from ..course.quiz import load_quiz, quiz_html, read_questions, sheet_html
from . import (
    again,
    explorables,
    figures_ext,
    imprint,
    numbered,
    page_tables,
    run_here,
    typography,
)
from .launch import launch_links
from .search import ENTRIES
from .site import OWN_DATA

__all__ = ["setup"]

# Pages that define or only list.
UNLINKED_PAGES = {"glossary", "bibliography", "licence"}


def configure(app, config) -> None:
    """Fill in what a YAML file cannot compute."""
    config.html_math_renderer = "mathml"
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
        return
    config.html_baseurl = imprint.public_address()  # of which Sphinx makes the canonical links
    if url := os.environ.get("BOOK_REPOSITORY_URL"):
        config.html_theme_options.update(
            repository_url=url, use_repository_button=True, use_issues_button=True
        )


def number_chapter(app, doctree) -> None:
    """Give the title of a chapter its number, by which the other pages name it."""
    folder, _, name = app.env.docname.rpartition("/")
    number = chapter_number(name)
    if folder == "chapters" and number:
        for title in itertools.islice(doctree.findall(nodes.title), 1):
            title.insert(0, nodes.Text(f"{number} · "))


def link_terms(app, doctree) -> None:
    """Link each term of the glossary at its first use on a page."""
    page = app.env.docname
    if page not in UNLINKED_PAGES and (Path(app.srcdir) / "glossary.md").is_file():
        link_first_uses(doctree, page)


def explain_terms(app, page, template, context, doctree) -> None:
    """Put the definitions of the terms that a page links at its end; ``terms.js`` shows them.

    Not into its document: the search would find each page by the words of all its definitions.
    """
    if doctree is not None and page not in UNLINKED_PAGES:
        context["body"] += str(explanations(doctree, app.env.rescat_definitions))


def link_names(app, doctree, page) -> None:
    """Link names of the package in the text (``rescat.fit_slopes``) to where they are explained."""
    if page.startswith("api/") or os.environ.get(OWN_DATA):  # a private edition has no such pages
        return
    known = app.env.get_domain("py").objects
    for literal in list(doctree.findall(nodes.literal)):
        said = literal.astext()
        name = said.removesuffix("()")
        found = known.get(name) or known.get(f"rescat.{name}")
        is_word = said.isalpha() and said.islower()  # such as check, which means other things too
        if found and not is_word and not isinstance(literal.parent, nodes.reference | nodes.title):
            link = make_refnode(app.builder, page, found.docname, found.node_id, literal.deepcopy())
            literal.replace_self(link)


def say_who_made_it(app, page, template, context, doctree) -> None:
    """Write the foot of a page, and its head for machines: not of pages with a user's own data."""
    private = bool(os.environ.get(OWN_DATA))

    def address(name: str) -> str | None:
        return context["pathto"](name) if name in app.env.all_docs else None

    context["theme_extra_footer"] = str(imprint.foot(address, private))
    if not private and doctree is not None:
        about = imprint.description(doctree)
        title, where = app.env.titles[page].astext(), context.get("pageurl")
        made = imprint.head(title, about, where, imprint.kind_of(page))
        context["metatags"] += str(made)


def load_entries(app, page, template, context, doctree) -> None:
    """Load on the search page what it shows first; the pages are written before it is made."""
    if page == "search":
        app.add_js_file(ENTRIES)


def escape_titles(app, page, template, context, doctree) -> None:
    """Make text of the titles that the theme hands to its templates, which escape nothing."""
    for name in ("pagetitle", "root_title", "page_description"):
        if name in context:
            context[name] = html.escape(context[name], quote=False)


def write_formula(translator, node) -> None:
    """Write a formula as MathML, which browsers and screen readers show without a script."""
    from latex2mathml.converter import convert  # only few pages have one

    if isinstance(node, nodes.math_block):
        part = Html('<div class="math">{}</div>')
        made = of_latex(convert(node.astext(), display="block"))
    else:
        part = Html('<span class="math">{}</span>')
        made = of_latex(convert(node.astext()))
    translator.body.append(str(part.format(made)))
    raise nodes.SkipNode


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
        _note_copy(self.env, f"quiz/{chapter}.yml")
        return [raw(quiz_html(load_quiz(chapter), chapter))]


class WrittenTest(SphinxDirective):
    """``{written-test} before``: the test before or after the course, to answer and print."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the test as HTML."""
        name = f"test-{self.arguments[0]}"
        _note_copy(self.env, f"teaching/{name}.yml")
        return [raw(sheet_html(read_questions(MATERIAL / f"{name}.yml"), name))]


class NotebookFiles(SphinxDirective):
    """``{notebook-files}``: the notebook of the page to download, and where it runs online."""

    def run(self) -> list[nodes.Node]:
        """Return the links as HTML."""
        name = self.env.docname.removeprefix("chapters/")
        up = "../" * self.env.docname.count("/")
        file = Html('<a href="{}{}/{}/{}.ipynb" download>{}</a>')
        results = Html('<a href="{}{}/{}" download>all, with results</a>')
        link = Html('<a href="{}">{}</a>')
        if name.startswith("exercises/"):
            links = [
                file.format(up, FOLDER, "fellows", name, "Notebook with blanks"),
                file.format(up, FOLDER, "instructors", name, "with solutions, for instructors"),
            ]
        else:
            links = [file.format(up, FOLDER, "fellows", name, "Notebook of this chapter")]
        links += [results.format(up, FOLDER, EXECUTED)]
        links += [link.format(f"{up}first-steps.html", "How to run it")]
        links += [link.format(url, where) for where, url in launch_links(name).items()]
        return [raw(Html("<p>{}</p>").format(Html(" · ").join(links)))]


class Sessions(SphinxDirective):
    """``{sessions}``: the syllabus, with links; ``{course-aims}``: what the course is for."""

    def run(self) -> list[nodes.Node]:
        """Return the sessions."""
        from ..course.sessions import course_aims, syllabus  # slow

        source = _note_copy(self.env, "teaching/sessions.yml")
        found = nodes.Element()
        made = {
            "sessions": lambda: syllabus(f"{FOLDER}/slides"),
            "course-aims": lambda: "\n".join(f"- {aim}" for aim in course_aims().values()),
        }
        lines = StringList(made[self.name]().splitlines(), source)
        self.state.nested_parse(lines, self.content_offset, found, match_titles=True)
        return found.children


def _note_copy(env, name: str) -> str:
    """Note that a page is made of a file of ``book/`` too; return the place of its copy.

    The copy is written when its content changes. The file itself may be older than the page and
    other than it was: an older version that somebody brought back.
    """
    copy = str(Path(env.srcdir) / name)
    env.note_dependency(copy)
    return copy


def setup(app) -> dict:
    """Register with Sphinx."""
    # Expected answers are computed here; no fit is shown.
    warnings.simplefilter("ignore", RescatWarning)
    app.add_directive("quiz", Quiz)
    app.add_directive("written-test", WrittenTest)
    app.add_directive("notebook-files", NotebookFiles)
    app.add_directive("sessions", Sessions)
    app.add_directive("course-aims", Sessions)
    # Before MyST reads its configuration (priority 500).
    app.connect("config-inited", configure, priority=100)
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
    app.connect("doctree-read", number_chapter, priority=100)  # before Sphinx takes the titles
    app.connect("doctree-read", link_terms)
    app.connect("doctree-resolved", link_names)
    app.connect("html-page-context", explain_terms)
    app.connect("html-page-context", say_who_made_it)
    app.connect("html-page-context", load_entries)
    app.connect("html-page-context", escape_titles, priority=900)  # after the theme's own (500)
    figures_ext.setup(app)
    page_tables.setup(app)
    numbered.setup(app)
    typography.setup(app)
    again.setup(app)
    explorables.setup(app)
    run_here.setup(app, private=bool(os.environ.get(OWN_DATA)))
    return {"version": rescat.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
