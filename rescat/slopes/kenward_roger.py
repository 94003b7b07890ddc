"""Kenward and Roger's correction of the variance of a slope, and their degrees of freedom."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import ModelError
from .trajectories import Trajectories

# Directions of the covariance of intercept and slope: a linear structure, as the method asks.
_DIRECTIONS = {
    "slope": (((1, 0), (0, 0)), ((0, 1), (1, 0)), ((0, 0), (0, 1))),
    "uncorrelated": (((1, 0), (0, 0)), ((0, 0), (0, 1))),
    "intercept": (((1, 0), (0, 0)),),
}
# A direction with less of the information than this, of a matrix with ones on its diagonal, has
# none.
_NO_INFORMATION = 1e-12


@dataclass(frozen=True)
class _Moments:
    """Z'V⁻ᵏZ of each patient for k = 1, 2, 3, and the trace of V⁻², where σ is 1.

    V = I + ZGZ' is the covariance of the samples of a patient. With W = Z'Z,

        Z'V⁻ᵏZ = W (I + GW)⁻ᵏ,   tr V⁻² = n - 2 + tr (I + GW)⁻²,
        (I + GW)⁻¹ = (I + adj(W) adj(G)) / det(I + GW).

    Nothing cancels in the last line, however large G is. V⁻¹ itself would lose as many digits as
    the residual variance is smaller than that of the patients' lines.
    """

    first: np.ndarray
    second: np.ndarray
    third: np.ndarray
    trace: np.ndarray

    @classmethod
    def of(cls, n: np.ndarray, mean: np.ndarray, ss: np.ndarray, factor: np.ndarray) -> "_Moments":
        """From the number, the mean and the sum of squares of each patient's times.

        Parameters
        ----------
        n, mean, ss : array, shape (patients,)
            ``ss`` is about the mean: it is exactly 0 for one sample.
        factor : array, shape (2, 2)
            Λ, with G = ΛΛ'.
        """
        w = np.empty((len(n), 2, 2))
        w[:, 0, 0], w[:, 1, 1] = n, ss + n * mean**2
        w[:, 0, 1] = w[:, 1, 0] = n * mean
        det_w = n * ss
        g = factor @ factor.T
        det_g = (factor[0, 0] * factor[1, 1]) ** 2
        det = 1 + np.einsum("ij,pij->p", g, w) + det_g * det_w
        inverse = (np.eye(2) + _adjugate(w) @ _adjugate(g)) / det[:, None, None]
        first = (w + det_w[:, None, None] * _adjugate(g)) / det[:, None, None]
        second = first @ inverse
        return cls(
            first, second, second @ inverse, n - 2 + np.einsum("pij,pji->p", inverse, inverse)
        )


def _adjugate(matrix: np.ndarray) -> np.ndarray:
    """The adjugate of symmetric matrices of two rows."""
    flipped = matrix[..., ::-1, ::-1].copy()
    flipped[..., 0, 1] *= -1
    flipped[..., 1, 0] *= -1
    return flipped


def kenward_roger(
    data: Trajectories, blocks: tuple, random: str, contrasts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Corrected standard errors and degrees of freedom of contrasts of the lines.

    Parameters
    ----------
    data : Trajectories
    blocks : tuple of Block
        From the fit: one, or one for each group.
    random : {"slope", "uncorrelated", "intercept"}
    contrasts : array, shape (contrasts, 2 * groups)
        Weights of (intercept, slope) of the controls and of the treated group, in the units of the
        data.

    Returns
    -------
    se, df : array, shape (contrasts,)

    Raises
    ------
    ModelError
        If a standard error or degrees of freedom are no number, or there are more degrees of
        freedom than samples: digits were lost, or the samples hold no information.

    Notes
    -----
    Kenward and Roger (1997), Biometrics 53: 983-997, with the expected information, as pbkrtest
    computes it (Halekoh and Højsgaard 2014, Journal of Statistical Software 59(9)). For one
    contrast their scaled F test is a t test: the scale is 1. The tests compare with pbkrtest
    where the residual standard deviation is from 0.5 down to 4e-5 of that of the values, and below
    with the t test of the patients' own slopes, which is the limit.
    """
    centre, unit = data.centre * (random != "uncorrelated"), blocks[0].sigma
    information, p, q, trace = _sums(data, blocks, random, centre, unit)
    phi = _inverse(information)
    p_phi = p @ phi
    expected = trace - 2 * np.einsum("ij,abji->ab", phi, q) + np.einsum("aij,bji->ab", p_phi, p_phi)
    w = 2 * _inverse(expected)
    inner = np.einsum("ab,abij->ij", w, q) - np.einsum("ab,aij,bjk->ik", w, p_phi, p)
    adjusted = phi + 2 * phi @ inner @ phi
    # Contrasts of the lines at time zero, as contrasts of the lines on the scaled time.
    back = np.array([[1.0, -centre / data.scale], [0.0, 1.0 / data.scale]])
    scaled = contrasts @ np.kron(np.eye(data.groups), back)
    variance = np.einsum("ci,ij,cj->c", scaled, phi, scaled)
    derivative = np.einsum("ci,aij,cj->ca", scaled @ phi, p, scaled @ phi)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = 2 * variance**2 / np.einsum("ca,ab,cb->c", derivative, w, derivative)
        se = unit * np.sqrt(np.einsum("ci,ij,cj->c", scaled, adjusted, scaled))
    _check(se, df, len(data.value))
    return se, df


