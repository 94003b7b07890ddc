"""Checks of the manufacturing chapter."""

from ...data.trial_facts import fact
from ...trial.manufacturing import bag_composition, lot_capacity, most_bags_per_infusion, quantity
from ..tables import Tables
from ..verdicts import NOT_CHECKABLE, ONLY_IF, Claim, Finding, verdict
from .compare import compare, holds


@verdict
def composition(claim: Claim, tables: Tables, source: str) -> Finding:
    """Volumes and percentages of one bag add up and fit each other."""
    bag = bag_composition(tables.manufacturing).query("msc_source == @source").iloc[0]
    parts = ("saline", "dmso", "albumin")
    figures = [sum(bag[f"{p}_volume"] for p in parts)]
    for part in parts:
        figures += [bag[f"{part}_volume"], 100 * bag[f"{part}_volume"] / bag["bag_volume"]]
    return compare(claim, figures, "Sum of the volumes, then each volume and its share of it.")


@verdict
def capacity(claim: Claim, tables: Tables) -> Finding:
    """Bags of one lot against the infusions that the treated patients needed."""
    lots = lot_capacity(tables.manufacturing)
    infusions = quantity(tables.manufacturing, "infusions_per_patient", "AT")
    made = tables.manufacturing
    treated = {source: quantity(made, "patients_treated", source) for source in ("AT", "UC")}
    most = most_bags_per_infusion(lots, treated, infusions)
    return Finding(
        ONLY_IF,
        f"one AT lot: {lots['bags'].iloc[0]} bags; one UC lot: "
        f"{lots['bags'].iloc[-1]} bags of 50 million cells",
        f"one infusion took at most {most['AT']} AT bags and at most {most['UC']} UC bags",
        "The number of bags per infusion is not printed. Even large doses leave a margin.",
    )


@verdict
def viability_consistency(claim: Claim, tables: Tables) -> Finding:
    """Two viabilities called consistent: their difference."""
    made = tables.manufacturing
    difference = quantity(made, "viability_in_use", "AT") - quantity(
        made, "viability_stability", "AT"
    )
    return Finding(
        NOT_CHECKABLE,
        f"difference {difference:.2f} percentage points",
        explanation="One bag against one stability figure; no spread is printed for either.",
    )


@verdict
def viability_window(claim: Claim, tables: Tables) -> Finding:
    """Time to infusion, which is not printed, beside the time of the viability test."""
    tested = quantity(tables.manufacturing, "viability_time", "AT")
    return Finding(
        NOT_CHECKABLE,
        f"viability was tested at {tested:g} minutes",
        explanation="No time of an infusion is printed. The test covers the time allowed "
        f"({claim.values[0]:g} minutes).",
    )


@verdict
def quality_of_both(claim: Claim, tables: Tables) -> Finding:
    """Whether release results are printed for both cell types."""
    made = tables.manufacturing
    printed = made[made["quantity"].str.startswith("viability_") & made["unit"].eq("%")]
    sources = sorted(set(printed["msc_source"]))
    return Finding(
        NOT_CHECKABLE,
        f"viability printed for: {', '.join(sources)}",
        explanation="The paper prints no viability or release result for the UC cells; "
        "the supplement may.",
    )


@verdict
def short_of_target(claim: Claim, tables: Tables) -> Finding:
    """The registered target against the number randomised."""
    target = fact(tables.trial, "register_target", "all ages")
    randomised = fact(tables.trial, "patients_randomised")
    return holds(
        target > randomised,
        f"{randomised:g} of {target:g} planned ({100 * randomised / target:.1f} %)",
        "Target from the EU Clinical Trials Register; the paper does not print it.",
    )
