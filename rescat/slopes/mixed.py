"""A random intercept and slope with any fixed effects, for many data sets at a time.

:mod:`rescat.slopes.reml` is faster, and has the fixed effects of two groups and their lines alone.
Here they may be what one likes. With Z = [1, t] and X for the samples of one patient, and
W = Z'Z, b = Z'y, K = I + WG, of which G is as there:

    P = K⁻¹W,   q = K⁻¹b,   E = K⁻¹Z'X,   S = Σ(X'X - (Z'X)'GE),   β = S⁻¹Σ(X'y - (Z'X)'Gq)

and the criterion is Σ log|K| + log|S| + ν(1 + log(2π RSS/ν)), without the second term for maximum
likelihood. All is numpy, over data sets and patients at once; a data set whose search has ended
waits for the others.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["Sums", "fit_many"]

STARTS = ((1.0, 0.0, 1.0), (0.3, 0.0, 0.3))
# Which of (a, l, c) vary.
_FREE = {
    "intercept": (True, False, False),
    "uncorrelated": (True, False, True),
    "slope": (True, True, True),
}
_STEPS = 100
_ALONG = np.array([[[1, 0], [0, 0]], [[0, 1], [1, 0]], [[0, 0], [0, 1]]], float)
# Of Y[a, b] P[c, d], what is summed for the traces of YHPK.
_TRACES = np.einsum("hbc,kda->abcdhk", _ALONG, _ALONG).reshape(16, 9)


class Sums(NamedTuple):
    """What the criterion needs of some data sets.

    Attributes
    ----------
    w : array, shape (fits, patients, 2, 2)
        Z'Z of each patient; zero for one who is not there.
    b : array, shape (fits, patients, 2)
        Z'y.
    yy : array, shape (fits,)
        Y'y.
    zx : array, shape (fits, patients, 2, effects)
        Z'X.
    xx, xy : array, shape (fits, effects, effects) and (fits, effects)
        X'X and X'y.
    """

    w: np.ndarray
    b: np.ndarray
    yy: np.ndarray
    zx: np.ndarray
    xx: np.ndarray
    xy: np.ndarray

    @classmethod
    def of(cls, patient: np.ndarray, t: np.ndarray, x: np.ndarray, y: np.ndarray) -> "Sums":
        """The sums of samples.

        Parameters
        ----------
        patient : int array, shape (samples,)
            From 0.
        t : array, shape (samples,)
        x : array, shape (samples, effects) or (fits, samples, effects)
        y : array, shape (fits, samples)
        """
        z = np.stack([np.ones_like(t), t], axis=1)
        x = np.broadcast_to(x, (len(y), *x.shape[-2:]))
        own = (np.arange(patient.max() + 1)[:, None] == patient).astype(float)
        w = np.einsum("is,sj,sk->ijk", own, z, z)
        return cls(
            w=np.broadcast_to(w, (len(y), *w.shape)),
            b=np.einsum("is,sj,fs->fij", own, z, y),
            yy=(y * y).sum(axis=1),
            zx=np.einsum("is,sj,fsk->fijk", own, z, x, optimize=True),
            xx=x.transpose(0, 2, 1) @ x,
            xy=np.einsum("fsk,fs->fk", x, y),
        )

    def rows(self, which: np.ndarray) -> "Sums":
        """Some of the data sets, in this order."""
        return Sums(*(part[which] for part in self))


class Fits(NamedTuple):
    """Fits of some data sets.

    Attributes
    ----------
    beta : array, shape (fits, effects)
    covariance : array, shape (fits, effects, effects)
        Of ``beta``.
    point : array, shape (fits, 3)
        (a, l, c) of the covariance of the patients' intercepts and slopes over the residual's.
    sigma2, criterion : array, shape (fits,)
        Residual variance, and -2 log likelihood, restricted or full.
    converged : bool array, shape (fits,)
    curvature : tuple of array
        What :meth:`df` needs.
    """

    beta: np.ndarray
    covariance: np.ndarray
    point: np.ndarray
    sigma2: np.ndarray
    criterion: np.ndarray
    converged: np.ndarray
    curvature: tuple

    def df(self, weights: np.ndarray) -> np.ndarray:
        """Satterthwaite's degrees of freedom of a combination of the fixed effects.

        Parameters
        ----------
        weights : array, shape (effects,)

        Returns
        -------
        array, shape (fits,)
            NaN where the samples hold no information on the standard error.
        """
        found, hessian, free, nu = self.curvature
        jacobian = _jacobian(self.point)
        sigma2 = self.sigma2
        lc = found.c @ weights
        variance = sigma2 * (lc @ weights)
        by_g = sigma2[:, None] * np.einsum("fhjk,fj,fk->fh", found.php, lc, lc)
        by_lambda = np.einsum("feh,fe->fh", jacobian, by_g)
        cross = -2 * np.einsum("feh,fe->fh", jacobian, found.d_rss) / sigma2[:, None] ** 1.5
        by_sigma, twice = 2 * variance / np.sqrt(sigma2), 4 * nu / sigma2
        right = np.where(free, by_lambda - cross * (by_sigma / twice)[:, None], 0.0)
        flat = np.einsum("fhh->fh", hessian) <= 1e-12
        right = np.where(flat, 0.0, right)
        hessian = np.where(flat[:, :, None] | flat[:, None, :], np.eye(3), hessian)
        with np.errstate(invalid="ignore", divide="ignore"):
            total = (right * _solve(hessian, right)).sum(axis=1) + by_sigma**2 / twice
            return np.where(total > 0, variance**2 / total, np.nan)


class _Found(NamedTuple):
    """The criterion at a point, and its derivatives in G."""

    value: np.ndarray
    rss: np.ndarray
    beta: np.ndarray
    c: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray
    d_rss: np.ndarray
    php: np.ndarray


def fit_many(
    sums: Sums, *, random: str | np.ndarray = "slope", reml: bool = True, starts=STARTS
) -> Fits:
    """Fit every data set, and keep the best minimum of all starts.

    Parameters
    ----------
    sums : Sums
        Of values and times of the size of 1.
    random : {"slope", "uncorrelated", "intercept"} or array of them, shape (fits,)
    reml : bool
    starts : sequence of (a, l, c)

    Returns
    -------
    Fits

    Examples
    --------
    The mean of two values of each of three patients, with its degrees of freedom:

    >>> import numpy as np
    >>> y = np.array([[1.0, 2.0, 4.0, 5.0, 8.0, 9.0]])
    >>> one = Sums.of(np.array([0, 0, 1, 1, 2, 2]), np.zeros(6), np.ones((6, 1)), y)
    >>> found = fit_many(one, random="intercept")
    >>> found.beta.round(3).tolist(), found.df(np.array([1.0])).round(3).tolist()
    ([[4.833]], [2.0])
    """
    n = len(sums.yy)
    free = np.array([_FREE[name] for name in np.broadcast_to(random, n)])
    samples = sums.w[:, :, 0, 0].sum(axis=1)
    nu = samples - (sums.xy.shape[1] if reml else 0)
    best, good = np.full((n, 3), np.nan), np.zeros(n, bool)
    lowest = np.full(n, np.inf)
    for start in starts:
        point, value, done = _minimise(np.where(free, start, 0.0), free, sums, nu, reml)
        better = np.isfinite(value) & ((done & ~good) | ((done == good) & (value < lowest)))
        best[better], lowest[better], good[better] = point[better], value[better], done[better]
    found = _criterion(best, sums, nu, reml)
    _, hessian = _in_lambda(best, free, found)
    sigma2 = found.rss / nu
    return Fits(
        found.beta,
        sigma2[:, None, None] * found.c,
        best,
        sigma2,
        found.value,
        good,
        (found, hessian, free, nu),
    )


def _minimise(start, free, sums: Sums, nu, reml: bool):
    """Newton's method, where the curvature is negative against it."""
    point = np.array(start, float)
    found = _criterion(point, sums, nu, reml)
    value = found.value.copy()
    done = np.zeros(len(point), bool)
    left = np.flatnonzero(np.isfinite(value))
    part, own = sums.rows(left), found.__class__(*(x[left] for x in found))
    for _ in range(_STEPS):
        if not len(left):
            break
        gradient, hessian = _in_lambda(point[left], free[left], own)
        size, axes = np.linalg.eigh(hessian)
        along = np.einsum("fhj,fh->fj", axes, gradient)
        floor = 1e-9 * np.abs(size).max(axis=1, keepdims=True) + 1e-30
        step = -np.einsum("fhj,fj->fh", axes, along / np.maximum(np.abs(size), floor))
        gain = -(gradient * step).sum(axis=1)
        # The criterion is even in c (and a): where both vanish, only G tells a minimum.
        finished = gain < 1e-10
        if finished.any():
            stuck = finished & _at_saddle(point[left], free[left], own)
            step[stuck] = np.where(free[left][stuck], [0.3, 0.0, 0.3], 0.0)
            done[left[finished & ~stuck]] = True
            keep = ~(finished & ~stuck)
            left, step, gain = left[keep], step[keep], np.where(stuck, np.inf, gain)[keep]
            part = part.rows(keep)
            if not len(left):
                break
        limit = 0.5 + np.abs(point[left]).max(axis=1)
        longest = np.abs(step).max(axis=1)
        step *= np.minimum(1.0, limit / np.maximum(longest, 1e-300))[:, None]
        moving = np.ones(len(left), bool)
        trial = point[left] + step
        own = _criterion(trial, part, nu[left], reml)
        for _ in range(30):
            room = np.where(np.isinf(gain), np.inf, 1e-12 * np.abs(value[left]))
            moving = ~(own.value <= value[left] + room)
            if not moving.any():
                break
            step[moving] *= 0.3
            trial = point[left] + step
            own = _criterion(trial, part, nu[left], reml)
        point[left], value[left] = trial, own.value
    return point, value, done


