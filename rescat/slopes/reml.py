"""Fits of the random-slope model by the thousand: the criterion, its derivatives, its minimum.

The model has one or two groups of patients, each with its own straight line over time, and random
effects of the patients. With Z = [1, t] for the samples of one patient, the fixed effects of the
patient lie in the span of Z. So a patient enters the criterion only through W = Z'Z, b = Z'y, y'y
and the number of samples, whatever group the patient is said to belong to. That is why a
permutation of the groups needs no new pass over the samples.

The covariance of a patient's intercept and slope, divided by the residual variance, is
G = ΛΛ' with Λ = [[a, 0], [l, c]] and no bounds on (a, l, c). The minimum may have c = 0, or a = 0:
a singular fit, which is then an ordinary stationary point. Per patient, with M = I + GW:

    log|M|,   P = W M⁻¹,   q = (I + WG)⁻¹ b,   s = y'y - b'Gq

and per group g, with sums over its patients, C = (ΣP)⁻¹, β = C Σq. The criterion is

    Σ log|M| + Σ_g log|C_g⁻¹| + ν (1 + log(2π RSS/ν)),   RSS = Σs - Σ_g β'Σq,   ν = n - p

which is what lme4 calls REMLcrit. For maximum likelihood the second term goes and ν = n. Bates,
Mächler, Bolker and Walker (2015), Journal of Statistical Software 67(1), section 3. Gradient and
Hessian in G are closed-form; Newton's method finds the minimum in 4 to 8 steps.

Everything below `many` is compiled with numba and releases Python's lock. Python in the page has
neither; there it calls the same functions as a module for pages (`compiled`).
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .compiled import in_page, njit
from .trajectories import Statistics

STRUCTURES = {"intercept": 0, "uncorrelated": 1, "slope": 2}
# What may be held at zero, as weights of the slopes of the two groups.
HELD = {None: (0.0, 0.0), "control": (1.0, 0.0), "treated": (0.0, 1.0), "difference": (-1.0, 1.0)}
# Fits that one thread takes at a time: some tens of milliseconds.
CHUNK = 2048
# Random effects whose relative standard deviation is below this count as none; lme4's limit.
SINGULAR = 1e-4

OK, NOT_CONVERGED, NOT_ESTIMABLE = 0, 1, 2
COLUMNS = (
    "a", "l", "c", "criterion", "sigma2",
    "intercept_control", "slope_control", "intercept_treated", "slope_treated",
    "vii_control", "vis_control", "vss_control", "vii_treated", "vis_treated", "vss_treated",
    "df_control", "df_treated", "df_difference", "vss_difference",
    "status", "steps",
)  # fmt: skip

# Positions in a row of results, as compiled code needs them: constants. Groups of three stand
# together (control, treated; and for degrees of freedom the difference).
_CRITERION, _SIGMA2 = COLUMNS.index("criterion"), COLUMNS.index("sigma2")
_LINES, _COVARIANCES = COLUMNS.index("intercept_control"), COLUMNS.index("vii_control")
_DF, _DIFFERENCE_VARIANCE = COLUMNS.index("df_control"), COLUMNS.index("vss_difference")
_STATUS, _STEPS = COLUMNS.index("status"), COLUMNS.index("steps")


class Samples(NamedTuple):
    """One data set with one way to label the patients, as the criterion needs it.

    Attributes
    ----------
    w, b, yy : array
        Of each patient, as in :class:`Statistics`, for one data set.
    det_w : array, shape (patients,)
        Determinant of Z'Z.
    label : int8 array, shape (patients,)
    groups : int
        1 or 2.
    reml : bool
        Restricted likelihood.
    held : (float, float)
        Weights of the slopes of the two groups whose sum is held at zero, from :data:`HELD`; zeros
        if both slopes are free.
    nu : float
        ν, by which the residual sum of squares is divided.
    """

    w: np.ndarray
    det_w: np.ndarray
    b: np.ndarray
    yy: np.ndarray
    label: np.ndarray
    groups: int
    reml: bool
    held: tuple[float, float]
    nu: float


class Work(NamedTuple):
    """Room for what the criterion computes on its way, which a whole batch shares.

    Attributes
    ----------
    p, q : array, shape (patients, 3) and (patients, 2)
        P (its three entries) and q of each patient.
    c, beta : array, shape (2, 3) and (2, 2)
        C and β of each group.
    php, phr : array, shape (2, 3, 3) and (2, 3, 2)
        ΣPHP and ΣPHr of each group and direction H of G.
    gradient, hessian : array, shape (3,) and (3, 3)
        Of the criterion, in G.
    d_rss : array, shape (3,)
        Gradient of the residual sum of squares, in G.
    """

    p: np.ndarray
    q: np.ndarray
    c: np.ndarray
    beta: np.ndarray
    php: np.ndarray
    phr: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray
    d_rss: np.ndarray


def many(
    statistics: Statistics,
    labels: np.ndarray,
    *,
    random: str = "slope",
    reml: bool = True,
    held: str | None = None,
    starts=((1.0, 0.0, 1.0), (0.3, 0.0, 0.3)),
    exhaustive: bool = True,
    threads: int | None = None,
) -> np.ndarray:
    """Fit the model to every pair of a data set and a way to label the patients.

    Parameters
    ----------
    statistics : Statistics
        Of one data set, or of as many as there are rows of ``labels``; or labels has one row.
    labels : int8 array, shape (1 or fits, patients)
        0 or 1, the group of each patient; -1 leaves a patient out. One group: all 0.
    random : {"slope", "uncorrelated", "intercept"}
    reml : bool
    held : {"control", "treated", "difference"}, optional
        A slope that is held at zero. Difference: the two groups have one slope, and an intercept
        each. One group is the control.
    starts : sequence of (a, l, c)
        The best minimum from all of them is kept. With one start about one relabelling of 17
        patients in 100,000 ends in a second, slightly higher minimum; with five patients in a
        group of their own it is one in 3,000.
    exhaustive : bool
        Try every start. If False, a start is tried only if those before it found no minimum.
    threads : int, optional
        The processors if not given. The result does not depend on it.

    Returns
    -------
    array, shape (fits, columns)
        Columns as in ``COLUMNS``; the ``v`` are variances and covariances of intercept and slope.
        ``status`` is 0; 1 where no minimum was found; 2 where the labels leave a group without a
        line, and the other columns are then NaN.
    """
    _announce_compilation()
    labels = np.ascontiguousarray(np.atleast_2d(labels), dtype=np.int8)
    w = np.ascontiguousarray(statistics.w, float)
    b = np.ascontiguousarray(statistics.b, float)
    yy = np.ascontiguousarray(statistics.yy, float)
    if labels.min() < -1 or labels.max() > 1:
        raise ValueError("labels other than -1, 0 and 1")  # would be read beyond an array
    fits = max(len(labels), len(b))
    out = np.empty((fits, len(COLUMNS)))
    starts = np.ascontiguousarray(np.atleast_2d(starts), float)
    groups = 2 if labels.max() == 1 else 1
    chunks = [(low, min(low + CHUNK, fits)) for low in range(0, fits, CHUNK)]

    if in_page:
        for low, high in chunks:
            out[low:high] = _in_page(
                low, high, w, b, yy, labels, groups, STRUCTURES[random], reml, HELD[held], starts,
                exhaustive,
            )  # fmt: skip
        return out

    def one(chunk):
        fit_range(
            *chunk,
            w,
            b,
            yy,
            labels,
            groups,
            STRUCTURES[random],
            reml,
            HELD[held],
            starts,
            exhaustive,
            out,
        )

    if len(chunks) == 1:  # to start threads takes longer than a few fits
        one(chunks[0])
        return out
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for _ in pool.map(one, chunks):
            pass
    return out


def _in_page(
    low, high, w, b, yy, labels, groups, structure, reml, held, starts, exhaustive
) -> np.ndarray:  # fmt: skip
    """What :func:`fit_range` writes for the data sets and labels from low to high."""
    b, yy = (b[low:high], yy[low:high]) if len(b) > 1 else (b, yy)
    labels = labels[low:high] if len(labels) > 1 else labels
    return in_page(
        "fit", (high - low, len(COLUMNS)), high - low, len(w), len(b), len(labels), w, b, yy,
        labels, groups, structure, int(reml), *held, starts, len(starts), int(exhaustive),
    )  # fmt: skip


def column(fits: np.ndarray, name: str) -> np.ndarray:
    """One named column of what :func:`many` returns."""
    return fits[..., COLUMNS.index(name)]


def singular(fits: np.ndarray, random: str) -> np.ndarray:
    """Which fits have a variance of zero, or a correlation of 1 or -1, on the scaled time."""
    low = np.abs(column(fits, "a")) < SINGULAR
    if random != "intercept":
        low = low | (np.abs(column(fits, "c")) < SINGULAR)
    return low


def _announce_compilation() -> None:
    """Say why the first fit of an installation takes so long."""
    if (
        in_page is None
        and not fit_range.signatures
        and not list(Path(fit_range._cache.cache_path).glob("*.nbi"))
    ):
        print("Compiling the code of the models, once: ten to twenty seconds ...", file=sys.stderr)


class Curvature(NamedTuple):
    """What degrees of freedom need to know of the criterion at a minimum.

    Attributes
    ----------
    c : array, shape (2, 2, 2)
        C of each group: the covariance of its line is σ²C.
    php : array, shape (2, 3, 2, 2)
        -dC⁻¹/dG of each group, along E11, E12 + E21 and E22.
    d_rss : array, shape (3,)
        Gradient of the residual sum of squares along the same.
    jacobian : array, shape (3, 3)
        Derivatives of (G11, G12, G22) by (a, l, c): one row for each entry of G.
    hessian : array, shape (3, 3)
        Of the criterion, by (a, l, c).
    sigma2, nu : float
        σ² and ν.
    """

    c: np.ndarray
    php: np.ndarray
    d_rss: np.ndarray
    jacobian: np.ndarray
    hessian: np.ndarray
    sigma2: float
    nu: float


def curvature(
    statistics: Statistics, label: np.ndarray, point: np.ndarray, *, random: str, reml: bool
) -> Curvature:
    """The criterion around a minimum (a, l, c) of one data set.

    Parameters
    ----------
    statistics : Statistics
        Of one data set.
    label : int8 array, shape (patients,)
    point : array, shape (3,)
        (a, l, c), from :func:`many`.
    random : {"slope", "uncorrelated", "intercept"}
    reml : bool
    """
    w = np.ascontiguousarray(statistics.w, float)
    groups = 2 if label.max() == 1 else 1
    nu = float(w[:, 0].sum()) - (2 * groups if reml else 0)
    b, yy = np.ascontiguousarray(statistics.b[0]), np.ascontiguousarray(statistics.yy[0])
    label = np.ascontiguousarray(label, np.int8)
    samples = Samples(w, _determinants(w), b, yy, label, groups, reml, HELD[None], nu)
    work = _work(len(w))
    point = np.ascontiguousarray(point, float)
    _, rss = _criterion(point, samples, work)
    gradient, hessian = np.empty(3), np.empty((3, 3))
    _in_lambda(point, STRUCTURES[random], work, gradient, hessian)
    full = np.array([[0, 1], [1, 2]])
    return Curvature(
        work.c[:, full],
        work.php[:, :, full],
        work.d_rss,
        np.array(_jacobian(point)),
        hessian,
        rss / nu,
        nu,
    )


def warm_up() -> bool:
    """Compile the code, or load it if it was compiled before; return whether it was compiled."""
    statistics = Statistics(np.ones((1, 3)), np.ones((1, 1, 2)), np.ones((1, 1)))
    many(statistics, np.zeros((1, 1)))
    return bool(fit_range.stats.cache_misses)


@njit(cache=True, nogil=True)
def fit_range(low, high, w, b, yy, labels, groups, structure, reml, held, starts, exhaustive, out):
    """Fit the data sets and labels from low to high."""
    det_w = _determinants(w)
    work = _work(len(w))
    fit = np.empty(out.shape[1])
    for j in range(low, high):
        label = labels[j] if len(labels) > 1 else labels[0]
        bj, yyj = (b[j], yy[j]) if len(b) > 1 else (b[0], yy[0])
        nu = 0.0
        for i in range(len(w)):
            if label[i] >= 0:
                nu += w[i, 0]
        if reml:
            nu -= 2 * groups
            if held[0] != 0.0 or held[1] != 0.0:
                nu += 1
        samples = Samples(w, det_w, bj, yyj, label, groups, reml, held, nu)
        out[j, :] = np.nan
        for k in range(len(starts)):
            if k > 0 and not exhaustive and out[j, _STATUS] != NOT_CONVERGED:
                break
            _minimise(starts[k], out[j], structure, samples, work, fit)
            better = fit[_STATUS] < out[j, _STATUS] or (
                fit[_STATUS] == out[j, _STATUS] and fit[_CRITERION] < out[j, _CRITERION]
            )
            if k == 0 or better:
                out[j] = fit


@njit(cache=True, nogil=True)
def _work(patients):
    """Empty room for some patients."""
    return Work(
        np.empty((patients, 3)),
        np.empty((patients, 2)),
        np.empty((2, 3)),
        np.empty((2, 2)),
        np.empty((2, 3, 3)),
        np.empty((2, 3, 2)),
        np.empty(3),
        np.empty((3, 3)),
        np.empty(3),
    )


@njit(cache=True, nogil=True)
def _determinants(w):
    """Det Z'Z of each patient.

    Exactly 0 for a patient who was sampled at one time: what rounding leaves there would be
    multiplied by det G, which is huge where the residuals are tiny.
    """
    det_w = np.empty(len(w))
    for i in range(len(w)):
        det = w[i, 0] * w[i, 2] - w[i, 1] ** 2
        det_w[i] = 0.0 if det < 1e-13 * w[i, 0] * w[i, 2] else det
    return det_w


@njit(cache=True, nogil=True)
def _minimise(start, known, structure, samples, work, out):
    """Newton's method from one start; what :data:`COLUMNS` names, into out.

    A search that arrives at the minimum that is known from another start ends there.
    """
    gradient, hessian = np.empty(3), np.empty((3, 3))
    now, step, trial = start.copy(), np.empty(3), np.empty(3)
    out[:] = np.nan
    out[_STATUS], out[_STEPS] = NOT_ESTIMABLE, 0
    if structure < 2:
        now[1] = 0.0
    if structure < 1:
        now[2] = 0.0
    value, _ = _criterion(now, samples, work)
    if not np.isfinite(value):
        return
    _in_lambda(now, structure, work, gradient, hessian)
    out[_STATUS], escapes = NOT_CONVERGED, 0
    for steps in range(200):
        shift = _newton_step(gradient, hessian, step)
        gain = -(gradient * step).sum()
        if gain < 1e-11 and (shift == 0.0 or _flat(gradient, hessian)):
            saddle = escapes < 5 and _leave_saddle(now, structure, work, trial)
            if not saddle:
                if shift == 0.0:
                    out[_STATUS], out[_STEPS] = OK, steps
                break
            escapes += 1
            now[:] = trial
            value, _ = _criterion(now, samples, work)
            _in_lambda(now, structure, work, gradient, hessian)
            continue
        longest, limit = _longest(step), 0.5 + _longest(now)
        if longest > limit:
            step *= limit / longest
        for _ in range(40):
            trial[:] = now + step
            new, _ = _criterion(trial, samples, work)
            # Armijo's rule, with room for rounding: c and -c are the same model, so that a step
            # from one to the other gains nothing and must not be taken.
            if new <= value + 1e-3 * (gradient * step).sum() + 1e-12 * abs(value):
                break
            step *= 0.3
        else:
            break
        now[:], value = trial, new
        if known[_STATUS] == OK and shift == 0.0 and _near(now, known):
            out[_STATUS], out[_CRITERION] = OK, np.inf
            return
        if _longest(now) > 1e7:  # the residual variance goes to zero
            break
        _in_lambda(now, structure, work, gradient, hessian)
    for k in range(3):
        if abs(now[k]) < 1e-6:  # nothing in the tenth decimal of the criterion
            now[k] = 0.0
    if now[0] < 0:  # the signs of (a, l) and of c are free
        now[0], now[1] = -now[0], -now[1]
    now[2] = abs(now[2])
    _report(now, structure, samples, work, out)


@njit(cache=True, nogil=True)
def _criterion(point, samples, work):
    """The criterion and RSS at Λ; its derivatives in G = ΛΛ' are left in work."""
    w, det_w, b, yy, label, groups, reml, (s1, s2), nu = samples
    p, q, c, beta, php, phr, gradient, hessian, d_rss = work
    g11, g12 = point[0] ** 2, point[0] * point[1]
    g22 = point[1] ** 2 + point[2] ** 2
    det_g = (point[0] * point[2]) ** 2
    c[:], beta[:], php[:], phr[:] = 0.0, 0.0, 0.0, 0.0
    gradient[:], hessian[:], d_rss[:] = 0.0, 0.0, 0.0
    value, rss = 0.0, 0.0

    for i in range(len(w)):
        k = label[i]
        if k < 0:
            continue
        w11, w12, w22 = w[i]
        b1, b2 = b[i]
        det = 1.0 + g11 * w11 + 2.0 * g12 * w12 + g22 * w22 + det_g * det_w[i]
        p[i, 0] = (w11 + det_w[i] * g22) / det
        p[i, 1] = (w12 - det_w[i] * g12) / det
        p[i, 2] = (w22 + det_w[i] * g11) / det
        if det_w[i] == 0.0:  # one time: the same as below, without terms that cancel
            q[i, 0], q[i, 1] = b1 / det, b2 / det
        else:
            q[i, 0] = ((1.0 + w12 * g12 + w22 * g22) * b1 - (w11 * g12 + w12 * g22) * b2) / det
            q[i, 1] = ((1.0 + w11 * g11 + w12 * g12) * b2 - (w12 * g11 + w22 * g12) * b1) / det
        value += np.log(det)
        rss += yy[i] - (b1 * (g11 * q[i, 0] + g12 * q[i, 1]) + b2 * (g12 * q[i, 0] + g22 * q[i, 1]))
        for m in range(3):
            c[k, m] += p[i, m]
        beta[k, 0] += q[i, 0]
        beta[k, 1] += q[i, 1]

    for k in range(groups):
        p11, p12, p22 = c[k]
        q1, q2 = beta[k]
        det = p11 * p22 - p12 * p12
        if not det > 1e-10 * p11 * p22:
            return np.inf, np.inf
        c[k, 0], c[k, 1], c[k, 2] = p22 / det, -p12 / det, p11 / det
        beta[k, 0] = c[k, 0] * q1 + c[k, 1] * q2
        beta[k, 1] = c[k, 1] * q1 + c[k, 2] * q2
        rss -= q1 * beta[k, 0] + q2 * beta[k, 1]
        if reml:
            value += np.log(det)
    # A combination of the slopes that is held at zero: a correction of rank one.
    held = s1 != 0.0 or s2 != 0.0
    x1, x2, z1, z2, both = s1 * c[0, 1], s1 * c[0, 2], s2 * c[1, 1], s2 * c[1, 2], 1.0
    if held:
        both = s1 * x2 + s2 * z2
        gap = (s1 * beta[0, 1] + s2 * beta[1, 1]) / both
        rss += gap * gap * both
        if reml:
            value += np.log(both)
        beta[0, 0] -= x1 * gap
        beta[0, 1] -= x2 * gap
        beta[1, 0] -= z1 * gap
        beta[1, 1] -= z2 * gap
        c[0, 0] -= x1 * x1 / both
        c[0, 1] -= x1 * x2 / both
        c[0, 2] -= x2 * x2 / both
        c[1, 0] -= z1 * z1 / both
        c[1, 1] -= z1 * z2 / both
        c[1, 2] -= z2 * z2 / both
    if not rss > 0.0:
        return np.inf, np.inf
    kappa = nu / rss
    value += nu * (1.0 + np.log(2.0 * np.pi * rss / nu))

    # Derivatives along H = E11, E12 + E21 and E22. With U = PCP, r = q - Pβ:
    # D'[H] = Σ tr((P - U - κ rr')H), and D''[H, K] sums tr(Y H P K), Y = -P + 2U + 2κ rr'.
    for i in range(len(w)):
        k = label[i]
        if k < 0:
            continue
        p11, p12, p22 = p[i]
        r1 = q[i, 0] - p11 * beta[k, 0] - p12 * beta[k, 1]
        r2 = q[i, 1] - p12 * beta[k, 0] - p22 * beta[k, 1]
        u11 = u12 = u22 = 0.0
        if reml:
            m11 = p11 * c[k, 0] + p12 * c[k, 1]
            m12 = p11 * c[k, 1] + p12 * c[k, 2]
            m21 = p12 * c[k, 0] + p22 * c[k, 1]
            m22 = p12 * c[k, 1] + p22 * c[k, 2]
            u11 = m11 * p11 + m12 * p12
            u12 = m11 * p12 + m12 * p22
            u22 = m21 * p12 + m22 * p22
        s = php[k]
        s[0, 0] += p11 * p11
        s[0, 1] += p11 * p12
        s[0, 2] += p12 * p12
        s[1, 0] += 2.0 * p11 * p12
        s[1, 1] += p11 * p22 + p12 * p12
        s[1, 2] += 2.0 * p12 * p22
        s[2, 0] += p12 * p12
        s[2, 1] += p12 * p22
        s[2, 2] += p22 * p22
        v = phr[k]
        v[0, 0] += p11 * r1
        v[0, 1] += p12 * r1
        v[1, 0] += p11 * r2 + p12 * r1
        v[1, 1] += p12 * r2 + p22 * r1
        v[2, 0] += p12 * r2
        v[2, 1] += p22 * r2
        d_rss[0] -= r1 * r1
        d_rss[1] -= 2.0 * r1 * r2
        d_rss[2] -= r2 * r2
        gradient[0] += p11 - u11
        gradient[1] += 2.0 * (p12 - u12)
        gradient[2] += p22 - u22
        y11 = -p11 + 2.0 * (u11 + kappa * r1 * r1)
        y12 = -p12 + 2.0 * (u12 + kappa * r1 * r2)
        y22 = -p22 + 2.0 * (u22 + kappa * r2 * r2)
        hessian[0, 0] += y11 * p11
        hessian[0, 1] += y11 * p12 + y12 * p11
        hessian[0, 2] += y12 * p12
        hessian[1, 1] += 2.0 * y12 * p12 + y11 * p22 + y22 * p11
        hessian[1, 2] += y12 * p22 + y22 * p12
        hessian[2, 2] += y22 * p22

    for h in range(3):
        gradient[h] += kappa * d_rss[h]
    for h in range(3):
        for m in range(h, 3):
            for k in range(groups):
                hessian[h, m] -= 2.0 * kappa * _form(c[k], phr[k, h], phr[k, m])
                if reml:
                    hessian[h, m] -= _trace(c[k], php[k, h], php[k, m])
            if held:
                for e, f in ((h, m), (m, h)):
                    first = x1 * phr[0, e, 0] + x2 * phr[0, e, 1]
                    second = z1 * phr[1, f, 0] + z2 * phr[1, f, 1]
                    hessian[h, m] += 2.0 * kappa * first * second / both
                    if reml:
                        first = _quadratic(php[0, e], x1, x2)
                        second = _quadratic(php[1, f], z1, z2)
                        hessian[h, m] -= first * second / both**2
            hessian[h, m] -= kappa / rss * d_rss[h] * d_rss[m]
            hessian[m, h] = hessian[h, m]
    return value, rss


