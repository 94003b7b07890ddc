"""What is made again after a change is what a new build would make: each kind of change."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from shared import FRONT, Loaded, Repository, copy_repository, rewrite

from rescat.base.files import digest, files_below

pytestmark = pytest.mark.book

NOTEBOOK = (
    FRONT
    + """
# %% [markdown]
# # {title}
#{head}
# A quartile, {{cite}}`laird1982`, and [](../two.md).

# %% tags=["parameters"]
data_dir = "data"
marker = "IL6"

# %%
import rescat

{code}
"""
)
FIRST = """\
import matplotlib.pyplot as plt
from IPython.display import display

fig, ax = plt.subplots()
ax.plot([1, 2])
plt.close(fig)
display(fig, metadata={"image/png": {"alt": "A line that rises"}})
print(len(rescat.load_patients(data_dir)), "patients")"""
SECOND = 'rescat.load_biomarkers(data_dir).groupby("marker")["value"].mean()'
MARKER = 'print(rescat.one_marker(rescat.load_biomarkers(data_dir), marker)["value"].sum())'
TOC = """\
format: jb-book
root: index
parts:
  - caption: Part
    chapters:
      - file: two
      - glob: chapters/*
      - glob: markers/*
      - file: glossary
      - file: bibliography
"""
BIOMARKERS = "data/synthetic/biomarkers.csv"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Iterator[Loaded]:
    """A small book with a bit of everything, built; the tests change it one after the other."""
    book = Loaded(copy_repository(tmp_path_factory.mktemp("again")).root)
    root = book.root
    book.clear("glossary.md", "bibliography.md")
    shutil.rmtree(root / "book" / "quiz")
    (root / "book" / "index.md").write_text("# A small book\n\nSee [](two.md).\n")
    (root / "book" / "two.md").write_text("# Page two\n\nA median and an {term}`association`.\n")
    glossary = root / "book" / "glossary.md"
    text = re.sub(r"\[([^\]]*)\]\([\w/.-]+\)", r"\1 a page", glossary.read_text(encoding="utf-8"))
    glossary.write_text(text, encoding="utf-8")  # of pages that this book does not have
    (root / "_toc.yml").write_text(TOC)
    for name, title, code in (
        ("01_first", "First", FIRST),
        ("02_second", "Second", SECOND),
        ("marker", "A marker", MARKER),
    ):
        head = "" if name == "marker" else "\n# {{ answer }}\n#\n# {{ aims }}\n#"
        text = NOTEBOOK.format(title=title, code=code, head=head)
        (root / "notebooks" / f"{name}.py").write_text(text)
    with book:
        keep_markers(book, "IL6", "NFL", "CRP")
        book.build()
        yield book


def keep_markers(book: Repository, *markers: str) -> None:
    table = pd.read_csv(book.root / BIOMARKERS, dtype=str, keep_default_na=False)
    table[table["marker"].isin(markers)].to_csv(book.root / BIOMARKERS, index=False)
    book.run("rescat.book.build", "checksums")


def pages_of(folder: Path) -> dict[str, str | None]:
    return {path.relative_to(folder).as_posix(): digest(path) for path in files_below(folder)}


def differing(one: dict, other: dict) -> set[str]:
    return {name for name in one | other if one.get(name) != other.get(name)}


def again(book: Repository, *, execute: bool = False) -> tuple[str, set[str]]:
    """Build what has changed, then all anew; return what was said, and the pages that differ now.

    Anew is by one process where the first build has two. The notebooks are executed anew only if
    the change may reach what they show.
    """
    before = pages_of(book.html)
    done = book.run("doit", "book", "jobs=2")
    assert done.returncode == 0, done.stdout
    warm = pages_of(book.html)
    if execute:
        shutil.rmtree(book.root / "build")
        cold = book.run("doit", "book", "jobs=1")
        assert cold.returncode == 0, cold.stdout
    else:
        shutil.rmtree(book.root / "build" / "public" / "sphinx")
        for step in (["pages", "--jobs", "1"], ["html"]):
            cold = book.run("rescat.book.build", *step)
            assert cold.returncode == 0, cold.stdout
    assert differing(warm, pages_of(book.html)) == set()
    return done.stdout, {name for name in differing(before, warm) if name.endswith(".html")}


def executed(said: str) -> set[str]:
    lines = [line for line in said.splitlines() if ": done in" in line]
    return {line.partition(":")[0] for line in lines if line.startswith(("notebooks/", "markers/"))}


def every_page(book: Repository) -> set[str]:
    return {
        name for name in pages_of(book.html) if name.endswith(".html") and "_static" not in name
    }


def test_a_sentence(book):
    rewrite(book.root / "book" / "two.md", "A median", "A new sentence. A median")
    said, changed = again(book)
    assert executed(said) == set()
    assert changed == {"two.html"}


def test_pages_made_again_without_a_change_are_whole(book):
    made = book.root / "build" / "public" / "sphinx" / "html"
    before = pages_of(made)
    done = book.run("rescat.book.build", "pages")
    assert done.returncode == 0, done.stdout
    assert differing(before, pages_of(made)) == set()


def test_a_title_reaches_every_page(book):
    rewrite(book.root / "book" / "two.md", "# Page two", "# Another title")
    _, changed = again(book)
    assert changed == every_page(book)
    assert "Another title" in (book.html / "index.html").read_text(encoding="utf-8")


def test_a_chapter(book):
    rewrite(book.root / "notebooks" / "01_first.py", "# A quartile", "# New. A quartile")
    said, changed = again(book)
    assert executed(said) == {"notebooks/01_first"}
    assert changed == {"chapters/01_first.html"}


def test_a_chapter_gets_another_title(book):
    rewrite(book.root / "notebooks" / "02_second.py", "# # Second", "# # Chapter two")
    said, changed = again(book)
    assert executed(said) == {"notebooks/02_second"}
    # The page itself, and those before and after it; the contents have a shorter name.
    assert changed == {
        f"{name}.html" for name in ("chapters/01_first", "chapters/02_second", "markers/CRP")
    }


def test_a_figure(book):
    images = book.html / "_images"
    before = set(images.iterdir())
    rewrite(book.root / "notebooks" / "01_first.py", "ax.plot([1, 2])", "ax.plot([2, 1])")
    _, changed = again(book)
    assert changed == {"chapters/01_first.html"}
    after = set(images.iterdir())
    assert after != before
    assert len(after) == len(before), "the old figure is gone"


def test_one_marker(book):
    """Its page, and the chapter that lists the markers; the other marker's page is left."""
    table = pd.read_csv(book.root / BIOMARKERS, dtype=str, keep_default_na=False)
    row = table.index[table["marker"].eq("NFL") & table["below_lod"].eq("n")][0]
    table.loc[row, "value"] = str(float(table.loc[row, "value"]) + 1)
    table.to_csv(book.root / BIOMARKERS, index=False)
    book.run("rescat.book.build", "checksums")
    said, changed = again(book, execute=True)
    assert executed(said) == {"markers/NFL", "notebooks/02_second"}
    assert changed == {"markers/NFL.html", "chapters/02_second.html"}


def test_a_marker_is_gone(book):
    keep_markers(book, "IL6", "NFL")
    said, changed = again(book, execute=True)
    assert "notebooks/02_second" in executed(said)
    assert "markers/NFL" not in executed(said)
    assert "markers/CRP.html" in changed
    assert not list(book.html.rglob("*CRP*"))


def test_a_new_term_of_the_glossary(book):
    glossary = book.root / "book" / "glossary.md"
    rewrite(glossary, "```{glossary}\n", "```{glossary}\nsentence\n  A row of words.\n\n")
    _, changed = again(book)
    assert {"two.html", "glossary.html"} <= changed
    text = (book.html / "two.html").read_text(encoding="utf-8")
    assert 'href="glossary.html#term-sentence"' in text


def test_a_definition(book):
    """The pages that explain the term show it, and no other page changes."""
    rewrite(book.root / "book" / "glossary.md", "A difference that goes together", "One that goes")
    _, changed = again(book)
    assert changed == {"two.html", "glossary.html"}
    text = (book.html / "two.html").read_text(encoding="utf-8")
    assert '<p id="definition-term-association">One that goes with treatment' in text


def test_who_made_it(book):
    rewrite(book.root / "CITATION.cff", "The authors of the RESCAT companion", "Somebody else")
    _, changed = again(book)
    assert changed == every_page(book)


def test_a_reference(book):
    rewrite(book.root / "book" / "references.bib", "{Random-effects models", "{Random models")
    _, changed = again(book)
    assert "bibliography.html" in changed


def test_the_contents(book):
    rewrite(book.root / "_toc.yml", "caption: Part", "caption: Other part")
    _, changed = again(book)
    assert changed == every_page(book)


def test_the_order_of_pages(book):
    rewrite(book.root / "_toc.yml", "      - file: two\n", "")
    rewrite(
        book.root / "_toc.yml",
        "      - file: glossary\n",
        "      - file: glossary\n      - file: two\n",
    )
    _, changed = again(book)
    assert changed == every_page(book)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("_config.yml", "Search this book", "Search here"),
        ("book/_static/rescat.css", "\n", "\n/* new */\n"),
    ],
)
def test_settings_and_style(book, name, old, new):
    rewrite(book.root / name, old, new)
    _, changed = again(book)
    assert changed == every_page(book)


