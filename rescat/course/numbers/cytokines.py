"""The numbers of the quiz of chapter 06."""

import math

from ...data.loaders import load_slopes
from ...panel.fits import leave_one_out
from ..answers.cytokines import cytokines, difference, logged

__all__ = ["NUMBERS"]


def _without_one() -> list[float]:
    return sorted(leave_one_out(logged()["IL1RA"])["p_value"])


def _printed_p(marker: str, term: str) -> float:
    return float(load_slopes().set_index(["marker", "term"]).loc[(marker, term), "p_value"])


NUMBERS = {
    "n_cytokines": lambda: len(cytokines()),
    "cytokines_by_chance": lambda: 0.05 * len(cytokines()),
    "il18_control_p": lambda: _printed_p("IL18", "control"),
    "il18_difference_p": lambda: _printed_p("IL18", "difference"),
    "il6_treated_p": lambda: _printed_p("IL6", "treated"),
    "il8_p": lambda: float(difference("IL8").p_value),
    "il8_highest": lambda: 10 ** (28 * float(difference("IL8").ci_high)),
    "ln_of_ten": lambda: math.log(10),
    "il1ra_lowest_p": lambda: _without_one()[0],
    "il1ra_highest_p": lambda: _without_one()[-1],
}
