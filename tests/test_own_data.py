"""``python -m rescat check`` and ``long``: what they print, return, and leave alone."""

import random
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

import rescat
from rescat.__main__ import main
from rescat.base.files import digest
from rescat.data.biomarkers import examine_biomarkers
from rescat.data.contract import DATA
from rescat.data.own_folder import OWN_TABLES

HIDDEN = "an identifier (hidden)"
HEADER = "patient_id,arm,day,marker,value,unit,below_lod"


@pytest.fixture
def own(tmp_path):
    """A folder with good tables, in another person's spelling."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("patients", "events"):
        shutil.copy(DATA / "synthetic" / f"{name}.csv", folder)
    arms = pd.read_csv(folder / "patients.csv").set_index("patient_id")["arm"]
    lines = [
        f"{patient},{arm},{day},{marker},{day + 5},{unit},{'y' if day == 0 else 'n'}"
        for patient, arm in arms.items()
        for day in (0, 7)
        for marker, unit in (("IL-6", "ng/mL"), ("NfL", "pg/mL"), ("VEGF", "pg/mL"))
    ]
    (folder / "biomarkers.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_good_tables(own, capsys):
    before = digest(own)
    assert main(["check", str(own)]) == 0
    said = capsys.readouterr().out
    for line in (
        "Patients in biomarkers.csv: 5 MSC, 2 CTRL, 10 mCTRL",
        "Markers of the panel: IL6, NFL\n",
        "IL-6 is read as IL6",
        "Other markers, which keep their name: VEGF",
        "IL6: 34 values from ng/mL to pg/mL (times 1000)",
        "17 IL6, 17 NFL, 17 VEGF",
        "No fault was found.",
        "and 3 marker pages",
        f"make book DATA={own}",
    ):
        assert line in said
    samples = said.partition("Samples by arm and day:")[2].split("\n")
    assert samples[1].split() == ["day", "0", "day", "7"]
    assert [line.split() for line in samples[2:5]] == [
        ["MSC", "5", "5"],
        ["CTRL", "2", "2"],
        ["mCTRL", "10", "10"],
    ]
    assert digest(own) == before


def test_every_fault_of_every_file(own, capsys):
    before = change(own / "patients.csv", "S01,MSC", "S01,XXX")
    change(own / "events.csv", "1,S05", "1,S99")
    lines = (own / "biomarkers.csv").read_text(encoding="utf-8").splitlines()
    bad = [line.replace(",pg/mL,", ",pmol/L,") for line in lines[1:]]
    (own / "biomarkers.csv").write_text("\n".join([lines[0], *bad]), encoding="utf-8")
    before = digest(own)
    assert main(["check", str(own)]) == 1
    table = capsys.readouterr().out.split("\n")
    assert table[0].split() == ["file", "row", "column", "found", "expected"]
    rows = [re.split(r" {2,}", line, maxsplit=4) for line in table[2:] if ".csv" in line]
    assert rows[0] == ["patients.csv", "2", "arm", "XXX", "one of MSC, CTRL, mCTRL"]
    assert rows[1] == ["events.csv", "2", "patient_id", HIDDEN, "a patient of patients.csv"]
    assert sum(row[2:4] == ["unit", "pmol/L"] for row in rows) == 34, "of NFL alone: VEGF may"
    assert f"{len(rows)} to mend in 3 file(s)" in table[-2]
    assert digest(own) == before


def test_the_table_and_the_loader_say_the_same(own, capsys):
    change(own / "patients.csv", "S01,MSC", "S01,XXX")
    main(["check", str(own)])
    said = capsys.readouterr().out
    with pytest.raises(rescat.DataError) as caught:
        rescat.load_patients(own)
    for fault in caught.value.faults:
        assert fault.found in said
        assert fault.expected in said


JUNK = [*',;"\n\t\0é', "<0.8", "nan", "-1", "1e400", "MSC", "NPX", "ng/mL", "IL6", "S01", "None"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_spoilt_tables_are_told_the_same_by_all(own, seed, capsys):
    """Cells replaced at random: never a traceback, and the check refuses what the loaders do."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        path = own / rng.choice(OWN_TABLES)
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        start = rng.randrange(len(text))
        end = text.find(",", start) if rng.random() < 0.7 else start + rng.randint(0, 2)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text[:start] + rng.choice(JUNK) + text[max(end, start) :])
    refused = 0
    for load in (rescat.load_patients, rescat.load_events, rescat.load_biomarkers):
        try:
            load(own)
        except rescat.DataError as error:
            refused += len(error.faults)
    assert main(["check", str(own)]) == (1 if refused else 0)
    assert refused == 0 or f"{refused} to mend" in capsys.readouterr().out


