"""Facts of the trial that many rooms need: its arms, their sizes, the days of sampling."""

import numpy as np
import pandas as pd

from .validation import NOT_REPORTED

__all__ = ["ARMS", "MATCHED_ON", "fact"]

MATCHED_ON = ("age", "male", "bmi", "pao2_fio2")  # as the paper says

ARMS = ["MSC", "CTRL", "mCTRL"]


def fact(trial: pd.DataFrame, item: str, group: str | None = None) -> str | float:
    """One value of the table of trial facts, as a number where it is one.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.
    item : str
        A value of its column ``item``.
    group : str, optional
        A value of its column ``group``, where an item has several rows.

    Returns
    -------
    float or str
        A number, in the unit of its row, or words such as "not reported".

    Raises
    ------
    KeyError
        If there is not exactly one such row.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.load_trial()
    >>> rescat.fact(trial, 'age_minimum'), rescat.fact(trial, 'register_target', 'all ages')
    (18.0, 60.0)
    """
    rows = trial[trial["item"].eq(item) & (trial["group"].eq(group) if group else True)]
    if len(rows) != 1:
        raise KeyError(f"trial.csv has {len(rows)} rows for item {item!r}, group {group!r}")
    row = rows.iloc[0]
    number = row["value_type"] == "number" and row["value"] != NOT_REPORTED
    return float(row["value"]) if number else row["value"]


DAYS = np.array([0.0, 3.0, 6.0, 14.0, 28.0])
ARM_SIZES = {"MSC": 5, "CTRL": 2, "mCTRL": 10}
# Days in hospital from Table 1, the shortest first: from enrolment, or (mCTRL) from admission.
STAYS = {
    "MSC": (10, 13, 15, 18, 19),
    "CTRL": (10, 12),
    "mCTRL": (12, 14, 17, 17, 18, 33, 35, 47, 48, 81),
}
