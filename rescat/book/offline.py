"""The whole book as one file to take along, with its checksum."""

import hashlib
from pathlib import Path

import rescat

from ..base.errors import BuildError
from ..base.files import BUILD, files_below, write_whole, zipped
from ..base.inert import Markdown
from .edition import Profile
from .launch import repository

__all__ = ["OFFLINE", "offline_book", "write_offline"]

OFFLINE = f"rescat-companion-{rescat.__version__}"


def write_offline(profile: Profile, folder: Path = BUILD) -> Path:
    """Write the finished book as a zip, the same for the same pages, and its SHA-256 beside it.

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
    pages = files_below(profile.html)
    made = zipped(
        {path.relative_to(profile.html).as_posix(): path.read_bytes() for path in pages}, OFFLINE
    )
    for old in folder.glob("rescat-companion-*.zip*"):
        old.unlink()
    target = folder / f"{OFFLINE}.zip"
    write_whole(target, made)
    digest = hashlib.sha256(made).hexdigest()
    write_whole(folder / f"{target.name}.sha256", f"{digest}  {target.name}\n")  # as sha256sum
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
