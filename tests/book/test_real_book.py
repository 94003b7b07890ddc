"""The real book and its real notebooks, where the small book of test_build.py will not do."""

import pytest
from conftest import copy_repository

from rescat import build
from rescat.build import digest

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("book")]


def test_book_says_where_it_is(built_book):
    assert (built_book / "index.html").is_file()
    for name in build.chapters():
        assert (built_book / "chapters" / f"{name}.html").is_file()


def test_papermill_by_hand_leaves_the_notebooks_alone(tmp_path):
    repository = copy_repository(tmp_path)
    before = digest(tmp_path / "notebooks")
    name, out = build.chapters()[0], str(tmp_path / "out.ipynb")
    done = repository.run("papermill", f"notebooks/{name}.ipynb", out, "-p", "data_dir", "data")
    assert done.returncode == 0, done.stdout
    assert digest(tmp_path / "notebooks") == before


@pytest.mark.tier2
def test_two_cold_builds_are_the_same(built_book, tmp_path):
    again = copy_repository(tmp_path)
    again.build()
    differing = [
        path.relative_to(built_book).as_posix()
        for path in built_book.rglob("*")
        if path.is_file() and digest(path) != digest(again.html / path.relative_to(built_book))
    ]
    assert not differing
    assert digest(again.html) == digest(built_book)
