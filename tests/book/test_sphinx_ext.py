"""What our Sphinx extension adds to a page."""

import re
import subprocess
import sys

import pytest
from shared import ROOT, copy_repository

from rescat.book.sphinx_ext import launch_links


@pytest.mark.parametrize("url", ["https://github.com/o/r", "https://github.com/o/r.git/"])
def test_launch_links(monkeypatch, url):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", url)
    monkeypatch.delenv("BOOK_BRANCH", raising=False)
    binder, colab = launch_links("01_cohort").values()
    assert binder == "https://mybinder.org/v2/gh/o/r/main?labpath=notebooks/01_cohort.ipynb"
    google = "https://colab.research.google.com/github/o/r/blob/"
    assert colab == f"{google}main/notebooks/01_cohort.ipynb"
    monkeypatch.setenv("BOOK_BRANCH", "trunk")
    own = launch_links("exercises/01_cohort")
    assert own["Binder"].endswith("labpath=notebooks/exercises/01_cohort.ipynb")
    assert own["Colab (with solutions)"].startswith(f"{google}trunk/notebooks/exercises/")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/o/r")
    assert launch_links("01_cohort") == {}


@pytest.mark.slow
def test_binder_gives_readers_the_exercises_with_blanks(tmp_path):
    """The step that Binder runs, on a copy of the repository."""
    script = (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
    program = re.search(r"<<'END'\n(.+?)\nEND", script, re.S)[1]
    copied = copy_repository(tmp_path / "repository")
    subprocess.run(
        [sys.executable, "-c", program], cwd=copied.root, env=copied.environment, check=True
    )
    for name in ("01_cohort", "exercises/01_cohort"):
        text = (copied.root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert '"solution"' not in text
    assert "n_longer = ..." in text
