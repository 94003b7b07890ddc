"""From files as they are to the tables of this book, with a line for every change of a cell.

Nothing is guessed. What the files say in a known way is read; what they do not say is asked for, as
lines that a small file of decisions lacks (`mapping.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pandas as pd

from ..base.errors import DataError, Fault
from ..data.biomarkers import examine_biomarker_cells
from ..data.marker_names import comparable
from ..data.trial_facts import ARMS
from ..data.units import is_logarithm, mass_and_volume, unit_name
from ..data.validation import examine_cells
from .account import Account
from .layouts import LAYOUTS, known_marker
from .mapping import LEAVE_OUT, RULES, Mapping, Question, draft, merged, read_mapping
from .records import Made, Records
from .results import Result, read_result
from .samples import LeftOut, Sample, as_date
from .sheets import KINDS, Sheet, read_sheets

__all__ = ["Import", "MissingDecisions", "read_lab"]

COLUMNS = ["patient_id", "arm", "day", "marker", "value", "unit", "below_lod"]
BELOW, ABOVE = "below", "above"
LOG = ["file", "row", "column", "found", "written", "rule"]
_DAY = re.compile(r"(?:d|day|day_|giorno|t)?[\s_]*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class Import:
    """What was read of files of a laboratory, of REDCap or of CDISC.

    Attributes
    ----------
    biomarkers : DataFrame or None
        ``patient_id, arm, day, marker, value, unit, below_lod``, as ``data/README.md`` has it; and
        ``above_range``, if a result is above the range of its test. None if no file has results.
    log : DataFrame
        ``file, row, column, found, written, rule``: a row for each result whose text is not the
        number that was written, and for each that was left out; rows from 1, as spreadsheets count.
    understood : DataFrame
        ``what, found, read_as, how``: what each word of the files was taken for.
    patients, events : DataFrame or None
        The columns of ``patients.csv`` and ``events.csv``, every cell as text. None if no file has
        such rows.
    """

    biomarkers: pd.DataFrame | None
    log: pd.DataFrame
    understood: pd.DataFrame
    patients: pd.DataFrame | None = None
    events: pd.DataFrame | None = None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that there are, by the name of their file."""
        found = {
            "patients.csv": self.patients,
            "events.csv": self.events,
            "biomarkers.csv": self.biomarkers,
        }
        return {name: frame for name, frame in found.items() if frame is not None}


class MissingDecisions(DataError):
    """The files do not say all; the mapping lacks lines.

    Attributes
    ----------
    draft : str
        These lines, in TOML, to be filled in.
    mapping : str
        The mapping as it was, with these lines in their places.
    """

    def __init__(self, questions: list[Question], told: Path | None = None):
        self.draft = draft(questions)
        self.mapping = merged(told.read_text(encoding="utf-8") if told else "", questions)
        super().__init__(
            "The files do not say all that is needed. Add these lines to the mapping, with a value "
            f"in each (--draft FILE writes them):\n\n{self.draft}"
        )


def read_lab(folder: str | Path, mapping: str | Path | Mapping | None = None) -> Import:
    """Read files of a laboratory, and the patients and events of a database.

    Known are Bio-Plex Manager, Luminex xPONENT, Quanterix Simoa, REDCap (flat), CDISC (LB, ADLB;
    CSV or XPT), OMOP, spreadsheets with a column per marker and time, and tables with a heading;
    and for patients and adverse events REDCap, CDISC (ADSL, DM; ADAE, AE), and tables with a
    heading.

    Parameters
    ----------
    folder : str or Path
        The files, or one of them. Read are .csv, .txt, .tsv, .xlsx and .xpt.
    mapping : str, Path or Mapping, optional
        What the files cannot say.

    Returns
    -------
    Import

    Raises
    ------
    MissingDecisions
        If the files leave something open; the message has the lines that the mapping lacks.
    DataError
        If no file can be read, or a cell is neither a result nor one of the known words for none.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import rescat
    >>> head = "Patient;Group;Day;IL-6 (pg/mL)"
    >>> rows = [head, "INVENTED-01;MSC;0;<3,2", "INVENTED-02;CTRL;0;8,45"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "plate.csv").write_text(chr(10).join(rows))
    ...     found = rescat.read_lab(folder)
    >>> found.biomarkers[["patient_id", "arm", "value", "below_lod"]].to_numpy().tolist()
    [['INVENTED-01', 'MSC', 3.2, 'y'], ['INVENTED-02', 'CTRL', 8.45, 'n']]
    >>> found.log["rule"].tolist()
    ['below detection: the limit is written, with below_lod y', 'decimal comma']
    """
    if not isinstance(mapping, Mapping):
        mapping = read_mapping(mapping) if mapping else Mapping()
    known_marker.cache_clear()  # the table of names is read anew
    reading = _Reading(mapping)
    for path in _files(Path(folder), mapping, reading):
        for sheet in read_sheets(path):
            reading.add(sheet)
    return reading.result(Path(folder))


