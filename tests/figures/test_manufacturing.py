"""The figures of the manufacturing chapter: each says its numbers in words."""

import matplotlib.pyplot as plt
import pytest

import rescat
from rescat import figures

MADE = rescat.load_manufacturing()
LIMITS = rescat.load_exposure_limits()
PATIENTS = rescat.load_patients()
LOTS = rescat.lot_capacity(MADE)


@pytest.fixture(autouse=True)
def no_open_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("lots_made", "bags", "infusions"), [([1, 2], [1, 5], 2), ([2, 3], [2, 3, 4], 3)]
)
def test_capacity_is_told_for_the_fewest_lots(lots_made, bags, infusions):
    capacity = rescat.capacity_grid(LOTS, lots_made, bags, infusions)
    drawn = figures.capacity_curves(capacity, PATIENTS, infusions)
    assert f"{infusions} infusions each" in drawn.alt
    fewest = capacity[capacity["lots"].eq(lots_made[0])]
    for product, rows in fewest.groupby("product"):
        at = rows.set_index("bags_per_infusion")["patients"]
        bag = "bag" if bags[0] == 1 else "bags"
        told = f"{at[bags[0]]} at {bags[0]} {bag} per infusion, {at[bags[-1]]} at {bags[-1]}"
        assert f"{product}, patients: {told}" in drawn.alt
    treated = PATIENTS[PATIENTS["arm"].eq("MSC")]["msc_source"].value_counts()
    assert drawn.alt.endswith(
        f"The trial treated {treated['AT']} with AT and {treated['UC']} with UC."
    )


def test_capacity_beside_invented_patients_is_invented():
    capacity = rescat.capacity_grid(LOTS, [1, 2], [1, 2], 2)
    drawn = figures.capacity_curves(capacity, PATIENTS.assign(origin="synthetic"), 2)
    assert rescat.origin_of(drawn.data) == "synthetic"
    assert "SYNTHETIC" in [text.get_text() for text in drawn.figure.texts]


def test_excipients_are_told_for_each_number_of_bags():
    exposure = rescat.excipient_exposure(MADE, LIMITS, [55, 70, 110], [1, 3])
    drawn = figures.excipient_curves(exposure)
    assert "from 55 to 110 kg" in drawn.alt
    at = exposure.set_index(["bags", "weight"])
    for bags in (1, 3):
        light, heavy = at.loc[(bags, 55)], at.loc[(bags, 110)]
        assert (
            f"Bags {bags}: DMSO {light['dmso_g_per_kg']:.3f} to {heavy['dmso_g_per_kg']:.3f}, "
            f"albumin {light['albumin_g_per_kg']:.3f} to {heavy['albumin_g_per_kg']:.3f}."
        ) in drawn.alt
    worst = at.loc[(3, 55)]
    assert drawn.alt.endswith(
        f"{100 * worst['dmso_share_of_limit']:.1f} % and "
        f"{100 * worst['albumin_share_of_limit']:.1f} %."
    )


def test_viabilities_and_criteria_are_told():
    margins = rescat.viability_margins(MADE, rescat.load_release_criteria())
    drawn = figures.viability_against_criteria(margins)
    measured, required = drawn.alt.split("release criteria")
    for row in margins.itertuples():
        assert f"{row.viability:g} % {row.measurement}" in measured
        assert f"{row.product} {row.required:g} %" in required


def test_growth_tells_the_range_of_each_source():
    curves = rescat.growth_curves(MADE, [1e5, 1e6, 1e7])
    alt = figures.growth(curves).alt
    at = curves.set_index(["msc_source", "seeded"])["doubling_time"]
    for source in ("AT", "UC"):
        # The more cells there were at the start, the slower they grew.
        assert f"{source}: {at[source, 1e5]:.1f} to {at[source, 1e7]:.1f} days." in alt


def test_recruitment_tells_each_bar():
    by_age = rescat.planned_by_age(rescat.load_trial(), PATIENTS)
    drawn = figures.recruitment_by_age(by_age)
    for row in by_age.itertuples():
        assert f"{row.age_group} {row.kind} {row.patients}" in drawn.alt
    bars = [bar.get_width() for group in drawn.figure.axes[0].containers for bar in group]
    assert sorted(bars) == sorted(by_age["patients"])
