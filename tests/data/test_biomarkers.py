"""Biomarkers of one's own: days, spellings, units, patients; and what is refused."""

import pandas as pd
import pytest
from shared import refused

import rescat
from rescat.data.contract import DATA

HEADER = "patient_id,arm,day,marker,value,unit,below_lod"
FIRST = "S01,MSC,0,NFL,20,pg/mL,n"
CONTROL = "S02,CTRL,0,NFL,20,pg/mL,n"


@pytest.fixture
def write(tmp_path):
    """Write a file of biomarkers: a header, a patient, a control, and the rows given."""

    def written(*lines, name="biomarkers.csv"):
        text = "\n".join([HEADER, FIRST, CONTROL, *lines]) + "\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return written


def test_biomarkers_load(write):
    frame = rescat.load_biomarkers(write("S01,MSC,3,NFL,21,pg/mL,n"))
    assert frame["treated"].tolist() == [True, False, True]
    assert frame["day"].tolist() == [0, 0, 3]
    assert frame["day"].dtype == "Int64"
    assert set(frame["origin"]) == {"private"}


@pytest.mark.parametrize(("day", "dtype"), [("7", "Int64"), ("7.5", "float64"), ("120", "Int64")])
def test_any_sampling_day(write, day, dtype):
    frame = rescat.load_biomarkers(write(f"S01,MSC,{day},NFL,21,pg/mL,n"))
    assert frame["day"].dtype == dtype
    assert frame["day"].iloc[-1] == float(day)


@pytest.mark.parametrize(
    ("line", "column", "found", "expected"),
    [
        ("S01,MSC,-1,NFL,21,pg/mL,n", "day", "-1", "a number from 0 to 3650 days"),
        ("S01,MSC,2021-03-05,NFL,21,pg/mL,n", "day", "2021-03-05", "a number from 0"),
        ("S01,MSC,20210305,NFL,21,pg/mL,n", "day", "20210305", "a number from 0"),
        ("S01,MSC,3,NFL,21,pmol/L,n", "unit", "pmol/L", "mass per volume"),
        ("S01,MSC,3,NFL,21,,n", "unit", "an empty cell", "text"),
        ("S01,MSC,3,NFL,-1,pg/mL,n", "value", "-1", "at least 0"),
        ("S01,MSC,3,NFL,0,pg/mL,n", "value", "0", "above 0; of a value below detection, the limit"),
        ("S01,MSC,3,NFL,0.0,pg/mL,y", "value", "0.0", "above 0"),
        ("S01,MSC,3,NFL,inf,pg/mL,n", "value", "inf", "a number"),
        ("S01,MSC,3,NFL,<0.8,pg/mL,n", "value", "<0.8", "the limit alone, with y in below_lod"),
        ("S01,MSC,3,NFL,21,pg/mL,", "below_lod", "an empty cell", "y or n"),
        ("S01,msc,3,NFL,21,pg/mL,n", "arm", "msc", "one of MSC, CTRL, mCTRL"),
        ("S01,MSC,3,,21,pg/mL,n", "marker", "an empty cell", "text"),
    ],
)
def test_an_impossible_biomarker(write, line, column, found, expected):
    said = str(refused(rescat.load_biomarkers, write(line)))
    assert f"biomarkers.csv, row 4, column {column}: found '{found}', expected" in said
    assert expected in said


def test_a_biomarker_measured_twice(write):
    error = refused(rescat.load_biomarkers, write("S01,MSC,0,NFL,21,pg/mL,n"))
    assert "each patient_id and day and marker only once" in str(error)
    assert [fault.row for fault in error.faults] == [2, 4]


def test_two_days_that_cannot_be_read_are_not_the_same_day(write):
    error = refused(
        rescat.load_biomarkers, write("S01,MSC,x,NFL,21,pg/mL,n", "S01,MSC,y,NFL,21,pg/mL,n")
    )
    assert [(f.row, f.column) for f in error.faults] == [(4, "day"), (5, "day")]


def test_only_one_group(tmp_path):
    (tmp_path / "biomarkers.csv").write_text(f"{HEADER}\n{FIRST}\n")
    assert "column arm: found no patient of CTRL or mCTRL" in str(
        refused(rescat.load_biomarkers, tmp_path)
    )


