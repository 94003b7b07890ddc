"""Checks of the chapter on cytokines: printed P values against printed limits."""

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
    """Whether a printed P value fits the printed slopes and limits, and by which methods."""
    printed = tables.slopes.query("marker == @marker").set_index("term")
    least, most = line_p(printed, term, np.inf)
    found = f"by the normal distribution P from {_p(least)} to {_p(most)}"
    fitting = fitting_df(tables.slopes, marker, term)
    if np.inf in fitting:
        return Finding(WITHIN_ROUNDING, found, explanation="Limits and P fit each other.")
    pairs = {
        "limits and P both use t with {} degrees of freedom": fitting,
        "the limits use z and P uses t with {} degrees of freedom": (
            fitting_df(tables.slopes, marker, term, np.inf)
        ),
        "the limits are not even about the slope, as profile limits are not, and P uses t": (
            fitting_df(tables.slopes, marker, term, np.inf, even=False)
        ),
    }
    ways = [how.format(df_in_words(dfs)) for how, dfs in pairs.items() if dfs]
    if ways:
        detail = ", or ".join(ways)
        return Finding(RIGHT_IF, found, detail, f"The printed P does not fit z for both. {ASSUMED}")
    ends = [line_p(printed, term, ANY_DF, even=even) for even in (True, False)]
    (least, most), (lowest, highest) = ends
    return Finding(
        NOT_BOTH,
        f"P from {_p(least)} to {_p(most)} with any degrees of freedom if the limits are even "
        f"about the slope, and from {_p(lowest)} to {_p(highest)} if they need not be",
        "the printed limits",
        f"No z and no t gives these limits and this P together, alone or one for each. {ASSUMED}",
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
        f"At the paper's limit of {LEVEL}, {' and '.join(above)} did not differ significantly.",
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
        "'Reduced' is a causal word. Whether the line of the treated lies below that of the "
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
        explanation="A P value above 0.05 does not show that slopes are alike. The limits of their "
        "difference would; they are not in the main text.",
    )


@verdict
def rise_excluded(claim: Claim, tables: Tables, markers: str, hedged: str = "") -> Finding:
    """Whether the limits of the treated slope exclude a rise that was "prevented".

    ``hedged`` is the word, if there is one, that marks the statement as a possibility.
    """
    lines = tables.slopes.query("term == 'treated'").set_index("marker").loc[markers.split(",")]
    text = ", ".join(
        f"{marker} {row['ci_low']:g} to {row['ci_high']:g}" for marker, row in lines.iterrows()
    )
    if (lines["ci_high"] <= 0).all():
        return Finding(REPRODUCED, f"limits of the treated slope: {text}")
    if hedged:
        condition = f"'{hedged}' is read as a possibility"
        why = "The limits include a fall, no change and a rise."
        return Finding(RIGHT_IF, f"limits of the treated slope: {text}", condition, why)
    return Finding(
        STRONGER,
        f"limits of the treated slope: {text}",
        "its own limits",
        "A rise in the treated is not excluded, and most controls were not randomised: the groups "
        "differ, and the reason is open.",
    )


@verdict
def fall_in_treated(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether a marker that was "reduced" fell in the treated, by its own limits."""
    row = tables.slopes.query("marker == @marker and term == 'treated'").iloc[0]
    slope, low, high = printed_line(row)
    text = f"slope of the treated {slope:g} ({low:g} to {high:g})"
    if high < 0:
        return Finding(REPRODUCED, text)
    return Finding(
        STRONGER,
        text,
        "its own limits",
        "The limits hold no change and a rise. What differs is the slope from that of the "
        "controls.",
    )


@verdict
def all_below_detection(claim: Claim, tables: Tables, markers: str) -> Finding:
    """Markers said to be below detection belong to those assayed; their limits are not printed."""
    methods = tables.paper.partition("\nBiomarkers analysis\n")[2].partition("\nResults\n")[0]
    words = markers.split(",")
    assayed = [word for word in words if word.lower() in methods.lower()]
    return Finding(
        NOT_CHECKABLE if len(assayed) == len(words) else NOT_REPRODUCED,
        f"{len(assayed)} of {len(words)} are among the assays of the methods",
        explanation="No limit of detection and no share of samples below it is printed.",
    )
