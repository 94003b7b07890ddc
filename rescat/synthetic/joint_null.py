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
    0  IL1RA  0.016 to 0.052 (0.030)  0.468 to 0.481 (0.471)  synthetic
    1    IL6  0.016 to 0.095 (0.048)  0.854 to 0.854 (0.854)  synthetic
    2   IL18  0.038 to 0.102 (0.077)  0.888 to 0.978 (0.931)  synthetic
    3   PTX3  0.079 to 0.237 (0.211)  1.000 to 1.000 (1.000)  synthetic
    4    NFL  0.001 to 0.022 (0.007)  0.231 to 0.237 (0.231)  synthetic
    """

    def in_words(p: pd.Series) -> str:
        middle = f" ({p.median():.3f})" if median else ""
        return f"{p.min():.3f} to {p.max():.3f}{middle}"

    table = tests.groupby("marker", sort=False)[list(columns)].agg(in_words)
    return table.reset_index().assign(origin=origin_of(tests))
