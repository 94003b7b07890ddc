"""One relabelling for all markers: against single tests, loops, and exchangeable data."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError
from rescat.panel.joint_permutation import _step_down
from rescat.synthetic.committed import TYPICAL


def panel(seed, slopes):
    """A small trial of 4 and 3 patients with a marker for each slope of the treated."""
    rows = [
        rescat.simulate_trial(
            1000 * seed + j, controls=4, treated=3, slope=(0, slope), kept=1.0
        ).assign(marker=f"M{j}")
        for j, slope in enumerate(slopes)
    ]
    return pd.concat(rows, ignore_index=True)


SMALL = panel(3, [0.0, 0.06, 0.0])
MARKERS = ["M0", "M1", "M2"]
JOINT = rescat.joint_permutation(SMALL, MARKERS)


def singly(marker):
    return rescat.permutation_test(SMALL[SMALL["marker"].eq(marker)], progress=False)


def test_each_marker_alone_is_the_permutation_test():
    for row in JOINT.table.itertuples():
        test = singly(row.marker)
        assert row.permutation == test.p_value
        assert row.difference == pytest.approx(test.difference)
        assert row.statistic == pytest.approx(test.observed)
        fit = rescat.fit_slopes(SMALL[SMALL["marker"].eq(row.marker)]).table
        assert row.satterthwaite == pytest.approx(fit.loc["difference", "p_value"], rel=1e-5)


def test_max_t_and_min_p_by_loops_over_single_tests():
    t = np.abs([singly(m).distribution["statistic"].to_numpy() for m in MARKERS]).round(7)
    observed = np.abs([round(singly(m).observed, 7) for m in MARKERS])
    n = t.shape[1]
    ranks = np.array([[sum(row >= x) / n for x in row] for row in t])
    own = np.array([sum(row >= x) / n for row, x in zip(t, observed, strict=True)])
    table = JOINT.table.set_index("marker")
    for i, marker in enumerate(MARKERS):
        single = sum(t[:, b].max() >= observed[i] for b in range(n)) / n
        assert table.loc[marker, "max_t"] == pytest.approx(single)
    for column, compared, seen in (("step_down", t, observed), ("min_p", -ranks, -own)):
        left, highest = sorted(range(len(MARKERS)), key=lambda i: -seen[i]), 0.0
        while left:
            first = left[0]
            p = sum(max(compared[i][b] for i in left) >= seen[first] for b in range(n)) / n
            highest = max(highest, p)
            assert table.loc[MARKERS[first], column] == pytest.approx(highest)
            left = left[1:]


@pytest.mark.slow
def test_counts_are_those_of_public_fits():
    patients = SMALL["patient_id"].unique()
    found = []
    for chosen in combinations(patients, 3):
        relabelled = SMALL.assign(treated=SMALL["patient_id"].isin(chosen))
        table = rescat.fit_panel(relabelled, MARKERS)
        found.append((table.loc[table["term"].eq("difference"), "p_value"] < 0.05).sum())
    share = np.bincount(found, minlength=4) / len(found)
    np.testing.assert_allclose(JOINT.counts["share"], share)
    assert JOINT.counts["at_least"].tolist() == pytest.approx(list(share[::-1].cumsum()[::-1]))
    assert JOINT.rates.sum() == pytest.approx(JOINT.counts["share"] @ JOINT.counts["markers"])


def test_adjusted_values_are_ordered():
    table = JOINT.table
    assert (table["permutation"] <= table["step_down"]).all()
    assert (table["step_down"] <= table["max_t"] + 1e-12).all()
    assert (table["permutation"] <= table["min_p"] + 1e-12).all()
    assert JOINT.origin == "synthetic"
    assert "3 markers" in str(JOINT)


def test_a_marker_twice_costs_nothing_under_perfect_correlation():
    twice = pd.concat([SMALL, SMALL.query("marker == 'M1'").assign(marker="again")])
    joint = rescat.joint_permutation(twice, ["M1", "again"]).table.set_index("marker")
    assert joint.loc["M1", "max_t"] == joint.loc["M1", "permutation"]


def test_the_family_wise_error_is_held():
    """Over all labels taken as the observed ones, max-T rejects in at most 5 %, by construction."""
    t = np.abs([singly(m).distribution["statistic"].to_numpy() for m in MARKERS]).T.round(7)
    rejected = [_step_down(row, t).min() <= 0.05 + 1e-12 for row in t]
    assert np.mean(rejected) <= 0.05
    alone = [((t >= row).mean(axis=0) <= 0.1).any() for row in t]
    assert np.mean(alone) > 0.1  # without a correction some marker comes out more often


def test_drawn_relabellings_are_near_the_exact_ones():
    drawn = rescat.joint_permutation(SMALL, MARKERS, limit=10, n=2000, seed=4)
    assert not drawn.exact
    assert drawn.n_permutations == 2000
    for column in ("permutation", "max_t", "step_down", "min_p"):
        np.testing.assert_allclose(drawn.table[column], JOINT.table[column], atol=0.06)
    again = rescat.joint_permutation(SMALL, MARKERS, limit=10, n=2000, seed=4, threads=1)
    pd.testing.assert_frame_equal(drawn.table, again.table)


def test_a_marker_that_one_patient_lacks():
    some = SMALL[~(SMALL["marker"].eq("M2") & SMALL["patient_id"].eq(SMALL["patient_id"].iloc[0]))]
    joint = rescat.joint_permutation(some, MARKERS)
    assert joint.n_permutations == 35
    assert np.isfinite(joint.table["statistic"]).all()


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ModelError, match="no marker is given"):
        rescat.joint_permutation(SMALL, [])
    with pytest.raises(ModelError, match="no value of M9"):
        rescat.joint_permutation(SMALL, ["M9"])
    first = SMALL["patient_id"].iloc[0]
    changed = SMALL["marker"].eq("M1") & SMALL["patient_id"].eq(first)
    moved = SMALL.assign(treated=SMALL["treated"] ^ changed)
    with pytest.raises(ModelError, match=f"M1: patient {first} is in another group"):
        rescat.joint_permutation(moved, MARKERS)


@pytest.mark.slow
def test_the_committed_tables_are_of_this_code():
    """Of the twins, the most typical one is the committed twin."""
    logged, _ = rescat.ready_to_fit(rescat.load_biomarkers("data"))
    null, tests = (
        rescat.load_table(name).query(f"twin == {TYPICAL} and family == 'Figure 2'")
        for name in ("joint_null", "joint_tests")
    )
    ranges = rescat.printed_p_ranges(rescat.load_slopes())
    joint = rescat.joint_permutation(logged, ranges["marker"])
    np.testing.assert_allclose(null["share"], joint.counts["share"], atol=5e-4)
    own = joint.table.set_index("marker").loc[tests["marker"]]
    for column in ("satterthwaite", "permutation", "max_t", "step_down", "min_p"):
        np.testing.assert_allclose(tests[column], own[column], atol=5e-4)
