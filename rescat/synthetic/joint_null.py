"""What relabelling many twins gives: the tables ``joint_null`` and ``joint_tests`` in words."""

from collections.abc import Iterable

import pandas as pd

from ..base.origin import origin_of

__all__ = ["spread_over_twins"]


def spread_over_twins(
    tests: pd.DataFrame, columns: Iterable[str], *, median: bool = True
) -> pd.DataFrame:
    """Lowest and highest P value of each marker over the twins, in words.

    Parameters
    ----------
    tests : DataFrame
        The table ``joint_tests`` of one family: one row per twin and marker, with ``marker``,
        ``origin`` and columns of P values.
    columns : iterable of str
        Which columns of P values.
    median : bool
        Whether the median follows, in brackets.

    Returns
    -------
    DataFrame, one row per marker
        ``marker`` (in the order of the tests), the columns, as str ("0.020 to 0.311 (0.104)"), and
        ``origin``.

    Notes
    -----
    The P values are made by ``benchmarks/joint_null.py`` with :func:`rescat.joint_permutation`,
    where the sources of the methods are named.

    Examples
    --------
    >>> import rescat
    >>> tests = rescat.load_table("joint_tests")
    >>> tests = tests[tests["family"].eq("Figure 2")]
    >>> print(rescat.spread_over_twins(tests, ["permutation", "holm"]).to_string())
      marker             permutation                    holm     origin
    0  IL1RA  0.007 to 0.045 (0.023)  0.470 to 0.481 (0.476)  synthetic
    1    IL6  0.014 to 0.089 (0.040)  0.851 to 0.853 (0.852)  synthetic
    2   IL18  0.030 to 0.118 (0.076)  0.884 to 1.000 (0.948)  synthetic
    3   PTX3  0.134 to 0.257 (0.202)  1.000 to 1.000 (1.000)  synthetic
    4    NFL  0.000 to 0.027 (0.009)  0.231 to 0.238 (0.231)  synthetic
    """

    def in_words(p: pd.Series) -> str:
        middle = f" ({p.median():.3f})" if median else ""
        return f"{p.min():.3f} to {p.max():.3f}{middle}"

    table = tests.groupby("marker", sort=False)[list(columns)].agg(in_words)
    return table.reset_index().assign(origin=origin_of(tests))
