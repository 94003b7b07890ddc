"""Balance: how far treated patients and controls differ in each covariate, before and after."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import DataError, ModelError
from ..base.origin import keeps_origin
from .match import Match

__all__ = ["SMD_DENOMINATORS", "balance"]

SMD_DENOMINATORS = {
    "treated": "standard deviation of the treated patients",
    "pooled": "root of the mean of both groups' variances",
}


@keeps_origin("treated", "control", required=True)
def balance(
    treated: pd.DataFrame,
    control: pd.DataFrame,
    *,
    covariates: Sequence[str],
    match: Match | None = None,
    denominator: str = "treated",
    subject: str = "patient_id",
) -> pd.DataFrame:
    """Compare two groups covariate by covariate, without any test of significance.

    Parameters
    ----------
    treated, control : DataFrame
        One row per patient: everybody, before matching.
    covariates : sequence of str
        Columns of numbers, or of yes or no.
    match : Match, optional
        Adds the rows of the matched sample. Controls of one set share the weight 1.
    denominator : {"treated", "pooled"}
        What the difference of means is divided by: :data:`rescat.SMD_DENOMINATORS`. It is that of
        all patients given here, before and after matching, so that only means can move the SMD.
    subject : str
        Column of the patients' names.

    Returns
    -------
    DataFrame
        ``covariate``; ``kind`` (continuous, binary or missing); ``sample`` (before, after);
        ``n_treated, n_control``; ``mean_treated, mean_control``; ``difference`` in the covariate's
        own unit (of shares for yes or no, and for "is missing"); ``smd``; ``sd``, its denominator;
        ``variance_ratio`` (continuous only); ``ecdf_mean, ecdf_max``; ``origin``. Missing values
        are left out of a covariate's row and have a row of their own.

    Raises
    ------
    DataError, ModelError
        If a column is not there or holds words, or nobody has a value.

    Notes
    -----
    Definitions of MatchIt's ``summary`` (Ho, Imai, King, Stuart 2011, Journal of Statistical
    Software 42(8)): variances of yes or no are p (1 - p); the eCDF figures are the mean and the
    largest distance between the two cumulative distributions over the values that occur before
    matching. Rows of missing values as in cobalt. An SMD has no value if the denominator is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> treated = pd.DataFrame({"patient_id": ["T1", "T2"], "age": [50, 60], "origin": "synthetic"})
    >>> pool = pd.DataFrame(
    ...     {"patient_id": ["C1", "C2", "C3"], "age": [48, 51, 59], "origin": "synthetic"}
    ... )
    >>> best = rescat.match(treated, pool, covariates=["age"], ratio=1)
    >>> table = rescat.balance(treated, pool, covariates=["age"], match=best)
    >>> print(table[["sample", "mean_treated", "mean_control", "smd"]].round(2))
       sample  mean_treated  mean_control   smd
    0  before          55.0         52.67  0.33
    1   after          55.0         55.00  0.00
    """
    check_choice("denominator", denominator, SMD_DENOMINATORS)
    samples = {"before": (treated, np.ones(len(treated)), control, np.ones(len(control)))}
    if match is not None:
        samples["after"] = _matched(treated, control, match, subject)
    rows = []
    for covariate in covariates:
        everybody = [
            _values(f, covariate, n) for f, n in ((treated, "treated"), (control, "control"))
        ]
        if all(np.isnan(v).all() for v in everybody):
            raise DataError(f"{covariate} is missing for every patient")
        missing = any(np.isnan(v).any() for v in everybody)
        observed = [v[~np.isnan(v)] for v in everybody]
        kind = "binary" if np.isin(np.concatenate(observed), (0, 1)).all() else "continuous"
        for kind_of, prepare in ((kind, _as_is), ("missing", _is_missing))[: 1 + missing]:
            sd = _denominator([prepare(v) for v in everybody], kind_of, denominator)
            at = np.unique(np.concatenate(observed))
            for sample, (cases, w1, controls, w0) in samples.items():
                x1, x0 = (prepare(_values(f, covariate, "sample")) for f in (cases, controls))
                rows.append(
                    {"covariate": covariate, "kind": kind_of, "sample": sample}
                    | _compared(x1, w1, x0, w0, kind_of, sd, at)
                )
    return pd.DataFrame(rows)


def _matched(treated, control, match, subject):
    """The patients of the sets, and their weights."""
    weight = match.members.set_index("patient_id")["weight"]
    out = []
    for frame in (treated, control):
        chosen = frame[frame[subject].isin(weight.index)]
        out += [chosen, weight.loc[list(chosen[subject])].to_numpy()]
    strangers = set(weight.index) - set(treated[subject]) - set(control[subject])
    if strangers:
        raise DataError(f"patient {min(map(str, strangers))} of the match is in neither group")
    return tuple(out)


def _values(frame: pd.DataFrame, column: str, name: str) -> np.ndarray:
    if column not in frame:
        raise DataError(f"{name}: no column {column}; found {', '.join(map(str, frame))}")
    if not pd.api.types.is_numeric_dtype(frame[column]):
        raise ModelError(f"covariate {column} holds words, expected numbers or yes and no")
    values = frame[column].astype("Float64").to_numpy(float, na_value=np.nan)
    return values


def _as_is(values: np.ndarray) -> np.ndarray:
    return values


def _is_missing(values: np.ndarray) -> np.ndarray:
    return np.isnan(values).astype(float)


def _variance(x: np.ndarray, w: np.ndarray, kind: str) -> float:
    """Weighted variance, unbiased for equal weights; p (1 - p) for yes or no."""
    w = w / w.sum()
    mean = w @ x
    if kind != "continuous":
        return float(mean * (1 - mean)) if x.min() < x.max() else 0.0  # not what rounding leaves
    free = 1 - w @ w
    return float(w @ (x - mean) ** 2 / free) if free > 1e-12 else np.nan


def _denominator(groups: list[np.ndarray], kind: str, denominator: str) -> float:
    """What the difference of means is divided by; not a number where it is 0."""
    groups = [v[~np.isnan(v)] for v in groups]
    variances = [_variance(v, np.ones(len(v)), kind) if len(v) else np.nan for v in groups]
    variance = variances[0] if denominator == "treated" else np.mean(variances)
    return float(np.sqrt(variance)) if variance > 0 else np.nan


def _compared(x1, w1, x0, w0, kind: str, sd: float, at: np.ndarray) -> dict:
    """One covariate in one sample."""
    x1, w1, x0, w0 = x1[~np.isnan(x1)], w1[~np.isnan(x1)], x0[~np.isnan(x0)], w0[~np.isnan(x0)]
    if not len(x1) or not len(x0):
        return {"n_treated": len(x1), "n_control": len(x0)}
    mean1, mean0 = np.average(x1, weights=w1), np.average(x0, weights=w0)
    difference = mean1 - mean0
    if kind == "continuous":
        below = _variance(x0, w0, kind)
        ratio = _variance(x1, w1, kind) / below if below > 0 else np.nan
        apart = _ecdf_apart(x1, w1, x0, w0, at)
    else:
        ratio, apart = np.nan, np.array([abs(difference)])
    return {
        "n_treated": len(x1),
        "n_control": len(x0),
        "mean_treated": mean1,
        "mean_control": mean0,
        "difference": difference,
        "smd": difference / sd,
        "sd": sd,
        "variance_ratio": ratio,
        "ecdf_mean": float(apart.mean()),
        "ecdf_max": float(apart.max()),
    }


def _ecdf_apart(x1, w1, x0, w0, at) -> np.ndarray:
    """Distance between two weighted cumulative distributions at each of some values."""

    def share(x, w):
        order = np.argsort(x, kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(w[order])])
        return sums[np.searchsorted(x[order], at, side="right")] / w.sum()

    return np.abs(share(x1, w1) - share(x0, w0))
