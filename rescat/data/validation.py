"""Find a table, read it, and hold it to its description in the data package.

There is one validator, :func:`examine`. It finds every fault of a file; the loaders raise them as
one :class:`rescat.DataError`, and ``python -m rescat check`` prints them as a table.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import DataError, Fault
from ..base.inert import LONGEST_NAME, label_fault, name_fault, text_fault
from ..base.origin import ORIGINS
from .contract import DATA, allowed_values, checksum, describe, described
from .remembered import remembered

__all__ = ["NOT_REPORTED"]

NOT_REPORTED = "not reported"
IDENTIFYING = ("patient_id",)  # columns whose cells no message repeats
Cells = tuple[pd.DataFrame | None, list[Fault]]
# Numbers that the paper writes as words.
_NUMBER_WORDS = {"0": "no", "1": "one", "17": "seventeen"}


def load(name: str, data_dir: str | Path | None = None) -> pd.DataFrame:
    """Find, read, convert, validate and label one table.

    Raises
    ------
    DataError
        If the file is missing or has a fault.
    """
    path, origin = locate(name, data_dir)
    frame, faults = examine(name, path, origin)
    if faults:
        raise DataError.of(faults)
    return frame.reset_index(drop=True)


def files_read(name: str, path: Path, origin: str = "") -> list[Path]:
    """The files on which the result of :func:`examine` depends."""
    return [path, *(file for _, _, file in _foreign_keys(path, describe(name)))]


@remembered(files_read)
def examine(
    name: str, path: Path, origin: str, content: bytes
) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Hold one file to the description of a table.

    Parameters
    ----------
    name : str
        Of the table in the data package.
    path : Path
    origin : str
    content : bytes
        Of the file; :func:`remembered` reads it.

    Returns
    -------
    frame : DataFrame or None
        Converted, with ``origin``; its index is the place of each row in the file. None if the
        columns are not those of the table.
    faults : list of Fault
        All of them, row by row.
    """
    return examine_cells(name, path, origin, read_cells(path, content))


def examine_cells(
    name: str, path: Path, origin: str, read: Cells
) -> tuple[pd.DataFrame | None, list[Fault]]:
    """As :func:`examine`, of a file that :func:`read_cells` has read."""
    table = describe(name)
    cells, faults = read
    if cells is None:
        return None, faults
    schema = _schema_here(table["schema"], cells, origin)
    wrong = _check_columns(path, cells, schema)
    if wrong:
        return None, faults + wrong
    if cells.empty and faults:
        return None, faults
    if cells.empty and not schema.get("rescat:mayBeEmpty", False):
        return None, [Fault(path, "no rows below the header", "at least one row")]
    names = [field["name"] for field in schema["fields"]]
    stripped = pd.DataFrame({name: cells[name].str.strip() for name in names}, index=cells.index)
    frame, unread = _convert(path, stripped, schema)
    if "origin" not in frame:
        frame["origin"] = origin
    in_cells = _check_text(path, stripped, schema) + unread + _validate(path, cells, frame, schema)
    in_cells += _check_words(path, frame) + _check_foreign_keys(path, cells, table)
    in_cells += _check_counts(path, stripped, frame) + _check_repeated(path, stripped, schema)
    in_cells += _check_one_origin(path, frame) if origin == "private" else []
    first = {}  # a cell is named once, by what is said of it first
    for fault in in_cells:
        first.setdefault((fault.row, fault.column), fault)
    faults += sorted(first.values(), key=lambda f: (f.row or 0, names.index(f.column or names[0])))
    return frame, faults


# How invented patients are called. An own file that says synthetic must do so too, so that real
# values written into a copy of the twin are not shown as invented.
INVENTED = "INVENTED-"


def _schema_here(schema: dict, cells: pd.DataFrame, origin: str) -> dict:
    """The schema, with ``origin`` and the optional columns that the file has.

    A file of your own may say that its patients are invented, and is then shown as that. It can't
    be published. A file of the project says what the project knows of it.
    """
    fields = {field["name"]: field for field in schema["fields"]}
    field = fields.pop("origin", None)
    if field and (origin != "private" or len(field["constraints"]["enum"]) > 1):
        return schema  # it must be there, such as in a pool, whose rows have origins of their own
    known = ["private", "synthetic"] if origin == "private" else [origin]
    own = {"name": "origin", "type": "string", "constraints": {"required": True, "enum": known}}
    more = [f for f in schema.get("rescat:optionalFields", []) if f["name"] in cells]
    more += [own] if "origin" in cells else []
    return schema | {"fields": [*fields.values(), *more]}


