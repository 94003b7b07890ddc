"""The expected answers of the chapter on the strength of evidence."""

import math

from scipy import integrate, optimize, stats

from ...data.loaders import load_slopes
from ...panel.bias import bias_priors
from ...panel.printed_tests import printed_differences
from ...panel.tipping import needed_slope, outside_rates
from ..registry import exercise
from .neuromarkers import apart_per_day

__all__: list[str] = []


@exercise(
    "09c-2",
    "how much faster they must rise with a weight of 0.6, per day",
    "how much faster with a weight of 0.3",
    within=0.0005,
    hint="The weight times the answer is the printed difference.",
)
def _bias_of_nfl():
    return tuple(float(needed_slope(apart_per_day(), 0.0, weight)) for weight in (0.6, 0.3))


@exercise(
    "09c-3",
    "the limit for the wide interval",
    "the limit for the narrow interval",
    within=0.0005,
    hint="The width is the upper end minus the lower one; square it first.",
)
def _scepticism():
    # By the prior's variance: se² / (z² / 1.96² - 1), in units of the half width.
    limits = []
    for low, high in ((0.01, 0.09), (0.04, 0.06)):
        half, middle = (high - low) / 2, (high + low) / 2
        limits.append(half / math.sqrt((middle / half) ** 2 - 1))
    return tuple(limits)


@exercise(
    "09c-4",
    "the mean after the data",
    "the SD after the data",
    within=0.0005,
    hint="Both have the same SD, so the mean is in the middle; the precisions add up.",
)
def _posterior():
    kept = 0.01**2 / (0.01**2 + 0.01**2)
    return kept * 0.03, 0.01 * math.sqrt(kept)


@exercise(
    "09c-1",
    "the marker",
    hint="Where is the column Left further from zero than the printed difference of that marker?",
)
def _hidden_by_bias():
    # Every printed difference is below zero, and so a falling control hides a part of it.
    rates = outside_rates().dropna(subset="rate").set_index("marker")["rate"]
    [found] = [m for m in ("IL1RA", "IL18", "NFL") if rates[m] < 0]
    return found


@exercise(
    "09c-5",
    "the median of what is left, per day",
    "the share of draws with the printed sign",
    within=0.002,
    hint="Change the column part_high alone, with assign; then the row of NFL.",
)
def _half_of_the_rate():
    slopes = load_slopes()
    [prior] = (
        bias_priors(slopes)
        .query("marker == 'NFL' and prior == 'some of the ICU rate'")
        .itertuples()
    )
    printed = printed_differences(slopes).set_index("marker").loc["NFL"]
    low, high = prior.weight_low, prior.weight_high

    def below(at: float) -> float:
        """The share that is below, of all weights and parts: an integral in place of draws."""
        found, _ = integrate.dblquad(
            lambda part, weight: stats.norm.cdf(
                (at - printed["slope"] - weight * part * prior.rate) / printed["se"]
            ),
            low, high, 0.0, 0.5, epsabs=1e-6,
        )  # fmt: skip
        return found / (high - low) / 0.5

    return optimize.brentq(lambda at: below(at) - 0.5, -0.05, 0.0, xtol=1e-5), below(0.0)
