"""Figures of the chapters on matching: their words have the numbers of their data."""

import matplotlib.pyplot as plt
import pytest

import rescat
from rescat import figures

PATIENTS = rescat.load_patients()
MSC = PATIENTS[PATIENTS["arm"].eq("MSC")]
TEN = PATIENTS[PATIENTS["arm"].eq("mCTRL")]
NAMES = {"age": "Age", "male": "Male"}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_a_love_plot_says_each_difference():
    rows = rescat.balance(MSC, TEN, covariates=["age", "male", "rox"])
    drawing = figures.love_plot(rows, NAMES, what="of two groups")
    assert drawing.data is rows
    assert drawing.alt.startswith("Love plot of two groups. Age: SMD ")
    for row in rows.itertuples():
        name = NAMES.get(row.covariate, row.covariate)
        words = {
            "continuous": f"{name}: SMD {row.smd:.2f}.",
            "binary": f"{name}: difference of shares {row.difference:.2f}.",
            "missing": f"{name} is missing: difference of shares {row.difference:.2f}.",
        }
        assert words[row.kind] in drawing.alt


def test_a_love_plot_of_several_samples_says_one_after_another():
    pool = rescat.load_table("pool")
    found = {"nearest": rescat.match(MSC, pool, covariates=["age", "male"])}
    rows = rescat.balance_of_matches(MSC, pool, found, covariates=["age", "male"])
    drawing = figures.love_plot(rows, NAMES)
    age, male = (
        rows[rows["covariate"].eq(c) & rows["sample"].eq("nearest")].iloc[0]
        for c in ("age", "male")
    )
    last = f"nearest: Age {age['smd']:.2f}, Male {male['difference']:.2f}."
    assert drawing.alt.endswith(last)
    assert " whole pool: Age " in drawing.alt


def test_both_denominators_are_drawn_and_said():
    pair = [
        rescat.balance(MSC, TEN, covariates=["age", "male"], denominator=denominator)
        for denominator in ("treated", "pooled")
    ]
    drawing = figures.love_plot_by_denominator(*pair, NAMES)
    treated, pooled = (rows.set_index("covariate").loc["age", "smd"] for rows in pair)
    assert treated != pooled
    words = (
        f"Age: SMD {treated:.2f} with the SD of treated patients, {pooled:.2f} with the pooled SD."
    )
    assert words in drawing.alt
    assert len(drawing.data) == 4
    assert drawing.data["sample"].nunique() == 2


@pytest.mark.slow
def test_grids_say_the_sets_the_nearest_control_first():
    assigned = rescat.assign_controls(MSC, TEN, distances=["mahalanobis", "robust"])
    drawing = figures.assignment_grids(assigned.grids)
    for title, kind in (("Mahalanobis", "mahalanobis"), ("Robust", "robust")):
        sets = assigned.best[kind].sets.items()
        words = "; ".join(f"{patient} with {' and '.join(chosen)}" for patient, chosen in sets)
        assert f" {title}: {words}." in drawing.alt
    assert drawing.data is assigned.grids
    page = figures.in_page(drawing, name="grids")
    for patient in {*MSC["patient_id"], *TEN["patient_id"]}:
        assert f'href="../patients/{patient}.html"' in page


def test_chosen_again_says_mean_and_range():
    methods = {"optimal": {}, "greedy": {"method": "greedy"}}
    again = rescat.members_chosen(MSC, TEN, [1, 2, 3], methods)
    drawing = figures.chosen_again(again, len(TEN))
    assert drawing.alt.startswith("Two bar charts over 3 invented pools: how many of the 10 ")
    for method, own in again.groupby("method")["chosen"]:
        words = f"{method}: mean {own.mean():.1f}, from {own.min()} to {own.max()}."
        assert words in drawing.alt


def test_estimates_say_their_means():
    estimates, _ = rescat.hidden_severity(4)
    drawing = figures.estimates_by_analysis(estimates.assign(size="small"))
    assert list(drawing.data["analysis"]) == list(estimates["analysis"].unique())
    for row in drawing.data.itertuples():
        own = estimates.loc[estimates["analysis"].eq(row.analysis), "estimate"]
        assert row.mean_estimate == pytest.approx(own.mean())
        assert f"small, {row.analysis}: mean {own.mean():.2f}." in drawing.alt
    assert set(drawing.data["origin"]) == {"synthetic"}


def test_differences_by_chance_are_said_for_those_observed():
    chance = rescat.smd_by_chance(
        [0, 0.1, 0.43, 1.6], 5, 10, denominator="pooled", variables=(1, 3)
    ).assign(origin="published")
    drawing = figures.smd_by_size(chance, {"PaO2/FiO2": 0.43})
    assert "the rule of 0.1 (0.10), 86 %" in drawing.alt
    assert "PaO2/FiO2 (0.43), 45 %" in drawing.alt
    names = [t.get_text() for t in drawing.figure.axes[0].get_legend().get_texts()]
    assert names == ["one variable", "the largest of three", "PaO2/FiO2 0.43"]
