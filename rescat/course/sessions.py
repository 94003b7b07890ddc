"""The sessions of the course, from ``book/teaching/sessions.yml``."""

import re
from dataclasses import dataclass

import nbformat

from ..base.errors import DataError
from ..base.files import NOTEBOOKS
from ..base.inert import Html
from .material import MATERIAL, entries, held_to, part
from .versions import Task, plain_markdown, tasks

__all__ = ["MATERIAL", "Session", "course_aims", "load_sessions", "run_sheets", "syllabus"]

_MINUTES = 60
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")  # of which a text alone keeps the words
_NEEDED = ("title", "chapters", "exercises", "objectives", "plan", "sentence", "answer")


@dataclass(frozen=True)
class Session:
    """One session of 60 minutes.

    Attributes
    ----------
    number : int
    title : str
    chapters, exercises, objectives : tuple of str
    plan : tuple of (int, str)
        Minutes, and what is done.
    sentence, answer : str
        What the fellows write in one sentence at the end, and what a good one says.
    """

    number: int
    title: str
    chapters: tuple[str, ...]
    exercises: tuple[str, ...]
    objectives: tuple[str, ...]
    plan: tuple[tuple[int, str], ...]
    sentence: str
    answer: str

    def tasks(self, chapter: str) -> list[Task]:
        """The exercises of a chapter that are done in this session."""
        path = NOTEBOOKS / "exercises" / f"{chapter}.ipynb"
        if not path.is_file():
            return []
        notebook = nbformat.read(path, as_version=4)
        return [task for task in tasks(notebook, chapter) if task.name in self.exercises]


def load_sessions() -> list[Session]:
    """Read the sessions.

    Raises
    ------
    DataError
        If the file is missing, a session lacks something or names a chapter that is not there, or
        its plan does not add up to 60 minutes.
    """
    found = []
    for number, item in enumerate(entries(MATERIAL / "sessions.yml", "sessions", _NEEDED), 1):
        place = f"sessions.yml, session {number}"
        for step in item["plan"]:
            held_to(step, ("minutes", "what"), f"{place}, plan")
            if not isinstance(step["minutes"], int):
                raise DataError(f"{place}: found {step['minutes']!r} minutes, expected a number")
        for name in item["chapters"]:
            if not (NOTEBOOKS / f"{name}.ipynb").is_file():
                raise DataError(f"{place}: found no chapter {name!r}")
        plan = tuple((step["minutes"], step["what"]) for step in item["plan"])
        total = sum(minutes for minutes, _ in plan)
        if total != _MINUTES:
            raise DataError(f"{place}: found {total} minutes, expected 60")
        lists = (tuple(item[key]) for key in ("chapters", "exercises", "objectives"))
        found.append(Session(number, item["title"], *lists, plan, item["sentence"], item["answer"]))
    return found


def course_aims() -> dict[str, str]:
    """What the fellows can do after the course: short name to sentence.

    Raises
    ------
    DataError
        If the file is missing or has no aims.
    """
    return part(MATERIAL / "sessions.yml", "aims", dict)


def syllabus(slides: str) -> str:
    """The sessions as Markdown, for a page beside ``chapters/`` and ``exercises/``.

    Parameters
    ----------
    slides : str
        The folder of the slides, as the page sees it.
    """
    parts, link = [], Html('<a href="{}/session-{}.html">Slides</a>')
    for session in load_sessions():
        chapters = ", ".join(f"[](chapters/{name})" for name in session.chapters)
        aims = "\n".join(f"- {aim};" for aim in session.objectives)
        plan = "\n".join(f"| {minutes} | {what} |" for minutes, what in session.plan)
        # Chapters that go on with the subject of another one leave the exercises to it.
        page = {
            name.partition("_")[0]: f"exercises/{name}"
            for name in session.chapters
            if (NOTEBOOKS / "exercises" / f"{name}.ipynb").is_file()
        }
        exercises = ", ".join(
            f"[{name}]({page[name.partition('-')[0]]})" for name in session.exercises
        )
        parts.append(
            f"### Session {session.number}: {session.title}\n\n"
            f"Afterwards the fellows can\n\n{aims[:-1]}.\n\n"
            f"Chapters: {chapters}. Exercises: {exercises}. "
            f"{link.format(slides, session.number)}.\n\n"
            f"| Minutes | What |\n|---|---|\n{plan}\n\n"
            f"At the end, in one sentence: *{session.sentence}*\n"
        )
    return "\n".join(parts)


def run_sheets() -> str:
    """What a facilitator has at hand in each session, as Markdown: exercises and typical errors."""
    parts = []
    for session in load_sessions():
        chosen = [task for chapter in session.chapters for task in session.tasks(chapter)]
        slot = ", ".join(f"{what}: {minutes}" for minutes, what in session.plan)
        slot = _LINK.sub(r"\1", slot)
        lines = []
        for task in chosen:
            note = plain_markdown(task.instructor.source, {}) if task.instructor else ""
            told = " ".join(note.split())
            lines.append(f"- **{task.name}, {task.title}** ({task.minutes} minutes). {told}")
        parts.append(
            f"### Session {session.number}: {session.title}\n\n"
            f"Minutes. {slot}.\n\n" + "\n".join(lines) + "\n\n"
            f"The sentence at the end: *{session.sentence}* A good one says: {session.answer}\n"
        )
    return "\n".join(parts)
