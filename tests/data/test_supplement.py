"""The slot for the supplement, with a made-up one that exists in these tests alone."""

import subprocess

import numpy as np
import pytest

import rescat
from rescat.__main__ import main
from rescat.data import supplement
from rescat.data.contract import DATA, describe
from rescat.data.loaders import load
from rescat.printed.lines import printed_range

HEADER = ",".join(f["name"] for f in describe("supplement_slopes")["schema"]["fields"])
IL6 = "IL-6,treated,-0.030,3,0.014,3,-0.057,3,-0.003,3,=,0.033,3,eTable 6"
NFL = "NFL,control,0.0286,4,0.0060,4,0.0162,4,0.0410,4,<,0.001,3,eTable 6"


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Put made-up rows where the supplement would be."""
    monkeypatch.setattr(supplement, "SUPPLEMENT", tmp_path)

    def added(*rows, name="slopes", header=HEADER):
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    return added


def test_the_committed_slot_is_empty():
    command = ["git", "ls-files", "data/supplement"]
    listed = subprocess.run(command, cwd=DATA.parent, capture_output=True, check=True, text=True)
    assert listed.stdout.split() == ["data/supplement/README.md"]


def test_without_a_supplement(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(supplement, "SUPPLEMENT", tmp_path)
    assert rescat.load_supplement() is None
    assert rescat.load_supplement("supplement_matching") is None
    assert rescat.supplement_disagreements().empty
    slopes = rescat.load_slopes()
    assert slopes["se"].isna().all()
    assert slopes.drop(columns=["se", "se_decimals"]).equals(load("slopes"))
    assert main(["supplement"]) == 0
    assert "supplement_slopes: not there" in capsys.readouterr().out


def test_rows_are_added(add):
    add(IL6, "GFAP,difference,0.010,3,0.020,3,,,,,,,,eTable 6")
    slopes = rescat.load_slopes().set_index(["marker", "term"])
    assert slopes.index.is_unique
    assert len(slopes) == len(load("slopes")) + 1
    added = slopes.loc["GFAP", "difference"]
    assert (added["slope"], added["se"], added["se_decimals"]) == (0.010, 0.020, 3)
    assert np.isnan(added["ci_low"])
    assert added["place"] == "eTable 6"
    assert set(slopes["origin"]) == {"published"}
    filled = slopes.loc["IL6", "treated"]
    assert filled["slope"] == -0.03
    assert filled["quotation"] == "$P = 0.033$"
    assert filled["place"].endswith("; eTable 6")
    assert str(slopes["slope_decimals"].dtype) == "Int64"


def test_more_decimals_that_agree_stand(add):
    add(NFL)
    row = rescat.load_slopes().set_index(["marker", "term"]).loc["NFL", "control"]
    assert row["slope"] == 0.0286
    assert row["slope_decimals"] == 4
    assert (row["p_relation"], row["p_value"]) == ("<", 0.001)
    assert rescat.supplement_disagreements().empty


def test_what_does_not_agree_is_the_main_texts(add, capsys):
    add(NFL.replace("0.0286", "0.0386").replace("0.0162", "0.0262").replace("0.0410", "0.0510"))
    row = rescat.load_slopes().set_index(["marker", "term"]).loc["NFL", "control"]
    assert (row["slope"], row["ci_low"], row["ci_high"]) == (0.029, 0.016, 0.041)
    listed = rescat.supplement_disagreements()
    assert listed["comparison"].tolist() == [
        f"{figure} with the main text" for figure in ("slope", "ci_low", "ci_high")
    ]
    assert listed.loc[0, ["printed", "expected"]].tolist() == ["0.0386", "0.029"]
    assert main(["supplement"]) == 0
    assert "3 to compare with the printed table" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "comparison"),
    [
        ("-0.030", "-0.020", "slope with its interval"),
        ("0.014,3", "0.030,3", "SE with the interval"),
        ("0.014,3", "0.002,3", "SE with the interval"),
        ("=,0.033", "=,0.900", "P with slope and interval"),
        ("=,0.033", "=,0.900", "P with slope and SE"),
        ("=,0.033", "=,0.900", "p_value with the main text"),
    ],
)
def test_what_does_not_fit_within_a_row(add, old, new, comparison):
    add(IL6)
    assert rescat.supplement_disagreements().empty
    row = IL6.replace(old, new)
    assert row != IL6
    add(row)
    assert comparison in set(rescat.supplement_disagreements()["comparison"])


def test_the_difference_is_treated_minus_control(add):
    rows = [f"GFAP,{t},{s},3,,,,,,,,,,eTable 6" for t, s in (("treated", 0.01), ("control", 0.03))]
    add(*rows, "GFAP,difference,-0.021,3,,,,,,,,,,eTable 6")
    assert rescat.supplement_disagreements().empty
    add(*rows, "GFAP,difference,0.020,3,,,,,,,,,,eTable 6")
    [line] = rescat.supplement_disagreements().itertuples()
    assert (line.marker, line.term) == ("GFAP", "difference")
    assert line.comparison == "slope with treated minus control"


def test_two_decimals_are_not_read_as_three(add):
    add("GFAP,control,0.03,2,0.01,2,0.01,2,0.05,2,=,0.01,2,eTable 6")
    row = rescat.load_slopes().set_index("marker").loc["GFAP"]
    assert printed_range(row, "slope") == pytest.approx((0.025, 0.035))


@pytest.mark.parametrize(
    ("row", "column", "found", "expected"),
    [
        (IL6.replace("IL-6", "IL-66"), "marker", "IL-66", "a marker of the panel"),
        (IL6.replace("treated", "MSC"), "term", "MSC", "one of treated, control, difference"),
        (IL6.replace("-0.030,3", "-0.030,"), "slope_decimals", "an empty cell", "the decimals"),
        (IL6.replace("-0.030,3", "-0.030,2"), "slope_decimals", "2", "at least the 3 decimals"),
        (IL6.replace("0.014,3", ",3"), "se_decimals", "3", "as se is empty"),
        (IL6.replace("=,", ","), "p_relation", "an empty cell", "= or <"),
        (IL6.replace("-0.057,3,-0.003", "-0.003,3,-0.057"), "ci_high", "-0.057", "at least ci_low"),
        (IL6.replace("eTable 6", ""), "place", "an empty cell", "text"),
    ],
)
def test_a_bad_row_is_named(add, capsys, row, column, found, expected):
    add(row)
    with pytest.raises(rescat.DataError) as caught:
        rescat.load_slopes()
    said = str(caught.value)
    assert f"slopes.csv, row 2, column {column}: found '{found}', expected" in said
    assert expected in said
    assert main(["supplement"]) == 1
    assert expected in capsys.readouterr().out


def test_a_marker_spelt_twice(add):
    add(IL6, IL6.replace("IL-6", "IL6"))
    with pytest.raises(rescat.DataError, match="each term of IL6 only once, however spelt"):
        rescat.load_supplement()


@pytest.mark.slow
def test_a_broken_supplement_stops_the_build(add):
    add(IL6.replace("treated", "MSC"))
    with pytest.raises(rescat.DataError):
        rescat.check_data()


def test_the_matching(add):
    header = "covariate,stage,statistic,value,place"
    rows = ["Age,before,standardised mean difference,0.8,eFigure 1"]
    rows.append(rows[0].replace("before", "after").replace("0.8", "0.1"))
    add(*rows, name="matching", header=header)
    frame = rescat.load_supplement("supplement_matching")
    assert frame["value"].tolist() == [0.8, 0.1]
    assert set(frame["origin"]) == {"published"}
    assert "supplement_matching" in rescat.check_data()
    add(rows[0], rows[0], name="matching", header=header)
    with pytest.raises(rescat.DataError, match="only once"):
        rescat.load_supplement("supplement_matching")
