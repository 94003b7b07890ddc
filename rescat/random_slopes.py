"""The random-slope model: ``value ~ day * treated + (day | patient)`` and its small variants."""

import html as _html
import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from .errors import ModelError
from .kenward_roger import kenward_roger
from .origin import ORIGINS
from .trajectories import GROUPS, Trajectories, own_lines, trajectories

__all__ = ["SlopeFit", "fit_slopes"]

_STARTS = ((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0), (10.0, 0.0, 1.0), (1.0, -0.5, 0.3))
_TERMS = {
    "slope": "({time} | {subject})",
    "uncorrelated": "({time} || {subject})",
    "intercept": "(1 | {subject})",
}
_CHOICES = {
    "random": tuple(_TERMS),
    "variance": ("pooled", "by_group"),
    "method": ("REML", "ML"),
    "df": ("satterthwaite", "kenward_roger", "wald"),
    "engine": ("newton", "statsmodels"),
}


@dataclass(frozen=True)
class Block:
    """One set of variance parameters, with the lines of the groups that share it.

    Attributes
    ----------
    lines : array, shape (groups, 2)
        Intercept (at time 0) and slope.
    covariance_of_lines : array, shape (groups, 2, 2)
    covariance : array, shape (2, 2)
        Of the patients' intercepts and slopes.
    sigma : float
        Residual standard deviation.
    criterion : float
        -2 log likelihood, restricted or full, as lme4 gives it.
    df : array, shape (3,)
        Satterthwaite's, of the slope of the control, of the treated and of the difference.
    singular, converged : bool
    relative : array, shape (3,)
        (a, l, c) of the scaled fit: where a fit of similar data may start.
    """

    lines: np.ndarray
    covariance_of_lines: np.ndarray
    covariance: np.ndarray
    sigma: float
    criterion: float
    df: np.ndarray
    singular: bool
    converged: bool
    relative: np.ndarray


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
        return np.array([_factor(b.covariance / b.sigma**2) for b in self.blocks])

    def patients(self) -> pd.DataFrame:
        """Each patient's own least-squares line beside the line that the model predicts.

        Returns
        -------
        DataFrame, one row per patient
            As :func:`rescat.patient_slopes`, with ``predicted_intercept`` and
            ``predicted_slope``: the line of the group plus the patient's random effects.
        """
        data, n = self.data, self.data.n_samples
        t = data.time
        w = np.empty((len(n), 2, 2))
        w[:, 0, 0], w[:, 1, 1] = n, np.bincount(data.patient, t * t)
        w[:, 0, 1] = w[:, 1, 0] = np.bincount(data.patient, t)
        block = [self.blocks[k if len(self.blocks) > 1 else 0] for k in data.label]
        line = np.concatenate([b.lines for b in self.blocks])[data.label]
        g = np.array([b.covariance / b.sigma**2 for b in block])
        rest = data.value - line[data.patient, 0] - line[data.patient, 1] * t
        b = np.stack([np.bincount(data.patient, rest), np.bincount(data.patient, rest * t)], 1)
        effects = g @ np.linalg.solve(np.eye(2) + w @ g, b[:, :, None])
        predicted = line + effects[:, :, 0]
        return own_lines(data).assign(
            predicted_intercept=predicted[:, 0], predicted_slope=predicted[:, 1]
        )

    def __str__(self) -> str:
        tables = [frame.to_string(na_rep="") for frame in self._shown()]
        return "\n\n".join(["\n".join(self._heading()), *tables, *self.messages])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "<br>".join(map(_html.escape, self._heading()))
        tables = "".join(frame.to_html(border=0, na_rep="") for frame in self._shown())
        notes = "".join(f"<li>{_html.escape(m)}</li>" for m in self.messages)
        return (
            f'<div class="slope-fit"><p>{lines}</p>{tables}'
            f"{f'<ul>{notes}</ul>' if notes else ''}</div>"
        )

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


