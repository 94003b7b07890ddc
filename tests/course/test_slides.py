"""Slides say what a chapter lacks."""

import re
import zipfile

import jupytext
import nbformat
import pytest

from rescat.base.files import NOTEBOOKS, BuildError
from rescat.course import slides
from rescat.course.sessions import load_sessions


def executed(*cells: str):
    return jupytext.reads("\n".join(f"# %% {cell}\n" for cell in cells), fmt="py:percent")


def test_slides_say_what_a_chapter_lacks():
    notebook = executed("[markdown]\n# ## One\n# Text.", 'tags=["slide"]\n1')
    with pytest.raises(BuildError, match=r"x\.py: found 0 sections '## Two', expected one"):
        slides._read(notebook, "x", "Two", {})
    assert "Text." in slides._read(notebook, "x", "One", {})
    with pytest.raises(
        BuildError, match=r"x\.py, below 'One': a cell with the tag slide has no fig"
    ):
        list(slides._shown(notebook, "x", {}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](06b_sampling)", "[a](../../chapters/06b_sampling.html)"),
        ("[a](06_cytokines.ipynb#the-fit)", "[a](../../chapters/06_cytokines.html#the-fit)"),
        ("[a](../corrections)", "[a](../../corrections.html)"),
        ("[a](https://example.org/b)", "[a](https://example.org/b)"),
        ("[a](#here)", "[a](#here)"),
    ],
)
def test_links_of_a_chapter_lead_from_its_slides_too(text, shown):
    assert slides._words(text, {}) == shown


@pytest.mark.book
def test_every_session_has_its_slides(built_book):
    names = {f"session-{session.number}.html" for session in load_sessions()}
    assert {path.name for path in (built_book / "course" / "slides").glob("*.html")} == names
    with zipfile.ZipFile(built_book / "course" / "rescat-instructors.zip") as zipped:
        inside = {name.rpartition("/")[2] for name in zipped.namelist() if "/slides/" in name}
    assert names <= inside


@pytest.mark.parametrize("name", [n for session in load_sessions() for n in session.chapters])
def test_a_chapter_of_a_session_has_all_that_its_slides_show(name):
    chapter = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    for section in ("What the paper says", "Common misreadings"):
        slides._read(chapter, name, section, {})
    assert any(slides.SLIDE in cell.metadata.get("tags", []) for cell in chapter.cells)


@pytest.mark.book
def test_no_link_of_a_slide_leads_nowhere(built_book):
    folder = built_book / "course" / "slides"
    for path in folder.glob("session-*.html"):
        for href in re.findall(r'href="([^":#?]+)', path.read_text(encoding="utf-8")):
            assert (folder / href).is_file(), f"{path.name}: {href}"


@pytest.mark.book
def test_slides_carry_all_that_they_load(built_book, tmp_path):
    """Also those of the zip, which has no book around them."""
    with zipfile.ZipFile(built_book / "course" / "rescat-instructors.zip") as zipped:
        zipped.extractall(tmp_path)
    paths = list(tmp_path.rglob("session-*.html"))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'(?:src=|url\(|<link [^>]*href=)"([^"#:]+)"', text)
        assert len(loaded) >= 6
        for name in loaded:
            assert (path.parent / name).is_file(), f"{path.name}: {name}"
        assert 0 < text.find("Content-Security-Policy") < text.find("<link")
        assert {"LICENSE", "LICENSE_DEJAVU"} < {p.name for p in (path.parent / "reveal").iterdir()}
