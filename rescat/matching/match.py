"""Matching: controls for treated patients, by the least total distance or greedily.

The least total distance is an assignment problem: each treated patient has as many places as
controls are asked for, and each control takes one place at most.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from ..base.arguments import check_choice
from ..base.errors import DataError, ModelError
from ..base.origin import Spoken, keeps_origin
from .choosing import everybody_served, greedy, optimal
from .distances import MATCH_DISTANCES, differences, embedded, pair_distances
from .reasons import Reasons, Stratum

__all__ = ["MATCH_METHODS", "Match", "match", "match_distances", "runner_up", "smallest_caliper"]

MATCH_METHODS = {
    "optimal": "least total distance",
    "greedy": "nearest free control, one patient after another",
}
_ORDERS = ("given", "closest")


@dataclass(frozen=True, repr=False)
class Match(Spoken):
    """The result of :func:`match`.

    Attributes
    ----------
    sets : dict
        Treated patient to the list of his or her controls, the nearest first.
    distances : DataFrame
        ``treated, control, distance, origin``: one row for each control.
    total_distance : float
    unmatched : dict
        Treated patient without a control to the reason.
    partly : dict
        Treated patient with fewer controls than asked for to the reason.
    ratio : int
    method, distance : str

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60]})
    >>> pool = pd.DataFrame({"patient_id": ["C1", "C2", "C3"], "age": [48, 51, 59]})
    >>> found = rescat.match(treated, pool, covariates=["age"], ratio=1)
    >>> found.sets, found.controls
    ({'T1': ['C2'], 'T2': ['C3']}, ['C2', 'C3'])
    """

    sets: dict[str, list[str]]
    distances: pd.DataFrame = field(repr=False)
    total_distance: float
    unmatched: dict[str, str]
    partly: dict[str, str]
    ratio: int
    method: str
    distance: str
    _strata: tuple = field(repr=False)

    @property
    def controls(self) -> list[str]:
        """Every control that was chosen."""
        return [control for chosen in self.sets.values() for control in chosen]

    @property
    def members(self) -> pd.DataFrame:
        """Long: ``patient_id, matched_set, treated, weight``; a set's controls share weight 1."""
        rows = [
            (patient, treated, patient == treated, 1.0 if patient == treated else 1 / len(chosen))
            for treated, chosen in self.sets.items()
            for patient in (treated, *chosen)
        ]
        return pd.DataFrame(rows, columns=["patient_id", "matched_set", "treated", "weight"])

    def _lines(self) -> list[str]:
        lines = [
            f"Matched 1:{self.ratio}, {MATCH_METHODS[self.method]} "
            f"({MATCH_DISTANCES.get(self.distance, self.distance)})",
            f"{len(self.sets)} treated, {len(self.controls)} controls, "
            f"total distance {self.total_distance:.4g}",
            *(f"{t}: {', '.join(map(str, c))}" for t, c in list(self.sets.items())[:20]),
        ]
        if len(self.sets) > 20:
            lines.append(f"and {len(self.sets) - 20} more sets")
        for word, reasons in (("Not matched", self.unmatched), ("Fewer than asked", self.partly)):
            lines += [f"{word}, {t}: {why}" for t, why in list(reasons.items())[:20]]
        return lines


