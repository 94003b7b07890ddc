"""A private edition: marked on every page, in a folder of its own, and never public."""

import csv
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator

import pytest
import yaml
from shared import ROOT, Loaded, Repository, as_own, copy_as_own, copy_repository

from rescat.base.files import BUILD, digest
from rescat.book.edition import PUBLIC, edition

pytestmark = pytest.mark.book

HEADER = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
{front}# ---

# %% [markdown]
# # {title}
#
# {head}

# %% tags=["parameters"]
data_dir = "data"
{parameters}

# %%
import rescat

{code}
"""
FRONT = """\
#   rescat:
#     objectives: [read it]
#     before: nothing
#     answer: It is short.
#     needs: {needs}
#     estimand: none
#     ledger: none
"""
AUDITED = """
# %% [markdown] tags=["audit"]
# ## The paper alone
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Repository:
    """A book of one tiny chapter and tiny marker pages, built for the public."""
    base = copy_repository(tmp_path_factory.mktemp("small"))
    base.clear()
    (base.root / "book" / "index.md").write_text("# A small book\n\nOne page.\n")
    toc = "format: jb-book\nroot: index\nchapters:\n  - glob: chapters/*\n  - glob: markers/*\n"
    (base.root / "_toc.yml").write_text(toc)
    (base.root / "book" / "private" / "_toc.yml").write_text(toc)
    (base.root / "book" / "private" / "index.md").write_text("# Mine\n\n{{ own_data }}\n")
    chapter = HEADER.format(
        title="First",
        front=FRONT.format(needs="{tables: [patients.csv, events.csv]}"),
        head="{{ answer }}\n#\n# {{ aims }}",
        parameters="",
        code="rescat.banner(rescat.load_patients(data_dir))",
    )
    (base.root / "notebooks" / "01_cohort.py").write_text(chapter + AUDITED)
    page = HEADER.format(
        title="One biomarker",
        front="",
        head="",
        parameters='marker = "NFL"',
        code="rescat.banner(rescat.one_marker(rescat.load_biomarkers(data_dir), marker))",
    )
    (base.root / "notebooks" / "marker.py").write_text(page)
    (base.root / "notebooks" / "02_manufacturing.py").write_text(
        HEADER.format(
            title="About the paper",
            front=FRONT.format(needs="only the paper"),
            head="{{ answer }}\n#\n# {{ aims }}",
            parameters="",
            code="1 + 1",
        )
    )
    twin = base.root / "data" / "synthetic" / "biomarkers.csv"
    twin.write_text(two_markers(), encoding="utf-8")
    assert "New checksums: biomarkers" in base.run("rescat.book.build", "checksums").stdout
    base.build()
    return base


def two_markers() -> str:
    """The part of the twin that two small pages need."""
    with (ROOT / "data" / "synthetic" / "biomarkers.csv").open(encoding="utf-8") as file:
        return "".join(
            line for line in file if any(f",{m}," in line for m in ("marker", "NFL", "TNFα"))
        )


def own_data(folder):
    """Make a folder of somebody's own data: the invented patients of the twin, two markers."""
    folder.mkdir(parents=True)
    copy_as_own(folder, "patients", "events")
    (folder / "biomarkers.csv").write_text(as_own(two_markers()), encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path):
    return own_data(tmp_path / "My clinic")


@pytest.fixture(scope="module")
def with_edition(small, tmp_path_factory) -> Repository:
    """The small book with a private edition beside it, of data in the place made for them."""
    root = tmp_path_factory.mktemp("private") / "repository"
    shutil.copytree(small.root, root)
    repository = Repository(root)
    own_data(root / "data" / "private" / "mine")
    done = repository.run("doit", "book", "data=data/private/mine")
    assert done.returncode == 0, done.stdout
    assert "The private edition is ready: open build/private-mine-" in done.stdout
    return repository


def edition_of(repository: Repository):
    [folder] = repository.root.glob("build/private-*")
    return folder


def pages_of(folder):
    return {p.relative_to(folder / "html").as_posix(): p for p in folder.glob("html/**/*.html")}