def _at_saddle(point, free, found: _Found) -> np.ndarray:
    """Whether more variance would lower the criterion where a search stands still at none."""
    f11, f12, f22 = found.gradient[:, 0], found.gradient[:, 1] / 2, found.gradient[:, 2]
    limit = -1e-6 * (1 + np.abs(f11) + np.abs(f22))
    lowest = 0.5 * (f11 + f22) - np.sqrt(0.25 * (f11 - f22) ** 2 + f12**2)
    no_slope = np.abs(point[:, 2]) < 1e-4
    no_level = np.abs(point[:, 0]) < 1e-4
    full = free[:, 1] & (no_slope | no_level) & (lowest < limit)
    apart = ~free[:, 1] & ((no_level & (f11 < limit)) | (no_slope & free[:, 2] & (f22 < limit)))
    return full | apart


def _criterion(point, sums: Sums, nu, reml: bool) -> _Found:
    """The criterion at (a, l, c) of each data set; infinite where there is none."""
    w, b, yy, zx, xx, xy = sums
    a, l, c = point.T  # noqa: E741
    g = np.empty((len(point), 1, 2, 2))
    g[:, 0, 0, 0], g[:, 0, 1, 1] = a * a, l * l + c * c
    g[:, 0, 0, 1] = g[:, 0, 1, 0] = a * l
    k = w @ g
    k[:, :, 0, 0] += 1
    k[:, :, 1, 1] += 1
    det = k[:, :, 0, 0] * k[:, :, 1, 1] - k[:, :, 0, 1] * k[:, :, 1, 0]
    inverse = np.empty_like(k)
    inverse[:, :, 0, 0], inverse[:, :, 1, 1] = k[:, :, 1, 1] / det, k[:, :, 0, 0] / det
    inverse[:, :, 0, 1], inverse[:, :, 1, 0] = -k[:, :, 0, 1] / det, -k[:, :, 1, 0] / det
    p = inverse @ w
    q = (inverse @ b[..., None])[..., 0]
    e = inverse @ zx
    gq = (g @ q[..., None])[..., 0]
    effects = zx.shape[-1]
    flat_zx = zx.reshape(len(point), -1, effects)
    s = xx - flat_zx.transpose(0, 2, 1) @ (g @ e).reshape(len(point), -1, effects)
    right = xy - (flat_zx * gq.reshape(len(point), -1, 1)).sum(axis=1)
    with np.errstate(all="ignore"):
        sign, log_det = np.linalg.slogdet(s)
        bad = ~(sign > 0) | ~(det > 0).all(axis=1)
        cov = np.linalg.inv(np.where(bad[:, None, None], np.eye(effects), s))
        beta = (cov @ right[..., None])[..., 0]
        rss = yy - (b * gq).sum(axis=(1, 2)) - (right * beta).sum(axis=1)
        value = np.log(det).sum(axis=1) + nu * (1 + np.log(2 * np.pi * rss / nu))
        value = np.where(bad | ~(rss > 0), np.inf, value + log_det * reml)
        kappa = nu / rss
    r = q - (e @ beta[:, None, :, None])[..., 0]
    u = (e @ cov[:, None] @ e.transpose(0, 1, 3, 2)) if reml else np.zeros_like(p)
    rr = r[..., :, None] * r[..., None, :]
    scaled = kappa[:, None, None, None] * rr
    both = (p - u - scaled).sum(axis=1)
    y = -p + 2 * (u + scaled)
    gradient = np.stack([both[:, 0, 0], 2 * both[:, 0, 1], both[:, 1, 1]], axis=1)
    products = y.reshape(*y.shape[:2], 4).transpose(0, 2, 1) @ p.reshape(*p.shape[:2], 4)
    hessian = (products.reshape(-1, 16) @ _TRACES).reshape(-1, 3, 3)
    summed = rr.sum(axis=1)
    d_rss = -np.stack([summed[:, 0, 0], 2 * summed[:, 0, 1], summed[:, 1, 1]], axis=1)
    e0, e1 = e[:, :, 0], e[:, :, 1]
    e00, e11, e01 = (x.transpose(0, 2, 1) @ z for x, z in ((e0, e0), (e1, e1), (e0, e1)))
    php = np.stack([e00, e01 + e01.transpose(0, 2, 1), e11], axis=1)
    r0, r1 = r[:, :, 0, None], r[:, :, 1, None]
    phr = np.stack(
        [(e0 * r0).sum(axis=1), (e0 * r1 + e1 * r0).sum(axis=1), (e1 * r1).sum(axis=1)], axis=1
    )
    hessian -= 2 * kappa[:, None, None] * (phr @ cov @ phr.transpose(0, 2, 1))
    if reml:
        turned = cov[:, None] @ php
        hessian -= turned.reshape(len(w), 3, -1) @ (
            turned.transpose(0, 1, 3, 2).reshape(len(w), 3, -1).transpose(0, 2, 1)
        )
    hessian -= (kappa / rss)[:, None, None] * d_rss[:, :, None] * d_rss[:, None, :]
    return _Found(value, rss, beta, cov, gradient, hessian, d_rss, php)


