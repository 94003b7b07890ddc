"""Other choices of patients, controls and time, on the twin and on a user's data."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import rescat
from rescat import ModelError
from rescat.panel.sensitivity import _by_likelihood

TWIN = rescat.load_biomarkers("data")
NFL = rescat.to_scale(TWIN[TWIN["marker"].eq("NFL")])
PATIENTS = rescat.load_table("synthetic_patients")
BLOCKED = PATIENTS.loc[PATIENTS["therapy"].str.contains("Tocilizumab"), "patient_id"].item()
# A spline of five columns needs six days: where the curve is not looked at, it is not fitted.
NO_CURVE = {"spline_df": 5}


@pytest.fixture(scope="module")
def table():
    return rescat.sensitivity(NFL, PATIENTS).set_index("key")


def difference(samples, **options):
    return rescat.fit_slopes(samples, **options).table.loc["difference"]


def test_each_row_is_the_fit_of_the_patients_it_names(table):
    historical = NFL[NFL["arm"].ne("CTRL")]
    expected = {
        "all_patients": difference(NFL),
        "without_il6_blocker": difference(NFL[NFL["patient_id"].ne(BLOCKED)]),
        "randomised_only": difference(NFL[NFL["arm"].ne("mCTRL")]),
        "matched_only": difference(historical),
    }
    for key, row in expected.items():
        assert table.loc[key, "difference"] == pytest.approx(row["slope"])
        assert table.loc[key, "p_value"] == pytest.approx(row["p_value"])
    assert list(table.index) == list(rescat.SENSITIVITY)
    assert table[["controls", "treated"]].to_dict("index")["control_arms"] == {
        "controls": 10,
        "treated": 2,
    }
    assert BLOCKED in table.loc["without_il6_blocker", "note"]
    assert "10 patients not reported" in table.loc["without_il6_blocker", "note"]
    assert set(table["origin"]) == {"synthetic"}


def test_visits_are_numbered(table):
    numbered = NFL.assign(day=NFL["day"].map({0: 0, 3: 1, 6: 2, 14: 3, 28: 4}))
    assert table.loc["visits", "difference"] == pytest.approx(difference(numbered)["slope"])
    odd = NFL.assign(day=NFL["day"].replace(14, 15))
    row = rescat.sensitivity(odd, PATIENTS, **NO_CURVE).set_index("key").loc["visits"]
    assert np.isnan(row["p_value"])
    assert "found day 15" in row["note"]


def test_the_likelihood_is_that_of_the_other_engine():
    scaled = NFL.assign(
        time=NFL["day"].astype(float) / 28,
        value=(NFL["value"] - NFL["value"].mean()) / NFL["value"].std(),
        treated=NFL["treated"].astype(int),
    )
    found, said = _by_likelihood("value ~ time * treated", scaled)
    own = rescat.fit_slopes(scaled, time="time", method="ML").criterion
    assert -2 * found.llf == pytest.approx(own, abs=1e-3)
    assert said == []


@pytest.mark.slow
def test_the_spline_sees_a_curve_that_a_line_does_not():
    rng = np.random.default_rng(3)
    trial = rescat.simulate_trial(rng, kept=1.0, sd_slope=0.005, sd_residual=0.1, sd_intercept=0.2)
    bump = trial["day"].map({0: 0, 3: 0.3, 6: 0.6, 14: 1.0, 28: 0})
    trial["value"] += np.where(trial["treated"], 0.0, 0.5 * bump)
    label = trial.groupby("patient_id")["treated"].first()
    arms = label.map({True: "MSC", False: "mCTRL"}).to_dict()
    trial["arm"] = trial["patient_id"].map(arms)
    patients = pd.DataFrame({"patient_id": list(arms), "arm": list(arms.values())})
    patients = patients.assign(therapy="Steroids", msc_source="AT")
    found = rescat.sensitivity(trial, patients).set_index("key")
    assert found.loc["spline", "p_value"] < 1e-4 < 0.01 < found.loc["all_patients", "p_value"]
    ratio = float(found.loc["spline", "note"].split()[2])
    assert found.loc["spline", "df"] == 2
    assert found.loc["spline", "p_value"] == pytest.approx(stats.chi2.sf(ratio, 2), rel=0.05)
    # What these patients do not have is said, not filled in.
    for key, why in (
        ("without_il6_blocker", "names none of tocilizumab"),
        ("without_other_source", "two sources"),
        ("randomised_only", "no sample of CTRL"),
        ("control_arms", "no sample of CTRL"),
    ):
        assert np.isnan(found.loc[key, "p_value"])
        assert why in found.loc[key, "note"]


@pytest.mark.parametrize("drug", ["Sarilumab", "steroids, SILTUXIMAB"])
def test_other_blockers_in_a_table_of_ones_own(drug):
    own = PATIENTS.assign(therapy="Steroids")
    own.loc[own["patient_id"].isin(["INVENTED-03", "INVENTED-07"]), "therapy"] = drug
    row = rescat.sensitivity(NFL, own, **NO_CURVE).set_index("key").loc["without_il6_blocker"]
    assert (row["controls"], row["treated"]) == (11, 4)
    assert "without INVENTED-03, INVENTED-07" in row["note"]


def test_two_sources_as_frequent():
    own = PATIENTS.assign(msc_source=None)
    own.loc[own["patient_id"].isin(["INVENTED-01", "INVENTED-02"]), "msc_source"] = "AT"
    own.loc[own["patient_id"].isin(["INVENTED-03", "INVENTED-04"]), "msc_source"] = "UC"
    row = rescat.sensitivity(NFL, own, **NO_CURVE).set_index("key").loc["without_other_source"]
    assert "neither is the rarer" in row["note"]


def test_a_curve_needs_days():
    early = NFL[NFL["day"].le(3)]
    with pytest.raises(ModelError, match="random effects"):
        rescat.sensitivity(early, PATIENTS)
    row = rescat.sensitivity(early, PATIENTS, random="intercept").set_index("key").loc["spline"]
    assert row["note"] == "not done: a curve needs 3 days, and there are 2"


def test_patients_of_another_trial_are_refused():
    with pytest.raises(ModelError, match="has samples but is not in the table of patients"):
        rescat.sensitivity(NFL, rescat.load_patients())


def test_two_patients_in_a_group_have_an_exact_p_value(table):
    given = table["exact_p"].dropna()
    assert sorted(given.index) == ["control_arms", "randomised_only"]
    # 7 patients choose 5, and 12 choose 2: no outcome of the first can go below 2 in 42.
    assert "21 assignments, smallest exact P = 0.048" in table.loc["randomised_only", "note"]
    assert "66 assignments" in table.loc["control_arms", "note"]
    randomised = NFL[NFL["arm"].ne("mCTRL")]
    test = rescat.permutation_test(randomised, progress=False)
    assert given["randomised_only"] == test.p_value >= 1 / 21


def test_the_exact_p_value_is_that_of_refitting_by_hand(table):
    """Every choice of two of the seven randomised patients as controls, each fitted anew."""
    own = NFL[NFL["arm"].ne("mCTRL")]
    observed, sizes = abs(difference(own)["statistic"]), []
    for pair in combinations(sorted(own["patient_id"].unique()), 2):
        relabelled = own.assign(treated=~own["patient_id"].isin(pair))
        sizes.append(abs(difference(relabelled)["statistic"]))
    assert len(sizes) == 21
    share = np.mean(np.array(sizes) >= observed * (1 - 1e-6))
    assert table.loc["randomised_only", "exact_p"] == pytest.approx(share)


def test_the_exact_p_values_over_twins_stand_beside_the_others():
    ensemble = rescat.load_table("ensemble")
    first = ensemble.query("twin == 0 and marker == 'NFL'").iloc[0]
    for key, ways in (("randomised_only", 21), ("control_arms", 66)):
        exact = ensemble[f"{key}_exact"]
        assert (exact >= 1 / ways - 1e-5).all()
        np.testing.assert_allclose(exact * ways, (exact * ways).round(), atol=1e-3)
    assert first["randomised_only_exact"] != first["randomised_only"]
