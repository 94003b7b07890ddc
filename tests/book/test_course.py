"""The course in the built book: what can be downloaded, and what only instructors have."""

import copy
import io
import re
import zipfile
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup

from rescat.book.edition import chapters
from rescat.book.sphinx_ext import UNLINKED_PAGES
from rescat.course.capstone import capstone_key
from rescat.course.downloads import exercise_notebooks
from rescat.course.glossary import _patterns, glossary_terms
from rescat.course.material import EXECUTED, FELLOWS, FOLDER, INSTRUCTORS
from rescat.course.quiz import read_questions
from rescat.course.sessions import MATERIAL
from rescat.course.versions import tasks

pytestmark = pytest.mark.book


@cache
def parsed(path) -> BeautifulSoup:
    """A page, parsed once for all tests: they must not change it."""
    return BeautifulSoup(path.read_bytes(), "html.parser")


@cache
def unzipped(built_book, name) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO((built_book / FOLDER / name).read_bytes())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        files = archive.infolist()
        # Fonts have no text.
        texts = [f for f in files if not f.filename.endswith(".woff2")]
        return {f.filename.partition("/")[2]: archive.read(f).decode() for f in texts}


def test_what_fellows_get_has_no_answers(built_book):
    fellows, instructors = (unzipped(built_book, name) for name in (FELLOWS, INSTRUCTORS))
    assert set(fellows) < set(instructors)
    tests = {"test-before-key.md", "test-after-key.md"}
    keys = {"capstone-key.md", "expected-answers.md", "worksheet-notes.md"} | tests
    assert keys <= set(instructors)
    pages = [instructors[name] for name in ("worksheet-notes.md", "facilitator.md", "worksheet.md")]
    assert not [text for text in pages if "{" in text or "](" in text]
    assert not any("key" in name for name in fellows)
    assert instructors["capstone-key.md"] == capstone_key()
    everything = "\n".join(read(name, text) for name, text in fellows.items())
    secrets = [*capstone_key().splitlines()[4:], *instructors["expected-answers.md"].splitlines()]
    secrets += instructors["run-sheets.md"].splitlines()
    for when in ("before", "after"):
        questions = read_questions(MATERIAL / f"test-{when}.yml")
        secrets += [option["feedback"] for item in questions for option in item["options"]]
    for name, notebook in exercise_notebooks(chapters()).items():
        for task in tasks(notebook, name):
            asked = task.question.source + ("" if task.stub is None else task.stub.source)
            lines = f"{task.solution.source}\n{task.instructor.source}".splitlines()
            secrets += [line for line in lines if line not in asked]
    for secret in secrets:
        assert len(secret) <= 30 or secret not in everything, secret


def read(name: str, text: str) -> str:
    """A file as its reader sees it: of a notebook its cells."""
    if not name.endswith(".ipynb"):
        return text
    return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)


def pages_of_prose(built_book):
    """The pages written by hand, the chapters and the exercises."""
    folders = ("", "chapters/", "exercises/")
    return [page for folder in folders for page in sorted(built_book.glob(f"{folder}*.html"))]


def test_no_public_page_has_an_instructors_note(built_book):
    found = [t for name, book in exercise_notebooks(chapters()).items() for t in tasks(book, name)]
    notes = [" ".join(task.instructor.source.split()).split(". ")[0] for task in found]
    for page in pages_of_prose(built_book):
        text = " ".join(parsed(page).get_text().split())
        assert not [note for note in notes if note in text], page.name


@pytest.mark.parametrize("name", exercise_notebooks(chapters()))
def test_downloads_of_a_chapter_and_its_exercises(name, built_book):
    chapter, exercises = (
        parsed(built_book / f"{place}.html") for place in (f"chapters/{name}", f"exercises/{name}")
    )
    offered = {link["href"] for page in (chapter, exercises) for link in page.select("a[download]")}
    places = {
        f"fellows/{name}.ipynb",
        f"fellows/exercises/{name}.ipynb",
        f"instructors/exercises/{name}.ipynb",
    }
    assert {f"../{FOLDER}/{place}" for place in places} <= offered
    assert f"../{FOLDER}/{EXECUTED}" in offered
    for place in places:
        text = (built_book / FOLDER / place).read_text(encoding="utf-8")
        kind, _, own = place.partition("/")
        zipped = FELLOWS if kind == "fellows" else INSTRUCTORS
        assert unzipped(built_book, zipped)[f"notebooks/{own}"] == text
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        assert not re.search(r"\{glue|\{term|\{cite|\{\{|\{notebook", prose)
    assert "For the instructor" not in exercises.get_text()
    assert len(chapter.select("form.quiz fieldset")) >= 5


