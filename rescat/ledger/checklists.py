"""Reporting checklists, filled in: CONSORT 2025, the estimands, and checks after INSPECT-SR."""

import pandas as pd

from ..data.loaders import load_table

__all__ = ["CHECKLISTS", "checklist_counts", "load_checklist"]

# Each checklist, and the title of its table.
CHECKLISTS = {
    "consort_2025": "CONSORT 2025: what the paper reports",
    "estimand_e9r1": "The estimands: what the paper states, and what the data could support",
    "inspect_sr": "Checks in the style of INSPECT-SR: what the public record says",
}
ANSWERS = {"yes": "#D7F0E5", "partly": "#FFF1C9", "no": "#FCE0C2", "not applicable": "#E8EAED"}


def load_checklist(name: str) -> pd.DataFrame:
    """One of ``CHECKLISTS``: a row per item, with the words of the paper that report it.

    Parameters
    ----------
    name : str
        Key of :data:`rescat.CHECKLISTS`.

    Returns
    -------
    DataFrame
        ``item``, what it asks, ``reported`` (yes, partly, no, not applicable), the words of the
        paper with their place, notes, ``source`` and ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.
    KeyError
        If there is no such checklist.

    Examples
    --------
    >>> import rescat
    >>> items = rescat.load_checklist("consort_2025")
    >>> print(items[["item", "topic", "reported"]].head(2).to_string(index=False))
    item    topic reported
      1a    Title   partly
      1b Abstract   partly
    """
    if name not in CHECKLISTS:
        raise KeyError(f"no checklist {name!r}; there are {', '.join(CHECKLISTS)}")
    return load_table(name)


def checklist_counts(checklist: pd.DataFrame) -> str:
    """How many items have each answer, in one sentence.

    Parameters
    ----------
    checklist : DataFrame
        From :func:`rescat.load_checklist`, or some of its rows.

    Returns
    -------
    str

    Examples
    --------
    >>> import rescat
    >>> rescat.checklist_counts(rescat.load_checklist("consort_2025").head(2))
    'Of 2 rows: 2 partly.'
    """
    counts = checklist["reported"].value_counts().reindex(list(ANSWERS), fill_value=0)
    parts = [f"{count} {answer}" for answer, count in counts.items() if count]
    return f"Of {counts.sum()} rows: {', '.join(parts)}."
