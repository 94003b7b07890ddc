"""Invented studies in which nobody matched on the severity that decides."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..data.trial_facts import MATCHED_ON
from ..matching.match import match
from .pool import POOL, draw_icu_patients, icu_quartiles

__all__ = ["hidden_severity"]


def hidden_severity(
    studies: int,
    *,
    treated: int = 5,
    pool: int = POOL,
    gap: float = 1.0,
    effect: float = 1.0,
    correlation: float = 0.5,
    ratio: int = 2,
    seed: int = 0,
    analyses: Sequence[str] = ("nobody matched", "four variables", "four and severity"),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invented studies without any effect of treatment, but with a severity that nobody measured.

    Parameters
    ----------
    studies : int
    treated, pool : int
        Patients of each study.
    gap : float
        By how many SD the treated patients are less severely ill than the pool.
    effect : float
        Difference of the outcome for one SD of severity, in SD of what else moves it.
    correlation : float
        Of severity with PaO2/FiO2 (its sign is turned round: the worse, the lower).
    ratio : int
        Controls for each treated patient.
    seed : int
    analyses : sequence of str
        Who is compared: everybody, or those matched on the four variables of the paper, or on
        these and on severity, which a real study did not have.

    Returns
    -------
    estimates : DataFrame
        ``study, analysis, estimate`` (treated minus controls; the truth is 0), ``severity`` (the
        same difference in severity), ``origin``.
    last : DataFrame
        The patients of the last study in the sets of the last analysis that matches on the four
        variables alone: ``patient_id, matched_set, treated, value, origin``.

    Raises
    ------
    ModelError
        If a setting makes no sense.

    Examples
    --------
    >>> import rescat
    >>> estimates, _ = rescat.hidden_severity(3, pool=20)
    >>> estimates.groupby("analysis", sort=False)["estimate"].mean().round(2).to_dict()
    {'nobody matched': -0.81, 'four variables': -0.88, 'four and severity': -0.5}
    """
    if not 0 <= correlation < 1 or min(studies, treated, pool, ratio) < 1:
        raise ModelError("expected a correlation from 0 to below 1, and at least one of all else")
    rng, quartiles = np.random.default_rng([1, seed]), icu_quartiles()
    rows, last = [], pd.DataFrame()
    for study in range(studies):
        cases = _patients(rng, quartiles, treated, -gap, effect, correlation, eligible=True)
        candidates = _patients(rng, quartiles, pool, 0.0, effect, correlation, eligible=False)
        for analysis in analyses:
            if analysis == "nobody matched":
                apart = (
                    cases[["value", "severity"]].mean() - candidates[["value", "severity"]].mean()
                )
            else:
                more = ["severity"] if analysis == "four and severity" else []
                found = match(cases, candidates, covariates=[*MATCHED_ON, *more], ratio=ratio)
                sets = found.members.merge(pd.concat([cases, candidates]), on="patient_id")
                apart = _within_sets(sets)
                last = last if more else sets
            rows.append((study, analysis, apart["value"], apart["severity"]))
    columns = ["study", "analysis", "estimate", "severity"]
    kept = ["patient_id", "matched_set", "treated", "value"]
    last = last[kept].assign(origin="synthetic") if len(last) else last
    return pd.DataFrame(rows, columns=columns).assign(origin="synthetic"), last


def _patients(
    rng, quartiles: pd.DataFrame, n: int, severity, effect, correlation, *, eligible: bool
) -> pd.DataFrame:
    """Patients with a severity that moves PaO2/FiO2 and the outcome; the four variables."""
    parts, eligible_so_far = [], 0
    while eligible_so_far < n:
        drawn = draw_icu_patients(rng, n, quartiles)
        drawn["severity"] = severity + rng.standard_normal(n)
        # The drawn ratio keeps its distribution in the pool; its place in it follows severity.
        place = -correlation * drawn["severity"] + np.sqrt(1 - correlation**2) * (
            rng.standard_normal(n)
        )
        drawn["pao2_fio2"] = np.round(160 * np.exp(0.45 * place))
        drawn["value"] = effect * drawn["severity"] + rng.standard_normal(n)
        if eligible:  # the trial's own entry criterion
            drawn = drawn[drawn["pao2_fio2"].between(150, 300)]
        parts.append(drawn)
        eligible_so_far += len(drawn)
    out = pd.concat(parts, ignore_index=True).head(n)
    return out.assign(patient_id=[f"{'T' if eligible else 'C'}{i + 1}" for i in range(n)])


def _within_sets(sets: pd.DataFrame) -> pd.Series:
    """Mean over the sets of the treated patient minus the mean of his or her controls."""
    by = ["value", "severity"]
    cases = sets[sets["treated"]].set_index("matched_set")[by]
    return (cases - sets[~sets["treated"]].groupby("matched_set")[by].mean()).mean()
