"""Slides say what a chapter lacks."""

import jupytext
import pytest

from rescat.base.files import BuildError
from rescat.course import slides


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
