"""Every piece of HTML that a page shows."""

from .marker import (
    choices,
    index_table,
    levels_elsewhere,
    page_name,
    printed_beside,
    supplement_matching,
    supplement_slopes,
    tests_table,
    values_in_words,
    what_it_is,
    what_the_paper_says,
)

__all__ = [
    "choices",
    "index_table",
    "levels_elsewhere",
    "page_name",
    "printed_beside",
    "supplement_matching",
    "supplement_slopes",
    "tests_table",
    "values_in_words",
    "what_it_is",
    "what_the_paper_says",
]
