"""Figures of what is known of a marker: levels in other studies, and what the paper gives."""

import matplotlib.pyplot as plt
import pytest

import rescat
from rescat import figures

LEVELS = rescat.load_table("marker_levels")
MARKERS = rescat.load_table("markers")
UNITS = MARKERS.set_index("marker")["unit"]


def texts(drawing):
    return [t.get_text() for t in drawing.figure.findobj(plt.Text)]


@pytest.mark.parametrize("marker", MARKERS["marker"])
def test_every_level_of_people_is_drawn_and_told(marker):
    drawing = figures.levels_of_marker(LEVELS, marker, UNITS[marker])
    own = LEVELS[LEVELS["marker"].eq(marker) & LEVELS["unit"].ne("%")]
    own = own[own["statistic"].ne("cut-off")]
    assert sorted(drawing.data["population"]) == sorted(own["population"])
    for population in own["population"]:
        assert population in drawing.alt
    for row in own[own["assay"].notna()].itertuples():
        assert row.assay in drawing.alt
    plt.close(drawing.figure)


def test_levels_are_in_the_unit_of_the_picture():
    data = figures.levels_of_marker(LEVELS, "PDGF-AB", "pg/mL").data
    [row] = data[data["statistic"].eq("mean ± SD")].itertuples()
    assert (row.value, round(row.low), round(row.high)) == (17500, 14400, 20600)
    data = figures.levels_of_marker(LEVELS, "UCH-L1", "pg/mL").data
    assert set(data["value"]) == {400, 2000}


def test_groups_of_people_differ_by_sign_and_word():
    drawing = figures.levels_of_marker(LEVELS, "IL6", "pg/mL")
    heads = [t for t in texts(drawing) if t.startswith(("People", "Healthy people", "What an"))]
    assert len(heads) == 3
    signs = {
        tuple(map(tuple, c.get_paths()[0].vertices.round(2)))
        for c in drawing.figure.axes[1].collections
    }
    assert len(signs) == 3


def test_a_level_that_reaches_zero_leaves_the_axis_with_an_arrow():
    drawing = figures.levels_of_marker(LEVELS, "CRP", "mg/L")
    axes = drawing.figure.axes[1]
    arrows = [line for line in axes.lines if line.get_marker() == "<"]
    assert len(arrows) == 1  # 69.53 ± 89.58, and not 129.03 ± 87.72
    assert axes.get_xscale() == "log"


def test_of_a_marker_without_levels_there_is_no_picture():
    assert figures.levels_of_marker(LEVELS, "Novelin", "pg/mL") is None
    assert figures.levels_of_marker(LEVELS, "IL6", "NPX") is None


def test_the_tiles_have_every_marker_once():
    drawing = figures.given_of_markers(MARKERS)
    shown = [t for t in texts(drawing) if t in set(MARKERS["marker"])]
    assert sorted(shown) == sorted(MARKERS["marker"])
    assert "Slopes, intervals and P values: 3 (IL1RA, IL18, NFL)." in drawing.alt
