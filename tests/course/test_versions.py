"""Exercises, and their versions for fellows and instructors."""

import contextlib
import io
import re

import jupytext
import pytest

import rescat
import rescat.course.sessions
from rescat.base.errors import DataError
from rescat.base.files import NOTEBOOKS
from rescat.book.edition import chapters, with_exercises
from rescat.course.quiz import load_quiz
from rescat.course.tags import TEACHING
from rescat.course.versions import (
    expected_in_words,
    fellows_version,
    instructors_version,
    plain_markdown,
    tasks,
)

EXERCISES = NOTEBOOKS / "exercises"
COURSE = with_exercises()
SOURCES = {name: jupytext.read(EXERCISES / f"{name}.py") for name in COURSE}
TASKS = {name: tasks(notebook, name) for name, notebook in SOURCES.items()}


def test_there_is_a_course():
    """The first chapter of a number has exercises; one that goes on with it may have its own."""
    first = {name[:2]: name for name in reversed(chapters())}
    assert set(first.values()) <= set(COURSE)
    assert set(COURSE) <= set(chapters())


def test_each_exercise_has_its_answer_and_each_answer_its_exercise():
    asked = {task.name for found in TASKS.values() for task in found if task.stub is not None}
    assert asked == set(rescat.exercises())


@pytest.mark.parametrize("name", COURSE)
def test_a_chapter_of_the_course_is_whole(name):
    found = TASKS[name]
    assert 3 <= len(found) <= 6
    assert found[0].level.startswith("Read")
    assert any(task.level == "Re-run with other parameters" for task in found)
    assert all(task.instructor is not None for task in found)
    text = (NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")
    assert "## Common misreadings" in text
    assert f"{{quiz}} {name}" in text
    for source in (NOTEBOOKS / f"{name}.py", EXERCISES / f"{name}.py"):
        assert "{notebook-files}" in source.read_text(encoding="utf-8")
    assert len(load_quiz(name)) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", COURSE)
def test_each_solution_needs_only_what_its_notebook_loads(name):
    """No solution needs another one, or the chapter."""
    cells = [cell for cell in SOURCES[name].cells if cell.cell_type == "code"]
    loads = [c.source for c in cells if not TEACHING & set(c.metadata.get("tags", []))]
    solutions = [c.source for c in cells if "solution" in c.metadata.get("tags", [])]
    assert solutions
    loaded: dict = {}
    exec("\n".join(loads), loaded)
    for source in solutions:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(source, dict(loaded))
        assert said.getvalue().endswith(": right.\n"), source


@pytest.mark.slow
@pytest.mark.parametrize("name", COURSE)
def test_the_versions_cannot_drift(name):
    notebook = SOURCES[name]
    fellows = fellows_version(notebook, {})
    instructors = instructors_version(notebook, {}, name)
    shown = "\n".join(cell.source for cell in fellows.cells)
    for task in TASKS[name]:
        assert task.solution.source not in shown
        assert task.instructor.source not in shown
        assert any(task.solution.source == cell.source for cell in instructors.cells)
        note = next(c.source for c in instructors.cells if task.instructor.source in c.source)
        assert expected_in_words(task) in note
        if task.stub is not None:
            assert task.stub.source in shown
    assert len(tasks(notebook, name)) == len(TASKS[name]), "deriving changed the source"
    kept = [c for c in fellows.cells if not TEACHING & set(c.metadata.get("tags", []))]
    own = [c for c in notebook.cells if not TEACHING & set(c.metadata.get("tags", []))]
    assert len(kept) == len(own)
    assert not re.search(r"\{(glue:text|term|cite)\}`|```\{", shown)


def changed(**sources):
    notebook = jupytext.reads(
        (EXERCISES / "01_cohort.py").read_text(encoding="utf-8"), fmt="py:percent"
    )
    for cell in notebook.cells:
        for kind, (old, new) in sources.items():
            if kind in cell.metadata.get("tags", []) and old in cell.source:
                cell.source = cell.source.replace(old, new)
    return notebook


@pytest.mark.parametrize(
    ("kind", "old", "new", "complaint"),
    [
        ("stub", "n_longer = ...", "n_longer = 5", "has no blank"),
        ("stub", "n_longer = ...", "n_others = ...", "asks for"),
        ("stub", 'check("01-1", n_longer)', 'check("01-1", 5)', "has a line"),
        ("solution", 'check("01-1", n_longer)', 'check("01-2", n_longer)', "has a line"),
        ("exercise", "## Exercise 2:", "## Exercise 3:", "expected: ## Exercise 2"),
        ("exercise", "*Recompute ·", "*Guess ·", "the level one of"),
        ("stub", "n_longer = ...", "n_longer, other = ...", "asks for {'other'}"),
        ("stub", "n_longer = ...", "n_longer = = 5", "exercise 01-1 is no Python"),
    ],
)
def test_a_stub_that_drifts_from_its_solution(kind, old, new, complaint):
    with pytest.raises(DataError, match=complaint):
        tasks(changed(**{kind: (old, new)}), "01_cohort")


def test_solution_without_exercise():
    notebook = jupytext.reads('# %% tags=["solution"]\nx = 1\n', fmt="py:percent")
    with pytest.raises(DataError, match="early solution"):
        tasks(notebook, "01_cohort")


def test_plain_markdown():
    text = "A {term}`quartile <quartile>` of {glue:text}`n` {cite}`a2020`.\n"
    assert plain_markdown(text, {"n": "5"}) == "A quartile of 5 [a2020].\n"
    cited = plain_markdown("{cite}`tonelli2025,laird1982`, {cite}`ctcae5`", {})
    assert cited == "[Tonelli et al. 2025; Laird and Ware 1982], [National Cancer Institute 2017]"
    box = "```{admonition} Mind\n:class: warning\nOne.\nTwo.\n```"
    assert plain_markdown(box, {}) == "> **Mind**\n>\n> One.\n> Two."


def test_links_of_the_downloads_lead_somewhere():
    source = "# %% [markdown]\n# See [matching](04_matching) and the [findings](../summary).\n"
    made = fellows_version(jupytext.reads(source, fmt="py:percent"), {})
    assert made.cells[0].source == "See [matching](04_matching.ipynb) and the findings."
    kept = "[Chapter](../01_cohort.ipynb), [exercises](exercises/01_cohort.ipynb)"
    made = fellows_version(jupytext.reads(f"# %% [markdown]\n# {kept}\n", fmt="py:percent"), {})
    assert made.cells[0].source == kept
    source = "# %% [markdown]\n# See [more](04b_rematching).\n"
    made = fellows_version(jupytext.reads(source, fmt="py:percent"), {})
    assert made.cells[0].source == "See [more](04b_rematching.ipynb)."
    assert "jupytext" not in made.metadata
