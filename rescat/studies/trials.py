"""Many invented trials at once, as arrays: who was sampled when, and what was measured."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from ..data.trial_facts import DAYS, STAYS
from ..panel.designs import DESIGNS
from ..slopes.trajectories import Statistics

__all__ = ["ARMS_OF", "Trials", "draw"]

# Patients of MSC, CTRL and mCTRL. Those of MSC are treated.
ARMS_OF = {"5 v 12 pooled": (5, 2, 10), "5 v 2 randomised": (5, 2, 0), "5 v 10 matched": (5, 0, 10)}
SAMPLING_OF = {
    "complete": "everybody on all five days",
    "by stay": "by stay: in hospital only",
    "sparse controls": "by stay: half of the controls missing",
}
_ARMS = ("MSC", "CTRL", "mCTRL")


class Trials(NamedTuple):
    """Trials of one design.

    Attributes
    ----------
    days : array, shape (days,)
    value : array, shape (trials, patients, days)
    taken : bool array, shape (trials, patients, days)
        Whether there is a sample. On the first day there always is.
    label : int8 array, shape (patients,)
        1 for treated patients, who come first.
    """

    days: np.ndarray
    value: np.ndarray
    taken: np.ndarray
    label: np.ndarray

    def scaled(self) -> tuple[Statistics, float]:
        """What the engine needs of every trial, and the unit of its time in days.

        Returns
        -------
        statistics : Statistics
            ``w`` has shape (trials, patients, 3).
        unit : float
        """
        unit = float(self.days.std())
        t = (self.days - self.days.mean()) / unit
        y = np.where(self.taken, self.value, 0.0)
        n = self.taken.sum(axis=2).astype(float)
        w = np.stack([n, (self.taken * t).sum(axis=2), (self.taken * t * t).sum(axis=2)], axis=2)
        b = np.stack([y.sum(axis=2), (y * t).sum(axis=2)], axis=2)
        return Statistics(w, b, (y * y).sum(axis=2)), unit

    def own_slopes(self) -> np.ndarray:
        """Least-squares slope of each patient, per day: shape (trials, patients); NaN if none."""
        n = self.taken.sum(axis=2)
        mean = (self.taken * self.days).sum(axis=2) / n
        t = np.where(self.taken, self.days - mean[:, :, None], 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = (t * np.where(self.taken, self.value, 0.0)).sum(axis=2) / (t * t).sum(axis=2)
        return np.where(n > 1, slope, np.nan)


def draw(settings: Mapping, trials: int, rng: np.random.Generator, markers: int = 1) -> Trials:
    """Draw trials from the random-slope model, with what disturbs it.

    Parameters
    ----------
    settings : mapping
        ``arms`` (patients of MSC, CTRL and mCTRL), ``sampling`` (a key of ``SAMPLING_OF``),
        ``sd_intercept``, ``sd_slope`` and ``sd_residual`` (each control, treated; per day where it
        is a slope), ``effect`` (of treated patients, per day). And, if there:
        ``historical`` (slope that only mCTRL have, per day), ``below`` (share of the values of day
        0 below a limit of detection; log10, half the limit is written), ``leave_by_slope`` (within
        an arm, who falls fastest is discharged first), ``curve`` (height at admission, days in
        which it falls to 1/e, days from admission to the enrolment of MSC and CTRL),
        ``correlation`` (of two markers of a patient, of their intercepts and of their slopes).
    trials : int
    rng : Generator
    markers : int
        Markers of the same trial: trial i of marker m is number i * markers + m.

    Returns
    -------
    Trials

    Examples
    --------
    >>> import numpy as np
    >>> pairs = {"sd_intercept": [1, 1], "sd_slope": [0, 0], "sd_residual": [1, 1]}
    >>> settings = {"arms": [5, 2, 0], "sampling": "by stay", "effect": 0.0, **pairs}
    >>> made = draw(settings, 3, np.random.default_rng(1))
    >>> made.value.shape, made.taken[0].sum(axis=0)
    ((3, 7, 5), array([7, 7, 7, 3, 0]))
    """
    arms = np.repeat(np.arange(3), settings["arms"])
    label = (arms == 0).astype(np.int8)
    n, days = len(arms), DAYS

    def of_patients(name):
        return np.array(settings[name], float)[label.astype(int)]

    shared = np.sqrt(settings.get("correlation", 0.0))
    common = rng.standard_normal((2, trials, 1, n))
    own = rng.standard_normal((2, trials, markers, n))
    u, v = (shared * common + np.sqrt(1 - shared**2) * own).reshape(2, trials * markers, n)
    noise = rng.standard_normal((trials * markers, n, len(days)))
    slopes = of_patients("sd_slope") * v
    mean = settings["effect"] * (arms == 0) + settings.get("historical", 0.0) * (arms == 2)
    value = (of_patients("sd_intercept") * u)[:, :, None] + (slopes + mean)[:, :, None] * days
    value += of_patients("sd_residual")[:, None] * noise
    if "curve" in settings:
        height, fall, enrolment = settings["curve"]
        since = days + np.where(arms == 2, 0.0, enrolment)[:, None]
        value += height * np.exp(-since / fall)
    if settings.get("below", 0.0) > 0:
        spread = np.hypot(settings["sd_intercept"][0], settings["sd_residual"][0])
        middle = settings["curve"][0] if "curve" in settings else 0.0
        limit = middle + spread * ndtri(settings["below"])
        value = np.where(value < limit, limit - np.log10(2), value)
    chance = np.repeat(_chances(settings, arms)[None], trials, axis=0)
    if settings.get("leave_by_slope"):
        for arm in range(3):
            own = np.flatnonzero(arms == arm)
            # Stays are listed from the shortest: it goes to the patient who falls fastest.
            rank = slopes.reshape(trials, markers, n)[:, 0, own].argsort(axis=1).argsort(axis=1)
            chance[:, own] = chance[:, own][np.arange(trials)[:, None], rank]
    taken = rng.random((trials, n, len(days))) < chance
    taken[:, :, 0] = True
    return Trials(days, value, np.repeat(taken, markers, axis=0), label)


def _chances(settings: Mapping, arms: np.ndarray) -> np.ndarray:
    """Probability of each sample, shape (patients, days); stays repeat where arms are larger."""
    design = DESIGNS[SAMPLING_OF[settings["sampling"]]]
    rows = []
    for arm, name in enumerate(_ARMS):
        size = int((arms == arm).sum())
        # Spread over the order of the stays: half as many patients have every second stay.
        places = np.arange(size) * len(STAYS[name]) // max(size, 1)
        rows.append(design[name][places])
    return np.concatenate(rows)
