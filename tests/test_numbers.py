"""Rounding, quantiles, randomisation and proportions: properties and closed forms."""

import math
from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescat
from rescat.printed.quantiles import HYNDMAN_FAN, quantile_bounds
from rescat.printed.rounding import (
    PrintedNumber,
    could_print,
    parse_printed,
    possible_counts,
    possible_sums,
    sums_and_squares,
)

values = st.lists(st.integers(20, 90), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("58.3", 58.3, 0.1),
        ("-0.007", -0.007, 0.001),
        ("0", 0, 1),
        ("80.0", 80, 0.1),
        ("1.22e10", 1.22e10, 1e8),
    ],
)
def test_a_printed_number_knows_its_last_digit(text, value, unit):
    number = PrintedNumber.parse(text)
    assert (number.value, number.unit) == pytest.approx((value, unit))


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="found 'NA'"):
        PrintedNumber.parse("NA")


@given(st.floats(-1e4, 1e4), st.integers(0, 4))
def test_every_value_lies_in_the_interval_of_its_rounding(value, decimals):
    printed = PrintedNumber.parse(f"{value:.{decimals}f}")
    assert could_print(printed, value, value)


@given(st.floats(-1e4, 1e4), st.integers(0, 3))
def test_every_value_lies_in_the_interval_of_its_truncation(value, decimals):
    scale = 10**decimals
    cut = math.trunc(value * scale) / scale
    printed = PrintedNumber.parse(f"{cut:.{decimals}f}")
    # A negative value that is cut to zero loses its sign.
    if not (cut == 0 and value < 0):
        assert could_print(printed, value, value, "truncated")
    assert could_print(printed, value, value, "either") or cut == 0


def test_a_ledger_cell_holds_several_numbers():
    assert [n.value for n in parse_printed("8; 4;13.5")] == [8, 4, 13.5]


@given(values, st.integers(0, 2))
def test_grim_never_doubts_a_true_mean(days, decimals):
    mean = PrintedNumber.parse(f"{np.mean(days):.{decimals}f}")
    assert sum(days) in possible_sums(mean, len(days))


@pytest.mark.parametrize("n", [3, 7, 17])
@pytest.mark.parametrize("text", ["2.33", "2.35", "2.4", "15"])
def test_grim_by_brute_force(n, text):
    mean = PrintedNumber.parse(text)
    by_hand = [t for t in range(400) if abs(t / n - mean.value) <= mean.unit / 2 + 1e-12]
    assert possible_sums(mean, n) == by_hand


def test_a_percentage_that_no_count_gives():
    assert possible_counts(PrintedNumber.parse("80.0"), 5) == [4]
    assert possible_counts(PrintedNumber.parse("28"), 15) == []
    assert possible_counts(PrintedNumber.parse("27"), 15) == [4]


@given(values, st.integers(0, 2))
def test_grimmer_never_doubts_true_figures(days, decimals):
    mean, sd = np.mean(days), np.std(days, ddof=1)
    printed = (PrintedNumber.parse(f"{x:.{decimals}f}") for x in (mean, sd))
    pair = sum(days), sum(day * day for day in days)
    assert pair in sums_and_squares(*printed, len(days))


def test_grimmer_by_brute_force():
    """What four whole numbers from 0 to 8 can have is never doubted; the parity rule bites."""
    real = {}
    for days in combinations_with_replacement(range(9), 4):
        key = f"{np.mean(days):.2f}", f"{np.std(days, ddof=1):.2f}"
        real.setdefault(key, set()).add((sum(days), sum(d * d for d in days)))
    for (mean, sd), pairs in real.items():
        allowed = sums_and_squares(PrintedNumber.parse(mean), PrintedNumber.parse(sd), 4)
        assert pairs <= set(allowed)
    # Sum 16, sum of squares 67: even and odd, and so of no four whole numbers.
    sd = PrintedNumber.parse(f"{math.sqrt(1):.2f}")
    assert sums_and_squares(PrintedNumber.parse("4.00"), sd, 4) == []


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


@pytest.mark.parametrize(("scheme", "count"), [(None, 21), (3, 9), (6, 15)])
def test_number_of_assignments(scheme, count):
    made = (
        rescat.all_assignments(7, 5) if scheme is None else rescat.block_assignments(7, 5, scheme)
    )
    assert len(made) == count
    assert made["probability"].sum() == pytest.approx(1)


def test_blocks_by_brute_force():
    """Shuffle whole blocks and cut the last one short: the same assignments, as often."""
    block = set(permutations([1, 1, 0]))
    cut = [(a + b + c)[:8] for a in block for b in block for c in block]
    cut = [row for row in cut if sum(row) == 5]
    made = rescat.block_assignments(8, 5, 3)
    weights = {tuple(map(int, r[:-1])): r[-1] for r in made.itertuples(index=False)}
    assert weights == pytest.approx({row: cut.count(row) / len(cut) for row in set(cut)})


def test_the_sequence_of_the_trial_fits_blocks():
    arms = rescat.load_patients().query("arm != 'mCTRL'")["arm"].eq("MSC")
    assert rescat.fitting_blocks(arms, (3, 6)) == [3, 6]
    assert rescat.fitting_blocks([True, True, True, False, True, False, True], (3,)) == []


@given(st.lists(st.integers(0, 40), min_size=7, max_size=7), st.integers(-5, 5))
def test_randomisation_test_does_not_see_a_shift(days, shift):
    treated = [True, False, True, True, True, False, True]
    assignments = rescat.all_assignments(7, 5)
    first = rescat.randomisation_test(days, treated, assignments)
    moved = rescat.randomisation_test([d + shift for d in days], treated, assignments)
    assert first["p_value"] == pytest.approx(moved["p_value"])
    assert first["smallest_p"] - 1e-12 <= first["p_value"] <= 1 + 1e-12


def test_an_impossible_assignment_is_refused():
    with pytest.raises(ValueError, match="not one that this scheme"):
        rescat.randomisation_test(
            range(7), [True] * 3 + [False] * 2 + [True] * 2, rescat.block_assignments(7, 5, 3)
        )
    with pytest.raises(ValueError, match="blocks of 4"):
        rescat.block_assignments(7, 5, 4)
    with pytest.raises(ValueError, match="treats 1 of 7"):
        rescat.block_assignments(7, 1, 3)


def test_a_missing_value_is_refused():
    with pytest.raises(ValueError, match="a value is missing"):
        rescat.randomisation_test(
            [1.0, float("nan"), 3.0], [True, False, True], rescat.all_assignments(3, 2)
        )


def test_too_many_assignments_are_refused():
    with pytest.raises(ValueError, match="more than the 200,000"):
        rescat.all_assignments(28, 20)
    with pytest.raises(ValueError, match="more sequences"):
        rescat.block_assignments(60, 40, 6)


def test_zero_events_have_a_closed_form():
    assert rescat.upper_bound_of_zero(5) == pytest.approx(1 - 0.05**0.2)
    assert rescat.exact_interval(0, 5)[1] == pytest.approx(1 - 0.025**0.2)


@given(st.floats(0.001, 0.5))
def test_patients_needed_is_the_smallest_number(risk):
    n = int(rescat.patients_needed(risk))
    assert 1 - (1 - risk) ** n >= 0.95 - 1e-6
    assert 1 - (1 - risk) ** (n - 1) < 0.95


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 5), (0, 0)])
def test_an_impossible_count_is_refused(count, n):
    with pytest.raises(ValueError, match="expected a count from 0 to n"):
        rescat.exact_interval(count, n)
