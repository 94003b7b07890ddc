"""Loaders: what they return, and where a folder's data come from."""

import shutil

import pandas as pd
import pytest
from shared import refused, rewrite

import rescat
from rescat.__main__ import main
from rescat.data.contract import DATA

PUBLISHED = DATA / "published"


def test_every_loader_labels_its_origin():
    for name in ("patients", "events", "manufacturing", "slopes", "claims"):
        assert set(getattr(rescat, f"load_{name}")()["origin"]) == {"published"}
    for name in ("release_criteria", "exposure_limits", "ctcae", "quantile_defaults"):
        assert set(getattr(rescat, f"load_{name}")()["origin"]) == {"evidence"}
    assert set(rescat.load_trial()["origin"]) == {"published", "evidence"}


@pytest.mark.slow
def test_all_tables_are_checked():
    assert set(rescat.check_data()) >= {"patients", "events", "claims", "ctcae"}


def test_a_folder_of_ones_own_is_private(own):
    assert set(rescat.load_patients(own)["origin"]) == {"private"}


def test_data_is_found_from_another_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(rescat.load_patients("data")) == 17


def test_not_reported_is_kept_apart_from_empty():
    status = rescat.reporting_status().set_index(["patient_id", "column"])["status"]
    assert status["8", "smoking"] == "not reported"
    assert status["8", "niv"] == "no such row"
    assert status["1", "smoking"] == "printed"
    patients = rescat.load_patients().set_index("patient_id")
    assert patients.loc["8", "smoking"] == "not reported"
    assert pd.isna(patients.loc["8", "mews"])


@pytest.mark.parametrize("table", ["patients", "events", "biomarkers"])
def test_the_twin_in_its_own_folder_stays_synthetic(table):
    assert set(getattr(rescat, f"load_{table}")("data/synthetic")["origin"]) == {"synthetic"}


def test_the_papers_folder_stays_published():
    assert set(rescat.load_patients(PUBLISHED)["origin"]) == {"published"}


def test_an_event_of_a_stranger(own):
    rewrite(own / "events.csv", "1,4,AE", "1,99,AE")
    said = str(refused(rescat.load_events, own))
    assert "events.csv, row 2, column patient_id: found an identifier (hidden)" in said
    assert "expected a patient of patients.csv" in said


def test_an_event_beside_no_patients_is_not_held_to_them(own):
    (own / "patients.csv").unlink()
    assert len(rescat.load_events(own)) == 6


def test_a_folder_of_your_own_is_read_flat_and_private(own, tmp_path):
    """Whatever the folders in it are called: their tables are not looked at."""
    for name in ("published", "synthetic"):
        (own / name).mkdir()
        shutil.copy(PUBLISHED / "patients.csv", own / name)
    shutil.copy(rescat.DATA / "synthetic" / "biomarkers.csv", own / "synthetic")
    rewrite(own / "patients.csv", "1,MSC,A,enrolment,AT,58", "1,MSC,A,enrolment,AT,59")
    patients = rescat.load_patients(own)
    assert set(patients["origin"]) == {"private"}
    assert patients["age"].iloc[0] == 59
    with pytest.raises(rescat.DataError, match="file not found") as caught:
        rescat.load_biomarkers(own)
    assert str(own / "biomarkers.csv") in str(caught.value)
    assert "synthetic/" not in str(caught.value)


