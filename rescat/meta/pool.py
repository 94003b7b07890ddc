"""Trials pooled: risk ratios, odds ratios and risk differences of events counted in two groups."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, keeps_origin
from .variance import between_variance, variance_interval

__all__ = [
    "EFFECT_MEASURES",
    "POOLING",
    "POOLING_INTERVALS",
    "PooledTrials",
    "pool_trials",
    "risk_effects",
]

EFFECT_MEASURES = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}
POOLING = {
    "REML": "inverse variance, with a variance between trials by REML",
    "MH": "Mantel-Haenszel, one effect for all trials",
    "binomial-normal": "exact distribution of the counts, normal effects of the trials",
}
POOLING_INTERVALS = {
    "HK": "Hartung and Knapp",
    "wider": "Hartung and Knapp, never narrower than the normal one",
    "normal": "normal",
}
COUNTS = ("treated_events", "treated_patients", "control_events", "control_patients")
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(101)
_LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())


@dataclass(frozen=True, repr=False)
class PooledTrials(Spoken):
    """The result of :func:`pool_trials`. Ratios are ratios here, not their logarithms.

    Attributes
    ----------
    table : DataFrame, one row per trial that counts
        ``trial``, the four counts, ``estimate``, ``ci_low``, ``ci_high``, ``corrected`` (half an
        event was added to each cell) and ``weight`` (share of the pooled estimate; missing for
        "binomial-normal"). ``origin`` if it was given.
    estimate, ci_low, ci_high, p_value : float
    predicted_low, predicted_high : float
        Where the effect of one more such trial is expected; of "REML" alone.
    tau2, tau2_low, tau2_high : float
        Variance between trials (of the logarithms of ratios); its interval is of "REML" alone.
    i2 : float
        Share of the variance that is between trials.
    q, q_p : float
        Cochran's Q and its P value.
    measure, method, interval : str
    level : float
    left_out : tuple of str
        Trials without an event in either group (or with one in everybody), which say nothing of a
        ratio.
    origin : str or None
    """

    table: pd.DataFrame = field(repr=False)
    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    predicted_low: float
    predicted_high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    q: float
    q_p: float
    measure: str
    method: str
    interval: str
    level: float
    left_out: tuple[str, ...]

    @property
    def trials(self) -> int:
        """How many trials count."""
        return len(self.table)

    @property
    def events(self) -> tuple[int, int, int, int]:
        """Events and patients of the treated group, events and patients of the controls."""
        return tuple(int(n) for n in self.table[list(COUNTS)].sum())

    def _lines(self) -> list[str]:
        treated, of_treated, control, of_controls = self.events
        lines = [
            f"{self.trials} trials pooled, {POOLING[self.method]}",
            f"{treated} of {of_treated} treated and {control} of {of_controls} control patients "
            "had an event",
            f"{EFFECT_MEASURES[self.measure]} {self.estimate:.3g} ({self.ci_low:.3g} to "
            f"{self.ci_high:.3g}), P = {self.p_value:.2g}",
        ]
        if np.isfinite(self.predicted_low):
            lines.append(
                f"One more such trial: {self.predicted_low:.3g} to {self.predicted_high:.3g}"
            )
        if self.left_out:
            lines.append(f"Left out, without information: {', '.join(self.left_out)}")
        return lines


@keeps_origin("trials")
def risk_effects(trials: pd.DataFrame, measure: str = "RR", *, level: float = 0.95) -> pd.DataFrame:
    """The effect of each trial, with its variance.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        ``trial``, ``treated_events``, ``treated_patients``, ``control_events`` and
        ``control_patients``: patients, not events.
    measure : {"RR", "OR", "RD"}
        Risk ratio, odds ratio, or risk difference; of the treated over (or less) the controls.
    level : float
        Of the interval, which is normal on the scale of ``effect``.

    Returns
    -------
    DataFrame, one row per trial
        What was given, and ``effect`` (the logarithm of a ratio, or the difference), ``variance``,
        ``corrected`` (half an event added to each cell, since one was zero), ``informative``
        (not: no event, or events in everybody, where a ratio is asked for), ``estimate``,
        ``ci_low`` and ``ci_high``.

    Raises
    ------
    ModelError
        If a column is missing, a count is missing or negative, or there are more events than
        patients.

    Notes
    -----
    Fleiss (1993), Statistical Methods in Medical Research 2: 121-145. The values are those of
    ``statsmodels.stats.meta_analysis`` and of R's metafor.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> counts = pd.DataFrame(
    ...     [("A", 2, 12, 7, 12), ("B", 0, 12, 3, 29)],
    ...     columns=["trial", "treated_events", "treated_patients", "control_events",
    ...              "control_patients"],
    ... )
    >>> effects = rescat.risk_effects(counts)
    >>> print(effects[["trial", "estimate", "ci_low", "ci_high", "corrected"]].round(2).to_string())
      trial  estimate  ci_low  ci_high  corrected
    0     A      0.29    0.07     1.10      False
    1     B      0.33    0.02     5.94       True
    """
    check_choice("measure", measure, tuple(EFFECT_MEASURES))
    check_options(level=level)
    cells = _checked(trials)
    a, n1, c, n0 = cells.T
    zero = (a == 0) | (a == n1) | (c == 0) | (c == n0)
    half = np.where(zero, 0.5, 0.0)
    # The difference itself needs no correction; its variance would be zero in some trials.
    effect, _ = _effect(a, n1, c, n0, measure) if measure == "RD" else (None, None)
    corrected, variance = _effect(a + half, n1 + 2 * half, c + half, n0 + 2 * half, measure)
    effect = corrected if effect is None else effect
    events, patients = a + c, n1 + n0
    reach = stats.norm.isf((1 - level) / 2) * np.sqrt(variance)
    natural = _natural(measure)
    return trials.assign(
        effect=effect,
        variance=variance,
        corrected=zero,
        informative=(measure == "RD") | ((events > 0) & (events < patients)),
        estimate=natural(effect),
        ci_low=natural(effect - reach),
        ci_high=natural(effect + reach),
    )


@keeps_origin("trials", on=("table",))
def pool_trials(
    trials: pd.DataFrame,
    measure: str = "RR",
    *,
    method: str = "REML",
    interval: str = "HK",
    level: float = 0.95,
) -> PooledTrials:
    """Pool trials that counted the same event in two groups.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        As for :func:`risk_effects`.
    measure : {"RR", "OR", "RD"}
        Risk ratio, odds ratio or risk difference. "binomial-normal" has the odds ratio only.
    method : {"REML", "MH", "binomial-normal"}
        "REML": weights are one over the variance; effects differ between trials, with a variance
        by restricted maximum likelihood. Half an event is added to each cell of a trial with a
        zero. "MH": Mantel and Haenszel's one effect for all trials; nothing is added.
        "binomial-normal": the exact (conditional) distribution of the counts of each trial, and a
        normal distribution of the log odds ratios; nothing is added.
    interval : {"HK", "wider", "normal"}
        Of "REML". Hartung and Knapp's (with t, trials less one) allows for not knowing the variance
        between trials. With few trials that happen to agree it can be too narrow: "wider" is then
        the normal one.
    level : float
        Of all intervals.

    Returns
    -------
    PooledTrials

    Raises
    ------
    ModelError
        If fewer than two trials can say something, one of the groups has no event at all where a
        ratio is asked for, or a choice is not known; and as :func:`risk_effects`.

    Notes
    -----
    Mantel and Haenszel (1959), with the variances of Robins, Breslow and Greenland (1986),
    Greenland and Robins (1985) and Sato, Greenland and Robins (1989); Hartung and Knapp (2001),
    Statistics in Medicine 20: 3875-3889; Higgins, Thompson and Spiegelhalter (2009) for the
    prediction, with the quantile of t for the trials less one; Stijnen, Hamza and Özdemir (2010),
    Statistics in Medicine 29: 3046-3067 for "binomial-normal" (Wald intervals). Each is checked
    against R's metafor.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> counts = pd.DataFrame(
    ...     [("A", 2, 12, 7, 12), ("B", 0, 12, 3, 29), ("C", 5, 21, 4, 24)],
    ...     columns=["trial", "treated_events", "treated_patients", "control_events",
    ...              "control_patients"],
    ... )
    >>> print(rescat.pool_trials(counts, method="MH"))
    3 trials pooled, Mantel-Haenszel, one effect for all trials
    7 of 45 treated and 14 of 65 control patients had an event
    risk ratio 0.587 (0.257 to 1.34), P = 0.21
    """
    check_choice("method", method, tuple(POOLING))
    check_choice("interval", interval, tuple(POOLING_INTERVALS))
    if method == "binomial-normal" and measure != "OR":
        raise ModelError(f"binomial-normal pools odds ratios; found {measure!r}, expected 'OR'")
    effects = risk_effects(trials, measure, level=level)
    used = effects[effects["informative"]].reset_index(drop=True)
    if len(used) < 2:
        raise ModelError(
            f"{len(used)} trial with information ({len(effects)} given): pooling needs two or more"
        )
    y, v = used["effect"].to_numpy(float), used["variance"].to_numpy(float)
    if method == "REML":
        found = _inverse_variance(y, v, interval, level)
    else:
        cells = used[list(COUNTS)].to_numpy(float)
        _refuse_one_sided(cells, measure)
        pooled = _mantel_haenszel if method == "MH" else _binomial_normal
        found = pooled(cells, measure, y, v, level)
    natural = _natural(measure)
    on_scale = ("estimate", "ci_low", "ci_high", "predicted_low", "predicted_high")
    found |= {name: float(natural(found[name])) for name in on_scale}
    shown = [c for c in ("trial", *COUNTS, "estimate", "ci_low", "ci_high", "corrected")]
    table = used[shown].assign(weight=found.pop("weight"))
    if method != "REML":
        table["corrected"] = False
    return PooledTrials(
        table=table,
        measure=measure,
        method=method,
        interval=interval if method == "REML" else "normal",
        level=level,
        left_out=tuple(effects.loc[~effects["informative"], "trial"]),
        **found,
    )


def _effect(a, n1, c, n0, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Effects on the scale of the calculation, and their variances."""
    p, q = a / n1, c / n0
    if measure == "RD":
        return p - q, p * (1 - p) / n1 + q * (1 - q) / n0
    if measure == "RR":
        return np.log(p / q), (1 - p) / a + (1 - q) / c
    b, d = n1 - a, n0 - c
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _refuse_one_sided(cells: np.ndarray, measure: str) -> None:
    """Without a correction, a ratio needs events and patients without one on both sides."""
    a, n1, c, n0 = cells.T
    n = n1 + n0
    sides = {
        "RD": ((a * (n1 - a) / n).sum() + (c * (n0 - c) / n).sum(),),
        "RR": (a.sum(), c.sum()),
        "OR": ((a * (n0 - c) / n).sum(), (c * (n1 - a) / n).sum()),
    }[measure]
    if min(sides) == 0:
        raise ModelError(
            f"{len(cells)} trials with no event (or one in everybody) in one of the groups: a "
            f"pooled {EFFECT_MEASURES[measure]} does not exist. Expected events in both groups; or "
            "pool by REML"
        )