@njit(cache=True, nogil=True)
def _form(c, x, y):
    """X'Cy for a symmetric C of three entries."""
    return x[0] * (c[0] * y[0] + c[1] * y[1]) + x[1] * (c[1] * y[0] + c[2] * y[1])


@njit(cache=True, nogil=True)
def _quadratic(s, x1, x2):
    """X'Sx for a symmetric S of three entries."""
    return s[0] * x1 * x1 + 2.0 * s[1] * x1 * x2 + s[2] * x2 * x2


@njit(cache=True, nogil=True)
def _trace(c, s, t):
    """tr(C S C T) for symmetric matrices of three entries."""
    a11, a12 = c[0] * s[0] + c[1] * s[1], c[0] * s[1] + c[1] * s[2]
    a21, a22 = c[1] * s[0] + c[2] * s[1], c[1] * s[1] + c[2] * s[2]
    b11, b12 = c[0] * t[0] + c[1] * t[1], c[0] * t[1] + c[1] * t[2]
    b21, b22 = c[1] * t[0] + c[2] * t[1], c[1] * t[1] + c[2] * t[2]
    return a11 * b11 + a12 * b21 + a21 * b12 + a22 * b22


@njit(cache=True, nogil=True)
def _jacobian(point):
    """Derivatives of (G11, G12, G22) by (a, l, c): one row for each entry of G."""
    a, l, c = point  # noqa: E741
    return (2.0 * a, 0.0, 0.0), (l, a, 0.0), (0.0, 2.0 * l, 2.0 * c)