@pytest.mark.parametrize("name", exercise_notebooks(chapters()))
def test_a_chapter_and_its_exercises_lead_to_each_other(name, built_book):
    for here, there in (("chapters", "exercises"), ("exercises", "chapters")):
        page = parsed(built_book / here / f"{name}.html")
        links = {link["href"] for link in page.select("article section a[href]")}
        assert f"../{there}/{name}.html" in links
    contents = page.select_one("nav.bd-links")
    above = contents.select_one(f'a[href="../chapters/{name}.html"]').parent
    assert above.select_one("li.toctree-l2.current > a")["href"] == "#"


@pytest.mark.parametrize("name", exercise_notebooks(chapters()))
def test_solutions_are_folded_and_stubs_are_not(name, built_book):
    page = parsed(built_book / "exercises" / f"{name}.html")
    said = [output.get_text() for output in page.select(".cell:not(.tag_solution) .cell_output")]
    assert any("still blank" in text for text in said)
    for cell in page.select(".cell.tag_solution"):
        assert cell.select_one("details.hide")
        assert ": right." in cell.select_one("details.hide").get_text()


def test_no_launch_link_without_an_address(built_book):
    for page in ("first-steps.html", "chapters/01_cohort.html"):
        text = (built_book / page).read_text(encoding="utf-8")
        assert "mybinder.org" not in text
        assert "colab.research" not in text


def test_every_term_is_linked_at_its_first_use(built_book):
    pattern, terms = _patterns()
    by_term = {term.casefold() for term in glossary_terms()}
    faults = []
    for page in pages_of_prose(built_book):
        if page.stem in UNLINKED_PAGES | {"genindex", "search", "data-dictionary"}:
            continue
        soup = parsed(page)
        links = soup.select('article a[href*="glossary.html#term-"], article a[href^="#term-"]')
        seen = {link["href"].partition("#term-")[2] for link in links}
        prose = "article section:not(.explorable) > p"
        for part in map(copy.copy, soup.select(prose)):
            for gone in part.select("a, code, .math"):
                gone.decompose()
            for found in pattern.finditer(part.get_text()):
                term = terms[found.lastindex - 1]
                assert term.casefold() in by_term
                if not any(_same(term, anchor) for anchor in seen):
                    faults.append(f"{page.name}: {term}")
    assert not faults, sorted(set(faults))


def test_every_linked_term_is_explained_on_its_page(built_book):
    explained = 0
    for page in pages_of_prose(built_book):
        if page.stem in UNLINKED_PAGES:
            continue
        soup = parsed(page)
        links = soup.select('article a[href*="glossary.html#term-"]:has(> .std-term)')
        known = {part["id"]: part.get_text() for part in soup.select(".definitions > p")}
        assert all(known.values())
        places = {"definition-" + link["href"].partition("#")[2] for link in links}
        assert set(known) == places, page.name
        explained += len(places)
    assert explained > 100


def _same(term: str, anchor: str) -> bool:
    """Whether an anchor, as docutils writes it, is that of a term."""
    plain = [re.sub(r"[^a-z0-9]+", "", text.casefold()) for text in (term, anchor)]
    return plain[0] == plain[1]


def test_executed_notebooks_have_their_results_and_no_notes(built_book):
    with_results = unzipped(built_book, EXECUTED)
    wanted = {f"notebooks/{name}.ipynb" for name in chapters()}
    wanted |= {f"notebooks/exercises/{name}.ipynb" for name in exercise_notebooks(chapters())}
    assert set(with_results) == wanted
    for name, text in with_results.items():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        assert any(cell.get("outputs") for cell in notebook.cells), name
        assert "For the instructor" not in text
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        assert not re.search(r"\{glue|\{term|\{cite|\{\{|\{notebook", prose)
