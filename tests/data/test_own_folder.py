"""A folder of one's own tables is checked: every fault is named, and the loaders say the same."""

import random
import re
import shutil
from pathlib import Path

import pytest
from shared import refused, rewrite

import rescat
from rescat.__main__ import main
from rescat.base.files import digest
from rescat.data.biomarkers import examine_biomarkers
from rescat.data.contract import DATA
from rescat.data.own_folder import OWN_TABLES

HIDDEN = "an identifier (hidden)"
HEADER = "patient_id,arm,day,marker,value,unit,below_lod"


def test_good_tables(own_tables, capsys):
    before = digest(own_tables)
    assert main(["check", str(own_tables)]) == 0
    said = capsys.readouterr().out
    for line in (
        "Patients in biomarkers.csv: 5 MSC, 2 CTRL, 10 mCTRL",
        "Markers of the panel: IL6, NFL\n",
        "IL-6 is read as IL6",
        "Other markers, which keep their name: VEGF",
        "IL6: 34 values from ng/mL to pg/mL (times 1000)",
        "17 IL6, 17 NFL, 17 VEGF",
        "No fault was found.",
        "  VEGF  made, without the model: 34 samples of 17 patients",
        f"make book DATA={own_tables}",
    ):
        assert line in said
    samples = said.partition("Samples by arm and day:")[2].split("\n")
    assert samples[1].split() == ["day", "0", "day", "7"]
    assert [line.split() for line in samples[2:5]] == [
        ["MSC", "5", "5"],
        ["CTRL", "2", "2"],
        ["mCTRL", "10", "10"],
    ]
    assert digest(own_tables) == before


def test_every_fault_of_every_file(own_tables, capsys):
    before = rewrite(own_tables / "patients.csv", "S01,MSC", "S01,XXX")
    rewrite(own_tables / "events.csv", "1,S01", "1,S99")
    lines = (own_tables / "biomarkers.csv").read_text(encoding="utf-8").splitlines()
    bad = [line.replace(",pg/mL,", ",pmol/L,") for line in lines[1:]]
    (own_tables / "biomarkers.csv").write_text("\n".join([lines[0], *bad]), encoding="utf-8")
    before = digest(own_tables)
    assert main(["check", str(own_tables)]) == 1
    table = capsys.readouterr().out.split("\n")
    assert table[0].split() == ["file", "row", "column", "found", "expected"]
    rows = [re.split(r" {2,}", line, maxsplit=4) for line in table[2:] if ".csv" in line]
    assert rows[0] == ["patients.csv", "2", "arm", "XXX", "one of MSC, CTRL, mCTRL"]
    assert rows[1] == ["events.csv", "2", "patient_id", HIDDEN, "a patient of patients.csv"]
    assert sum(row[2:4] == ["unit", "pmol/L"] for row in rows) == 34, "of NFL alone: VEGF may"
    assert f"{len(rows)} to mend in 3 file(s)" in table[-2]
    assert len(refused(rescat.check_data, own_tables).faults) == len(rows)
    assert digest(own_tables) == before


def test_the_table_and_the_loader_say_the_same(own_tables, capsys):
    rewrite(own_tables / "patients.csv", "S01,MSC", "S01,XXX")
    main(["check", str(own_tables)])
    said = capsys.readouterr().out
    with pytest.raises(rescat.DataError) as caught:
        rescat.load_patients(own_tables)
    for fault in caught.value.faults:
        assert fault.found in said
        assert fault.expected in said