@njit(cache=True, nogil=True)
def _in_lambda(point, structure, work, gradient, hessian):
    """Turn the derivatives by G into derivatives by the free entries of Λ."""
    by_g, by_gg = work.gradient, work.hessian
    jacobian = _jacobian(point)
    for h in range(3):
        gradient[h] = 0.0
        for e in range(3):
            gradient[h] += jacobian[e][h] * by_g[e]
        for m in range(3):
            hessian[h, m] = 0.0
            for e in range(3):
                for f in range(3):
                    hessian[h, m] += jacobian[e][h] * by_gg[e, f] * jacobian[f][m]
    hessian[0, 0] += 2.0 * by_g[0]
    hessian[0, 1] += by_g[1]
    hessian[1, 0] += by_g[1]
    hessian[1, 1] += 2.0 * by_g[2]
    hessian[2, 2] += 2.0 * by_g[2]
    for h in range(1, 3):
        if (h == 1 and structure < 2) or (h == 2 and structure < 1):
            gradient[h] = 0.0
            hessian[h, :] = 0.0
            hessian[:, h] = 0.0
            hessian[h, h] = 1.0


@njit(cache=True, nogil=True)
def _solve(matrix, shift, right, out):
    """Solve for out by Cholesky; False if the matrix is not positive definite.

    The diagonal is first raised by ``shift`` times its own size, entry by entry.
    """
    h0, h1, h2 = matrix[0, 0], matrix[1, 1], matrix[2, 2]
    least = 1e-3 * shift * max(abs(h0), abs(h1), abs(h2))
    d0 = h0 + shift * abs(h0) + least
    if not d0 > 1e-13 * abs(h0):
        return False
    l10, l20 = matrix[1, 0] / d0, matrix[2, 0] / d0
    d1 = h1 + shift * abs(h1) + least - l10 * l10 * d0
    if not d1 > 1e-13 * abs(h1):
        return False
    l21 = (matrix[2, 1] - l20 * l10 * d0) / d1
    d2 = h2 + shift * abs(h2) + least - l20 * l20 * d0 - l21 * l21 * d1
    if not d2 > 1e-13 * abs(h2):
        return False
    z0 = right[0]
    z1 = right[1] - l10 * z0
    z2 = right[2] - l20 * z0 - l21 * z1
    out[2] = z2 / d2
    out[1] = z1 / d1 - l21 * out[2]
    out[0] = z0 / d0 - l10 * out[1] - l20 * out[2]
    return True