def _natural(measure: str):
    """From the scale of the calculation to the one that people read."""
    return np.asarray if measure == "RD" else np.exp


def _checked(trials: pd.DataFrame) -> np.ndarray:
    """The four counts, shape (trials, 4)."""
    absent = [c for c in ("trial", *COUNTS) if c not in trials]
    if absent:
        raise ModelError(
            f"the frame has no column {', '.join(absent)}; found {', '.join(map(str, trials))}"
        )
    cells = trials[list(COUNTS)].to_numpy(float, na_value=np.nan)
    for name, row in zip(trials["trial"], cells, strict=True):
        a, n1, c, n0 = row
        if not (0 <= a <= n1 and 0 <= c <= n0 and n1 > 0 and n0 > 0):
            raise ModelError(
                f"{name}: found {a:g} of {n1:g} and {c:g} of {n0:g}, expected events among patients"
            )
    return cells


def _heterogeneity(y: np.ndarray, v: np.ndarray, centre: float, tau2: float | None) -> dict:
    """Cochran's Q about a mean, its P value, and the share of variance between trials."""
    w = 1 / v
    q, df = float(w @ (y - centre) ** 2), len(y) - 1
    typical = df * w.sum() / (w.sum() ** 2 - w @ w)
    share = max(0.0, (q - df) / q) if tau2 is None and q > 0 else 0.0
    return {
        "q": q,
        "q_p": float(stats.chi2.sf(q, df)),
        "i2": share if tau2 is None else float(tau2 / (tau2 + typical)),
    }