JUNK = [*',;"\n\t\0é', "<0.8", "nan", "-1", "1e400", "MSC", "NPX", "ng/mL", "IL6", "S01", "None"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_spoilt_tables_are_told_the_same_by_all(own_tables, seed, capsys):
    """Cells replaced at random: never a traceback, and the check refuses what the loaders do."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        path = own_tables / rng.choice(OWN_TABLES)
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        start = rng.randrange(len(text))
        end = text.find(",", start) if rng.random() < 0.7 else start + rng.randint(0, 2)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text[:start] + rng.choice(JUNK) + text[max(end, start) :])
    told = 0
    for load in (rescat.load_patients, rescat.load_events, rescat.load_biomarkers):
        try:
            load(own_tables)
        except rescat.DataError as error:
            told += len(error.faults)
    assert main(["check", str(own_tables)]) == (1 if told else 0)
    assert told == 0 or f"{told} to mend" in capsys.readouterr().out


def test_a_folder_that_git_would_take(capsys):
    assert main(["check", str(DATA / "published")]) == 1
    assert "git could take this folder" in capsys.readouterr().err


def test_check_data_accepts_a_part(own_tables):
    (own_tables / "events.csv").unlink()
    assert "events" not in rescat.check_data(own_tables)
    (own_tables / "patients.csv").unlink()
    assert rescat.check_data(own_tables)[0] == "biomarkers"
    (own_tables / "biomarkers.csv").unlink()
    with pytest.raises(rescat.DataError, match="file not found"):
        rescat.check_data(own_tables)


def test_the_public_book_needs_its_tables(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "published" / "events.csv").unlink()
    for module in ("loaders", "validation", "contract"):
        monkeypatch.setattr(f"rescat.data.{module}.DATA", tmp_path / "data")
    with pytest.raises(rescat.DataError, match=r"events\.csv: file not found"):
        rescat.check_data(tmp_path / "data")


def test_the_examples_of_the_contract_are_valid(tmp_path, capsys):
    blocks = re.findall(r"```csv\n(.*?)```", (DATA / "README.md").read_text(encoding="utf-8"), re.S)
    for name, block in zip(("patients", "events", "biomarkers"), blocks, strict=True):
        (tmp_path / f"{name}.csv").write_text(block, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    assert "IL6: 1 value from ng/mL to pg/mL" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["patients", "events", "biomarkers"])
def test_the_contract_explains_every_column(name):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    part = text.partition(f"### `{name}.csv`")[2].partition("\n#")[0]
    rows = [line.split("|")[1] for line in part.split("\n") if line.startswith("| `")]
    named = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(named) == sorted(rescat.data_dictionary(name)["column"])


def test_the_contract_quotes_the_paper():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    paper = (DATA / "published" / "paper.txt").read_text(encoding="utf-8")
    quoted = " ".join(re.findall(r"^> (.*)", text.partition("Dear Professor")[0], re.M)[:2])
    assert quoted.startswith("Data are available at:")
    assert quoted in paper


def test_decimal_commas_without_quotes(own_tables, capsys):
    """Each row has a cell too many: no column could be read, and the reason is said."""
    path = own_tables / "biomarkers.csv"
    path.write_text(f"{HEADER}\nS01,MSC,0,IL-6,45,8,pg/mL,n\nS06,CTRL,0,IL-6,4,2,pg/mL,n\n")
    assert main(["check", str(own_tables)]) == 1
    said = capsys.readouterr().out
    assert "found 8 cells" in said
    assert "a number has a point, not a comma" in said
    assert "2 to mend" in said
    with pytest.raises(rescat.DataError, match="found 8 cells"):
        rescat.load_biomarkers(own_tables)


def test_the_same_file_is_checked_and_read(own_tables, capsys):
    """A table in a folder below is no table of the folder."""
    (own_tables / "synthetic").mkdir()
    (own_tables / "biomarkers.csv").rename(own_tables / "synthetic" / "biomarkers.csv")
    assert main(["check", str(own_tables)]) == 0
    said = capsys.readouterr().out
    assert "biomarkers.csv: not there" in said
    assert "Pages of markers:" not in said


def test_a_file_is_read_once(own_tables, monkeypatch):
    read = []
    original = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or original(path))
    examine_biomarkers(own_tables / "biomarkers.csv", "private")
    assert read.count(own_tables / "biomarkers.csv") == 1


def test_names_in_messages_reach_no_terminal_as_commands(own_tables, capsys):
    rewrite(own_tables / "biomarkers.csv", "IL-6", "IL\x1b]0;gotcha\x07-6")
    (own_tables / "patients.csv").write_text("patient\x1b[2Jid\n1\n")
    assert main(["check", str(own_tables)]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "U+001B" in said