def test_spellings_of_one_marker_are_merged(write):
    folder = write("S01,MSC,3,NfL,21,pg/mL,n", "S01,MSC,6,NF-L,22,pg/mL,n")
    assert set(rescat.load_biomarkers(folder)["marker"]) == {"NFL"}
    changes = rescat.biomarker_changes(folder)
    assert changes["found"].tolist() == ["NFL", "NfL", "NF-L"]
    assert changes["values"].tolist() == [2, 1, 1]


def test_spellings_with_values_of_one_day_are_not_merged(write):
    error = refused(rescat.load_biomarkers, write("S01,MSC,0,NfL,21,pg/mL,n"))
    assert (
        "row 2, column marker: found 'NFL', expected one value per patient and day of NFL"
        in str(error)
    )
    assert [fault.row for fault in error.faults] == [2, 4]


def test_a_marker_of_no_panel_keeps_its_first_name(write):
    lines = ["S01,MSC,0,VEGF-A,5,pg/mL,n", "S01,MSC,3,Vegf-a,6,pg/mL,n"]
    assert set(rescat.load_biomarkers(write(*lines))["marker"]) == {"NFL", "VEGF-A"}


def test_units_are_converted_to_the_panels(write):
    folder = write(
        "S01,MSC,3,NFL,0.021,ng/mL,n", "S01,MSC,6,NFL,22,ng/L,n", "S01,MSC,0,MMP-9,70000,pg/mL,y"
    )
    frame = rescat.load_biomarkers(folder)
    assert frame["value"].tolist() == [20, 20, 21, 22, 70]
    assert frame["unit"].tolist() == ["pg/mL"] * 4 + ["ng/mL"]
    changes = rescat.biomarker_changes(folder).set_index("unit_found")
    assert changes.loc["ng/mL", "factor"] == 1000
    assert changes.loc["ng/mL", "values"] == 1


def test_a_marker_of_no_panel_has_its_first_unit(write):
    frame = rescat.load_biomarkers(
        write("S01,MSC,0,VEGF,2,ng/ml,n", "S01,MSC,3,VEGF,500,pg/mL,n")
    ).query("marker == 'VEGF'")
    assert frame["value"].tolist() == [2, 0.5]
    assert set(frame["unit"]) == {"ng/mL"}


def test_a_unit_that_cannot_be_converted_is_kept_alone(write):
    frame = rescat.load_biomarkers(write("S01,MSC,0,ACE2,2,AU/mL,n", "S01,MSC,3,ACE2,5,AU/mL,n"))
    assert set(frame.loc[frame["marker"].eq("ACE2"), "unit"]) == {"AU/mL"}


def test_a_unit_that_cannot_be_converted_is_not_mixed(write):
    said = str(
        refused(
            rescat.load_biomarkers, write("S01,MSC,0,ACE2,2,AU/mL,n", "S01,MSC,3,ACE2,5,pg/mL,n")
        )
    )
    assert "row 5, column unit: found 'pg/mL', expected AU/mL, the first unit of ACE2" in said


@pytest.mark.parametrize("marker", ["NFL", "ACE2"])
def test_a_logarithm_is_refused(write, marker):
    said = str(refused(rescat.load_biomarkers, write(f"S01,MSC,3,{marker},5,NPX,n")))
    assert "column unit: found 'NPX'" in said
    assert "NPX is a logarithm" in said


@pytest.fixture
def beside(write):
    """The same, beside a table of patients."""

    def written(*lines):
        folder = write(*lines)
        table = pd.read_csv(DATA / "published" / "patients.csv", dtype=str).iloc[:2]
        table.assign(patient_id=["S01", "S02"]).to_csv(folder / "patients.csv", index=False)
        return folder

    return written


def test_patients_of_both_tables_agree(beside):
    assert len(rescat.load_biomarkers(beside())) == 2


def test_a_stranger_is_named(beside):
    said = str(refused(rescat.load_biomarkers, beside("S99,MSC,0,NFL,21,pg/mL,n")))
    assert "row 4, column patient_id: found an identifier (hidden), expected a patient" in said
    assert "S99" not in said


def test_another_arm_is_named(beside):
    said = str(refused(rescat.load_biomarkers, beside("S01,CTRL,3,NFL,21,pg/mL,n")))
    assert "row 4, column arm: found 'CTRL', expected MSC, which patients.csv says of" in said


def test_a_broken_table_of_patients_makes_no_strangers(beside):
    folder = beside("S99,MSC,0,NFL,21,pg/mL,n")
    with (folder / "patients.csv").open("a", encoding="utf-8") as file:
        file.write("S99,MSC\n")
    assert len(rescat.load_biomarkers(folder)) == 3
