"""The course's downloads: its notebooks for fellows and for instructors, and as they were run."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import jupytext
import nbformat

from ..base.files import BOOK, NOTEBOOKS, zipped
from .capstone import CAPSTONE, CAPSTONE_FILES, capstone_key
from .material import EXECUTED, FELLOWS, FOLDER, INSTRUCTORS
from .quiz import filled, read_questions, written_test
from .sessions import MATERIAL, course_aims, run_sheets
from .slides import slides_of
from .versions import (
    executed_version,
    expected_in_words,
    fellows_version,
    instructors_version,
    plain_markdown,
    tasks,
)

__all__ = ["exercise_notebooks", "lay_out_course"]


def exercise_notebooks(names: Iterable[str]) -> dict[str, nbformat.NotebookNode]:
    """The exercises of those of some chapters that have any: name of the chapter to notebook."""
    paths = {name: NOTEBOOKS / "exercises" / f"{name}.ipynb" for name in names}
    return {name: _read(path) for name, path in paths.items() if path.is_file()}


def lay_out_course(
    executed: Mapping[str, Path],
    solved: Mapping[str, Path],
    pages: Path,
    ruled: Callable[[str, str], str],
) -> None:
    """Write the downloads and slides into a folder of finished pages; nothing without exercises.

    Parameters
    ----------
    executed : dict of str to path
        Chapter to its executed notebook, which gives the numbers of the prose, and the figures of
        the slides.
    solved : dict of str to path
        Chapter to the executed notebook of its exercises.
    pages : path
        The folder with ``index.html``.
    ruled : callable
        Gives a page that leaves the book its policy, from its text and its name; the build does so
        with those that stay.
    """
    exercises = exercise_notebooks(executed)
    if not exercises:
        return
    folder = pages / FOLDER
    run = {name: _read(path) for name, path in executed.items()}
    fellows, instructors = _notebooks(run, exercises)
    own = {place: text for place, text in instructors.items() if text != fellows.get(place)}
    for kind, files in (("fellows", fellows), ("instructors", own)):
        _write(folder / kind, {p.removeprefix("notebooks/"): text for p, text in files.items()})
    slides = slides_of(run, _glued)
    _write(folder / "slides", slides)
    both = _for_both()
    fellows |= both
    instructors |= both | _for_instructors(exercises)
    instructors |= {
        f"slides/{name}": ruled(content, name) if name.endswith(".html") else content
        for name, content in slides.items()
    }
    results = {f"notebooks/{name}.ipynb": notebook for name, notebook in run.items()}
    results |= {f"notebooks/exercises/{name}.ipynb": _read(path) for name, path in solved.items()}
    made = {
        place: _written(executed_version(notebook, _glued(notebook)))
        for place, notebook in results.items()
    }
    (folder / EXECUTED).write_bytes(zipped(made, "rescat-executed"))
    (folder / FELLOWS).write_bytes(zipped(fellows, "rescat-fellows"))
    (folder / INSTRUCTORS).write_bytes(zipped(instructors, "rescat-instructors"))


def _notebooks(executed: dict, exercises: dict) -> tuple[dict[str, str], dict[str, str]]:
    """Chapters and exercises for fellows and for instructors, by their place in the zip."""
    chapters = {
        f"notebooks/{name}.ipynb": _written(
            fellows_version(_read(NOTEBOOKS / f"{name}.ipynb"), _glued(run))
        )
        for name, run in executed.items()
    }
    fellows, instructors = dict(chapters), dict(chapters)
    for name, notebook in exercises.items():
        place = f"notebooks/exercises/{name}.ipynb"
        fellows[place] = _written(fellows_version(notebook, {}))
        instructors[place] = _written(instructors_version(notebook, {}, name))
    return fellows, instructors


def _for_both() -> dict[str, str | bytes]:
    """The worksheet, the tests and the capstone."""
    capstone = jupytext.read(MATERIAL / "capstone.py")
    for place, cell in enumerate(capstone.cells):
        cell["id"] = f"capstone-{place}"  # else a fresh random one at each run
    files: dict[str, str | bytes] = {
        "worksheet.md": _page("worksheet"),
        **{f"test-{when}.md": written_test(when, asked) for when, asked in _tests().items()},
        "capstone/capstone.ipynb": _written(capstone),
    }
    for name in CAPSTONE_FILES:
        files[f"capstone/{name}"] = (CAPSTONE / name).read_bytes()
    return files


def _for_instructors(exercises: dict) -> dict[str, str]:
    """Answers, keys and the guide."""
    expected = ["# Expected answers", ""]
    for name, notebook in exercises.items():
        for task in tasks(notebook, name):
            expected.append(f"- **{task.name}** {task.title}: {expected_in_words(task)}")
    return {
        "expected-answers.md": "\n".join(expected) + "\n",
        **{
            f"test-{when}-key.md": written_test(when, asked, course_aims())
            for when, asked in _tests().items()
        },
        "capstone-key.md": capstone_key(),
        "facilitator.md": _page("facilitator"),
        "run-sheets.md": "# Session by session\n\n" + run_sheets(),
        "worksheet-notes.md": filled(_notes(), "worksheet-notes.md"),
    }


def _tests() -> dict[str, list[dict]]:
    return {when: read_questions(MATERIAL / f"test-{when}.yml") for when in ("before", "after")}


def _notes() -> str:
    return (MATERIAL / "worksheet-notes.md").read_text(encoding="utf-8")


def _page(name: str) -> str:
    """A page of the book as plain Markdown, its links as words."""
    text = plain_markdown((BOOK / f"{name}.md").read_text(encoding="utf-8"), {})
    text = re.sub(r"\[\]\(chapters/(\w+)\)", r"chapter \1", text)
    text = re.sub(r"\[\]\(([\w-]+)\)", r"page \1", text)
    return re.sub(r"\[([^\]]+)\]\([\w/.-]+\)", r"\1", text)


def _write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _read(path: Path):
    return nbformat.read(path, as_version=4)


def _written(notebook) -> str:
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _glued(executed) -> dict[str, str]:
    """The numbers that a chapter put into its prose: name to text."""
    found = {}
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            text = output.get("data", {}).get("application/papermill.record/text/plain")
            if name and text is not None:
                found[name] = text.strip("'\"")
    return found
