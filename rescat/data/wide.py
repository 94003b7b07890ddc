"""Tables with a column for each marker, made long."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import DataError, Fault
from ..base.inert import name_fault
from .units import mass_and_volume, unit_name
from .validation import NOT_REPORTED, cell_fault, read_cells

__all__ = ["to_long"]

# Columns of a wide table that are no marker.
_PLACE = ["patient_id", "arm", "day"]


def is_wide(cells: pd.DataFrame) -> bool:
    """Whether a table has a column per marker: samples, and no column of a long table."""
    long = {"marker", "value", "unit", "below_lod"}
    return {"patient_id", "day"} <= set(cells) and not long & set(cells)


def wide_fault(path: Path, cells: pd.DataFrame) -> Fault:
    columns = ", ".join([c for c in cells if c not in _PLACE][:4])
    long = path.with_name(f"{path.stem}-long.csv")
    return Fault(
        path,
        f"found a column per marker ({columns}, …)",
        "a row per patient, day and marker. Keep this table under another name and make the long "
        f"one from it: python -m rescat long {path} {long} --unit pg/mL",
    )


def to_long(wide: pd.DataFrame, units: str | dict[str, str] | None = None) -> pd.DataFrame:
    """Make a long table of biomarkers from one with a column per marker.

    Parameters
    ----------
    wide : DataFrame
        ``patient_id``, ``arm``, ``day``, and a column per marker. A heading may hold the unit:
        ``IL6 (pg/mL)``, ``IL6 [pg/mL]`` or ``IL6_pg_ml``. A cell such as ``<0.8`` is a value below
        that limit of detection, ``>9000`` one above that end of the range; an empty one is no
        value.
    units : str or dict, optional
        Unit of all markers whose heading has none, or of each.

    Returns
    -------
    DataFrame
        The columns of ``biomarkers.csv``: ``patient_id, arm, day, marker, value, unit, below_lod``
        (y or n), and ``above_range`` if there is such a value; in the order of the rows of
        ``wide``. Names and units are those of the table; :func:`load_biomarkers` makes them the
        panel's.

    Raises
    ------
    DataError
        If a column is missing or appears twice, a marker has no unit, a patient has two rows of
        one day, or a cell is neither a number nor ``<`` or ``>`` and a number.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> row = {'patient_id': '1', 'arm': 'MSC', 'day': 0, 'IL6 (pg/mL)': '<0.8'}
    >>> wide = pd.DataFrame([row])
    >>> print(rescat.to_long(wide).to_string(index=False))
    patient_id arm  day marker  value  unit below_lod
             1 MSC    0    IL6    0.8 pg/mL         y
    """
    return _long(wide.reset_index(drop=True), units, Path("wide table"))


def read_wide(path: Path, units: str | None = None) -> pd.DataFrame:
    """As :func:`to_long`, from a file, which messages then name."""
    if not path.is_file():
        raise DataError(f"{path}: file not found\n  expected: a table with a column per marker")
    cells, faults = read_cells(path)
    if faults:
        raise DataError.of(faults)
    return _long(cells, units, path)


def _long(wide: pd.DataFrame, units, path: Path) -> pd.DataFrame:
    headings = {c: _heading(str(c), units) for c in wide if c not in _PLACE}
    faults = _wide_faults(wide, headings, path)
    if faults:
        raise DataError.of(faults)
    text = wide.astype("string").fillna("").apply(lambda column: column.str.strip())
    twice = text.loc[text.duplicated(["patient_id", "day"], keep=False), "patient_id"]
    expected = "each patient_id and day only once"
    faults = [cell_fault(path, place, "patient_id", who, expected) for place, who in twice.items()]
    rows = []
    for place, row in text.iterrows():
        if _number(row["day"]) is None:
            faults.append(cell_fault(path, place, "day", row["day"], "a number of days"))
        for column, (marker, unit) in headings.items():
            cell = row[column]
            if cell in ("", "<NA>", NOT_REPORTED):
                continue
            sign = cell[0] if cell[0] in "<>" else ""
            value = _number(cell.removeprefix(sign))
            if value is None:
                expected = "a number with a decimal point, < or > and a number, or an empty cell"
                faults.append(cell_fault(path, place, str(column), cell, expected))
            ends = ("y" if sign == end else "n" for end in "<>")
            rows.append((*row[_PLACE], marker, value, unit, *ends))
    if faults:
        raise DataError.of(faults)
    names = [*_PLACE, "marker", "value", "unit", "below_lod", "above_range"]
    frame = pd.DataFrame(rows, columns=names)
    if not frame["above_range"].eq("y").any():
        frame = frame.drop(columns="above_range")
    return frame.assign(day=pd.to_numeric(frame["day"]))


def _wide_faults(wide: pd.DataFrame, headings: dict, path: Path) -> list[Fault]:
    """What is wrong with the columns of a wide table."""
    expected = "patient_id, arm, day and a column per marker"
    if {"marker", "value"} <= set(wide):
        return [Fault(path, "found the columns marker and value: it is long already", expected)]
    found = [f"column {c} is missing" for c in _PLACE if c not in wide]
    found += [f"column {c} appears twice" for c in wide.columns[wide.columns.duplicated()]]
    found += ["no column of a marker"] if not headings else []
    names = pd.Series([marker for marker, _ in headings.values()], dtype=object)
    found += [f"marker {name} has two columns" for name in names[names.duplicated()].unique()]
    faults = [Fault(path, text, expected) for text in found]
    titles = [name for name in wide if name_fault(str(name))]
    faults += [
        Fault(path, f"a heading with {name_fault(str(name))}", "headings that are names", row=1)
        for name in titles
    ]
    remedy = "a heading such as IL6 (pg/mL), or one unit for all: --unit pg/mL"
    return faults + [
        Fault(path, f"column {column!r} has no unit", remedy)
        for column, (_, unit) in headings.items()
        if not unit
    ]


def _heading(column: str, units: str | dict[str, str] | None) -> tuple[str, str | None]:
    """Marker and unit of a heading; the unit given for it where the heading has none."""
    bracketed = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]\s*", column)
    if bracketed:
        return bracketed[1], bracketed[2].strip()
    unit = r"([a-zµμ]{1,3})[\s_./]+(?:per[\s_.]+)?([a-zµμ]{1,3})"
    joined = re.fullmatch(rf"(.+?)[\s_.]+{unit}", column, re.IGNORECASE)
    if joined and mass_and_volume(f"{joined[2]}/{joined[3]}"):
        return joined[1], unit_name(f"{joined[2]}/{joined[3]}")
    given = units.get(column) if isinstance(units, dict) else units
    return column, given


def _number(text: str) -> float | None:
    value = pd.to_numeric(text.strip(), errors="coerce")
    return float(value) if np.isfinite(value) else None
