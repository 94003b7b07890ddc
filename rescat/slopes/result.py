"""What a fit returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from ..base.arguments import check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, keeps_origin
from .blocks import Block, parts_of, square_root
from .contrasts import contrast_table
from .trajectories import GROUPS, Trajectories, own_lines

__all__ = ["SlopeFit"]


@dataclass(frozen=True, repr=False)
class SlopeFit(Spoken):
    """A fitted random-slope model. Print it, or show it in a notebook.

    ``table`` has what is asked of two groups: their slopes and the difference. The same fit as
    other programs of statistics give it, by the fixed effects ``Intercept``, ``day``, ``treated``
    and ``day:treated`` (with your names of columns): ``params``, ``bse``, ``tvalues``, ``pvalues``,
    ``conf_int()``, ``contrast()``, ``predict()``, ``fittedvalues``, ``resid``, ``random_effects``
    and ``summary()``. They are called as statsmodels calls them and agree with lme4 and lmerTest.

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
    result : object or None
        What statsmodels returned, if it did the fit.

    Examples
    --------
    >>> import rescat
    >>> fit = rescat.fit_slopes(rescat.simulate_trial(5, slope=(0, 0.02)))
    >>> fit.params.round(3).to_dict()
    {'Intercept': 1.938, 'day': -0.005, 'treated': -0.076, 'day:treated': 0.017}
    >>> round(float(fit.pvalues["day:treated"]), 3)
    0.041
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

    @keeps_origin("self")
    def patients(self) -> pd.DataFrame:
        """Each patient's own least-squares line beside the line that the model predicts.

        Returns
        -------
        DataFrame, one row per patient
            As :func:`rescat.patient_slopes`, with ``predicted_intercept`` and
            ``predicted_slope``: the line of the group plus the patient's random effects.
        """
        lines = own_lines(self.data)
        level, slope, centre = self._patient_lines()
        return lines.assign(predicted_intercept=level - slope * centre, predicted_slope=slope)

    def _patient_lines(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each patient's predicted level at a central time, the slope, and that time."""
        level, slope, centre = np.empty((3, len(self.data.patients)))
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
            slope[patients] = line[:, 1] + effects[:, 1, 0] / block.scale
            level[patients] = at_centre[:, 0] + effects[:, 0, 0]
            centre[patients] = block.centre
        return level, slope, centre

    def parts(self) -> list[tuple[Trajectories, np.ndarray, Block]]:
        """Who shares one set of variances: see ``parts_of``."""
        return parts_of(self.data, self.blocks)

    # --- As statsmodels names it ----------------------------------------------------------------

    @property
    def _terms(self) -> tuple[list[str], np.ndarray]:
        """The fixed effects: their names, and their weights of the lines of the groups."""
        time, group = self.data.names["time"], self.data.names["group"]
        if self.data.groups == 1:
            return ["Intercept", time], np.eye(2)
        weights = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [-1, 0, 1, 0], [0, -1, 0, 1]], float)
        return ["Intercept", time, group, f"{time}:{group}"], weights

    def _contrasts(self, weights: np.ndarray, names: list[str], level: float) -> pd.DataFrame:
        return contrast_table(
            self.data, self.blocks, weights, names, random=self.random, method=self.method,
            df_method=self.df_method, level=level,
        )  # fmt: skip

    @cached_property
    @keeps_origin("self")
    def coefficients(self) -> pd.DataFrame:
        """The fixed effects, one row each: estimate, se, df, statistic, p_value, ci_low, ci_high.

        ``Intercept`` is the level of the controls at time 0, ``day`` their slope, ``treated`` and
        ``day:treated`` what the treated patients have more of each.
        """
        names, weights = self._terms
        return self._contrasts(weights, names, self.level)

    @property
    def params(self) -> pd.Series:
        """The fixed effects."""
        return self.coefficients["estimate"].rename(None)

    @property
    def bse(self) -> pd.Series:
        """Standard errors of the fixed effects."""
        return self.coefficients["se"].rename(None)

    @property
    def tvalues(self) -> pd.Series:
        """The fixed effects over their standard errors."""
        return self.coefficients["statistic"].rename(None)

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided P values of the fixed effects, by the degrees of freedom of the fit."""
        return self.coefficients["p_value"].rename(None)

    @property
    def df_resid(self) -> pd.Series:
        """Degrees of freedom of the fixed effects: infinite for the normal distribution."""
        return self.coefficients["df"].rename(None)

    def conf_int(self, level: float | None = None) -> pd.DataFrame:
        """Confidence intervals of the fixed effects.

        Parameters
        ----------
        level : float, optional
            Between 0 and 1; that of the fit if not given. (statsmodels has alpha = 1 - level.)

        Returns
        -------
        DataFrame
            ``ci_low``, ``ci_high``: one row for each fixed effect.
        """
        level = self.level if level is None else level
        check_options(level=level)
        names, weights = self._terms
        return self._contrasts(weights, names, level)[["ci_low", "ci_high"]]

    @keeps_origin("self")
    def contrast(
        self, weights: Mapping[str, float] | Sequence[float], level: float | None = None
    ) -> pd.DataFrame:
        """A linear combination of the fixed effects, with its test.

        Parameters
        ----------
        weights : mapping or sequence of float
            Fixed effect to its weight, or a weight for each in the order of ``params``.
        level : float, optional
            Of the interval; that of the fit if not given.

        Returns
        -------
        DataFrame, one row
            Columns estimate, se, df, statistic, p_value, ci_low, ci_high; its index says the
            combination.

        Raises
        ------
        ModelError
            If a fixed effect is not there, or all weights are zero.

        Examples
        --------
        The level of the treated patients on day 28, minus that of the controls:

        >>> import rescat
        >>> fit = rescat.fit_slopes(rescat.simulate_trial(5, slope=(0, 0.02)))
        >>> print(fit.contrast({"treated": 1, "day:treated": 28}).iloc[:, :3].round(3))
                                  estimate     se     df
        treated + 28 day:treated     0.391  0.285  13.44
        """
        names, terms = self._terms
        if isinstance(weights, Mapping):
            unknown = [name for name in weights if name not in names]
            if unknown:
                raise ModelError(
                    f"the model has no fixed effect {unknown[0]}; found {', '.join(names)}"
                )
            weights = [weights.get(name, 0.0) for name in names]
        wanted = np.asarray(weights, float)
        if wanted.shape != (len(names),) or not np.isfinite(wanted).all() or not wanted.any():
            raise ModelError(
                f"weights {weights}: expected {len(names)} numbers, not all of them zero, for "
                f"{', '.join(names)}"
            )
        level = self.level if level is None else level
        check_options(level=level)
        return self._contrasts(wanted[None] @ terms, [_combination(wanted, names)], level)

    @cached_property
    @keeps_origin("self")
    def random_effects(self) -> pd.DataFrame:
        """How far each patient's predicted line is from that of the group.

        One row for each patient: ``Intercept`` (at time 0) and, if slopes vary, the slope under
        the name of the column of times. Best linear unbiased predictions, as ``ranef`` in lme4.
        """
        level, slope, centre = self._patient_lines()
        lines = self.lines[["intercept", "slope"]].to_numpy()[self.data.label]
        effects = {"Intercept": level - slope * centre - lines[:, 0]}
        if self.random != "intercept":
            effects[self.data.names["time"]] = slope - lines[:, 1]
        index = pd.Index(self.data.patients, name=self.data.names["subject"])
        return pd.DataFrame(effects, index=index)

    @property
    def fittedvalues(self) -> pd.Series:
        """The patients' predicted lines at their samples, with the index of the frame's rows.

        With the random effects, as in statsmodels and lme4; :meth:`predict` is without.
        """
        level, slope, centre = self._patient_lines()
        patient = self.data.patient
        fitted = level[patient] + slope[patient] * (self.data.time - centre[patient])
        return self._by_row(fitted)

    @property
    def resid(self) -> pd.Series:
        """Values less ``fittedvalues``, with the index of the frame's rows."""
        return self._by_row(self.data.value) - self.fittedvalues

    def predict(
        self, new: pd.DataFrame | Sequence[float] | None = None
    ) -> pd.Series | pd.DataFrame:
        """The lines of the groups, without random effects, as statsmodels' ``predict``.

        Parameters
        ----------
        new : DataFrame or sequence of float, optional
            A frame with the columns of times and, if the model has it, of the group; or times,
            shape (n,), for which each group's line is wanted. If not given, the samples of the fit.

        Returns
        -------
        Series or DataFrame
            In units of the value: a Series with the index of the frame, or a DataFrame with one
            row for each time and a column for each group (control and treated, or all).

        Raises
        ------
        ModelError
            If a column or a number is missing.

        Examples
        --------
        >>> import rescat
        >>> fit = rescat.fit_slopes(rescat.simulate_trial(5, slope=(0, 0.02)))
        >>> print(fit.predict([0, 28]).round(2).to_string(index_names=False))
              control  treated
        0.0      1.94     1.86
        28.0     1.78     2.17
        """
        lines = self.lines[["intercept", "slope"]].to_numpy()
        names = self.data.names
        if new is None:
            line = lines[self.data.label[self.data.patient]]
            return self._by_row(line[:, 0] + line[:, 1] * self.data.time)
        if not isinstance(new, pd.DataFrame):
            times = np.atleast_1d(np.asarray(new, float))
            if times.ndim != 1 or not np.isfinite(times).all():
                raise ModelError("predict: expected a frame, or a list of times without gaps")
            columns = GROUPS if self.data.groups == 2 else ("all",)
            predicted = lines[:, 0] + np.outer(times, lines[:, 1])
            return pd.DataFrame(predicted, pd.Index(times, name=names["time"]), columns)
        wanted = [names["time"], *([names["group"]] if self.data.groups == 2 else [])]
        absent = [column for column in wanted if column not in new]
        if absent:
            raise ModelError(
                f"predict: the frame has no column {absent[0]}; found {', '.join(map(str, new))}"
            )
        if new[wanted].isna().any(axis=None):
            raise ModelError(f"predict: a cell of {' or '.join(wanted)} is empty")
        label = np.zeros(len(new), int)
        if self.data.groups == 2:
            if not new[names["group"]].isin([0, 1]).all():
                raise ModelError(f"predict: column {names['group']}: expected True or False")
            label = new[names["group"]].to_numpy(int)
        line = lines[label]
        time = new[names["time"]].to_numpy(float)
        return pd.Series(line[:, 0] + line[:, 1] * time, index=new.index)

    @keeps_origin("self")
    def summary(self) -> "FitSummary":
        """The fixed effects with their tests, the variances and the counts: print it.

        Returns
        -------
        FitSummary
            Text where it is printed, HTML in a notebook.
        """
        return FitSummary(self)

    def _by_row(self, numbers: np.ndarray) -> pd.Series:
        """A number for each sample, in the order and with the index of the frame's rows."""
        order = np.argsort(self.data.place)
        return pd.Series(numbers[order], index=self.data.index[order])

    # --- How it is shown ------------------------------------------------------------------------

    def _tables(self) -> list[pd.DataFrame]:
        first = readable(self.table.rename(columns={"slope": "estimate"}), "slope", self)
        return [first, *self._variances_and_counts()]

    def _notes(self) -> list[str]:
        return list(self.messages)

    def _variances_and_counts(self) -> list[pd.DataFrame]:
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
        return [frame.rename_axis(None) for frame in (second, third)]

    def _lines(self) -> list[str]:
        name = {"REML": "REML criterion", "ML": "-2 log likelihood"}[self.method]
        df = {
            "satterthwaite": "Satterthwaite's degrees of freedom",
            "kenward_roger": "Kenward and Roger's correction",
            "wald": "normal distribution (Wald)",
        }[self.df_method]
        engine = {"newton": "Newton's method"}.get(self.engine, self.engine)
        groups = " in each group" if self.variance_model == "by_group" else ""
        return [
            f"{self.formula}, own variances{groups}" if groups else self.formula,
            f"{self.method} by {engine}; {df}; {100 * self.level:g} % confidence intervals",
            f"{name} {self.criterion:.4f}{'; singular' if self.singular else ''}"
            f"{'' if self.converged else '; NOT CONVERGED'}",
        ]


