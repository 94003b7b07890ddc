"""Synthetic twins: invented patients whose fits agree with everything that the paper prints.

A twin is never data. It shows what the rest of an analysis would look like for *some* data that
agree with the print, and how much that varies between such data.

How one marker of a twin is made. Patients and residuals are drawn at random, with the spread that
``data/evidence/markers.csv`` gives. Two facts about the random-slope fit make the rest exact
algebra. To add a line to all samples of a group moves the fitted line of that group by as much and
changes nothing else; to multiply all samples by a factor multiplies slopes and standard errors by
it. So the fit of the drawn samples gives standard errors and degrees of freedom for a factor of 1,
and every printed slope, limit and P value becomes a linear inequality in three unknowns: the two
slopes and the factor. A linear programme finds the point that keeps the largest distance from all
the limits of rounding. What remains is searched for: the SD of the slopes between patients, on a
grid, and fresh draws until the inequalities can be met. No value is edited.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import linprog

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..data.contract import DATA
from ..data.loaders import load_slopes, load_table
from ..panel.designs import ARM_SIZES, DAYS, SAMPLING, SAMPLING_TRANSIENT
from ..panel.fits import PANEL_TESTS, leave_one_out, one_marker, panel_tests, to_scale
from ..panel.sensitivity import SENSITIVITY, sensitivity
from ..panel.transients import alignment, tent
from ..printed.attainable import (
    ANY_DF,
    attainable_difference_p,
    printed_decimals,
    printed_line,
    printed_range,
)
from ..slopes.fit import fit_slopes
from ..slopes.trajectories import Statistics
from .patients import synthetic_events, synthetic_patients

__all__ = ["Twin", "twin", "twin_ranges"]

COMMITTED = 1  # the seed of the twin that the book uses
TRANSIENT = 3  # the seed of the twin whose NFL is together again on day 28
ARMS = np.repeat(list(ARM_SIZES), list(ARM_SIZES.values()))
PATIENTS = np.array([f"S{i + 1:02d}" for i in range(len(ARMS))])
LABEL = (ARMS == "MSC").astype(np.int8)
# SDs of the slopes between patients that are tried, in residual SDs per day.
_SPREADS = np.concatenate([[0.0], np.geomspace(0.004, 0.2, 24)])
# Heights of a transient on its day 14 that are tried, in residual SDs; and the largest difference,
# in units of log10, that counts as none.
_HEIGHTS = np.arange(2.0, 6.5, 0.5)
_TOGETHER = 0.1
_PATTERNS = 300  # patterns of sampling that are tried
_DRAWS = 40  # draws for one marker before the sampling pattern is given up
_ROOM = 0.1  # distance from the limits of rounding, in half units of the last printed digit
_LIMITS = {"no significant change": 0.06, "like change": 0.2}


@dataclass(frozen=True)
class Twin:
    """One synthetic trial.

    Attributes
    ----------
    biomarkers : DataFrame
        As :func:`rescat.load_biomarkers` gives it, with origin ``synthetic``.
    met : DataFrame
        Every printed figure beside what the fit of this twin returns: see
        :func:`printed_against_twin`.
    number : int
        Its place among the twins of the seed.
    draws : int
        Draws of markers that were needed.
    """

    biomarkers: pd.DataFrame = field(repr=False)
    met: pd.DataFrame = field(repr=False)
    number: int
    draws: int


def twin(
    seed: int = 0,
    *,
    markers: list[str] | None = None,
    scale: str = "log10",
    df: str = "satterthwaite",
    sampling: dict[str, tuple[float, ...]] | None = None,
    transient: Iterable[str] = (),
    slopes: pd.DataFrame | None = None,
) -> Iterator[Twin]:
    """Yield synthetic trials that agree with the print, as many as are asked for.

    Parameters
    ----------
    seed : int
        The same seed gives the same twins in the same order.
    markers : list of str, optional
        Those to make; all of ``data/evidence/markers.csv`` if not given.
    scale : {"log10", "ln"}
        The scale on which the paper fitted its lines, which it does not print.
    df : {"satterthwaite", "wald"}
        The distribution behind its limits and P values, which it does not print either.
    sampling : dict, optional
        Probability of each day's sample by arm; :data:`rescat.SAMPLING` if not given.
    transient : iterable of str
        Markers with printed limits whose controls rise to day 14 and are back with the treated on
        day 28, in the curves behind the values and in the means of the samples. What is printed
        of the straight lines is met all the same. It takes a sampling like
        :data:`rescat.SAMPLING_TRANSIENT`.
    slopes : DataFrame, optional
        What is printed; :func:`rescat.load_slopes` if not given. A marker with slopes and limits
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
    >>> from itertools import islice
    >>> three = list(islice(rescat.twin(seed=1), 3))  # doctest: +SKIP
    """
    check_choice("scale", scale, ("log10", "ln"))
    check_choice("df", df, ("satterthwaite", "wald"))
    slopes = load_slopes() if slopes is None else slopes
    levels = load_table("markers").set_index("marker")
    levels["printed"] = [_what_is_printed(levels.loc[m], _rows_of(slopes, m)) for m in levels.index]
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
            f"transient {', '.join(sorted(unfit))}: expected markers with printed slopes and limits"
        )
    probability = _probabilities(SAMPLING if sampling is None else sampling)
    # What is hardest to meet first, so that a bad pattern of sampling is given up early.
    order = sorted(wanted, key=lambda m: (levels.loc[m, "printed"] != "limits", wanted.index(m)))
    for number in count():
        yield _one(seed, number, order, wanted, levels, slopes, probability, scale, df, transient)


def _probabilities(sampling: dict[str, tuple[float, ...]]) -> np.ndarray:
    """The probability that each patient's sample of each day is there."""
    faulty = [
        arm
        for arm in ("MSC", "CTRL", "mCTRL")
        if len(sampling.get(arm, ())) != len(DAYS) or not all(0 <= p <= 1 for p in sampling[arm])
    ]
    if faulty:
        raise ModelError(
            f"sampling of {', '.join(faulty)}: expected a probability for each of the days "
            f"{', '.join(f'{d:g}' for d in DAYS)}"
        )
    return np.array([sampling[arm] for arm in ARMS])


