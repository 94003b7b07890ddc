"""Counts and lists as a sentence has them."""

from rescat.base import words


def test_counts_in_words():
    assert [words.in_words(n) for n in (0, 12, 13)] == ["no", "twelve", "13"]
