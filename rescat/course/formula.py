"""The random-slope model by textbook formulas, for the expected answers alone.

Nothing of :mod:`rescat.slopes.fit` and :mod:`rescat.slopes.reml` is used: the covariance of each
patient is written out as a matrix, scipy minimises the REML criterion, and Satterthwaite's degrees
of freedom come from numerical derivatives. Slow and short: another way to the same figures.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

__all__ = ["ByFormula", "by_formula"]

_UNIT = 10.0  # days in one unit of time, so that the parameters are of one size


@dataclass(frozen=True)
class ByFormula:
    """The difference of slopes, treated minus controls, per day; and each patient's slope.

    Attributes
    ----------
    slope, se, df : float
    predicted : dict of str to float
        The slope that the model predicts for each patient.
    """

    slope: float
    se: float
    df: float
    predicted: dict[str, float]

    @property
    def ci_low(self) -> float:
        """Lower end of the 95 % confidence interval."""
        return self.slope - stats.t.ppf(0.975, self.df) * self.se

    @property
    def ci_high(self) -> float:
        """Upper end of the 95 % confidence interval."""
        return self.slope + stats.t.ppf(0.975, self.df) * self.se

    @property
    def p_value(self) -> float:
        """Two-sided P value of no difference."""
        return 2 * stats.t.sf(abs(self.slope) / self.se, self.df)


def by_formula(samples: pd.DataFrame) -> ByFormula:
    """Fit ``value ~ day * treated + (day | patient_id)`` by REML.

    Parameters
    ----------
    samples : DataFrame
        ``patient_id, treated, day, value``.
    """
    people = list(samples.groupby("patient_id"))
    # One matrix for each patient; rows that a patient lacks are zero, with a variance of 1, and
    # change nothing.
    shape = len(people), max(len(own) for _, own in people)
    (y, there), line, fixed = np.zeros((2, *shape)), np.zeros((*shape, 2)), np.zeros((*shape, 4))
    for k, (_, own) in enumerate(people):
        n = len(own)
        y[k, :n], there[k, :n] = own["value"], 1.0
        line[k, :n] = np.column_stack([np.ones(n), own["day"].to_numpy(float) / _UNIT])
        fixed[k, :n] = np.hstack([line[k, :n], float(own["treated"].iloc[0]) * line[k, :n]])

    def factor(theta):
        return np.array([[theta[0], 0.0], [theta[1], theta[2]]])

    def covariance(theta):
        half = line @ factor(theta)
        own = theta[3] ** 2 * there + (1 - there)
        return half @ half.transpose(0, 2, 1) + own[:, :, None] * np.eye(shape[1])

    def solved(theta):
        """The REML criterion, the coefficients and their covariance."""
        v = covariance(theta)
        weighted = np.linalg.solve(v, np.concatenate([fixed, y[:, :, None]], axis=2))
        inner = np.einsum("nij,nik->jk", fixed, weighted[:, :, :4])
        right = np.einsum("nij,ni->j", fixed, weighted[:, :, 4])
        rest = np.sum(y * weighted[:, :, 4]) + np.linalg.slogdet(v)[1].sum()
        beta = np.linalg.solve(inner, right)
        return rest - right @ beta + np.linalg.slogdet(inner)[1], beta, np.linalg.inv(inner)

    spread = samples["value"].std()
    start = [spread / 2, 0.0, spread / 6, spread / 2]
    theta = optimize.minimize(lambda t: solved(t)[0], start).x
    _, beta, of_beta = solved(theta)
    steps = np.diag(1e-3 * np.maximum(np.abs(theta), 0.05 * spread))
    size = np.diag(steps)
    slope_of = [(solved(theta + h)[2][3, 3] - solved(theta - h)[2][3, 3]) / 2 for h in steps] / size
    bend = [
        [sum(a * b * solved(theta + a * g + b * h)[0] for a in (1, -1) for b in (1, -1)) / 4
         for h in steps] for g in steps
    ] / np.outer(size, size)  # fmt: skip
    df = 2 * of_beta[3, 3] ** 2 / (slope_of @ np.linalg.pinv(bend / 2) @ slope_of)
    between = factor(theta) @ factor(theta).T
    left = np.linalg.solve(covariance(theta), (y - fixed @ beta)[:, :, None])
    shifts = (between @ line.transpose(0, 2, 1) @ left)[:, 1, 0]
    slopes = (beta[1] + fixed[:, 0, 2] * beta[3] + shifts) / _UNIT
    predicted = dict(zip((who for who, _ in people), slopes, strict=True))
    return ByFormula(beta[3] / _UNIT, np.sqrt(of_beta[3, 3]) / _UNIT, df, predicted)