@njit(cache=True, nogil=True)
def _newton_step(gradient, hessian, step):
    """Newton's step; the diagonal is raised until the Hessian is positive definite."""
    shift = 0.0
    while not _solve(hessian, shift, -gradient, step):
        shift = max(3.0 * shift, 1e-2)
        if shift > 1e12:  # a direction without any information
            step[:] = 0.0
            break
    return shift


@njit(cache=True, nogil=True)
def _longest(point):
    """The size of the largest of three entries."""
    return max(abs(point[0]), abs(point[1]), abs(point[2]))


@njit(cache=True, nogil=True)
def _near(point, known):
    """Whether two points are close, but for the signs that do not matter."""
    sign = 1.0 if point[0] >= 0 else -1.0
    apart = max(
        abs(sign * point[0] - known[0]),
        abs(sign * point[1] - known[1]),
        abs(abs(point[2]) - known[2]),
    )
    return apart < 0.01 * (1.0 + known[0])


@njit(cache=True, nogil=True)
def _flat(gradient, hessian):
    """Whether the gradient is zero, by the measure of the curvature."""
    steepest = 0.0
    for h in range(3):
        steepest = max(steepest, gradient[h] ** 2 / max(abs(hessian[h, h]), 1e-10))
    return steepest < 1e-10


