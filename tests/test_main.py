"""``python -m rescat check`` and ``long``: what they print, return, and leave alone."""

import shlex

import pytest
from shared import rewrite

import rescat
from rescat.__main__ import main

HEADER = "patient_id,arm,day,marker,value,unit,below_lod"


@pytest.fixture
def wide(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("patient_id,arm,day,IL6 (pg/mL),NFL\nS01,MSC,0,<0.8,20\nS06,CTRL,3,5,\n")
    return path


def test_a_wide_table_becomes_one_that_loads(wide, tmp_path, capsys):
    out = tmp_path / "own" / "biomarkers.csv"
    assert main(["long", str(wide), str(out), "--unit", "ng/L"]) == 0
    assert "3 values of 2 markers" in capsys.readouterr().out
    assert out.read_bytes().decode() == (
        f"{HEADER}\nS01,MSC,0,IL6,0.8,pg/mL,y\nS01,MSC,0,NFL,20.0,ng/L,n\nS06,CTRL,3,IL6,5.0,pg/mL,n\n"
    )
    frame = rescat.load_biomarkers(out.parent)
    assert frame["below_lod"].tolist() == [True, False, False]


def test_nothing_is_overwritten(wide, tmp_path, capsys):
    out = tmp_path / "biomarkers.csv"
    out.write_text("mine")
    command = ["long", str(wide), str(out), "--unit", "pg/mL"]
    assert main(command) == 1
    assert "left as it is" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main([*command, "--force"]) == 0
    assert out.read_text().startswith("patient_id")


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_wide_table_itself_is_never_replaced(wide, capsys, force):
    before = wide.read_bytes()
    assert main(["long", str(wide), str(wide), "--unit", "pg/mL", *force]) == 1
    assert "this is the table to read" in capsys.readouterr().err
    assert wide.read_bytes() == before


def test_a_faulty_table_writes_nothing(wide, tmp_path, capsys):
    rewrite(wide, ",20", ",high")
    out = tmp_path / "biomarkers.csv"
    assert main(["long", str(wide), str(out), "--unit", "pg/mL"]) == 1
    assert f"{wide}, row 2, column NFL: found 'high'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["wide.csv"]


def test_a_unit_is_asked_for(wide, tmp_path, capsys):
    assert main(["long", str(wide), str(tmp_path / "out.csv")]) == 1
    assert "column 'NFL' has no unit\n  expected: a heading such as" in capsys.readouterr().err


def test_a_wide_table_that_is_not_there(tmp_path, capsys):
    assert main(["long", str(tmp_path / "wide.csv"), str(tmp_path / "out.csv")]) == 1
    assert "wide.csv: file not found" in capsys.readouterr().err


def test_a_folder_is_no_file_to_write(wide, tmp_path, capsys):
    assert main(["long", str(wide), str(tmp_path), "--unit", "pg/mL", "--force"]) == 1
    assert "found a folder" in capsys.readouterr().err


def test_the_command_can_be_typed_as_it_is_printed(own_tables, capsys):
    odd = own_tables.rename(own_tables.with_name("it's $(a) `b`"))
    assert main(["check", str(odd)]) == 0
    line = next(s for s in capsys.readouterr().out.splitlines() if s.startswith("Make them"))
    assert shlex.split(line.removeprefix("Make them: ")) == ["make", "book", f"DATA={odd}"]


def test_headings_of_a_wide_table_are_names(wide, tmp_path, capsys):
    rewrite(wide, "IL6 (pg/mL)", "IL6\u202e (pg/mL)")
    assert main(["long", str(wide), str(tmp_path / "out.csv"), "--unit", "pg/mL"]) == 1
    assert "a heading with U+202E" in capsys.readouterr().err
