"""Every analysis of a difference of slopes, for many trials at a time.

Each gives, of every trial, the estimate, its standard error, the P value and half the width of the
95 % interval; NaN where it has none.
"""

from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..slopes import reml
from ..slopes.blocks import fit_block, starts_near
from ..slopes.bootstrap import bootstrap_lrt
from ..slopes.compiled import njit
from ..slopes.kenward_roger import kenward_roger as corrected
from ..slopes.trajectories import Statistics, Trajectories, trajectories
from ..slopes.welch import many as welches
from .trials import Trials

__all__ = ["ALPHA", "Found"]

ALPHA = 0.05
# 91 of 1,820 is 5 %, and rejects, whatever rounding does.
ROUNDING = 1e-9
_TIE = 1e-7  # as permutation_test counts a statistic as equal
_LOT = 400  # relabellings refitted before it is asked whether the test is decided
_STARTS = np.array([(1.0, 0.0, 1.0), (0.3, 0.0, 0.3)])
_DIFFERENCE = np.array([[0.0, -1.0, 0.0, 1.0]])


class Found(NamedTuple):
    """What one analysis gives of some trials; arrays of shape (trials,).

    Attributes
    ----------
    estimate, se : array
        Difference of the slopes, per day; NaN for tests without one.
    p : array
        NaN where there is none.
    half : array
        Half the width of the 95 % confidence interval.
    """

    estimate: np.ndarray
    se: np.ndarray
    p: np.ndarray
    half: np.ndarray


@njit(cache=True, nogil=True)
def _fit_each(w, b, yy, labels, groups, starts, out):
    """Fit every trial, each with its own times of sampling."""
    for j in range(len(w)):
        reml.fit_range(
            0, 1, w[j], b[j : j + 1], yy[j : j + 1], labels, groups, 2, True, (0.0, 0.0), starts,
            True, out[j : j + 1],
        )  # fmt: skip


def fits_of(statistics: Statistics, label: np.ndarray) -> np.ndarray:
    """Fit the random-slope model to every trial.

    Parameters
    ----------
    statistics : Statistics
        With ``w`` of shape (trials, patients, 3).
    label : int8 array, shape (patients,)
        As of :func:`rescat.slopes.reml.many`.

    Returns
    -------
    array, shape (trials, columns)
        As of :func:`rescat.slopes.reml.many`.
    """
    out = np.empty((len(statistics.w), len(reml.COLUMNS)))
    parts = [np.ascontiguousarray(x) for x in (statistics.w, statistics.b, statistics.yy)]
    labels = np.ascontiguousarray(label[None], np.int8)
    _fit_each(*parts, labels, 2 if label.max() == 1 else 1, _STARTS, out)
    return out


def of_t(estimate, se, df) -> Found:
    """Estimate, P value and interval by the t distribution."""
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate / se), df)
        half = se * stats.t.isf(ALPHA / 2, df)
    return Found(estimate, se, p, half)


def pooled(fits: np.ndarray, unit: float) -> dict[str, Found]:
    """Wald's z and Satterthwaite's t of fits with one set of variances."""
    good = reml.column(fits, "status") == reml.OK
    difference = reml.column(fits, "slope_treated") - reml.column(fits, "slope_control")
    se = np.where(good, np.sqrt(reml.column(fits, "vss_difference")), np.nan) / unit
    estimate = difference / unit
    return {
        "wald": of_t(estimate, se, np.inf),
        "satterthwaite": of_t(estimate, se, reml.column(fits, "df_difference")),
    }


def by_group(statistics: Statistics, label: np.ndarray, unit: float) -> Found:
    """Variances of their own for each group, joined as Welch and Satterthwaite do."""
    slopes, variances, dfs = [], [], []
    for k in (0, 1):
        fits = fits_of(statistics, np.where(label == k, 0, -1).astype(np.int8))
        bad = reml.column(fits, "status") != reml.OK
        slopes.append(reml.column(fits, "slope_control") / unit)
        variance = reml.column(fits, "vss_control") / unit**2
        variances.append(np.where(bad, np.nan, variance))
        dfs.append(reml.column(fits, "df_control"))
    return joined(slopes, variances, dfs)


