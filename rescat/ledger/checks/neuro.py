"""Checks of the chapter on neuronal markers: what is said of NFL against its printed lines."""

from ...panel.transients import END, PEAK, implied_ratios, transient_needed
from ..tables import Tables
from ..verdicts import NOT_CHECKABLE, REPRODUCED, RIGHT_IF, Claim, Finding, verdict


@verdict
def lines_align(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether two printed lines can diverge by day 14 and be together again by day 28."""
    ratios = implied_ratios(tables.slopes, marker).query("scale == 'log10'")
    at_end = ratios.query("together_on == 0 and day == @END").iloc[0]
    found = (
        f"on log10, lines that start together are {at_end['ratio']:.1f}-fold apart on day "
        f"{END:g} ({at_end['ratio_low']:.1f} to {at_end['ratio_high']:.1f})"
    )
    if at_end["ratio_low"] <= 1:
        return Finding(NOT_CHECKABLE, found, explanation="The limits allow parallel lines.")
    back = ratios.query("together_on == @END").set_index("day")["ratio"]
    needed = transient_needed(tables.slopes, marker, sd_slopes=(0.05,)).set_index("design")
    full, cut = (
        needed.loc[name, "ratio_log10"]
        for name in ("everybody on all five days", "historical controls to day 14")
    )
    sampled = "more than 1000-fold" if full > 1000 else f"{full:.1f}-fold"
    return Finding(
        RIGHT_IF,
        found,
        "the levels followed curves, which the printed straight lines do not show",
        f"If the lines meet on day {END:g}, the treated start {1 / back[0]:.1f}-fold above the "
        f"controls and are {1 / back[PEAK]:.1f}-fold above them on day {PEAK:g}. A rise and fall "
        "of the controls "
        f"can print as these lines if few controls were sampled on day {END:g}: with historical "
        f"controls to day {PEAK:g} it takes a {cut:.1f}-fold difference on day {PEAK:g}, with "
        f"everybody sampled on all days {sampled}. The words may describe the samples, and the "
        "slopes the model.",
    )


@verdict
def one_of_the_panel(claim: Claim, tables: Tables) -> Finding:
    """How many markers of brain and barrier differ between the groups."""
    panel = tables.markers.query("kind == 'neuro'")
    quiet = panel["printed"].eq("no significant change")
    found = (
        f"{int((~quiet).sum())} of {len(panel)} markers of this panel differ: "
        f"{', '.join(panel.loc[~quiet, 'marker']) or 'none'}"
    )
    if not quiet.any():
        return Finding(REPRODUCED, found)
    return Finding(RIGHT_IF, found, "the one marker is meant, and a difference of slopes")
