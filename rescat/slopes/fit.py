"""The random-slope model: ``value ~ day * treated + (day | patient)`` and its small variants."""

import warnings

import numpy as np
import pandas as pd

from ..base.arguments import check_options
from ..base.errors import ConvergenceWarning, ModelError, SingularFitWarning
from ..base.origin import keeps_origin
from .blocks import Block, check_size, fit_block
from .contrasts import with_inference
from .detection_limit import DETECTION_RULES
from .kenward_roger import kenward_roger
from .result import SlopeFit
from .statsmodels_engine import fit_by_statsmodels
from .trajectories import DUPLICATE_RULES, GROUPS, Trajectories, trajectories

__all__ = ["fit_slopes"]

_TERMS = {
    "slope": "({time} | {subject})",
    "uncorrelated": "({time} || {subject})",
    "intercept": "(1 | {subject})",
}
_NO_MINIMUM = (
    "No minimum of the criterion was found: do not use these figures. The residual "
    "variance may be zero (each patient's samples lie on a line)."
)
_SINGULAR = (
    "A variance is estimated as zero, or a correlation as 1 or -1: the fit is singular. Its "
    "messages say what that means for the figures."
)


@keeps_origin("frame", on=("table", "variance", "lines"))
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
    duplicates: str = "refuse",
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
        Of the confidence interval, a multiple of the standard error either side of the slope. What
        R's ``confint`` gives is :func:`rescat.profile_limits`.
    duplicates : {"refuse", "mean", "keep"}
        What becomes of several values of one patient at one time, as immunoassays give them:
        :data:`rescat.DUPLICATE_RULES`. The mean is what most mean by one sample; kept values have a
        residual each, as if they were two samples, and claim more than they know if the assay is
        not all of the scatter. The result says what was done.

    Returns
    -------
    SlopeFit

    Raises
    ------
    ModelError
        If the data cannot carry the model: a group with fewer than two patients, no patient with
        a value, a constant marker, infinite values, values below the limit of detection without a
        rule, too few samples. The message says what to do.

    Warns
    -----
    ConvergenceWarning
        If no minimum of the criterion was found.
    SingularFitWarning
        If a variance is estimated as zero, or a correlation as 1 or -1.

    Notes
    -----
    Laird and Ware (1982), Biometrics 38: 963-974. The criterion is that of lme4 (Bates, Mächler,
    Bolker and Walker 2015, Journal of Statistical Software 67(1)); the degrees of freedom are
    those of lmerTest (Kuznetsova, Brockhoff and Christensen 2017, same journal 82(13)). Both are
    compared with R in the tests. In a singular fit these degrees of freedom are those of the model
    held at that boundary, and often large; Kenward and Roger's are not.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.fit_slopes(rescat.simulate_trial(5, slope=(0, 0.02))))
    SYNTHETIC: invented patients, made by a program. Not data of the trial
    value ~ day * treated + (day | patient_id)
    REML by Newton's method; Satterthwaite's degrees of freedom; 95 % confidence intervals
    REML criterion 70.2478
    <BLANKLINE>
                    slope               95 % CI        SE    df      t       P
    control     -0.005494  -0.01386 to 0.002876  0.003865  12.7  -1.42  0.1793
    treated       0.01119  -0.002272 to 0.02466  0.006242  13.2   1.79  0.0959
    difference    0.01669  0.0008319 to 0.03254  0.007341  13.1   2.27  0.0406
    <BLANKLINE>
        SD of intercepts SD of slopes correlation residual SD
    all           0.3851     0.006688      0.2732      0.2479
    <BLANKLINE>
             patients  samples samples per patient
    control        12       57              4 to 5
    treated         5       24              4 to 5
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
    data = trajectories(
        frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
    )
    fit = fit_trajectories(
        data, random=random, variance=variance, method=method, df=df, engine=engine, level=level
    )
    if not fit.converged:
        warnings.warn(_NO_MINIMUM, ConvergenceWarning, stacklevel=3)
    elif fit.singular:
        warnings.warn(_SINGULAR, SingularFitWarning, stacklevel=3)
    return fit


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
        blocks, remarks, result = zip(
            *(fit_by_statsmodels(p, random, method) for p in parts), strict=True
        )
        messages += [message for some in remarks for message in some]
    else:
        blocks = tuple(fit_block(p, random, method) for p in parts)
    singular = any(b.singular for b in blocks)
    converged = all(b.converged for b in blocks)
    table = _table(data, blocks, random, df, level)
    messages = [*_remarks(data, blocks, converged), *messages]
    if table["df"].isna().any():
        terms = ", ".join(table.index[table["df"].isna()])
        messages.append(
            f"The samples hold almost no information on the standard error of: {terms}. There are "
            "no interval and no P value for it."
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
        variance=_variance_table(blocks, shared),
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
        ),
        random=random,
        variance_model=variance,
        method=method,
        df_method=df,
        engine=engine,
        level=level,
        formula=f"{names['value']} ~ {terms} + {random_term}",
        messages=tuple(messages),
        data=data,
        blocks=tuple(blocks),
        result=None if result is None else (result[0] if len(result) == 1 else result),
    )


def _remarks(data: Trajectories, blocks, converged: bool) -> list[str]:
    remarks = []
    if not converged:
        remarks.append(_NO_MINIMUM)
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
    if data.repeated:
        remarks.append(
            f"Values of a patient at a time that had one already: {data.repeated}. "
            f"Rule {data.duplicates!r}: {DUPLICATE_RULES[data.duplicates]}."
        )
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
    """Slopes and their difference with standard error, degrees of freedom, t, P and interval."""
    lines = np.concatenate([b.lines for b in blocks])
    covariances = np.concatenate([b.covariance_of_lines for b in blocks])
    contrasts = np.array([[0, 1]]) if data.groups == 1 else np.array(
        [[0, 1, 0, 0], [0, 0, 0, 1], [0, -1, 0, 1]]
    )  # fmt: skip
    slope = contrasts @ lines.ravel()
    variances = covariances[:, 1, 1]
    squared = variances if data.groups == 1 else np.array([*variances, variances.sum()])
    se = np.sqrt(np.where(squared > 0, squared, np.nan))
    if df_method == "wald":
        df = np.full(len(slope), np.inf)
    elif df_method == "kenward_roger":
        se, df = kenward_roger(data, blocks, random, contrasts)
    elif len(blocks) == 2:  # Welch and Satterthwaite: variances of separate fits add up
        separate = np.array([b.df[0] for b in blocks])
        df = np.array([*separate, variances.sum() ** 2 / (variances**2 / separate).sum()])
    else:
        df = blocks[0].df[: len(slope)]
    rows = ["control", "treated", "difference"] if data.groups == 2 else ["all"]
    table = pd.DataFrame({"slope": slope, "se": se, "df": df}, index=pd.Index(rows, name="term"))
    return with_inference(table, "slope", level)


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