@dataclass(frozen=True, repr=False)
class FitSummary(Spoken):
    """What :meth:`SlopeFit.summary` returns.

    Attributes
    ----------
    fit : SlopeFit
    """

    fit: SlopeFit

    def _lines(self) -> list[str]:
        return self.fit._lines()

    def _tables(self) -> list[pd.DataFrame]:
        first = readable(self.fit.coefficients, "coef", self.fit)
        return [first, *self.fit._variances_and_counts()]

    def _notes(self) -> list[str]:
        return self.fit._notes()


def readable(table: pd.DataFrame, name: str, fit: SlopeFit) -> pd.DataFrame:
    """Estimates as a reader wants them: rounded, the interval in one column before P."""
    intervals = [f"{low:.4g} to {high:.4g}" for low, high in table[["ci_low", "ci_high"]].values]
    shown = {
        name: table["estimate"].map("{:.4g}".format),
        f"{100 * fit.level:g} % CI": intervals,
        "SE": table["se"].map("{:.4g}".format),
        "df": table["df"].map("{:.1f}".format),
        "z" if fit.df_method == "wald" else "t": table["statistic"].map("{:.2f}".format),
        "P": table["p_value"].map(_p_value),
    }
    return pd.DataFrame(shown).rename_axis(None)


def _combination(weights: np.ndarray, names: list[str]) -> str:
    """The combination in words: "day + 2 day:treated"."""
    words = ""
    for weight, name in zip(weights, names, strict=True):
        if weight:
            sign = (" - " if weight < 0 else " + ") if words else ("-" if weight < 0 else "")
            words += sign + (name if abs(weight) == 1 else f"{abs(weight):g} {name}")
    return words


def _four_digits(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.4g}"


def _p_value(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"
