"""The expected answers of the chapter on other trials, each computed by a way of its own."""

from math import exp, log

import pandas as pd
from scipy import stats

from ...data.loaders import load_trials
from ..registry import exercise

__all__: list[str] = []


def _randomised() -> list[tuple[int, int, int, int]]:
    """The four counts of each randomised trial in COVID-19, at the day nearest to 28."""
    best = {}
    for row in load_trials().itertuples():
        wanted = row.pooled and row.population == "COVID-19" and row.outcome == "deaths"
        if not wanted or pd.isna(row.randomised) or not row.randomised:
            continue
        away = float("inf") if pd.isna(row.horizon_days) else abs(row.horizon_days - 28)
        counts = (
            row.treated_events,
            row.treated_patients,
            row.control_events,
            row.control_patients,
        )
        if row.trial not in best or away < best[row.trial][0]:
            best[row.trial] = away, counts
    return [counts for _, counts in best.values()]


@exercise(
    "11-1",
    "patients of the largest trial",
    "patients of all trials",
    hint="Add the treated and the control patients of each row.",
)
def _largest():
    sizes = [n + m for _, n, _, m in _randomised()]
    return max(sizes), sum(sizes)


@exercise(
    "11-2",
    "the risk ratio",
    "the lower end",
    "the upper end",
    within=0.01,
    hint="Take the logarithm, go 1.96 standard errors to each side, and take the exponential.",
)
def _by_hand():
    centre, error = log(2) - log(7), (1 / 2 + 1 / 7 - 2 / 12) ** 0.5
    low, high = stats.norm.interval(0.95, centre, error)
    return exp(centre), exp(low), exp(high)


@exercise(
    "11-3",
    "P of Fisher's exact test",
    "the name of the test",
    within=0.001,
    hint="The tests are a dict: names to P values.",
)
def _which_test():
    # All five who died were among the 24: the chance of the observed table is the hypergeometric.
    at_least_as_rare = [
        stats.hypergeom.pmf(k, 32, 8, 27)
        for k in range(3, 9)
        if stats.hypergeom.pmf(k, 32, 8, 27) <= stats.hypergeom.pmf(8, 32, 8, 27) * (1 + 1e-9)
    ]
    return sum(at_least_as_rare), "Wald, own variances"


@exercise(
    "11-4",
    "the risk ratio of all trials",
    "that without the largest",
    within=0.005,
    hint="The largest trial has most patients, both groups together.",
)
def _without_the_largest():
    rows = sorted(_randomised(), key=lambda counts: counts[1] + counts[3])

    def pooled(rows):
        top = sum(a * m / (n + m) for a, n, c, m in rows)
        return top / sum(c * n / (n + m) for a, n, c, m in rows)

    return pooled(rows), pooled(rows[:-1])
