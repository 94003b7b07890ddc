"""Assignments that a randomisation allows, by brute force and by R."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescat


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


def test_randomisation_test(r_values):
    patients = rescat.load_patients().query("arm != 'mCTRL'")
    test = rescat.randomisation_test(
        patients["length_of_stay"], patients["arm"].eq("MSC"), rescat.all_assignments(7, 5)
    )
    assert test["p_value"] == pytest.approx(r_values["randomisation", "p"], abs=1e-12)
