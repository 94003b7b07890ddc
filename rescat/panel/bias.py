"""What is left of a printed difference, if controls who were not randomised change alone."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_options
from ..base.errors import ModelError
from .designs import DESIGNS, SAMPLINGS, borrowed_error
from .printed_tests import printed_differences
from .tipping import outside_rates, tipping_points

__all__ = ["bias_analysis", "bias_needed", "bias_priors", "borrowed_differences"]

_BATCHES = 20  # the scatter of their results is the Monte Carlo error


def bias_needed(
    slopes: pd.DataFrame, weights: Iterable[float] = tuple(np.linspace(0.2, 1, 81))
) -> pd.DataFrame:
    """How much faster the matched controls must rise than the others, to print a difference.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    weights : iterable of float
        Weights of the matched controls in the slope of all, above 0 and at most 1.

    Returns
    -------
    DataFrame, one row per marker with slope and interval of both groups, and weight
        ``marker``, ``weight``, ``whole`` (slope of the matched minus that of the randomised
        controls, per day, that gives the printed difference without any effect), ``interval`` (that
        gives the end of its 95 % interval that is nearer to zero: with so much, zero is in the
        interval of what is left; 0 if it is there without) and ``origin``.

    Raises
    ------
    ModelError
        If a weight is out of its range.

    Notes
    -----
    With the weight w of :func:`rescat.arm_weights` and a bias b the printed difference is the
    effect less w b. The interval of the difference is that of :func:`rescat.printed_differences`.
    Both kinds of controls are taken to start at the same level.

    Examples
    --------
    >>> import rescat
    >>> needed = rescat.bias_needed(rescat.load_slopes(), [0.5, 1])
    >>> print(needed.drop(columns="origin").round(3).to_string(index=False))
    marker  weight  whole  interval
     IL1RA     0.5  0.040     0.006
     IL1RA     1.0  0.020     0.003
      IL18     0.5  0.018     0.001
      IL18     1.0  0.009     0.001
       NFL     0.5  0.054     0.017
       NFL     1.0  0.027     0.009
    """
    weights = np.asarray(list(weights), float)
    if not ((weights > 0) & (weights <= 1)).all():
        raise ModelError(f"weights={weights.tolist()}: expected numbers above 0 and at most 1")
    parts = []
    for row in printed_differences(slopes).itertuples():
        near = min(row.ci_low, row.ci_high, key=abs) if row.ci_low * row.ci_high > 0 else 0.0
        found = {"marker": row.marker, "weight": weights, "whole": -row.slope / weights}
        parts.append(pd.DataFrame({**found, "interval": -near / weights}))
    return pd.concat(parts, ignore_index=True).assign(origin="published")


def bias_priors(slopes: pd.DataFrame, *, scale: str = "log10") -> pd.DataFrame:
    """What is assumed of the matched controls, in words and numbers: a few stated priors.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    scale : {"log10", "ln"}
        The scale of the slopes, which the paper does not print.

    Returns
    -------
    DataFrame, one row per marker and prior
        ``marker``, ``prior``, ``weight_low`` and ``weight_high`` (of the matched controls: uniform
        between), ``rate`` and ``rate_sd`` (per day: normal), ``part_low`` and ``part_high`` (of the
        rate that the matched controls have more than the others: uniform between), ``words`` and
        ``origin``. A marker without a rate from elsewhere has none.

    Notes
    -----
    The weights are those of the samplings that agree with the stays of Table 1 and with the printed
    widths, over three SDs of slopes (:func:`rescat.tipping_points`). The rates are those of
    :func:`rescat.outside_rates`. That the matched controls have some part of it, all of it, or a
    change in either direction, is assumed.

    Examples
    --------
    >>> import rescat
    >>> priors = rescat.bias_priors(rescat.load_slopes()).query("marker == 'IL1RA'")
    >>> print(priors[["prior", "rate", "rate_sd", "part_low", "part_high"]].round(3).to_string())
                      prior   rate  rate_sd  part_low  part_high
    0      either direction  0.000    0.011       1.0        1.0
    1  some of the ICU rate  0.021    0.014       0.0        1.0
    2   all of the ICU rate  0.021    0.014       1.0        1.0
    """
    chosen = {name: DESIGNS[name] for name in SAMPLINGS}
    rates = outside_rates(scale).dropna(subset="rate").set_index("marker")
    rows = []
    for marker in printed_differences(slopes)["marker"]:
        if marker not in rates.index:
            continue
        weight = tipping_points(slopes, marker, designs=chosen)["weight"]
        given = {"marker": marker, "weight_low": weight.min(), "weight_high": weight.max()}
        rate, se = rates.loc[marker, ["rate", "se"]].astype(float)
        size = abs(rate)
        rows += [
            _prior(
                given, "either direction", 0.0, size / stats.norm.isf(0.025), 1.0,
                f"Faster or slower, in 19 of 20 cases by {size:.4f} or less",
            ),
            _prior(
                given, "some of the ICU rate", rate, np.nan_to_num(se), 0.0,
                "A part of the rate, from none to all",
            ),
            _prior(
                given, "all of the ICU rate", rate, np.nan_to_num(se), 1.0, "All of the rate"
            ),
        ]  # fmt: skip
    return pd.DataFrame(rows).assign(origin="evidence")


def _prior(given, name, rate, sd, part_low, words) -> dict:
    return {
        "marker": given["marker"],
        "prior": name,
        "weight_low": given["weight_low"],
        "weight_high": given["weight_high"],
        "rate": rate,
        "rate_sd": sd,
        "part_low": part_low,
        "part_high": 1.0,
        "words": words,
    }


def bias_analysis(
    differences: pd.DataFrame,
    priors: pd.DataFrame,
    *,
    n: int = 200_000,
    seed: int = 2025,
    level: float = 0.95,
) -> pd.DataFrame:
    """Probabilistic bias analysis: what a treatment may have done, with a bias drawn from a prior.

    Parameters
    ----------
    differences : DataFrame, one row per marker
        ``marker``, ``slope`` and ``se`` (per day), as of :func:`rescat.printed_differences`.
    priors : DataFrame, one row per marker and prior
        As of :func:`bias_priors`.
    n : int
        Draws of each row, a multiple of 20.
    seed : int
        Every row takes the same draws, so that rows can be compared.
    level : float
        Of the simulation interval.

    Returns
    -------
    DataFrame, one row per marker and prior
        ``marker``, ``prior``, ``slope`` (median of what is left, per day), ``ci_low`` and
        ``ci_high`` (its simulation interval), ``same_sign`` (share of the draws with the sign of
        the printed difference); the Monte Carlo error of each, with the ending ``_error``; and
        ``origin``.

    Raises
    ------
    ModelError
        If a standard error is not above zero, a prior is out of its range, or n is not a multiple
        of 20.

    Notes
    -----
    A draw is the printed difference, plus weight times part times rate, plus its random error:
    Lash, Fox, MacLehose, Maldonado, McCandless and Greenland (2014), International Journal of
    Epidemiology 43: 1969-1985. The Monte Carlo error is that of the mean of 20 batches.

    Examples
    --------
    >>> import rescat
    >>> slopes = rescat.load_slopes()
    >>> priors = rescat.bias_priors(slopes).query("marker == 'NFL'")
    >>> found = rescat.bias_analysis(rescat.printed_differences(slopes), priors)
    >>> columns = ["prior", "slope", "ci_low", "ci_high", "same_sign"]
    >>> print(found[columns].round(3).to_string(index=False))
                   prior  slope  ci_low  ci_high  same_sign
        either direction -0.027  -0.056    0.002      0.967
    some of the ICU rate -0.016  -0.038    0.007      0.914
     all of the ICU rate -0.005  -0.025    0.015      0.689
    """
    check_options(level=level, n=n, seed=seed)
    if n % _BATCHES:
        raise ModelError(f"n={n!r}: expected a multiple of {_BATCHES}")
    known = differences.set_index("marker")
    ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
    rows = []
    for prior in priors.itertuples():
        estimate, se = known.loc[prior.marker, ["slope", "se"]].astype(float)
        fits = 0 < prior.weight_low <= prior.weight_high <= 1
        if not (fits and 0 <= prior.part_low <= prior.part_high and prior.rate_sd >= 0 < se):
            raise ModelError(
                f"{prior.marker}, {prior.prior}: expected weights above 0 and at most 1, parts and "
                "an SD of at least 0, and a standard error above 0"
            )
        rng = np.random.default_rng(seed)
        weight = rng.uniform(prior.weight_low, prior.weight_high, n)
        part = rng.uniform(prior.part_low, prior.part_high, n)
        rate = prior.rate + prior.rate_sd * rng.standard_normal(n)
        left = (estimate + weight * part * rate + se * rng.standard_normal(n)).reshape(_BATCHES, -1)
        low, middle, high = np.quantile(left, ends, axis=1)
        found = {
            "slope": middle,
            "ci_low": low,
            "ci_high": high,
            "same_sign": (np.sign(left) == np.sign(estimate)).mean(axis=1),
        }
        means = {name: batches.mean() for name, batches in found.items()}
        errors = {f"{k}_error": b.std(ddof=1) / np.sqrt(_BATCHES) for k, b in found.items()}
        rows.append({"marker": prior.marker, "prior": prior.prior, **means, **errors})
    return pd.DataFrame(rows).assign(origin="evidence")


def borrowed_differences(
    slopes: pd.DataFrame,
    *,
    counted: Iterable[float] = (1.0,),
    sd_between: Iterable[float] = (0.0,),
    designs: Iterable[str] = SAMPLINGS,
    sd_slope: float = 0.05,
    sd_intercept: float = 1.25,
) -> pd.DataFrame:
    """The interval of a difference, if the matched controls are borrowed only in part.

    What the authors could print from the values of both kinds of controls. The slopes of the two
    are not printed apart, so both are taken to be the printed one: the case that is best for the
    result. Any difference between them would move the estimate as well.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    counted : iterable of float
        How much of each matched control counts, from 0 (not at all) to 1: a power prior.
    sd_between : iterable of float
        SD of the difference between the slopes of both kinds, per day: a commensurate prior.
    designs : iterable of str
        Keys of :data:`rescat.DESIGNS`.
    sd_slope, sd_intercept : float
        SDs between patients, in residual SDs.

    Returns
    -------
    DataFrame, one row per marker with slope and interval of both groups, design and setting
        ``marker``, ``design``, ``counted``, ``sd_between``, ``slope``, ``ci_low``, ``ci_high`` (per
        day, 95 %) and ``origin``.

    Raises
    ------
    ModelError
        If a share or an SD is out of its range.

    Notes
    -----
    The printed interval of the controls is widened by the ratio of the standard errors that the
    design gives with and without the discount. Ibrahim and Chen (2000), Statistical Science 15:
    46-60; Hobbs, Carlin, Mandrekar and Sargent (2011), Biometrics 67: 1047-1056.

    Examples
    --------
    >>> import rescat
    >>> slopes = rescat.load_slopes()
    >>> found = rescat.borrowed_differences(slopes, counted=[1, 0.1], designs=rescat.DESIGNS)
    >>> nfl = found.query("marker == 'NFL' and design == 'everybody on all five days'")
    >>> print(nfl[["counted", "slope", "ci_low", "ci_high"]].round(3).to_string(index=False))
     counted  slope  ci_low  ci_high
         1.0 -0.027  -0.045   -0.009
         0.1 -0.027  -0.055    0.001
    """
    sds = {"sd_slope": sd_slope, "sd_intercept": sd_intercept}
    printed = slopes.set_index(["marker", "term"])
    designs, counted, sd_between = list(designs), list(counted), list(sd_between)
    errors: dict = {}
    rows = []
    for row in printed_differences(slopes).itertuples():
        half = {
            term: np.ptp(printed.loc[(row.marker, term), ["ci_low", "ci_high"]].astype(float)) / 2
            for term in ("control", "treated")
        }
        for name in designs:
            whole = borrowed_error(DESIGNS[name], **sds)
            # Values have the unit in which the design's standard error is the printed one.
            unit = half["control"] / stats.norm.isf(0.025) / whole
            for share in counted:
                for sd in sd_between:
                    key = name, share, sd / unit
                    if key not in errors:
                        errors[key] = borrowed_error(
                            DESIGNS[name], counted=share, sd_between=sd / unit, **sds
                        )
                    reach = np.hypot(half["control"] * errors[key] / whole, half["treated"])
                    ends = row.slope - reach, row.slope + reach
                    rows.append((row.marker, name, share, sd, row.slope, *ends))
    columns = ["marker", "design", "counted", "sd_between", "slope", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns).assign(origin="published")
