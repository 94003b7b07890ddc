"""Invented pools and studies that show what matching does, and what it cannot do."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..base.origin import origin_of
from ..data.contract import DATA
from ..data.loaders import load_patients, load_table
from ..matching.match import match

__all__ = ["MATCHED_ON", "hidden_severity", "members_chosen", "synthetic_pool"]

COMMITTED = (
    5  # data/synthetic/pool.csv: the first seed whose three medians are near those drawn from
)
MATCHED_ON = ("age", "male", "bmi", "pao2_fio2")  # as the paper says
POOL = 79  # ICU patients of the study that the matched controls come from
_QUARTILE = 0.6744897501960817  # of the normal distribution
_LIMITS = {"age": (18, 90), "bmi": (17, 50), "pao2_fio2": (60, 400)}  # assumptions
_DECIMALS = {"age": 0, "bmi": 1, "pao2_fio2": 0}


def synthetic_pool(
    seed: int = COMMITTED, members: pd.DataFrame | None = None, n: int = POOL
) -> pd.DataFrame:
    """A pool of ICU patients: some real ones, and invented ones around them.

    Parameters
    ----------
    seed : int
    members : DataFrame, optional
        Patients who are in the pool; the ten matched controls of Table 1 if not given.
    n : int
        Patients in all.

    Returns
    -------
    DataFrame, n rows
        ``patient_id, age, male, bmi, pao2_fio2, origin``: that of the members, and "synthetic".

    Raises
    ------
    ModelError
        If the members alone are more than n.

    Notes
    -----
    Medians and quartiles are those of ``data/evidence/icu_covariates.csv``, where each has its
    source or says that it is an assumption. Assumptions are also: the normal distribution (age)
    and the log-normal one (body mass index, PaO2/FiO2 by age), their limits, and that sex and body
    mass index are independent of the others.
    """
    if members is None:
        members = load_patients().query("arm == 'mCTRL'")
    if len(members) > n:
        raise ModelError(f"n={n}: found {len(members)} members, who alone are more")
    columns = ["patient_id", *MATCHED_ON, "origin"]
    invented = _draw(np.random.default_rng([79, seed]), n - len(members), _known())
    pool = pd.concat([members[columns], invented[columns]], ignore_index=True)
    return pool.astype({"male": "boolean", "age": float})


def _known() -> pd.DataFrame:
    """What ICU patients look like."""
    return load_table("icu_covariates").set_index(["covariate", "group"])


def _draw(rng: np.random.Generator, n: int, known: pd.DataFrame) -> pd.DataFrame:
    """Invented ICU patients."""
    age = _between(rng, known.loc[("age", "all")], "age", n, log=False)
    old = age >= 64
    ratio = np.where(
        old,
        _between(rng, known.loc[("pao2_fio2", "64 years and over")], "pao2_fio2", n),
        _between(rng, known.loc[("pao2_fio2", "up to 63 years")], "pao2_fio2", n),
    )
    return pd.DataFrame(
        {
            "patient_id": [f"X{i + 1:02d}" for i in range(n)],
            "age": age,
            "male": rng.random(n) < known.loc[("male", "all"), "share"],
            "bmi": _between(rng, known.loc[("bmi", "all")], "bmi", n),
            "pao2_fio2": ratio,
            "origin": "synthetic",
        }
    )


def _between(rng, row: pd.Series, name: str, n: int, log: bool = True) -> np.ndarray:
    """Draws with a median and quartiles, and again where one is outside its limits."""
    raise_, lower = (np.exp, np.log) if log else (float, float)
    centre, q1, q3 = (lower(row[c]) for c in ("median", "q1", "q3"))
    low, high = _LIMITS[name]
    drawn = []
    while len(drawn) < n:
        x = round(float(raise_(centre + (q3 - q1) / (2 * _QUARTILE) * rng.standard_normal())),
                  _DECIMALS[name])  # fmt: skip
        if low <= x <= high:
            drawn.append(x)
    return np.array(drawn)


def members_chosen(
    treated: pd.DataFrame,
    members: pd.DataFrame,
    seeds: Iterable[int],
    methods: dict[str, dict],
    n: int = POOL,
) -> pd.DataFrame:
    """How many of the members are chosen again from many pools.

    Parameters
    ----------
    treated, members : DataFrame
        The treated patients, and those who are in every pool.
    seeds : iterable of int
        One pool for each.
    methods : dict
        Name to options of :func:`rescat.match`.
    n : int
        Size of each pool.

    Returns
    -------
    DataFrame
        ``seed, method, chosen`` (members among the controls), ``controls`` (all who were chosen),
        ``total_distance``, ``origin``.
    """
    ours = set(members["patient_id"])
    rows = []
    for seed in seeds:
        pool = synthetic_pool(seed, members, n)
        for name, options in methods.items():
            found = match(treated, pool, covariates=MATCHED_ON, **options)
            again = len(ours & set(found.controls))
            rows.append((seed, name, again, len(found.controls), found.total_distance))
    columns = ["seed", "method", "chosen", "controls", "total_distance"]
    origin = origin_of(treated, members, pd.DataFrame({"origin": ["synthetic"]}))
    return pd.DataFrame(rows, columns=columns).assign(origin=origin)


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
        By how many SD the treated are less severely ill than the pool.
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
    """
    if not 0 <= correlation < 1 or min(studies, treated, pool, ratio) < 1:
        raise ModelError("expected a correlation from 0 to below 1, and at least one of all else")
    rng, known = np.random.default_rng([1, seed]), _known()
    rows, last = [], pd.DataFrame()
    for study in range(studies):
        own = _patients(rng, known, treated, -gap, effect, correlation, eligible=True)
        other = _patients(rng, known, pool, 0.0, effect, correlation, eligible=False)
        for analysis in analyses:
            if analysis == "nobody matched":
                apart = own[["value", "severity"]].mean() - other[["value", "severity"]].mean()
            else:
                more = ["severity"] if analysis == "four and severity" else []
                found = match(own, other, covariates=[*MATCHED_ON, *more], ratio=ratio)
                sets = found.members.merge(pd.concat([own, other]), on="patient_id")
                apart = _within_sets(sets)
                last = last if more else sets
            rows.append((study, analysis, apart["value"], apart["severity"]))
    columns = ["study", "analysis", "estimate", "severity"]
    kept = ["patient_id", "matched_set", "treated", "value"]
    last = last[kept].assign(origin="synthetic") if len(last) else last
    return pd.DataFrame(rows, columns=columns).assign(origin="synthetic"), last


