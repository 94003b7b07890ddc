"""The numbers that quizzes and the tests of the course name: computed, one file for each chapter.

A file has ``NUMBERS``: name to a function that computes the number. Files are found by their place.
"""

import sys
from collections.abc import Callable, Collection, Mapping
from functools import cache

import numpy as np

from ...base.door import all_modules

__all__ = ["computed", "known_numbers", "number", "remember"]

_REMEMBERED: dict[str, float | int | str] = {}


@cache
def known_numbers() -> dict[str, Callable[[], float | int | str]]:
    """Every number by its name: the function that computes it.

    Raises
    ------
    ValueError
        If two chapters have a number of one name.
    """
    known: dict[str, Callable[[], float | int | str]] = {}
    for module in all_modules(sys.modules[__name__]):
        own = module.NUMBERS
        if twice := known.keys() & own.keys():
            file = module.__name__.rpartition(".")[2]
            raise ValueError(
                f"course/numbers/{file}.py: found the name {min(twice)!r}, which another chapter "
                "has too, expected a name of its own"
            )
        known |= own
    return known


@cache
def number(name: str) -> float | int | str:
    """The number of that name, computed once, or not at all if it was remembered.

    Raises
    ------
    KeyError
        If there is none.
    """
    return _REMEMBERED[name] if name in _REMEMBERED else known_numbers()[name]()


def computed(names: Collection[str]) -> dict[str, float | int | str]:
    """Those of some names that are numbers, computed, as JSON has them."""
    found = {name: number(name) for name in names if name in known_numbers()}
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in found.items()
    }


def remember(values: Mapping[str, float | int | str]) -> None:
    """Take numbers that :func:`computed` gave, here or in another process, and not compute them."""
    _REMEMBERED.clear()
    _REMEMBERED.update(values)
    number.cache_clear()
