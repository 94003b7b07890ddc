"""Files that must not enter the repository: those with the columns of data of patients."""

import csv
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ..base.errors import DataError
from ..base.files import OWN_TABLES, ROOT
from ..base.origin import PATIENT_LEVEL
from .contract import checksum, describe, described
from .validation import INVENTED

__all__ = ["private_files", "tracked_files"]

_KINDS = (".csv", ".tsv", ".txt", ".tab", ".dat")
_SEPARATORS = ",;\t|"
_MOST = 2_000_000  # bytes of a file that are looked at


def tracked_files() -> list[Path]:
    """What git knows or is about to know.

    Raises
    ------
    DataError
        If this is no repository, or git is not there.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise DataError(f"{ROOT}: git names no files here\n  expected: a clone of it") from error
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def private_files(files: Iterable[str | Path]) -> dict[Path, str]:
    r"""Those of some files that may hold data of patients, and why.

    Parameters
    ----------
    files : iterable of path

    Returns
    -------
    dict of Path to str
        No cell is repeated in the words.

    Examples
    --------
    >>> import tempfile
    >>> from rescat.data.guard import private_files
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.csv")
    ...     _ = path.write_text("patient_id,arm,day,marker,value,unit\n1,MSC,0,IL6,5,pg/mL\n")
    ...     [why for why in private_files([path]).values()]
    ['it has the columns of biomarkers.csv']
    """
    found = {}
    for path in map(Path, files):
        if path.is_file() and (why := _why(path)):
            found[path] = why
    return found


def _why(path: Path) -> str:
    place = path.resolve()
    if place.is_relative_to(ROOT):
        parts = place.relative_to(ROOT).parts
        if parts[:2] == ("data", "private") or (parts[0] == "build" and "private" in str(place)):
            return "it lies in a folder of private data"
    if path.name.startswith(PATIENT_LEVEL):
        return "its name says so"
    if path.suffix.lower() not in _KINDS:
        return ""
    content = path.read_bytes()[:_MOST]
    table = described(path)
    if table is not None and table.get("hash") == checksum(path.read_bytes()):
        return ""  # a table of the project, as it was recorded
    lines = content.decode("utf-8-sig", "replace").splitlines()
    for name in OWN_TABLES:
        columns = {f["name"] for f in describe(Path(name).stem)["schema"]["fields"]} - {"origin"}
        for separator in _SEPARATORS:
            rows = list(csv.reader(lines[:1], delimiter=separator))
            head = [cell.strip().lower() for cell in rows[0]] if rows else []
            if "patient_id" in head and 2 * len(columns & set(head)) > len(columns):
                return "" if _invented(lines, head, separator) else f"it has the columns of {name}"
    return ""


def _invented(lines: list[str], head: list[str], separator: str) -> bool:
    """Whether there is no row, or each says that its patient is invented."""
    who = head.index("patient_id")
    rows = [row for row in csv.reader(lines[1:], delimiter=separator) if any(row)]
    return all(len(row) > who and row[who].strip().startswith(INVENTED) for row in rows)
