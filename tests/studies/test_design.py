"""A trial of one's own: what it could show."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat.slopes.assignments import smallest_p_of_all
from rescat.studies.design import _drawn, design
from rescat.studies.operating import operating

TESTS = ["satterthwaite", "wald", "by_group", "welch"]


def test_the_power_is_that_of_the_study_of_this_design():
    """The same model, drawn by other code, with other numbers."""
    [cell] = [
        cell.settings
        for cell in operating().cells
        if cell.table == "operating_sizes" and cell.settings["size"] == 10
        and (cell.settings["marker"], cell.settings["part"]) == ("NFL", 0.5)
        and cell.settings["sampling"] == "complete"
    ]  # fmt: skip
    sds = {name: tuple(cell[name]) for name in ("sd_intercept", "sd_slope", "sd_residual")}
    made = design(10, 10, difference=cell["effect"], **sds)
    found = made.performance.loc["satterthwaite"]
    known = rescat.load_table("operating_sizes").query(
        "marker == 'NFL' and part == 0.5 and sampling == 'complete' and size == 10"
    )
    for name in ("rate", "coverage", "wrong_sign", "exaggeration"):
        error = np.hypot(found[f"{name}_error"], known[f"{name}_error"].item())
        assert abs(found[name] - known[name].item()) < 4 * error, name


def test_each_test_is_that_of_slope_tests():
    made = design(4, 6, difference=0.03, kept=(0.7, 0.9), left=(0.5, 0.2), trials=20)
    drawn = _drawn(made.settings)
    p = []
    for value, taken in zip(drawn.value, drawn.taken, strict=True):
        patient, sample = np.nonzero(taken)
        frame = pd.DataFrame(
            {"patient_id": patient, "treated": drawn.label[patient] == 1,
             "day": drawn.days[sample], "value": value[taken]}
        )  # fmt: skip
        tested = rescat.slope_tests(frame, tests=TESTS, intervals=False, progress=False)
        p.append(tested["p_value"])
    table = pd.DataFrame(p)
    for name in TESTS:
        assert made.performance.loc[name, "rejections"] == (table[name] <= 0.05).sum()


def test_who_has_left_does_not_come_back_and_shares_are_those_asked_for():
    settings = {
        "treated": 2, "controls": 3, "difference": 0.0, "days": [0, 7, 28], "trials": 4000,
        "sd_intercept": 1, "sd_slope": 0, "sd_residual": 1, "kept": 1, "left": (0.5, 0.0),
        "seed": 3,
    }  # fmt: skip
    taken = _drawn(settings).taken
    assert taken[:, :2].all()
    assert not (taken[:, 2:, 2] & ~taken[:, 2:, 1]).any()
    there = taken[:, 2:].mean(axis=(0, 1))
    assert there == pytest.approx([1, 0.5**0.25, 0.5], abs=0.02)


def test_as_many_patients_as_it_asks_for_have_the_power():
    small = design(6, 6, difference=0.02)
    controls, treated = small.sizes(0.8)
    assert controls == treated > 6
    rate = design(treated, controls, difference=0.02).performance.loc["satterthwaite", "rate"]
    assert abs(rate - 0.8) < 0.05


def test_without_a_difference_it_errs_as_often_as_it_should():
    made = design(8, 8, difference=0.0)
    assert abs(made.performance.loc["satterthwaite", "rate"] - 0.05) < 0.02
    assert made.performance["wrong_sign"].isna().all()
    with pytest.raises(rescat.ModelError, match="no true difference"):
        made.sizes()


def test_the_smallest_p_is_that_of_the_permutation_test():
    for treated, controls in ((3, 3), (2, 4)):
        trial = rescat.simulate_trial(4, treated=treated, controls=controls, slope=(0, 5.0))
        test = rescat.permutation_test(trial, statistic="welch", progress=False)
        assert test.p_value >= smallest_p_of_all(treated, controls) - 1e-12
        assert test.smallest_p == pytest.approx(smallest_p_of_all(treated, controls))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"treated": 1}, "treated: found 1, expected a whole number from 2"),
        ({"controls": 2.5}, r"controls: found 2\.5"),
        ({"days": (0, 6, 3)}, r"days: found \[0, 6, 3\], expected 0 and later days, ascending"),
        ({"days": (0,)}, "days: found"),
        ({"kept": 1.2}, r"kept: found 1\.2, expected 0 to 1"),
        ({"left": (0.1, -1)}, "left: found"),
        ({"sd_slope": float("nan")}, "sd_slope: found nan, expected 0 or more"),
        ({"sd_slope": (1, 2, 3)}, "sd_slope: .* one number or two"),
        ({"sd_residual": 0}, "sd_residual: found 0"),
        ({"difference": float("inf")}, "difference: found inf"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(change, words):
    with pytest.raises(rescat.ModelError, match=words):
        design(**{"difference": 0.02, "trials": 20} | change)


def test_no_size_within_reason_is_said():
    with pytest.raises(rescat.ModelError, match="100,000 patients"):
        design(5, 5, difference=1e-6, trials=50).sizes()
    with pytest.raises(rescat.ModelError, match="power: found 1"):
        design(5, 5, difference=0.1, trials=50).sizes(1)
