"""Captions of tables and figures get their numbers when a page is written."""

import pytest

from rescat.book.numbered import number_captions

TABLE = '<table><caption class="numbered" id="tab-{0}">{0}</caption></table>'
FIGURE = (
    '<figure id="fig-{0}"><figcaption><p><a class="number" href="#fig-{0}">Figure.</a> {0}</p>'
    "</figcaption></figure>"
)
BODY = TABLE.format("a") + FIGURE.format("b") + TABLE.format("c") + "<caption>no</caption>"


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        ("chapters/03_safety", ["Table 3.1.", "Figure 3.1.", "Table 3.2."]),
        ("chapters/04b_rematching", ["Table 4b.1.", "Figure 4b.1.", "Table 4b.2."]),
        ("markers/NFL", ["Table 1.", "Figure 1.", "Table 2."]),
        ("exercises/03_safety", ["Table 1.", "Figure 1.", "Table 2."]),
    ],
)
def test_tables_and_figures_are_counted_apart(page, numbers):
    made = number_captions(BODY, page)
    for name, number in zip("abc", numbers, strict=True):
        kind = "fig" if name == "b" else "tab"
        said = number.replace(" ", "\N{NO-BREAK SPACE}")
        assert f'><a class="number" href="#{kind}-{name}">{said}</a> {name}' in made
    assert "Figure." not in made
    assert "<caption>no</caption>" in made


def test_a_caption_without_an_identifier_has_a_number_that_leads_nowhere():
    made = number_captions('<caption class="numbered">A', "evidence")
    number = "Table\N{NO-BREAK SPACE}1."
    assert made == f'<caption class="numbered"><span class="number">{number}</span> A'
