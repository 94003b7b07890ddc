"""Study 4: the difference of the slopes under every defensible choice of its analysis.

Aims: which conclusions depend on a choice, and on which. Data: twins, which agree with every
printed figure, under three samplings that Table 1 allows. Estimand: the difference of the mean
slopes of the groups. Methods: every admissible combination of ``CHOICES``. Performance: the share
of the analyses of a twin with P of 0.05 or less, and how it moves with each choice. After Steegen,
Tuerlinckx, Gelman and Vanpaemel (2016), Perspectives on Psychological Science 11: 702-712, and
Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4: 1208-1214.
"""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.loaders import load_table
from ..data.trial_facts import DAYS, MATCHED_ON
from ..matching.match import match
from ..panel.sensitivity import IL6_BLOCKERS
from ..slopes.baseline import columns_of, slope_weights
from ..slopes.censored import maximise
from ..slopes.mixed import Sums, fit_many
from ..slopes.trajectories import Trajectories
from ..synthetic.committed import committed_twin
from ..synthetic.patients import PATIENT_ARMS, PATIENTS, TREATED
from .analyses import (
    Found,
    corrected_difference,
    exact_p,
    joined,
    of_t,
    permutation_welch,
    welch,
)
from .choices import CHOICES, specifications
from .grid import Cell, Study

__all__ = ["multiverse"]

SEED = 4  # not used: a twin has the seed of the book's twins
TWINS = 12  # four of each of the three samplings
# Markers with a printed P value of the difference, or a printed sentence on it (CRP).
MARKERS = ("NFL", "IL1RA", "IL6", "CRP", "IL18", "PTX3")
# Where a limit of detection is assumed, this share of a marker's values lies below it.
BELOW = 0.1
SPAN = float(DAYS[-1])
SUMMARY = "rescat.studies.specifications:summary"
_NODES = 15  # of the censored likelihood: as many as a P value of two digits needs
_MODELS = ("slope", "uncorrelated", "intercept")
_RULES = ("measured", "half", "limit")
_FEW = 2  # of a group this small no variance of its own is estimated


def multiverse(quick: bool = False) -> Study:
    """The grid of the study: a cell for each twin.

    Parameters
    ----------
    quick : bool
        One marker of three twins, to try it.

    Returns
    -------
    Study

    Examples
    --------
    >>> len(multiverse().cells), multiverse().summary
    (12, 'rescat.studies.specifications:summary')
    """
    twins, markers = (3, MARKERS[:1]) if quick else (TWINS, MARKERS)
    cells = [
        Cell(f"{__name__}:analyses_of", "multiverse", {"twin": n, "markers": list(markers)})
        for n in range(twins)
    ]
    return Study("multiverse", SEED, tuple(cells), SUMMARY)


class _Values(NamedTuple):
    """The values of some data sets at the samples of some patients.

    Attributes
    ----------
    patient : int array, shape (samples,)
        From 0, in the order of ``who``.
    day : array, shape (samples,)
    value : array, shape (data sets, samples)
    below : bool array, shape (markers, samples)
    who : int array, shape (patients,)
    label : int8 array, shape (patients,)
    """

    patient: np.ndarray
    day: np.ndarray
    value: np.ndarray
    below: np.ndarray
    who: np.ndarray
    label: np.ndarray

    def only(self, rows: np.ndarray) -> "_Values":
        """Some of the samples, and who has one of these."""
        there, place = np.unique(self.patient[rows], return_inverse=True)
        return _Values(
            place, self.day[rows], self.value[:, rows], self.below[:, rows], self.who[there],
            self.label[there],
        )  # fmt: skip


def analyses_of(settings: dict, rng: np.random.Generator) -> list[dict]:
    """Every admissible analysis of the markers of one twin: a row for each.

    Parameters
    ----------
    settings : dict
        ``twin`` (its number) and ``markers``.
    rng : Generator
        Not used: a twin has its own.

    Returns
    -------
    list of dict
        ``twin``, ``marker``, ``spec`` (place among :func:`specifications`), ``p``, and on
        logarithms ``change``, ``low`` and ``high``: the difference over 28 days, log10.
    """
    markers = settings["markers"]
    _, made = committed_twin(settings["twin"], markers)
    values = _of_twin(made.biomarkers, markers)
    found: dict[tuple, np.ndarray] = {}
    for controls, patients in product(CHOICES["controls"], CHOICES["patients"]):
        own = values.only(_chosen(controls, patients)[values.who][values.patient])
        for time in CHOICES["time"]:
            for key, some in _of_patients(own, time).items():
                found[(controls, patients, time, *key)] = some
    places = {name: list(levels).index for name, levels in CHOICES.items()}
    rows = []
    for spec, choice in enumerate(specifications()):
        controls, patients, scale, time, detection, baseline, random, test = choice
        some = found[(controls, patients, time, baseline, random, test)]
        some = some[:, :, places["scale"](scale), places["detection"](detection)]
        for marker, (p, change, low, high) in zip(markers, some.T, strict=True):
            effect = {"change": change, "low": low, "high": high} if scale == "log" else {}
            rows.append(
                {"twin": settings["twin"], "marker": marker, "spec": spec, "p": p, **effect}
            )
    return rows


