"""Checks of the manufacturing chapter."""

from ...data.trial_facts import fact
from ...trial.cohort import recruitment_periods
from ...trial.manufacturing import bag_composition, lot_capacity, most_bags_per_infusion, quantity
from ..tables import Tables
from ..verdicts import NOT_CHECKABLE, REPRODUCED, RIGHT_IF, Claim, Finding, verdict
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
        RIGHT_IF,
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
def stability_beside_enrolment(claim: Claim, tables: Tables) -> Finding:
    """The time for which stability is printed, beside the time over which patients were treated."""
    periods = recruitment_periods(tables.trial).set_index("group")
    centres = periods.loc[["Modena", "Vicenza"]]
    days = (centres["end"].max() - centres["start"].min()).days
    return Finding(
        NOT_CHECKABLE,
        f"enrolment ran over {days} days",
        explanation="The age of the bags at infusion is not printed. If all came from one early "
        "lot, some were older than three months; later lots, or a longer study, would settle it.",
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


def _recruited(tables: Tables) -> tuple[float, float, str]:
    """Patients randomised, patients planned, and both in words."""
    target = fact(tables.trial, "register_target", "all ages")
    randomised = fact(tables.trial, "patients_randomised")
    share = f"{randomised:g} of {target:g} planned ({100 * randomised / target:.1f} %)"
    return randomised, target, share


@verdict
def short_of_target(claim: Claim, tables: Tables) -> Finding:
    """The registered target against the number randomised, and the share of older patients."""
    randomised, target, share = _recruited(tables)
    older = fact(tables.trial, "register_target", "65 years and over")
    enrolled = int(tables.arm("MSC", "CTRL")["age"].ge(65).sum())
    return holds(
        target > randomised,
        f"{share}; of 65 years or more {enrolled} of {older:g} planned",
        "Targets from the EU Clinical Trials Register; the paper does not print them.",
    )


@verdict
def feasible_as_recruited(claim: Claim, tables: Tables) -> Finding:
    """Feasibility, which the methods define by production, beside recruitment."""
    randomised, target, share = _recruited(tables)
    if randomised >= target:
        return Finding(REPRODUCED, share)
    return Finding(
        RIGHT_IF,
        f"enrolled: {share}",
        "feasible means that enough cells could be made, as the methods define it",
        "The limitations say that a larger cohort was the aim (MAN-12). In the usual "
        "sense, feasible also means that the planned patients can be enrolled.",
    )
