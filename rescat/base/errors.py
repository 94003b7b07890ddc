"""The errors that this package raises on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DataError", "Fault", "ModelError", "OriginError"]

_SHOWN = 10  # faults listed in one message


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file, and what would be right.

    Attributes
    ----------
    path : Path
    found, expected : str
    row : int, optional
        Counted as a spreadsheet does: the header is row 1.
    column : str, optional
        With a row it names one cell, and ``found`` is what the cell holds.
    quoted : bool
        Whether ``found`` is the content of the cell, and not words about it.
    """

    path: Path
    found: str
    expected: str
    row: int | None = None
    column: str | None = None
    quoted: bool = True

    @property
    def in_cell(self) -> bool:
        """Whether the fault lies in one cell."""
        return self.row is not None and self.column is not None

    @property
    def headline(self) -> str:
        """The place and what was found there."""
        place = str(self.path)
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        if not self.in_cell:
            return f"{place}: {self.found}"
        found = repr(self.found or "an empty cell") if self.quoted else self.found
        return f"{place}: found {found}, expected {self.expected}"


class DataError(ValueError):
    """A table that cannot be used, with the place and the remedy in the message.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault that was found; the message lists the first ten. Empty for an error that is
        about a relation between tables.
    """

    def __init__(self, message: str, faults: Sequence[Fault] = ()):
        super().__init__(message)
        self.faults = tuple(faults)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "DataError":
        """The error that says these faults."""
        shown = faults[:_SHOWN]
        lines = []
        for fault, after in zip(shown, [*shown[1:], None], strict=True):
            lines.append(fault.headline)
            same = after is not None and after.expected == fault.expected
            if not fault.in_cell and not same:
                lines.append(f"  expected: {fault.expected}")
        if len(faults) > _SHOWN:
            lines.append(f"and {len(faults) - _SHOWN} more")
        if any(fault.row is not None for fault in faults):
            lines.append("(row 1 is the header)")
        return cls("\n".join(lines), faults)


class ModelError(ValueError):
    """Data that a model cannot be fitted to, with the reason and the remedy in the message."""


class OriginError(ValueError):
    """A frame that does not say where its data come from."""
