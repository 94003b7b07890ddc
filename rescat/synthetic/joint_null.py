"""What relabelling thirty invented trials gives: the tables ``joint_null``, ``joint_tests``."""

from collections.abc import Iterable

import pandas as pd

from ..base.origin import origin_of
from ..base.words import spread_in_words

__all__ = ["spread_over_twins"]


def spread_over_twins(tests: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Median and quantiles of the P values of each marker over the twins, in words.

    Parameters
    ----------
    tests : DataFrame
        The table ``joint_tests`` of one family: one row per twin and marker, with ``marker``,
        ``origin`` and columns of P values.
    columns : iterable of str
        Which columns of P values.

    Returns
    -------
    DataFrame, one row per marker
        ``marker`` (in the order of the tests), the columns, as str: the median, and in brackets
        the quantiles of 5 % and 95 %; and ``origin``.

    Notes
    -----
    The P values are made by ``benchmarks/joint_null.py`` with :func:`rescat.joint_permutation`,
    where the sources of the methods are named. The twins are a family that was chosen, so that the
    quantiles are of that family and no bounds for the trial.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> tests = pd.DataFrame({"marker": "NFL", "holm": [0.2, 0.3, 0.4], "origin": "synthetic"})
    >>> print(rescat.spread_over_twins(tests, ["holm"]).to_string(index=False))
    marker                   holm    origin
       NFL 0.300 (0.210 to 0.390) synthetic
    """
    table = tests.groupby("marker", sort=False)[list(columns)].agg(spread_in_words)
    return table.reset_index().assign(origin=origin_of(tests))
