"""What is left of a printed difference, if controls who were not randomised change alone."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import rescat
from rescat import ModelError
from rescat.panel.designs import SAMPLINGS, borrowed_error

SLOPES = rescat.load_slopes()
PRINTED = rescat.printed_differences(SLOPES)
EVERYBODY = "everybody on all five days"
DAYS = np.array([0.0, 3.0, 6.0, 14.0, 28.0])


def test_the_bias_that_is_needed_agrees_with_the_tipping_point_of_nfl():
    """One says how fast the matched controls rise, the other how much faster than the others."""
    points = rescat.tipping_points(SLOPES, "NFL")
    needed = rescat.bias_needed(SLOPES, points["weight"]).query("marker == 'NFL'")
    np.testing.assert_allclose(needed["whole"], points["needed"] - points["others"])


def test_with_the_bias_that_is_needed_nothing_is_left():
    needed = rescat.bias_needed(SLOPES, [0.4, 0.8])
    for row in needed.itertuples():
        printed = PRINTED.set_index("marker").loc[row.marker]
        left = printed[["ci_low", "slope", "ci_high"]] + row.weight * row.whole
        assert left["slope"] == pytest.approx(0, abs=1e-12)
        assert printed["ci_high"] + row.weight * row.interval == pytest.approx(0, abs=1e-12)
    with pytest.raises(ModelError, match="above 0 and at most 1"):
        rescat.bias_needed(SLOPES, [0.0])


def test_priors_come_from_the_table_and_the_samplings_that_agree():
    priors = rescat.bias_priors(SLOPES).set_index(["marker", "prior"])
    points = rescat.tipping_points(SLOPES, "NFL")
    weights = points.loc[points["design"].isin(SAMPLINGS), "weight"]
    assert priors["weight_low"].unique() == pytest.approx([weights.min()])
    assert priors["weight_high"].unique() == pytest.approx([weights.max()])
    rates = rescat.load_table("natural_slopes").set_index("marker")
    assert priors.loc[("IL18", "all of the ICU rate"), "rate"] == rates.loc["IL18", "slope"]
    assert priors.loc[("IL18", "all of the ICU rate"), "rate_sd"] == rates.loc["IL18", "se"]
    assert priors.loc[("NFL", "all of the ICU rate"), "rate"] == rescat.icu_rise()["slope"]
    ln = rescat.bias_priors(SLOPES, scale="ln").set_index(["marker", "prior"])
    np.testing.assert_allclose(ln["rate"], priors["rate"] * np.log(10))


@pytest.mark.parametrize("marker", ["IL1RA", "NFL"])
def test_the_draws_agree_with_the_integral(marker):
    """Weight and part are uniform; given both, what is left is normal."""
    priors = rescat.bias_priors(SLOPES).query("marker == @marker")
    found = rescat.bias_analysis(PRINTED, priors).set_index("prior")
    estimate, se = PRINTED.set_index("marker").loc[marker, ["slope", "se"]].astype(float)
    for prior in priors.itertuples():

        def below(part, weight, at=0.0, prior=prior):
            spread = np.hypot(se, weight * part * prior.rate_sd)
            return stats.norm.cdf((at - estimate - weight * part * prior.rate) / spread)

        def share(at, prior=prior, below=below):
            weights = prior.weight_low, prior.weight_high
            if prior.part_low == prior.part_high:
                value = integrate.quad(lambda w: below(prior.part_low, w, at), *weights)[0]
            else:
                value = integrate.dblquad(
                    lambda part, w: below(part, w, at), *weights, prior.part_low, prior.part_high
                )[0] / (prior.part_high - prior.part_low)
            return value / (weights[1] - weights[0])

        row = found.loc[prior.prior]
        assert row["same_sign"] == pytest.approx(share(0.0), abs=4 * row["same_sign_error"])
        for column, q in (("ci_low", 0.025), ("slope", 0.5), ("ci_high", 0.975)):
            # An error of the quantile, as an error of the share below it.
            slack = 4 * row[f"{column}_error"]
            assert share(row[column] - slack) < q < share(row[column] + slack)


def test_the_same_seed_gives_the_same_and_more_draws_less_error():
    priors = rescat.bias_priors(SLOPES).query("marker == 'NFL'")
    few, again, other = (
        rescat.bias_analysis(PRINTED, priors, n=4000, seed=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(few, again)
    assert not few["slope"].equals(other["slope"])
    many = rescat.bias_analysis(PRINTED, priors, n=400_000, seed=1)
    ratio = (few["slope_error"] / many["slope_error"]).mean()
    assert 5 < ratio < 20  # ten, with some luck
    with pytest.raises(ModelError, match="n=30: expected a multiple of 20"):
        rescat.bias_analysis(PRINTED, priors, n=30)
    with pytest.raises(ModelError, match="NFL, either direction: expected weights"):
        rescat.bias_analysis(PRINTED, priors.assign(weight_high=1.2), n=20)


@pytest.mark.parametrize(("counted", "apart"), [(1.0, 0.0), (0.3, 0.0), (1.0, 0.02)])
def test_borrowing_is_what_a_whole_linear_model_gives(counted, apart):
    """All samples in one covariance: a discount divides it, an SD between kinds is shared."""
    rng = np.random.default_rng(3)
    taken = {arm: rng.random((n, 5)) < 0.8 for arm, n in {"CTRL": 2, "mCTRL": 10}.items()}
    for own in taken.values():
        own[:, 0] = True
    design = {arm: own.astype(float) for arm, own in taken.items()}
    design["MSC"] = np.ones((5, 5))
    sds = {"sd_residual": 0.4, "sd_intercept": 0.5, "sd_slope": 0.02}
    lines, blocks, matched = [], [], []
    for arm, own in taken.items():
        for row in own:
            z = np.column_stack([np.ones(row.sum()), DAYS[row]])
            v = z @ np.diag([0.5**2, 0.02**2]) @ z.T + 0.4**2 * np.eye(len(z))
            lines.append(z)
            blocks.append(v / counted if arm == "mCTRL" else v)
            matched.append(DAYS[row] * (arm == "mCTRL"))
    z, shared = np.vstack(lines), np.concatenate(matched)
    v = np.zeros((len(z), len(z)))
    at = 0
    for block in blocks:
        v[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    v += apart**2 * np.outer(shared, shared)
    expected = np.sqrt(np.linalg.inv(z.T @ np.linalg.solve(v, z))[1, 1])
    found = borrowed_error(design, counted=counted, sd_between=apart, **sds)
    assert found == pytest.approx(expected, rel=1e-9)


def test_all_counted_is_the_printed_interval_and_less_is_wider():
    found = rescat.borrowed_differences(SLOPES, counted=[1, 0.5, 0], designs=[EVERYBODY])
    for marker, own in found.groupby("marker"):
        printed = PRINTED.set_index("marker").loc[marker]
        ends = ["ci_low", "ci_high"]
        np.testing.assert_allclose(own.iloc[0][ends].astype(float), printed[ends].astype(float))
        width = (own["ci_high"] - own["ci_low"]).to_numpy()
        assert (np.diff(width) > 0).all()
    apart = rescat.borrowed_differences(SLOPES, sd_between=[0, 0.01, 1e3])
    width = (apart["ci_high"] - apart["ci_low"]).to_numpy().reshape(-1, 3)
    assert (np.diff(width, axis=1) > 0).all()


@pytest.mark.parametrize("given", [{"counted": 1.5}, {"sd_between": -1.0}])
def test_a_share_or_an_sd_out_of_range_is_refused(given):
    with pytest.raises(ModelError, match="expected a share from 0 to 1"):
        borrowed_error(rescat.DESIGNS[EVERYBODY], **given)
    unseen = {**rescat.DESIGNS[EVERYBODY], "mCTRL": np.tile([1.0, 0, 0, 0, 0], (10, 1))}
    with pytest.raises(ModelError, match="the matched control group is sampled on one day only"):
        borrowed_error(unseen, sd_between=0.1)


def test_what_chapter_9c_says_in_its_headings_and_its_quiz():
    needed = rescat.bias_needed(SLOPES, [rescat.bias_priors(SLOPES)["weight_low"].min()])
    rates = rescat.outside_rates().dropna(subset="rate").set_index("marker")["rate"]
    enough = needed["interval"].lt(needed["marker"].map(rates))
    assert set(needed.loc[enough, "marker"]) == {"NFL", "IL1RA"}
    # A sceptic who allows for the rate elsewhere is convinced by NFL, not by the others.
    again = rescat.reanalyse(PRINTED, rescat.stated_priors(PRINTED)).query("prior == 'sceptical'")
    assert again.loc[again["ci_high"].lt(0), "marker"].tolist() == ["NFL"]
    # Doubt in either direction takes zero in for each; some of the rate leaves more of IL18 alone.
    left = rescat.bias_analysis(PRINTED, rescat.bias_priors(SLOPES)).set_index(["prior", "marker"])
    assert left.loc["either direction", "ci_high"].gt(0).all()
    more = left.loc["some of the ICU rate", "slope"] / PRINTED.set_index("marker")["slope"]
    assert more[more > 1].index.tolist() == ["IL18"]
    ln = rescat.bias_analysis(PRINTED, rescat.bias_priors(SLOPES, scale="ln"))
    turned = ln.query("prior == 'all of the ICU rate' and marker == 'NFL'")["slope"].item()
    assert turned > 0
