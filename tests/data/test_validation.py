"""What is said of a table that is broken."""

import csv
import re

import frictionless
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared import refused, rewrite

import rescat
from rescat.base.inert import text_fault
from rescat.data.contract import DATA
from rescat.data.validation import examine


def test_none_is_a_value_not_a_gap():
    assert rescat.load_patients().set_index("patient_id").loc["1", "comorbidities"] == "None"


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "found", "expected"),
    [
        (
            "1,MSC,A,enrolment,AT,58",
            "1,MSC,A,enrolment,AT,180",
            2,
            "age",
            "180",
            "from 0 to 120 years",
        ),
        ("AT,58,White,y", "AT,58,White,yes", 2, "male", "yes", "y or n"),
        ("25.2", "twenty", 2, "bmi", "twenty", "from 10 to 80 kg/m²"),
        ("26,193", "26,25.7", 2, "pao2_fio2", "25.7", "from 40 to 700 mmHg"),
        ("1,MSC", "1,Msc", 2, "arm", "Msc", "one of MSC, CTRL, mCTRL"),
        ("4,MSC,A,enrolment,AT,56", "4,MSC,A,enrolment,AT,", 5, "age", "an empty cell", "from 0"),
        ("26,193", "26,inf", 2, "pao2_fio2", "inf", "from 40 to 700 mmHg"),
    ],
)
def test_a_bad_cell_is_named(own, old, new, row, column, found, expected):
    rewrite(own / "patients.csv", old, new)
    said = str(refused(rescat.load_patients, own))
    assert f"patients.csv, row {row}, column {column}: found '{found}', expected" in said
    assert expected in said


def test_a_repeated_patient_is_named(own):
    rewrite(own / "patients.csv", "2,CTRL", "1,CTRL")
    said = str(refused(rescat.load_patients, own))
    for row in (2, 3):
        found = f"row {row}, column patient_id: found an identifier (hidden), expected each"
        assert found in said


def test_all_faults_are_listed_at_once(own):
    rewrite(own / "patients.csv", "AT,58", "AT,580")
    rewrite(own / "patients.csv", "y,29.9", "y,299")
    said = str(refused(rescat.load_patients, own))
    assert "column age" in said
    assert "column bmi" in said


def test_a_missing_column(own):
    rewrite(own / "patients.csv", ",bmi,", ",weight,")
    said = str(refused(rescat.load_patients, own))
    assert "column bmi is missing" in said
    assert "column weight is not known" in said


def test_a_missing_file(own):
    (own / "patients.csv").unlink()
    said = str(refused(rescat.load_patients, own))
    assert "patients.csv: file not found" in said
    assert str(own) in said


def test_an_unreadable_encoding(own):
    (own / "patients.csv").write_bytes((own / "patients.csv").read_bytes() + b"\xff\xfe")
    assert "line 19: a character that is not UTF-8" in str(refused(rescat.load_patients, own))


def test_an_empty_file(own):
    (own / "patients.csv").write_text("")
    assert "the file is empty" in str(refused(rescat.load_patients, own))


def test_a_row_with_a_cell_too_many(own):
    rewrite(own / "patients.csv", "1,MSC", "1,,MSC")
    assert "row 2: found 29 cells" in str(refused(rescat.load_patients, own))


