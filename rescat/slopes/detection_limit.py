"""Values outside the range of a test: counted, and replaced or dropped by a rule with a name."""

import numpy as np
import pandas as pd

from ..base.errors import ModelError

__all__ = [
    "DETECTION_RULES",
    "RANGE_RULES",
    "apply_detection_rule",
    "apply_range_rule",
    "count_below_limit",
]

DETECTION_RULES = {
    "limit": "the limit itself",
    "half": "half the limit",
    "root2": "the limit divided by the square root of 2",
    "drop": "left out",
}
# What a value above the range becomes. Nobody knows by how much it is above.
RANGE_RULES = {"limit": "the upper limit itself", "drop": "left out"}
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
        The same rows, with ``detection_rule``, which names the rule. A dropped value is missing
        (NaN); its row stays, so that a fit can count it.

    Raises
    ------
    ModelError
        If the rule is not known, a rule was applied before, a column is missing, a cell of
        ``below_lod`` is neither True nor False, or a limit is not a positive number.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> samples = pd.DataFrame({"value": [8.0, 5.0, 30.0], "below_lod": [False, True, False]})
    >>> print(rescat.apply_detection_rule(samples, "half"))
       value  below_lod detection_rule
    0    8.0      False           half
    1    2.5       True           half
    2   30.0      False           half
    """
    if rule not in DETECTION_RULES:
        raise ModelError(f"found the rule {rule!r}, expected one of {', '.join(DETECTION_RULES)}")
    _require(frame, "below_lod", value)
    if "detection_rule" in frame:
        found = frame["detection_rule"].iloc[0] if len(frame) else ""
        raise ModelError(
            f"the rule {found!r} was applied to this frame before: apply a rule once, to the "
            "values as measured"
        )
    below = below_limit(frame)
    faulty = below & ~(frame[value] > 0).to_numpy(bool)
    if faulty.any():
        place = int(faulty.argmax())
        raise ModelError(
            f"row {frame.index[place]}, column {value}: found {frame[value].iloc[place]} for "
            "a value below the limit of detection, expected the limit (a positive number)"
        )
    factor = _FACTORS.get(rule, np.nan)
    return frame.assign(
        **{value: frame[value].where(~below, frame[value] * factor), "detection_rule": rule}
    )


def apply_range_rule(frame: pd.DataFrame, rule: str, *, value: str = "value") -> pd.DataFrame:
    """Keep at their limit, or drop, the values above the range of the test.

    Parameters
    ----------
    frame : DataFrame
        With the concentration; where ``above_range`` (bool) is True, it is the upper limit of the
        test. A frame without this column has no such value.
    rule : {"limit", "drop"}
        What such a value becomes: :data:`rescat.RANGE_RULES`. At its limit
        it makes a marker look lower and steadier than it was; left out, it makes the highest
        values vanish. Use both and compare.
    value : str

    Returns
    -------
    DataFrame
        The same rows and columns; a dropped value is missing (NaN).

    Raises
    ------
    ModelError
        If the rule is not known, or a cell of ``above_range`` is neither True nor False.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> samples = pd.DataFrame({"value": [8.0, 500.0], "above_range": [False, True]})
    >>> rescat.apply_range_rule(samples, "drop")["value"].tolist()
    [8.0, nan]
    """
    if rule not in RANGE_RULES:
        raise ModelError(f"found the rule {rule!r}, expected one of {', '.join(RANGE_RULES)}")
    above = above_limit(frame)
    if rule == "limit" or not above.any():
        return frame
    return frame.assign(**{value: frame[value].where(~above)})


def below_limit(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are below the limit of detection, checked; none if the frame does not say.

    Raises
    ------
    ModelError
        If ``below_lod`` holds anything but True and False.
    """
    return _truths(frame, "below_lod")


def above_limit(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are above the range of the test, checked; none if the frame does not say.

    Raises
    ------
    ModelError
        If ``above_range`` holds anything but True and False.
    """
    return _truths(frame, "above_range")


def _truths(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame:
        return np.zeros(len(frame), bool)
    cells = frame[column]
    strange = ~cells.isin([True, False])
    if strange.any():
        place = int(strange.to_numpy(bool).argmax())
        raise ModelError(
            f"row {frame.index[place]}, column {column}: found {cells.iloc[place]!r}, expected "
            "True or False"
        )
    return cells.to_numpy(bool)


def count_below_limit(frame: pd.DataFrame, by: str | list[str] = "marker") -> pd.DataFrame:
    """How many values are below the limit of detection.

    Parameters
    ----------
    frame : DataFrame
        With ``below_lod`` (bool) and the columns of ``by``.
    by : str or list of str
        Columns that make the groups.

    Returns
    -------
    DataFrame, one row per group of ``by``
        ``below`` (values below the limit), ``values`` and ``share``.

    Raises
    ------
    ModelError
        If a column is missing, or a cell of ``below_lod`` is neither True nor False.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> samples = pd.DataFrame({"marker": "IL6", "below_lod": [False, True, False, True]})
    >>> print(rescat.count_below_limit(samples))
      marker  below  values  share
    0    IL6      2       4    0.5
    """
    _require(frame, "below_lod", *([by] if isinstance(by, str) else by))
    checked = frame.assign(below_lod=below_limit(frame))
    counts = checked.groupby(by, observed=True)["below_lod"].agg(below="sum", values="size")
    return counts.assign(share=counts["below"] / counts["values"]).reset_index()


def _require(frame: pd.DataFrame, *columns: str) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ModelError(
            f"the frame has no column {', '.join(missing)}; found {', '.join(map(str, frame))}"
        )