@njit(cache=True, nogil=True)
def _leave_saddle(point, structure, work, out):
    """Whether a stationary point is a saddle; if so, out is a point away from it.

    At c = 0 (or a = 0) the derivative in it vanishes, whether or not more variance would lower the
    criterion. The derivative in G shows it: at a minimum it has no negative eigenvalue.
    """
    f11, f12, f22 = work.gradient[0], 0.5 * work.gradient[1], work.gradient[2]
    limit = -1e-7 * (1.0 + abs(f11) + abs(f22))
    out[:] = point
    if structure < 2:
        stuck = False
        if abs(point[0]) < SINGULAR and f11 < limit:
            out[0], stuck = 0.3, True
        if structure == 1 and abs(point[2]) < SINGULAR and f22 < limit:
            out[2], stuck = 0.3, True
        return stuck
    lowest = 0.5 * (f11 + f22) - np.sqrt(0.25 * (f11 - f22) ** 2 + f12 * f12)
    if lowest >= limit:
        return False
    # Add 0.1 of the direction of that eigenvalue to G, and factorise it again.
    v1, v2 = (f12, lowest - f11) if abs(f12) > 1e-300 else ((1.0, 0.0) if f11 < f22 else (0.0, 1.0))
    size = 0.1 / (v1 * v1 + v2 * v2)
    g11 = point[0] ** 2 + size * v1 * v1
    g12 = point[0] * point[1] + size * v1 * v2
    g22 = point[1] ** 2 + point[2] ** 2 + size * v2 * v2
    out[0] = max(np.sqrt(g11), 1e-3)
    out[1] = g12 / out[0]
    out[2] = max(np.sqrt(max(g22 - out[1] ** 2, 0.0)), 1e-3)
    return True


