"""The exercises that are known, each with the function that computes what is expected."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

__all__ = ["Exercise", "exercise"]

REGISTERED: dict[str, "Exercise"] = {}


@dataclass(frozen=True)
class Exercise:
    """What an exercise expects.

    Attributes
    ----------
    name : str
        Chapter and number: ``01-2``.
    parts : tuple of str
        What each answer is: ``the median age of the MSC patients, in years``.
    compute : callable
        Returns the expected answer, or a tuple with one for each part.
    within : float
        How far a number may be from it.
    hint : str
        Where to look; said after an answer that is wrong.
    """

    name: str
    parts: tuple[str, ...]
    compute: Callable[[], object]
    within: float = 0.0
    hint: str = ""

    def expected(self) -> tuple:
        """The expected answers, one for each part."""
        found = self.compute()
        return found if isinstance(found, tuple) else (found,)


def exercise(
    name: str,
    *parts: str,
    within: float = 0.0,
    hint: str = "",
) -> Callable:
    """Register a function as the one that computes the answers of an exercise.

    Parameters
    ----------
    name, parts, within, hint
        As in :class:`Exercise`.
    """

    def register(compute: Callable[[], object]) -> Callable[[], object]:
        if name in REGISTERED:
            raise ValueError(f"exercise {name} is registered twice")
        REGISTERED[name] = Exercise(name, parts, cache(compute), within, hint)
        return compute

    return register
