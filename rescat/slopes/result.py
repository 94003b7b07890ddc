"""What a fit returns."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base import inert
from ..base.inert import Html
from ..base.origin import ORIGINS
from .blocks import Block, parts_of, square_root
from .trajectories import Trajectories, own_lines

__all__ = ["SlopeFit"]


@dataclass(frozen=True)
class SlopeFit:
    """A fitted random-slope model. Print it, or show it in a notebook.

    Attributes
    ----------
    table : DataFrame
        Rows control, treated, difference (treated minus control), or the row all. Columns slope,
        se, df, statistic, p_value, ci_low, ci_high; slopes are in units of value per unit of
        time.
    variance : DataFrame
        Rows all, or control and treated. Columns sd_intercept, sd_slope, correlation, sd_residual.
    criterion : float
        -2 log likelihood (restricted for REML).
    singular : bool
        A variance is estimated as zero, or the correlation as 1 or -1.
    converged : bool
        A minimum of the criterion was found.
    counts, sampling : DataFrame
        Patients and samples of each group, and samples at each time.
    lines : DataFrame
        Intercept (at time 0) and slope of each group, their variances and their covariance.
    random, variance_model, method, df_method, engine, level
        What was asked for.
    formula : str
        The model as R writes it.
    messages : tuple of str
        What the reader of the result must know: warnings, and what was left out.
    origin : str or None
        Where the data come from.
    result : object or None
        What statsmodels returned, if it did the fit.
    """

    table: pd.DataFrame
    variance: pd.DataFrame
    criterion: float
    singular: bool
    converged: bool
    counts: pd.DataFrame
    sampling: pd.DataFrame
    lines: pd.DataFrame
    random: str
    variance_model: str
    method: str
    df_method: str
    engine: str
    level: float
    formula: str
    messages: tuple[str, ...]
    origin: str | None
    data: Trajectories = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    result: object = field(default=None, repr=False)

    @property
    def reml_criterion(self) -> float:
        """The REML criterion, which lme4 calls REMLcrit; NaN for a fit by ML."""
        return self.criterion if self.method == "REML" else np.nan

    @property
    def theta(self) -> np.ndarray:
        """The Cholesky factor relative to sigma, as lme4 orders it: one row for each block."""
        return np.array([square_root(b.covariance / b.sigma**2) for b in self.blocks])

    def patients(self) -> pd.DataFrame:
        """Each patient's own least-squares line beside the line that the model predicts.

        Returns
        -------
        DataFrame, one row per patient
            As :func:`rescat.patient_slopes`, with ``predicted_intercept`` and
            ``predicted_slope``: the line of the group plus the patient's random effects.
        """
        own = own_lines(self.data)
        predicted = np.empty((len(own), 2))
        for part, patients, block in self.parts():
            # On the scaled time, where no digits are lost.
            t = (part.time - block.centre) / block.scale
            line = block.lines[part.label]
            at_centre = line @ np.array([[1.0, 0.0], [block.centre, block.scale]])
            rest = part.value - at_centre[part.patient, 0] - at_centre[part.patient, 1] * t
            w = np.empty((len(part.patients), 2, 2))
            w[:, 0, 0], w[:, 1, 1] = part.n_samples, np.bincount(part.patient, t * t)
            w[:, 0, 1] = w[:, 1, 0] = np.bincount(part.patient, t)
            sums = [np.bincount(part.patient, rest), np.bincount(part.patient, rest * t)]
            g = block.factor @ block.factor.T / block.sigma**2
            effects = g @ np.linalg.solve(np.eye(2) + w @ g, np.stack(sums, axis=1)[:, :, None])
            slope = line[:, 1] + effects[:, 1, 0] / block.scale
            at_centre = at_centre[:, 0] + effects[:, 0, 0]
            predicted[patients] = np.stack([at_centre - slope * block.centre, slope], axis=1)
        return own.assign(predicted_intercept=predicted[:, 0], predicted_slope=predicted[:, 1])

    def parts(self) -> list[tuple[Trajectories, np.ndarray, Block]]:
        """Who shares one set of variances: see :func:`parts_of`."""
        return parts_of(self.data, self.blocks)

    def __str__(self) -> str:
        tables = [frame.to_string(na_rep="") for frame in self._shown()]
        return "\n\n".join(["\n".join(self._heading()), *tables, *self.messages])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = Html("<br>").join(self._heading())
        tables = Html("").join(inert.table(frame, border=0, na_rep="") for frame in self._shown())
        notes = Html("").join(Html("<li>{}</li>").format(m) for m in self.messages)
        notes = Html("<ul>{}</ul>").format(notes) if notes else ""
        return Html('<div class="slope-fit"><p>{}</p>{}{}</div>').format(lines, tables, notes)

    def _shown(self) -> list[pd.DataFrame]:
        """The tables as a reader wants them: rounded, the limits in one column before P."""
        slopes = self.table
        statistic = "z" if self.df_method == "wald" else "t"
        limits = [f"{low:.4g} to {high:.4g}" for low, high in slopes[["ci_low", "ci_high"]].values]
        first = pd.DataFrame(
            {
                "slope": slopes["slope"].map("{:.4g}".format),
                f"{100 * self.level:g} % limits": limits,
                "SE": slopes["se"].map("{:.4g}".format),
                "df": slopes["df"].map("{:.1f}".format),
                statistic: slopes["statistic"].map("{:.2f}".format),
                "P": slopes["p_value"].map(_p_value),
            }
        )
        names = {
            "sd_intercept": "SD of intercepts",
            "sd_slope": "SD of slopes",
            "correlation": "correlation",
            "sd_residual": "residual SD",
        }
        second = self.variance[list(names)].rename(columns=names).map(_four_digits)
        counts = self.counts
        of = [f"{low} to {high}" for low, high in counts[["fewest", "most"]].values]
        third = counts[["patients", "samples"]].assign(**{"samples per patient": of})
        for column in ("one_sample", "missing", "below_limit"):
            if counts[column].any():
                third[column.replace("_", " ")] = counts[column]
        return [frame.rename_axis(None) for frame in (first, second, third)]

    def _heading(self) -> list[str]:
        name = {"REML": "REML criterion", "ML": "-2 log likelihood"}[self.method]
        df = {
            "satterthwaite": "Satterthwaite's degrees of freedom",
            "kenward_roger": "Kenward and Roger's correction",
            "wald": "normal distribution (Wald)",
        }[self.df_method]
        engine = {"newton": "Newton's method"}.get(self.engine, self.engine)
        groups = " in each group" if self.variance_model == "by_group" else ""
        heading = [
            f"{self.formula}, own variances{groups}" if groups else self.formula,
            f"{self.method} by {engine}; {df}; limits at {100 * self.level:g} %",
            f"{name} {self.criterion:.4f}{'; singular' if self.singular else ''}"
            f"{'' if self.converged else '; NOT CONVERGED'}",
        ]
        return heading if self.origin is None else [ORIGINS[self.origin], *heading]


def _four_digits(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.4g}"


def _p_value(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"
