"""The numbers that the quiz on manufacturing names, as in :mod:`rescat.course.numbers.cohort`."""

from collections.abc import Callable

from ...data.loaders import (
    load_exposure_limits,
    load_manufacturing,
    load_release_criteria,
    load_trial,
)
from ...data.trial_facts import fact
from ...trial.manufacturing import (
    excipient_exposure,
    lot_capacity,
    quantity,
    recruitment_rate,
    viability_margins,
)

__all__ = ["NUMBERS"]


def _at_bags() -> int:
    return int(lot_capacity(load_manufacturing()).query("msc_source == 'AT'")["bags"].iloc[0])


def _one_bag(column: str) -> float:
    """Of one bag, for a patient of 60 kg."""
    return excipient_exposure(load_manufacturing(), load_exposure_limits(), [60], [1])[column][0]


def _rate(column: str) -> float:
    return recruitment_rate(load_trial())[column].iloc[0]


NUMBERS: dict[str, Callable[[], float | int | str]] = {
    "at_bags": _at_bags,
    "at_one_bag_each": lambda: _at_bags() // 2,
    "dmso_g": lambda: _one_bag("dmso_g"),
    "dmso_percent": lambda: 100 * _one_bag("dmso_share_of_limit"),
    "dmso_times": lambda: 1 / _one_bag("dmso_share_of_limit"),
    "days_fat": lambda: quantity(load_manufacturing(), "culture_time", "AT"),
    "days_cord": lambda: quantity(load_manufacturing(), "culture_time", "UC"),
    "least_margin": lambda: viability_margins(load_manufacturing(), load_release_criteria())[
        "margin"
    ].min(),
    "viability": lambda: quantity(load_manufacturing(), "viability_in_use", "AT"),
    "target": lambda: int(fact(load_trial(), "register_target", "all ages")),
    "rate": lambda: _rate("per_month"),
    "rate_low": lambda: _rate("low"),
    "rate_high": lambda: _rate("high"),
}
