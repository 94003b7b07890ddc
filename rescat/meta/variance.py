"""How far true effects differ between trials, or between markers: their variance."""

import numpy as np
from scipy import optimize, stats

__all__ = []

# The grid of SDs between reaches this many times the SD of all that is estimated.
_REACH = 6.0


def weighted_mean(y: np.ndarray, v: np.ndarray, mean: float | None, sd: float):
    """Mean of the true effects given their SD, and its variance; a mean that is given has none."""
    if mean is not None:
        return mean, 0.0
    w = 1 / (v + sd**2)
    return float(w @ y / w.sum()), float(1 / w.sum())


def deviance(sd: float, y: np.ndarray, v: np.ndarray, mean: float | None, reml: bool) -> float:
    """-2 log likelihood of the SD, restricted if the mean is estimated and reml is asked for."""
    centre, _ = weighted_mean(y, v, mean, sd)
    total = v + sd**2
    value = float(np.log(total).sum() + ((y - centre) ** 2 / total).sum())
    return value + (float(np.log((1 / total).sum())) if reml and mean is None else 0.0)


def largest_sd(y: np.ndarray, v: np.ndarray, mean: float | None) -> float:
    """The end of a grid of SDs: several times the scatter of the estimates with their noise."""
    centre, _ = weighted_mean(y, v, mean, 0.0)
    return _REACH * float(np.sqrt(((y - centre) ** 2).mean() + v.mean()))


def between_variance(y: np.ndarray, v: np.ndarray, mean: float | None, method: str) -> float:
    """The variance between true effects.

    Parameters
    ----------
    y, v : array, shape (effects,)
        Estimates, and their variances.
    mean : float or None
        Of the true effects, if it is known.
    method : {"REML", "ML", "DL"}
        (Restricted) maximum likelihood, or the moments of DerSimonian and Laird.
    """
    if method == "DL":
        w = 1 / v
        centre, _ = weighted_mean(y, v, mean, 0.0)
        q, k, c = w @ (y - centre) ** 2, len(y), w.sum()
        if mean is None:
            k, c = k - 1, c - (w**2).sum() / c
        return max(0.0, float((q - k) / c))
    reml = method == "REML" and mean is None
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 200) * largest_sd(y, v, mean)])
    best = int(np.argmin([deviance(sd, y, v, mean, reml) for sd in grid]))
    if best == 0:
        return 0.0

    def slope(tau2: float) -> float:
        # Of the deviance, twice: at its least it crosses zero, which is found to the last digits.
        w = 1 / (v + tau2)
        centre, _ = weighted_mean(y, v, mean, np.sqrt(tau2))
        return w.sum() - reml * (w**2).sum() / w.sum() - float(w**2 @ (y - centre) ** 2)

    low, high = grid[best - 1] ** 2, grid[min(best + 1, len(grid) - 1)] ** 2
    if slope(low) >= 0:  # the least is nearer to zero than the first point of the grid
        return 0.0
    return float(optimize.brentq(slope, low, high, xtol=1e-16, rtol=1e-12))


def variance_interval(y: np.ndarray, v: np.ndarray, level: float) -> tuple[float, float]:
    """Confidence interval of the variance between trials, by the Q profile.

    Notes
    -----
    Viechtbauer (2007), Statistics in Medicine 26: 37-52. Under the true variance the weighted sum
    of squares about the mean follows a chi-square distribution.
    """

    def q(tau2: float) -> float:
        centre, _ = weighted_mean(y, v, None, np.sqrt(tau2))
        return float(((y - centre) ** 2 / (v + tau2)).sum())

    limits = []
    for p in ((1 + level) / 2, (1 - level) / 2):
        wanted, high = stats.chi2.ppf(p, len(y) - 1), 1.0
        if q(0.0) <= wanted:
            limits.append(0.0)
            continue
        while q(high) > wanted:
            high *= 2
        limits.append(optimize.brentq(lambda t, w=wanted: q(t) - w, 0.0, high, rtol=1e-12))
    return limits[0], limits[1]
