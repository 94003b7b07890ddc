"""The course's own files: YAML whose lists have entries with what they must have; downloads."""

from pathlib import Path

import yaml

from ..base.errors import DataError
from ..base.files import BOOK

__all__ = [
    "EXECUTED",
    "FELLOWS",
    "FOLDER",
    "INSTRUCTORS",
    "MATERIAL",
    "entries",
    "held_to",
    "part",
    "read_yaml",
]

MATERIAL = BOOK / "teaching"
FOLDER = "course"  # of the downloads, in the folder of the pages
FELLOWS, INSTRUCTORS = "rescat-fellows.zip", "rescat-instructors.zip"
EXECUTED = "rescat-executed.zip"  # with all results, as the pages show them

# libyaml, where it is there, reads the same ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> object:
    """What a text in YAML says: lists, dicts, texts and numbers, and no other objects.

    Raises
    ------
    yaml.YAMLError
        If the text is no YAML.

    Examples
    --------
    >>> read_yaml("questions: [1, two]")
    {'questions': [1, 'two']}
    """
    return yaml.load(text, _LOADER)


def part(path: Path, name: str, kind: type) -> list | dict:
    """One part of a YAML file.

    Parameters
    ----------
    path : Path
    name : str
        The key of the part.
    kind : type
        ``list`` or ``dict``.

    Raises
    ------
    DataError
        If the file is missing or no YAML, or has no such part.
    """
    if not path.is_file():
        raise DataError(f"{path}: file not found\n  expected: {name}, as YAML")
    try:
        read = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DataError(f"{path}: cannot be read as YAML\n  {error}") from error
    found = read.get(name) if isinstance(read, dict) else None
    if not isinstance(found, kind):
        raise DataError(f"{path}: found no {kind.__name__} {name}\n  expected: {name}, as YAML")
    return found


def entries(path: Path, name: str, needed: tuple[str, ...]) -> list[dict]:
    """The list of that name in a YAML file.

    Parameters
    ----------
    path : Path
    name : str
        The key of the list.
    needed : tuple of str
        What each entry must have.

    Raises
    ------
    DataError
        As :func:`part`, or if an entry lacks something.
    """
    found = part(path, name, list)
    for number, item in enumerate(found, 1):
        held_to(item, needed, f"{path.name}, {name.removesuffix('s')} {number}")
    return found


def held_to(item: object, needed: tuple[str, ...], place: str) -> None:
    """Refuse an entry that lacks something.

    Raises
    ------
    DataError
        The message begins with the place, and names what is absent.
    """
    absent = [key for key in needed if not isinstance(item, dict) or item.get(key) in (None, "")]
    if absent:
        raise DataError(f"{place}: found no {', '.join(absent)}")
