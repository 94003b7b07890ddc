"""What the rows of the ledger come to: findings, each with its rows.

Several rows often rest on one fact. So each row belongs to a finding, and findings are counted,
not rows.
"""

import re

import pandas as pd

from ..base.errors import DataError
from ..base.origin import origin_of
from ..base.words import listed
from ..data.loaders import load_table
from .audit import audit
from .verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_READ,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    SLIP,
    SOURCE_DIFFERS,
    STRONGER,
    VERDICTS,
    WITHIN_ROUNDING,
)

__all__ = ["IMPORTANCE", "finding_counts", "finding_sentence", "ledger_findings", "same_words"]

# How much a row bears on what a clinician would conclude, the most important first.
IMPORTANCE = ("decisive", "minor", "typographic")
_SLIP = IMPORTANCE[-1]
# From what weighs most for a reader to what weighs least.
GRAVEST = (
    NOT_REPRODUCED,
    NOT_BOTH,
    SOURCE_DIFFERS,
    STRONGER,
    RIGHT_IF,
    NOT_READ,
    NOT_CHECKABLE,
    WITHIN_ROUNDING,
    REPRODUCED,
    SLIP,
)


def of_substance(audited: pd.DataFrame) -> pd.Series:
    """Which rows, or findings, are more than a slip of language or spelling: bool, one for each."""
    return audited["importance"].ne(_SLIP)


def ledger_findings(audited: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every finding of the ledger, with the rows that belong to it.

    Parameters
    ----------
    audited : DataFrame, optional
        From :func:`rescat.audit`: the whole ledger (default), or some of its rows.

    Returns
    -------
    DataFrame, one row per finding that has a row in ``audited``
        ``finding`` (its name), ``headline``, ``importance`` (that of its most important row),
        ``verdict`` (the one among its rows that weighs most, slips of language left
        out), ``claims`` (list of its rows) and ``origin``; the decisive first, then in the order
        of the table.

    Raises
    ------
    DataError
        If a row belongs to a finding that ``findings.csv`` does not have.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.ledger_findings().set_index("finding")
    >>> found.loc["stay-label", ["importance", "verdict"]].tolist()
    ['decisive', 'cannot both be right']
    """
    audited = audit() if audited is None else audited
    headlines = load_table("findings").set_index("finding")["headline"]
    unknown = audited[~audited["finding"].isin(headlines.index)]
    if len(unknown):
        row = unknown.iloc[0]
        raise DataError(
            f"claims.csv, claim {row['claim_id']}, column finding: found {row['finding']!r}\n"
            "  expected: a finding of data/published/findings.csv; add a row there, or choose one"
        )
    rows = []
    for finding, headline in headlines.items():
        own = audited[audited["finding"].eq(finding)]
        if own.empty:
            continue
        decides = own[of_substance(own)] if of_substance(own).any() else own
        rows.append(
            {
                "finding": finding,
                "headline": headline,
                "importance": min(own["importance"], key=IMPORTANCE.index),
                "verdict": min(decides["verdict"], key=GRAVEST.index),
                "claims": own["claim_id"].tolist(),
            }
        )
    rows.sort(key=lambda row: IMPORTANCE.index(row["importance"]))
    table = pd.DataFrame(rows, columns=["finding", "headline", "importance", "verdict", "claims"])
    return table.assign(origin=origin_of(audited))


def finding_counts(audited: pd.DataFrame) -> pd.Series:
    """How many findings have each verdict, slips of language left out.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`.

    Returns
    -------
    Series of int, by verdict, in the order of ``VERDICTS``
        Each finding counts once, with its verdict of :func:`rescat.ledger_findings`; so the counts
        add up to the number of findings.

    Raises
    ------
    DataError
        As :func:`rescat.ledger_findings`.

    Examples
    --------
    >>> import rescat
    >>> claims = rescat.load_claims().query("finding == 'stay-label' and document == 'article'")
    >>> counts = rescat.finding_counts(rescat.audit(claims))
    >>> int(counts["cannot both be right"]), int(counts["not reproduced"])
    (1, 0)
    """
    found = ledger_findings(audited)
    counts = found.loc[of_substance(found), "verdict"].value_counts()
    return counts.reindex(list(VERDICTS), fill_value=0)


def finding_sentence(audited: pd.DataFrame) -> str:
    """What the ledger comes to, in two sentences that count findings and not rows.

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
    >>> claims = rescat.load_claims().query("finding == 'no-earlier-discharge'")
    >>> print(rescat.finding_sentence(rescat.audit(claims)).partition(". ")[0])
    None of the 3 statements whose figures could be computed again, or compared, came out different
    """
    figures, different = recomputed_figures(audited)
    counts = finding_counts(audited)
    sources = counts[SOURCE_DIFFERS]
    parts = [
        f"{counts[NOT_BOTH]} name two printed things that cannot both be right",
        f"{counts[STRONGER]} name words that are stronger than the figures",
        f"{sources} {'names' if sources == 1 else 'name'} a source that says otherwise",
    ]
    return (
        f"{different or 'None'} of the {figures} statements whose figures could be computed again, "
        f"or compared, came out different. Of {counts.sum()} findings {listed(parts)}; each is "
        "counted once, by the verdict among its statements that weighs most."
    )


def recomputed_figures(audited: pd.DataFrame) -> tuple[int, int]:
    """How many rows with printed figures were computed again, and how many came out different."""
    computed = audited[audited["source"].ne("") & audited["printed"].ne("")]
    different = int(computed["verdict"].eq(NOT_REPRODUCED).sum())
    return int(computed["verdict"].isin([REPRODUCED, WITHIN_ROUNDING]).sum()) + different, different


def same_words(claims: pd.DataFrame) -> dict[str, list[str]]:
    """Rows that quote the same words, or a part of them, and ask another question.

    Parameters
    ----------
    claims : DataFrame
        From :func:`rescat.load_claims` or :func:`rescat.audit`.

    Returns
    -------
    dict of str to list of str
        Claim to the other claims of the same document whose quotation holds its own, or is held by
        it; claims without any are left out.

    Examples
    --------
    >>> import rescat
    >>> rescat.same_words(rescat.load_claims())["CYT-09"]
    ['MUL-05']
    """
    plain = [
        (row.claim_id, row.document, re.sub(r"\W+", " ", row.quotation).strip().lower())
        for row in claims.itertuples()
    ]
    found: dict[str, list[str]] = {}
    for claim, document, words in plain:
        for other, place, others in plain:
            if claim != other and document == place and (words in others or others in words):
                found.setdefault(claim, []).append(other)
    return found
