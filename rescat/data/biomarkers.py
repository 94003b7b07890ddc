"""Biomarkers as laboratories hand them over: names, units and wide tables, made one long table."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import DataError, Fault
from ..base.inert import name_fault
from .validation import NOT_REPORTED, arms_faults, cell_fault, examine, load, locate, read_cells

__all__ = [
    "biomarker_changes",
    "load_biomarkers",
    "load_marker_names",
    "marker_name",
    "to_long",
    "unit_factor",
]

# Powers of ten of a mass, from grams, and of a volume, from litres.
_MASS = {"fg": -15, "pg": -12, "ng": -9, "µg": -6, "mg": -3, "g": 0}
_VOLUME = {"µl": -6, "ml": -3, "dl": -1, "l": 0}
_MICRO = {"ug": "µg", "mcg": "µg", "ul": "µl", "mcl": "µl"}
_SPELT = {"µl": "µL", "ml": "mL", "dl": "dL", "l": "L"}
_KNOWN_UNITS = "fg, pg, ng, µg (or ug), mg or g per mL, dL or L"
# Columns of a wide table that are no marker.
_PLACE = ["patient_id", "arm", "day"]


def load_biomarkers(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Biomarker values, long: one row per patient, sampling day and marker.

    The values of RESCAT are not public, so a folder with a ``biomarkers.csv`` is needed. Markers
    of the panel get its names and units, however they are spelt; :func:`biomarker_changes` says
    what was changed.

    Returns
    -------
    DataFrame
        ``patient_id, arm, treated, day, marker, value, unit, below_lod, origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description; if it is wide; if it names a patient
        whom the ``patients.csv`` beside it does not have, or has in another arm; if a unit cannot
        be converted; if a value is 0; if two spellings of a marker have values of one patient and
        day; if there is no MSC patient, or no control.
    """
    frame, _, faults = examine_biomarkers(*locate("biomarkers", data_dir))
    if faults:
        raise DataError.of(faults)
    frame = frame.reset_index(drop=True)
    frame.insert(2, "treated", frame["arm"].eq("MSC"))
    return frame


def biomarker_changes(data_dir: str | Path | None = None) -> pd.DataFrame:
    """What the loader makes of the names and units of a file of biomarkers.

    Returns
    -------
    DataFrame, one row per spelling and unit
        ``found`` and ``marker``, ``in_panel``, ``unit_found`` and ``unit``, ``factor`` (by which
        values were multiplied), ``values`` (how many), ``origin``.

    Raises
    ------
    DataError
        As :func:`load_biomarkers`.
    """
    _, changes, faults = examine_biomarkers(*locate("biomarkers", data_dir))
    if faults:
        raise DataError.of(faults)
    return changes


def examine_biomarkers(
    path: Path, origin: str
) -> tuple[pd.DataFrame | None, pd.DataFrame | None, list[Fault]]:
    """The frame, what was changed, and every fault; see :func:`rescat.data.validation.examine`."""
    read = cells, _ = read_cells(path)
    if cells is not None and _is_wide(cells):
        return None, None, [_wide_fault(path, cells)]
    frame, faults = examine("biomarkers", path, origin, read)
    if frame is None:
        return None, None, faults
    if not faults:  # a column is whole only if every cell was read
        whole = (frame["day"] % 1 == 0).all()
        frame["day"] = frame["day"].astype("Int64") if whole else frame["day"]
    frame, changes, more = _in_one_language(path, frame, cells)
    faults = sorted(faults + more, key=lambda fault: fault.row or 0)
    return frame, changes, faults or arms_faults(path, frame["arm"])


