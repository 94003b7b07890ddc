"""Checks of the chapter on multiplicity: how many tests, how many hits, and corrected P values."""

from ...panel.multiplicity import adjusted_p_bounds, chance_of_at_least, largest_chance_of_at_least
from ...panel.printed_tests import printed_hits, printed_p_ranges
from ...printed.lines import printed_range
from ..tables import Tables
from ..verdicts import (
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    STRONGER,
    Claim,
    Finding,
    verdict,
)
from .compare import compare

ALPHA = 0.05
# Correlations between tests that the explanations mention.
_SOME, _MUCH = 0.3, 0.5


@verdict
def tests_counted(claim: Claim, tables: Tables) -> Finding:
    """The number of tests, one for each marker of Figure 2, and the test of CRP."""
    _, n = printed_hits(tables.slopes)
    _, with_crp = printed_hits(tables.slopes, "with CRP")
    if claim.values != [n]:
        return Finding(NOT_REPRODUCED, f"Figure 2 has {n} markers")
    return Finding(
        RIGHT_IF,
        f"Figure 2 has {n} markers; with CRP {with_crp}",
        "the test of CRP is not counted",
        "The text calls the trajectory of CRP significantly different, so it was tested. It is not "
        "among the markers of Figure 2. Perhaps it came from the routine laboratory.",
    )


@verdict
def expected_by_chance(claim: Claim, tables: Tables) -> Finding:
    """Tests times level: significant tests to be expected, whatever their dependence."""
    _, n = printed_hits(tables.slopes)
    return compare(claim, [n * ALPHA], f"{n} tests at {ALPHA:g}, independent or not.")


@verdict
def hits_counted(claim: Claim, tables: Tables) -> Finding:
    """The number of printed differences with P below 0.05, and that of CRP, which has no number."""
    k, _ = printed_hits(tables.slopes)
    with_crp, _ = printed_hits(tables.slopes, "with CRP")
    if claim.values != [k]:
        return Finding(NOT_REPRODUCED, f"{k} printed P values below {ALPHA:g}")
    return Finding(
        RIGHT_IF,
        f"{k} printed P values below {ALPHA:g}; with CRP {with_crp}",
        "CRP is not counted",
        "CRP 'also exhibited a significantly different trajectory'. With it there is one hit more, "
        "and one test more.",
    )


@verdict
def more_than_chance(claim: Claim, tables: Tables) -> Finding:
    """Whether so many significant tests are improbable if no slope differs."""
    k, n = printed_hits(tables.slopes)
    chance, most = chance_of_at_least(k, n), largest_chance_of_at_least(max(k, 1), n)
    some, much = (chance_of_at_least(k, n, correlation=r) for r in (_SOME, _MUCH))
    found = (
        f"{k} or more of {n} have probability {chance:.3f} if the tests are independent; "
        f"{some:.3f} and {much:.3f} if they correlate by {_SOME:g} and {_MUCH:g}"
    )
    if most <= ALPHA:
        return Finding(REPRODUCED, found, explanation=f"At most {most:.3f} with any dependence.")
    if chance <= ALPHA:
        return Finding(RIGHT_IF, found, "the tests are nearly independent")
    more, of = printed_hits(tables.slopes, "with CRP")
    counted = (
        chance_of_at_least(more, of),
        chance_of_at_least(more, of, correlation=_SOME),
    )
    return Finding(
        STRONGER,
        found,
        "the level of 0.05 at which each test was made",
        f"One hit is expected; that is right. But {k} are not so rare: with any dependence the "
        f"probability can be as high as {most:.2f}. With CRP, {more} of {of} have {counted[0]:.3f} "
        f"if independent, and {counted[1]:.3f} with a correlation of {_SOME:g}. A count also "
        "does not say which of the differences are real. 'Unlikely' need not mean below 0.05.",
    )


@verdict
def significant_after_correction(claim: Claim, tables: Tables, marker: str) -> Finding:
    """Whether a difference stays significant, whatever the P values are that are not printed."""
    bounds = adjusted_p_bounds(printed_p_ranges(tables.slopes))
    own = bounds[bounds["marker"].eq(marker)].set_index("method")
    found = "corrected P " + "; ".join(
        f"{name} {row['low']:.3f} to {row['high']:.3f}" for name, row in own.iterrows()
    )
    low, _ = printed_range(
        tables.slopes.query("marker == @marker").set_index("term").loc["difference"], "p_value"
    )
    if low >= ALPHA:
        return Finding(NOT_REPRODUCED, f"uncorrected P from {low:g}")
    if own["high"].max() < ALPHA:
        return Finding(REPRODUCED, found, explanation="By all five procedures.")
    if own["low"].min() < ALPHA:
        return Finding(NOT_CHECKABLE, found, explanation="It depends on P values not printed.")
    return Finding(
        RIGHT_IF,
        found,
        "P is not corrected for the other tests",
        "The ranges hold for every value from 0.05 to 1 of the P values that are not printed, and "
        "for what rounding allows.",
    )


@verdict
def primary_family(claim: Claim, tables: Tables) -> Finding:
    """Whether the significant markers belong to the analysis that the aims call primary."""
    (k, n), (other, of) = (
        printed_hits(tables.slopes, family) for family in ("inflammatory", "neuro")
    )
    found = (
        f"inflammatory markers: {k} of {n}, probability {chance_of_at_least(k, n):.3f}; "
        f"neuro-markers: {other} of {of}, probability {chance_of_at_least(other, of):.3f}"
    )
    if not other:
        return Finding(REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "'primary' means all markers of Figure 2",
        "The aims name the cytokine profile as primary and the markers of organ damage as a "
        "sensitivity analysis; the twenty tests are of both. The probability is that of so many "
        "or more by chance, if the tests are independent.",
    )


@verdict
def tests_within_groups(claim: Claim, tables: Tables) -> Finding:
    """Tests of each group's own slope, which are not among the twenty."""
    own = tables.slopes[tables.slopes["term"].ne("difference")].dropna(subset="p_value")
    _, n = printed_hits(tables.slopes)
    hits = int(own["p_value"].lt(ALPHA).sum())
    found = f"{hits} P values of a group's own slope are printed below {ALPHA:g}"
    if own.empty:
        return Finding(REPRODUCED, "no P value of a group's own slope is printed")
    return Finding(
        RIGHT_IF,
        found,
        "only comparisons of slopes are counted, as the limitations say (MUL-01)",
        f"Two slopes for each of {n} markers are {2 * n} further tests, of which "
        f"{2 * n * ALPHA:g} are expected to be significant by chance. A slope that is not zero in "
        "one group is no difference between groups.",
    )
