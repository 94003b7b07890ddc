"""A folder to begin with: empty tables, a filled example, and a letter to the laboratory."""

from pathlib import Path

import pandas as pd

from ..base.errors import DataError
from ..base.files import OWN_TABLES, write_whole
from ..base.inert import csv_text
from ..data.contract import DATA, describe

__all__ = ["write_template"]

LETTER = """\
Dear colleagues,

for the study named below we need the results of all samples as your instrument gives them.

Please send
- the export of your software as it is, without changes by hand: concentrations and not only
  intensities; one file for each plate;
- the unit, the limit of detection, and the upper end of the range of each marker;
- results below or above the range as such (OOR <, <3.2, OOR >), and not as 0, empty or half of
  the limit;
- results that were extrapolated beyond the standards, marked as such;
- each well, if samples were measured in replicate;
- for each sample the number of the patient and the day of the study. No names, no dates of birth.

Please tell us
- the kit, its lot, the dilution, and the dates of the measurements;
- whether samples of one patient stood on the same plate;
- which samples were haemolysed, or thawed more than once.

Study:
Markers:
Number of samples:
Whom to ask:
"""
DECISIONS = """\
# What the files cannot say. Delete what you do not need, and see data/README.md.
# python -m rescat import FOLDER --map decisions.toml --out data/private/mine

[arms]          # word of the files = MSC, CTRL, mCTRL or "leave out"

[days]          # name of a visit = days from day 0

[markers]       # name in the files = name to use, or "leave out"

[units]         # marker = unit, such as "pg/mL"

[limits]        # marker = limit of detection

[upper_limits]  # marker = upper end of the range

[columns]       # which heading has the arm, the date of a sample, the date of day 0
# group = "rand_arm"
# time = "sample_date"
# day_zero = "rand_date"

[time_origin]   # MSC, CTRL, mCTRL = "enrolment" or "admission"

[patient_columns]  # column of patients.csv = heading in the files, or "leave out"

[event_columns]    # column of events.csv = heading in the files, or "leave out"

[checkboxes]    # box of REDCap = what it means, or "leave out"

# [codes.male]     # one such table for each column with codes
# 1 = "y"
# 2 = "n"

[rules]
# replicates = "mean"        # or "first"
# extrapolated = "leave out" # or "keep"
# above = "keep"             # or "leave out"
# before_day_zero = "leave out"  # events before day 0, which are refused otherwise
"""
README = """\
patients.csv, events.csv and biomarkers.csv are empty tables: fill them, or let
`python -m rescat import` make them from the files of a laboratory, of REDCap or of CDISC
(decisions.toml).
example/ has the same three tables filled with invented patients.
letter.txt asks a laboratory for what is needed.
data/README.md says what each column holds. Check: python -m rescat check FOLDER
"""


def write_template(folder: str | Path) -> list[Path]:
    """Write a folder to begin with.

    Parameters
    ----------
    folder : str or Path
        A new one, or an empty one.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    DataError
        If there is something in the folder already; it is left as it is.

    Examples
    --------
    >>> import tempfile
    >>> from rescat.lab.template import write_template
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_template(folder)][:3]
    ['patients.csv', 'events.csv', 'biomarkers.csv']
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder}: not empty, and left as it is\n  expected: a new folder")
    tables = {name: Path(name).stem for name in OWN_TABLES}
    files = {name: f"{','.join(_headings(table))}\n" for name, table in tables.items()}
    files |= {f"example/{name}": _example(table) for name, table in tables.items()}
    files |= {"decisions.toml": DECISIONS, "letter.txt": LETTER, "README.txt": README}
    written = []
    for name, text in files.items():
        write_whole(folder / name, text)
        written.append(folder / name)
    return written


def _headings(table: str) -> list[str]:
    return [
        field["name"] for field in describe(table)["schema"]["fields"] if field["name"] != "origin"
    ]


def _example(table: str) -> str:
    """Invented patients, and the column that says so."""
    name = "biomarkers" if table == "biomarkers" else f"synthetic_{table}"
    frame = pd.read_csv(DATA / describe(name)["path"], dtype=str, keep_default_na=False)
    if table == "biomarkers":
        frame = frame[frame["marker"].isin(("IL6", "NFL"))]
    frame = frame[_headings(table)].assign(origin="synthetic")
    return csv_text(frame)