def _in_one_language(
    path: Path, raw: pd.DataFrame, cells: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
    """Give markers and units one spelling each, and the values to go with them."""
    frame = raw.copy()
    frame["marker"] = _one_spelling(raw["marker"])
    target, units, factors = _one_unit(raw["unit"], frame["marker"])
    frame["unit"] = target
    frame["value"] = _multiplied(raw["value"], factors)
    faults = [
        cell_fault(path, row, "unit", cells["unit"][row], _expected_unit(raw, frame, units, row))
        for row in frame.index[factors.isna() & raw["unit"].notna() & raw["marker"].notna()]
    ]
    for row in frame.index[raw["value"].eq(0)]:
        expected = "a number above 0; of a value below detection, the limit, with y in below_lod"
        faults.append(cell_fault(path, row, "value", cells["value"][row], expected))
    key = ["patient_id", "day", "marker"]
    twice = frame.duplicated(key, keep=False) & ~raw.duplicated(key, keep=False)
    for row in frame.index[twice & frame[key].notna().all(axis=1)]:
        expected = f"one value per patient and day of {frame.loc[row, 'marker']}, however spelt"
        faults.append(cell_fault(path, row, "marker", raw.loc[row, "marker"], expected))
    panel = set(load("markers")["marker"])
    changes = pd.DataFrame(
        {
            "found": raw["marker"],
            "marker": frame["marker"],
            "in_panel": frame["marker"].isin(panel),
            "unit_found": raw["unit"],
            "unit": frame["unit"],
            "factor": factors,
        }
    )
    counted = changes.groupby(list(changes), sort=False, dropna=False).size()
    return frame, counted.reset_index(name="values").assign(origin=raw["origin"].iloc[0]), faults


# --- Names ----------------------------------------------------------------------------------


def load_marker_names() -> pd.DataFrame:
    """Other names of the markers of the panel: ``marker``, ``alias``, ``source``."""
    return load("marker_names")


def marker_name(text: str) -> str | None:
    """The panel's name of a marker, however it is spelt; None if it is not of the panel.

    Case, spaces, hyphens and underscores do not count.
    """
    return _names().get(_key(text))


def _names() -> dict[str, str]:
    names = {_key(marker): marker for marker in load("markers")["marker"]}
    return names | {_key(row.alias): row.marker for row in load_marker_names().itertuples()}


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_‐‑‒–—−-]+", "", folded)


def _one_spelling(found: pd.Series) -> pd.Series:
    """Names of the panel where there is one; else the first spelling of the file."""
    names = _names()
    for text in found.dropna():
        names.setdefault(_key(text), text)
    return found.map(lambda text: names[_key(text)], na_action="ignore")


# --- Units ----------------------------------------------------------------------------------


def unit_factor(found: str, wanted: str) -> float | None:
    """By what to multiply a mass concentration; None if a unit is none.

    Examples
    --------
    >>> unit_factor("ng/mL", "pg/mL")
    1000.0
    >>> unit_factor("NPX", "pg/mL") is None
    True
    """
    powers = _power(found), _power(wanted)
    return None if None in powers else float(10.0 ** (powers[0] - powers[1]))


def _parts(unit: str) -> tuple[str, str] | None:
    """Mass and volume of a unit of concentration, each in one spelling."""
    text = unicodedata.normalize("NFKC", unit).replace("μ", "µ").lower()
    mass, slash, volume = re.sub(r"\s", "", text).partition("/")
    mass, volume = _MICRO.get(mass, mass), _MICRO.get(volume, volume)
    return (mass, volume) if slash and mass in _MASS and volume in _VOLUME else None


def _power(unit: str) -> int | None:
    parts = _parts(unit)
    return None if parts is None else _MASS[parts[0]] - _VOLUME[parts[1]]


def _spelt(unit: str) -> str:
    """A unit of concentration as this book spells it; others as they stand."""
    parts = _parts(unit)
    return unit if parts is None else f"{parts[0]}/{_SPELT[parts[1]]}"