def _rows_of(slopes: pd.DataFrame, marker: str) -> pd.DataFrame:
    """What is printed of one marker, by term."""
    return slopes[slopes["marker"].eq(marker)].set_index("term")


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


def _one(seed, number, order, wanted, levels, slopes, probability, scale, df, transient) -> Twin:
    """Draw patterns of sampling until every marker can be made on one of them."""
    for attempt in range(_PATTERNS):
        rng = np.random.default_rng([seed, number, attempt])
        there = rng.random(probability.shape) < probability
        shared = rng.standard_normal((2, 2, len(ARMS), 1))
        draws, values = 0, {}
        for marker in order:
            own = np.random.default_rng([seed, number, attempt, levels.index.get_loc(marker)])
            level = levels.loc[marker]
            printed = _rows_of(slopes, marker)
            common = shared[int(level["kind"] == "neuro")]
            curved = marker in transient
            values[marker], used = _marker(level, printed, there, common, own, scale, df, curved)
            draws += used
            if values[marker] is None:
                break
        else:
            frame = _frame(values, wanted, levels, there, scale)
            met = printed_against_twin(frame, scale, df, slopes)
            return Twin(frame, met, number, draws)
    raise ModelError(
        f"{_PATTERNS} patterns of sampling were tried, and the printed figures could not be met "
        "with any. Give another sampling, or fewer markers"
    )


@cache
def _setting(name: str) -> float:
    """What the generator assumes beside levels and SDs, with its source in the table."""
    return float(load_table("twin_settings").set_index("setting").loc[name, "value"])