def fit_slopes(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str | None = "treated",
    subject: str = "patient_id",
    random: str = "slope",
    variance: str = "pooled",
    method: str = "REML",
    df: str = "satterthwaite",
    engine: str = "newton",
    level: float = 0.95,
) -> SlopeFit:
    """Fit one straight line per group to samples over time, with lines that vary by patient.

    Parameters
    ----------
    frame : DataFrame, one row per sample of one marker
        Samples may be irregular and patients may lack some; a row without a value is left out
        and counted. If it has ``below_lod``, see :func:`rescat.apply_detection_rule`.
    value, time, subject : str
        Columns: what was measured, when, and in whom.
    group : str or None
        Column of True (treated) and False (control). None fits one slope for all.
    random : {"slope", "uncorrelated", "intercept"}
        What varies between patients: intercept and slope, the same without a correlation (which
        ties the model to time 0), or the intercept alone.
    variance : {"pooled", "by_group"}
        One set of variances, or variances of their own (residual, intercept and slope) for each
        group. The second is a separate fit of each group, joined for the difference.
    method : {"REML", "ML"}
        ML is for likelihood-ratio tests.
    df : {"satterthwaite", "kenward_roger", "wald"}
        Degrees of freedom of t; wald is the normal distribution, which small samples do not obey.
        Kenward and Roger's method also corrects the standard error, and needs REML.
    engine : {"newton", "statsmodels"}
        This package's fit, or statsmodels' MixedLM of the same model, on scaled times. For
        statsmodels only ``df="wald"`` exists, and is what you get.
    level : float
        Of the confidence limits.

    Returns
    -------
    SlopeFit

    Raises
    ------
    ModelError
        If the data cannot carry the model: a group with fewer than two patients, no patient with
        a value, a constant marker, infinite values, values below the limit of detection without a
        rule, too few samples. The message says what to do.

    Notes
    -----
    Laird and Ware (1982), Biometrics 38: 963-974. The criterion is that of lme4 (Bates, Mächler,
    Bolker and Walker 2015, Journal of Statistical Software 67(1)); the degrees of freedom are
    those of lmerTest (Kuznetsova, Brockhoff and Christensen 2017, same journal 82(13)). Both are
    compared with R in the tests. Where a variance is zero, these degrees of freedom are those of
    the model without it.

    Examples
    --------
    >>> fit = fit_slopes(samples, value="log10_value")  # doctest: +SKIP
    >>> fit.table.loc["difference", ["slope", "ci_low", "ci_high", "p_value"]]  # doctest: +SKIP
    """
    chosen = {
        "random": random, "variance": variance, "method": method, "df": df, "engine": engine,
    }  # fmt: skip
    for name, found in chosen.items():
        if found not in _CHOICES[name]:
            raise ModelError(f"{name}={found!r}: expected one of {', '.join(_CHOICES[name])}")
    if not 0 < level < 1:
        raise ModelError(f"level={level}: expected a number between 0 and 1, such as 0.95")
    if df == "kenward_roger" and method != "REML":
        raise ModelError("Kenward and Roger's correction is defined for REML: give method='REML'")
    data = trajectories(frame, value=value, time=time, group=group, subject=subject)
    return fit_trajectories(
        data, random=random, variance=variance, method=method, df=df, engine=engine, level=level
    )


def fit_trajectories(
    data: Trajectories,
    *,
    random: str = "slope",
    variance: str = "pooled",
    method: str = "REML",
    df: str = "satterthwaite",
    engine: str = "newton",
    level: float = 0.95,
) -> SlopeFit:
    """Fit samples that were checked before: see :func:`fit_slopes`."""
    if variance == "by_group" and data.groups == 1:
        raise ModelError("variance='by_group' needs two groups: name the column in group=…")
    parts = [data]
    if variance == "by_group":
        parts = [data.only(data.label == k) for k in range(2)]
    for part in parts:
        _check_size(part, random, part is data)
    messages, result = [], None
    if engine == "statsmodels":
        df = "wald"
        blocks, said, result = zip(
            *(_fit_statsmodels(p, random, method) for p in parts), strict=True
        )
        messages += [message for some in said for message in some]
    else:
        blocks = tuple(fit_block(p, random, method) for p in parts)
    singular = any(b.singular for b in blocks)
    converged = all(b.converged for b in blocks)
    messages = [*_remarks(data, singular, converged, random), *messages]
    groups = GROUPS if data.groups == 2 else ("all",)
    shared = ("all",) if len(blocks) == 1 else GROUPS
    lines = np.concatenate([b.lines for b in blocks])
    covariances = np.concatenate([b.covariance_of_lines for b in blocks])
    names = data.names
    terms = f"{names['time']} * {names['group']}" if data.groups == 2 else names["time"]
    random_term = _TERMS[random].format(**names)
    origin = {} if data.origin is None else {"origin": data.origin}
    return SlopeFit(
        table=_table(data, blocks, lines, covariances, random, df, level).assign(**origin),
        variance=_variance_table(blocks, shared).assign(**origin),
        criterion=float(sum(b.criterion for b in blocks)),
        singular=singular,
        converged=converged,
        counts=data.counts(),
        sampling=data.sampling(),
        lines=pd.DataFrame(
            {
                "intercept": lines[:, 0],
                "slope": lines[:, 1],
                "var_intercept": covariances[:, 0, 0],
                "var_slope": covariances[:, 1, 1],
                "covariance": covariances[:, 0, 1],
            },
            index=pd.Index(groups, name="group"),
        ).assign(**origin),
        random=random,
        variance_model=variance,
        method=method,
        df_method=df,
        engine=engine,
        level=level,
        formula=f"{names['value']} ~ {terms} + {random_term}",
        messages=tuple(messages),
        origin=data.origin,
        data=data,
        blocks=tuple(blocks),
        result=None if result is None else (result[0] if len(result) == 1 else result),
    )


