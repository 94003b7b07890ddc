"""One question under several allocation schemes."""

import pytest

import rescat


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
