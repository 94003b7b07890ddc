"""Small numbers as words, for sentences."""

__all__ = ["in_words"]

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def in_words(n: int) -> str:
    """A count as a sentence has it: a word up to twelve, else its digits.

    Examples
    --------
    >>> in_words(8), in_words(17)
    ('eight', '17')
    """
    return _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"
