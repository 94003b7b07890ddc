"""Printed numbers as intervals: what may stand behind a rounded or truncated figure."""

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["PrintedNumber", "could_print", "parse_printed"]


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
