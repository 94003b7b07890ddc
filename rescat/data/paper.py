"""The text of the paper: its words, its references, and where it cites them."""

import re

import pandas as pd

from ..base.errors import DataError
from .contract import DATA

__all__ = ["abstract_of", "cited_numbers", "load_paper", "load_record", "reference_list"]

_CITATION = re.compile(r"\[(\d{1,3}(?:[,–]\d{1,3})*)\]")
_HEADING = "\nReferences\n"


def load_paper() -> str:
    """The text of the paper as it stands in ``data/published/paper.txt``, with its lines.

    Returns
    -------
    str

    Examples
    --------
    >>> import rescat
    >>> len(rescat.load_paper().split()) > 5000
    True
    """
    return (DATA / "published" / "paper.txt").read_text(encoding="utf-8")


def load_record() -> str:
    """The record of the paper in a public repository, as it stands in ``repository_record.txt``.

    Returns
    -------
    str

    Examples
    --------
    >>> import rescat
    >>> "post-second infusion" in rescat.load_record()
    True
    """
    return (DATA / "published" / "repository_record.txt").read_text(encoding="utf-8")


def abstract_of(text: str) -> str:
    """The abstract of the article or of its record, as plain words in lower case.

    Parameters
    ----------
    text : str
        From :func:`load_paper` or :func:`load_record`.

    Returns
    -------
    str
        Letters and digits; signs of typesetting, hyphens and blanks between them are left out.

    Raises
    ------
    DataError
        If the text has no abstract.

    Examples
    --------
    >>> import rescat
    >>> from rescat.data.paper import abstract_of
    >>> abstract_of(rescat.load_record())[-24:]
    'neurological protection.'
    """
    found = re.search(
        r"\n(?:A B S T R A C T|Abstract)\n(.*?)\n(?:Key Words|Tipologia)", text, re.DOTALL
    )
    if not found:
        raise DataError("found no abstract\n  expected: a heading 'Abstract' on a line of its own")
    plain = found[1].translate(str.maketrans("₂", "2", "$-:")).lower()
    return re.sub(r"\s*([±=])\s*", r"\1", re.sub(r"\s+", " ", plain)).strip()


def reference_list(text: str) -> pd.DataFrame:
    """The references that the paper lists.

    Parameters
    ----------
    text : str
        From :func:`load_paper`.

    Returns
    -------
    DataFrame, one row per reference, in the order of the list
        ``number`` (int), ``title`` (str, with the authors before it), ``doi`` (str), ``origin``.

    Raises
    ------
    DataError
        If the text has no list of references.

    Examples
    --------
    >>> import rescat
    >>> references = rescat.reference_list(rescat.load_paper())
    >>> len(references), references.loc[0, 'doi']
    (45, '10.1016/j.cpcardiol.2023.101756')
    """
    entries = re.split(r"(?m)^- \[(\d+)\] ", text.partition(_HEADING)[2])[1:]
    if not entries:
        raise DataError(
            "paper.txt: found no list of references\n  expected: '- [1] Authors. Title'"
        )
    rows = []
    for number, entry in zip(entries[::2], entries[1::2], strict=True):
        words = re.sub(r"\s+", " ", re.sub(r"\n+- (?!\[)", " ", entry))
        doi = re.search(r"doi\.org/([^>\]\s]+)", words)
        rows.append((int(number), words.partition(" *")[0], doi.group(1) if doi else ""))
    return pd.DataFrame(rows, columns=["number", "title", "doi"]).assign(origin="published")


def cited_numbers(text: str) -> list[int]:
    """Every reference number in the text before the list, in order; ranges are written out.

    Parameters
    ----------
    text : str
        The paper or a part of it. "[1,34–37]" gives 1, 34, 35, 36, 37.

    Returns
    -------
    list of int
        One for each citation: a reference that is cited twice is there twice.

    Examples
    --------
    >>> import rescat
    >>> rescat.cited_numbers('as before [1,34–37]')
    [1, 34, 35, 36, 37]
    """
    numbers = []
    for group in _CITATION.findall(text.partition(_HEADING)[0]):
        for part in group.split(","):
            ends = [int(n) for n in part.split("–")]
            numbers += range(ends[0], ends[-1] + 1)
    return numbers
