"""Drawn markers: the fits of many at once, and which of them are unremarkable."""

import numpy as np
from scipy import stats

from ..data.trial_facts import DAYS
from ..slopes.trajectories import Statistics
from .patients import LABEL

# SDs of the slopes between patients that are tried, in residual SDs per day.
SPREADS = np.concatenate([[0.0], np.geomspace(0.004, 0.2, 24)])
# Heights of a transient on its day 14 that are tried, in residual SDs; and the largest difference,
# in units of log10, that counts as none.
HEIGHTS = np.arange(2.0, 6.5, 0.5)
LARGEST_CHANGE = {"no significant change": 0.06, "like change": 0.2}


def fit_draws(there: np.ndarray, y: np.ndarray, df: str) -> dict[str, np.ndarray]:
    """Slopes per day with standard errors and degrees of freedom, of many drawn markers."""
    from ..slopes import reml  # numba takes half a second to load: not before the first fit

    patient, day = np.nonzero(there)
    t = DAYS[day]
    sd = t.std()
    sums = Statistics.of(there.sum(axis=1), (t - t.mean()) / sd, y[:, patient, day])
    fits = reml.many(
        sums, LABEL, starts=((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0)), threads=1
    )
    get = {name: reml.column(fits, name) for name in reml.COLUMNS}
    out = {"converged": get["status"] == reml.OK}
    for term in ("control", "treated", "difference"):
        if term != "difference":
            out[term] = get[f"slope_{term}"] / sd
        out[f"se_{term}"] = np.sqrt(get[f"vss_{term}"]) / sd
        out[f"df_{term}"] = get[f"df_{term}"] if df == "satterthwaite" else np.full(len(y), np.inf)
    return out


def unremarkable(fit: dict[str, np.ndarray], kind: str) -> bool:
    """Whether a marker shows no significant change, or a like change in both groups."""
    if not fit["converged"][0]:
        return False
    slopes = {t: fit[t][0] for t in ("control", "treated")}
    slopes["difference"] = slopes["treated"] - slopes["control"]
    p = {
        t: 2 * stats.t.sf(abs(b) / fit[f"se_{t}"][0], fit[f"df_{t}"][0]) for t, b in slopes.items()
    }
    if kind == "like change":
        return p["difference"] > LARGEST_CHANGE[kind]
    return min(p.values()) > LARGEST_CHANGE[kind]
