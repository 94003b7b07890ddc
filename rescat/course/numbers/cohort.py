"""The numbers that quizzes and the test of the course name: computed, one function each."""

import math
from collections.abc import Callable
from functools import cache

from ...data.loaders import load_claims, load_events, load_patients, load_table, load_trial
from ...printed.rounding import parse_printed
from ...slopes.assignments import all_assignments, block_assignments
from ...slopes.fit import fit_slopes
from ...slopes.simulation import simulate_trial
from ...trial.cohort import fact, recruitment_periods
from ...trial.safety import exact_interval, patients_needed, upper_bound_of_zero
from . import cytokines as quiz_numbers_06
from . import ledger as quiz_numbers_10
from . import manufacturing as quiz_numbers_02
from . import markers as quiz_numbers_08
from . import matching as quiz_numbers_04
from . import multiplicity as quiz_numbers_09
from . import neuromarkers as quiz_numbers_07

__all__ = ["NUMBERS", "number"]


def _count(arm: str) -> int:
    return int(load_patients()["arm"].eq(arm).sum())


def _gap() -> int:
    periods = recruitment_periods(load_trial()).set_index("group")
    return (periods.loc["Modena", "start"] - periods.loc["Milan ICU", "end"]).days - 1


def _printed_median_age() -> str:
    return parse_printed(load_claims().set_index("claim_id")["printed"]["COH-09"])[0].text


def _sae_patients() -> int:
    events = load_events()
    return events.loc[events["category"].eq("SAE"), "patient_id"].nunique()


def _sae_upper() -> float:
    return 100 * exact_interval(_sae_patients(), _count("MSC"))[1]


def _mean_stay() -> float:
    patients = load_patients()
    return patients.loc[patients["arm"].eq("MSC"), "length_of_stay"].mean()


def _teaching_fit():
    return fit_slopes(load_table("teaching_trial"))


# Each is computed at most once.
NUMBERS: dict[str, Callable[[], float | int | str]] = {
    "n_msc": lambda: _count("MSC"),
    "n_ctrl": lambda: _count("CTRL"),
    "n_mctrl": lambda: _count("mCTRL"),
    "n_randomised": lambda: _count("MSC") + _count("CTRL"),
    "n_patients": lambda: len(load_patients()),
    "n_controls": lambda: _count("CTRL") + _count("mCTRL"),
    "gap_days": _gap,
    "lowest_ratio": lambda: fact(load_trial(), "pao2_fio2_minimum"),
    "printed_median_age": _printed_median_age,
    "sae_patients": _sae_patients,
    "n_sae": lambda: int(load_events()["category"].eq("SAE").sum()),
    "sae_upper": _sae_upper,
    "zero_of_five": lambda: 100 * upper_bound_of_zero(_count("MSC")),
    "event_patients": lambda: load_events()["patient_id"].nunique(),
    "zero_of_ten": lambda: 100 * upper_bound_of_zero(10),
    "least_p_nine": lambda: 1 / math.comb(9, 3),
    "zero_of_two": lambda: 100 * upper_bound_of_zero(_count("CTRL")),
    "patients_for_five": lambda: int(patients_needed(0.05)),
    "patients_for_one": lambda: int(patients_needed(0.01)),
    "allocations": lambda: len(all_assignments(_count("MSC") + _count("CTRL"), _count("MSC"))),
    "least_p": lambda: 1 / math.comb(_count("MSC") + _count("CTRL"), _count("MSC")),
    "least_p_blocks": lambda: float(
        block_assignments(_count("MSC") + _count("CTRL"), _count("MSC"), 3)["probability"].min()
    ),
    "mean_stay": _mean_stay,
    "teaching_df": lambda: _teaching_fit().table.loc["difference", "df"],
    "teaching_p": lambda: _teaching_fit().table.loc["difference", "p_value"],
    "relabellings": lambda: math.comb(len(load_patients()), _count("MSC")),
    "singular_sd": lambda: float(
        fit_slopes(simulate_trial(5, sd_slope=0.008)).variance["sd_slope"].iloc[0]
    ),
    **quiz_numbers_02.NUMBERS,
    **quiz_numbers_04.NUMBERS,
    **quiz_numbers_06.NUMBERS,
    **quiz_numbers_07.NUMBERS,
    **quiz_numbers_08.NUMBERS,
    **quiz_numbers_09.NUMBERS,
    **quiz_numbers_10.NUMBERS,
}


@cache
def number(name: str) -> float | int | str:
    """The number of that name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return NUMBERS[name]()