def _limits(centre: float, se: float, quantile: float, p_value: float) -> dict:
    return {
        "estimate": centre,
        "ci_low": centre - quantile * se,
        "ci_high": centre + quantile * se,
        "p_value": float(p_value),
    }


_NOT_GIVEN = dict.fromkeys(
    ("predicted_low", "predicted_high", "tau2", "tau2_low", "tau2_high"), np.nan
)


def _inverse_variance(y, v, interval, level) -> dict:
    tau2 = between_variance(y, v, None, "REML")
    weight = 1 / (v + tau2)
    centre, df = float(weight @ y / weight.sum()), len(y) - 1
    # Hartung and Knapp's factor. Effects that are equal to the last digit would have an interval
    # without a width.
    factor = float(weight @ (y - centre) ** 2) / df
    if interval == "normal" or factor < (1 if interval == "wider" else 1e-12):
        factor = 1.0
    se = float(np.sqrt(factor / weight.sum()))
    noise = stats.norm() if interval == "normal" else stats.t(df)
    quantile = noise.isf((1 - level) / 2)
    spread = np.sqrt(se**2 + tau2)
    low, high = variance_interval(y, v, level)
    fixed = float((y / v).sum() / (1 / v).sum())
    return {
        **_limits(centre, se, quantile, 2 * noise.sf(abs(centre) / se)),
        **_heterogeneity(y, v, fixed, tau2),
        "predicted_low": centre - quantile * spread,
        "predicted_high": centre + quantile * spread,
        "tau2": tau2,
        "tau2_low": low,
        "tau2_high": high,
        "weight": weight / weight.sum(),
    }


