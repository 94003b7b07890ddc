"""Checks of the chapter on cytokines: printed P values against printed confidence intervals."""

import numpy as np

from ...printed.attainable import ANY_DF
from ...printed.lines import ASSUMED, df_in_words, fitting_df, line_p, printed_line
from ..tables import Tables
from ..verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    STRONGER,
    WITHIN_ROUNDING,
    Claim,
    Finding,
    verdict,
)
from .compare import compare, holds

LEVEL = 0.05


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= 0.00005 else f"{value:.0e}"


@verdict
def p_fits_limits(claim: Claim, tables: Tables, marker: str, term: str) -> Finding:
    """Whether a printed P value fits the printed slopes and intervals, and by which methods."""
    printed = tables.slopes.query("marker == @marker").set_index("term")
    least, most = line_p(printed, term, np.inf)
    found = f"by the normal distribution P from {_p(least)} to {_p(most)}"
    fitting = fitting_df(tables.slopes, marker, term)
    if np.inf in fitting:
        why = "The confidence interval and P fit each other."
        return Finding(WITHIN_ROUNDING, found, explanation=why)
    pairs = {
        "confidence interval and P both use t with {} degrees of freedom": fitting,
        "the confidence interval uses z and P uses t with {} degrees of freedom": (
            fitting_df(tables.slopes, marker, term, np.inf)
        ),
        "the slope is not in the middle of the confidence interval, as in a profile confidence "
        "interval, and P uses t": (fitting_df(tables.slopes, marker, term, np.inf, even=False)),
    }
    ways = [how.format(df_in_words(dfs)) for how, dfs in pairs.items() if dfs]
    if ways:
        detail = ", or ".join(ways)
        return Finding(RIGHT_IF, found, detail, f"The printed P does not fit z for both. {ASSUMED}")
    ends = [line_p(printed, term, ANY_DF, even=even) for even in (True, False)]
    (least, most), (lowest, highest) = ends
    return Finding(
        NOT_BOTH,
        f"P from {_p(least)} to {_p(most)} with any degrees of freedom if the slope is in the "
        f"middle of its interval, and from {_p(lowest)} to {_p(highest)} if it need not be",
        "the printed confidence interval",
        "No z and no t gives this confidence interval and this P together, alone or one for each. "
        f"{ASSUMED}",
    )


def _p_values(tables: Tables, term: str, markers: str) -> dict[str, tuple[float, str]]:
    """P of one term for each marker: its value, and how it is printed."""
    rows = tables.slopes.query("term == @term").set_index("marker").loc[markers.split(",")]
    return {
        marker: (row["p_value"], f"P {row['p_relation']} {row['p_value']:g}")
        for marker, row in rows.iterrows()
    }


@verdict
def same_p_values(claim: Claim, tables: Tables, markers: str, term: str) -> Finding:
    """P values of one term, printed a second time."""
    found = _p_values(tables, term, markers)
    return compare(claim, [p for p, _ in found.values()], "As in the results.")


@verdict
def significant(
    claim: Claim, tables: Tables, markers: str, term: str = "difference", said: str = "significant"
) -> Finding:
    """Whether the P value of each named marker is below 0.05, as the words say.

    ``said`` is "significant" where the words name it, and "an effect" where they only imply it.
    """
    found = _p_values(tables, term, markers)
    text = ", ".join(f"{marker} {words}" for marker, (_, words) in found.items())
    above = [marker for marker, (p, _) in found.items() if not p < LEVEL]
    if not above:
        return Finding(REPRODUCED, text)
    return Finding(
        NOT_BOTH if said == "significant" else STRONGER,
        text,
        f"the P value of {' and '.join(above)}",
        f"At the paper's level of {LEVEL}, {' and '.join(above)} did not differ significantly.",
    )


@verdict
def fell_more(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether slopes are printed that show which group fell, and by how much."""
    p, words = _p_values(tables, "difference", marker)[marker]
    printed = tables.slopes.query("marker == @marker").set_index("term")["slope"]
    if not p < LEVEL:
        return Finding(STRONGER, words, f"the P value of {marker}")
    slopes = printed.reindex(["treated", "control"])
    if slopes.notna().all():
        both = f"slopes {slopes['treated']:g}, {slopes['control']:g}"
        return holds(slopes["treated"] < slopes["control"], f"{words}; {both}")
    return Finding(
        STRONGER,
        words,
        f"most controls were not randomised, and no slope of {marker} is printed",
        "'Reduced' is a causal word. Whether the line of the MSC patients lies below that of the "
        "controls is not printed.",
    )


@verdict
def no_difference_shown(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Slopes called similar: what a P value above 0.05 can say."""
    p, words = _p_values(tables, "difference", marker)[marker]
    if p < LEVEL:
        return Finding(NOT_BOTH, words, f"the P value of {marker}")
    return Finding(
        NOT_CHECKABLE,
        words,
        explanation="A P value above 0.05 does not show that slopes are alike. The confidence "
        "interval of their difference would tell; it is not in the main text.",
    )


@verdict
def rise_excluded(claim: Claim, tables: Tables, markers: str, hedged: str = "") -> Finding:
    """Whether the interval of the MSC patients' slope excludes a rise that was "prevented".

    ``hedged`` is the word, if there is one, that marks the statement as a possibility.
    """
    lines = tables.slopes.query("term == 'treated'").set_index("marker").loc[markers.split(",")]
    text = ", ".join(
        f"{marker} {row['ci_low']:g} to {row['ci_high']:g}" for marker, row in lines.iterrows()
    )
    found = f"confidence interval of the slope with MSC: {text}"
    if (lines["ci_high"] <= 0).all():
        return Finding(REPRODUCED, found)
    if hedged:
        condition = f"'{hedged}' is read as a possibility"
        why = "The confidence interval includes a fall, no change and a rise."
        return Finding(RIGHT_IF, found, condition, why)
    return Finding(
        STRONGER,
        found,
        "its own confidence interval",
        "A rise with MSC is not excluded, and most controls were not randomised: the groups "
        "differ, and the reason is not known.",
    )


@verdict
def fall_in_treated(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether a marker that was "reduced" fell with MSC, by its own confidence interval."""
    row = tables.slopes.query("marker == @marker and term == 'treated'").iloc[0]
    slope, low, high = printed_line(row)
    text = f"slope with MSC {slope:g} ({low:g} to {high:g})"
    if high < 0:
        return Finding(REPRODUCED, text)
    return Finding(
        STRONGER,
        text,
        "its own confidence interval",
        "The confidence interval includes no change and a rise. What differs is the slope from "
        "that of the controls.",
    )


@verdict
def all_below_detection(claim: Claim, tables: Tables, markers: str) -> Finding:
    """Markers said to be below detection are among the assays; no limit of detection is printed."""
    methods = tables.paper.partition("\nBiomarkers analysis\n")[2].partition("\nResults\n")[0]
    words = markers.split(",")
    assayed = [word for word in words if word.lower() in methods.lower()]
    return Finding(
        NOT_CHECKABLE if len(assayed) == len(words) else NOT_REPRODUCED,
        f"{len(assayed)} of {len(words)} are among the assays of the methods",
        explanation="No limit of detection and no share of samples below it is printed.",
    )
