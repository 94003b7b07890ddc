"""The expected answers of chapter 07."""

import math

import numpy as np

from ...data.loaders import load_slopes
from ..registry import exercise

__all__: list[str] = []

_DAYS = (0, 3, 6, 14, 28)


def apart_per_day() -> float:
    """Printed slope of NFL in the controls minus that of the MSC patients."""
    slope = load_slopes().set_index(["marker", "term"])["slope"]
    return float(slope["NFL", "control"] - slope["NFL", "treated"])


def _least_squares(peak: float, days: tuple[int, ...]) -> float:
    """The slope through a rise from 0 to 1 and back; each patient has the same days.

    With the same days for everybody, the mixed model and least squares give the same slope.
    """
    return float(np.polyfit(days, [min(d / peak, (28 - d) / (28 - peak)) for d in days], 1)[0])


@exercise(
    "07-1",
    "the ratio on day 14",
    "the ratio on day 28",
    within=0.1,
    hint="Take the scale log10, and the line in the middle, not the ends of its interval.",
)
def _ratios_of_the_print():
    daily = 10 ** apart_per_day()
    return daily**14, daily**28


@exercise(
    "07-2",
    "how many times higher after 14 days",
    "days until it is twice as high",
    within=0.05,
    hint="A difference of logarithms is the logarithm of a ratio.",
)
def _a_difference_per_day():
    daily = math.exp(0.03 * math.log(10))
    return math.prod([daily] * 14), math.log(2, daily)


@exercise(
    "07-3",
    "units with everybody on all five days",
    "units with all controls to day 14",
    within=0.01,
    hint="The column is log10 units needed on day 14.",
)
def _transients_needed():
    return tuple(apart_per_day() / _least_squares(14, days) for days in (_DAYS, _DAYS[:4]))


@exercise(
    "07-4",
    "the control slope with everybody on all five days",
    "the control slope with all controls to day 14",
    within=0.0005,
    hint="expected_line gives three slopes; take that of the control.",
)
def _an_earlier_peak():
    return tuple(_least_squares(7, days) for days in (_DAYS, _DAYS[:4]))
