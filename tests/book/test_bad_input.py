"""Corrupted folders handed to ``make book DATA=``: refused as `check` does, or made as it says.

``tests/data/test_corpus.py`` runs the whole corpus through `check`, loaders and import. An edition
takes a minute, so here is one folder of each kind of corruption, drawn with a seed.
"""

import random
import re
import shutil
from itertools import zip_longest
from pathlib import Path

import corpus
import pytest
from bs4 import BeautifulSoup
from shared import FRONT, ROOT, Loaded, copy_repository

import rescat
from rescat.base.files import digest
from rescat.base.inert import visible
from rescat.book.edition import edition
from rescat.book.own_data import what_is_made
from rescat.book.wasm import MODELS
from rescat.data.marker_names import page_name
from rescat.data.own_folder import check_folder

pytestmark = pytest.mark.book
SEED = 21
FEW = 12  # refused folders outside the second tier

CHAPTER = (
    FRONT.replace("only the paper", "{tables: [patients.csv]}")
    + """
# %% [markdown]
# # Small
#
# {{ answer }}
#
# {{ aims }}

# %% tags=["parameters"]
data_dir = "data"

# %%
import rescat

rescat.banner(rescat.load_patients(data_dir))
"""
)


def one_of_each_kind(*, read: bool) -> list[corpus.Case]:
    """For each kind of corruption that is read, or that is refused, a case of it."""
    kinds: dict[str, list[corpus.Case]] = {}
    for case in corpus.cases():
        if case.read == read:
            kinds.setdefault(case.kind, []).append(case)
    draw = random.Random(SEED)
    return [draw.choice(cases) for cases in kinds.values()]


REFUSED = one_of_each_kind(read=False)
SOME = random.Random(SEED).sample(REFUSED, FEW)


def together() -> list[tuple[corpus.Case, ...]]:
    """Those that are read, as few folders: one of each table in each."""
    tables: dict[str, list[corpus.Case]] = {name: [] for name in corpus.TABLES}
    alone = []
    for case in one_of_each_kind(read=True):
        # Other tables would name a patient who is not there.
        renamed = any(column == corpus.HIDDEN for _, column in case.cells)
        alone.append((case,)) if renamed else tables[case.table].append(case)
    return alone + [tuple(filter(None, cases)) for cases in zip_longest(*tables.values())]


