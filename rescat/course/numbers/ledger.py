"""The numbers that the quiz on the ledger names."""

from functools import cache

from ...ledger.audit import audit

__all__ = ["NUMBERS"]


@cache
def _audited():
    return audit()


def _count(verdict: str) -> int:
    return int(_audited()["verdict"].eq(verdict).sum())


NUMBERS = {
    "ledger_rows": lambda: len(_audited()),
    "ledger_not_checkable": lambda: _count("not checkable"),
    "ledger_not_both": lambda: _count("cannot both be right"),
    "ledger_typed": lambda: int(_audited()["check"].eq("typed judgement").sum()),
}
