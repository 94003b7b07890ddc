"""Bags, viability, growth and the rate of recruitment."""

import pandas as pd
import pytest

import rescat


def test_recruitment_rate(r_values):
    rate = rescat.recruitment_rate(rescat.load_trial()).iloc[0]
    months = rate["days"] / 30.4375
    assert rate["low"] * months == pytest.approx(r_values["poisson", "low"], abs=1e-6)
    assert rate["high"] * months == pytest.approx(r_values["poisson", "high"], abs=1e-6)


MADE = rescat.load_manufacturing()


def test_bags():
    assert rescat.lot_capacity(MADE)["bags"].tolist() == [244, 44, 22]
    bags = rescat.bag_composition(MADE)
    assert bags["volume_sum"].tolist() == [25, 25, 25]
    assert bags["share_sum"].tolist() == [100, 100, 100]
    assert bags["cells_per_ml"].tolist() == [2e6, 1e6, 2e6]
    assert bags["cells_per_ml_diluted"].tolist() == [2e6, 0.5e6, 1e6]


@pytest.mark.parametrize(
    ("bags", "dose", "lots", "patients"),
    [(244, 1, 1, 122), (22, 11, 1, 1), (22, 12, 1, 0), (22, 12, 2, 1)],
)
def test_patients_treatable(bags, dose, lots, patients):
    assert rescat.patients_treatable(bags, dose, 2, lots) == patients


def test_dmso_of_one_bag():
    limits = rescat.load_exposure_limits()
    exposure = rescat.excipient_exposure(MADE, limits, [60, 100], [1]).set_index("weight")
    assert exposure.loc[60, "dmso_g"] == pytest.approx(2.5 * 1.0955)
    # The evidence file has it that a bag is 22 to 36 times below the limit at 60 to 100 kg.
    assert (1 / exposure["dmso_share_of_limit"]).round().tolist() == [22, 37]
    assert exposure.loc[100, "albumin_g"] == 0.5


def test_viability_passes_with_a_small_margin():
    criteria = rescat.load_release_criteria()
    margins = rescat.viability_margins(MADE, criteria)
    assert len(margins) == 2 * len(criteria)
    assert margins["passes"].all()
    assert margins["margin"].min() == pytest.approx(0.35)


def test_growth_is_undone_by_doubling():
    curves = rescat.growth_curves(MADE, [1e5])
    at = curves.set_index("msc_source").loc["AT"]
    assert 1e5 * 2 ** at["doublings"] == pytest.approx(1.22e10)
    assert at["doublings"] * at["doubling_time"] == pytest.approx(16)


@pytest.mark.parametrize("seeded", [0, 2e9])
def test_an_impossible_start_is_refused(seeded):
    with pytest.raises(ValueError, match="cells seeded"):
        rescat.growth_curves(MADE, [seeded])


PATIENTS = rescat.load_patients()
TRIAL = rescat.load_trial()


def test_patients_by_source_of_their_cells():
    assert rescat.treated_by_source(PATIENTS) == {"AT": 4, "UC": 1}
    assert rescat.treated_by_source(PATIENTS.query("arm == 'CTRL'")) == {"AT": 0, "UC": 0}


def test_the_grid_has_each_product_with_each_dose():
    grid = rescat.capacity_grid(rescat.lot_capacity(MADE), [1, 3], [1, 10], 2)
    assert grid["product"].unique().tolist() == [
        "AT, 50 million",
        "UC, 25 million",
        "UC, 50 million",
    ]
    assert len(grid) == 3 * 2 * 2
    at = grid.set_index(["product", "lots", "bags_per_infusion"])["patients"]
    assert at["AT, 50 million", 1, 10] == 244 // 20
    assert at["UC, 25 million", 3, 1] == 3 * 44 // 2


@pytest.mark.parametrize("weight", [50, 60, 100])
def test_one_bag_more_is_beyond_the_limit_of_a_day(weight):
    limits = rescat.load_exposure_limits()
    most = rescat.most_bags_per_day(MADE, limits, weight)
    shares = rescat.excipient_exposure(MADE, limits, [weight], [most, most + 1])
    within, beyond = shares["dmso_share_of_limit"]
    assert within <= 1 < beyond


def test_the_press_report_and_the_paper_add_up():
    press = rescat.press_count(TRIAL)
    assert press["enrolled"] + press["after"] == rescat.fact(TRIAL, "patients_randomised")
    assert press["date"] + pd.Timedelta(days=press["days"]) == pd.Timestamp("2022-02-28")


def test_patients_planned_and_randomised_by_age():
    counts = rescat.planned_by_age(TRIAL, PATIENTS).set_index(["age_group", "kind"])["patients"]
    older = sum(PATIENTS.loc[PATIENTS["arm"].ne("mCTRL"), "age"] >= 65)
    assert counts["65 years and over"].to_dict() == {"planned": 40, "randomised": older}
    assert counts["18-64 years"].to_dict() == {"planned": 20, "randomised": 7 - older}


def test_the_chance_of_so_few_older_patients():
    by_age = rescat.planned_by_age(TRIAL, PATIENTS)
    # One or none of seven, each with a probability of two thirds.
    expected = (1 / 3) ** 7 + 7 * (2 / 3) * (1 / 3) ** 6
    assert rescat.chance_of_so_few_older(by_age) == pytest.approx(expected)
