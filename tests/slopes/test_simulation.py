"""Simulated trials follow their settings."""

import numpy as np
import pytest

import rescat
from rescat import ModelError


def test_a_simulated_trial_refuses_what_cannot_be():
    with pytest.raises(ModelError, match="correlation=2"):
        rescat.simulate_trial(0, correlation=2)


def test_simulation_follows_its_settings():
    trial = rescat.simulate_trial(
        1, controls=400, treated=300, slope=(0.0, 0.05), sd_slope=(0.01, 0.03), correlation=0.5
    )
    fit = rescat.fit_slopes(trial, variance="by_group")
    assert fit.table.loc["difference", "slope"] == pytest.approx(0.05, abs=0.008)
    assert fit.variance.loc["control", "sd_slope"] == pytest.approx(0.01, rel=0.15)
    assert fit.variance.loc["treated", "sd_slope"] == pytest.approx(0.03, rel=0.15)
    assert fit.variance.loc["treated", "correlation"] == pytest.approx(0.5, abs=0.15)
    assert trial.groupby("treated")["day"].value_counts(normalize=True).max() < 0.25


def test_the_teaching_trial_is_what_the_program_makes():
    made = rescat.simulate_trial(236, slope=(0, 0.02), sd_slope=0.012)
    kept = rescat.load_table("teaching_trial")
    assert kept[["patient_id", "treated", "day", "origin"]].equals(
        made[["patient_id", "treated", "day", "origin"]].astype(kept.dtypes[["treated", "day"]])
    )
    np.testing.assert_allclose(kept["value"], made["value"], atol=1e-6)
