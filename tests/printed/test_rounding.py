"""Printed numbers: rounding, GRIM and GRIMMER by brute force."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
