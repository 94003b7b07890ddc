"""Several values of one patient at one time: refused, averaged or kept, by a rule with a name."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError

TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))
TWICE = pd.concat(
    [TRIAL, TRIAL.iloc[[3, 3, 40]].assign(value=lambda t: t["value"] + [0.1, 0.2, -0.4])],
    ignore_index=True,
)
AVERAGED = TRIAL.assign(value=TRIAL["value"].add(pd.Series({3: 0.1, 40: -0.2}), fill_value=0))


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)


def test_the_default_is_to_refuse():
    row = TRIAL.iloc[3]
    words = f"patient {row['patient_id']} has two values at day {row['day']:g}"
    for call in (
        rescat.fit_slopes, rescat.patient_slopes, rescat.permutation_test,
        rescat.permutation_interval, rescat.parametric_bootstrap, rescat.bootstrap_lrt,
        rescat.slope_tests,
    ):  # fmt: skip
        with pytest.raises(ModelError, match=f"{words}.*duplicates='mean'"):
            call(TWICE)


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_the_mean_is_one_sample(seed):
    trial = TWICE if seed is None else TWICE.sample(frac=1, random_state=seed)
    fit, expected = rescat.fit_slopes(trial, duplicates="mean"), rescat.fit_slopes(AVERAGED)
    same(fit.table, expected.table)
    assert fit.counts["samples"].sum() == len(TRIAL)
    assert "had one already: 3. Rule 'mean': one sample with their mean." in str(fit)


def test_kept_values_are_samples():
    """As if the second value had been taken an instant later."""
    fit = rescat.fit_slopes(TWICE, duplicates="keep")
    later = TWICE.assign(day=TWICE["day"] + 1e-9 * np.arange(len(TWICE)))
    np.testing.assert_allclose(
        fit.table["slope"], rescat.fit_slopes(later).table["slope"], rtol=1e-6
    )
    assert fit.counts["samples"].sum() == len(TWICE) == len(fit.resid)
    assert list(fit.resid.index) == list(TWICE.index)
    assert any("Rule 'keep'" in message for message in fit.messages)


def test_nothing_is_said_where_nothing_was_done():
    for rule in rescat.DUPLICATE_RULES:
        fit = rescat.fit_slopes(TRIAL, duplicates=rule)
        assert fit.messages == rescat.fit_slopes(TRIAL).messages
        same(fit.table, rescat.fit_slopes(TRIAL).table)


def test_a_missing_value_is_no_duplicate():
    holes = pd.concat([TRIAL, TRIAL.iloc[[3]].assign(value=np.nan)], ignore_index=True)
    fit = rescat.fit_slopes(holes)
    assert fit.counts["missing"].sum() == 1
    same(fit.table, rescat.fit_slopes(TRIAL).table)


def test_every_function_takes_the_rule():
    few = {"duplicates": "mean", "progress": False}
    one = rescat.permutation_test(TWICE, limit=10, n=50, **few)
    other = rescat.permutation_test(AVERAGED, limit=10, n=50)
    assert one.p_value == other.p_value
    same(
        rescat.parametric_bootstrap(TWICE, n=20, **few),
        rescat.parametric_bootstrap(AVERAGED, n=20, progress=False),
    )
    one = rescat.bootstrap_lrt(TWICE, n=20, **few)
    other = rescat.bootstrap_lrt(AVERAGED, n=20, progress=False)
    assert one.statistic == pytest.approx(other.statistic)
    options = {"tests": ["satterthwaite", "welch"]}
    same(
        rescat.slope_tests(TWICE, **options, **few),
        rescat.slope_tests(AVERAGED, **options, progress=False),
    )
    small = TWICE[TWICE["patient_id"].isin([f"S{i:02d}" for i in range(1, 10)])]
    averaged = AVERAGED[AVERAGED["patient_id"].isin(small["patient_id"])]
    one = rescat.permutation_interval(small, **few)
    assert one == pytest.approx(rescat.permutation_interval(averaged, progress=False))


def test_three_values_at_one_time_make_no_line():
    """Their mean time is not quite that time, by rounding."""
    patient = pd.DataFrame(
        {
            "patient_id": "S99",
            "treated": False,
            "day": 0.1,
            "value": [1.0, 2.0, 4.0],
            "origin": "synthetic",
        }
    )
    lines = rescat.patient_slopes(pd.concat([TRIAL, patient]), duplicates="keep")
    assert np.isnan(lines.set_index("subject").loc["S99", "slope"])


def test_an_unknown_rule():
    with pytest.raises(ModelError, match="duplicates='first': expected one of refuse, mean, keep"):
        rescat.fit_slopes(TRIAL, duplicates="first")