def _marker(level, printed, there, common, rng, scale, df, curved=False):
    """The values of one marker on the fitted scale, and the draws that it took.

    Returns None in place of the values if the printed slopes and limits could not be met.
    """
    if level["printed"] == "below detection":
        return np.full(there.shape, np.nan), 0
    unit = 1.0 if scale == "log10" else np.log(10)
    shared, usual = _setting("shared"), _setting("usual_slope_sd")
    between, within = level["sd_between"] * unit, level["sd_within"] * unit
    centre = np.log10(level["level"]) * unit
    trend = level["trend"] * unit
    limits = level["printed"] == "limits"
    soft = limits and not attainable(printed, df)
    best, tried = None, 0
    for draw in range(1, _DRAWS + 1):
        own = rng.standard_normal((2, len(ARMS), 1))
        u, v = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
        e = rng.standard_normal(there.shape)
        if level["printed"] in _LIMITS:
            y = between * u + (trend + usual * within * v) * DAYS + within * e
            if _unremarkable(_fit(there, y[None], df), level["printed"]):
                return centre + y, draw
            continue
        spread = (_SPREADS if limits else np.array([usual])) * within
        y = between * u + spread[:, None, None] * v * DAYS + within * e
        if curved:
            bump = _HEIGHTS[:, None, None, None] * within * (1 - LABEL[:, None]) * tent()
            y = (y + bump).reshape(-1, *there.shape)
        fits = _fit(there, y, df)
        chosen = _worth_solving(printed, fits) if limits else np.flatnonzero(fits["converged"])
        together = _together(printed, fits, chosen, y, there, unit) if curved else {}
        chosen = list(together) if curved else chosen
        tried += len(chosen)
        if draw == 10 and not tried:
            break  # this sampling does not give such standard errors
        for j in chosen:
            rows = _inequalities(level, printed, fits, j, soft)
            rows += together.get(j, [])
            found = _solve(rows) if limits else _nearest(rows, trend)
            if found is not None and (best is None or found[1:] < best[0]):
                control, treated, factor = found[0]
                own_slope = np.where(LABEL, fits["treated"][j], fits["control"][j])
                line = np.where(LABEL, treated, control) - factor * own_slope
                best = found[1:], centre + factor * y[j] + line[:, None] * DAYS
        if best is not None and (best[0][0] == 0.0 or draw >= 10):
            break
    return (None, draw) if best is None else (best[1], draw)


def attainable(printed: pd.DataFrame, df: str) -> bool:
    """Whether the printed P value of the difference fits the printed slopes and limits."""
    if "difference" not in printed.index or np.isnan(printed.loc["difference", "p_value"]):
        return True
    low, high = printed_range(printed.loc["difference"], "p_value")
    lines = printed.loc[["control", "treated"]]
    least, most = attainable_difference_p(
        *(printed_line(line) for _, line in lines.iterrows()),
        decimals=min(printed_decimals(line) for _, line in lines.iterrows()),
        df=np.inf if df == "wald" else ANY_DF,
    )
    return most >= low and least <= high


def _fit(there: np.ndarray, y: np.ndarray, df: str) -> dict[str, np.ndarray]:
    """Slopes per day with standard errors and degrees of freedom, of many drawn markers."""
    from ..slopes import reml

    patient, day = np.nonzero(there)
    t = DAYS[day]
    sd = t.std()
    sums = Statistics.of(there.sum(axis=1), (t - t.mean()) / sd, y[:, patient, day])
    fits = reml.many(
        sums, LABEL, starts=((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0)), threads=1
    )
    get = {name: reml.column(fits, name) for name in reml.COLUMNS}
    out = {"converged": get["status"] == reml.OK}
    for term in ("control", "treated", "difference"):
        if term != "difference":
            out[term] = get[f"slope_{term}"] / sd
        out[f"se_{term}"] = np.sqrt(get[f"vss_{term}"]) / sd
        out[f"df_{term}"] = get[f"df_{term}"] if df == "satterthwaite" else np.full(len(y), np.inf)
    return out


