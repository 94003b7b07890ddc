"""The numbers that quizzes and the tests of the course name: computed, one file for each chapter.

A file has ``NUMBERS``: name to a function that computes the number. Files are found by their place.
"""

import sys
from collections.abc import Callable
from functools import cache

from ...base.door import all_modules

__all__ = ["known_numbers", "number"]


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
    """The number of that name, computed once.

    Raises
    ------
    KeyError
        If there is none.
    """
    return known_numbers()[name]()