def _of_twin(biomarkers: pd.DataFrame, markers: list[str]) -> _Values:
    """Every marker on both scales under every rule: data set (marker, scale, rule)."""
    wide = biomarkers.pivot(index=["patient_id", "day"], columns="marker", values="value")
    wide = wide.reset_index()
    patient = pd.Index(PATIENTS).get_indexer(wide["patient_id"])
    raw = wide[markers].to_numpy(float).T
    limit = np.quantile(raw, BELOW, axis=1, keepdims=True)
    below = raw < limit
    ruled = np.stack([raw, np.where(below, limit / 2, raw), np.where(below, limit, raw)], axis=1)
    both = np.stack([np.log10(ruled), ruled], axis=1)
    return _Values(
        patient, wide["day"].to_numpy(float), both.reshape(-1, len(wide)), below,
        np.arange(len(PATIENTS)), TREATED,
    )  # fmt: skip


@cache
def _patients() -> pd.DataFrame:
    return load_table("synthetic_patients").set_index("patient_id").loc[PATIENTS]


def _chosen(controls: str, patients: str) -> np.ndarray:
    """Who is analysed, of all patients of a twin."""
    table = _patients()
    left_out = {"all": (), "randomised": ("mCTRL",), "matched": ("CTRL",)}[controls]
    blocker = table["therapy"].str.lower().str.contains("|".join(IL6_BLOCKERS)).to_numpy(bool)
    other = table["msc_source"].eq("UC").to_numpy(bool)
    keep = ~np.isin(PATIENT_ARMS, left_out)
    if patients in ("no blocker", "neither"):
        keep = keep & ~blocker
    if patients in ("one source", "neither"):
        keep = keep & ~other
    return keep


@cache
def _sets() -> np.ndarray:
    """The matched set of each patient, -1 for none: two historical controls for each treated."""
    table = _patients().reset_index()
    arms = [table[table["arm"].eq(arm)] for arm in ("MSC", "mCTRL")]
    numbers = [own.assign(**own[list(MATCHED_ON)].astype(float)) for own in arms]
    sets = match(*numbers, covariates=MATCHED_ON).sets
    place = pd.Series(-1, index=table["patient_id"])
    for k, (treated, chosen) in enumerate(sets.items()):
        place[[treated, *chosen]] = k
    return place.to_numpy()


def _times(own: _Values, time: str) -> tuple[_Values, np.ndarray, float]:
    """The samples of one way to count time, the times, and how much of it 28 days are."""
    if time == "visits":
        return own, np.searchsorted(DAYS, own.day).astype(float), len(DAYS) - 1.0
    if time == "diagnosis":
        # Historical controls came to hospital with the disease: their day 0 is the admission.
        since = pd.to_numeric(_patients()["days_from_diagnosis"]).fillna(0.0).to_numpy()
        return own, own.day + since[own.who[own.patient]], SPAN
    if time == "later":
        own = own.only(own.day > 0)
    return own, own.day, SPAN


def _of_patients(own: _Values, time: str) -> dict[tuple, np.ndarray]:
    """Every analysis of some patients with one way to count time.

    Returns
    -------
    dict of (baseline, random, test) to array, shape (4, markers, scales, detection rules)
        P, and the difference over 28 days with its interval; NaN where there is none.
    """
    own, t, span = _times(own, time)
    found: dict[tuple, np.ndarray] = {}
    if time == "curve":
        for random in _MODELS:
            found["free", random, "ratio"] = _curves(own, t, random)
        return found
    for baseline in CHOICES["baseline"]:
        for random in _MODELS:
            of_tests = _lines(own, t, span, baseline, random)
            found |= {(baseline, random, test): some for test, some in of_tests.items()}
    for random in _MODELS:
        found["free", random, "by_group"] = _by_group(own, t, span, random)
    found["free", "slope", "kenward_roger"] = _kenward_roger(own, t, span)
    slopes = _own_slopes(own, t)
    found["free", "own", "welch"] = _of(own, welch(slopes, own.label), span)
    found["free", "own", "exact"] = _filled(own, permutation_welch(slopes, own.label).p)
    found["sets", "own", "exact"] = _filled(own, _within_sets(slopes, own))
    if time in ("days", "visits"):
        found["free", "slope", "wald"] = _censored(own, t, span, found["free", "slope", "wald"])
    return found


