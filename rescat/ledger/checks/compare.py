"""The two comparisons that most checks end in: helpers, and no checks themselves."""

from ...printed.rounding import could_print
from ..verdicts import NOT_REPRODUCED, REPRODUCED, WITHIN_ROUNDING, Claim, Finding


def compare(claim: Claim, recomputed, explanation: str = "") -> Finding:
    """Compare the printed figures with recomputed ones, in the same order.

    "reproduced" if all are equal, "consistent within rounding" if all round to what is printed.
    """
    values = [float(v) for v in recomputed]
    text = "; ".join(f"{v:.6g}" for v in values)
    pairs = list(zip(claim.printed, values, strict=True))
    if all(p.value == v for p, v in pairs):
        return Finding(REPRODUCED, text, explanation=explanation)
    if all(could_print(p, v, v) for p, v in pairs):
        return Finding(WITHIN_ROUNDING, text, explanation=explanation)
    return Finding(NOT_REPRODUCED, text, explanation=explanation)


def holds(condition: bool, recomputed: str, explanation: str = "") -> Finding:
    """A statement that is either so or not so."""
    verdict = REPRODUCED if condition else NOT_REPRODUCED
    return Finding(verdict, recomputed, explanation=explanation)