def _one_unit(found: pd.Series, markers: pd.Series) -> tuple[pd.Series, dict[str, str], pd.Series]:
    """The unit of each marker (the panel's, else the first of the file) and factors to it.

    A factor is missing where the unit cannot be converted. A marker that is not of the panel may
    have any unit if it has no other; NPX is none, as it is a logarithm already.
    """
    units = load("markers").set_index("marker")["unit"].to_dict()
    for marker, unit in zip(markers, found, strict=True):
        if isinstance(unit, str) and isinstance(marker, str):
            units.setdefault(marker, _spelt(unit))
    factors = {
        (marker, unit): _factor(unit, units[marker])
        for marker, unit in set(zip(markers, found, strict=True))
        if isinstance(unit, str) and isinstance(marker, str)
    }
    pairs = list(zip(markers, found, strict=True))
    values = pd.Series([factors.get(pair) for pair in pairs], found.index, dtype="float64")
    return markers.map(units), units, values


def _factor(found: str, wanted: str) -> float | None:
    if _key(found) == "npx":
        return None
    return 1.0 if found == wanted else unit_factor(found, wanted)


def _multiplied(values: pd.Series, factors: pd.Series) -> pd.Series:
    """Divide by 1000 rather than multiply by 0.001, which is no binary number."""
    small = factors < 1
    return (values * factors.where(~small, 1.0)) / (1 / factors.where(small, 1.0)).round()


def _expected_unit(raw: pd.DataFrame, frame: pd.DataFrame, units: dict[str, str], row: int) -> str:
    marker = frame.loc[row, "marker"]
    wanted = units[marker]
    if _key(raw.loc[row, "unit"]) == "npx":
        return (
            "a concentration: NPX is a logarithm (base 2), and the book takes logarithms itself; "
            "give 2 to the power of NPX, with a unit such as relative"
        )
    if _power(wanted) is None:
        return f"{wanted}, the first unit of {marker} in this file: it can't be converted"
    return f"mass per volume ({_KNOWN_UNITS}), as {marker} is shown in {wanted}"


# --- Wide tables ------------------------------------------------------------------------------


def _is_wide(cells: pd.DataFrame) -> bool:
    """Whether a table has a column per marker: samples, and no column of a long table."""
    long = {"marker", "value", "unit", "below_lod"}
    return {"patient_id", "day"} <= set(cells) and not long & set(cells)


def _wide_fault(path: Path, cells: pd.DataFrame) -> Fault:
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
        that limit of detection; an empty one is no value.
    units : str or dict, optional
        Unit of all markers whose heading has none, or of each.

    Returns
    -------
    DataFrame
        The columns of ``biomarkers.csv``: ``patient_id, arm, day, marker, value, unit, below_lod``
        (y or n), in the order of the rows of ``wide``. Names and units are those of the table;
        :func:`load_biomarkers` makes them the panel's.

    Raises
    ------
    DataError
        If a column is missing or stands twice, a marker has no unit, a patient has two rows of
        one day, or a cell is neither a number nor ``<`` and a number.
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
            below, value = cell.startswith("<"), _number(cell.removeprefix("<"))
            if value is None:
                expected = "a number with a decimal point, < and a number, or an empty cell"
                faults.append(cell_fault(path, place, str(column), cell, expected))
            rows.append((*row[_PLACE], marker, value, unit, "y" if below else "n"))
    if faults:
        raise DataError.of(faults)
    frame = pd.DataFrame(rows, columns=[*_PLACE, "marker", "value", "unit", "below_lod"])
    return frame.assign(day=pd.to_numeric(frame["day"]))


def _wide_faults(wide: pd.DataFrame, headings: dict, path: Path) -> list[Fault]:
    """What is wrong with the columns of a wide table."""
    expected = "patient_id, arm, day and a column per marker"
    if {"marker", "value"} <= set(wide):
        return [Fault(path, "found the columns marker and value: it is long already", expected)]
    found = [f"column {c} is missing" for c in _PLACE if c not in wide]
    found += [f"column {c} stands twice" for c in wide.columns[wide.columns.duplicated()]]
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
    if joined and _parts(f"{joined[2]}/{joined[3]}"):
        return joined[1], _spelt(f"{joined[2]}/{joined[3]}")
    given = units.get(column) if isinstance(units, dict) else units
    return column, given


def _number(text: str) -> float | None:
    value = pd.to_numeric(text.strip(), errors="coerce")
    return float(value) if np.isfinite(value) else None
