"""The section of an explorable: whole without scripts, and nothing but text in its words."""

import json

import numpy as np
import pytest
from bs4 import BeautifulSoup

import rescat
from rescat import figures, pages
from rescat.base.inert import Html

SLOPES = rescat.load_slopes()
WORDS = {"question": "How <b>?", "fixed": "A & B.", "picture": Html("<svg></svg>")}


def made(**settings):
    page = pages.explorable("x-y", **WORDS, **settings)
    [section] = BeautifulSoup(str(page), "html.parser").find_all("section")
    return section


def test_its_words_are_text_and_its_settings_come_back():
    settings = {"who": 'it\'s <i> & "so"', "n": 5, "both": False}
    section = made(**settings)
    assert json.loads(section["data-settings"]) == settings
    assert section.h3.text == WORDS["question"]
    assert section.h3["id"] == section["aria-labelledby"]
    assert "A & B." in section.text
    assert section.svg is not None
    assert section.b is section.i is None


def test_a_figure_stands_in_it_with_its_words_and_its_data():
    curves = rescat.chance_curves({"1 of 2": (1, 2)}, correlations=[0, 0.5])
    drawn = figures.chance_by_correlation(curves)
    page = pages.explorable("x", **WORDS | {"picture": drawn})
    soup = BeautifulSoup(str(page), "html.parser")
    assert drawn.alt in [svg.get("aria-label") for svg in soup.find_all("svg")]
    assert "2 rows" in soup.text


@pytest.mark.parametrize(("origin", "word"), [("synthetic", "SYNTHETIC"), ("published", "")])
def test_a_figure_of_invented_data_marks_the_section(origin, word):
    curves = rescat.chance_curves({"1 of 2": (1, 2)}, correlations=[0, 0.5]).assign(origin=origin)
    drawn = figures.chance_by_correlation(curves)
    soup = BeautifulSoup(str(pages.explorable("x", **WORDS | {"picture": drawn})), "html.parser")
    marks = " ".join(mark.text for mark in soup.select(".origin"))
    assert marks.startswith(word)
    assert bool(marks) == bool(word)


def test_text_is_no_picture():
    with pytest.raises(AttributeError):
        pages.explorable("x", **WORDS | {"picture": "<svg>"})


def test_weights_of_a_course_give_the_line_of_the_model():
    name = "by stay: in hospital only"
    variance = {"sd_slope": 0.05}
    found = pages.course_settings(SLOPES, "NFL", [name], **variance)
    rise = rescat.tent()
    curves = {"control": rise, "treated": 0 * rise}
    line = rescat.expected_line(curves, rescat.DESIGNS[name], **variance)
    assert np.dot(found["designs"][name]["slope"], rise) == pytest.approx(line["control"])
    assert json.loads(json.dumps(found)) == found


def test_printed_lines_are_those_of_the_table():
    found = pages.p_settings(SLOPES, ["IL18", "NFL"])
    printed = SLOPES.set_index(["marker", "term"])
    for marker in ("IL18", "NFL"):
        one = found[f"{marker}, difference"]
        assert one["estimate2"] == printed.loc[(marker, "treated"), "slope"]
        assert one["printed"] == printed.loc[(marker, "difference"), "p_value"]
    assert found["NFL, controls"]["relation"] == "<"


def test_distances_of_matching_add_up_to_the_robust_ones():
    patients = rescat.load_patients()
    groups = [patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL")]
    found = pages.matching_settings(*groups, ["age", "male", "bmi"])
    four = rescat.match_distances(*groups, covariates=["age", "male", "bmi"], distance="robust")
    total = sum(np.square(table) for table in found["apart"].values())
    assert total == pytest.approx(four.to_numpy() ** 2)
