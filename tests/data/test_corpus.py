"""Thousands of corrupted folders, each with the result that was written down for it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import corpus
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rescat
from rescat.data.own_folder import check_folder, fault_table, summary
from rescat.lab.importing import Import
from rescat.lab.plausibility import oddities, oddities_in_words

CASES = corpus.cases()
LOAD: dict[str, Callable] = {
    "patients": rescat.load_patients,
    "events": rescat.load_events,
    "biomarkers": rescat.load_biomarkers,
}


def groups() -> dict[str, list[corpus.Case]]:
    """The cases by what they are about: tests of a few seconds."""
    found = {"rows": list(corpus.rows()), "headers": list(corpus.headers())}
    found["forms"] = list(corpus.forms())
    for case in corpus.cells():
        found.setdefault(case.name.partition(" ")[0], []).append(case)
    return found


def lay(place: Path) -> dict[str, Path]:
    """For each table a folder with it, and with the patients that it names."""
    folders = {}
    for name in corpus.TABLES:
        folders[name] = place / name
        folders[name].mkdir()
        for beside in {"patients", name}:
            (folders[name] / f"{beside}.csv").write_text(corpus.TABLES[beside], encoding="utf-8")
    return folders


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return lay(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def good(folders):
    return {name: load(folders[name]) for name, load in LOAD.items()}


def meant(case: corpus.Case, good: pd.DataFrame) -> list[dict]:
    """The rows that a table means, by the good one and the cells that mean something else."""
    rows = good.astype(object).where(good.notna(), None).to_dict("records")
    for (row, column), value in case.cells.items():
        rows[row - 2][column] = value
    return sorted(rows, key=str)


def alike(one: list[dict], other: list[dict]) -> bool:
    """Whether they are the same; numbers to the last digits of a conversion."""
    return len(one) == len(other) and all(
        set(a) == set(b)
        and all(
            a[k] == b[k] or (isinstance(a[k], float) and a[k] == pytest.approx(b[k], rel=1e-12))
            for k in a
        )
        for a, b in zip(one, other, strict=True)
    )


def fault_of(case: corpus.Case, good: dict, folders: dict[str, Path]) -> str:
    """How the program fails a case; empty if it does what was written down."""
    folder = folders[case.table]
    path = folder / f"{case.table}.csv"
    path.write_bytes(case.content)
    data = check_folder(folder)
    told = fault_table(data.faults)
    own = [fault for fault in data.faults if fault.path == path]
    try:
        frame, error = LOAD[case.table](folder), None
    except rescat.DataError as refused:
        frame, error = None, refused
    if (error is None) != (not own):
        return f"check and loader disagree: {error} {told}"
    if case.read:
        if error:
            return f"refused: {error}"
        summary(data), oddities_in_words(oddities(data.frames))
        found = frame.astype(object).where(frame.notna(), None).to_dict("records")
        wanted = meant(case, good[case.table])
        return "" if alike(sorted(found, key=str), wanted) else f"read as something else: {found}"
    if not error:
        return f"read: {frame.to_dict('records')}"
    if not all(fault.expected and fault.found is not None for fault in own):
        return "a fault does not say what was expected"
    places = [fault for fault in own if (fault.row, fault.column) == (case.row, case.column)]
    if case.row and not places:
        return f"not at row {case.row}, column {case.column}: {error}"
    shown = [f"{fault.found} {fault.headline}" for fault in (places if case.row else own)]
    hidden = case.column == corpus.HIDDEN
    if not hidden and not any(case.said in text for text in shown):
        return f"does not say {case.said!r}: {error}"
    if hidden and case.said and any(repr(case.said) in text for text in shown):
        return "repeats an identifier"
    return ""


def test_there_are_many():
    assert len(CASES) >= 1000
    assert len({case.name for case in CASES}) == len(CASES)


def wrongs(cases: list[corpus.Case], good: dict, folders: dict[str, Path]) -> dict[str, str]:
    return {case.name: said for case in cases if (said := fault_of(case, good, folders))}


@pytest.mark.slow
def test_a_thousand_folders_are_read_or_refused_as_written_down(folders, good):
    some = [CASES[n * len(CASES) // 1000] for n in range(1000)]
    assert wrongs(some, good, folders) == {}


# --- The same bytes, handed to the import ---------------------------------------------------------


def imported(place: Path) -> tuple[set[tuple], Import]:
    found = rescat.read_lab(place)
    return {tuple(row) for row in found.biomarkers.itertuples(index=False)}, found


def silent(case: corpus.Case, place: Path, good: set[tuple]) -> str:
    """What an import changed without a word; empty if nothing, or if it refused the file."""
    place.write_bytes(case.content)
    try:
        rows, found = imported(place)
    except rescat.DataError:
        return ""
    said = {*found.understood["found"], *found.log["found"].str.strip()}
    told = set(found.log["row"])
    other = rows - good
    if case.column is None and not case.cells:
        return "" if not other or told else f"{other}"
    [(number, column)] = case.cells or [(case.row, case.column)]
    cells = list(csv.DictReader(io.StringIO(case.content.decode("utf-8-sig"))))
    text = (cells[number - 2][column] or "").strip()
    unexplained = [
        row
        for row in other
        if number not in told
        and text not in (str(row[0]), *said)
        and not any(text in word for word in said)
        and not _is(text, row[4])
    ]
    return f"{text!r}: {unexplained}" if unexplained else ""


def _is(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def test_an_import_changes_nothing_without_a_word(tmp_path):
    place = tmp_path / "biomarkers.csv"
    place.write_text(corpus.BIOMARKERS)
    good, _ = imported(place)
    assert len(good) == 8
    assert sum(row[6] == "y" for row in good) == 1
    wrong = {
        case.name: said
        for case in CASES
        if case.table == "biomarkers"
        and len(case.cells) < 2
        and case.name != "biomarkers without below_lod"  # then nothing says that one is below
        and (said := silent(case, place, good))
    }
    assert wrong == {}


# --- Bytes that nobody thought of -----------------------------------------------------------------

GOOD = corpus.BIOMARKERS.encode()
PLACES = st.integers(0, len(GOOD))
CHANGES = st.one_of(
    st.tuples(PLACES, st.integers(0, 3), st.binary(max_size=4)),
    st.tuples(
        PLACES, st.integers(0, 3), st.sampled_from([b",", b'"', b"\n", b"\r", b";", b"\0", b"-"])
    ),
    st.tuples(PLACES, st.integers(0, 3), st.text(max_size=3).map(lambda t: t.encode())),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGES, min_size=1, max_size=3))
def test_bytes_are_refused_or_read_as_they_stand(folders, changes):
    """What is read is what a plain reader of CSV finds in the same bytes."""
    content = GOOD
    for place, length, new in changes:
        content = content[:place] + new + content[place + length :]
    path = folders["biomarkers"] / "biomarkers.csv"
    path.write_bytes(content)
    try:
        frame = rescat.load_biomarkers(folders["biomarkers"])
    except rescat.DataError:
        return
    finally:
        path.write_text(corpus.BIOMARKERS)
    plain = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=None))
    rows = [{k.strip(): v.strip() for k, v in row.items()} for row in plain]
    assert frame["patient_id"].tolist() == [row["patient_id"] for row in rows]
    assert frame["arm"].tolist() == [row["arm"] for row in rows]
    assert frame["day"].tolist() == [float(row["day"]) for row in rows]
    assert frame["below_lod"].tolist() == [row["below_lod"] == "y" for row in rows]
    same = [unit == row["unit"] for unit, row in zip(frame["unit"], rows, strict=True)]
    values = zip(same, frame["value"], rows, strict=True)
    assert all(value == float(row["value"]) for plain_unit, value, row in values if plain_unit)


@pytest.mark.slow
@pytest.mark.tier2
@pytest.mark.parametrize("about", groups())
def test_each_folder_is_read_or_refused_as_written_down(about, folders, good):
    assert wrongs(groups()[about], good, folders) == {}
