"""How much evidence a printed result is: bounds, the scepticism it overcomes, other priors."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from ..data.loaders import load_table
from .mixtures import central_interval, share_below
from .tipping import outside_rates

__all__ = [
    "evidence_bounds",
    "reanalyse",
    "sceptical_limits",
    "stated_priors",
    "typical_trial",
]

_ALTERNATIVES = ("beta", "normal", "best")


def evidence_bounds(
    p_values: Iterable[float],
    priors: Iterable[float] = (0.5, 0.1),
    *,
    alternatives: str = "beta",
    df: float = np.inf,
) -> pd.DataFrame:
    """How much evidence a P value can be at most, and what it leaves to "no difference" at least.

    Parameters
    ----------
    p_values : iterable of float
        Each from 0 to 1, two-sided.
    priors : iterable of float
        Probability of a difference before the data, between 0 and 1.
    alternatives : {"beta", "normal", "best"}
        What is thought of the size of a difference, of which the most favourable is taken. "beta":
        the P value has a falling beta density. "normal": true differences are normal around zero,
        with any SD. "best": one size, which happens to be the best; nothing can give more.
    df : float
        Degrees of freedom of the t test behind the P value, of "normal" and "best"; infinite for
        the normal distribution. "beta" does not depend on them.

    Returns
    -------
    DataFrame, one row per P value and prior
        ``p_value``, ``at_most`` (the Bayes factor against "no difference": how many times more
        probable the P value is with a difference than without), ``prior`` and ``null_keeps`` (the
        probability of "no difference" after the data is at least this).

    Raises
    ------
    ModelError
        If a P value, a prior or df is outside its range, or the alternatives are not known.

    Notes
    -----
    "beta": without a difference the P value is uniform. With one its density is taken to fall with
    P, at most as steeply as the best of the beta densities b p^(b - 1): then no difference makes it
    more probable than 1 / (-e p ln p) times, below p = 1/e, and 1 from there on. Sellke, Bayarri
    and Berger (2001), American Statistician 55: 62-71. "normal": with t of ν degrees of freedom the
    bound is [(ν + t²) / (ν + 1)]^((ν + 1) / 2) / t where the size of t is above 1, and
    exp((z² - 1) / 2) / z for the normal distribution; "best": the largest ratio of a noncentral t
    density to the central one, and exp(z² / 2). Held and Ott (2016), American Statistician 70:
    335-341, and (2018), Annual Review of Statistics and Its Application 5: 393-419.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.evidence_bounds([0.05, 0.01]).round(3).to_string(index=False))
     p_value  at_most  prior  null_keeps
        0.05    2.456    0.5       0.289
        0.05    2.456    0.1       0.786
        0.01    7.988    0.5       0.111
        0.01    7.988    0.1       0.530

    With few patients the same P value can be more evidence.

    >>> for df in (6, float("inf")):
    ...     found = rescat.evidence_bounds([0.01], [0.5], alternatives="normal", df=df)
    ...     print(found["at_most"].round(1).item())
    10.2
    6.5
    """
    check_choice("alternatives", alternatives, _ALTERNATIVES)
    p, prior = (np.asarray(list(x), float) for x in (p_values, priors))
    if not ((p >= 0) & (p <= 1)).all() or not ((prior > 0) & (prior < 1)).all():
        raise ModelError(
            f"p_values={p.tolist()}, priors={prior.tolist()}: expected P values from 0 to 1, and "
            "priors between 0 and 1"
        )
    if not df >= 1:
        raise ModelError(f"df={df!r}: expected at least one degree of freedom")
    bound = {"beta": _by_beta, "normal": _by_normal, "best": _by_best}[alternatives]
    at_most = np.array([np.inf if one == 0 else bound(one, df) for one in p])
    odds = (1 - prior)[None, :] / prior[None, :] / at_most[:, None]
    table = pd.DataFrame(
        {"p_value": np.repeat(p, len(prior)), "at_most": np.repeat(at_most, len(prior))}
    )
    return table.assign(prior=np.tile(prior, len(p)), null_keeps=(odds / (1 + odds)).ravel())


def _by_beta(p: float, df: float) -> float:
    return -1 / (np.e * p * np.log(p)) if p < 1 / np.e else 1.0


def _by_normal(p: float, df: float) -> float:
    t = stats.t.isf(p / 2, df)
    if t <= 1:
        return 1.0
    if np.isinf(df):
        return float(np.exp((t**2 - 1) / 2) / t)
    return float(((df + t**2) / (df + 1)) ** ((df + 1) / 2) / t)


def _by_best(p: float, df: float) -> float:
    t = stats.t.isf(p / 2, df)
    if np.isinf(df):
        return float(np.exp(t**2 / 2))
    found = optimize.minimize_scalar(
        lambda shift: -stats.nct.logpdf(t, df, shift), bounds=(0, 2 * t + 1), method="bounded"
    )
    return float(np.exp(-found.fun - stats.t.logpdf(t, df)))


@keeps_origin("differences")
def sceptical_limits(differences: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """How sceptical one may be before a significant difference is no longer convincing.

    Whoever expects true differences around zero, and in ``level`` of cases not beyond the limit,
    has after the data an interval that just touches zero. A more sceptical reader is not convinced,
    a less sceptical one is.

    Parameters
    ----------
    differences : DataFrame, one row per marker
        ``marker``, ``slope``, ``ci_low`` and ``ci_high`` (of ``level``), as of
        :func:`rescat.printed_differences`.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame, one row per marker
        ``marker``, ``slope``, ``limit`` (the scepticism limit, in the unit of the slope; missing if
        the interval has zero in it: then no scepticism is needed), ``prior_sd`` (of that prior),
        ``ratio`` (the end of the interval far from zero over the near one) and ``p_intrinsic`` (P
        for intrinsic credibility: at most 1 - ``level`` if the result would convince even that
        sceptic, in whose prior it is itself surprising).

    Raises
    ------
    ModelError
        If an interval is empty, or the level is out of its range.

    Notes
    -----
    For an interval from L to U on one side of zero, the limit is (U - L)² / (4 √(L U)): Matthews
    (2018), Royal Society Open Science 5: 171047. P for intrinsic credibility is that of z / √2, and
    at most 5 % where the ratio is below 5.8: Held (2019), Royal Society Open Science 6: 181534. The
    estimate is taken as normal.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.sceptical_limits(rescat.printed_differences(rescat.load_slopes()))
    >>> print(found[["marker", "limit", "ratio", "p_intrinsic"]].round(3).to_string(index=False))
    marker  limit  ratio  p_intrinsic
     IL1RA  0.027 12.268        0.103
      IL18  0.024 33.971        0.142
       NFL  0.017  5.278        0.042
    """
    check_options(level=level)
    low, high = (differences[c].to_numpy(float) for c in ("ci_low", "ci_high"))
    if not (low < high).all():
        row = differences[~(low < high)].iloc[0]
        raise ModelError(
            f"{row['marker']}: found an interval from {row['ci_low']} to {row['ci_high']}, "
            "expected a lower end below the upper one"
        )
    quantile = stats.norm.isf((1 - level) / 2)
    product = np.where(low * high > 0, low * high, np.nan)
    limit = (high - low) ** 2 / (4 * np.sqrt(product))
    z = np.abs(low + high) / (high - low) * quantile
    near, far = np.sort(np.abs([low, high]), axis=0)
    return differences[["marker", "slope"]].assign(
        limit=limit,
        prior_sd=limit / quantile,
        ratio=np.where(np.isnan(product), np.nan, far / near),
        p_intrinsic=2 * stats.norm.sf(z / np.sqrt(2)),
    )


def typical_trial(p_values: Iterable[float]) -> pd.DataFrame:
    """What a P value is worth, if its true difference is like those of randomised trials at large.

    Parameters
    ----------
    p_values : iterable of float
        Two-sided, above 0 and below 1.

    Returns
    -------
    DataFrame, one row per P value
        ``p_value``, ``z``, ``kept`` (mean of the true difference over the estimate),
        ``exaggeration`` (estimate over the median size of the true difference), ``wrong_sign``
        (probability that the true difference has the other sign) and ``origin``.

    Raises
    ------
    ModelError
        If a P value is out of its range.

    Notes
    -----
    The true difference, in standard errors, is drawn from the table ``signal_to_noise``: a mixture
    of four normal distributions around zero that others fitted to the z values of 23,551 trials.
    van Zwet, Schwab and Senn (2021), Statistics in Medicine 40: 6107-6117. No unit and no scale is
    needed. That a trial is like those others is an assumption.

    Examples
    --------
    A result that is just significant is 1.7 times too large, as its authors say.

    >>> import rescat
    >>> found = rescat.typical_trial([0.05, 0.001])
    >>> print(found.drop(columns="origin").round(3).to_string(index=False))
     p_value     z  kept  exaggeration  wrong_sign
       0.050 1.960 0.633         1.670       0.073
       0.001 3.291 0.760         1.312       0.004
    """
    p = np.asarray(list(p_values), float)
    if not ((p > 0) & (p < 1)).all():
        raise ModelError(f"p_values={p.tolist()}: expected P values above 0 and below 1")
    shares, sds = _signal()
    rows = []
    for one, z in zip(p, stats.norm.isf(p / 2), strict=True):
        after = _after(z, 1.0, shares, np.zeros_like(sds), sds)

        def larger(size: float, after=after) -> float:
            return share_below(size, *after) - share_below(-size, *after) - 0.5

        median = optimize.brentq(larger, 0.0, z + 10)
        rows.append((one, z, after[0] @ after[1] / z, z / median, share_below(0.0, *after)))
    columns = ["p_value", "z", "kept", "exaggeration", "wrong_sign"]
    return pd.DataFrame(rows, columns=columns).assign(origin="evidence")


def _signal() -> tuple[np.ndarray, np.ndarray]:
    """The true differences of trials at large, in standard errors: shares and SDs of a mixture."""
    table = load_table("signal_to_noise")
    shares = table["share"].to_numpy(float)
    return shares / shares.sum(), np.sqrt(table["sd_z"].to_numpy(float) ** 2 - 1)


def stated_priors(differences: pd.DataFrame, *, scale: str = "log10") -> pd.DataFrame:
    """Priors for a difference of slopes, none of which has seen it.

    Parameters
    ----------
    differences : DataFrame, one row per marker
        ``marker`` and ``se`` (per day), as of :func:`rescat.printed_differences`.
    scale : {"log10", "ln"}
        The scale of the differences, which the paper does not print.

    Returns
    -------
    DataFrame, one row per marker, prior and component
        ``marker``, ``prior``, ``share`` (of the component; those of a prior add up to 1), ``mean``
        and ``sd`` (per day; infinite if nothing is assumed), ``words`` (what the prior says) and
        ``origin``. A marker without a rate from elsewhere has no sceptical prior.

    Notes
    -----
    "neutral" assumes nothing. "sceptical" expects no difference, and in 19 of 20 cases none beyond
    the rate at which the marker changes by itself in intensive care (:func:`rescat.outside_rates`):
    a treatment that stopped it would make that difference. "trials at large" is that of
    :func:`typical_trial`, in standard errors of the difference. Spiegelhalter, Abrams and Myles
    (2004), Bayesian approaches to clinical trials and health-care evaluation, chapter 5.

    Examples
    --------
    >>> import rescat
    >>> differences = rescat.printed_differences(rescat.load_slopes())
    >>> priors = rescat.stated_priors(differences).query("prior == 'sceptical'")
    >>> print(priors[["marker", "mean", "sd"]].round(4).to_string(index=False))
    marker  mean     sd
     IL1RA   0.0 0.0107
      IL18   0.0 0.0068
       NFL   0.0 0.0189
    """
    rates = outside_rates(scale).dropna(subset="rate").set_index("marker")["rate"].abs()
    shares, sds = _signal()
    rows = []
    for marker, se in differences[["marker", "se"]].itertuples(index=False):
        rows.append((marker, "neutral", 1.0, np.inf, "Every difference is as likely as any other"))
        if marker in rates.index:
            words = f"19 of 20 true differences are below {rates[marker]:.4f} per day"
            sd = rates[marker] / stats.norm.isf(0.025)
            rows.append((marker, "sceptical", 1.0, sd, words))
        words = "As the true differences of 23,551 randomised trials"
        rows += [
            (marker, "trials at large", share, sd * se, words)
            for share, sd in zip(shares, sds, strict=True)
        ]
    table = pd.DataFrame(rows, columns=["marker", "prior", "share", "sd", "words"])
    table.insert(3, "mean", 0.0)
    return table.assign(origin="evidence")


def reanalyse(
    differences: pd.DataFrame, priors: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """The differences again, each with priors that were stated before.

    Parameters
    ----------
    differences : DataFrame, one row per marker
        ``marker``, ``slope`` and ``se`` (per day), as of :func:`rescat.printed_differences`.
    priors : DataFrame, one row per marker, prior and component
        ``marker``, ``prior``, ``share``, ``mean`` and ``sd``: normal distributions, or mixtures of
        them, as of :func:`stated_priors`. A component with an infinite SD stands alone.
    level : float
        Of the credible interval.

    Returns
    -------
    DataFrame, one row per marker and prior
        ``marker``, ``prior``, ``slope`` (mean after the data, per day), ``ci_low``, ``ci_high``,
        ``kept`` (that mean over the estimate), ``same_sign`` (the probability that the true
        difference has the sign of the estimate) and ``origin``.

    Raises
    ------
    ModelError
        If a standard error is not above zero, the shares of a prior do not add up to 1, or an SD is
        not above zero.

    Notes
    -----
    Normal estimate, normal prior: the posterior is a closed form, and of a mixture a mixture.
    Spiegelhalter, Abrams and Myles (2004), chapters 3 and 5. It answers chance alone, and takes
    each marker by itself.

    Examples
    --------
    >>> import rescat
    >>> differences = rescat.printed_differences(rescat.load_slopes()).query("marker == 'NFL'")
    >>> found = rescat.reanalyse(differences, rescat.stated_priors(differences))
    >>> columns = ["prior", "slope", "ci_low", "ci_high", "same_sign"]
    >>> print(found[columns].round(3).to_string(index=False))
              prior  slope  ci_low  ci_high  same_sign
            neutral -0.027  -0.045   -0.009      0.998
          sceptical -0.022  -0.038   -0.005      0.995
    trials at large -0.020  -0.038   -0.002      0.988
    """
    check_options(level=level)
    known = differences.set_index("marker")
    rows = []
    for (marker, name), own in priors.groupby(["marker", "prior"], sort=False):
        if marker not in known.index:
            continue
        estimate, se = known.loc[marker, ["slope", "se"]].astype(float)
        shares, means, sds = (own[c].to_numpy(float) for c in ("share", "mean", "sd"))
        alone = np.isfinite(sds).all() or len(sds) == 1
        if not (se > 0 and (sds > 0).all() and np.isclose(shares.sum(), 1) and alone):
            raise ModelError(
                f"{marker}, {name}: found a standard error of {se:g}, shares {shares.tolist()} and "
                f"SDs {sds.tolist()}, expected numbers above zero, shares that add up to 1, and an "
                "infinite SD alone"
            )
        after = _after(estimate, se, shares, means, sds)
        mean, below = float(after[0] @ after[1]), share_below(0.0, *after)
        rows.append(
            {
                "marker": marker,
                "prior": name,
                "slope": mean,
                **dict(zip(("ci_low", "ci_high"), central_interval(*after, level), strict=True)),
                "kept": mean / estimate,
                "same_sign": below if estimate < 0 else 1 - below,
            }
        )
    return pd.DataFrame(rows).assign(origin="evidence")


def _after(
    estimate: float, se: float, shares: np.ndarray, means: np.ndarray, sds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A normal mixture after a normal estimate: shares, means and SDs of its components."""
    if np.isinf(sds[0]):
        return np.ones(1), np.array([estimate]), np.array([se])
    spread = np.hypot(sds, se)
    log = np.log(shares) + stats.norm.logpdf(estimate, means, spread)
    likely = np.exp(log - log.max())
    kept = (sds / spread) ** 2
    return likely / likely.sum(), means + kept * (estimate - means), se * sds / spread
