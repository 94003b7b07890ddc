"""Mixtures of normal distributions: how much lies below a value, and an interval."""

import numpy as np
from scipy import optimize, stats

__all__: list[str] = []  # for the modules of this room


def share_below(x: float, weights: np.ndarray, means: np.ndarray, sds: np.ndarray) -> float:
    """The share of a mixture that lies below a value; an SD of 0 is a single place."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x - means) / sds
    return float(weights @ np.where(sds > 0, stats.norm.cdf(z), x >= means))


def central_interval(
    weights: np.ndarray, means: np.ndarray, sds: np.ndarray, level: float
) -> list[float]:
    """Both ends of the interval that leaves out as much of a mixture below as above.

    Examples
    --------
    >>> import numpy as np
    >>> from rescat.panel.mixtures import central_interval
    >>> one = np.array([1.0]), np.array([2.0]), np.array([0.5])
    >>> [round(end, 3) for end in central_interval(*one, 0.95)]
    [1.02, 2.98]
    """
    centre = float(weights @ means)
    reach = np.abs(means - centre).max() + 10 * sds.max() + 1e-12
    return [
        optimize.brentq(
            lambda x, p=p: share_below(x, weights, means, sds) - p, centre - reach, centre + reach
        )
        for p in ((1 - level) / 2, (1 + level) / 2)
    ]
