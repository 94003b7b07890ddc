"""The errors that this package raises on purpose, and its warnings.

All errors are a :class:`RescatError`, all warnings a :class:`RescatWarning`, so that a program can
catch or filter them without knowing which there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "BuildError",
    "ConvergenceWarning",
    "DataError",
    "Fault",
    "MissingExtraError",
    "ModelError",
    "OriginError",
    "RescatError",
    "RescatWarning",
    "SingularFitWarning",
]

_SHOWN = 10  # faults listed in one message


class RescatError(Exception):
    """The root of all errors that this package raises on purpose.

    Examples
    --------
    >>> import rescat
    >>> try:
    ...     rescat.load_patients("/nowhere")
    ... except rescat.RescatError as error:
    ...     print(type(error).__name__)
    DataError
    """


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


class DataError(RescatError, ValueError):
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


class ModelError(RescatError, ValueError):
    """Data that a model cannot be fitted to, with the reason and the remedy in the message."""


class OriginError(RescatError, ValueError):
    """A frame that does not say where its data come from."""


class BuildError(RescatError):
    """The book cannot be built, with the place and the remedy in the message."""


class MissingExtraError(RescatError, ImportError):
    """A feature needs packages that were left out when rescat was installed."""


class RescatWarning(UserWarning):
    """The root of all warnings of this package.

    Examples
    --------
    >>> import warnings, rescat
    >>> warnings.simplefilter("ignore", rescat.RescatWarning)  # none of them
    >>> warnings.simplefilter("error", rescat.ConvergenceWarning)  # this one stops the program
    >>> warnings.resetwarnings()
    """


class SingularFitWarning(RescatWarning):
    """A model was fitted, and a variance is estimated as zero or a correlation as 1 or -1."""


class ConvergenceWarning(RescatWarning):
    """No minimum of the criterion was found: the figures of this fit are not to be used."""
