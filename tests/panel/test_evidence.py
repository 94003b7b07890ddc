"""How much evidence a printed result is: bounds, scepticism, priors that have not seen it."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.optimize import brentq, minimize_scalar

import rescat
from rescat import ModelError

SLOPES = rescat.load_slopes()
PRINTED = rescat.printed_differences(SLOPES)


@pytest.mark.parametrize(
    ("p", "at_most", "keeps"),
    [(0.012, 6.9, 0.57), (0.025, 4.0, 0.69), (0.047, 2.6, 0.78), (0.068, 2.0, 0.82)],
)
def test_evidence_of_a_p_value(p, at_most, keeps):
    row = rescat.evidence_bounds([p], [0.1]).iloc[0]
    assert row["at_most"] == pytest.approx(at_most, abs=0.05)
    assert row["null_keeps"] == pytest.approx(keeps, abs=0.006)
    # The best of all beta densities, found by a search.
    best = minimize_scalar(lambda b: -b * p ** (b - 1), bounds=(1e-6, 1), method="bounded")
    assert row["at_most"] == pytest.approx(-best.fun, rel=1e-6)
    even = rescat.evidence_bounds([p], [0.5])["null_keeps"].item()
    assert even == pytest.approx(1 / (1 + row["at_most"]))


def test_a_large_p_value_is_no_evidence_and_zero_is_all():
    table = rescat.evidence_bounds([0.0, 1 / np.e, 0.9], [0.5])
    assert table["at_most"].tolist() == [np.inf, 1.0, 1.0]
    assert table["null_keeps"].tolist() == [0.0, 0.5, 0.5]
    for p, prior in (([1.2], [0.5]), ([np.nan], [0.5]), ([0.1], [1.0])):
        with pytest.raises(ModelError, match="expected P values from 0 to 1"):
            rescat.evidence_bounds(p, prior)


# Goodman (1999), Annals of Internal Medicine 130: 1005-1013, table 2; and Held and Ott (2018).
@pytest.mark.parametrize(
    ("p", "best", "normal"), [(0.05, 6.8, 2.1), (0.01, 28, 6.5), (0.001, 216, 41)]
)
def test_bounds_of_the_normal_distribution_are_those_of_the_literature(p, best, normal):
    bounds = [
        rescat.evidence_bounds([p], [0.5], alternatives=kind)["at_most"].item()
        for kind in ("best", "normal")
    ]
    np.testing.assert_allclose(bounds, [best, normal], rtol=0.04)


@pytest.mark.parametrize(("p", "df"), [(0.012, 6), (0.047, 15), (0.2, 4), (0.025, 1e6)])
def test_bounds_with_few_patients_are_the_best_of_their_class(p, df):
    t = stats.t.isf(p / 2, df)
    # A normal prior for the true difference, in residual SDs, stretches the t distribution.
    found = minimize_scalar(
        lambda log: -stats.t.pdf(t, df, scale=np.exp(log)), bounds=(0, 5), method="bounded"
    )
    normal = rescat.evidence_bounds([p], [0.5], alternatives="normal", df=df)["at_most"].item()
    assert normal == pytest.approx(-found.fun / stats.t.pdf(t, df), rel=1e-5)
    best = rescat.evidence_bounds([p], [0.5], alternatives="best", df=df)["at_most"].item()
    grid = stats.nct.pdf(t, df, np.linspace(0, 2 * t, 400)).max() / stats.t.pdf(t, df)
    assert best == pytest.approx(grid, rel=1e-3)
    assert best > normal >= 1


def test_many_patients_are_the_normal_distribution():
    for kind in ("normal", "best"):
        many, all_ = (
            rescat.evidence_bounds([0.03], [0.5], alternatives=kind, df=df)["at_most"].item()
            for df in (1e7, np.inf)
        )
        assert many == pytest.approx(all_, rel=1e-4)
    with pytest.raises(ModelError, match="at least one degree of freedom"):
        rescat.evidence_bounds([0.1], df=0)
    with pytest.raises(ModelError, match="alternatives='any': expected one of beta, normal, best"):
        rescat.evidence_bounds([0.1], alternatives="any")


def test_the_sceptic_at_the_limit_is_just_not_convinced():
    found = rescat.sceptical_limits(PRINTED).set_index("marker")
    for row in PRINTED.itertuples():
        prior = stats.norm(0, found.loc[row.marker, "prior_sd"])
        like = stats.norm(row.slope, row.se)

        def density(x, prior=prior, like=like):
            return prior.pdf(x) * like.pdf(x)

        whole, above = (
            integrate.quad(density, a, 0.2, points=[row.slope], limit=400)[0]
            if a < 0
            else integrate.quad(density, a, 0.2)[0]
            for a in (-0.2, 0)
        )
        assert above / whole == pytest.approx(0.025, rel=1e-4)
        assert prior.cdf(-found.loc[row.marker, "limit"]) == pytest.approx(0.025)


def test_intrinsic_credibility_has_the_thresholds_of_its_author():
    """Held (2019): P below 0.0056, which is a ratio of the ends of the interval below 5.8."""

    def p_intrinsic(p):
        z = stats.norm.isf(p / 2)
        ends = z - stats.norm.isf(0.025), z + stats.norm.isf(0.025)
        frame = pd.DataFrame({"marker": "A", "slope": z, "ci_low": ends[0], "ci_high": ends[1]},
                             index=[0])  # fmt: skip
        return rescat.sceptical_limits(frame.assign(origin="evidence")).iloc[0]

    threshold = brentq(lambda p: p_intrinsic(p)["p_intrinsic"] - 0.05, 1e-4, 0.049)
    assert threshold == pytest.approx(0.0056, abs=5e-5)
    assert p_intrinsic(threshold)["ratio"] == pytest.approx(3 + 2 * np.sqrt(2), rel=1e-6)
    # An interval with zero in it asks for no sceptic.
    assert np.isnan(p_intrinsic(0.06)["limit"])
    with pytest.raises(ModelError, match="A: found an interval from 2 to 1"):
        rescat.sceptical_limits(
            pd.DataFrame({"marker": ["A"], "slope": 1, "ci_low": 2, "ci_high": 1}).assign(
                origin="evidence"
            )
        )


def test_trials_at_large_have_the_power_and_exaggeration_that_their_abstract_prints():
    """van Zwet, Schwab and Senn (2021): median power 13 %; 1.7 times too large at P = 0.05."""
    table = rescat.load_table("signal_to_noise")
    shares, sds = table["share"], np.sqrt(table["sd_z"] ** 2 - 1)
    assert shares.sum() == pytest.approx(1)
    median = brentq(lambda x: shares @ (2 * stats.norm.cdf(x / sds) - 1) - 0.5, 0, 10)
    assert rescat.design_analysis(median, 1)["power"].item() == pytest.approx(0.13, abs=0.005)
    row = rescat.typical_trial([0.05]).iloc[0]
    assert row["exaggeration"] == pytest.approx(1.7, abs=0.05)


def test_a_typical_trial_by_quadrature():
    table = rescat.load_table("signal_to_noise")
    sds = np.sqrt(table["sd_z"] ** 2 - 1)
    z = stats.norm.isf(0.012 / 2)

    def density(x):
        return (table["share"] * stats.norm.pdf(x, 0, sds)).sum() * stats.norm.pdf(z, x)

    whole = integrate.quad(density, -30, 30, points=[0, z], limit=300)[0]
    wrong = integrate.quad(density, -30, 0, limit=300)[0] / whole
    mean = integrate.quad(lambda x: x * density(x), -30, 30, points=[0, z], limit=300)[0] / whole
    row = rescat.typical_trial([0.012]).iloc[0]
    assert row["wrong_sign"] == pytest.approx(wrong, rel=1e-6)
    assert row["kept"] == pytest.approx(mean / z, rel=1e-6)
    with pytest.raises(ModelError, match="above 0 and below 1"):
        rescat.typical_trial([0.0])


def test_a_posterior_by_quadrature():
    priors = rescat.stated_priors(PRINTED)
    found = rescat.reanalyse(PRINTED, priors).set_index(["marker", "prior"])
    estimate, se = PRINTED.set_index("marker").loc["NFL", ["slope", "se"]]
    for name in ("sceptical", "trials at large"):
        own = priors.query("marker == 'NFL' and prior == @name")

        def density(x, own=own):
            prior = (own["share"] * stats.norm.pdf(x, own["mean"], own["sd"])).sum()
            return prior * stats.norm.pdf(estimate, x, se)

        at = {"points": [estimate, 0], "limit": 400}
        whole = integrate.quad(density, -0.2, 0.2, **at)[0]
        row = found.loc["NFL", name]
        for end, share in (("ci_low", 0.025), ("ci_high", 0.975)):
            below = integrate.quad(density, -0.2, row[end], limit=400)[0] / whole
            assert below == pytest.approx(share, rel=1e-5)
        mean = integrate.quad(lambda x: x * density(x), -0.2, 0.2, **at)[0] / whole
        assert row["slope"] == pytest.approx(mean, rel=1e-6)
    # Who assumes nothing has the printed interval.
    neutral = found.loc["NFL", "neutral"]
    printed = PRINTED.set_index("marker").loc["NFL"]
    for end in ("ci_low", "ci_high"):
        assert neutral[end] == pytest.approx(printed[end])


def test_the_sceptical_prior_is_a_rate_from_elsewhere_on_the_scale_that_is_assumed():
    log10, ln = (
        rescat.stated_priors(PRINTED, scale=scale).query("prior == 'sceptical'")["sd"].to_numpy()
        for scale in ("log10", "ln")
    )
    np.testing.assert_allclose(ln / log10, np.log(10))
    rates = rescat.outside_rates().dropna(subset="rate").set_index("marker")["rate"]
    np.testing.assert_allclose(log10 * 1.959964, rates[PRINTED["marker"]].abs(), rtol=1e-6)
    with pytest.raises(ModelError, match="scale='z'"):
        rescat.outside_rates("z")


@pytest.mark.parametrize(("column", "value"), [("sd", 0.0), ("share", 0.4), ("share", np.nan)])
def test_a_prior_that_is_none_is_refused(column, value):
    priors = rescat.stated_priors(PRINTED).query("prior == 'sceptical'").assign(**{column: value})
    with pytest.raises(ModelError, match="IL1RA, sceptical: found a standard error"):
        rescat.reanalyse(PRINTED, priors)
