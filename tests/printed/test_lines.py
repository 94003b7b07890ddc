"""Degrees of freedom that printed lines allow."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import rescat
from rescat.printed.lines import printed_range

TWIN = rescat.load_biomarkers("data")
LOGGED = rescat.to_scale(TWIN[~TWIN["below_lod"].astype(bool)])
NFL = LOGGED[LOGGED["marker"].eq("NFL")]


def test_degrees_of_freedom_that_fit():
    slopes = rescat.load_slopes()
    assert rescat.fitting_df(slopes, "IL18", "difference") == []
    mixed = rescat.fitting_df(slopes, "IL18", "difference", limits_df=np.inf)
    assert (min(mixed), max(mixed)) == (6, 102)  # limits by z, P by t
    assert rescat.joint_df(slopes, "IL18") == []
    assert set(rescat.joint_df(slopes, "IL18", limits_df=np.inf)) <= set(mixed)
    nfl = rescat.fitting_df(slopes, "NFL", "difference")
    assert nfl
    assert max(nfl) < 15
    assert np.inf in rescat.fitting_df(slopes, "NFL", "control")


def test_uneven_limits_allow_more_degrees_of_freedom():
    slopes = rescat.load_slopes()
    assert np.inf in rescat.fitting_df(slopes, "IL18", "difference", even=False)
    assert rescat.joint_df(slopes, "IL18", even=False)
    nfl = rescat.fitting_df(slopes, "NFL", "difference", even=False)
    assert (min(nfl), max(nfl)) == (4, 12)
    for marker in ("IL1RA", "IL18", "NFL"):
        for limits_df in (None, np.inf):
            even = rescat.joint_df(slopes, marker, limits_df)
            assert set(even) <= set(rescat.joint_df(slopes, marker, limits_df, even=False))


@pytest.mark.slow
@pytest.mark.parametrize("df", [6, 15, np.inf])
def test_joint_df_holds_the_degrees_of_freedom_of_made_up_figures(df):
    """Print two made-up lines and the P values that they have: the true df is always found."""
    rng = np.random.default_rng(4)
    for _ in range(8):
        slope, se = rng.normal(0, 0.02, 2), rng.uniform(0.003, 0.01, 2)
        reach = stats.t.ppf(0.975, df) * se
        p = 2 * stats.t.sf(abs(slope / se), df)
        p_difference = 2 * stats.t.sf(abs(slope[1] - slope[0]) / np.hypot(*se), df)
        assert df in rescat.joint_df(printed_marker(slope, reach, p, p_difference), "made up")


def printed_marker(slope, reach, p, p_difference):
    """Slopes, limits and P values of a marker as the paper prints them."""
    rows = [
        {"term": term, "slope": b, "ci_low": b - r, "ci_high": b + r, "p_value": p_value}
        for term, b, r, p_value in zip(("control", "treated"), slope, reach, p, strict=True)
    ]
    frame = pd.DataFrame([*rows, {"term": "difference", "p_value": p_difference}]).round(3)
    frame = frame.assign(marker="made up", p_relation="=", p_decimals=3)
    for column in ("slope", "ci_low", "ci_high"):
        frame[f"{column}_decimals"] = 3
    return frame


@pytest.mark.slow
def test_joint_df_of_the_paper_on_a_grid():
    """Fine grids of both lines: no df that fits is missed, and none is found that does not."""
    slopes = rescat.load_slopes()
    grids = {
        "NFL": [(0.0285, 0.0295, 0.012, 0.013), (0.0015, 0.0025, 0.0125, 0.0145)],
        "IL1RA": [(0.0125, 0.0135, 0.0115, 0.0135), (-0.0075, -0.0065, 0.0105, 0.0125)],
    }
    for marker, boxes in grids.items():
        printed = slopes.query("marker == @marker").set_index("term")
        lines = [
            points_in(box, printed.loc[term])
            for box, term in zip(boxes, ("control", "treated"), strict=True)
        ]
        found = rescat.joint_df(slopes, marker)
        for df in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 12.0, 20.0, 30.0, np.inf):
            if grid_fits(printed, *lines, df):
                assert df in found
        assert found
        assert np.inf not in found


def points_in(box, row):
    """Slopes and half widths of a grid that print as one line of the paper."""
    b, h = np.meshgrid(np.linspace(*box[:2], 41), np.linspace(*box[2:], 61))
    b, h = b.ravel(), h.ravel()
    fits = (abs(b - h - row["ci_low"]) <= 0.0005) & (abs(b + h - row["ci_high"]) <= 0.0005)
    return b[fits], h[fits]


def grid_fits(printed, control, treated, df):
    """Whether a pair of points gives both P values with this many degrees of freedom."""
    multiple = stats.t.ppf(0.975, df)
    low, high = printed_range(printed.loc["control"], "p_value")
    p = 2 * stats.t.sf(multiple * control[0] / control[1], df)
    inside = (p >= low) & (p <= high)
    b, h = control[0][inside][:, None], control[1][inside][:, None]
    p = 2 * stats.t.sf(multiple * abs(treated[0] - b) / np.hypot(treated[1], h), df)
    low, high = printed_range(printed.loc["difference"], "p_value")
    return bool(((p >= low) & (p <= high)).any())
