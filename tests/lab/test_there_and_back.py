"""Tables for other systems are read back as they were; a folder to begin with passes the check."""

import re

import made_up
import outside
import pandas as pd
import pytest
from shared import ROOT, refused

import rescat
from rescat.__main__ import main
from rescat.lab.exporting import EXPORTS, to_redcap

DATA = ROOT / "data"
KEYS = ["patient_id", "day", "marker"]


@pytest.fixture(params=["twin", "made up", "above the range"])
def folder(request, tmp_path):
    if request.param == "above the range":
        outside.write(tmp_path)
        return tmp_path
    if request.param == "made up":
        return made_up.write(tmp_path / "own", DATA / "published")
    return DATA / "synthetic"


def tidy(frame):
    ends = ["below_lod", "above_range"]
    for end in ends:
        found = frame[end].isin((True, "y")) if end in frame else False
        frame = frame.assign(**{end: found})
    frame = frame.assign(day=frame["day"].astype(int))
    columns = [*KEYS, "arm", "value", "unit", *ends]
    return frame[columns].sort_values(KEYS, ignore_index=True).astype(object)


@pytest.mark.parametrize("system", EXPORTS)
def test_what_is_exported_is_read_back_to_the_last_digit(folder, tmp_path, system):
    out = tmp_path / "out" / "table.csv"
    assert main(["export", str(folder), system, str(out)]) == 0
    own = rescat.load_biomarkers(folder)
    if rescat.origin_of(own) == "private":  # its name says that it has a row for each patient
        out = out.with_name("PRIVATE-patient-level-table.csv")
    assert {path.stem for path in out.parent.iterdir()} == {out.stem}
    back = rescat.read_lab(out, out.with_suffix(".toml")).biomarkers
    assert tidy(back).equals(tidy(own))


def records(path):
    """The cells of a table, without what REDCap does not have."""
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    return cells.drop(columns="origin", errors="ignore")


@pytest.mark.parametrize("folder", ["twin", "made up"], indirect=True)
def test_patients_and_events_are_read_back_cell_by_cell(folder, tmp_path):
    out = tmp_path / "out" / "table.csv"
    assert main(["export", str(folder), "redcap", str(out)]) == 0
    [out] = out.parent.glob("*.csv")
    back = rescat.read_lab(out, out.with_suffix(".toml"))
    expected, found = records(folder / "patients.csv"), back.patients
    assert found.set_index("patient_id").to_dict("index") == {
        row["patient_id"]: {name: row.get(name, "") for name in found if name != "patient_id"}
        for row in expected.to_dict("records")
    }
    expected = records(folder / "events.csv")
    assert len(expected)
    assert back.events[list(expected)].astype(str).to_dict("records") == expected.to_dict("records")


def test_redcap_has_a_form_for_patients_and_one_that_repeats_for_events(tmp_path):
    patients = pd.DataFrame({"patient_id": ["A", "B"], "arm": ["MSC", "CTRL"], "age": ["61", "58"]})
    events = pd.DataFrame(
        {"event_id": ["10", "9", "2"], "patient_id": ["A", "A", "B"], "term": ["x", "y", "z"]}
    )
    values = rescat.load_biomarkers().query("marker == 'NFL'").head(1)
    values = values.assign(patient_id="A", arm="MSC", day=3, value=7.5, below_lod=False)
    table, _ = to_redcap(values, patients, events)
    assert table.to_csv(index=False, lineterminator="\n").splitlines() == [
        "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,arm,age,nfl,"
        "ae_term",
        "A,enrolment_arm_1,,,MSC,61,,",
        "B,enrolment_arm_1,,,CTRL,58,,",
        "A,day_3_arm_1,,,MSC,,7.5,",
        "B,enrolment_arm_1,adverse_events,1,,,,z",
        "A,enrolment_arm_1,adverse_events,1,,,,y",
        "A,enrolment_arm_1,adverse_events,2,,,,x",
    ]


def test_a_marker_that_is_called_as_a_column_of_the_patients_is_refused():
    patients = pd.DataFrame({"patient_id": ["A"], "arm": ["MSC"], "map": ["90"]})
    frame = rescat.load_biomarkers().query("marker == 'NFL'").assign(marker="MAP")
    assert "markers MAP: found the name 'map'" in str(refused(to_redcap, frame, patients))


def test_a_table_that_is_there_stays(folder, tmp_path):
    out = tmp_path / "PRIVATE-patient-level-table.csv"
    out.write_text("mine")
    assert main(["export", str(folder), "redcap", str(out)]) == 1
    assert out.read_text() == "mine"


@pytest.mark.parametrize("system", EXPORTS)
def test_no_cell_begins_a_formula(tmp_path, system):
    values = rescat.load_biomarkers().query("marker == 'NFL'")
    values = values.assign(marker="=1+1", unit="AU/mL")
    if system == "redcap":
        values = values.assign(marker="Novelin")
    patients = pd.DataFrame({"patient_id": ["@A"], "arm": ["MSC"], "therapy": ["=HYPERLINK(1)"]})
    given = (values, patients) if system == "redcap" else (values,)
    table, told = EXPORTS[system](*given)
    text = table.to_csv(index=False)
    assert not re.search(r"(^|,)[=@+]", text, re.M)
    assert ("'=HYPERLINK(1)" in text) == (system == "redcap")
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "table.toml").write_text(told, encoding="utf-8")
    if system == "adlb":
        back = rescat.read_lab(tmp_path / "table.csv", tmp_path / "table.toml").biomarkers
        assert set(back["marker"]) == {"=1+1"}


def test_a_name_with_quotation_marks_is_read_back(tmp_path):
    frame = rescat.load_biomarkers().query("marker == 'NFL'").assign(marker='a "b" \\ c')
    table, told = to_redcap(frame)
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "table.toml").write_text(told, encoding="utf-8")
    back = rescat.read_lab(tmp_path / "table.csv", tmp_path / "table.toml").biomarkers
    assert set(back["marker"]) == {'a "b" \\ c'}


def test_parts_of_days_are_refused():
    frame = rescat.load_biomarkers().astype({"day": float})
    frame.loc[3, "day"] = 2.5
    assert "row 5, column day" in str(refused(to_redcap, frame))


def test_a_folder_to_begin_with(tmp_path):
    folder = tmp_path / "mine"
    assert main(["template", str(folder)]) == 0
    assert main(["check", str(folder / "example")]) == 0
    assert set(rescat.load_biomarkers(folder / "example")["origin"]) == {"synthetic"}
    head = (folder / "biomarkers.csv").read_text()
    assert head == "patient_id,arm,day,marker,value,unit,below_lod\n"
    # It is never written over what somebody filled in.
    assert main(["template", str(folder)]) == 1
