"""What randomisation alone does to balance in small groups."""

import numpy as np
import pytest

import rescat
from rescat import ModelError

N, SEED = 200_000, 4


@pytest.mark.parametrize("denominator", ["treated", "pooled"])
def test_randomised_groups_of_five_and_ten_by_simulation(denominator):
    rng = np.random.default_rng(SEED)
    treated, control = rng.standard_normal((N, 5)), rng.standard_normal((N, 10))
    variance = treated.var(axis=1, ddof=1)
    if denominator == "pooled":
        variance = (variance + control.var(axis=1, ddof=1)) / 2
    smd = abs(treated.mean(axis=1) - control.mean(axis=1)) / np.sqrt(variance)
    sizes = [0.1, 0.25, 0.43, 0.76, 1.5]
    found = rescat.smd_by_chance(sizes, 5, 10, denominator=denominator)["probability"]
    np.testing.assert_allclose(found, [(smd >= x).mean() for x in sizes], atol=0.004)


def test_the_figures_of_the_chapter():
    table = rescat.smd_by_chance([0.1, 0.43], 5, 10, denominator="pooled", variables=(1, 3))
    found = table.set_index(["variables", "size"])["probability"]
    assert found[1, 0.1] == pytest.approx(0.86, abs=0.005)
    assert found[1, 0.43] == pytest.approx(0.45, abs=0.005)
    assert found[3, 0.43] == pytest.approx(0.83, abs=0.005)


def test_in_large_groups_a_tenth_is_rare():
    """The rule of 0.1 belongs to studies of this size."""
    assert rescat.smd_by_chance([0.1], 5000, 5000)["probability"].item() < 1e-5


@pytest.mark.slow
def test_the_book_s_own_smd_has_this_distribution():
    """balance() of random groups: as often beyond 0.43 as the formula says."""
    rng, beyond = np.random.default_rng(SEED), 0
    frame = rescat.load_patients().query("arm != 'CTRL'")[["patient_id", "origin"]].copy()
    for _ in range(400):
        frame["x"] = rng.standard_normal(len(frame))
        table = rescat.balance(frame[:5], frame[5:], covariates=["x"], denominator="pooled")
        beyond += abs(table["smd"].item()) >= 0.43
    expected = rescat.smd_by_chance([0.43], 5, 10, denominator="pooled")["probability"].item()
    assert beyond / 400 == pytest.approx(expected, abs=0.08)


@pytest.mark.parametrize("bad", [{"n_treated": 1}, {"sizes": [-0.1]}, {"variables": (0,)}])
def test_what_cannot_be_is_refused(bad):
    given = {"sizes": [0.1], "n_treated": 5, "n_control": 10, **bad}
    with pytest.raises(ModelError, match="expected two patients or more"):
        rescat.smd_by_chance(**given)