@keeps_origin("treated", "pool", on=("distances",))
def match(
    treated: pd.DataFrame,
    pool: pd.DataFrame,
    *,
    covariates: Sequence[str],
    exact: str | Sequence[str] | None = None,
    ratio: int = 2,
    caliper: Mapping[str, float] | None = None,
    method: str = "optimal",
    distance: str | pd.DataFrame = "mahalanobis",
    order: str = "given",
    subject: str = "patient_id",
) -> Match:
    """Choose controls who resemble the treated patients, each control at most once.

    Parameters
    ----------
    treated, pool : DataFrame
        One row per patient.
    covariates : sequence of str
        Columns of numbers, or of yes or no, that the distance is made of.
    exact : str or sequence of str, optional
        Columns that must be the same within a set.
    ratio : int
        Controls for each treated patient. Where there are too few, as many patients as possible
        have one, and then as many places as possible are filled, before distance counts.
    caliper : mapping, optional
        Column to the largest difference allowed, in the column's own unit; ``"distance"`` limits
        the distance itself.
    method : {"optimal", "greedy"}
        :data:`rescat.MATCH_METHODS`.
    distance : {"mahalanobis", "rank_mahalanobis", "propensity", "robust"} or DataFrame
        :data:`rescat.MATCH_DISTANCES`, or a table of distances: treated by controls, infinite for
        a pair that must not be.
    order : {"given", "closest"}
        Of the greedy method: who chooses first. "closest" takes the nearest pair of all.
    subject : str
        Column of the patients' names.

    Returns
    -------
    Match

    Raises
    ------
    DataError
        If a value is missing (the message names patient and column) or a patient appears twice.
    ModelError
        If a setting is not known, or nobody can be matched; the message gives the reasons.

    Notes
    -----
    Optimal matching: Rosenbaum (1989), Journal of the American Statistical Association 84:
    1024-1032; scipy's ``linear_sum_assignment`` solves it. Ties do not depend on the order of the
    rows: patients are put in the order of their names first (but with ``order="given"`` treated
    patients choose as they stand). Among equal totals one is taken; :func:`runner_up` tells.
    Memory: 8 bytes for each treated patient, control and place.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60], "male": [1, 0]})
    >>> pool = pd.DataFrame(
    ...     {"patient_id": ["C1", "C2", "C3", "C4"], "age": [48, 51, 59, 75], "male": [1, 1, 0, 0]}
    ... )
    >>> print(rescat.match(treated, pool, covariates=["age"], exact="male", ratio=1))
    Matched 1:1, least total distance (Mahalanobis, covariance within the groups)
    2 treated, 2 controls, total distance 0.1809
    T1: C2
    T2: C3
    """
    check_choice("method", method, MATCH_METHODS)
    check_choice("order", order, _ORDERS)
    exact = [exact] if isinstance(exact, str) else list(exact or ())
    caliper = dict(caliper or {})
    _check_request(treated, pool, covariates, exact, ratio, caliper, subject)
    names = list(treated[subject])
    treated, pool = (_in_order(f, subject) for f in (treated, pool))
    if method == "greedy" and order == "given":
        treated = treated.set_index(subject).loc[names].reset_index()
    points = embedded(treated, pool, covariates, distance, subject)
    strata, sets = [], {}
    for rows, columns in _cells(treated, pool, exact):
        cost = pair_distances(points, treated, pool, rows, columns, caliper)
        stratum = Stratum(
            list(treated[subject].iloc[rows]), list(pool[subject].iloc[columns]), cost
        )
        strata.append(stratum)
        chosen = optimal(cost, ratio) if method == "optimal" else greedy(cost, ratio, order)
        sets |= _named(stratum, chosen)
    distance_name = distance if isinstance(distance, str) else "the given distances"
    result = _result(strata, sets, names, ratio, method, distance_name)
    reasons = Reasons(treated, pool, exact, caliper, subject, strata, ratio)
    return _explained(result, reasons)


@keeps_origin("best", on=("distances",))
def runner_up(best: Match) -> Match | None:
    """The assignment of least distance that differs from an optimal one in some set.

    It serves as many patients and has as many controls as the optimum; None if there is no other.
    Its own ``unmatched`` and ``partly`` are empty.

    Parameters
    ----------
    best : Match
        From :func:`match` with ``method="optimal"``.

    Returns
    -------
    Match or None

    Raises
    ------
    ModelError
        If the match is not optimal.

    Notes
    -----
    An assignment that differs lacks some pair of the optimum. So each pair is forbidden in turn;
    Murty (1968), Operations Research 16: 682-687.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60]})
    >>> pool = pd.DataFrame({"patient_id": ["C1", "C2", "C3"], "age": [48, 51, 59]})
    >>> best = rescat.match(treated, pool, covariates=["age"], ratio=1)
    >>> best.sets, rescat.runner_up(best).sets
    ({'T1': ['C2'], 'T2': ['C3']}, {'T1': ['C1'], 'T2': ['C3']})
    """
    if best.method != "optimal":
        raise ModelError("the runner-up is that of an optimal match: use method='optimal'")
    second = None
    for number, stratum in enumerate(best._strata):
        for i, t in enumerate(stratum.treated):
            for control in best.sets.get(t, []):
                cost = stratum.cost.copy()
                cost[i, stratum.pool.index(control)] = np.inf
                tried = Stratum(stratum.treated, stratum.pool, cost)
                sets = _named(tried, optimal(cost, best.ratio))
                if _filled(sets) != _filled({p: best.sets.get(p, []) for p in stratum.treated}):
                    continue
                strata = list(best._strata)
                strata[number] = tried
                others = {p: c for p, c in best.sets.items() if p not in stratum.treated}
                names = [*best.sets, *best.unmatched]
                other = _result(
                    strata, others | sets, names, best.ratio, best.method, best.distance,
                )  # fmt: skip
                if second is None or other.total_distance < second.total_distance:
                    second = other
    return second


