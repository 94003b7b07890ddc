"""The data package: what each table is, column by column.

``data/datapackage.json`` is the one description of the tables. The loaders validate with it, the
data dictionary is printed from it, and its checksums say whether a published table has changed.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..base.errors import DataError

__all__ = ["DATA", "data_dictionary", "describe", "refresh_checksums", "resources"]

_ROOM = Path(__file__).resolve().parent
_REPOSITORY = _ROOM.parent.parent / "data"
# In the repository the tables lie beside the package; an installation carries them in this room.
DATA = _REPOSITORY if (_REPOSITORY / "datapackage.json").is_file() else _ROOM / "package"
_PACKAGE = DATA / "datapackage.json"


def resources() -> dict[str, dict]:
    """Every described table, by name, those without a public file included.

    Returns
    -------
    dict
        Name to description: a resource of Frictionless Data Package, with its Table Schema.

    Examples
    --------
    >>> import rescat
    >>> rescat.resources()['patients']['path']
    'published/patients.csv'
    """
    return {name: json.loads(text) for name, text in _descriptions(package_content()).items()}


def package_content() -> bytes:
    """The bytes of ``data/datapackage.json``."""
    return _PACKAGE.read_bytes()


@lru_cache(maxsize=4)  # the whole is asked for with every table, and takes long to read
def _descriptions(package: bytes) -> dict[str, str]:
    """The description of each table, as JSON: who asks for one gets it for himself."""
    content = json.loads(package)
    tables = content["resources"] + content["rescat:optional"]
    return {table["name"]: json.dumps(table) for table in tables}


@lru_cache(maxsize=4)
def _by_path(package: bytes) -> dict[str, str]:
    """The name of each table by its path in the folder of the data."""
    return {
        json.loads(text)["path"]: name for name, text in reversed(_descriptions(package).items())
    }


def described(path: Path) -> dict | None:
    """The description of a file of the project; None for any other file."""
    place, home = path.parent.resolve() / path.name, DATA.resolve()
    if not place.is_relative_to(home):
        return None
    name = _by_path(package_content()).get(place.relative_to(home).as_posix())
    return None if name is None else describe(name)


def describe(name: str) -> dict:
    """The description of one table.

    Parameters
    ----------
    name : str
        A key of :func:`resources`.

    Returns
    -------
    dict
        A resource of Frictionless Data Package, with its Table Schema.

    Raises
    ------
    KeyError
        If no table has that name.

    Examples
    --------
    >>> import rescat
    >>> rescat.describe('patients')['schema']['primaryKey']
    ['patient_id']
    """
    texts = _descriptions(package_content())
    if name not in texts:
        raise KeyError(f"no table is called {name!r}; there are {', '.join(sorted(texts))}")
    return json.loads(texts[name])


def data_dictionary(name: str) -> pd.DataFrame:
    """One row per column of a table: type, unit, allowed values, place in the paper, meaning.

    Parameters
    ----------
    name : str
        A key of :func:`resources`.

    Returns
    -------
    DataFrame, one row per column of the table
        ``column, type, unit, allowed, place, meaning, origin``.

    Raises
    ------
    KeyError
        If no table has that name.

    Examples
    --------
    >>> import rescat
    >>> columns = rescat.data_dictionary('patients').set_index('column')
    >>> columns.loc['age', ['unit', 'allowed']].tolist()
    ['years', 'a number from 0 to 120 years']
    """
    schema = describe(name)["schema"]
    fields = schema["fields"] + schema.get("rescat:optionalFields", [])
    by_row = {"place", "source", "section"} & {f["name"] for f in fields}
    elsewhere = f"in column {min(by_row)}" if by_row else ""
    return pd.DataFrame(
        {
            "column": [f["name"] for f in fields],
            "type": [f["type"] for f in fields],
            "unit": [f.get("unit", "") for f in fields],
            "allowed": [allowed_values(f) for f in fields],
            "place": [f.get("place", elsewhere) for f in fields],
            "meaning": [f["description"] for f in fields],
            "origin": describe(name)["origin"],
        }
    )


def allowed_values(field: dict) -> str:
    """What a column may hold, in words: used in the dictionary and in error messages."""
    rules = field.get("constraints", {})
    if "enum" in rules:
        return "one of " + ", ".join(str(v) for v in rules["enum"])
    if field["type"] == "boolean":
        return "y or n"
    low, high = rules.get("minimum"), rules.get("maximum")
    unit = f" {field['unit']}" if "unit" in field else ""
    kind = {"integer": "a whole number", "number": "a number"}.get(field["type"], "text")
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}{unit}"
    if low is not None:
        return f"{kind} of at least {low}{unit}"
    if "pattern" in rules:
        return f"text of the form {rules['pattern']}"
    return kind


def checksum(content: bytes) -> str:
    """The SHA-256 of a file's content, as the data package writes it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def refresh_checksums() -> list[str]:
    """Write the present size and SHA-256 of each public table; return the names that changed.

    Returns
    -------
    list of str
        Names of the tables whose content is not what was recorded.

    Raises
    ------
    DataError
        If a table that is described is not there.

    Examples
    --------
    After a change of ``data/published/events.csv``; the call writes, so it is not run here:

    >>> import rescat
    >>> rescat.refresh_checksums()  # doctest: +SKIP
    ['events']
    """
    package = json.loads(_PACKAGE.read_text(encoding="utf-8"))
    changed = []
    for resource in package["resources"]:
        path = DATA / resource["path"]
        if not path.is_file():
            raise DataError(
                f"data/{resource['path']}: file not found\n  expected: {resource['title']}"
            )
        content = path.read_bytes()
        digest = checksum(content)
        if resource.get("hash") != digest:
            changed.append(resource["name"])
        resource["hash"], resource["bytes"] = digest, len(content)
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    _PACKAGE.write_text(text, encoding="utf-8", newline="\n")
    return changed
