"""The tests of a difference between slopes side by side, each with the question it answers."""

import pandas as pd
from scipy import stats

from .bootstrap import bootstrap_intervals, bootstrap_lrt, parametric_bootstrap
from .errors import ModelError
from .permutation import permutation_interval, permutation_test
from .random_slopes import check_options, fit_slopes
from .trajectories import patient_slopes

__all__ = ["SLOPE_TESTS", "slope_tests"]

SLOPE_TESTS = {
    "wald": (
        "Wald z (statsmodels)",
        "Are the mean slopes equal? For many patients; equal variances",
    ),
    "satterthwaite": (
        "Satterthwaite t",
        "Are the mean slopes equal? For few patients; equal variances, normal distributions",
    ),
    "kenward_roger": (
        "Kenward-Roger t",
        "The same, with the standard error corrected for few patients",
    ),
    "by_group": (
        "Satterthwaite t, variances by group",
        "Are the mean slopes equal, if the groups vary differently? Normal distributions",
    ),
    "welch": (
        "Welch t of the patients' own slopes",
        "The same, from one slope per patient",
    ),
    "bootstrap_t": (
        "Studentised bootstrap",
        "Are the mean slopes equal? The distribution of t is simulated; equal variances",
    ),
    "bootstrap_lrt": (
        "Bootstrap likelihood ratio",
        "The same, by the likelihood of the model with one slope for both groups",
    ),
    "permutation_t": (
        "Permutation of t",
        "Would every patient's values be the same with the other label? Exact for that",
    ),
    "permutation_welch": (
        "Permutation of Welch's t",
        "The same, exact; and approximately: are the mean slopes equal, if variances differ?",
    ),
}


def slope_tests(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    level: float = 0.95,
    n: int = 2000,
    seed: int = 0,
    intervals: bool = True,
    progress: bool = True,
) -> pd.DataFrame:
    """Every test of the difference between the slopes that this package offers.

    They answer different questions; do not choose the one with the smallest P value. Choose
    before you look.

    Parameters
    ----------
    frame, value, time, group, subject
        As for :func:`rescat.fit_slopes`.
    level : float
        Of the confidence limits.
    n, seed : int
        Of the bootstrap. The permutations are exact up to 200,000 assignments.
    intervals : bool
        Also invert the permutation tests, which takes some seconds.
    progress : bool

    Returns
    -------
    DataFrame, one row per test of :data:`rescat.SLOPE_TESTS`
        ``test``, ``difference``, ``ci_low``, ``ci_high``, ``df``, ``p_value`` and ``question``.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`.
    """
    if group is None:
        raise ModelError("a difference needs two groups: name the column in group=…")
    check_options(n=n, seed=seed, level=level)
    names = {"value": value, "time": time, "group": group, "subject": subject}
    rows = {}
    fits = {
        "wald": {"engine": "statsmodels"},
        "satterthwaite": {},
        "kenward_roger": {"df": "kenward_roger"},
        "by_group": {"variance": "by_group"},
    }
    fits = {key: fit_slopes(frame, **names, level=level, **o) for key, o in fits.items()}
    for key, fit in fits.items():
        row = fit.table.loc["difference"]
        rows[key] = row[["slope", "ci_low", "ci_high", "df", "p_value"]].to_dict()

    own = patient_slopes(frame, **names).dropna(subset="slope")
    arms = [own.loc[own["group"].eq(g), "slope"].to_numpy() for g in ("treated", "control")]
    welch = stats.ttest_ind(*arms, equal_var=False)
    low, high = welch.confidence_interval(level)
    rows["welch"] = {
        "slope": arms[0].mean() - arms[1].mean(),
        "ci_low": low,
        "ci_high": high,
        "df": welch.df,
        "p_value": welch.pvalue,
    }

    fit = fits["satterthwaite"]
    drawn = parametric_bootstrap(frame, **names, n=n, seed=seed, progress=progress)
    limits = bootstrap_intervals(fit, drawn, level=level, kind="studentised").loc["difference"]
    row = fit.table.loc["difference"]
    t = (drawn["difference"] - row["slope"]) / drawn["se_difference"]
    beyond = (t.abs() >= abs(row["slope"] / row["se"])).sum()
    rows["bootstrap_t"] = {
        "slope": limits["estimate"],
        "ci_low": limits["ci_low"],
        "ci_high": limits["ci_high"],
        "p_value": (beyond + 1) / (n + 1),
    }
    ratio = bootstrap_lrt(frame, **names, n=n, seed=seed, progress=progress)
    rows["bootstrap_lrt"] = {"slope": row["slope"], "p_value": ratio.p_value}
    for key, statistic in (("permutation_t", "t"), ("permutation_welch", "welch")):
        options = {**names, "statistic": statistic, "progress": progress}
        test = permutation_test(frame, **options)
        rows[key] = {"slope": test.difference, "p_value": test.p_value}
        if intervals:
            limits = permutation_interval(frame, level=level, **options)
            rows[key] |= dict(zip(("ci_low", "ci_high"), limits, strict=True))

    table = pd.DataFrame.from_dict(rows, orient="index").rename(columns={"slope": "difference"})
    table = table.reindex(columns=["difference", "ci_low", "ci_high", "df", "p_value"])
    table.insert(0, "test", [SLOPE_TESTS[key][0] for key in table.index])
    table["question"] = [SLOPE_TESTS[key][1] for key in table.index]
    return table if fit.origin is None else table.assign(origin=fit.origin)