def joined(slopes, variances, dfs) -> Found:
    """The difference of two slopes with variances of their own, as Welch and Satterthwaite do.

    Parameters
    ----------
    slopes, variances, dfs : pair of array, shape (trials,)
        Of controls and treated.
    """
    both = variances[0] + variances[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        df = both**2 / (variances[0] ** 2 / dfs[0] + variances[1] ** 2 / dfs[1])
    return of_t(slopes[1] - slopes[0], np.sqrt(both), df)


def welch(slopes: np.ndarray, label: np.ndarray) -> Found:
    """Welch's t of the patients' own slopes."""
    mean, variance, size = [], [], []
    for k in (0, 1):
        own = slopes[:, label == k]
        there = np.isfinite(own)
        n = there.sum(axis=1)
        x = np.where(there, own, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            middle = x.sum(axis=1) / n
            squares = (np.where(there, own - middle[:, None], 0.0) ** 2).sum(axis=1)
            variance.append(np.where(n > 1, squares / (n - 1) / n, np.nan))
        mean.append(middle)
        size.append(n)
    both = variance[0] + variance[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        df = both**2 / sum(v**2 / (n - 1) for v, n in zip(variance, size, strict=True))
    return of_t(mean[1] - mean[0], np.sqrt(both), df)


@cache
def relabellings(patients: int, treated: int) -> np.ndarray:
    """Every way to treat some of the patients, in random but fixed order."""
    chosen = np.array(list(combinations(range(patients), treated)))
    labels = np.zeros((len(chosen), patients), np.int8)
    labels[np.arange(len(chosen))[:, None], chosen] = 1
    return np.random.default_rng(0).permutation(labels)


def _only_p(p: np.ndarray) -> Found:
    nothing = np.full(len(p), np.nan)
    return Found(nothing, nothing, p, nothing)


def permutation_welch(slopes: np.ndarray, label: np.ndarray) -> Found:
    """Exact permutation test of Welch's t, among the patients who have a slope of their own."""
    p = np.full(len(slopes), np.nan)
    for j, own in enumerate(slopes):
        usable = np.isfinite(own)
        x, mine = own[usable], label[usable]
        if min((mine == 0).sum(), (mine == 1).sum()) < 2:
            continue
        p[j] = exact_p(x, mine, relabellings(len(x), int(mine.sum())))
    return _only_p(p)


def exact_p(slopes: np.ndarray, label: np.ndarray, labels: np.ndarray) -> float:
    """The share of relabellings whose Welch's t is as far from zero as that of the true one.

    Parameters
    ----------
    slopes, label : array, shape (patients,)
    labels : int8 array, shape (relabellings, patients)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.abs(welches(slopes, np.concatenate([label[None], labels]))[:, 1])
    # A relabelling without spread has no t, and counts as extreme.
    return float((~(t[1:] < t[0] * (1 - _TIE))).mean())


def permutation_t(statistics: Statistics, label: np.ndarray, fits: np.ndarray) -> Found:
    """Exact permutation test of the pooled t, with a refit for every relabelling.

    Only whether it rejects is found exactly. The test counts the relabellings as extreme as the
    true one, in random order, and ends where they are more than 5 % of all: P is then what it is
    at least.
    """
    p = np.full(len(statistics.w), np.nan)
    labels = relabellings(len(label), int(label.sum()))
    observed = np.abs(_t(fits))
    for j in range(len(p)):
        if not np.isfinite(observed[j]):
            continue
        one = Statistics(statistics.w[j], statistics.b[j : j + 1], statistics.yy[j : j + 1])
        starts, extreme = starts_near(fits[j, :3]), 0
        for low in range(0, len(labels), _LOT):
            t = np.abs(_t(reml.many(one, labels[low : low + _LOT], starts=starts, threads=1)))
            extreme += int((~(t < observed[j] * (1 - _TIE))).sum())
            if extreme > (ALPHA + ROUNDING) * len(labels):
                break
        p[j] = extreme / len(labels)
    return _only_p(p)


def _t(fits: np.ndarray) -> np.ndarray:
    difference = reml.column(fits, "slope_treated") - reml.column(fits, "slope_control")
    good = reml.column(fits, "status") == reml.OK
    return np.where(good, difference / np.sqrt(reml.column(fits, "vss_difference")), np.nan)


def _frames(trials: Trials, count: int):
    for j in range(count):
        patient, day = np.nonzero(trials.taken[j])
        yield pd.DataFrame(
            {
                "patient_id": patient,
                "treated": trials.label[patient] == 1,
                "day": trials.days[day],
                "value": trials.value[j][patient, day],
                "origin": "synthetic",
            }
        )


def kenward_roger(trials: Trials, count: int) -> Found:
    """Kenward and Roger's t of the first trials."""
    found = [corrected_difference(trajectories(frame)) for frame in _frames(trials, count)]
    return of_t(*np.reshape(found, (-1, 3)).T)


def corrected_difference(data: Trajectories) -> tuple[float, float, float]:
    """Estimate, standard error and df of Kenward and Roger; NaN where there are none."""
    try:
        block = fit_block(data)
        se, df = corrected(data, (block,), "slope", _DIFFERENCE)
    except ModelError:
        return (np.nan,) * 3  # no P value: counted as such
    if not block.converged:
        return (np.nan,) * 3
    return block.lines[1, 1] - block.lines[0, 1], se[0], df[0]


def bootstrap(trials: Trials, count: int, draws: int, rng: np.random.Generator) -> Found:
    """Likelihood-ratio test whose null distribution is a parametric bootstrap."""
    seeds = rng.integers(2**31, size=count)
    p = np.full(count, np.nan)
    for j, frame in enumerate(_frames(trials, count)):
        try:
            p[j] = bootstrap_lrt(
                frame, n=draws, seed=int(seeds[j]), progress=False, threads=1
            ).p_value
        except ModelError:
            continue
    return _only_p(p)
