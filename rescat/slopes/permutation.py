"""Permutation tests of a difference between slopes, with a refit for every relabelling."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from tqdm import tqdm

from ..base.arguments import check_choice, check_options
from ..base.errors import ModelError
from ..base.origin import Spoken, keeps_origin
from .assignments import (
    MOST_ASSIGNMENTS,
    Plan,
    drawn_labels,
    given_labels,
    listed_labels,
    plan_of,
    smallest_p,
    strata_of,
)
from .blocks import STARTS, check_size, fit_block, starts_near
from .trajectories import Trajectories, own_lines, trajectories

__all__ = ["PERMUTATION_STATISTICS", "PermutationTest", "permutation_interval", "permutation_test"]

PERMUTATION_STATISTICS = {
    "t": "difference of the slopes over its standard error, one set of variances",
    "difference": "difference of the slopes",
    "t_by_group": "difference of the slopes over its standard error, variances by group",
    "welch": "Welch's t of the patients' own least-squares slopes",
}
# 1 - 0.9 is a little less than 0.1.
_ROUNDING = 1e-9
# A statistic this close to the observed one, relative to it, counts as equal.
TIE = 1e-7


@dataclass(frozen=True, repr=False)
class PermutationTest(Spoken):
    """The result of :func:`permutation_test`.

    Attributes
    ----------
    p_value : float
        Two-sided. Exact, or for a Monte Carlo test (b + 1) / (m + 1).
    p_low, p_high : float
        95 % interval for the exact P value; both ends equal to it if the test is exact.
    p_error : float
        Monte Carlo standard error; 0 if the test is exact.
    smallest_p : float
        The least P value that any data could have given with these assignments.
    n_permutations : int
        Assignments compared: all of them, or those drawn.
    exact : bool
    difference : float
        Slope of the treated group minus slope of the controls, as observed.
    observed : float
        The statistic, as observed.
    statistic, scheme : str
        What was compared, and among which assignments.
    singular, failed : int
        Refits that were singular, and that had no estimate. The latter count as extreme.
    left_out : tuple
        Patients that the statistic cannot use.
    distribution : DataFrame
        ``difference``, ``statistic`` and ``probability`` of every assignment.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(8, controls=4, treated=3, slope=(0, 0.05))
    >>> test = rescat.permutation_test(trial, progress=False)
    >>> test.n_permutations, test.exact, round(test.p_value, 3), round(test.smallest_p, 3)
    (35, True, 0.029, 0.029)
    """

    p_value: float
    p_low: float
    p_high: float
    p_error: float
    smallest_p: float
    n_permutations: int
    exact: bool
    difference: float
    observed: float
    statistic: str
    scheme: str
    singular: int
    failed: int
    left_out: tuple
    distribution: pd.DataFrame = field(repr=False)

    @property
    def pvalue(self) -> float:
        """``p_value``, as scipy's ``permutation_test`` names it."""
        return self.p_value

    @property
    def null_distribution(self) -> np.ndarray:
        """The statistic of every assignment, shape (n_permutations,), as scipy names it.

        Infinite where a refit had no estimate. Where the assignments are not equally probable, or
        not all of them were listed, ``distribution`` says more.
        """
        return self.distribution["statistic"].to_numpy()

    def _lines(self) -> list[str]:
        if self.exact:
            p = f"P = {self.p_value:.4g} (exact; the smallest possible is {self.smallest_p:.2g})"
        else:
            p = (
                f"P = {self.p_value:.4g} (Monte Carlo error {self.p_error:.2g}; the exact P lies "
                f"between {self.p_low:.4g} and {self.p_high:.4g} with 95 % confidence)"
            )
        lines = [
            f"Permutation test of {PERMUTATION_STATISTICS[self.statistic]}",
            f"Difference {self.difference:.4g} (treated minus control)",
            p,
            f"{self.n_permutations:,} assignments: {self.scheme}",
            "Null hypothesis: neither values nor times of sampling depend on the label",
        ]
        if self.statistic != "welch":
            lines.append(f"{self.singular:,} refits singular, {self.failed:,} without an estimate")
        if self.left_out:
            patients = ", ".join(map(str, self.left_out))
            lines.append(f"Left out, for want of a slope of their own: {patients}")
        return lines