def _unremarkable(fit: dict[str, np.ndarray], kind: str) -> bool:
    """Whether a marker shows no significant change, or a like change in both groups."""
    if not fit["converged"][0]:
        return False
    slopes = {t: fit[t][0] for t in ("control", "treated")}
    slopes["difference"] = slopes["treated"] - slopes["control"]
    p = {
        t: 2 * stats.t.sf(abs(b) / fit[f"se_{t}"][0], fit[f"df_{t}"][0]) for t, b in slopes.items()
    }
    if kind == "like change":
        return p["difference"] > _LIMITS[kind]
    return min(p.values()) > _LIMITS[kind]


@dataclass(frozen=True)
class _Inequality:
    """low <= weights · (slope of the control, of the treated, factor) <= high."""

    weights: tuple[float, float, float]
    low: float
    high: float
    room: float  # half a unit of the last printed digit, in units of slope
    hard: bool


_TERMS = {"control": (1.0, 0.0), "treated": (0.0, 1.0), "difference": (-1.0, 1.0)}


def _inequalities(level, printed: pd.DataFrame, fits, j: int, soft: bool) -> list[_Inequality]:
    """What is printed of a marker, as inequalities in the two slopes and the factor."""
    rows = []
    for term, row in printed.iterrows():
        weights, se, df = _TERMS[term], fits[f"se_{term}"][j], fits[f"df_{term}"][j]
        reach = stats.t.ppf(0.975, df) * se
        for quantity, side in (("slope", 0.0), ("ci_low", -reach), ("ci_high", reach)):
            if np.isfinite(row[quantity]):
                limits = printed_range(row, quantity)
                half = (limits[1] - limits[0]) / 2
                rows.append(_Inequality((*weights, side), *limits, half, True))
        if np.isfinite(row["p_value"]):
            low, high = printed_range(row, "p_value")
            sign = _direction(level.name, term, printed)
            near, far = stats.t.isf(np.array([high, max(low, 1e-12)]) / 2, df) * se
            for bound, edge in ((near, (0.0, np.inf)), (far, (-np.inf, 0.0))):
                weighted = (sign * weights[0], sign * weights[1], -bound)
                hard = not (soft and term == "difference")
                rows.append(_Inequality(weighted, *edge, 0.02 * se, hard))
    if level["printed"] == "significant difference":
        se, df = fits["se_difference"][j], fits["df_difference"][j]
        near, far = stats.t.isf(np.array([0.045, 0.005]) / 2, df) * se
        for bound, edge in ((near, (0.0, np.inf)), (far, (-np.inf, 0.0))):
            rows.append(_Inequality((1.0, -1.0, -bound), *edge, 0.02 * se, True))
    return rows


def _direction(marker: str, term: str, printed: pd.DataFrame) -> float:
    """1 for a rise and -1 for a fall of what a P value is about.

    The printed slope says it, or its limits where it is 0; for a difference without a slope, those
    of the groups. Where no slope is printed, falls are (IL6 and PTX3), and the treated rise less.
    """
    lines = printed.reindex(list(_TERMS))
    sizes = lines["slope"].where(lines["slope"].ne(0), (lines["ci_low"] + lines["ci_high"]) / 2)
    size = sizes[term]
    if np.isnan(size) and term == "difference":
        size = sizes["treated"] - sizes["control"]
    if np.isnan(size):
        return -1.0 if term == "difference" or marker in ("IL6", "PTX3") else 1.0
    return -1.0 if size < 0 else 1.0


def _worth_solving(printed: pd.DataFrame, fits: dict[str, np.ndarray]) -> np.ndarray:
    """The fits for which one factor makes both printed intervals as wide as they are."""
    least, most = [], []
    for term in ("control", "treated"):
        row = printed.loc[term]
        half, unit = (row["ci_high"] - row["ci_low"]) / 2, 10.0 ** -printed_decimals(row)
        reach = stats.t.ppf(0.975, fits[f"df_{term}"]) * fits[f"se_{term}"]
        least.append((half - 0.5 * unit) / reach)
        most.append((half + 0.5 * unit) / reach)
    fitting = np.maximum(*least) <= np.minimum(*most)
    return np.flatnonzero(fitting & fits["converged"])