@njit(cache=True, nogil=True)
def _report(point, structure, samples, work, out):
    """Everything that :data:`COLUMNS` names, at a minimum.

    Satterthwaite's degrees of freedom of a variance v are 2v² / var(v); var(v) follows from the
    derivatives of v by Λ and σ and from the Hessian of the criterion in them, as in lmerTest
    (Kuznetsova, Brockhoff and Christensen 2017, Journal of Statistical Software 82(13)).
    """
    groups, nu = samples.groups, samples.nu
    value, rss = _criterion(point, samples, work)
    if not np.isfinite(value):
        return
    gradient, hessian = np.empty(3), np.empty((3, 3))
    _in_lambda(point, structure, work, gradient, hessian)
    c, beta, php, d_rss = work.c, work.beta, work.php, work.d_rss
    sigma2 = rss / nu
    out[0:3] = point
    out[_CRITERION], out[_SIGMA2] = value, sigma2
    jacobian = _jacobian(point)
    slope_variance = np.zeros(3)  # of the control, the treated and the difference
    by_lambda = np.zeros((3, 3))
    for k in range(groups):
        out[_LINES + 2 * k], out[_LINES + 2 * k + 1] = beta[k]
        for m in range(3):
            out[_COVARIANCES + 3 * k + m] = sigma2 * c[k, m]
        slope_variance[k] = sigma2 * c[k, 2]
        for e in range(3):
            d_g = sigma2 * _quadratic(php[k, e], c[k, 1], c[k, 2])
            for h in range(3):
                by_lambda[k, h] += jacobian[e][h] * d_g
    if groups == 2:
        slope_variance[2] = slope_variance[0] + slope_variance[1]
        by_lambda[2] = by_lambda[0] + by_lambda[1]
        out[_DIFFERENCE_VARIANCE] = slope_variance[2]
    if samples.held[0] != 0.0 or samples.held[1] != 0.0:  # no test of what is held
        return
    cross, solved, right = np.zeros(3), np.empty(3), np.empty(3)
    for h in range(3):
        for e in range(3):
            cross[h] -= 2.0 * jacobian[e][h] * d_rss[e] / sigma2**1.5
    by_sigma_twice = 4.0 * nu / sigma2
    for h in range(3):
        if not hessian[h, h] > 1e-12:  # no information in this direction, and no derivative
            hessian[h, :] = 0.0
            hessian[:, h] = 0.0
            hessian[h, h] = 1.0
            cross[h] = 0.0
            by_lambda[:, h] = 0.0
    for k in range(3 if groups == 2 else 1):
        by_sigma = 2.0 * slope_variance[k] / np.sqrt(sigma2)
        for h in range(3):
            free = h == 0 or (h == 1 and structure == 2) or (h == 2 and structure > 0)
            right[h] = by_lambda[k, h] - cross[h] * by_sigma / by_sigma_twice if free else 0.0
        if _solve(hessian, 0.0, right, solved):
            variance = (right * solved).sum() + by_sigma**2 / by_sigma_twice
            out[_DF + k] = slope_variance[k] ** 2 / variance
