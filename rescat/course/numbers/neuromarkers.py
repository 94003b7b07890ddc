"""The numbers of the quiz of chapter 07."""

import math

from ...data.loaders import load_patients, load_slopes, load_table
from ..answers.neuromarkers import apart_per_day

__all__ = ["NUMBERS"]


def _control_slope() -> float:
    return float(load_slopes().set_index(["marker", "term"])["slope"]["NFL", "control"])


def _median_stay() -> float:
    patients = load_patients()
    return float(patients.loc[patients["arm"].eq("mCTRL"), "length_of_stay"].median())


def _icu_times() -> float:
    found = load_table("icu_and_nfl")
    return found.loc[found["unit"].eq("times"), "value"].item()


def _control_arms():
    ensemble = load_table("ensemble")
    return ensemble.loc[ensemble["marker"].eq("NFL"), "control_arms"]


NUMBERS = {
    "nfl_apart": apart_per_day,
    "nfl_after_two_weeks": lambda: 10 ** (14 * apart_per_day()),
    "nfl_after_two_weeks_ln": lambda: math.exp(14 * apart_per_day()),
    "nfl_after_one_day": lambda: 10 ** apart_per_day(),
    "nfl_control_slope": _control_slope,
    "mctrl_stay": _median_stay,
    "icu_times": _icu_times,
    "icu_slope": lambda: math.log10(_icu_times()) / _median_stay(),
    "control_arms_lowest": lambda: float(_control_arms().min()),
    "control_arms_highest": lambda: float(_control_arms().max()),
}
