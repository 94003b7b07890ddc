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

    Examples
    --------
    >>> import rescat
    >>> task = rescat.exercises()["01-2"]
    >>> task.name, task.parts
    ('01-2', ('the median PaO2/FiO2 of MSC minus that of mCTRL, in mmHg',))
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
    name : str
        Chapter and number: ``01-2``.
    *parts : str
        What each answer is, with its unit.
    within : float
        How far a number may be from the expected one, in its unit.
    hint : str
        Where to look; said after an answer that is wrong.

    Returns
    -------
    callable
        The decorator. The function gets no argument, and returns the expected answer, or a tuple
        with one for each part. It runs when an answer is checked, once.

    Raises
    ------
    ValueError
        By the decorator: if an exercise of that name is registered already.

    Examples
    --------
    >>> import rescat
    >>> from rescat.course.registry import REGISTERED
    >>> @rescat.exercise("99-1", "the patients of Table 1")
    ... def patients_of_table_1():
    ...     return len(rescat.load_patients())
    >>> rescat.assess("99-1", 17), rescat.assess("99-1", 16)
    ([], ['too low'])

    It is only an example, so it is taken away again:

    >>> del REGISTERED["99-1"]
    """

    def register(compute: Callable[[], object]) -> Callable[[], object]:
        if name in REGISTERED:
            raise ValueError(f"exercise {name} is registered twice")
        REGISTERED[name] = Exercise(name, parts, cache(compute), within, hint)
        return compute

    return register
