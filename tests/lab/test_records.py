"""Patients and adverse events, in the layouts of REDCap and CDISC. All patients are invented.

Each expected table is written down by hand, column by column, from the text of the files above it.
"""

import csv
import io
import re
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared import ROOT, laid, refused

import rescat
from rescat.__main__ import main

# Patient 1 had the infusion on 31 May 2020, and an event on 10 June: day 10. 2020 is a leap year,
# but all dates are after February.
REDCAP = """\
record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,rand_arm,rand_date,\
age,sex,bmi,comorb___1,comorb___2,pf_ratio,los,note,demographics_complete,sample_date,il6,\
ae_term,ae_date,ae_end,ae_sev,ae_rel,ae_serious,ae_outcome
1,enrolment_arm_1,,,1,2020-05-31,59,1,"31.7",0,1,176,,seen,2,,,,,,,,,
1,day_0_arm_1,,,,,,,,,,,,,,2020-05-31,83.0,,,,,,,
1,discharge_arm_1,,,,,,,,,,,14,,,,,,,,,,,
1,unscheduled_arm_1,adverse_events,1,,,,,,,,,,,,,,Dyspnea,2020-06-10,2020-06-11,3,1,1,2
1,unscheduled_arm_1,adverse_events,2,,,,,,,,,,,,,,Rash,2020-05-31,,1,0,0,1
2,enrolment_arm_1,,,2,2020-06-17,52,2,NA,0,0,172,17,,2,,,,,,,,,
2,day_6_arm_1,,,,,,,,,,,,,,2020-06-23,<0.8,,,,,,,
"""
TOLD = """\
[columns]
group = "rand_arm"
time = "sample_date"
day_zero = "rand_date"
[arms]
1 = "MSC"
2 = "CTRL"
[units]
IL6 = "pg/mL"
[time_origin]
MSC = "enrolment"
CTRL = "enrolment"
[checkboxes]
comorb___1 = "Asthma"
comorb___2 = "Hypertension"
[codes.male]
1 = "y"
2 = "n"
[codes.severity]
1 = "Mild"
3 = "Severe"
[codes.relation]
0 = "Unrelated"
1 = "Possibly"
[codes.category]
0 = "AE"
1 = "SAE"
[codes.outcome]
1 = "Resolved"
2 = "Unresolved"
"""
ADSL = """\
STUDYID,USUBJID,SUBJID,AGE,AGEU,SEX,RACE,TRT01P,RANDDT,TRTSDT,BMIBL
X,X-01,01,59,YEARS,M,WHITE,Cells,2020-05-30,2020-05-31,31.7
X,X-02,02,64,YEARS,F,ASIAN,Usual care,2020-06-17,2020-06-17,
"""
# Study days have no 0: day 1 is day 0 here. Grades are those of CTCAE.
ADAE = """\
USUBJID,TRT01A,AGE,AESEQ,AETERM,AEDECOD,AETOXGR,AESER,AEREL,AEOUT,ASTDY,AENDY,AECONTRT
X-01,Cells,59,1,SHORT OF BREATH,Dyspnoea,4,Y,PROBABLY RELATED,NOT RECOVERED/NOT RESOLVED,1,3,Y
X-02,Usual care,64,1,RASH,Rash,1,N,NOT RELATED,UNKNOWN,38,,N
X-02,Usual care,64,2,DEATH,Death,5,Y,UNLIKELY,FATAL,40,40,
"""
ADAM = '[arms]\nCells = "MSC"\n"Usual care" = "mCTRL"\n' + (
    '[time_origin]\nMSC = "enrolment"\nmCTRL = "admission"\n[rules]\nstudy_days = "keep"\n'
)
EMPTY = ["table_part", "msc_source", "days_from_diagnosis", "mews", "sofa", "hacor", "rox", "gcs",
         "map", "respiratory_rate", "hfno", "niv", "cot_only", "therapy", "days_hfno", "days_niv",
         "days_cot"]  # fmt: skip


def read(tmp_path, mapping, **files):
    where, told = laid(tmp_path, mapping, **files)
    return rescat.read_lab(where, told)


def rows(frame, *columns):
    return frame[list(columns)].to_numpy().tolist()