@pytest.fixture(scope="module")
def loaded(small, tmp_path_factory) -> Iterator[Loaded]:
    with Loaded.of(small, tmp_path_factory.mktemp("loaded")) as repository:
        yield repository


@pytest.fixture
def fresh(loaded, small) -> Iterator[Loaded]:
    """A copy of the small book, as built; it is taken back after the test."""
    yield loaded
    loaded.take_back(small)


def test_every_page_is_marked(with_edition):
    pages = pages_of(edition_of(with_edition))
    wanted = {"index.html", "search.html", "genindex.html", "chapters/01_cohort.html"}
    assert {*wanted, "markers/NFL.html", "markers/TNFa.html"} <= set(pages)
    assert "chapters/02_manufacturing.html" not in pages
    for name, path in pages.items():
        if not name.startswith("_static/"):
            text = path.read_text(encoding="utf-8")
            assert "PRIVATE edition, made from your own data" in text, name
            assert re.search(r"<title>[^<]*PRIVATE", text), name
    chapter = pages["chapters/01_cohort.html"].read_text(encoding="utf-8")
    assert "PRIVATE: your own data" in chapter
    assert "The paper alone" not in chapter
    assert "<h1>NFL" in pages["markers/NFL.html"].read_text(encoding="utf-8")


def test_the_public_book_is_untouched(small, with_edition):
    assert digest(with_edition.html) == digest(small.html)
    for path in with_edition.html.rglob("*.html"):
        assert "PRIVATE" not in path.read_text(encoding="utf-8"), path


def test_nothing_changed_nothing_done(with_edition):
    said = with_edition.run("doit", "book", "data=data/private/mine").stdout
    assert said.startswith("Nothing changed: the book is up to date: build/private-mine-")


def test_git_never_sees_it(with_edition):
    git = ["git", "-C", str(with_edition.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    status = subprocess.run(
        [*git, "status", "--porcelain", "-uall"], check=True, capture_output=True, text=True
    ).stdout
    assert "README.md" in status
    assert "private-" not in status
    assert "data/private" not in status


def test_a_fault_leaves_the_last_edition_as_it_was(with_edition):
    before = digest(edition_of(with_edition) / "html")
    path = with_edition.root / "data" / "private" / "mine" / "patients.csv"
    text = path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[2]["age"] = "180"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = with_edition.run("doit", "book", "data=data/private/mine")
    path.write_text(text, encoding="utf-8")
    assert done.returncode != 0
    assert "row 4, column age: found '180'" in done.stdout
    assert "Traceback" not in done.stdout
    assert digest(edition_of(with_edition) / "html") == before


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "found none of patients.csv"),
        ("data/published", "git could take this folder into the repository"),
    ],
)
def test_a_folder_that_cannot_be_used(small, folder, message):
    done = small.run("doit", "book", f"data={folder}")
    assert done.returncode != 0
    assert message in done.stdout
    assert "Traceback" not in done.stdout
    assert not list(small.root.glob("build/private-*"))


def test_two_markers_never_share_a_page(fresh, own):
    path = own / "biomarkers.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",NFL,", ",new/one,").replace(",TNFα,", ",new+one,"), "utf-8")
    done = fresh.run("doit", "book", f"data={own}")
    assert done.returncode == 0, done.stdout
    names = [n for n in pages_of(edition_of(fresh)) if n.startswith("markers/")]
    assert len(names) == 2
    assert all(re.fullmatch(r"markers/new-one-[0-9a-f]{8}\.html", name) for name in names)


@pytest.mark.parametrize("left", ["patients", "events"])
def test_an_edition_without_biomarkers(fresh, own, left):
    """Its contents have no part for pages that it has not."""
    for name in {"patients", "events", "biomarkers"} - {left}:
        (own / f"{name}.csv").unlink()
    done = fresh.run("doit", "book", f"data={own}")
    assert done.returncode == 0, done.stdout
    assert not [n for n in pages_of(edition_of(fresh)) if n.startswith("markers/")]