def match_distances(
    treated: pd.DataFrame,
    pool: pd.DataFrame,
    *,
    covariates: Sequence[str],
    distance: str = "mahalanobis",
    subject: str = "patient_id",
) -> pd.DataFrame:
    """Distances between treated patients (rows) and controls (columns), as :func:`match` has them.

    Parameters
    ----------
    treated, pool, covariates, distance, subject
        As for :func:`match`.

    Returns
    -------
    DataFrame, shape (treated, pool)

    Raises
    ------
    DataError, ModelError
        As :func:`match`.

    Notes
    -----
    ``mahalanobis`` has the covariance within the groups and leaves out directions without
    variance, as MatchIt does. ``rank_mahalanobis``: Rosenbaum (2010), Design of Observational
    Studies, section 8.3: ranks of all patients, with the variance that ranks without ties have.
    ``propensity``: logistic regression on the covariates. ``robust`` knows no correlation; a
    covariate whose median absolute deviation is 0, such as yes or no, has its standard deviation.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60]})
    >>> pool = pd.DataFrame({"patient_id": ["C1", "C2", "C3"], "age": [48, 51, 59]})
    >>> print(rescat.match_distances(treated, pool, covariates=["age"]).round(2))
          C1    C2    C3
    T1  0.32  0.16  1.46
    T2  1.94  1.46  0.16
    """
    _check_request(treated, pool, covariates, [], 1, {}, subject)
    points = embedded(treated, pool, covariates, distance, subject)
    table = cdist(*points) if isinstance(points, tuple) else points
    return pd.DataFrame(table, index=list(treated[subject]), columns=list(pool[subject]))


def smallest_caliper(
    treated: pd.DataFrame,
    pool: pd.DataFrame,
    column: str,
    *,
    exact: str | Sequence[str] | None = None,
    ratio: int = 2,
    subject: str = "patient_id",
) -> float | None:
    """The least caliper of one column that still lets every treated patient have all controls.

    Parameters
    ----------
    treated, pool, exact, ratio, subject
        As for :func:`match`.
    column : str

    Returns
    -------
    float or None
        In the unit of the column; None if no caliper does.

    Raises
    ------
    DataError, ModelError
        As :func:`match`.

    Notes
    -----
    A bisection over the differences that occur; at each, a maximum bipartite matching says whether
    everybody can be served (Hopcroft and Karp 1973, SIAM Journal on Computing 2: 225-231).

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60]})
    >>> pool = pd.DataFrame({"patient_id": ["C1", "C2", "C3"], "age": [48, 51, 59]})
    >>> rescat.smallest_caliper(treated, pool, "age", ratio=1)
    1.0
    """
    exact = [exact] if isinstance(exact, str) else list(exact or ())
    _check_request(treated, pool, [column], exact, ratio, {}, subject)
    least = 0.0
    for rows, columns in _cells(treated, pool, exact):
        apart = differences(treated.iloc[rows], pool.iloc[columns], column)
        widths = np.unique(apart)
        if not everybody_served(apart, np.inf, ratio):
            return None
        low, high = 0, len(widths) - 1
        while low < high:
            middle = (low + high) // 2
            if everybody_served(apart, widths[middle], ratio):
                high = middle
            else:
                low = middle + 1
        least = max(least, float(widths[low]))
    return least


# --- The request ----------------------------------------------------------------------------


