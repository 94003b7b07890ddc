"""Numbers and lists as a sentence has them."""

from collections.abc import Iterable, Sequence

import numpy as np

__all__ = ["in_words", "listed", "spread_in_words"]

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


def listed(words: Sequence[str]) -> str:
    """Words with commas and an and.

    Examples
    --------
    >>> listed(["age", "sex", "BMI"]), listed(["age"])
    ('age, sex and BMI', 'age')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def spread_in_words(values: Iterable[float], decimals: int = 3) -> str:
    """The median of some numbers, and in brackets the quantiles of 5 % and 95 %.

    The lowest and the highest would move apart with every number that is added.

    Parameters
    ----------
    values : iterable of float
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> spread_in_words(range(101), decimals=0)
    '50 (5 to 95)'
    """
    low, middle, high = np.quantile(np.asarray(list(values), float), [0.05, 0.5, 0.95])
    return f"{middle:.{decimals}f} ({low:.{decimals}f} to {high:.{decimals}f})"
