"""Checks of the chapter on neuronal markers: what is said of NFL against its printed lines."""

from ...panel.transients import END, PEAK, implied_ratios, transient_needed
from ..tables import Tables
from ..verdicts import NOT_CHECKABLE, REPRODUCED, RIGHT_IF, STRONGER, Claim, Finding, verdict


@verdict
def lines_align(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether two printed lines can diverge by day 14 and be together again by day 28."""
    every = implied_ratios(tables.slopes, marker).query("together_on == 0 and day == @END")
    apart = every.set_index("scale")
    on_log10, on_ln = (apart.loc[scale] for scale in ("log10", "ln"))
    found = (
        f"if slopes are per day, lines that start together are {on_log10['ratio']:.1f}-fold "
        f"apart on day {END:g} on log10 ({on_log10['ratio_low']:.1f} to "
        f"{on_log10['ratio_high']:.1f}), and {on_ln['ratio']:.1f}-fold with the natural "
        "logarithm; in SD units no ratio can be given"
    )
    if on_log10["ratio_low"] <= 1:
        return Finding(NOT_CHECKABLE, found, explanation="Parallel lines are not excluded.")
    needed = transient_needed(tables.slopes, marker, sd_slopes=(0.05,)).set_index("design")
    cut = needed.loc["by stay: the historical to day 14", "ratio_log10"]
    return Finding(
        RIGHT_IF,
        found,
        "the levels followed curves, or the lines started apart",
        "The scale is not printed. A rise and fall of the controls can give these straight lines "
        f"if few of them were sampled on day {END:g}: with the historical ones to day {PEAK:g} it "
        f"takes a {cut:.1f}-fold difference on day {PEAK:g} (log10). The words may describe the "
        "samples, and the slopes the model.",
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
    outside, controls = len(tables.arm("mCTRL")), len(tables.arm("CTRL", "mCTRL"))
    return Finding(
        STRONGER,
        found,
        f"{outside} of the {controls} controls were not randomised",
        "One marker is meant, and a difference of slopes; 'mitigating' names a cause.",
    )
