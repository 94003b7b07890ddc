"""The expected answers of the chapter on the markers, each computed by a way of its own."""

import math

from ...data.loaders import load_slopes
from ..registry import exercise
from .cytokines import difference, logged

__all__: list[str] = []


@exercise(
    "08-1",
    "the names of the markers",
    hint="Both ends of the confidence interval lie on the same side of zero.",
)
def _limits_without_zero():
    return {m for m in logged() if difference(m).ci_low > 0 or difference(m).ci_high < 0}


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
    n = len(logged())
    return -math.expm1(n * math.log1p(-0.05)), -math.expm1(math.log1p(-0.05) / n)


@exercise(
    "08-4",
    "the difference of NFL per day, in natural logarithms",
    "its P value",
    within=0.0005,
    hint="Take the row of NFL with the term difference.",
)
def _natural_logarithms():
    return difference("NFL").slope * math.log(10), difference("NFL").p_value
