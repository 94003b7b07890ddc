"""Values below the limit of detection: counted, and replaced or dropped by a rule with a name."""

import numpy as np
import pandas as pd

from .errors import ModelError

__all__ = ["DETECTION_RULES", "apply_detection_rule", "count_below_limit"]

DETECTION_RULES = {
    "limit": "the limit itself",
    "half": "half the limit",
    "root2": "the limit divided by the square root of 2",
    "drop": "left out",
}
_FACTORS = {"limit": 1.0, "half": 0.5, "root2": 1 / np.sqrt(2)}


def apply_detection_rule(frame: pd.DataFrame, rule: str, *, value: str = "value") -> pd.DataFrame:
    """Replace, or drop, the values below the limit of detection. Do this before taking logarithms.

    Parameters
    ----------
    frame : DataFrame
        With ``below_lod`` (bool) and the concentration; where ``below_lod`` is True the
        concentration column holds the limit, in the same unit.
    rule : {"limit", "half", "root2", "drop"}
        What a value below the limit becomes: :data:`rescat.DETECTION_RULES`. Every rule is a
        guess. Use two and compare, or read Helsel (2012), Statistics for Censored Environmental
        Data, for methods that treat the value as censored.
    value : str

    Returns
    -------
    DataFrame
        The same columns and ``detection_rule``, which names the rule on every row.

    Raises
    ------
    ModelError
        If the rule is not known, a column is missing, or a limit is not a positive number.
    """
    if rule not in DETECTION_RULES:
        raise ModelError(f"found the rule {rule!r}, expected one of {', '.join(DETECTION_RULES)}")
    _require(frame, "below_lod", value)
    below = frame["below_lod"].astype(bool)
    faulty = below & ~(frame[value] > 0)
    if faulty.any():
        raise ModelError(
            f"row {faulty.idxmax()}, column {value}: found {frame.loc[faulty.idxmax(), value]} for "
            "a value below the limit of detection, expected the limit (a positive number)"
        )
    if rule == "drop":
        return frame[~below].assign(detection_rule=rule)
    replaced = frame[value].where(~below, frame[value] * _FACTORS[rule])
    return frame.assign(**{value: replaced, "detection_rule": rule})


def count_below_limit(frame: pd.DataFrame, by: str | list[str] = "marker") -> pd.DataFrame:
    """How many values are below the limit of detection.

    Returns
    -------
    DataFrame, one row per group of ``by``
        ``below`` (values below the limit), ``values`` and ``share``.
    """
    _require(frame, "below_lod", *([by] if isinstance(by, str) else by))
    counts = frame.groupby(by, observed=True)["below_lod"].agg(below="sum", values="size")
    return counts.assign(share=counts["below"] / counts["values"]).reset_index()


def _require(frame: pd.DataFrame, *columns: str) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ModelError(
            f"the frame has no column {', '.join(missing)}; found {', '.join(map(str, frame))}"
        )
