"""How often the tests of a slope reject in invented trials, for the text of a chapter."""

import pandas as pd

__all__ = ["rates_in_words"]


def rates_in_words(calibration: pd.DataFrame) -> dict[str, str]:
    """The rates of rejection of every test, by a name that a text can give them.

    Parameters
    ----------
    calibration : DataFrame
        The table ``calibration``: ``scenario``, ``test``, ``slope_difference`` (the true one, per
        day) and ``rate``.

    Returns
    -------
    dict of str to str
        ``a_wald`` is the rate of Wald's z in scenario A, where no slope differs, in % with one
        decimal; ``power_wald`` the rate where the slopes differ, in whole %.

    Examples
    --------
    >>> table = pd.DataFrame({"scenario": ["A", "P"], "test": "wald", "rate": [0.081, 0.5]})
    >>> rates_in_words(table.assign(slope_difference=[0, 0.02]))
    {'a_wald': '8.1 %', 'power_wald': '50 %'}
    """
    null = calibration["slope_difference"].eq(0)
    rates = {
        f"{row.scenario.lower()}_{row.test}": f"{100 * row.rate:.1f} %"
        for row in calibration[null].itertuples()
    }
    return rates | {
        f"power_{row.test}": f"{100 * row.rate:.0f} %" for row in calibration[~null].itertuples()
    }
