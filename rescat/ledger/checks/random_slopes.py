"""Checks of the chapter on random slopes."""

import numpy as np

from ...printed.attainable import attainable_p
from ...printed.lines import ASSUMED, df_in_words, fitting_df, joint_df, printed_line, printed_width
from ..tables import Tables
from ..verdicts import (
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    WITHIN_ROUNDING,
    Claim,
    Finding,
    verdict,
)


@verdict
def widths_under_equal_sampling(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether the two intervals are as wide as equal sampling and equal variances make them."""
    slopes = tables.slopes.query("marker == @marker").set_index("term")
    control, treated = printed_width(slopes.loc["control"]), printed_width(slopes.loc["treated"])
    low, high = control[0] / treated[1], control[1] / treated[0]
    n_treated, n_control = len(tables.arm("MSC")), len(tables.arm("CTRL", "mCTRL"))
    expected = np.sqrt(n_treated / n_control)
    found = f"width of the controls' interval divided by that with MSC: {low:.2f} to {high:.2f}"
    why = (
        "With one set of variances, the same sampling of every patient and the same multiplier of "
        f"the standard error it is the root of {n_treated}/{n_control}, {expected:.2f}. One set of "
        "variances is what lme4's (day | patient) fits, and then groups that truly vary "
        "differently do not change the ratio. How many samples there were is not printed."
    )
    if low <= expected <= high:
        return Finding(REPRODUCED, found, explanation=why)
    group = "controls" if low > expected else "MSC patients"
    detail = (
        f"the {group} gave less information than their number says (fewer patients measured, fewer "
        "samples, or a shorter span of days), or the model had variances of its own for each group"
    )
    return Finding(RIGHT_IF, found, detail, why)


@verdict
def slope_in_middle(claim: Claim, tables: Tables, marker: str, term: str) -> Finding:
    """Whether a slope can lie in the middle of its interval, as estimate ± multiple of its SE."""
    line = printed_line(tables.slopes.query("marker == @marker and term == @term").iloc[0])
    slope, low, high = line
    same = list(line) == claim.values
    middle, half = (low + high) / 2, (high - low) / 2
    found = f"middle of the confidence interval {middle:.4f}, half width {half:.4f}"
    if not same or np.isnan(attainable_p(slope, (low, high))).all():
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        WITHIN_ROUNDING,
        found,
        explanation="A confidence interval of this form comes from a standard error. In profile "
        "and bootstrap confidence intervals the slope need not be in the middle, but can be.",
    )


@verdict
def one_df_for_all(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Degrees of freedom with which interval, P of the control and P of the difference all fit."""
    terms = {"controls": "control", "difference": "difference"}
    found = "degrees of freedom that fit the confidence intervals and " + "; ".join(
        f"P of the {name}: {df_in_words(fitting_df(tables.slopes, marker, term))}"
        for name, term in terms.items()
    )
    shared = joint_df(tables.slopes, marker)
    found += f"; all together: {df_in_words(shared)} (if each slope is in the middle)"
    if np.inf in shared:
        return Finding(WITHIN_ROUNDING, found, explanation="The normal distribution fits all.")
    ways = [f"t with {df_in_words(shared)} degrees of freedom is behind all"] if shared else []
    if mixed := joint_df(tables.slopes, marker, np.inf):
        ways.append(
            f"z is behind the confidence intervals and t with {df_in_words(mixed)} behind all P"
        )
    if joint_df(tables.slopes, marker, np.inf, even=False):
        ways.append("the slopes are not in the middle, as in profile confidence intervals")
    if ways:
        detail = ", or ".join([*ways, "each figure has degrees of freedom of its own"])
        why = "How many the model gave depends on its samples and random effects, not printed."
        return Finding(RIGHT_IF, found, detail, f"{why} {ASSUMED}")
    return Finding(
        RIGHT_IF,
        found,
        "each figure has degrees of freedom of its own, or confidence intervals and P come from "
        "different methods",
        "No single number of degrees of freedom gives all printed figures of this marker. "
        f"Satterthwaite's degrees of freedom differ between terms. {ASSUMED}",
    )
