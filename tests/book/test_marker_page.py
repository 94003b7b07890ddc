"""The page of a marker: what the public book shows, a private edition, and a run by hand."""

import nbformat
import papermill
import pytest
from shared import ROOT

from rescat.book import notebooks
from rescat.book.edition import PUBLIC, Page, Profile
from rescat.course.tags import AUDIT, OWN

PAGE = Page("markers/NFL", "marker", "NFL")
ANALYSIS = ("The fit", "The same difference by other tests", "One patient out")


def cells_of(profile):
    notebook = nbformat.read(ROOT / "notebooks" / "marker.ipynb", as_version=4)
    return notebooks._prepared(notebook, profile, PAGE).cells


def words_of(cells):
    return "\n".join(cell.source for cell in cells)


def test_the_public_page_has_no_analysis_of_invented_values():
    words = words_of(cells_of(PUBLIC))
    for heading in (*ANALYSIS, "The values on this page"):
        assert f"## {heading}" not in words
    for call in ("slope_tests", "leave_one_out", "sensitivity"):
        assert call not in words
    order = ["marker_answer", "levels_of_marker", "what_the_paper_says", "directions_elsewhere",
             "what_nobody_knows", "## Invented:"]  # fmt: skip
    assert [words.index(part) for part in order] == sorted(words.index(part) for part in order)


def test_a_private_page_has_the_whole_analysis_and_nothing_of_the_invented_example():
    words = words_of(cells_of(Profile("private-mine", "data/private/mine")))
    for part in (*ANALYSIS, "slope_tests", "leave_one_out", "sensitivity", "Levels elsewhere",
                 "Estimand first", "What this page does not show"):  # fmt: skip
        assert part in words
    for part in ("Invented", "marker_answer", "what_nobody_knows", 'load_biomarkers("data")'):
        assert part not in words


def test_no_cell_is_on_neither_page():
    notebook = nbformat.read(ROOT / "notebooks" / "marker.ipynb", as_version=4)
    for cell in notebook.cells:
        assert not {AUDIT, OWN} <= set(cell.metadata.get("tags", [])), cell.source


def executed(tmp_path, marker):
    done = tmp_path / f"{marker}.ipynb"
    papermill.execute_notebook(
        ROOT / "notebooks" / "marker.ipynb", done, parameters={"marker": marker}, cwd=str(ROOT),
        progress_bar=False,
    )  # fmt: skip
    return nbformat.read(done, as_version=4)


def files_of(cells):
    text = "\n".join(
        output["data"].get("text/html", "")
        for cell in cells
        for output in cell.get("outputs", [])
        if "data" in output
    )
    return {name for name in ("NFL-levels-elsewhere", "NFL-invented", "NFL-values", "NFL-tests",
                              "NFL-one-out", "choices") if f'id="fig-{name}"' in text or
            f'id="tab-{name}"' in text}  # fmt: skip


@pytest.mark.slow
def test_by_hand_the_notebook_does_its_whole_analysis_on_the_invented_data(tmp_path):
    """Who runs the book again, and the course, need it."""
    cells = executed(tmp_path, "NFL").cells
    assert files_of(cells) == {
        "NFL-levels-elsewhere", "NFL-invented", "NFL-values", "NFL-tests", "NFL-one-out",
        "choices",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("marker", "framed"), [("NFL", True), ("IL-33", False)])
def test_the_frame_is_there_just_where_the_paper_prints_a_number(
    tmp_path, monkeypatch, marker, framed
):
    place = tmp_path / "page.ipynb"
    monkeypatch.setattr(Profile, "target", lambda *_: place)
    page = Page(f"markers/{marker}", "marker", marker)
    monkeypatch.chdir(ROOT)
    notebooks.execute(PUBLIC, page)
    cells = nbformat.read(place, as_version=4).cells
    assert ("## Invented:" in words_of(cells)) == framed
    text = str(cells)
    assert ("SYNTHETIC" in text) == framed
    assert ("In this invented example" in text) == framed
    if framed:
        assert files_of(cells) == {"NFL-levels-elsewhere", "NFL-invented"}