def _check_one_origin(path: Path, frame: pd.DataFrame) -> list[Fault]:
    """Invented rows among your own, or your own called invented, would be shown as the other."""
    if "synthetic" not in set(frame["origin"]):
        return []
    if frame["origin"].nunique() > 1:
        row = frame["origin"].ne(frame["origin"].iloc[0]).idxmax()
        return [cell_fault(path, row, "origin", frame.loc[row, "origin"], "the same in every row")]
    real = ~frame["patient_id"].astype(str).str.startswith(INVENTED)
    if not real.any():
        return []
    row = real.idxmax()
    expected = (
        f"{INVENTED}… where the column origin says synthetic; if these are patients, take the "
        "column origin out"
    )
    return [cell_fault(path, row, "patient_id", frame.loc[row, "patient_id"], expected)]


# --- Finding ------------------------------------------------------------------------------


def find(name: str, data_dir: str | Path | None) -> tuple[Path, str] | None:
    """The file of a table and its origin, or None if there is no such file.

    The project's ``data`` has folders for its origins. A folder of your own is read flat: nothing
    below it is looked at, and what it holds is private, whatever it is called, unless its own
    column ``origin`` says that it is invented.
    """
    for path in _places(name, data_dir):
        if path.is_file():
            table = described(path)
            return path, "private" if table is None else table["origin"]
    return None


def _places(name: str, data_dir: str | Path | None) -> list[Path]:
    """Where the file of a table may be."""
    home = Path(describe(name)["path"])
    return [
        base / (home if base.resolve() == DATA.resolve() else home.name) for base in bases(data_dir)
    ]


def locate(name: str, data_dir: str | Path | None) -> tuple[Path, str]:
    """As :func:`find`.

    Raises
    ------
    DataError
        If there is no such file.
    """
    found = find(name, data_dir)
    if found is None:
        tried = "\n".join(f"  {path}" for path in _places(name, data_dir))
        raise DataError(
            f"{Path(describe(name)['path']).name}: file not found\n"
            f"  expected: {describe(name)['title']}, at one of\n{tried}"
        )
    return found


def bases(data_dir: str | Path | None) -> list[Path]:
    """Where to look: the folder as given; if there is none, the same name in the project."""
    if data_dir is None:
        return [DATA]
    given = Path(data_dir)
    return [given] if given.is_absolute() or given.is_dir() else [DATA.parent / given]


# --- Reading ------------------------------------------------------------------------------


