"""What the exercises of chapter 1 expect."""

from statistics import mean

import numpy as np

from ...data.loaders import load_patients
from ..registry import exercise

# The nine definitions of Hyndman and Fan, as numpy calls them.
_QUARTILES = dict(
    enumerate(
        (
            *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
            *("interpolated_inverted_cdf", "hazen", "weibull"),
            *("linear", "median_unbiased", "normal_unbiased"),
        ),
        1,
    )
)


def patients_in(name: str):
    """The patients of an arm."""
    patients = load_patients()
    return patients[patients["arm"].eq(name)]


@exercise(
    "01-1",
    "a number of matched controls",
    hint="Look at the last panel of the figure Every patient: who lies above every orange circle?",
)
def _longer_than_msc():
    return sum(patients_in("mCTRL")["length_of_stay"] > max(patients_in("MSC")["length_of_stay"]))


@exercise(
    "01-2",
    "the median PaO2/FiO2 of MSC minus that of mCTRL, in mmHg",
    hint="Take the arms in the order of the question.",
)
def _difference_of_medians():
    # Ten patients: the mean of the middle two.
    low, high = sorted(patients_in("mCTRL")["pao2_fio2"])[4:6]
    return sorted(patients_in("MSC")["pao2_fio2"])[2] - (low + high) / 2


@exercise("01-3", "the numbers of the patients", hint="Compare with > and not with >=.")
def _older_than_seventy():
    patients = load_patients()
    return {row.patient_id for row in patients.itertuples() if row.age > 70}


@exercise(
    "01-4",
    "the numbers of the definitions",
    hint="Look at the third quartile alone: the column q3_fits.",
)
def _definitions_of_another_quartile():
    ages = patients_in("MSC")["age"].astype(float)  # in whole years: each may be up to a year more
    lows = {kind: np.quantile(ages, 0.75, method=method) for kind, method in _QUARTILES.items()}
    # What is printed as 64.9 once it is cut to one decimal.
    return {kind for kind, low in lows.items() if low < 65 and low + 1 > 64.9}


@exercise(
    "01-5",
    "the mean with shared days",
    "the mean with one support after the other",
    within=0.05,
    hint="The mean of the five MSC patients, in days; the keys are listed in the question.",
)
def _mean_weaning():
    rows = patients_in("MSC").fillna({"days_hfno": 0, "days_niv": 0}).to_dict("records")
    shared = mean(max(r["days_hfno"], r["days_niv"]) + r["days_cot"] for r in rows)
    return shared, mean(r["days_hfno"] + r["days_niv"] + r["days_cot"] for r in rows)
