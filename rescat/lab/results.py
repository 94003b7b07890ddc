"""What a laboratory writes as a result: a number, or why there is none."""

import re
from dataclasses import dataclass

__all__ = ["Result", "read_result"]

_MISSING = re.compile(
    r"(\*{2,}|-+|n\.?a\.?n?|nan|null|n/a|not reported|not done|\.|)", re.IGNORECASE
)
_BELOW = re.compile(
    r"(oor ?<|n\.?d\.?|not detect(ed|able)|(<|below |under )\s*(lod|lloq|loq|bloq|blq)|blq|bloq)",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"(oor ?>|(>|above )\s*(uloq|alq)|alq)", re.IGNORECASE)
_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+,\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Result:
    """A result as it is read.

    Attributes
    ----------
    state : str
        exact, below, above, extrapolated, missing or unreadable.
    value : float or None
        The number; of "below" and "above" the limit, if it is written.
    """

    state: str
    value: float | None = None


def read_result(text: str, *, decimal_comma: bool = False) -> Result:
    """Read the cell of a result.

    Parameters
    ----------
    text : str
    decimal_comma : bool
        Whether numbers of the file have a comma before their decimals. Then a number with a point
        is read only if it cannot be one with thousands.

    Returns
    -------
    Result
        "unreadable" for what is none of the known ways to write a result.

    Examples
    --------
    >>> from rescat.lab.results import read_result
    >>> read_result("<3,2", decimal_comma=True)
    Result(state='below', value=3.2)
    >>> read_result("OOR >"), read_result("*279.14").state, read_result("***").state
    (Result(state='above', value=None), 'extrapolated', 'missing')
    """
    text = text.strip()
    if _MISSING.fullmatch(text):
        return Result("missing")
    if _BELOW.fullmatch(text):
        return Result("below")
    if _ABOVE.fullmatch(text):
        return Result("above")
    state = {"<": "below", "≤": "below", ">": "above", "≥": "above", "*": "extrapolated"}.get(
        text[0]
    )
    number = text[1:].removeprefix("=").strip() if state else text
    value = _number(number, decimal_comma)
    if value is None or value < 0 or (state and not value):
        return Result("unreadable")
    return Result(state or "exact", value)


def _number(text: str, decimal_comma: bool) -> float | None:
    if decimal_comma and _COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    # With decimal commas "1.234" may be one thousand and more: nobody can know.
    if decimal_comma and re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        return None
    return float(text) if _POINT.fullmatch(text) else None
