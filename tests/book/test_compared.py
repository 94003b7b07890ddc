"""Two builds of the book are compared, number by number."""

import json
import shutil

import nbformat
import numpy as np
import pytest

from rescat.base.errors import BuildError
from rescat.book import build, compared

PRINTED = "x {}\n"


def make_book(folder, printed="1.5", glued="3", fact="0.25", source="show()", chapter="01_cohort"):
    """What a build made on its way: one chapter with one cell, and the computed texts."""
    outputs = [
        nbformat.v4.new_output("stream", text=PRINTED.format(printed)),
        nbformat.v4.new_output(
            "display_data",
            {"application/papermill.record/text/plain": glued},
            metadata={"scrapbook": {"name": "n"}},
        ),
    ]
    cell = nbformat.v4.new_code_cell(source, outputs=outputs)
    path = folder / "src" / "chapters" / f"{chapter}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    kept = {"facts": {"share": ["str", fact], "figure": ["Html", f"<svg>{folder}</svg>"]}}
    (folder / "computed.json").write_text(json.dumps(kept), encoding="utf-8")
    return folder


@pytest.fixture
def book(tmp_path):
    return make_book(tmp_path / "book")


def test_the_same_book_is_the_same(book, tmp_path):
    other = make_book(tmp_path / "other", printed="1.500001", fact="0.2500001")
    found = compared.between(book, other)
    assert set(found["chapter"]) == {"01_cohort", "pages"}
    assert len(found) == 4  # printed, glued, and two texts
    assert 0 < found["difference"].max() < compared.TOLERANCE
    assert compared.check_same(found) is None


@pytest.mark.parametrize(
    ("changed", "where", "difference"),
    [
        ({"printed": "1.6"}, "01_cohort, table cell 0, printed: found 'x 1.6", 1 / 16),
        ({"printed": "nan"}, "01_cohort, table cell 0, printed: found 'x nan", np.inf),
        ({"glued": "4"}, "01_cohort, text n: found '4', expected '3'", 1 / 4),
        ({"fact": "0.26"}, r"pages, text facts share: found .*0\.26", 1 / 26),
    ],
)
def test_a_number_that_differs_is_named_with_its_place(book, tmp_path, changed, where, difference):
    found = compared.between(book, make_book(tmp_path / "other", **changed))
    assert found["difference"].max() == pytest.approx(difference)
    with pytest.raises(BuildError, match=where):
        compared.check_same(found)


def test_many_differences_are_counted_and_the_first_listed(book):
    one = compared.between(book, book).assign(there="4", difference=np.inf)
    many = one.loc[one.index.repeat(6)]
    with pytest.raises(BuildError, match="24 of 24 texts") as caught:
        compared.check_same(many)
    assert str(caught.value).count("expected") == 20
    assert str(caught.value).endswith("and 4 more")


def test_what_cannot_be_compared_is_refused(book, tmp_path):
    with pytest.raises(BuildError, match="found no book"):
        compared.between(book, tmp_path / "nothing")
    other = make_book(tmp_path / "other", source="print()")
    with pytest.raises(BuildError, match="other cells than those of"):
        compared.between(book, other)
    shutil.copy(
        book / "src" / "chapters" / "01_cohort.ipynb", book / "src" / "chapters" / "02_more.ipynb"
    )
    for pair in ((book, other), (other, book)):
        with pytest.raises(BuildError, match="other: there is no chapters/02_more"):
            compared.between(*pair)


def test_one_command_compares(book, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("rescat.book.edition.Profile.folder", book)
    monkeypatch.setattr("rescat.book.edition.Profile.prepare", lambda self: None)
    assert build.main(["compare", str(book)]) == 0
    assert "no number by more than 1e-05" in capsys.readouterr().out
    other = make_book(tmp_path / "other", glued="4")
    assert build.main(["compare", str(other)]) == 1
    assert "01_cohort, text n: found '3', expected '4'" in capsys.readouterr().err
    assert build.main(["compare"]) == 1
    assert "the folder build/public of one other build" in capsys.readouterr().err
