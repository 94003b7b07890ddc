"""Drawn markers: the fits of many at once, and which of them are unremarkable."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ..base.errors import ModelError
from ..data.trial_facts import ARM_SIZES, DAYS
from ..slopes.profile import profile_ends
from ..slopes.trajectories import Statistics
from .patients import TREATED

# SDs of the slopes between patients that are tried, in residual SDs per day.
SPREADS = np.concatenate([[0.0], np.geomspace(0.004, 0.2, 24)])
# Heights of a transient on its day 14 that are tried, in residual SDs.
HEIGHTS = np.arange(2.0, 6.5, 0.5)
# P values from which a marker counts as what the paper calls it: of all slopes and their
# difference, or of the difference alone.
SMALLEST_P = {"no significant change": 0.06, "like change": 0.2}


_STARTS = (1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0)
_TERMS = ("control", "treated", "difference")


def sampling_probabilities(sampling: Mapping[str, ArrayLike]) -> np.ndarray:
    """The probability that each patient's sample of each day is there."""
    faulty = [arm for arm in ARM_SIZES if not _fits_days(sampling.get(arm, ()), ARM_SIZES[arm])]
    if faulty:
        raise ModelError(
            f"sampling of {', '.join(faulty)}: expected a probability for each of the days "
            f"{', '.join(f'{d:g}' for d in DAYS)}, of the arm or of each of its patients"
        )
    return np.concatenate(
        [np.broadcast_to(sampling[arm], (n, len(DAYS))) for arm, n in ARM_SIZES.items()]
    )


def _fits_days(probability, patients: int) -> bool:
    """Whether these are probabilities of five days, of an arm or of each of its patients."""
    p = np.asarray(probability, float)
    shapes = ((len(DAYS),), (patients, len(DAYS)))
    return p.shape in shapes and bool(((p >= 0) & (p <= 1)).all())


def fit_draws(
    sampled: np.ndarray, y: np.ndarray, df: str, limits: str = "wald"
) -> dict[str, np.ndarray]:
    """Slopes per day with standard errors and degrees of freedom, of many drawn markers.

    Parameters
    ----------
    sampled : bool array, shape (patients, days)
        Whether there is a sample.
    y : array, shape (draws, patients, days)
        Values on the scale of the model.
    df : {"satterthwaite", "wald"}
    limits : {"wald", "profile"}
        With "profile" the intervals are a first guess: see :func:`add_profile_limits`.

    Returns
    -------
    dict of str to array, shape (draws,)
        ``converged``; ``control`` and ``treated`` (slopes); ``se_`` and ``df_`` of these two and of
        their ``difference``; ``below_`` and ``above_``, the distances of the ends of the 95 %
        interval from the slope.
    """
    from ..slopes import reml  # numba takes half a second to load: not before the first fit

    sums, sd = _sums(sampled, y)
    fits = reml.many(sums, TREATED, starts=_STARTS, threads=1)
    get = {name: reml.column(fits, name) for name in reml.COLUMNS}
    out = {"converged": get["status"] == reml.OK}
    for term in _TERMS:
        if term != "difference":
            out[term] = get[f"slope_{term}"] / sd
        out[f"se_{term}"] = np.sqrt(get[f"vss_{term}"]) / sd
        out[f"df_{term}"] = get[f"df_{term}"] if df == "satterthwaite" else np.full(len(y), np.inf)
        behind = np.inf if limits == "profile" else out[f"df_{term}"]
        out[f"below_{term}"] = stats.t.ppf(0.975, behind) * out[f"se_{term}"]
        out[f"above_{term}"] = out[f"below_{term}"].copy()
    return out


def add_profile_limits(
    fits: dict[str, np.ndarray],
    chosen: np.ndarray,
    sampled: np.ndarray,
    y: np.ndarray,
    terms: list[str],
) -> None:
    """Put the distances of profile intervals into fits of :func:`fit_draws`, where they are wanted.

    They move with a line that is added to a group and grow with a factor, as other intervals do.
    They are not even.

    Parameters
    ----------
    fits : dict of str to array
    chosen : int array
        The draws whose intervals are wanted. Those of the others become NaN.
    sampled, y
        As for :func:`fit_draws`.
    terms : list of {"control", "treated", "difference"}
        Those with printed intervals.
    """
    below, above = profile_distances(fits, chosen, sampled, y, terms)
    for k, term in enumerate(terms):
        for name, distances in (("below", below), ("above", above)):
            fits[f"{name}_{term}"][:] = np.nan
            fits[f"{name}_{term}"][chosen] = distances[:, k]


def profile_distances(
    fits: dict[str, np.ndarray],
    chosen: np.ndarray,
    sampled: np.ndarray,
    y: np.ndarray,
    terms: list[str],
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """How far profile intervals reach below and above the slopes, shape (chosen, terms) each."""
    sums, sd = _sums(sampled, y[chosen])
    ends = profile_ends(sums, TREATED, terms, level=level, starts=_STARTS)
    every = fits | {"difference": fits["treated"] - fits["control"]}
    slopes = np.stack([every[term][chosen] for term in terms], axis=1)
    return slopes - ends["low"] / sd, ends["high"] / sd - slopes


def _sums(sampled: np.ndarray, y: np.ndarray) -> tuple[Statistics, float]:
    """The sums that the criterion needs, and by what the times were divided."""
    patient, day = np.nonzero(sampled)
    t = DAYS[day]
    sd = t.std()
    return Statistics.of(sampled.sum(axis=1), (t - t.mean()) / sd, y[:, patient, day]), sd


def unremarkable(fits: dict[str, np.ndarray], kind: str) -> bool:
    """Whether the first draw shows no significant change, or a like change in both groups."""
    if not fits["converged"][0]:
        return False
    slopes = {term: fits[term][0] for term in ("control", "treated")}
    slopes["difference"] = slopes["treated"] - slopes["control"]
    p = {
        term: 2 * stats.t.sf(abs(slope) / fits[f"se_{term}"][0], fits[f"df_{term}"][0])
        for term, slope in slopes.items()
    }
    if kind == "like change":
        return p["difference"] > SMALLEST_P[kind]
    return min(p.values()) > SMALLEST_P[kind]
