"""Factors between units of concentration."""

import pytest

import rescat


@pytest.mark.parametrize(
    ("found", "wanted", "factor"),
    [
        ("ng/mL", "pg/mL", 1000),
        ("pg/ml", "pg/mL", 1),
        ("ng/L", "pg/mL", 1),
        ("ug/L", "ng/mL", 1),
        ("µg/L", "pg/mL", 1000),
        ("μg/L", "pg/mL", 1000),  # the Greek letter, not the sign
        ("mcg/mL", "ng/mL", 1000),
        ("mg/dL", "mg/L", 10),
        ("pg/mL", "ng/mL", 0.001),
        ("fg / mL", "pg/mL", 0.001),
        ("g/L", "mg/L", 1000),
        ("pg/µL", "ng/mL", 1),
        ("pmol/L", "pg/mL", None),
        ("AU", "pg/mL", None),
        ("pg", "pg/mL", None),
        ("pg/mL", "NPX", None),
    ],
)
def test_factors_between_units(found, wanted, factor):
    assert rescat.unit_factor(found, wanted) == (None if factor is None else pytest.approx(factor))
