"""Randomisation tests for the seven randomised patients.

The allocation scheme is not published. Each test therefore takes the assignments that the scheme
could have made: all of them, or those that fill blocks of a given size at the ratio 2:1.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice, product
from math import comb, prod

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from .trajectories import Trajectories

__all__ = [
    "MOST_ASSIGNMENTS",
    "all_assignments",
    "block_assignments",
    "fitting_blocks",
    "randomisation_test",
    "some_assignments",
]

# More assignments than this are not listed: it would take minutes and gigabytes.
MOST_ASSIGNMENTS = 200_000
_DRAWN = 20_000  # where they are not listed: the error of P is below 0.002 near 0.05


def all_assignments(n: int, n_treated: int) -> pd.DataFrame:
    """Every way to treat some of n patients, each as likely as the others.

    Parameters
    ----------
    n, n_treated : int
        Patients, and how many of them are treated.

    Returns
    -------
    DataFrame, one row per assignment
        Columns 0 to n - 1 (treated or not, in order of enrolment) and ``probability``.

    Raises
    ------
    ValueError
        If there are more than 200,000 of them.

    Notes
    -----
    Fisher (1935), The Design of Experiments: under complete randomisation each is as likely.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.all_assignments(3, 2).round(3))
           0      1      2  probability
    0   True   True  False        0.333
    1   True  False   True        0.333
    2  False   True   True        0.333
    """
    if comb(n, n_treated) > MOST_ASSIGNMENTS:
        raise ValueError(
            f"{n_treated} of {n} patients can be chosen in {comb(n, n_treated):,} ways, "
            f"more than the {MOST_ASSIGNMENTS:,} that are listed"
        )
    rows = [tuple(i in chosen for i in range(n)) for chosen in combinations(range(n), n_treated)]
    return _frame(Counter(rows))


def some_assignments(treated, n: int = _DRAWN, seed: int = 1) -> pd.DataFrame:
    """Ways to treat as many patients, drawn at random, and the observed one.

    For more patients than :func:`all_assignments` lists. As the observed assignment is one of
    them, a test by these alone keeps its level: P is (b + 1)/(n + 1) for b that are as extreme.

    Parameters
    ----------
    treated : array-like of bool, shape (patients,)
        The observed assignment, in order of enrolment.
    n : int, optional
        How many are drawn.
    seed : int, optional

    Returns
    -------
    DataFrame
        As of :func:`all_assignments`.

    Notes
    -----
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9: 39.

    Examples
    --------
    >>> from rescat.slopes.assignments import some_assignments
    >>> drawn = some_assignments([True, False] * 15, 999)
    >>> set(drawn.drop(columns="probability").sum(axis=1)), len(drawn)
    ({15}, 1000)
    """
    observed = np.asarray(treated, bool)
    drawn = drawn_labels(observed, np.zeros(len(observed), int), n, seed)
    return _frame(Counter(map(tuple, np.vstack([observed, *drawn]).tolist())))


def block_assignments(
    n: int, n_treated: int, block: int, ratio: tuple[int, int] = (2, 1)
) -> pd.DataFrame:
    """Every assignment that permuted blocks could have made, given the number treated.

    The last block may be cut short by the end of recruitment; an assignment then counts once for
    every full block it could have come from.

    Parameters
    ----------
    n, n_treated : int
        Patients, and how many of them were treated.
    block : int
        Patients per block: a multiple of the sum of the ratio.
    ratio : (int, int)
        Treated to control.

    Returns
    -------
    DataFrame, one row per assignment
        Columns 0 to n - 1 (treated or not, in order of enrolment) and ``probability``.

    Raises
    ------
    ValueError
        If the block size does not allow the ratio, no assignment has that many treated, or there
        are more than 200,000 sequences of blocks.

    Notes
    -----
    Matts and Lachin (1988), Controlled Clinical Trials 9: 327-344.

    Examples
    --------
    Four patients, three of them treated, blocks of three (two treated, one control):

    >>> import rescat
    >>> print(rescat.block_assignments(4, 3, 3).round(3))
           0      1      2     3  probability
    0   True   True  False  True        0.333
    1   True  False   True  True        0.333
    2  False   True   True  True        0.333
    """
    if block % sum(ratio):
        raise ValueError(f"blocks of {block} can't hold the ratio {ratio[0]}:{ratio[1]}")
    treated_per_block = block * ratio[0] // sum(ratio)
    blocks = -(-n // block)
    if comb(block, treated_per_block) ** blocks > MOST_ASSIGNMENTS:
        raise ValueError(f"{blocks} blocks of {block} make more sequences than are listed")
    one = [
        tuple(i in c for i in range(block)) for c in combinations(range(block), treated_per_block)
    ]
    rows = (tuple(x for b in full for x in b)[:n] for full in product(one, repeat=blocks))
    counts = Counter(row for row in rows if sum(row) == n_treated)
    if not counts:
        raise ValueError(f"no sequence of blocks of {block} treats {n_treated} of {n} patients")
    return _frame(counts)


def _frame(counts: Counter) -> pd.DataFrame:
    frame = pd.DataFrame(list(counts), dtype=bool)
    frame["probability"] = np.array(list(counts.values())) / sum(counts.values())
    return frame


def fitting_blocks(treated, sizes=(3, 6, 9), ratio: tuple[int, int] = (2, 1)) -> list[int]:
    """The block sizes that an observed sequence of assignments fits.

    Parameters
    ----------
    treated : sequence of bool
        In order of enrolment.
    sizes : sequence of int
        Patients per block: multiples of the sum of the ratio.
    ratio : (int, int)
        Treated to control.

    Returns
    -------
    list of int
        Those of the sizes that could have made the sequence; the last block may be cut short.

    Examples
    --------
    >>> import rescat
    >>> rescat.fitting_blocks([True, False, True, True, True, False, True], sizes=(3, 6))
    [3, 6]
    """
    observed = tuple(bool(t) for t in treated)
    fits = []
    for size in sizes:
        try:
            admissible = block_assignments(len(observed), sum(observed), size, ratio)
        except ValueError:
            continue
        if (admissible.drop(columns="probability").to_numpy() == observed).all(axis=1).any():
            fits.append(size)
    return fits


def randomisation_test(values, treated, assignments: pd.DataFrame) -> dict[str, float]:
    """Exact test of "the treatment changed no patient's value" by the difference in means.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        In order of enrolment.
    treated : array-like of bool, shape (n,)
    assignments : DataFrame
        From :func:`all_assignments` or :func:`block_assignments`.

    Returns
    -------
    dict
        ``difference`` (treated minus control), ``n_assignments``, ``p_value`` (two-sided: the
        probability of a difference at least as far from zero) and ``smallest_p`` (the least
        P value that any outcome could have given with this scheme).

    Raises
    ------
    ValueError
        If a value is missing, or the observed assignment is not among the admissible ones.

    Notes
    -----
    Fisher (1935), The Design of Experiments; Edgington and Onghena (2007), Randomization Tests.

    Examples
    --------
    >>> import rescat
    >>> every = rescat.all_assignments(4, 2)
    >>> test = rescat.randomisation_test([9, 8, 2, 3], [True, True, False, False], every)
    >>> test["difference"], round(test["p_value"], 3), test["n_assignments"]
    (6.0, 0.333, 6)
    """
    values, treated = np.asarray(values, float), np.asarray(treated, bool)
    if np.isnan(values).any():
        raise ValueError("a value is missing: leave the patient out, and the assignments for it")
    arms = assignments.drop(columns="probability").to_numpy()
    if not (arms == treated).all(axis=1).any():
        raise ValueError("the observed assignment is not one that this scheme could have made")
    difference = values[treated].mean() - values[~treated].mean()
    n_treated = arms.sum(axis=1)
    sums = arms @ values
    all_differences = sums / n_treated - (values.sum() - sums) / (len(values) - n_treated)
    extreme = np.abs(all_differences) >= abs(difference) - 1e-9
    return {
        "difference": float(difference),
        "n_assignments": len(arms),
        "p_value": float(assignments["probability"][extreme].sum()),
        "smallest_p": smallest_p(arms, assignments["probability"].to_numpy()),
    }


def smallest_p(labels: np.ndarray, probability: np.ndarray) -> float:
    """The least two-sided P value that any data could give with some assignments.

    The opposite of an assignment, if it is admissible too, is always as extreme.

    Parameters
    ----------
    labels : array of bool or int, shape (assignments, patients)
    probability : array, shape (assignments,)
    """
    rows = [tuple(row) for row in np.asarray(labels, bool).tolist()]
    chance = dict(zip(rows, np.asarray(probability, float).tolist(), strict=True))
    return min(p + chance.get(tuple(not x for x in row), 0.0) for row, p in chance.items())


def smallest_p_of_all(treated: int, controls: int) -> float:
    """As :func:`smallest_p`, of all ways to treat so many, each as probable as any other.

    Examples
    --------
    >>> from rescat.slopes.assignments import smallest_p_of_all
    >>> round(smallest_p_of_all(5, 2), 3), round(smallest_p_of_all(3, 3), 3)
    (0.048, 0.1)
    """
    return (1 + (treated == controls)) / comb(treated + controls, treated)


# Labels held in memory at a time, and refits between two movements of the bar.
_ROWS = 20_000


@dataclass(frozen=True)
class Plan:
    size: int
    exact: bool
    scheme: str
    smallest: float = 0.0


def strata_of(frame, data: Trajectories, strata: str | None, subject: str) -> np.ndarray:
    """The stratum of each patient, as a number."""
    if strata is None:
        return np.zeros(len(data.patients), int)
    if strata not in frame:
        raise ModelError(f"the frame has no column {strata}; found {', '.join(map(str, frame))}")
    by_patient = frame.groupby(subject, sort=False)[strata]
    faulty = by_patient.nunique(dropna=False).ne(1) | by_patient.agg(lambda x: x.isna().any())
    if faulty.any():
        raise ModelError(
            f"patient {faulty.idxmax()} has none or several values of {strata}, expected one for "
            "each patient"
        )
    return pd.factorize(by_patient.first().reindex(data.patients))[0]


def _layers(label: np.ndarray, layers: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """The patients of each stratum, and how many of them are treated."""
    members = [np.flatnonzero(layers == s) for s in np.unique(layers)]
    return [(m, int(label[m].sum())) for m in members]


def plan_of(label, layers, strata, limit: int, n: int) -> Plan:
    parts = _layers(label, layers)
    size = prod(comb(len(m), k) for m, k in parts)
    within = "" if strata is None else f" within each {strata}"
    if size < 2:
        raise ModelError(f"no label can be exchanged{within}: one assignment is possible")
    if size > limit:
        shown = f"{size:,}" if size < 1e15 else f"about 10^{len(str(size)) - 1}"
        return Plan(n, False, f"drawn at random from {shown}{within}")
    # Where half of each stratum is treated, the opposite labels give the same |statistic|.
    mirrored = all(2 * k == len(m) for m, k in parts)
    scheme = f"every way to treat {int(label.sum())} of {len(label)} patients{within}"
    return Plan(size, True, scheme, (1 + mirrored) / size)


def listed_labels(label: np.ndarray, layers: np.ndarray) -> Iterator[np.ndarray]:
    """Every assignment, some thousands at a time."""
    parts = _layers(label, layers)
    choices = product(*(combinations(m.tolist(), k) for m, k in parts))
    while rows := list(islice(choices, _ROWS)):
        treated = np.fromiter(chain.from_iterable(chain.from_iterable(rows)), int)
        labels = np.zeros((len(rows), len(label)), np.int8)
        labels[np.arange(len(rows))[:, None], treated.reshape(len(rows), -1)] = 1
        yield labels


def drawn_labels(
    label: np.ndarray, layers: np.ndarray, n: int, seed: int | np.random.Generator
) -> Iterator[np.ndarray]:
    """Assignments drawn at random, some thousands at a time."""
    rng = np.random.default_rng(seed)
    rows = max(1, min(_ROWS, 20_000_000 // len(label)))
    for low in range(0, n, rows):
        labels = np.tile(label, (min(rows, n - low), 1))
        for members, _ in _layers(label, layers):
            labels[:, members] = rng.permuted(labels[:, members], axis=1)
        yield labels


def given_labels(
    assignments: pd.DataFrame, data: Trajectories, left_out: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities of the admissible assignments, checked."""
    if not isinstance(assignments, pd.DataFrame) or assignments.empty:
        raise ModelError("assignments: expected a DataFrame with a row for each assignment")
    patients = [c for c in assignments if c != "probability"]
    if sorted(map(str, patients)) != sorted(map(str, [*data.patients, *left_out])):
        raise ModelError(
            f"the assignments have the columns {', '.join(map(str, patients))}; expected one for "
            f"each patient: {', '.join(map(str, data.patients))}. "
            "Name them: assignments.set_axis([*patients, 'probability'], axis=1)"
        )
    if left_out:
        raise ModelError(
            f"patient {left_out[0]} has no slope of its own, so Welch's t cannot follow the given "
            "assignments. Use statistic='t_by_group', or assignments without this patient"
        )
    cells = assignments[list(data.patients)]
    if not cells.isin([True, False]).all(axis=None):
        raise ModelError("the assignments hold other cells than True (treated) and False")
    labels = cells.to_numpy(np.int8)
    if "probability" not in assignments:
        probability = np.full(len(labels), 1 / len(labels))
    else:
        probability = pd.to_numeric(assignments["probability"], errors="coerce").to_numpy(float)
    if not (probability >= 0).all() or abs(probability.sum() - 1) > 1e-6:
        raise ModelError(
            f"the probabilities of the assignments add up to {probability.sum():g}, expected "
            "numbers from 0 on that add up to 1"
        )
    if not probability[(labels == data.label).all(axis=1)].sum() > 0:
        raise ModelError("the observed assignment is not among those given, or has probability 0")
    return labels, probability
