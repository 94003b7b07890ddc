"""The random-slope model: ``value ~ day * treated + (day | patient)`` and its small variants."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from ..base import inert
from ..base.arguments import check_options
from ..base.errors import ModelError
from ..base.inert import Html
from ..base.origin import ORIGINS
from .detection_limit import DETECTION_RULES
from .kenward_roger import kenward_roger
from .trajectories import GROUPS, Trajectories, own_lines, trajectories

__all__ = ["SlopeFit", "fit_slopes"]

STARTS = ((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0), (10.0, 0.0, 1.0), (1.0, -0.5, 0.3))
_TERMS = {
    "slope": "({time} | {subject})",
    "uncorrelated": "({time} || {subject})",
    "intercept": "(1 | {subject})",
}
# Below this many degrees of freedom a standard error says nothing.
_LEAST_DF = 1.0


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
        Satterthwaite's, of the slope of the control, of the treated and of the difference; NaN for
        what the block does not have.
    singular, converged : bool
    relative : array, shape (3,)
        (a, l, c) of the scaled fit: where a fit of similar data may start.
    centre, scale : float
        What was taken off time, and by what it was divided, in the scaled fit.
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
    centre: float
    scale: float

    @property
    def factor(self) -> np.ndarray:
        """Square root of the covariance of intercept and slope, on the scaled time."""
        a, l, c = self.relative  # noqa: E741
        return self.sigma * np.array([[a, 0.0], [l, c]])


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


def parts_of(
    data: Trajectories, blocks: tuple[Block, ...]
) -> list[tuple[Trajectories, np.ndarray, Block]]:
    """Who shares one set of variances: the samples, which patients they are of, and the block."""
    if len(blocks) == 1:
        return [(data, np.ones(len(data.patients), bool), blocks[0])]
    own = [data.label == k for k in range(2)]
    return [(data.only(o), o, block) for o, block in zip(own, blocks, strict=True)]


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
    df: str | None = None,
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
        Degrees of freedom of t (Satterthwaite's if not given); wald is the normal distribution,
        which small samples do not obey. Kenward and Roger's method also corrects the standard
        error, and needs REML.
    engine : {"newton", "statsmodels"}
        This package's fit, or statsmodels' MixedLM of the same model, on scaled times, which has
        wald only.
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
    compared with R in the tests. In a singular fit these degrees of freedom are those of the model
    held at that boundary, and often large; Kenward and Roger's are not.

    Examples
    --------
    >>> fit = fit_slopes(samples, value="log10_value")  # doctest: +SKIP
    >>> fit.table.loc["difference", ["slope", "ci_low", "ci_high", "p_value"]]  # doctest: +SKIP
    """
    if df is None:
        df = "wald" if engine == "statsmodels" else "satterthwaite"
    check_options(
        random=random, variance=variance, method=method, df=df, engine=engine, level=level
    )
    if df == "kenward_roger" and method != "REML":
        raise ModelError("Kenward and Roger's correction is defined for REML: give method='REML'")
    if engine == "statsmodels" and df != "wald":
        raise ModelError(f"df={df!r}: statsmodels has no degrees of freedom; give df='wald'")
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
        check_size(part, random, part is data)
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
    origin = {} if data.origin is None else {"origin": data.origin}
    table = _table(data, blocks, random, df, level).assign(**origin)
    messages = [*_remarks(data, blocks, converged), *messages]
    if table["df"].isna().any():
        terms = ", ".join(table.index[table["df"].isna()])
        messages.append(
            f"The samples hold almost no information on the standard error of: {terms}. There are "
            "no limits and no P value for it."
        )
    groups = GROUPS if data.groups == 2 else ("all",)
    shared = ("all",) if len(blocks) == 1 else GROUPS
    lines = np.concatenate([b.lines for b in blocks])
    covariances = np.concatenate([b.covariance_of_lines for b in blocks])
    names = data.names
    terms = f"{names['time']} * {names['group']}" if data.groups == 2 else names["time"]
    random_term = _TERMS[random].format(**names)
    return SlopeFit(
        table=table,
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
        starts=STARTS,
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
    return Block(
        lines=np.array(lines),
        covariance_of_lines=np.array(covariances),
        covariance=sigma**2 * back @ factor @ factor.T @ back.T,
        sigma=sigma,
        criterion=value["criterion"] + shift,
        df=np.array([value["df_control"], value["df_treated"], value["df_difference"]]),
        singular=bool(reml.singular(fit, random)),
        converged=value["status"] == reml.OK,
        relative=fit[:3].copy(),
        centre=centre,
        scale=data.scale,
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
    if (np.diag(fixed) <= 0).any():
        said.append("statsmodels: a standard error is not a number; the variance matrix is faulty")
    return block_of(data, fit, random, method), tuple(dict.fromkeys(said)), result


def _factor(covariance: np.ndarray) -> np.ndarray:
    """(a, l, c) of a covariance of two, which may be singular."""
    a = np.sqrt(max(covariance[0, 0], 0.0))
    l = covariance[1, 0] / a if a > 0 else 0.0  # noqa: E741
    return np.array([a, l, np.sqrt(max(covariance[1, 1] - l * l, 0.0))])


def check_size(data: Trajectories, random: str, whole: bool) -> None:
    """Refuse samples that are too few for the random effects, as lme4 does."""
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


def _remarks(data: Trajectories, blocks, converged: bool) -> list[str]:
    remarks = []
    if not converged:
        remarks.append(
            "No minimum of the criterion was found: do not use these figures. The residual "
            "variance may be zero (each patient's samples lie on a line)."
        )
    for group, block in zip(GROUPS if len(blocks) == 2 else ("",), blocks, strict=True):
        if block.singular:
            remarks.append(_what_is_singular(block, f" of the {group} group" if group else ""))
    once = int((data.n_samples == 1).sum())
    if once:
        many = once > 1
        remarks.append(
            f"{once} patient{'s have' if many else ' has'} one sample only: "
            f"{'they tell' if many else 'it tells'} of the level, not of the slope."
        )
    missing = int(data.missing.sum())
    if missing:
        rows = (
            "1 row without a value was" if missing == 1 else f"{missing} rows without a value were"
        )
        remarks.append(f"{rows} left out.")
    if data.detection_rule:
        below = int(data.below_limit.sum())
        remarks.append(
            f"Values below the limit of detection: {below}. Rule {data.detection_rule!r}: "
            f"{DETECTION_RULES[data.detection_rule]}."
        )
    return remarks


def _what_is_singular(block: Block, whose: str) -> str:
    sd = np.sqrt(np.diag(block.covariance))
    size = block.sigma * 1e-4
    if sd[0] < size and sd[1] * block.scale < size:
        what = "no variation between patients is left"
    elif sd[1] * block.scale < size:
        what = "the variance of the slopes between patients is estimated as zero"
    elif abs(block.relative[0]) < 1e-4:
        what = "the variance of the intercepts between patients is estimated as zero"
    else:
        what = "intercept and slope of the patients are estimated as perfectly correlated"
    return (
        f"Singular fit{whose}: {what}. The samples are too few to tell this from a smaller or "
        "larger variation. It does not show that the patients are alike."
    )


def _table(data, blocks, random, df_method, level) -> pd.DataFrame:
    """Slopes and their difference with standard error, degrees of freedom, t, P and limits."""
    lines = np.concatenate([b.lines for b in blocks])
    covariances = np.concatenate([b.covariance_of_lines for b in blocks])
    contrasts = np.array([[0, 1]]) if data.groups == 1 else np.array(
        [[0, 1, 0, 0], [0, 0, 0, 1], [0, -1, 0, 1]]
    )  # fmt: skip
    slope = contrasts @ lines.ravel()
    variances = covariances[:, 1, 1]
    own = variances if data.groups == 1 else np.array([*variances, variances.sum()])
    se = np.sqrt(np.where(own > 0, own, np.nan))
    if df_method == "wald":
        df = np.full(len(slope), np.inf)
    elif df_method == "kenward_roger":
        se, df = kenward_roger(data, blocks, random, contrasts)
    elif len(blocks) == 2:  # Welch and Satterthwaite: variances of separate fits add up
        own = np.array([b.df[0] for b in blocks])
        df = np.array([*own, variances.sum() ** 2 / (variances**2 / own).sum()])
    else:
        df = blocks[0].df[: len(slope)]
    df = np.where(df >= _LEAST_DF, df, np.nan)
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