def _filled(own: _Values, p, change=None, half=None) -> np.ndarray:
    """Results of every data set at their places, with nothing for the censored likelihood."""
    out = np.full((4, len(own.below), len(CHOICES["scale"]), len(CHOICES["detection"])), np.nan)
    shape = (*out.shape[1:3], len(_RULES))
    out[0, :, :, : len(_RULES)] = np.reshape(p, shape)
    if change is not None:
        parts = (change, change - half, change + half)
        out[1:, :, :, : len(_RULES)] = np.reshape(parts, (3, *shape))
    return out


def _of(own: _Values, found: Found, span: float = 1.0) -> np.ndarray:
    """The results of an analysis, of which 28 days are so much of its unit of time."""
    return _filled(own, found.p, found.estimate * span, found.half * span)


def _scaled(own: _Values, t: np.ndarray, random: str):
    """Times and values of the size of 1, the spread of each data set, and the unit of time."""
    unit = t.std()
    centre = 0.0 if random == "uncorrelated" else t.mean()
    spread = own.value.std(axis=1, keepdims=True)
    y = (own.value - own.value.mean(axis=1, keepdims=True)) / spread
    return (t - centre) / unit, y, spread[:, 0], unit, -centre / unit


def _too_few(own: _Values, random: str) -> bool:
    """As lme4 does, models with as many random effects as samples are refused."""
    return len(own.day) <= len(own.who) * (1 if random == "intercept" else 2)


def _lines(own: _Values, t: np.ndarray, span: float, baseline: str, random: str) -> dict:
    """The mixed model with one use of the first values, tested by z and by Satterthwaite's t."""
    none = _filled(own, np.full(len(own.value), np.nan))
    nothing = dict.fromkeys(("wald", "satterthwaite"), none)
    if baseline == "covariate":
        first = np.full((len(own.value), len(own.who)), np.nan)
        start = own.day == 0
        first[:, own.patient[start]] = own.value[:, start]
        rows = ~start & np.isfinite(first[0])[own.patient]
        later, t = own.only(rows), t[rows]
        first = first[:, np.searchsorted(own.who, later.who)]
        if not rows.any() or min(np.bincount(later.label, minlength=2)) < _FEW:
            return nothing
        own = later
    if _too_few(own, random):
        return nothing
    time, y, spread, unit, start = _scaled(own, t, random)
    treated = own.label[own.patient]
    if baseline == "sets":
        of_set = _sets()[own.who[own.patient]]
        if (of_set < 0).any():
            return nothing
        dummies = (of_set[:, None] == np.unique(of_set)[1:]).astype(float)
        x = np.concatenate([columns_of("free", time, treated, start, None), dummies], axis=1)
        weights = np.zeros(x.shape[-1])
        weights[3] = 1.0
    else:
        given = None
        if baseline == "covariate":
            middle = own.value.mean(axis=1, keepdims=True)
            given = ((first - middle) / spread[:, None])[:, own.patient]
        x = columns_of(baseline, time, treated, start, given)
        weights = slope_weights(baseline)[2]
    fits = fit_many(Sums.of(own.patient, time, x, y), random=random)
    change = fits.beta @ weights * spread / unit * span
    variance = np.einsum("j,fjk,k->f", weights, fits.covariance, weights)
    with np.errstate(invalid="ignore"):
        se = np.where(fits.converged, np.sqrt(variance), np.nan) * spread / unit * span
    dfs = {"wald": np.inf, "satterthwaite": fits.df(weights)}
    return {test: _of(own, of_t(change, se, df)) for test, df in dfs.items()}


def _by_group(own: _Values, t: np.ndarray, span: float, random: str) -> np.ndarray:
    """Variances of their own for each group, joined as Welch and Satterthwaite do."""
    nothing = np.full(len(own.value), np.nan)
    slopes, variances, dfs = [], [], []
    for k in (0, 1):
        rows = own.label[own.patient] == k
        group = own.only(rows)
        if len(group.who) <= _FEW or _too_few(group, random):
            return _filled(own, nothing)
        time, y, spread, unit, _ = _scaled(group, t[rows], random)
        x = np.stack([np.ones_like(time), time], axis=1)
        fits = fit_many(Sums.of(group.patient, time, x, y), random=random)
        slopes.append(fits.beta[:, 1] * spread / unit * span)
        variance = fits.covariance[:, 1, 1] * (spread / unit * span) ** 2
        variances.append(np.where(fits.converged, variance, np.nan))
        dfs.append(fits.df(np.array([0.0, 1.0])))
    return _of(own, joined(slopes, variances, dfs))


