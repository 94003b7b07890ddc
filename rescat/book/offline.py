"""The whole book as one file to take along, and the Python of its pages; with checksums."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import rescat

from ..base.errors import BuildError
from ..base.files import BUILD, files_below, write_whole, zipped
from ..base.inert import Markdown
from . import webr
from .edition import Profile
from .launch import repository
from .runtime import FOLDER as RUN

__all__ = ["OFFLINE", "offline_book", "write_offline", "write_python"]

OFFLINE = f"rescat-companion-{rescat.__version__}"


def write_offline(profile: Profile, folder: Path = BUILD) -> Path:
    """Write the finished book as a zip, the same for the same pages, and its SHA-256 beside it.

    The Python that runs in its pages is not in it (:func:`write_python`), but the script that
    looks for it is. Nor is R, which runs on a server alone; its licence, of which a page tells, is.

    Parameters
    ----------
    profile
        The public edition.
    folder : Path, optional
        Where to; its files of other versions are removed.

    Returns
    -------
    Path
        Of the zip.

    Raises
    ------
    BuildError
        If it is a private edition: a file to hand on must not hold anybody's patients.
    """
    if profile.private:
        raise BuildError(
            "make zip: found DATA=…, a private edition\n  expected: the public book, for a zip is "
            "made to be handed on"
        )
    kept = {
        profile.html / RUN: ("runtime.js",),
        profile.html / webr.FOLDER: (webr.SCRIPT, webr.LICENCE),
    }
    pages = [
        path
        for path in files_below(profile.html)
        if all(not path.is_relative_to(at) or path.name in names for at, names in kept.items())
    ]
    for old in folder.glob("rescat-companion-*.zip*"):
        old.unlink()
    return _write(profile, pages, folder / f"{OFFLINE}.zip")


def write_python(profile: Profile, folder: Path = BUILD) -> Path | None:
    """Write Python for the pages of that zip as another one, to be unpacked in the same place.

    It has the scripts that pages on a disk load, and no second copy for a server.

    Returns
    -------
    Path or None
        Of the zip; None if the book was made without Python.
    """
    files = [path for path in files_below(profile.html / RUN) if path.suffix != ".bin"]
    if len(files) <= 1:  # the script that looks for it
        return None
    return _write(profile, files, folder / f"{OFFLINE}-python.zip")


def _write(profile: Profile, files: Iterable[Path], target: Path) -> Path:
    names = {path.relative_to(profile.html).as_posix(): path.read_bytes() for path in files}
    made = zipped(names, OFFLINE)
    write_whole(target, made)
    digest = hashlib.sha256(made).hexdigest()
    write_whole(target.with_name(f"{target.name}.sha256"), f"{digest}  {target.name}\n")
    return target


def offline_book() -> Markdown:
    """Where the whole book is as one file, for a sentence of the first page."""
    url = repository()
    if not url:
        return Markdown(
            "Who built this copy can make one file of it, to take along: `make pdf`, `make epub` "
            "or `make zip`."
        )
    return Markdown(
        "[The whole book as one file]({}/releases/latest): PDF, EPUB, or a zip of these pages."
    ).format(url)
