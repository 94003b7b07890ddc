"""The page of one marker: its note, its statement, its levels, its figures."""

import pytest

import rescat
from rescat import pages

TWIN = rescat.load_biomarkers("data")
NOTES = rescat.load_table("marker_notes")
LEVELS = rescat.load_table("marker_levels")
DIRECTIONS = rescat.load_table("marker_directions")
SLOPES = rescat.load_slopes()


def only(*markers):
    return TWIN[TWIN["marker"].isin(markers)]


@pytest.mark.parametrize("marker", TWIN["marker"].unique())
def test_each_marker_has_a_note_a_statement_and_levels(marker):
    assert "Read in: " in pages.what_it_is(marker, NOTES)
    assert "<blockquote>" in pages.what_the_paper_says(marker, NOTES)
    assert "in other trials" in pages.directions_elsewhere("IL6", DIRECTIONS).data
    assert "in other studies" in pages.levels_elsewhere(marker, LEVELS).data


def test_every_statement_is_in_the_paper():
    paper = " ".join((rescat.DATA / "published" / "paper.txt").read_text("utf-8").split())
    notes = rescat.load_table("marker_notes")
    for column in ("paper_statement", "assay_quotation"):
        for words in notes[column].dropna():
            assert " ".join(words.split()) in paper, words


def test_a_marker_that_the_book_does_not_know():
    assert "not one of the markers of the trial" in pages.what_it_is("Novelin", NOTES)
    assert "Nothing" in pages.what_the_paper_says("Novelin", NOTES)
    assert "No trial that could be read" in pages.directions_elsewhere("Novelin", DIRECTIONS).data
    assert "No level" in pages.levels_elsewhere("Novelin", LEVELS).data


def test_printed_figures_stand_beside_those_of_the_twin():
    fitted = rescat.fit_markers(only("NFL"))
    page = pages.printed_beside("NFL", fitted["NFL"], SLOPES).data
    assert "(SYNTHETIC)" in page
    assert page.count(">yes<") == 8
    assert "&lt;0.001" in page
    changed = rescat.fit_slopes(fitted.samples.assign(value=fitted.samples["value"] * 1.2))
    assert ">no<" in pages.printed_beside("NFL", changed, SLOPES).data


def test_the_index_links_every_marker():
    fitted = rescat.fit_markers(only("NFL", "TNFα", "IL-2"))
    page = pages.index_table(fitted.table, fitted.left_out, rescat.load_table("markers")).data
    for name in ("NFL", "TNFa", "IL-2"):
        assert f'href="../markers/{name}.html"' in page


@pytest.mark.slow
def test_other_choices_need_the_table_of_patients(tmp_path):
    fitted = rescat.fit_markers(only("NFL"))
    patients, absent = rescat.patients_beside(fitted.samples, "data")
    assert not absent
    table = rescat.sensitivity(fitted.samples, patients, fit=fitted["NFL"])
    [blocked] = patients.loc[patients["therapy"].str.contains("Tocilizumab"), "patient_id"]
    shown = pages.choices("NFL", table).data
    assert f"without {blocked}" in shown
    assert "Exact P" in shown
    assert "21 assignments, smallest exact P = 0.048" in shown
    patients, absent = rescat.patients_beside(fitted.samples.assign(origin="private"), tmp_path)
    assert patients is None
    page = pages.choices("NFL", None, absent).data
    assert "Not done: it needs the table of the patients" in page
    assert "patients.csv" in page


def test_the_supplement_is_empty_and_says_so():
    assert (
        "this book does not have it"
        in pages.supplement_slopes(None, rescat.supplement_disagreements()).data
    )
    assert "this book does not have it" in pages.supplement_matching(None).data


def test_what_others_found_has_its_address_and_what_was_read():
    table = rescat.load_table("icu_and_nfl")
    page = pages.findings_elsewhere(table, name="a", title="b", source="c").data
    for row in table.itertuples():
        address = f'href="{row.source}"' if row.source.startswith("https") else row.source
        assert address in page
        assert row.read in page
    assert "23 (18 to 38) pg/mL, median" in page
    assert "nan" not in page.lower().replace("finance", "")
