"""Tables for other systems are read back as they were; a folder to begin with passes the check."""

import made_up
import outside
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


def test_a_table_that_is_there_stays(folder, tmp_path):
    out = tmp_path / "PRIVATE-patient-level-table.csv"
    out.write_text("mine")
    assert main(["export", str(folder), "redcap", str(out)]) == 1
    assert out.read_text() == "mine"


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
