"""What a chapter says of itself: read from its header, and each piece is asked for."""

import pkgutil
import shutil

import jupytext
import pytest
from shared import VERBS, rewrite

from rescat.base.errors import DataError
from rescat.base.files import NOTEBOOKS, BuildError
from rescat.book.edition import chapters, with_exercises
from rescat.book.notebooks import derive
from rescat.course import answers, numbers
from rescat.course.chapter import fill_in, ledger_section, read_chapter
from rescat.course.check import exercises
from rescat.course.quiz import QUIZZES
from rescat.data.loaders import load_claims


@pytest.mark.parametrize("name", chapters())
def test_objectives_are_things_that_one_can_see(name):
    verbs = {aim.split()[0] for aim in read_chapter(name).objectives}
    assert len(verbs) >= 3
    assert verbs <= VERBS, verbs - VERBS


def test_minutes_are_those_of_the_words(tmp_path):
    chapter = read_chapter("01_cohort")
    source = (NOTEBOOKS / "01_cohort.py").read_text(encoding="utf-8")
    (tmp_path / "01_cohort.py").write_text(
        f"{source}\n# %% [markdown]\n# {'word ' * 1000}\n", encoding="utf-8"
    )
    assert read_chapter("01_cohort", tmp_path).minutes == pytest.approx(chapter.minutes + 5, abs=1)


def test_who_needs_what():
    assert read_chapter("02_manufacturing").needs is None
    needs = read_chapter("04_matching").needs
    assert needs.tables == {"patients.csv"}
    assert needs.arms == {"MSC": 2, "mCTRL": 2}
    assert "pao2_fio2" in needs.values
    assert read_chapter("09_multiplicity").needs.markers == 3


def test_each_chapter_of_the_ledger_shows_its_statements():
    listed = {name for name in chapters() if read_chapter(name).ledger}
    assert listed | {"10_ledger"} == set(load_claims()["chapter"])


@pytest.mark.parametrize("folder", [answers, numbers])
def test_answers_and_numbers_have_a_file_for_each_chapter(folder):
    """Named as the chapter is; nobody keeps a list."""
    files = {module.name for module in pkgutil.iter_modules(folder.__path__)}
    assert files == {read_chapter(name).topic for name in with_exercises()}


def test_a_quiz_belongs_to_a_chapter():
    assert {path.stem for path in QUIZZES.glob("*.yml")} <= set(chapters())


def test_an_answer_stands_in_the_file_of_its_chapter():
    with_exercises = (name for name in chapters() if (NOTEBOOKS / f"exercises/{name}.py").is_file())
    topic = {name[:2]: read_chapter(name).topic for name in with_exercises}
    for name, task in exercises().items():
        assert task.compute.__module__.rpartition(".")[2] == topic[name[:2]], name


@pytest.fixture
def copied(tmp_path):
    """One chapter and its exercises, to change."""
    (tmp_path / "exercises").mkdir()
    for name in ("01_cohort", "exercises/01_cohort"):
        shutil.copy(NOTEBOOKS / f"{name}.py", tmp_path / f"{name}.py")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "#     answer: >-",
            "#     reply: >-",
            "its header has no answer\n  expected: the question",
        ),
        ("**Who was compared with whom?**", "word " * 80, "found an answer of 1.. words"),
        ("#     before: ", "#     after: ", "no before\n  expected: what to read before it"),
        ("objectives:", "aims:", "no objectives\n  expected: what a reader can do"),
        ("#     estimand: >-", "#     estimated: >-", "no estimand\n .* or 'none' if nothing"),
        ("#     ledger:", "#     audit:", "no ledger\n  expected: the title of the table"),
        ("tables: [patients.csv", "table: [patients.csv", "found needs {'table': "),
        ("#   rescat:", "#   mine:", "its header has no answer"),
        ("#   rescat:", "#   rescat: [", "its header is no YAML"),
        ("# {{ answer }}", "# Text.", r"found {{ answer }} 0 times in its text\n  expected: once"),
        ("# {{ estimand }}", "# Text.", r"found {{ estimand }} 0 times"),
        ("# {{ aims }}", "# {{ aims }} {{ aims }}", r"found {{ aims }} 2 times"),
        ("# {{ ledger }}", "# Here: {{ ledger }}", r"found {{ ledger }} 0 times .* of its own"),
        (
            "# {{ aims }}",
            "# {{ aims }} {{ tail }}",
            r"found {{ tail }} .* one of answer, aims, estimand",
        ),
        ("(exercises/01_cohort.ipynb)", "(x.ipynb)", "nothing leads to its exercises"),
        ("# # The cohort", "# The cohort", "it has no heading"),
    ],
)
def test_what_was_forgotten_is_said(copied, old, new, complaint):
    rewrite(copied / "01_cohort.py", old, new)
    with pytest.raises((DataError, BuildError), match=f"(?s){complaint}"):
        derive("01_cohort", copied)


def test_exercises_without_a_chapter(copied):
    (copied / "01_cohort.py").unlink()
    with pytest.raises(DataError, match=r"notebooks/01_cohort\.py: there is no such chapter"):
        derive("exercises/01_cohort", copied)


def test_parts_stand_in_the_place_of_their_names(copied):
    derive("01_cohort", copied)
    derive("exercises/01_cohort", copied)
    text = (copied / "01_cohort.ipynb").read_text(encoding="utf-8")
    assert "{{ " not in text
    assert "In short" in text
    assert f"**Minutes**: {read_chapter('01_cohort').minutes} to read" in text
    assert "Estimand first" in text
    assert "ledger-cohort" in text
    own = jupytext.read(copied / "exercises" / "01_cohort.ipynb")
    assert "[The cohort: who was studied" in own.cells[0].source
    assert "**Minutes**: 37." in own.cells[0].source


def test_jupyter_cannot_write_the_parts_back_into_the_source(copied):
    derive("01_cohort", copied)
    notebook = jupytext.read(copied / "01_cohort.ipynb")
    assert "jupytext" not in notebook.metadata
    assert notebook.metadata["rescat"]["needs"]["tables"] == ["patients.csv", "events.csv"]


def test_the_ledger_of_patients_takes_the_tables_of_the_folder():
    assert "rescat.Tables(data_dir)" in ledger_section(read_chapter("01_cohort"))
    assert "rescat.Tables" not in ledger_section(read_chapter("06_cytokines"))
    assert ledger_section(read_chapter("08_markers")) == ""


def test_code_in_braces_is_left_alone():
    source = '# %%\nf"{{ head }}"\n\n# %% [markdown]\n# {{ head }}\n'
    notebook = jupytext.reads(source, fmt="py:percent")
    fill_in(notebook, {"head": "Text."}, {}, "x.py")
    assert [cell.source for cell in notebook.cells] == ['f"{{ head }}"', "Text."]
