"""What was sent to the book, and how to send more."""

from urllib.parse import urlsplit

import pandas as pd

from ..base import inert
from ..base.errors import DataError
from ..base.inert import Html, Markdown

__all__ = ["corrections_received", "how_to_correct", "responses"]

_SENDERS = {"authors": "The authors of the paper", "reader": "A reader"}


def responses(corrections: pd.DataFrame) -> dict[str, Html]:
    """What was written about each claim, as HTML to show below its verdict."""
    found: dict[str, Html] = {}
    for row in corrections[corrections["claim_id"].notna()].itertuples():
        words = Html(
            '<span class="response"><strong>{}</strong>, {}: {} '
            "<em>What changed in version {}:</em> {}</span>"
        ).format(_SENDERS[row.sender], row.date, row.response, row.version, row.change)
        found[row.claim_id] = found.get(row.claim_id, Html("")) + words
    return found


def corrections_received(corrections: pd.DataFrame) -> Html:
    """The log of corrections as HTML; of none, a sentence."""
    if corrections.empty:
        return Html("<p>No correction has been received so far.</p>")
    shown = corrections.drop(columns="origin").assign(
        claim_id=pd.Series(map(_ledger_link, corrections["claim_id"]), dtype=object),
        sender=corrections["sender"].map(_SENDERS),
    )
    shown.columns = ["Date", "Claim", "From", "Response", "What changed", "Version"]
    table = inert.table(shown, index=False, border=0)
    return Html('<div class="table-scroll">{}</div>').format(table)


def _ledger_link(claim) -> str | Html:
    if pd.isna(claim):
        return "–"
    return Html('<a href="chapters/10_ledger.html#{}">{}</a>').format(claim, claim)


def how_to_correct(repository: str | None, contact: str | None) -> Markdown:
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
        way = Markdown("- [Open an issue]({}/issues/new), which everybody sees.")
        ways.append(way.format(repository.rstrip("/")))
    if contact:
        if contact.count("@") != 1 or any(c.isspace() or c in "<>()[]" for c in contact):
            raise DataError(f"BOOK_CONTACT: found {contact!r}\n  expected: a mail address")
        ways.append(Markdown("- Write to [{0}](mailto:{0}).").format(contact))
    return Markdown("\n").join(ways) or Markdown(
        "This copy of the book was built without an address for corrections. Whoever publishes it "
        "sets one (`BOOK_REPOSITORY_URL` for issues, `BOOK_CONTACT` for mail); please ask the "
        "person from whom you have this copy."
    )
