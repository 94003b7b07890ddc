"""Names for what the theme leaves without one."""

import pytest
from bs4 import BeautifulSoup

from rescat.base.files import BuildError
from rescat.book.access import mend, mended

FOLD = (
    '<details class="admonition hide above-input">\n<summary aria-label="Toggle hidden content">\n'
    '<p class="collapsed admonition-title">Show the code</p>\n'
    '<p class="expanded admonition-title">Hide the code</p>\n</summary></details>'
)


def summaries(page: str) -> list[str]:
    return [s.get_text(" ", strip=True) for s in BeautifulSoup(page, "html.parser")("summary")]


def test_folds_are_named_by_what_is_above_them():
    head = '<h2>{}<a class="headerlink" href="#a">#</a></h2>'
    page = head.format("A &lt; <em>b</em>") + FOLD + FOLD + head.format("C") + FOLD
    made = mended(page)
    assert "aria-label" not in made
    assert summaries(made) == [
        "Show the code : A < b Hide the code : A < b",
        "Show the code : A < b, 2 Hide the code : A < b, 2",
        "Show the code : C Hide the code : C",
    ]


def test_places_with_one_name_are_numbered():
    table = '<div role="region" aria-label="Table 1">'
    assert mended(table * 2) == table + '<div role="region" aria-label="Table 1, 2">'


def test_a_column_without_a_heading_has_none():
    assert mended('<th class="a" scope="col" id="b"></th>') == '<td class="a" id="b"></td>'
    assert mended("<th>\n</th><th>a</th>") == "<td></td><th>a</th>"


def test_one_viewport():
    tag = '<meta name="viewport" content="width=device-width, initial-scale=1.0" />'
    page = mended(f"<head>{tag}<title>a</title>{tag}\n{tag}</head>")
    assert page == f"<head>{tag}<title>a</title></head>"


def test_the_focus_stays_where_it_was(tmp_path):
    script = tmp_path / "_static" / "scripts" / "sphinx-book-theme.js"
    script.parent.mkdir(parents=True)
    script.write_text("a.click(() => {t.blur()})", encoding="utf-8")
    mend(tmp_path)
    assert script.read_text(encoding="utf-8") == "a.click(() => {0})"
    with pytest.raises(BuildError, match="blur"):
        mend(tmp_path)
