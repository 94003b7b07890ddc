"""Bags, viability, growth and the rate of recruitment."""

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