def changed(text, *changes):
    """A file with cells changed: row from 1 as spreadsheets count, column, new text."""
    table = list(csv.reader(io.StringIO(text)))
    for row, column, new in changes:
        table[row - 1][table[0].index(column)] = new
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def test_redcap_gives_the_three_tables(tmp_path):
    found = read(tmp_path, TOLD, redcap=REDCAP)
    columns = ["patient_id", "arm", "time_origin", "age", "male", "bmi", "comorbidities",
               "pao2_fio2", "length_of_stay"]  # fmt: skip
    assert rows(found.patients, *columns) == [
        ["1", "MSC", "enrolment", "59", "y", "31.7", "Hypertension", "176", "14"],
        ["2", "CTRL", "enrolment", "52", "n", "not reported", "None", "172", "17"],
    ]
    assert set(found.patients[[*EMPTY, "ethnicity", "smoking"]].to_numpy().ravel()) == {""}
    columns = ["event_id", "patient_id", "category", "term", "day", "severity", "relation",
               "concomitant_medication", "outcome"]  # fmt: skip
    assert rows(found.events, *columns) == [
        ["1", "1", "SAE", "Dyspnea", "10", "Severe", "Possibly", "", "Unresolved"],
        ["2", "1", "AE", "Rash", "0", "Mild", "Unrelated", "", "Resolved"],
    ]
    assert rows(found.biomarkers, "patient_id", "arm", "day", "value", "below_lod") == [
        ["1", "MSC", 0, 83.0, "n"],
        ["2", "CTRL", 6, 0.8, "y"],
    ]


def test_cdisc_gives_patients_and_events_without_a_file_of_results(tmp_path):
    found = read(tmp_path, ADAM, adsl=ADSL, adae=ADAE)
    assert found.biomarkers is None
    columns = ["patient_id", "arm", "time_origin", "age", "ethnicity", "male", "bmi"]
    assert rows(found.patients, *columns) == [
        ["X-01", "MSC", "enrolment", "59", "WHITE", "y", "31.7"],
        ["X-02", "mCTRL", "admission", "64", "ASIAN", "n", ""],
    ]
    assert found.events.to_numpy().tolist() == [
        ["1", "X-01", "SAE", "Dyspnoea", "0", "Life-threatening", "Probably", "y", "Unresolved"],
        ["2", "X-02", "AE", "Rash", "37", "Mild", "Unrelated", "n", "not reported"],
        ["3", "X-02", "SAE", "Death", "39", "Fatal", "Unlikely", "", "Fatal"],
    ]


def test_sdtm_has_days_by_dates(tmp_path):
    dm = "USUBJID,AGE,SEX,ARM,RFSTDTC\nX-01,59,M,MSC,2020-05-31\nX-02,60,F,Screen Failure,\n"
    ae = ("USUBJID,AESEQ,AEDECOD,AESEV,AESER,AEREL,AEOUT,AESTDTC\n"
          "X-01,1,Rash,MILD,N,POSSIBLE,RECOVERED/RESOLVED,2020-06-02T10:00\n"
          "X-01,2,Cough,MODERATE,N,POSSIBLE,RECOVERED/RESOLVED,2020-06\n"
          "X-02,1,Fever,MILD,N,UNRELATED,RECOVERED/RESOLVED,2020-06-02\n")  # fmt: skip
    told = ('[arms]\n"Screen Failure" = "leave out"\n[time_origin]\nMSC = "enrolment"\n'
            '[columns]\nday_zero = "RFSTDTC"\n')  # fmt: skip
    found = read(tmp_path, told, dm=dm, ae=ae)
    assert found.patients["patient_id"].tolist() == ["X-01"]
    assert rows(found.events, "patient_id", "term", "day") == [
        ["X-01", "Rash", "2"],
        ["X-01", "Cough", "not reported"],
    ]
    log = {(one.file, one.row, one.rule) for one in found.log.itertuples()}
    assert ("ae.csv", 3, "a part of a date gives no day") in log
    assert ("ae.csv", 4, "event left out: its patient is") in log
    assert ("dm.csv", 3, "patient left out by the mapping") in log