def _together(printed, fits, chosen, y, there, unit) -> dict[int, list[_Inequality]]:
    """Of the fits chosen, those whose groups can be together on day 28, with what that asks."""
    within = _TOGETHER * unit
    lines = printed.loc[["control", "treated"]]
    half = (lines["ci_high"] - lines["ci_low"]).to_numpy() / 2
    found = {}
    for j in chosen:
        own = fits["control"][j], fits["treated"][j]
        rows = alignment(y[j], there, LABEL == 1, own)
        reach = [stats.t.ppf(0.975, fits[f"df_{t}"][j]) * fits[f"se_{t}"][j] for t in lines.index]
        near = (*lines["slope"], (half / reach).mean())  # but for rounding
        if all(abs(np.dot(row, near)) < 2 * within for row in rows):
            found[j] = [_Inequality(row, -within, within, 0.1 * within, True) for row in rows]
    return found


def _bounds(rows: list[_Inequality]) -> tuple[np.ndarray, ...]:
    """The inequalities as ``a @ x <= b``, with the room of each and whether it is hard."""
    found = [
        (sign * np.array(row.weights), bound, row.room, row.hard)
        for row in rows
        for sign, bound in ((1.0, row.high), (-1.0, -row.low))
        if np.isfinite(bound)
    ]
    return tuple(np.array(part) for part in zip(*found, strict=True))


def _solve(rows: list[_Inequality]):
    """Slopes and factor that meet the inequalities with as much room as possible.

    Returns
    -------
    (control, treated, factor), missed, -room
        Missed is 0 if all are met with room to spare; else the hard ones are met, and it is by how
        much the P values miss. None if the hard ones cannot be met.
    """
    a, b, room, hard = _bounds(rows)
    box = [(-1, 1), (-1, 1), (0.02, 50)]
    widest = linprog(
        [0, 0, 0, -1], np.column_stack([a, room]), b, bounds=[*box, (-50, 5)], method="highs"
    )
    if widest.status == 0 and widest.x[3] >= _ROOM:
        return tuple(widest.x[:3]), 0.0, -widest.x[3]
    if hard.all():
        return None
    slack = np.diag(-room)[:, ~hard]
    nearest = linprog(
        [0, 0, 0, *np.ones(slack.shape[1])], np.column_stack([a, slack]), b - _ROOM * room,
        bounds=[*box, *[(0, None)] * slack.shape[1]], method="highs",
    )  # fmt: skip
    return (tuple(nearest.x[:3]), nearest.fun, 0.0) if nearest.status == 0 else None


def _nearest(rows: list[_Inequality], trend: float):
    """Slopes as near to a trend as the inequalities allow, with a factor from 0.6 to 1."""
    a, b, room, _ = _bounds(rows)
    # x, and its distances from the trend: |control - trend| and |treated - trend|.
    a = np.column_stack([a, np.zeros((len(a), 2))])
    away = np.array([[1, 0, 0, -1, 0], [-1, 0, 0, -1, 0], [0, 1, 0, 0, -1], [0, -1, 0, 0, -1]])
    found = linprog(
        [0, 0, 0, 1, 1],
        np.vstack([a, away]),
        np.concatenate([b - _ROOM * room, [trend, -trend, trend, -trend]]),
        bounds=[(-1, 1), (-1, 1), (0.6, 1), (0, None), (0, None)],
        method="highs",
    )
    return (tuple(found.x[:3]), 0.0, 0.0) if found.status == 0 else None


