"""The expected answers of the chapter on the ledger."""

from functools import cache
from itertools import count

from ...data.loaders import load_claims, load_patients
from ...ledger.audit import audit
from ...ledger.tables import Tables
from ..registry import exercise

__all__: list[str] = []


@cache
def _verdicts(days_longer: int) -> dict[str, str]:
    """The verdict of each statement, if each stay were so many days longer."""
    tables, patients = Tables(), load_patients()
    stays = [stay + days_longer for stay in patients["length_of_stay"]]
    tables.patients = patients.assign(length_of_stay=stays)
    rows = audit(load_claims(), tables).itertuples()
    return {row.claim_id: row.verdict for row in rows}


@exercise(
    "10-1",
    "statements of the Discussion that are stronger than the figures",
    hint="The limitations are a part of the Discussion.",
)
def _strong_words_of_the_discussion():
    found = _verdicts(0)
    rows = load_claims().itertuples()
    own = [row.claim_id for row in rows if row.section.startswith("Discussion")]
    return sum(found[claim] == "stronger than the figures" for claim in own)


@exercise(
    "10-2",
    "days that are added to each stay",
    hint="Three weeks are reached, and not exceeded, by 21 days.",
)
def _days_until_three_weeks_fail():
    patients = load_patients()
    longest = max(patients[patients["arm"].eq("MSC")]["length_of_stay"])
    return next(days for days in count(1) if longest + days > 21)


@exercise(
    "10-3",
    "the numbers of the statements",
    hint="Compare the column verdict of both audits, row by row, for the whole ledger.",
)
def _verdicts_that_follow_the_stays():
    return {claim for claim, verdict in _verdicts(1).items() if verdict != _verdicts(0)[claim]}
