"""What a file cannot say, written down by who knows it: a small file in TOML."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..base.errors import DataError
from ..data.trial_facts import ARMS

__all__ = ["Mapping", "Question", "draft", "entry", "read_mapping"]

LEAVE_OUT = "leave out"
# Each table of the file, and what its values may be.
_TABLES = {
    "arms": f"{', '.join(ARMS)} or {LEAVE_OUT!r}",
    "patients": f"{', '.join(ARMS)} or {LEAVE_OUT!r}",
    "days": f"a number of days from day 0, or {LEAVE_OUT!r}",
    "markers": f"the name to use, or {LEAVE_OUT!r}",
    "units": "a unit, such as pg/mL",
    "limits": "the limit of detection, a number above 0",
    "upper_limits": "the upper end of the range, a number above 0",
    "files": repr(LEAVE_OUT),
    "columns": "the heading of the column",
    "rules": "one of the words that the rule allows",
}
RULES = {
    "replicates": ("mean", "first"),
    "extrapolated": ("keep", LEAVE_OUT),
    "above": ("keep", LEAVE_OUT),
    "decimal": (".", ","),
}
ROLES = ("patient", "group", "time", "marker", "text", "unit", "limit", "day_zero")


@dataclass(frozen=True)
class Mapping:
    """The decisions of who knows the data; each is a table from a word of the files."""

    path: Path | None = None
    arms: dict = field(default_factory=dict)
    patients: dict = field(default_factory=dict)
    days: dict = field(default_factory=dict)
    markers: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)
    upper_limits: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the files do not say: a line that the mapping lacks."""

    table: str
    key: str
    why: str
    place: str


def read_mapping(path: str | Path) -> Mapping:
    """Read the file of decisions.

    Parameters
    ----------
    path : str or Path
        TOML with the tables ``arms``, ``patients``, ``days``, ``markers``, ``units``, ``limits``,
        ``upper_limits``, ``files``, ``columns`` and ``rules``, as far as they are needed.

    Returns
    -------
    Mapping

    Raises
    ------
    DataError
        If it is no TOML, or has a table, a key or a value that means nothing.
    """
    path = Path(path)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: file not found\n  expected: a mapping in TOML") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}\n  expected: a mapping in TOML") from error
    faults = list(_faults(path, told))
    if faults:
        raise DataError("\n".join(faults))
    return Mapping(path, **told)


def _faults(path: Path, told: dict) -> Iterable[str]:
    for table, lines in told.items():
        if table not in _TABLES or not isinstance(lines, dict):
            yield f"{path}: found {table!r}\n  expected: one of the tables {', '.join(_TABLES)}"
            continue
        for key, value in lines.items():
            expected = _TABLES[table]
            if table == "rules":
                right = value in RULES.get(key, ())
                allowed = RULES.get(key)
                expected = (
                    " or ".join(map(repr, allowed)) if allowed else f"a rule: {', '.join(RULES)}"
                )
            elif table in ("arms", "patients"):
                right = value in (*ARMS, LEAVE_OUT)
            elif table == "days":
                right = value == LEAVE_OUT or (
                    isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
                )
            elif table in ("limits", "upper_limits"):
                right = isinstance(value, int | float) and value > 0
            elif table == "files":
                right = value == LEAVE_OUT
            else:
                right = isinstance(value, str) and bool(value)
                if table == "columns" and key not in ROLES:
                    right, expected = False, f"a role: {', '.join(ROLES)}"
            if not right:
                yield f"{path}: [{table}] {key} = {value!r}\n  expected: {expected}"


def entry(key: str, value: str) -> str:
    """A line of TOML: both as text in quotation marks, whatever they hold."""
    return f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}"


def draft(questions: Iterable[Question]) -> str:
    """The lines that a mapping lacks, to be filled in.

    Parameters
    ----------
    questions : iterable of Question

    Returns
    -------
    str
        TOML; the values are empty, so that the file is refused until somebody decided.
    """
    tables: dict[str, list[str]] = {}
    for question in questions:
        line = f"{entry(question.key, '')}  # {question.why}: {question.place}"
        if line not in tables.setdefault(question.table, []):
            tables[question.table].append(line)
    return "\n\n".join(
        "\n".join([f"[{table}]  # {_TABLES[table]}", *lines]) for table, lines in tables.items()
    )
