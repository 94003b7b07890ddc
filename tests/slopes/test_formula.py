"""The model by its formula: the same fits, and what is said of other formulas."""

import pandas as pd
import pytest

import rescat
from rescat import ModelError

TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))
RENAMED = TRIAL.rename(columns={"value": "log10 IL6", "day": "day.0", "patient_id": "id"})


@pytest.mark.parametrize(
    ("formula", "options"),
    [
        ("value ~ day * treated + (day | patient_id)", {}),
        ("value~treated*day+(1+day|patient_id)", {}),
        ("value ~ 1 + day + treated + treated:day + (day + 1 | patient_id)", {}),
        ("value ~ (day | patient_id) + day * treated", {}),
        ("value ~ day + day * treated + (day | patient_id)", {}),
        ("value ~ day * treated + (day || patient_id)", {"random": "uncorrelated"}),
        (
            "value ~ day * treated + (1 | patient_id) + (0 + day | patient_id)",
            {"random": "uncorrelated"},
        ),
        ("value ~ day * treated + (1 | patient_id)", {"random": "intercept"}),
        ("value ~ treated * day + (1 | patient_id)", {"random": "intercept"}),
        ("value ~ day + (day | patient_id)", {"group": None}),
        ("value ~ day + (day || patient_id)", {"group": None, "random": "uncorrelated"}),
        ("value ~ day + (1 | patient_id)", {"group": None, "random": "intercept"}),
    ],
)
def test_the_formula_says_what_the_arguments_say(formula, options):
    fit, expected = rescat.fit_formula(formula, TRIAL), rescat.fit_slopes(TRIAL, **options)
    pd.testing.assert_frame_equal(fit.table, expected.table)
    assert fit.formula == expected.formula
    # What a fit says of itself is a formula that makes it again.
    again = rescat.fit_formula(fit.formula, TRIAL)
    pd.testing.assert_frame_equal(again.table, expected.table)


def test_names_of_ones_own_and_options():
    fit = rescat.fit_formula(
        "`log10 IL6` ~ day.0 * treated + (day.0 | id)", RENAMED, df="kenward_roger", level=0.9
    )
    expected = rescat.fit_slopes(TRIAL, df="kenward_roger", level=0.9)
    assert fit.table["ci_low"].tolist() == expected.table["ci_low"].tolist()


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("value ~ day * treated", r"no term such as \(day \| patient\)"),
        ("day * treated + (day | patient_id)", "expected a text with one ~"),
        (7, "expected a text with one ~"),
        ("value ~ day + treated + (day | patient_id)", "fixed effects are day, treated"),
        ("value ~ day + day:treated + (day | patient_id)", "fixed effects are day, day:treated"),
        ("value ~ day * treated + age + (day | patient_id)", "day, treated, age, day:treated"),
        ("value ~ day * treated * sex + (day | patient_id)", r"found 'day \* treated \* sex'"),
        ("value ~ day * treated + (day | patient_id) + (1 | site)", "patient_id and site"),
        ("value ~ day * treated + (age | patient_id)", "slopes of age vary, but age is no fixed"),
        ("value ~ day * treated + (day + age | patient_id)", r"found \(day \+ age \| …\)"),
        ("value ~ day * treated + (0 + day | patient_id)", "slopes vary and intercepts do not"),
        ("value ~ day * treated + (0 | patient_id)", r"found \(0 \| …\)"),
        ("value ~ 0 + day * treated + (day | patient_id)", "found '0'"),
        ("log(value) ~ day * treated + (day | patient_id)", r"found 'log\(value\)'"),
        ("value ~ I(day / 7) + (day | patient_id)", "expected the name of a column"),
        ("value ~ (1 | patient_id)", "one of no column must be time"),
        ("value ~ day * age + (1 | patient_id)", "one of day, age must be time"),
        ("value ~ day * treated + (day | patient_id/site)", "found 'patient_id/site'"),
        ("value ~ day * treated + (day | patient_id) + (1 | patient_id)", "found 2 terms"),
    ],
)
def test_other_formulas_are_refused_with_what_is_possible(formula, message):
    with pytest.raises(ModelError, match=message) as caught:
        rescat.fit_formula(formula, TRIAL)
    assert "value ~ day * treated + (day || patient)" in str(caught.value)


def test_columns_that_are_not_there_are_named():
    with pytest.raises(ModelError, match="the frame has no column week; found patient_id"):
        rescat.fit_formula("value ~ week * treated + (week | patient_id)", TRIAL)
    with pytest.raises(ModelError, match="random=…: the formula says this"):
        rescat.fit_formula("value ~ day + (day | patient_id)", TRIAL, random="slope")
