"""Files: where things are, what they hold, and how they are written whole or not at all."""

import contextlib
import errno
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .errors import BuildError

__all__ = [
    "BOOK",
    "BUILD",
    "NOTEBOOKS",
    "OWN_TABLES",
    "ROOT",
    "BuildError",
    "code_files",
    "digest",
    "files_below",
    "kept",
    "publish",
    "restore",
    "shown",
    "state_of",
    "unchanged",
    "write_whole",
    "zipped",
]

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "book"
BUILD = ROOT / "build"
# The tables that a folder of somebody's own data may have.
OWN_TABLES = ("patients.csv", "events.csv", "biomarkers.csv")
# Why a file cannot be written, where the words of the system need an explanation.
_IN_WORDS = {
    **dict.fromkeys((errno.ENOSPC, errno.EFBIG), "no room is left on the disk for it"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "you may not write in this folder"),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), "a file stands where a folder should be"),
}
_FIXED = (1980, 1, 1, 0, 0, 0)  # no zip says when it was made


def files_below(folder: Path) -> list[Path]:
    """Return every file below a folder, sorted, without caches and hidden files."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts
        )
    )


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or of a folder's files and their names; None if missing."""
    if path.is_dir():
        total = hashlib.sha256()
        for file in files_below(path):
            total.update(f"{file.relative_to(path).as_posix()} {digest(file)}\n".encode())
        return total.hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def code_files() -> list[Path]:
    """Return every file of this package's code, sorted."""
    return [path for path in files_below(ROOT / "rescat") if path.suffix in (".py", ".pyi")]


def state_of(files: Iterable[Path], *also: str) -> str:
    """Return a SHA-256 of files, with their places, and of some words."""
    parts = [f"{shown(path)} {digest(path)}" for path in files]
    return hashlib.sha256("\n".join([*parts, *also]).encode()).hexdigest()


def kept(path: Path) -> Callable:
    """Let a doit task run again unless its product is, byte for byte, what it last made.

    doit writes its database when a run ends. A killed run may therefore leave products that
    are newer than what the database knows; this check repeats them instead of trusting them.

    Parameters
    ----------
    path
        The file or folder that the task makes.

    Returns
    -------
    callable
        For the ``uptodate`` list of a doit task.
    """

    def unchanged(task, values):
        task.value_savers.append(lambda: {"product": digest(path)})
        return values.get("product") is not None and values["product"] == digest(path)

    return unchanged


def unchanged(*paths: Path) -> Callable:
    """Let a doit task run again unless files or folders have the content that they had.

    Unlike those of a task's ``file_dep``, they may be folders.

    Returns
    -------
    callable
        For the ``uptodate`` list of a doit task.
    """

    def same(task, values):
        now = [digest(path) for path in paths]
        task.value_savers.append(lambda: {"inputs": now})
        return values.get("inputs") == now

    return same


def write_whole(path: Path, content: str | bytes) -> bool:
    """Write text or bytes aside and rename into place; return False if it was there already.

    Raises
    ------
    BuildError
        If the disk or the folder does not let it. What was there before is as it was.
    """
    if isinstance(content, str):
        content = content.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    aside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        why = _IN_WORDS.get(error.errno, error.strerror)
        raise BuildError(
            f"{shown(path)} cannot be written: {why}\n"
            "  What was there before is as it was. Make room, or name another place, and run this "
            "again."
        ) from error
    return True


def zipped(
    files: Mapping[str, str | bytes], folder: str = "", first: str = "", level: int | None = None
) -> bytes:
    """A zip of files in a folder, by their names; the same for the same files.

    Parameters
    ----------
    files : mapping of str to str or bytes
        Name to content.
    folder : str, optional
        Of all files in the zip.
    first : str, optional
        The name of a file that stands before all others and is not packed, as programs know some
        formats by it.
    level : int, optional
        How hard to pack, up to 9; zlib's own choice if not given.

    Examples
    --------
    >>> from rescat.base.files import zipped
    >>> zipped({"a": "1", "b": "2"}, "x") == zipped({"b": "2", "a": "1"}, "x")
    True
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, _FIXED)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=level)
    return made.getvalue()


def publish(new: Path, target: Path) -> None:
    """Put a finished folder in the place of the one before it.

    Two renames: if the run is killed between them, ``restore`` brings the old folder back.

    Raises
    ------
    BuildError
        When another program holds the old folder, as Windows lets it.
    """
    restore(target)
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        try:
            os.replace(target, old)
        except PermissionError as error:
            raise BuildError(
                f"{shown(target)} is in use: close the program that shows it, and run this again."
            ) from error
    os.replace(new, target)
    shutil.rmtree(old, ignore_errors=True)


def restore(target: Path) -> None:
    """Bring the last good folder back, if a run was killed while it was being replaced."""
    old = target.with_name(f"{target.name}.old")
    if old.exists() and not target.exists():
        os.replace(old, target)


def shown(path: Path) -> str:
    """Write a path as a person in the repository would."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
