"""Hidden bias: how strong an unmeasured cause would have to be to explain a matched difference."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_choice
from ..base.errors import DataError, ModelError
from ..base.origin import keeps_origin

__all__ = ["BIAS_STATISTICS", "bias_factor", "e_value", "largest_gamma", "rosenbaum_bounds"]

BIAS_STATISTICS = {
    "signed_rank": "Wilcoxon's signed rank sum of pairs",
    "aligned_rank": "rank sum of the treated patients, after the mean of each set is taken off",
    "binary": "number of treated patients with the event (McNemar, Mantel and Haenszel)",
}
# Combinations of what the worst hidden cause may be in each set, up to which all are listed.
_MOST = 5_000


@keeps_origin("frame")
def rosenbaum_bounds(
    frame: pd.DataFrame,
    *,
    gammas: Sequence[float] = (1, 1.5, 2, 3, 4, 5, 6),
    value: str = "value",
    treated: str = "treated",
    matched_set: str = "matched_set",
    statistic: str = "signed_rank",
    method: str = "exact",
) -> pd.DataFrame:
    """Limits of a one-sided P value if an unmeasured cause made treatment likelier for some.

    Within a set two patients may differ by a factor of at most Γ in their odds of treatment.
    Γ = 1 is randomisation within the sets. The test asks whether the treated patients have higher
    values; turn the sign of the values round for the other side.

    Parameters
    ----------
    frame : DataFrame
        One row per patient. Each set has one treated patient and one control or more.
    gammas : sequence of float
        Each at least 1.
    value, treated, matched_set : str
        Columns of the outcome, of the label and of the set.
    statistic : {"signed_rank", "aligned_rank", "binary"}
        :data:`rescat.BIAS_STATISTICS`. ``signed_rank`` is for pairs. As in Rosenbaum (2002) pairs
        without a difference are ranked, and then left out.
    method : {"exact", "normal"}
        The normal approximation is that of the published examples.

    Returns
    -------
    DataFrame
        ``gamma, p_low, p_high``, and ``origin`` if the frame has one.

    Raises
    ------
    DataError
        If a value is missing, or a set has not exactly one treated patient.
    ModelError
        If a setting does not suit the sets.

    Notes
    -----
    Rosenbaum (2002), Observational Studies, chapter 4. In each set the worst cause is present in
    the patients with the highest values, from some place on (Rosenbaum and Krieger 1990, Journal
    of the American Statistical Association 85: 493-498). With pairs there is one such place. With
    more controls every combination of places is tried; if they are too many, or ``method`` is
    normal, each set takes the place with the highest mean, and of those the one with the largest
    variance (Gastwirth, Krieger and Rosenbaum 2000, Journal of the Royal Statistical Society B 62:
    545-555).

    Examples
    --------
    Five pairs, the treated higher in each:

    >>> import pandas as pd
    >>> import rescat
    >>> pairs = pd.DataFrame(
    ...     {
    ...         "matched_set": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
    ...         "treated": [True, False] * 5,
    ...         "value": [9, 4, 8, 6, 7, 6, 9, 3, 8, 4],
    ...     }
    ... )
    >>> print(rescat.rosenbaum_bounds(pairs, gammas=(1, 2)).round(4))
       gamma   p_low  p_high
    0    1.0  0.0312  0.0312
    1    2.0  0.0041  0.1317
    """
    check_choice("statistic", statistic, BIAS_STATISTICS)
    check_choice("method", method, ("exact", "normal"))
    if not all(g >= 1 for g in gammas):
        raise ModelError(f"gammas={list(gammas)}: expected numbers from 1 on")
    sets = _sets(frame, value, treated, matched_set)
    scores, observed = _scores(sets, statistic)
    tail = _exact if method == "exact" else _normal
    rows = []
    for gamma in gammas:
        high = tail(scores, observed, float(gamma))
        # The least P value: the cause is present in the lowest, which the mirror image turns round.
        low = tail(scores, observed, float(gamma), least=True)
        rows.append({"gamma": float(gamma), "p_low": low, "p_high": high})
    return pd.DataFrame(rows)


def largest_gamma(sets: int, controls: int, alpha: float = 0.05) -> float:
    """The hidden bias beyond which no outcome whatever could be significant, one-sided.

    Even if the treated patient has the highest value in every set, that has the probability
    (Γ / (Γ + controls)) to the power of the sets under the worst hidden cause.

    Parameters
    ----------
    sets, controls : int
        Sets, and controls in each.
    alpha : float

    Returns
    -------
    float
        Γ; below 1 if not even randomised sets could give a significant result.

    Raises
    ------
    ModelError
        If there is no set or no control, or alpha is not between 0 and 1.

    Notes
    -----
    Rosenbaum (2002), Observational Studies, chapter 4.

    Examples
    --------
    >>> import rescat
    >>> round(rescat.largest_gamma(5, 2), 2)
    2.44
    """
    if sets < 1 or controls < 1 or not 0 < alpha < 1:
        raise ModelError("expected at least one set, one control, and a level such as 0.05")
    share = alpha ** (1 / sets)
    return controls * share / (1 - share)


def e_value(
    risk_ratio: float, ci: tuple[float, float] | None = None
) -> float | tuple[float, float]:
    """How strong an unmeasured cause must be, on both sides, to explain a risk ratio.

    Parameters
    ----------
    risk_ratio : float
    ci : pair of float, optional
        Its confidence interval.

    Returns
    -------
    float, or (float, float)
        The E-value of the estimate; with an interval also that of its end nearer to 1, which is 1
        if the interval includes 1.

    Raises
    ------
    ModelError
        If a ratio is not positive, or the interval does not enclose it.

    Notes
    -----
    VanderWeele and Ding (2017), Annals of Internal Medicine 167: 268-274. For a ratio above 1 it
    is RR + sqrt(RR (RR - 1)); below 1, that of the inverse. Both associations, of the cause with
    treatment and with the outcome, must be at least as large.

    Examples
    --------
    >>> import rescat
    >>> [round(e, 2) for e in rescat.e_value(2.0, (1.1, 3.6))]
    [3.41, 1.43]
    """
    ratios = [risk_ratio, *(ci or ())]
    if not all(np.isfinite(x) and x > 0 for x in ratios):
        raise ModelError(f"found {ratios}, expected ratios above 0")
    if ci is not None and not ci[0] <= risk_ratio <= ci[1]:
        raise ModelError(f"the interval {ci[0]:g} to {ci[1]:g} does not enclose {risk_ratio:g}")
    point = _e_value(risk_ratio)
    if ci is None:
        return point
    if ci[0] <= 1 <= ci[1]:
        return point, 1.0
    return point, _e_value(ci[0] if risk_ratio > 1 else ci[1])


def bias_factor(with_treatment: float, with_outcome: float) -> float:
    """The largest factor by which an unmeasured cause can inflate a risk ratio.

    Parameters
    ----------
    with_treatment : float
        Largest ratio, between the groups, of the frequency of a level of the cause.
    with_outcome : float
        Largest ratio of risks between two levels of the cause.

    Returns
    -------
    float

    Returns
    -------
    float

    Raises
    ------
    ModelError
        If a ratio is below 1.

    Notes
    -----
    Ding and VanderWeele (2016), Epidemiology 27: 368-377.

    Examples
    --------
    >>> import rescat
    >>> rescat.bias_factor(3, 2)
    1.5
    """
    if min(with_treatment, with_outcome) < 1:
        raise ModelError("expected two ratios from 1 on; take the inverse of one below 1")
    return with_treatment * with_outcome / (with_treatment + with_outcome - 1)


def _e_value(ratio: float) -> float:
    ratio = max(ratio, 1 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


# --- Sets and scores ------------------------------------------------------------------------


def _sets(frame, value, treated, matched_set) -> list[np.ndarray]:
    """The values of each set, that of the treated patient first."""
    absent = [c for c in (value, treated, matched_set) if c not in frame]
    if absent:
        raise DataError(f"no column {absent[0]}; found {', '.join(map(str, frame))}")
    sets = []
    for name, rows in frame.groupby(matched_set, sort=True):
        label = rows[treated].astype(bool).to_numpy()
        values = rows[value].astype("Float64").to_numpy(float, na_value=np.nan)
        if label.sum() != 1 or label.all():
            raise DataError(
                f"set {name}: found {label.sum()} treated and {(~label).sum()} controls, expected "
                "one treated patient and at least one control"
            )
        if np.isnan(values).any():
            raise DataError(f"set {name}: {value} is missing for a patient")
        sets.append(np.concatenate([values[label], values[~label]]))
    if not sets:
        raise DataError("no matched set, expected at least one")
    return sets


def _scores(sets: list[np.ndarray], statistic: str) -> tuple[list[np.ndarray], float]:
    """The scores that the statistic adds up over treated patients, sorted by set, and the sum."""
    if statistic == "binary":
        if not np.isin(np.concatenate(sets), (0, 1)).all():
            raise ModelError("statistic='binary': the values are not 0 and 1 alone")
        scored = sets
    elif statistic == "signed_rank":
        if any(len(s) != 2 for s in sets):
            raise ModelError(
                "statistic='signed_rank' is for pairs; with more controls use 'aligned_rank'"
            )
        apart = np.round([s[0] - s[1] for s in sets], 9)
        ranks = stats.rankdata(np.abs(apart)) * (apart != 0)
        scored = [
            np.array([r, 0.0]) if d > 0 else np.array([0.0, r])
            for r, d in zip(ranks, apart, strict=True)
        ]
    else:
        aligned = [np.round(s - s.mean(), 9) for s in sets]
        ranks = iter(stats.rankdata(np.concatenate(aligned)))
        scored = [np.array([next(ranks) for _ in s]) for s in aligned]
    observed = float(sum(s[0] for s in scored))
    # A set in which all are alike says nothing.
    constant = sum(float(s[0]) for s in scored if np.ptp(s) == 0)
    return [np.sort(s) for s in scored if np.ptp(s) > 0], observed - constant


def _chances(scores: np.ndarray, gamma: float, least: bool) -> np.ndarray:
    """Probabilities of treatment in a set for each place from which the cause is present.

    Row a: the cause is present in all but the a + 1 lowest, or for the least P value in these.
    """
    n = len(scores)
    present = np.arange(n) > np.arange(n - 1)[:, None]
    odds = np.where(present != least, gamma, 1.0)
    return odds / odds.sum(axis=1, keepdims=True)


def _normal(scores, observed: float, gamma: float, least: bool = False) -> float:
    """The normal approximation, each set at the worst for itself."""
    mean = variance = 0.0
    for set_scores in scores:
        chances = _chances(set_scores, gamma, least)
        means = chances @ set_scores
        variances = chances @ set_scores**2 - means**2
        best = means.min() if least else means.max()
        ties = np.isclose(means, best, rtol=1e-12, atol=1e-12)
        mean += best
        variance += variances[ties].max()
    if variance == 0:
        return 1.0
    return float(stats.norm.sf((observed - mean) / np.sqrt(variance)))


def _exact(scores, observed: float, gamma: float, least: bool = False) -> float:
    """The tail of the sum over all combinations of places, or the worst for each set's mean."""
    chances = [_chances(set_scores, gamma, least) for set_scores in scores]
    choices = [range(len(c)) for c in chances]
    if prod(map(len, choices)) > _MOST:
        means = [c @ set_scores for c, set_scores in zip(chances, scores, strict=True)]
        choices = [[int(m.argmin() if least else m.argmax())] for m in means]
    tails = [
        _tail(scores, [c[i] for c, i in zip(chances, places, strict=True)], observed)
        for places in product(*choices)
    ]
    return min(tails) if least else max(tails)


def _tail(scores, chances, observed: float) -> float:
    """P(sum >= observed) for independent sets, by convolution; ranks are whole or halves."""
    sizes = [np.rint(2 * s).astype(int) for s in scores]
    total = np.ones(1)
    for size, chance in zip(sizes, chances, strict=True):
        step = np.zeros(size.max() + 1)
        np.add.at(step, size, chance)
        total = np.convolve(total, step)
    start = int(np.rint(2 * observed))
    return float(min(total[max(start, 0) :].sum(), 1.0))
