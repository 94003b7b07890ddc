"""Values above the range of a test: a state of its own, from the file to the figure."""

import re

import numpy as np
import outside
import pandas as pd
import pytest
from shared import refused

import rescat
from rescat import figures, pages
from rescat.__main__ import main
from rescat.slopes.detection_limit import apply_range_rule


@pytest.fixture
def folder(tmp_path):
    outside.write(tmp_path)
    return tmp_path


def test_a_table_without_the_column_is_read_as_before():
    assert "above_range" not in rescat.load_biomarkers()


def test_it_is_read_and_counted(folder, capsys):
    found = rescat.load_biomarkers(folder)
    above = found[found["above_range"]]
    assert (above["value"] == 123.25).all()
    assert len(above) == outside.N_ABOVE
    assert main(["check", str(folder)]) == 0
    assert f"Values above the range: {outside.N_ABOVE} NFL" in capsys.readouterr().out
    facts = rescat.own_facts(str(folder))
    assert f"and {outside.N_ABOVE} above the range" in facts["own_data"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (",y,n,", None),
        (",n,x,", "column above_range: found 'x', expected y or n"),
        (",n,,", "column above_range: found 'an empty cell', expected y or n"),
        (",y,y,", "column above_range: found 'y', expected n, as below_lod is y in this row"),
    ],
)
def test_a_cell_is_y_or_n_and_not_both_ends(folder, cell, said):
    path = folder / "biomarkers.csv"
    head, first, rest = path.read_text("utf-8").split("\n", 2)
    path.write_text("\n".join([head, first.replace(",n,n,", cell), rest]), "utf-8")
    if said is None:
        assert not rescat.load_biomarkers(folder)["above_range"].iloc[0]
    else:
        assert f"row 2, {said}" in str(refused(rescat.load_biomarkers, folder))


def test_the_models_take_the_limit_or_leave_it_out(folder):
    nfl = rescat.load_biomarkers(folder).query("marker == 'NFL'")
    at_limit = rescat.fit_markers(nfl)
    assert np.isclose(at_limit.samples.loc[nfl["above_range"], "value"], np.log10(123.25)).all()
    dropped = rescat.fit_markers(nfl, above="drop")
    alone = rescat.fit_markers(nfl[~nfl["above_range"]])
    assert dropped.table["slope"].equals(alone.table["slope"])
    assert not dropped.table["slope"].equals(at_limit.table["slope"])
    none = rescat.fit_markers(nfl.assign(above_range=True))
    assert none.left_out.loc[0, "reason"] == "each of the 58 values is above the range of the test"
    with pytest.raises(rescat.ModelError, match="expected one of limit, drop"):
        rescat.fit_markers(nfl, above="half")
    with pytest.raises(rescat.ModelError, match="column above_range: found 'y'"):
        apply_range_rule(nfl.assign(above_range="y"), "drop")


def test_the_figure_has_a_mark_of_its_own(folder):
    nfl = rescat.load_biomarkers(folder).query("marker == 'NFL'")
    fitted = rescat.fit_markers(nfl)
    drawing = figures.trajectories_of_markers(fitted, "log10")
    marks = [line for line in drawing.figure.axes[0].lines if line.get_marker() == "^"]
    assert sum(len(line.get_xdata()) for line in marks) == outside.N_ABOVE
    assert f"Open triangles: above the range of the test ({outside.N_ABOVE})" in drawing.note
    without = figures.trajectories_of_markers(
        rescat.fit_markers(nfl.drop(columns="above_range")), "log10"
    )
    assert "triangle" not in without.note
    words = re.sub("<.*?>", "", pages.values_in_words(nfl, fitted.left_out))
    assert f"Above the range of the test: {outside.N_ABOVE}" in words


def test_a_wide_cell_with_a_sign():
    wide = pd.DataFrame({"patient_id": ["1"], "arm": ["MSC"], "day": [0], "IL6": [">900"]})
    assert rescat.to_long(wide, "pg/mL")[
        ["value", "below_lod", "above_range"]
    ].to_numpy().tolist() == [[900.0, "n", "y"]]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (">8000", ""),
        (">ULOQ", "[upper_limits]\nIL6 = 8000\n"),
        ("OOR >", "[upper_limits]\nIL6 = 8000"),
    ],
)
def test_an_import_keeps_it(tmp_path, cell, told):
    rows = ["Patient,Group,Day,IL-6 (pg/mL)", f"P1,MSC,0,{cell}", "P2,CTRL,0,8"]
    (tmp_path / "plate.csv").write_text("\n".join(rows))
    (tmp_path / "told.toml").write_text(told)
    found = rescat.read_lab(tmp_path / "plate.csv", tmp_path / "told.toml")
    ends = found.biomarkers[["value", "below_lod", "above_range"]].to_numpy().tolist()
    assert ends == [[8000.0, "n", "y"], [8.0, "n", "n"]]
    assert found.log["rule"].tolist() == [
        "above the range: the upper limit is written, with above_range y"
    ]
    if told:
        error = refused(rescat.read_lab, tmp_path / "plate.csv")
        assert '"IL6" = ""  # above the range, and no upper limit is written' in str(error)
