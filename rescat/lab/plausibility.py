"""What looks odd in tables of your own that break no rule: to be looked at, never refused."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.validation import load
from ..slopes.detection_limit import above_limit, below_limit

__all__ = ["Oddity", "oddities", "oddities_in_words"]

THOUSAND = 3  # powers of ten from the median of its marker
HUNDRED = 2  # powers of ten between the median of a marker and its published level
FEW = 5  # values: of fewer no median is worth a comparison
_SUPPORT = ("days_hfno", "days_niv", "days_cot")
_FIRST_ROW = 2  # of the data: row 1 is the header


@dataclass(frozen=True)
class Oddity:
    """Something that may be right, and is rare.

    Attributes
    ----------
    file : str
    row : int or None
        As a spreadsheet counts; None for what is not in one row.
    column, what : str
    """

    file: str
    row: int | None
    column: str
    what: str


def oddities(frames: dict[str, pd.DataFrame]) -> list[Oddity]:
    """Look for what is allowed and rare.

    Parameters
    ----------
    frames : dict of str to DataFrame
        The tables of a folder by the name of their file, as
        :func:`rescat.data.own_folder.check_folder` reads them; the index is the place in the file.

    Returns
    -------
    list of Oddity
        None repeats an identifier of a patient.

    Examples
    --------
    >>> import pandas as pd
    >>> from rescat.lab.plausibility import oddities
    >>> patients = pd.DataFrame({"patient_id": ["1"], "arm": ["CTRL"], "msc_source": ["UC"]})
    >>> oddities({"patients.csv": patients})[0].what
    'a control with a source of cells (UC)'
    """
    found: list[Oddity] = []
    if "biomarkers.csv" in frames:
        found += _of_biomarkers(frames["biomarkers.csv"])
    if "patients.csv" in frames:
        found += _of_patients(frames["patients.csv"])
    if "events.csv" in frames:
        found += _of_events(frames["events.csv"])
    if {"patients.csv", "biomarkers.csv"} <= set(frames):
        patients = frames["patients.csv"]
        sampled = patients["patient_id"].isin(frames["biomarkers.csv"]["patient_id"])
        found += _in_rows("patients.csv", ~sampled, "patient_id", "a patient without any sample")
    return found


def oddities_in_words(found: list[Oddity], most: int = 30) -> str:
    """The list, as text; no more than `most` lines."""
    lines = [
        f"  {one.file}{f', row {one.row}' if one.row else ''}, column {one.column}: {one.what}"
        for one in found[:most]
    ]
    if len(found) > most:
        lines.append(f"  and {len(found) - most} more")
    return "\n".join(["Looks odd, and is not refused:", *lines])


def _in_rows(file: str, odd: pd.Series, column: str, what: str) -> list[Oddity]:
    places = odd.index[odd.fillna(False).astype(bool)]
    return [Oddity(file, int(place) + _FIRST_ROW, column, what) for place in places]


def _of_biomarkers(frame: pd.DataFrame) -> Iterator[Oddity]:
    file = "biomarkers.csv"
    known = load("markers").set_index("marker")
    measured = frame[~(below_limit(frame) | above_limit(frame))]
    for marker, values in measured.groupby("marker", sort=False)["value"]:
        power = np.log10(values.astype(float))
        middle = float(power.median())
        if len(values) >= FEW:
            far = (power - middle).abs() >= THOUSAND
            what = f"a thousand times away from the median of {marker} ({10**middle:.3g}), or more"
            yield from _in_rows(file, far, "value", what)
        if len(values) == 1:
            yield Oddity(
                file, int(values.index[0]) + _FIRST_ROW, "marker", f"{marker} has one value"
            )
        level = known["level"].get(marker, np.nan)
        if len(values) >= FEW and np.isfinite(level) and abs(middle - np.log10(level)) >= HUNDRED:
            unit = frame.loc[values.index[0], "unit"]
            yield Oddity(
                file, None, "unit",
                f"the median of {marker} is {10**middle:.3g} {unit}, and patients in intensive "
                f"care had about {level:g}: is the unit right?",
            )  # fmt: skip
    days = np.sort(frame["day"].astype(float).unique())
    later = days[days > 0]
    if len(later) >= 2 and later[0] >= 24 and (later % 24 == 0).all():
        words = ", ".join(f"{day:g}" for day in days[:6])
        yield Oddity(file, None, "day", f"all are multiples of 24 ({words}): are these hours?")
    if len(days) > 1 and days[0] == 1:
        what = "nobody has a day 0, and the first is day 1: some systems (CDISC) have no day 0"
        yield Oddity(file, None, "day", what)
    for column in ("patient_id", "marker"):
        for text in frame[column].drop_duplicates():
            if _mixes_alphabets(text):
                row = int(frame.index[frame[column].eq(text)][0]) + _FIRST_ROW
                what = "letters of two alphabets in one word: some look like others"
                yield Oddity(file, row, column, what)


def _mixes_alphabets(text: str) -> bool:
    """Whether Latin and Cyrillic letters stand together; Greek ones do so in names of markers."""
    alphabets = {
        unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()
    }
    return {"LATIN", "CYRILLIC"} <= alphabets


def _of_patients(frame: pd.DataFrame) -> Iterator[Oddity]:
    file = "patients.csv"
    if "msc_source" in frame:
        for source in ("AT", "UC"):
            odd = frame["arm"].ne("MSC") & frame["msc_source"].eq(source)
            yield from _in_rows(
                file, odd, "msc_source", f"a control with a source of cells ({source})"
            )
    if "length_of_stay" in frame:
        stay = pd.to_numeric(frame["length_of_stay"], errors="coerce")
        for column in _SUPPORT:
            if column in frame:
                odd = pd.to_numeric(frame[column], errors="coerce") > stay
                yield from _in_rows(file, odd, column, "more days than the stay has")


def _of_events(frame: pd.DataFrame) -> Iterator[Oddity]:
    file = "events.csv"
    if {"severity", "outcome"} <= set(frame):
        odd = frame["severity"].eq("Fatal") & frame["outcome"].eq("Resolved")
        yield from _in_rows(file, odd, "outcome", "a fatal event that was resolved")
    same = [c for c in ("patient_id", "category", "term", "day") if c in frame]
    yield from _in_rows(file, frame.duplicated(same), "term", "the same event as in a row above")
