"""What printed standard errors say of the sampling, and of the scale."""

import numpy as np
import pytest
from scipy import stats

import rescat
from rescat import ModelError
from rescat.panel.designs import SAMPLINGS

SLOPES = rescat.load_slopes()
TWIN = rescat.load_biomarkers("data")


def test_the_printed_standard_errors_hold_those_of_figures_that_print_so():
    """Rounded limits of a known standard error give a range that contains it."""
    rng = np.random.default_rng(4)
    template = SLOPES[SLOPES["marker"].eq("NFL")]
    for _ in range(50):
        made = template.copy()
        known = {}
        for term in ("control", "treated"):
            slope, known[term] = rng.normal(0, 0.02), rng.uniform(0.003, 0.02)
            row = made["term"].eq(term)
            for column, side in (("slope", 0), ("ci_low", -1), ("ci_high", 1)):
                reach = side * stats.t.ppf(0.975, 9) * known[term]
                made.loc[row, column] = round(slope + reach, 3)
        found = rescat.printed_se(made, ["NFL"], df=9).iloc[0]
        for term, se in known.items():
            assert found[f"{term}_low"] - 1e-12 <= se <= found[f"{term}_high"] + 1e-12
        ratio = known["control"] / known["treated"]
        assert found["ratio_low"] - 1e-9 <= ratio <= found["ratio_high"] + 1e-9


def test_equal_sampling_gives_the_root_of_the_numbers_and_does_not_fit():
    table = rescat.design_fits(SLOPES)
    equal = table.query("design == 'everybody on all five days' and residual_ratio == 1")
    np.testing.assert_allclose(equal["expected"], np.sqrt(5 / 12))
    assert not equal["fits"].any()
    # The same answer as the ledger's check of the widths.
    widths = table.groupby("marker")[["ratio_low", "ratio_high"]].first()
    assert widths.loc["NFL"].round(2).to_list() == [0.86, 1.0]


def test_the_twins_own_design_fits_and_gives_its_residual_sd():
    """With the slope SD that was fitted, the printed SE gives back the fitted residual SD."""
    own = rescat.to_scale(TWIN[TWIN["marker"].eq("NFL")])
    fit = rescat.fit_slopes(own)
    row = fit.variance.iloc[0]
    names = ("sd_residual", "sd_intercept", "sd_slope", "correlation")
    weights = rescat.line_weights(rescat.design_of(own), **{n: row[n] for n in names})
    expected = weights.loc["control", "se"] / weights.loc["treated", "se"]
    se = fit.table["se"]
    assert expected == pytest.approx(se["control"] / se["treated"])
    bound = rescat.implied_residual_sd(SLOPES, ["NFL"], designs={"own": rescat.design_of(own)})
    # It is a bound: the patients of the twin do differ in slope.
    assert (bound["sd_high"] > row["sd_residual"]).all()


def test_the_residual_sd_that_gives_the_printed_width():
    table = rescat.implied_residual_sd(SLOPES, ["IL18"]).query("scale == 'log10'")
    row = table.iloc[0]
    levels = rescat.load_table("markers").set_index("marker").loc["IL18"]
    design = rescat.DESIGNS[row["design"]]
    between = row["sd_high"] * levels["sd_between"] / levels["sd_within"]
    se = rescat.line_weights(design, sd_residual=row["sd_high"], sd_intercept=between)["se"]
    assert se[row["term"]] == pytest.approx((0.013 - 0.001 + 0.001) / (2 * 1.959964))
    assert row["share"] == pytest.approx(row["sd_high"] / 0.18)
    natural = rescat.implied_residual_sd(SLOPES, ["IL18"]).query("scale == 'ln'")
    assert natural["share"].iloc[0] == pytest.approx(row["share"] / np.log(10))


def test_what_agrees_with_the_stays_of_table_1_and_with_the_print():
    """The samplings of the twins do; that nobody's sample is missing does not."""
    table = rescat.sampling_overview(SLOPES).set_index("design")
    assert table.loc[list(SAMPLINGS), "agrees"].all()
    for name in ("by stay: in hospital only", "by stay: the randomised come back"):
        assert table.loc[name, "fits"] == "none"
    agreeing = table[table["agrees"]]
    assert agreeing["missing"].min() > 0.05
    # Five historical controls were at home on day 28, and one of them on day 14.
    assert table.loc["everybody on all five days", "after_discharge"] == 6
    for name, row in table.iterrows():
        weights = rescat.arm_weights(rescat.DESIGNS[name])["weight"]
        assert row["randomised_low"] <= weights[0] + 1e-12 <= row["randomised_high"] + 1e-9


def test_how_many_samples_must_be_missing():
    found = rescat.sampling_search(SLOPES, shares=[0, 0.3, 0.5, 0.6])
    agrees = found.set_index(["way", "share"])["agrees"]
    back = "the randomised come back: "
    assert not agrees.xs(0, level="share").drop(f"{back}the historical, none after day 14").any()
    assert not agrees[f"{back}all arms"].any()
    assert agrees[f"{back}the controls"].tolist() == [False, False, True, True]
    assert agrees[f"{back}the historical"].tolist() == [False, False, False, True]
    # Missing alike in all arms leaves the ratio where it was, within a few per cent.
    alike = found[found["way"].eq(f"{back}all arms")]
    assert np.ptp(alike["ratio_high"]) < 0.01


def test_markers_without_limits_are_refused():
    with pytest.raises(ModelError, match="IL6: expected printed intervals"):
        rescat.printed_se(SLOPES, ["IL6"])