def test_a_page_that_cannot_be_made_stops_no_other(fresh, own):
    chapter = fresh.root / "notebooks" / "01_cohort.py"
    chapter.write_text(chapter.read_text() + "\n# %%\nraise ValueError('a *chance* of <b>')\n")
    (fresh.root / "book" / "private" / "index.md").write_text("# Mine\n\n{{ own_pages }}\n")
    done = fresh.run("doit", "book", f"data={own}")
    assert done.returncode == 0, done.stdout
    assert "01_cohort could not be made, and the edition goes on without it" in done.stdout
    pages = {name: path.read_text("utf-8") for name, path in pages_of(edition_of(fresh)).items()}
    reason = "ValueError: a *chance* of &lt;b&gt;"
    assert f"could not be made of these data: {reason}" in pages["chapters/01_cohort.html"]
    assert f"not made, because {reason}" in pages["index.html"]
    assert "left out, because it is about the paper alone" in pages["index.html"]
    assert "<h1>NFL" in pages["markers/NFL.html"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_its_owner_can_read_an_edition(with_edition):
    assert edition_of(with_edition).stat().st_mode & 0o777 == 0o700


def test_own_values_in_the_place_of_the_twin_stop_the_public_book(fresh):
    """They would be shown as SYNTHETIC."""
    path = fresh.root / "data" / "synthetic" / "biomarkers.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("INVENTED-01,", "X01,"), encoding="utf-8"
    )
    before = digest(fresh.html)
    said = fresh.fail()
    assert "this is not the content that data/datapackage.json records" in said
    assert "make checksums" in said
    assert digest(fresh.html) == before


def test_a_folder_s_name_reaches_no_shell(fresh, own):
    """By the documented command: neither make nor the shell reads what is in it."""
    odd = own.rename(own.with_name("`touch A` $(touch B) $(shell touch C) ; touch D"))
    (fresh.root / ".venv" / "bin").mkdir(parents=True)
    python = fresh.root / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    (fresh.root / ".venv" / "installed").touch()
    alone = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        ["make", "book", f"DATA={odd}"], cwd=fresh.root, env=alone, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["-m", "doit", "book", f"data={odd}"], done.stderr
    assert not [p for p in fresh.root.iterdir() if p.name in "ABCD"]


def test_the_public_book_refuses_private_data(fresh, own):
    """Even where somebody pointed a chapter of it at a folder of patients."""
    before = digest(fresh.html)
    path = fresh.root / "notebooks" / "01_cohort.py"
    path.write_text(
        path.read_text().replace("load_patients(data_dir)", f"load_patients({str(own)!r})")
    )
    assert "shows private data, which the public book must not have" in fresh.fail()
    assert digest(fresh.html) == before


def test_the_workflow_can_only_publish_the_public_book():
    """It uploads of folders that a private edition is never written to, and names no data."""
    uploaded = set()
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert "DATA=" not in text
        assert "data=" not in text
        jobs = yaml.safe_load(text)["jobs"].values()
        for step in (step for job in jobs for step in job["steps"]):
            if "/upload-" in step.get("uses", ""):
                uploaded |= set(step["with"]["path"].split())
    assert uploaded == {"build/html", "build/public/computed.json", "build/public/src"}
    assert PUBLIC.folder == BUILD / "public"
    assert PUBLIC.html == BUILD / "html"
    private = edition(str(ROOT / "data" / "synthetic"))
    assert not private.html.is_relative_to(PUBLIC.html)


# --- Planted marks --------------------------------------------------------------------------

# What is told of single patients: a name, a disease, an event, a measured value, an age.
MARKS = {
    "name": "QZ-WHO-7",
    "disease": "Qzitis",
    "event": "Qzalgia",
    "value": "31415.927",
    "age": "87.25",
}


class Watched(Loaded):
    """A copy whose commands have a home and a place for files of the moment of their own."""

    @property
    def environment(self):
        places = {"HOME": "home", "TMPDIR": "moment", "XDG_CACHE_HOME": "home/cache"}
        return super().environment | {n: str(self.root.parent / p) for n, p in places.items()}


