"""Checks of the chapter on random slopes."""

import numpy as np

from ..attainable import printed_width
from ..audit import ONLY_IF, REPRODUCED, Claim, Finding, Tables, check


@check
def widths_under_equal_sampling(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether the two intervals are as wide as equal sampling and equal variances make them."""
    slopes = tables.slopes.query("marker == @marker").set_index("term")
    control, treated = printed_width(slopes.loc["control"]), printed_width(slopes.loc["treated"])
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
