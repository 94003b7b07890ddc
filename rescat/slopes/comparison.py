"""The tests of a difference between slopes side by side, each with the question it answers."""

from collections.abc import Iterable

import pandas as pd
from scipy import stats

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .bootstrap import bootstrap_intervals, bootstrap_lrt, parametric_bootstrap
from .fit import fit_slopes
from .permutation import permutation_interval, permutation_test
from .result import SlopeFit
from .trajectories import patient_slopes

__all__ = ["SLOPE_TESTS", "slope_tests"]

SLOPE_TESTS = {
    "wald": (
        "Wald z",
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


# Options of fit_slopes, and statistics of permutation_test, behind the tests.
_FITS = {
    "wald": {"df": "wald"},
    "satterthwaite": {},
    "kenward_roger": {"df": "kenward_roger"},
    "by_group": {"variance": "by_group"},
}
_STATISTICS = {"permutation_t": "t", "permutation_welch": "welch"}


@keeps_origin("frame")
def slope_tests(
    frame: pd.DataFrame,
    *,
    tests: Iterable[str] | None = None,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    fit: SlopeFit | None = None,
    level: float = 0.95,
    n: int = 2000,
    seed: int = 0,
    intervals: bool = True,
    duplicates: str = "refuse",
    progress: bool = True,
    skip: bool = False,
) -> pd.DataFrame:
    """Every test of the difference between the slopes that this package offers, or some of them.

    They answer different questions; do not choose the one with the smallest P value. Choose
    before you look.

    Parameters
    ----------
    frame, value, time, group, subject, duplicates
        As for :func:`rescat.fit_slopes`.
    tests : iterable of str, optional
        Keys of :data:`rescat.SLOPE_TESTS`; all if not given. Only these are computed.
    fit : SlopeFit, optional
        The model of the frame with the same columns and level, if it was fitted already.
    level : float
        Of the confidence interval.
    n, seed : int
        Of the bootstrap. The permutations are exact up to 200,000 assignments.
    intervals : bool
        Also invert the permutation tests, which takes some seconds.
    progress : bool
    skip : bool
        Leave out the tests that these samples do not allow, though they allow the model: for
        variances by group, for example, each group must have more samples than the whole needs.

    Returns
    -------
    DataFrame, one row per test, in the order of ``tests``
        ``test``, ``difference``, ``ci_low``, ``ci_high``, ``df``, ``p_value`` and ``question``.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, or if a test is not known.

    Notes
    -----
    Each test names its source: :func:`rescat.fit_slopes`, :func:`rescat.permutation_test`,
    :func:`rescat.bootstrap_lrt`. Welch (1947), Biometrika 34: 28-35.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> tests = rescat.slope_tests(trial, tests=["satterthwaite", "welch"])
    >>> print(tests.iloc[:, 1:6].round(3).to_string())
                   difference  ci_low  ci_high      df  p_value
    satterthwaite       0.017   0.001    0.033  13.051    0.041
    welch               0.022  -0.001    0.045   5.911    0.060
    """
    if group is None:
        raise ModelError("a difference needs two groups: name the column in group=…")
    check_options(n=n, seed=seed, level=level)
    chosen = list(SLOPE_TESTS if tests is None else tests)
    if not chosen:
        raise ModelError(f"tests is empty: expected some of {', '.join(SLOPE_TESTS)}")
    for key in chosen:
        check_choice("tests", key, SLOPE_TESTS)
    names = {"value": value, "time": time, "group": group, "subject": subject}
    names["duplicates"] = duplicates
    fit = fit_slopes(frame, **names, level=level) if fit is None else fit
    drawn = {"n": n, "seed": seed, "progress": progress}
    rows = {}

    def computed(key: str) -> dict[str, float]:
        if key in _FITS:
            variant = fit_slopes(frame, **names, level=level, **_FITS[key]) if _FITS[key] else fit
            row = variant.table.loc["difference"]
            return row[["slope", "ci_low", "ci_high", "df", "p_value"]].to_dict()
        if key == "welch":
            return _welch(frame, names, level)
        if key == "bootstrap_t":
            return _bootstrap_t(frame, names, fit, drawn)
        if key == "bootstrap_lrt":
            ratio = bootstrap_lrt(frame, **names, **drawn)
            return {"slope": fit.table.loc["difference", "slope"], "p_value": ratio.p_value}
        return _permutation(frame, names, key, level if intervals else None, progress)

    for key in chosen:
        try:
            rows[key] = computed(key)
        except ModelError:
            if not skip:
                raise
    table = pd.DataFrame.from_dict(rows, orient="index").rename(columns={"slope": "difference"})
    table = table.reindex(columns=["difference", "ci_low", "ci_high", "df", "p_value"])
    table.insert(0, "test", [SLOPE_TESTS[key][0] for key in table.index])
    table["question"] = [SLOPE_TESTS[key][1] for key in table.index]
    return table


def _welch(frame: pd.DataFrame, names: dict, level: float) -> dict[str, float]:
    """Welch's t of the patients' own slopes."""
    slopes = patient_slopes(frame, **names).dropna(subset="slope")
    arms = [slopes.loc[slopes["group"].eq(g), "slope"].to_numpy() for g in ("treated", "control")]
    welch = stats.ttest_ind(*arms, equal_var=False)
    low, high = welch.confidence_interval(level)
    return {
        "slope": arms[0].mean() - arms[1].mean(),
        "ci_low": low,
        "ci_high": high,
        "df": welch.df,
        "p_value": welch.pvalue,
    }


def _bootstrap_t(frame: pd.DataFrame, names: dict, fit: SlopeFit, drawn: dict) -> dict[str, float]:
    """How often a data set drawn from the fit has a t as far from its centre as t is from 0."""
    replicates = parametric_bootstrap(frame, **names, **drawn)
    limits = bootstrap_intervals(fit, replicates, level=fit.level, kind="studentised").loc[
        "difference"
    ]
    row = fit.table.loc["difference"]
    t = (replicates["difference"] - row["slope"]) / replicates["se_difference"]
    beyond = (t.abs() >= abs(row["slope"] / row["se"])).sum()
    return {
        "slope": limits["estimate"],
        "ci_low": limits["ci_low"],
        "ci_high": limits["ci_high"],
        "p_value": (beyond + 1) / (drawn["n"] + 1),
    }


def _permutation(frame: pd.DataFrame, names: dict, key: str, level, progress) -> dict[str, float]:
    """A permutation test, with the interval of its inversion if a level is given."""
    options = {**names, "statistic": _STATISTICS[key], "progress": progress}
    test = permutation_test(frame, **options)
    row = {"slope": test.difference, "p_value": test.p_value}
    if level is not None:
        limits = permutation_interval(frame, level=level, **options)
        row |= dict(zip(("ci_low", "ci_high"), limits, strict=True))
    return row
