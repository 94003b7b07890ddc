"""Profile-likelihood intervals of slopes: those that ``confint`` gives of a fit by lme4."""

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_options
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .blocks import STARTS, check_size
from .fit import fit_trajectories
from .trajectories import GROUPS, Statistics, trajectories

__all__ = ["profile_limits"]

_STEPS = 100  # of the search for one limit; four to eight are needed
_CLOSE = 1e-9  # how near the root of the likelihood ratio must come to its limit


@keeps_origin("frame")
def profile_limits(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str | None = "treated",
    subject: str = "patient_id",
    random: str = "slope",
    level: float = 0.95,
    duplicates: str = "refuse",
) -> pd.DataFrame:
    """Intervals of the slopes by profile likelihood, and P values by the likelihood ratio.

    The interval of :func:`rescat.fit_slopes` is the slope plus and minus a multiple of its standard
    error. A profile interval need not be even about the slope. R's ``confint`` gives it, if
    nothing else is asked for, of a model that lme4 fitted; lmerTest's ``summary`` of the same
    model gives P by *t*. So interval and P of one paper can come by two methods, and then need not
    agree.

    Parameters
    ----------
    frame, value, time, group, subject, random, duplicates
        As for :func:`rescat.fit_slopes`.
    level : float
        Of the interval.

    Returns
    -------
    DataFrame
        Rows control, treated and difference, or the row all. Columns ``slope`` (by REML, as it is
        usually printed), ``slope_ml`` (by maximum likelihood, about which the profile lies),
        ``ci_low``, ``ci_high`` (units of value per unit of time) and ``p_value`` (likelihood ratio
        against a slope, or a difference, of zero, as ``anova`` of two models in R).

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, or if no minimum of the criterion is found.

    Notes
    -----
    The model is fitted by maximum likelihood, whatever gave the slopes. The ends of the interval
    of a slope are where -2 log likelihood, with the slope held there and all else fitted anew, is
    above its minimum by the quantile of chi squared with one degree of freedom. Bates, Mächler,
    Bolker and Walker (2015), Journal of Statistical Software 67(1), section 5.1. lme4 interpolates
    the profile by a spline; here the root is found. With few patients such intervals are too
    narrow, as maximum likelihood makes variances too small.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> limits = rescat.profile_limits(trial)
    >>> columns = ["slope", "ci_low", "ci_high", "p_value"]
    >>> print(limits[columns].rename_axis(None).round(4).to_string())
                 slope  ci_low  ci_high  p_value
    control    -0.0055 -0.0130   0.0020   0.1407
    treated     0.0112 -0.0010   0.0239   0.0715
    difference  0.0167  0.0024   0.0316   0.0238
    """
    check_options(random=random, level=level)
    data = trajectories(
        frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
    )
    check_size(data, random, True)
    fit = fit_trajectories(data, random=random)
    if not fit.converged:
        raise ModelError(fit.messages[0])
    terms = (*GROUPS, "difference") if data.groups == 2 else ("control",)
    statistics = data.statistics(random != "uncorrelated")
    ends = profile_ends(statistics, data.label, terms, random=random, level=level)
    per_time = data.spread / data.scale
    table = pd.DataFrame(
        {
            "slope": fit.table["slope"].to_numpy(),
            "slope_ml": ends["slope"][0] * per_time,
            "ci_low": ends["low"][0] * per_time,
            "ci_high": ends["high"][0] * per_time,
            "p_value": stats.chi2.sf(ends["ratio"][0], 1),
        },
        index=fit.table.index,
    )
    if table.isna().any(axis=None):
        raise ModelError("no minimum of the likelihood was found with a slope held at some value")
    return table


