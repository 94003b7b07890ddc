"""From measured values to what can be modelled, and the words of the marker pages."""

import re

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError, pages

TWIN = rescat.load_biomarkers("data")
BELOW = ["IL-1β", "IL-2", "IL-17", "IL-33"]


def only(*markers):
    return TWIN[TWIN["marker"].isin(markers)]


def test_markers_below_detection_are_set_aside_with_the_reason():
    logged, left_out = rescat.ready_to_fit(TWIN)
    assert left_out["marker"].tolist() == BELOW
    assert left_out["reason"].str.startswith("each of the 58 values is below").all()
    assert set(logged["marker"]) == set(TWIN["marker"]) - set(BELOW)
    nfl = TWIN["marker"].eq("NFL")
    values = logged.loc[logged["marker"].eq("NFL"), "value"]
    np.testing.assert_allclose(values, np.log10(TWIN.loc[nfl, "value"]))


def test_a_rule_replaces_what_is_below_the_limit():
    own = only("IL6").reset_index(drop=True)
    own.loc[0, ["value", "below_lod"]] = [4.0, True]
    logged, left_out = rescat.ready_to_fit(own, scale="ln", rule="half")
    assert left_out.empty
    assert logged["value"].iloc[0] == pytest.approx(np.log(2.0))


def test_a_marker_without_controls_is_set_aside():
    own = only("NFL").query("arm == 'MSC'")
    logged, left_out = rescat.ready_to_fit(own)
    assert logged.empty
    assert "control group" in left_out["reason"].item()


def test_a_value_of_zero_is_set_aside():
    own = only("NFL").reset_index(drop=True)
    own.loc[3, "value"] = 0.0
    _, left_out = rescat.ready_to_fit(own)
    assert "row 3: the value 0 has no logarithm" in left_out["reason"].item()


@pytest.mark.parametrize("options", [{"scale": "log2"}, {"rule": "guess"}])
def test_settings_that_are_not_known(options):
    with pytest.raises(ModelError, match="expected"):
        rescat.ready_to_fit(TWIN, **options)


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        ("TNFα", "TNFa"),
        ("IL-1β", "IL-1b"),
        ("NGF-beta", "NGF-beta"),
        ("VEGF", "VEGF"),
        ("a b/ç", "a-b-c-"),
        ("TNFa", "TNFa-"),  # TNFα has that page
        ("CON", "CON-"),
        ("%", ""),
    ],
)
def test_page_names_are_safe_in_addresses(marker, name):
    made = pages.page_name(marker)
    mark = made.removeprefix(name)
    assert made == name if name and not name.endswith("-") else re.fullmatch("[0-9a-f]{8}", mark)


def test_page_names_of_the_panel_are_stable_and_differ():
    names = [pages.page_name(m) for m in TWIN["marker"].unique()]
    assert len(set(names)) == len(names) == 25
    assert {"NFL", "IL6", "UCH-L1", "PDGF-AB"} <= set(names)


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


def test_an_edition_leaves_out_what_its_data_do_not_allow(tmp_path):
    from rescat.book.edition import edition

    TWIN.query("marker == 'NFL'").drop(columns=["treated", "origin"]).assign(below_lod="n").to_csv(
        tmp_path / "biomarkers.csv", index=False
    )
    names = [page.name for page in edition(str(tmp_path)).pages()]
    assert names == ["05_random_slopes", "07_neuromarkers", "08_markers", "markers/NFL"]
    several = TWIN[TWIN["marker"].isin(["NFL", "TAU", "GFAP", "CRP", *BELOW])]
    several.drop(columns=["treated", "origin"]).assign(
        below_lod=several["below_lod"].map({True: "y", False: "n"})
    ).to_csv(tmp_path / "biomarkers.csv", index=False)
    assert "09_multiplicity" in [page.name for page in edition(str(tmp_path)).pages()]
    patients = pd.read_csv(rescat.DATA / "synthetic" / "patients.csv", dtype=str)
    patients[patients["arm"].ne("CTRL")].to_csv(tmp_path / "patients.csv", index=False)
    events = (rescat.DATA / "synthetic" / "events.csv").read_text("utf-8")
    (tmp_path / "events.csv").write_text(events.splitlines()[0] + "\n", "utf-8")
    names = [page.name for page in edition(str(tmp_path)).pages()]
    assert "01_cohort" in names
    assert "03_safety" not in names
