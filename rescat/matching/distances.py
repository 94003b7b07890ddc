"""How far apart two patients are: Mahalanobis distances, and the propensity score."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import special, stats
from scipy.spatial.distance import cdist

from ..base.arguments import check_choice
from ..base.errors import ModelError

__all__ = ["MATCH_DISTANCES"]

MATCH_DISTANCES = {
    "mahalanobis": "Mahalanobis, covariance within the groups",
    "rank_mahalanobis": "Mahalanobis of the ranks",
    "propensity": "difference of the logits of the propensity score",
    "robust": "each covariate divided by its median absolute deviation",
}
_FLAT = 1e-8  # a direction with less of the variance than this counts as none
_ROUNDING = np.finfo(float).eps


def _numbers(frame: pd.DataFrame, columns: Iterable[str]) -> np.ndarray:
    """Columns as numbers, yes as 1."""
    own = frame[list(columns)]
    for column, kind in own.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind):
            raise ModelError(
                f"covariate {column} holds words, expected numbers or yes and no; words can be "
                "matched with exact="
            )
    return own.astype(float).to_numpy()


def embedded(treated, pool, covariates, distance, subject):
    """Points whose Euclidean distances are those wanted, or the given distances themselves."""
    if isinstance(distance, pd.DataFrame):
        absent = [
            name
            for patients, known in ((treated, distance.index), (pool, distance.columns))
            for name in patients[subject]
            if name not in known
        ]
        if absent:
            raise ModelError(f"the given distances have none for patient {absent[0]}")
        table = distance.loc[list(treated[subject]), list(pool[subject])].to_numpy(float)
        if not (table >= 0).all():
            raise ModelError("the given distances hold a number below 0, or none")
        return table
    check_choice("distance", distance, MATCH_DISTANCES)
    x = np.vstack([_numbers(treated, covariates), _numbers(pool, covariates)])
    if not np.ptp(x, axis=0).any():
        raise ModelError(f"none of the covariates varies: {', '.join(covariates)}")
    label = np.arange(len(x)) < len(treated)
    points = _DISTANCES[distance](x, label)
    return points[label], points[~label]


def _varying(x: np.ndarray) -> np.ndarray:
    """The covariates that vary, in units of their standard deviation."""
    spread = x.std(axis=0, ddof=1)
    return (x[:, spread > 0] - x[:, spread > 0].mean(axis=0)) / spread[spread > 0]


def _within(x: np.ndarray, label: np.ndarray, centre=np.mean) -> np.ndarray:
    """Each value minus the centre of its group."""
    out = np.empty_like(x)
    for group in (label, ~label):
        out[group] = x[group] - centre(x[group], axis=0)
    return out


def _whitened(x: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Points whose Euclidean distances are the Mahalanobis distances of x."""
    values, vectors = np.linalg.eigh(np.atleast_2d(covariance))
    kept = values > _FLAT * values.max(initial=0)
    return x @ (vectors[:, kept] / np.sqrt(values[kept]))


def _mahalanobis(x, label):
    if len(x) < 3:
        raise ModelError("a covariance within two groups needs three patients or more")
    x = _varying(x)
    deviations = _within(x, label)
    return _whitened(x, deviations.T @ deviations / (len(x) - 2))


def _rank_mahalanobis(x, label):
    ranks = stats.rankdata(x[:, np.ptp(x, axis=0) > 0], axis=0)
    # The variance of ranks without ties gives each covariate the same weight, whatever its ties.
    untied = np.arange(1, len(x) + 1).var(ddof=1)
    return _whitened(ranks, untied * np.atleast_2d(np.corrcoef(ranks, rowvar=False)))


def _robust(x, label):
    x = x[:, np.ptp(x, axis=0) > 0]
    scale = 1.4826 * np.median(np.abs(_within(x, label, np.median)), axis=0)
    deviation = np.sqrt((_within(x, label) ** 2).sum(axis=0) / max(len(x) - 2, 1))
    scale = np.where(scale > 0, scale, deviation)
    return x / np.where(scale > 0, scale, x.std(axis=0))


def _propensity(x, label):
    design = np.column_stack([np.ones(len(x)), _varying(x)])
    if len(x) <= design.shape[1]:
        raise ModelError(
            f"{len(x)} patients cannot carry a propensity score of {design.shape[1] - 1} covariates"
        )
    logit, converged = _logistic(design, label)
    if not converged or np.abs(special.expit(logit) - label).max() < 1e-4:
        raise ModelError(
            "the covariates tell treated and pool apart perfectly, so that no propensity score can "
            "be estimated. Use another distance, or fewer covariates"
        )
    return logit[:, None]


def _logistic(design: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, bool]:
    """Logits of a logistic regression, and whether it converged.

    Iteratively reweighted least squares with the start and the criterion of R's and statsmodels'
    ``glm``: McCullagh and Nelder (1989), Generalized Linear Models, section 2.5. Columns may
    depend on each other.
    """
    mean = (label + 0.5) / 2
    logit, deviance = special.logit(mean), np.inf
    for _ in range(100):
        weight = mean * (1 - mean)
        root = np.sqrt(weight)
        working = root * (logit + (label - mean) / weight)
        coefficients = np.linalg.lstsq(design * root[:, None], working, rcond=None)[0]
        logit = design @ coefficients
        mean = np.clip(special.expit(logit), _ROUNDING, 1 - _ROUNDING)
        last, deviance = deviance, -2 * np.log(np.where(label, mean, 1 - mean)).sum()
        if abs(deviance - last) < 1e-8:
            return logit, True
    return logit, False


_DISTANCES = {
    "mahalanobis": _mahalanobis,
    "rank_mahalanobis": _rank_mahalanobis,
    "propensity": _propensity,
    "robust": _robust,
}


def pair_distances(points, treated, pool, rows, columns, caliper) -> np.ndarray:
    """Distances of one stratum, infinite where a caliper forbids the pair."""
    if isinstance(points, tuple):
        cost = cdist(points[0][rows], points[1][columns])
    else:
        cost = points[np.ix_(rows, columns)].copy()
    for name, width in caliper.items():
        if name == "distance":
            cost[cost > width] = np.inf
        else:
            apart = differences(treated.iloc[rows], pool.iloc[columns], name)
            cost[apart > width] = np.inf
    return cost


def differences(treated, pool, column) -> np.ndarray:
    """Absolute differences, rounded so that 0.3 is not more than 0.1 + 0.2."""
    first, second = (_numbers(frame, [column])[:, 0] for frame in (treated, pool))
    return np.round(np.abs(first[:, None] - second), 9)
