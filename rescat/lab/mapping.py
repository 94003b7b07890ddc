"""What a file cannot say, written down by who knows it: a small file in TOML."""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..base.errors import DataError
from ..data.trial_facts import ARMS
from .vocabulary import TABLES, codes, fields, may_be_unknown, required

__all__ = ["LEAVE_OUT", "Mapping", "Question", "draft", "entry", "merged", "read_mapping"]

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
    "tables": repr(LEAVE_OUT),
    "patient_columns": f"the heading of the column, or {LEAVE_OUT!r} if it may be absent",
    "event_columns": f"the heading of the column, or {LEAVE_OUT!r} if it may be absent",
    "patient_rows": "what stands in this column where a row describes a patient",
    "checkboxes": f"what the box means, or {LEAVE_OUT!r}",
    "codes": "for each column a table from the code of the files to that of this book",
    "time_origin": "enrolment or admission: from when this arm's days and PaO2/FiO2 count",
}
RULES = {
    "replicates": ("mean", "first"),
    "extrapolated": ("keep", LEAVE_OUT),
    "above": ("keep", LEAVE_OUT),
    "before_day_zero": (LEAVE_OUT,),
    "study_days": ("keep",),
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
    tables: dict = field(default_factory=dict)
    patient_columns: dict = field(default_factory=dict)
    event_columns: dict = field(default_factory=dict)
    patient_rows: dict = field(default_factory=dict)
    checkboxes: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    time_origin: dict = field(default_factory=dict)

    def columns_of(self, table: str) -> dict[str, str]:
        """The headings of the columns of ``patients`` or of ``events``."""
        return self.patient_columns if table == "patients" else self.event_columns


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
        TOML with the tables that ``data/README.md`` describes, as far as they are needed.

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
            if table == "codes" and key in _CODED and isinstance(value, dict):
                for code, read_as in value.items():
                    if read_as not in codes(_CODED[key]):
                        line = f"[codes.{key}] {code} = {read_as!r}"
                        yield f"{path}: {line}\n  expected: {_words(key)}"
            elif expected := _expected(table, key, value):
                yield f"{path}: [{table}] {key} = {value!r}\n  expected: {expected}"


_CODED = {
    column: field for table in TABLES for column, field in fields(table).items() if codes(field)
}


def _words(column: str) -> str:
    return " or ".join(codes(_CODED[column]))


def _expected(table: str, key: str, value: object) -> str:
    """What a line should be; empty if it is that."""
    expected = _TABLES[table]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = isinstance(value, str) and bool(value)
    if table == "rules":
        allowed_words = RULES.get(key, ())
        expected = " or ".join(map(repr, allowed_words)) or f"a rule: {', '.join(RULES)}"
        right = value in allowed_words
    elif table in ("arms", "patients"):
        right = value in (*ARMS, LEAVE_OUT)
    elif table == "days":
        right = value == LEAVE_OUT or (number and value >= 0)
    elif table in ("limits", "upper_limits"):
        right = number and value > 0
    elif table == "files":
        right = value == LEAVE_OUT
    elif table == "tables":
        right = value == LEAVE_OUT and key in TABLES
        expected = f"patients or events = {LEAVE_OUT!r}"
    elif table == "time_origin":
        right = value in ("enrolment", "admission") and key in ARMS
    elif table == "codes":
        right, expected = False, f"[codes.COLUMN], of {', '.join(_CODED)}"
    elif table == "columns":
        right, expected = text and key in ROLES, f"a heading of a role: {', '.join(ROLES)}"
    elif table in ("patient_columns", "event_columns"):
        of = "patients" if table == "patient_columns" else "events"
        known = fields(of) | ({"end": {}} if of == "events" else {})
        field = known.get(key, {})
        needed = required(field) and not may_be_unknown(field)
        right = text and key in known and not (value == LEAVE_OUT and needed)
        expected = f"a column of {of}.csv ({', '.join(known)}) = {expected}"
    else:
        right = text
    return "" if right else expected


def entry(key: str, value: str) -> str:
    """A line of TOML: both as text in quotation marks, whatever they hold."""
    return f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}"


def _asked(questions: Iterable[Question]) -> dict[str, list[str]]:
    """The lines of each table that a mapping lacks."""
    tables: dict[str, list[str]] = {}
    for question in questions:
        line = f"{entry(question.key, '')}  # {question.why}: {question.place}"
        if line not in tables.setdefault(question.table, []):
            tables[question.table].append(line)
    return tables


def _comment(table: str) -> str:
    column = table.removeprefix("codes.")
    return _words(column) if column != table else _TABLES[table]


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
    return "\n\n".join(
        "\n".join([f"[{table}]  # {_comment(table)}", *lines])
        for table, lines in _asked(questions).items()
    )


def merged(text: str, questions: Iterable[Question]) -> str:
    r"""A mapping with the lines that it lacks: each below the heading of its table, if it has one.

    Parameters
    ----------
    text : str
        The mapping as it is; its lines and comments stay.
    questions : iterable of Question

    Returns
    -------
    str
        TOML.

    Examples
    --------
    >>> from rescat.lab.mapping import Question, merged
    >>> print(merged("[arms]\n'A' = 'MSC'\n", [Question("arms", "B", "which arm", "x.csv")]))
    [arms]
    "B" = ""  # which arm: x.csv
    'A' = 'MSC'
    """
    new = []
    for table, lines in _asked(questions).items():
        head = re.search(rf"^[ \t]*\[\s*{re.escape(table)}\s*\].*$", text, re.MULTILINE)
        if head:
            text = "\n".join([text[: head.end()], *lines]) + text[head.end() :]
        else:
            new.append("\n".join([f"[{table}]  # {_comment(table)}", *lines]))
    return "\n\n".join(filter(None, [text.rstrip(), *new]))
