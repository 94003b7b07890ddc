"""One result as it was found: where it stands, and the words of its file for what it is."""

from dataclasses import dataclass
from datetime import date, datetime

from .sheets import Sheet

__all__ = ["LeftOut", "Sample", "as_date"]

_DATES = ("%Y-%m-%d", "%d%b%Y")


def as_date(text: str) -> date | None:
    """The date of a text such as 2020-05-31T08:30 or 31MAY2020; None if it is none."""
    for form in _DATES:
        try:
            return datetime.strptime(text[:10].strip(), form).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class Sample:
    """A result, in the words of its file.

    Attributes
    ----------
    sheet : Sheet
    row, column : int
        Its place, from 0.
    patient, group, time, marker, unit, text : str
        As written; empty where the file does not say. `time` may be a day, a visit or a date.
    day_zero : str
        A date from which the days count, if the file has one for this patient.
    limit : str
        The limit of detection, if it stands in another cell.
    below, dated, without_zero : bool
        A flag of the file says below detection; `time` is a date; `time` is a day of a count
        that has no day 0, so that day 1 is the first.
    form : str
        The system whose columns have names that only the mapping can tell.
    """

    sheet: Sheet
    row: int
    column: int
    patient: str
    marker: str
    text: str
    group: str = ""
    time: str = ""
    unit: str = ""
    day_zero: str = ""
    limit: str = ""
    below: bool = False
    dated: bool = False
    without_zero: bool = False
    form: str = ""

    @property
    def heading(self) -> str:
        """The letter of its column, as spreadsheets have it."""
        letters, number = "", self.column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


@dataclass(frozen=True)
class LeftOut:
    """A row that holds no sample of a patient, or a column that nothing is read of, and why."""

    sheet: Sheet
    row: int
    text: str
    why: str
    what: str = "row"
