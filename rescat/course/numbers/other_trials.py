"""The numbers that the quiz on other trials names."""

from functools import cache

from ...data.loaders import load_trials
from ...meta.pool import PooledTrials, pool_trials
from ...trial.peers import trials_near

__all__ = ["NUMBERS"]


@cache
def _pooled() -> PooledTrials:
    trials = load_trials()
    rows = trials[trials["pooled"] & trials["population"].eq("COVID-19")]
    near = trials_near(rows, "deaths", 28)
    return pool_trials(near[near["randomised"].fillna(False)])


NUMBERS = {
    "peer_ratio": lambda: _pooled().estimate,
    "peer_low": lambda: _pooled().ci_low,
    "peer_high": lambda: _pooled().ci_high,
    "peer_next_low": lambda: _pooled().predicted_low,
    "peer_next_high": lambda: _pooled().predicted_high,
    "peer_trials": lambda: _pooled().trials,
}
