"""Lines of two groups under three ways to use the first value of each patient."""

import numpy as np
import pandas as pd

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .blocks import STARTS, check_size
from .contrasts import with_inference
from .mixed import Fits, Sums, fit_many
from .trajectories import GROUPS, Trajectories, trajectories

__all__ = ["BASELINES", "fit_with_baseline"]

BASELINES = {
    "free": "each group has a level of its own at the beginning",
    "constrained": "one level at the beginning, common to both groups",
    "covariate": "later values, given the first one",
}
# Of the two slopes, and of their difference.
_WEIGHTS = {
    "free": [[0, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1]],
    "constrained": [[0, 1, 0], [0, 1, 1], [0, 0, 1]],
    "covariate": [[0, 1, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 1, 0]],
}


@keeps_origin("frame")
def fit_with_baseline(
    frame: pd.DataFrame,
    *,
    baseline: str = "constrained",
    at: float = 0.0,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    random: str = "slope",
    method: str = "REML",
    df: str = "satterthwaite",
    level: float = 0.95,
    duplicates: str = "refuse",
) -> pd.DataFrame:
    """Fit one straight line per group, and say what the first values are taken for.

    Where patients were randomised, nothing but chance can make the groups differ before the
    treatment. The constrained model says so: both lines begin at one point. Where they were not
    randomised that is an assumption, and a strong one.

    Parameters
    ----------
    frame, value, time, group, subject, random, duplicates
        As for :func:`rescat.fit_slopes`.
    baseline : {"free", "constrained", "covariate"}
        :data:`rescat.BASELINES`. Free is the model of :func:`rescat.fit_slopes`. Covariate is the
        analysis of covariance: the first value is no outcome, and who has none is left out.
    at : float
        The time of the first value.
    method : {"REML", "ML"}
    df : {"satterthwaite", "wald"}
    level : float
        Of the confidence interval.

    Returns
    -------
    DataFrame
        Rows control, treated and difference (treated minus control). Columns ``slope`` (units of
        value per unit of time), ``se``, ``df``, ``statistic``, ``p_value``, ``ci_low``,
        ``ci_high``, and ``patients`` and ``samples`` that the fit has.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`; if nobody of a group has a value at ``at`` (covariate); or
        if no minimum of the criterion is found.

    Notes
    -----
    Liang and Zeger (2000), Sankhya B 62: 134-148; Fitzmaurice, Laird and Ware (2011), Applied
    Longitudinal Analysis, second edition, section 5.6. In R's lme4 the constrained model is
    ``value ~ day + day:treated + (day | patient)``, with which the tests compare it.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> for baseline in rescat.BASELINES:
    ...     row = rescat.fit_with_baseline(trial, baseline=baseline).loc["difference"]
    ...     print(f"{baseline:12}{row['slope']:.4f}  {row['p_value']:.4f}")
    free        0.0167  0.0406
    constrained 0.0164  0.0428
    covariate   0.0115  0.2221
    """
    check_choice("baseline", baseline, BASELINES)
    check_choice("df", df, ("satterthwaite", "wald"))
    check_options(random=random, method=method, level=level)
    if group is None:
        raise ModelError("group=None: the beginnings of two groups are compared; name the column")
    names = {"value": value, "time": time, "group": group, "subject": subject}
    data = trajectories(frame, **names, duplicates=duplicates)
    first = None
    if baseline == "covariate":
        data, first = _later(data, at)
    check_size(data, random, True)
    centre = data.centre * (random != "uncorrelated")
    t, y = (data.time - centre) / data.scale, (data.value - data.location) / data.spread
    first = None if first is None else (first - data.location) / data.spread
    x = columns_of(baseline, t, data.label[data.patient], (at - centre) / data.scale, first)
    sums = Sums.of(data.patient, t, x, y[None])
    fits = fit_many(sums, random=random, reml=method == "REML", starts=STARTS)
    if not fits.converged[0]:
        raise ModelError(
            "no minimum of the criterion was found: the samples are too few for this model"
        )
    table = _table(fits, baseline, df, data.spread / data.scale, level)
    return table.assign(patients=len(data.patients), samples=len(data.value))


def columns_of(
    baseline: str, t: np.ndarray, treated: np.ndarray, at: float, first: np.ndarray | None
) -> np.ndarray:
    """The fixed effects of samples.

    Parameters
    ----------
    baseline : str
        A key of :data:`BASELINES`.
    t, treated : array, shape (samples,)
    at : float
        The beginning, on the scale of ``t``.
    first : array, shape (..., samples), or None
        First value of the patient of each sample, for the covariate.

    Returns
    -------
    array, shape (..., samples, effects)
    """
    g = treated.astype(float)
    one = np.ones_like(t)
    if baseline == "constrained":
        return np.stack([one, t, g * (t - at)], axis=1)
    free = np.stack([one, t, g, g * t], axis=1)
    if baseline == "free":
        return free
    free = np.broadcast_to(free, (*first.shape[:-1], *free.shape))
    return np.concatenate([free, first[..., None]], axis=-1)


def slope_weights(baseline: str) -> np.ndarray:
    """Weights of the fixed effects in both slopes and their difference, shape (3, effects)."""
    return np.array(_WEIGHTS[baseline], float)


def _later(data: Trajectories, at: float) -> tuple[Trajectories, np.ndarray]:
    """The samples after the first of who has one, and the first value beside each."""
    first = np.full(len(data.patients), np.nan)
    now = data.time == at
    first[data.patient[now]] = data.value[now]
    keep = ~now & np.isfinite(first)[data.patient] & (data.time > at)
    there = np.bincount(data.patient[keep], minlength=len(first)) > 0
    for k, name in enumerate(GROUPS):
        n = int((there & (data.label == k)).sum())
        if n < 2:
            raise ModelError(
                f"the {name} group has {n} patient{'s' * (n != 1)} with a value at "
                f"{data.names['time']} {at:g} and a later one, expected two or more"
            )
    place = np.cumsum(there) - 1
    later = Trajectories(
        place[data.patient[keep]],
        data.time[keep],
        data.value[keep],
        data.patients[there],
        data.label[there],
        data.groups,
        data.names,
        data.missing[there],
        data.below_limit[there],
        data.index[keep],
        data.place[keep],
        data.repeated,
        data.duplicates,
        data.detection_rule,
    )
    return later, first[data.patient[keep]]


def _table(fits: Fits, baseline: str, df: str, unit: float, level: float) -> pd.DataFrame:
    """Slopes with their tests, in the unit of the values and times."""
    rows = []
    for weights in slope_weights(baseline):
        variance = float(weights @ fits.covariance[0] @ weights)
        rows.append(
            {
                "slope": float(weights @ fits.beta[0]) * unit,
                "se": np.sqrt(variance) * unit,
                "df": np.inf if df == "wald" else fits.df(weights)[0],
            }
        )
    table = pd.DataFrame(rows, index=pd.Index([*GROUPS, "difference"], name="term"))
    return with_inference(table, "slope", level)
