"""The pages of the patients, as they are handed to Sphinx."""

import pytest

from rescat.book.edition import PUBLIC, Profile
from rescat.book.patients import patient_pages, write_patient_pages
from rescat.book.site import contents


@pytest.fixture(scope="module")
def pages():
    return patient_pages()


def test_every_patient_has_a_page_and_the_index(pages):
    numbers = [str(number) for number in range(1, 18)]
    assert list(pages) == [*numbers, "index"]
    for number in numbers:
        assert pages[number].startswith(f"# Patient {number}\n")
        assert f'href="{number}.html"' in pages["index"]
    assert pages["index"].startswith("# The 17 patients\n")


def test_a_page_is_one_heading_and_one_block_of_html(pages):
    """A blank line would end the block, and what follows would be Markdown."""
    for number in range(1, 18):
        assert pages[str(number)].strip("\n").count("\n\n") == 1


def test_the_folder_has_no_other_pages(tmp_path, pages):
    (tmp_path / "99.md").write_text("of another table")
    write_patient_pages(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(pages)


def test_patient_2_stands_before_patient_10(tmp_path, monkeypatch):
    monkeypatch.setattr("rescat.book.edition.BUILD", tmp_path)
    source = Profile(PUBLIC.name, PUBLIC.data_dir).source / "patients"
    source.mkdir(parents=True)
    for name in ("index", "10", "2", "1"):
        (source / f"{name}.md").write_text("# A page\n")
    listed = contents(PUBLIC).read_text(encoding="utf-8")
    places = [listed.index(f"patients/{name}\n") for name in ("index", "1", "2", "10")]
    assert places == sorted(places)
