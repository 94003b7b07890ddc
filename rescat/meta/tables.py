"""One table of two groups: the P values that usual tests give, to see which one was printed."""

import numpy as np
from scipy import stats

from ..base.errors import ModelError

__all__ = ["two_group_tests"]


def two_group_tests(
    treated_events: int, treated_patients: int, control_events: int, control_patients: int
) -> dict[str, float]:
    """Two-sided P values of usual tests for two proportions.

    Parameters
    ----------
    treated_events, treated_patients, control_events, control_patients : int

    Returns
    -------
    dict of str to float
        By name: "Fisher's exact test", "chi-square", "chi-square, corrected" (Yates) and "Wald, own
        variances". Missing where a test does not exist: no event in either group, or (Wald) no
        variance in both.

    Raises
    ------
    ModelError
        If there are more events than patients, or no patients in a group.

    Notes
    -----
    The first three are of SciPy. The last divides the difference of the proportions by the standard
    error without a common proportion: with a small group of which all (or none) had the event it is
    far too small.

    Examples
    --------
    >>> import rescat
    >>> tests = rescat.two_group_tests(10, 20, 16, 20)
    >>> for name, p in tests.items():
    ...     print(f"{name}: {p:.3f}")
    Fisher's exact test: 0.096
    chi-square: 0.047
    chi-square, corrected: 0.097
    Wald, own variances: 0.036
    """
    a, n, c, m = treated_events, treated_patients, control_events, control_patients
    if not (0 <= a <= n and 0 <= c <= m and n > 0 and m > 0):
        raise ModelError(f"found {a} of {n} and {c} of {m}, expected events among patients")
    table = [[a, n - a], [c, m - c]]
    p, q = a / n, c / m
    se = np.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    some = 0 < a + c < n + m
    return {
        "Fisher's exact test": float(stats.fisher_exact(table).pvalue),
        "chi-square": float(stats.chi2_contingency(table, False).pvalue) if some else np.nan,
        "chi-square, corrected": float(stats.chi2_contingency(table).pvalue) if some else np.nan,
        "Wald, own variances": float(2 * stats.norm.sf(abs(p - q) / se)) if se > 0 else np.nan,
    }
