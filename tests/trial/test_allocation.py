"""Randomisation tests under each scheme of allocation."""

import numpy as np
import pytest

import rescat
from rescat.slopes.assignments import some_assignments

RANDOMISED = rescat.load_patients().query("arm != 'mCTRL'")
TREATED = RANDOMISED["arm"].eq("MSC").to_numpy()
STAY = RANDOMISED["length_of_stay"].to_numpy(float)
SCHEMES = rescat.allocation_schemes(TREATED, [3, 6])


def test_the_schemes_of_seven_patients():
    assert list(SCHEMES) == ["any 5 of 7", "blocks of 3", "blocks of 6"]
    for assignments in SCHEMES.values():
        arms = assignments.drop(columns="probability").to_numpy()
        assert (arms.sum(axis=1) == 5).all()
        assert (arms == TREATED).all(axis=1).any()


def test_a_block_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="can't hold the ratio"):
        rescat.allocation_schemes(TREATED, [4])


def test_each_outcome_is_tested_under_each_scheme():
    tests = rescat.allocation_tests({"stay": STAY, "same": STAY * 0 + 1}, TREATED, SCHEMES)
    assert tests.groupby("outcome")["scheme"].agg(list).to_dict() == {
        "stay": list(SCHEMES),
        "same": list(SCHEMES),
    }
    # Where all values are the same, every allocation is as extreme as the observed one.
    assert tests.query("outcome == 'same'")["p_value"].to_numpy() == pytest.approx(1)
    assert tests.query("outcome == 'same'")["difference"].to_numpy() == pytest.approx(0)


def test_the_differences_give_the_p_value_of_the_test():
    tests = rescat.allocation_tests({"stay": STAY}, TREATED, SCHEMES).set_index("scheme")
    found = rescat.allocation_differences(STAY, SCHEMES)
    for scheme, differences in found.groupby("scheme")["difference"]:
        test, chance = tests.loc[scheme], SCHEMES[scheme]["probability"].to_numpy()
        extreme = np.abs(differences.to_numpy()) >= abs(test["difference"]) - 1e-9
        assert len(differences) == test["n_assignments"]
        assert chance[extreme].sum() == pytest.approx(test["p_value"])


def test_schemes_side_by_side():
    trial = rescat.simulate_trial(3, controls=4, treated=3)
    patients = list(trial["patient_id"].unique())
    columns = [*patients, "probability"]
    schemes = {
        "any": rescat.all_assignments(7, 3).set_axis(columns, axis=1),
        "blocks": rescat.block_assignments(7, 5, 3).set_axis(columns, axis=1),
    }
    tests = {"all": rescat.permutation_test(trial, progress=False)}
    tests["listed"] = rescat.permutation_test(trial, assignments=schemes["any"], progress=False)
    table = rescat.compare_schemes(tests).set_index("who")
    assert list(table.index) == ["all", "listed"]
    assert table["n"].tolist() == [35, 35]
    assert table.loc["all", "p"] == pytest.approx(table.loc["listed", "p"])
    assert table["least"].tolist() == pytest.approx([1 / 35, 1 / 35])
    assert table.loc["all", "difference"] == tests["all"].difference
    assert set(table["origin"]) == {"synthetic"}


@pytest.mark.parametrize("place", range(7))
def test_one_patient_alone_in_a_hospital_is_never_exchanged(place):
    assignments = rescat.alone_in_centre(TREATED, place)
    labels = assignments.drop(columns="probability").to_numpy()
    assert (labels[:, place] == TREATED[place]).all()
    assert (labels.sum(axis=1) == 5).all()
    assert (labels == TREATED).all(axis=1).sum() == 1
    # The other six: 4 of 6 treated if the one was treated, 5 of 6 if not.
    assert len(labels) == len({tuple(row) for row in labels}) == (15 if TREATED[place] else 6)
    assert assignments["probability"].sum() == pytest.approx(1)
    test = rescat.randomisation_test(STAY, TREATED, assignments)
    assert test["smallest_p"] == pytest.approx(1 / 15 if TREATED[place] else 1 / 6)
    others = np.delete(np.arange(7), place)
    alone = rescat.randomisation_test(
        STAY[others], TREATED[others], rescat.all_assignments(6, int(TREATED[others].sum()))
    )
    assert test["p_value"] >= alone["smallest_p"]


def test_of_many_patients_allocations_are_drawn_and_the_observed_one_is_among_them():
    treated = np.arange(60) % 2 == 0
    values = np.where(treated, 1.0, 0.0) + np.linspace(0, 0.1, 60)
    schemes = rescat.allocation_schemes(treated)
    assert list(schemes) == ["any 30 of 60, 20,001 drawn"]
    [found] = rescat.allocation_tests({"x": values}, treated, schemes).itertuples()
    assert found.p_value == pytest.approx(1 / 20_001)  # nothing drawn is as extreme
    alike = rescat.allocation_tests({"x": np.tile([0.0, 0.0, 1.0, 1.0], 15)}, treated, schemes)
    assert alike["p_value"].item() == 1  # the observed difference is 0


def test_what_is_drawn_gives_the_p_value_of_all():
    treated = np.array([True] * 8 + [False] * 8)
    values = np.arange(16) % 7 + 1.5 * treated
    every = rescat.randomisation_test(values, treated, rescat.all_assignments(16, 8))["p_value"]
    some = some_assignments(treated)
    assert set(some.drop(columns="probability").sum(axis=1)) == {8}
    found = rescat.randomisation_test(values, treated, some)["p_value"]
    assert found == pytest.approx(every, abs=4 * (every * (1 - every) / 20_000) ** 0.5)


def test_of_many_patients_one_alone_in_a_centre_stays():
    treated = np.arange(60) % 2 == 0
    drawn = rescat.alone_in_centre(treated, 7)
    assert len(drawn) == 1001
    assert not drawn[7].any()
    assert set(drawn.drop(columns="probability").sum(axis=1)) == {30}
    assert (drawn.drop(columns="probability").to_numpy() == treated).all(axis=1).any()
