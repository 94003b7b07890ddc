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


def test_a_thousand_folders_are_read_or_refused_as_written_down(folders, good):
    assert wrongs(CASES[:: len(CASES) // 1000], good, folders) == {}


@pytest.mark.slow
@pytest.mark.tier2
@pytest.mark.parametrize("about", groups())
def test_each_folder_is_read_or_refused_as_written_down(about, folders, good):
    assert wrongs(groups()[about], good, folders) == {}
