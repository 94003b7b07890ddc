"""Our fits against lme4, lmerTest and pbkrtest on 42 invented trials and two public data sets.

tests/reference/slopes.R makes the reference values. It takes the best of five optimisers from
several starts and goes on from there by Newton's method, because lme4's default stops early on
some of these data. make_trials.py made the trials; 16 of the 42 fits are singular.
"""

import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE, read_trials

import rescat
from rescat.slopes.blocks import fit_block
from rescat.slopes.trajectories import trajectories

MODELS = {
    "pooled": {},
    "ml": {"method": "ML"},
    "uncorrelated": {"random": "uncorrelated"},
    "intercept": {"random": "intercept"},
    "one_group": {"group": None},
    "by_group": {"variance": "by_group"},
}


def read_values(path: Path) -> pd.DataFrame:
    """One row per data set and model, one column per quantity."""
    return pd.read_csv(path).pivot_table(
        index=["data", "model"], columns="quantity", values="value", dropna=False
    )


VALUES = read_values(REFERENCE / "slopes-values.csv")
TRIALS = read_trials(REFERENCE / "trials.csv")


@cache
def fitted(name: str, model: str = "pooled") -> rescat.SlopeFit:
    """Our fit of a trial, once for all tests that look at it."""
    return rescat.fit_slopes(TRIALS[name], **MODELS[model])