def _sums(
    data: Trajectories, blocks: tuple, random: str, centre: float, unit: float
) -> tuple[np.ndarray, ...]:
    """What the correction is made of, summed over patients.

    Time is counted from ``centre`` and scaled, and ``unit`` is the unit of the values: digits would
    be lost on calendar years. A block that was fitted on another scale is translated.

    Returns
    -------
    information : array, shape (columns, columns)
        X'V⁻¹X, with the intercept and slope of each group as columns.
    p : array, shape (parameters, columns, columns)
        Its derivatives by the variances: -X'V⁻¹KV⁻¹X for each component K of V. The last component
        of each block is the identity, of the residual variance.
    q : array, shape (parameters, parameters, columns, columns)
        X'V⁻¹KV⁻¹LV⁻¹X.
    trace : array, shape (parameters, parameters)
        tr(V⁻¹KV⁻¹L).
    """
    directions = [np.array(d, float) for d in _DIRECTIONS[random]]
    size = len(directions) + 1
    columns, parameters = 2 * data.groups, size * len(blocks)
    information = np.zeros((columns, columns))
    p = np.zeros((parameters, columns, columns))
    q = np.zeros((parameters, parameters, columns, columns))
    trace = np.zeros((parameters, parameters))
    n = data.n_samples
    t = (data.time - centre) / data.scale
    mean = np.bincount(data.patient, t) / n
    ss = np.bincount(data.patient, (t - mean[data.patient]) ** 2)
    for k, block in enumerate(blocks):
        rows = data.label == k if len(blocks) > 1 else np.ones(len(n), bool)
        move = np.array([[1, (centre - block.centre) / block.scale], [0, data.scale / block.scale]])
        # Λ of the translated covariance, lower triangular again.
        factor = np.linalg.qr((move @ block.factor / block.sigma).T)[1].T
        moments = _Moments.of(n[rows], mean[rows], ss[rows], factor)
        noise = (block.sigma / unit) ** 2
        at = slice(k * size, (k + 1) * size)
        trace[at, at] = _traces(moments, directions) / noise**2
        for group in np.unique(data.label[rows]):
            of_group = data.label[rows] == group
            c = slice(2 * group, 2 * group + 2)
            one, two, three = (m[of_group] for m in (moments.first, moments.second, moments.third))
            information[c, c] += one.sum(axis=0) / noise
            for a, left in enumerate([*(one @ d @ one for d in directions), two]):
                p[k * size + a, c, c] -= left.sum(axis=0) / noise**2
                left = one @ directions[a] if a < size - 1 else None
                for b in range(size):
                    if b < size - 1:
                        both = (two if left is None else left @ one) @ directions[b] @ one
                    else:
                        both = three if left is None else left @ two
                    q[k * size + a, k * size + b, c, c] += both.sum(axis=0) / noise**3
    return information, p, q, trace


def _traces(moments: _Moments, directions: list[np.ndarray]) -> np.ndarray:
    """tr(V⁻¹K V⁻¹L) for every pair of components K and L, summed over patients."""
    size = len(directions) + 1
    out = np.empty((size, size))
    for a, first in enumerate(directions):
        for b, second in enumerate(directions):
            out[a, b] = np.einsum(
                "pij,jk,pkl,li->", moments.first, first, moments.first, second, optimize=True
            )
        out[a, -1] = out[-1, a] = np.einsum("pij,ji->", moments.second, first)
    out[-1, -1] = moments.trace.sum()
    return out


def _inverse(matrix: np.ndarray) -> np.ndarray:
    """The inverse of a symmetric matrix that is scaled to ones on its diagonal first.

    The residual variance and the variances between patients may be of any sizes: without the scale
    the smaller would count as none. A direction without information is left out.
    """
    diagonal = np.diag(matrix)
    size = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = matrix / np.outer(size, size)
    if not np.isfinite(scaled).all():
        raise ModelError(
            "Kenward and Roger's information is not a number: the variances are too far apart. "
            "Choose df='satterthwaite'"
        )
    return np.linalg.pinv(scaled, rcond=_NO_INFORMATION, hermitian=True) / np.outer(size, size)


def _check(se: np.ndarray, df: np.ndarray, samples: int) -> None:
    """Refuse what cannot be."""
    if np.isfinite(se).all() and np.isfinite(df).all() and (df <= samples).all():
        return
    shown = ", ".join(f"{x:.4g}" for x in df)
    raise ModelError(
        f"Kenward and Roger's degrees of freedom come out as {shown}, expected numbers of at most "
        f"{samples}, the number of samples: the samples hold too little information for this "
        "correction. Choose df='satterthwaite', or a model with fewer variances"
    )