def write(folder: Path, *cases: corpus.Case) -> None:
    """The good tables, some in their place; alone with the patients that they name."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: text.encode() for name, text in corpus.TABLES.items()}
    if any(column == corpus.HIDDEN for case in cases for _, column in case.cells):
        texts = {"patients": texts["patients"]}
    texts |= {case.table: case.content for case in cases}
    for name, content in texts.items():
        (folder / f"{name}.csv").write_bytes(content)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A book of one chapter, with a folder of good tables and its edition."""
    place = tmp_path_factory.mktemp("small")
    base = copy_repository(place / "repository")
    base.clear()
    (base.root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    toc = "format: jb-book\nroot: index\nchapters:\n  - glob: chapters/*\n"
    (base.root / "book" / "private" / "_toc.yml").write_text(toc)
    (base.root / "book" / "private" / "index.md").write_text("# Mine\n\n{{ own_pages }}\n")
    (base.root / "notebooks" / "01_cohort.py").write_text(CHAPTER)
    folder = place / "own"
    write(folder)
    with Loaded(base.root) as repository:
        done = repository.run("doit", "book", f"data={folder}")
        assert done.returncode == 0, done.stdout
        yield repository, folder


def state_of(repository: Loaded) -> tuple:
    """What a refused folder must leave: the edition, and all that is no note of the build."""
    [made] = repository.root.glob("build/private-*")
    others = {
        path: digest(path)
        for path in repository.root.rglob("*")
        if path.is_file()
        and not {"build", "__pycache__"} & {*path.relative_to(repository.root).parts}
    }
    return digest(made / "html"), sorted(p.name for p in made.iterdir()), others


def fault_of(case: corpus.Case, repository: Loaded, folder: Path) -> str:
    """How a build fails a folder that `check` refuses; empty if it ends as it must."""
    before = state_of(repository)
    write(folder, case)
    faults = check_folder(folder).faults
    done = repository.run("doit", "book", f"data={folder}")
    said = done.stdout
    silent = [fault.headline for fault in faults[:10] if visible(fault.headline) not in said]
    troubles = {
        "check refuses nothing": not faults,
        f"ended with {done.returncode}": done.returncode == 0,
        f"does not say {silent}": bool(silent),
        "a traceback": "Traceback" in said,
        "a command for the terminal": said != visible(said),
        "something was written": state_of(repository) != before,
    }
    return "; ".join([*filter(troubles.get, troubles), said]) if any(troubles.values()) else ""


def wrongs(cases: list[corpus.Case], small) -> dict[str, str]:
    repository, folder = small
    found = {case.name: fault_of(case, repository, folder) for case in cases}
    write(folder)
    return {name: said for name, said in found.items() if said}


def test_the_sample_has_each_kind():
    kinds = {case.kind for case in corpus.cases()}
    sample = {case.kind for case in REFUSED} | {c.kind for cases in together() for c in cases}
    assert sample == kinds
    assert len(REFUSED) >= 200


def test_what_check_refuses_ends_the_build_with_the_same_faults(small):
    assert wrongs(SOME, small) == {}


def test_the_faults_of_all_tables_are_said_at_once(small):
    repository, folder = small
    cells = {"patients": "age", "events": "category", "biomarkers": "value"}
    for table, column in cells.items():
        (folder / f"{table}.csv").write_bytes(corpus.changed(table, 3, column, "?"))
    said = repository.run("doit", "book", f"data={folder}").stdout
    write(folder)
    for table, column in cells.items():
        assert f"{table}.csv, row 3, column {column}: found '?'" in said


def test_an_edition_of_which_no_page_can_be_made_says_why(small, tmp_path):
    """`check` says so and ends with 1; the build does not fail on an empty list."""
    repository, _ = small
    (tmp_path / "events.csv").write_text(corpus.EVENTS, encoding="utf-8")
    with pytest.raises(rescat.DataError, match="no chapter can be made"):
        what_is_made(check_folder(tmp_path))
    before = set(repository.root.glob("build/private-*"))
    done = repository.run("doit", "book", f"data={tmp_path}")
    assert done.returncode == 0, done.stdout
    [made] = set(repository.root.glob("build/private-*")) - before
    home = (made / "html" / "index.html").read_text(encoding="utf-8")
    assert "left out, because it needs patients.csv" in home
    shutil.rmtree(made)


@pytest.mark.slow
@pytest.mark.tier2
def test_each_kind_that_check_refuses_ends_the_build(small):
    assert wrongs([case for case in REFUSED if case not in SOME], small) == {}


# --- What is read -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The real book, of which no edition has been made yet."""
    base = copy_repository(tmp_path_factory.mktemp("book"))
    if MODELS.is_dir():  # they take a minute, and are not what is tried here
        shutil.copytree(MODELS, base.root / MODELS.relative_to(ROOT))
    with Loaded(base.root) as repository:
        yield repository


@pytest.mark.slow
@pytest.mark.tier2
def test_nothing_is_made_before_a_fault_is_said(book, tmp_path):
    """To compile the models takes a minute, for which nobody should wait who has a cell to mend."""
    write(tmp_path / "own", SOME[0])
    done = book.run("doit", "book", f"data={tmp_path / 'own'}")
    assert done.returncode != 0
    assert done.stdout.strip().startswith(str(tmp_path)), done.stdout


def named(cases: tuple[corpus.Case, ...]) -> str:
    return ", ".join(case.kind for case in cases)


@pytest.mark.slow
@pytest.mark.tier2
@pytest.mark.parametrize("cases", together(), ids=named)
def test_what_is_read_is_made_as_check_says(book, tmp_path, cases):
    """All chapters, by papermill; their texts are shown, and are nothing else."""
    folder = tmp_path / "own"
    write(folder, *cases)
    parts = edition(str(folder)).parts
    before = set(book.root.glob("build/private-*"))
    done = book.run("doit", "book", f"data={folder}")
    assert done.returncode == 0, done.stdout
    assert done.stdout == visible(done.stdout)
    assert "could not be made" not in done.stdout
    [made] = set(book.root.glob("build/private-*")) - before
    html = made / "html"
    pages = {path.relative_to(html).as_posix(): path for path in html.rglob("*.html")}
    wanted = {f"chapters/{p.name}.html" for p in parts if not (p.is_marker or p.left_out)}
    wanted |= {f"markers/{page_name(part.name)}.html" for part in parts if part.is_marker}
    assert {name for name in pages if name.startswith(("chapters/", "markers/"))} == wanted
    assert {"chapters/04c_hidden_bias.html"} <= wanted
    parsed = {
        name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for name, path in pages.items()
    }
    home = " ".join(parsed["index.html"].get_text().replace("\xa0", " ").split())
    for part in parts:
        if part.left_out:
            assert part.words in home, part.name
    for name, page in parsed.items():
        assert "could not be made of these data" not in page.get_text(), name
        assert not page.select("article b"), name  # a cell of the corpus, as HTML
    for path in made.rglob("*"):
        assert re.fullmatch(r"[\w./+-]+", path.relative_to(made).as_posix(), re.ASCII), path
