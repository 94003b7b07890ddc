"""Corrections: how to send one, and what was sent, beside the verdicts that it concerns."""

import pandas as pd

from ..base.errors import DataError
from ..data.validation import load

__all__ = ["load_corrections"]


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

    Examples
    --------
    >>> import rescat
    >>> rescat.load_corrections()["sender"].isin(["authors", "reader"]).all()
    np.True_
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