def test_a_fact(book):
    rewrite(book.root / "book" / "two.md", "A median", "{{ n_patients }} patients. A median")
    _, changed = again(book)
    assert changed == {"two.html"}
    assert "17\xa0patients. A median" in (book.html / "two.html").read_text(encoding="utf-8")


def test_the_words_of_the_story(book):
    rewrite(book.root / "book" / "two.md", "A median", "{{ trial_in_brief }}\n\nA median")
    book.build()
    rewrite(book.root / "book" / "story.toml", "who needed oxygen", "who needed some oxygen")
    _, changed = again(book, execute=True)
    assert changed == {"two.html"}
    assert "who needed some oxygen" in (book.html / "two.html").read_text(encoding="utf-8")


def test_a_parameter_that_a_page_lists(book):
    rewrite(book.root / "book" / "two.md", "A median", "{{ notebook_parameters }}\n\nA median")
    book.build()
    rewrite(book.root / "notebooks" / "02_second.py", 'marker = "IL6"', 'marker = "NFL"')
    _, changed = again(book, execute=True)
    assert "two.html" in changed
    assert "NFL" in (book.html / "two.html").read_text(encoding="utf-8")


def test_an_address_that_a_page_shows(book, monkeypatch):
    rewrite(book.root / "book" / "two.md", "A median", "{{ how_to_correct }}\n\nA median")
    book.build()
    monkeypatch.setenv("BOOK_CONTACT", "reader@example.org")
    _, changed = again(book, execute=True)
    assert "two.html" in changed
    assert "Write to" in (book.html / "two.html").read_text(encoding="utf-8")


