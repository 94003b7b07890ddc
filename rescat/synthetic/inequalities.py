"""What is printed, as inequalities in two slopes and a factor, and a point that meets them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import linprog

from ..panel.transients import alignment
from ..printed.attainable import ANY_DF, attainable_difference_p
from ..printed.lines import printed_decimals, printed_line, printed_range
from .patients import TREATED

_TOGETHER = 0.1  # the largest difference that counts as none, in units of log10
_ROOM = 0.1  # distance from the bounds of rounding, in half units of the last printed digit
# Each printed line as weights of the slope of the control and of the treated group.
_TERMS = {"control": (1.0, 0.0), "treated": (0.0, 1.0), "difference": (-1.0, 1.0)}

# The rows of ``printed_rows`` as dicts, by term: they are asked thousands of times.
Lines = dict[str, dict]


def printed_rows(slopes: pd.DataFrame, marker: str) -> pd.DataFrame:
    """What is printed of one marker, by term."""
    return slopes[slopes["marker"].eq(marker)].set_index("term")


def attainable(printed: pd.DataFrame, df: str) -> bool:
    """Whether the printed P of the difference fits the printed lines by one multiplier for all."""
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


@dataclass(frozen=True)
class Inequality:
    """low <= weights · (slope of the control, of the treated group, factor) <= high."""

    weights: tuple[float, float, float]
    low: float
    high: float
    room: float  # half a unit of the last printed digit, in units of slope
    hard: bool


def inequalities_of(level, lines: Lines, fits, j: int, soft: bool) -> list[Inequality]:
    """What is printed of a marker, as inequalities in the two slopes and the factor."""
    rows = []
    for term, row in lines.items():
        se, df = fits[f"se_{term}"][j], fits[f"df_{term}"][j]
        rows += line_inequalities(term, row, fits[f"below_{term}"][j], fits[f"above_{term}"][j])
        if np.isfinite(row["p_value"]):
            low, high = printed_range(row, "p_value")
            sign = direction(level.name, term, lines)
            near, far = stats.t.isf(np.array([high, max(low, 1e-12)]) / 2, df) * se
            hard = not (soft and term == "difference")
            # Half of what rounds to the printed figure, as for a slope; "<" has no such half.
            room = min(0.02 * se, (far - near) / 2)
            rows += p_inequalities(term, sign, near, far, room, hard)
    if level["printed"] == "significant difference":
        se, df = fits["se_difference"][j], fits["df_difference"][j]
        ends = stats.t.isf(np.array([0.045, 0.005]) / 2, df) * se
        rows += p_inequalities("difference", -1.0, *ends, 0.02 * se, True)
    return rows


def line_inequalities(term: str, row: Mapping, below: float, above: float) -> list[Inequality]:
    """A printed slope and its interval, which are so far below and above it for a factor of 1."""
    rows = []
    for quantity, side in (("slope", 0.0), ("ci_low", -below), ("ci_high", above)):
        if np.isfinite(row[quantity]):
            limits = printed_range(row, quantity)
            half = (limits[1] - limits[0]) / 2
            rows.append(Inequality((*_TERMS[term], side), *limits, half, True))
    return rows


def p_inequalities(
    term: str, sign: float, near: float, far: float, room: float, hard: bool
) -> list[Inequality]:
    """A printed P value: a slope, with this sign, is between so far from zero for a factor of 1."""
    first, second = (sign * weight for weight in _TERMS[term])
    return [
        Inequality((first, second, -near), 0.0, np.inf, room, hard),
        Inequality((first, second, -far), -np.inf, 0.0, room, hard),
    ]


def direction(marker: str, term: str, lines: Lines) -> float:
    """1 for a rise and -1 for a fall of what a P value is about.

    The printed slope says it, or its interval where it is 0; for a difference without a slope,
    the slopes of the groups do. Where no slope is printed, falls are (IL6 and PTX3), and the
    treated group rises less.
    """
    sizes = dict.fromkeys(_TERMS, np.nan)
    for name, row in lines.items():
        middle = (row["ci_low"] + row["ci_high"]) / 2
        sizes[name] = row["slope"] if row["slope"] != 0 else middle
    size = sizes[term]
    if np.isnan(size) and term == "difference":
        size = sizes["treated"] - sizes["control"]
    if np.isnan(size):
        return -1.0 if term == "difference" or marker in ("IL6", "PTX3") else 1.0
    return -1.0 if size < 0 else 1.0


def worth_solving(
    printed: pd.DataFrame, fits: dict[str, np.ndarray], slack: float = 1.0
) -> np.ndarray:
    """The fits for which one factor makes both printed intervals as wide as they are.

    With a slack above 1 also those that miss it by less than that factor.
    """
    least, most = [], []
    for term in ("control", "treated"):
        row = printed.loc[term]
        half, unit = (row["ci_high"] - row["ci_low"]) / 2, 10.0 ** -printed_decimals(row)
        reach = (fits[f"below_{term}"] + fits[f"above_{term}"]) / 2
        least.append((half - 0.5 * unit) / reach)
        most.append((half + 0.5 * unit) / reach)
    fitting = np.maximum(*least) <= slack * np.minimum(*most)
    return np.flatnonzero(fitting & fits["converged"])


def together_on_day_28(printed, fits, chosen, y, sampled, unit) -> dict[int, list[Inequality]]:
    """Of the fits chosen, those whose groups can be together on day 28, with what that asks."""
    within = _TOGETHER * unit
    lines = printed.loc[["control", "treated"]]
    half = (lines["ci_high"] - lines["ci_low"]).to_numpy() / 2
    found = {}
    for j in chosen:
        slopes = fits["control"][j], fits["treated"][j]
        rows = alignment(y[j], sampled, TREATED == 1, slopes)
        reach = [(fits[f"below_{t}"][j] + fits[f"above_{t}"][j]) / 2 for t in lines.index]
        near = (*lines["slope"], (half / reach).mean())  # but for rounding
        if all(abs(np.dot(row, near)) < 2 * within for row in rows):
            found[j] = [Inequality(row, -within, within, 0.1 * within, True) for row in rows]
    return found


def _bounds(rows: list[Inequality]) -> tuple[np.ndarray, ...]:
    """The inequalities as ``a @ x <= b``, with the room of each and whether it is hard."""
    found = [
        (sign * np.array(row.weights), bound, row.room, row.hard)
        for row in rows
        for sign, bound in ((1.0, row.high), (-1.0, -row.low))
        if np.isfinite(bound)
    ]
    return tuple(np.array(part) for part in zip(*found, strict=True))


def solve(rows: list[Inequality], room_wanted: float = _ROOM):
    """Slopes and factor that meet the inequalities with as much room as possible.

    Parameters
    ----------
    rows : list of Inequality
    room_wanted : float
        Distance from each bound that is asked for, in units of its own room.

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
    if widest.status == 0 and widest.x[3] >= room_wanted:
        return tuple(widest.x[:3]), 0.0, -widest.x[3]
    if hard.all():
        return None
    slack = np.diag(-room)[:, ~hard]
    nearest = linprog(
        [0, 0, 0, *np.ones(slack.shape[1])], np.column_stack([a, slack]), b - room_wanted * room,
        bounds=[*box, *[(0, None)] * slack.shape[1]], method="highs",
    )  # fmt: skip
    return (tuple(nearest.x[:3]), nearest.fun, 0.0) if nearest.status == 0 else None


def nearest_slopes(rows: list[Inequality], trend: float):
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