@keeps_origin("frame", on=("distribution",))
def permutation_test(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    statistic: str = "t",
    random: str = "slope",
    strata: str | None = None,
    assignments: pd.DataFrame | None = None,
    limit: int = MOST_ASSIGNMENTS,
    n: int = 99_999,
    seed: int = 0,
    rng: int | np.random.Generator | None = None,
    duplicates: str = "refuse",
    progress: bool = True,
    threads: int | None = None,
) -> PermutationTest:
    """Test "the group changed nobody's values" by refitting the model to every relabelling.

    Parameters
    ----------
    frame, value, time, group, subject, random, duplicates
        As for :func:`rescat.fit_slopes`. For the randomised patients only, give their rows only.
    statistic : {"t", "difference", "t_by_group", "welch"}
        What is compared: :data:`rescat.PERMUTATION_STATISTICS`. All four give an exact test of
        the hypothesis that neither the values nor the times of sampling of any patient depend on
        the label. If the groups may differ in their variances and only the mean slopes are in
        question, the test with "t" rejects too often when the smaller group varies more. "welch"
        and "t_by_group" are studentised and mend most of that, not all with five patients.
    strata : str, optional
        Column within whose values labels are exchanged: sex, a matched set.
    assignments : DataFrame, optional
        The admissible assignments: one column per patient (its name is the patient's), True where
        treated, and ``probability``: see :func:`rescat.all_assignments` and
        :func:`rescat.block_assignments`. Not together with ``strata``.
    limit : int
        If there are more assignments than this, n of them are drawn at random.
    n, seed : int
        For a Monte Carlo test: how many assignments, and where the random numbers start.
    rng : int or numpy.random.Generator, optional
        In place of ``seed``, as scipy calls it. A Generator is used on: the next test with it
        draws others.
    progress : bool
        Show a bar if the test takes more than a second or two.
    threads : int, optional
        The processors if not given. The result does not depend on it.

    Returns
    -------
    PermutationTest

    Raises
    ------
    ModelError
        If the data cannot carry the model, or the assignments do not fit the patients.

    Notes
    -----
    Each refit is a whole REML fit. Fisher (1935), The Design of Experiments; for the studentised
    statistic Janssen (1997), Statistics and Probability Letters 36: 9-21; for (b + 1) / (m + 1)
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1): 39.
    The test is exact where each assignment had the stated probability. That holds by design for
    randomised patients if the scheme is known; for others it is an assumption.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> print(rescat.permutation_test(trial))
    SYNTHETIC: invented patients, made by a program. Not data of the trial
    Permutation test of difference of the slopes over its standard error, one set of variances
    Difference 0.01669 (treated minus control)
    P = 0.04056 (exact; the smallest possible is 0.00016)
    6,188 assignments: every way to treat 5 of 17 patients
    Null hypothesis: neither values nor times of sampling depend on the label
    89 refits singular, 0 without an estimate
    """
    check_choice("statistic", statistic, PERMUTATION_STATISTICS)
    if strata is not None and assignments is not None:
        raise ModelError("give strata or assignments, not both: the assignments say it all")
    check_options(random=random, n=n, limit=limit, seed=seed, threads=threads)
    if not isinstance(rng, np.random.Generator):
        check_options(rng=rng)
    frame = frame.reset_index(drop=True)
    data = trajectories(
        frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
    )
    if data.groups == 1 or group is None:
        raise ModelError("a permutation test compares two groups: name the column in group=…")
    layers = strata_of(frame, data, strata, subject)
    left_out = ()
    if statistic == "welch":
        usable = own_lines(data)["slope"].notna().to_numpy()
        left_out = tuple(data.patients[~usable])
        if min((data.label[usable] == 0).sum(), (data.label[usable] == 1).sum()) < 2:
            raise ModelError(
                "Welch's t needs two patients of each group with samples at two times or more"
            )
        data, layers = data.only(usable), layers[usable]
    else:
        members = [data.label == k for k in (0, 1)]
        for part in [data.only(rows) for rows in members] if statistic == "t_by_group" else [data]:
            check_size(part, random, part is data)
    if assignments is not None:
        labels, probability = given_labels(assignments, data, left_out)
        scheme = f"the {len(labels):,} that were given"
        plan = Plan(len(labels), True, scheme, smallest_p(labels, probability))
        chunks = [labels]
    else:
        plan = plan_of(data.label, layers, strata, limit, n)
        if plan.exact:
            chunks = listed_labels(data.label, layers)
        else:
            chunks = drawn_labels(data.label, layers, n, seed if rng is None else rng)
        probability = None
    return _compare(data, plan, chunks, probability, statistic, random, left_out, progress, threads)


