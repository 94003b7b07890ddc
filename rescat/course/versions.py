"""Exercises, read from their notebook, and the versions that are made of a notebook."""

import ast
import copy
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from ..base.errors import DataError
from ..data.contract import DATA
from .check import exercises
from .registry import Exercise
from .tags import EXERCISE, INSTRUCTOR, PAGE, SOLUTION, STUB

__all__ = [
    "LEVELS",
    "Task",
    "executed_version",
    "fellows_version",
    "instructors_version",
    "tasks",
]

LEVELS = (
    "Read a figure",
    "Read a table",
    "Recompute",
    "Change a parameter",
    "Re-run with other parameters",
    "Think",
)
_BIBLIOGRAPHY = DATA.parent / "book" / "references.bib"
_HEADING = re.compile(r"## Exercise (?P<number>\d+): (?P<title>.+)\n\n"
                      r"\*(?P<level>[^*]+) · (?P<minutes>\d+) minutes\*\n\n")  # fmt: skip


@dataclass
class Task:
    """One exercise of a chapter.

    Attributes
    ----------
    name : str
        Chapter and number: ``01-2``.
    title, level : str
    minutes : int
    question, stub, solution, instructor
        The cells; an exercise that asks for a sentence has no stub.
    """

    name: str
    title: str
    level: str
    minutes: int
    cells: dict = field(default_factory=dict)

    @property
    def question(self):
        """The cell with the heading and the question."""
        return self.cells[EXERCISE]

    @property
    def stub(self):
        """The cell with blanks, or None."""
        return self.cells.get(STUB)

    @property
    def solution(self):
        """The worked solution."""
        return self.cells[SOLUTION]

    @property
    def instructor(self):
        """The note for the instructor, or None."""
        return self.cells.get(INSTRUCTOR)


def _tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def tasks(notebook, chapter: str) -> list[Task]:
    """The exercises of a chapter.

    Parameters
    ----------
    notebook : NotebookNode
        Of ``notebooks/exercises``.
    chapter : str
        ``01_cohort``.

    Raises
    ------
    DataError
        If an exercise is not written as ``CONTRIBUTING.md`` says: its heading, its
        level and minutes, one solution, at most one stub, and a stub that asks what its solution
        answers.
    """
    found: list[Task] = []
    for cell in notebook.cells:
        tags = _tags(cell)
        if EXERCISE in tags:
            found.append(_begun(cell, chapter, len(found) + 1))
        for kind in (STUB, SOLUTION, INSTRUCTOR):
            if kind in tags:
                if not found or kind in found[-1].cells:
                    raise DataError(f"{chapter}: a second or early {kind} cell:\n{cell.source}")
                found[-1].cells[kind] = cell
    for task in found:
        _hold_together(task, chapter)
    return found


def _begun(cell, chapter: str, number: int) -> Task:
    heading = _HEADING.match(cell.source)
    if not heading or int(heading["number"]) != number or heading["level"] not in LEVELS:
        raise DataError(
            f"{chapter}: found an exercise that begins\n{cell.source[:120]}\n  expected: "
            f"## Exercise {number}: title, a blank line, *level · n minutes*, a blank line; "
            f"the level one of {', '.join(LEVELS)}"
        )
    name = f"{chapter.partition('_')[0]}-{number}"
    return Task(name, heading["title"], heading["level"], int(heading["minutes"]), {EXERCISE: cell})


def _hold_together(task: Task, chapter: str) -> None:
    """The stub against its solution: the same lines but for the blanks, the same check."""
    if SOLUTION not in task.cells:
        raise DataError(f"exercise {task.name} has no solution cell")
    if task.stub is None:
        if task.solution.cell_type == "code":
            raise DataError(f"exercise {task.name} has a solution in code and no stub")
        return
    if task.name not in exercises():
        topic = chapter.partition("_")[2]
        raise DataError(
            f"exercise {task.name} has no answer\n  expected: a function below "
            f'@exercise("{task.name}", ...) in rescat/course/answers/{topic}.py'
        )
    try:
        blanks, others = _blanks(task.stub.source)
        lines = [ast.unparse(node) for node in ast.parse(task.solution.source).body]
    except SyntaxError as error:
        raise DataError(f"exercise {task.name} is no Python: {error}") from error
    assigned = {name for name, _ in _assignments(task.solution.source)}
    for wrong, said in (
        (not blanks, "has no blank: name = ..."),
        (not blanks <= assigned, f"asks for {blanks - assigned}, which its solution does not set"),
        (any(line not in lines for line in others), "has a line that its solution does not have"),
        (not any(f"check('{task.name}'" in line for line in others), "does not check itself"),
    ):
        if wrong:
            raise DataError(f"the stub of exercise {task.name} {said}:\n{task.stub.source}")


def _assignments(source: str) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        yield name.id, node.value


def _blanks(source: str) -> tuple[set[str], list[str]]:
    """The names that a stub leaves open, and its other lines."""
    blanks, others = set(), []
    for node in ast.parse(source).body:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign) and isinstance(value, ast.Constant) and value.value is ...:
            names = (part for target in node.targets for part in ast.walk(target))
            blanks |= {part.id for part in names if isinstance(part, ast.Name)}
        else:
            others.append(ast.unparse(node))
    return blanks, others


