"""The model on a panel of markers, and the P values that printed limits allow."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import rescat
from rescat import ModelError
from rescat.printed.lines import printed_range

TWIN = rescat.load_biomarkers("data")
LOGGED = rescat.to_scale(TWIN[~TWIN["below_lod"].astype(bool)])
NFL = LOGGED[LOGGED["marker"].eq("NFL")]


def test_a_panel_is_its_single_fits():
    panel = rescat.fit_panel(LOGGED, ["NFL", "IL6"]).set_index(["marker", "term"])
    single = rescat.fit_slopes(NFL).table
    for term in single.index:
        assert panel.loc[("NFL", term), "slope"] == single.loc[term, "slope"]
        assert panel.loc[("NFL", term), "p_value"] == single.loc[term, "p_value"]
    assert list(panel.index.get_level_values("marker").unique()) == ["NFL", "IL6"]


def test_a_panel_names_the_marker_that_fails():
    with pytest.raises(ModelError, match="no value of IL99; there are"):
        rescat.fit_panel(LOGGED, ["IL99"])
    constant = LOGGED.assign(value=1.0)
    with pytest.raises(ModelError, match="NFL: every value of value is 1"):
        rescat.fit_panel(constant, ["NFL"])


def test_scales():
    natural = rescat.to_scale(TWIN, "ln")
    np.testing.assert_allclose(natural["value"], np.log(TWIN["value"].astype(float)))
    with pytest.raises(ModelError, match="expected one of log10, ln"):
        rescat.to_scale(TWIN, "log2")
    with pytest.raises(ModelError, match="has no logarithm"):
        rescat.to_scale(TWIN.assign(value=0.0))


def test_panel_tests_are_the_single_tests():
    row = rescat.panel_tests(LOGGED, ["NFL"]).iloc[0]
    assert list(row.index) == ["marker", "difference", *rescat.PANEL_TESTS, "origin"]
    assert row["permutation_t"] == rescat.permutation_test(NFL).p_value
    assert row["satterthwaite"] == rescat.fit_slopes(NFL).table.loc["difference", "p_value"]
    wald = rescat.fit_slopes(NFL, engine="statsmodels").table.loc["difference", "p_value"]
    assert row["wald"] == wald
    own = rescat.slope_tests(NFL, tests=["bootstrap_t"], n=2000, seed=0, progress=False)
    assert row["bootstrap_t"] == own.loc["bootstrap_t", "p_value"]
    assert row["origin"] == "synthetic"


def test_some_of_the_tests_only(monkeypatch):
    """Only those asked for are computed, in the order asked for, with the values of all."""
    every = rescat.slope_tests(NFL, n=50, intervals=False, progress=False)
    monkeypatch.setattr(sys.modules["rescat.slopes.comparison"], "permutation_test", None)
    chosen = ["welch", "bootstrap_lrt", "kenward_roger"]
    some = rescat.slope_tests(NFL, tests=chosen, n=50, progress=False)
    pd.testing.assert_frame_equal(some, every.loc[chosen])
    with pytest.raises(ModelError, match="tests='anova': expected one of wald"):
        rescat.slope_tests(NFL, tests=["anova"])
    with pytest.raises(ModelError, match="tests is empty"):
        rescat.slope_tests(NFL, tests=[])
    with pytest.raises(ModelError, match="NFL: n=0"):
        rescat.panel_tests(LOGGED, ["NFL"], n=0)


def test_leave_one_out():
    without = rescat.leave_one_out(NFL).set_index("left_out")
    assert len(without) == 17
    rest = NFL[NFL["patient_id"] != "S03"]
    expected = rescat.fit_slopes(rest).table.loc["difference", "slope"]
    assert without.loc["S03", "slope"] == expected
    assert without.loc["S03", "arm"] == "MSC"


def test_the_committed_ensemble():
    table = rescat.load_table("ensemble")
    assert table["twin"].nunique() >= 20
    printed = {"IL1RA": (0.0245, 0.0255), "IL6": (0.0465, 0.0475), "NFL": (0.0115, 0.0125)}
    for marker, (low, high) in printed.items():
        found = table.loc[table["marker"].eq(marker), "satterthwaite"]
        assert found.between(low, high).all()
    assert (table["lowest"] <= table["satterthwaite"]).all()
    assert (table["highest"] >= table["satterthwaite"]).all()


@pytest.mark.slow
def test_the_first_twin_of_the_ensemble_is_made_again():
    table = rescat.load_table("ensemble").query("twin == 0").set_index("marker")
    member = next(rescat.twin(1, markers=["IL1RA", "IL18", "NFL"]))
    again = rescat.twin_ranges([member], ["NFL"]).set_index("marker").loc["NFL"]
    for column in again.index.drop("twin"):
        assert again[column] == pytest.approx(table.loc["NFL", column], rel=1e-4), column


@pytest.mark.parametrize("df", [np.inf, 15, 4])
def test_attainable_p_holds_the_p_of_figures_that_print_so(df):
    """Any slope and standard error have their own P within the range of their print."""
    rng = np.random.default_rng(1)
    for slope, se in zip(rng.normal(0, 0.02, 50), rng.uniform(0.003, 0.02, 50), strict=True):
        reach = stats.t.ppf(0.975, df) * se
        low, high = rescat.attainable_p(
            round(slope, 3), (round(slope - reach, 3), round(slope + reach, 3)), df=df
        )
        assert low <= 2 * stats.t.sf(abs(slope / se), df) <= high or low > 0.9


def test_attainable_difference_p():
    rng = np.random.default_rng(2)
    for _ in range(50):
        slope, se = rng.normal(0, 0.02, 2), rng.uniform(0.003, 0.02, 2)
        reach = 1.959964 * se
        lines = [tuple(np.round([b, b - r, b + r], 3)) for b, r in zip(slope, reach, strict=True)]
        low, high = rescat.attainable_difference_p(*lines)
        p = 2 * stats.norm.sf(abs(slope[1] - slope[0]) / np.hypot(*se))
        assert p <= high + 1e-9
        assert low <= p + 0.02


def test_figures_that_nothing_prints_like():
    assert np.isnan(rescat.attainable_p(0.5, (0.0, 0.1))[0])


@pytest.mark.parametrize("z", [1.0, 1.5, 1.96, 2.5, 3.0, 3.5])
def test_p_from_limits_by_the_closed_form_of_altman_and_bland(z):
    """BMJ 2011;343:d2304: SE = (upper - lower) / 3.92, P = exp(-0.717 z - 0.416 z^2)."""
    slope, half = 0.01, 1.96 * 0.01 / z
    low, high = rescat.attainable_p(slope, (slope - half, slope + half), decimals=9)
    se = 2 * half / 3.92
    closed = np.exp(-0.717 * slope / se - 0.416 * (slope / se) ** 2)
    assert low == pytest.approx(closed, rel=0.08)
    assert high == pytest.approx(low, rel=1e-4)


@pytest.mark.parametrize("p", [0.3, 0.05, 0.033, 0.01, 0.001])
def test_limits_from_p_by_the_closed_form_of_altman_and_bland(p):
    """BMJ 2011;343:d2090: z = -0.862 + sqrt(0.743 - 2.404 ln P), limits slope ± 1.96 slope / z."""
    slope = 0.02
    half = 1.96 * slope / (-0.862 + np.sqrt(0.743 - 2.404 * np.log(p)))
    low, high = rescat.attainable_p(slope, (slope - half, slope + half), decimals=9)
    assert (low + high) / 2 == pytest.approx(p, rel=0.05)


def test_attainable_p_on_a_grid():
    """Every slope and half width of a fine grid that prints like the figures, and no other."""
    slope, limits = 0.013, (0.0, 0.025)
    slopes = np.linspace(0.0125, 0.0135, 101)
    halves = np.linspace(0.011, 0.0145, 701)
    grid = np.array([(b, h) for b in slopes for h in halves])
    fits = (np.abs(grid[:, 0] - grid[:, 1] - limits[0]) <= 0.0005) & (
        np.abs(grid[:, 0] + grid[:, 1] - limits[1]) <= 0.0005
    )
    b, h = grid[fits].T
    p = 2 * stats.norm.sf(b / h * stats.norm.ppf(0.975))
    low, high = rescat.attainable_p(slope, limits)
    assert low <= p.min()
    assert p.max() <= high
    assert (p.min(), p.max()) == pytest.approx((low, high), rel=0.01)


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


def test_attainable_ratio_p():
    """Ratios with their own standard errors, printed with two decimals; and the closed form."""
    rng = np.random.default_rng(3)
    for b, se in zip(rng.normal(0, 0.6, 100), rng.uniform(0.1, 0.4, 100), strict=True):
        ratio, *ci = np.round(np.exp([b, b - 1.959964 * se, b + 1.959964 * se]), 2)
        low, high = rescat.attainable_ratio_p(ratio, tuple(ci))
        assert low - 1e-9 <= 2 * stats.norm.sf(abs(b) / se) <= high + 1e-9
    low, high = rescat.attainable_ratio_p(0.76, (0.60, 0.96))
    z = -np.log(0.76) * 3.92 / np.log(0.96 / 0.60)
    assert low < np.exp(-0.717 * z - 0.416 * z**2) < high


def test_a_ratio_of_zero_is_refused():
    with pytest.raises(ValueError, match="expected figures above"):
        rescat.attainable_ratio_p(0.5, (0.0, 0.9))


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
