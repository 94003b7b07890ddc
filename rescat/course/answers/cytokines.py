"""The expected answers of chapter 06."""

from functools import cache
from statistics import NormalDist

import numpy as np
import pandas as pd

from ...data.biomarkers import load_biomarkers
from ...data.loaders import load_slopes, load_table
from ..formula import ByFormula, by_formula
from ..registry import exercise

__all__: list[str] = []


@cache
def logged() -> dict[str, pd.DataFrame]:
    """The public values of each marker that was detected, log10; half the limit if below it."""
    values = load_biomarkers()
    below = values["below_lod"].astype(bool)
    values = values.assign(value=np.log10(values["value"].where(~below, values["value"] / 2)))
    by_marker = values.groupby("marker", sort=False)
    return {marker: own for marker, own in by_marker if not own["below_lod"].all()}


@cache
def difference(marker: str) -> ByFormula:
    """The fitted difference of slopes of a marker, MSC minus controls."""
    return by_formula(logged()[marker])


@cache
def cytokines() -> tuple[str, ...]:
    """The markers of inflammation that can be fitted."""
    kind = load_table("markers").set_index("marker")["kind"]
    return tuple(marker for marker in logged() if kind[marker] == "inflammatory")


@exercise(
    "06-1",
    "the names of the cytokines",
    hint="Look for the lines of the forest plot that do not touch zero.",
)
def _limits_without_zero():
    return {m for m in cytokines() if difference(m).ci_low > 0 or difference(m).ci_high < 0}


@exercise(
    "06-2",
    "how many times higher on the last day",
    within=1.0,
    hint="Take the upper end of the interval of the difference per day, times the days; then a "
    "power of ten.",
)
def _highest_il8():
    return (10 ** difference("IL8").ci_high) ** 28


@exercise(
    "06-3",
    "the difference of the printed slopes, MSC minus controls",
    "its P value",
    within=0.0005,
    hint="Squares of standard errors add up; P is two-sided.",
)
def _p_from_the_print():
    printed = load_slopes().set_index(["marker", "term"]).loc["IL1RA"]
    z = NormalDist().inv_cdf(0.975)
    control, treated = (
        NormalDist(row["slope"], (row["ci_high"] - row["ci_low"]) / (2 * z))
        for row in (printed.loc["control"], printed.loc["treated"])
    )
    apart = treated - control  # of independent normal estimates
    return apart.mean, 2 * min(apart.cdf(0), 1 - apart.cdf(0))


@exercise(
    "06-4",
    "patients without whom P is above 0.05",
    "the highest P value",
    within=0.001,
    hint="The result of leave_one_out has one row for each patient, and a column p_value.",
)
def _without_each():
    own = logged()["IL6"]
    found = [
        by_formula(own[own["patient_id"].ne(who)]).p_value for who in own["patient_id"].unique()
    ]
    return sum(p > 0.05 for p in found), max(found)