def fellows_version(notebook, glued: dict[str, str]):
    """The notebook without solutions, notes for the instructor and what is for the page alone.

    Parameters
    ----------
    notebook : NotebookNode
        As derived from its source, without outputs.
    glued : dict of str to str
        The numbers of the prose, which plain Jupyter does not fill in.
    """
    return _version(notebook, glued, {SOLUTION, INSTRUCTOR, PAGE})


def executed_version(notebook, glued: dict[str, str]):
    """A notebook as it was run, with its outputs; without what is for the page alone.

    Parameters
    ----------
    notebook : NotebookNode
        As papermill wrote it.
    glued : dict of str to str
        As for :func:`fellows_version`.
    """
    return _version(notebook, glued, {INSTRUCTOR, PAGE})


def instructors_version(notebook, glued: dict[str, str], chapter: str):
    """The notebook with solutions, notes and the expected answers.

    Parameters
    ----------
    notebook, glued
        As for :func:`fellows_version`.
    chapter : str
    """
    made = copy.deepcopy(notebook)
    for task in tasks(made, chapter):
        note = task.instructor
        if note is not None:
            note.source = (
                f"**For the instructor** ({task.minutes} minutes)\n\n"
                f"Expected: {expected_in_words(task)}\n\n{note.source}"
            )
    return _version(made, glued, {PAGE})


def expected_in_words(task: Task) -> str:
    """The computed answers of an exercise, for the instructor."""
    if task.stub is None or task.name not in exercises():
        return "a sentence; see the solution."
    return _REMEMBERED.get(task.name) or _in_words(exercises()[task.name])


_REMEMBERED: dict[str, str] = {}


def answers_in_words(names: Collection[str]) -> dict[str, str]:
    """The computed answers of those of some names that are exercises."""
    known = exercises()
    return {name: _in_words(known[name]) for name in names if name in known}


def remember_answers(words: Mapping[str, str]) -> None:
    """Take what :func:`answers_in_words` gave, here or in another process, and not compute it."""
    _REMEMBERED.clear()
    _REMEMBERED.update(words)


def _in_words(known: Exercise) -> str:
    pairs = zip(known.parts, known.expected(), strict=True)
    words = "; ".join(f"{part}: {_shown(value)}" for part, value in pairs)
    return f"{words} (within {known.within:g})." if known.within else f"{words}."


def _shown(value) -> str:
    if isinstance(value, (set, frozenset)):
        return ", ".join(sorted(map(str, value), key=lambda v: (len(v), v)))
    if isinstance(value, str):
        return value
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"


def _version(notebook, glued: dict[str, str], without: set[str]):
    made = copy.deepcopy(notebook)
    # Else jupytext pairs a copy beside the book's .py with it, and shows its solutions.
    made.metadata.pop("jupytext", None)
    made.cells = [cell for cell in made.cells if not without & _tags(cell)]
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, glued)
            cell.source = _links(cell.source)
        elif _tags(cell) & {"hide-input", "remove-cell", "remove-input"}:
            cell.metadata["jupyter"] = {"source_hidden": True}
    return made


def _links(text: str) -> str:
    """Links to chapters as to the notebooks beside this one; other pages as words."""
    text = re.sub(r"\]\((\d\d[a-z]?_\w+)\)", r"](\1.ipynb)", text)
    return re.sub(r"\[([^\]]+)\]\(\.\./(?![\w/]+\.ipynb)[\w/.-]+\)", r"\1", text)


_ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<text>[^`]+)`")
_FENCE = re.compile(r"```\{admonition\} (?P<title>.+)\n(?::class: .+\n)?(?P<body>(?:.*\n)+?)```")


@cache
def _works() -> dict[str, str]:
    """What a work is called where there is no bibliography: its first authors and the year."""
    from pybtex.database import parse_file
    from pybtex.richtext import Text

    found = {}
    for key, work in parse_file(str(_BIBLIOGRAPHY), "bibtex").entries.items():
        people = work.persons.get("author", [])
        who = [" ".join([*person.prelast_names, *person.last_names]) for person in people]
        said = f"{who[0]} et al." if len(who) > 2 else " and ".join(who) or work.fields["title"]
        found[key] = str(Text.from_latex(f"{said} {work.fields.get('year', '')}"))
    return found


def plain_markdown(text: str, glued: dict[str, str]) -> str:
    """MyST as plain Markdown, which every notebook program shows: numbers in place of their names.

    Parameters
    ----------
    text : str
    glued : dict of str to str
    """

    def role(match) -> str:
        inner = match["text"].replace("\n", " ")
        if match["role"] == "glue:text":
            return glued.get(inner, inner)
        if match["role"] == "cite":
            return (
                f"[{'; '.join(_works().get(key.strip(), key.strip()) for key in inner.split(','))}]"
            )
        return re.sub(r"\s*<[^>]+>$", "", inner)

    def fence(match) -> str:
        quoted = "\n".join(f"> {line}" for line in match["body"].rstrip("\n").split("\n"))
        return f"> **{match['title']}**\n>\n{quoted}"

    return _FENCE.sub(fence, _ROLE.sub(role, text))
