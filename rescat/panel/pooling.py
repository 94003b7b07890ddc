"""Partial pooling: all differences judged together, each drawn towards zero as its noise asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import integrate, stats

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, origin_of
from ..meta.variance import between_variance, deviance, largest_sd, weighted_mean
from .mixtures import central_interval, share_below

__all__ = ["PartialPooling", "compare_pooling", "design_analysis", "shrink_slopes"]

_METHODS = ("bayes", "REML", "ML", "DL")
_POINTS = 2001  # of the grid of SDs between markers


@dataclass(frozen=True, repr=False)
class PartialPooling(Spoken):
    """The result of :func:`shrink_slopes`.

    Attributes
    ----------
    table : DataFrame, one row per marker
        ``marker``, ``estimate``, ``se`` (that of a normal estimate with the same P value), ``kept``
        (the share of the distance from the mean that is kept), ``shrunk``, ``ci_low``, ``ci_high``
        and ``wrong_sign`` (probability that the difference has the other sign than ``shrunk``);
        estimates are in the units that were given. ``origin`` if it was given.
    sd : float
        SD of the true differences between markers, in units of the column ``unit``; of "bayes" its
        posterior mean.
    sd_low, sd_high : float
        Its interval; missing unless the method is "bayes".
    mean : float
        Mean of the true differences.
    method, unit : str
    level : float
    origin : str or None
    """

    table: pd.DataFrame = field(repr=False)
    sd: float
    sd_low: float
    sd_high: float
    mean: float
    method: str
    unit: str
    level: float

    @property
    def n_clear(self) -> int:
        """Differences whose interval leaves zero out."""
        return int((self.table["ci_low"].gt(0) | self.table["ci_high"].lt(0)).sum())

    @property
    def clearest(self) -> pd.Series:
        """The row of the difference whose sign is known best."""
        return self.table.loc[self.table["wrong_sign"].idxmin()]

    def _lines(self) -> list[str]:
        between = "" if np.isnan(self.sd_low) else f" ({self.sd_low:.3g} to {self.sd_high:.3g})"
        kept = self.table["kept"]
        return [
            f"Partial pooling of {len(self.table)} differences ({self.method})",
            f"SD of the true differences {self.sd:.3g}{between}, in units of {self.unit}; their "
            f"mean {self.mean:.3g}",
            f"Of each estimate {kept.min():.2f} to {kept.max():.2f} is kept",
        ]


def shrink_slopes(
    differences: pd.DataFrame,
    *,
    estimate: str = "slope",
    se: str = "se",
    df: str | None = "df",
    unit: str = "se",
    mean: float | None = 0.0,
    method: str = "bayes",
    level: float = 0.95,
) -> PartialPooling:
    """Draw every difference towards the mean of all, by as much as they themselves suggest.

    The true differences, in a unit that markers have in common, are taken as draws from one normal
    distribution. Its SD is estimated from all markers: small if they scatter no more than their
    standard errors say, and then nearly nothing is left of each.

    Parameters
    ----------
    differences : DataFrame, one row per marker
        The rows ``difference`` of :func:`rescat.fit_panel`, or any frame with such columns.
    estimate, se : str
        Columns.
    df : str, optional
        Column of the degrees of freedom. The standard error is replaced by that of a normal
        estimate with the same P value. None: normal as it is.
    unit : str
        Column by which estimate and standard error are divided, so that markers can be compared.
        The standard error itself gives signal over noise; the residual SD another choice.
    mean : float, optional
        Of the true differences, in that unit. Zero by default: no direction is favoured. None: it
        is estimated, with its uncertainty.
    method : {"bayes", "REML", "ML", "DL"}
        "bayes" averages over the SD between markers, with a flat prior on it (up to six times the
        SD of all estimates with their noise), so that the intervals allow for not knowing it; with
        few markers that prior matters. The others estimate the SD
        and then take it as known. With a given mean REML and ML are the same.
    level : float
        Of the interval.

    Returns
    -------
    PartialPooling
        With ``table`` (one row per marker) and ``sd`` (of the true differences).

    Raises
    ------
    ModelError
        If there are fewer than three markers, a standard error or unit is not above zero, or a
        choice is not known.

    Notes
    -----
    Efron and Morris (1975), Journal of the American Statistical Association 70: 311-319; Gelman,
    Carlin, Stern, Dunson, Vehtari and Rubin (2013), Bayesian data analysis, section 5.4; for the
    ratio of signal to noise van Zwet, Schwab and Senn (2021), Statistics in Medicine 40:
    6107-6117. Estimates of markers in the same patients are correlated; the model takes them as
    independent, so that the interval of the SD between markers is somewhat too narrow.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> differences = pd.DataFrame({"marker": list("ABCD"), "slope": [0.02, 0.01, -0.005, 0.03]})
    >>> pooled = rescat.shrink_slopes(differences.assign(se=0.01, df=20))
    >>> print(pooled)
    Partial pooling of 4 differences (bayes)
    SD of the true differences 2.21 (0.319 to 6.5), in units of se; their mean 0
    Of each estimate 0.71 to 0.71 is kept
    >>> columns = ["marker", "estimate", "shrunk", "ci_low", "ci_high"]
    >>> print(pooled.table[columns].round(4).to_string())
      marker  estimate  shrunk  ci_low  ci_high
    0      A     0.020  0.0142 -0.0034   0.0347
    1      B     0.010  0.0071 -0.0095   0.0256
    2      C    -0.005 -0.0035 -0.0212   0.0131
    3      D     0.030  0.0213 -0.0001   0.0444
    """
    check_choice("method", method, _METHODS)
    check_options(level=level)
    rows = _checked(differences, [c for c in (estimate, se, df, unit) if c is not None])
    normal_se = rows[se] if df is None else _normal_se(rows[estimate], rows[se], rows[df])
    scale = normal_se if unit == se else rows[unit].to_numpy(float)
    y, v = rows[estimate].to_numpy(float) / scale, (normal_se / scale) ** 2
    if method == "bayes":
        sds, weights = _posterior_of_sd(y, v, mean)
    else:
        sds, weights = np.array([np.sqrt(between_variance(y, v, mean, method))]), np.ones(1)
    centres = np.array([weighted_mean(y, v, mean, sd) for sd in sds])
    found = [_mixture(*of, centres, sds, weights, level) for of in zip(y, v, strict=True)]
    table = pd.DataFrame(found, columns=["kept", "shrunk", "ci_low", "ci_high", "wrong_sign"])
    for column in ("shrunk", "ci_low", "ci_high"):
        table[column] *= scale
    table.insert(0, "se", normal_se)
    table.insert(0, "estimate", rows[estimate].to_numpy(float))
    table.insert(0, "marker", rows["marker"].to_numpy())
    origin = origin_of(differences) if "origin" in differences else None
    ends = ((1 - level) / 2, (1 + level) / 2)
    low, high = _quantiles(sds, weights, ends) if len(sds) > 1 else (np.nan, np.nan)
    return PartialPooling(
        table=table if origin is None else table.assign(origin=origin),
        sd=float(weights @ sds),
        sd_low=float(low),
        sd_high=float(high),
        mean=float(weights @ centres[:, 0]),
        method=method,
        unit=unit,
        level=level,
        origin=origin,
    )


def compare_pooling(differences: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """How far partial pooling depends on the method, the mean and the unit.

    Parameters
    ----------
    differences : DataFrame
        As for :func:`shrink_slopes`, one row per marker with ``slope``, ``se`` and ``df``, and
        with the units and ``origin``.
    units : dict of str to str
        Column of a unit to its name in words. In the first one every method is tried, with the
        mean at zero and with an estimated mean; in the others "bayes" with the mean at zero.

    Returns
    -------
    DataFrame, one row per choice
        ``method`` and ``unit`` (words), ``sd`` (of the true differences, in the unit), ``least``
        and ``most`` (share of a difference that is kept) and ``origin``.

    Raises
    ------
    ModelError
        As :func:`shrink_slopes`.

    Notes
    -----
    The methods and their sources are those of :func:`shrink_slopes`.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> differences = pd.DataFrame({"marker": list("ABCD"), "slope": [0.02, 0.01, -0.005, 0.03]})
    >>> differences = differences.assign(se=0.01, df=20, origin="synthetic")
    >>> compared = rescat.compare_pooling(differences, {"se": "standard error"})
    >>> print(compared[["method", "sd", "least", "most"]].round(2).to_string())
                      method    sd  least  most
    0                  bayes  2.21   0.71  0.71
    1  bayes, mean estimated  1.87   0.60  0.60
    2                   REML  1.41   0.67  0.67
    3   REML, mean estimated  0.93   0.46  0.46
    4                     DL  1.41   0.67  0.67
    5     DL, mean estimated  0.93   0.46  0.46
    """
    first, *others = units
    choices = [(method, mean, first) for method in ("bayes", "REML", "DL") for mean in (0.0, None)]
    rows = []
    for method, mean, unit in [*choices, *(("bayes", 0.0, unit) for unit in others)]:
        pooled = shrink_slopes(differences, method=method, mean=mean, unit=unit)
        rows.append(
            {
                "method": method if mean == 0 else f"{method}, mean estimated",
                "unit": units[unit],
                "sd": pooled.sd,
                "least": pooled.table["kept"].min(),
                "most": pooled.table["kept"].max(),
                "origin": pooled.origin,
            }
        )
    return pd.DataFrame(rows)


def design_analysis(
    true: float, se: float | Iterable[float], *, df: float = np.inf, alpha: float = 0.05
) -> pd.DataFrame:
    """How far significant estimates mislead, if the true difference is this large.

    Parameters
    ----------
    true : float or iterable of float
        True differences to think about, in any unit: from outside knowledge, not the estimate
        itself. Only the size counts.
    se : float or iterable of float
        Standard error of the estimate, in the same unit; one for all, or one for each.
    df : float
        Degrees of freedom of the t test, above 1; infinite for the normal distribution.
    alpha : float
        Level of the two-sided test.

    Returns
    -------
    DataFrame, one row per true difference
        ``true``, ``se``, ``power``, ``type_s`` (the chance that a significant estimate has the
        wrong sign) and ``exaggeration`` (type M: the mean size of a significant estimate over the
        true one; infinite for a true difference of zero).

    Raises
    ------
    ModelError
        If a standard error is not above zero, df is not above 1, or alpha is not between 0 and 1.

    Notes
    -----
    Gelman and Carlin (2014), Perspectives on Psychological Science 9: 641-651. As there, the
    estimate is the true difference plus se times a t variable. The figures are integrals, not
    simulations.

    Examples
    --------
    If the true difference is as large as the standard error, a significant estimate is 2.5 times
    too large on average, and in one of a hundred it has the wrong sign.

    >>> import rescat
    >>> print(rescat.design_analysis([0, 1, 2], 1).round(3).to_string())
       true   se  power  type_s  exaggeration
    0   0.0  1.0  0.050   0.500           inf
    1   1.0  1.0  0.170   0.009         2.491
    2   2.0  1.0  0.516   0.000         1.386
    """
    true, se = np.broadcast_arrays(np.atleast_1d(np.asarray(true, float)), np.asarray(se, float))
    if not (se > 0).all() or not 0 < alpha < 1 or not df > 1:
        raise ModelError(
            "expected standard errors above zero, more than one degree of freedom, and alpha "
            "between 0 and 1"
        )
    limit, noise = stats.t.isf(alpha / 2, df), stats.t(df) if np.isfinite(df) else stats.norm()
    rows = []
    for shift, unit in zip(np.abs(true) / se, se, strict=True):
        above, below = noise.sf(limit - shift), noise.cdf(-limit - shift)
        # The mean of |shift + noise| beyond the limits.
        size = (
            shift * (above - below) + _tail_mean(limit - shift, df) + _tail_mean(limit + shift, df)
        )
        power = above + below
        ratio = size / power / shift if shift > 0 else np.inf
        rows.append((shift * unit, unit, power, below / power, ratio))
    table = pd.DataFrame(rows, columns=["true", "se", "power", "type_s", "exaggeration"])
    return table.assign(true=true)


def _tail_mean(limit: float, df: float) -> float:
    """The integral of x f(x) from the limit on, of the normal or the t density f."""
    if np.isinf(df):
        return float(stats.norm.pdf(limit))
    return float(stats.t.pdf(limit, df) * (df + limit**2) / (df - 1))


def _checked(differences: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    absent = [c for c in ("marker", *columns) if c not in differences]
    if absent:
        raise ModelError(
            f"the frame has no column {', '.join(absent)}; found {', '.join(map(str, differences))}"
        )
    rows = differences.reset_index(drop=True)
    if len(rows) < 3:
        raise ModelError(f"{len(rows)} differences: partial pooling needs three or more")
    numbers = rows[columns].to_numpy(float)
    faulty = ~np.isfinite(numbers[:, 0]) | ~(numbers[:, 1:] > 0).all(axis=1)
    if faulty.any():
        raise ModelError(
            f"{rows['marker'][faulty.argmax()]}: expected an estimate, and numbers above zero in "
            f"{', '.join(columns[1:])}"
        )
    return rows


def _normal_se(estimate: pd.Series, se: pd.Series, df: pd.Series) -> np.ndarray:
    """The standard error with which a normal estimate has the P value that t has."""
    t = np.maximum(np.abs(estimate / se), 1e-6).to_numpy(float)
    z = stats.norm.isf(stats.t.sf(t, df.to_numpy(float)))
    return se.to_numpy(float) * t / z


def _posterior_of_sd(y: np.ndarray, v: np.ndarray, mean: float | None):
    """The SD between markers on a grid, with its posterior weights under a flat prior.

    By the trapezoid rule: the ends of the grid stand for half a step.
    """
    sds = np.linspace(0.0, largest_sd(y, v, mean), _POINTS)
    log = -0.5 * np.array([deviance(sd, y, v, mean, True) for sd in sds])
    density = np.exp(log - log.max())
    density[[0, -1]] /= 2
    return sds, density / density.sum()


def _quantiles(sds: np.ndarray, weights: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Quantiles of the SD between markers, between the points of the grid."""
    density = weights.copy()
    density[[0, -1]] *= 2
    return np.interp(ends, integrate.cumulative_trapezoid(density, initial=0.0), sds)


def _mixture(y, v, centres, sds, weights, level):
    """Share kept, mean, interval and probability of the wrong sign of one true difference.

    Given the SD it is normal; over the SDs it is a mixture of normals.
    """
    kept = sds**2 / (sds**2 + v)
    means = kept * y + (1 - kept) * centres[:, 0]
    # What is not known of the mean moves the part that is not kept.
    spreads = np.sqrt(kept * v + (1 - kept) ** 2 * centres[:, 1])
    centre = float(weights @ means)
    limits = central_interval(weights, means, spreads, level)
    below = share_below(0.0, weights, means, spreads)
    return float(weights @ kept), centre, *limits, below if centre > 0 else 1 - below
