"""Randomisation tests of the trial's outcomes, for each scheme that can have allocated patients."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..slopes.assignments import all_assignments, block_assignments, randomisation_test
from ..slopes.permutation import PermutationTest

__all__ = ["allocation_differences", "allocation_schemes", "allocation_tests", "compare_schemes"]


def allocation_schemes(treated, blocks: Iterable[int] = ()) -> dict[str, pd.DataFrame]:
    """The allocations that were possible: any choice of patients, and permuted blocks.

    Parameters
    ----------
    treated : array-like of bool, shape (n,)
        The observed allocation, in order of enrolment.
    blocks : iterable of int
        Block sizes, such as those of :func:`rescat.fitting_blocks`.

    Returns
    -------
    dict
        Name of the scheme to its assignments (:func:`rescat.all_assignments`,
        :func:`rescat.block_assignments`); the free choice is first.

    Examples
    --------
    >>> schemes = allocation_schemes([True, False, True, True, True, False, False], [3])
    >>> {name: len(assignments) for name, assignments in schemes.items()}
    {'any 4 of 7': 35, 'blocks of 3': 9}
    """
    n, k = len(treated), int(np.sum(treated))
    schemes = {f"any {k} of {n}": all_assignments(n, k)}
    for block in blocks:
        schemes[f"blocks of {block}"] = block_assignments(n, k, block)
    return schemes


def allocation_tests(
    outcomes: Mapping[str, pd.Series], treated, schemes: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """A randomisation test of every outcome under every scheme.

    Parameters
    ----------
    outcomes : mapping
        Name to the values of the patients, in order of enrolment.
    treated : array-like of bool, shape (n,)
    schemes : mapping
        From :func:`allocation_schemes`.

    Returns
    -------
    DataFrame
        ``outcome, scheme`` and what :func:`rescat.randomisation_test` returns.
    """
    return pd.DataFrame(
        {"outcome": name, "scheme": scheme, **randomisation_test(values, treated, assignments)}
        for name, values in outcomes.items()
        for scheme, assignments in schemes.items()
    )


def allocation_differences(values, schemes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The difference in means that every allocation of a scheme would have given.

    If the treatment changed nobody's value, each patient has the same value under each of them.

    Parameters
    ----------
    values : array-like of float, shape (n,)
        In order of enrolment.
    schemes : mapping
        From :func:`allocation_schemes`.

    Returns
    -------
    DataFrame, one row per scheme and allocation
        ``scheme, difference`` (treated minus control).
    """
    values = np.asarray(values, float)
    return pd.DataFrame(
        {"scheme": scheme, "difference": values[row].mean() - values[~row].mean()}
        for scheme, assignments in schemes.items()
        for row in assignments.drop(columns="probability").to_numpy()
    )


def compare_schemes(tests: Mapping[str, PermutationTest]) -> pd.DataFrame:
    """One question under several allocation schemes.

    Parameters
    ----------
    tests : dict of str to PermutationTest
        Name of the scheme to its test, of samples that say their origin.

    Returns
    -------
    DataFrame, one row per scheme
        ``who`` (name), ``difference`` (per unit of time), ``n`` (assignments), ``p`` (two-sided),
        ``least`` (the smallest P that any data could have given) and ``origin``.
    """
    return pd.DataFrame(
        {
            "who": name,
            "difference": test.difference,
            "n": test.n_permutations,
            "p": test.p_value,
            "least": test.smallest_p,
            "origin": test.origin,
        }
        for name, test in tests.items()
    )
