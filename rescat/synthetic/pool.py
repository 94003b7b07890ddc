"""Invented pools of ICU patients, to match the treated patients with."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..base.origin import origin_of
from ..data.loaders import load_patients, load_table
from ..data.trial_facts import MATCHED_ON
from ..matching.match import match

__all__ = ["describe_pool", "members_chosen", "synthetic_pool"]

# The seed of data/synthetic/pool.csv: the first whose three medians are near those drawn from.
COMMITTED_POOL = 5
POOL = 79  # ICU patients of the study that the matched controls come from
_QUARTILE = 0.6744897501960817  # of the normal distribution
_LIMITS = {"age": (18, 90), "bmi": (17, 50), "pao2_fio2": (60, 400)}  # assumptions
_DECIMALS = {"age": 0, "bmi": 1, "pao2_fio2": 0}


def synthetic_pool(
    seed: int = COMMITTED_POOL, members: pd.DataFrame | None = None, n: int = POOL
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
    and the log-normal one (body mass index, PaO2/FiO2 by age), their bounds, and that sex and body
    mass index are independent of the others.

    Examples
    --------
    >>> import rescat
    >>> rescat.synthetic_pool()["origin"].value_counts().to_dict()
    {'synthetic': 69, 'published': 10}
    """
    if members is None:
        members = load_patients().query("arm == 'mCTRL'")
    if len(members) > n:
        raise ModelError(f"n={n}: found {len(members)} members, who alone are more")
    columns = ["patient_id", *MATCHED_ON, "origin"]
    invented = draw_icu_patients(
        np.random.default_rng([79, seed]), n - len(members), icu_quartiles()
    )
    pool = pd.concat([members[columns], invented[columns]], ignore_index=True)
    return pool.astype({"male": "boolean", "age": float})


def icu_quartiles() -> pd.DataFrame:
    """Medians and quartiles of ICU patients, by covariate and group."""
    return load_table("icu_covariates").set_index(["covariate", "group"])


def draw_icu_patients(rng: np.random.Generator, n: int, quartiles: pd.DataFrame) -> pd.DataFrame:
    """Invented ICU patients, with the medians and quartiles of :func:`icu_quartiles`."""
    age = _drawn(rng, quartiles.loc[("age", "all")], "age", n, log=False)
    old = age >= 64
    ratio = np.where(
        old,
        _drawn(rng, quartiles.loc[("pao2_fio2", "64 years and over")], "pao2_fio2", n),
        _drawn(rng, quartiles.loc[("pao2_fio2", "up to 63 years")], "pao2_fio2", n),
    )
    return pd.DataFrame(
        {
            "patient_id": [f"X{i + 1:02d}" for i in range(n)],
            "age": age,
            "male": rng.random(n) < quartiles.loc[("male", "all"), "share"],
            "bmi": _drawn(rng, quartiles.loc[("bmi", "all")], "bmi", n),
            "pao2_fio2": ratio,
            "origin": "synthetic",
        }
    )


def _drawn(rng, row: pd.Series, name: str, n: int, log: bool = True) -> np.ndarray:
    """Draws with a median and quartiles, and again where one is outside its bounds."""
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

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, members = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> found = rescat.members_chosen(treated, members, [1, 2], {"optimal": {}})
    >>> print(found[["seed", "method", "chosen", "controls"]].to_string(index=False))
     seed  method  chosen  controls
        1 optimal       3        10
        2 optimal       3        10
    """
    names = set(members["patient_id"])
    rows = []
    for seed in seeds:
        pool = synthetic_pool(seed, members, n)
        for name, options in methods.items():
            found = match(treated, pool, covariates=MATCHED_ON, **options)
            chosen = len(names & set(found.controls))
            rows.append((seed, name, chosen, len(found.controls), found.total_distance))
    columns = ["seed", "method", "chosen", "controls", "total_distance"]
    origin = origin_of(treated, members, pd.DataFrame({"origin": ["synthetic"]}))
    return pd.DataFrame(rows, columns=columns).assign(origin=origin)


def describe_pool(pool: pd.DataFrame) -> pd.DataFrame:
    """Who is in a pool: the patients of Table 1, and those invented around them.

    Parameters
    ----------
    pool : DataFrame
        From :func:`synthetic_pool`.

    Returns
    -------
    DataFrame, one row per kind of patients
        ``who`` (Table 1, invented), ``patients``, ``men`` (share), ``age``, ``bmi`` and
        ``pao2_fio2`` (median, lowest to highest), all in words but the number of patients, and
        ``origin``.

    Raises
    ------
    OriginError
        If an origin is not known.

    Examples
    --------
    >>> import rescat
    >>> described = rescat.describe_pool(rescat.synthetic_pool())
    >>> print(described.drop(columns="origin").to_string(index=False))
         who  patients  men           age                  bmi        pao2_fio2
     Table 1        10 80 % 59 (49 to 75) 27.55 (24.3 to 38.1) 176 (134 to 250)
    invented        69 86 % 62 (40 to 86)  28.1 (19.5 to 44.2)  161 (69 to 398)
    """
    who = pool["origin"].eq("synthetic").map({True: "invented", False: "Table 1"})
    by = pool.groupby(who.rename("who"))
    table = by.agg(
        patients=("age", "size"),
        men=("male", lambda male: f"{100 * male.mean():.0f} %"),
        **{column: (column, _median_and_range) for column in ("age", "bmi", "pao2_fio2")},
    )
    return table.reset_index().assign(origin=origin_of(pool))


def _median_and_range(values: pd.Series) -> str:
    return f"{values.median():g} ({values.min():g} to {values.max():g})"
