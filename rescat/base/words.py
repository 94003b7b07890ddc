"""Small numbers as words, for sentences."""

__all__ = ["in_words"]

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def in_words(n: int, noun: str = "") -> str:
    """A count as a sentence has it: a word up to twelve, else digits; with a noun, its plural.

    Examples
    --------
    >>> in_words(8, "test"), in_words(1, "test"), in_words(17)
    ('eight tests', 'one test', '17')
    """
    count = _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"
    return f"{count} {noun}{'s' if n != 1 else ''}" if noun else count
