"""The sheets to print: one page each, in two languages, with the figures of the chapters."""

import re

import pytest
from PIL import Image
from pypdf import PdfReader
from shared import audited

import rescat
from rescat.book.imprint import PICTURE
from rescat.book.sheets import LANGUAGES, sheet_name, write_sheets
from rescat.pages.story import tell


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "sheets"
    write_sheets(folder)
    return folder


def words(text: str) -> str:
    """Text without its spaces, which a PDF does not keep; the letters that it joins are apart."""
    return "".join(text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_one_page_with_all_the_story(sheets, language):
    read = PdfReader(sheets / sheet_name(language))
    assert len(read.pages) == 1
    told, text = tell(language), words(read.pages[0].extract_text())
    for card in told.cards:
        assert words(card.title) in text
        assert words(card.words) in text
    for line in told.trial.values():
        assert words(line) in text
    figures = rescat.key_figures(audited()) | {"n_different": told.words["none"]}
    assert words(told.words["summary"].format_map(figures)) in text
    assert rescat.__version__ in text
    assert not re.search(r"[{}]", text)
    assert read.trailer["/Root"]["/Lang"] == language
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tags for screen readers
    assert read.metadata.title == told.words["title"]


def test_the_picture_of_a_link_has_the_size_that_previews_have(sheets):
    with Image.open(sheets / PICTURE) as picture:
        assert picture.size == (1200, 630)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 20
    assert {path.name for path in sheets.iterdir()} == {PICTURE, *map(sheet_name, LANGUAGES)}


def test_the_same_inputs_give_the_same_bytes(sheets, tmp_path):
    write_sheets(tmp_path / "sheets")
    for path in sheets.iterdir():
        assert (tmp_path / "sheets" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_address_of_the_book_is_on_the_sheet_if_there_is_one(sheets, tmp_path, monkeypatch):
    address = "https://example.org/book/"
    assert address not in PdfReader(sheets / sheet_name("en")).pages[0].extract_text()
    monkeypatch.setenv("BOOK_PUBLIC_URL", address)
    write_sheets(tmp_path / "sheets")
    assert address in PdfReader(tmp_path / "sheets" / sheet_name("it")).pages[0].extract_text()