def fit_block(
    data: Trajectories, random: str = "slope", method: str = "REML", common_slope: bool = False
) -> Block:
    """Fit one set of variances to all of some patients."""
    from . import reml  # numba takes half a second to load: not before the first fit

    centred = random != "uncorrelated"
    fits = reml.many(
        data.statistics(centred),
        data.label,
        random=random,
        reml=method == "REML",
        common_slope=common_slope,
        starts=_STARTS,
        threads=1,
    )
    if reml.column(fits, "status")[0] == reml.NOT_ESTIMABLE:
        raise ModelError(
            "a line cannot be estimated in one of the groups: all its samples are at one time. "
            "Look at the samples of each group"
        )
    if reml.column(fits, "sigma2")[0] < 1e-12:  # of values with variance 1
        raise ModelError(
            "each patient's samples lie exactly on a line, so that no scatter is left from which a "
            "standard error could be computed. Is the column of values a computed one?"
        )
    return block_of(data, fits[0], random, method, common_slope)


def block_of(
    data: Trajectories, fit: np.ndarray, random: str, method: str, common_slope: bool = False
) -> Block:
    """A fit of the scaled values and times, in the units of the data."""
    from . import reml

    value = dict(zip(reml.COLUMNS, fit, strict=True))
    centre = data.centre * (random != "uncorrelated")
    back = np.array([[1.0, -centre / data.scale], [0.0, 1.0 / data.scale]])
    lines, covariances = [], []
    for group in GROUPS[: data.groups]:
        line = np.array([value[f"intercept_{group}"], value[f"slope_{group}"]])
        vii, vis, vss = (value[f"{v}_{group}"] for v in ("vii", "vis", "vss"))
        lines.append(data.spread * back @ line + [data.location, 0.0])
        covariances.append(data.spread**2 * back @ np.array([[vii, vis], [vis, vss]]) @ back.T)
    factor = np.array([[value["a"], 0.0], [value["l"], value["c"]]])
    sigma = np.sqrt(value["sigma2"]) * data.spread
    n = len(data.value)
    fixed = data.groups * 2 - common_slope
    shift = 2 * (n - fixed if method == "REML" else n) * np.log(data.spread)
    if method == "REML":
        shift += 2 * (1 if common_slope else data.groups) * np.log(data.scale)
    bounded = {"slope": (0, 2), "uncorrelated": (0, 2), "intercept": (0,)}[random]
    return Block(
        lines=np.array(lines),
        covariance_of_lines=np.array(covariances),
        covariance=sigma**2 * back @ factor @ factor.T @ back.T,
        sigma=sigma,
        criterion=value["criterion"] + shift,
        df=np.array([value["df_control"], value["df_treated"], value["df_difference"]]),
        singular=any(abs(fit[k]) < reml.SINGULAR for k in bounded),
        converged=value["status"] == reml.OK,
        relative=fit[:3].copy(),
    )


def starts_near(relative: np.ndarray) -> tuple:
    """Starts near a known minimum, but not at zero, where a search could stick; and elsewhere."""
    start = relative.copy()
    start[[0, 2]] = np.maximum(np.abs(start[[0, 2]]), 0.2)
    return start, (1.0, 0.0, 1.0)


