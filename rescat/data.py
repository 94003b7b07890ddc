"""Loaders: each reads one table, validates it and labels it with its origin.

A table that breaks its description ends in one :class:`rescat.DataError` that lists every fault:
file, row, column, what was found and what was expected.
"""

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from .datapackage import DATA, allowed_values, describe, resources
from .errors import DataError
from .origin import ORIGINS, origin_of

__all__ = [
    "NOT_REPORTED",
    "check_data",
    "load_biomarkers",
    "load_claims",
    "load_ctcae",
    "load_events",
    "load_exposure_limits",
    "load_manufacturing",
    "load_patients",
    "load_quantile_defaults",
    "load_release_criteria",
    "load_slopes",
    "load_table",
    "load_trial",
    "patients_of",
    "reporting_status",
]

NOT_REPORTED = "not reported"
# Numbers that the paper writes as words.
_NUMBER_WORDS = {"0": "no", "1": "one", "17": "seventeen"}
_SHOWN = 10  # faults listed in one message


def load_patients(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Table 1 of the paper: one row per patient.

    Parameters
    ----------
    data_dir : path, optional
        A folder with a ``patients.csv`` of your own, or the project's ``data`` folder (default).

    Returns
    -------
    DataFrame, shape (patients, 29)
        The columns of the data dictionary and ``origin``. In columns of numbers and of
        yes or no, both an empty cell and "not reported" become missing;
        :func:`reporting_status` keeps them apart.

    Raises
    ------
    DataError
        If the file is missing, breaks its description, or has no patient in an arm.
    """
    patients = _load("patients", data_dir)
    absent = [arm for arm in ("MSC", "CTRL", "mCTRL") if arm not in set(patients["arm"])]
    if absent:
        path, _ = _locate("patients", data_dir)
        raise DataError(
            f"{path}, column arm: found no patient of {' and '.join(absent)}\n"
            "  expected: at least one patient in each of MSC, CTRL, mCTRL"
        )
    return patients


def load_events(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Table 2 of the paper: one row per adverse event.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or names a patient whom
        ``patients.csv`` does not have.
    """
    events = _load("events", data_dir)
    known = set(load_patients(data_dir)["patient_id"])
    path, _ = _locate("events", data_dir)
    cells = _read(path)  # where each row stands in the file
    strangers = cells.loc[~cells["patient_id"].str.strip().isin(known)]
    if len(strangers):
        raise DataError(
            "\n".join(
                _fault(path, row, "patient_id", patient, "a patient of patients.csv")
                for row, patient in strangers["patient_id"].items()
            )
        )
    return events


def load_biomarkers(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Biomarker values, long: one row per patient, protocol day and marker.

    The values of RESCAT are not public, so a folder with a ``biomarkers.csv`` is needed.

    Returns
    -------
    DataFrame
        ``patient_id, arm, treated, day, marker, value, unit, below_lod, origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.
    """
    frame = _load("biomarkers", data_dir)
    frame.insert(2, "treated", frame["arm"].eq("MSC"))
    return frame


def patients_of(biomarkers: pd.DataFrame, data_dir: str | Path | None = None) -> pd.DataFrame:
    """The table of the patients whose values these are: of the twin, those of the twin.

    Parameters
    ----------
    biomarkers : DataFrame
        From :func:`load_biomarkers`.
    data_dir : path, optional
        The same as for the values.

    Raises
    ------
    DataError
        As :func:`load_patients`.
    """
    if origin_of(biomarkers) == "synthetic":
        return _load("synthetic_patients")
    return load_patients(data_dir)


def load_manufacturing() -> pd.DataFrame:
    """Every manufacturing figure of the paper, one row each, with its unit and its words."""
    return _load("manufacturing")


def load_slopes() -> pd.DataFrame:
    """Every printed slope, confidence interval and P value, with the decimals printed."""
    return _load("slopes")


def load_trial() -> pd.DataFrame:
    """Dates, centres, eligibility, sampling days and the register record.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or a number is not in the words of the
        paper that stand beside it.
    """
    return _load("trial")


def load_claims() -> pd.DataFrame:
    """The ledger of the paper's claims; :func:`rescat.audit` gives the verdicts."""
    return _load("claims")


def load_release_criteria() -> pd.DataFrame:
    """Viability that other MSC products must have to be released."""
    return _load("release_criteria")


def load_exposure_limits() -> pd.DataFrame:
    """Densities and accepted limits of the excipients."""
    return _load("exposure_limits")


def load_quantile_defaults() -> pd.DataFrame:
    """The quartile definition that common software uses unless told otherwise."""
    return _load("quantile_defaults")


def load_table(name: str) -> pd.DataFrame:
    """Any table of the project by its name in the data package."""
    return _load(name)


def load_ctcae() -> pd.DataFrame:
    """The grades that CTCAE 5.0 defines for each event of Table 2."""
    return _load("ctcae")


def check_data(data_dir: str | Path | None = None) -> list[str]:
    """Load every table that is there; return their names.

    Raises
    ------
    DataError
        At the first table that is missing or broken.
    """
    load_patients(data_dir)
    load_events(data_dir)
    named = [n for n in resources() if n not in ("patients", "events", "biomarkers")]
    for name in named:
        _load(name)
    if _find("biomarkers", data_dir):
        load_biomarkers(data_dir)
    return ["patients", "events", *named]


def reporting_status(data_dir: str | Path | None = None) -> pd.DataFrame:
    """For every cell of Table 1: printed, not reported (NA), or not a row of that part.

    Returns
    -------
    DataFrame
        Tidy: ``patient_id, arm, column, status, origin``.
    """
    path, origin = _locate("patients", data_dir)
    cells = _read(path)
    long = cells.melt(id_vars=["patient_id", "arm"], var_name="column", value_name="cell")
    status = {NOT_REPORTED: "not reported", "": "no such row"}
    long["status"] = long["cell"].map(status).fillna("printed")
    long["origin"] = origin
    return long.drop(columns="cell")


def _load(name: str, data_dir: str | Path | None = None) -> pd.DataFrame:
    """Find, read, convert, validate and label one table."""
    path, origin = _locate(name, data_dir)
    cells = _read(path)
    schema = describe(name)["schema"]
    _check_columns(path, cells, schema)
    frame = _convert(path, cells, schema)
    if "origin" not in frame:
        frame["origin"] = origin
    _validate(path, cells, frame, schema)
    _check_words(path, frame)
    return frame.reset_index(drop=True)


def _find(name: str, data_dir: str | Path | None) -> tuple[Path, str] | None:
    """The file of a table and its origin: a folder of your own holds it directly."""
    resource = describe(name)
    home = Path(resource["path"])
    for base in _bases(data_dir):
        if (base / home).is_file() and len(home.parts) > 1:
            return base / home, resource["origin"]
        if (base / home.name).is_file():
            return base / home.name, "private"
    return None


def _locate(name: str, data_dir: str | Path | None) -> tuple[Path, str]:
    found = _find(name, data_dir)
    if found is None:
        home = Path(describe(name)["path"])
        tried = "\n".join(f"  {base / p}" for base in _bases(data_dir) for p in {home, home.name})
        raise DataError(
            f"{home.name}: file not found\n"
            f"  expected: {describe(name)['title']}, at one of\n{tried}"
        )
    return found


def _bases(data_dir: str | Path | None) -> list[Path]:
    """Where to look: the folder as given; if there is none, the same name in the project."""
    if data_dir is None:
        return [DATA]
    given = Path(data_dir)
    return [given] if given.is_absolute() or given.is_dir() else [DATA.parent / given]


def _read(path: Path) -> pd.DataFrame:
    """Read a CSV file as text, every cell as it stands."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path}, line {line}: a character that is not UTF-8\n"
            "  expected: a CSV file saved as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        ) from None
    rows = list(csv.reader(io.StringIO(text, newline=None)))
    if not any(rows):
        raise DataError(f"{path}: the file is empty\n  expected: a header line and data lines")
    header, body = rows[0], rows[1:]
    if len(header) == 1 and ";" in header[0]:
        raise DataError(
            f"{path}, row 1: found semicolons between the columns\n"
            "  expected: commas (and points in decimal numbers); save the table as CSV with commas"
        )
    # Blank lines are passed over; the index keeps the place of each row in the file.
    body = {place: row for place, row in enumerate(body) if row}
    for place, row in body.items():
        if len(row) != len(header):
            raise DataError(
                f"{path}, row {place + 2}: found {len(row)} cells\n"
                f"  expected: {len(header)}, as in the header"
            )
    columns = [c.strip() for c in header]
    return pd.DataFrame(list(body.values()), index=list(body), columns=columns, dtype=str)


def _check_columns(path: Path, cells: pd.DataFrame, schema: dict) -> None:
    expected = [f["name"] for f in schema["fields"]]
    faults = [f"{path}: column {c} is missing" for c in expected if c not in cells]
    faults += [f"{path}: column {c} is not known" for c in cells if c not in expected]
    faults += [
        f"{path}: column {c} stands twice" for c in cells.columns[cells.columns.duplicated()]
    ]
    if faults:
        raise DataError("\n".join([*faults, "  expected the columns: " + ", ".join(expected)]))
    if cells.empty and not schema.get("rescat:mayBeEmpty", False):
        raise DataError(f"{path}: no rows below the header\n  expected: at least one row")


def _convert(path: Path, cells: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """Text to numbers and truth values; "not reported" stays a value in columns of text."""
    missing = schema["missingValues"]
    columns, faults = {}, []
    for field in schema["fields"]:
        name, text = field["name"], cells[field["name"]].str.strip()
        if field["type"] == "string":
            columns[name] = text.where(text != "", None)
            continue
        given = text.where(~text.isin(missing))
        if field["type"] == "boolean":
            values = given.map({"y": True, "n": False}).astype("boolean")
        else:
            values = pd.to_numeric(given, errors="coerce").astype("float64")
        for row in given.index[given.notna() & values.isna()]:
            faults.append(_fault(path, row, name, text[row], allowed_values(field)))
        whole = field["type"] == "integer" and (values.dropna() % 1 == 0).all()
        columns[name] = values.astype("Int64") if whole else values
    _raise(faults)
    return pd.DataFrame(columns)


def _validate(path: Path, cells: pd.DataFrame, frame: pd.DataFrame, schema: dict) -> None:
    fields = {f["name"]: f for f in schema["fields"]}
    columns = {name: _column(field) for name, field in fields.items()}
    columns["origin"] = pa.Column(checks=pa.Check.isin(list(ORIGINS)))
    key = schema.get("primaryKey")
    try:
        pa.DataFrameSchema(columns, unique=key, strict=True).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column", "index"])
        cases = cases[cases["column"].isin(fields) & cases["index"].notna()]
        faults = []
        for case in cases.sort_values(["index", "column"], kind="stable").itertuples():
            row, name = int(case.index), case.column
            repeated = name in (key or []) and "unique" in str(case.check)
            expected = _unique_expectation(key) if repeated else allowed_values(fields[name])
            faults.append(_fault(path, row, name, cells[name][row], expected))
        _raise(faults or [f"{path}: {error}"])


def _check_words(path: Path, frame: pd.DataFrame) -> None:
    """Hold each number of a table of facts to the words of the paper that stand beside it."""
    if not {"value", "value_type", "quotation"} <= set(frame):
        return
    faults = []
    for row in frame[frame["value_type"].eq("number") & frame["quotation"].notna()].itertuples():
        words = row.quotation.lower()
        named = _NUMBER_WORDS.get(row.value, row.value)
        if not re.search(rf"(?<![\d.])({re.escape(row.value)}|{named})(?![\d.])", words):
            expected = f"a number in “{row.quotation}”"
            faults.append(_fault(path, row.Index, "value", row.value, expected))
    _raise(faults)


def _column(field: dict) -> pa.Column:
    """A pandera column from a Table Schema field."""
    rules = field.get("constraints", {})
    checks = []
    if "enum" in rules:
        checks.append(pa.Check.isin(rules["enum"]))
    if "minimum" in rules:
        checks.append(pa.Check.ge(rules["minimum"]))
    if "maximum" in rules:
        checks.append(pa.Check.le(rules["maximum"]))
    if "pattern" in rules:
        checks.append(pa.Check.str_matches(rules["pattern"] + "$"))
    if field["type"] == "integer":
        checks.append(pa.Check(lambda s: s.isna() | (s % 1 == 0), name="whole"))
    return pa.Column(checks=checks, nullable=not rules.get("required", False))


def _unique_expectation(key: list[str]) -> str:
    return "each " + " and ".join(key) + " only once"


def _fault(path: Path, row: int, column: str, found: str, expected: str) -> str:
    """One fault in one cell. Rows are counted as a spreadsheet does: the header is row 1."""
    found = found if found else "an empty cell"
    return f"{path}, row {row + 2}, column {column}: found {found!r}, expected {expected}"


def _raise(faults: list[str]) -> None:
    if faults:
        more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        rows = [r for r in ["(row 1 is the header)"] if any(", row " in f for f in faults)]
        raise DataError("\n".join(faults[:_SHOWN] + more + rows))
