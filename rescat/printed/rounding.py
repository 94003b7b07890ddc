"""Printed numbers as intervals: what may stand behind a rounded or truncated figure."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = [
    "PrintedNumber",
    "could_print",
    "parse_printed",
    "possible_counts",
    "possible_sums",
    "sums_and_squares",
]


@dataclass(frozen=True)
class PrintedNumber:
    """A number as it is printed.

    Attributes
    ----------
    text : str
        As printed.
    value : float
    unit : float
        One unit of the last printed digit: 0.1 for "58.3".
    """

    text: str
    value: float
    unit: float

    @classmethod
    def parse(cls, text: str) -> "PrintedNumber":
        """Read a number with its decimals: "58.3", "-0.007", "1.22e10".

        Raises
        ------
        ValueError
            If the text is not a number.
        """
        try:
            number = Decimal(text.strip())
        except ArithmeticError:
            raise ValueError(
                f"found {text!r}, expected a number as printed, such as 58.3"
            ) from None
        unit = Decimal(1).scaleb(number.as_tuple().exponent)
        return cls(text.strip(), float(number), float(unit))

    def interval(self, rule: str = "rounded") -> tuple[float, float]:
        """The exact values that print like this.

        Parameters
        ----------
        rule : {"rounded", "truncated", "either", "exact"}
            How the author may have shortened the number; "truncated" cuts digits off towards zero.

        Returns
        -------
        low, high : float
            Both ends count as possible (round half up or down is not known).
        """
        half = self.unit / 2
        toward = (self.value, self.value + self.unit)
        if self.value < 0:
            toward = (self.value - self.unit, self.value)
        return {
            "exact": (self.value, self.value),
            "rounded": (self.value - half, self.value + half),
            "truncated": toward,
            "either": (min(self.value - half, toward[0]), max(self.value + half, toward[1])),
        }[rule]


def parse_printed(text: str) -> list[PrintedNumber]:
    """The numbers of a ledger cell, which stand apart by semicolons."""
    return [PrintedNumber.parse(part) for part in re.split(r"\s*;\s*", text.strip())]


def could_print(printed: PrintedNumber, low: float, high: float, rule: str = "rounded") -> bool:
    """Whether some value from low to high would be printed like this.

    A small tolerance (1e-9 of the last printed digit) absorbs binary arithmetic.
    """
    start, end = printed.interval(rule)
    slack = 1e-9 * printed.unit
    return low <= end + slack and high >= start - slack


def possible_sums(mean: PrintedNumber, n: int, rule: str = "rounded") -> list[int]:
    """Sums of n whole numbers that have a mean which prints like this.

    The GRIM test (Brown and Heathers 2017, Soc Psychol Personal Sci 8:363): none means that no n
    whole numbers have it.

    Parameters
    ----------
    mean : PrintedNumber
    n : int
        How many numbers there are.
    rule : str
        As for :meth:`PrintedNumber.interval`.
    """
    low, high = (n * end for end in mean.interval(rule))
    candidates = range(math.floor(low) - 1, math.ceil(high) + 2)
    return [total for total in candidates if could_print(mean, total / n, total / n, rule)]


def possible_counts(percentage: PrintedNumber, n: int, rule: str = "rounded") -> list[int]:
    """How many of n patients a printed percentage can stand for."""
    shares = ((count, 100 * count / n) for count in range(n + 1))
    return [count for count, share in shares if could_print(percentage, share, share, rule)]


def sums_and_squares(mean: PrintedNumber, sd: PrintedNumber, n: int) -> list[tuple[int, int]]:
    """Sums and sums of squares of n whole numbers with this mean and standard deviation.

    GRIMMER (Anaya 2016, PeerJ Preprints 4:e2400v1) with the tests that are certain: the sum of
    squares is whole, and it is odd exactly when the sum is. An empty list means that no n whole
    numbers have both; one that is not empty does not show that some have.

    Parameters
    ----------
    mean, sd : PrintedNumber
        As printed, rounded; the standard deviation with n - 1.
    n : int
        How many numbers there are, at least 2.
    """
    low, high = (max(end, 0.0) ** 2 * (n - 1) for end in sd.interval())
    found = []
    for total in possible_sums(mean, n):
        centre = total * total / n
        for squares in range(math.floor(low + centre) - 1, math.ceil(high + centre) + 2):
            spread = math.sqrt(max(squares - centre, 0.0) / (n - 1))
            if squares >= centre - 1e-9 and (squares - total) % 2 == 0:
                found += [(total, squares)] if could_print(sd, spread, spread) else []
    return found
