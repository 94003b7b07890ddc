"""Drawn markers: the fits of many at once, and which of them are unremarkable."""

import numpy as np
from scipy import stats

from ..data.trial_facts import DAYS
from ..slopes.trajectories import Statistics
from .patients import TREATED

# SDs of the slopes between patients that are tried, in residual SDs per day.
SPREADS = np.concatenate([[0.0], np.geomspace(0.004, 0.2, 24)])
# Heights of a transient on its day 14 that are tried, in residual SDs.
HEIGHTS = np.arange(2.0, 6.5, 0.5)
# P values from which a marker counts as what the paper calls it: of all slopes and their
# difference, or of the difference alone.
SMALLEST_P = {"no significant change": 0.06, "like change": 0.2}


def fit_draws(sampled: np.ndarray, y: np.ndarray, df: str) -> dict[str, np.ndarray]:
    """Slopes per day with standard errors and degrees of freedom, of many drawn markers.

    Parameters
    ----------
    sampled : bool array, shape (patients, days)
        Whether there is a sample.
    y : array, shape (draws, patients, days)
        Values on the scale of the model.
    df : {"satterthwaite", "wald"}

    Returns
    -------
    dict of str to array, shape (draws,)
        ``converged``; ``control`` and ``treated`` (slopes); ``se_`` and ``df_`` of these two and of
        their ``difference``.
    """
    from ..slopes import reml  # numba takes half a second to load: not before the first fit

    patient, day = np.nonzero(sampled)
    t = DAYS[day]
    sd = t.std()
    sums = Statistics.of(sampled.sum(axis=1), (t - t.mean()) / sd, y[:, patient, day])
    fits = reml.many(
        sums, TREATED, starts=((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0)), threads=1
    )
    get = {name: reml.column(fits, name) for name in reml.COLUMNS}
    out = {"converged": get["status"] == reml.OK}
    for term in ("control", "treated", "difference"):
        if term != "difference":
            out[term] = get[f"slope_{term}"] / sd
        out[f"se_{term}"] = np.sqrt(get[f"vss_{term}"]) / sd
        out[f"df_{term}"] = get[f"df_{term}"] if df == "satterthwaite" else np.full(len(y), np.inf)
    return out


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
