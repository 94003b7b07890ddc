"""Checks of the chapter on random slopes."""

import numpy as np
import pandas as pd

from ..attainable import printed_range
from ..audit import ONLY_IF, REPRODUCED, Claim, Finding, Tables, check


def _widths(row: pd.Series) -> tuple[float, float]:
    """The least and the greatest width that a printed interval can have had."""
    (low, high), (upper_low, upper_high) = (printed_range(row, c) for c in ("ci_low", "ci_high"))
    return upper_low - high, upper_high - low


@check
def widths_under_equal_sampling(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether the two intervals are as wide as equal sampling and equal variances make them."""
    slopes = tables.slopes.query("marker == @marker").set_index("term")
    control, treated = _widths(slopes.loc["control"]), _widths(slopes.loc["treated"])
    low, high = control[0] / treated[1], control[1] / treated[0]
    n_treated, n_control = len(tables.arm("MSC")), len(tables.arm("CTRL", "mCTRL"))
    expected = np.sqrt(n_treated / n_control)
    found = f"width of the control's interval over the treated's: {low:.2f} to {high:.2f}"
    why = (
        "With one set of variances, the same sampling of every patient and the same multiplier of "
        f"the standard error it is the root of {n_treated}/{n_control}, {expected:.2f}. How many "
        "samples there were is not printed."
    )
    if low <= expected <= high:
        return Finding(REPRODUCED, found, explanation=why)
    group = "controls" if low > expected else "treated"
    detail = (
        f"the {group} gave less information than their number says: fewer patients measured, fewer "
        "samples, a shorter span of days, or more variation"
    )
    return Finding(ONLY_IF, found, detail, why)
