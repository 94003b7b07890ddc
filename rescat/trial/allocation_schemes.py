"""What an allocation scheme does to a permutation test."""

from collections.abc import Mapping

import pandas as pd

from ..slopes.permutation import PermutationTest

__all__ = ["compare_schemes"]


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
