"""From rows of patients and of adverse events to ``patients.csv`` and ``events.csv``.

Each table is held by many systems: REDCap has both in one file, CDISC has ADSL or DM, and ADAE or
AE. A column is known by its heading (`vocabulary.py`) or named by the mapping; so is each code.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

import pandas as pd

from ..data.validation import NOT_REPORTED
from .account import Account
from .layouts import redcap_head, table_head
from .mapping import LEAVE_OUT
from .samples import LeftOut, Sample, as_date
from .sheets import Sheet, plain
from .vocabulary import (
    GROUP,
    NUMBERED,
    PATIENT,
    STUDY_DAYS,
    TABLES,
    allowed,
    codes,
    fields,
    headings,
    is_missing,
    may_be_unknown,
    required,
    word,
)

__all__ = ["Made", "Records"]

_BOX = re.compile(r"(.+)___(\w+)")
_TICKED = {"1": True, "checked": True, "0": False, "unchecked": False}
_ONE_MEANING = ("severity", "ethnicity")  # of which two columns say two things
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")
_PARTIAL = re.compile(r"\d{4}(-\d{2})?")
_DATED = ("dtc", "dt", "date")  # how the heading of a date ends
_STUDY_DAY = re.compile(r"[+-]?\d+(\.0*)?")
Arm = Callable[[Sample], str | None]


@dataclass(frozen=True)
class Made:
    """A table as it will be written, and from which cell each of its own comes."""

    frame: pd.DataFrame
    cells: list[dict[str, Sample]]


@dataclass(frozen=True)
class _Row:
    """A row of a file: what stands in the columns of one table."""

    place: Sample  # its cell of the patient
    cells: dict[str, Sample]
    boxes: dict[str, list[Sample]]
    number: Sample | None
    form: tuple[str, ...]


@dataclass(frozen=True)
class _Grid:
    """A sheet with a row of headings and a column of patients."""

    sheet: Sheet
    head: int
    redcap: bool
    names: list[str]

    @classmethod
    def of(cls, sheet: Sheet, told: dict[str, str]) -> "_Grid | None":
        head = redcap_head(sheet)
        redcap = head is not None
        head = head if redcap else _head(sheet, told)
        if head is None:
            return None
        return cls(sheet, head, redcap, [cell.strip() for cell in sheet.rows[head]])

    @cached_property
    def at(self) -> dict[str, int]:
        """Where each heading stands, the first if there are several."""
        return {plain(n): k for k, n in reversed(list(enumerate(self.names))) if n}

    @cached_property
    def rows(self) -> list[int]:
        """The rows below the headings that hold anything."""
        below = range(self.head + 1, len(self.sheet.rows))
        return [row for row in below if any(self.sheet.rows[row])]

    def place(self, told: str | None, known: tuple[str, ...] = ()) -> int | None:
        """A column: as the mapping says, else by the best of the known headings."""
        if told in self.names:
            return self.names.index(told)
        return next((self.at[name] for name in known if name in self.at), None)

    def filled(self, column: int) -> bool:
        return any(self.sheet.cell(row, column) for row in self.rows)

    def text(self, row: int, heading: str) -> str:
        return self.sheet.cell(row, self.at[heading]) if heading in self.at else ""

    def cell(self, row: int, who: int, column: int) -> Sample:
        """A cell, in the words of its file; of an age the unit as well, which CDISC has in AGEU."""
        unit = self.text(row, "ageu") if plain(self.names[column]) == "age" else ""
        patient, text = self.sheet.cell(row, who), self.sheet.cell(row, column)
        form = "REDCap" if self.redcap else ""
        return Sample(
            self.sheet, row, column, patient, self.names[column], text, unit=unit, form=form
        )


class Records:
    """The rows of patients and events so far, the arms and the days 0 that files say.

    Parameters
    ----------
    account : Account
        To which questions, faults and changes are told.
    """

    def __init__(self, account: Account):
        self.account, self.mapping = account, account.mapping
        self.rows: dict[str, list[_Row]] = {table: [] for table in TABLES}
        self.seen: dict[str, Sample] = {}  # of each table that a file has, a cell of its heading
        self.read: dict[str, dict[str, str]] = {table: {} for table in TABLES}
        self.arms: dict[str, dict[str, Sample]] = {}
        self.zeros: dict[str, dict[str, Sample]] = {}
        self.late: Sample | None = None  # of a patient whose treatment began on another day

    # --- Reading ---------------------------------------------------------------------------------

    def add(self, sheet: Sheet, layout: str, of_results: set[int]) -> tuple[str, list[LeftOut]]:
        """Take the rows of a sheet.

        Parameters
        ----------
        sheet : Sheet
        layout : str
            That of its results, if it has any.
        of_results : set of int
            The places of the columns of results.

        Returns
        -------
        what : str
            What was read, in words; empty if nothing was.
        left_out : list of LeftOut
            Rows and columns that nothing is read of.
        """
        told = self.mapping.columns
        grid = _Grid.of(sheet, told)
        if grid is None:
            return "", []
        # A table of results repeats columns of its patients, and so does one of events.
        results = bool(layout) and not grid.redcap
        who = 0 if grid.redcap else grid.place(told.get("patient"), PATIENT)
        named = set(self.mapping.patient_columns.values()) & set(grid.names)
        if who is None or (results and not named):
            return "", []
        columns = {table: self._columns(grid, table) for table in TABLES}
        if not grid.redcap:
            events = "term" in columns["events"] and not results
            columns["patients" if events else "events"] = {}
        group = grid.place(told.get("group"), () if grid.redcap else GROUP)
        zero = grid.place(told.get("day_zero"))
        found = [table for table, of in columns.items() if of]
        own = {"arms of the patients": group, "day 0 of the patients": zero}
        what = [f"{table}.csv" for table in found]
        what += [words for words, column in own.items() if column is not None]
        if not what:
            return "", []
        used = {who, group, zero, grid.at.get("ageu") if "age" in grid.at else None}
        for table in found:
            self.seen.setdefault(table, grid.cell(grid.head, who, who))
            used |= self._understood(grid, table, columns[table])
        if "patients" in found:
            self._treated_late(grid)
        rows_read = self._take(grid, who, group, zero, columns)
        left_out = [] if results else list(self._unread(grid, used | of_results, rows_read))
        return ", ".join(what), left_out

    def _treated_late(self, grid: _Grid) -> None:
        """Remember a patient who was treated on another day than randomised."""
        for row in grid.rows:
            dates = {as_date(grid.text(row, heading)) for heading in ("randdt", "trtsdt")}
            if None not in dates and len(dates) > 1 and self.late is None:
                self.late = Sample(grid.sheet, row, grid.at["trtsdt"], "", "", "")

    def ask_study_days(self) -> None:
        """Ask whether days of the study are right where they may not count from randomisation."""
        if self.late is not None and "study_days" not in self.mapping.rules:
            why = (
                "TRTSDT is not RANDDT in this row, and days of the study count from TRTSDT as a "
                "rule: 'keep' takes them as they are; events may have dates (data/README.md)"
            )
            self.account.ask("rules", "study_days", why, self.late)

    def _columns(self, grid: _Grid, table: str) -> dict[str, list[int]]:
        """The place of each column of a table; of checkboxes all of them."""
        if self.mapping.tables.get(table) == LEAVE_OUT:
            self.account.understand("table", f"{table}.csv", "not made", "mapping [tables]")
            return {}
        found = {}
        for column, known in headings(table, grid.redcap).items():
            told = self.mapping.columns_of(table).get(column)
            if told == LEAVE_OUT:
                continue
            stems = {k: box[1] for k, n in enumerate(grid.names) if (box := _BOX.fullmatch(n))}
            boxes = [k for k, stem in stems.items() if stem == told or plain(stem) in known]
            if told:
                same = [k for k, name in enumerate(grid.names) if name == told]
            else:
                same = [grid.at[name] for name in known if name in grid.at]
            filled = [k for k in same if grid.filled(k)]
            if column in _ONE_MEANING and len(filled) > 1:
                several = " or ".join(grid.names[k] for k in filled)
                cell = grid.cell(grid.head, filled[0], filled[0])
                self._ask_column(table, column, f"several columns say it, {several}", cell)
            if same or boxes:
                found[column] = (filled or same)[:1] or boxes
        return found

    def _understood(self, grid: _Grid, table: str, columns: dict[str, list[int]]) -> set[int]:
        told = self.mapping.columns_of(table)
        for column, places in columns.items():
            how = f"mapping [{table[:-1]}_columns]" if column in told else "known heading"
            for name in (grid.names[place] for place in places):
                self.account.understand("column", name, f"{table}.csv: {column}", how)
                self.read[table].setdefault(column, name)
        return {place for places in columns.values() for place in places}

    def _take(
        self,
        grid: _Grid,
        who: int,
        group: int | None,
        zero: int | None,
        columns: dict[str, dict[str, list[int]]],
    ) -> set[int]:
        """Keep the cells of each row; return the rows that hold any."""
        read = set()
        number = grid.place(None, NUMBERED)
        boxes = {
            table: {c for c, places in of.items() if _BOX.fullmatch(grid.names[places[0]])}
            for table, of in columns.items()
        }
        for row in grid.rows:
            cell = partial(grid.cell, row, who)
            patient = grid.sheet.cell(row, who)
            for place, kept in ((group, self.arms), (zero, self.zeros)):
                if patient and place is not None and (text := grid.sheet.cell(row, place)):
                    one = replace(cell(place), group=text)
                    kept.setdefault(patient, {}).setdefault(text, one)
                    read.add(row)
            for table, of in columns.items():
                if not any(grid.sheet.cell(row, k) for places in of.values() for k in places):
                    continue
                if table == "patients" and not self._describes(grid, row):
                    continue
                read.add(row)
                if not patient:
                    found = "an empty cell"
                    self.account.fault(cell(who), found, "the number of a patient", quoted=False)
                    continue
                form = [grid.text(row, n) for n in ("redcapeventname", "redcaprepeatinstrument")]
                numbered = number is not None and grid.sheet.cell(row, number)
                self.rows[table].append(
                    _Row(
                        cell(who),
                        {c: cell(ks[0]) for c, ks in of.items() if c not in boxes[table]},
                        {c: [cell(k) for k in of[c]] for c in boxes[table]},
                        cell(number) if numbered else None,
                        tuple(form),
                    )
                )
        return read

    def _describes(self, grid: _Grid, row: int) -> bool:
        """Whether a row is one of those that describe patients, as far as the mapping says."""
        return all(
            name not in grid.names or grid.sheet.cell(row, grid.names.index(name)) == value
            for name, value in self.mapping.patient_rows.items()
        )

    def _unread(self, grid: _Grid, used: set[int | None], rows: set[int]) -> Iterator[LeftOut]:
        """Rows and columns of which nothing is read; rows of REDCap may hold results."""
        for row in grid.rows:
            if not grid.redcap and row not in rows:
                text = grid.sheet.cell(row, 0)
                yield LeftOut(grid.sheet, row, text, "it holds nothing that is read")
        flags = {f"{grid.names[place]}_lod" for place in used if place is not None}
        read = flags | set(self.mapping.columns.values())
        for place, name in enumerate(grid.names):
            of_system = name.startswith("redcap_") or name.endswith("_complete")
            known = place in used or name in read or (grid.redcap and of_system)
            if not known and grid.filled(place):
                why = "its heading is no known one, or another column is read in its place"
                yield LeftOut(grid.sheet, grid.head, name, why, "column")

    # --- Patients --------------------------------------------------------------------------------

    def patients(self, arm: Arm) -> Made | None:
        """The table of the patients; `arm` says the arm of whom a cell is about."""
        if "patients" not in self.seen:
            return None
        self._absent("patients")
        kept = {}
        for patient, rows in self._by_patient().items():
            first = rows[0].place
            of = arm(first)
            if of == LEAVE_OUT:
                self.account.note(first, None, "patient left out by the mapping", found="")
            else:
                kept[patient] = self._patient(rows, of)
        if not self.rows["patients"]:
            self.account.fault(
                self.seen["patients"], "no row of a patient", "at least one", quoted=False
            )
        columns = ["patient_id", "arm", *fields("patients")]
        values = [{column: value for column, (value, _) in row.items()} for row in kept.values()]
        places = [{column: place for column, (_, place) in row.items()} for row in kept.values()]
        return Made(pd.DataFrame(values, columns=columns), places)

    def _by_patient(self) -> dict[str, list[_Row]]:
        found: dict[str, list[_Row]] = {}
        for row in self.rows["patients"]:
            rows = found.setdefault(row.place.patient, [])
            same = [r for r in rows if r.place.sheet is row.place.sheet]
            if same and not row.place.form:
                self.account.fault(
                    row.place,
                    f"the patient of row {same[0].place.row + 1} again",
                    "one row for each patient; [patient_rows] of the mapping may say which, or "
                    "[files] leave the file out",
                    quoted=False,
                )
            rows.append(row)
        return found

    def _patient(self, rows: list[_Row], of: str | None) -> dict[str, tuple[str, Sample]]:
        first = rows[0].place
        made = {"patient_id": (first.patient, first), "arm": (of, first)}
        for column in fields("patients"):
            cells = [row.cells[column] for row in rows if column in row.cells]
            boxes = [row.boxes[column] for row in rows if column in row.boxes]
            if cells:
                one = self._one_of(column, cells)
                made[column] = self._cell("patients", column, one), one
            elif boxes:
                made[column] = self._boxes(boxes), boxes[0][0]
            elif column == "time_origin":
                made[column] = self._time_origin(of, first), first
            else:
                made[column] = "", first
        return made

    def _one_of(self, column: str, cells: list[Sample]) -> Sample:
        """The cell that speaks for a patient; if several differ, it is asked which."""
        filled = {cell.text: cell for cell in reversed(cells) if cell.text}
        if len(filled) > 1:
            *_, second = reversed(filled.values())
            files = dict.fromkeys(cell.sheet.path.name for cell in filled.values())
            if len(files) > 1:
                why = f"another {column} of a patient is in another file; leave out one"
                for name in files:
                    self.account.ask("files", name, why, second)
            else:
                why = f"rows of a patient differ in {column}: what stands in the right ones"
                self.account.ask("patient_rows", "redcap_event_name", why, second)
        return next(reversed(filled.values()), cells[0])

    def _time_origin(self, of: str | None, first: Sample) -> str:
        if of is None:  # the arm itself was asked
            return ""
        told = self.mapping.time_origin.get(of, "")
        if told:
            self.account.understand("time_origin", of, told, "mapping [time_origin]")
        else:
            self.account.ask("time_origin", of, "no column says it: enrolment or admission", first)
        return told

    def _boxes(self, rows: list[list[Sample]]) -> str:
        """The words of the boxes that are ticked; None if none is."""
        filled = [row for row in rows if any(cell.text for cell in row)]
        if not filled:
            return ""
        for row in filled[1:]:
            for one, other in zip(filled[0], row, strict=False):
                self._one_of(one.marker, [one, other])
        names, hidden = [], False
        for cell in filled[0]:
            name = cell.marker
            ticked = _TICKED.get(cell.text.casefold(), None if cell.text else False)
            if ticked is None:
                self.account.fault(cell, cell.text, "1, 0, Checked or Unchecked", name)
                continue
            told = self.mapping.checkboxes.get(name)
            if told is None:
                self.account.ask("checkboxes", name, "what this box means", cell)
            elif told == LEAVE_OUT:
                hidden |= ticked
            else:
                self.account.understand("checkbox", name, told, "mapping [checkboxes]")
                names += [told] if ticked else []
        written = ", ".join(names) or (NOT_REPORTED if hidden else "None")
        texts = " ".join(cell.text or "empty" for cell in filled[0])
        rule = "the checkboxes that are ticked"
        rule += ", without those that the mapping leaves out" if hidden else ""
        self.account.note(filled[0][0], written, rule, found=texts)
        return written

    # --- Events ----------------------------------------------------------------------------------

    def events(self, arm: Arm, patients: Made | None) -> Made | None:
        """The table of the events, numbered as they stand in the files."""
        if "events" not in self.seen:
            return None
        self._absent("events")
        known = {row.place.patient for row in self.rows["patients"]}
        numbers: dict[tuple, Sample] = {}
        files: dict[str, str] = {}
        values, places = [], []
        for row in self.rows["events"]:
            cell = row.place
            told = cell.patient in self.arms or cell.patient in self.mapping.patients
            if told and arm(cell) == LEAVE_OUT:
                self.account.note(cell, None, "event left out: its patient is", found="")
                continue
            if patients is not None and cell.patient not in known:
                self.account.fault(
                    cell,
                    "an event of a patient of no row",
                    "a patient of the table of patients",
                    quoted=False,
                )
                continue
            file = cell.sheet.path.name
            if files.setdefault(cell.patient, file) != file:
                for name in (files[cell.patient], file):
                    why = "events of the same patient are in another file; leave out one"
                    self.account.ask("files", name, why, cell)
            if row.number:
                key = (file, cell.patient, *row.form, row.number.text)
                before = numbers.setdefault(key, row.number)
                if before is not row.number:
                    self.account.fault(
                        row.number,
                        row.number.text,
                        f"each number of an event once for a patient; row {before.row + 1} has it",
                    )
            made = self._event(row)
            if made is not None:
                values.append({"event_id": str(len(values) + 1), "patient_id": cell.patient} | made)
                places.append({"patient_id": cell} | row.cells)
        if values:
            first = self.seen["events"].sheet.file
            how = "numbered from 1, as they stand in the files"
            self.account.understand("column", first, "events.csv: event_id", how)
        columns = ["event_id", "patient_id", *fields("events")]
        return Made(pd.DataFrame(values, columns=columns), places)

    def _event(self, row: _Row) -> dict[str, str] | None:
        made = {}
        for column, of in fields("events").items():
            cell = row.cells.get(column)
            if column == "day":
                made[column] = self._day(row)
            elif cell is not None:
                made[column] = self._cell("events", column, cell)
            else:
                made[column] = NOT_REPORTED if required(of) else ""
        return None if made["day"] is None else made

    def _day(self, row: _Row) -> str | None:
        """The day of an event; None if it is left out."""
        cell, end = row.cells.get("day"), row.cells.get("end")
        if cell is None:
            return ""
        start = self._when(cell)
        last = self._when(end, written=False) if end is not None else None
        if isinstance(start, date) and type(last) is type(start) and last < start:
            days = (start - last).days
            self.account.fault(
                end,
                f"an end {days} days before the start",
                "the start or later",
                end.marker,
                quoted=False,
            )
            return ""
        day = self._from_zero(start, cell) if isinstance(start, date) else start
        until = self._from_zero(last, end, ask=False) if isinstance(last, date) else last
        if day is not None and until is not None and until < day:
            self.account.fault(
                end,
                f"an end on day {until:g}, and a start on day {day:g}",
                "the start or later",
                end.marker,
                quoted=False,
            )
            return ""
        if day is None:
            return NOT_REPORTED if cell.text and start is None else ""
        if day < 0:
            if self.mapping.rules.get("before_day_zero") == LEAVE_OUT:
                self.account.note(cell, None, "event left out: before day 0", found=f"day {day:g}")
                return None
            self.account.fault(
                cell,
                f"an event {-day:g} days before day 0",
                f"day 0 or later, or before_day_zero = {LEAVE_OUT!r} in [rules] of the mapping",
                cell.marker,
                quoted=False,
            )
            return ""
        written = f"{day:g}"
        if isinstance(start, date):
            self.account.note(cell, written, "the date minus the date of day 0", found="a date")
        elif written != cell.text:
            study = plain(cell.marker) in STUDY_DAYS
            self.account.note(
                cell,
                written,
                "CDISC counts from day 1: one less" if study else "written as a number",
            )
        return written

    def _when(self, cell: Sample, written: bool = True) -> date | float | None:
        """A day from day 0, or a date; None if it is neither, which is told."""
        text, heading = cell.text, cell.marker
        if is_missing(text):
            if written and text and text != NOT_REPORTED:
                self.account.note(cell, NOT_REPORTED, "a word for no value")
            return None
        if plain(heading) in STUDY_DAYS:
            if not _STUDY_DAY.fullmatch(text) or float(text) == 0:
                self.account.fault(
                    cell,
                    text,
                    "a day of the study: a whole number, and not 0, as CDISC has no day 0",
                    heading,
                )
                return None
            self.ask_study_days()
            self.account.understand(
                "day",
                heading,
                "days from day 0",
                "CDISC counts from day 1: one less, and -1 is the day before day 0",
            )
            return float(text) - (float(text) > 0)
        if found := as_date(text):
            return found
        dated = plain(heading).endswith(_DATED)
        if _PARTIAL.fullmatch(text) and (dated or "-" in text):
            if written:
                rule = "a part of a date gives no day"
                self.account.note(cell, NOT_REPORTED, rule, found="a date")
            return None
        number = None if dated else self._number(text)
        if number is None:
            self.account.fault(
                cell, text, "a date such as 2020-05-31, or a number of days", heading
            )
            return None
        self.account.understand("day", heading, "days from day 0", "a number of days")
        return number

    def _from_zero(self, when: date, cell: Sample, ask: bool = True) -> float | None:
        zero = self.day_zero(cell, ask)
        if zero is None:
            return None
        self.account.understand(
            "day", "dates", "days from day 0", "the date minus the date of day 0"
        )
        return float((when - zero).days)

    def day_zero(self, cell: Sample, ask: bool = True) -> date | None:
        """The date of day 0 of a patient; what is lacking for it is asked."""
        told = self.zeros.get(cell.patient, {})
        dates = {text: as_date(text) for text in told}
        for text, zero in dates.items():
            if zero is None:
                self._once(told[text], text, "a date such as 2020-05-31")
                return None
        if len(set(dates.values())) > 1:
            second = list(told.values())[1]
            self._once(
                second,
                "another date of day 0 than in a row above",
                "the same date in all rows of a patient",
                quoted=False,
            )
            return None
        if not dates and ask and self.mapping.columns.get("day_zero") is None:
            why = "days are dates: which column has the date of day 0"
            self.account.ask("columns", "day_zero", why, cell)
        elif not dates and ask:
            self._once(
                cell,
                "a date of a patient without a date of day 0",
                f"a date in column {self.mapping.columns['day_zero']} in a row of this patient",
                quoted=False,
            )
        return next(iter(dates.values()), None)

    def _once(self, cell: Sample, found: str, expected: str, quoted: bool = True) -> None:
        before = len(self.account.faults)
        self.account.fault(cell, found, expected, quoted=quoted)
        if self.account.faults[-1] in self.account.faults[:before]:
            self.account.faults.pop()

    # --- A cell ----------------------------------------------------------------------------------

    def _absent(self, table: str) -> None:
        """Columns that no file has: asked for if they must be there, else empty."""
        place = self.seen[table]
        told = self.mapping.columns_of(table)
        for column, of in fields(table).items():
            if column in self.read[table] or column == "time_origin":
                continue
            empty = required(of) and may_be_unknown(of)
            if column in told and told[column] != LEAVE_OUT:
                self.account.fault(
                    place,
                    f"no column {told[column]!r}",
                    f"the heading of a column, for {table}.csv: {column}",
                    quoted=False,
                )
            elif required(of) and not (empty and told.get(column) == LEAVE_OUT):
                remedy = (
                    f"; or {LEAVE_OUT!r}: then it is {NOT_REPORTED!r}"
                    if empty
                    else (
                        f"; if no file has it, add it to one, or write [tables] {table} = "
                        f"{LEAVE_OUT!r}"
                    )
                )
                self._ask_column(table, column, f"no column is known for it{remedy}", place)
            else:
                left = NOT_REPORTED if empty else ""
                why = "left out by the mapping" if column in told else "no file has it"
                rule = f"{table}.csv, column {column}: {why}; {left or 'empty'} in all rows"
                self.account.note(place, left, rule, found="")

    def _ask_column(self, table: str, column: str, why: str, cell: Sample) -> None:
        self.account.ask(f"{table[:-1]}_columns", column, why, cell)

    def _cell(self, table: str, column: str, cell: Sample) -> str:
        """What is written for a cell; empty if it was asked or is at fault."""
        of, text, heading = fields(table)[column], cell.text, cell.marker
        known = codes(of)
        no_value = is_missing(text) and not required(of)
        if of["type"] == "string" and not known and text and not no_value:
            return text
        told = self.mapping.codes.get(column, {})
        if is_missing(text) and text not in (*told, *known):
            return self._missing(of, cell, heading)
        if not known:
            return self._as_number(column, of, cell, heading)
        found, rule = word(column, heading, text)
        if text in told:
            found, rule = told[text], f"mapping [codes.{column}]"
        if not found:
            self.account.ask(f"codes.{column}", text, f"what this means in {heading}", cell)
            return ""
        self.account.understand("code", f"{heading}: {text}", found, rule)
        if found != text:
            self.account.note(cell, found, f"{rule}, for {column}")
        return found

    def _missing(self, of: dict, cell: Sample, heading: str) -> str:
        if not cell.text and not required(of):
            return ""
        if not may_be_unknown(of):
            if not required(of):
                self.account.note(cell, "", "a word for no value: empty")
                return ""
            expected = f"{allowed(of)}; or this patient left out, in [patients] of the mapping"
            self.account.fault(
                cell, cell.text or "an empty cell", expected, heading, quoted=bool(cell.text)
            )
            return ""
        if cell.text != NOT_REPORTED:
            self.account.note(
                cell,
                NOT_REPORTED,
                "a word for no value" if cell.text else "an empty cell, where there must be a word",
            )
        return NOT_REPORTED

    def _as_number(self, column: str, of: dict, cell: Sample, heading: str) -> str:
        number = self._number(cell.text)
        if number is None:
            self.account.fault(cell, cell.text, allowed(of), heading)
            return ""
        if cell.unit and cell.unit.casefold() not in ("years", "year"):
            self.account.fault(
                cell, f"an age in {cell.unit}", "an age in YEARS", heading, quoted=False
            )
            return ""
        if _NUMBER.fullmatch(cell.text):
            return cell.text
        self.account.note(cell, f"{number!r}", "decimal comma")
        return f"{number!r}"

    def _number(self, text: str) -> float | None:
        if _NUMBER.fullmatch(text):
            return float(text)
        comma = self.mapping.rules.get("decimal") == "," and re.fullmatch(r"[+-]?\d+,\d+", text)
        return float(text.replace(",", ".")) if comma or _COMMA.fullmatch(text) else None


def _head(sheet: Sheet, told: dict[str, str]) -> int | None:
    """The row of headings; two columns are enough in the first row."""
    found = table_head(sheet, told)
    if found is None and sheet.rows and any(plain(cell) in PATIENT for cell in sheet.rows[0]):
        return 0
    return found
