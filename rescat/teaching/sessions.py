"""The six sessions of the course, from ``book/teaching/sessions.yml``."""

from dataclasses import dataclass

import yaml

from ..datapackage import DATA
from ..errors import DataError

__all__ = ["MATERIAL", "Session", "load_sessions", "syllabus"]

MATERIAL = DATA.parent / "book" / "teaching"
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
    """

    number: int
    title: str
    chapters: tuple[str, ...]
    exercises: tuple[str, ...]
    objectives: tuple[str, ...]
    plan: tuple[tuple[int, str], ...]


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
        found.append(Session(number, item["title"], *lists, plan))
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
            f"| Minutes | What |\n|---|---|\n{plan}\n"
        )
    return "\n".join(parts)
