"""Which chapters a folder of one's own gives."""

import pytest

from rescat.__main__ import main


def test_missing_tables_leave_chapters_out(own_tables, capsys):
    (own_tables / "events.csv").unlink()
    assert main(["check", str(own_tables)]) == 0
    said = capsys.readouterr().out
    assert "events.csv: not there" in said
    lines = dict(line.split(maxsplit=1) for line in said.splitlines() if line.startswith("  0"))
    assert lines["01_cohort"] == "left out, because it needs events.csv"
    assert lines["02_manufacturing"] == "left out, because it is about the paper alone"
    assert lines["08_markers"] == "made"


def test_tables_of_which_nothing_can_be_made(own_tables, capsys):
    (own_tables / "patients.csv").unlink()
    (own_tables / "biomarkers.csv").unlink()
    assert main(["check", str(own_tables)]) == 1
    assert "no chapter can be made from these tables" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_tables(tmp_path, capsys, name):
    assert main(["check", str(tmp_path / name)]) == 1
    said = capsys.readouterr().err
    assert "expected: a folder with one or more of patients.csv, events.csv" in said
    assert "Traceback" not in said