def _kenward_roger(own: _Values, t: np.ndarray, span: float) -> np.ndarray:
    """Kenward and Roger's t of the pooled model."""
    found = np.full((len(own.value), 3), np.nan)
    if not _too_few(own, "slope"):
        found[:] = [corrected_difference(_trajectories(own, t, value)) for value in own.value]
    change, se, df = found.T
    return _of(own, of_t(change * span, se * span, df))


def _trajectories(own: _Values, t: np.ndarray, value: np.ndarray) -> Trajectories:
    """One data set as the engine of two lines takes it."""
    none = np.zeros(len(own.who), int)
    names = {"value": "value", "time": "day", "group": "treated", "subject": "patient_id"}
    place = np.arange(len(t))
    return Trajectories(
        own.patient, t, value, pd.Index(PATIENTS[own.who]), own.label, 2, names, none, none,
        pd.Index(place), place,
    )  # fmt: skip


def _own_slopes(own: _Values, t: np.ndarray) -> np.ndarray:
    """Least-squares slope of each patient: shape (data sets, patients), NaN if there is none."""
    whose = (np.arange(len(own.who))[:, None] == own.patient).astype(float)
    n = whose.sum(axis=1)
    apart = t - (whose @ t / n)[own.patient]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 1, (own.value * apart) @ whose.T / (whose @ apart**2), np.nan)


def _within_sets(slopes: np.ndarray, own: _Values) -> np.ndarray:
    """Exact test of Welch's t, with relabelling within the matched sets."""
    usable = np.isfinite(slopes[0]) & (_sets()[own.who] >= 0)
    of_set, label = _sets()[own.who][usable], own.label[usable]
    if min(np.bincount(label, minlength=2)) < _FEW:
        return np.full(len(slopes), np.nan)
    members = [np.flatnonzero(of_set == k) for k in np.unique(of_set[label == 1])]
    chosen = np.array(list(product(*members)))
    labels = np.zeros((len(chosen), len(label)), np.int8)
    labels[np.arange(len(chosen))[:, None], chosen] = 1
    return np.array([exact_p(x, label, labels) for x in slopes[:, usable]])


def _curves(own: _Values, t: np.ndarray, random: str) -> np.ndarray:
    """Likelihood ratio of all terms by which the curves of the groups differ over time."""
    if _too_few(own, random):
        return _filled(own, np.full(len(own.value), np.nan))
    time, y, *_ = _scaled(own, t, random)
    bend = _spline(t)
    g = own.label[own.patient].astype(float)
    small = np.stack([np.ones_like(time), time, bend, g], axis=1)
    full = np.concatenate([small, np.stack([g * time, g * bend], axis=1)], axis=1)
    deviance = []
    for x in (small, full):
        fits = fit_many(Sums.of(own.patient, time, x, y), random=random, reml=False)
        deviance.append(np.where(fits.converged, fits.criterion, np.nan))
    return _filled(own, stats.chi2.sf(np.maximum(deviance[0] - deviance[1], 0.0), 2))


def _spline(day: np.ndarray) -> np.ndarray:
    """What a natural cubic spline with knots on days 0, 6 and 28 has beside a line."""
    first, middle, last = DAYS[0], DAYS[len(DAYS) // 2], DAYS[-1]

    def cubic(knot):
        return np.maximum(day - knot, 0.0) ** 3

    bend = cubic(first) - cubic(middle) * (last - first) / (last - middle)
    bend += cubic(last) * (middle - first) / (last - middle)
    return bend / (last - first) ** 3


def _censored(own: _Values, t: np.ndarray, span: float, others: np.ndarray) -> np.ndarray:
    """What is below the limit as a probability, on logarithms; the other rules as they are."""
    out = others.copy()
    if _too_few(own, "slope"):
        return out
    time, y, spread, unit, start = _scaled(own, t, "slope")
    x = columns_of("free", time, own.label[own.patient], start, None)
    at_limit = np.arange(len(own.value)).reshape(len(own.below), len(CHOICES["scale"]), -1)[:, 0, 2]
    for m, j in enumerate(at_limit):
        try:
            best = maximise(own.patient, time, x, y[j], own.below[m], _NODES)
        except ModelError:
            continue  # no P value
        factor = spread[j] / unit * span
        change, se = best.parameters[3] * factor, np.sqrt(best.covariance[3, 3]) * factor
        p, half = of_t(change, se, np.inf)[2:]
        out[:, m, 0, 3] = p, change, change - half, change + half
    return out