def test_a_copy_of_the_twin_in_a_folder_of_your_own_stays_synthetic(tmp_path, capsys):
    """The file says so itself: invented patients are not shown as somebody's own."""
    shutil.copytree(rescat.DATA / "synthetic", tmp_path / "synthetic")
    biomarkers = rescat.load_biomarkers(tmp_path / "synthetic")
    patients = rescat.patients_of(biomarkers, tmp_path / "synthetic")
    events = rescat.load_events(tmp_path / "synthetic")
    for frame in (biomarkers, patients, events):
        assert set(frame["origin"]) == {"synthetic"}
        assert "SYNTHETIC" in rescat.banner(frame).data
    assert main(["check", str(tmp_path / "synthetic")]) == 0
    assert "invented, by the column origin: shown as SYNTHETIC" in capsys.readouterr().out
    changes = rescat.biomarker_changes(tmp_path / "synthetic")
    assert set(changes["origin"]) == {"synthetic"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("published", "one of private, synthetic"),
        ("", "one of private, synthetic"),
        ("private", "the same in every row"),
    ],
)
def test_what_a_file_of_your_own_may_say_of_itself(tmp_path, word, expected):
    text = (rescat.DATA / "synthetic" / "biomarkers.csv").read_text("utf-8")
    (tmp_path / "biomarkers.csv").write_text(text, "utf-8")
    rewrite(tmp_path / "biomarkers.csv", "n,synthetic", f"n,{word}")
    said = str(refused(rescat.load_biomarkers, tmp_path))
    assert "column origin" in said
    assert expected in said
    everywhere = text.replace(",synthetic", ",private")
    (tmp_path / "biomarkers.csv").write_text(everywhere, "utf-8")
    assert set(rescat.load_biomarkers(tmp_path)["origin"]) == {"private"}


def test_patients_written_into_a_copy_of_the_twin_are_not_shown_as_invented(tmp_path):
    text = (rescat.DATA / "synthetic" / "biomarkers.csv").read_text("utf-8")
    (tmp_path / "biomarkers.csv").write_text(text.replace("INVENTED-03", "MO-003"), "utf-8")
    said = str(refused(rescat.load_biomarkers, tmp_path))
    assert "column patient_id: found an id" in said
    assert "MO-003" not in said
    assert "take the column origin out" in said


def test_every_file_of_the_twin_names_itself():
    """A file that travels alone: its origin, and names that cannot pass for Table 1's."""
    for name in ("biomarkers", "synthetic_patients", "synthetic_events", "nfl_transient",
                 "extremes_samples"):  # fmt: skip
        cells = pd.read_csv(rescat.DATA / rescat.resources()[name]["path"], dtype=str)
        assert set(cells["origin"]) == {"synthetic"}, name
        assert cells["patient_id"].str.fullmatch(r"INVENTED-\d\d").all(), name
    for name in ("ensemble", "extremes", "joint_null", "joint_tests", "teaching_trial"):
        assert set(rescat.load_table(name)["origin"]) == {"synthetic"}, name


def test_the_project_s_own_folders_keep_their_origin():
    assert set(rescat.load_biomarkers("data/synthetic")["origin"]) == {"synthetic"}
    assert set(rescat.load_patients(rescat.DATA)["origin"]) == {"published"}
    assert set(rescat.load_patients("data/synthetic")["origin"]) == {"synthetic"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project's data, taken for the project's own."""
    shutil.copytree(rescat.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("private"))
    for module in ("validation", "contract", "loaders"):
        monkeypatch.setattr(f"rescat.data.{module}.DATA", tmp_path / "data")
    monkeypatch.setattr("rescat.data.contract._PACKAGE", tmp_path / "data" / "datapackage.json")
    return tmp_path / "data"


@pytest.mark.slow
def test_own_values_in_the_place_of_the_twin_are_refused(project):
    """Else they would be shown as SYNTHETIC, and pass the guard of the public book."""
    rewrite(project / "synthetic" / "biomarkers.csv", "INVENTED-01,", "X01,")
    said = str(refused(rescat.load_biomarkers, project))
    assert "biomarkers.csv: this is not the content that data/datapackage.json records" in said
    assert "make checksums" in said
    assert said == str(refused(rescat.load_biomarkers, project / "synthetic"))
    with pytest.raises(rescat.DataError, match="not the content"):
        rescat.check_data(project)
    assert rescat.refresh_checksums() == ["biomarkers"]
    assert "a patient of patients.csv" in str(refused(rescat.load_biomarkers, project))


@pytest.mark.parametrize("name", ["patients", "claims", "corrections", "markers"])
def test_a_changed_table_of_the_project_is_refused(project, name):
    path = project / rescat.resources()[name]["path"]
    path.write_bytes(path.read_bytes() + b"\n")
    assert "not the content" in str(refused(rescat.load_table, name))


def test_the_supplement_is_held_by_its_schema(project):
    assert all("hash" not in rescat.resources()[n] for n in ("supplement_slopes",))
