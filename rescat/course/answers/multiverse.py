"""The expected answers of the chapter on the multiverse."""

from math import prod

import numpy as np

from ...base.door import from_extra
from ...data.loaders import load_table
from ...slopes.simulation import simulate_trial
from ...studies.choices import CHOICES
from ..registry import exercise

__all__: list[str] = []


@exercise(
    "09d-1",
    "the number of all combinations",
    hint="Count the levels of each choice. Each of them could go with each of the others.",
)
def _combinations():
    return prod(len(levels) for levels in CHOICES.values())


@exercise(
    "09d-2",
    "the difference with levels of their own, per day",
    "the difference with one common level, per day",
    within=2e-4,
    hint="Row difference, column slope, of the two tables.",
)
def _common_level():
    smf = from_extra("statsmodels.formula.api", "The fit of this exercise")
    trial = simulate_trial(5, slope=(0, 0.02))
    trial = trial.assign(week=trial["day"] / 28, treated=trial["treated"].astype(int))
    found = []
    for terms in ("week * treated", "week + week:treated"):
        model = smf.mixedlm(f"value ~ {terms}", trial, groups="patient_id", re_formula="~week")
        found.append(float(model.fit(method=["lbfgs"]).fe_params["week:treated"]) / 28)
    return tuple(found)


@exercise(
    "09d-3",
    "the name of the choice",
    "the share of pairs that it flips",
    within=0.006,
    hint="Take the rows of NFL alone, and look for the largest figure.",
)
def _decides():
    table = load_table("multiverse_flips")
    own = table[table["marker"].eq("NFL")]
    place = int(np.argmax(own["flipped"].to_numpy()))
    return str(own["choice"].iloc[place]), float(own["flipped"].iloc[place])
