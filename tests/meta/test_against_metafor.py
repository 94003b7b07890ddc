"""Pooled trials against R's metafor.

tests/reference/meta.R makes the reference values and holds the cases.
"""

import subprocess

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE

import rescat

CASES = ("plain", "zeros", "apart")
INTERVALS = {"HK": "knha", "wider": "adhoc", "normal": "z"}
COLUMNS = ["treated_events", "treated_patients", "control_events", "control_patients"]


def read_values(path):
    keys = ["case", "measure", "method", "key"]
    return pd.read_csv(path, dtype={"key": str, "method": str}).set_index(keys)["value"]


VALUES = read_values(REFERENCE / "meta-values.csv").sort_index()


def counts(case):
    cells = VALUES[case, "counts"].unstack()
    cells.index = cells.index.astype(int)
    frame = cells.sort_index()[["1", "2", "3", "4"]].astype(int).set_axis(COLUMNS, axis=1)
    return frame.assign(trial=[f"T{i}" for i in frame.index]).reset_index(drop=True)


def on_scale(measure, pooled):
    ends = np.array([pooled.estimate, pooled.ci_low, pooled.ci_high])
    return ends if measure == "RD" else np.log(ends)


def expected(case, measure, method):
    found = VALUES[case, measure, method]
    return found, np.array([found[key] for key in ("beta", "ci.lb", "ci.ub")])


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path):
    script = REFERENCE / "meta.R"
    done = subprocess.run(
        [requires_r, script, tmp_path / "new.csv"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    again = read_values(tmp_path / "new.csv").sort_index()
    pd.testing.assert_index_equal(again.index, VALUES.index)
    np.testing.assert_allclose(again, VALUES, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_effects_and_variances(case, measure):
    effects = rescat.risk_effects(counts(case), measure)
    effects = effects[effects["informative"]].reset_index(drop=True)
    for column, name in (("effect", "effect"), ("variance", "variance")):
        values = VALUES[case, measure, name]
        in_order = [values[str(i + 1)] for i in range(len(values))]
        np.testing.assert_allclose(effects[column], in_order, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
@pytest.mark.parametrize("interval", INTERVALS)
def test_restricted_maximum_likelihood(case, measure, interval):
    pooled = rescat.pool_trials(counts(case), measure, interval=interval)
    values, ends = expected(case, measure, f"REML {INTERVALS[interval]}")
    np.testing.assert_allclose(on_scale(measure, pooled), ends, rtol=1e-6, atol=1e-6)
    for name in ("p_value", "tau2", "i2", "q", "q_p"):
        in_r = values["pval" if name == "p_value" else name]
        assert getattr(pooled, name) == pytest.approx(in_r, rel=1e-6, abs=1e-6), name
    predicted = np.array([pooled.predicted_low, pooled.predicted_high])
    predicted = predicted if measure == "RD" else np.log(predicted)
    np.testing.assert_allclose(predicted, [values["pi.lb"], values["pi.ub"]], rtol=1e-6, atol=1e-6)
    weights = [values[f"weight {i + 1}"] for i in range(pooled.trials)]
    np.testing.assert_allclose(pooled.table["weight"], weights, rtol=1e-6, atol=1e-6)
    profile = VALUES[case, measure, "Q profile"]
    assert pooled.tau2_low == pytest.approx(profile["tau2_low"], rel=1e-6, abs=1e-6)
    assert pooled.tau2_high == pytest.approx(profile["tau2_high"], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_mantel_haenszel(case, measure):
    pooled = rescat.pool_trials(counts(case), measure, method="MH")
    values, ends = expected(case, measure, "MH")
    np.testing.assert_allclose(on_scale(measure, pooled), ends, rtol=1e-6, atol=1e-8)
    assert pooled.p_value == pytest.approx(values["pval"], rel=1e-6)


def test_exact_counts_where_the_trials_agree():
    pooled = rescat.pool_trials(counts("plain"), "OR", method="binomial-normal")
    values, ends = expected("plain", "OR", "exact")
    assert pooled.tau2 == 0
    assert np.log(pooled.estimate) == pytest.approx(ends[0], abs=1e-6)
    # metafor's standard error has numerical derivatives: it is not known better than this.
    np.testing.assert_allclose(np.log([pooled.ci_low, pooled.ci_high]), ends[1:], atol=5e-5)
    assert pooled.p_value == pytest.approx(values["pval"], abs=1e-4)


@pytest.mark.parametrize("case", ["zeros", "apart"])
def test_exact_counts_where_the_trials_differ(case):
    pooled = rescat.pool_trials(counts(case), "OR", method="binomial-normal")
    values, ends = expected(case, "OR", "binomial-normal")
    assert np.log(pooled.estimate) == pytest.approx(ends[0], abs=1e-6)
    assert pooled.tau2 == pytest.approx(values["tau2"], abs=1e-6)
    np.testing.assert_allclose(np.log([pooled.ci_low, pooled.ci_high]), ends[1:], atol=2e-3)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_small_study_regression(case, measure):
    found = rescat.small_study_effect(counts(case), measure)
    values = VALUES[case, measure, "small studies"]
    assert found["slope"] == pytest.approx(values["slope"], rel=1e-6)
    assert found["p_value"] == pytest.approx(values["p"], rel=1e-6)
