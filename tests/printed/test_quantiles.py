"""Quantiles and their bounds, against R."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescat
from rescat.printed.quantiles import HYNDMAN_FAN, quantile_bounds
from rescat.printed.rounding import (
    parse_printed,
)

values = st.lists(st.integers(20, 90), min_size=2, max_size=12)


@given(values, st.sampled_from(list(HYNDMAN_FAN)), st.sampled_from([0.25, 0.5, 0.75]))
def test_bounds_hold_whatever_the_decimals(ages, kind, p):
    """Draw decimals for printed ages: the quantile stays within the bounds."""
    rng = np.random.default_rng(len(ages) + kind)
    low, high = quantile_bounds(ages, p, kind, rule="truncated")
    exact = np.array(ages) + rng.uniform(0, 1, len(ages))
    assert low - 1e-9 <= np.quantile(exact, p, method=HYNDMAN_FAN[kind]) <= high + 1e-9


def test_the_age_row_rules_definitions_out():
    ages = rescat.load_patients().query("arm == 'MSC'")["age"]
    compared = rescat.compare_quartiles(
        ages, parse_printed("58.3; 56.5; 60.2"), rule="truncated", printed_rule="truncated"
    )
    assert compared.loc[compared["reproduces"], "type"].tolist() == [1, 2, 7]


def test_one_overlap_and_one_definition_give_the_weaning_row():
    sweep = rescat.sweep_oxygen_days(rescat.load_patients(), parse_printed("8; 4; 13.5"), "MSC")
    found = sweep[sweep["reproduces"]]
    assert found[["overlap", "type"]].to_numpy().tolist() == [
        ["HFNO and NIV on the same days, then COT", 6]
    ]


SAMPLES = {
    "age": [58, 60, 56, 52, 78],
    "stay": [13, 18, 15, 19, 10],
    "two": [10, 12],
    "ten": [16, 51, 14, 30, 43, 44, 30, 7, 15, 19],
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("kind", HYNDMAN_FAN)
def test_quantiles(r_values, name, kind):
    for p in (0.25, 0.5, 0.75):
        low, high = quantile_bounds(SAMPLES[name], p, kind)
        assert low == high == pytest.approx(r_values["quantile", f"{name} {kind} {p}"], abs=1e-12)
