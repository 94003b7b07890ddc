"""Profile limits against lme4's confint, and against lme4's deviance at the limits themselves.

tests/reference/profile.R makes the reference values. lme4's optimisers stop early on some of the
trials, and each then gives another profile; compared are the trials where they agree. The second
comparison needs no agreement: it asks R for the deviance at our limits.
"""

import subprocess
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shared import REFERENCE, read_trials

import rescat
from rescat import ModelError
from rescat.slopes.profile import profile_ends
from rescat.slopes.trajectories import trajectories

VALUES = pd.read_csv(REFERENCE / "profile-values.csv")
TRIALS = read_trials(REFERENCE / "trials.csv")
TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))


@cache
def fitted(name: str) -> rescat.SlopeFit:
    return rescat.fit_slopes(TRIALS[name])


def agreed() -> list[str]:
    """Trials on which at least two optimisers of lme4 have a profile, and the same."""
    names = []
    for name, own in VALUES.groupby("data"):
        se = fitted(name).table["se"].reindex(own["term"]).to_numpy()
        if (own["agreeing"] >= 2).all() and (own["spread"] < 1e-4 * se).all():
            names.append(name)
    return names


@pytest.mark.slow
def test_limits_are_those_of_confint(subtests):
    names = agreed()
    assert len(names) >= 20
    assert sum(fitted(name).singular for name in names) >= 4
    for name in names:
        for level, own in VALUES[VALUES["data"].eq(name)].groupby("level"):
            ours = rescat.profile_limits(TRIALS[name], level=level)
            for row in own.itertuples():
                with subtests.test(f"{name} {row.term} {level}"):
                    near = 1e-4 * fitted(name).table.loc[row.term, "se"]
                    for end in ("ci_low", "ci_high"):
                        expected = pytest.approx(getattr(row, end), abs=near)
                        assert ours.loc[row.term, end] == expected


@pytest.mark.slow
def test_p_values_are_those_of_anova():
    """From the deviances of lme4 with and without a difference, at their polished minima."""
    lme4 = pd.read_csv(REFERENCE / "slopes-values.csv").query("quantity == 'criterion'")
    lme4 = lme4.pivot(index="data", columns="model", values="value")
    for name, trial in TRIALS.items():
        ratio = lme4.loc[name, "additive_ml"] - lme4.loc[name, "ml"]
        ours = rescat.profile_limits(trial).loc["difference", "p_value"]
        assert ours == pytest.approx(stats.chi2.sf(ratio, 1), abs=1e-7)


@pytest.mark.r
def test_confint_gives_the_committed_values(requires_r, tmp_path):
    names = ["T05", "T19", "T30"]
    script = [REFERENCE / "profile.R", REFERENCE / "trials.csv", tmp_path / "out.csv"]
    subprocess.run([requires_r, *script, ",".join(names)], check=True, capture_output=True)
    again, before = pd.read_csv(tmp_path / "out.csv"), VALUES[VALUES["data"].isin(names)]
    for end in ("ci_low", "ci_high"):
        np.testing.assert_allclose(again[end], before[end], rtol=1e-4, atol=1e-7)


@pytest.mark.r
def test_the_deviance_of_lme4_rises_by_the_quantile_at_our_limits(requires_r, tmp_path):
    """Also where the optimisers of lme4 disagree about the profile: T39, T13, T07, T06."""
    names = ["O02", "T01", "T05", "T06", "T07", "T13", "T22", "T30", "T33", "T39"]
    limits = pd.concat(
        rescat.profile_limits(TRIALS[name])[["ci_low", "ci_high"]]
        .melt(ignore_index=False, value_name="limit")
        .reset_index()
        .assign(data=name)
        for name in names
    )
    limits[["data", "term", "limit"]].to_csv(tmp_path / "limits.csv", index=False)
    script = [REFERENCE / "profile-at.R", REFERENCE / "trials.csv", tmp_path / "limits.csv"]
    subprocess.run([requires_r, *script, tmp_path / "out.csv"], check=True, capture_output=True)
    rise = pd.read_csv(tmp_path / "out.csv")["rise"]
    assert len(rise) == 6 * len(names)
    np.testing.assert_allclose(rise, stats.chi2.ppf(0.95, 1), atol=1e-6)


@pytest.mark.parametrize("random", ["slope", "uncorrelated", "intercept"])
def test_limits_move_and_grow_with_the_values(random):
    """What the twin relies on: a line added to a group, and a factor for all values."""
    base = rescat.profile_limits(TRIAL, random=random)
    moved = TRIAL.assign(value=3 * TRIAL["value"] + TRIAL["treated"] * (2 + 0.05 * TRIAL["day"]))
    limits = ["slope", "slope_ml", "ci_low", "ci_high"]
    expected = 3 * base[limits].to_numpy() + np.array([[0.0], [0.05], [0.05]])
    ours = rescat.profile_limits(moved, random=random)[limits]
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9)


def test_another_unit_and_origin_of_time():
    base = rescat.profile_limits(TRIAL)
    later = rescat.profile_limits(TRIAL.assign(day=24 * (TRIAL["day"] + 18_000)))
    np.testing.assert_allclose(24 * later["ci_low"], base["ci_low"], rtol=1e-6)
    np.testing.assert_allclose(later["p_value"], base["p_value"], rtol=1e-6)


def test_p_is_below_the_level_where_the_limits_leave_zero_out():
    for seed in range(12):
        trial = rescat.simulate_trial(seed, slope=(0, 0.015))
        table = rescat.profile_limits(trial)
        out = table["ci_low"].gt(0) | table["ci_high"].lt(0)
        assert out.tolist() == table["p_value"].lt(0.05).tolist()


def test_limits_are_uneven_and_narrower_than_by_t():
    by_t = fitted("T30").table
    ours = rescat.profile_limits(TRIALS["T30"])
    above, below = ours["ci_high"] - ours["slope_ml"], ours["slope_ml"] - ours["ci_low"]
    assert (np.abs(above / below - 1) > 1e-4).any()
    assert (above + below < by_t["ci_high"] - by_t["ci_low"]).all()


def test_many_data_sets_at_once_are_as_each_alone():
    data = trajectories(TRIAL)
    noise = np.random.default_rng(1).standard_normal((5, len(data.value)))
    terms = ("treated", "difference")
    together = profile_ends(data.statistics(values=noise), data.label, terms)
    for k in range(5):
        alone = profile_ends(data.statistics(values=noise[[k]]), data.label, terms)
        for name in together:
            np.testing.assert_allclose(together[name][k], alone[name][0], rtol=1e-8, atol=1e-10)


def test_one_group():
    own = TRIAL[~TRIAL["treated"]]
    table = rescat.profile_limits(own, group=None)
    assert table.index.tolist() == ["all"]
    assert table.loc["all", "ci_low"] < table.loc["all", "slope"] < table.loc["all", "ci_high"]
    assert (table["origin"] == "synthetic").all()


def test_what_is_refused():
    with pytest.raises(ModelError, match="level"):
        rescat.profile_limits(TRIAL, level=1.0)
    with pytest.raises(ModelError, match="on a line"):
        rescat.profile_limits(TRIAL.assign(value=TRIAL["day"] * 0.1 + TRIAL["treated"]))
