"""Data that hypothesis draws."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import rescat

# Compilation takes seconds on the first example.
settings.register_profile(
    "slopes", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("slopes")

SEEDS = st.integers(0, 10_000)


@st.composite
def trials(draw):
    """Trials of many shapes; about a third of the fits are singular."""
    return rescat.simulate_trial(
        draw(SEEDS),
        controls=draw(st.integers(5, 14)),
        treated=draw(st.integers(4, 8)),
        kept=draw(st.sampled_from([0.7, 0.9, 1.0])),
        slope=(0, draw(st.sampled_from([0, 0.03]))),
        sd_slope=draw(st.sampled_from([0.0, 0.015, 0.03])),
        correlation=draw(st.sampled_from([-0.5, 0.0, 0.5])),
    )