def test_the_address_of_the_pages(book, monkeypatch):
    monkeypatch.setenv("BOOK_PUBLIC_URL", "https://example.org/book")
    _, changed = again(book, execute=True)  # a step by itself has the environment of the beginning
    assert changed == every_page(book)
    text = (book.html / "two.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/book/two.html" />' in text
    assert '<meta property="og:url" content="https://example.org/book/two.html">' in text


def test_a_new_page_and_a_page_that_is_gone(book):
    (book.root / "book" / "three.md").write_text("# Page three\n\nNew.\n")
    rewrite(
        book.root / "_toc.yml", "      - file: two\n", "      - file: two\n      - file: three\n"
    )
    _, changed = again(book)
    assert changed == every_page(book)
    (book.root / "book" / "three.md").unlink()
    rewrite(book.root / "_toc.yml", "      - file: three\n", "")
    _, changed = again(book)
    assert changed == every_page(book) | {"three.html"}
    assert not list(book.html.rglob("three*"))


def test_a_patient(book):
    """The pages of the patients: that of the patient, and those that show the same figure."""
    toc = book.root / "_toc.yml"
    rewrite(toc, "      - glob: markers/*\n", "      - glob: markers/*\n      - glob: patients/*\n")
    _, changed = again(book)
    assert {f"patients/{name}.html" for name in ("index", *range(1, 18))} <= changed
    table = book.root / "data" / "published" / "patients.csv"
    rewrite(table, "\n9,mCTRL,B,admission,,59,Hispanic", "\n9,mCTRL,B,admission,,58,Hispanic")
    book.run("rescat.book.build", "checksums")
    _, changed = again(book, execute=True)
    assert {name for name in changed if name.startswith("patients/")} == {
        "patients/9.html",
        "patients/index.html",
    }
    assert "58\N{NO-BREAK SPACE}years" in (book.html / "patients/9.html").read_text("utf-8")


def test_a_warning_comes_again_from_warm(book):
    """A page that links to what another page lost is looked at again, though it is as it was."""
    before = digest(book.html)
    rewrite(book.root / "book" / "index.md", "See [](two.md)", "See {ref}`here` and [](two.md)")
    rewrite(book.root / "book" / "two.md", "# Another title", "(here)=\n# Another title")
    again(book)
    rewrite(book.root / "book" / "two.md", "(here)=\n", "")
    before = digest(book.html)
    assert "undefined label: 'here'" in book.fail()
    assert "undefined label: 'here'" in book.fail(), "it is not forgotten"
    assert digest(book.html) == before
    rewrite(book.root / "book" / "index.md", "{ref}`here` and ", "")
    again(book)


def test_the_extension(book):
    """The last test: the code of the process that has loaded the book is another one then."""
    rewrite(book.root / "rescat" / "book" / "sphinx_ext.py", '"licence"}', '"licence", "two"}')
    said, changed = again(book.afresh())
    assert executed(said) == {
        "notebooks/01_first",
        "notebooks/02_second",
        "markers/IL6",
        "markers/NFL",
    }
    assert changed == {"two.html"}, "no terms are linked there now"
