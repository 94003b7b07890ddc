"""No file with data of patients gets into the repository."""

import subprocess

import corpus
import made_up
import pytest
from shared import ROOT, copy_as_own, copy_repository

import rescat
from rescat.__main__ import main
from rescat.data.guard import private_files, tracked_files


def test_this_repository_has_none():
    assert private_files(tracked_files()) == {}


@pytest.mark.parametrize("table", corpus.TABLES)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_of_patients_under_any_name(tmp_path, table, separator):
    path = tmp_path / "notes.txt"
    path.write_text(corpus.TABLES[table].replace(",", separator), encoding="utf-8")
    assert private_files([path]) == {path: f"it has the columns of {table}.csv"}


def test_every_table_of_one_s_own_is_found_and_no_invented_one(tmp_path):
    copy_as_own(tmp_path, *corpus.TABLES)
    own = made_up.write(tmp_path / "made", ROOT / "data" / "published")
    assert len(private_files([*tmp_path.glob("*.csv"), *own.glob("*.csv")])) == 6
    # The twin says in each row that its patients are invented, and so may go anywhere.
    copy = tmp_path / "twin.csv"
    copy.write_bytes((rescat.DATA / "synthetic" / "biomarkers.csv").read_bytes())
    assert private_files([copy]) == {}
    copy.write_text(copy.read_text().replace("INVENTED-03", "S03"))
    assert private_files([copy]) == {copy: "it has the columns of biomarkers.csv"}


def test_the_project_s_own_table_with_other_values(tmp_path):
    repository = copy_repository(tmp_path / "copy")
    table = repository.root / "data" / "published" / "patients.csv"
    table.write_text(table.read_text("utf-8").replace(",58,", ",59,", 1), "utf-8")
    (repository.root / "data" / "private").mkdir()
    (repository.root / "data" / "private" / "x.bin").write_bytes(b"x")
    subprocess.run(["git", "init", "-q"], cwd=repository.root, check=True)
    said = repository.run("rescat", "guard")
    assert said.returncode == 1
    assert "data/published/patients.csv: it has the columns of patients.csv" in said.stdout
    assert "1 file(s) may hold data of patients" in said.stdout
    forced = repository.run("rescat", "guard", "data/private/x.bin")
    assert "it lies in a folder of private data" in forced.stdout


def test_it_repeats_no_cell(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text(corpus.PATIENTS)
    assert main(["guard", str(path)]) == 1
    said = capsys.readouterr().err
    assert "S01" not in said
    assert str(path) in said
