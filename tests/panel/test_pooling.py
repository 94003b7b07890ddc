"""Partial pooling and design analysis: published figures, simulation, numerical integration."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import rescat
from rescat import ModelError


def differences(y, se=1.0, df=np.inf):
    return pd.DataFrame(
        {"marker": [f"M{i}" for i in range(len(y))], "slope": y, "se": se, "df": df}
    ).assign(origin="synthetic")


def test_figures_of_gelman_and_carlin():
    # Their two examples: power 0.06, type S 0.24, exaggeration 9.7; and 0.05, 0.46, 77 (simulated).
    first = rescat.design_analysis(2, 8.1).iloc[0]
    assert first["power"] == pytest.approx(0.06, abs=0.005)
    assert first["type_s"] == pytest.approx(0.24, abs=0.005)
    assert first["exaggeration"] == pytest.approx(9.7, rel=0.05)
    second = rescat.design_analysis(0.1, 3.28).iloc[0]
    assert second["power"] == pytest.approx(0.05, abs=0.001)
    assert second["type_s"] == pytest.approx(0.46, abs=0.01)
    assert second["exaggeration"] == pytest.approx(77, rel=0.02)


@pytest.mark.parametrize("df", [5.0, 30.0, np.inf])
@pytest.mark.parametrize("true", [-0.5, 1.0, 3.0])
def test_design_analysis_against_simulation(true, df):
    rng = np.random.default_rng(7)
    noise = rng.standard_normal(400_000) if np.isinf(df) else rng.standard_t(df, 400_000)
    estimate = true + 2 * noise
    significant = estimate[np.abs(estimate / 2) > stats.t.isf(0.025, df)]
    row = rescat.design_analysis(true, 2.0, df=df).iloc[0]
    assert row["power"] == pytest.approx(len(significant) / len(estimate), abs=0.003)
    assert row["type_s"] == pytest.approx((significant * true < 0).mean(), abs=0.01)
    assert row["exaggeration"] == pytest.approx(np.abs(significant / true).mean(), rel=0.02)


def test_design_analysis_at_the_ends():
    rows = rescat.design_analysis([0.0, 50.0], 1.0)
    assert rows["power"].tolist() == pytest.approx([0.05, 1.0])
    assert rows["type_s"].tolist() == pytest.approx([0.5, 0.0])
    assert rows["exaggeration"].tolist() == [np.inf, pytest.approx(1.0)]


@pytest.mark.slow
def test_bayes_against_numerical_integration():
    y, v = np.array([2.5, -1.0, 0.3, 1.8]), np.array([1.0, 0.5, 2.0, 0.8])
    frame = differences(y, np.sqrt(v)).assign(one=1.0)
    ours = rescat.shrink_slopes(frame, df=None, unit="one")
    top = 6 * np.sqrt((y**2).mean() + v.mean())

    def likelihood(sd):
        return stats.norm.pdf(y, 0, np.sqrt(v + sd**2)).prod()

    whole = integrate.quad(likelihood, 0, top)[0]
    for i in range(4):

        def mean(sd, i=i):
            return likelihood(sd) * y[i] * sd**2 / (sd**2 + v[i])

        expected = integrate.quad(mean, 0, top)[0] / whole
        assert ours.table.loc[i, "shrunk"] == pytest.approx(expected, rel=2e-3)

        def below(sd, i=i):
            kept = sd**2 / (sd**2 + v[i])
            z = (ours.table.loc[i, "ci_low"] - kept * y[i]) / np.sqrt(kept * v[i] + 1e-300)
            return likelihood(sd) * stats.norm.cdf(z)

        assert integrate.quad(below, 0, top)[0] / whole == pytest.approx(0.025, abs=1e-3)


@pytest.mark.parametrize(
    ("seed", "n", "sd"), [(1, 4, 1.0), (2, 20, 1.2), (3, 20, 0.3), (4, 8, 2.0)]
)
def test_limits_of_the_sd_against_integrals(seed, n, sd):
    """The lower one lies near zero, where a coarse sum would miss it by a tenth or more."""
    y = sd * np.random.default_rng(seed).standard_normal(n)
    ours = rescat.shrink_slopes(differences(y))
    top = 6 * np.sqrt((y**2).mean() + 1)

    def density(x):
        return (1 + x**2) ** (-n / 2) * np.exp(-0.5 * (y**2).sum() / (1 + x**2))

    scale = density(ours.sd)
    whole, _ = integrate.quad(lambda x: density(x) / scale, 0, top, limit=200)
    for end, share in ((ours.sd_low, 0.025), (ours.sd_high, 0.975)):
        below, _ = integrate.quad(lambda x: density(x) / scale, 0, end)
        assert below / whole == pytest.approx(share, abs=2e-5)


@pytest.mark.slow
def test_limits_cover_under_the_model():
    """Of trials whose differences are drawn from the prior, 95 % of the limits hold the truth."""
    rng, inside, naive = np.random.default_rng(9), [], []
    for _ in range(40):
        sd = rng.uniform(0.0, 2.0)
        true = sd * rng.standard_normal(20)
        estimate = true + rng.standard_normal(20)
        table = rescat.shrink_slopes(differences(estimate)).table
        inside += [*(table["ci_low"] <= true) & (true <= table["ci_high"])]
        naive.append(((table["shrunk"] - true) ** 2).mean() / ((estimate - true) ** 2).mean())
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)
    assert np.mean(naive) < 0.8  # and pooled estimates are nearer to the truth


def test_t_becomes_a_normal_estimate_of_the_same_p_value():
    frame = differences([-0.027, 0.01, 0.0], [0.0073, 0.004, 0.005], [5.6, 12.0, 8.0])
    table = rescat.shrink_slopes(frame).table
    p = 2 * stats.norm.sf(np.abs(table["estimate"] / table["se"]))
    expected = 2 * stats.t.sf(np.abs(frame["slope"] / frame["se"]), frame["df"])
    np.testing.assert_allclose(p, expected, rtol=1e-6)
    assert (table["se"] > frame["se"]).all()


def test_noise_alone_is_drawn_to_zero_but_not_to_certainty():
    rng = np.random.default_rng(4)
    frame = differences(0.5 * rng.standard_normal(20))
    plug_in = rescat.shrink_slopes(frame, method="REML")
    assert plug_in.sd == 0
    assert (plug_in.table["shrunk"] == 0).all()
    bayes = rescat.shrink_slopes(frame).table
    assert (bayes["kept"] < 0.2).all()
    assert (bayes["ci_high"] - bayes["ci_low"] > 0.3).all()


def test_units_and_signs():
    y, se = np.array([2.0, -1.0, 0.4, 3.0]), np.array([1.0, 0.5, 0.7, 1.2])
    base = rescat.shrink_slopes(differences(y, se)).table
    turned = rescat.shrink_slopes(differences(-1000 * y, 1000 * se)).table
    np.testing.assert_allclose(turned["shrunk"], -1000 * base["shrunk"], rtol=1e-9)
    np.testing.assert_allclose(turned["ci_low"], -1000 * base["ci_high"], rtol=1e-6)
    assert (base["shrunk"].abs() < np.abs(y)).all()
    assert base["wrong_sign"].between(0, 0.5).all()
    by_sd = rescat.shrink_slopes(differences(y, se).assign(sd=[0.2, 0.2, 0.4, 0.4]), unit="sd")
    assert by_sd.table["kept"].nunique() == 4
    assert by_sd.origin == "synthetic"
    assert "4 differences" in str(by_sd)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rescat.shrink_slopes(differences([1.0, 2.0])), "2 differences"),
        (lambda: rescat.shrink_slopes(differences([1.0, 2.0, 3.0], 0.0)), "M0: expected"),
        (lambda: rescat.shrink_slopes(differences([1.0, np.nan, 3.0])), "M1: expected"),
        (lambda: rescat.shrink_slopes(differences([1.0, 2, 3]), method="EM"), "method='EM'"),
        (lambda: rescat.shrink_slopes(differences([1.0, 2, 3]), unit="sd"), "no column sd"),
        (lambda: rescat.shrink_slopes(differences([1.0, 2, 3]), level=95), "level=95"),
        (lambda: rescat.design_analysis(1.0, 0.0), "above zero"),
    ],
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_clear_differences_and_the_clearest():
    pooled = rescat.shrink_slopes(differences([6.0, -0.3, 0.1, 4.0]))
    outside = [row.ci_low > 0 or row.ci_high < 0 for row in pooled.table.itertuples()]
    assert pooled.n_clear == sum(outside) == 2
    assert pooled.clearest["marker"] == "M0"
    assert pooled.clearest["wrong_sign"] == min(pooled.table["wrong_sign"])


def test_ways_of_pooling_side_by_side():
    frame = differences([6.0, -0.3, 0.1, 4.0]).assign(sd=2.0)
    table = rescat.compare_pooling(frame, {"se": "standard errors", "sd": "SDs"})
    assert len(table) == 7
    assert table["unit"].tolist() == ["standard errors"] * 6 + ["SDs"]
    moments = rescat.shrink_slopes(frame, method="DL", mean=None)
    row = table.set_index("method").loc["DL, mean estimated"]
    assert row["sd"] == moments.sd
    assert row[["least", "most"]].tolist() == [
        moments.table["kept"].min(),
        moments.table["kept"].max(),
    ]
    assert set(table["origin"]) == {"synthetic"}