def _mantel_haenszel(cells, measure, y, v, level) -> dict:
    a, n1, c, n0 = cells.T
    b, d, n = n1 - a, n0 - c, n1 + n0
    if measure == "RD":
        weight = n1 * n0 / n
        centre = ((a * n0 - c * n1) / n).sum() / weight.sum()
        part = (c * (n1 / n) ** 2 - a * (n0 / n) ** 2 + (n1 / n) * (n0 / n) * (n0 - n1) / 2).sum()
        rest = (a * d / n + c * b / n).sum() / 2
        se = np.sqrt((centre * part + rest) / weight.sum() ** 2)
    else:
        if measure == "OR":
            for_, against = a * d / n, b * c / n
            same, other = (a + d) / n, (b + c) / n
            r, s = for_.sum(), against.sum()
            weight, centre = against, np.log(r / s)
            se = np.sqrt(
                (same @ for_) / (2 * r**2)
                + (same @ against + other @ for_) / (2 * r * s)
                + (other @ against) / (2 * s**2)
            )
        else:
            top, weight = a * n0 / n, c * n1 / n
            centre = np.log(top.sum() / weight.sum())
            se = np.sqrt(
                ((n1 * n0 * (a + c) - a * c * n) / n**2).sum() / (top.sum() * weight.sum())
            )
    centre, se = float(centre), float(se)
    return {
        **_NOT_GIVEN,
        **_limits(centre, se, stats.norm.isf((1 - level) / 2), 2 * stats.norm.sf(abs(centre) / se)),
        **_heterogeneity(y, v, centre, None),
        "weight": weight / weight.sum(),
    }


def _binomial_normal(cells, measure, y, v, level) -> dict:
    tables = [_Conditional(*row) for row in cells]

    def deviance(x: np.ndarray) -> float:
        odds = x[0] + x[1] * _NODES
        return -2 * sum(special.logsumexp(t.log_chance(odds) + _LOG_WEIGHTS) for t in tables)

    start = np.array([float(np.average(y, weights=1 / v)), 0.3])
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    best = optimize.minimize(deviance, start, method="Nelder-Mead", options=options)
    one = optimize.minimize_scalar(lambda m: deviance(np.array([m, 0.0])), options={"xtol": 1e-12})
    centre, tau = best.x
    same = one.fun <= best.fun + 1e-9 or abs(tau) < 1e-4
    if same:
        centre, tau = float(one.x), 0.0
        se = np.sqrt(2 / _second(lambda m: deviance(np.array([m, 0.0])), centre))
    else:
        se = np.sqrt(2 * np.linalg.inv(_hessian(deviance, best.x))[0, 0])
    centre = float(centre)
    return {
        **_NOT_GIVEN,
        **_limits(centre, se, stats.norm.isf((1 - level) / 2), 2 * stats.norm.sf(abs(centre) / se)),
        **_heterogeneity(y, v, float(np.average(y, weights=1 / v)), float(tau**2)),
        "tau2": float(tau**2),
        "weight": np.nan,
    }


class _Conditional:
    """Treated patients with an event, given how many there are in both groups."""

    def __init__(self, a: float, n1: float, c: float, n0: float):
        events = a + c
        self.possible = np.arange(max(0.0, events - n0), min(n1, events) + 1)
        self.log_ways = sum(
            special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
            for n, k in ((n1, self.possible), (n0, events - self.possible))
        )
        self.seen = int(a - self.possible[0])

    def log_chance(self, log_odds: np.ndarray) -> np.ndarray:
        """Log probability of the count that was seen, for log odds ratios, shape (ratios,)."""
        terms = self.log_ways[:, None] + self.possible[:, None] * log_odds
        return terms[self.seen] - special.logsumexp(terms, axis=0)


def _second(function, x: float, step: float = 1e-3) -> float:
    """Second derivative, by five points."""
    f = [function(x + k * step) for k in (-2, -1, 0, 1, 2)]
    return (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * step**2)


def _hessian(function, x: np.ndarray) -> np.ndarray:
    """Second derivatives at a least of two variables, by differences of the fourth order."""
    along = [np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([1.0, 1.0])]
    xx, yy, both = (_second(lambda t, u=u: function(x + t * u), 0.0) for u in along)
    cross = (both - xx - yy) / 2
    return np.array([[xx, cross], [cross, yy]])
