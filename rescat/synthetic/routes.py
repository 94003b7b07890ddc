"""By which routes to intervals and P a trial of this design can give the printed figures."""

from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from ..base.arguments import check_options
from ..base.errors import ModelError
from ..data.loaders import load_slopes
from ..data.marker_names import measured_markers
from ..data.trial_facts import DAYS
from ..panel.designs import SAMPLING
from ..printed.lines import printed_range
from .draws import (
    SPREADS,
    add_profile_limits,
    fit_draws,
    profile_distances,
    sampling_probabilities,
)
from .inequalities import (
    direction,
    line_inequalities,
    p_inequalities,
    printed_rows,
    solve,
    worth_solving,
)
from .patients import PATIENT_ARMS

__all__ = ["LIMITS_ROUTES", "P_ROUTES", "agreement_by_route"]

LIMITS_ROUTES = {
    "z": "1.96 standard errors either side (z)",
    "t": "standard errors either side by Satterthwaite's t",
    "profile": "profile likelihood (R: confint)",
}
P_ROUTES = {
    "z": "z",
    "t": "Satterthwaite's t (R: lmerTest)",
    "likelihood_ratio": "likelihood ratio (R: anova)",
}


def agreement_by_route(
    marker: str = "IL18",
    *,
    n: int = 400,
    seed: int = 1,
    sampling: dict[str, tuple[float, ...]] | None = None,
    slopes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many invented trials can give everything that is printed of a marker, by each route.

    Samples are drawn at random, with the spread that ``data/evidence/markers.csv`` gives and
    slopes that vary between patients by nothing to much. The lines of the two groups and one factor
    for all values are then free: a trial counts if some choice of them gives the slopes, intervals
    and P values of the paper, rounding allowed for. The same draws serve all routes.

    Parameters
    ----------
    marker : str
        One with printed slopes and intervals of both groups.
    n, seed : int
        Trials that are drawn, each with samples of its own.
    sampling : dict, optional
        Probability of each day's sample by arm; :data:`rescat.SAMPLING` if not given.
    slopes : DataFrame, optional
        What is printed; :func:`rescat.load_slopes` if not given.

    Returns
    -------
    DataFrame, a row for each route to the interval and route to P
        ``limits`` and ``p`` (keys of :data:`rescat.LIMITS_ROUTES` and :data:`rescat.P_ROUTES`),
        ``trials`` (fitted), ``lines`` (of these, can give the slopes and intervals) and ``all``
        (can give the P values as well), and ``origin``.

    Raises
    ------
    ModelError
        If the marker has no printed slope and interval of both groups.

    Notes
    -----
    The factor and the lines change neither degrees of freedom nor the shape of a profile, so that
    each printed figure is a linear inequality in them, and a linear programme says whether all can
    be met. The counts depend on the sampling and on the spreads that are drawn: they compare
    routes, and are no probability that the paper took one.

    Examples
    --------
    >>> import rescat
    >>> routes = rescat.agreement_by_route("IL18", n=60)
    >>> bool(routes.set_index(["limits", "p"])["all"]["profile", "t"] > 0)
    True
    """
    check_options(n=n, seed=seed)
    slopes = load_slopes() if slopes is None else slopes
    printed = printed_rows(slopes, marker)
    lines = printed.reindex(["control", "treated"])[["slope", "ci_low", "ci_high"]]
    if lines.isna().any(axis=None):
        raise ModelError(f"{marker}: expected printed slopes and intervals of both groups")
    level = measured_markers().set_index("marker").loc[marker]
    probability = sampling_probabilities(SAMPLING if sampling is None else sampling)
    counts = {route: np.zeros(2, int) for route in product(LIMITS_ROUTES, P_ROUTES)}
    fitted = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        sampled = rng.random(probability.shape) < probability
        u, v = rng.standard_normal((2, len(PATIENT_ARMS), 1))
        noise = rng.standard_normal(sampled.shape)
        spread = rng.choice(SPREADS) * level["sd_within"]
        y = (level["sd_between"] * u + spread * v * DAYS + level["sd_within"] * noise)[None]
        fits = fit_draws(sampled, y, "satterthwaite")
        if not fits["converged"][0]:
            continue
        fitted += 1
        for key, found in _trial(marker, printed, sampled, y, fits).items():
            counts[key] += found
    table = pd.DataFrame(
        [(*route, fitted, *found) for route, found in counts.items()],
        columns=["limits", "p", "trials", "lines", "all"],
    )
    return table.assign(origin="synthetic")


def _trial(marker: str, printed: pd.DataFrame, sampled, y, fits) -> dict[tuple, np.ndarray]:
    """Whether one trial can give the printed lines, and all, by each route that gives the lines."""
    found, ends = {}, None
    for limits in LIMITS_ROUTES:
        by_route = _with_limits(limits, printed, sampled, y, fits)
        if not len(worth_solving(printed, by_route)):
            continue
        rows = [
            row
            for term in ("control", "treated")
            for row in line_inequalities(
                term,
                printed.loc[term],
                by_route[f"below_{term}"][0],
                by_route[f"above_{term}"][0],
            )
        ]
        if solve(rows, 0.0) is None:
            continue
        if ends is None:  # the same for every route to the interval
            ends = {p: _p_rows(p, marker, printed, sampled, y, fits) for p in P_ROUTES}
        for p in P_ROUTES:
            met = ends[p] is not None and solve(rows + ends[p], 0.0) is not None
            found[limits, p] = np.array([1, met])
    return found


def _with_limits(route: str, printed: pd.DataFrame, sampled, y, fits) -> dict[str, np.ndarray]:
    """The fits, with the distances of the ends of the interval by one route."""
    out = dict(fits)
    for term in ("control", "treated"):
        reach = stats.t.ppf(0.975, np.inf if route != "t" else fits[f"df_{term}"])
        out[f"below_{term}"] = reach * fits[f"se_{term}"]
        out[f"above_{term}"] = out[f"below_{term}"].copy()
    if route == "profile" and len(worth_solving(printed, out, 1.15)):
        add_profile_limits(out, np.array([0]), sampled, y, ["control", "treated"])
    return out


def _p_rows(route: str, marker: str, printed: pd.DataFrame, sampled, y, fits) -> list | None:
    """The printed P values as inequalities, by one route; None where a profile has no end."""
    rows, lines = [], printed.to_dict("index")
    for term, row in lines.items():
        if np.isnan(row["p_value"]):
            continue
        least, most = printed_range(row, "p_value")
        sign, se = direction(marker, term, lines), fits[f"se_{term}"][0]
        ends = []
        for p in (most, least) if least > 0 else (most,):  # "< 0.001" has one end
            if route == "likelihood_ratio":
                # Zero is where the end of a profile interval at that level lies.
                below, above = profile_distances(fits, np.array([0]), sampled, y, [term], 1 - p)
                ends.append((below if sign > 0 else above)[0, 0])
            else:
                df = np.inf if route == "z" else fits[f"df_{term}"][0]
                ends.append(stats.t.isf(p / 2, df) * se)
        if not np.isfinite(ends).all():
            return None
        rows += p_inequalities(term, sign, ends[0], ends[-1], 0.02 * se, True)[: len(ends)]
    return rows
