"""Pooling: what it refuses, what it leaves out, and what must hold for any counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rescat

COLUMNS = ["treated_events", "treated_patients", "control_events", "control_patients"]


def frame(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(trial=[f"T{i}" for i in range(len(table))], year=2020 + table.index)


THREE = frame((2, 12, 7, 12), (10, 20, 16, 20), (5, 21, 4, 24))


def test_a_trial_without_an_event_has_no_ratio_and_a_difference():
    rows = frame((0, 5, 0, 2), *THREE[COLUMNS].to_numpy())
    ratio, difference = rescat.pool_trials(rows), rescat.pool_trials(rows, "RD", method="MH")
    assert ratio.left_out == ("T0",)
    assert ratio.trials == 3
    assert difference.left_out == ()
    assert difference.trials == 4
    alone = rescat.pool_trials(THREE)
    assert ratio.estimate == pytest.approx(alone.estimate)
    assert "Left out, without information: T0" in str(ratio)


def test_half_an_event_is_added_to_the_trial_with_a_zero_alone():
    effects = rescat.risk_effects(frame((0, 12, 3, 29), (2, 12, 7, 12)))
    assert effects["corrected"].tolist() == [True, False]
    assert effects["estimate"].tolist() == pytest.approx([(0.5 / 13) / (3.5 / 30), 2 / 7])


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (THREE.drop(columns="trial"), {}, "no column trial"),
        (frame((13, 12, 7, 12), (1, 9, 2, 9)), {}, "T0: found 13 of 12 and 7 of 12"),
        (frame((np.nan, 12, 7, 12), (1, 9, 2, 9)), {}, "T0: found nan of 12"),
        (frame((0, 5, 0, 2), (1, 9, 2, 9)), {}, "1 trial with information"),
        (
            frame((0, 5, 3, 9), (0, 9, 2, 9)),
            {"method": "MH"},
            "in one of the groups: a pooled risk ratio does not exist",
        ),
        (THREE, {"method": "binomial-normal"}, "binomial-normal pools odds ratios"),
        (THREE, {"method": "fixed"}, "fixed"),
        (THREE, {"measure": "HR"}, "HR"),
        (THREE, {"level": 95}, "level"),
    ],
)
def test_what_it_refuses(rows, options, message):
    with pytest.raises(rescat.ModelError, match=message):
        rescat.pool_trials(rows, **options)


@pytest.mark.parametrize("method", rescat.POOLING)
def test_swapping_the_groups_turns_the_odds_ratio_round(method):
    swapped = THREE.rename(
        columns=lambda c: (
            {"t": "control", "c": "treated"}[c[0]] + c[c.index("_") :] if c in COLUMNS else c
        )
    )
    a = rescat.pool_trials(THREE, "OR", method=method)
    b = rescat.pool_trials(swapped, "OR", method=method)
    assert b.estimate == pytest.approx(1 / a.estimate, rel=1e-5)
    assert b.ci_low == pytest.approx(1 / a.ci_high, rel=1e-5)
    assert b.p_value == pytest.approx(a.p_value, rel=1e-4)


counts = st.tuples(st.integers(0, 8), st.integers(8, 60), st.integers(0, 8), st.integers(8, 60))


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(counts, min_size=2, max_size=6))
def test_an_interval_holds_its_estimate_whatever_the_counts(rows):
    for measure in rescat.EFFECT_MEASURES:
        for options in ({}, {"interval": "wider"}, {"method": "MH"}):
            try:
                pooled = rescat.pool_trials(frame(*rows), measure, **options)
            except rescat.ModelError:
                continue
            assert pooled.ci_low <= pooled.estimate <= pooled.ci_high
            assert pooled.table["weight"].sum() == pytest.approx(1)
            assert 0 <= pooled.i2 <= 1


def test_never_narrower_than_the_normal_interval():
    alike = frame((10, 50, 12, 50), (20, 100, 24, 100), (5, 25, 6, 25), (16, 75, 18, 75))
    hk, wider, normal = (rescat.pool_trials(alike, interval=i) for i in ("HK", "wider", "normal"))
    assert hk.ci_high < normal.ci_high < wider.ci_high
    assert hk.estimate == pytest.approx(wider.estimate) == pytest.approx(normal.estimate)


def test_each_left_out_in_turn_and_year_by_year():
    without = rescat.leave_one_trial_out(THREE)
    assert without["what"].tolist() == ["T0", "T1", "T2"]
    assert without["estimate"].iloc[0] == pytest.approx(rescat.pool_trials(THREE[1:]).estimate)
    years = rescat.cumulative_pool(THREE)
    assert years["trials"].tolist() == [1, 2, 3]
    assert years["estimate"].iloc[0] == pytest.approx(2 / 7)
    assert np.isnan(years["p_value"].iloc[0])
    assert years["estimate"].iloc[2] == pytest.approx(rescat.pool_trials(THREE).estimate)


def test_kinds_alone():
    rows = pd.concat([THREE, frame((0, 5, 0, 2))], ignore_index=True)
    rows = rows.assign(kind=["a", "a", "b", "c"])
    by = rescat.pool_by(rows, "kind", method="MH")
    assert by["what"].tolist() == ["a", "b"]  # c says nothing
    assert by["treated_patients"].tolist() == [32, 21]
    with pytest.raises(rescat.ModelError, match="no column cells"):
        rescat.pool_by(rows, "cells")


def test_a_regression_on_size_needs_three_trials():
    with pytest.raises(rescat.ModelError, match="2 trials with information"):
        rescat.small_study_effect(THREE[:2])


def test_the_origin_goes_with_the_result():
    pooled = rescat.pool_trials(THREE.assign(origin="evidence"))
    assert pooled.origin == "evidence"
    assert pooled.table["origin"].eq("evidence").all()


def test_tests_of_one_table():
    tests = rescat.two_group_tests(8, 8, 19, 24)
    assert tests["Fisher's exact test"] == pytest.approx(0.2964, abs=1e-4)
    assert tests["Wald, own variances"] == pytest.approx(0.012, abs=1e-3)
    nobody = rescat.two_group_tests(0, 5, 0, 2)
    assert nobody["Fisher's exact test"] == 1
    assert np.isnan([nobody["chi-square"], nobody["Wald, own variances"]]).all()
    with pytest.raises(rescat.ModelError, match="found 6 of 5"):
        rescat.two_group_tests(6, 5, 0, 2)