def test_any_table_by_the_names_of_its_columns(tmp_path):
    people = "Paziente;Braccio;Eta;Sesso;P/F\nP01;A;61;maschio;176,5\nP02;B;58;femmina;201\n"
    told = """
[columns]
group = "Braccio"
[patient_columns]
age = "Eta"
male = "Sesso"
pao2_fio2 = "P/F"
[codes.male]
maschio = "y"
femmina = "n"
[arms]
A = "MSC"
B = "CTRL"
[time_origin]
MSC = "enrolment"
CTRL = "enrolment"
"""
    found = read(tmp_path, told, people=people)
    assert rows(found.patients, "patient_id", "arm", "age", "male", "pao2_fio2") == [
        ["P01", "MSC", "61", "y", "176.5"],
        ["P02", "CTRL", "58", "n", "201"],
    ]
    assert ("people.csv", 2, "E", "176,5", "176.5", "decimal comma") in set(
        found.log.itertuples(index=False, name=None)
    )


@pytest.mark.parametrize("folder", ["synthetic", "published"])
def test_tables_of_this_book_stay_as_they_are(tmp_path, folder):
    frames = {}
    for name in ("patients", "events"):
        text = (ROOT / "data" / folder / f"{name}.csv").read_text(encoding="utf-8")
        frames[name] = text
    found = read(tmp_path, "", **frames)
    for name, made in (("patients", found.patients), ("events", found.events)):
        original = list(csv.DictReader(io.StringIO(frames[name])))
        assert made.to_dict("records") == [
            {k: v for k, v in row.items() if k != "origin"} for row in original
        ]


def test_every_change_has_its_line_and_no_date_is_written(tmp_path):
    found = read(tmp_path, TOLD, redcap=REDCAP)
    log = {(one.row, one.found, one.written): one.rule for one in found.log.itertuples()}
    for row, text, written in [
        (2, "1", "y"), (2, "0 1", "Hypertension"), (7, "2", "n"), (7, "NA", "not reported"),
        (7, "0 0", "None"), (5, "a date", "10"), (5, "3", "Severe"), (5, "1", "SAE"),
        (5, "2", "Unresolved"), (6, "a date", "0"), (6, "0", "Unrelated"), (6, "1", "Mild"),
    ]:  # fmt: skip
        assert (row, text, written) in log
    left = " ".join(found.log["rule"])
    for column in (*EMPTY, "ethnicity", "smoking"):
        assert f"patients.csv, column {column}: no file has it; empty in all rows" in left
    assert "events.csv, column concomitant_medication: no file has it" in left
    unread = found.log.loc[found.log["rule"].str.startswith("column left out"), "found"]
    assert unread.tolist() == ["note"]
    # Of an end nothing is written, so that no line says that something was.
    assert not set(found.log["column"]) & {"T"}
    everything = [*found.tables.values(), found.log, found.understood]
    assert not any(re.search(r"2020-\d\d", frame.to_csv()) for frame in everything)


def test_what_was_understood_is_a_table(tmp_path):
    found = read(tmp_path, ADAM, adsl=ADSL, adae=ADAE).understood
    told = set(found.itertuples(index=False, name=None))
    assert found["what"].tolist()[:2] == ["file", "file"]
    for line in [
        ("column", "SEX", "patients.csv: male", "known heading"),
        ("column", "AEDECOD", "events.csv: term", "known heading"),
        ("code", "AETOXGR: 4", "Life-threatening", "grade of CTCAE"),
        ("code", "AEREL: NOT RELATED", "Unrelated", "known word"),
        ("time_origin", "mCTRL", "admission", "mapping [time_origin]"),
    ]:
        assert line in told


def test_the_tables_are_written_and_pass_the_check(tmp_path, capsys):
    where, told = laid(tmp_path, TOLD, redcap=REDCAP)
    out = tmp_path / "mine"
    assert main(["import", str(where), "--map", str(told), "--out", str(out)]) == 0
    assert "2 patients, 2 events, 2 values of 1 marker;" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {
        "patients.csv", "events.csv", "biomarkers.csv", "import-log.csv", "import-read-as.csv",
    }  # fmt: skip
    assert main(["check", str(out)]) == 0
    assert rescat.load_patients(out)["male"].tolist() == [True, False]
    assert rescat.load_events(out)["day"].tolist() == [10, 0]


