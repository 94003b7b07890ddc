"""A fit as other programs of statistics give it: against statsmodels, lme4, lmerTest and pbkrtest.

tests/reference/coefficients.R makes the values of R. Relative tolerances: estimates and standard
errors 1e-6, degrees of freedom 1e-4 (lmerTest differentiates numerically), predictions 1e-6 of the
residual standard deviation.
"""

import subprocess

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import REFERENCE
from strategies import trials

import rescat
from rescat import ModelError

VALUES = pd.read_csv(REFERENCE / "coefficients-values.csv", dtype={"key": str})
TRIALS = pd.read_csv(REFERENCE / "trials.csv", dtype={"patient_id": str})
TRIALS = dict(list(TRIALS.astype({"treated": bool}).groupby("data")))
NAMES = list(VALUES["data"].unique())
COMBINATIONS = {
    "treated + 28 day:treated": {"treated": 1, "day:treated": 28},
    "-day + 0.5 treated": [0, -1, 0.5, 0],
}
TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))


def of_r(name: str, what: str) -> pd.Series:
    rows = VALUES[VALUES["data"].eq(name) & VALUES["what"].eq(what)]
    return rows.set_index("key")["value"]


@pytest.mark.parametrize("name", NAMES)
def test_fixed_effects_are_those_of_lmertest(name):
    fit = rescat.fit_slopes(TRIALS[name])
    se = of_r(name, "se")[fit.params.index]
    assert list(fit.params.index) == ["Intercept", "day", "treated", "day:treated"]
    apart = (fit.params - of_r(name, "estimate")[fit.params.index]).abs() / se
    assert apart.max() < 1e-6
    np.testing.assert_allclose(fit.bse, se, rtol=1e-6)
    np.testing.assert_allclose(fit.df_resid, of_r(name, "df")[se.index], rtol=1e-4)
    np.testing.assert_allclose(fit.pvalues, of_r(name, "p_value")[se.index], rtol=1e-4)
    np.testing.assert_allclose(fit.tvalues, fit.params / fit.bse)
    limits = fit.conf_int(0.9)
    for column, what in (("ci_low", "low_90"), ("ci_high", "high_90")):
        assert ((limits[column] - of_r(name, what)[se.index]).abs() / se).max() < 1e-4


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_contrasts_are_those_of_lmertest_and_pbkrtest(name, combination):
    fit = rescat.fit_slopes(TRIALS[name])
    table = fit.contrast(COMBINATIONS[combination], level=0.9)
    assert list(table.index) == [combination]
    row = table.iloc[0]
    assert row["estimate"] == pytest.approx(
        of_r(name, "estimate")[combination], abs=1e-6 * row["se"]
    )
    assert row["se"] == pytest.approx(of_r(name, "se")[combination], rel=1e-6)
    for column in ("df", "p_value"):
        assert row[column] == pytest.approx(of_r(name, column)[combination], rel=1e-4)
    for column, what in (("ci_low", "low_90"), ("ci_high", "high_90")):
        near = 1e-4 * row["se"]
        assert row[column] == pytest.approx(of_r(name, what)[combination], abs=near)
    corrected = rescat.fit_slopes(TRIALS[name], df="kenward_roger")
    row = corrected.contrast(COMBINATIONS[combination]).iloc[0]
    assert row["se"] == pytest.approx(of_r(name, "kr_se")[combination], rel=1e-6)
    assert row["df"] == pytest.approx(of_r(name, "kr_df")[combination], rel=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_fixed_effects_by_kenward_and_roger_are_those_of_pbkrtest(name):
    fit = rescat.fit_slopes(TRIALS[name], df="kenward_roger")
    np.testing.assert_allclose(fit.bse, of_r(name, "kr_se")[fit.bse.index], rtol=1e-6)
    np.testing.assert_allclose(fit.df_resid, of_r(name, "kr_df")[fit.bse.index], rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_those_of_lme4(name):
    trial = TRIALS[name].reset_index(drop=True)
    fit = rescat.fit_slopes(trial)
    near = {"rtol": 0, "atol": 1e-6 * fit.variance["sd_residual"].iloc[0]}
    effects = fit.random_effects
    np.testing.assert_allclose(
        effects["Intercept"], of_r(name, "effect_Intercept")[effects.index], **near
    )
    np.testing.assert_allclose(effects["day"], of_r(name, "effect_day")[effects.index], **near)
    for found, what in (
        (fit.fittedvalues, "fitted"),
        (fit.resid, "resid"),
        (fit.predict(), "predict"),
        (fit.predict(trial), "predict"),
    ):
        assert list(found.index) == list(trial.index)
        np.testing.assert_allclose(found, of_r(name, what), **near)


@pytest.mark.filterwarnings("ignore:The MLE may be on the boundary")
def test_the_same_as_statsmodels():
    """Same names, same numbers: of its own formula door, by the normal distribution."""
    import statsmodels.formula.api as smf

    trial = rescat.simulate_trial(11, sd_slope=0.03).assign(treated=lambda t: t["treated"] * 1)
    model = smf.mixedlm("value ~ day * treated", trial, groups="patient_id", re_formula="~day")
    theirs = model.fit(method="lbfgs")
    ours = rescat.fit_slopes(trial, df="wald")
    fixed = list(ours.params.index)
    assert fixed == list(theirs.fe_params.index)
    se = ours.bse
    assert ((ours.params - theirs.params[fixed]).abs() / se).max() < 0.01
    np.testing.assert_allclose(se, theirs.bse[fixed], rtol=0.06)
    np.testing.assert_allclose(ours.pvalues, theirs.pvalues[fixed], atol=0.02)
    limits = theirs.conf_int(alpha=0.1).loc[fixed].to_numpy()
    apart = np.abs(ours.conf_int(0.9).to_numpy() - limits)
    assert (apart.max(axis=1) < 0.12 * se).all()
    sigma = ours.variance["sd_residual"].iloc[0]
    for one, other in (
        (ours.fittedvalues, theirs.fittedvalues),
        (ours.resid, theirs.resid),
        (ours.predict(), theirs.predict(trial)),
        (ours.predict(trial), theirs.predict(trial)),
    ):
        np.testing.assert_allclose(one, other, atol=0.02 * sigma)
    for patient, effects in theirs.random_effects.items():
        row = ours.random_effects.loc[patient, ["Intercept", "day"]].to_numpy(float)
        np.testing.assert_allclose(row, effects, atol=0.02 * sigma)


OPTIONS = [
    {}, {"method": "ML"}, {"random": "uncorrelated"}, {"random": "intercept"},
    {"variance": "by_group"}, {"df": "kenward_roger"}, {"df": "wald"},
    {"variance": "by_group", "df": "kenward_roger"}, {"engine": "statsmodels"},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_fixed_effects_say_what_the_table_says(options):
    """Two ways to the same figures: the compiled degrees of freedom, and those of any contrast."""
    fit = rescat.fit_slopes(TRIAL, **options)
    columns = ["se", "df", "statistic", "p_value", "ci_low", "ci_high"]
    rows = {
        "control": {"day": 1},
        "treated": {"day": 1, "day:treated": 1},
        "difference": {"day:treated": 1},
    }
    for term, weights in rows.items():
        found = fit.contrast(weights).iloc[0]
        assert found["estimate"] == pytest.approx(fit.table.loc[term, "slope"])
        np.testing.assert_allclose(
            found[columns].astype(float), fit.table.loc[term, columns].astype(float), rtol=1e-8
        )


@pytest.mark.slow
@given(trials(), st.floats(-100, 100))
def test_the_level_at_a_time_does_not_depend_on_the_origin(trial, shift):
    fit = rescat.fit_slopes(trial)
    moved = rescat.fit_slopes(trial.assign(day=trial["day"] + shift))
    first = fit.contrast({"treated": 1, "day:treated": 14}).iloc[0]
    second = moved.contrast({"treated": 1, "day:treated": 14 + shift}).iloc[0]
    assert second["estimate"] == pytest.approx(first["estimate"], abs=1e-4 * first["se"])
    assert second["se"] == pytest.approx(first["se"], rel=1e-4)
    assert second["df"] == pytest.approx(first["df"], rel=1e-3)


def test_one_group():
    fit = rescat.fit_slopes(TRIAL, group=None)
    assert list(fit.params.index) == ["Intercept", "day"]
    assert fit.pvalues["day"] == pytest.approx(fit.table.loc["all", "p_value"])
    assert list(fit.predict([0, 7]).columns) == ["all"]
    np.testing.assert_allclose(fit.predict(TRIAL[["day"]]), fit.predict())


def test_samples_keep_the_rows_of_the_frame():
    """In any order, with rows without a value: what is given back lines up with the frame."""
    shuffled = TRIAL.sample(frac=1, random_state=1).set_axis(range(100, 100 + len(TRIAL)))
    shuffled.loc[103, "value"] = np.nan
    fit = rescat.fit_slopes(shuffled)
    kept = shuffled.drop(index=103)
    assert list(fit.resid.index) == list(kept.index)
    np.testing.assert_allclose(fit.fittedvalues + fit.resid, kept["value"])
    np.testing.assert_allclose(fit.predict(), fit.predict(kept))
    lines = fit.patients().set_index("subject").loc[kept["patient_id"]]
    expected = lines["predicted_intercept"] + lines["predicted_slope"] * kept["day"].to_numpy()
    np.testing.assert_allclose(fit.fittedvalues, expected)


def test_lines_at_some_times():
    fit = rescat.fit_slopes(TRIAL)
    lines = fit.predict([0, 28])
    assert lines.index.name == "day"
    assert lines.loc[0, "control"] == pytest.approx(fit.params["Intercept"])
    level = fit.contrast({"treated": 1, "day:treated": 28})["estimate"].iloc[0]
    assert lines.loc[28, "treated"] - lines.loc[28, "control"] == pytest.approx(level)


def test_an_intercept_alone_varies():
    effects = rescat.fit_slopes(TRIAL, random="intercept").random_effects
    assert list(effects.drop(columns="origin")) == ["Intercept"]
    assert effects["Intercept"].std() > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fit: fit.contrast({"sex": 1}), "no fixed effect sex; found Intercept, day"),
        (lambda fit: fit.contrast([0, 1]), "expected 4 numbers"),
        (lambda fit: fit.contrast({"day": 0}), "not all of them zero"),
        (lambda fit: fit.contrast([0, 0, 0, np.nan]), "expected 4 numbers"),
        (lambda fit: fit.conf_int(95), "level=95"),
        (lambda fit: fit.predict(TRIAL.drop(columns="treated")), "no column treated"),
        (lambda fit: fit.predict(TRIAL.assign(day=np.nan)), "cell of day or treated is empty"),
        (lambda fit: fit.predict(TRIAL.assign(treated=3)), "expected True or False"),
        (lambda fit: fit.predict([0, np.nan]), "times without gaps"),
    ],
)
def test_what_cannot_be_asked(call, message):
    with pytest.raises(ModelError, match=message):
        call(rescat.fit_slopes(TRIAL))


def test_a_summary_is_text_and_html():
    fit = rescat.fit_slopes(TRIAL)
    text, page = str(fit.summary()), fit.summary()._repr_html_()
    for words in ("SYNTHETIC", "REML criterion", "day:treated", "SD of slopes", "coef"):
        assert words in text
        assert words in page or words.capitalize() in page
    assert f"{fit.params['treated']:.4g}" in text
    assert repr(fit.summary()) == text


def test_names_of_columns_are_not_html():
    trial = TRIAL.rename(columns={"treated": "<b>arm</b>"})
    page = rescat.fit_slopes(trial, group="<b>arm</b>").summary()._repr_html_()
    assert "<b>arm" not in page
    assert "&lt;b&gt;arm" in page


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    fresh = tmp_path / "values.csv"
    tables = [REFERENCE / "trials.csv", REFERENCE / "slopes-values.csv"]
    done = subprocess.run(
        [requires_r, REFERENCE / "coefficients.R", *tables, fresh],
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = pd.read_csv(fresh, dtype={"key": str})
    pd.testing.assert_frame_equal(again.drop(columns="value"), VALUES.drop(columns="value"))
    np.testing.assert_allclose(again["value"], VALUES["value"], rtol=1e-4, atol=1e-7)