def test_semicolons(own):
    text = (own / "patients.csv").read_text(encoding="utf-8")
    (own / "patients.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    assert "found semicolons" in str(refused(rescat.load_patients, own))


def test_blank_lines_do_not_shift_the_row_number(own):
    rewrite(
        own / "patients.csv",
        "2,CTRL,A,enrolment,not applicable,57",
        "\n\n2,CTRL,A,enrolment,not applicable,570",
    )
    assert "row 5, column age: found '570'" in str(refused(rescat.load_patients, own))


def test_old_line_ends_are_read(own):
    text = (own / "patients.csv").read_bytes()
    (own / "patients.csv").write_bytes(text.replace(b"\n", b"\r"))
    assert len(rescat.load_patients(own)) == 17


def test_a_table_of_events_may_be_empty(own):
    header = (own / "events.csv").read_text(encoding="utf-8").splitlines()[0]
    (own / "events.csv").write_text(header + "\n", encoding="utf-8")
    assert rescat.load_events(own).empty


def test_an_arm_without_patients(own):
    rewrite(own / "patients.csv", ",CTRL,", ",mCTRL,", count=2)
    assert len(rescat.load_patients(own)) == 17
    said = str(refused(lambda: rescat.load_patients(own, arms=rescat.ARMS)))
    assert "column arm: found no patient of CTRL" in said
    assert "at least one of each of MSC, CTRL, mCTRL" in said


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ({"MSC"}, "found no patient of CTRL or mCTRL"),
        ({"CTRL", "mCTRL"}, "found no patient of MSC"),
    ],
)
def test_nobody_to_compare(own, arms, said):
    lines = (own / "patients.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.split(",")[1] in {"arm", *arms}]
    (own / "patients.csv").write_text("".join(kept), encoding="utf-8")
    told = str(refused(rescat.load_patients, own))
    assert said in told
    assert "expected: at least one patient of MSC, and one of CTRL or mCTRL" in told


def test_the_error_holds_every_fault_and_names_ten(own):
    path = own / "patients.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    head, rows = lines[0], [line.split(",", 2) for line in lines[1:]]
    broken = [f"{number},{arm.lower()},{rest}" for number, arm, rest in rows]
    path.write_text("\n".join([head, *broken]), encoding="utf-8")
    with pytest.raises(rescat.DataError) as caught:
        rescat.load_patients(own)
    assert len(caught.value.faults) == 17
    assert str(caught.value).count("column arm") == 10
    assert "and 7 more" in str(caught.value)
    first = caught.value.faults[0]
    assert (first.path, first.row, first.column, first.found) == (path, 2, "arm", "msc")
    assert first.expected == "one of MSC, CTRL, mCTRL"


def test_a_cell_that_is_no_number_hides_no_other_fault(own):
    rewrite(own / "patients.csv", "25.2", "twenty")
    rewrite(
        own / "patients.csv", "2,CTRL,A,enrolment,not applicable,57", "2,CTRL,A,enrolment,x,570"
    )
    said = str(refused(rescat.load_patients, own))
    for found in (
        "row 2, column bmi: found 'twenty'",
        "column msc_source: found 'x'",
        "found '570'",
    ):
        assert found in said


def test_rows_too_long_or_short_are_all_named(own):
    rewrite(own / "patients.csv", "1,MSC", "1,,MSC")
    rewrite(own / "patients.csv", "4,MSC", "4")
    rewrite(own / "patients.csv", "y,29.9", "y,299")
    said = str(refused(rescat.load_patients, own))
    for found in ("row 2: found 29 cells", "row 5: found 27 cells", "column bmi: found '299'"):
        assert found in said


@pytest.mark.parametrize("text", ["nan", "inf", "1e999"])
def test_no_number_is_infinite(own, text):
    rewrite(own / "patients.csv", "26,193", f"26,{text}")
    assert f"column pao2_fio2: found '{text}'" in str(refused(rescat.load_patients, own))


def test_a_decimal_comma_is_explained(own):
    rewrite(own / "patients.csv", ",25.2,", ',"25,2",')
    assert "found '25,2', expected a number from 10 to 80 kg/m², with a point" in str(
        refused(rescat.load_patients, own)
    )


def test_a_cell_without_end(own):
    text = (own / "patients.csv").read_text(encoding="utf-8")
    (own / "patients.csv").write_text(text + '"' + "x" * 200_000, encoding="utf-8")
    said = str(refused(rescat.load_patients, own))
    # The reader's limit for one cell is set for the whole program, by whoever sets it last.
    assert "not a CSV file" in said


def test_a_name_with_an_invisible_sign_is_refused(own):
    rewrite(own / "patients.csv", "1,MSC", "1\u200b,MSC")
    rewrite(own / "patients.csv", "None,No", "No\u202ene,No")
    said = str(refused(rescat.load_patients, own))
    assert "row 2, column patient_id: found U+200B (zero width space) as character 2" in said
    assert "row 2, column comorbidities: found U+202E (right-to-left override)" in said
    assert "type it again" in said


def test_a_name_of_signs_alone_or_too_long_is_refused(own):
    rewrite(own / "patients.csv", "1,MSC", "***,MSC")
    rewrite(own / "patients.csv", "2,CTRL", f"{'x' * 101},CTRL")
    said = str(refused(rescat.load_patients, own))
    assert "row 2, column patient_id: found no letter and no digit, expected a name" in said
    assert "row 3, column patient_id: found 101 characters" in said


def test_committed_tables_have_no_text_that_a_name_may_not_have():
    for name in rescat.resources():
        frame = rescat.load_table(name) if "supplement" not in name else None
        for column in [] if frame is None else frame.select_dtypes(["object", "str"]):
            for text in frame[column].dropna().unique():
                assert text_fault(str(text)) is None, (name, column, text)


# --- Counts of two groups -----------------------------------------------------------------------

TRIALS = (DATA / "evidence" / "trials.csv").read_text(encoding="utf-8")
LANZONI = "Lanzoni 2021,2021,COVID-19,deaths,30,2,12,7,12,y,y"


@pytest.mark.parametrize(
    ("change", "column", "found", "expected"),
    [
        (("30,2,12", "30,13,12"), "treated_events", "13", "at most 12, the patients of that group"),
        (("7,12,y,y", "7,6,y,y"), "control_events", "7", "at most 6, the patients of that group"),
        (("7,12,y,y", "7,,y,y"), "control_patients", "", "all four counts, or none"),
        (("deaths,30", "deaths,"), "horizon_days", "", "the day up to which events count"),
        (("2021,2021", "2021,2020"), "year", "2021", "'2020', as in the first row of this trial"),
    ],
)
def test_counts_that_cannot_be_are_refused_by_name(tmp_path, change, column, found, expected):
    assert TRIALS.count(LANZONI) == 1
    path = tmp_path / "trials.csv"
    path.write_text(TRIALS.replace(LANZONI, LANZONI.replace(*change)), encoding="utf-8")
    _, [fault] = examine("trials", path, "evidence")
    assert (fault.column, fault.found) == (column, found)
    assert fault.expected.startswith(expected)


def test_a_count_without_a_source_is_refused(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text(re.sub(r"https://pmc\S+?(?=,)", "", TRIALS, count=1), encoding="utf-8")
    _, faults = examine("trials", path, "evidence")
    assert [fault.column for fault in faults] == ["source"]


# --- Against the library that defines the standard ----------------------------------------------

PATIENTS = rescat.describe("patients")["schema"]
CELLS = ["", "not reported", "x", "-1", "0", "1", "1.5", "1000000", "y", "n", "MSC", "Mild"]
changes = st.lists(
    st.tuples(
        st.integers(1, 17),
        st.sampled_from([field["name"] for field in PATIENTS["fields"]]),
        st.sampled_from(CELLS),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(changes)
def test_frictionless_refuses_the_same_cells(tmp_path, changes):
    """Constraints and types, cell by cell; each patient keeps an identifier of his own."""
    lines = csv.reader((DATA / "published" / "patients.csv").open(encoding="utf-8", newline=""))
    header, *rows = lines
    for row, column, cell in changes:
        if column != "patient_id":
            rows[row - 1][header.index(column)] = cell
    path = tmp_path / "patients.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    schema = frictionless.Schema.from_descriptor(PATIENTS)
    report = frictionless.Resource([header, *rows], schema=schema).validate()
    expected = {(row, column) for row, column in report.flatten(["rowNumber", "fieldName"])}
    _, faults = examine("patients", path, "private")
    assert {(fault.row, fault.column) for fault in faults} == expected


# --- Keys ---------------------------------------------------------------------------------------


def test_a_key_to_another_folder_is_checked(tmp_path):
    """A correction names a claim, and the claims lie in another folder than the corrections."""
    columns = [field["name"] for field in rescat.describe("corrections")["schema"]["fields"]]
    row = {"date": "2026-01-01", "sender": "reader", "response": "Yes.", "version": "0.2.0"}
    lines = [
        ",".join(row.get(c, claim if c == "claim_id" else "") for c in columns)
        for claim in ("SAF-15", "SAF-99")
    ]
    path = tmp_path / "corrections.csv"
    path.write_text("\n".join([",".join(columns), *lines]), encoding="utf-8")
    _, faults = examine("corrections", path, "evidence")
    [fault] = [fault for fault in faults if fault.column == "claim_id"]
    assert (fault.row, fault.found, fault.expected) == (3, "SAF-99", "a claim of claims.csv")