WORDS = st.sampled_from(
    ["", " ", "NA", "n.d.", "unknown", "Y", "n", "1", "3,5", "1,234", "-1", "0", "1e3", "59.50",
     "M", "=1+1", "None", "not reported", "RELATED", "Mild", "GRADE 4", "2020-06-01", "2020-06",
     "\u202eX", "GRADE 9", "x" * 120, '"', "AE", "9999"]
)  # fmt: skip
PLACES = {
    "adsl": "USUBJID AGE AGEU SEX RACE TRT01P BMIBL",
    "adae": ADAE.splitlines()[0].replace(",", " "),
}


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_cell_is_changed_without_a_line_in_the_log(tmp_path_factory, data):
    files = {"adsl": ADSL, "adae": ADAE}
    for _ in range(data.draw(st.integers(1, 2))):
        name = data.draw(st.sampled_from(sorted(files)))
        column = data.draw(st.sampled_from(PLACES[name].split()))
        cell = data.draw(st.integers(2, len(files[name].splitlines()))), column, data.draw(WORDS)
        files[name] = changed(files[name], cell)
    try:
        found, said = read(tmp_path_factory.mktemp("any"), ADAM, **files), ""
    except rescat.DataError as error:
        found, said = None, str(error)
    if found is None:  # refused or asked, with the place
        assert re.search(r"(adsl|adae)\.csv, row \d", said)
        return
    logged = {(one.file, one.row, one.column): one.written for one in found.log.itertuples()}
    read_as = {"adsl": {"AGE": "age", "SEX": "male", "RACE": "ethnicity", "BMIBL": "bmi"},
               "adae": {"AEDECOD": "term", "AESER": "category", "AETOXGR": "severity",
                        "AEREL": "relation", "AEOUT": "outcome", "ASTDY": "day",
                        "AECONTRT": "concomitant_medication"}}  # fmt: skip
    for name, frame in (("adsl", found.patients), ("adae", found.events)):
        source = list(csv.DictReader(io.StringIO(files[name])))
        assert len(source) == len(frame)
        for place, row in enumerate(source):
            assert frame["patient_id"][place] == row["USUBJID"].strip()
            for heading, column in read_as[name].items():
                letter = "ABCDEFGHIJKLM"[list(row).index(heading)]
                written = logged.get((f"{name}.csv", place + 2, letter), row[heading].strip())
                assert frame[column][place] == written


def test_a_table_of_before_that_is_not_of_this_import_is_named(tmp_path, capsys):
    where, told = laid(tmp_path, ADAM, adsl=ADSL)
    out = tmp_path / "mine"
    out.mkdir()
    (out / "events.csv").write_text("of before")
    assert main(["import", str(where), "--map", str(told), "--out", str(out)]) == 0
    assert "events.csv: there already, not of this import, and left" in capsys.readouterr().out
    assert (out / "events.csv").read_text() == "of before"


# --- What the files do not say ----------------------------------------------------------------


def test_what_is_open_is_asked_at_once_and_fits_into_the_mapping(tmp_path):
    told = "[columns]\ngroup = 'rand_arm'\nday_zero = 'rand_date'\ntime = 'sample_date'\n"
    where, mapping = laid(tmp_path, told + "[arms]\n1 = 'MSC'  # cells\n", redcap=REDCAP)
    lines = tmp_path / "lines.toml"
    assert main(["import", str(where), "--map", str(mapping), "--draft", str(lines)]) == 1
    text = lines.read_text(encoding="utf-8")
    assert "1 = 'MSC'  # cells" in text
    assert {
        table: sorted(lines) for table, lines in tomllib.loads(text).items() if table != "codes"
    } == {
        "columns": ["day_zero", "group", "time"],
        "arms": ["1", "2"],
        "units": ["IL6"],
        "time_origin": ["MSC"],
        "checkboxes": ["comorb___1", "comorb___2"],
    }
    assert tomllib.loads(text)["codes"] == {
        "male": {"1": "", "2": ""},
        "severity": {"3": "", "1": ""},
        "relation": {"1": "", "0": ""},
        "category": {"1": "", "0": ""},
        "outcome": {"2": "", "1": ""},
    }


