"""The build as its users meet it, on a book of two tiny notebooks with the real data."""

import csv
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import made_up
import nbformat
import pytest
from shared import FRONT, Loaded, Repository, copy_repository

from rescat.base.files import digest
from rescat.book.edition import MARKER, chapters
from rescat.course.chapter import read_chapter

pytestmark = pytest.mark.book

HEADER = (
    FRONT
    + """
# %% [markdown]
# # {title}
#
# {{{{ answer }}}}
#
# {{{{ aims }}}}
#
# A formula: $x^2$.

# %% tags=["parameters"]
data_dir = "data"

# %%
import rescat

len(rescat.load_patients(data_dir))
"""
)
FIGURE = """
# %%
import matplotlib.pyplot as plt
from IPython.display import display

fig, ax = plt.subplots()
ax.plot([1, 2])
plt.close(fig)
display(fig, metadata={"image/png": {"alt": "A line that rises"}})
"""
FIRST, SECOND = "notebooks/01_first", "notebooks/02_second"
PATIENTS = "data/published/patients.csv"


@pytest.fixture(scope="session")
def mini_base(tmp_path_factory) -> Repository:
    """A book of two tiny notebooks and one page, built."""
    base = copy_repository(tmp_path_factory.mktemp("mini"))
    base.clear()
    (base.root / "book" / "index.md").write_text("# A small book\n\nOne page.\n")
    (base.root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - glob: chapters/*\n"
    )
    (base.root / f"{FIRST}.py").write_text(HEADER.format(title="First") + FIGURE)
    (base.root / f"{SECOND}.py").write_text(HEADER.format(title="Second"))
    said = base.build()
    assert "The book is ready: open build/html/index.html" in said
    return base


@pytest.fixture(scope="module")
def loaded(mini_base, tmp_path_factory) -> Iterator[Loaded]:
    with Loaded.of(mini_base, tmp_path_factory.mktemp("loaded")) as repository:
        yield repository


@pytest.fixture
def mini(loaded, mini_base) -> Iterator[Loaded]:
    """A copy of the small book, as built: to change and build again. It is taken back then."""
    yield loaded
    loaded.take_back(mini_base)


def fail(mini: Loaded, *arguments: str) -> str:
    """Do a step, expecting that it cannot be done; return what was said."""
    done = mini.run("rescat.book.build", *arguments)
    assert done.returncode == 1, done.stdout
    return done.stdout


def append(repository: Repository, name: str, text: str) -> None:
    with (repository.root / name).open("a", encoding="utf-8") as file:
        file.write(text)


# --- What is done again, and what is not ----------------------------------------------------


def chapters_in(said: str) -> set[str]:
    """Name the notebooks that were executed."""
    return {name for name in (FIRST, SECOND) if f"{name}: done" in said}


def test_clean_build_has_every_page(mini):
    for page in ("index", "chapters/01_first", "chapters/02_second", "search"):
        assert (mini.html / f"{page}.html").is_file()


def test_nothing_changed(mini):
    before = digest(mini.html)
    said = mini.build()
    assert said == "Nothing changed: the book is up to date: build/html/index.html\n"
    assert digest(mini.html) == before


def test_touched_is_not_changed(mini):
    for name in (
        f"{FIRST}.py",
        f"{FIRST}.ipynb",
        PATIENTS,
        "book/index.md",
        "rescat/data/loaders.py",
    ):
        os.utime(mini.root / name)
    assert mini.build().startswith("Nothing changed")


def test_changed_notebook_is_executed_alone(mini):
    append(mini, f"{SECOND}.py", "\n# %%\nprint(6 * 7)\n")
    assert chapters_in(mini.build()) == {SECOND}
    assert "42" in (mini.html / "chapters" / "02_second.html").read_text(encoding="utf-8")


def test_changed_page_executes_nothing(mini):
    append(mini, "book/index.md", "\nA new sentence.\n")
    assert not chapters_in(mini.build())
    assert "A new sentence." in (mini.html / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [PATIENTS, "rescat/base/errors.py", "requirements.txt"])
def test_changed_input_executes_all(mini, name):
    append(mini, name, "\n")
    mini.run("rescat.book.build", "checksums")  # a table changed on purpose
    repository = mini.afresh() if name.endswith(".py") else mini
    assert chapters_in(repository.build()) == {FIRST, SECOND}


def test_cells_that_are_not_executed_count_for_the_pages(mini):
    """An instructor's note is in no executed notebook, and in the course's downloads."""
    depends = mini.run("doit", "info", "course").stdout.split()
    for name in (FIRST, SECOND):
        assert f"{name}.ipynb" in depends


def test_removed_chapter_leaves_the_book(mini):
    for suffix in (".py", ".ipynb"):
        (mini.root / f"{SECOND}{suffix}").unlink()
    assert not chapters_in(mini.build())
    assert not (mini.html / "chapters" / "02_second.html").exists()


def test_broken_ipynb_is_derived_again(mini):
    notebook = mini.root / f"{FIRST}.ipynb"
    whole = notebook.read_bytes()
    notebook.write_bytes(whole[: len(whole) // 2])
    said = mini.build()
    assert notebook.read_bytes() == whole
    assert "derived from notebooks/01_first.py" in said
    assert not chapters_in(said)


# --- What cannot be built -------------------------------------------------------------------


EXERCISE = """\

# %% [markdown] tags=["exercise"]
# ## Exercise 1: longer than every treated patient
#
# *Read a figure · 3 minutes*
#
# {{{{ minutes }}}} minutes for {{{{ chapter }}}}.

# %% tags=["stub"]
n_longer = ...
rescat.check("01-1", n_longer)

# %% tags=["solution"]
n_longer = {answer}
rescat.check("01-1", n_longer)
"""


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("5", ""),
        ("9", "reported 'Exercise 01-1: too high"),
        ('5\nrescat.check("01-1", 5)', "expected one check, with the outcome 'right'"),
    ],
)
def test_a_solution_is_held_to_its_answer(mini, answer, complaint):
    append(mini, f"{FIRST}.py", "\n# %% [markdown]\n# [Exercises](exercises/01_first.ipynb)\n")
    own = mini.root / "notebooks" / "exercises" / "01_first.py"
    own.parent.mkdir(exist_ok=True)
    header, _, rest = HEADER.partition("#   rescat:")
    own.write_text(
        header + "# ---" + rest.partition("# ---")[2].format(title="Exercises").replace(
            "# {{ answer }}\n#\n# {{ aims }}\n", ""
        ) + EXERCISE.format(answer=answer)
    )  # fmt: skip
    assert mini.run("rescat.book.build", "derive").returncode == 0
    done = mini.run("rescat.book.build", "execute", "exercises/01_first")
    assert complaint in done.stdout
    assert done.returncode == bool(complaint), done.stdout
    page = mini.root / "build" / "public" / "src" / "exercises" / "01_first.ipynb"
    assert page.is_file() != bool(complaint)
    if not complaint:
        text = page.read_text(encoding="utf-8")
        assert "3 minutes for First" in text
        assert "vnd.rescat" not in text, "the pages cannot show it"


def test_failing_notebook_leaves_the_last_book(mini):
    before = digest(mini.html)
    append(mini, f"{SECOND}.py", '\n# %%\nraise KeyError("a wrong turn")\n')
    said = mini.fail()
    assert "notebooks/02_second.ipynb failed in this cell:\n\nraise KeyError" in said
    assert "KeyError: 'a wrong turn'" in said
    assert digest(mini.html) == before


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ('display(fig, metadata={"image/png": {"alt": " "}})', "without alternative text"),
        ("display(fig)", "without alternative text"),
        ('for _ in "ab":\n    display(fig)', "has 2 images"),
        ('import warnings\nwarnings.warn("mind this")', "wrote to standard error"),
    ],
)
def test_cell_against_the_rules(mini, cell, complaint):
    page = mini.root / "build" / "public" / "src" / "chapters" / "01_first.ipynb"
    before = digest(page)
    append(mini, f"{FIRST}.py", f"\n# %%\n{cell}\n")
    assert mini.run("rescat.book.build", "derive").returncode == 0
    said = fail(mini, "execute", "01_first")
    assert "notebooks/01_first.ipynb, cell 5" in said
    assert complaint in said
    assert "Traceback" not in said
    assert digest(page) == before


def test_broken_link_stops_the_book_and_names_the_page(mini):
    before = digest(mini.html)
    append(mini, "book/index.md", "\n[gone](nowhere.md)\n")
    said = mini.fail()
    assert "book/index.md:5" in said
    assert "Traceback" not in said
    assert digest(mini.html) == before


@pytest.mark.parametrize("text", ["{ref}`nowhere`", "{cite}`nobody2020`"])
def test_broken_reference_stops_the_pages(mini, text):
    append(mini, "book/index.md", f"\n{text}\n")
    said = fail(mini, "pages")
    assert "book/index.md:5" in said
    assert "Traceback" not in said


def change_cell(path, row: int, column: str, value: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def drop_column(path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [n for n in rows[0] if n != "age"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


BAD_DATA = {
    "missing column": (drop_column, ["age", "missing"]),
    "impossible value": (lambda p: change_cell(p, 0, "age", "180"), ["row 2", "age", "180"]),
    "duplicated patient": (lambda p: change_cell(p, 1, "patient_id", "1"), ["row 3", "patient_id"]),
    "text in a number": (
        lambda p: change_cell(p, 2, "bmi", "heavy"),
        ["row 4", "bmi", "heavy", "number"],
    ),
    "missing file": (lambda p: p.unlink(), ["not found"]),
    "undecodable": (
        lambda p: p.write_bytes(p.read_bytes().replace(b"White", b"Wei\xdf", 1)),
        ["line 2", "UTF-8"],
    ),
}


def test_wrong_unit(mini):
    change_cell(mini.root / "data/published/manufacturing.csv", 0, "unit", "kg")
    said = fail(mini, "check-data")
    for word in ["manufacturing.csv", "row 2", "column unit", "found 'kg'", "one of g, cm"]:
        assert word in said
    assert "Traceback" not in said


def test_impossible_sampling_day(mini):
    path = mini.root / "data/published/trial.csv"
    with path.open(encoding="utf-8", newline="") as file:
        items = [(row["item"], row["value"]) for row in csv.DictReader(file)]
    change_cell(path, items.index(("sampling_day", "6")), "value", "7")
    said = fail(mini, "check-data")
    for word in ["trial.csv", "column value", "found '7'", "days 3, 6, 14, and 28"]:
        assert word in said


def test_impossible_protocol_day(mini):
    before = digest(mini.html)
    header = "patient_id,arm,day,marker,value,unit,below_lod,origin"
    first = "INVENTED-01,MSC,0,NFL,20,pg/mL,n,synthetic"
    lines = [header, first, first.replace(",0,", ",-7,")]
    (mini.root / "data/synthetic/biomarkers.csv").write_text("\n".join(lines), encoding="utf-8")
    said = mini.fail()
    for word in ["biomarkers.csv", "row 3", "column day", "found '-7'", "from 0 to 3650 days"]:
        assert word in said
    assert "Traceback" not in said
    assert digest(mini.html) == before


@pytest.mark.parametrize("fault", BAD_DATA)
def test_bad_data(mini, fault):
    spoil, expected = BAD_DATA[fault]
    spoil(mini.root / PATIENTS)
    said = fail(mini, "check-data")
    for word in ["patients.csv", "expected", *expected]:
        assert word in said
    assert "Traceback" not in said


def test_bad_data_stops_the_book_before_its_chapters(mini):
    spoil, expected = BAD_DATA["missing column"]
    before = digest(mini.html)
    spoil(mini.root / PATIENTS)
    said = mini.fail()
    for word in ["patients.csv", "expected", *expected]:
        assert word in said
    assert "Traceback" not in said
    assert not chapters_in(said)
    assert digest(mini.html) == before


def test_bad_data_by_papermill(mini):
    change_cell(mini.root / PATIENTS, 0, "age", "180")
    done = mini.run("papermill", f"{FIRST}.ipynb", "out.ipynb", "-p", "data_dir", "data")
    assert done.returncode != 0
    for word in ["patients.csv", "row 2", "age", "180", "expected"]:
        assert word in done.stdout


# --- Killed ---------------------------------------------------------------------------------


def kill(process: subprocess.Popen) -> None:
    """Kill a build and its steps, which can then tidy nothing up."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="kills a group of processes, which Windows lacks")
@pytest.mark.parametrize("moment", [FIRST, "pages"])
def test_killed_and_run_again(mini, moment):
    undisturbed = digest(mini.html)
    shutil.rmtree(mini.root / "build")
    process = mini.start()
    for line in process.stdout:
        if line.startswith(moment):
            break
    time.sleep(0.5)
    kill(process)
    mini.build()
    assert digest(mini.html) == undisturbed


def test_product_newer_than_the_database_is_repeated(mini):
    """A run killed after its work and before doit wrote its database, then the change undone."""
    undisturbed = digest(mini.html)
    database = (mini.root / "build" / "doit.db").read_bytes()
    source = (mini.root / f"{SECOND}.py").read_bytes()
    append(mini, f"{SECOND}.py", "\n# %%\nprint(6 * 7)\n")
    mini.build()
    assert digest(mini.html) != undisturbed
    (mini.root / "build" / "doit.db").write_bytes(database)
    (mini.root / f"{SECOND}.py").write_bytes(source)
    mini.build()
    assert digest(mini.html) == undisturbed


def test_killed_between_the_two_renames(mini):
    undisturbed = digest(mini.html)
    mini.html.rename(mini.html.with_name("html.old"))
    change_cell(mini.root / PATIENTS, 0, "age", "180")
    mini.fail()
    assert digest(mini.html) == undisturbed


@pytest.mark.tier2
@pytest.mark.skipif(os.name == "nt", reason="kills a group of processes, which Windows lacks")
def test_many_kills(mini):
    undisturbed = digest(mini.html)
    source = (mini.root / f"{SECOND}.py").read_text(encoding="utf-8")
    moments = random.Random(20)
    for number in range(25):
        # Each run has something to do; every other one undoes the change of the one before.
        changed = source + ("\n# %%\nprint(6 * 7)\n" if number % 2 else "")
        (mini.root / f"{SECOND}.py").write_text(changed, encoding="utf-8")
        process = mini.start()
        time.sleep(moments.uniform(0.2, 9))
        kill(process)
        shown = mini.html if mini.html.exists() else mini.html.with_name("html.old")
        assert (shown / "index.html").is_file()
    (mini.root / f"{SECOND}.py").write_text(source, encoding="utf-8")
    mini.build()
    assert digest(mini.html) == undisturbed


# --- One notebook by hand -------------------------------------------------------------------


def test_papermill_by_hand(mini):
    done = mini.run("papermill", f"{FIRST}.ipynb", "out.ipynb", "-p", "data_dir", "data")
    assert done.returncode == 0, done.stdout
    notebook = nbformat.read(mini.root / "out.ipynb", as_version=4)
    assert any("17" in str(cell.get("outputs")) for cell in notebook.cells)


def test_papermill_by_hand_leaves_the_real_notebooks_alone(tmp_path):
    repository = copy_repository(tmp_path)
    before = digest(tmp_path / "notebooks")
    name, out = chapters()[0], str(tmp_path / "out.ipynb")
    done = repository.run("papermill", f"notebooks/{name}.ipynb", out, "-p", "data_dir", "data")
    assert done.returncode == 0, done.stdout
    assert digest(tmp_path / "notebooks") == before


# --- The real book --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_book(tmp_path_factory) -> Iterator[Loaded]:
    """The real book, loaded, of which nothing was made."""
    with Loaded(copy_repository(tmp_path_factory.mktemp("whole")).root) as repository:
        yield repository


# Whole, with the audit and the exercises; test_private.py runs them without.
@pytest.mark.parametrize("name", [*chapters(), MARKER])
def test_chapter_runs_on_data_of_your_own(name, whole_book, tmp_path):
    """Other groups, days, names and units, a missing value: it runs, and the page says PRIVATE."""
    own = made_up.write(tmp_path / "own", whole_book.root / "data" / "published")
    out = tmp_path / "out.ipynb"
    command = ["papermill", f"notebooks/{name}.ipynb", str(out), "-p", "data_dir", str(own)]
    done = whole_book.run(*command)
    assert done.returncode == 0, done.stdout
    shown = out.read_text(encoding="utf-8")
    source = (whole_book.root / "notebooks" / f"{name}.py").read_text(encoding="utf-8")
    reads = source.count("data_dir") > 1  # 9b has the parameter, and tables made by simulation
    assert ("PRIVATE: your own data" in shown) == reads
    chapter = None if name == MARKER else read_chapter(name)
    if chapter and chapter.ledger:
        of_patients = chapter.needs and "patients.csv" in chapter.needs.tables
        origin = "Private" if of_patients else "Published"  # others are checked against the print
        assert f"<strong>{origin}.</strong> Ledger" in shown


@pytest.mark.tier2
def test_two_cold_builds_are_the_same(tmp_path):
    one, two = (copy_repository(tmp_path / name) for name in ("one", "two"))
    one.build()
    two.build()
    differing = [
        path.relative_to(one.html).as_posix()
        for path in one.html.rglob("*")
        if path.is_file() and digest(path) != digest(two.html / path.relative_to(one.html))
    ]
    assert not differing
    assert digest(one.html) == digest(two.html)


def test_models_are_compiled_once_before_the_chapters_run(mini):
    """Two chapters side by side would otherwise both compile, for ten seconds each."""
    cache = mini.root / "rescat" / "slopes" / "__pycache__"
    for path in cache.glob("*.nb[ci]"):
        path.unlink()
    append(mini, "requirements.txt", "# so that every chapter runs again\n")
    said = mini.afresh().build()
    assert said.count("model code: compiled") == 1
    assert said.index("model code: compiled") < said.index("notebooks/0")
    assert list(cache.glob("reml.fit_range*.nbc"))
    assert "model code" not in mini.afresh().build()
