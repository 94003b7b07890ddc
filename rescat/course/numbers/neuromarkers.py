"""The numbers of the quiz of chapter 07."""

import math

from ...data.loaders import load_slopes, load_table
from ...panel.designs import DESIGNS
from ...panel.tipping import icu_rise, tipping_points
from ..answers.neuromarkers import apart_per_day

__all__ = ["NUMBERS"]


def _needed_full() -> float:
    name = "everybody on all five days"
    points = tipping_points(load_slopes(), designs={name: DESIGNS[name]}, sd_slopes=[0.0])
    return float(points["needed"].item())


def _control_arms(share: float) -> float:
    ensemble = load_table("ensemble")
    exact = ensemble.loc[ensemble["marker"].eq("NFL"), "control_arms_exact"]
    return float(exact.quantile(share))


NUMBERS = {
    "nfl_apart": apart_per_day,
    "nfl_after_two_weeks": lambda: 10 ** (14 * apart_per_day()),
    "nfl_after_two_weeks_ln": lambda: math.exp(14 * apart_per_day()),
    "nfl_after_one_day": lambda: 10 ** apart_per_day(),
    "icu_slope": lambda: icu_rise()["slope"],
    "icu_ventilated": lambda: 100 * icu_rise()["ventilated"],
    "needed_full": _needed_full,
    "control_arms_low": lambda: _control_arms(0.05),
    "control_arms_high": lambda: _control_arms(0.95),
}
