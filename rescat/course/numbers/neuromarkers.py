"""The numbers of the quiz of chapter 07."""

import math

from ..answers.neuromarkers import apart_per_day

__all__ = ["NUMBERS"]


NUMBERS = {
    "nfl_apart": apart_per_day,
    "nfl_after_two_weeks": lambda: 10 ** (14 * apart_per_day()),
    "nfl_after_two_weeks_ln": lambda: math.exp(14 * apart_per_day()),
    "nfl_after_one_day": lambda: 10 ** apart_per_day(),
    "control_choices": lambda: math.comb(12, 2),
    "least_choice": lambda: 1 / math.comb(12, 2),
}