def read_cells(path: Path, content: bytes | None = None) -> Cells:
    """Read a CSV file as text, every cell as it stands.

    Parameters
    ----------
    path : Path
    content : bytes, optional
        Of the file, if it was read already.

    Returns
    -------
    cells : DataFrame of str, or None
        Rows with too few or too many cells are left out; None if nothing could be read. The index
        keeps the place of each row in the file, and blank lines are passed over.
    faults : list of Fault
    """
    content = path.read_bytes() if content is None else content
    changed = _changed(path, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [
            *changed,
            Fault(
                path,
                f"line {line}: a character that is not UTF-8",
                "a CSV file saved as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
            ),
        ]
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        remedy = "a CSV file: quotation marks around a whole cell, and doubled inside of it"
        line = f"line {reader.line_num}: not a CSV file: a quotation mark does not fit ({error})"
        return None, [*changed, Fault(path, line, remedy)]
    if not any(rows):
        return None, [Fault(path, "the file is empty", "a header line and data lines")]
    header, body = rows[0], {place: row for place, row in enumerate(rows[1:]) if row}
    for sign, named in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
        if len(header) == 1 and sign in header[0]:
            remedy = "commas (and points in decimal numbers); save the table as CSV with commas"
            return None, [Fault(path, f"found {named} between the columns", remedy, row=1)]
    widths = {len(row) for row in body.values()}
    if len(header) < 3 <= min(widths, default=0):  # "sep=,", a comment, a title, a blank line
        line = f"found {len(header)} cells in a line that is no header, and {min(widths)} below it"
        return None, [Fault(path, line, "the names of the columns in the first line", row=1)]
    expected = f"{len(header)}, as in the header (a number has a point, not a comma)"
    faults = changed + [
        Fault(path, f"found {len(row)} cells", expected, row=place + 2)
        for place, row in body.items()
        if len(row) != len(header)
    ]
    whole = {place: row for place, row in body.items() if len(row) == len(header)}
    columns = [c.strip() for c in header]
    cells = pd.DataFrame(list(whole.values()), index=list(whole), columns=columns, dtype=str)
    return cells, faults


def _changed(path: Path, content: bytes) -> list[Fault]:
    """A file of the project is what its origin says only while its content is the recorded one."""
    table = described(path)
    if table is None or table.get("hash", checksum(content)) == checksum(content):
        return []
    return [
        Fault(
            path,
            "this is not the content that data/datapackage.json records",
            f"the {table['origin']} table of the project. Your own values belong in a folder of "
            "your own (data/README.md); after a change of the project's table on purpose: make "
            "checksums",
        )
    ]


def arms_faults(path: Path, arms: pd.Series) -> list[Fault]:
    """What a comparison lacks: patients with MSC, or anybody to compare them with."""
    expected = "at least one patient of MSC, and one of CTRL or mCTRL to compare with"
    if "MSC" not in set(arms):
        return [Fault(path, "found no patient of MSC", expected, column="arm")]
    if set(arms) == {"MSC"}:
        return [Fault(path, "found no patient of CTRL or mCTRL", expected, column="arm")]
    return []


def cell_fault(path: Path, place: int, column: str, found: str, expected: str) -> Fault:
    """One fault in one cell, by the place of its row in the frame of cells.

    Messages can be copied into mails and logs: they name the row of a patient, not the patient.
    """
    hidden = column in IDENTIFYING and bool(found)
    found = "an identifier (hidden)" if hidden else found
    return Fault(path, found, expected, row=place + 2, column=column, quoted=not hidden)


# --- Validating ---------------------------------------------------------------------------


def _check_columns(path: Path, cells: pd.DataFrame, schema: dict) -> list[Fault]:
    expected = [f["name"] for f in schema["fields"]]
    found = [f"column {c} is missing" for c in expected if c not in cells]
    found += [f"column {c or '(no name)'} is not known" for c in cells if c not in expected]
    found += [f"column {c} appears twice" for c in cells.columns[cells.columns.duplicated()]]
    return [Fault(path, text, "the columns " + ", ".join(expected)) for text in found]


def _check_text(path: Path, stripped: pd.DataFrame, schema: dict) -> list[Fault]:
    """Refuse names that cannot be told apart by eye, and text with commands in it."""
    faults = []
    for field in schema["fields"]:
        if field["type"] == "string":
            wanted = field.get("rescat:text", "free")
            faults += text_faults(path, stripped[field["name"]], wanted)
    return faults


_NO_COMMANDS = "without control, line-break or invisible characters; type it again"
_TEXTS = {
    "free": (text_fault, f"text {_NO_COMMANDS}"),
    "label": (label_fault, f"at most {LONGEST_NAME} characters, {_NO_COMMANDS}"),
    "name": (
        name_fault,
        f"a name with a letter or digit, at most {LONGEST_NAME} characters, {_NO_COMMANDS}",
    ),
}


def text_faults(path: Path, texts: pd.Series, wanted: str) -> list[Fault]:
    """Cells of one column that hold what a ``free`` text, a ``label`` or a ``name`` may not."""
    judge, expected = _TEXTS[wanted]
    found = {text: judge(text) for text in set(texts) - {""}}
    return [
        Fault(path, found[text], expected, row=place + 2, column=texts.name, quoted=False)
        for place, text in texts.items()
        if found.get(text)
    ]


def _convert(path: Path, stripped: pd.DataFrame, schema: dict) -> tuple[pd.DataFrame, list[Fault]]:
    """Text to numbers and truth values; "not reported" stays a value in columns of text."""
    columns, faults = {}, []
    for field in schema["fields"]:
        name, text = field["name"], stripped[field["name"]]
        if field["type"] == "string":
            empty = text == ""
            columns[name] = text.where(~empty, None) if empty.any() else text
            continue
        missing = text.isin(schema["missingValues"])
        present = text.where(~missing)
        if field["type"] == "boolean":
            values = present.map({"y": True, "n": False}).astype("boolean")
            unread = values.isna() & ~missing
        else:
            numbers = pd.to_numeric(present, errors="coerce").to_numpy(float, na_value=np.nan)
            finite = np.isfinite(numbers)
            values = pd.Series(np.where(finite, numbers, np.nan), index=text.index)
            unread = ~finite & ~missing
            if field["type"] == "integer" and (numbers[finite] % 1 == 0).all():
                values = values.astype("Int64")
        for row in text.index[unread]:
            expected = allowed_values(field) + _hint(field, text[row])
            faults.append(cell_fault(path, row, name, text[row], expected))
        columns[name] = values
    return pd.DataFrame(columns), faults


def _hint(field: dict, text: str) -> str:
    """What may have been meant by a cell that is not a number."""
    if field["type"] == "boolean":
        return ""
    if "," in text:
        return ", with a point and not a comma"
    if text.startswith("<") and field["name"] == "value":
        return "; of a value below detection, the limit alone, with y in below_lod"
    return ""


def _validate(path: Path, cells: pd.DataFrame, frame: pd.DataFrame, schema: dict) -> list[Fault]:
    """Hold converted values to the constraints of Table Schema, and rows to the primary key.

    An empty cell breaks ``required`` alone. Of the key of a repeated row, only the repetition is
    told, in its first column; a key with an empty cell repeats nothing.
    """
    fields = {f["name"]: f for f in schema["fields"]}
    if not frame["origin"].isin(list(ORIGINS)).all() and "origin" not in fields:
        raise DataError(
            f"{path}: found the origin {frame['origin'].iloc[0]!r}\n"
            f"  expected: one of {', '.join(ORIGINS)}"
        )
    key = schema.get("primaryKey", [])
    repeated = frame[key].notna().all(axis=1) & bool(key)
    if key:
        repeated &= frame.duplicated(key, keep=False)
    faults = [
        cell_fault(path, row, key[0], cells[key[0]][row], unique_expectation(key))
        for row in frame.index[repeated]
    ]
    for name, field in fields.items():
        # A text keeps the word for a missing value, which is to say something; it is still missing,
        # unless it is one of the words that the column allows.
        values = frame[name]
        missing = values.isna().to_numpy()
        if field["type"] == "string":
            allowed = field.get("constraints", {}).get("enum", ())
            words = [word for word in schema["missingValues"] if word not in allowed]
            missing = missing | values.isin(words).to_numpy()
        broken = _breaks(values, missing, field)
        if name in key:
            broken &= ~repeated.to_numpy()
        faults += [
            cell_fault(path, row, name, cells[name][row], allowed_values(field))
            for row in frame.index[broken]
        ]
    return faults


def _breaks(values: pd.Series, missing: np.ndarray, field: dict) -> np.ndarray:
    """Which rows of a column break a constraint of its field."""
    rules = field.get("constraints", {})
    broken = missing & rules.get("required", False)
    present = values[~missing]
    good = np.ones(len(present), dtype=bool)
    if "enum" in rules:
        good &= present.isin(rules["enum"]).to_numpy()
    if "pattern" in rules:
        good &= present.str.fullmatch(rules["pattern"]).to_numpy(dtype=bool)
    if field["type"] in ("integer", "number"):
        numbers = present.to_numpy(dtype=float)
        good &= numbers >= rules.get("minimum", -np.inf)
        good &= numbers <= rules.get("maximum", np.inf)
        good &= (numbers % 1 == 0) | (field["type"] == "number")
    broken[~missing] = ~good
    return broken


def _check_words(path: Path, frame: pd.DataFrame) -> list[Fault]:
    """Hold each number of a table of facts to the words of the paper that stand beside it."""
    if not {"value", "value_type", "quotation"} <= set(frame):
        return []
    faults = []
    for row in frame[frame["value_type"].eq("number") & frame["quotation"].notna()].itertuples():
        words = row.quotation.lower()
        named = _NUMBER_WORDS.get(row.value, row.value)
        if not re.search(rf"(?<![\d.])({re.escape(row.value)}|{named})(?![\d.])", words):
            expected = f"a number in “{row.quotation}”"
            faults.append(cell_fault(path, row.Index, "value", row.value, expected))
    return faults


COUNTS = ("treated_events", "treated_patients", "control_events", "control_patients")


def _check_counts(path: Path, stripped: pd.DataFrame, frame: pd.DataFrame) -> list[Fault]:
    """Hold counts of two groups to each other, and to the time at which they were taken."""
    if not set(COUNTS) <= set(frame):
        return []
    faults = []
    counts = frame[list(COUNTS)]
    for row in frame.index[counts.notna().any(axis=1)]:
        for name in counts.columns[counts.loc[row].isna()]:
            faults.append(cell_fault(path, row, name, "", "all four counts, or none"))
        for group in ("treated", "control"):
            events, patients = (
                counts.loc[row, f"{group}_{what}"] for what in ("events", "patients")
            )
            if pd.notna(events) and pd.notna(patients) and events > patients:
                expected = f"at most {patients}, the patients of that group"
                faults.append(cell_fault(path, row, f"{group}_events", str(events), expected))
        if "horizon_days" in stripped and not stripped.loc[row, "horizon_days"]:
            expected = f"the day up to which events count, or '{NOT_REPORTED}' if no source says it"
            faults.append(cell_fault(path, row, "horizon_days", "", expected))
    return faults


def _check_repeated(path: Path, stripped: pd.DataFrame, schema: dict) -> list[Fault]:
    """Hold what is said again in each row of one thing to what its first row says.

    ``rescat:repeated`` has the column that names the thing, and the columns that are about it.
    """
    faults = []
    for name, columns in schema.get("rescat:repeated", {}).items():
        first = stripped.groupby(name)[columns].transform("first")
        for column in columns:
            for row in stripped.index[stripped[column].ne(first[column])]:
                expected = f"{first.loc[row, column]!r}, as in the first row of this {name}"
                faults.append(cell_fault(path, row, column, stripped.loc[row, column], expected))
    return faults


def _check_foreign_keys(path: Path, cells: pd.DataFrame, table: dict) -> list[Fault]:
    """Hold cells that name a row of another table to that table.

    Of a key of several columns, the first names the row and the others must repeat what stands
    there.
    """
    faults = []
    for columns, target, file in _foreign_keys(path, table):
        known, unread = read_cells(file) if file.is_file() else (None, [])
        if known is None or unread or not set(target) <= set(known):
            continue  # that file is absent, or its own faults are told where it is examined
        known = known[target].apply(lambda column: column.str.strip())
        known = known.drop_duplicates(target[0]).set_index(target[0])
        faults += _strangers(path, cells, columns, known, file.name)
    return faults


def _foreign_keys(path: Path, table: dict) -> Iterator[tuple[list[str], list[str], Path]]:
    """The columns of each key, those that they name, and the file where these stand.

    A key between tables of one folder goes to the file beside this one, wherever that lies: the
    events of your own are held to the patients of your own. A key to a table of another folder goes
    to the project's file. ``rescat:foreignKeys`` has the form of ``foreignKeys`` of Table Schema;
    it is for a schema that several folders share, which the standard ties to one file, and always
    goes to the file beside.
    """
    schema, home = table["schema"], Path(table["path"]).parent
    for kind in ("foreignKeys", "rescat:foreignKeys"):
        for key in schema.get(kind, []):
            target = Path(describe(key["reference"]["resource"])["path"])
            beside = kind == "rescat:foreignKeys" or target.parent == home
            file = path.with_name(target.name) if beside else DATA / target
            yield key["fields"], key["reference"]["fields"], file


def _strangers(
    path: Path, cells: pd.DataFrame, columns: list[str], known: pd.DataFrame, file: str
) -> list[Fault]:
    """Rows that name nobody of another file, or say another thing of them than it does."""
    first, *others = columns
    names = cells[first].str.strip()
    is_known = names.isin(known.index)
    faults = [
        cell_fault(path, row, first, name, f"a {first.removesuffix('_id')} of {file}")
        for row, name in names[~is_known & names.ne("")].items()
    ]
    for column, target in zip(others, known.columns, strict=True):
        values, right = cells[column].str.strip(), names.map(known[target])
        for row in cells.index[is_known & values.ne(right)]:
            expected = f"{right[row]}, which {file} says of this patient"
            faults.append(cell_fault(path, row, column, values[row], expected))
    return faults


def unique_expectation(key: list[str]) -> str:
    """What is expected of the columns of a primary key."""
    return "each " + " and ".join(key) + " only once"
