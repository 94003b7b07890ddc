"""Editions: the public book, and a private one for each folder of a user's own data."""

import contextlib
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..base.errors import DataError
from ..base.files import BUILD, NOTEBOOKS, ROOT, BuildError, files_below
from ..base.inert import plain_name
from ..data.loaders import load_biomarkers, load_patients, load_table
from ..data.marker_names import page_name
from ..data.own_folder import OWN_TABLES

__all__ = ["PUBLIC", "Page", "Profile", "chapters", "edition", "notebooks"]

# What a chapter needs of a user's own tables; the others are about the paper alone, and a private
# edition leaves them out.
NEEDS = {
    "01_cohort": {"patients.csv", "events.csv"},
    "03_safety": {"patients.csv", "events.csv"},
    "04_matching": {"patients.csv"},
    "04b_rematching": {"patients.csv"},
    "04c_hidden_bias": {"patients.csv"},
    "05_random_slopes": {"biomarkers.csv"},
    "06_cytokines": {"biomarkers.csv"},
    "07_neuromarkers": {"biomarkers.csv"},
    "08_markers": {"biomarkers.csv"},
    "09_multiplicity": {"biomarkers.csv"},
}
# And whom: a chapter is left out where one of these arms is empty, or these markers are absent, or
# so many were not detected.
NEEDS_ARMS = {
    "03_safety": {"MSC", "CTRL"},
    "04_matching": {"MSC", "mCTRL"},
    "04b_rematching": {"MSC", "mCTRL"},
    "04c_hidden_bias": {"MSC", "mCTRL"},
}
NEEDS_KIND = {"06_cytokines": "inflammatory", "07_neuromarkers": "neuro"}
NEEDS_MARKERS = {"09_multiplicity": 4}  # pooling takes three, and CRP is not counted
# The one notebook that is executed many times: once for each marker.
MARKER = "marker"


@dataclass(frozen=True)
class Page:
    """One executed notebook.

    Parameters
    ----------
    name
        ``01_cohort``, or ``markers/NFL``.
    notebook
        Of ``notebooks/``, without its suffix.
    marker
        The biomarker of the page, if it is the page of one.
    """

    name: str
    notebook: str
    marker: str | None = None

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
    def html(self) -> Path:
        """The finished book."""
        return self.folder / "html" if self.private else BUILD / "html"

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
        place = page.name if page.marker else f"chapters/{page.name}"
        return self.source / f"{place}.ipynb"

    def data_files(self) -> list[Path]:
        """Return the files that this edition is made from; never another one's private data."""
        public = ROOT / "data"
        files = [path for path in files_below(public) if public / "private" not in path.parents]
        if self.private:
            files += [Path(self.data_dir) / name for name in sorted(self._own_tables())]
        return files

    def pages(self) -> list[Page]:
        """Return the notebooks to execute: the chapters, and one page for each marker.

        Data that cannot be read have no marker pages here; the step that checks them says why.
        """
        pages = [Page(name, name) for name in chapters() if not self._left_out(name)]
        return pages + [Page(f"markers/{page_name(m)}", MARKER, m) for m in self._markers]

    def page(self, name: str) -> Page:
        """Return the page of that name.

        Raises
        ------
        BuildError
            If there is none.
        """
        pages = {page.name: page for page in self.pages()}
        if name not in pages:
            raise BuildError(f"no page {name!r} in this edition; it has {', '.join(pages)}")
        return pages[name]

    def _left_out(self, chapter: str) -> bool:
        if not self.private:
            return False
        if not (chapter in NEEDS and NEEDS[chapter] <= self._own_tables()):
            return True
        with contextlib.suppress(DataError):  # the step that checks the data says why
            if chapter in NEEDS_ARMS:
                arms = set(load_patients(self.data_dir)["arm"])
                return not NEEDS_ARMS[chapter] <= arms
            if chapter in NEEDS_KIND:
                kinds = load_table("markers").set_index("marker")["kind"]
                found = {kinds.get(m) for m, detected in self._markers.items() if detected}
                return NEEDS_KIND[chapter] not in found
            if chapter in NEEDS_MARKERS:
                return sum(self._markers.values()) < NEEDS_MARKERS[chapter]
        return False

    def _own_tables(self) -> set[str]:
        return {name for name in OWN_TABLES if (Path(self.data_dir) / name).is_file()}

    @cached_property
    def _markers(self) -> dict[str, bool]:
        """Each marker, and whether any value of it was detected."""
        if (NOTEBOOKS / f"{MARKER}.py").is_file():
            with contextlib.suppress(DataError):
                values = load_biomarkers(ROOT / self.data_dir)
                below = values.groupby("marker", sort=False)["below_lod"].all()
                return (~below.astype(bool)).to_dict()
        return {}


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


def chapters() -> list[str]:
    """Return the names of the chapters' notebooks, in order."""
    return [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))]


def notebooks() -> list[str]:
    """Return the names of all notebooks: the chapters, then the one of the marker pages."""
    return [path.stem for path in sorted(NOTEBOOKS.glob("*.py"))]
