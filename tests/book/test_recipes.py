"""The recipes of CONTRIBUTING.md, each followed on a copy of the repository."""

import json
import re
import shutil
from textwrap import dedent

import nbformat
import pytest
from shared import ROOT, copy_repository, rewrite

from rescat.base.files import digest, files_below

pytestmark = pytest.mark.book

HEADER = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
{front}# ---
"""
FRONT = """\
#   rescat:
#     objectives:
#       - say how long the patients stayed
#       - compare the stays of two arms
#       - name what a stay depends on
#     before: '[the cohort](01_cohort)'
#     answer: It is short.
#     needs: {tables: [patients.csv]}
#     estimand: A difference of stays is an association.
#     ledger: {title: "The stay: paper against recomputed"}
"""
CHAPTER = """
# %% [markdown]
# # The stay: who left first?
#
# {{ answer }}
#
# {{ aims }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"

# %% tags=["hide-input"]
from myst_nb import glue

import rescat

patients = rescat.load_patients(data_dir)
rescat.banner(patients)

# %% [markdown]
# {{ estimand }}
#
# ## What the paper says
#
# Patients left the hospital.
#
# ## The details
#
# The median of each group.

# %%
patients.groupby("arm")["length_of_stay"].median()

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"A short stay is a cure."* It may be a question of beds.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# The [exercises of this chapter](exercises/12_stay.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 12_stay
# ```
"""
EXERCISES = """
# %% [markdown]
# # Exercises: the stay
#
# [{{ chapter }}](../12_stay.ipynb) · **Minutes**: {{ minutes }}.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with patients.csv

# %%
import rescat

patients = rescat.load_patients(data_dir)
rescat.banner(patients)
"""
EXERCISE = """
# %% [markdown] tags=["exercise"]
# ## Exercise {number}: the {which} stay
#
# *{level} · 4 minutes*
#
# How many days had the {which} stay?

# %% tags=["stub"]
days = ...
rescat.check("{chapter}-{number}", days)

# %% tags=["solution"]
days = patients["length_of_stay"].{method}()
rescat.check("{chapter}-{number}", days)

# %% [markdown] tags=["instructor"]
# Typical error of the {which} stay: the days with oxygen.
"""
ANSWER = """

@exercise("{chapter}-{number}", "days of the {which} stay", hint="Table 1 has the stays.")
def _the_{which}_stay():
    return sorted(load_patients()["length_of_stay"])[{place}]
"""
ANSWERS = '''\
"""The expected answers of the chapter on the stay."""

from ...data.loaders import load_patients
from ..registry import exercise

__all__: list[str] = []
'''
NUMBERS = '''\
"""The numbers of the quiz of chapter 12."""

from ...data.loaders import load_patients

__all__ = ["NUMBERS"]

NUMBERS = {"longest_stay": lambda: int(load_patients()["length_of_stay"].max())}
'''
# A session is for a chapter that is taught; the made-up studies, for one that reads own data.
PERHAPS = {"book/teaching/sessions.yml", "tests/forty.py", "tests/book/test_forty.py"}
QUESTION = """\
  - question: Question {n}, how long was the longest stay?
    options:
      - text: "{{longest_stay}} days"
        correct: {first}
        feedback: Of all three groups.
      - text: "{{longest_stay}} days, of all patients"
        correct: {second}
        feedback: Of all three groups.
"""
# Method, place among the sorted stays, level of an exercise.
STAYS = {
    "shortest": ("min", 0, "Read a table"),
    "longest": ("max", -1, "Re-run with other parameters"),
    "median": ("median", 8, "Recompute"),
}


def exercise(chapter, number, which):
    """The cells of an exercise, and the function that computes its answer."""
    method, place, level = STAYS[which]
    words = {"chapter": chapter, "number": number, "which": which}
    return EXERCISE.format(method=method, level=level, **words), ANSWER.format(place=place, **words)


def recipe(title):
    """The files that a recipe names."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = text.partition(f"## {title}\n")[2].partition("\n|")[0].partition("\n## ")[0]
    return set(re.findall(r"`([\w/]+\.(?:py|ipynb|yml|csv|json))`", steps))


def contents(root):
    folders = ("notebooks", "rescat", "book", "data", "tests")
    files = [path for folder in folders for path in files_below(root / folder)]
    files += [path for path in root.iterdir() if path.is_file()]
    return {path.relative_to(root).as_posix(): digest(path) for path in files}


def changed(repository, before):
    now = contents(repository.root)
    return {name for name in now | before if now.get(name) != before.get(name)}


def append(path, text):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def succeed(repository, *command):
    done = repository.run(*command)
    assert done.returncode == 0, done.stdout
    return done.stdout


