"""Which tables a notebook read: it is executed again when one of these changed, and no other.

The kernel notes each file of the data that it opens. The step that checks the data says what each
file holds: for a file that is its checksum; for ``datapackage.json`` without the checksums of the
tables in it; and of the biomarkers, what a page of one marker gets.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import rescat

from ..base.errors import DataError
from ..base.files import ROOT, digest, write_whole
from .edition import MARKER, Page, Profile

__all__ = ["note_contents", "note_reads", "reads_of", "reads_unchanged"]

_BIOMARKERS = "biomarkers.csv"
_PACKAGE = "datapackage.json"


def note_reads(place: str, *roots: str) -> None:
    """From now on, write each file below some folders that this process opens into a file.

    Parameters
    ----------
    place
        The file; it is begun anew.
    *roots
        The folders, absolute.
    """
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    below = tuple(str(Path(root).resolve()) + os.sep for root in roots)
    seen = set()

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path not in seen and path.startswith(below):
                seen.add(path)
                os.write(file, f"{path}\n".encode())

    sys.addaudithook(note)


def note_contents(profile: Profile) -> None:
    """Write what each table holds, after they were checked."""
    from pandas.util import hash_pandas_object  # slow

    files = {str(path.resolve()): _content(path) for path in profile.data_files()}
    markers = {}
    try:
        values = rescat.load_biomarkers(ROOT / profile.data_dir)
    except DataError:  # there are none
        pass
    else:
        for marker, rows in values.groupby("marker", sort=False):
            content = str(rows.dtypes.to_dict()).encode()
            content += hash_pandas_object(rows, index=False).to_numpy().tobytes()
            markers[marker] = hashlib.sha256(content).hexdigest()
    kept = {"files": files, "markers": markers}
    write_whole(_contents(profile), json.dumps(kept, indent=1) + "\n")


def _content(path: Path) -> str:
    if path.name != _PACKAGE:
        return digest(path)
    package = json.loads(path.read_text(encoding="utf-8"))
    for table in package["resources"]:
        table.pop("hash", None)
        table.pop("bytes", None)
    return hashlib.sha256(json.dumps(package).encode()).hexdigest()


def reads_unchanged(profile: Profile, page: Page) -> Callable:
    """Let a doit task run again unless all that the notebook read is as it was.

    Which files there are counts too: a notebook may have looked for one in vain.
    """

    def now() -> dict[str, str] | None:
        place = reads_of(profile, page)
        if not (place.is_file() and _contents(profile).is_file()):
            return None
        kept = json.loads(_contents(profile).read_text(encoding="utf-8"))
        read = place.read_text(encoding="utf-8").splitlines()
        found = {path: kept["files"].get(path, "") for path in read}
        if page.notebook == MARKER:
            own = kept["markers"].get(page.marker, "")
            found = {p: own if p.endswith(_BIOMARKERS) else c for p, c in found.items()}
        there = "\n".join(sorted(kept["files"]))
        return found | {"": hashlib.sha256(there.encode()).hexdigest()}

    def unchanged(task, values):
        task.value_savers.append(lambda: {"reads": now()})
        return values.get("reads") is not None and values["reads"] == now()

    return unchanged


def reads_of(profile: Profile, page: Page) -> Path:
    """The list of the files that the notebook of a page read."""
    return profile.folder / "reads" / f"{page.name}.txt"


def _contents(profile: Profile) -> Path:
    return profile.folder / "contents.json"
