"""Where the examined statements stand in the text of the paper."""

import re
from dataclasses import dataclass

import pandas as pd

from ..base.errors import DataError
from ..data.paper_blocks import Block, paper_blocks

__all__ = ["Passage", "Quotation", "passages"]


@dataclass(frozen=True)
class Quotation:
    """The words of one claim: its identifier and its characters in the text."""

    claim_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """Words of the paper that one or more claims quote; no word of it is in another passage."""

    start: int
    end: int
    quotations: tuple[Quotation, ...]


def passages(audited: pd.DataFrame, text: str) -> list[Passage]:
    """The passages of the paper that the ledger examines, in the order of the text.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit` or :func:`rescat.load_claims`. Claims about another document
        than the article are left out.
    text : str
        From :func:`rescat.load_paper`.

    Returns
    -------
    list of Passage
        Quotations that share words are in one passage.

    Raises
    ------
    DataError
        If the paper does not have the words of a claim.

    Notes
    -----
    Words that the paper has more than once are taken where the claim's ``section`` says: in the
    table, figure or section of that name, if there is one. Else their first place counts.

    Examples
    --------
    >>> import rescat
    >>> text = rescat.load_paper()
    >>> claims = rescat.load_claims().query("claim_id in ('CYT-16', 'TYP-20', 'TYP-21')")
    >>> [passage] = passages(claims, text)
    >>> [quotation.claim_id for quotation in passage.quotations]
    ['CYT-16', 'TYP-21', 'TYP-20']
    """
    blocks = paper_blocks(text)
    article = audited[audited["document"].eq("article")]
    quoted = [_placed(row, text, blocks) for row in article.itertuples()]
    quoted.sort(key=lambda q: (q.start, -q.end, q.claim_id))
    found: list[Passage] = []
    for quotation in quoted:
        if found and quotation.start < found[-1].end:
            last = found.pop()
            end = max(last.end, quotation.end)
            found.append(Passage(last.start, end, (*last.quotations, quotation)))
        else:
            found.append(Passage(quotation.start, quotation.end, (quotation,)))
    return found


def _placed(row, text: str, blocks: list[Block]) -> Quotation:
    words = r"\s+".join(map(re.escape, row.quotation.split()))
    spans = [(m.start(), m.end()) for m in re.finditer(words, text) if m.end() > blocks[0].start]
    if not spans:
        raise DataError(
            f"claims.csv, claim {row.claim_id}: the paper has no words {row.quotation!r}\n"
            "  expected: words of data/published/paper.txt, letter by letter"
        )
    named = [
        (start, end)
        for block in blocks
        if block.place.lower() in row.section.lower()
        for start, end in spans
        if block.start <= start < block.end
    ]
    return Quotation(row.claim_id, *(named or spans)[0])
