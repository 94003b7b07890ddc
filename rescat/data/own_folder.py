"""Your own data, checked before anything is executed: every fault, and what will be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..base.errors import DataError, Fault
from ..base.files import OWN_TABLES
from .biomarkers import examine_biomarkers
from .loaders import examine_patients
from .trial_facts import ARMS
from .validation import examine, find

__all__ = ["OwnData", "check_folder", "fault_table", "summary"]

_WIDEST = 60  # characters of a cell of the table of faults that may hold anything


@dataclass(frozen=True)
class OwnData:
    """What was found in a folder of your own data.

    Attributes
    ----------
    folder : Path
    frames : dict of str to DataFrame
        The tables that are there and could be read, by name of the file.
    faults : list of Fault
        Of all files.
    changes : DataFrame or None
        As :func:`rescat.biomarker_changes`.
    """

    folder: Path
    frames: dict[str, pd.DataFrame] = field(repr=False)
    faults: list[Fault]
    changes: pd.DataFrame | None = field(repr=False)


def check_folder(folder: str | Path) -> OwnData:
    """Examine ``patients.csv``, ``events.csv`` and ``biomarkers.csv`` of a folder.

    Nothing is written.

    Raises
    ------
    DataError
        If there is no such folder, or none of the three files is in it.
    """
    folder = Path(folder).expanduser()
    present = [name for name in OWN_TABLES if (folder / name).is_file()]
    if not present:
        reason = "found none of the tables" if folder.is_dir() else "no such folder"
        raise DataError(
            f"{folder}: {reason}\n"
            f"  expected: a folder with one or more of {', '.join(OWN_TABLES)}, which "
            "data/README.md describes (a spreadsheet has to be saved as CSV)"
        )
    frames, faults, changes = {}, [], None
    for name in present:
        path, origin = find(Path(name).stem, folder)
        if name == "biomarkers.csv":
            frame, changes, new = examine_biomarkers(path, origin)
        elif name == "patients.csv":
            frame, new = examine_patients(path, origin)
        else:
            frame, new = examine(path.stem, path, origin)
        faults += new
        if frame is not None:
            frames[name] = frame
    return OwnData(folder, frames, faults, changes)


def fault_table(faults: Sequence[Fault]) -> str:
    """The faults as a table of text: file, row, column, found, expected."""
    rows = [("file", "row", "column", "found", "expected")]
    for fault in faults:
        found = fault.found if fault.found or not fault.in_cell else "an empty cell"
        found = found if len(found) <= _WIDEST or not fault.in_cell else found[: _WIDEST - 1] + "…"
        place = fault.path.name, str(fault.row or ""), fault.column or ""
        rows.append((*place, " ".join(found.split()), fault.expected))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    lines = [
        "  ".join([*(row[k].ljust(widths[k]) for k in range(4)), row[4]]).rstrip() for row in rows
    ]
    lines.insert(1, "-" * min(max(map(len, lines)), 100))
    return "\n".join(lines)


# --- When all is well -------------------------------------------------------------------------


def summary(data: OwnData) -> str:
    """What the tables hold, as the book will read them."""
    lines = [
        f"{name}: {len(data.frames[name])} rows" if name in data.frames else f"{name}: not there"
        for name in OWN_TABLES
    ]
    invented = [name for name, frame in data.frames.items() if "synthetic" in set(frame["origin"])]
    if invented:
        lines.append(f"{', '.join(invented)}: invented, by the column origin: shown as SYNTHETIC")
    for name in ("patients.csv", "biomarkers.csv"):
        if name in data.frames:
            people = data.frames[name].drop_duplicates("patient_id")["arm"].value_counts()
            counted = ", ".join(f"{people.get(arm, 0)} {arm}" for arm in ARMS)
            lines.append(f"Patients in {name}: {counted}")
    if "biomarkers.csv" in data.frames:
        lines += ["", *_biomarkers(data.frames["biomarkers.csv"], data.changes)]
    return "\n".join(lines)


def _above(frame: pd.DataFrame) -> list[str]:
    if "above_range" not in frame:
        return []
    above = frame[frame["above_range"].astype(bool)].groupby("marker", sort=False).size()
    counted = ", ".join(f"{n} {m}" for m, n in above.items())
    return [f"Values above the range: {counted or 'none'}"]


def _biomarkers(frame: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    panel = changes[changes["in_panel"]].drop_duplicates(["found", "marker"])
    spelt = panel[panel["found"].ne(panel["marker"])]
    others = changes.loc[~changes["in_panel"], "marker"].unique()
    converted = changes[changes["factor"].ne(1)]
    below = frame[frame["below_lod"].astype(bool)].groupby("marker", sort=False).size()
    samples = frame.drop_duplicates(["patient_id", "day"])
    table = samples.groupby(["arm", "day"]).size().unstack(fill_value=0)
    table = table.reindex([arm for arm in ARMS if arm in table.index])
    table.columns = [f"day {day:g}" for day in table.columns]
    renamed = [f"{r.found} is read as {r.marker}" for r in spelt.itertuples()]
    units = [
        f"{r.marker}: {r.values} value{'s' * (r.values > 1)} from {r.unit_found} to {r.unit} "
        f"(times {r.factor:g})"
        for r in converted.rename_axis(None).itertuples()
    ]
    return [
        f"Markers of the panel: {', '.join(panel['marker'].unique()) or 'none'}",
        *(f"  {line}" for line in renamed),
        f"Other markers, which keep their name: {', '.join(others) or 'none'}",
        f"Units converted: {'none' if not units else ''}".rstrip(),
        *(f"  {line}" for line in units),
        "Values below detection: " + (", ".join(f"{n} {m}" for m, n in below.items()) or "none"),
        *_above(frame),
        "Samples by arm and day:",
        *(f"  {line}" for line in table.rename_axis(None).to_string().split("\n")),
    ]
