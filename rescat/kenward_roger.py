"""Kenward and Roger's correction of the variance of a slope, and their degrees of freedom."""

import numpy as np

from .trajectories import Trajectories

# Directions of the covariance of intercept and slope: a linear structure, as the method asks.
_DIRECTIONS = {
    "slope": (((1, 0), (0, 0)), ((0, 1), (1, 0)), ((0, 0), (0, 1))),
    "uncorrelated": (((1, 0), (0, 0)), ((0, 0), (0, 1))),
    "intercept": (((1, 0), (0, 0)),),
}


def kenward_roger(
    data: Trajectories,
    covariance: list[np.ndarray],
    sigma: list[float],
    random: str,
    contrasts: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Corrected standard errors and degrees of freedom of contrasts of the lines.

    Parameters
    ----------
    data : Trajectories
    covariance : list of array, shape (2, 2)
        Covariance of intercept and slope between patients: one, or one for each group.
    sigma : list of float
        Residual standard deviations, as many.
    random : {"slope", "uncorrelated", "intercept"}
    contrasts : array, shape (contrasts, 2 * groups)
        Weights of (intercept, slope) of the controls and of the treated.

    Returns
    -------
    se, df : array, shape (contrasts,)

    Notes
    -----
    Kenward and Roger (1997), Biometrics 53: 983-997, with the expected information, as pbkrtest
    computes it (Halekoh and Højsgaard 2014, Journal of Statistical Software 59(9)). For one
    contrast their scaled F test is a t test: the scale is 1.
    """
    directions = [np.array(d, float) for d in _DIRECTIONS[random]]
    own = len(directions) + 1
    columns, parameters = 2 * data.groups, own * len(sigma)
    information = np.zeros((columns, columns))
    p = np.zeros((parameters, columns, columns))
    q = np.zeros((parameters, parameters, columns, columns))
    trace = np.zeros((parameters, parameters))
    for i, label in enumerate(data.label):
        block = label if len(sigma) > 1 else 0
        t = data.time[data.patient == i]
        z = np.column_stack([np.ones_like(t), t])
        inverse = np.linalg.inv(z @ covariance[block] @ z.T + sigma[block] ** 2 * np.eye(len(t)))
        components = [z @ d @ z.T for d in directions] + [np.eye(len(t))]
        x = np.zeros((len(t), columns))
        x[:, 2 * label : 2 * label + 2] = z
        vx = inverse @ x
        information += x.T @ vx
        half = [inverse @ k for k in components]
        for a in range(own):
            p[block * own + a] -= vx.T @ components[a] @ vx
            for b in range(own):
                q[block * own + a, block * own + b] += vx.T @ components[a] @ half[b] @ vx
                trace[block * own + a, block * own + b] += np.sum(half[a] * half[b].T)
    phi = np.linalg.inv(information)
    p_phi = p @ phi
    expected = trace - 2 * np.einsum("ij,abji->ab", phi, q) + np.einsum("aij,bji->ab", p_phi, p_phi)
    w = 2 * np.linalg.pinv(expected, rcond=1e-12, hermitian=True)
    inner = np.einsum("ab,abij->ij", w, q) - np.einsum("ab,aij,bjk->ik", w, p_phi, p)
    adjusted = phi + 2 * phi @ inner @ phi
    variance = np.einsum("ci,ij,cj->c", contrasts, phi, contrasts)
    derivative = np.einsum("ci,aij,cj->ca", contrasts @ phi, p, contrasts @ phi)
    df = 2 * variance**2 / np.einsum("ca,ab,cb->c", derivative, w, derivative)
    return np.sqrt(np.einsum("ci,ij,cj->c", contrasts, adjusted, contrasts)), df
