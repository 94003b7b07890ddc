"""The random-slope model where some values are only known to be below a limit of detection."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import log_ndtr

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .baseline import columns_of, slope_weights
from .blocks import check_size
from .contrasts import with_inference
from .detection_limit import below_limit
from .mixed import Sums, fit_many
from .trajectories import GROUPS, trajectories

__all__ = ["fit_censored"]

# Nodes of each of the two random effects. With five values below the limit the deviance is then
# within 1e-5 of what the multivariate normal distribution gives; with 15 nodes, within 0.01.
NODES = 41
_FEW = 3  # where nothing is below the limit the integrand is a normal density, and this is exact
_LEAST = 0.2  # a variance of zero is no place to begin: its gradient is zero there
_GAIN = 1e-3
_LOG_2PI = float(np.log(2 * np.pi))


class Maximum(NamedTuple):
    """The maximum of a likelihood.

    Attributes
    ----------
    parameters : array, shape (effects + 4,)
        Fixed effects, (a, l, c) of the covariance of intercept and slope, log of residual SD.
    covariance : array, shape (effects + 4, effects + 4)
        Inverse of the observed information.
    deviance : float
        -2 log likelihood.
    """

    parameters: np.ndarray
    covariance: np.ndarray
    deviance: float


class _Samples(NamedTuple):
    """Samples of some patients, and how many nodes the integral of each of these has."""

    patient: np.ndarray
    z: np.ndarray
    x: np.ndarray
    y: np.ndarray
    below: np.ndarray
    own: np.ndarray  # (patients, samples): whose sample it is, as 0 and 1
    nodes: int


def parts_of(patient, t, x, y, below, nodes: int = NODES) -> list[_Samples]:
    """Patients with values below the limit, and those without, who need few nodes."""
    hidden = np.bincount(patient, below) > 0
    parts = []
    for who, count in ((hidden, nodes), (~hidden, _FEW)):
        rows = who[patient]
        if not rows.any():
            continue
        place = (np.cumsum(who) - 1)[patient[rows]]
        z = np.stack([np.ones(rows.sum()), t[rows]], axis=1)
        own = (np.arange(place.max() + 1)[:, None] == place).astype(float)
        parts.append(_Samples(place, z, x[rows], y[rows], below[rows], own, count))
    return parts


@keeps_origin("frame")
def fit_censored(
    frame: pd.DataFrame,
    *,
    baseline: str = "free",
    at: float = 0.0,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    level: float = 0.95,
) -> pd.DataFrame:
    """Fit one straight line per group; a value below the limit counts as "anything below it".

    No figure is put in the place of such a value. It adds to the likelihood the probability of a
    value below the limit. With a random intercept and slope this is a mixed Tobit model.

    Parameters
    ----------
    frame : DataFrame
        One row per sample of one marker. Where ``below_lod`` is True, ``value`` holds the limit, on
        the scale of the model. No rule of :func:`rescat.apply_detection_rule` may have been
        applied.
    baseline : {"free", "constrained"}
        As for :func:`rescat.fit_with_baseline`, with ``at``.
    value, time, group, subject : str
        Columns, as for :func:`rescat.fit_slopes`.
    level : float
        Of the confidence interval.

    Returns
    -------
    DataFrame
        Rows control, treated and difference (treated minus control). Columns ``slope`` (units of
        value per unit of time), ``se`` (from the observed information), ``df`` (infinite),
        ``statistic``, ``p_value``, ``ci_low``, ``ci_high``; ``ratio_p``, by the likelihood ratio
        against a slope, or a difference, of zero; ``samples``, ``below``, and ``deviance`` (-2 log
        likelihood).

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`; if all values of a group are below the limit; or if no
        maximum is found.

    Notes
    -----
    Maximum likelihood; the integral over the two random effects is by adaptive Gauss-Hermite
    quadrature with 41 nodes of each (Pinheiro and Bates 1995, Journal of Computational and
    Graphical Statistics 4: 12-35). Hughes (1999), Biometrics 55: 625-629; Vaida and Liu (2009),
    same journal as Pinheiro's, 18: 797-817. Compared in the tests with lme4 where nothing is
    below, and with a likelihood in R by another quadrature. There is no small-sample correction:
    with few patients intervals are too narrow, and P values too small.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> low = trial.assign(value=trial["value"].clip(lower=1.5), below_lod=trial["value"] < 1.5)
    >>> table = rescat.fit_censored(low)
    >>> print(table[["slope", "se", "ratio_p"]].round(4).rename_axis(None))
                 slope      se  ratio_p
    control    -0.0048  0.0036   0.1846
    treated     0.0111  0.0056   0.0541
    difference  0.0159  0.0069   0.0236
    """
    check_choice("baseline", baseline, ("free", "constrained"))
    check_options(level=level)
    if "detection_rule" in frame:
        raise ModelError(
            "the values below the limit were replaced before (column detection_rule): give the "
            "frame as measured, with below_lod and the limit as value"
        )
    if "below_lod" not in frame:
        raise ModelError("the frame has no column below_lod, which says what is below the limit")
    if group is None:
        raise ModelError("group=None: two groups are compared; name the column")
    hidden = below_limit(frame)
    names = {"value": value, "time": time, "group": group, "subject": subject}
    data = trajectories(frame.drop(columns="below_lod"), **names)
    check_size(data, "slope", True)
    below = hidden[data.place]
    for k, name in enumerate(GROUPS):
        if below[data.label[data.patient] == k].all():
            raise ModelError(
                f"every value of the {name} group is below the limit of detection: there is no "
                "slope to estimate"
            )
    t = (data.time - data.centre) / data.scale
    y = (data.value - data.location) / data.spread
    start = (at - data.centre) / data.scale
    treated = data.label[data.patient]
    x = columns_of(baseline, t, treated, start, None)
    best = maximise(data.patient, t, x, y, below)
    unit, rows = data.spread / data.scale, []
    effects = x.shape[1]
    for weights in slope_weights(baseline):
        variance = weights @ best.covariance[:effects, :effects] @ weights
        without = maximise(data.patient, t, _without(x, weights), y, below)
        ratio = max(without.deviance - best.deviance, 0.0)
        rows.append(
            {
                "slope": float(weights @ best.parameters[:effects]) * unit,
                "se": np.sqrt(variance) * unit,
                "df": np.inf,
                "ratio_p": float(stats.chi2.sf(ratio, 1)),
            }
        )
    table = pd.DataFrame(rows, index=pd.Index([*GROUPS, "difference"], name="term"))
    table = with_inference(table, "slope", level)
    deviance = best.deviance + 2 * int((~below).sum()) * np.log(data.spread)
    table["ratio_p"] = table.pop("ratio_p")
    return table.assign(samples=len(y), below=int(below.sum()), deviance=deviance)


def _without(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fixed effects of which this combination is zero."""
    # A basis of what is at right angles to the weights.
    return x @ np.linalg.svd(weights[None])[2][1:].T


def maximise(
    patient: np.ndarray,
    t: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    below: np.ndarray,
    nodes: int = NODES,
) -> Maximum:
    """Find the maximum of the likelihood.

    Parameters
    ----------
    patient : int array, shape (samples,)
        From 0.
    t, y : array, shape (samples,)
        Scaled times and values, of the size of 1; where ``below``, the limit.
    x : array, shape (samples, effects)
    below : bool array, shape (samples,)
    nodes : int
        Of each random effect, for patients with a value below the limit.

    Returns
    -------
    Maximum

    Raises
    ------
    ModelError
        If none is found.
    """
    parts = parts_of(patient, t, x, y, below, nodes)
    # The limit itself in the place of what is below it is where the search begins.
    plain = fit_many(Sums.of(patient, t, x, y[None]), reml=False)
    sd = np.sqrt(plain.sigma2[0])
    factor = plain.point[0] * sd
    factor[[0, 2]] = np.maximum(np.abs(factor[[0, 2]]), _LEAST * sd)
    start = np.concatenate([plain.beta[0], factor, [np.log(sd)]])
    found = optimize.minimize(
        lambda p: log_likelihood(p, parts), start, jac=True, method="BFGS",
        options={"gtol": 1e-5, "maxiter": 300},
    )  # fmt: skip
    point, value = found.x, found.fun
    # BFGS stops where its steps are lost in rounding: Newton's steps end the search.
    for _ in range(5):
        gradient = log_likelihood(point, parts)[1]
        hessian = _hessian(point, parts)
        step = _pseudo_inverse(hessian) @ gradient
        if np.abs(step).max() < 1e-7:
            break
        new = log_likelihood(point - step, parts)[0]
        if not new <= value + 1e-9:
            break
        point, value = point - step, new
    # What a further step would gain; with few nodes value and gradient differ by as much.
    if not np.isfinite(value) or not abs(gradient @ step) < _GAIN:
        raise ModelError(
            "no maximum of the likelihood was found: too few values are above the limit of "
            "detection, or the samples are too few for this model"
        )
    return Maximum(point, _pseudo_inverse(hessian), 2 * value)


def log_likelihood(parameters: np.ndarray, parts: list[_Samples]) -> tuple[float, np.ndarray]:
    """Minus the log likelihood, and its gradient."""
    each = [_of_part(parameters, part) for part in parts]
    return sum(value for value, _ in each), sum(gradient for _, gradient in each)


def _of_part(parameters: np.ndarray, samples: _Samples) -> tuple[float, np.ndarray]:
    """Minus the log likelihood of some patients, and its gradient.

    The gradient is the mean of that of the complete data, given what was observed (Fisher's
    identity), at the same nodes.
    """
    effects = samples.x.shape[1]
    beta, (a, l, c) = parameters[:effects], parameters[effects:-1]  # noqa: E741
    sigma = np.exp(min(parameters[-1], 50.0))
    mean = samples.x @ beta
    loading = samples.z @ np.array([[a, 0.0], [l, c]])  # of a sample on the patient's effects
    mode, root = _modes(mean, loading, sigma, samples)
    nodes, log_weights = _grid(samples.nodes)
    # v = mode + R^-T x √2, where the curvature at the mode is RR'.
    spread = np.linalg.inv(root).transpose(0, 2, 1)
    v = mode[:, None] + np.sqrt(2) * nodes @ spread.transpose(0, 2, 1)
    eta = mean[:, None] + (loading[:, None] * v[samples.patient]).sum(axis=2)
    log_p, by_eta, by_log_sigma = _sample_terms(eta, sigma, samples)
    joint = samples.own @ log_p - 0.5 * (v**2).sum(axis=2) - _LOG_2PI + log_weights
    top = joint.max(axis=1, keepdims=True)
    share = np.exp(joint - top)
    total = share.sum(axis=1)
    log_det = np.log(root[:, 0, 0] * root[:, 1, 1])
    value = (top[:, 0] + np.log(total) + np.log(2) - log_det).sum()
    share = (share / total[:, None])[samples.patient]
    weighted = share * by_eta
    vs = v[samples.patient]
    first, second = (weighted * vs[..., 0]).sum(axis=1), (weighted * vs[..., 1]).sum(axis=1)
    z = samples.z
    gradient = np.concatenate(
        [
            samples.x.T @ weighted.sum(axis=1),
            [z[:, 0] @ first, z[:, 1] @ first, z[:, 1] @ second],
            [(share * by_log_sigma).sum()],
        ]
    )
    if not np.isfinite(value):
        return np.inf, np.zeros_like(parameters)
    return -float(value), -gradient


@cache
def _grid(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of the plane and the logarithms of their weights, for any function of the plane."""
    x, w = np.polynomial.hermite.hermgauss(count)
    grid = np.stack(np.meshgrid(x, x, indexing="ij"), axis=2).reshape(-1, 2)
    log_w = np.log(w) + x**2
    return grid, (log_w[:, None] + log_w).ravel()


def _sample_terms(eta: np.ndarray, sigma: float, samples: _Samples):
    """Log density (or probability) of each sample, and its derivatives by eta and log sigma."""
    below = samples.below
    scaled = (samples.y[:, None] - eta) / sigma
    log_p = -0.5 * scaled**2 - np.log(sigma) - 0.5 * _LOG_2PI
    by_eta, by_log_sigma = scaled / sigma, scaled**2 - 1
    h = scaled[below]
    log_p[below] = log_ndtr(h)
    mills = _mills(h)
    by_eta[below], by_log_sigma[below] = -mills / sigma, -h * mills
    return log_p, by_eta, by_log_sigma


def _mills(h: np.ndarray) -> np.ndarray:
    """Density over distribution function of the standard normal."""
    return np.exp(-0.5 * h**2 - 0.5 * _LOG_2PI - log_ndtr(h))


def _modes(mean, loading, sigma: float, samples: _Samples):
    """The most probable random effects of each patient, and a root of the curvature there."""
    mode = np.zeros((len(samples.own), 2))
    for _ in range(50):
        eta = mean + (loading * mode[samples.patient]).sum(axis=1)
        scaled = (samples.y - eta) / sigma
        force, curve = scaled / sigma, np.full(len(eta), sigma**-2.0)
        h = scaled[samples.below]
        mills = _mills(h)
        force[samples.below], curve[samples.below] = -mills / sigma, mills * (mills + h) / sigma**2
        gradient = samples.own @ (loading * force[:, None]) - mode
        outer = loading[:, :, None] * loading[:, None, :] * curve[:, None, None]
        curvature = np.eye(2) + np.einsum("is,sjk->ijk", samples.own, outer)
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        mode += step
        if np.abs(step).max() < 1e-9:
            break
    return mode, np.linalg.cholesky(curvature)


def _hessian(point: np.ndarray, parts: list[_Samples]) -> np.ndarray:
    """Curvature of minus the log likelihood, by differences of its gradient."""
    size, rows = 1e-4, []
    for k in range(len(point)):
        shift = np.zeros_like(point)
        shift[k] = size
        ahead, behind = (log_likelihood(point + s, parts)[1] for s in (shift, -shift))
        rows.append((ahead - behind) / (2 * size))
    rows = np.array(rows)
    return (rows + rows.T) / 2


def _pseudo_inverse(hessian: np.ndarray) -> np.ndarray:
    """The inverse; a direction without information, as at a variance of zero, counts as known."""
    return np.linalg.pinv(hessian, rcond=1e-7, hermitian=True)
