"""The column ``arguments`` of ``claims.csv``: what a row of the ledger hands to its check."""

import inspect
import shlex
from collections.abc import Callable

from ..base.errors import DataError
from .verdicts import Finding, file_of


def arguments_of(text: str, check: Callable[..., Finding], claim_id: str) -> dict[str, str]:
    """Read the arguments of one row, and hold them to those that its check takes.

    Parameters
    ----------
    text : str
        ``key=value`` pairs, apart by spaces. A value with spaces stands in quotation marks, single
        or double: ``words='cytokine storm' numbers=12``. A backslash is a character like others.
    check : callable
        Takes a claim, the tables, and these arguments.
    claim_id : str
        Of the row, for the message.

    Returns
    -------
    dict of str to str

    Raises
    ------
    DataError
        If the cell cannot be read, if the check does not take one of the arguments, or if it
        takes one that is not there.

    Examples
    --------
    >>> def in_titles(claim, tables, words, numbers=""): ...
    >>> arguments_of("words='cytokine storm|sepsis' numbers=3,4", in_titles, "REF-03")
    {'words': 'cytokine storm|sepsis', 'numbers': '3,4'}
    """
    taken = list(inspect.signature(check).parameters.values())[2:]
    names = [argument.name for argument in taken]
    needed = {argument.name for argument in taken if argument.default is argument.empty}

    def refusal(fault: str) -> DataError:
        known = [name if name in needed else f"{name} (may be left out)" for name in names]
        return DataError(
            f"claims.csv, claim {claim_id}, column arguments: found {text!r}: {fault}\n"
            f"  expected by the check {check.__name__} ({file_of(check)}): "
            f"{', '.join(known) or 'an empty cell'}\n"
            "  written as key=value, with quotation marks round a value with spaces in it"
        )

    words = shlex.shlex(text, posix=True)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    try:
        pairs = [word.partition("=") for word in words]
    except ValueError:
        raise refusal("a quotation mark is not closed") from None
    found: dict[str, str] = {}
    for key, equals, value in pairs:
        if not equals:
            raise refusal(f"{key!r} has no value")
        if key not in names:
            raise refusal(f"{key!r} is not one of its arguments")
        if key in found:
            raise refusal(f"{key!r} is given twice")
        found[key] = value
    if missing := needed - set(found):
        raise refusal(f"{' and '.join(sorted(missing))} is missing")
    return found