def own_tests(repository, name):
    """The tests of the course that concern a chapter, in the copy."""
    files = [f"tests/course/test_{of}.py" for of in ("versions", "chapter", "quiz", "check")]
    options = ["-q", "-p", "no:cacheprovider", "-k", f"{name} or answer or numbers"]
    return succeed(repository, "pytest", *options, *files, "tests/book/test_pairs.py")


@pytest.fixture
def repository(tmp_path):
    return copy_repository(tmp_path / "repository")


def test_add_an_exercise(repository):
    before = contents(repository.root)
    cells, answer = exercise("08", 6, "shortest")
    source = repository.root / "notebooks" / "exercises" / "08_markers.py"
    answers = repository.root / "rescat" / "course" / "answers" / "markers.py"
    append(source, cells.replace("patients[", "rescat.load_patients(data_dir)["))
    assert "exercise 08-6 has no answer" in repository.run("rescat.book.build", "derive").stdout
    append(answers, answer)
    rewrite(answers, "import load_slopes", "import load_patients, load_slopes")
    succeed(repository, "rescat.book.build", "derive")

    names = {
        name.replace("NN_topic", "08_markers").replace("topic", "markers")
        for name in recipe("Add an exercise")
    }
    assert changed(repository, before) == names
    assert len(names) <= 3

    succeed(repository, "rescat.book.build", "execute", "exercises/08_markers")
    page = repository.root / "build" / "public" / "src" / "exercises" / "08_markers.ipynb"
    assert "the shortest stay" in page.read_text(encoding="utf-8")
    code = 'import rescat; rescat.check("08-6", rescat.load_patients()["length_of_stay"].min())'
    (repository.root / "tried.py").write_text(code, encoding="utf-8")
    assert succeed(repository, "tried") == "Exercise 08-6: right.\n"
    assert "failed" not in own_tests(repository, "08_markers")


def test_add_a_chapter(repository):
    root, before = repository.root, contents(repository.root)
    (root / "notebooks" / "12_stay.py").write_text(HEADER.format(front=FRONT) + CHAPTER)
    pairs = [exercise("12", number, which) for number, which in enumerate(STAYS, 1)]
    own = HEADER.format(front="") + EXERCISES + "".join(cells for cells, _ in pairs)
    (root / "notebooks" / "exercises" / "12_stay.py").write_text(own)
    (root / "rescat" / "course" / "answers" / "stay.py").write_text(
        ANSWERS + "".join(answer for _, answer in pairs)
    )
    (root / "rescat" / "course" / "numbers" / "stay.py").write_text(NUMBERS)
    questions = [
        QUESTION.format(n=n, first=str(n % 2 == 0).lower(), second=str(n % 2 == 1).lower())
        for n in range(5)
    ]
    (root / "book" / "quiz" / "12_stay.yml").write_text("questions:\n" + "".join(questions))
    append(
        root / "data" / "published" / "claims.csv",
        "STA-01,12_stay,article,Abstract,10 patients formed the mCTRL group,count,10,"
        "patients-counted,decisive,arm_counts,arms=mCTRL,,\n",
    )
    rewrite(
        root / "data" / "datapackage.json",
        '"11_other_trials"\n',
        '"11_other_trials",\n "12_stay"\n',
    )
    succeed(repository, "rescat.book.build", "checksums")
    succeed(repository, "rescat.book.build", "derive")

    names = {
        name.replace("NN_topic", "12_stay").replace("topic", "stay")
        for name in recipe("Add a chapter") - {"rescat/course/chapter.py"}
    }
    assert changed(repository, before) == names - PERHAPS
    assert len(changed(repository, before)) <= 9

    succeed(repository, "rescat.book.build", "execute", "12_stay", "exercises/12_stay")
    staged = root / "build" / "public" / "src"
    chapter = nbformat.read(staged / "chapters" / "12_stay.ipynb", as_version=4)
    shown = json.dumps(chapter)
    for part in ("After this chapter you can", "Estimand first", "STA-01", "../exercises/12_stay"):
        assert part in shown, part
    (root / "tried.py").write_text(
        dedent("""
            from rescat.book.edition import PUBLIC
            from rescat.book.site import contents
            print(contents(PUBLIC).read_text())
        """)
    )
    listed = succeed(repository, "tried").partition("- file: chapters/12_stay\n")[2]
    assert listed.lstrip().startswith('title: "12')
    assert "sections:\n    - file: exercises/12_stay\n" in listed[:90]
    shutil.copytree(root / "data" / "synthetic", root / "data" / "private" / "mine")
    assert "12_stay" in succeed(repository, "rescat", "check", "data/private/mine")
    assert "failed" not in own_tests(repository, "12_stay")
