"""One relabelling of the patients for all markers at once: max-T and the number of "hits"."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, origin_of
from ..slopes.assignments import MOST_ASSIGNMENTS, drawn_labels, listed_labels, plan_of
from ..slopes.blocks import STARTS, check_size, fit_block, starts_near
from ..slopes.trajectories import Trajectories, trajectories
from .fits import one_marker

__all__ = ["JointPermutation", "joint_permutation"]

_DIGITS = 7
# Fewer degrees of freedom than this are not known well enough to tell them from it.
_LEAST_DF = 1.0


@dataclass(frozen=True, repr=False)
class JointPermutation(Spoken):
    """The result of :func:`joint_permutation`.

    Attributes
    ----------
    table : DataFrame, one row per marker
        ``marker``, ``difference`` (per unit of time), ``statistic`` (t), ``satterthwaite`` (P of
        the model), ``permutation`` (P of the marker alone), ``max_t`` (single step), ``step_down``
        and ``min_p`` (step-down, of the markers' own permutation P values), and ``origin``.
    counts : DataFrame, one row per number of markers from 0 to all
        ``markers``, ``share`` (of the relabellings in which so many have P < alpha by the model),
        ``at_least`` (so many or more) and ``origin``.
    observed : int
        Markers with P < alpha by the model, as labelled.
    correlation : DataFrame
        Of the markers' t over the relabellings.
    rates : Series
        Share of the relabellings with P < alpha by the model, by marker.
    n_permutations, exact, scheme, failed
        As of :class:`rescat.PermutationTest`; failed refits count as extreme.
    alpha : float
    origin : str or None
    """

    table: pd.DataFrame
    counts: pd.DataFrame = field(repr=False)
    observed: int
    correlation: pd.DataFrame = field(repr=False)
    rates: pd.Series = field(repr=False)
    n_permutations: int
    exact: bool
    scheme: str
    failed: int
    alpha: float

    @property
    def mean_correlation(self) -> float:
        """Mean correlation of two markers' t, without regard to its sign."""
        r = self.correlation.to_numpy()
        return float(np.abs(r[np.triu_indices(len(r), 1)]).mean())

    def _lines(self) -> list[str]:
        chance = self.counts.set_index("markers").loc[self.observed, "at_least"]
        how = "exact" if self.exact else "Monte Carlo"
        return [
            f"Joint permutation test of {len(self.table)} markers ({how})",
            f"{self.n_permutations:,} assignments: {self.scheme}",
            f"{self.observed} markers with P < {self.alpha:g}; so many or more in {chance:.3f} of "
            "the relabellings",
            f"Smallest P by max-T {self.table['step_down'].min():.3f}",
            f"{self.failed:,} refits without an estimate",
        ]


def joint_permutation(
    biomarkers: pd.DataFrame,
    markers: Iterable[str],
    *,
    alpha: float = 0.05,
    random: str = "slope",
    limit: int = MOST_ASSIGNMENTS,
    n: int = 9_999,
    seed: int = 0,
    threads: int | None = None,
) -> JointPermutation:
    """Refit every marker to every relabelling of the patients, the same one for all markers.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, one row per sample of a marker, with ``marker``, ``patient_id``, ``treated``,
        ``day`` and ``value`` on the scale of the model: see :func:`rescat.ready_to_fit`.
    markers : iterable of str
        The family of tests.
    alpha : float
        Level of each test, for the number of significant markers.
    random : {"slope", "uncorrelated", "intercept"}
        What varies between patients, as for :func:`rescat.fit_slopes`.
    limit : int
        If there are more assignments than this, n of them are drawn at random.
    n, seed : int
        Of a Monte Carlo test: number of drawn assignments, and the seed of the draw.
    threads : int, optional
        The processors if not given. The result does not depend on it.

    Returns
    -------
    JointPermutation
        With ``table`` (one row per marker), ``counts`` and ``correlation``.

    Raises
    ------
    ModelError
        If no marker is given, a marker cannot carry the model, or a patient's group differs
        between markers.

    Notes
    -----
    A patient's values of all markers move together, so that their dependence stays as it is. The
    step-down procedure is algorithm 4.1 of Westfall and Young (1993), Resampling-based multiple
    testing. It holds the family-wise error exactly if no marker depends on the label; if some do,
    it needs what they call subset pivotality, which such relabelling does not quite give.

    Examples
    --------
    >>> import rescat
    >>> logged = rescat.to_scale(rescat.load_biomarkers("data"))
    >>> joint = rescat.joint_permutation(logged, ["IL18", "NFL"])
    >>> print(joint)
    SYNTHETIC: invented patients, made by a program. Not data of the trial
    Joint permutation test of 2 markers (exact)
    6,188 assignments: every way to treat 5 of 17 patients
    1 markers with P < 0.05; so many or more in 0.094 of the relabellings
    Smallest P by max-T 0.020
    0 refits without an estimate
    >>> print(joint.table[["marker", "permutation", "max_t", "step_down"]].round(3).to_string())
      marker  permutation  max_t  step_down
    0   IL18        0.068  0.121      0.068
    1    NFL        0.006  0.020      0.020
    """
    check_options(random=random, n=n, limit=limit, seed=seed, threads=threads)
    markers = list(dict.fromkeys(markers))
    if not markers:
        raise ModelError("no marker is given: expected one or more")
    every = [trajectories(one_marker(biomarkers, m).reset_index(drop=True)) for m in markers]
    for data in every:
        check_size(data, random, True)
    patients, label = _everybody(every, markers)
    layers = np.zeros(len(label), int)
    plan = plan_of(label, layers, None, limit, n)
    chunks = listed_labels(label, layers) if plan.exact else drawn_labels(label, layers, n, seed)
    # The labels as observed come first; a list of all assignments has them once more.
    labels = np.concatenate([label[None], *chunks])
    refits = []
    for data in every:
        own = np.ascontiguousarray(labels[:, patients.get_indexer(data.patients)])
        refits.append(_refits(data, own, random, threads))
    origin = origin_of(biomarkers) if "origin" in biomarkers else None
    return _summary(refits, markers, plan, alpha, origin)


def _everybody(every: list[Trajectories], markers: list[str]) -> tuple[pd.Index, np.ndarray]:
    """All patients with their labels; an error if a patient changes group."""
    label: dict = {}
    for marker, data in zip(markers, every, strict=True):
        for patient, own in zip(data.patients, data.label, strict=True):
            if label.setdefault(patient, own) != own:
                raise ModelError(f"{marker}: patient {patient} is in another group than before")
    return pd.Index(list(label)), np.array(list(label.values()), np.int8)


def _refits(data: Trajectories, labels: np.ndarray, random: str, threads: int | None):
    """t, its P by Satterthwaite, the difference, and which refits fail, for every labelling."""
    from ..slopes import reml

    # Starts that know nothing of the labels, as an exact test asks.
    starts = (starts_near(fit_block(data.as_one_group(), random).relative)[0], *STARTS)
    sums = data.statistics(centred=random != "uncorrelated")
    fits = reml.many(
        sums, labels, random=random, starts=starts, exhaustive=False, threads=threads
    )  # fmt: skip
    difference = reml.column(fits, "slope_treated") - reml.column(fits, "slope_control")
    t = difference / np.sqrt(reml.column(fits, "vss_difference"))
    failed = (reml.column(fits, "status") != reml.OK) | ~np.isfinite(t)
    df = np.fmax(reml.column(fits, "df_difference"), _LEAST_DF)
    p = np.where(failed, 0.0, 2 * stats.t.sf(np.abs(t), df))
    # Rounded, so that t of opposite labels, which are equal but for the last digits, are equal.
    return np.where(failed, np.inf, t.round(_DIGITS)), p, difference * data.spread / data.scale


def _summary(refits, markers, plan, alpha, origin) -> JointPermutation:
    """Everything that is said of the refits; the first row of each is as labelled."""
    t, p, difference = (np.column_stack(part) for part in zip(*refits, strict=True))
    if np.isinf(t[0]).any():
        raise ModelError(f"{markers[int(np.isinf(t[0]).argmax())]}: the model cannot be fitted")
    rows = slice(1, None) if plan.exact else slice(None)
    table = pd.DataFrame(
        {
            "marker": markers,
            "difference": difference[0],
            "statistic": t[0],
            "satterthwaite": p[0],
            **_adjusted(np.abs(t[0]), np.abs(t[rows])),
        }
    )
    finite = pd.DataFrame(t[rows], columns=markers).replace(np.inf, np.nan)
    return JointPermutation(
        table=table if origin is None else table.assign(origin=origin),
        counts=_counts(p[rows] < alpha, origin),
        observed=int((p[0] < alpha).sum()),
        correlation=finite.corr(),
        rates=pd.Series((p[rows] < alpha).mean(axis=0), markers),
        n_permutations=plan.size,
        exact=plan.exact,
        scheme=plan.scheme,
        failed=int(np.isinf(t[rows]).sum()),
        alpha=alpha,
        origin=origin,
    )


def _step_down(observed: np.ndarray, compared: np.ndarray) -> np.ndarray:
    """Westfall and Young's step-down P values; large statistics are extreme."""
    order = np.argsort(-observed, kind="stable")
    # The largest of this marker's statistic and of those that are less extreme as observed.
    largest = np.maximum.accumulate(compared[:, order][:, ::-1], axis=1)[:, ::-1]
    p = np.empty(len(observed))
    p[order] = np.maximum.accumulate((largest >= observed[order]).mean(axis=0))
    return p


def _adjusted(observed: np.ndarray, compared: np.ndarray) -> dict[str, np.ndarray]:
    """P values of each marker alone, and adjusted ones, from |t| of every labelling."""
    own = (compared >= observed).sum(axis=0)
    # How many labellings are as extreme as each: what min-P compares, as whole numbers.
    ranks = stats.rankdata(-compared, method="max", axis=0)
    return {
        "permutation": own / len(compared),
        "max_t": (compared.max(axis=1)[:, None] >= observed).mean(axis=0),
        "step_down": _step_down(observed, compared),
        "min_p": _step_down(-own, -ranks),
    }


def _counts(significant: np.ndarray, origin: str | None) -> pd.DataFrame:
    """How often each number of markers is significant."""
    found = np.bincount(significant.sum(axis=1), minlength=significant.shape[1] + 1)
    share = found / found.sum()
    table = pd.DataFrame(
        {
            "markers": np.arange(len(share)),
            "share": share,
            "at_least": found[::-1].cumsum()[::-1] / found.sum(),
        }
    )
    return table if origin is None else table.assign(origin=origin)
