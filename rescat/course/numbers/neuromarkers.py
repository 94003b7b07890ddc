"""The numbers of the quiz of chapter 07."""

import math

from ...data.loaders import load_table
from ..answers.neuromarkers import apart_per_day

__all__ = ["NUMBERS"]


def _control_arms():
    ensemble = load_table("ensemble")
    return ensemble.loc[ensemble["marker"].eq("NFL"), "control_arms"]


NUMBERS = {
    "nfl_apart": apart_per_day,
    "nfl_after_two_weeks": lambda: 10 ** (14 * apart_per_day()),
    "nfl_after_two_weeks_ln": lambda: math.exp(14 * apart_per_day()),
    "nfl_after_one_day": lambda: 10 ** apart_per_day(),
    "control_arms_lowest": lambda: float(_control_arms().min()),
    "control_arms_highest": lambda: float(_control_arms().max()),
}
