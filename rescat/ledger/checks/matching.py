"""Checks of the chapter on matching."""

import pandas as pd

from ...data.trial_facts import MATCHED_ON
from ...matching.balance import balance
from ...matching.match import smallest_caliper
from ...matching.smd_by_chance import smd_by_chance
from ...trial.cohort import had_support, recruitment_periods
from ..tables import Tables
from ..verdicts import NOT_REPRODUCED, REPRODUCED, RIGHT_IF, STRONGER, Claim, Finding, verdict
from .compare import holds

_UNITS = {"age": "years", "bmi": "kg/m² of BMI", "pao2_fio2": "mmHg of PaO2/FiO2"}


@verdict
def sets_of_two(claim: Claim, tables: Tables) -> Finding:
    """Whether five sets of two exist with one sex in each, and how wide they must at least be."""
    own, matched = tables.arm("MSC"), tables.arm("mCTRL")
    widths = {
        column: smallest_caliper(own, matched, column, exact="male", ratio=2) for column in _UNITS
    }
    if None in widths.values():
        return Finding(NOT_REPRODUCED, "no family of 1:2 sets with one sex in each set")
    found = ", ".join(f"{widths[c]:g} {unit}" for c, unit in _UNITS.items())
    return Finding(
        RIGHT_IF,
        f"1:2 sets with one sex in each exist; widest difference at least {found}",
        "differences within a set could be as wide as the figures beside it",
        "Each figure is the smallest possible when that variable alone is looked at and each set "
        "has one sex; no such assignment of these ten to these five does better. Where a set may "
        "mix the sexes, some can be nearer. The sets themselves are not printed.",
    )


@verdict
def matched_period(claim: Claim, tables: Tables) -> Finding:
    """The period of the matched controls, and the days to the first patient of the trial."""
    periods = recruitment_periods(tables.trial).set_index("group")
    start, end = periods.loc["Milan ICU", ["start", "end"]]
    apart = (periods.loc[["Modena", "Vicenza"], "start"].min() - end).days - 1
    printed = [pd.Period(word, "M") for word in claim.quotation.strip("()").split("–")]
    same = [start.to_period("M"), end.to_period("M")] == printed
    return holds(
        same,
        f"{start:%B %Y} to {end:%B %Y}",
        f"Methods. Period was not matched: {apart} days lie between the two cohorts.",
    )


@verdict
def comparability(claim: Claim, tables: Tables) -> Finding:
    """What differs between the groups that are called comparable."""
    own, matched = tables.arm("MSC"), tables.arm("mCTRL")
    support = [int(had_support(group).sum()) for group in (own, matched)]
    shares = [n / len(group) for n, group in zip(support, (own, matched), strict=True)]
    rows = balance(own, matched, covariates=MATCHED_ON, denominator="pooled")
    widest = rows.loc[rows["smd"].abs().idxmax()]
    found = (
        f"HFNO or NIV at entry in {support[0]} of {len(own)} MSC and {support[1]} of "
        f"{len(matched)} matched patients; largest SMD of the matched variables "
        f"{abs(widest['smd']):.2f} ({widest['covariate'].replace('pao2_fio2', 'PaO2/FiO2')})"
    )
    if shares[0] == shares[1]:
        return Finding(REPRODUCED, found)
    measured = len(rows) - 1  # sex is a count, and the same share in both groups
    alone, largest = smd_by_chance(
        [abs(widest["smd"])], len(own), len(matched), denominator="pooled", variables=[1, measured]
    )["probability"]
    return Finding(
        STRONGER,
        found,
        "respiratory support at entry (COH-19), and another hospital and period",
        f"In randomised groups of {len(own)} and {len(matched)} an SMD of this size or more has "
        f"a probability of {alone:.2f} for one variable, and of {largest:.2f} for the largest of "
        f"{measured}: by these the groups are more alike than most randomised ones of this size, "
        "if the variables are normal and independent. What is not comparable is centre and "
        "period, for every patient, the unit, probably for most, and respiratory support, for "
        "some. Comparable may be meant of steroids alone.",
    )


@verdict
def drugs_left_out(claim: Claim, tables: Tables) -> Finding:
    """Drugs can't have been matched if those of the matched controls are not known."""
    reported = int(tables.arm("mCTRL")["therapy"].ne("not reported").sum())
    return holds(
        reported == 0,
        f"therapy printed for {reported} of {len(tables.arm('mCTRL'))} matched controls",
        "The authors say so themselves; Table 1 shows the same.",
    )
