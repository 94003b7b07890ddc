"""The numbers of the quiz of chapter 05."""

import math

from ...data.loaders import load_patients, load_table
from ...slopes.fit import fit_slopes
from ...slopes.simulation import simulate_trial
from .cohort import patients_in

__all__ = ["NUMBERS"]


def _teaching_fit():
    return fit_slopes(load_table("teaching_trial"))


NUMBERS = {
    "teaching_df": lambda: _teaching_fit().table.loc["difference", "df"],
    "teaching_p": lambda: _teaching_fit().table.loc["difference", "p_value"],
    "relabellings": lambda: math.comb(len(load_patients()), patients_in("MSC")),
    "singular_sd": lambda: float(
        fit_slopes(simulate_trial(5, sd_slope=0.008)).variance["sd_slope"].iloc[0]
    ),
}