def _fit_statsmodels(data: Trajectories, random: str, method: str):
    """The same model by statsmodels' MixedLM, on the scaled values and times."""
    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

    centred = random != "uncorrelated"
    t = (data.time - data.centre * centred) / data.scale
    z = np.column_stack([np.ones_like(t), t])
    label = data.label[data.patient][:, None]
    x = np.hstack([z * (label == k) for k in range(data.groups)])
    y = (data.value - data.location) / data.spread
    effects = z[:, :1] if random == "intercept" else z
    free = None
    if random == "uncorrelated":
        free = MixedLMParams.from_components(np.ones(x.shape[1]), np.eye(2))
    model = MixedLM(y, x, data.patient, exog_re=effects)
    said, result = [], None
    for optimiser in ("lbfgs", "bfgs", "powell"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = model.fit(reml=method == "REML", method=[optimiser], free=free)
            except np.linalg.LinAlgError as error:
                said.append(f"statsmodels: the optimiser {optimiser} ended at a {error}")
                continue
        said += [f"statsmodels: {str(w.message).strip()}" for w in caught]
        if result.converged:
            break
    if result is None:
        raise ModelError("\n".join([*said, "statsmodels has no fit: use engine='newton'"]))
    covariance = np.zeros((2, 2))
    size = effects.shape[1]
    covariance[:size, :size] = result.cov_re
    fixed = np.asarray(result.cov_params())[: x.shape[1], : x.shape[1]]
    sigma2 = result.scale
    factor = _factor(covariance / sigma2)
    fit = np.concatenate(
        [
            factor,
            [-2 * result.llf, sigma2],
            np.pad(np.asarray(result.fe_params), (0, 4 - x.shape[1])),
            *([fixed[k, k], fixed[k, k + 1], fixed[k + 1, k + 1]] for k in (0, 2)[: data.groups]),
            *([np.zeros(3)] if data.groups == 1 else []),
            [np.inf, np.inf, np.inf, np.nan, 0.0 if result.converged else 1.0, np.nan],
        ]
    )
    return block_of(data, fit, random, method), tuple(dict.fromkeys(said)), result


def _factor(covariance: np.ndarray) -> np.ndarray:
    """(a, l, c) of a covariance of two, which may be singular."""
    a = np.sqrt(max(covariance[0, 0], 0.0))
    l = covariance[1, 0] / a if a > 0 else 0.0  # noqa: E741
    return np.array([a, l, np.sqrt(max(covariance[1, 1] - l * l, 0.0))])


def _check_size(data: Trajectories, random: str, whole: bool) -> None:
    effects = 1 if random == "intercept" else 2
    n, patients = len(data.value), len(data.patients)
    if n <= effects * patients:
        of = "" if whole else " of a group"
        raise ModelError(
            f"{n} samples of {patients} patients{of}: a model with {effects} random effect"
            f"{'s' * (effects > 1)} for each patient needs more than {effects * patients}. "
            + (
                "Give random='intercept', or more samples"
                if effects == 2
                else "More samples are needed"
            )
        )


def _remarks(data: Trajectories, singular: bool, converged: bool, random: str) -> list[str]:
    remarks = []
    if not converged:
        remarks.append(
            "No minimum of the criterion was found: do not use these figures. The residual "
            "variance may be zero (each patient's samples lie on a line)."
        )
    if singular:
        remarks.append(
            "Singular fit: a variance between patients is estimated as zero, or intercept and "
            "slope as perfectly correlated. The data cannot tell them apart from noise; it does "
            "not show that the patients are alike."
        )
    once = int((data.n_samples == 1).sum())
    if once:
        many = once > 1
        remarks.append(
            f"{once} patient{'s have' if many else ' has'} one sample only: "
            f"{'they tell' if many else 'it tells'} of the level, not of the slope."
        )
    if data.missing.sum():
        remarks.append(f"{data.missing.sum()} rows without a value were left out.")
    if data.detection_rule:
        from .detection_limit import DETECTION_RULES

        remarks.append(
            f"{data.below_limit.sum()} values below the limit of detection: "
            f"{DETECTION_RULES[data.detection_rule]} (rule {data.detection_rule!r})."
        )
    return remarks


def _table(data, blocks, lines, covariances, random, df_method, level) -> pd.DataFrame:
    """Slopes and their difference with standard error, degrees of freedom, t, P and limits."""
    contrasts = np.array([[0, 1]]) if data.groups == 1 else np.array(
        [[0, 1, 0, 0], [0, 0, 0, 1], [0, -1, 0, 1]]
    )  # fmt: skip
    slope = contrasts @ lines.ravel()
    variances = covariances[:, 1, 1]
    se = np.sqrt(variances if data.groups == 1 else [*variances, variances.sum()])
    if df_method == "wald":
        df = np.full(len(slope), np.inf)
    elif df_method == "kenward_roger":
        se, df = kenward_roger(
            data, [b.covariance for b in blocks], [b.sigma for b in blocks], random, contrasts
        )
    elif len(blocks) == 2:  # Welch and Satterthwaite: variances of separate fits add up
        own = np.array([b.df[0] for b in blocks])
        df = np.array([*own, variances.sum() ** 2 / (variances**2 / own).sum()])
    else:
        df = blocks[0].df[: len(slope)]
    statistic = slope / se
    reach = stats.t.ppf(0.5 + level / 2, df) * se
    rows = ["control", "treated", "difference"] if data.groups == 2 else ["all"]
    return pd.DataFrame(
        {
            "slope": slope,
            "se": se,
            "df": df,
            "statistic": statistic,
            "p_value": 2 * stats.t.sf(np.abs(statistic), df),
            "ci_low": slope - reach,
            "ci_high": slope + reach,
        },
        index=pd.Index(rows, name="term"),
    )


def _variance_table(blocks, names) -> pd.DataFrame:
    rows = []
    for b in blocks:
        sd = np.sqrt(np.maximum(np.diag(b.covariance), 0.0))
        correlation = b.covariance[0, 1] / sd.prod() if sd.prod() > 0 else np.nan
        rows.append(
            {
                "sd_intercept": sd[0],
                "sd_slope": sd[1],
                "correlation": float(np.clip(correlation, -1, 1)),
                "sd_residual": b.sigma,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(names, name="group"))
