"""The numbers of the quiz of chapter 01, and those of the trial that every chapter names."""

from ...data.loaders import load_claims, load_patients, load_trial
from ...data.trial_facts import fact
from ...printed.rounding import parse_printed
from ...trial.cohort import recruitment_periods

__all__ = ["NUMBERS", "patients_in"]


def patients_in(arm: str) -> int:
    """How many patients an arm has."""
    return int(load_patients()["arm"].eq(arm).sum())


def _gap() -> int:
    periods = recruitment_periods(load_trial()).set_index("group")
    return (periods.loc["Modena", "start"] - periods.loc["Milan ICU", "end"]).days - 1


def _printed_median_age() -> str:
    return parse_printed(load_claims().set_index("claim_id")["printed"]["COH-09"])[0].text


NUMBERS = {
    "n_msc": lambda: patients_in("MSC"),
    "n_ctrl": lambda: patients_in("CTRL"),
    "n_mctrl": lambda: patients_in("mCTRL"),
    "n_randomised": lambda: patients_in("MSC") + patients_in("CTRL"),
    "n_patients": lambda: len(load_patients()),
    "n_controls": lambda: patients_in("CTRL") + patients_in("mCTRL"),
    "gap_days": _gap,
    "lowest_ratio": lambda: fact(load_trial(), "pao2_fio2_minimum"),
    "printed_median_age": _printed_median_age,
}
