"""What is at the door teaches: every function says what it takes, what it gives, and an example."""

import inspect
import re
from collections.abc import Callable

import pytest

import rescat

FUNCTIONS = {
    name: found for name in rescat.__all__ if inspect.isfunction(found := getattr(rescat, name))
}
# Functions that do not have all sections yet. Only to be shortened.
PENDING = {
    # Only the build calls these: they audit every claim or read every notebook, for seconds.
    "audit_facts",
    "book_facts",
}


def has_section(text: str, section: str) -> bool:
    return re.search(rf"^{section}\n-{{{len(section)}}}$", text, re.MULTILINE) is not None


def lacking(function: Callable) -> list[str]:
    """The sections that a function should have and has not."""
    text = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    wanted = ["Parameters"] if signature.parameters else []
    if signature.return_annotation not in (None, "None"):
        wanted.append("Yields" if inspect.isgeneratorfunction(function) else "Returns")
    found = [section for section in wanted if not has_section(text, section)]
    _, _, example = text.partition("Examples\n--------\n")
    return found if ">>> " in example else [*found, "Examples"]


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - PENDING))
def test_a_function_at_the_door_teaches(name):
    found = lacking(FUNCTIONS[name])
    assert not found, f"the docstring of rescat.{name} has no section {', '.join(found)}"


@pytest.mark.parametrize("name", sorted(PENDING))
def test_what_is_pending_is_not_done(name):
    assert name in FUNCTIONS, f"{name} is no function of rescat: take it out of PENDING"
    assert lacking(FUNCTIONS[name]), f"rescat.{name} has all sections: take it out of PENDING"


def one_sentence(number: int) -> int:
    """Say nothing else."""
    return number


def nothing_to_give(number: int) -> None:
    """Take a number.

    Parameters
    ----------
    number : int

    Examples
    --------
    >>> nothing_to_give(1)
    """


def an_example_without_code() -> int:
    """Give a number.

    Returns
    -------
    int

    Examples
    --------
    None yet.
    """
    return 1


@pytest.mark.parametrize(
    ("function", "sections"),
    [
        (one_sentence, ["Parameters", "Returns", "Examples"]),
        (nothing_to_give, []),
        (an_example_without_code, ["Examples"]),
    ],
)
def test_a_section_that_is_not_there_is_seen(function, sections):
    assert lacking(function) == sections