def compare(fit: rescat.SlopeFit, model: str, lme4: pd.Series) -> None:
    """Hold one of our fits to what R found."""
    lme4 = lme4.to_dict()
    assert fit.converged
    assert fit.criterion == pytest.approx(lme4["criterion"], abs=1e-8)
    for term, row in fit.table.to_dict("index").items():
        term = "common" if term == "all" else term
        se = lme4[f"se_{term}"]
        assert row["slope"] == pytest.approx(lme4[f"slope_{term}"], abs=1e-6 * se)
        assert row["se"] == pytest.approx(se, rel=1e-6)
        if np.isfinite(lme4.get(f"df_{term}", np.nan)):
            assert row["df"] == pytest.approx(lme4[f"df_{term}"], rel=1e-4)
    for group, row in fit.variance.to_dict("index").items():
        tail = "" if group == "all" else f"_{group}"
        assert row["sd_residual"] == pytest.approx(lme4[f"sigma{tail}"], rel=1e-6)
        assert row["sd_intercept"] == pytest.approx(lme4[f"sd_intercept{tail}"], rel=1e-4, abs=1e-6)
        if model != "intercept":
            assert row["sd_slope"] == pytest.approx(lme4[f"sd_slope{tail}"], rel=1e-4, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_fits(subtests, model):
    for name in TRIALS:
        with subtests.test(name):
            compare(fitted(name, model), model, VALUES.loc[name, model])


@pytest.mark.slow
def test_singular_fits_are_those_of_lme4(subtests):
    for name in TRIALS:
        with subtests.test(name):
            fit = fitted(name)
            assert fit.singular == bool(VALUES.loc[(name, "pooled"), "singular"])
            assert any("Singular" in message for message in fit.messages) == fit.singular


def test_enough_of_the_trials_are_singular():
    assert VALUES.xs("pooled", level="model")["singular"].sum() >= 12


def test_never_worse_than_the_default_of_lme4():
    pooled = VALUES.xs("pooled", level="model")
    for name in TRIALS:
        ours = fitted(name).criterion
        assert ours <= pooled.loc[name, "criterion_default"] + 1e-6
    assert (pooled["criterion_default"] - pooled["criterion"]).max() > 1e-4  # why several are tried


@pytest.mark.slow
def test_kenward_roger(subtests):
    for name, trial in TRIALS.items():
        lme4 = VALUES.loc[name, "pooled"]
        for term, row in rescat.fit_slopes(trial, df="kenward_roger").table.iterrows():
            with subtests.test(f"{name} {term}"):
                assert row["se"] == pytest.approx(lme4[f"kr_se_{term}"], rel=1e-6)
                assert row["df"] == pytest.approx(lme4[f"kr_df_{term}"], rel=1e-5)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_one_slope_for_both_groups(subtests, method):
    """The null model of the bootstrap likelihood-ratio test."""
    for name, trial in TRIALS.items():
        with subtests.test(name):
            lme4 = VALUES.loc[name, f"additive_{method.lower()}"]
            block = fit_block(trajectories(trial), method=method, common_slope=True)
            assert block.criterion == pytest.approx(lme4["criterion"], abs=1e-8)
            assert block.lines[0, 1] == pytest.approx(block.lines[1, 1])
            near = 1e-6 * lme4["se_common"]
            assert block.lines[0, 1] == pytest.approx(lme4["slope_common"], abs=near)


def test_the_optimum_is_one_from_any_start():
    from rescat.slopes import reml

    rng = np.random.default_rng(3)
    for trial in TRIALS.values():
        data = trajectories(trial)
        fits = [
            reml.many(data.statistics(), data.label, starts=[start])[0]
            for start in rng.normal(size=(12, 3)) * [2, 1, 2]
        ]
        assert all(reml.column(fit, "status") == reml.OK for fit in fits)
        assert np.ptp([reml.column(fit, "criterion") for fit in fits]) < 1e-8


@pytest.fixture(scope="module")
def fresh(requires_r, tmp_path_factory) -> Path:
    """What R says now, with its own criterion at our variance parameters."""
    folder = tmp_path_factory.mktemp("r")
    rows = [
        [name, model, *fitted(name, model).theta[0]]
        for name in TRIALS
        for model in MODELS
        if model != "by_group"
    ]
    columns = ["data", "model", "theta1", "theta2", "theta3"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "theta.csv", index=False)
    teaching = rescat.load_table("teaching_trial").assign(data="teaching")
    teaching["treated"] = teaching["treated"].astype(int)
    trials = pd.read_csv(REFERENCE / "trials.csv")
    trials = pd.concat([trials, teaching[list(trials)]])
    trials.to_csv(folder / "trials.csv", index=False)
    script = [REFERENCE / "slopes.R", folder / "trials.csv", folder / "theta.csv"]
    done = subprocess.run(
        [requires_r, *script, folder / "values.csv", folder], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.r
def test_committed_values_are_what_r_gives(fresh):
    again = read_values(fresh / "values.csv").drop("teaching", level="data")
    pd.testing.assert_index_equal(again.index, VALUES.index)
    for quantity in VALUES:
        # lme4's default may stop at another place on another machine.
        loose = quantity == "criterion_default"
        tolerance = {"rtol": 1e-2 if loose else 1e-4, "atol": 1e-5}
        np.testing.assert_allclose(again[quantity], VALUES[quantity], **tolerance)
    np.testing.assert_allclose(again["criterion"], VALUES["criterion"], rtol=0, atol=1e-7)


@pytest.mark.r
def test_lme4_agrees_about_the_criterion_at_our_parameters(fresh):
    again = read_values(fresh / "values.csv")
    seen = 0
    for (name, model), at_ours in again["criterion_at_ours"].dropna().items():
        ours = fitted(name, model).criterion
        assert at_ours == pytest.approx(ours, abs=1e-8)
        seen += 1
    assert seen == len(TRIALS) * (len(MODELS) - 1)


@pytest.mark.r
def test_the_table_of_lme4_in_the_chapter_is_what_r_gives(fresh):
    again = read_values(fresh / "values.csv").loc["teaching", "pooled"]
    for row in rescat.load_table("teaching_lme4").itertuples():
        for quantity in ("slope", "se", "df", "kr_se", "kr_df"):
            assert getattr(row, quantity) == pytest.approx(
                again[f"{quantity}_{row.term}"], rel=1e-4
            )
        assert row.criterion == pytest.approx(again["criterion"], abs=1e-6)


@pytest.mark.r
@pytest.mark.parametrize(("name", "model"), [("sleepstudy", "one_group"), ("Orthodont", "pooled")])
def test_public_data_sets(fresh, name, model):
    """Not kept here, because they are R's to distribute: R writes them for the test."""
    [trial] = read_trials(fresh / f"{name}.csv").values()
    fit = rescat.fit_slopes(trial, **MODELS[model])
    compare(fit, model, read_values(fresh / "values.csv").loc[name, model])
