"""The pages of functions, as they are handed to Sphinx."""

import rescat
from rescat.book.api import api_pages


def test_no_page_tells_where_the_book_was_built():
    pages = api_pages()
    assert "rescat.DATA" in pages["data"]
    assert not [room for room, page in pages.items() if str(rescat.DATA.parent) in page]
