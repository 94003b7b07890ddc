"""A difference that comes and goes, against straight lines; and the designs behind both."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError
from rescat.data.trial_facts import DAYS
from rescat.ledger.checks.neuro import lines_align
from rescat.ledger.tables import Tables
from rescat.ledger.verdicts import Claim
from rescat.panel.transients import alignment
from rescat.synthetic.twin import printed_against_twin

SLOPES = rescat.load_slopes()
TWIN = rescat.load_biomarkers("data")
NFL = rescat.to_scale(TWIN[TWIN["marker"].eq("NFL")])
FULL = rescat.DESIGNS["everybody on all five days"]


def fitted_variance(fit):
    row = fit.variance.iloc[0]
    return {c: row[c] for c in ("sd_residual", "sd_intercept", "sd_slope", "correlation")}


def test_weights_and_standard_errors_are_those_of_the_fit():
    """With the fitted variances, the weighted means give the fitted slopes and their SE."""
    fit = rescat.fit_slopes(NFL)
    variance = fitted_variance(fit)
    weights = rescat.line_weights(rescat.design_of(NFL), **variance)
    np.testing.assert_allclose(
        weights["se"], fit.table.loc[["control", "treated"], "se"], rtol=1e-6
    )
    counts = NFL["treated"].value_counts()
    assert weights["samples"].to_dict() == {"control": counts[False], "treated": counts[True]}
    # A curve added to every sample of the controls moves their slope as expected, if the
    # variances are held: compare with least squares by hand.
    curve = rescat.tent()
    design = rescat.design_of(NFL)["control"]
    z = np.column_stack([np.ones(5), DAYS])
    left, right = np.zeros((2, 2)), np.zeros(2)
    sd = np.diag([variance["sd_intercept"], variance["sd_slope"]])
    r = np.array([[1, variance["correlation"]], [variance["correlation"], 1]])
    for taken in design.astype(bool):
        own = z[taken]
        v = own @ sd @ r @ sd @ own.T + variance["sd_residual"] ** 2 * np.eye(len(own))
        left += own.T @ np.linalg.inv(v) @ own
        right += own.T @ np.linalg.inv(v) @ curve[taken]
    expected = rescat.expected_line(
        {"control": curve, "treated": np.zeros(5)}, rescat.design_of(NFL), **variance
    )
    assert expected["control"] == pytest.approx(np.linalg.solve(left, right)[1])
    assert expected["treated"] == 0


def test_a_line_is_its_own_slope_in_any_design():
    curves = {"control": 1 + 0.03 * DAYS, "treated": 2 - 0.01 * DAYS}
    for name, design in rescat.DESIGNS.items():
        line = rescat.expected_line(curves, design, sd_slope=0.02)
        assert line.to_dict() == pytest.approx(
            {"control": 0.03, "treated": -0.01, "difference": -0.04}
        ), name


@pytest.mark.slow
def test_expected_slopes_are_the_mean_of_fitted_ones():
    """On simulated trials with a transient in the controls."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(200):
        trial = rescat.simulate_trial(rng, kept=1.0, sd_slope=0.01, sd_residual=0.2)
        late = trial["day"].eq(28) & ~trial["treated"] & trial["patient_id"].gt("S07")
        bump = trial["day"].map(dict(zip(DAYS, rescat.tent(), strict=True)))
        trial["value"] += 0.5 * bump * ~trial["treated"]
        found.append(rescat.fit_slopes(trial[~late]).table.loc["control", "slope"])
    design = rescat.DESIGNS["historical controls to day 14"]
    curves = {"control": 0.5 * rescat.tent(), "treated": np.zeros(5)}
    line = rescat.expected_line(curves, design, sd_residual=0.2, sd_intercept=0.4, sd_slope=0.01)
    # The fitted variances also take up the bend: near, not equal.
    assert np.mean(found) == pytest.approx(line["control"], rel=0.15)


def test_what_the_printed_lines_imply():
    table = rescat.implied_ratios(SLOPES).set_index(["scale", "together_on", "day"])
    log10 = table.loc[("log10", 0.0, 28.0)]
    assert log10["ratio"] == pytest.approx(10 ** (0.027 * 28))
    half = np.hypot(0.0125, 0.0135)
    assert log10["ratio_low"] == pytest.approx(10 ** ((0.027 - half) * 28))
    assert table.loc[("ln", 0.0, 14.0), "ratio"] == pytest.approx(np.exp(0.027 * 14))
    assert table.loc[("log10", 28.0, 0.0), "difference"] == pytest.approx(-0.756)
    assert table.loc[("log10", 28.0, 28.0), "ratio_high"] == 1
    with pytest.raises(ModelError, match="IL6: expected printed slopes"):
        rescat.implied_ratios(SLOPES, "IL6")


