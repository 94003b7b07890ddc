"""How files of laboratories are laid out, one function for each kind.

Each looks for what only its kind has, and returns None for a sheet of another kind; else the
samples, and the rows that are none.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from ..base.errors import DataError, Fault
from ..data.marker_names import marker_name
from ..data.units import mass_and_volume
from .mapping import Mapping
from .samples import LeftOut, Sample
from .sheets import Sheet, plain
from .vocabulary import GROUP, PATIENT

__all__ = ["LAYOUTS", "Found", "known_marker", "redcap_head", "table_head"]

Found = list[Sample | LeftOut]
# "S01 D6", "S01_D0", "S01-D00": a patient and a day in one description.
_PATIENT_AND_DAY = re.compile(r"(.+?)[\s_-]+((?:d|day|t|v|g)\s*\d+(?:[.,]\d+)?)", re.IGNORECASE)
_OF_KIT = re.compile(r"(standard|background|blank|control|qc)[\s_-]*\d*", re.IGNORECASE)
_BEADS = re.compile(r"\s*\(\d+\)$")
_SPECIES = re.compile(r"^(Hu|Human|Mo|Mouse)\s+", re.IGNORECASE)
_UNIT = re.compile(r"^(.+?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]$")
_WORDS = {
    "patient": set(PATIENT),
    "group": set(GROUP),
    "time": {"day", "giorno", "visit", "visita", "time", "timepoint", "days", "date", "data"},
    "marker": {"marker", "analyte", "analita", "assay", "parameter", "test"},
    "text": {"value", "result", "valore", "risultato", "concentration", "conc"},
    "unit": {"unit", "units", "unita", "unità"},
    "limit": {"lod", "lloq", "limit", "limitofdetection"},
    "below": {"belowlod"},
    "above": {"aboverange"},
}  # fmt: skip


@cache
def known_marker(text: str) -> str | None:
    """As :func:`rescat.data.marker_names.marker_name`, remembered during one import."""
    return marker_name(text)


def _row_with(sheet: Sheet, *wanted: str) -> int | None:
    """The first row that has all these cells, whatever their case."""
    for place, row in enumerate(sheet.rows):
        if set(wanted) <= {plain(cell) for cell in row}:
            return place
    return None


def _columns(sheet: Sheet, row: int) -> dict[str, int]:
    """Where each heading of a row stands, the first if there are several."""
    found: dict[str, int] = {}
    for place, cell in enumerate(sheet.rows[row]):
        found.setdefault(plain(cell), place)
    return found


def _rows_below(sheet: Sheet, head: int) -> Iterator[int]:
    """The rows below one that hold anything."""
    return (row for row in range(head + 1, len(sheet.rows)) if any(sheet.rows[row]))


def _cells(sheet: Sheet, at: dict[str, int]) -> Callable[..., str]:
    """What finds the first cell of a row that holds something, by its headings."""

    def cell(row: int, *names: str) -> str:
        held = (sheet.cell(row, at[name]) for name in names if name in at)
        return next(filter(None, held), "")

    return cell


def _fluorescence(sheet: Sheet, row: int) -> DataError:
    return DataError.of(
        [
            Fault(
                sheet.path,
                "found intensities of fluorescence and no concentrations",
                "the export of concentrations (Obs Conc, or the block Result): an intensity "
                "becomes a concentration only by the standards of its plate",
                row=row + 1,
            )
        ]
    )


def _described(text: str) -> tuple[str, str]:
    """Patient and time of a description; all of it is the patient if it holds no time."""
    parts = _PATIENT_AND_DAY.fullmatch(text)
    return (parts[1], parts[2]) if parts else (text, "")


def bio_plex(sheet: Sheet, told: Mapping) -> Found | None:
    """Bio-Plex Manager: a row of analytes above the row Type, Well, Description."""
    head = _row_with(sheet, "type", "well", "description")
    if not head:
        return None
    kinds = [plain(cell) for cell in sheet.rows[head]]
    results = [place for place, kind in enumerate(kinds) if kind == "obsconc"]
    if not results:
        raise _fluorescence(sheet, head)
    unit = next(
        (
            row[0].partition(":")[2].strip()
            for row in sheet.rows
            if row and row[0].lower().startswith("units:")
        ),
        "",
    )
    found: Found = []
    for place in range(head + 1, len(sheet.rows)):
        kind, text = sheet.cell(place, 0), sheet.cell(place, kinds.index("description"))
        if not re.fullmatch(r"X\d+", kind):
            what = {"S": "standard", "B": "blank", "C": "control of the kit"}.get(kind[:1].upper())
            if re.fullmatch(r"[A-Z]\d*", kind) and any(sheet.cell(place, c) for c in results):
                found.append(LeftOut(sheet, place, text or kind, what or f"type {kind}"))
            continue
        patient, time = _described(text)
        for c in results:
            marker = _BEADS.sub("", sheet.cell(head - 1, c))
            found.append(
                Sample(sheet, place, c, patient, _SPECIES.sub("", marker), sheet.cell(place, c),
                       time=time, unit=unit)
            )  # fmt: skip
    return found


def xponent(sheet: Sheet, told: Mapping) -> Found | None:
    """Luminex xPONENT: blocks that begin with DataType; the one that counts is Result."""
    blocks = {
        sheet.cell(place, 1).lower(): place
        for place, row in enumerate(sheet.rows)
        if row and plain(row[0]) == "datatype"
    }
    if not blocks:
        return None
    if "result" not in blocks:
        raise _fluorescence(sheet, min(blocks.values()))
    head = blocks["result"] + 1
    units = {}
    if "units" in blocks:
        named, given = blocks["units"] + 1, blocks["units"] + 2
        units = {
            sheet.cell(named, c): sheet.cell(given, c) for c in range(1, len(sheet.rows[named]))
        }
    found: Found = []
    for place in range(head + 1, len(sheet.rows)):
        if not any(sheet.rows[place]) or plain(sheet.cell(place, 0)) == "datatype":
            break
        text = sheet.cell(place, 1)
        if _OF_KIT.fullmatch(text):
            found.append(LeftOut(sheet, place, text, "standard, blank or control of the kit"))
            continue
        patient, time = _described(text)
        for c in range(2, len(sheet.rows[head])):
            marker = sheet.cell(head, c)
            if plain(marker) in ("totalevents", "notes", ""):
                continue
            found.append(
                Sample(sheet, place, c, patient, marker, sheet.cell(place, c), time=time,
                       unit=units.get(marker, ""))
            )  # fmt: skip
    return found


def simoa(sheet: Sheet, told: Mapping) -> Found | None:
    """Quanterix Simoa: the run history, a row for each well."""
    head = _row_with(sheet, "samplebarcode", "assay", "concentration")
    if head is None:
        return None
    at = _columns(sheet, head)
    cell = _cells(sheet, at)
    found: Found = []
    for place in _rows_below(sheet, head):
        barcode, kind, status = (cell(place, n) for n in ("samplebarcode", "sampletype", "status"))
        if kind and kind.lower() not in ("specimen", "sample"):
            found.append(LeftOut(sheet, place, barcode, f"sample type {kind}"))
            continue
        if status and status.lower() != "complete":
            found.append(LeftOut(sheet, place, barcode, f"status {status}"))
            continue
        patient, time = _described(barcode)
        marker = re.sub(r"^.*-plex\s+\w\s+", "", cell(place, "assay"), flags=re.IGNORECASE)
        flags = cell(place, "flags").lower()
        found.append(
            Sample(sheet, place, at["concentration"], patient, marker,
                   cell(place, "concentration"), time=time, unit=cell(place, "unit"),
                   below="below lod" in flags or "below lloq" in flags)
        )  # fmt: skip
    return found


def redcap(sheet: Sheet, told: Mapping) -> Found | None:
    """REDCap, flat: a row for each event or form, a column for each marker.

    Arm and date of day 0 stand in the columns that the mapping names, once for each record.
    """
    head = redcap_head(sheet)
    if head is None:
        return None
    columns = told.columns
    names = [cell.strip() for cell in sheet.rows[head]]
    at = {name: place for place, name in enumerate(names)}
    markers = {name: c for name, c in at.items() if known_marker(name) or name in told.markers}
    found: Found = []
    for place in _rows_below(sheet, head):
        record = sheet.cell(place, 0)
        event = sheet.cell(place, at.get("redcap_event_name", len(names)))
        date = sheet.cell(place, at[columns["time"]]) if columns.get("time") in at else ""
        time = date or re.sub(r"_arm_\d+$", "", event)
        for name, c in markers.items():
            if not sheet.cell(place, c):
                continue
            flag = sheet.cell(place, at.get(f"{name}_lod", len(names)))
            found.append(
                Sample(sheet, place, c, record, name, sheet.cell(place, c), time=time,
                       dated=bool(date), below=flag == "1", form="REDCap")
            )  # fmt: skip
    return found


def redcap_head(sheet: Sheet) -> int | None:
    """The row of headings of an export of REDCap; None for any other sheet."""
    head = _row_with(sheet, "redcapeventname")
    return _row_with(sheet, "redcaprepeatinstrument") if head is None else head


def cdisc(sheet: Sheet, told: Mapping) -> Found | None:
    """CDISC: LB of SDTM, or ADLB of ADaM."""
    if not sheet.rows:
        return None
    at = _columns(sheet, 0)
    sdtm, adam = {"usubjid", "lbtestcd", "lborres"}, {"usubjid", "paramcd", "aval"}
    if not (sdtm <= set(at) or adam <= set(at)):
        return None
    of_lb = sdtm <= set(at)
    cell = _cells(sheet, at)
    found: Found = []
    for place in _rows_below(sheet, 0):
        if of_lb:
            marker, unit = cell(place, "lbtestcd"), cell(place, "lborresu")
            column, text = at["lborres"], cell(place, "lborres")
            day, limit = cell(place, "lbdy"), cell(place, "lblloq")
        else:
            marker = cell(place, "paramcd")
            named = _UNIT.match(cell(place, "param"))
            unit = named[2] if named else ""
            column = at["avalc"] if cell(place, "avalc") else at["aval"]
            text, day, limit = sheet.cell(place, column), cell(place, "ady"), cell(place, "lblloq")
        found.append(
            Sample(sheet, place, column, cell(place, "usubjid"), marker, text, time=day, unit=unit,
                   group=cell(place, "trt01p", "trt01a", "arm"), limit=limit, without_zero=True)
        )  # fmt: skip
    return found


def omop(sheet: Sheet, told: Mapping) -> Found | None:
    """OMOP: the table MEASUREMENT."""
    head = _row_with(sheet, "personid", "measurementsourcevalue", "valueasnumber")
    if head is None:
        return None
    at = _columns(sheet, head)
    signs = {"4171756": "<", "4171754": "<", "4172704": ">", "4171755": ">"}
    cell = _cells(sheet, at)
    return [
        Sample(sheet, place, at["valueasnumber"], cell(place, "personid"),
               cell(place, "measurementsourcevalue"),
               signs.get(cell(place, "operatorconceptid"), "") + cell(place, "valueasnumber"),
               time=cell(place, "measurementdate")[:10], dated=True,
               unit=cell(place, "unitsourcevalue"))
        for place in _rows_below(sheet, head)
    ]  # fmt: skip


def _roles(sheet: Sheet, row: int, columns: dict[str, str]) -> dict[str, int]:
    """Which column is what: as the mapping says, else by the word of its heading."""
    at = {cell.strip(): place for place, cell in reversed(list(enumerate(sheet.rows[row])))}
    roles = {role: at[name] for role, name in columns.items() if name in at}
    for name, place in at.items():
        for role, words in _WORDS.items():
            if plain(name) in words and place not in roles.values():
                roles.setdefault(role, place)
    return roles


def _heading(text: str) -> tuple[str, str]:
    """Marker and unit of a heading."""
    found = _UNIT.match(text)
    return (found[1], found[2]) if found and mass_and_volume(found[2]) else (text, "")


def table_head(sheet: Sheet, columns: dict[str, str]) -> int | None:
    """The first row of headings, one of them of patients; `columns` is that of the mapping."""
    for row in range(min(len(sheet.rows), 30)):
        if "patient" in _roles(sheet, row, columns) and sum(map(bool, sheet.rows[row])) > 2:
            return row
    return None


def two_headings(sheet: Sheet, told: Mapping) -> Found | None:
    """A spreadsheet: markers in one row, and below each of them a column for each time."""
    head = table_head(sheet, told.columns)
    if head is None or head + 1 >= len(sheet.rows):
        return None
    roles = _roles(sheet, head, told.columns)
    below = sheet.rows[head + 1]
    if "time" in roles or "marker" in roles or sheet.cell(head + 1, roles["patient"]):
        return None
    wide, marker = {}, ""
    for c in range(len(below)):
        marker = (sheet.cell(head, c) or marker) if c not in roles.values() else ""
        if marker and sheet.cell(head + 1, c):
            wide[c] = (*_heading(marker), sheet.cell(head + 1, c))
    return list(_wide_rows(sheet, head + 1, roles, wide)) if wide else None


def _wide_rows(sheet: Sheet, head: int, roles: dict[str, int], wide: dict) -> Iterator:
    for place in _rows_below(sheet, head):
        patient = sheet.cell(place, roles["patient"])
        if not patient or re.match(r"(tot|mean|media|median|sum|sd\b)", patient, re.IGNORECASE):
            yield LeftOut(sheet, place, patient or "no patient", "row of no patient")
            continue
        own = {role: sheet.cell(place, c) for role, c in roles.items() if role in ("group", "time")}
        for c, (marker, unit, time) in wide.items():
            named = {"time": time, **own} if time else own
            if sheet.cell(place, c):
                yield Sample(
                    sheet, place, c, patient, marker, sheet.cell(place, c), unit=unit, **named
                )


def _result(sheet: Sheet, place: int, roles: dict[str, int]) -> Sample:
    """A row that is a result; a flag in a column of its own becomes its sign."""
    cells = {role: sheet.cell(place, c) for role, c in roles.items() if role != "date"}
    for role, sign in (("below", "<"), ("above", ">")):
        flag = cells.pop(role, "").lower()
        if flag not in ("", "y", "n"):
            column = sheet.cell(0, roles[role])
            raise DataError.of([Fault(sheet.path, flag, "y or n", row=place + 1, column=column)])
        if flag == "y" and cells["text"][:1] != sign:
            cells["text"] = sign + cells["text"]
    return Sample(sheet, place, roles["text"], **cells)


def any_table(sheet: Sheet, told: Mapping) -> Found | None:
    """A table with a heading: a row per result, or a column per marker."""
    head = table_head(sheet, told.columns)
    if head is None:
        return None
    roles = _roles(sheet, head, told.columns)
    if "marker" in roles and "text" in roles:
        results = [_result(sheet, place, roles) for place in _rows_below(sheet, head)]
        return [*_unread(sheet, head, roles.values()), *results]
    wide = {
        c: (*_heading(sheet.cell(head, c)), "")
        for c in range(len(sheet.rows[head]))
        if c not in roles.values() and sheet.cell(head, c)
    }
    known = {c: w for c, w in wide.items() if w[1] or known_marker(w[0]) or w[0] in told.markers}
    if "time" not in roles or not known:
        return None
    read = [*_unread(sheet, head, [*roles.values(), *known])]
    return [*read, *_wide_rows(sheet, head, roles, known)]


def _unread(sheet: Sheet, head: int, read: Iterable[int]) -> Iterator[LeftOut]:
    """The columns of a table that are none of a known meaning."""
    for c in sorted(set(range(len(sheet.rows[head]))) - set(read)):
        if any(sheet.cell(place, c) for place in _rows_below(sheet, head)):
            why = "its heading is no known one, and no marker's"
            yield LeftOut(sheet, head, sheet.cell(head, c), why, "column")


LAYOUTS: dict[str, Callable[[Sheet, Mapping], Found | None]] = {
    "Bio-Plex": bio_plex,
    "Luminex xPONENT": xponent,
    "Quanterix Simoa": simoa,
    "REDCap": redcap,
    "CDISC": cdisc,
    "OMOP measurement": omop,
    "spreadsheet with two headings": two_headings,
    "table": any_table,
}
