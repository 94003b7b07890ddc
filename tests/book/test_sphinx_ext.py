"""What our Sphinx extension adds to a page."""

import re
import shutil

import pytest

from rescat.base.files import NOTEBOOKS
from rescat.book.sphinx_ext import launch_links
from rescat.course.sessions import MATERIAL


@pytest.mark.parametrize("url", ["https://github.com/o/r", "https://github.com/o/r.git/"])
def test_launch_links(monkeypatch, url):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", url)
    monkeypatch.delenv("BOOK_BRANCH", raising=False)
    binder, colab = launch_links("01_cohort").values()
    assert binder == "https://mybinder.org/v2/gh/o/r/main?labpath=notebooks/01_cohort.ipynb"
    google = "https://colab.research.google.com/github/o/r/blob/"
    assert colab == f"{google}main/notebooks/01_cohort.ipynb"
    monkeypatch.setenv("BOOK_BRANCH", "trunk")
    assert launch_links("01_cohort")["Colab (with solutions)"].startswith(f"{google}trunk/")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/o/r")
    assert launch_links("01_cohort") == {}


def test_binder_gives_readers_the_exercises_with_blanks(tmp_path):
    """The step that Binder runs, on a copy of the folder of notebooks."""
    script = (MATERIAL.parents[1] / ".binder" / "postBuild").read_text(encoding="utf-8")
    program = re.search(r"<<'END'\n(.+?)\nEND", script, re.S)[1]
    copied = shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    there = {"NOTEBOOKS": copied, "chapters": lambda: ["01_cohort"]}
    exec(re.sub(r"from rescat.book.build .+", "", program), there)
    [text] = [(copied / "01_cohort.ipynb").read_text(encoding="utf-8")]
    assert "n_longer = ..." in text
    assert '"solution"' not in text
