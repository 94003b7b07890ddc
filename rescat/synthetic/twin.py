"""Synthetic twins: invented patients whose fits agree with everything that the paper prints.

A twin is never data. It shows what the rest of an analysis would look like for *some* data that
agree with the printed figures, and how much that varies between such data.

How one marker of a twin is made. Patients and residuals are drawn at random, with the spread that
``data/evidence/markers.csv`` gives. Two facts about the random-slope fit make the rest exact
algebra. To add a line to all samples of a group moves the fitted line of that group by as much and
changes nothing else; to multiply all samples by a factor multiplies slopes and standard errors by
it. Profile intervals move and grow in the same way. So the fit of the drawn samples gives standard
errors and degrees of freedom for a factor of 1, and every printed slope, end of an interval and P
value becomes a linear inequality in three unknowns: the two slopes and the factor. A linear
programme finds the point that keeps the largest distance from all the bounds of rounding. What
remains is searched for: the SD of the slopes between patients, on a grid, and fresh draws until
the inequalities can be met. No value is edited.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..data.loaders import load_slopes, load_table
from ..data.marker_names import measured_markers
from ..data.trial_facts import DAYS
from ..panel.designs import SAMPLING, arm_weights, design_of
from ..panel.fits import PANEL_TESTS, leave_one_out, one_marker, panel_tests, to_scale
from ..panel.sensitivity import SENSITIVITY, sensitivity
from ..panel.transients import tent
from ..printed.lines import printed_range
from ..slopes.fit import fit_slopes
from ..slopes.profile import profile_limits
from .draws import (
    HEIGHTS,
    SMALLEST_P,
    SPREADS,
    add_profile_limits,
    fit_draws,
    sampling_probabilities,
    unremarkable,
)
from .inequalities import (
    attainable,
    inequalities_of,
    nearest_slopes,
    printed_rows,
    solve,
    together_on_day_28,
    worth_solving,
)
from .patients import PATIENT_ARMS, PATIENTS, TREATED

__all__ = ["Twin", "twin", "twin_ranges"]

# Analyses in which a group has two patients: the randomised controls.
TWO_CONTROLS = ("randomised_only", "control_arms")
_PATTERNS = 300  # patterns of sampling that are tried
# By how much the widths of profile intervals, in standard errors, may differ between two groups:
# the intervals are computed only where they could fit.
_SLACK = 1.15
_DRAWS = 20  # draws for one marker before the sampling pattern is given up


@dataclass(frozen=True)
class Twin:
    """One synthetic trial.

    Attributes
    ----------
    biomarkers : DataFrame
        As :func:`rescat.load_biomarkers` gives it, with origin ``synthetic``.
    met : DataFrame
        Every printed figure beside what the fit of this twin returns: see
        ``printed_against_twin``.
    number : int
        Its place among the twins of the seed.
    draws : int
        Draws of markers that were needed.
    """

    biomarkers: pd.DataFrame = field(repr=False)
    met: pd.DataFrame = field(repr=False)
    number: int
    draws: int


@dataclass(frozen=True)
class _Order:
    """What was asked for: the markers of a twin, and what is known and printed of each."""

    markers: list[str]
    hardest_first: list[str]
    levels: pd.DataFrame
    slopes: pd.DataFrame
    probability: np.ndarray  # of each patient's sample of each day
    scale: str
    df: str
    limits: str
    transient: frozenset[str]

    @property
    def unit(self) -> float:
        """A unit of log10 on the scale of the model."""
        return 1.0 if self.scale == "log10" else float(np.log(10))


def twin(
    seed: int = 0,
    *,
    markers: list[str] | None = None,
    scale: str = "log10",
    df: str = "satterthwaite",
    limits: str = "wald",
    sampling: Mapping[str, ArrayLike] | None = None,
    first: int = 0,
    transient: Iterable[str] = (),
    slopes: pd.DataFrame | None = None,
) -> Iterator[Twin]:
    """Yield synthetic trials that agree with the printed figures, as many as are asked for.

    Parameters
    ----------
    seed : int
        The same seed gives the same twins in the same order.
    markers : list of str, optional
        Those to make; all that the trial measured if not given.
    scale : {"log10", "ln"}
        The scale on which the paper fitted its lines, which it does not print.
    df : {"satterthwaite", "wald"}
        The distribution behind its P values, which it does not print either.
    limits : {"wald", "profile"}
        How its intervals were made, not printed either: the slope and a multiple of its standard
        error by the same distribution, or by profile likelihood (:func:`rescat.profile_limits`),
        which R's ``confint`` does unless told otherwise. The printed figures of IL18 are met in
        full with "profile", and with "wald" but for the P value of the difference.
    sampling : dict, optional
        Probability of each day's sample by arm, shape (5,), or of each of its patients, shape
        (patients, 5), such as one of :data:`rescat.DESIGNS` of all 17 patients;
        :data:`rescat.SAMPLING` if not given.
    first : int
        Number of the twin to begin with; each can be made without those before it.
    transient : iterable of str
        Markers with printed intervals whose controls rise to day 14 and are back with the treated
        group on day 28, in the curves behind the values and in the means of the samples. What is
        printed of the straight lines is met all the same. It takes a sampling like
        :data:`rescat.SAMPLING_TRANSIENT`.
    slopes : DataFrame, optional
        What is printed; :func:`rescat.load_slopes` if not given. A marker with slopes and intervals
        of both groups has them, whatever ``markers.csv`` says of it.

    Yields
    ------
    Twin

    Raises
    ------
    ModelError
        If a setting is not known, or the printed figures cannot be met with this sampling.

    Examples
    --------
    >>> import rescat
    >>> first = next(rescat.twin(seed=1, markers=["NFL"]))
    >>> first.met["met"].all(), first.biomarkers["origin"].unique().tolist()
    (np.True_, ['synthetic'])

    Three of them, with all markers:

    >>> from itertools import islice
    >>> three = list(islice(rescat.twin(seed=1), 3))  # doctest: +SKIP
    """
    check_choice("scale", scale, ("log10", "ln"))
    check_choice("df", df, ("satterthwaite", "wald"))
    check_choice("limits", limits, ("wald", "profile"))
    slopes = load_slopes() if slopes is None else slopes
    levels = measured_markers().set_index("marker")
    levels["printed"] = [
        _what_is_printed(levels.loc[m], printed_rows(slopes, m)) for m in levels.index
    ]
    wanted = list(levels.index if markers is None else markers)
    unknown = set(wanted) - set(levels.index)
    if unknown:
        raise ModelError(
            f"unknown marker {', '.join(sorted(unknown))}; known: {', '.join(levels.index)}"
        )
    transient = frozenset(transient)
    unfit = {m for m in transient if m not in levels.index or levels.loc[m, "printed"] != "limits"}
    if unfit:
        raise ModelError(
            f"transient {', '.join(sorted(unfit))}: expected printed slopes and intervals"
        )
    probability = sampling_probabilities(SAMPLING if sampling is None else sampling)
    # What fails often and costs little first, so that a bad pattern of sampling is given up early.
    often = ("P values", "significant difference", "limits")
    hardest = sorted(wanted, key=lambda m: [levels.loc[m, "printed"] != kind for kind in often])
    order = _Order(wanted, hardest, levels, slopes, probability, scale, df, limits, transient)
    for number in count(first):
        yield _twin(order, seed, number)


def _what_is_printed(level: pd.Series, printed: pd.DataFrame) -> str:
    """The kind of a marker: that of ``markers.csv``, unless the slopes say more."""
    if level["printed"] == "below detection":
        return level["printed"]
    lines = printed.reindex(["control", "treated"])[["slope", "ci_low", "ci_high"]]
    if lines.notna().all(axis=None):
        return "limits"
    if printed[["slope", "ci_low", "ci_high", "p_value"]].notna().any(axis=None):
        return "P values"
    if level["printed"] in ("limits", "P values"):
        raise ModelError(f"{level.name}: the slopes given have no figure of it")
    return level["printed"]


def _twin(order: _Order, seed: int, number: int) -> Twin:
    """Draw patterns of sampling until every marker can be made on one of them."""
    for attempt in range(_PATTERNS):
        rng = np.random.default_rng([seed, number, attempt])
        sampled = rng.random(order.probability.shape) < order.probability
        shared = rng.standard_normal((2, 2, len(PATIENT_ARMS), 1))
        draws, values = 0, {}
        for marker in order.hardest_first:
            place = order.levels.index.get_loc(marker)
            rng_of_marker = np.random.default_rng([seed, number, attempt, place])
            values[marker], used = _values(order, marker, sampled, shared, rng_of_marker)
            draws += used
            if values[marker] is None:
                break
        else:
            biomarkers = _as_biomarkers(order, values, sampled)
            met = printed_against_twin(
                biomarkers, order.scale, order.df, order.slopes, order.limits
            )
            return Twin(biomarkers, met, number, draws)
    raise ModelError(
        f"{_PATTERNS} patterns of sampling were tried, and the printed figures could not be met "
        "with any. Give another sampling, or fewer markers"
    )


@cache
def _assumed(name: str) -> float:
    """What the generator assumes beside levels and SDs, with its source in the table."""
    return float(load_table("twin_settings").set_index("setting").loc[name, "value"])


def _values(
    order: _Order, marker: str, sampled: np.ndarray, shared: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray | None, int]:
    """The values of one marker on the fitted scale, and the draws that it took.

    Parameters
    ----------
    order : _Order
    marker : str
    sampled : bool array, shape (patients, days)
    shared : array, shape (2, 2, patients, 1)
        What the markers of a kind have in common: by kind, for levels and for slopes.
    rng : Generator

    Returns
    -------
    values : array, shape (patients, days), or None
        None if the printed slopes and intervals could not be met.
    draws : int
    """
    level, printed = order.levels.loc[marker], printed_rows(order.slopes, marker)
    if level["printed"] == "below detection":
        return np.full(sampled.shape, np.nan), 0
    unit, df, curved = order.unit, order.df, marker in order.transient
    common, usual = _assumed("shared"), _assumed("usual_slope_sd")
    between, within = level["sd_between"] * unit, level["sd_within"] * unit
    centre = np.log10(level["level"]) * unit
    trend = level["trend"] * unit
    limits = level["printed"] == "limits"
    # Of profile intervals no width is known beforehand, and so not which P value fits.
    profiled = limits and order.limits == "profile"
    with_limits = list(printed.index[printed["ci_low"].notna()])
    soft = limits and not profiled and not attainable(printed, df)
    best, tried, lines = None, 0, printed.to_dict("index")
    for draw in range(1, _DRAWS + 1):
        alone = rng.standard_normal((2, len(PATIENT_ARMS), 1))
        of_kind = shared[int(level["kind"] == "neuro")]
        u, v = np.sqrt(common) * of_kind + np.sqrt(1 - common) * alone
        e = rng.standard_normal(sampled.shape)
        if level["printed"] in SMALLEST_P:
            y = between * u + (trend + usual * within * v) * DAYS + within * e
            if unremarkable(fit_draws(sampled, y[None], df), level["printed"]):
                return centre + y, draw
            continue
        spread = (SPREADS if limits else np.array([usual])) * within
        y = between * u + spread[:, None, None] * v * DAYS + within * e
        if curved:
            bump = HEIGHTS[:, None, None, None] * within * (1 - TREATED[:, None]) * tent()
            y = (y + bump).reshape(-1, *sampled.shape)
        fits = fit_draws(sampled, y, df, order.limits)
        slack = _SLACK if profiled else 1.0
        chosen = (
            worth_solving(printed, fits, slack) if limits else np.flatnonzero(fits["converged"])
        )
        together = together_on_day_28(printed, fits, chosen, y, sampled, unit) if curved else {}
        chosen = np.array(list(together), int) if curved else chosen
        if profiled and len(chosen):
            add_profile_limits(fits, chosen, sampled, y, with_limits)
            chosen = worth_solving(printed, fits)
        tried += len(chosen)
        if draw == 10 and not tried:
            break  # this sampling does not give such standard errors
        for j in chosen:
            rows = inequalities_of(level, lines, fits, j, soft)
            rows += together.get(j, [])
            solution = solve(rows) if limits else nearest_slopes(rows, trend)
            if solution is not None and (best is None or solution[1:] < best[0]):
                control, treated, factor = solution[0]
                own_slope = np.where(TREATED, fits["treated"][j], fits["control"][j])
                line = np.where(TREATED, treated, control) - factor * own_slope
                best = solution[1:], centre + factor * y[j] + line[:, None] * DAYS
        if best is not None and (best[0][0] == 0.0 or draw >= 10):
            break
    return (None, draw) if best is None else (best[1], draw)


def _as_biomarkers(
    order: _Order, values: dict[str, np.ndarray], sampled: np.ndarray
) -> pd.DataFrame:
    """The values as concentrations, long, as the loader of biomarkers gives them."""
    patient, day = np.nonzero(sampled)
    frames = []
    for marker in order.markers:
        level, y = order.levels.loc[marker], values[marker][sampled]
        below = np.isnan(y)
        raised = (np.power(10.0, y) if order.scale == "log10" else np.exp(y))[~below]
        value = np.full(len(y), level["level"])
        value[~below] = [float(f"{x:.6g}") for x in raised]
        frames.append(
            pd.DataFrame(
                {
                    "patient_id": PATIENTS[patient],
                    "arm": PATIENT_ARMS[patient],
                    "treated": TREATED[patient].astype(bool),
                    "day": DAYS[day].astype(int),
                    "marker": marker,
                    "value": value,
                    "unit": level["unit"],
                    "below_lod": below,
                    "origin": "synthetic",
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def printed_against_twin(
    biomarkers: pd.DataFrame,
    scale: str,
    df: str,
    slopes: pd.DataFrame | None = None,
    limits: str = "wald",
) -> pd.DataFrame:
    """Every printed slope, interval and P value beside what the fit of these values returns.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, with ``marker``, ``patient_id``, ``treated``, ``day`` and ``value``.
    scale : {"log10", "ln"}
    df : {"satterthwaite", "wald"}
    slopes : DataFrame, optional
        What is printed; :func:`rescat.load_slopes` if not given.
    limits : {"wald", "profile"}
        How the intervals are made: see :func:`rescat.twin`.

    Returns
    -------
    DataFrame
        ``marker, term, quantity, low, high`` (what rounds to the printed figure), ``obtained``,
        ``met``, ``origin``.

    Examples
    --------
    >>> import rescat
    >>> met = printed_against_twin(rescat.load_biomarkers("data"), "log10", "satterthwaite")
    >>> print(met.loc[~met["met"], ["marker", "term", "quantity"]].to_string(index=False))
    marker       term quantity
      IL18 difference  p_value
    """
    rows = []
    logged = to_scale(biomarkers, scale)
    slopes = load_slopes() if slopes is None else slopes
    for marker, printed in slopes.groupby("marker", sort=False):
        samples = logged[logged["marker"].eq(marker)]
        if samples.empty:
            continue
        table = fit_slopes(samples, df=df).table
        if limits == "profile" and printed["ci_low"].notna().any():
            table[["ci_low", "ci_high"]] = profile_limits(samples)[["ci_low", "ci_high"]]
        for _, row in printed.iterrows():
            for quantity in ("slope", "ci_low", "ci_high", "p_value"):
                if np.isnan(row[quantity]):
                    continue
                low, high = printed_range(row, quantity)
                obtained = table.loc[row["term"], quantity]
                met = low <= obtained <= high
                rows.append((marker, row["term"], quantity, low, high, obtained, met))
    columns = ["marker", "term", "quantity", "low", "high", "obtained", "met"]
    return pd.DataFrame(rows, columns=columns).assign(origin="synthetic")


def twin_ranges(twins: Iterable[Twin], markers: Iterable[str]) -> pd.DataFrame:
    """What varies between twins that all agree with the printed figures.

    Parameters
    ----------
    twins : iterable of Twin
    markers : iterable of str

    Returns
    -------
    DataFrame, one row per twin and marker
        ``twin``, ``marker``, ``samples_control``, ``samples_treated``, ``samples_ctrl`` (those of
        the randomised controls), ``weight_ctrl`` (what they carry of the controls' slope, with the
        fitted variances: :func:`rescat.arm_weights`), P of the difference by each
        of :data:`rescat.PANEL_TESTS` but Wald's, the ``lowest`` and ``highest`` P (Satterthwaite)
        when one patient is left out, P of each analysis of :data:`rescat.SENSITIVITY`, and the
        exact P of those with two patients in a group: ``randomised_only_exact`` and
        ``control_arms_exact``. Who had an IL-6 blocker or the other cells is read from the twin's
        own table of patients.

    Examples
    --------
    >>> import rescat
    >>> first = next(rescat.twin(seed=1, markers=["NFL"]))
    >>> ranges = rescat.twin_ranges([first], ["NFL"])
    >>> ranges[["samples_control", "samples_treated", "satterthwaite"]].round(4).values.tolist()
    [[36.0, 25.0, 0.0115]]
    """
    patients = load_table("synthetic_patients")
    tests = [test for test in PANEL_TESTS if test != "wald"]
    others = [key for key in SENSITIVITY if key != "all_patients"]
    rows = []
    for member in twins:
        logged = to_scale(member.biomarkers)
        by_test = panel_tests(logged, markers, tests).set_index("marker")
        for marker in by_test.index:
            samples = one_marker(logged, marker)
            without = leave_one_out(samples)["p_value"]
            treated = samples["treated"].sum()
            other = sensitivity(samples, patients).set_index("key")
            exact = {f"{key}_exact": other.loc[key, "exact_p"] for key in TWO_CONTROLS}
            rows.append(
                {
                    "twin": member.number,
                    "marker": marker,
                    "samples_control": len(samples) - treated,
                    "samples_treated": treated,
                    "samples_ctrl": samples["arm"].eq("CTRL").sum(),
                    "weight_ctrl": weight_of_randomised(samples),
                    **by_test.loc[marker, tests].to_dict(),
                    "lowest": without.min(),
                    "highest": without.max(),
                    **other.loc[others, "p_value"].to_dict(),
                    **exact,
                }
            )
    return pd.DataFrame(rows)


def weight_of_randomised(samples: pd.DataFrame) -> float:
    """What CTRL carry of the fitted slope of the controls of one marker, with fitted variances."""
    variance = fit_slopes(samples).variance.iloc[0]
    names = ("sd_residual", "sd_intercept", "sd_slope", "correlation")
    weights = arm_weights(design_of(samples, by="arm"), **{n: variance[n] for n in names})
    return float(weights.set_index("arm").loc["CTRL", "weight"])
