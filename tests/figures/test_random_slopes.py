"""Figures of the chapter on random slopes: their words have the numbers of their data."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import figures

TRIAL = rescat.load_table("teaching_trial")
NULL = rescat.load_table("calibration").query("slope_difference == 0")


@cache
def fit() -> rescat.SlopeFit:
    return rescat.fit_slopes(TRIAL)


@cache
def drawn() -> pd.DataFrame:
    return rescat.parametric_bootstrap(TRIAL, n=300, seed=3, progress=False)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_trajectories_say_both_slopes():
    drawing = figures.trajectories_by_group(TRIAL, fit())
    assert drawing.data is TRIAL
    assert "samples of each invented patient over 28 days" in drawing.alt
    for group in ("control", "treated"):
        slope = fit().table.loc[group, "slope"]
        assert f"{group}: the thick line changes by {slope:.3f} per day." in drawing.alt


def test_patients_who_were_not_invented_are_not_called_so():
    private = TRIAL.assign(origin="private")
    for drawing in (
        figures.trajectories_by_group(private, rescat.fit_slopes(private)),
        figures.shrinkage(fit().patients().assign(origin="private")),
    ):
        assert "invented" not in drawing.alt


def test_shrinkage_names_the_longest_pull():
    drawing = figures.shrinkage(fit().patients())
    table = drawing.data
    shift = (table["predicted_slope"] - table["slope"]).abs()
    row = table.loc[shift == shift.max()].iloc[0]
    words = f"{row['subject']}, from {row['slope']:.3f} to {row['predicted_slope']:.3f}."
    assert drawing.alt.endswith(words)


def test_the_share_beyond_is_that_of_all_statistics():
    drawing = figures.statistic_under_the_null(drawn(), fit())
    z = (drawn()["difference"] - fit().table.loc["difference", "slope"]) / drawn()["se_difference"]
    share = 100 * np.mean([abs(value) > 1.96 for value in z])
    assert share > 0
    assert "in 300 drawn trials. " in drawing.alt
    assert f"curve; {share:.1f} % lie beyond 1.96" in drawing.alt
    assert drawing.note.endswith(f"beyond ±1.96, {share:.1f} % of them")
    np.testing.assert_allclose(drawing.data["statistic"], z.head(200))
    assert set(drawing.data["origin"]) == {"synthetic"}


def test_sd_estimates_say_the_truth_and_the_singular_fits():
    drawing = figures.slope_sd_estimates(drawn(), 0.0123)
    assert "true value is 0.0123 per day" in drawing.alt
    assert f" {100 * drawn()['singular'].sum() / 300:.0f} % of the fits are singular" in drawing.alt
    assert len(drawing.data) == 200
    assert list(drawing.data["sd_slope"]) == list(drawn()["sd_slope"].head(200))


def test_a_permutation_says_what_was_observed():
    test = rescat.permutation_test(TRIAL, progress=False)
    drawing = figures.permutation_distribution(test)
    assert f"under {test.n_permutations} assignments" in drawing.alt
    assert f"is {test.observed:.2f}; {100 * test.p_value:.1f} % of the assig" in drawing.alt
    assert 100 < len(drawing.data) <= 200
    assert set(drawing.data.index) <= set(test.distribution.index)


def test_a_forest_of_tests_says_every_row():
    tests = rescat.slope_tests(
        TRIAL, tests=["satterthwaite", "permutation_t"], intervals=False, progress=False
    )
    drawing = figures.tests_forest(tests)
    first, second = drawing.data.itertuples()
    limits = f"{first.difference:.4f} ({first.ci_low:.4f} to {first.ci_high:.4f})"
    assert f"{first.test}: {limits}, P {first.p_value:.3f}." in drawing.alt
    assert f"{second.test}: {second.difference:.4f}, no interval, P " in drawing.alt
    assert "question" not in drawing.data
    short = figures.tests_forest(tests, what="Tests of NFL.", limits_in_words=False)
    words = " ".join(f"{t.test}: P {t.p_value:.3f}." for t in tests.itertuples())
    assert short.alt == f"Tests of NFL. {words}"


@pytest.mark.slow
def test_rejection_rates_say_the_rates_of_each_scenario():
    drawing = figures.rejection_rates(NULL)
    assert drawing.alt.startswith("Panels of rejection rates of eight tests")
    for scenario, own in NULL.groupby("scenario"):
        rate = own.set_index("test")["rate"]
        words = f"Scenario {scenario}: Wald z {100 * rate['wald']:.1f} %, Satterthwaite "
        assert f"{words}{100 * rate['satterthwaite']:.1f} %, " in drawing.alt
    few = figures.rejection_rates(NULL, {"welch": "Welch"})
    welch = NULL[NULL["test"].eq("welch")].iloc[0]
    assert "of one test, " in few.alt
    assert f"Scenario {welch['scenario']}: Welch {100 * welch['rate']:.1f} %." in few.alt


def test_statistics_of_allocations_are_those_of_the_tests():
    order = ["S01", "S06", "S02", "S03", "S04", "S07", "S05"]
    seven = TRIAL[TRIAL["patient_id"].isin(order)]
    schemes = {"any": rescat.all_assignments(7, 5), "blocks": rescat.block_assignments(7, 5, 3)}
    tests = {
        name: rescat.permutation_test(
            seven, assignments=scheme.set_axis([*order, "probability"], axis=1)
        )
        for name, scheme in schemes.items()
    }
    drawing = figures.allocation_statistics(tests)
    assert drawing.data["scheme"].value_counts().to_dict() == {"any": 21, "blocks": 9}
    for name, test in tests.items():
        said = f"{name}: {test.n_permutations} allocations, P {test.p_value:.3f}, at least "
        assert f"{said}{test.smallest_p:.3f} whatever the values." in drawing.alt
