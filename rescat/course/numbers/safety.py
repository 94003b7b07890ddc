"""The numbers of the quiz of chapter 03."""

import math

from ...data.loaders import load_events, load_patients
from ...slopes.assignments import all_assignments, block_assignments
from ...trial.safety import exact_interval, patients_needed, upper_bound_of_zero
from .cohort import patients_in

__all__ = ["NUMBERS"]


def _randomised() -> int:
    return patients_in("MSC") + patients_in("CTRL")


def _sae_patients() -> int:
    events = load_events()
    return events.loc[events["category"].eq("SAE"), "patient_id"].nunique()


def _sae_upper() -> float:
    return 100 * exact_interval(_sae_patients(), patients_in("MSC"))[1]


def _mean_stay() -> float:
    patients = load_patients()
    return patients.loc[patients["arm"].eq("MSC"), "length_of_stay"].mean()


NUMBERS = {
    "sae_patients": _sae_patients,
    "n_sae": lambda: int(load_events()["category"].eq("SAE").sum()),
    "sae_upper": _sae_upper,
    "zero_of_five": lambda: 100 * upper_bound_of_zero(patients_in("MSC")),
    "three_over_five": lambda: 100 * 3 / patients_in("MSC"),
    "event_patients": lambda: load_events()["patient_id"].nunique(),
    "zero_of_ten": lambda: 100 * upper_bound_of_zero(10),
    "least_p_nine": lambda: 1 / math.comb(9, 3),
    "zero_of_two": lambda: 100 * upper_bound_of_zero(patients_in("CTRL")),
    "patients_for_five": lambda: int(patients_needed(0.05)),
    "patients_for_one": lambda: int(patients_needed(0.01)),
    "allocations": lambda: len(all_assignments(_randomised(), patients_in("MSC"))),
    "least_p": lambda: 1 / math.comb(_randomised(), patients_in("MSC")),
    "least_p_blocks": lambda: float(
        block_assignments(_randomised(), patients_in("MSC"), 3)["probability"].min()
    ),
    "mean_stay": _mean_stay,
}
