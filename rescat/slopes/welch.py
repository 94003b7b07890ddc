"""Welch's t of the patients' own slopes for many ways to label them, in compiled code."""

import numpy as np

from .compiled import njit

COLUMNS = ("difference", "statistic", "df")


@njit(cache=True, nogil=True, error_model="numpy")
def welch(slopes, labels, out):
    """Welch's t for every way to label the patients, into out.

    Parameters
    ----------
    slopes : array, shape (patients,)
    labels : int8 array, shape (labellings, patients)
        1 is treated, 0 control.
    out : array, shape (labellings, 3)
        :data:`COLUMNS`: difference of the means, t, degrees of freedom. Not finite where a group
        has no spread.

    Notes
    -----
    Welch (1947), Biometrika 34: 28-35.
    """
    middle = slopes.mean()  # sums of squares of centred values lose nothing
    for j in range(len(labels)):
        n1 = n0 = s1 = s0 = q1 = q0 = 0.0
        for i in range(len(slopes)):
            x = slopes[i] - middle
            if labels[j, i] == 1:
                n1, s1, q1 = n1 + 1.0, s1 + x, q1 + x * x
            else:
                n0, s0, q0 = n0 + 1.0, s0 + x, q0 + x * x
        v1 = (q1 - s1 * s1 / n1) / (n1 - 1.0) / n1
        v0 = (q0 - s0 * s0 / n0) / (n0 - 1.0) / n0
        out[j, 0] = s1 / n1 - s0 / n0
        out[j, 1] = out[j, 0] / np.sqrt(v1 + v0)
        out[j, 2] = (v1 + v0) ** 2 / (v1 * v1 / (n1 - 1.0) + v0 * v0 / (n0 - 1.0))