def permutation_interval(
    frame: pd.DataFrame,
    *,
    level: float = 0.95,
    value: str = "value",
    time: str = "day",
    group: str = "treated",
    subject: str = "patient_id",
    start: float | None = None,
    progress: bool = True,
    **options,
) -> tuple[float, float]:
    """Confidence interval for the difference of the slopes, from the permutation test turned round.

    The interval encloses the differences that the test does not reject when they are taken off the
    slope of every treated patient, from the time ``start`` on.

    Parameters
    ----------
    frame, value, time, group, subject
        As for :func:`rescat.fit_slopes`.
    level : float
        Between 0 and 1.
    start : float, optional
        The time, in the unit of the column, at which the groups begin to differ: there the effect
        is zero. The time of the earliest sample if not given. See Notes.
    progress : bool
        Show a bar if it takes more than a second or two.
    **options
        Of :func:`permutation_test`: statistic, random, strata, assignments, limit, n, seed,
        rng, duplicates.

    Returns
    -------
    low, high : float
        Infinite if the assignments are too few for a test at this level.

    Raises
    ------
    ModelError
        As :func:`permutation_test`.

    Notes
    -----
    The hypothesis for a difference d is that the group adds d · (time - start) to every value of
    every treated patient: the same slope for all of them, and nothing at ``start``. That time has
    to be said, because another one is another hypothesis: it moves the level of each treated
    patient by a constant. With the labels as observed, the intercepts of the groups absorb it. The
    relabellings mix moved and unmoved patients and do not: they see more variation between
    patients, and their t changes. (For "welch", and for "difference" where all have the same times,
    it makes no difference.) As ``start`` is counted from the first sample and not from the zero of
    the column, the interval is the same for days, dates or days since another event; but
    ``random="uncorrelated"`` is a model that is itself tied to time 0.

    Found by bisection to a thousandth of the standard error; where the P value is not monotone, the
    ends are those nearest to the estimate. Ernst (2004), Statistical Science 19: 676-685.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(8, controls=4, treated=3, slope=(0, 0.05))
    >>> low, high = rescat.permutation_interval(trial, progress=False)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0025 to 0.1368
    """
    names = {"value": value, "time": time, "group": group, "subject": subject}
    check_options(level=level)
    if start is not None and not np.isfinite(start):
        raise ModelError(f"start={start!r}: expected a time in the unit of column {time}")
    if isinstance(options.get("rng"), np.random.Generator):
        # Every test that is turned round must draw the same assignments.
        options["rng"] = int(options["rng"].integers(2**63))
    alpha = 1 - level + _ROUNDING
    first = permutation_test(frame, **names, progress=False, **options)
    if first.smallest_p > alpha:
        return -np.inf, np.inf
    estimate = first.difference
    data = trajectories(frame, **names, duplicates=options.get("duplicates", "refuse"))
    block = fit_block(data, options.get("random", "slope"))
    unit = float(np.sqrt(block.covariance_of_lines[:, 1, 1].sum()))
    begin = float(data.time.min()) if start is None else float(start)
    treated_for = frame[group].to_numpy(bool) * (frame[time].to_numpy(float) - begin)

    def rejected(difference: float) -> bool:
        shifted = frame.assign(**{value: frame[value] - difference * treated_for})
        test = permutation_test(shifted, **names, progress=False, **options)
        return test.p_value <= alpha

    limits = []
    with tqdm(total=2, desc="limits", disable=not progress, delay=2) as bar:
        for side in (-1, 1):
            inside, reach = estimate, 2 * unit
            while reach < 1e6 * unit and not rejected(estimate + side * reach):
                inside, reach = estimate + side * reach, 2 * reach
            outside = estimate + side * reach
            if reach >= 1e6 * unit:  # no difference, however large, is rejected
                inside = outside = side * np.inf
            while np.isfinite(outside) and abs(outside - inside) > 1e-3 * unit:
                middle = (inside + outside) / 2
                if rejected(middle):
                    outside = middle
                else:
                    inside = middle
            limits.append(outside)
            bar.update()
    return limits[0], limits[1]


