"""What the pooled result depends on: each trial, each kind of trial, the year, the size."""

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .pool import PooledTrials, pool_trials, risk_effects

__all__ = ["cumulative_pool", "leave_one_trial_out", "pool_by", "small_study_effect"]


def _row(name: str, pooled: PooledTrials) -> dict:
    return {
        "what": name,
        "trials": pooled.trials,
        **dict(zip(("treated_events", "treated_patients", "control_events", "control_patients"),
                   pooled.events, strict=True)),
        "estimate": pooled.estimate,
        "ci_low": pooled.ci_low,
        "ci_high": pooled.ci_high,
        "p_value": pooled.p_value,
    }  # fmt: skip


def _one(trials: pd.DataFrame, options: dict) -> dict | None:
    """The pooled result, or that of the only trial that says something; None if none does."""
    measure = options.get("measure", "RR")
    effects = risk_effects(trials, measure, level=options.get("level", 0.95))
    used = effects[effects["informative"]]
    if used.empty:
        return None
    if len(used) > 1:
        return _row("", pool_trials(trials, **options))
    [only] = used.to_dict("records")
    return only | {"what": "", "trials": 1, "p_value": np.nan}


@keeps_origin("trials")
def pool_by(trials: pd.DataFrame, column: str, **options) -> pd.DataFrame:
    """Pool the trials of each kind by themselves.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        As for :func:`rescat.pool_trials`.
    column : str
        Its values are the kinds; rows without one are left out.
    **options
        Of :func:`rescat.pool_trials`.

    Returns
    -------
    DataFrame, one row per kind, the kind with most trials first
        ``what`` (the kind), ``trials`` (with information), the four counts, ``estimate``,
        ``ci_low``, ``ci_high`` and ``p_value``. A kind with one trial has the effect of that
        trial, and no P value; one without information is left out.

    Raises
    ------
    ModelError
        If there is no such column, and as :func:`rescat.pool_trials`.

    Examples
    --------
    >>> import rescat
    >>> trials = rescat.trials_near(rescat.load_trials(), "deaths", 28)
    >>> by = rescat.pool_by(trials, "randomised")
    >>> by["what"].tolist()
    [True, False]
    """
    if column not in trials:
        raise ModelError(f"the frame has no column {column}; found {', '.join(map(str, trials))}")
    rows = []
    for kind, own in trials.groupby(column, sort=True):
        found = _one(own, options)
        if found:
            rows.append(found | {"what": kind})
    return _frame(rows).sort_values("trials", ascending=False, kind="stable", ignore_index=True)


@keeps_origin("trials")
def leave_one_trial_out(trials: pd.DataFrame, **options) -> pd.DataFrame:
    """Pool all trials but one, for each in turn.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        As for :func:`rescat.pool_trials`; three or more with information.
    **options
        Of :func:`rescat.pool_trials`.

    Returns
    -------
    DataFrame, one row per trial
        ``what`` (the trial that is left out) and the columns of :func:`pool_by`.

    Raises
    ------
    ModelError
        As :func:`rescat.pool_trials`.

    Examples
    --------
    >>> import rescat
    >>> trials = rescat.trials_near(rescat.load_trials(), "deaths", 28)
    >>> without = rescat.leave_one_trial_out(trials)
    >>> bool(without["trials"].eq(rescat.pool_trials(trials).trials - 1).all())
    True
    """
    used = pool_trials(trials, **options).table["trial"]
    return _frame(
        [_row(name, pool_trials(trials[trials["trial"].ne(name)], **options)) for name in used]
    )


@keeps_origin("trials")
def cumulative_pool(trials: pd.DataFrame, **options) -> pd.DataFrame:
    """What was known after each year.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        As for :func:`rescat.pool_trials`, with ``year``.
    **options
        Of :func:`rescat.pool_trials`.

    Returns
    -------
    DataFrame, one row per year
        ``what`` (the year) and the columns of :func:`pool_by`, of all trials until then.

    Raises
    ------
    ModelError
        As :func:`rescat.pool_trials`.

    Examples
    --------
    >>> import rescat
    >>> trials = rescat.trials_near(rescat.load_trials(), "deaths", 28)
    >>> years = rescat.cumulative_pool(trials)
    >>> bool(years["trials"].is_monotonic_increasing)
    True
    """
    rows = []
    for year in sorted(trials["year"].unique()):
        found = _one(trials[trials["year"].le(year)], options)
        if found:
            rows.append(found | {"what": year})
    return _frame(rows)


def _frame(rows: list[dict]) -> pd.DataFrame:
    columns = ["what", "trials", "treated_events", "treated_patients", "control_events",
               "control_patients", "estimate", "ci_low", "ci_high", "p_value"]  # fmt: skip
    return pd.DataFrame(rows)[columns]


def small_study_effect(trials: pd.DataFrame, measure: str = "RR") -> dict[str, float]:
    """Whether small trials show other effects than large ones: Egger's regression.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        As for :func:`rescat.pool_trials`; three or more with information.
    measure : {"RR", "OR", "RD"}

    Returns
    -------
    dict of str to float
        ``slope`` (of the effect on its standard error; the logarithm of a ratio), ``ci_low``,
        ``ci_high`` (95 %), ``p_value`` and ``trials``.

    Raises
    ------
    ModelError
        If fewer than three trials say something.

    Notes
    -----
    Egger, Davey Smith, Schneider and Minder (1997), BMJ 315: 629-634; Sterne and others (2011), BMJ
    343: d4002, advise against it below ten trials. The effect of a trial and its standard error are
    made of the same counts, which alone gives a slope for ratios.

    Examples
    --------
    >>> import rescat
    >>> trials = rescat.trials_near(rescat.load_trials(), "deaths", 28)
    >>> sorted(rescat.small_study_effect(trials))
    ['ci_high', 'ci_low', 'p_value', 'slope', 'trials']
    """
    from statsmodels.regression.linear_model import WLS  # slow

    effects = risk_effects(trials, measure)
    used = effects[effects["informative"]]
    if len(used) < 3:
        raise ModelError(f"{len(used)} trials with information; expected three or more")
    se = np.sqrt(used["variance"].to_numpy(float))
    fit = WLS(used["effect"].to_numpy(float), np.column_stack([np.ones(len(se)), se]),
              weights=1 / se**2).fit()  # fmt: skip
    low, high = fit.conf_int()[1]
    return {
        "slope": float(fit.params[1]),
        "ci_low": float(low),
        "ci_high": float(high),
        "p_value": float(fit.pvalues[1]),
        "trials": len(used),
    }
