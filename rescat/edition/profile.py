"""Editions: the public book, and a private one for each folder of a user's own data."""

import contextlib
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ..data import load_biomarkers
from ..errors import DataError
from .files import BUILD, NOTEBOOKS, ROOT, BuildError, files_below

__all__ = ["PUBLIC", "Page", "Profile", "chapters", "edition", "notebooks", "page_name"]

# These chapters are about the paper alone; an edition of somebody's own data leaves them out.
ABOUT_THE_PAPER = {"02_manufacturing"}
OWN_TABLES = ("patients.csv", "events.csv", "biomarkers.csv")
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

    def target(self, page: Page) -> Path:
        """Return the place of an executed notebook."""
        place = page.name if page.marker else f"chapters/{page.name}"
        return self.source / f"{place}.ipynb"

    def data_files(self) -> list[Path]:
        """Return the files that this edition is made from; never another one's private data."""
        public = ROOT / "data"
        files = [path for path in files_below(public) if public / "private" not in path.parents]
        if self.private:
            own = Path(self.data_dir)
            files += [own / name for name in OWN_TABLES if (own / name).is_file()]
        return files

    def pages(self) -> list[Page]:
        """Return the notebooks to execute: the chapters, and one page for each marker.

        Data that cannot be read have no marker pages here; the step that checks them says why.

        Raises
        ------
        BuildError
            If two markers would have a page of the same name.
        """
        pages = [Page(name, name) for name in chapters() if not self._left_out(name)]
        names: dict[str, str] = {}
        for marker in self._markers() if (NOTEBOOKS / f"{MARKER}.py").is_file() else []:
            name = page_name(marker)
            if name in names:
                raise BuildError(
                    f"biomarkers.csv: the markers {names[name]!r} and {marker!r} would both have "
                    f"the page markers/{name}.html; name one of them differently."
                )
            names[name] = marker
            pages.append(Page(f"markers/{name}", MARKER, marker))
        return pages

    def page(self, name: str) -> Page:
        """Return the page of that name.

        Raises
        ------
        BuildError
            If there is none.
        """
        for page in self.pages():
            if page.name == name:
                return page
        known = ", ".join(page.name for page in self.pages())
        raise BuildError(f"no page {name!r} in this edition; it has {known}")

    def _left_out(self, chapter: str) -> bool:
        return self.private and chapter in ABOUT_THE_PAPER

    def _markers(self) -> list[str]:
        with contextlib.suppress(DataError):
            return list(load_biomarkers(ROOT / self.data_dir)["marker"].unique())
        return []


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
    if not folder.is_dir():
        raise BuildError(f"DATA={data}: no such folder. It holds {', '.join(OWN_TABLES)}.")
    safe = [ROOT / "data" / "private", ROOT / "data" / "synthetic"]
    if folder.is_relative_to(ROOT) and not any(folder.is_relative_to(s) for s in safe):
        raise BuildError(
            f"DATA={data}: git could take this folder into the repository. Keep data of patients "
            "in data/private/, which git ignores, or outside the repository."
        )
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:6]
    return Profile(f"private-{page_name(folder.name)}-{mark}", str(folder))


def chapters() -> list[str]:
    """Return the names of the chapters' notebooks, in order."""
    return [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))]


def notebooks() -> list[str]:
    """Return the names of all notebooks: the chapters, then the one of the marker pages."""
    return [path.stem for path in sorted(NOTEBOOKS.glob("*.py"))]


_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "δ": "d", "κ": "k"})


def page_name(marker: str) -> str:
    """Return a name for files and addresses: ``TNFα`` becomes ``TNFa``."""
    plain = unicodedata.normalize("NFKD", marker.translate(_GREEK)).encode("ascii", "ignore")
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain.decode()).strip("-.") or "unnamed"
