"""The expected answers of the chapter on the markers, each computed by a way of its own."""

import math

import numpy as np
from scipy import stats

from ..biomarkers import load_biomarkers
from ..data import load_slopes
from ..random_slopes import fit_slopes
from .exercises import exercise

__all__: list[str] = []


def _detected():
    """Each marker with a value above its limit of detection, and its values."""
    for marker, own in load_biomarkers().groupby("marker"):
        below = own["below_lod"].astype(bool)
        if not below.all():
            yield marker, own.assign(value=own["value"].where(~below, own["value"] / 2))


@exercise(
    "08-1",
    "the names of the markers",
    hint="Both limits lie on the same side of zero.",
)
def _limits_without_zero():
    clear = set()
    for marker, own in _detected():
        row = fit_slopes(own.assign(value=np.log10(own["value"]))).table.loc["difference"]
        if 2 * stats.t.sf(abs(row["slope"] / row["se"]), row["df"]) < 0.05:
            clear.add(marker)
    return clear


@exercise(
    "08-2",
    "the names of the markers",
    hint="The words are: limits, or P values.",
)
def _printed_with_figures():
    return set(load_slopes()["marker"])


@exercise(
    "08-3",
    "the probability of one or more",
    "the level of each test",
    within=0.0005,
    hint="None is below the level with the probability (1 - level) to the power of their number.",
)
def _striking_by_chance():
    n = sum(1 for _ in _detected())
    return -math.expm1(n * math.log1p(-0.05)), -math.expm1(math.log1p(-0.05) / n)


@exercise(
    "08-4",
    "the difference of NFL per day, in natural logarithms",
    "its P value",
    within=0.0005,
    hint="Take the row of NFL with the term difference.",
)
def _natural_logarithms():
    own = dict(_detected())["NFL"]
    row = fit_slopes(own.assign(value=np.log10(own["value"]))).table.loc["difference"]
    return row["slope"] * math.log(10), row["p_value"]