def test_how_large_a_transient_is_needed():
    table = rescat.transient_needed(SLOPES).set_index(["design", "sd_slope"])
    # With everybody on days 0, 3, 6, 14 and 28 the line of a tent is ordinary least squares.
    ordinary = np.polyfit(DAYS, rescat.tent(), 1)[0]
    full = table.loc[("everybody on all five days", 0.0)]
    assert full["slope_per_unit"] == pytest.approx(ordinary)
    assert full["needed"] == pytest.approx(0.027 / ordinary)
    # Without day 28 the tent is a straight line.
    cut = table.loc[("all controls to day 14", 0.1)]
    assert cut["needed"] == pytest.approx(0.027 * 14)
    assert cut["ratio_log10"] == pytest.approx(10 ** (0.027 * 14))
    assert table.loc[("historical controls to day 14", 0.0), "needed"] < full["needed"] / 10


def test_the_check_of_the_ledger():
    claim = Claim("NEU", "appeared to align", [])
    finding = lines_align(claim, Tables(), "NFL")
    assert finding.verdict == "can be right if"
    assert "5.7-fold apart on day 28" in finding.recomputed
    tables = Tables()
    parallel = SLOPES.assign(ci_low=-1.0)
    vars(tables)["slopes"] = parallel
    assert lines_align(claim, tables, "NFL").verdict == "not checkable"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rescat.line_weights(FULL, sd_residual=0), "residual above 0"),
        (
            lambda: rescat.line_weights({arm: p * [1, 0, 0, 0, 0] for arm, p in FULL.items()}),
            "control group is sampled on one day only",
        ),
        (lambda: rescat.design_of(NFL.assign(day=NFL["day"] + 1)), "found day 1, expected"),
    ],
)
def test_designs_that_cannot_be(call, message):
    with pytest.raises(ModelError, match=message):
        call()


def test_the_design_of_samples():
    frame = pd.DataFrame(
        {"patient_id": ["a", "a", "b"], "treated": [True, True, False], "day": [0, 14, 3]}
    )
    design = rescat.design_of(frame)
    assert design["treated"].tolist() == [[1, 0, 0, 1, 0]]
    assert design["control"].tolist() == [[0, 1, 0, 0, 0]]


def test_a_twin_whose_groups_are_together_again():
    """The committed NFL: every printed figure is met by curves that no line can show."""
    own = rescat.load_table("nfl_transient")
    own = own.assign(treated=own["arm"].eq("MSC"))
    met = printed_against_twin(own, "log10", "satterthwaite")
    assert len(met) == 8
    assert met["met"].all()
    logged = rescat.to_scale(own)
    means = logged.groupby(["day", "treated"])["value"].mean().unstack()
    apart = means[False] - means[True]
    assert abs(apart[28]) < 0.1
    assert apart[14] > 0.5
    assert abs(apart[0]) < 0.1
    # A curve for each group sees it; the lines at day 28 are far apart.
    lines = rescat.fit_slopes(logged).lines
    at_end = lines["intercept"] + 28 * lines["slope"]
    assert at_end["control"] - at_end["treated"] > 0.5


def test_how_far_apart_a_twin_is_on_day_28():
    """By the weights of the inequality, and by adding the lines to the samples."""
    rng = np.random.default_rng(8)
    y = rng.normal(size=(17, 5))
    there = rng.random((17, 5)) < 0.8
    there[:, -1] = True
    treated = np.arange(17) < 5
    own, control, other, factor = (0.02, -0.01), 0.03, 0.002, 0.7
    rows = alignment(y, there, treated, own)
    line = np.where(treated, other - factor * own[1], control - factor * own[0])
    moved = factor * y + line[:, None] * DAYS
    observed = moved[treated, -1].mean() - moved[~treated, -1].mean()
    assert np.dot(rows[1], (control, other, factor)) == pytest.approx(observed)
    assert np.dot(rows[0], (control, other, factor)) == pytest.approx(28 * (line[0] - line[-1]))
    assert len(alignment(y, there & ~treated[:, None], treated, own)) == 1