def _compare(data, plan, chunks, probability, statistic, random, left_out, progress, threads):
    refit = _refitter(data, statistic, random, threads)
    difference, observed, singular, failed = (x[0] for x in refit(data.label[None]))
    if failed:
        raise ModelError(
            "the model cannot be fitted to the observed groups: each needs two patients, and "
            "samples at two times"
        )
    differences, statistics = [], []
    n_singular = n_failed = 0
    with tqdm(
        total=plan.size, desc="permutations", unit=" fits", disable=not progress, delay=2
    ) as bar:
        for labels in chunks:
            d, t, singular, failed = refit(labels)
            differences.append(d)
            statistics.append(np.where(failed, np.inf, t))
            n_singular += int(singular.sum())
            n_failed += int(failed.sum())
            bar.update(len(labels))
    compared = np.concatenate(statistics)
    extreme = np.abs(compared) >= abs(observed) * (1 - TIE)
    b, m = int(extreme.sum()), len(compared)
    equal = probability is None
    if equal:
        probability = np.full(m, 1 / m)
    if plan.exact:
        p = p_low = p_high = b / m if equal else min(float(probability[extreme].sum()), 1.0)
        error, smallest = 0.0, plan.smallest
    else:
        p, smallest = (b + 1) / (m + 1), 1 / (m + 1)
        error = float(np.sqrt(p * (1 - p) / (m + 1)))
        p_low, p_high = stats.binomtest(b, m).proportion_ci(method="exact")
    return PermutationTest(
        p_value=p,
        p_low=float(p_low),
        p_high=float(p_high),
        p_error=error,
        smallest_p=smallest,
        n_permutations=m,
        exact=plan.exact,
        difference=float(difference),
        observed=float(observed),
        statistic=statistic,
        scheme=plan.scheme,
        singular=n_singular,
        failed=n_failed,
        left_out=left_out,
        distribution=pd.DataFrame(
            {
                "difference": np.concatenate(differences),
                "statistic": compared,
                "probability": probability,
            }
        ),
    )


def _refitter(data: Trajectories, statistic: str, random: str, threads: int | None):
    """A function from labels to differences, statistics, and which refits are singular or fail."""
    if statistic == "welch":
        slopes = own_lines(data)["slope"].to_numpy()
        return lambda labels: _welch(slopes, labels)
    from . import reml

    sums = data.statistics(centred=random != "uncorrelated")
    per_day = data.spread / data.scale
    options = {"random": random, "threads": threads}

    def parts(fits):
        bad = reml.column(fits, "status") != reml.OK
        return bad, reml.singular(fits, random) & ~bad

    # Starts that know nothing of the labels: the statistic is then a function of the data and the
    # labels alone, as an exact test asks.
    starts = (starts_near(fit_block(data.as_one_group(), random).relative)[0], *STARTS)
    if statistic == "t_by_group":

        def refit(labels):
            # A separate fit of each group: the other one's patients are left out.
            fits = [
                reml.many(sums, np.where(labels == k, 0, -1), starts=starts, **options)
                for k in (0, 1)
            ]
            slopes = [reml.column(f, "slope_control") for f in fits]
            variance = sum(reml.column(f, "vss_control") for f in fits)
            bad, low = (np.logical_or(*x) for x in zip(*map(parts, fits), strict=True))
            difference = slopes[1] - slopes[0]
            return difference * per_day, difference / np.sqrt(variance), low, bad

        return refit

    def refit(labels):
        fits = reml.many(sums, labels, starts=starts, exhaustive=False, **options)
        difference = reml.column(fits, "slope_treated") - reml.column(fits, "slope_control")
        bad, low = parts(fits)
        t = difference / np.sqrt(reml.column(fits, "vss_difference"))
        return difference * per_day, (t if statistic == "t" else difference * per_day), low, bad

    return refit


def _welch(slopes: np.ndarray, labels: np.ndarray):
    """Welch's t of the patients' own slopes, for every assignment at once."""
    from . import welch

    difference, t, _ = welch.many(slopes, labels).T
    return difference, t, np.zeros(len(t), bool), ~np.isfinite(t)
