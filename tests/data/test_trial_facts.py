"""Facts of the trial, by name."""

import pytest

import rescat

TRIAL = rescat.load_trial()


def test_an_unknown_fact_is_named():
    with pytest.raises(KeyError, match="0 rows for item 'colour'"):
        rescat.fact(TRIAL, "colour")