def _files(folder: Path, mapping: Mapping, reading: "_Reading") -> Iterator[Path]:
    if not folder.exists():
        raise DataError(f"{folder}: not found\n  expected: a folder with files of a laboratory")
    for path in sorted(folder.iterdir()) if folder.is_dir() else [folder]:
        if path.name.startswith(".") or path.is_dir() or path == mapping.path:
            continue
        if path.suffix.lower() not in KINDS:
            reading.understand("file", path.name, "not read", f"not one of {', '.join(KINDS)}")
        elif path.name in mapping.files:
            reading.understand("file", path.name, LEAVE_OUT, "mapping [files]")
        else:
            yield path


class _Reading(Account):
    """The samples and records so far, and all that was understood, asked or changed on the way."""

    def __init__(self, mapping: Mapping):
        super().__init__(mapping)
        self.samples: list[Sample] = []
        self.commas: dict[Path, bool] = {}
        self.records = Records(self)
        self.arms = self.records.arms

    def _ask_rule(self, rule: str, why: str, sample: Sample) -> None:
        self.ask("rules", rule, f"{why}: {' or '.join(map(repr, RULES[rule]))}", sample)

    def add(self, sheet: Sheet) -> None:
        read = ((name, of(sheet, self.mapping)) for name, of in LAYOUTS.items())
        name, found = next(((n, f) for n, f in read if f is not None), ("", None))
        of_results = {one.column for one in found or [] if isinstance(one, Sample)}
        what, more = self.records.add(sheet, name, of_results)
        if found is None and not what:
            self.understand("file", sheet.file, "not read", "no layout is known for it")
            return
        self.understand("file", sheet.file, " and ".join(filter(None, [name, what])), sheet.read_as)
        found = found or []
        samples = [one for one in found if isinstance(one, Sample)]
        for one in (*found, *more):
            if isinstance(one, LeftOut):
                row = (sheet.file, one.row + 1, "", one.text, "", f"{one.what} left out: {one.why}")
                self.log.append(row)
        told = self.mapping.rules.get("decimal")
        self.commas[sheet.path] = (
            told == "," if told else any(_is_comma(sample.text) for sample in samples)
        )
        self.samples += samples

    def result(self, folder: Path) -> Import:
        if not self.samples and not self.records.seen:
            files = ", ".join(f"{what[1]}: {what[3]}" for what in self.understood) or "no file"
            raise DataError(
                f"{folder}: found no results ({files})\n  expected: a file of a known layout, or "
                "the headings of its columns in [columns] of the mapping"
            )
        for sample in self.samples:
            if sample.group:
                self.arms.setdefault(sample.patient, {}).setdefault(sample.group, sample)
        rows = [row for sample in self.samples if (row := self._row(sample))]
        patients = self.records.patients(self._arm)
        events = self.records.events(self._arm, patients)
        if patients:
            known = {row.place.patient for row in self.records.rows["patients"]}
            strangers = {row[0]: row[-1] for row in reversed(rows) if row[0] not in known}
            for sample in strangers.values():
                self.fault(
                    sample,
                    "results of a patient of no row",
                    "a patient of the table of patients",
                    "its patient",
                    quoted=False,
                )
        if self.faults:
            raise DataError.of(self.faults)
        rows = self._one_each(rows) if not self.questions else rows
        if self.questions:
            raise MissingDecisions(self.questions, self.mapping.path)
        frame = pd.DataFrame([row[:-1] for row in rows], columns=[*COLUMNS, "above_range"])
        if not frame["above_range"].eq("y").any():
            frame = frame[COLUMNS]
        if self.samples and frame.empty:
            raise DataError(f"{folder}: every result was left out\n  expected: at least one value")
        order = ["file", "row", "column"]
        found = Import(
            frame if self.samples else None,
            pd.DataFrame(self.log, columns=LOG).sort_values(
                order, kind="stable", ignore_index=True
            ),
            pd.DataFrame(
                sorted(self.understood, key=lambda word: word[0] != "file"),
                columns=["what", "found", "read_as", "how"],
            ),
            patients.frame if patients else None,
            events.frame if events else None,
        )
        self._hold(found, {"patients": patients, "events": events}, [row[-1] for row in rows])
        return found

    def _hold(self, found: Import, made: dict[str, Made | None], samples: list[Sample]) -> None:
        """Hold the tables to what ``check`` asks of each cell; a fault has its place in the files.

        What is asked of a whole table, such as an arm to compare with, may come by another file.
        """
        faults: list[Fault] = []
        for name, frame in found.tables.items():
            path, read = Path("import", name), (frame.map(str), [])
            if name == "biomarkers.csv":
                new = examine_biomarker_cells(path, "private", read)[-1]
            else:
                new = examine_cells(path.stem, path, "private", read)[-1]
            faults += [fault for fault in new if fault.row]
        for fault in faults:
            table, place = fault.path.stem, fault.row - 2
            if table == "biomarkers":
                sample = samples[place]
                column = "" if fault.column == "value" else f"its {fault.column}"
            else:
                cells = made[table].cells[place]
                sample = cells.get(fault.column) or cells["patient_id"]
                column = f"{sample.marker}, for {fault.column}"
            self.fault(sample, fault.found, fault.expected, column, fault.quoted)
        if self.faults:
            raise DataError.of(self.faults)

    # --- What each word means ------------------------------------------------------------------

    def _row(self, sample: Sample) -> tuple | None:
        marker, unit = self._marker(sample), None
        arm, day = self._arm(sample), self._day(sample)
        if LEAVE_OUT in (marker, arm, day):
            self.note(sample, None, "left out by the mapping")
            return None
        if marker is not None:
            unit = self._unit(sample, marker)
        value, state, rule = self._value(sample, marker)
        if rule == LEAVE_OUT:
            return None
        if None in (marker, arm, day, unit, value):
            return None  # something was asked, or is at fault
        ends = ("y" if state == end else "n" for end in (BELOW, ABOVE))
        return (sample.patient, arm, day, marker, value, unit, *ends, sample)

    def _marker(self, sample: Sample) -> str | None:
        given = self.mapping.markers.get(sample.marker)
        name = given or known_marker(sample.marker)
        if not sample.marker:
            self.fault(sample, "no name of a marker", "a marker for each result", quoted=False)
            return None
        if name is None:
            why = "not a marker of the panel in a known spelling: the name to use"
            self.ask("markers", sample.marker, why, sample)
            return None
        self.understand("marker", sample.marker, name, "mapping" if given else "known spelling")
        return name

    def _arm(self, sample: Sample) -> str | None:
        told = self.mapping.patients.get(sample.patient)
        if told:
            self.understand("patient", sample.patient, told, "mapping [patients]")
            return told
        groups = self.arms.get(sample.patient, {})
        if not groups and self.mapping.columns.get("group") is None and sample.form:
            self.ask("columns", "group", f"which column of {sample.form} has the arm", sample)
            return None
        if not groups:
            self.ask("patients", sample.patient, "no file says the arm of this patient", sample)
            return None
        arms = {}
        for group, first in groups.items():
            arm = self.mapping.arms.get(group) or (group if group in ARMS else None)
            if arm is None:
                self.ask("arms", group, "which arm is this", first)
                return None
            arms[arm] = group
            how = "mapping" if group in self.mapping.arms else "as it is"
            self.understand("arm", group, arm, how)
        if len(arms) > 1:
            words = " and ".join(map(repr, arms.values()))
            self.ask("patients", sample.patient, f"found in two groups, {words}", sample)
            return None
        return next(iter(arms))

    def _day(self, sample: Sample) -> float | str | None:
        text = sample.time
        if text in self.mapping.days:
            self.understand("day", text, self.mapping.days[text], "mapping")
            return self.mapping.days[text]
        if sample.dated or as_date(text):
            return self._day_of_date(sample)
        number = _DAY.fullmatch(text)
        if sample.without_zero and number and not float(number[1].replace(",", ".")):
            self.fault(sample, text, "a day of the study that is not 0: CDISC has no day 0",
                       column="its day")  # fmt: skip
            return None
        if not number:
            self.ask("days", text, "which day is this, counted from day 0", sample)
            return None
        day = float(number[1].replace(",", "."))
        day = int(day) if day.is_integer() else day
        how = "a number of days"
        if sample.without_zero:
            # CDISC has no day 0: day 1 is the first, the day before it is -1.
            self.records.ask_study_days()
            day, how = day - 1, "CDISC counts from day 1: one less"
        self.understand("day", text, day, how)
        return day

    def _day_of_date(self, sample: Sample) -> float | None:
        when = as_date(sample.time)
        if when is None:
            self.fault(sample, sample.time, "a date such as 2020-05-31", column="its date")
            return None
        zero = as_date(sample.day_zero) or self.records.day_zero(sample)
        if zero is None:
            return None
        day = (when - zero).days
        if day < 0:
            self.fault(sample, f"a sample {-day} days before day 0", "day 0 or later",
                        column="its date")  # fmt: skip
            return None
        self.understand("day", "dates", "days from day 0", "the date minus the date of day 0")
        return day

    def _unit(self, sample: Sample, marker: str) -> str | None:
        given = self.mapping.units.get(sample.marker) or self.mapping.units.get(marker)
        unit = given or sample.unit
        if not unit:
            self.ask("units", marker, "no unit is written", sample)
            return None
        if is_logarithm(unit) or is_logarithm(sample.marker):
            self.fault(
                sample, f"{sample.marker} in {unit}",
                "a concentration: this is a logarithm or a relative unit already, and would be "
                "logged once more", quoted=False, column="its unit",
            )  # fmt: skip
            return None
        name = unit_name(unit) if mass_and_volume(unit) else unit
        self.understand(
            "unit", f"{sample.marker}: {unit}", name, "mapping" if given else "as written"
        )
        return name

    # --- The value -------------------------------------------------------------------------------

    def _value(self, sample: Sample, marker: str | None) -> tuple[float | None, str, str]:
        """The value, whether it is below or above the range, and the rule if it is left out."""
        comma = self.commas[sample.sheet.path]
        result = read_result(sample.text, decimal_comma=comma)
        if sample.below and result.state in ("exact", "missing"):
            result = Result("below")  # whether the number beside the flag is the limit, is not said
        rules = self.mapping.rules
        if result.state == "missing":
            self.note(sample, None, "left out: no result")
            return None, "", LEAVE_OUT
        if result.state == "unreadable":
            mark = "a decimal comma" if comma else "a decimal point"
            expected = f"a number with {mark}, a limit such as <3.2, OOR <, OOR >, n.d. or nothing"
            self.fault(sample, sample.text, expected)
            return None, "", ""
        if result.state == "below":
            return self._below(sample, marker, result.value, comma)
        if result.state == "above":
            return self._above(sample, marker, result.value)
        if result.state == "extrapolated":
            rule = rules.get("extrapolated")
            if rule is None:
                self._ask_rule("extrapolated", "results beyond the standards", sample)
                return None, "", ""
            if rule == LEAVE_OUT:
                self.note(sample, None, "left out: extrapolated beyond the standards")
                return None, "", LEAVE_OUT
            self.note(sample, result.value, "extrapolated beyond the standards, kept as a value")
            return result.value, "", ""
        if result.value == 0:
            self.fault(sample, sample.text, "a value above 0, or below detection with its limit")
            return None, "", ""
        if not _same(sample.text, result.value):
            self.note(sample, result.value, "decimal comma" if comma else "written as a number")
        return result.value, "", ""

    def _below(self, sample: Sample, marker, limit: float | None, comma: bool) -> tuple:
        other = read_result(sample.limit, decimal_comma=comma) if sample.limit else None
        if limit is None and other and other.value:
            limit = other.value
        limit = limit or self.mapping.limits.get(sample.marker) or self.mapping.limits.get(marker)
        if limit is None:
            self.ask(
                "limits",
                marker or sample.marker,
                "below detection, and no limit is written",
                sample,
            )
            return None, BELOW, ""
        self.note(sample, limit, "below detection: the limit is written, with below_lod y")
        return float(limit), BELOW, ""

    def _above(self, sample: Sample, marker, limit: float | None) -> tuple:
        if self.mapping.rules.get("above") == LEAVE_OUT:
            self.note(sample, None, "left out: above the range of the test")
            return None, "", LEAVE_OUT
        told = self.mapping.upper_limits
        limit = limit or told.get(sample.marker) or told.get(marker)
        if limit is None:
            why = "above the range, and no upper limit is written"
            self.ask("upper_limits", marker or sample.marker, why, sample)
            return None, ABOVE, ""
        self.note(sample, limit, "above the range: the upper limit is written, with above_range y")
        return float(limit), ABOVE, ""

    def _one_each(self, rows: list[tuple]) -> list[tuple]:
        """One row for each patient, day and marker."""
        groups: dict[tuple, list[tuple]] = {}
        for row in rows:
            groups.setdefault((row[0], row[2], comparable(row[3])), []).append(row)
        return [self._one(group) for group in groups.values()]

    def _one(self, group: list[tuple]) -> tuple:
        first = group[0]
        if len(group) == 1:
            return first
        samples = [row[-1] for row in group]
        files = dict.fromkeys(sample.sheet.path.name for sample in samples)
        if len(files) > 1:
            for name in files:
                self.ask(
                    "files", name, "the same results are in another file; leave out one", samples[0]
                )
            return first
        rule = self.mapping.rules.get("replicates")
        if rule is None:
            self._ask_rule("replicates", "several results of one sample", samples[0])
            return first
        states = {row[6:8] for row in group}
        outside = states in ({("y", "n")}, {("n", "y")})
        units = {row[5] for row in group}
        if rule == "mean" and (len(states) > 1 or len(units) > 1):
            ends = "some below or above the range, and some not"
            what = ends if len(states) > 1 else "in several units"
            self.fault(
                samples[0],
                f"several results of one sample, {what}",
                "results that have a mean; or 'first' as [rules] replicates",
                quoted=False,
            )
            raise DataError.of(self.faults)
        values = [row[4] for row in group]
        value = max(values) if outside else values[0] if rule == "first" else fmean(values)
        word = "highest limit" if outside else "first" if rule == "first" else "mean"
        for sample in samples:
            self.note(sample, value, f"{word} of {len(group)} results of one sample")
        return (*first[:4], value, *first[5:])


def _is_comma(text: str) -> bool:
    """Whether a number has a decimal comma: one with three digits behind may have thousands."""
    return bool(re.fullmatch(r"[<>*≤≥]?\s*\d+,(\d{1,2}|\d{4,})", text.strip()))


def _same(text: str, value: float) -> bool:
    """Whether a text is a number as it is written, but for zeros at its end."""
    try:
        return float(text) == value
    except ValueError:
        return False