@pytest.fixture(scope="module")
def planted(small, tmp_path_factory):
    """Marked private data, and all that can be done with them; what was said is kept."""
    repository = Watched.of(small, tmp_path_factory.mktemp("planted"))
    root = repository.root
    shutil.rmtree(root / "tests")  # which know the marks
    for name in ("home", "moment"):
        (root.parent / name).mkdir()
    own = own_data(root / "data" / "private" / "mine")
    for path in own.glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("S03,", f"{MARKS['name']},"), "utf-8")
    change(own / "patients.csv", 2, comorbidities=MARKS["disease"], age=MARKS["age"])
    change(own / "events.csv", 0, term=MARKS["event"])
    change(own / "biomarkers.csv", 4, value=MARKS["value"])
    # A chapter that fails with a value of a patient in its message, and one that talks of it.
    with (root / "notebooks" / "01_cohort.py").open("a", encoding="utf-8") as file:
        file.write(
            "\n# %%\nown = rescat.load_patients(data_dir)\n"
            "if set(own['origin']) == {'private'}:\n"
            "    raise KeyError(own.iloc[2].to_dict())\n"
        )
    with (root / "notebooks" / "marker.py").open("a", encoding="utf-8") as file:
        file.write(
            "\n# %%\nimport sys\n\nvalues = rescat.load_biomarkers(data_dir)\n"
            "if set(values['origin']) == {'private'}:\n"
            "    print(values.iloc[4].to_dict(), file=sys.stderr)\n"
        )
    said = {}
    with repository:
        for arguments in (
            ("rescat", "check", "data/private/mine"),
            ("doit", "book", "data=data/private/mine"),
            ("doit", "epub", "data=data/private/mine"),
            ("rescat", "summary", "data/private/mine", "--out", "../handed-on"),
            ("doit", "zip"),
        ):
            done = repository.run(*arguments)
            assert done.returncode == 0, done.stdout
            said[" ".join(arguments)] = done.stdout
    return repository, said


def change(path, number, **cells):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[number] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def marked(content: bytes) -> set[str]:
    """Which marks some bytes hold; if they are a zip, its files."""
    found = {kind for kind, mark in MARKS.items() if mark.encode() in content}
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                found |= marked(archive.read(name))
    return found


def holders(folder, *private):
    """The files below a folder that hold a mark, but for some folders."""
    return {
        path.relative_to(folder).as_posix(): found
        for path in folder.rglob("*")
        if path.is_file() and not any(path.is_relative_to(place) for place in private)
        if (found := marked(path.read_bytes()))
    }


def test_planted_marks_are_in_the_edition(planted):
    """Without this the tests below would say nothing."""
    repository, said = planted
    edition = edition_of(repository)
    inside = holders(edition)
    assert set().union(*inside.values()) == set(MARKS) - {"event"}, "no page shows events here"
    # Where a terminal may not say it, the edition does.
    assert {"name", "disease", "age"} <= inside["said/01_cohort.txt"]
    assert "value" in inside["said/markers/NFL.txt"]
    told = said["doit book data=data/private/mine"]
    assert "01_cohort could not be made" in told
    assert "said/01_cohort.txt" in told
    assert (edition / "PRIVATE-patient-level-rescat-companion.epub").is_file()


def test_planted_marks_are_nowhere_else(planted):
    """Not in the public book, its zip, search, database, log, sources or caches."""
    repository, _ = planted
    own = repository.root / "data" / "private" / "mine"
    assert holders(repository.root.parent, own, edition_of(repository)) == {}
    assert (repository.root.parent / "handed-on" / "summary-patients.csv").is_file()
    assert (repository.html / "searchindex.js").is_file()
    assert (repository.root / "build" / "doit.db").is_file()


def test_no_terminal_shows_a_planted_mark(planted):
    _, said = planted
    assert {command: marked(text.encode()) for command, text in said.items()} == {
        command: set() for command in said
    }


def test_git_takes_no_planted_mark(planted):
    repository, _ = planted
    git = ["git", "-C", str(repository.root), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "all"], check=True)
    every = ["cat-file", "--batch", "--batch-all-objects"]
    objects = subprocess.run([*git, *every], check=True, capture_output=True).stdout
    assert b"README" in objects
    assert not marked(objects)
    assert repository.run("rescat", "guard").returncode == 0
    # What somebody saved from the edition is refused by its name.
    saved = repository.root / "PRIVATE-patient-level-ages.svg"
    saved.write_text("<svg/>")
    assert "its name says so" in repository.run("rescat", "guard").stdout
    saved.unlink()
