"""Sessions and the run sheets."""

import re

import nbformat
import pytest
from shared import VERBS

import rescat
import rescat.course.sessions
from rescat.base.errors import DataError
from rescat.base.files import NOTEBOOKS
from rescat.book.edition import chapters, with_exercises
from rescat.course.quiz import read_questions
from rescat.course.sessions import MATERIAL, load_sessions, run_sheets, syllabus
from rescat.course.versions import (
    tasks,
)

TASKS = {
    name: tasks(nbformat.read(NOTEBOOKS / "exercises" / f"{name}.ipynb", as_version=4), name)
    for name in with_exercises()
}


def test_sessions_name_what_there_is():
    sessions = load_sessions()
    names = {task.name for found in TASKS.values() for task in found}
    for session in sessions:
        assert set(session.chapters) <= set(chapters())
        assert set(session.exercises) <= names
        assert all(e[:2] in {c[:2] for c in session.chapters} for e in session.exercises)
        assert {aim.split()[0] for aim in session.objectives} <= VERBS


def test_every_chapter_with_exercises_is_taught_or_is_homework():
    text = (MATERIAL.parent / "teaching.md").read_text(encoding="utf-8")
    lines = re.findall(r"^- Homework after .*", text, re.M)
    homework = {name for line in lines for name in re.findall(r"\(chapters/(\w+)\)", line)}
    sessions = load_sessions()
    taught = [name for session in sessions for name in session.chapters]
    assert len(taught) == len(set(taught))
    assert set(with_exercises()) - set(taught) <= homework
    assert {int(n) for n in re.findall(r"[Ss]ession (\d+)", text)} <= {s.number for s in sessions}


def test_the_tests_stand_at_both_ends_of_the_course():
    given = {
        name: session.number
        for session in load_sessions()
        for _, what in session.plan
        for name in re.findall(r"\((test-\w+)\)", what)
    }
    assert given == {"test-before": 1, "test-after": len(load_sessions())}
    guide = (MATERIAL.parent / "facilitator.md").read_text(encoding="utf-8")
    assert "In the first and in the last session: answers the test" in guide


def test_the_syllabus_leads_to_slides_and_chapters():
    said = syllabus("slides")
    for session in load_sessions():
        assert f"slides/session-{session.number}.html" in said
        assert all(f"[](chapters/{name})" in said for name in session.chapters)


def test_exercises_of_a_session_fit_into_its_plan():
    for session in load_sessions():
        needed = sum(task.minutes for name in session.chapters for task in session.tasks(name))
        [planned] = [minutes for minutes, what in session.plan if what.startswith("Exercises")]
        assert 5 < needed <= planned
        for minutes, what in session.plan:
            if test := re.search(r"\((test-\w+)\)", what):  # a minute for each question
                assert len(read_questions(MATERIAL / f"{test[1]}.yml")) <= minutes


def test_run_sheets_name_every_exercise_and_its_typical_errors():
    sheets = run_sheets()
    for session in load_sessions():
        for task in (task for name in session.chapters for task in session.tasks(name)):
            line = re.search(rf"\*\*{task.name}, .*", sheets)[0]
            assert " ".join(task.instructor.source.split())[:12] in line
            assert "{" not in line
        assert session.answer in sheets


def test_workshop_adds_up():
    text = (MATERIAL.parent / "teaching.md").read_text(encoding="utf-8")
    workshop = text.partition("## A half-day workshop")[2].partition("## ")[0]
    rows = re.findall(r"^\| (\d+) \|", workshop, re.M)
    assert sum(map(int, rows)) == int(re.search(r"with (\d+) minutes of work", workshop)[1])


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("minutes: 20", "minutes: 21", "session 1: found 61 minutes, expected 60"),
        ("minutes: 20", "minutes: twenty", "session 1: found 'twenty' minutes"),
        ("minutes: 20, ", "", "session 1, plan: found no minutes"),
        ("sentence:", "sentense:", "session 1: found no sentence"),
        ("01_cohort", "01_court", "session 1: found no chapter '01_court'"),
        ("sessions:", "lessons:", "found no list sessions"),
        ("sessions:", "sessions: [", "cannot be read as YAML"),
    ],
)
def test_sessions_that_are_wrong(tmp_path, monkeypatch, old, new, complaint):
    text = (MATERIAL / "sessions.yml").read_text(encoding="utf-8")
    assert old in text
    start, _, rest = text.partition("\nsessions:")
    text = start + ("\nsessions:" + rest).replace(old, new, 1)
    (tmp_path / "sessions.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rescat.course.sessions, "MATERIAL", tmp_path)
    with pytest.raises(DataError, match=complaint):
        load_sessions()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "found no list questions"),
        ("questions: [", "cannot be read as YAML"),
        ("questions:\n  - options: []", "question 1: found no question"),
        ("questions:\n  - question: 5\n    options: 6", "expected options, as a list"),
        ("questions:\n  - question: 5\n    options: [{feedback: 6}]", "option 1: found no text"),
        ("questions:\n  - question: 5\n    options: [{text: a, b}]", "a comma need quotes"),
        (
            "questions:\n  - question: '{n_msc!x}'\n    options: [{text: 5}, {text: 6}]",
            "question 1",
        ),
    ],
)
def test_questions_that_cannot_be_read(tmp_path, text, complaint):
    (tmp_path / "x.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=complaint):
        read_questions(tmp_path / "x.yml")
