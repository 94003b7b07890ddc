"""Powers and sample sizes that others print, for mixed models of two groups, found by simulation.

Diggle, Liang and Zeger (1994), Analysis of Longitudinal Data, page 29, as the tests of the R
package longpower hold them (Donohue): patients in each group for a power of 80 %, one-sided 5 %,
a difference of the slopes of 0.5, samples at 0, 2 and 5, equal correlation of all samples.
The same tests have a trial of Alzheimer's disease with slopes that vary (Edland): 207.31 in each
group, two-sided 5 %. The README of the R package powerlmm 0.4.0 (Magnusson) prints a simulation of
2,000 trials of 40 against 40 with one level at the start.
"""

import numpy as np
import pytest
from scipy import stats

from rescat.slopes.mixed import Sums, fit_many
from rescat.studies import analyses
from rescat.studies.design import _drawn, design
from rescat.studies.trials import Trials

SIZES = {
    (0.2, 100): 313, (0.2, 200): 625, (0.2, 300): 938,
    (0.5, 100): 196, (0.5, 200): 391, (0.5, 300): 586,
    (0.8, 100): 79, (0.8, 200): 157, (0.8, 300): 235,
}  # fmt: skip
TRIALS = 2000


def power_of(size: int, rho: float, sigma2: float, seed: int) -> dict[str, float]:
    """Share of trials with P below 5 %, one-sided, by two analyses."""
    settings = {
        "treated": size, "controls": size, "difference": 0.5, "days": [0, 2, 5], "kept": 1,
        "left": 0, "sd_intercept": np.sqrt(rho * sigma2), "sd_slope": 0,
        "sd_residual": np.sqrt((1 - rho) * sigma2), "trials": TRIALS, "seed": seed,
    }  # fmt: skip
    drawn: Trials = _drawn(settings)
    statistics, unit = drawn.scaled()
    fits = analyses.fits_of(statistics, drawn.label)
    found = {
        "welch": analyses.welch(drawn.own_slopes(), drawn.label),
        "satterthwaite": analyses.pooled(fits, unit)["satterthwaite"],
    }
    return {name: ((f.p <= 0.1) & (f.estimate > 0)).mean() for name, f in found.items()}


@pytest.mark.tier2
def test_the_sizes_of_diggle_have_a_power_of_80_percent():
    powers = [power_of(n, *key, seed) for seed, (key, n) in enumerate(SIZES.items())]
    error = np.sqrt(0.8 * 0.2 / TRIALS)
    own = np.array([power["welch"] for power in powers])
    print(powers)
    assert (((own - 0.8) / error) ** 2).sum() < stats.chi2.isf(0.001, len(SIZES))
    # And the check can fail: at the sizes for another correlation.
    assert abs(power_of(313, 0.5, 100, 99)["welch"] - 0.8) > 5 * error
    # The model lets slopes vary that do not: it loses a little, and never wins.
    model = np.array([power["satterthwaite"] for power in powers])
    assert (model < own + 0.01).all()
    assert (model > own - 0.05).all()


@pytest.mark.tier2
def test_the_size_of_edland_has_a_power_of_80_percent():
    made = design(
        207, 207, difference=1.5, days=np.arange(0, 1.6, 0.25), sd_intercept=np.sqrt(55),
        sd_slope=np.sqrt(24), sd_residual=np.sqrt(10), trials=4000,
    )  # fmt: skip
    row = made.performance.loc["satterthwaite"]
    assert abs(row["rate"] - 0.8) < 4 * row["rate_error"]
    assert made.sizes(0.8)[0] == pytest.approx(207.31, rel=0.05)


@pytest.mark.tier2
def test_one_level_at_the_start_has_the_power_that_powerlmm_simulates():
    """Its intercepts and slopes are correlated by -0.4; the difference is 0.8 SD of the start."""
    trials, size, time = 2000, 40, np.arange(11.0)
    rng = np.random.default_rng(20)
    cov = [[100, -0.4 * 10 * np.sqrt(2)], [-0.4 * 10 * np.sqrt(2), 2]]
    level, slope = np.moveaxis(rng.multivariate_normal([0, 0], cov, (trials, 2 * size)), 2, 0)
    treated = np.arange(2 * size) < size
    truth = -0.8 * np.sqrt(200) / 10
    value = level[:, :, None] + (slope + truth * treated)[:, :, None] * time
    value += 10 * rng.standard_normal(value.shape)
    patient = np.repeat(np.arange(2 * size), len(time))
    t = np.tile(time, 2 * size)
    x = np.stack([np.ones_like(t), t, t * treated[patient]], axis=1)
    scaled = (t - time.mean()) / time.std()
    found = fit_many(Sums.of(patient, scaled, x, value.reshape(trials, -1) / 10))
    estimate, se = 10 * found.beta[:, 2], 10 * np.sqrt(found.covariance[:, 2, 2])
    shares = {
        0.94: 2 * stats.norm.sf(np.abs(estimate / se)),  # its column "Power"
        0.93: 2 * stats.t.sf(np.abs(estimate / se), 2 * size - 2),  # "Power_bw"
    }
    print({printed: (p <= 0.05).mean() for printed, p in shares.items()}, se.mean())
    for printed, p in shares.items():
        # Both are simulated, and its figure is rounded to two digits.
        error = np.sqrt(2 * printed * (1 - printed) / trials)
        assert abs((p <= 0.05).mean() - printed) < 0.005 + 3 * error
    assert se.mean() == pytest.approx(0.32, abs=0.005)
    assert estimate.std() == pytest.approx(0.32, abs=0.005 + 3 * 0.32 / np.sqrt(2 * trials))
    assert estimate.mean() == pytest.approx(-1.1, abs=0.05)
