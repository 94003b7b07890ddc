"""What was sent to the book, and how to send more."""

from urllib.parse import quote, urlsplit

import pandas as pd

from ..base.errors import DataError
from ..base.inert import Html, Markdown
from ..base.tabular import table

__all__ = [
    "correction_form",
    "correction_text",
    "corrections_received",
    "how_to_correct",
    "responses",
]

_SENDERS = {"authors": "The authors of the paper", "reader": "A reader"}
# What a correction must say, and how many lines a hand needs for it.
_ASKED = {
    "Row of the ledger (such as COH-04), or page": 1,
    "What is wrong": 4,
    "Where we can see it (page or table of the paper, or another source)": 3,
    "Your name, and how to reach you (you may leave this empty)": 2,
}


def responses(corrections: pd.DataFrame) -> dict[str, Html]:
    """What was written about each claim, as HTML to show below its verdict.

    Parameters
    ----------
    corrections : DataFrame, one row per correction
        From :func:`rescat.load_corrections`: ``date, claim_id, sender`` (authors or reader),
        ``response, change`` (what the book changed), ``version, origin``.

    Returns
    -------
    dict of str to Html
        Claim to what was written, in the order of the rows. A correction of no claim is left out.

    Raises
    ------
    KeyError
        If the sender is another one.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> corrections = pd.DataFrame(
    ...     {"date": "2026-01-02", "claim_id": ["SAF-15"], "sender": "reader", "response": "Why?",
    ...      "change": "A sentence.", "version": "0.2.0", "origin": "evidence"}
    ... )
    >>> rescat.responses(corrections)["SAF-15"].striptags()
    'A reader, 2026-01-02: Why? What changed in version 0.2.0: A sentence.'
    """
    found: dict[str, Html] = {}
    for row in corrections[corrections["claim_id"].notna()].itertuples():
        words = Html(
            '<span class="response"><strong>{}</strong>, {}: {} '
            "<em>What changed in version {}:</em> {}</span>"
        ).format(_SENDERS[row.sender], row.date, row.response, row.version, row.change)
        found[row.claim_id] = found.get(row.claim_id, Html("")) + words
    return found


def corrections_received(corrections: pd.DataFrame) -> Html:
    """The log of corrections as HTML; of none, a sentence.

    Parameters
    ----------
    corrections : DataFrame, one row per correction
        From :func:`rescat.load_corrections`: ``date, claim_id, sender, response, change, version,
        origin``, in this order.

    Returns
    -------
    Html
        A table in which each claim leads to its row of the ledger.

    Examples
    --------
    >>> import rescat
    >>> rescat.corrections_received(rescat.load_corrections().head(0))
    Html('<p>No correction has been received so far.</p>')
    """
    if corrections.empty:
        return Html("<p>No correction has been received so far.</p>")
    shown = corrections.drop(columns="origin").assign(
        claim_id=pd.Series(map(_ledger_link, corrections["claim_id"]), dtype=object),
        sender=corrections["sender"].map(_SENDERS),
    )
    shown.columns = ["Date", "Claim", "From", "Response", "What changed", "Version"]
    return table(shown)


def _ledger_link(claim) -> str | Html:
    if pd.isna(claim):
        return "–"
    return Html('<a href="chapters/10_ledger.html#{}">{}</a>').format(claim, claim)


def correction_text(version: str) -> str:
    """A text to copy, to fill in and to send.

    Parameters
    ----------
    version : str
        Of the book.

    Returns
    -------
    str
        A line for each thing that is asked, with empty lines between them.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.correction_text("1.0.0").partition(":")[0])
    Correction to the RESCAT companion, version 1.0.0
    """
    return "\n\n".join(
        [f"Correction to the RESCAT companion, version {version}:", *(f"{a}:" for a in _ASKED)]
    )


def correction_form(version: str) -> Html:
    """The same as a form: to fill in on the page or by hand, and to print.

    It sends nothing: a page from a folder has nobody to send to.

    Parameters
    ----------
    version : str
        Of the book.

    Returns
    -------
    Html
        A field with a label for each thing that is asked.

    Examples
    --------
    >>> import rescat
    >>> rescat.correction_form("1.0.0").count("<textarea")
    4
    """
    fields = [
        Html(
            '<p><label for="correction-{0}">{1}</label>'
            '<textarea id="correction-{0}" rows="{2}" autocomplete="off"></textarea></p>'
        ).format(number, asked, lines)
        for number, (asked, lines) in enumerate(_ASKED.items(), start=1)
    ]
    head = "Correction to the RESCAT companion, version {}"
    return Html(
        '<form class="correction-form" aria-labelledby="correction-of">'
        '<p id="correction-of"><strong>{}</strong></p>{}</form>'
    ).format(head.format(version), Html().join(fields))


def how_to_correct(
    repository: str | None, contact: str | None, version: str | None = None
) -> Markdown:
    r"""Where a correction can be sent, as Markdown: whoever publishes the book sets the addresses.

    Parameters
    ----------
    repository : str, optional
        Address of the repository (the environment variable ``BOOK_REPOSITORY_URL``).
    contact : str, optional
        Address for mail (``BOOK_CONTACT``).
    version : str, optional
        Of the book. With it the mail begins with :func:`correction_text`.

    Returns
    -------
    Markdown
        A line for each address; of none, a sentence that says whom to give it to.

    Raises
    ------
    DataError
        If one of them has not the form of such an address.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.how_to_correct(None, "book@example.org"))
    - Write to [book\@example\.org](mailto:book\@example\.org).
    >>> rescat.how_to_correct("example.org", None)
    Traceback (most recent call last):
    ...
    rescat.base.errors.DataError: BOOK_REPOSITORY_URL: found 'example.org'
      expected: https://…
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
        ways.append(Markdown("- Write to [{0}](mailto:{0}{1}).").format(contact, _letter(version)))
    return Markdown("\n").join(ways) or Markdown(
        "This copy of the book names no address. Give the form or the text to the person from whom "
        "you have the copy, or to whoever publishes the book; they can pass it on."
    )


def _letter(version: str | None) -> str:
    """Subject and text of a mail, for the end of its address."""
    if version is None:
        return ""
    text = correction_text(version)
    subject = text.partition(":")[0]
    return f"?subject={quote(subject)}&body={quote(text)}"