def _check_request(treated, pool, covariates, exact, ratio, caliper, subject) -> None:
    """Refuse what cannot be matched, with the patient and the column."""
    if not isinstance(ratio, (int, np.integer)) or ratio < 1:
        raise ModelError(f"ratio={ratio!r}: expected a whole number of at least 1")
    for name, width in caliper.items():
        if not width >= 0:
            raise ModelError(f"caliper of {name}: found {width!r}, expected a number from 0 on")
    if isinstance(covariates, str) or not len(covariates):
        raise ModelError("covariates: expected a list of at least one column")
    wanted = dict.fromkeys([*covariates, *exact, *(c for c in caliper if c != "distance")])
    for name, frame in (("treated", treated), ("pool", pool)):
        absent = [c for c in (subject, *wanted) if c not in frame]
        if absent:
            raise DataError(f"{name}: no column {absent[0]}; found {', '.join(map(str, frame))}")
        if frame.empty:
            raise ModelError(f"{name}: no patient, expected at least one")
        empty = frame[list(wanted)].isna()
        if empty.to_numpy().any():
            column = empty.columns[empty.to_numpy().any(axis=0)][0]
            missing = frame.loc[empty[column], subject]
            raise DataError(
                f"{name}, patient {missing.iloc[0]}: {column} is missing\n  expected: a value "
                f"for every patient ({len(missing)} without). Leave the patient or the column "
                "out, and say so"
            )
    seen = set()
    for patient in (*treated[subject], *pool[subject]):
        if patient in seen:
            raise DataError(
                f"patient {patient} appears twice among the treated patients and the pool"
            )
        seen.add(patient)


def _in_order(frame: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The patients in the order of their names, with 9 before 10."""
    keys = [_key(str(name)) for name in frame[subject]]
    return frame.iloc[sorted(range(len(frame)), key=keys.__getitem__)].reset_index(drop=True)


@lru_cache(maxsize=4096)
def _key(name: str) -> tuple:
    return tuple(int(p) if p.isdecimal() else p for p in re.split(r"(\d+)", name))


def _cells(treated, pool, exact):
    """Rows and columns of each stratum of the exact covariates."""
    if not exact:
        yield np.arange(len(treated)), np.arange(len(pool))
        return
    both = pd.concat([treated[exact].astype(object), pool[exact].astype(object)])
    codes = both.groupby(exact, sort=False, dropna=False).ngroup().to_numpy()
    of_treated, of_pool = codes[: len(treated)], codes[len(treated) :]
    for code in np.unique(of_treated):
        yield np.flatnonzero(of_treated == code), np.flatnonzero(of_pool == code)


# --- Choosing -------------------------------------------------------------------------------


def _filled(sets: dict[str, list[str]]) -> tuple[int, int]:
    """Patients with a control, and controls."""
    return sum(bool(chosen) for chosen in sets.values()), sum(map(len, sets.values()))


def _named(stratum: Stratum, chosen: list[np.ndarray]) -> dict[str, list[str]]:
    """Sets by name, the nearest control first."""
    return {
        patient: [stratum.pool[j] for j in columns[np.argsort(cost[columns], kind="stable")]]
        for patient, cost, columns in zip(
            stratum.treated, stratum.cost, map(np.sort, chosen), strict=True
        )
        if len(columns)
    }


# --- The answer -----------------------------------------------------------------------------


def _result(strata, sets, names, ratio, method, distance) -> Match:
    """A match without reasons."""
    rows = []
    for stratum in strata:
        column = {name: j for j, name in enumerate(stratum.pool)}
        for i, patient in enumerate(stratum.treated):
            for control in sets.get(patient, []):
                rows.append((patient, control, stratum.cost[i, column[control]]))
    place = {name: k for k, name in enumerate(names)}
    rows.sort(key=lambda row: place[row[0]])
    frame = pd.DataFrame(rows, columns=["treated", "control", "distance"])
    frame["distance"] = frame["distance"].astype(float)
    return Match(
        sets={t: sets[t] for t in names if t in sets},
        distances=frame,
        total_distance=float(frame["distance"].sum()),
        unmatched={},
        partly={},
        ratio=ratio,
        method=method,
        distance=distance,
        _strata=tuple(strata),
    )


def _explained(matched: Match, reasons: Reasons) -> Match:
    """Add the reason of each patient who has no or too few controls."""
    patients = [p for s in matched._strata for p in s.treated]
    for patient in patients:
        controls = len(matched.sets.get(patient, []))
        if controls == 0:
            matched.unmatched[patient] = reasons.of(patient)
        elif controls < matched.ratio:
            matched.partly[patient] = (
                f"{controls} of {matched.ratio} controls: {reasons.of(patient)}"
            )
    if not matched.sets:
        reasons_given = "\n".join(f"  patient {p}: {why}" for p, why in matched.unmatched.items())
        raise ModelError(f"nobody can be matched\n{reasons_given}")
    return matched