def test_missing_tables_leave_chapters_out(own, capsys):
    (own / "events.csv").unlink()
    assert main(["check", str(own)]) == 0
    said = capsys.readouterr().out
    assert "events.csv: not there" in said
    assert "01_cohort: needs events.csv" in said
    assert "08_markers" in said.partition("Will be made:")[2].partition("Left out:")[0]


def test_tables_of_which_nothing_can_be_made(own, capsys):
    (own / "patients.csv").unlink()
    (own / "biomarkers.csv").unlink()
    assert main(["check", str(own)]) == 1
    assert "no chapter can be made from these tables" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_tables(tmp_path, capsys, name):
    assert main(["check", str(tmp_path / name)]) == 1
    said = capsys.readouterr().err
    assert "expected: a folder with one or more of patients.csv, events.csv" in said
    assert "Traceback" not in said


def test_a_folder_that_git_would_take(capsys):
    assert main(["check", str(DATA / "published")]) == 1
    assert "git could take this folder" in capsys.readouterr().err


def test_check_data_accepts_a_part(own):
    (own / "events.csv").unlink()
    assert "events" not in rescat.check_data(own)
    (own / "patients.csv").unlink()
    assert rescat.check_data(own)[0] == "biomarkers"
    (own / "biomarkers.csv").unlink()
    with pytest.raises(rescat.DataError, match="file not found"):
        rescat.check_data(own)


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


# --- long -------------------------------------------------------------------------------------


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
    assert "the same" in capsys.readouterr().err
    assert wide.read_bytes() == before


def test_a_faulty_table_writes_nothing(wide, tmp_path, capsys):
    change(wide, ",20", ",high")
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


# --- Odd tables -----------------------------------------------------------------------------------


def test_decimal_commas_without_quotes(own, capsys):
    """Each row has a cell too many: no column could be read, and the reason is said."""
    path = own / "biomarkers.csv"
    path.write_text(f"{HEADER}\nS01,MSC,0,IL-6,45,8,pg/mL,n\nS06,CTRL,0,IL-6,4,2,pg/mL,n\n")
    assert main(["check", str(own)]) == 1
    said = capsys.readouterr().out
    assert "found 8 cells" in said
    assert "a number has a point, not a comma" in said
    assert "2 to mend" in said
    with pytest.raises(rescat.DataError, match="found 8 cells"):
        rescat.load_biomarkers(own)


def test_the_same_file_is_checked_and_read(own, capsys):
    """A table in a folder below is no table of the folder."""
    (own / "synthetic").mkdir()
    (own / "biomarkers.csv").rename(own / "synthetic" / "biomarkers.csv")
    assert main(["check", str(own)]) == 0
    said = capsys.readouterr().out
    assert "biomarkers.csv: not there" in said
    assert "and 0 marker pages" in said


def test_a_file_is_read_once(own, monkeypatch):
    read = []
    original = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or original(path))
    examine_biomarkers(own / "biomarkers.csv", "private")
    assert read.count(own / "biomarkers.csv") == 1


def test_names_in_messages_reach_no_terminal_as_commands(own, capsys):
    change(own / "biomarkers.csv", "IL-6", "IL\x1b]0;gotcha\x07-6")
    (own / "patients.csv").write_text("patient\x1b[2Jid\n1\n")
    assert main(["check", str(own)]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "U+001B" in said


def test_the_command_can_be_typed_as_it_is_printed(own, capsys):
    odd = own.rename(own.with_name("it's $(a) `b`"))
    assert main(["check", str(odd)]) == 0
    line = next(s for s in capsys.readouterr().out.splitlines() if s.startswith("Make them"))
    assert shlex.split(line.removeprefix("Make them: ")) == ["make", "book", f"DATA={odd}"]


def test_headings_of_a_wide_table_are_names(wide, tmp_path, capsys):
    change(wide, "IL6 (pg/mL)", "IL6\u202e (pg/mL)")
    assert main(["long", str(wide), str(tmp_path / "out.csv"), "--unit", "pg/mL"]) == 1
    assert "a heading with U+202E" in capsys.readouterr().err
