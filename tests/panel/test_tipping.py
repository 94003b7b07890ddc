"""A tipping point for NFL: how fast the matched controls must rise, against intensive care."""

import math

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError

SLOPES = rescat.load_slopes()
EVERYBODY = "everybody on all five days"


def test_the_rise_in_intensive_care_is_that_of_28_days():
    """Not of a patient's stay: the source names both days. The review of it says tenfold."""
    rise = rescat.icu_rise()
    assert rise["slope"] == pytest.approx(math.log10(250 / 23) / 28)
    assert rise["slope"] == pytest.approx(0.037, abs=5e-5)
    assert rise["ventilated"] == pytest.approx(0.91)


def test_each_outside_figure_says_where_it_stands_and_what_was_read():
    table = rescat.load_table("icu_and_nfl")
    assert table[["source", "read"]].notna().all(axis=None)
    medians = table[table["unit"].eq("pg/mL, median")]
    assert medians["source"].str.startswith("https://www.quanterix.com/").all()
    assert medians["value"].between(medians["low"], medians["high"]).all()
    review = table[table["unit"].eq("times")]["read"].item()
    assert review.startswith("A summary")


@pytest.mark.parametrize(
    ("weight", "needed", "low", "high"),
    [(10 / 12, 0.0344, 0.0188, 0.0488), (0.5, 0.056, 0.030, 0.080), (0.129, 0.211, 0.11, 0.304)],
)
def test_the_needed_slope_by_hand(weight, needed, low, high):
    found = rescat.needed_slope(np.array([0.029, 0.016, 0.041]), 0.002, weight)
    np.testing.assert_allclose(found, [needed, low, high], atol=6e-4)
    # Put together again, both arms print what the paper prints.
    np.testing.assert_allclose(weight * found + (1 - weight) * 0.002, [0.029, 0.016, 0.041])


def test_a_trial_without_any_effect_prints_the_slope():
    """Matched controls who rise as fast as needed: a fit of all controls gives what is printed."""
    days = np.array([0.0, 3.0, 6.0, 14.0, 28.0])
    last = {"CTRL": 5, "mCTRL": 4}  # the matched ones are sampled to day 14
    design = {
        arm: np.tile(np.arange(5) < last.get(arm, 5), (n, 1)).astype(float)
        for arm, n in {"MSC": 5, "CTRL": 2, "mCTRL": 10}.items()
    }
    sd = {"sd_slopes": [0.0], "sd_intercept": 1e4}
    point = rescat.tipping_points(SLOPES, designs={"own": design}, **sd).iloc[0]
    rng = np.random.default_rng(1)
    rows = []
    for arm, slope in {"CTRL": 0.002, "mCTRL": point["needed"]}.items():
        for patient in range(len(design[arm])):
            level = rng.normal(0, 3)
            for day in days[design[arm][patient] > 0]:
                rows.append((f"{arm}{patient}", day, level + slope * day))
    frame = pd.DataFrame(rows, columns=["patient", "day", "value"])
    # With intercepts of their own, least squares is the fit of a random-intercept model.
    within = frame[["day", "value"]] - frame.groupby("patient")[["day", "value"]].transform("mean")
    fitted = (within["day"] @ within["value"]) / (within["day"] @ within["day"])
    assert fitted == pytest.approx(0.029, abs=1e-6)


def test_less_weight_needs_a_faster_rise_and_none_cannot():
    points = rescat.tipping_points(SLOPES)
    some = points.dropna().sort_values("weight")
    assert (np.diff(some["needed"]) <= 1e-12).all()
    assert (some["needed_low"] < some["needed"]).all()
    assert (some["needed"] < some["needed_high"]).all()
    unseen = np.tile([1.0, 0, 0, 0, 0], (10, 1))
    design = {**rescat.DESIGNS[EVERYBODY], "mCTRL": unseen}
    alone = rescat.tipping_points(SLOPES, designs={"day 0 only": design}, sd_slopes=[0.05])
    assert alone["weight"].item() == pytest.approx(0)
    assert alone[["needed", "needed_low", "needed_high"]].isna().all(axis=None)


def test_controls_who_do_not_rise_ask_for_a_little_more():
    as_msc, flat = (
        rescat.tipping_points(SLOPES, designs={"all": rescat.DESIGNS[EVERYBODY]}, others=c)
        for c in (None, 0.0)
    )
    assert as_msc["others"].eq(0.002).all()
    assert (flat["needed"] > as_msc["needed"]).all()
    assert flat["needed"].iloc[0] == pytest.approx(0.029 * 12 / 10)


def test_what_is_not_printed_is_refused():
    with pytest.raises(ModelError, match="IL6: expected printed slopes and intervals"):
        rescat.tipping_points(SLOPES, "IL6")
