"""Corrections: how to send one, and what was sent, beside the verdicts that it concerns."""

import html
from urllib.parse import urlsplit

import pandas as pd

from .errors import DataError
from .reading import load

__all__ = ["corrections_received", "how_to_correct", "load_corrections", "responses"]

_SENDERS = {"authors": "The authors of the paper", "reader": "A reader"}


def load_corrections() -> pd.DataFrame:
    """Every correction that was sent to the book, in the order in which it came; none so far.

    Returns
    -------
    DataFrame, shape (corrections, 7)
        ``date, claim_id, sender, response, change, version, origin``. ``claim_id`` is empty where
        a correction concerns something else than a row of the ledger.

    Raises
    ------
    DataError
        If a row breaks the description, or names a claim that the ledger does not have.
    """
    corrections = load("corrections")
    known = set(load("claims")["claim_id"])
    strangers = sorted(set(corrections["claim_id"].dropna()) - known)
    if strangers:
        raise DataError(
            f"corrections.csv, column claim_id: found {', '.join(strangers)}\n"
            "  expected: a claim of data/published/claims.csv, or an empty cell"
        )
    return corrections


def responses(corrections: pd.DataFrame) -> dict[str, str]:
    """What was written about each claim, as HTML to show below its verdict."""
    found: dict[str, str] = {}
    for row in corrections[corrections["claim_id"].notna()].itertuples():
        words = (
            f'<span class="response"><strong>{_SENDERS[row.sender]}</strong>, {row.date}: '
            f"{html.escape(row.response)} <em>What changed in version {row.version}:</em> "
            f"{html.escape(row.change)}</span>"
        )
        found[row.claim_id] = found.get(row.claim_id, "") + words
    return found


def corrections_received(corrections: pd.DataFrame) -> str:
    """The log of corrections as HTML; of none, a sentence."""
    if corrections.empty:
        return "<p>No correction has been received so far.</p>"
    shown = corrections.drop(columns="origin").assign(
        claim_id=[_ledger_link(claim) for claim in corrections["claim_id"]],
        sender=corrections["sender"].map(_SENDERS),
        response=corrections["response"].map(html.escape),
        change=corrections["change"].map(html.escape),
    )
    shown.columns = ["Date", "Claim", "From", "Response", "What changed", "Version"]
    table = shown.to_html(index=False, border=0, escape=False)
    return f'<div class="table-scroll">{table}</div>'


def _ledger_link(claim) -> str:
    if pd.isna(claim):
        return "–"
    return f'<a href="chapters/10_ledger.html#{claim}">{claim}</a>'


def how_to_correct(repository: str | None, contact: str | None) -> str:
    """Where a correction can be sent, as Markdown: whoever publishes the book sets the addresses.

    Parameters
    ----------
    repository : str, optional
        Address of the repository (the environment variable ``BOOK_REPOSITORY_URL``).
    contact : str, optional
        Address for mail (``BOOK_CONTACT``).

    Raises
    ------
    DataError
        If one of them has not the form of such an address.
    """
    ways = []
    if repository:
        if urlsplit(repository).scheme not in ("http", "https"):
            raise DataError(f"BOOK_REPOSITORY_URL: found {repository!r}\n  expected: https://…")
        ways.append(
            f"- [Open an issue]({repository.rstrip('/')}/issues/new), which everybody sees."
        )
    if contact:
        if contact.count("@") != 1 or any(c.isspace() or c in "<>()[]" for c in contact):
            raise DataError(f"BOOK_CONTACT: found {contact!r}\n  expected: a mail address")
        ways.append(f"- Write to [{contact}](mailto:{contact}).")
    return "\n".join(ways) or (
        "This copy of the book was built without an address for corrections. Whoever publishes it "
        "sets one (`BOOK_REPOSITORY_URL` for issues, `BOOK_CONTACT` for mail); please ask the "
        "person from whom you have this copy."
    )
