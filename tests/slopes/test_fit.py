"""The fit of random slopes: invariances, variants, errors, and what is said of the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import trials

import rescat
from rescat import ModelError
from rescat.slopes import reml

RESULTS = ["slope", "se", "df", "statistic", "p_value", "ci_low", "ci_high"]


def same(one: rescat.SlopeFit, other: rescat.SlopeFit, rtol=2e-5):
    """Estimates agree within a small part of a standard error, the rest relatively."""
    scale = other.table["se"]
    for column in ("slope", "ci_low", "ci_high"):
        assert (abs(one.table[column] - other.table[column]) < rtol * scale).all(), column
    for column in ("se", "df"):
        np.testing.assert_allclose(one.table[column], other.table[column], rtol=20 * rtol)


def test_a_trial_that_can_be_worked_out_by_hand():
    """Balanced and with much slope variance: the mean of the patients' own slopes, and their SE."""
    trial = rescat.simulate_trial(1, kept=1.0, sd_slope=0.2, sd_residual=0.1)
    table = rescat.fit_slopes(trial).table
    own = rescat.patient_slopes(trial).groupby("group")["slope"]
    assert table.loc["control", "slope"] == pytest.approx(own.mean()["control"])
    assert table.loc["treated", "slope"] == pytest.approx(own.mean()["treated"])
    pooled = np.sqrt((own.var() * (own.size() - 1)).sum() / (own.size().sum() - 2))
    assert table.loc["difference", "se"] == pytest.approx(pooled * np.sqrt(1 / 5 + 1 / 12))
    assert table.loc["difference", "df"] == pytest.approx(15, rel=1e-4)


def test_by_group_is_welch_and_satterthwaite_where_that_can_be_worked_out():
    trial = rescat.simulate_trial(2, kept=1.0, sd_slope=(0.1, 0.3), sd_residual=0.1)
    row = rescat.fit_slopes(trial, variance="by_group").table.loc["difference"]
    tests = rescat.slope_tests(trial, n=50, intervals=False, progress=False)
    welch = tests.loc["welch"]
    assert row["slope"] == pytest.approx(welch["difference"])
    assert row["p_value"] == pytest.approx(welch["p_value"], rel=1e-6)
    assert row["df"] == pytest.approx(welch["df"], rel=1e-6)
    assert row["ci_low"] == pytest.approx(welch["ci_low"])


