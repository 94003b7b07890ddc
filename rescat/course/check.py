"""Check the answers to the exercises: say what is wrong, never what would be right.

The expected answers are computed, by the functions of :mod:`rescat.course.answers`. The worked
solutions in the notebooks are a second computation of the same figures; the build stops when the
two differ.
"""

import math
import numbers

import numpy as np
import pandas as pd
from IPython import get_ipython
from IPython.display import display

from ..base.door import all_modules
from ..base.inert import say, visible
from . import answers
from .registry import REGISTERED, Exercise

__all__ = ["EXERCISE_TYPE", "assess", "check", "exercises"]

# What a notebook's output has beside the sentence: which exercise, and right, wrong or blank.
EXERCISE_TYPE = "application/vnd.rescat.exercise+json"


def exercises() -> dict[str, Exercise]:
    """Every registered exercise by its name, in order.

    Returns
    -------
    dict of str to Exercise
        Chapter and number, such as ``01-2``, to the exercise.

    Examples
    --------
    >>> import rescat
    >>> rescat.exercises()["01-2"].parts
    ('the median PaO2/FiO2 of MSC minus that of mCTRL, in mmHg',)
    """
    # Each file registers its own; loaded only when an answer is checked.
    all_modules(answers)
    return dict(sorted(REGISTERED.items()))


def check(name: str, *answers) -> None:
    """Say whether the answers to an exercise are right, or what is wrong with them.

    A blank (``...``) is no mistake: a friendly line says what to do. In a notebook the sentence is
    an output of the cell, which also has the outcome as ``EXERCISE_TYPE``: a dict with
    ``exercise`` and ``outcome`` (``right``, ``wrong`` or ``blank``). Elsewhere it is printed.

    Parameters
    ----------
    name : str
        Chapter and number: ``01-2``.
    answers
        One for each part of the exercise.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> import rescat
    >>> rescat.check("01-2", ...)
    Exercise 01-2: still blank. Replace ... and run this cell again.
    >>> rescat.check("01-2", "forty")  # doctest: +ELLIPSIS
    Exercise 01-2: expected a number (the median ..., in mmHg), found text; Take the arms in ...
    """
    faults = assess(name, *answers)
    sentence = f"Exercise {name}: {'; '.join(faults) or 'right.'}"
    if get_ipython() is None:
        say(sentence)
        return
    outcome = "blank" if _blank(answers) else "wrong" if faults else "right"
    report = {"exercise": name, "outcome": outcome}
    display({EXERCISE_TYPE: report, "text/plain": visible(sentence)}, raw=True)


def _blank(answers: tuple) -> bool:
    return any(answer is ... for answer in answers)


def assess(name: str, *answers) -> list[str]:
    """As :func:`check`, but give the sentences and say nothing.

    Parameters
    ----------
    name : str
        Chapter and number: ``01-2``.
    *answers
        One for each part of the exercise: a number, a word or a list. A blank is ``...``.

    Returns
    -------
    list of str
        What is wrong, one sentence for each part that is, and where to look; empty if all is right.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> import rescat
    >>> for sentence in rescat.assess("01-2", "forty"):
    ...     print(sentence)
    expected a number (the median PaO2/FiO2 of MSC minus that of mCTRL, in mmHg), found text
    Take the arms in the order of the question.
    """
    known = exercises()
    if name not in known:
        raise ValueError(f"found no exercise {name!r}, expected one of {', '.join(known)}")
    task = known[name]
    if _blank(answers):
        return ["still blank. Replace ... and run this cell again."]
    if len(answers) != len(task.parts):
        wanted = " and ".join(task.parts)
        return [f"expected {len(task.parts)} answers ({wanted}), found {len(answers)}"]
    said = []
    for part, expected, given in zip(task.parts, task.expected(), answers, strict=True):
        wrong = _compare(expected, given, part, task.within)
        if wrong:
            said.append(wrong if len(task.parts) == 1 else f"{part}: {wrong}")
    return [*said, task.hint] if said and task.hint else said


def _compare(expected, given, part: str, within: float) -> str | None:
    """What is wrong with one answer, or None."""
    given = _unwrapped(given)
    if isinstance(expected, (set, frozenset)):
        return _compare_sets({_plain(e) for e in expected}, given)
    if isinstance(expected, str):
        return _compare_words(expected, given)
    return _compare_numbers(float(expected), given, part, within)


def _unwrapped(given):
    """A single value out of its array, column or table."""
    if isinstance(given, (pd.Series, pd.DataFrame, np.ndarray)) and given.size == 1:
        return given.to_numpy().ravel()[0] if hasattr(given, "to_numpy") else given.ravel()[0]
    return given


def _kind(given) -> str:
    """An answer's type in words."""
    if given is None:
        return "nothing (None)"
    if isinstance(given, (bool, np.bool_)):
        return "True or False"
    if isinstance(given, str):
        return "text"
    if isinstance(given, numbers.Number):
        return "a number"
    if isinstance(given, pd.DataFrame):
        return f"a table of {len(given)} rows"
    if isinstance(given, (list, tuple, set, frozenset, pd.Series, pd.Index, np.ndarray)):
        return f"a list of {len(given)} values"
    return f"an object of the type {type(given).__name__}"


def _compare_words(expected: str, given) -> str | None:
    if not isinstance(given, str):
        return f"expected a word in quotes, found {_kind(given)}"
    return None if given.strip().casefold() == expected.casefold() else "another one"


def _plain(value) -> str:
    """Patient 7 is the same patient as '7'."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _compare_sets(expected: set[str], given) -> str | None:
    if isinstance(given, (str, numbers.Number)):
        given = [given]
    if not isinstance(given, (list, tuple, set, frozenset, pd.Series, pd.Index, np.ndarray)):
        return f"expected a list in square brackets, found {_kind(given)}"
    found = {_plain(value) for value in given}
    missing, extra = len(expected - found), len(found - expected)
    said = [f"{missing} missing"] if missing else []
    said += [f"{extra} that {'does' if extra == 1 else 'do'} not belong there"] if extra else []
    return " and ".join(said) or None


def _compare_numbers(expected: float, given, part: str, within: float) -> str | None:
    if isinstance(given, (bool, np.bool_)) or not isinstance(given, numbers.Real):
        return f"expected a number ({part}), found {_kind(given)}"
    value = float(given)
    if math.isnan(value):
        return "found a missing value (nan): a value in the computation was not reported"
    near = max(within, 1e-9 * abs(expected))
    if abs(value - expected) <= near:
        return None
    if expected and abs(value + expected) <= near:
        return "the sign is the other way round"
    if expected and abs(value - 100 * expected) <= 100 * near:
        return "100 times too large: a share lies between 0 and 1"
    if expected and abs(value - expected / 100) <= near / 100:
        return "100 times too small: give it in per cent"
    if expected.is_integer() and not within and not value.is_integer():
        return f"expected a whole number ({part}), found decimals"
    close = "close, but " if abs(value - expected) <= 0.05 * abs(expected) else ""
    return f"{close}{'too high' if value > expected else 'too low'}"