def _frame(values, wanted, levels, there, scale) -> pd.DataFrame:
    """The values as concentrations, long, as the loader of biomarkers gives them."""
    patient, day = np.nonzero(there)
    frames = []
    for marker in wanted:
        level, y = levels.loc[marker], values[marker][there]
        below = np.isnan(y)
        raised = (np.power(10.0, y) if scale == "log10" else np.exp(y))[~below]
        value = np.full(len(y), level["level"])
        value[~below] = [float(f"{x:.6g}") for x in raised]
        frames.append(
            pd.DataFrame(
                {
                    "patient_id": PATIENTS[patient],
                    "arm": ARMS[patient],
                    "treated": LABEL[patient].astype(bool),
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
    biomarkers: pd.DataFrame, scale: str, df: str, slopes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every printed slope, limit and P value beside what the fit of these values returns.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, with ``marker``, ``patient_id``, ``treated``, ``day`` and ``value``.
    scale : {"log10", "ln"}
    df : {"satterthwaite", "wald"}
    slopes : DataFrame, optional
        What is printed; :func:`rescat.load_slopes` if not given.

    Returns
    -------
    DataFrame
        ``marker, term, quantity, low, high`` (what prints like the printed figure), ``obtained``,
        ``met``, ``origin``.
    """
    rows = []
    logged = to_scale(biomarkers, scale)
    slopes = load_slopes() if slopes is None else slopes
    for marker, printed in slopes.groupby("marker", sort=False):
        own = logged[logged["marker"].eq(marker)]
        if own.empty:
            continue
        table = fit_slopes(own, df=df).table
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
    """What varies between twins that all agree with the print.

    Parameters
    ----------
    twins : iterable of Twin
    markers : iterable of str

    Returns
    -------
    DataFrame, one row per twin and marker
        ``twin``, ``marker``, ``samples_control``, ``samples_treated``, P of the difference by each
        of :data:`rescat.PANEL_TESTS` but Wald's, the ``lowest`` and ``highest`` P (Satterthwaite)
        when one patient is left out, and P of each analysis of :data:`rescat.SENSITIVITY`. Who
        had an IL-6 blocker or the other cells is read from the twin's own table of patients.
    """
    patients = load_table("synthetic_patients")
    tests = [test for test in PANEL_TESTS if test != "wald"]
    others = [key for key in SENSITIVITY if key != "all_patients"]
    rows = []
    for member in twins:
        logged = to_scale(member.biomarkers)
        found = panel_tests(logged, markers, tests).set_index("marker")
        for marker in found.index:
            own = one_marker(logged, marker)
            without = leave_one_out(own)["p_value"]
            treated = own["treated"].sum()
            other = sensitivity(own, patients).set_index("key")["p_value"]
            rows.append(
                {
                    "twin": member.number,
                    "marker": marker,
                    "samples_control": len(own) - treated,
                    "samples_treated": treated,
                    **found.loc[marker, tests].to_dict(),
                    "lowest": without.min(),
                    "highest": without.max(),
                    **other[others].to_dict(),
                }
            )
    return pd.DataFrame(rows)


def write_committed(seed: int = COMMITTED) -> None:
    """Write the twin that the book uses to ``data/synthetic``: values, patients and events."""
    from ..book.build import write_whole

    for name, text in committed_tables(seed).items():
        write_whole(DATA / "synthetic" / name, text)


def committed_tables(seed: int = COMMITTED) -> dict[str, str]:
    """The text of each file of the twin that the book uses, by its name."""
    patients = synthetic_patients(seed, PATIENTS, ARMS)
    only = {"markers": ["NFL"], "transient": ["NFL"], "sampling": SAMPLING_TRANSIENT}
    curved = twin(TRANSIENT, **only)
    frames = {
        "biomarkers.csv": _as_cells(next(twin(seed)).biomarkers),
        "patients.csv": patients,
        "events.csv": synthetic_events(seed, patients),
        "nfl_transient.csv": _as_cells(next(curved).biomarkers),
    }
    return {
        name: frame.drop(columns="origin").to_csv(index=False, lineterminator="\n")
        for name, frame in frames.items()
    }


def _as_cells(biomarkers: pd.DataFrame) -> pd.DataFrame:
    """Values as ``biomarkers.csv`` holds them."""
    below = biomarkers["below_lod"].map({True: "y", False: "n"})
    return biomarkers.drop(columns="treated").assign(below_lod=below)
