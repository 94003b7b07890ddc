"""How far apart randomised groups are by chance alone: a yardstick for small ones."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_choice
from ..base.errors import ModelError
from .balance import SMD_DENOMINATORS

__all__ = ["smd_by_chance"]

# Points in the integral over the variance of each group: quantiles, evenly spread.
_POINTS = 400


def smd_by_chance(
    sizes: Iterable[float],
    n_treated: int,
    n_control: int,
    *,
    denominator: str = "treated",
    variables: Iterable[int] = (1,),
) -> pd.DataFrame:
    """How often randomisation alone gives standardised mean differences of such a size or more.

    Parameters
    ----------
    sizes : iterable of float
        Absolute standardised mean differences (SMD), without a unit.
    n_treated, n_control : int
        Patients of the two groups, at least 2 in each.
    denominator : {"treated", "pooled"}
        What the difference is divided by: :data:`rescat.SMD_DENOMINATORS`.
    variables : iterable of int
        Numbers of independent variables, of which the largest SMD is looked at.

    Returns
    -------
    DataFrame, one row per number of variables and size
        ``variables``, ``size``, ``probability`` (of a largest absolute SMD of
        this size or more).

    Raises
    ------
    ModelError
        If a group has fewer than 2 patients, a size is below 0, or a number of variables below 1.

    Notes
    -----
    For a normal variable that is the same in both groups. Divided by the SD of the treated group,
    the SMD is √(1/n + 1/m) times a *t* variable with n - 1 degrees of freedom. Divided by the
    pooled SD it is a normal variable over the root of a mean of two independent chi-squared ones,
    over which the probability is averaged. Senn (1994), Statistics in Medicine 13: 1715-1726, on
    why such differences are expected and are no fault.

    Examples
    --------
    In randomised groups of 5 and 10, six in seven SMDs are beyond 0.1.

    >>> import rescat
    >>> print(rescat.smd_by_chance([0.1, 0.43], 5, 10, denominator="pooled").round(2).to_string())
       variables  size  probability
    0          1  0.10         0.86
    1          1  0.43         0.45
    """
    check_choice("denominator", denominator, SMD_DENOMINATORS)
    size, numbers = np.asarray(list(sizes), float), list(variables)
    if min(n_treated, n_control) < 2 or not (size >= 0).all() or min(numbers) < 1:
        raise ModelError(
            f"n_treated={n_treated}, n_control={n_control}, sizes={size.tolist()}, "
            f"variables={numbers}: expected two patients or more in each group, sizes of 0 or more "
            "and one variable or more"
        )
    unit = np.sqrt(1 / n_treated + 1 / n_control)
    if denominator == "treated":
        beyond = 2 * stats.t.sf(size / unit, n_treated - 1)
    else:
        at = (np.arange(_POINTS) + 0.5) / _POINTS
        variance = [stats.chi2.ppf(at, n - 1) / (n - 1) for n in (n_treated, n_control)]
        sd = np.sqrt(np.add.outer(*variance) / 2)
        beyond = np.array([2 * stats.norm.sf(x * sd / unit).mean() for x in size])
    return pd.DataFrame(
        {"variables": k, "size": x, "probability": 1 - (1 - p) ** k}
        for k in numbers
        for x, p in zip(size, beyond, strict=True)
    )
