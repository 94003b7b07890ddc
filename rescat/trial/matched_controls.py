"""The matched controls of Table 1: who may belong to whom, and how near they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..base.errors import ModelError
from ..base.origin import origin_of
from ..data.trial_facts import MATCHED_ON
from ..matching.balance import balance
from ..matching.distances import MATCH_DISTANCES
from ..matching.match import Match, match, match_distances, runner_up, smallest_caliper

__all__ = [
    "Assignments",
    "assign_controls",
    "balance_of_matches",
    "compare_matches",
    "discordant_pairs",
    "nearest_controls",
]

# The distances in the few words that a figure has room for.
DISTANCE_TITLES = {
    "mahalanobis": "Mahalanobis",
    "rank_mahalanobis": "Mahalanobis of the ranks",
    "propensity": "Propensity score (logit)",
    "robust": "Robust",
}


@dataclass(frozen=True)
class Assignments:
    """Who belongs to whom under several distances: the result of :func:`assign_controls`.

    Attributes
    ----------
    best : dict of str to Match
        Distance to the sets of least total distance.
    second : dict of str to Match or None
        The runner-up; None if there is no other assignment.
    greedy : dict of str to Match
        Greedy matching under the same distance.
    refused : dict of str to str
        Title of a distance under which nobody can be assigned, and the reason.
    grids : DataFrame, one row per distance, treated patient and control
        ``treated, control, distance, panel`` (title of the distance), ``best`` and ``second``
        (whether this pair belongs together), ``origin``.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> distances = ["mahalanobis", "rank_mahalanobis"]
    >>> found = rescat.assign_controls(treated, controls, distances=distances)
    >>> found.n_families, len(found.same_sets)
    (2, 2)
    """

    best: Mapping[str, Match]
    second: Mapping[str, Match | None]
    greedy: Mapping[str, Match]
    refused: Mapping[str, str]
    grids: pd.DataFrame

    @property
    def totals(self) -> pd.DataFrame:
        """Total distances, one row per distance.

        ``distance`` (title), ``optimal``, ``second``, ``extra`` (what the runner-up costs more, in
        %), ``greedy`` (the same of greedy matching) and ``origin``.
        """
        rows = []
        for kind, best in self.best.items():
            second = self.second[kind]
            rows.append(
                {
                    "distance": DISTANCE_TITLES[kind],
                    "optimal": best.total_distance,
                    "second": second.total_distance if second else None,
                    "extra": _percent_more(second, best) if second else None,
                    "greedy": _percent_more(self.greedy[kind], best),
                }
            )
        return pd.DataFrame(rows).assign(origin=origin_of(self.grids))

    @property
    def n_families(self) -> int:
        """How many different families of sets are optimal under some distance."""
        return len(
            {
                tuple((t, frozenset(controls)) for t, controls in found.sets.items())
                for found in self.best.values()
            }
        )

    @property
    def same_sets(self) -> list[str]:
        """Treated patients who have the same controls under every distance."""
        sets = [found.sets for found in self.best.values()]
        return [
            patient
            for patient in self.grids["treated"].unique()
            if len({frozenset(own.get(patient, [])) for own in sets}) == 1
        ]


def assign_controls(
    treated: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    covariates: Sequence[str] = MATCHED_ON,
    distances: Iterable[str] = tuple(MATCH_DISTANCES),
    ratio: int = 2,
) -> Assignments:
    """Assign controls to treated patients under several distances, and ask how firm that is.

    Parameters
    ----------
    treated, controls : DataFrame
        One row per patient, with ``patient_id``, the covariates and ``origin``.
    covariates : sequence of str
        What the distances are made of.
    distances : iterable of str
        Keys of :data:`rescat.MATCH_DISTANCES`.
    ratio : int
        Controls for each treated patient.

    Returns
    -------
    Assignments
        A distance under which nobody can be assigned, such as a propensity score that tells the
        groups apart perfectly, is in ``refused`` with its reason.

    Raises
    ------
    DataError
        As :func:`rescat.match`.
    ModelError
        As :func:`rescat.match`, if no distance can be used.

    Notes
    -----
    Optimal matching: Rosenbaum (1989), Journal of the American Statistical Association 84:
    1024-1032. The runner-up is that of :func:`rescat.runner_up`.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> distances = ["mahalanobis", "rank_mahalanobis"]
    >>> found = rescat.assign_controls(treated, controls, distances=distances)
    >>> found.best["mahalanobis"].sets["1"]
    ['13', '11']
    >>> totals = found.totals[["distance", "optimal", "second", "extra"]].round(2)
    >>> print(totals.to_string(index=False))
                    distance  optimal  second  extra
                 Mahalanobis    18.25   18.38   0.73
    Mahalanobis of the ranks    17.09   17.37   1.65
    """
    best, second, greedy, refused, grids = {}, {}, {}, {}, []
    for kind in distances:
        options = {"covariates": covariates, "distance": kind, "ratio": ratio}
        try:
            found = match(treated, controls, **options)
            greedy[kind] = match(treated, controls, method="greedy", **options)
        except ModelError as error:
            refused[DISTANCE_TITLES.get(kind, kind)] = str(error)
            continue
        best[kind], second[kind] = found, runner_up(found)
        apart = match_distances(treated, controls, covariates=covariates, distance=kind)
        grids.append(_grid(apart, found, second[kind]).assign(panel=DISTANCE_TITLES[kind]))
    if not best:
        raise ModelError("\n".join(f"{title}: {why}" for title, why in refused.items()))
    grid = pd.concat(grids)[["treated", "control", "distance", "panel", "best", "second"]]
    origin = origin_of(treated, controls)
    return Assignments(best, second, greedy, refused, grid.assign(origin=origin))


def _grid(apart: pd.DataFrame, best: Match, second: Match | None) -> pd.DataFrame:
    """One row for each pair: its distance, and whether the best and the second have it."""
    grid = apart.rename_axis(index="treated", columns="control").stack().rename("distance")
    grid = grid.reset_index()
    for name, found in (("best", best), ("second", second)):
        pairs = {(t, c) for t, controls in found.sets.items() for c in controls} if found else ()
        grid[name] = [pair in pairs for pair in zip(grid["treated"], grid["control"], strict=True)]
    return grid


def _percent_more(found: Match, best: Match) -> float:
    return 100 * (found.total_distance / best.total_distance - 1)


def nearest_controls(
    treated: pd.DataFrame,
    controls: pd.DataFrame,
    *,
    numbers: Sequence[str] = ("age", "bmi", "pao2_fio2"),
    covariates: Sequence[str] = MATCHED_ON,
    ratio: int = 2,
) -> pd.DataFrame:
    """The nearest control of each treated patient, in each variable alone and in all together.

    Parameters
    ----------
    treated, controls : DataFrame
        One row per patient, with ``patient_id``, the columns and ``origin``.
    numbers : sequence of str
        Columns in which the nearest control is asked for.
    covariates : sequence of str
        What the Mahalanobis distance is made of.
    ratio : int
        Of the caliper.

    Returns
    -------
    DataFrame, one row per treated patient, and a last one
        ``patient``, a column for each of the numbers (in its unit), ``together`` (Mahalanobis) and
        ``origin``. The last row holds the smallest caliper of each column with which every patient
        could have as many controls as asked for: :func:`rescat.smallest_caliper`.

    Raises
    ------
    DataError, ModelError
        As :func:`rescat.match_distances`.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> near = rescat.nearest_controls(treated, controls).drop(columns="origin").round(2)
    >>> print(near.to_string(index=False))
                   patient  age  bmi  pao2_fio2  together
                         1  0.0  0.9        5.0      0.91
                         3  1.0  0.3        1.0      1.14
                         4  2.0  0.6        3.0      0.40
                         5  2.0  0.0        2.0      1.33
                         7  3.0  1.9        0.0      2.76
    caliper needed for 1:2  7.0  8.8       41.0       NaN
    """
    together = match_distances(treated, controls, covariates=covariates).min(axis=1)
    near = pd.DataFrame({"patient": treated["patient_id"].to_numpy()})
    for column in numbers:
        ours, others = (f[column].to_numpy(float) for f in (treated, controls))
        near[column] = abs(ours[:, None] - others).min(axis=1)
    near["together"] = together.to_numpy()
    needed = {c: smallest_caliper(treated, controls, c, ratio=ratio) for c in numbers}
    near.loc[len(near)] = {"patient": f"caliper needed for 1:{ratio}", **needed}
    return near.assign(origin=origin_of(treated, controls))


def compare_matches(matches: Mapping[str, Match], members: pd.DataFrame) -> pd.DataFrame:
    """Several matchings side by side.

    Parameters
    ----------
    matches : dict of str to Match
        Name in words to a matching of patients who say their origin.
    members : DataFrame
        Patients of whom is counted how many are among the controls; ``patient_id``.

    Returns
    -------
    DataFrame, one row per matching
        ``way`` (name), ``served`` (treated patients with a control), ``controls``, ``again``
        (members among them), ``total`` (distance), ``sets`` (in words) and ``origin``.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> ways = {
    ...     method: rescat.match(treated, controls, covariates=rescat.MATCHED_ON, method=method)
    ...     for method in ("optimal", "greedy")
    ... }
    >>> compared = rescat.compare_matches(ways, controls).round(2)
    >>> print(compared[["way", "served", "controls", "again", "total"]].to_string(index=False))
        way  served  controls  again  total
    optimal       5        10     10  18.25
     greedy       5        10     10  18.68
    """
    ours = set(members["patient_id"])
    return pd.DataFrame(
        {
            "way": name,
            "served": len(found.sets),
            "controls": len(found.controls),
            "again": len(ours & set(found.controls)),
            "total": found.total_distance,
            "sets": "; ".join(f"{t}: {', '.join(c)}" for t, c in found.sets.items()),
            "origin": found.origin,
        }
        for name, found in matches.items()
    )


def balance_of_matches(
    treated: pd.DataFrame,
    pool: pd.DataFrame,
    matches: Mapping[str, Match],
    *,
    covariates: Sequence[str] = MATCHED_ON,
) -> pd.DataFrame:
    """Balance of a whole pool, and after each of several matchings from it.

    Parameters
    ----------
    treated, pool : DataFrame, one row per patient
        Everybody, before matching: ``patient_id``, the covariates and ``origin``.
    matches : dict of str to Match
        Name in words to a matching of these patients.
    covariates : sequence of str
        Columns of numbers, or of yes or no, each in its own unit.

    Returns
    -------
    DataFrame, one row per covariate of the pool and of each matching
        As :func:`rescat.balance`; ``sample`` is "whole pool" or the name of a matching.

    Raises
    ------
    DataError, ModelError
        As :func:`rescat.balance`.

    Notes
    -----
    Definitions are those of :func:`rescat.balance`, which names their source.

    Examples
    --------
    >>> import rescat
    >>> patients, pool = rescat.load_patients(), rescat.load_table("pool")
    >>> treated = patients[patients["arm"].eq("MSC")]
    >>> nearest = {"optimal": rescat.match(treated, pool, covariates=["age"])}
    >>> rows = rescat.balance_of_matches(treated, pool, nearest, covariates=["age"])
    >>> print(rows[["sample", "n_control", "difference", "smd"]].round(2).to_string(index=False))
        sample  n_control  difference   smd
    whole pool         79       -1.11 -0.11
       optimal         10        0.00  0.00
    """
    parts = [balance(treated, pool, covariates=covariates).assign(sample="whole pool")]
    for name, found in matches.items():
        rows = balance(treated, pool, covariates=covariates, match=found)
        parts.append(rows[rows["sample"].eq("after")].assign(sample=name))
    return pd.concat(parts, ignore_index=True)


def discordant_pairs(pairs: int, exposed_cases: int, *, origin: str = "evidence") -> pd.DataFrame:
    """Pairs in which one of two had the outcome, from their numbers alone.

    Parameters
    ----------
    pairs : int
        Pairs of an exposed and an unexposed person.
    exposed_cases : int
        Pairs in which it was the exposed one who had the outcome.
    origin : str
        Where the numbers come from.

    Returns
    -------
    DataFrame, two rows per pair
        ``matched_set, treated`` (exposed), ``value`` (1: had the outcome), ``origin``: as
        :func:`rescat.rosenbaum_bounds` takes it.

    Raises
    ------
    ModelError
        If the numbers do not fit together.

    Examples
    --------
    >>> discordant_pairs(3, 2).groupby("treated")["value"].sum().to_dict()
    {False: 1, True: 2}
    """
    if not 0 <= exposed_cases <= pairs or pairs < 1:
        raise ModelError(f"found {exposed_cases} of {pairs} pairs: expected a part of one or more")
    return pd.DataFrame(
        {
            "matched_set": [*range(pairs)] * 2,
            "treated": [True] * pairs + [False] * pairs,
            "value": [int(i < exposed_cases) for i in range(pairs)]
            + [int(i >= exposed_cases) for i in range(pairs)],
            "origin": origin,
        }
    )
