"""How far other analyses can be pushed by data that agree with the paper.

A search over the random numbers behind one marker of a twin. Each proposal is a small change of
all of them; the linear programme of the twin restores what is printed, or the proposal is refused.
What a search reaches is proven by the data that reach it. It is no optimum: data may exist that go
further.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..base.origin import origin_of
from ..data.loaders import load_slopes, load_table
from ..data.trial_facts import DAYS
from ..panel.fits import leave_one_out
from ..slopes.permutation import permutation_test
from .draws import SPREADS, fit_draws
from .inequalities import inequalities_of, printed_rows, solve
from .patients import PATIENT_ARMS, PATIENTS, TREATED

__all__ = ["QUANTITIES", "Extreme", "extreme", "extremes_beside"]

QUANTITIES = {
    "permutation_t": lambda samples, sign: permutation_test(samples, progress=False).p_value,
    "permutation_welch": lambda samples, sign: (
        permutation_test(samples, statistic="welch", progress=False).p_value
    ),
    # The P value of the difference (Satterthwaite) without the patient who matters most.
    "leave_one_out": lambda samples, sign: sign * (sign * leave_one_out(samples)["p_value"]).max(),
}
_STEPS = (0.05, 0.2, 0.6)  # sizes of a proposal; 1 would be a new draw
_TRIES = 5000  # draws until one agrees with the paper


@dataclass(frozen=True)
class Extreme:
    """What one search reached.

    Attributes
    ----------
    samples : DataFrame
        One marker on log10: ``patient_id``, ``arm``, ``treated``, ``day``, ``value``, ``origin``.
    reached, start : float
        P value of these samples, and of those that the search began with.
    evaluations, proposals : int
        Data sets of which the P value was computed, and those that were tried.
    largest_draw : float
        The largest of the random numbers behind the samples, in SDs: how odd the data are.
    """

    samples: pd.DataFrame = field(repr=False)
    reached: float
    start: float
    evaluations: int
    proposals: int
    largest_draw: float


def extremes_beside(reached: pd.DataFrame, slopes: pd.DataFrame) -> pd.DataFrame:
    """The P values that a search reached, beside the printed one.

    Parameters
    ----------
    reached : DataFrame, one row per search
        The table ``extremes`` (:func:`rescat.load_table`): ``marker, quantity, direction, reached``
        (P value), ``origin``.
    slopes : DataFrame, one row per printed slope
        From :func:`rescat.load_slopes`.

    Returns
    -------
    DataFrame, one row per marker and quantity
        ``marker, printed`` (P value), ``quantity`` (in words), ``lowest, highest`` (P values),
        ``origin``.

    Raises
    ------
    OriginError
        If the searches do not say where their data come from.

    Notes
    -----
    A search proves what it reached. Data may exist that go further: :func:`extreme`.

    Examples
    --------
    >>> import rescat
    >>> beside = rescat.extremes_beside(rescat.load_table("extremes"), rescat.load_slopes())
    >>> one = beside[beside["quantity"].eq("Permutation of t")].drop(columns="origin")
    >>> print(one.round(3).to_string(index=False))
    marker  printed         quantity  lowest  highest
     IL1RA    0.025 Permutation of t   0.007    0.053
       NFL    0.012 Permutation of t   0.000    0.036
    """
    wide = reached.pivot(index=["marker", "quantity"], columns="direction", values="reached")
    wide = wide.reset_index()
    printed = slopes[slopes["term"].eq("difference")].set_index("marker")["p_value"]
    words = {
        "permutation_t": "Permutation of t",
        "permutation_welch": "Permutation of Welch's t",
        "leave_one_out": "Without one patient (Satterthwaite)",
    }
    wide["printed"], wide["quantity"] = wide["marker"].map(printed), wide["quantity"].map(words)
    columns = ["marker", "printed", "quantity", "lowest", "highest"]
    return wide[columns].rename_axis(None, axis="columns").assign(origin=origin_of(reached))


def extreme(
    marker: str,
    quantity: str,
    direction: str,
    biomarkers: pd.DataFrame,
    *,
    seed: int = 0,
    evaluations: int = 200,
) -> Extreme:
    """Search for data that agree with the paper and give a P value as low or as high as possible.

    Parameters
    ----------
    marker : str
        With printed slopes and intervals that its printed P values fit: IL1RA or NFL.
    quantity : {"permutation_t", "permutation_welch", "leave_one_out"}
        P of the difference by permutation of t or of Welch's t, or (Satterthwaite) without one
        patient: the lowest of them, or the highest.
    direction : {"lowest", "highest"}
    biomarkers : DataFrame
        Whose pattern of samples is kept.
    seed, evaluations : int
        The same seed gives the same samples.

    Returns
    -------
    Extreme

    Raises
    ------
    ModelError
        If an option is not known, or no draw was found to begin with.

    Examples
    --------
    >>> import rescat
    >>> twin = rescat.load_biomarkers("data")
    >>> found = rescat.extreme("NFL", "leave_one_out", "highest", twin, seed=1, evaluations=2)
    >>> found.evaluations, found.reached >= found.start
    (2, True)
    """
    check_choice("quantity", quantity, QUANTITIES)
    check_choice("direction", direction, ("lowest", "highest"))
    sign = 1.0 if direction == "highest" else -1.0
    rng = np.random.default_rng([seed, *map(ord, marker + quantity + direction)])
    samples_from = _sampler(marker, biomarkers)
    numbers, samples = _first_draw(rng, samples_from)
    start = best = QUANTITIES[quantity](samples, sign)
    evaluated, proposals = 1, 0
    while evaluated < evaluations and proposals < 50 * evaluations:
        proposals += 1
        proposed = _nearby(rng, numbers)
        candidate = samples_from(*proposed)
        if candidate is None:
            continue
        evaluated += 1
        p_value = QUANTITIES[quantity](candidate, sign)
        if sign * p_value >= sign * best:
            numbers, samples, best = proposed, candidate, p_value
    largest = float(np.abs(numbers[0]).max())
    return Extreme(samples, float(best), float(start), evaluated, proposals, largest)


def _first_draw(rng, samples_from: Callable) -> tuple[tuple[np.ndarray, int], pd.DataFrame]:
    """Fresh draws until the printed figures can be met."""
    for _ in range(_TRIES):
        size = (len(PATIENT_ARMS), 2 + len(DAYS))
        numbers = rng.standard_normal(size), int(rng.integers(len(SPREADS)))
        samples = samples_from(*numbers)
        if samples is not None:
            return numbers, samples
    raise ModelError(
        f"{_TRIES} draws, and none agrees with the papered figures on this pattern of samples"
    )


def _nearby(rng, numbers: tuple[np.ndarray, int]) -> tuple[np.ndarray, int]:
    """Random numbers near others, still normal; and the same or the next spread of slopes."""
    normal, spread = numbers
    step = rng.choice(_STEPS)
    moved = np.sqrt(1 - step**2) * normal + step * rng.standard_normal(normal.shape)
    return moved, int(np.clip(spread + rng.integers(-1, 2), 0, len(SPREADS) - 1))


def _sampler(marker: str, biomarkers: pd.DataFrame) -> Callable:
    """A function from random numbers to samples that agree with the paper, or None."""
    level = load_table("markers").set_index("marker").loc[marker]
    printed = printed_rows(load_slopes(), marker)
    values = biomarkers[biomarkers["marker"].eq(marker)]
    taken = pd.crosstab(values["patient_id"], values["day"].astype(float))
    sampled = taken.reindex(index=PATIENTS, columns=DAYS, fill_value=0).to_numpy(bool)
    patient, day = np.nonzero(sampled)
    frame = pd.DataFrame(
        {
            "patient_id": PATIENTS[patient],
            "arm": PATIENT_ARMS[patient],
            "treated": TREATED[patient].astype(bool),
            "day": DAYS[day],
            "origin": "synthetic",
        }
    )

    lines = printed.to_dict("index")

    def samples_from(normal: np.ndarray, spread: int) -> pd.DataFrame | None:
        u, v, e = normal[:, :1], normal[:, 1:2], normal[:, 2:]
        between, within = level["sd_between"], level["sd_within"]
        y = between * u + SPREADS[spread] * within * v * DAYS + within * e
        fits = fit_draws(sampled, y[None], "satterthwaite")
        if not fits["converged"][0]:
            return None
        solution = solve(inequalities_of(level, lines, fits, 0, soft=False))
        if solution is None:
            return None
        control, treated, factor = solution[0]
        own_slope = np.where(TREATED, fits["treated"][0], fits["control"][0])
        line = np.where(TREATED, treated, control) - factor * own_slope
        value = np.log10(level["level"]) + factor * y + line[:, None] * DAYS
        return frame.assign(value=value[sampled])

    return samples_from
