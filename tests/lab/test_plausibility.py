"""What looks odd is said with its place; a tidy table has nothing odd. Patients are invented."""

import pandas as pd
import pytest
from shared import refused

import rescat
from rescat.data.own_folder import check_folder
from rescat.lab.plausibility import oddities

HEAD = "patient_id,arm,day,marker,value,unit,below_lod\n"


def rows(*changes, days=(0, 3, 6)):
    """Six patients with IL-6 and NfL at some days; `changes` are made to the lines of the file."""
    lines = [
        f"P{k},{'MSC' if k < 4 else 'CTRL'},{day},{marker},{level + k + day},pg/mL,n"
        for k in range(1, 7)
        for day in days
        for marker, level in (("IL-6", 300), ("NfL", 20))
    ]
    for place, text in changes:
        lines[place - 2] = text
    return HEAD + "\n".join(lines) + "\n"


def odd(folder, text, patients=None):
    (folder / "biomarkers.csv").write_text(text, encoding="utf-8")
    if patients:
        (folder / "patients.csv").write_text(patients, encoding="utf-8")
    data = check_folder(folder)
    assert not data.faults
    return [(one.row, one.column, one.what) for one in oddities(data.frames)]


def test_nothing_is_odd_in_tidy_tables(tmp_path):
    assert odd(tmp_path, rows()) == []
    assert oddities({"biomarkers.csv": rescat.load_biomarkers()}) == []


def test_the_printed_table_has_one_patient_with_more_support_than_stay():
    # Chapter 1 says it: patient 17 has more days of high flow than days in hospital.
    [one] = oddities({"patients.csv": rescat.load_patients()})
    assert (one.row, one.column) == (18, "days_hfno")


@pytest.mark.parametrize(
    ("text", "row", "column", "says"),
    [
        (rows((4, "P1,MSC,3,IL-6,400000,pg/mL,n")), 4, "value", "a thousand times away"),
        (rows((4, "P1,MSC,3,IL-18,40,pg/mL,n")), 4, "marker", "IL18 has one value"),
        (rows(days=(0, 72, 144)), None, "day", "are these hours?"),
        (rows(days=(1, 4, 7)), None, "day", "no day 0"),
        (rows().replace(",3", ",0.3"), None, "unit", "is the unit right?"),
        (rows((2, "\u0420A,MSC,0,IL-6,301,pg/mL,n")), 2, "patient_id", "two alphabets"),
    ],
    ids=["far", "one value", "hours", "no day 0", "unit", "letters"],
)  # fmt: skip
def test_what_is_odd_has_a_place(tmp_path, text, row, column, says):
    found = [one for one in odd(tmp_path, text) if says in one[2]]
    assert [(one[0], one[1]) for one in found] == [(row, column)]


def test_patients_that_cannot_be_so(tmp_path):
    patients = rescat.load_patients().drop(columns="origin").astype(object)
    control = patients.index[patients["arm"].eq("mCTRL")][0]
    patients.loc[control, "msc_source"] = "UC"
    patients.loc[control, "days_hfno"] = 99
    frames = {"patients.csv": patients, "biomarkers.csv": rescat.load_biomarkers()}
    said = {(one.row, one.column): one.what for one in oddities(frames)}
    assert said[control + 2, "msc_source"] == "a control with a source of cells (UC)"
    assert said[control + 2, "days_hfno"] == "more days than the stay has"
    assert said[control + 2, "patient_id"] == "a patient without any sample"


def test_events_that_cannot_be_so():
    events = rescat.load_events().astype(object)
    events.loc[1, ["severity", "outcome"]] = "Fatal", "Resolved"
    events = pd.concat([events, events.loc[[0]]], ignore_index=True)
    said = [(one.row, one.what) for one in oddities({"events.csv": events})]
    assert (3, "a fatal event that was resolved") in said
    assert (len(events) + 1, "the same event as in a row above") in said


def test_a_patient_in_two_arms_is_refused_with_the_row(tmp_path):
    (tmp_path / "biomarkers.csv").write_text(rows((4, "P1,CTRL,3,IL-6,303,pg/mL,n")))
    said = str(refused(rescat.load_biomarkers, tmp_path))
    assert "row 4, column arm: found 'CTRL', expected MSC, as this patient has above" in said