def _jacobian(point) -> np.ndarray:
    """Derivatives of (G11, G12, G22) by (a, l, c): shape (fits, 3, 3), a row for each of G."""
    a, l, c = point.T  # noqa: E741
    out = np.zeros((len(point), 3, 3))
    out[:, 0, 0], out[:, 1, 0], out[:, 1, 1] = 2 * a, l, a
    out[:, 2, 1], out[:, 2, 2] = 2 * l, 2 * c
    return out


def _in_lambda(point, free, found: _Found):
    """Gradient and Hessian by (a, l, c); what is not free has none, and a curvature of 1."""
    jacobian, by_g = _jacobian(point), found.gradient
    gradient = (jacobian.transpose(0, 2, 1) @ by_g[..., None])[..., 0]
    hessian = jacobian.transpose(0, 2, 1) @ found.hessian @ jacobian
    hessian[:, 0, 0] += 2 * by_g[:, 0]
    hessian[:, 0, 1] += by_g[:, 1]
    hessian[:, 1, 0] += by_g[:, 1]
    hessian[:, 1, 1] += 2 * by_g[:, 2]
    hessian[:, 2, 2] += 2 * by_g[:, 2]
    both = free[:, :, None] & free[:, None, :]
    return np.where(free, gradient, 0.0), np.where(both, hessian, np.eye(3))


def _solve(matrix, right) -> np.ndarray:
    """Solve many systems of three; NaN where there is no solution."""
    singular = ~(np.abs(np.linalg.det(matrix)) > 1e-300)
    safe = np.where(singular[:, None, None], np.eye(3), matrix)
    out = np.linalg.solve(safe, right[..., None])[..., 0]
    return np.where(singular[:, None], np.nan, out)
