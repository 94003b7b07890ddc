"""Parametric bootstrap: samples drawn from the fitted model, and the model fitted to each again."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from tqdm import tqdm

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, keeps_origin
from .blocks import Block, fit_block, parts_of, starts_near
from .fit import fit_trajectories
from .result import SlopeFit
from .trajectories import GROUPS, Trajectories, trajectories

__all__ = ["BootstrapLRT", "bootstrap_intervals", "bootstrap_lrt", "parametric_bootstrap"]

# The variance components that each model has.
_COMPONENTS = {
    "slope": ("sd_intercept", "sd_slope", "correlation", "sd_residual"),
    "uncorrelated": ("sd_intercept", "sd_slope", "sd_residual"),
    "intercept": ("sd_intercept", "sd_residual"),
}
_ROWS = 2_000  # data sets in memory at a time
NULL_MODELS = {
    "equal_slopes": "the two groups have the same slope",
    "no_random_slope": "the patients of a group do not differ in slope",
    "equal_variances": "the two groups have the same variances",
}


@keeps_origin("frame")
def parametric_bootstrap(
    frame: pd.DataFrame,
    *,
    n: int = 2000,
    seed: int = 0,
    value: str = "value",
    time: str = "day",
    group: str | None = "treated",
    subject: str = "patient_id",
    random: str = "slope",
    variance: str = "pooled",
    duplicates: str = "refuse",
    progress: bool = True,
    threads: int | None = None,
) -> pd.DataFrame:
    """Draw data sets from the fitted model, at the samples that were taken, and fit each again.

    Parameters
    ----------
    frame, value, time, group, subject, random, variance, duplicates
        As for :func:`rescat.fit_slopes`.
    n : int
        Data sets.
    seed : int
        The same seed gives the same frame, whatever the number of threads.
    progress : bool
        Show a bar if it takes more than a second or two.
    threads : int, optional

    Returns
    -------
    DataFrame, one row per data set
        ``control``, ``treated``, ``difference`` (or ``all``): the slopes, and ``se_…`` of each;
        ``sd_intercept``, ``sd_slope``, ``correlation``, ``sd_residual`` (with ``_control`` and
        ``_treated`` if the variances are by group); ``singular``, ``converged``.
        :func:`bootstrap_intervals` turns it into confidence intervals.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, or if n is below 1.

    Notes
    -----
    Davison and Hinkley (1997), Bootstrap Methods and their Application, chapter 4. It answers how
    far estimates would scatter if the fitted model were true, normal distributions included.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> replicates = rescat.parametric_bootstrap(trial, n=200, progress=False)
    >>> replicates["difference"].agg(["count", "mean", "std"]).round(3).to_dict()
    {'count': 200.0, 'mean': 0.017, 'std': 0.007}
    """
    check_options(n=n, seed=seed, random=random, variance=variance, threads=threads)
    data = trajectories(
        frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
    )
    fit = fit_trajectories(data, random=random, variance=variance)
    parts = [(part, members[data.patient], block) for part, members, block in fit.parts()]
    frames = []
    with tqdm(total=n, desc="bootstrap", disable=not progress, delay=2) as bar:
        for values in _drawn(fit, n, seed):
            results = [
                _refit(part, values[:, rows], random, threads, block.relative)
                for part, rows, block in parts
            ]
            frames.append(_joined(results, data.groups))
            bar.update(len(values))
    return pd.concat(frames, ignore_index=True)


@keeps_origin("fit")
def bootstrap_intervals(
    fit: SlopeFit, replicates: pd.DataFrame, *, level: float = 0.95, kind: str = "percentile"
) -> pd.DataFrame:
    """Confidence intervals from a parametric bootstrap of a fit.

    Parameters
    ----------
    fit : SlopeFit
        Of the same frame with the same options.
    replicates : DataFrame
        From :func:`parametric_bootstrap`.
    level : float
    kind : {"percentile", "basic", "studentised"}
        Standard deviations and correlations have percentile intervals only: the other two could
        leave their range.

    Returns
    -------
    DataFrame, one row per parameter
        ``estimate``, ``ci_low``, ``ci_high``, and ``used``: the data sets whose fit converged and
        has the parameter (a correlation needs two variances above zero).

    Raises
    ------
    ModelError
        If the kind is not known.

    Notes
    -----
    Davison and Hinkley (1997), Bootstrap Methods and their Application, chapter 5.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> replicates = rescat.parametric_bootstrap(trial, n=200, progress=False)
    >>> limits = rescat.bootstrap_intervals(rescat.fit_slopes(trial), replicates)
    >>> print(limits.loc["difference"].to_string())
    estimate     0.016685
    ci_low       0.004152
    ci_high       0.02877
    used              200
    origin      synthetic
    """
    check_options(kind=kind, level=level)
    estimates = dict(fit.table["slope"])
    if kind == "percentile":
        for row, values in fit.variance.iterrows():
            suffix = "" if row == "all" else f"_{row}"
            estimates |= {f"{name}{suffix}": values[name] for name in _COMPONENTS[fit.random]}
    if not set(estimates) <= set(replicates):
        raise ModelError("the replicates are of another model: draw them with the fit's options")
    used = replicates[replicates["converged"]]
    rows = {}
    for name, estimate in estimates.items():
        tails = [(1 - level) / 2, (1 + level) / 2]
        if kind == "studentised":
            se = fit.table.loc[name, "se"]
            high, low = np.nanquantile((used[name] - estimate) / used[f"se_{name}"], tails)
            limits = estimate - low * se, estimate - high * se
        else:
            low, high = np.nanquantile(used[name], tails)
            turned = (2 * estimate - high, 2 * estimate - low)
            limits = (low, high) if kind == "percentile" else turned
        rows[name] = {
            "estimate": estimate,
            "ci_low": limits[0],
            "ci_high": limits[1],
            "used": int(used[name].notna().sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")


@dataclass(frozen=True, repr=False)
class BootstrapLRT(Spoken):
    """The result of :func:`bootstrap_lrt`.

    Attributes
    ----------
    null : str
        The null hypothesis, in words.
    statistic : float
        Likelihood ratio: the criterion of the null model less that of the full one.
    p_value, p_error : float
        (b + 1) / (m + 1), and its Monte Carlo standard error.
    n : int
        Data sets drawn from the null model whose two fits converged.
    chi2_df : int
    p_chi2 : float
        From the chi-squared distribution, which needs many patients (and, for a variance, is
        conservative). Shown beside the bootstrap, not in its place.
    distribution : array, shape (n,)

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> test = rescat.bootstrap_lrt(trial, n=200, progress=False)
    >>> test.null, test.n, round(test.p_value, 3)
    ('the two groups have the same slope', 200, 0.025)
    """

    null: str
    statistic: float
    p_value: float
    p_error: float
    n: int
    chi2_df: int
    p_chi2: float
    distribution: np.ndarray = field(repr=False)

    def _lines(self) -> list[str]:
        return [
            f"Likelihood-ratio test. Null hypothesis: {self.null}",
            f"Likelihood ratio {self.statistic:.4g}",
            f"P = {self.p_value:.4g} by parametric bootstrap ({self.n:,} data sets, Monte Carlo "
            f"error {self.p_error:.2g})",
            f"P = {self.p_chi2:.4g} by chi-squared with {self.chi2_df} degree"
            f"{'s' * (self.chi2_df > 1)} of freedom, which {self._doubt()}",
        ]

    def _doubt(self) -> str:
        if self.null == NULL_MODELS["no_random_slope"]:
            return "is too large for a variance that cannot be below zero, with any sample"
        return "needs many patients"


@keeps_origin("frame")
def bootstrap_lrt(
    frame: pd.DataFrame,
    *,
    null: str = "equal_slopes",
    n: int = 2000,
    seed: int = 0,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    duplicates: str = "refuse",
    progress: bool = True,
    threads: int | None = None,
) -> BootstrapLRT:
    """Likelihood-ratio test whose null distribution is simulated, not taken from chi-squared.

    Parameters
    ----------
    frame, value, time, group, subject, duplicates
        As for :func:`rescat.fit_slopes`.
    null : {"equal_slopes", "no_random_slope", "equal_variances"}
        ``equal_slopes`` compares ``day + treated`` with ``day * treated``, by ML;
        ``no_random_slope`` compares ``(1 | patient)`` with ``(day | patient)``, by REML;
        ``equal_variances`` compares one set of variances with one for each group, by REML.
    n, seed, progress, threads
        As for :func:`parametric_bootstrap`.

    Returns
    -------
    BootstrapLRT

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, or if the null model is not known.

    Notes
    -----
    Davison and Hinkley (1997), chapter 4; Halekoh and Højsgaard (2014), Journal of Statistical
    Software 59(9).

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> print(rescat.bootstrap_lrt(trial, n=200, progress=False))
    SYNTHETIC: invented patients, made by a program. Not data of the trial
    Likelihood-ratio test. Null hypothesis: the two groups have the same slope
    Likelihood ratio 5.106
    P = 0.02488 by parametric bootstrap (200 data sets, Monte Carlo error 0.011)
    P = 0.02384 by chi-squared with 1 degree of freedom, which needs many patients
    """
    check_choice("null", null, NULL_MODELS)
    check_options(n=n, seed=seed, threads=threads)
    data = trajectories(
        frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
    )
    if data.groups == 1 and null != "no_random_slope":
        raise ModelError(f"null={null!r} compares two groups: name the column in group=…")
    full = fit_trajectories(
        data,
        method="ML" if null == "equal_slopes" else "REML",
        variance="by_group" if null == "equal_variances" else "pooled",
    )
    small = _null_fit(data, null)
    compare = _comparison(data, null, small, full, threads)
    distribution = []
    with tqdm(total=n, desc="bootstrap", disable=not progress, delay=2) as bar:
        for values in _drawn(small, n, seed):
            distribution.append(compare(values))
            bar.update(len(values))
    ratios = np.concatenate(distribution)
    ratios = ratios[np.isfinite(ratios)]
    observed = max(small.criterion - full.criterion, 0.0)
    b, m = int((ratios >= observed - 1e-8).sum()), len(ratios)
    p = (b + 1) / (m + 1)
    df = {"equal_slopes": 1, "no_random_slope": 2, "equal_variances": 4}[null]
    return BootstrapLRT(
        null=NULL_MODELS[null],
        statistic=observed,
        p_value=p,
        p_error=float(np.sqrt(p * (1 - p) / (m + 1))),
        n=m,
        chi2_df=df,
        p_chi2=float(stats.chi2.sf(observed, df)),
        distribution=ratios,
    )


@dataclass(frozen=True)
class _Null:
    """A null model: just what is needed to draw from it."""

    data: Trajectories
    blocks: tuple[Block, ...]
    criterion: float


def _null_fit(data: Trajectories, null: str) -> _Null:
    if null == "equal_slopes":
        block = fit_block(data, method="ML", common_slope=True)
    else:
        block = fit_block(data, "intercept" if null == "no_random_slope" else "slope")
    return _Null(data, (block,), block.criterion)


def _comparison(data: Trajectories, null: str, small: _Null, full: SlopeFit, threads):
    """A function from drawn values to likelihood ratios."""
    from . import reml

    def criterion(part, values, start, **options):
        fits = reml.many(
            part.statistics(values=values), part.label, starts=starts_near(start), threads=threads,
            **options,
        )  # fmt: skip
        bad = reml.column(fits, "status") != reml.OK
        return np.where(bad, np.nan, reml.column(fits, "criterion"))

    def compare(values):
        start = small.blocks[0].relative
        if null == "equal_slopes":
            less = criterion(data, values, start, reml=False, held="difference")
            more = criterion(data, values, full.blocks[0].relative, reml=False)
        elif null == "no_random_slope":
            less = criterion(data, values, start, random="intercept")
            more = criterion(data, values, full.blocks[0].relative)
        else:
            less = criterion(data, values, start) + 4 * np.log(data.scale)
            more = sum(
                criterion(part, values[:, members[data.patient]], block.relative)
                + 2 * np.log(part.scale)
                for part, members, block in full.parts()
            )
        return less - more

    return compare


def _drawn(fit, n: int, seed: int) -> Iterator[np.ndarray]:
    """Data sets drawn from a fit, scaled as the parts of the fit are; some at a time."""
    data = fit.data
    patients, samples = len(data.patients), len(data.value)
    mean, noise = np.empty(samples), np.empty(samples)
    effect = np.empty((samples, 2))  # what a patient's two normal numbers do to each sample
    for part, members, block in parts_of(data, fit.blocks):
        rows = members[data.patient]
        line = block.lines[part.label[part.patient]]
        mean[rows] = (line[:, 0] + line[:, 1] * part.time - part.location) / part.spread
        t = (part.time - block.centre) / block.scale
        effect[rows] = np.column_stack([np.ones_like(t), t]) @ block.factor / part.spread
        noise[rows] = block.sigma / part.spread
    rng = np.random.default_rng(seed)
    for low in range(0, n, _ROWS):
        normal = rng.standard_normal((min(_ROWS, n - low), 2 * patients + samples))
        members = normal[:, : 2 * patients].reshape(-1, patients, 2)[:, data.patient]
        yield mean + (members * effect).sum(axis=2) + noise * normal[:, 2 * patients :]


def _refit(part: Trajectories, values, random, threads, start) -> pd.DataFrame:
    """Slopes, standard errors and variances of every drawn data set, in the units of the data."""
    from . import reml

    centred = random != "uncorrelated"
    fits = reml.many(
        part.statistics(centred, values), part.label, random=random, starts=starts_near(start),
        threads=threads,
    )  # fmt: skip
    get = {name: reml.column(fits, name) for name in reml.COLUMNS}
    per_time = part.spread / part.scale
    groups = GROUPS if part.groups == 2 else ("control",)
    out = {}
    for name in groups:
        out[name] = get[f"slope_{name}"] * per_time
        out[f"se_{name}"] = np.sqrt(get[f"vss_{name}"]) * per_time
    sigma = np.sqrt(get["sigma2"]) * part.spread
    shift = -part.centre * centred / part.scale
    # Rows of the factor in the units of the data: intercept at time 0, and slope.
    first = np.stack([get["a"] + shift * get["l"], shift * get["c"]])
    second = np.stack([get["l"], get["c"]]) / part.scale
    out["sd_intercept"] = sigma * np.sqrt((first**2).sum(axis=0))
    out["sd_slope"] = sigma * np.sqrt((second**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = sigma**2 * (first * second).sum(axis=0)
        out["correlation"] = correlation / (out["sd_intercept"] * out["sd_slope"])
    out["sd_residual"] = sigma
    out["singular"] = reml.singular(fits, random)
    out["converged"] = get["status"] == reml.OK
    return pd.DataFrame(out)


def _joined(results: list[pd.DataFrame], groups: int) -> pd.DataFrame:
    if groups == 1:
        return results[0].rename(columns={"control": "all", "se_control": "se_all"})
    if len(results) == 1:
        joined = results[0].copy()
    else:
        shared = ["singular", "converged"]
        parts = []
        for group, result in zip(GROUPS, results, strict=True):
            named = {"control": group, "se_control": f"se_{group}"}
            kept = result.drop(columns=shared).rename(columns=named)
            others = [c for c in kept if c not in named.values()]
            parts.append(kept.rename(columns={c: f"{c}_{group}" for c in others}))
        joined = pd.concat(parts, axis=1)
        joined["singular"] = results[0]["singular"] | results[1]["singular"]
        joined["converged"] = results[0]["converged"] & results[1]["converged"]
    joined["difference"] = joined["treated"] - joined["control"]
    joined["se_difference"] = np.hypot(joined["se_control"], joined["se_treated"])
    first = [f"{kind}{term}" for kind in ("", "se_") for term in (*GROUPS, "difference")]
    return joined[[*first, *(c for c in joined if c not in first)]]
