"""What a program can filter or stop at: the warnings of a fit."""

import warnings

import pytest

import rescat

SINGULAR = rescat.simulate_trial(5, sd_slope=0.0)
PLAIN = rescat.simulate_trial(1, sd_slope=0.1)


def test_a_singular_fit_warns_whoever_asked_for_it():
    with pytest.warns(rescat.SingularFitWarning, match="A variance is estimated as zero") as said:
        fit = rescat.fit_slopes(SINGULAR)
    assert fit.singular
    assert [warning.filename for warning in said] == [__file__]


def test_a_fit_without_a_minimum_warns():
    lines = PLAIN.assign(value=PLAIN["day"] * PLAIN["patient_id"].str[1:].astype(int))
    with pytest.warns(rescat.ConvergenceWarning, match="do not use these figures"):
        fit = rescat.fit_slopes(lines)
    assert not fit.converged


def test_a_good_fit_is_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not rescat.fit_slopes(PLAIN).singular


def test_all_can_be_filtered_at_once():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", rescat.RescatWarning)
        assert rescat.fit_slopes(SINGULAR).singular
