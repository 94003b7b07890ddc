"""What a page says of a marker without a value of a patient."""

import re

import pytest

import rescat
from rescat import pages

NOTES, MARKERS, LEVELS, DIRECTIONS = (
    rescat.load_table(name)
    for name in ("marker_notes", "markers", "marker_levels", "marker_directions")
)
SLOPES = rescat.load_slopes()


def answer(marker):
    return pages.marker_answer(marker, NOTES, SLOPES, MARKERS).striptags()


def unknown(marker):
    return pages.what_nobody_knows(marker, NOTES, LEVELS, SLOPES, MARKERS).striptags()


@pytest.mark.parametrize("marker", MARKERS["marker"])
def test_numbers_are_in_the_answer_just_where_the_paper_prints_them(marker):
    printed = marker in set(SLOPES["marker"])
    assert ("The paper prints no number for it." in answer(marker)) != printed
    assert len(answer(marker).split()) < 100


def test_a_slope_is_said_as_a_fold_with_its_interval():
    said = answer("IL1RA")
    assert "−0.007 with MSC and 0.013 in controls per day" in said
    assert "0.64 with MSC (95 % confidence interval 0.29 to 1.29)" in said
    assert "2.31 in controls (1.00 to 5.01)" in said
    assert "0.025 for the difference" in said
    assert "no slope: 0.033 with MSC" in answer("IL6")
    assert "< 0.001" in answer("PTX3").replace("&lt;", "<")


def test_what_nobody_knows_is_told_of_each_marker_by_its_own_tables():
    told = {marker: unknown(marker) for marker in MARKERS["marker"]}
    assert len(set(told.values())) >= 15
    assert "2.31 times in 28 days if the slopes are on log10, 1.44 times" in told["IL1RA"]
    assert "in other assays it is 0.05 to 0.8 pg/mL" in told["IL-1β"]
    assert "more than half of the values were below detection" in told["IL4"]
    assert "the paper does not name it" in told["CRP"]
    for marker, words in told.items():
        assert ("The scale:" in words) == (marker in {"IL1RA", "IL18", "NFL"}), marker
        assert "nan" not in words, marker


def test_a_level_is_compared_among_studies_only_where_there_are_some():
    assert "In 2 studies of COVID-19" in unknown("IL1RA")
    low, high = re.search(r"are ([\d.,]+) to ([\d.,]+) pg/mL", unknown("IL1RA")).groups()
    own = LEVELS.query("marker == 'IL1RA' and people == 'COVID-19' and statistic != 'cut-off'")
    assert float(low) == own["value"].min()
    assert float(high.replace(",", "")) == pytest.approx(own["value"].max(), rel=1e-3)
    assert "One study of COVID-19" in unknown("CCL3")
    assert "none of people with COVID-19" in unknown("NFL")


def test_a_marker_that_the_trial_did_not_measure():
    assert "not one of the markers of the trial" in answer("Novelin")
    assert "The trial did not measure it" in answer("Novelin")
    assert "No level" in pages.sources_of_levels("Novelin", LEVELS).data
    unknown("Novelin")


def test_the_sources_of_the_levels_are_folded_and_whole():
    page = pages.sources_of_levels("NFL", LEVELS).data
    assert page.startswith("<details")
    assert "<details open" not in page
    for source in LEVELS.query("marker == 'NFL'")["source"].unique():
        assert source.split(",")[0] in page


def test_sentences_on_invented_data_say_so():
    twin = rescat.load_biomarkers("data")
    own = twin[twin["marker"].eq("NFL")]
    left_out = rescat.fit_markers(own).left_out
    said = pages.invented_example(own, left_out).striptags()
    assert "In this invented example there are 58 values of 17 invented patients" in said
    private = pages.values_in_words(own.assign(origin="private"), left_out).striptags()
    assert private.startswith("58 values of 17 patients")


def test_the_table_of_all_has_no_number_that_is_not_printed():
    page = pages.known_of_markers(MARKERS, SLOPES, LEVELS, DIRECTIONS).data
    for name in ("NFL", "TNFa", "IL-2"):
        assert f'href="../markers/{name}.html"' in page
    assert page.count("no number; in words") == len(MARKERS) - SLOPES["marker"].nunique()
    assert "SYNTHETIC" not in page
    assert page.count("for the difference") == SLOPES["term"].eq("difference").sum()
