"""The numbers that the quiz on matching names, as in :mod:`rescat.course.numbers.cohort`."""

from collections.abc import Callable

from ...data.loaders import load_patients, load_trial
from ...data.trial_facts import fact
from ...matching.balance import balance
from ...matching.hidden_bias import largest_gamma

__all__ = ["NUMBERS"]


def _smd(denominator: str) -> float:
    patients = load_patients()
    treated, matched = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    rows = balance(treated, matched, covariates=["pao2_fio2"], denominator=denominator)
    return rows["smd"].iloc[0]


NUMBERS: dict[str, Callable[[], float | int | str]] = {
    "smd_treated": lambda: _smd("treated"),
    "smd_pooled": lambda: _smd("pooled"),
    "icu_pool": lambda: int(fact(load_trial(), "icu_pool")),
    "gamma_pairs": lambda: largest_gamma(5, 1),
    "gamma_two": lambda: largest_gamma(5, 2),
}