@pytest.mark.parametrize(
    ("text", "word", "table"),
    [
        (ADAE, ("AEREL", 2, "RELATED"), "codes.relation"),
        (ADAE, ("AEREL", 2, "REMOTE"), "codes.relation"),
        (ADAE, ("AEOUT", 2, "RECOVERING/RESOLVING"), "codes.outcome"),
        (ADAE, ("AETOXGR", 2, "6"), "codes.severity"),
        (ADAE, ("AESER", 2, "1"), "codes.category"),
        (ADSL, ("SEX", 2, "1"), "codes.male"),
        (ADSL, ("SEX", 2, "n"), "codes.male"),
    ],
)
def test_a_code_that_may_mean_two_things_is_asked(tmp_path, text, word, table):
    column, row, new = word
    files = {"adsl": ADSL, "adae": ADAE}
    name = "adae" if text is ADAE else "adsl"
    where, told = laid(tmp_path, ADAM, **(files | {name: changed(text, (row, column, new))}))
    draft = refused(rescat.read_lab, where, told).draft
    assert draft.startswith(f"[{table}]")
    assert f'"{new}" = ""  # what this means in {column}: {name}.csv, row {row}' in draft


def test_a_code_is_what_the_mapping_says(tmp_path):
    told = ADAM + '[codes.relation]\n"PROBABLY RELATED" = "Possibly"\n'
    found = read(tmp_path, told, adsl=ADSL, adae=ADAE)
    assert found.events["relation"][0] == "Possibly"


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"adsl": ADSL.replace("AGE,", "YEARS,")}, ("patient_columns", "age")),
        ({"adsl": ADSL.replace("SEX", "S")}, ("patient_columns", "male")),
        ({"adsl": ADSL, "adae": ADAE.replace("AESER", "S")}, ("event_columns", "category")),
        ({"adsl": ADSL, "adae": ADAE.replace("AETOXGR", "S")}, ("event_columns", "severity")),
        ({"adsl": ADSL, "adae": ADAE.replace("AEREL", "S")}, ("event_columns", "relation")),
        ({"adsl": ADSL, "adae": ADAE.replace("AECONTRT", "AESEV")}, ("event_columns", "severity")),
    ],
    ids=["age", "sex", "serious", "severity", "relation", "two severities"],
)
def test_a_column_that_must_be_there_is_asked_and_not_filled_in(tmp_path, files, asked):
    where, told = laid(tmp_path, ADAM, **files)
    draft = refused(rescat.read_lab, where, told).draft
    table, column = asked
    assert re.search(rf'^\[{table}\].*\n"{column}" = ""', draft, re.M)