@pytest.mark.slow
@given(trials(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(trial, random):
    order = list(range(len(trial)))
    random.shuffle(order)
    same(rescat.fit_slopes(trial.iloc[order]), rescat.fit_slopes(trial))


@pytest.mark.slow
@given(trials(), st.floats(-1e4, 1e4), st.sampled_from([1e-3, 0.5, 7.0, 1e4]))
def test_shift_and_scale_of_the_value(trial, shift, scale):
    fit = rescat.fit_slopes(trial)
    moved = rescat.fit_slopes(trial.assign(value=shift * scale + scale * trial["value"]))
    nu = len(trial) - 4
    assert moved.criterion == pytest.approx(fit.criterion + 2 * nu * np.log(scale), abs=1e-5)
    np.testing.assert_allclose(moved.table["slope"] / scale, fit.table["slope"], atol=1e-7)
    np.testing.assert_allclose(moved.table["se"] / scale, fit.table["se"], rtol=1e-4)
    np.testing.assert_allclose(moved.table["df"], fit.table["df"], rtol=1e-3)


@pytest.mark.slow
@given(trials(), st.floats(-500, 500), st.sampled_from([1 / 28, 24.0, 1440.0]))
def test_shift_and_scale_of_time(trial, shift, scale):
    fit = rescat.fit_slopes(trial)
    moved = rescat.fit_slopes(trial.assign(day=shift + scale * trial["day"]))
    np.testing.assert_allclose(moved.table["slope"] * scale, fit.table["slope"], atol=1e-7)
    np.testing.assert_allclose(moved.table["df"], fit.table["df"], rtol=1e-3)
    np.testing.assert_allclose(
        moved.variance["sd_slope"] * scale, fit.variance["sd_slope"], atol=1e-6
    )
    assert moved.criterion - 4 * np.log(scale) == pytest.approx(fit.criterion, abs=1e-6)
    predicted = moved.patients()["predicted_slope"] * scale
    np.testing.assert_allclose(predicted, fit.patients()["predicted_slope"], atol=1e-6)
    corrected = [
        rescat.fit_slopes(trial.assign(day=days), df="kenward_roger").table
        for days in (trial["day"], shift + scale * trial["day"])
    ]
    np.testing.assert_allclose(corrected[1]["se"] * scale, corrected[0]["se"], rtol=1e-4)
    np.testing.assert_allclose(corrected[1]["df"], corrected[0]["df"], rtol=1e-3)


@pytest.mark.slow
@given(trials())
def test_scale_of_time_without_correlation(trial):
    """That model is tied to time zero: a scale does not matter, a shift does."""
    fit = rescat.fit_slopes(trial, random="uncorrelated")
    scaled = rescat.fit_slopes(trial.assign(day=trial["day"] / 28), random="uncorrelated")
    np.testing.assert_allclose(scaled.table["slope"] / 28, fit.table["slope"], atol=1e-7)


@pytest.mark.slow
@given(trials(), st.sampled_from(["pooled", "by_group"]))
def test_swapping_the_labels_changes_the_sign(trial, variance):
    fit = rescat.fit_slopes(trial, variance=variance).table
    swapped = rescat.fit_slopes(trial.assign(treated=~trial["treated"]), variance=variance).table
    assert swapped.loc["difference", "slope"] == pytest.approx(-fit.loc["difference", "slope"])
    assert swapped.loc["difference", "se"] == pytest.approx(fit.loc["difference", "se"])
    assert swapped.loc["control", "slope"] == pytest.approx(fit.loc["treated", "slope"])
    assert swapped.loc["difference", "p_value"] == pytest.approx(fit.loc["difference", "p_value"])


@pytest.mark.slow
@pytest.mark.parametrize("random", ["slope", "uncorrelated", "intercept"])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_statsmodels_finds_the_same(random, method):
    """Likelihoods tightly; standard errors loosely, for statsmodels takes them from more."""
    for seed in range(8):
        trial = rescat.simulate_trial(seed, sd_slope=0.03, slope=(0, 0.03))
        ours = rescat.fit_slopes(trial, random=random, method=method, df="wald")
        theirs = rescat.fit_slopes(trial, random=random, method=method, engine="statsmodels")
        assert theirs.result is not None
        assert theirs.df_method == "wald"
        assert ours.criterion <= theirs.criterion + 1e-6
        if ours.singular:
            continue
        assert theirs.criterion == pytest.approx(ours.criterion, abs=1e-4)
        difference = abs(theirs.table["slope"] - ours.table["slope"])
        assert (difference < 0.01 * ours.table["se"]).all()
        np.testing.assert_allclose(theirs.table["se"], ours.table["se"], rtol=0.06)
        np.testing.assert_allclose(
            theirs.variance["sd_slope"], ours.variance["sd_slope"], rtol=0.02
        )


def test_warnings_of_statsmodels_reach_the_reader():
    trial = rescat.simulate_trial(3, sd_slope=0.0)
    fit = rescat.fit_slopes(trial, engine="statsmodels")
    assert any(message.startswith("statsmodels:") for message in fit.messages)


def test_likelihood_of_nested_models():
    """More parameters fit no worse; the models meet where the variance is zero."""
    for seed in range(20):
        trial = rescat.simulate_trial(seed, sd_slope=0.01)
        criteria = {r: rescat.fit_slopes(trial, random=r).criterion for r in reml.STRUCTURES}
        assert criteria["slope"] <= criteria["uncorrelated"] + 1e-9
        assert criteria["uncorrelated"] <= criteria["intercept"] + 1e-9
        by_group = rescat.fit_slopes(trial, variance="by_group").criterion
        assert by_group <= criteria["slope"] + 1e-9


def test_calendar_years_give_what_days_give():
    """Far from zero the columns of a regression are nearly parallel, and digits are lost."""
    trial = rescat.simulate_trial(5, slope=(0, 0.02))
    years = trial.assign(day=2020 + trial["day"] / 365.25)
    for options in ({}, {"df": "kenward_roger"}, {"variance": "by_group", "df": "kenward_roger"}):
        fit, moved = rescat.fit_slopes(trial, **options), rescat.fit_slopes(years, **options)
        np.testing.assert_allclose(moved.table["df"], fit.table["df"], rtol=1e-3)
        np.testing.assert_allclose(moved.table["slope"] / 365.25, fit.table["slope"], rtol=1e-5)
        predicted = moved.patients()["predicted_slope"] / 365.25
        np.testing.assert_allclose(predicted, fit.patients()["predicted_slope"], atol=1e-7)


def test_a_standard_error_without_information_has_no_limits():
    """Two controls, one of them with one sample: a group's variances from almost nothing."""
    trial = rescat.simulate_trial(3, controls=2, treated=6, kept=1.0)
    thin = trial[(trial["patient_id"] != "S08") | (trial["day"] == 0)]
    fit = rescat.fit_slopes(thin, variance="by_group")
    assert np.isnan(fit.table.loc["control", "df"])
    assert np.isnan(fit.table.loc["control", "p_value"])
    assert any("almost no information" in message for message in fit.messages)


def test_predicted_lines_are_pulled_to_the_group():
    trial = rescat.simulate_trial(11, kept=1.0, sd_slope=0.02)
    fit = rescat.fit_slopes(trial)
    patients = fit.patients()
    group = patients["group"].map(fit.lines["slope"])
    own, predicted = patients["slope"] - group, patients["predicted_slope"] - group
    assert predicted.abs().sum() < own.abs().sum()
    assert np.corrcoef(own, predicted)[0, 1] > 0.8
    np.testing.assert_allclose(predicted.groupby(patients["group"]).mean(), 0, atol=1e-9)


def test_predictions_are_those_of_statsmodels():
    trial = rescat.simulate_trial(11, sd_slope=0.03)
    fit = rescat.fit_slopes(trial)
    theirs = rescat.fit_slopes(trial, engine="statsmodels")
    np.testing.assert_allclose(
        fit.patients()["predicted_slope"], theirs.patients()["predicted_slope"], atol=1e-4
    )


def test_what_a_fit_says():
    trial = rescat.simulate_trial(0)
    fit = rescat.fit_slopes(trial)
    assert list(fit.table.columns[:7]) == RESULTS
    assert list(fit.table.index) == ["control", "treated", "difference"]
    assert (fit.table["origin"] == "synthetic").all()
    text, page = str(fit), fit._repr_html_()
    for words in ("value ~ day * treated + (day | patient_id)", "REML criterion", "SYNTHETIC"):
        assert words in text
        assert words in page
    assert fit.counts["patients"].to_dict() == {"control": 12, "treated": 5}
    assert fit.counts["samples"].sum() == len(trial) == fit.sampling.to_numpy().sum()
    assert np.isnan(rescat.fit_slopes(trial, method="ML").reml_criterion)


def test_one_slope_for_all():
    trial = rescat.simulate_trial(0)
    fit = rescat.fit_slopes(trial, group=None)
    assert list(fit.table.index) == ["all"]
    assert fit.formula == "value ~ day + (day | patient_id)"


def test_other_names_of_columns():
    trial = rescat.simulate_trial(0)
    renamed = trial.rename(columns={"value": "log10", "day": "week", "patient_id": "id"})
    renamed = renamed.assign(msc=renamed["treated"].astype(int)).drop(columns="treated")
    fit = rescat.fit_slopes(renamed, value="log10", time="week", group="msc", subject="id")
    same(fit, rescat.fit_slopes(trial))


def test_missing_values_are_counted():
    trial = rescat.simulate_trial(0)
    holes = trial.copy()
    holes.loc[[3, 40], "value"] = np.nan
    fit = rescat.fit_slopes(holes)
    same(fit, rescat.fit_slopes(trial.drop(index=[3, 40])))
    assert fit.counts["missing"].sum() == 2
    assert "2 rows without a value were left out." in fit.messages


def test_irregular_days_and_a_patient_with_one_sample():
    rng = np.random.default_rng(0)
    trial = rescat.simulate_trial(6)
    trial["day"] = (trial["day"] + rng.normal(0, 0.6, len(trial))).round(2)
    lonely = trial[(trial["patient_id"] != "S09") | (trial["day"] < 2)]
    fit = rescat.fit_slopes(lonely)
    assert fit.converged
    assert fit.counts.loc["control", "one_sample"] == 1
    assert any("1 patient has one sample only" in message for message in fit.messages)
    assert rescat.patient_slopes(lonely).set_index("subject").loc["S09", "slope"] != 0
    assert np.isnan(rescat.patient_slopes(lonely).set_index("subject").loc["S09", "slope"])


TRIAL = rescat.simulate_trial(0)


def without_samples(trial):
    return trial.assign(value=trial["value"].where(trial["patient_id"] != "S02"))


def infinite(trial):
    changed = trial.copy()
    changed.loc[7, "value"] = -np.inf
    return changed


def in_both(trial):
    changed = trial.copy()
    changed.loc[changed.index[1], "treated"] = False
    return changed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_samples, "no sample with a value: patient S02"),
        (
            lambda t: t[~t["treated"] | (t["patient_id"] == "S01")],
            "treated group .* has 1 patient,",
        ),
        (lambda t: t[t["treated"]], "control group .* has 0 patients"),
        (lambda t: t.assign(value=5.0), "every value of value is 5: a constant"),
        (infinite, r"row 7 \(patient S02\), column value: found -inf"),
        (lambda t: t.assign(day=0.0).drop_duplicates("patient_id"), "a slope needs two times"),
        (lambda t: t.groupby("patient_id").head(2), "give random='intercept'"),
        (lambda t: t.assign(treated=np.where(t["treated"], "MSC", "CTRL")), "found MSC, CTRL"),
        (in_both, "patient S01 is in both groups"),
        (lambda t: pd.concat([t, t.head(1)]), "patient S01 has two values at day 0"),
        (lambda t: t.drop(columns="day"), "no column day; found patient_id"),
        (
            lambda t: t.assign(value=t["value"].astype(str)),
            "column value holds values of the type str",
        ),
        (lambda t: t.assign(day=np.nan), "column day: found nan"),
        (lambda t: t.head(0), "no rows"),
        (lambda t: t.assign(marker=["IL6", "NFL"] * (len(t) // 2)), "holds 2 markers"),
        (lambda t: t.assign(below_lod=t["day"].eq(28)), "below the limit of detection"),
        (lambda t: t.assign(value=1 + t["day"]), "exactly on a line"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_data_that_cannot_be_modelled(change, message):
    with pytest.raises(ModelError, match=f"(?i){message}"):
        rescat.fit_slopes(change(TRIAL))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"random": "day"}, "random='day': expected one of slope, uncorrelated, intercept"),
        ({"engine": "lme4"}, "engine='lme4'"),
        ({"level": 95}, "level=95"),
        ({"df": "kenward_roger", "method": "ML"}, "defined for REML"),
        ({"variance": "by_group", "group": None}, "needs two groups"),
        ({"engine": "statsmodels", "df": "kenward_roger"}, "statsmodels has no degrees of freedom"),
        ({"level": "0.95"}, "level='0.95'"),
    ],
)
def test_options_that_do_not_exist(options, message):
    with pytest.raises(ModelError, match=message):
        rescat.fit_slopes(TRIAL, **options)


def test_the_teaching_trial_as_r_fits_it():
    lme4 = rescat.load_table("teaching_lme4").set_index("term")
    fit = rescat.fit_slopes(rescat.load_table("teaching_trial"))
    corrected = rescat.fit_slopes(rescat.load_table("teaching_trial"), df="kenward_roger").table
    assert fit.criterion == pytest.approx(lme4["criterion"].iloc[0], abs=1e-5)
    np.testing.assert_allclose(fit.table[["slope", "se", "df"]], lme4[["slope", "se", "df"]], 1e-5)
    np.testing.assert_allclose(corrected[["se", "df"]], lme4[["kr_se", "kr_df"]], 1e-5)


def test_the_calibration_study():
    """The committed rates: whole, consistent, and saying what the chapter says of them."""
    table = rescat.load_table("calibration")
    used = table["sets"] - table["failed"]
    np.testing.assert_allclose(table["rate"], table["rejections"] / used, rtol=1e-5)
    error = np.sqrt(table["rate"] * (1 - table["rate"]) / used)
    np.testing.assert_allclose(table["mc_error"], error, rtol=1e-4)
    null = table[table["slope_difference"].eq(0)]
    assert null["scenario"].nunique() >= 5
    assert (null["sd_slope_treated"] != null["sd_slope_control"]).any()
    assert (null["controls_kept"] < null["treated_kept"]).any()
    assert table["sets"].min() >= 1000
    rate = null.pivot(index="test", columns="scenario", values="rate")
    band = 4 * np.sqrt(0.05 * 0.95 / table["sets"].min())
    for scenario in "ABC":
        assert abs(rate.loc["permutation_t", scenario] - 0.05) < band
        assert rate.loc["wald", scenario] > rate.loc["satterthwaite", scenario]
    for test in ("wald", "satterthwaite", "kenward_roger", "permutation_t"):
        assert rate.loc[test, "D"] > 0.05 + band
    assert rate.loc["welch", "D"] < 0.05 + band
