"""The contents of the book: in which order its pages stand, and what is folded."""

import yaml
from docutils import nodes
from docutils.utils import new_document
from shared import ROOT

from rescat.book.edition import PUBLIC, Profile
from rescat.book.site import contents
from rescat.book.sphinx_ext import number_chapter


def laid_out(monkeypatch, tmp_path, *names):
    """The contents of the public edition, if these pages had been made."""
    monkeypatch.setattr("rescat.book.edition.BUILD", tmp_path)
    source = Profile(PUBLIC.name, PUBLIC.data_dir).source
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("# A page\n")
    parts = yaml.safe_load(contents(PUBLIC).read_text(encoding="utf-8"))["parts"]
    return {part["caption"]: part["chapters"] for part in parts}


def test_chapters_are_numbered_with_their_exercises_below(monkeypatch, tmp_path):
    made = ("chapters/04b_rematching.ipynb", "chapters/04_matching.ipynb")
    parts = laid_out(monkeypatch, tmp_path, *made, "exercises/04_matching.ipynb")
    below = [{"file": "exercises/04_matching", "title": "Exercises"}]
    assert parts["Chapters"] == [
        {"file": "chapters/04_matching", "title": "4 · Matching", "sections": below},
        {"file": "chapters/04b_rematching", "title": "4b · Rematching"},
    ]


def test_patients_and_markers_are_folded_and_the_course_comes_before(monkeypatch, tmp_path):
    made = ("patients/index.md", "patients/1.md", "markers/NFL.ipynb", "api/data.md")
    parts = laid_out(monkeypatch, tmp_path, *made)
    assert list(parts).index("Course") < list(parts).index("Reference")
    assert list(parts)[-1] == "Appendix"
    folded = {entry["file"]: entry.get("sections") for entry in parts["Reference"]}
    assert folded["patients/index"] == [{"file": "patients/1"}]
    assert folded["biomarkers"] == [{"glob": "markers/*"}]
    appendix = {entry["file"]: entry.get("sections") for entry in parts["Appendix"]}
    assert appendix["functions"] == [{"glob": "api/*"}]


def test_what_has_no_pages_leaves_no_trace(monkeypatch, tmp_path):
    parts = laid_out(monkeypatch, tmp_path)
    assert "Chapters" not in parts
    assert {"file": "biomarkers"} in parts["Reference"]


def test_every_page_is_in_the_contents():
    listed = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for page in (ROOT / "book").glob("*.md"):
        if page.stem != "index":
            assert f"file: {page.stem}\n" in listed, f"{page.name} is not in _toc.yml"


def title_of(docname: str) -> str:
    document = new_document("a page")
    document += nodes.section("", nodes.title("", "", nodes.Text("Random slopes: which?")))
    environment = type("Environment", (), {"docname": docname})
    number_chapter(type("App", (), {"env": environment}), document)
    return next(document.findall(nodes.title)).astext()


def test_the_title_of_a_chapter_has_its_number():
    assert title_of("chapters/05_random_slopes") == "5 · Random slopes: which?"
    assert title_of("exercises/05_random_slopes") == "Random slopes: which?"
    assert title_of("chapters/extra") == "Random slopes: which?"
