"""Checks of the chapter on cytokines: printed P values against printed limits."""

import numpy as np

from ..attainable import (
    ANY_DF,
    attainable_difference_p,
    attainable_p,
    printed_line,
    printed_range,
)
from ..audit import ONLY_IF, TENSION, WITHIN_ROUNDING, Claim, Finding, Tables, check


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= 0.00005 else f"{value:.0e}"


@check
def p_fits_limits(claim: Claim, tables: Tables, marker: str, term: str) -> Finding:
    """Whether a printed P value fits the printed slopes and limits, by the normal or by t."""
    printed = tables.slopes.query("marker == @marker").set_index("term")
    low, high = printed_range(printed.loc[term], "p_value")

    def allowed(df):
        if term == "difference":
            lines = [printed_line(printed.loc[t]) for t in ("control", "treated")]
            return attainable_difference_p(*lines, df=df)
        slope, *limits = printed_line(printed.loc[term])
        return attainable_p(slope, tuple(limits), df=df)

    def fits(df):
        least, most = allowed(df)
        return most >= low and least <= high

    least, most = allowed(np.inf)
    found = f"by the normal distribution P from {_p(least)} to {_p(most)}"
    if fits(np.inf):
        return Finding(WITHIN_ROUNDING, found, explanation="Limits and P fit each other.")
    fitting = [df for df in ANY_DF if fits(df)]
    if fitting:
        detail = f"t with {min(fitting):g} to {max(fitting):g} degrees of freedom was used"
        return Finding(ONLY_IF, found, detail, "The printed P fits the limits with t, not with z.")
    least, most = allowed(ANY_DF)
    return Finding(
        TENSION,
        f"P from {_p(least)} to {_p(most)} with any degrees of freedom",
        "the printed limits",
        "No multiplier, of z or of t, gives these limits and this P together. They may come from "
        "two methods (such as profile limits, or other degrees of freedom for the difference).",
    )
