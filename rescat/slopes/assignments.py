"""Randomisation tests for the seven randomised patients.

The allocation scheme is not published. Each test therefore takes the assignments that the scheme
could have made: all of them, or those that fill blocks of a given size at the ratio 2:1.
"""

from collections import Counter
from itertools import combinations, product
from math import comb

import numpy as np
import pandas as pd

# More assignments than this are not listed: it would take minutes and gigabytes.
MOST_ASSIGNMENTS = 200_000

__all__ = ["all_assignments", "block_assignments", "fitting_blocks", "randomisation_test"]


def all_assignments(n: int, n_treated: int) -> pd.DataFrame:
    """Every way to treat some of n patients, each as likely as the others.

    Returns
    -------
    DataFrame, one row per assignment
        Columns 0 to n - 1 (treated or not, in order of enrolment) and ``probability``.

    Raises
    ------
    ValueError
        If there are more than 200,000 of them.
    """
    if comb(n, n_treated) > MOST_ASSIGNMENTS:
        raise ValueError(
            f"{n_treated} of {n} patients can be chosen in {comb(n, n_treated):,} ways, "
            f"more than the {MOST_ASSIGNMENTS:,} that are listed"
        )
    rows = [tuple(i in chosen for i in range(n)) for chosen in combinations(range(n), n_treated)]
    return _frame(Counter(rows))


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

    Raises
    ------
    ValueError
        If the block size does not allow the ratio, no assignment has that many treated, or there
        are more than 200,000 sequences of blocks.
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
