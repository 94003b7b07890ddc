"""The verdicts, what a check is given, and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from ..base.errors import DataError
from ..printed.rounding import PrintedNumber

__all__ = ["VERDICTS", "Claim", "Finding", "verdict", "verdict_counts", "verdict_sentence"]

REPRODUCED = "reproduced"
WITHIN_ROUNDING = "consistent within rounding"
RIGHT_IF = "can be right if"
NOT_REPRODUCED = "not reproduced"
NOT_BOTH = "cannot both be right"
STRONGER = "stronger than the figures"
SOURCE_DIFFERS = "the source says otherwise"
NOT_READ = "not read"
NOT_CHECKABLE = "not checkable"
SLIP = "a slip"

# Each verdict, and what it says.
VERDICTS = {
    REPRODUCED: "the public tables, or the cited source, give the same figure or statement",
    WITHIN_ROUNDING: "the public tables give it, once rounding is allowed for",
    RIGHT_IF: "it is right if the condition named beside it holds",
    NOT_REPRODUCED: "the public tables give another figure",
    NOT_BOTH: "two printed things do not go together: one of them needs a correction",
    STRONGER: "the words say more than the figures, or the design, that are named beside them",
    SOURCE_DIFFERS: "a source that is cited or named says something else",
    NOT_READ: "a public source would decide it; we could not read that source",
    NOT_CHECKABLE: "nothing public decides it; the reason is given",
    SLIP: "a small mistake of language or spelling that touches no result",
}
# The verdicts that name, after a colon, what they rest on.
WITH_DETAIL = (RIGHT_IF, NOT_BOTH, STRONGER, SOURCE_DIFFERS, SLIP)


@dataclass(frozen=True)
class Claim:
    """One row of the ledger, as a check sees it.

    Attributes
    ----------
    claim_id, quotation : str
    printed : list of PrintedNumber
        The figures in the quotation, with their decimals.

    Examples
    --------
    >>> import rescat
    >>> rescat.Claim("SAF-15", "15 [11.5-18.5]", rescat.parse_printed("15; 11.5; 18.5")).values
    [15.0, 11.5, 18.5]
    """

    claim_id: str
    quotation: str
    printed: list[PrintedNumber]

    @property
    def values(self) -> list[float]:
        """The printed figures as numbers."""
        return [p.value for p in self.printed]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    verdict : str
        One of ``VERDICTS``.
    recomputed : str
        The figure that the tables give.
    detail : str
        Completes the verdicts of ``WITH_DETAIL``: a condition, a passage, a figure or a source.
    explanation : str
        How it was computed, and what may explain a difference.

    Examples
    --------
    >>> import rescat
    >>> rescat.Finding("cannot both be right", "1 of 5", "Table 1").verdict in rescat.VERDICTS
    True
    """

    verdict: str
    recomputed: str
    detail: str = ""
    explanation: str = ""


CHECKS: dict[str, Callable[..., Finding]] = {}


def verdict(function: Callable[..., Finding]) -> Callable[..., Finding]:
    """Register a check under its own name, for the ledger to call.

    Parameters
    ----------
    function : callable
        Takes a :class:`Claim`, the :class:`rescat.Tables` and the arguments of its row.

    Raises
    ------
    DataError
        If a check of another file has that name.

    Notes
    -----
    A check, as a file of ``rescat/ledger/checks`` has it::

        @verdict
        def patients_counted(claim: Claim, tables: Tables, arms: str) -> Finding:
            return compare(claim, [len(tables.arm(*arms.split()))])
    """
    name = function.__name__
    known = CHECKS.setdefault(name, function)
    if known.__module__ != function.__module__:
        raise DataError(
            f"found two checks called {name}, in {file_of(known)} and in {file_of(function)}\n"
            "  expected: a name of its own for each; rename one of them, and in the column check "
            "of data/published/claims.csv too"
        )
    CHECKS[name] = function  # a file that is loaded again replaces its own
    return function


def file_of(function: Callable[..., Finding]) -> str:
    """The file of a check, such as ``rescat/ledger/checks/cohort.py``."""
    return function.__module__.replace(".", "/") + ".py"


def verdict_sentence(audited: pd.DataFrame) -> str:
    """The verdicts of some claims, counted in one sentence.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`.

    Returns
    -------
    str

    Examples
    --------
    >>> import rescat
    >>> rescat.verdict_sentence(rescat.audit(rescat.load_claims().head(4)))
    'Of 4 statements: 3 reproduced, 1 can be right if a condition holds.'
    """
    counts = verdict_counts(audited)
    words = {RIGHT_IF: "can be right if a condition holds"}
    parts = [f"{count} {words.get(verdict, verdict)}" for verdict, count in counts.items() if count]
    return f"Of {counts.sum()} statements: {', '.join(parts)}."


def verdict_counts(audited: pd.DataFrame) -> pd.Series:
    """How many claims have each verdict, in the order of ``VERDICTS``.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`.

    Returns
    -------
    Series of int, by verdict

    Examples
    --------
    >>> import rescat
    >>> claims = rescat.load_claims().query("chapter == '02_manufacturing'")
    >>> counts = rescat.verdict_counts(rescat.audit(claims))
    >>> int(counts["reproduced"]), int(counts.sum())
    (3, 23)
    """
    return audited["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
