"""Checks of the references: their numbers, their titles, and two results that are cited."""

import itertools

from scipy import stats

from ...data.paper import cited_numbers, reference_list
from ...printed.attainable import attainable_p, attainable_ratio_p
from ..tables import Tables
from ..verdicts import NOT_BOTH, REPRODUCED, SOURCE_DIFFERS, STRONGER, Claim, Finding, verdict
from .compare import holds


@verdict
def references_in_order(claim: Claim, tables: Tables) -> Finding:
    """References are numbered in the order in which the text first cites them."""
    first = list(dict.fromkeys(cited_numbers(tables.paper)))
    out = [b for a, b in itertools.pairwise(first) if b < a]
    return holds(not out, f"{len(first)} numbers; out of order: {out or 'none'}")


@verdict
def references_all_cited(claim: Claim, tables: Tables) -> Finding:
    """Every listed reference is cited, and every cited number is listed."""
    listed = set(reference_list(tables.paper)["number"])
    cited = set(cited_numbers(tables.paper))
    return holds(
        listed == cited and len(listed) == claim.values[0],
        f"{len(listed)} listed; not cited: {sorted(listed - cited) or 'none'}; not listed: "
        f"{sorted(cited - listed) or 'none'}",
    )


@verdict
def references_distinct(claim: Claim, tables: Tables) -> Finding:
    """No reference appears twice, judged by address and by title."""
    listed = reference_list(tables.paper)
    twice = listed[listed["doi"].duplicated(keep=False) & listed["doi"].ne("")]
    twice = [*twice["number"], *listed.loc[listed["title"].duplicated(), "number"]]
    return holds(not twice, f"{len(listed)} references; twice: {twice or 'none'}")


@verdict
def cited_twice_over(claim: Claim, tables: Tables) -> Finding:
    """Two statements that are set against each other rest on different references."""
    numbers = cited_numbers(claim.quotation)
    if len(set(numbers)) == len(numbers):
        return Finding(REPRODUCED, f"references {numbers}")
    return Finding(
        NOT_BOTH,
        f"both rest on reference {numbers[0]}",
        "its own words 'while a more recent'",
        "One of the two numbers may stand for another reference.",
    )


@verdict
def cited_contrast(claim: Claim, tables: Tables, reference: str, said: str = "a result") -> Finding:
    """A result of a cited trial: the difference between its groups and the P value of it.

    ``said`` is "trends" where the sentence speaks of a direction, and not of a result.
    """
    row = tables.cited_results.query(f"reference == {int(reference)}").iloc[0]
    if row["scale"] == "counts":
        counts = row[["treated_events", "treated_patients", "control_events", "control_patients"]]
        a, n, b, m = counts.astype(int)
        low = high = stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
        result = f"{row['outcome']}: {a} of {n} against {b} of {m}"
    else:
        limits, decimals = (row["ci_low"], row["ci_high"]), int(row["decimals"])
        p_of = attainable_p if row["scale"] == "difference" else attainable_ratio_p
        low, high = p_of(row["estimate"], limits, decimals=decimals)
        figures = (f"{x:.{decimals}f}" for x in (row["estimate"], *limits))
        result = "{}: {} ({} to {})".format(row["outcome"], *figures)
    ends = sorted({f"{low:.2f}", f"{high:.2f}"})
    found = f"{result}, P {' to '.join(ends)}"
    where = f"Source: {row['source']}; {row['note']}."
    if high < 0.05:
        return Finding(REPRODUCED, found, explanation=where)
    if said == "trends":
        detail = f"reference {reference} found no significant difference"
        return Finding(STRONGER, found, detail, where)
    return Finding(SOURCE_DIFFERS, found, f"the result of reference {reference}", where)
