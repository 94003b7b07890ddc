"""Tables on a page: their origin and title, and what is said of no rows."""

import pytest

import rescat
from rescat import tables

PATIENTS = rescat.load_patients()


def test_a_table_of_invented_values_says_so_in_its_title():
    frame = PATIENTS[["age"]].assign(origin="synthetic")
    page = tables.show_table(frame, name="t", title="Ages", source="s").data
    assert "Ages (SYNTHETIC)" in page


def test_a_table_says_its_origin_and_title():
    page = tables.show_table(
        PATIENTS[["age", "origin"]], name="t", title="Ages", source="Table 1"
    ).data
    assert "Ages" in page
    assert "<strong>Published.</strong> Table 1" in page
    assert '<caption class="numbered" id="tab-t">Ages</caption>' in page


def test_a_table_of_no_rows_is_a_sentence():
    empty = PATIENTS.head(0)[["patient_id", "origin"]]
    page = tables.show_table(empty, name="t", title="Patients < 18", source="s")
    assert page.data == "<p>Patients &lt; 18: none.</p>"
    with pytest.raises(rescat.OriginError):
        tables.show_table(empty.drop(columns="origin"), name="t", title="t", source="s")
