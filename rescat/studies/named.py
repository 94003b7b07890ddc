"""The studies that the command line knows."""

from collections.abc import Callable

from .grid import Study
from .operating import operating

__all__ = ["STUDIES"]

# Each takes quick (a hundredth of the trials).
STUDIES: dict[str, Callable[..., Study]] = {"operating": operating}
