"""The page of one marker: its note, its statement, its levels, its figures."""

import pytest

import rescat
from rescat import pages

TWIN = rescat.load_biomarkers("data")


def only(*markers):
    return TWIN[TWIN["marker"].isin(markers)]


@pytest.mark.parametrize("marker", TWIN["marker"].unique())
def test_each_marker_has_a_note_a_statement_and_levels(marker):
    assert "Read in: " in pages.what_it_is(marker)
    assert "<blockquote>" in pages.what_the_paper_says(marker)
    assert "in other studies" in pages.levels_elsewhere(marker).data


def test_every_statement_is_in_the_paper():
    paper = " ".join((rescat.DATA / "published" / "paper.txt").read_text("utf-8").split())
    notes = rescat.load_table("marker_notes")
    for column in ("paper_statement", "assay_quotation"):
        for words in notes[column].dropna():
            assert " ".join(words.split()) in paper, words


def test_a_marker_that_the_book_does_not_know():
    assert "not one of the markers of the trial" in pages.what_it_is("Novelin")
    assert "Nothing" in pages.what_the_paper_says("Novelin")
    assert "No level" in pages.levels_elsewhere("Novelin").data


def test_printed_figures_stand_beside_those_of_the_twin():
    logged, _ = rescat.ready_to_fit(only("NFL"))
    page = pages.printed_beside("NFL", rescat.fit_slopes(logged)).data
    assert "(SYNTHETIC)" in page
    assert page.count(">yes<") == 8
    assert "&lt;0.001" in page
    changed = logged.assign(value=logged["value"] * 1.2)
    assert ">no<" in pages.printed_beside("NFL", rescat.fit_slopes(changed)).data


def test_the_index_links_every_marker():
    logged, left_out = rescat.ready_to_fit(only("NFL", "TNFα", "IL-2"))
    panel = rescat.fit_panel(logged, ["TNFα", "NFL"])
    page = pages.index_table(panel, left_out).data
    for name in ("NFL", "TNFa", "IL-2"):
        assert f'href="../markers/{name}.html"' in page


def test_other_choices_need_the_table_of_patients(tmp_path):
    logged, _ = rescat.ready_to_fit(only("NFL"))
    assert "without S04" in pages.choices(logged, "data").data
    private = logged.assign(origin="private")
    assert "Not done: it needs the table of the patients" in pages.choices(private, tmp_path).data


def test_the_supplement_is_empty_and_says_so():
    assert "its slot is empty" in pages.supplement_slopes().data
    assert "slot is empty" in pages.supplement_matching().data
