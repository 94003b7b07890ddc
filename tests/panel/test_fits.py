"""The model on every marker of a panel."""

import sys

import numpy as np
import pandas as pd
import pytest
from shared import ROOT

import rescat
from rescat import ModelError
from rescat.synthetic.committed import committed_twin

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


@pytest.mark.slow
def test_panel_tests_are_the_single_tests():
    row = rescat.panel_tests(LOGGED, ["NFL"]).iloc[0]
    assert list(row.index) == ["marker", "difference", *rescat.PANEL_TESTS, "origin"]
    assert row["permutation_t"] == rescat.permutation_test(NFL).p_value
    assert row["satterthwaite"] == rescat.fit_slopes(NFL).table.loc["difference", "p_value"]
    wald = rescat.fit_slopes(NFL, df="wald").table.loc["difference", "p_value"]
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
    rest = NFL[NFL["patient_id"] != "INVENTED-03"]
    expected = rescat.fit_slopes(rest).table.loc["difference", "slope"]
    assert without.loc["INVENTED-03", "slope"] == expected
    assert without.loc["INVENTED-03", "arm"] == "MSC"


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
def test_a_twin_of_the_ensemble_is_made_again():
    table = rescat.load_table("ensemble").query("twin == 19").set_index("marker")
    name, member = committed_twin(19)
    assert set(table["sampling"]) == {name}
    again = rescat.twin_ranges([member], ["NFL"]).set_index("marker").loc["NFL"]
    for column in again.index.drop("twin"):
        assert again[column] == pytest.approx(table.loc["NFL", column], rel=1e-4), column


def test_each_marker_is_fitted_once_and_handed_on(monkeypatch):
    calls = []
    real = rescat.fit_slopes
    monkeypatch.setattr(
        "rescat.panel.ready.fit_slopes", lambda *a, **k: calls.append(1) or real(*a, **k)
    )
    fitted = rescat.fit_markers(TWIN.query("marker in ['NFL', 'IL6', 'IL-2']"))
    assert (fitted.markers, len(calls)) == (["IL6", "NFL"], 2)
    pd.testing.assert_frame_equal(fitted.table, rescat.fit_panel(fitted.samples, fitted.markers))
    some = fitted.only(["NFL"])
    assert some["NFL"] is fitted["NFL"]
    assert set(some.samples["marker"]) == {"NFL"}


def test_nothing_that_draws_or_shows_fits_a_model():
    for room in ("figures", "pages"):
        for path in (ROOT / "rescat" / room).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "fit_slopes(" not in text, path
            assert "load_biomarkers(" not in text or path.name == "facts.py", path


def test_the_slope_of_each_arm_is_that_of_the_arm_alone():
    samples = rescat.one_marker(LOGGED, "NFL")
    table = rescat.slopes_of_arms(samples).set_index("arm")
    assert list(table.index) == ["MSC", "CTRL", "mCTRL"]
    alone = rescat.fit_slopes(samples[samples["arm"].eq("CTRL")], group=None).table
    assert table.loc["CTRL", "slope"] == alone["slope"].item()
