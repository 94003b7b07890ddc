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

    Examples
    --------
    >>> import rescat
    >>> rescat.PrintedNumber.parse('58.30')
    PrintedNumber(text='58.30', value=58.3, unit=0.01)
    """

    text: str
    value: float
    unit: float

    @classmethod
    def parse(cls, text: str) -> "PrintedNumber":
        """Read a number with its decimals: "58.3", "-0.007", "1.22e10".

        Parameters
        ----------
        text : str

        Returns
        -------
        PrintedNumber

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
        """The exact values that are printed like this.

        Parameters
        ----------
        rule : {"rounded", "truncated", "either", "exact"}
            How the author may have shortened the number; "truncated" cuts digits off towards zero.

        Returns
        -------
        low, high : float
            Both ends count as possible (round half up or down is not known).

        Raises
        ------
        KeyError
            If the rule is not one of those.

        Examples
        --------
        >>> import rescat
        >>> low, high = rescat.PrintedNumber.parse('58.3').interval()
        >>> print(f'{low:.2f} to {high:.2f}')
        58.25 to 58.35
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
    """The numbers of a ledger cell, which stand apart by semicolons.

    Parameters
    ----------
    text : str
        Such as "58; 52.5; 65.5".

    Returns
    -------
    list of PrintedNumber

    Raises
    ------
    ValueError
        If a part is not a number.

    Examples
    --------
    >>> import rescat
    >>> [number.unit for number in rescat.parse_printed('58; 52.5')]
    [1.0, 0.1]
    """
    return [PrintedNumber.parse(part) for part in re.split(r"\s*;\s*", text.strip())]


def could_print(printed: PrintedNumber, low: float, high: float, rule: str = "rounded") -> bool:
    """Whether some value from low to high would be printed like this.

    A small tolerance (1e-9 of the last printed digit) absorbs binary arithmetic.

    Parameters
    ----------
    printed : PrintedNumber
    low, high : float
        In the unit of the printed number.
    rule : str
        As for :meth:`PrintedNumber.interval`.

    Returns
    -------
    bool

    Examples
    --------
    >>> import rescat
    >>> printed = rescat.PrintedNumber.parse('0.3')
    >>> rescat.could_print(printed, 1 / 3, 1 / 3), rescat.could_print(printed, 0.36, 0.4)
    (True, False)
    """
    start, end = printed.interval(rule)
    slack = 1e-9 * printed.unit
    return low <= end + slack and high >= start - slack


def possible_sums(mean: PrintedNumber, n: int, rule: str = "rounded") -> list[int]:
    """Sums of n whole numbers that have a mean that rounds to this.

    The GRIM test (Brown and Heathers 2017, Soc Psychol Personal Sci 8:363): none means that no n
    whole numbers have it.

    Parameters
    ----------
    mean : PrintedNumber
    n : int
        How many numbers there are.
    rule : str
        As for :meth:`PrintedNumber.interval`.

    Returns
    -------
    list of int
        In ascending order; empty if there is none.

    Examples
    --------
    >>> import rescat
    >>> mean = rescat.PrintedNumber.parse('3.47')
    >>> rescat.possible_sums(mean, 15), rescat.possible_sums(mean, 17)
    ([52], [59])
    >>> rescat.possible_sums(mean, 20)
    []
    """
    low, high = (n * end for end in mean.interval(rule))
    candidates = range(math.floor(low) - 1, math.ceil(high) + 2)
    return [total for total in candidates if could_print(mean, total / n, total / n, rule)]


def possible_counts(percentage: PrintedNumber, n: int, rule: str = "rounded") -> list[int]:
    """How many of n patients a printed percentage can stand for.

    Parameters
    ----------
    percentage : PrintedNumber
        In per cent.
    n : int
        Patients, at least 1.
    rule : str
        As for :meth:`PrintedNumber.interval`.

    Returns
    -------
    list of int
        In ascending order; empty if there is none.

    Examples
    --------
    >>> import rescat
    >>> rescat.possible_counts(rescat.PrintedNumber.parse('29'), 17)
    [5]
    """
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

    Returns
    -------
    list of (int, int)
        Each sum with a sum of squares.

    Examples
    --------
    >>> import rescat
    >>> mean, sd = rescat.parse_printed('3.5; 1.29')
    >>> rescat.sums_and_squares(mean, sd, 4)
    [(14, 54)]
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
