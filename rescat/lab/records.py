"""From rows of patients and of adverse events to ``patients.csv`` and ``events.csv``.

Each table is held by many systems: REDCap has both in one file, CDISC has ADSL or DM, and ADAE or
AE. A column is known by its heading (`vocabulary.py`) or named by the mapping; so is each code.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

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


@dataclass
class _Row:
    """A row of a file: what stands in the columns of one table."""

    place: Sample  # its cell of the patient
    cells: dict[str, Sample]
    boxes: dict[str, list[tuple[str, Sample]]] = field(default_factory=dict)
    number: Sample | None = None
    form: tuple[str, ...] = ()


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
        redcap = redcap_head(sheet)
        head = _head(sheet, told) if redcap is None else redcap
        if head is None:
            return "", []
        names = [cell.strip() for cell in sheet.rows[head]]
        at = {plain(name): place for place, name in reversed(list(enumerate(names))) if name}
        who = 0 if redcap is not None else _first(names, at, told.get("patient"), PATIENT)
        # A table of results repeats columns of its patients, and so does one of events.
        results = bool(layout) and redcap is None
        if who is None or (results and not self._named("patients", names)):
            return "", []
        wanted = ("patients",) if results else TABLES
        columns = {table: self._columns(sheet, head, table, redcap) for table in wanted}
        if redcap is None and not results:
            events = "term" in columns["events"]
            columns["patients" if events else "events"] = {}
        group = _first(names, at, told.get("group"), () if redcap is not None else GROUP)
        zero = _first(names, at, told.get("day_zero"), ())
        found = [table for table, of in columns.items() if of]
        if not found and group is None and zero is None:
            return "", []
        own = {"arms of the patients": group, "day 0 of the patients": zero}
        what = [f"{table}.csv" for table in found]
        what += [named for named, column in own.items() if column is not None]
        used = of_results | {k for k, name in enumerate(names) if name in told.values()}
        used |= {k for k, name in enumerate(names) for c in of_results if name == f"{names[c]}_lod"}
        used |= {who, group, zero, at.get("ageu") if "age" in at else None} - {None}
        for table in found:
            self.seen.setdefault(table, Sample(sheet, head, who, "", "", names[who]))
            used |= self._understood(table, columns[table], names)
        rows_read = self._take(sheet, head, who, group, zero, columns)
        left_out = []
        if not results:
            left_out = list(self._unread(sheet, head, names, used, rows_read, redcap is not None))
        return ", ".join(what), left_out

    def _named(self, table: str, names: list[str]) -> bool:
        """Whether the mapping names a column of this sheet."""
        return bool(set(self.mapping.columns_of(table).values()) & set(names))

    def _columns(self, sheet: Sheet, head: int, table: str, redcap: int | None) -> dict:
        """The places of the columns of a table; of checkboxes all of them."""
        if self.mapping.tables.get(table) == LEAVE_OUT:
            self.account.understand("table", f"{table}.csv", "not made", "mapping [tables]")
            return {}
        names = [cell.strip() for cell in sheet.rows[head]]
        rows = [r for r in range(head + 1, len(sheet.rows)) if any(sheet.rows[r])]
        found = {}
        for column, known in headings(table, redcap is not None).items():
            told = self.mapping.columns_of(table).get(column)
            if told == LEAVE_OUT:
                continue
            boxes = [
                place
                for place, name in enumerate(names)
                if (box := _BOX.fullmatch(name)) and (box[1] == told or plain(box[1]) in known)
            ]
            same = [k for k, name in enumerate(names) if told and name == told]
            if not told:
                ranked = [(known.index(plain(n)), k) for k, n in enumerate(names)
                          if plain(n) in known]  # fmt: skip
                same = [k for _, k in sorted(ranked)]
            filled = [k for k in same if any(sheet.cell(row, k) for row in rows)]
            if column in _ONE_MEANING and len(filled) > 1:
                several = " or ".join(names[k] for k in filled)
                self._ask_column(table, column, f"several columns say it, {several}",
                                 Sample(sheet, head, filled[0], "", "", ""))  # fmt: skip
            if boxes and not same:
                found[column] = boxes
            elif same:
                found[column] = (filled or same)[:1]
        return found

    def _understood(self, table: str, columns: dict, names: list[str]) -> set[int]:
        told = self.mapping.columns_of(table)
        for column, places in columns.items():
            how = f"mapping [{table[:-1]}_columns]" if column in told else "known heading"
            for place in places:
                self.account.understand("column", names[place], f"{table}.csv: {column}", how)
                self.read[table].setdefault(column, names[place])
        return {place for places in columns.values() for place in places}

    def _take(self, sheet, head, who, group, zero, columns) -> set[int]:
        """Keep the cells of each row; return the rows that hold any."""
        names = [cell.strip() for cell in sheet.rows[head]]
        at = {plain(name): place for place, name in enumerate(names)}
        form = "REDCap" if redcap_head(sheet) is not None else ""
        read = set()
        for row in range(head + 1, len(sheet.rows)):
            patient = sheet.cell(row, who)

            def cell(column: int, row=row, patient=patient) -> Sample:
                aged = plain(names[column]) == "age" and "ageu" in at
                unit = sheet.cell(row, at["ageu"]) if aged else ""
                text = sheet.cell(row, column)
                return Sample(
                    sheet, row, column, patient, names[column], text, unit=unit, form=form
                )

            for place, kept in ((group, self.arms), (zero, self.zeros)):
                if patient and place is not None and sheet.cell(row, place):
                    one = replace(cell(place), group=sheet.cell(row, place))
                    kept.setdefault(patient, {}).setdefault(one.text, one)
                    read.add(row)
            for table, of in columns.items():
                filled = [p for places in of.values() for p in places if sheet.cell(row, p)]
                if not filled or (table == "patients" and not self._describes(sheet, row, names)):
                    continue
                read.add(row)
                if not patient:
                    self.account.fault(cell(who), "an empty cell", "the number of a patient",
                                       quoted=False)  # fmt: skip
                    continue
                one = _Row(cell(who), {c: cell(p[0]) for c, p in of.items()
                                       if not _BOX.fullmatch(names[p[0]])})  # fmt: skip
                one.boxes = {c: [(names[p], cell(p)) for p in places] for c, places in of.items()
                             if c not in one.cells}  # fmt: skip
                number = next((at[n] for n in NUMBERED if n in at), None)
                if number is not None and sheet.cell(row, number):
                    one.number = cell(number)
                one.form = tuple(
                    sheet.cell(row, at[n])
                    for n in ("redcapeventname", "redcaprepeatinstrument")
                    if n in at
                )
                self.rows[table].append(one)
        return read

    def _describes(self, sheet: Sheet, row: int, names: list[str]) -> bool:
        """Whether a row is one of those that describe patients, as far as the mapping says."""
        return all(
            name not in names or sheet.cell(row, names.index(name)) == value
            for name, value in self.mapping.patient_rows.items()
        )

    def _unread(self, sheet, head, names, used, rows_read, redcap) -> Iterator[LeftOut]:
        """Rows and columns of which nothing is read; of REDCap those of its results are not."""
        for row in range(head + 1, len(sheet.rows)):
            if not redcap and any(sheet.rows[row]) and row not in rows_read:
                yield LeftOut(sheet, row, sheet.cell(row, 0), "it holds nothing that is read")
        for place, name in enumerate(names):
            filled = any(sheet.cell(row, place) for row in range(head + 1, len(sheet.rows)))
            of_system = redcap and (name.startswith("redcap_") or name.endswith("_complete"))
            if place not in used and filled and not of_system:
                why = "its heading is no known one, or another column is read in its place"
                yield LeftOut(sheet, head, name, why, "column")

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
            self.account.fault(self.seen["patients"], "no row of a patient", "at least one",
                               quoted=False)  # fmt: skip
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
                    "one row for each patient, or [patient_rows] of the mapping says which",
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
                made[column] = self._boxes(boxes), boxes[0][0][1]
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

    def _boxes(self, rows: list[list[tuple[str, Sample]]]) -> str:
        """The words of the boxes that are ticked; None if none is."""
        filled = [row for row in rows if any(cell.text for _, cell in row)]
        if not filled:
            return ""
        names, hidden = [], False
        for name, cell in filled[0]:
            ticked = _TICKED.get(cell.text.casefold(), False if not cell.text else None)
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
        first = filled[0][0][1]
        texts = " ".join(cell.text or "empty" for _, cell in filled[0])
        rule = "the checkboxes that are ticked"
        rule += ", without those that the mapping leaves out" if hidden else ""
        self.account.note(first, written, rule, found=texts)
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
            if patients is not None and cell.patient not in known:
                self.account.fault(cell, "an event of a patient of no row",
                                   "a patient of the table of patients", quoted=False)  # fmt: skip
                continue
            told = cell.patient in self.arms or cell.patient in self.mapping.patients
            if told and arm(cell) == LEAVE_OUT:
                self.account.note(cell, None, "event left out: its patient is", found="")
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
        last = self._when(end) if end is not None else None
        if isinstance(start, date) and type(last) is type(start) and last < start:
            days = (start - last).days
            self.account.fault(end, f"an end {days} days before the start", "the start or later",
                               end.marker, quoted=False)  # fmt: skip
            return ""
        day = self._from_zero(start, cell) if isinstance(start, date) else start
        until = self._from_zero(last, end, ask=False) if isinstance(last, date) else last
        if day is not None and until is not None and until < day:
            self.account.fault(end, f"an end on day {until:g}, and a start on day {day:g}",
                               "the start or later", end.marker, quoted=False)  # fmt: skip
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
            self.account.note(cell, written, "CDISC counts from day 1: one less" if study
                              else "written as a number")  # fmt: skip
        return written

    def _when(self, cell: Sample) -> date | float | None:
        """A day from day 0, or a date; None if it is neither, which is told."""
        text, heading = cell.text, cell.marker
        if is_missing(text):
            if text and text != NOT_REPORTED:
                self.account.note(cell, NOT_REPORTED, "a word for no value")
            return None
        if plain(heading) in STUDY_DAYS:
            if not _STUDY_DAY.fullmatch(text) or float(text) == 0:
                self.account.fault(cell, text, "a day of the study: a whole number, and not 0, "
                                   "as CDISC has no day 0", heading)  # fmt: skip
                return None
            self.account.understand("day", heading, "days from day 0",
                                    "CDISC counts from day 1: one less, and -1 is the day before "
                                    "day 0")  # fmt: skip
            return float(text) - (float(text) > 0)
        if found := as_date(text):
            return found
        dated = plain(heading).endswith(_DATED)
        if _PARTIAL.fullmatch(text) and (dated or "-" in text):
            self.account.note(cell, NOT_REPORTED, "a part of a date gives no day", found="a date")
            return None
        number = None if dated else self._number(text)
        if number is None:
            self.account.fault(cell, text, "a date such as 2020-05-31, or a number of days",
                               heading)  # fmt: skip
            return None
        self.account.understand("day", heading, "days from day 0", "a number of days")
        return number

    def _from_zero(self, when: date, cell: Sample, ask: bool = True) -> float | None:
        zero = self.day_zero(cell, ask)
        if zero is None:
            return None
        self.account.understand("day", "dates", "days from day 0",
                                "the date minus the date of day 0")  # fmt: skip
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
            self._once(second, "another date of day 0 than in a row above",
                       "the same date in all rows of a patient", quoted=False)  # fmt: skip
            return None
        if not dates and ask and self.mapping.columns.get("day_zero") is None:
            why = "days are dates: which column has the date of day 0"
            self.account.ask("columns", "day_zero", why, cell)
        elif not dates and ask:
            self._once(cell, "a date of a patient without a date of day 0",
                       f"a date in column {self.mapping.columns['day_zero']} in a row of this "
                       "patient", quoted=False)  # fmt: skip
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
                self.account.fault(place, f"no column {told[column]!r}",
                                   f"the heading of a column, for {table}.csv: {column}",
                                   quoted=False)  # fmt: skip
            elif required(of) and not (empty and told.get(column) == LEAVE_OUT):
                remedy = f"; or {LEAVE_OUT!r}: then it is {NOT_REPORTED!r}" if empty else (
                    f"; if no file has it, add it to one, or write [tables] {table} = "
                    f"{LEAVE_OUT!r}")  # fmt: skip
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
        if of["type"] == "string" and not known and text:
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
            self.account.fault(cell, cell.text or "an empty cell", expected, heading,
                               quoted=bool(cell.text))  # fmt: skip
            return ""
        if cell.text != NOT_REPORTED:
            self.account.note(cell, NOT_REPORTED, "a word for no value" if cell.text
                              else "an empty cell, where there must be a word")  # fmt: skip
        return NOT_REPORTED

    def _as_number(self, column: str, of: dict, cell: Sample, heading: str) -> str:
        number = self._number(cell.text)
        if number is None:
            self.account.fault(cell, cell.text, allowed(of), heading)
            return ""
        if cell.unit and cell.unit.casefold() not in ("years", "year"):
            self.account.fault(cell, f"an age in {cell.unit}", "an age in YEARS", heading,
                               quoted=False)  # fmt: skip
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


def _first(names: list[str], at: dict, told: str | None, known: tuple[str, ...]) -> int | None:
    """The place of a column: as the mapping says, else by the best of the known headings."""
    if told in names:
        return names.index(told)
    return next((at[name] for name in known if name in at), None)
