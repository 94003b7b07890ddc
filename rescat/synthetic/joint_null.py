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
        The table ``joint_tests`` of one family: one row per twin and marker.
    columns : iterable of str
        Columns of P values.
    median : bool
        Whether the median follows, in brackets.

    Returns
    -------
    DataFrame, one row per marker
        ``marker``, the columns ("0.020 to 0.311 (0.104)") and ``origin``.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> tests = rescat.load_table("joint_tests").query("family == 'Figure 2' and marker == 'IL6'")
    >>> print(rescat.spread_over_twins(tests, ["permutation", "holm"]).to_string(index=False))
    marker            permutation                   holm    origin
       IL6 0.014 to 0.089 (0.040) 0.851 to 0.853 (0.852) synthetic
    """

    def in_words(p: pd.Series) -> str:
        middle = f" ({p.median():.3f})" if median else ""
        return f"{p.min():.3f} to {p.max():.3f}{middle}"

    table = tests.groupby("marker", sort=False)[list(columns)].agg(in_words)
    return table.reset_index().assign(origin=origin_of(tests))
