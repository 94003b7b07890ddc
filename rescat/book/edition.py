"""Editions: the public book, and a private one for each folder of a user's own data."""

import contextlib
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import rescat  # its names are loaded when they are used, which is seldom here

from ..base.errors import DataError
from ..base.files import (
    BOOK,
    BUILD,
    NOTEBOOKS,
    OWN_TABLES,
    ROOT,
    BuildError,
    code_files,
    files_below,
    state_of,
    write_whole,
)
from ..base.inert import plain_name
from ..base.origin import marked_name
from ..course.chapter import read_chapter
from .rehearsal import Part, rehearse

__all__ = [
    "ADDRESS",
    "FACT",
    "MARKER",
    "PUBLIC",
    "Page",
    "Profile",
    "chapters",
    "edition",
    "named_on_pages",
    "notebooks",
    "remembered_pages",
    "remembered_parts",
    "with_exercises",
]

# The one notebook that is executed many times: once for each marker.
MARKER = "marker"
# What the environment may say: where project and pages are, and whom to write to.
ADDRESS = ("BOOK_REPOSITORY_URL", "BOOK_BRANCH", "BOOK_CONTACT", "BOOK_PUBLIC_URL")
FACT = re.compile(r"\{\{\s*(\w+)\s*\}\}")  # on a page written by hand
_NUMBER = re.compile(r"\{(\w+)(?::[^{}]*)?\}")  # in the material of the course
_CHECK = re.compile(r"check\(\s*[\"']([\w-]+)[\"']")  # in an exercise: whose answer is checked
_PARAMETERS = re.compile(r'^# %% tags=\["parameters".*?(?=^# %%|\Z)', re.M | re.S)
# Facts that need no table.
_SETTINGS = {
    *("course_files", "how_to_cite", "launch", "offline_book", "project_folder"),
    *("licences_of_parts", "r_licences", "runtime_licences"),
    *("own_folder", "own_data", "own_pages", "own_summary"),
}


@dataclass(frozen=True)
class Page:
    """One executed notebook.

    Parameters
    ----------
    name
        ``01_cohort``, ``exercises/01_cohort`` or ``markers/NFL``.
    notebook
        Of ``notebooks/``, without its suffix.
    marker
        The biomarker of the page, if it is the page of one.
    """

    name: str
    notebook: str
    marker: str | None = None

    @property
    def is_chapter(self) -> bool:
        """Whether it is neither the page of a marker nor one of exercises."""
        return "/" not in self.name

    @property
    def parameters(self) -> dict[str, object]:
        """What papermill gives to the notebook beside the folder of the data."""
        return {} if self.marker is None else {"marker": self.marker}


@dataclass(frozen=True)
class Profile:
    """One edition of the book: its data and its own folder below ``build/``.

    Parameters
    ----------
    name
        Names the folder ``build/<name>``.
    data_dir
        The data folder, as the notebooks receive it: relative to the root of the repository, or
        absolute.
    """

    name: str
    data_dir: str

    @property
    def private(self) -> bool:
        """Whether the edition is made from a user's own data."""
        return self.name != "public"

    @property
    def folder(self) -> Path:
        """Everything that this edition makes on its way."""
        return BUILD / self.name

    @property
    def source(self) -> Path:
        """What Sphinx reads."""
        return self.folder / "src"

    @property
    def sphinx(self) -> Path:
        """What Sphinx makes, and keeps to use again."""
        return self.folder / "sphinx"

    @property
    def api(self) -> Path:
        """The pages of the package's functions, as Sphinx reads them."""
        return self.folder / "api"

    @property
    def patients(self) -> Path:
        """The pages of the paper's patients, as Sphinx reads them."""
        return self.folder / "patients"

    @property
    def sheets(self) -> Path:
        """The story of the first page as sheets to print, and as a picture."""
        return self.folder / "sheets"

    @property
    def course(self) -> Path:
        """The downloads of the course."""
        return self.folder / "course"

    @property
    def html(self) -> Path:
        """The finished book."""
        return self.folder / "html" if self.private else BUILD / "html"

    def export(self, kind: str) -> Path:
        """The finished book as one file: a pdf or an epub."""
        name = f"rescat-companion.{kind}"
        return self.html.parent / (marked_name(name, "private") if self.private else name)

    @property
    def memory(self) -> Path:
        """What doit knows of the last run."""
        return (self.folder if self.private else BUILD) / "doit.db"

    def prepare(self) -> None:
        """Make the folder of the edition; that of a private one is for its owner's eyes alone."""
        folder = self.memory.parent
        folder.mkdir(mode=0o700 if self.private else 0o777, parents=True, exist_ok=True)
        if self.private:
            folder.chmod(0o700)  # an earlier version made it for everybody

    def target(self, page: Page) -> Path:
        """Return the place of an executed notebook."""
        place = f"chapters/{page.name}" if page.is_chapter else page.name
        return self.source / f"{place}.ipynb"

    def data_files(self) -> list[Path]:
        """Return the files that this edition is made from; never another one's private data."""
        public = ROOT / "data"
        files = [path for path in files_below(public) if public / "private" not in path.parents]
        if self.private:
            files += [Path(self.data_dir) / name for name in sorted(self._own_tables())]
        return files

    def pages(self) -> list[Page]:
        """Return the notebooks to execute: chapters, exercises, and one page for each marker.

        A private edition has no exercises: their answers are those of the public book. Data that
        cannot be read have no marker pages here; the step that checks them says why.
        """
        from ..data.marker_names import page_name  # loads pandas

        if self.private:
            names = [part.name for part in self.parts if not (part.is_marker or part.left_out)]
            markers = [part.name for part in self.parts if part.is_marker]
            pages = [Page(name, name) for name in names]
        else:
            pages = [Page(name, name) for name in chapters()]
            pages += [Page(f"exercises/{name}", f"exercises/{name}") for name in with_exercises()]
            markers = self._markers()
        return pages + [Page(f"markers/{page_name(m)}", MARKER, m) for m in markers]

    @cached_property
    def parts(self) -> list[Part]:
        """The chapters and markers of a private edition: made, or left out, and why."""
        needs = {name: read_chapter(name).needs for name in chapters()}
        with contextlib.suppress(DataError):  # the step that checks the data says why
            return rehearse(self.data_dir, needs, markers=_has_markers())
        return []

    def _own_tables(self) -> set[str]:
        return {name for name in OWN_TABLES if (Path(self.data_dir) / name).is_file()}

    def _markers(self) -> list[str]:
        if not _has_markers():
            return []
        with contextlib.suppress(DataError):
            return list(rescat.load_biomarkers(ROOT / self.data_dir)["marker"].unique())
        return []


