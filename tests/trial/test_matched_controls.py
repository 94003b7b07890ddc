"""Who may belong to whom: several distances, the nearest controls, several matchings."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat.trial import matched_controls

PATIENTS = rescat.load_patients()
MSC = PATIENTS[PATIENTS["arm"].eq("MSC")]
TEN = PATIENTS[PATIENTS["arm"].eq("mCTRL")]
POOL = rescat.load_table("pool")
ASSIGNED = rescat.assign_controls(MSC, TEN)


def test_the_least_total_is_the_least_of_every_way_to_assign():
    """Pairs of four and six, by brute force."""
    ours, others = MSC.head(4), TEN.head(6)
    found = rescat.assign_controls(ours, others, ratio=1)
    for kind, best in found.best.items():
        apart = rescat.match_distances(
            ours, others, covariates=rescat.MATCHED_ON, distance=kind
        ).to_numpy()
        ways = [apart[range(4), list(way)].sum() for way in permutations(range(6), 4)]
        totals = found.totals.set_index("distance").loc[matched_controls.DISTANCE_TITLES[kind]]
        least, second = np.sort(ways)[:2]
        assert best.total_distance == pytest.approx(least)
        assert totals["optimal"] == pytest.approx(least)
        assert totals["second"] == pytest.approx(second)
        assert totals["extra"] == pytest.approx(100 * (second / least - 1), abs=1e-6)


def test_grids_mark_the_sets():
    for kind, best in ASSIGNED.best.items():
        grid = ASSIGNED.grids[ASSIGNED.grids["panel"].eq(matched_controls.DISTANCE_TITLES[kind])]
        assert len(grid) == len(MSC) * len(TEN)
        assert grid.loc[grid["best"], "distance"].sum() == pytest.approx(best.total_distance)
        second = grid.loc[grid["second"], "distance"].sum()
        assert second == pytest.approx(ASSIGNED.second[kind].total_distance)
        assert second >= best.total_distance - 1e-9  # ties of one score
    assert (ASSIGNED.totals["greedy"] >= -1e-9).all()


def test_families_and_patients_with_the_same_sets():
    sets = [{t: frozenset(c) for t, c in found.sets.items()} for found in ASSIGNED.best.values()]
    different = [own for k, own in enumerate(sets) if own not in sets[:k]]
    assert ASSIGNED.n_families == len(different) > 1
    for patient in MSC["patient_id"]:
        same = all(own[patient] == sets[0][patient] for own in sets)
        assert (patient in ASSIGNED.same_sets) == same
    one = rescat.assign_controls(MSC, TEN, distances=["robust"])
    assert one.n_families == 1
    assert one.same_sets == list(MSC["patient_id"])


def test_a_distance_that_cannot_be_had_is_named_with_its_reason():
    """One variable tells the groups apart, so that there is no propensity score."""
    apart = TEN.assign(age=TEN["age"] + 100)
    found = rescat.assign_controls(MSC, apart, covariates=["age", "bmi"])
    [(title, why)] = found.refused.items()
    assert title == "Propensity score (logit)"
    assert why
    assert "propensity" not in found.best
    assert list(found.totals["distance"]) == list(found.grids["panel"].unique())
    with pytest.raises(rescat.ModelError, match=r"Propensity score \(logit\): "):
        rescat.assign_controls(MSC, apart, covariates=["age"], distances=["propensity"])


def test_nearest_controls_one_by_one():
    near = rescat.nearest_controls(MSC, TEN)
    assert list(near["patient"][:-1]) == list(MSC["patient_id"])
    for row, patient in zip(near.itertuples(), MSC.itertuples(), strict=False):
        assert row.age == min(abs(age - patient.age) for age in TEN["age"])
        assert row.bmi == pytest.approx(min(abs(bmi - patient.bmi) for bmi in TEN["bmi"]))
    last = near.iloc[-1]
    assert last["patient"] == "caliper needed for 1:2"
    assert np.isnan(last["together"])
    served = rescat.match(MSC, TEN, covariates=["age"], caliper={"age": last["age"]})
    assert len(served.controls) == 2 * len(MSC)


def test_matches_side_by_side():
    ways = {"one": {"ratio": 1}, "near": {"caliper": {"age": 10}, "exact": "male"}}
    found = {
        name: rescat.match(MSC, POOL, covariates=rescat.MATCHED_ON, **options)
        for name, options in ways.items()
    }
    table = rescat.compare_matches(found, TEN).set_index("way")
    assert table.loc["one", ["served", "controls"]].tolist() == [len(MSC), len(MSC)]
    assert table.loc["near", "controls"] == table.loc["near", "sets"].count(",") + len(
        found["near"].sets
    )
    again = sum(c in set(TEN["patient_id"]) for c in found["near"].controls)
    assert table.loc["near", "again"] == again
    assert set(table["origin"]) == {"synthetic"}
    rows = rescat.balance_of_matches(MSC, POOL, found)
    assert list(rows["sample"].unique()) == ["whole pool", "one", "near"]
    chosen = POOL[POOL["patient_id"].isin(found["one"].controls)]
    age = rows[rows["sample"].eq("one") & rows["covariate"].eq("age")]["mean_control"].item()
    assert age == pytest.approx(chosen["age"].mean())


def test_pairs_from_their_numbers():
    pairs = rescat.discordant_pairs(122, 110)
    assert pairs.groupby("matched_set")["value"].sum().eq(1).all()
    assert pairs.loc[pairs["treated"], "value"].sum() == 110
    bounds = rescat.rosenbaum_bounds(pairs, statistic="binary", gammas=[1])
    assert bounds["p_high"].iloc[0] == pytest.approx(0, abs=1e-15)
    with pytest.raises(rescat.ModelError, match="found 4 of 3 pairs"):
        rescat.discordant_pairs(3, 4)
    assert isinstance(pairs, pd.DataFrame)
