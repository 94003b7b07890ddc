"""What our Sphinx extension adds to a page."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from shared import ROOT, copy_repository

from rescat.book.sphinx_ext import launch_links, link_names


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


def linked(page: str, *parts: nodes.Element) -> dict[str, str]:
    """The words that are links after :func:`link_names`, and where they lead."""
    place = SimpleNamespace(docname="api/slopes", node_id="rescat.fit_slopes")
    check = SimpleNamespace(docname="api/course", node_id="rescat.check")
    domain = SimpleNamespace(objects={"rescat.fit_slopes": place, "rescat.check": check})
    app = SimpleNamespace(
        env=SimpleNamespace(get_domain={"py": domain}.get),
        builder=SimpleNamespace(get_relative_uri=lambda page, to: f"{page}>{to}"),
    )
    document = new_document("page")
    document.extend(parts)
    link_names(app, document, page)
    return {link.astext(): link["refuri"] for link in document.findall(nodes.reference)}


def test_names_of_functions_lead_to_their_pages():
    words = ["rescat.fit_slopes", "fit_slopes()", "fit_slopes", "check", "rescat.check", "fit"]
    found = linked("a", *(nodes.paragraph("", "", nodes.literal(text=word)) for word in words))
    assert found == {
        "rescat.fit_slopes": "a>api/slopes#rescat.fit_slopes",
        "fit_slopes()": "a>api/slopes#rescat.fit_slopes",
        "fit_slopes": "a>api/slopes#rescat.fit_slopes",
        "rescat.check": "a>api/course#rescat.check",
    }


def test_a_heading_and_a_page_of_functions_stay_as_they_are(monkeypatch):
    assert not linked("a", nodes.title("", "", nodes.literal(text="rescat.check")))
    assert not linked("api/a", nodes.paragraph("", "", nodes.literal(text="rescat.check")))
    monkeypatch.setenv("RESCAT_OWN_DATA", "folder")
    assert not linked("a", nodes.paragraph("", "", nodes.literal(text="rescat.check")))


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