def profile_ends(
    statistics: Statistics,
    label: np.ndarray,
    terms: tuple[str, ...],
    *,
    random: str = "slope",
    level: float = 0.95,
    starts=STARTS,
) -> dict[str, np.ndarray]:
    """Profile confidence intervals of many data sets with one sampling.

    Parameters
    ----------
    statistics : Statistics
        Of the data sets, on the scaled time.
    label : int8 array, shape (patients,)
    terms : tuple of {"control", "treated", "difference"}
    random : {"slope", "uncorrelated", "intercept"}
    level : float
    starts
        As for ``reml.many``.

    Returns
    -------
    dict of str to array, shape (data sets, terms)
        ``slope`` (by maximum likelihood), ``low``, ``high`` and ``ratio``, twice the log of the
        likelihood ratio against zero. NaN where a fit has no minimum.
    """
    from . import reml  # numba takes half a second to load: not before the first fit

    def fitted(held, shift, rows):
        moved = _less_slope(statistics, label, held, shift, rows) if held else statistics
        fits = reml.many(
            moved, label, random=random, reml=False, held=held, starts=starts, threads=1
        )
        return np.where(reml.column(fits, "status")[:, None] == reml.OK, fits, np.nan)

    free = fitted(None, None, None)
    get = {name: reml.column(free, name) for name in reml.COLUMNS}
    least = get["criterion"]
    reach = stats.norm.isf((1 - level) / 2)
    everywhere = np.arange(len(least))
    out = {name: np.full((len(least), len(terms)), np.nan) for name in ("slope", "low", "high")}
    out["ratio"] = out["slope"].copy()
    for k, term in enumerate(terms):
        if term == "difference":
            slope, se = get["slope_treated"] - get["slope_control"], get["vss_difference"]
        else:
            slope, se = get[f"slope_{term}"], get[f"vss_{term}"]
        se = np.sqrt(se)

        def root(shift, rows, term=term):
            """The signed root of the likelihood ratio has no sign here: 0 at the slope."""
            above = reml.column(fitted(term, shift, rows), "criterion") - least[rows]
            return np.sqrt(np.maximum(above, 0.0))

        out["slope"][:, k] = slope
        out["ratio"][:, k] = root(np.zeros(len(least)), everywhere) ** 2
        for name, side in (("low", -1.0), ("high", 1.0)):
            out[name][:, k] = _where(root, slope, side * se, reach)
    return out


def _less_slope(
    statistics: Statistics, label: np.ndarray, held: str, shift: np.ndarray, rows: np.ndarray
) -> Statistics:
    """The sums of some data sets after a slope is taken off one group."""
    own = label == (0 if held == "control" else 1)
    off = shift[:, None] * own
    w, b, yy = statistics.w, statistics.b[rows], statistics.yy[rows]
    return Statistics(
        w,
        b - off[:, :, None] * w[:, 1:],
        yy - off * (2 * b[:, :, 1] - off * w[:, 2]),
    )


def _where(root, slope: np.ndarray, unit: np.ndarray, reach: float) -> np.ndarray:
    """How far from the slope, on one side, the root of the likelihood ratio is ``reach``.

    It is nearly straight, so that the secant is near at once. Illinois' rule keeps two points with
    the limit between them.

    Parameters
    ----------
    root : function of (slopes, rows)
    slope : array
    unit : array
        A standard error, with the sign of the side.
    reach : float
    """
    found = np.full(len(slope), np.nan)
    # In units: the near end with its value, and the far end with its value.
    near, at_near = np.zeros(len(slope)), np.full(len(slope), -reach)
    far, at_far = np.full(len(slope), np.nan), np.full(len(slope), np.nan)
    trial, last = np.full(len(slope), reach), np.zeros(len(slope))
    rows = np.flatnonzero(np.isfinite(unit) & (unit != 0))
    for _ in range(_STEPS):
        if not len(rows):
            break
        value = root(slope[rows] + trial[rows] * unit[rows], rows) - reach
        done = ~(np.abs(value) > _CLOSE)  # where there is no fit, the limit stays NaN
        there = rows[done & ~np.isnan(value)]
        found[there] = slope[there] + trial[there] * unit[there]
        beyond = value > 0
        up, down = rows[beyond & ~done], rows[~beyond & ~done]
        far[up], at_far[up] = trial[up], value[beyond & ~done]
        near[down], at_near[down] = trial[down], value[~beyond & ~done]
        # Twice in turn on the same side: the other end counts half.
        at_near[up[last[up] > 0]] /= 2
        at_far[down[last[down] < 0]] /= 2
        last[up], last[down] = 1.0, -1.0
        rows = rows[~done]
        secant = (near * at_far - far * at_near)[rows] / (at_far - at_near)[rows]
        trial[rows] = np.where(np.isnan(far[rows]), 2 * trial[rows], secant)
    return found
