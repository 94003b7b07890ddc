"""Randomisation tests of the trial's outcomes, for each scheme that can have allocated patients."""

from collections.abc import Iterable, Mapping
from math import comb

import numpy as np
import pandas as pd

from ..slopes.assignments import (
    MOST_ASSIGNMENTS,
    all_assignments,
    block_assignments,
    randomisation_test,
    some_assignments,
)
from ..slopes.permutation import PermutationTest

__all__ = [
    "allocation_differences",
    "allocation_schemes",
    "allocation_tests",
    "alone_in_centre",
    "compare_schemes",
]

_DRAWN_OF_CENTRE = 1000  # a page asks for each patient of a trial


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
        :func:`rescat.block_assignments`); the free choice is first. If it has more than 200,000
        assignments, some are drawn, and its name says so.

    Examples
    --------
    >>> schemes = allocation_schemes([True, False, True, True, True, False, False], [3])
    >>> {name: len(assignments) for name, assignments in schemes.items()}
    {'any 4 of 7': 35, 'blocks of 3': 9}
    """
    n, k = len(treated), int(np.sum(treated))
    possible = _all_or_some(treated)
    drawn = "" if len(possible) == comb(n, k) else f", {len(possible):,} drawn"
    schemes = {f"any {k} of {n}{drawn}": possible}
    for block in blocks:
        schemes[f"blocks of {block}"] = block_assignments(n, k, block)
    return schemes


def _all_or_some(treated, **drawn) -> pd.DataFrame:
    """Every way to treat as many patients; if they are too many to list, some of them."""
    n, k = len(treated), int(np.sum(treated))
    many = comb(n, k) > MOST_ASSIGNMENTS
    return some_assignments(treated, **drawn) if many else all_assignments(n, k)


def alone_in_centre(treated, place: int) -> pd.DataFrame:
    """The allocations that were possible by centre, if one patient was alone in a centre.

    An allocation within each centre can't exchange that patient with any other.

    Parameters
    ----------
    treated : array-like of bool, shape (n,)
        The observed allocation, in order of enrolment.
    place : int
        Which patient was alone, from 0.

    Returns
    -------
    DataFrame
        As of :func:`rescat.all_assignments`: the others exchange, as many of them treated as
        observed. If there are more than 200,000 ways, the observed one and 1,000 that are drawn.

    Notes
    -----
    A randomisation test under stratified allocation keeps the numbers of each stratum: Edgington
    and Onghena (2007), Randomization Tests.

    Examples
    --------
    >>> assignments = alone_in_centre([True, False, True, False], 0)
    >>> print(assignments.round(3).to_string())
          0      1      2      3  probability
    0  True   True  False  False        0.333
    1  True  False   True  False        0.333
    2  True  False  False   True        0.333
    """
    treated = np.asarray(treated, bool)
    rest = np.delete(treated, place)
    others = _all_or_some(rest, n=_DRAWN_OF_CENTRE)
    labels = np.insert(others.drop(columns="probability").to_numpy(), place, treated[place], axis=1)
    return pd.DataFrame(labels).assign(probability=others["probability"])


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

    Raises
    ------
    ValueError
        If a value is missing, or a scheme could not have made the observed allocation.

    Notes
    -----
    Fisher (1935), The Design of Experiments; Edgington and Onghena (2007), Randomization Tests.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients().query("arm != 'mCTRL'")
    >>> treated = patients["arm"].eq("MSC")
    >>> schemes = rescat.allocation_schemes(treated, [3])
    >>> tests = rescat.allocation_tests({"stay": patients["length_of_stay"]}, treated, schemes)
    >>> print(tests.round(3).to_string(index=False))
    outcome      scheme  difference  n_assignments  p_value  smallest_p
       stay  any 5 of 7         4.0             21    0.238       0.048
       stay blocks of 3         4.0              9    0.222       0.111
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

    Notes
    -----
    The hypothesis of Fisher (1935), The Design of Experiments: it is about each patient, not about
    means.

    Examples
    --------
    >>> import rescat
    >>> schemes = rescat.allocation_schemes([True, False, False])
    >>> differences = rescat.allocation_differences([9, 2, 4], schemes)
    >>> print(differences.to_string(index=False))
        scheme  difference
    any 1 of 3         6.0
    any 1 of 3        -4.5
    any 1 of 3        -1.5
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

    Examples
    --------
    Three of seven invented patients are treated. Any three could have been; or, if each hospital
    had its own allocation, one of three in one hospital and two of four in the other:

    >>> import rescat
    >>> trial = rescat.simulate_trial(8, controls=4, treated=3, slope=(0, 0.05))
    >>> trial["hospital"] = trial["patient_id"].isin(["S03", "S04", "S05"])
    >>> tests = {
    ...     "any 3 of 7": rescat.permutation_test(trial, progress=False),
    ...     "by hospital": rescat.permutation_test(trial, strata="hospital", progress=False),
    ... }
    >>> columns = ["who", "difference", "n", "p", "least"]
    >>> print(rescat.compare_schemes(tests)[columns].round(3).to_string(index=False))
            who  difference  n     p  least
     any 3 of 7       0.058 35 0.029  0.029
    by hospital       0.058 18 0.056  0.056
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
