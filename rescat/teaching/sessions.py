"""The six sessions of the course, from ``book/teaching/sessions.yml``."""

from dataclasses import dataclass

import nbformat
import yaml

from ..datapackage import DATA
from ..errors import DataError
from .course import Task, plain_markdown, tasks

__all__ = ["MATERIAL", "Session", "load_sessions", "run_sheets", "syllabus"]

MATERIAL = DATA.parent / "book" / "teaching"
_NOTEBOOKS = DATA.parent / "notebooks"
_MINUTES = 60


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
        notebook = nbformat.read(_NOTEBOOKS / f"{chapter}.ipynb", as_version=4)
        return [task for task in tasks(notebook, chapter) if task.name in self.exercises]


def load_sessions() -> list[Session]:
    """Read the sessions.

    Raises
    ------
    DataError
        If the file is missing, or the plan of a session does not add up to 60 minutes.
    """
    path = MATERIAL / "sessions.yml"
    if not path.is_file():
        raise DataError(f"{path}: file not found\n  expected: the sessions, as YAML")
    found = []
    for number, item in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["sessions"], 1):
        plan = tuple((int(step["minutes"]), step["what"]) for step in item["plan"])
        total = sum(minutes for minutes, _ in plan)
        if total != _MINUTES:
            raise DataError(f"{path.name}, session {number}: found {total} minutes, expected 60")
        lists = (tuple(item[key]) for key in ("chapters", "exercises", "objectives"))
        found.append(Session(number, item["title"], *lists, plan, item["sentence"], item["answer"]))
    return found


def syllabus(slides: str) -> str:
    """The sessions as Markdown, for a page beside ``chapters/``.

    Parameters
    ----------
    slides : str
        The folder of the slides, as the page sees it.
    """
    parts = []
    for session in load_sessions():
        chapters = ", ".join(f"[](chapters/{name})" for name in session.chapters)
        aims = "\n".join(f"- {aim};" for aim in session.objectives)
        plan = "\n".join(f"| {minutes} | {what} |" for minutes, what in session.plan)
        exercises = ", ".join(session.exercises) or "those at the end of the chapter"
        parts.append(
            f"### Session {session.number}: {session.title}\n\n"
            f"Afterwards the fellows can\n\n{aims[:-1]}.\n\n"
            f"Chapters: {chapters}. Exercises: {exercises}. "
            f'<a href="{slides}/session-{session.number}.html">Slides</a>.\n\n'
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