def _has_markers() -> bool:
    """Whether the book has the notebook of the pages of markers."""
    return (NOTEBOOKS / f"{MARKER}.py").is_file()


PUBLIC = Profile("public", "data")


def edition(data: str | None) -> Profile:
    """Return the edition of a data folder: the public book without one.

    Raises
    ------
    BuildError
        If the folder is not there, or git would take it into the repository.
    """
    if not data:
        return PUBLIC
    folder = Path(data).expanduser().resolve()
    if not any((folder / name).is_file() for name in OWN_TABLES):
        raise BuildError(
            f"DATA={data}: found none of {', '.join(OWN_TABLES)} in {folder}. data/README.md says "
            "what they hold."
        )
    safe = [ROOT / "data" / "private", ROOT / "data" / "synthetic"]
    if folder.is_relative_to(ROOT) and not any(folder.is_relative_to(s) for s in safe):
        raise BuildError(
            f"DATA={data}: git could take this folder into the repository. Keep data of patients "
            "in data/private/, which git ignores, or outside the repository."
        )
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:6]
    return Profile(f"private-{plain_name(folder.name) or 'data'}-{mark}", str(folder))


def remembered_pages(profile: Profile) -> list[Page]:
    """The pages of an edition; its tables are read only if they, or what reads them, changed."""
    return [Page(**page) for page in _remembered(profile)["pages"]]


def remembered_parts(profile: Profile) -> list[dict]:
    """Of a private edition: each chapter and marker by its ``name``, and ``words`` of it."""
    return _remembered(profile)["parts"]


def _remembered(profile: Profile) -> dict[str, list[dict]]:
    tables = [path for path in profile.data_files() if path.suffix in (".csv", ".json")]
    state = state_of([*code_files(), *sorted(NOTEBOOKS.rglob("*.py")), *tables])
    memory = profile.folder / "pages.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(memory.read_text(encoding="utf-8"))
        if kept["state"] == state:
            return {"pages": kept["pages"], "parts": kept["parts"]}
    found = {
        "pages": [asdict(page) for page in profile.pages()],
        "parts": [
            {"name": part.name, "words": part.words}
            for part in (profile.parts if profile.private else [])
        ],
    }
    write_whole(memory, json.dumps({"state": state, **found}, indent=1) + "\n")
    return found


def named_on_pages(profile: Profile) -> dict[str, list[str]]:
    """The ``facts`` that pages name, the ``numbers`` of the course, its exercises' ``answers``.

    With the cells of ``parameters``, and the ``settings`` of the environment: facts tell of them.
    """
    facts = {
        name
        for path in BOOK.glob("*.md")
        for name in FACT.findall(path.read_text(encoding="utf-8"))
    }
    # Of chapters and exercises that there are: of others the data may lack what they need.
    material = [BOOK / "quiz" / f"{name}.yml" for name in chapters()]
    material += (BOOK / "teaching").glob("*") if with_exercises() else []
    numbers = {
        name
        for path in material
        if path.is_file() and not profile.private
        for name in _NUMBER.findall(path.read_text(encoding="utf-8"))
    }
    answers = {
        name
        for path in (NOTEBOOKS / "exercises").glob("*.py")
        if not profile.private
        for name in _CHECK.findall(path.read_text(encoding="utf-8"))
    }
    return {
        "facts": sorted(facts - _SETTINGS),
        "numbers": sorted(numbers),
        "answers": sorted(answers),
        "parameters": [
            cell
            for path in sorted(NOTEBOOKS.glob("*.py"))
            for cell in _PARAMETERS.findall(path.read_text(encoding="utf-8"))
        ],
        "settings": [os.environ.get(name, "") for name in ADDRESS],
    }


def chapters(folder: Path = NOTEBOOKS) -> list[str]:
    """Return the names of the chapters' notebooks, in order."""
    return [path.stem for path in sorted(folder.glob("[0-9]*.py"))]


def with_exercises() -> list[str]:
    """Return the names of the chapters that have a notebook of exercises, in order."""
    return chapters(NOTEBOOKS / "exercises")


def notebooks() -> list[str]:
    """Return the names of all notebooks: the chapters, that of the marker pages, the exercises."""
    own = [path.stem for path in sorted(NOTEBOOKS.glob("*.py"))]
    return own + [f"exercises/{name}" for name in with_exercises()]
