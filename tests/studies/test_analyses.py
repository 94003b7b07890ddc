"""Analyses of many trials at a time give what the functions for one data set give."""

import numpy as np
import pytest
from scipy import stats

import rescat
from rescat.slopes.trajectories import own_lines, trajectories
from rescat.studies import analyses
from rescat.studies import operating as study
from rescat.studies.operating import ARMS_OF, CONDITIONS, operating, performance
from rescat.studies.trials import draw

SETTINGS = {
    "arms": [5, 2, 10], "sampling": "by stay", "sd_intercept": [0.25, 0.25],
    "sd_slope": [0.01, 0.02], "sd_residual": [0.2, 0.2], "effect": -0.04,
}  # fmt: skip
TRIALS = draw(SETTINGS, 12, np.random.default_rng(5))
STATISTICS, UNIT = TRIALS.scaled()
FRAMES = list(analyses._frames(TRIALS, 12))


def expected(**options) -> np.ndarray:
    """Estimate, standard error and P value of each trial by fit_slopes."""
    fits = [rescat.fit_slopes(frame, **options).table.loc["difference"] for frame in FRAMES]
    return np.array([row[["slope", "se", "p_value"]] for row in fits], float).T


def close(found: analyses.Found, wanted: np.ndarray) -> None:
    np.testing.assert_allclose([found.estimate, found.se, found.p], wanted, rtol=1e-5, atol=1e-9)


def test_fits_are_those_of_fit_slopes():
    found = analyses.pooled(analyses.fits_of(STATISTICS, TRIALS.label), UNIT)
    close(found["satterthwaite"], expected())
    close(found["wald"], expected(df="wald"))
    close(analyses.by_group(STATISTICS, TRIALS.label, UNIT), expected(variance="by_group"))
    close(analyses.kenward_roger(TRIALS, 12), expected(df="kenward_roger"))


def test_welch_is_that_of_scipy():
    own = TRIALS.own_slopes()
    found = analyses.welch(own, TRIALS.label)
    for j, frame in enumerate(FRAMES):
        lines = own_lines(trajectories(frame)).dropna(subset="slope")
        arms = [lines.loc[lines["group"].eq(g), "slope"] for g in ("treated", "control")]
        assert found.p[j] == pytest.approx(stats.ttest_ind(*arms, equal_var=False).pvalue)


def test_permutations_are_those_of_permutation_test():
    small = draw(SETTINGS | {"arms": [4, 2, 3]}, 6, np.random.default_rng(8))
    statistics, _ = small.scaled()
    fits = analyses.fits_of(statistics, small.label)
    by_t = analyses.permutation_t(statistics, small.label, fits).p
    by_welch = analyses.permutation_welch(small.own_slopes(), small.label).p
    for j, frame in enumerate(analyses._frames(small, 6)):
        whole = rescat.permutation_test(frame, progress=False)
        assert (by_t[j] <= 0.05) == (whole.p_value <= 0.05)
        if by_t[j] <= 0.05:  # only then are all relabellings refitted
            assert by_t[j] == pytest.approx(whole.p_value)
        welch = rescat.permutation_test(frame, statistic="welch", progress=False)
        assert by_welch[j] == pytest.approx(welch.p_value)


def test_trials_have_the_design_and_the_moments_that_were_asked_for():
    trials = draw(SETTINGS | {"historical": 0.03}, 20_000, np.random.default_rng(1))
    assert trials.taken.mean(axis=0)[:5].sum(axis=0).tolist() == [5, 5, 5, 3, 0]
    slopes = np.polyfit(trials.days, trials.value.reshape(-1, 5).T, 1)[0].reshape(-1, 17)
    np.testing.assert_allclose(slopes.mean(axis=0)[:5], -0.04, atol=1e-3)
    np.testing.assert_allclose(slopes.mean(axis=0)[5:7], 0, atol=1e-3)
    np.testing.assert_allclose(slopes.mean(axis=0)[7:], 0.03, atol=1e-3)
    assert (slopes[:, :5].std() / slopes[:, 5:7].std()) > 1.3  # twice, but for the residuals


def test_who_falls_fastest_leaves_first():
    settings = SETTINGS | {"leave_by_slope": True, "sd_slope": [0.1, 0.1], "effect": 0.0}
    trials = draw(settings, 2000, np.random.default_rng(2))
    slopes = np.polyfit(trials.days, trials.value.reshape(-1, 5).T, 1)[0].reshape(-1, 17)
    long, short = trials.taken[:, 7:, 4], ~trials.taken[:, 7:, 4]
    assert slopes[:, 7:][long].mean() > slopes[:, 7:][short].mean() + 0.1
    assert (trials.taken[:, 7:, 4].sum(axis=1) == 5).all()


def test_a_family_has_the_correlation_that_was_asked_for():
    settings = SETTINGS | {"correlation": 0.5, "sd_residual": [1e-9, 1e-9], "effect": 0.0}
    trials = draw(settings, 5000, np.random.default_rng(3), markers=2)
    first, second = trials.value[0::2, 10, 0], trials.value[1::2, 10, 0]
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.5, abs=0.04)
    assert (trials.taken[0::2] == trials.taken[1::2]).all()  # one blood sample, two markers


def test_values_below_detection_are_half_of_the_limit():
    settings = SETTINGS | {"below": 0.25, "effect": 0.0, "sd_slope": [0.0, 0.0]}
    value = draw(settings, 5000, np.random.default_rng(4)).value
    assert (value == value.min()).mean() == pytest.approx(0.25, abs=0.02)


def test_rows_say_their_monte_carlo_error():
    rows = study.tests_of(dict(operating(quick=True).cells[0].settings), np.random.default_rng(1))
    assert [row["method"] for row in rows] == [
        *("wald", "satterthwaite", "kenward_roger", "by_group", "welch", "permutation_welch"),
        *("permutation_t", "bootstrap"),
    ]
    assert all(row["rate_error"] > 0 for row in rows)
    nothing = analyses.Found(*np.full((4, 3), np.nan))
    row = performance(nothing, 1.0)
    assert (row["failed"], row["rate"], row["coverage"]) == (3, None, None)


def test_the_committed_tables_are_of_this_grid():
    cells = operating().cells
    found = rescat.load_table("operating_tests")
    wanted = {
        tuple(c.settings[name] for name in ("design", "marker", "condition"))
        for c in cells
        if c.table == "operating_tests"
    }
    assert set(found[["design", "marker", "condition"]].itertuples(index=False)) == wanted
    assert set(found["design"]) == set(ARMS_OF)
    assert set(found["condition"]) == set(CONDITIONS)
    assert set(found["origin"]) == {"synthetic"}
    error = np.sqrt(found["rate"] * (1 - found["rate"]) / (found["trials"] - found["failed"]))
    assert (found["rate_error"] >= 0.99 * error).all()
    sizes = rescat.load_table("operating_sizes")
    assert len(sizes) == sum(c.table == "operating_sizes" for c in cells)
