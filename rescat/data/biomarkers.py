"""Biomarkers as laboratories hand them over: names, units and wide tables, made one long table."""

from itertools import chain
from pathlib import Path

import pandas as pd

from ..base.errors import DataError, Fault
from .marker_names import comparable, unified
from .remembered import remembered
from .units import KNOWN_UNITS, conversion, is_logarithm, power_of_ten, unit_name
from .validation import (
    Cells,
    arms_faults,
    cell_fault,
    examine_cells,
    files_read,
    load,
    locate,
    read_cells,
)
from .wide import is_wide, wide_fault

__all__ = ["biomarker_changes", "load_biomarkers"]

# Beyond these a conversion loses digits, or all of the number.
_NUMBERS = (1e-300, 1e300)


def load_biomarkers(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Biomarker values, long: one row per patient, sampling day and marker.

    The values of RESCAT are not public, so a folder with a ``biomarkers.csv`` is needed. Markers
    of the panel get its names and units, however they are spelt; :func:`biomarker_changes` says
    what was changed.

    Parameters
    ----------
    data_dir : path, optional
        A folder of your own, or the project's ``data`` folder (default).

    Returns
    -------
    DataFrame
        ``patient_id, arm, treated, day, marker, value, unit, below_lod, origin``; and
        ``above_range``, if the file has this column.

    Raises
    ------
    DataError
        If the file is missing or breaks its description; if it is wide; if it names a patient
        whom the ``patients.csv`` beside it does not have, or has in another arm; if a unit cannot
        be converted; if a value is 0; if two spellings of a marker have values of one patient and
        day; if there is no MSC patient, or no control.

    Examples
    --------
    >>> import rescat
    >>> biomarkers = rescat.load_biomarkers()  # of the twin
    >>> columns = ['patient_id', 'treated', 'day', 'marker', 'value', 'unit', 'origin']
    >>> print(biomarkers.loc[:1, columns].to_string(index=False))
     patient_id  treated  day marker   value  unit    origin
    INVENTED-01     True    0  IL1RA 32.9459 pg/mL synthetic
    INVENTED-01     True    3  IL1RA 15.9252 pg/mL synthetic
    """
    frame, _, faults = examine_biomarkers(*locate("biomarkers", data_dir))
    if faults:
        raise DataError.of(faults)
    frame = frame.reset_index(drop=True)
    frame.insert(2, "treated", frame["arm"].eq("MSC"))
    return frame


def biomarker_changes(data_dir: str | Path | None = None) -> pd.DataFrame:
    """What the loader makes of the names and units of a file of biomarkers.

    Parameters
    ----------
    data_dir : path, optional
        A folder of your own, or the project's ``data`` folder (default).

    Returns
    -------
    DataFrame, one row per spelling and unit
        ``found`` and ``marker``, ``in_panel``, ``unit_found`` and ``unit``, ``factor`` (by which
        values were multiplied), ``values`` (how many), ``origin``.

    Raises
    ------
    DataError
        As :func:`load_biomarkers`.

    Examples
    --------
    >>> import rescat
    >>> changes = rescat.biomarker_changes()
    >>> print(changes.loc[:1, ['found', 'marker', 'unit', 'factor', 'values']])
       found marker   unit  factor  values
    0  IL1RA  IL1RA  pg/mL     1.0      58
    1    IL6    IL6  pg/mL     1.0      58
    """
    _, changes, faults = examine_biomarkers(*locate("biomarkers", data_dir))
    if faults:
        raise DataError.of(faults)
    return changes


def _files_read(path: Path, origin: str) -> list[Path]:
    """The values, and the files that name the markers of the panel and their units."""
    names = [locate(name, None)[0] for name in ("markers", "marker_names")]
    beside = [files_read(file.stem, file) for file in names]
    return [*files_read("biomarkers", path), *chain.from_iterable(beside)]


@remembered(_files_read)
def examine_biomarkers(
    path: Path, origin: str, content: bytes
) -> tuple[pd.DataFrame | None, pd.DataFrame | None, list[Fault]]:
    """The frame, what was changed, and every fault; see :func:`rescat.data.validation.examine`."""
    return examine_biomarker_cells(path, origin, read_cells(path, content))


def examine_biomarker_cells(
    path: Path, origin: str, read: Cells
) -> tuple[pd.DataFrame | None, pd.DataFrame | None, list[Fault]]:
    """As :func:`examine_biomarkers`, of a file that was read already."""
    cells, _ = read
    if cells is not None and is_wide(cells):
        return None, None, [wide_fault(path, cells)]
    frame, faults = examine_cells("biomarkers", path, origin, read)
    if frame is None:
        return None, None, faults
    if not faults:  # a column is whole only if every cell was read
        whole = (frame["day"] % 1 == 0).all()
        frame["day"] = frame["day"].astype("Int64") if whole else frame["day"]
    frame, changes, more = _in_one_language(path, frame, cells)
    more += _both_ends(path, frame)
    faults = sorted(faults + more, key=lambda fault: fault.row or 0)
    faults = faults or _two_arms(path, frame)
    return frame, changes, faults or arms_faults(path, frame["arm"])


def _both_ends(path: Path, frame: pd.DataFrame) -> list[Fault]:
    """Rows that are below detection and above the range of the test at once."""
    if "above_range" not in frame:
        return []
    both = frame["below_lod"].fillna(False) & frame["above_range"].fillna(False)
    return [
        cell_fault(path, place, "above_range", "y", "n, as below_lod is y in this row")
        for place in frame.index[both.astype(bool)]
    ]


def _two_arms(path: Path, frame: pd.DataFrame) -> list[Fault]:
    """Rows that have a patient in another arm than the first row of this patient."""
    firsts = frame.drop_duplicates("patient_id").set_index("patient_id")["arm"]
    arm = frame["patient_id"].map(firsts)
    return [
        cell_fault(
            path, place, "arm", frame["arm"][place], f"{arm[place]}, as this patient has above"
        )
        for place in frame.index[frame["arm"].ne(arm)]
    ]


def _in_one_language(
    path: Path, raw: pd.DataFrame, cells: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
    """Give markers and units one spelling each, and the values to go with them."""
    frame = raw.copy()
    frame["marker"] = unified(raw["marker"])
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
    lost = ~frame["value"].between(*_NUMBERS) & raw["value"].gt(0) & factors.notna()
    for row in frame.index[lost]:
        expected = f"a number that can be written in {frame.loc[row, 'unit']}"
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


# --- Units ----------------------------------------------------------------------------------


def _one_unit(found: pd.Series, markers: pd.Series) -> tuple[pd.Series, dict[str, str], pd.Series]:
    """The unit of each marker (the panel's, else the first of the file) and factors to it.

    A factor is missing where the unit cannot be converted. A marker that is not of the panel may
    have any unit if it has no other; NPX is none, as it is a logarithm already.
    """
    units = load("markers").set_index("marker")["unit"].to_dict()
    for marker, unit in zip(markers, found, strict=True):
        if isinstance(unit, str) and isinstance(marker, str):
            units.setdefault(marker, unit_name(unit))
    factors = {
        (marker, unit): conversion(unit, units[marker])
        for marker, unit in set(zip(markers, found, strict=True))
        if isinstance(unit, str) and isinstance(marker, str)
    }
    pairs = list(zip(markers, found, strict=True))
    values = pd.Series([factors.get(pair) for pair in pairs], found.index, dtype="float64")
    return markers.map(units), units, values


def _multiplied(values: pd.Series, factors: pd.Series) -> pd.Series:
    """Divide by 1000 rather than multiply by 0.001, which is no binary number."""
    small = factors < 1
    return (values * factors.where(~small, 1.0)) / (1 / factors.where(small, 1.0)).round()


def _expected_unit(raw: pd.DataFrame, frame: pd.DataFrame, units: dict[str, str], row: int) -> str:
    marker = frame.loc[row, "marker"]
    wanted = units[marker]
    unit = raw.loc[row, "unit"]
    if comparable(unit) == "npx":
        return (
            "a concentration: NPX is a logarithm (base 2), and the book takes logarithms itself; "
            "give 2 to the power of NPX, with a unit such as relative"
        )
    if is_logarithm(unit):
        return (
            "a concentration: this is a logarithm or a relative scale already, and the book takes "
            "logarithms itself"
        )
    if power_of_ten(wanted) is None:
        return f"{wanted}, the first unit of {marker} in this file: it can't be converted"
    return f"mass per volume ({KNOWN_UNITS}), as {marker} is shown in {wanted}"
