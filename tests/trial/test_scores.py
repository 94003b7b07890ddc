"""Clinical scores from printed components."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescat

BANDS = rescat.load_table("score_bands")
PATIENTS = rescat.load_patients().query("arm != 'mCTRL'")


def points(score, **values):
    one = PATIENTS.iloc[[0]].assign(hfno=False, niv=False, **values)
    return rescat.score_points(one, BANDS, score).iloc[0]


@pytest.mark.parametrize(
    ("ratio", "expected"), [(100, 6), (101, 5), (150, 4), (151, 3), (176, 2), (200, 2), (201, 0)]
)
def test_hacor_by_oxygenation(ratio, expected):
    assert points("HACOR", pao2_fio2=ratio, gcs=15, respiratory_rate=30) == expected


@pytest.mark.parametrize(
    ("rate", "expected"), [(8, 2), (14, 0), (15, 1), (21, 2), (29, 2), (30, 3)]
)
def test_mews_by_respiratory_rate(rate, expected):
    assert points("MEWS", respiratory_rate=rate) == expected


@pytest.mark.parametrize(
    ("ratio", "supported", "expected"),
    [
        (400, False, 0),
        (399, False, 1),
        (299, True, 2),
        (199, False, 2),
        (199, True, 3),
        (99, True, 4),
    ],
)
def test_sofa_asks_for_support(ratio, supported, expected):
    one = PATIENTS.iloc[[0]].assign(hfno=supported, niv=False, pao2_fio2=ratio, map=90, gcs=15)
    assert rescat.score_points(one, BANDS, "SOFA").iloc[0] == expected


@pytest.mark.slow
@given(st.integers(50, 500), st.integers(50, 500))
def test_more_oxygen_never_gives_more_points(a, b):
    low, high = sorted((a, b))
    two = PATIENTS.iloc[[0, 0]].assign(hfno=False, niv=False, pao2_fio2=[low, high])
    for score in ("HACOR", "SOFA"):
        less, more = rescat.score_points(two, BANDS, score)
        assert less >= more


def test_a_component_that_is_not_reported():
    assert np.isnan(points("MEWS", respiratory_rate=np.nan))


@given(st.floats(0.21, 1.0), st.floats(70, 100), st.integers(12, 40))
def test_the_true_fio2_is_within_the_limit(fio2, saturation, rate):
    rox = round(saturation / fio2 / rate, 1)
    one = PATIENTS.iloc[[0]].assign(rox=rox, respiratory_rate=float(rate), pao2_fio2=200.0)
    limits = rescat.rox_limits(one).iloc[0]
    assert fio2 <= limits["fio2_max"] + 1e-9
    assert limits["pao2_max"] == pytest.approx(200 * limits["fio2_max"])


def test_patients_without_the_figures_are_left_out():
    assert len(rescat.rox_limits(rescat.load_patients())) == len(PATIENTS)