def test_a_severity_that_nobody_wrote_down_may_be_not_reported(tmp_path):
    told = ADAM + "[event_columns]\nseverity = 'leave out'\n"
    found = read(tmp_path, told, adsl=ADSL, adae=ADAE.replace("AETOXGR", "S"))
    assert set(found.events["severity"]) == {"not reported"}
    rule = "events.csv, column severity: left out by the mapping; not reported in all rows"
    assert rule in set(found.log["rule"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[codes.male]\n1 = 'male'", "expected: y or n"),
        ("[codes.sex]\n1 = 'y'", "[codes.COLUMN]"),
        ("[codes]\n1 = 'y'", "[codes.COLUMN]"),
        ("[patient_columns]\nage = 'leave out'", "if it may be absent"),
        ("[event_columns]\nage = 'AGE'", "a column of events.csv"),
        ("[time_origin]\nMSC = 'surgery'", "enrolment or admission"),
        ("[tables]\nbiomarkers = 'leave out'", "patients or events"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(tmp_path, line, said):
    where, told = laid(tmp_path, line, adsl=ADSL)
    assert said in str(refused(rescat.read_lab, where, told))


def test_a_column_of_the_mapping_that_no_file_has(tmp_path):
    where, told = laid(tmp_path, ADAM + "[patient_columns]\nbmi = 'BMI0'\n", adsl=ADSL)
    assert "found no column 'BMI0'" in str(refused(rescat.read_lab, where, told))


def test_a_table_that_nobody_wants(tmp_path):
    found = read(tmp_path, TOLD + "[tables]\npatients = 'leave out'\n", redcap=REDCAP)
    assert list(found.tables) == ["events.csv", "biomarkers.csv"]


# --- Bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ([(2, "age", "old")], "row 2, column G (age)", "found 'old'"),
        ([(2, "age", "")], "row 2, column G (age)", "found an empty cell"),
        ([(2, "age", "590")], "row 2, column G (age", "expected a number from 0 to 120 years"),
        ([(2, "pf_ratio", "9")], "row 2, column L (pf_ratio", "expected a number from 40 to 700"),
        ([(2, "sex", "")], "row 2, column H (sex)", "found an empty cell"),
        ([(2, "comorb___1", "maybe")], "row 2, column J (comorb___1)", "1, 0, Checked"),
        ([(6, "ae_term", "")], "row 6, column R (ae_term", "found an empty cell"),
        ([(5, "ae_date", "10.06.2020")], "row 5, column S (ae_date)", "a date such as 2020-05-31"),
        ([(5, "ae_date", "2020-05-30")], "row 5, column S (ae_date)", "an event 1 days before"),
        ([(5, "ae_end", "2020-06-09")], "row 5, column T (ae_end)", "an end 1 days before the"),
        ([(6, "redcap_repeat_instance", "1")], "row 6, column D", "row 5 has it"),
        ([(5, "record_id", "9")], "row 5, column A", "an event of a patient of no row"),
        ([(3, "record_id", "9")], "row 3, column Q", "a patient without a date of day 0"),
        ([(4, "rand_date", "2020-06-01")], "row 4, column F", "another date of day 0"),
        ([(2, "rand_date", "May 2020")], "row 2, column F", "a date such as 2020-05-31"),
        ([(7, "record_id", "")], "row 7, column A", "the number of a patient"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_has_its_place(tmp_path, changes, place, said):
    where, told = laid(tmp_path, TOLD, redcap=changed(REDCAP, *changes))
    out = tmp_path / "mine"
    out.mkdir()
    (out / "patients.csv").write_text("of before")
    text = str(refused(rescat.read_lab, where, told))
    assert f"redcap.csv, {place}" in text
    assert said in text
    assert main(["import", str(where), "--map", str(told), "--out", str(out), "--force"]) == 1
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [("patients.csv", "of before")]
    assert "2020-0" not in text.replace("such as 2020-05-31", "").replace("10.06", "")


def test_two_arms_of_a_patient_are_asked_for(tmp_path):
    where, told = laid(tmp_path, TOLD, redcap=changed(REDCAP, (4, "rand_arm", "2")))
    assert "found in two groups, '1' and '2'" in refused(rescat.read_lab, where, told).draft


def test_rows_that_differ_are_asked_for(tmp_path):
    text = changed(REDCAP, (4, "age", "60"))
    where, told = laid(tmp_path, TOLD, redcap=text)
    draft = refused(rescat.read_lab, where, told).draft
    assert '"redcap_event_name" = ""  # rows of a patient differ in age' in draft
    told.write_text(TOLD + "[patient_rows]\nredcap_event_name = 'enrolment_arm_1'\n")
    found = rescat.read_lab(where, told).patients
    assert rows(found, "age", "length_of_stay") == [["59", ""], ["52", "17"]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(2, "ASTDY", "0")], "row 2, column K (ASTDY): found '0'"),
        ([(2, "ASTDY", "1.5")], "row 2, column K (ASTDY): found '1.5'"),
        ([(2, "ASTDY", "-1")], "an event 1 days before day 0"),
        ([(2, "ASTDY", "4")], "an end on day 2, and a start on day 3"),
        ([(4, "AESEQ", "1")], "row 4, column D: found '1'"),
        ([(3, "USUBJID", "X-03")], "row 3, column A: found an event of a patient of no row"),
    ],
)
def test_a_fault_of_adae_has_its_place(tmp_path, changes, said):
    where, told = laid(tmp_path, ADAM, adsl=ADSL, adae=changed(ADAE, *changes))
    assert said in str(refused(rescat.read_lab, where, told))


def test_events_before_day_0_are_left_out_if_the_mapping_says_so(tmp_path):
    told = ADAM + "before_day_zero = 'leave out'\n"
    found = read(tmp_path, told, adsl=ADSL, adae=changed(ADAE, (2, "ASTDY", "-1")))
    assert rows(found.events, "event_id", "term") == [["1", "Rash"], ["2", "Death"]]
    assert "event left out: before day 0" in set(found.log["rule"])


@pytest.mark.parametrize(
    ("adsl", "said"),
    [
        (ADSL + ADSL.splitlines()[1] + "\n", "row 4, column B: found the patient of row 2 again"),
        (changed(ADSL, (2, "AGEU", "MONTHS")), "found an age in MONTHS"),
        (ADSL.splitlines()[0] + "\n", "found no row of a patient"),
    ],
)
def test_a_fault_of_adsl_has_its_place(tmp_path, adsl, said):
    where, told = laid(tmp_path, ADAM, adsl=adsl)
    assert said in str(refused(rescat.read_lab, where, told))


def test_results_of_a_patient_whom_no_table_has(tmp_path):
    head = "USUBJID,TRT01P,PARAMCD,PARAM,AVAL,AVALC,ADY\n"
    adlb = head + "X-01,Cells,IL6,IL6 (pg/mL),8,8,1\nX-03,Cells,IL6,IL6 (pg/mL),8,8,1\n"
    where, told = laid(tmp_path, ADAM, adsl=ADSL, adlb=adlb)
    said = str(refused(rescat.read_lab, where, told))
    assert "adlb.csv, row 3, column F (its patient): found results of a patient of no row" in said


def test_a_study_day_0_of_a_result_is_refused(tmp_path):
    adlb = "USUBJID,TRT01P,PARAMCD,PARAM,AVAL,AVALC,ADY\nX,MSC,IL6,IL6 (pg/mL),8,8,0\n"
    where, _ = laid(tmp_path, adlb=adlb)
    assert "CDISC has no day 0" in str(refused(rescat.read_lab, where))


def test_boxes_that_differ_are_asked_for(tmp_path):
    text = changed(REDCAP, (4, "comorb___1", "1"), (4, "comorb___2", "1"))
    where, told = laid(tmp_path, TOLD, redcap=text)
    draft = refused(rescat.read_lab, where, told).draft
    assert "rows of a patient differ in comorb___1" in draft


def test_boxes_that_are_left_out_hide_that_none_is_ticked(tmp_path):
    told = TOLD.replace('"Hypertension"', '"leave out"')
    found = read(tmp_path, told, redcap=REDCAP)
    assert found.patients["comorbidities"].tolist() == ["not reported", "None"]


def test_a_patient_who_is_left_out_takes_the_rest_along(tmp_path):
    found = read(tmp_path, TOLD + '[patients]\n1 = "leave out"\n', redcap=REDCAP)
    assert [len(frame) for frame in found.tables.values()] == [1, 0, 1]


def test_the_same_events_in_two_files_are_asked_for(tmp_path):
    where, told = laid(tmp_path, ADAM, adsl=ADSL, adae=ADAE, ae=ADAE)
    assert '"ae.csv" = ""' in refused(rescat.read_lab, where, told).draft


def test_a_treatment_on_another_day_than_the_randomisation_is_asked_for(tmp_path):
    told = ADAM.replace("study_days", "decimal").replace("keep", ".")
    where, mapping = laid(tmp_path, told, adsl=ADSL, adae=ADAE)
    asked = refused(rescat.read_lab, where, mapping).draft
    assert re.findall(r'^"(.+)" = "".*: (.+)$', asked, re.M) == [("study_days", "adsl.csv, row 2")]
    same = ADSL.replace("2020-05-30", "2020-05-31")
    (where / "adsl.csv").write_text(same)
    assert rescat.read_lab(where, mapping).events["day"].tolist() == ["0", "37", "39"]


def test_no_event_is_a_table_without_rows(tmp_path):
    found = read(tmp_path, ADAM, adsl=ADSL, adae=ADAE.splitlines()[0] + "\n")
    assert found.events.empty
    assert found.events.columns[:2].tolist() == ["event_id", "patient_id"]


def test_repeated_forms_of_results_are_read(tmp_path):
    text = ("record_id,redcap_repeat_instrument,redcap_repeat_instance,arm,day,il6\n"
            "1,,,MSC,,\n1,labs,1,,2020-06-01,83\n1,labs,2,,2020-06-04,90\n")  # fmt: skip
    told = ("[columns]\ngroup = 'arm'\ntime = 'day'\n[units]\nIL6 = 'pg/mL'\n"
            "[days]\n'2020-06-01' = 0\n'2020-06-04' = 3\n")  # fmt: skip
    found = read(tmp_path, told, redcap=text).biomarkers
    assert rows(found, "patient_id", "arm", "day", "value") == [
        ["1", "MSC", 0, 83.0], ["1", "MSC", 3, 90.0],
    ]  # fmt: skip
