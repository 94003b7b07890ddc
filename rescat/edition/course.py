"""The course's downloads: each chapter for fellows and for instructors, and a zip of each."""

import io
import zipfile
from pathlib import Path

from ..teaching.course import expected_in_words, fellows_version, instructors_version, tasks
from .files import NOTEBOOKS
from .profile import Profile

__all__ = ["FELLOWS", "FOLDER", "INSTRUCTORS", "course_chapters", "lay_out_course"]

FOLDER = "course"  # in the folder of the pages
FELLOWS, INSTRUCTORS = "rescat-fellows.zip", "rescat-instructors.zip"
_FIXED = (1980, 1, 1, 0, 0, 0)  # no zip says when it was made


def course_chapters(profile: Profile) -> list[str]:
    """The chapters that have exercises."""
    names = [page.name for page in profile.pages() if page.marker is None]
    return [name for name in names if tasks(_read(NOTEBOOKS / f"{name}.ipynb"), name)]


def lay_out_course(profile: Profile, pages: Path) -> None:
    """Write the downloads into a folder of finished pages; nothing if no chapter has exercises.

    Parameters
    ----------
    profile : Profile
        Whose executed notebooks give the numbers of the prose.
    pages : path
        The folder with ``index.html``.
    """
    chapters = course_chapters(profile)
    if not chapters:
        return
    fellows, instructors, expected = {}, {}, ["# Expected answers", ""]
    for name in chapters:
        notebook = _read(NOTEBOOKS / f"{name}.ipynb")
        glued = _glued(_read(profile.source / "chapters" / f"{name}.ipynb"))
        place = f"notebooks/{name}.ipynb"
        fellows[place] = _written(fellows_version(notebook, glued))
        instructors[place] = _written(instructors_version(notebook, glued, name))
        for task in tasks(notebook, name):
            expected.append(f"- **{task.name}** {task.title}: {expected_in_words(task)}")
    instructors["expected-answers.md"] = "\n".join(expected) + "\n"
    folder = pages / FOLDER
    for kind, files in (("fellows", fellows), ("instructors", instructors)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for name in chapters:
            text = files[f"notebooks/{name}.ipynb"]
            (folder / kind / f"{name}.ipynb").write_bytes(text.encode())
    (folder / FELLOWS).write_bytes(_zipped(fellows, "rescat-fellows"))
    (folder / INSTRUCTORS).write_bytes(_zipped(instructors, "rescat-instructors"))


def _read(path: Path):
    import nbformat

    return nbformat.read(path, as_version=4)


def _written(notebook) -> str:
    import nbformat

    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _glued(executed) -> dict[str, str]:
    """The numbers that a chapter put into its prose: name to text."""
    found = {}
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            text = output.get("data", {}).get("application/papermill.record/text/plain")
            if name and text is not None:
                found[name] = text.strip("'\"")
    return found


def _zipped(files: dict[str, str | bytes], folder: str) -> bytes:
    """A zip of some files that is the same at every run and on every system."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _FIXED)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return made.getvalue()
