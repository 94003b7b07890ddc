"""What is remembered of a file, and when it is examined anew."""

import os
import shutil

import pandas as pd
import pytest
from shared import refused, rewrite

import rescat
from rescat.data.biomarkers import examine_biomarkers
from rescat.data.validation import examine


def rewrite_unseen(path, old, new):
    """Other words of the same length, and a time stamp that does not tell."""
    assert len(old) == len(new)
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    rewrite(path, old, new)
    os.utime(path, ns=times)


def test_a_change_is_seen_by_the_bytes_alone(own):
    assert rescat.load_patients(own)["age"].iloc[0] == 58
    rewrite_unseen(own / "patients.csv", "enrolment,AT,58", "enrolment,AT,59")
    assert rescat.load_patients(own)["age"].iloc[0] == 59
    rewrite_unseen(own / "patients.csv", "enrolment,AT,59", "enrolment,AT,5x")
    first, again = (str(refused(rescat.load_patients, own)) for _ in range(2))
    assert first == again
    assert "5x" in first
    rewrite_unseen(own / "patients.csv", "enrolment,AT,5x", "enrolment,AT,58")
    assert rescat.load_patients(own)["age"].iloc[0] == 58


def test_a_change_of_the_file_beside_is_seen(own, own_tables):
    assert len(rescat.load_events(own)) == 6
    rewrite_unseen(own / "patients.csv", "\n4,", "\nX,")
    assert "a patient of patients.csv" in str(refused(rescat.load_events, own))
    rescat.load_biomarkers(own_tables)
    rewrite_unseen(own_tables / "patients.csv", "\nS01,", "\nX01,")
    assert "a patient of patients.csv" in str(refused(rescat.load_biomarkers, own_tables))
    (own_tables / "patients.csv").unlink()
    assert len(rescat.load_biomarkers(own_tables))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("published/patients.csv", "enrolment,AT,58", "enrolment,AT,59"),
        ("evidence/marker_names.csv", "MCP-1", "MCP-X"),
        ("datapackage.json", '"maximum": 120', '"maximum":  50'),
    ],
)
def test_a_change_of_what_stands_behind_is_seen(tmp_path, monkeypatch, file, old, new):
    """Of a project's table, of the names of the markers, and of the descriptions themselves."""
    data = tmp_path / "data"
    shutil.copytree(rescat.DATA, data, ignore=shutil.ignore_patterns("private"))
    for module in ("validation", "contract", "loaders"):
        monkeypatch.setattr(f"rescat.data.{module}.DATA", data)
    monkeypatch.setattr("rescat.data.contract._PACKAGE", data / "datapackage.json")

    def seen():
        try:
            ages = rescat.load_patients()["age"].tolist()
            return ages, rescat.marker_name("MCP-1"), rescat.biomarker_changes().to_csv()
        except rescat.DataError as error:
            return str(error)

    before = seen()
    assert seen() == before
    rewrite_unseen(data / file, old, new)
    assert seen() != before
    rewrite_unseen(data / file, new, old)
    assert seen() == before


def test_what_a_caller_changes_is_his_own(own_tables):
    path = own_tables / "patients.csv"
    for call in (
        lambda: examine("patients", path, "private"),
        lambda: examine_biomarkers(own_tables / "biomarkers.csv", "private"),
        lambda: (rescat.load_patients(own_tables), []),
    ):
        expected = [frame.copy() for frame in call()[:-1]]
        *frames, faults = call()
        for frame in frames:
            frame.iloc[:, 0] = "changed"
            frame[frame.columns[1]].array[:] = frame[frame.columns[1]].array[0]
            del frame[frame.columns[-1]]
            frame.attrs["note"] = "changed"
        faults.append("changed")
        *again, faults = call()
        assert faults == []
        for frame, right in zip(again, expected, strict=True):
            pd.testing.assert_frame_equal(frame, right, check_exact=True)
            assert frame.attrs == right.attrs


def test_what_a_caller_changes_in_a_description_is_his_own():
    for described in (rescat.describe("patients"), rescat.resources()["patients"]):
        described["schema"]["fields"].clear()
    assert rescat.describe("patients")["schema"]["fields"]
    assert rescat.resources()["patients"]["schema"]["fields"]