def _patients(rng, known, n: int, severity, effect, correlation, eligible: bool) -> pd.DataFrame:
    """Patients with a severity that moves PaO2/FiO2 and the outcome; the four variables."""
    parts, have = [], 0
    while have < n:
        drawn = _draw(rng, n, known)
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
        have += len(drawn)
    out = pd.concat(parts, ignore_index=True).head(n)
    return out.assign(patient_id=[f"{'T' if eligible else 'C'}{i + 1}" for i in range(n)])


def _within_sets(sets: pd.DataFrame) -> pd.Series:
    """Mean over the sets of the treated patient minus the mean of his or her controls."""
    by = ["value", "severity"]
    own = sets[sets["treated"]].set_index("matched_set")[by]
    return (own - sets[~sets["treated"]].groupby("matched_set")[by].mean()).mean()


def write_committed() -> None:
    """Write the pool that the book describes to ``data/synthetic/pool.csv``."""
    from ..book.build import write_whole

    write_whole(DATA / "synthetic" / "pool.csv", _as_text(synthetic_pool()))


def _as_text(pool: pd.DataFrame) -> str:
    """The pool as the file has it."""
    words = pool.assign(
        age=pool["age"].astype(int),
        pao2_fio2=pool["pao2_fio2"].astype(int),
        male=pool["male"].map({True: "y", False: "n"}),
    )
    return words.to_csv(index=False, lineterminator="\n")
