"""Names of markers, and of their pages."""

import re

import pytest

import rescat
from rescat import pages


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("il6", "IL6"),
        ("IL-6", "IL6"),
        ("IL 6", "IL6"),
        ("interleukin-6", "IL6"),
        ("IL-1RA", "IL1RA"),
        ("IL1RN", "IL1RA"),
        ("TNF-a", "TNFα"),
        ("TNFa", "TNFα"),
        ("TNF-alpha", "TNFα"),
        ("TNF", "TNFα"),
        ("NfL", "NFL"),
        ("NF-L", "NFL"),
        ("MCP-1", "CCL2"),
        ("MIP-1a", "CCL3"),
        ("MIP-1α", "CCL3"),
        ("Fractalkine", "CX3CL1"),
        ("CXCL8", "IL8"),
        ("UCHL1", "UCH-L1"),
        ("tau", "TAU"),
        ("beta-NGF", "NGF-beta"),
        ("PDGF AB", "PDGF-AB"),
        ("IL-1b", "IL-1β"),
        ("IL17A", "IL-17"),
        ("hsCRP", "CRP"),
        ("PDGF-AA", None),
        ("p-tau", None),
        ("IL-1a", None),
        ("IL-16", None),
        ("VEGF", None),
    ],
)
def test_names_of_markers(text, marker):
    assert rescat.marker_name(text) == marker


def test_every_marker_knows_its_own_name():
    for marker in rescat.load_table("markers")["marker"]:
        assert rescat.marker_name(marker) == marker


def test_no_spelling_stands_for_two_markers():
    names = rescat.load_marker_names()
    assert set(names["origin"]) == {"evidence"}
    for row in names.itertuples():
        assert rescat.marker_name(row.alias) == row.marker


TWIN = rescat.load_biomarkers("data")


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
