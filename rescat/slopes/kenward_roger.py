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
        Weights of (intercept, slope) of the controls and of the treated; those of the intercepts
        are zero.

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
    columns, parameters = 2 * data.groups, own * len(blocks)
    information = np.zeros((columns, columns))
    p = np.zeros((parameters, columns, columns))
    q = np.zeros((parameters, parameters, columns, columns))
    trace = np.zeros((parameters, parameters))
    # On one scaled time for all, and with values whose variance is about 1: digits would be lost
    # on calendar years. A block that was fitted on another scale is translated.
    centre = data.centre * (random != "uncorrelated")
    factors = [
        np.array([[1, (centre - b.centre) / b.scale], [0, data.scale / b.scale]]) @ b.factor
        for b in blocks
    ]
    for i, label in enumerate(data.label):
        block = label if len(blocks) > 1 else 0
        t = (data.time[data.patient == i] - centre) / data.scale
        z = np.column_stack([np.ones_like(t), t])
        root = z @ factors[block] / data.spread
        noise = (blocks[block].sigma / data.spread) ** 2
        inverse = np.linalg.inv(root @ root.T + noise * np.eye(len(t)))
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
    se = np.sqrt(np.einsum("ci,ij,cj->c", contrasts, adjusted, contrasts))
    return se * data.spread / data.scale, df
