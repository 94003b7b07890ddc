"""Matching against brute force, another solver and its definition."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp
from shared import people

import rescat
from rescat import DataError, ModelError
from rescat.matching.choosing import optimal

PATIENTS = rescat.load_patients()
MSC = PATIENTS[PATIENTS["arm"].eq("MSC")]
MATCHED = PATIENTS[PATIENTS["arm"].eq("mCTRL")]
FOUR = ["age", "male", "bmi", "pao2_fio2"]


def grid(cost):
    """Treated patients, a pool, and the given distances between them."""
    cost = np.asarray(cost, float)
    treated = people("T", x=np.zeros(cost.shape[0]))
    pool = people("C", x=np.zeros(cost.shape[1]))
    return treated, pool, pd.DataFrame(cost, list(treated["patient_id"]), list(pool["patient_id"]))


def every_family(cost, ratio):
    """Every family of disjoint sets: (patients served, places filled, minus the total), and it."""
    sets = [
        [
            c
            for size in range(ratio + 1)
            for c in combinations(np.flatnonzero(np.isfinite(row)), size)
        ]
        for row in cost
    ]
    for family in product(*sets):
        used = [j for chosen in family for j in chosen]
        if len(used) == len(set(used)):
            total = sum(cost[i, j] for i, chosen in enumerate(family) for j in chosen)
            served = sum(bool(chosen) for chosen in family)
            yield (served, len(used), -total), tuple(frozenset(chosen) for chosen in family)


def small_problems():
    # Whole numbers, so that there are ties, and some forbidden pairs.
    cell = st.one_of(st.integers(0, 6).map(float), st.just(np.inf))
    return st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 3)).flatmap(
        lambda size: st.tuples(
            st.lists(
                st.lists(cell, min_size=size[1], max_size=size[1]),
                min_size=size[0],
                max_size=size[0],
            ),
            st.just(size[2]),
        )
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_the_optimum_is_that_of_brute_force(problem):
    """Most patients with a control, then most places filled, then the least total distance."""
    cost, ratio = np.array(problem[0]), problem[1]
    treated, pool, table = grid(np.where(np.isfinite(cost), cost, 99))
    options = {"covariates": ["x"], "ratio": ratio, "distance": table, "caliper": {"distance": 50}}
    served, filled, minus = max(key for key, _ in every_family(cost, ratio))
    if not served:
        with pytest.raises(ModelError, match="nobody can be matched"):
            rescat.match(treated, pool, **options)
        return
    found = rescat.match(treated, pool, **options)
    assert len(found.sets) == served
    assert len(found.controls) == len(set(found.controls)) == filled
    assert found.total_distance == pytest.approx(-minus)
    assert set(found.unmatched) | set(found.sets) == set(treated["patient_id"])
    short = {t for t, chosen in found.sets.items() if len(chosen) < ratio}
    assert set(found.partly) == short
    greedy = rescat.match(treated, pool, **options, method="greedy")
    assert (len(greedy.sets), len(greedy.controls)) <= (served, filled)
    if (len(greedy.sets), len(greedy.controls)) == (served, filled):
        assert greedy.total_distance >= found.total_distance - 1e-9


@settings(max_examples=40, deadline=None)
@given(small_problems())
def test_the_runner_up_is_that_of_brute_force(problem):
    cost, ratio = np.array(problem[0]), problem[1]
    if not np.isfinite(cost).any():
        return
    treated, pool, table = grid(np.where(np.isfinite(cost), cost, 99))
    found = rescat.match(
        treated, pool, covariates=["x"], ratio=ratio, distance=table, caliper={"distance": 50}
    )
    second = rescat.runner_up(found)
    number = {name: j for j, name in enumerate(pool["patient_id"])}
    own = tuple(frozenset(number[c] for c in found.sets.get(t, [])) for t in treated["patient_id"])
    families = list(every_family(cost, ratio))
    best = max(key[:2] for key, _ in families)
    others = [-key[2] for key, family in families if family != own and key[:2] == best]
    if not others:
        assert second is None
    else:
        assert second.sets != found.sets
        assert second.total_distance == pytest.approx(min(others))


@pytest.mark.parametrize("distance", rescat.MATCH_DISTANCES)
def test_all_ways_to_give_the_ten_to_the_five(distance):
    """113,400 assignments of Table 1, each added up."""
    found = rescat.match(MSC, MATCHED, covariates=FOUR, distance=distance)
    second = rescat.runner_up(found)
    cost = rescat.match_distances(MSC, MATCHED, covariates=FOUR, distance=distance).to_numpy()
    totals = {0: np.zeros(1)}  # controls used, as bits, to the totals that use them
    pairs = list(combinations(range(10), 2))
    for row in cost:
        step = {}
        for used, sums in totals.items():
            for a, b in pairs:
                bits = 1 << a | 1 << b
                if not used & bits:
                    step.setdefault(used | bits, []).append(sums + row[a] + row[b])
        totals = {used: np.concatenate(parts) for used, parts in step.items()}
    every = np.sort(totals[(1 << 10) - 1])
    assert len(every) == 113_400
    assert found.total_distance == pytest.approx(every[0])
    assert second.total_distance == pytest.approx(every[1])


@pytest.mark.parametrize(("n", "m", "ratio"), [(20, 60, 2), (15, 40, 1), (12, 40, 3)])
def test_the_optimum_is_that_of_another_solver(n, m, ratio):
    """HiGHS on the assignment written as an integer programme."""
    rng = np.random.default_rng(n)
    treated = people("T", x=rng.normal(0.4, 1, n), y=rng.normal(size=n))
    pool = people("C", x=rng.normal(0, 1, m), y=rng.normal(size=m))
    found = rescat.match(treated, pool, covariates=["x", "y"], ratio=ratio)
    cost = rescat.match_distances(treated, pool, covariates=["x", "y"]).to_numpy()
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.kron(np.ones(n), np.eye(m))
    solved = milp(
        cost.ravel(),
        integrality=np.ones(n * m),
        bounds=(0, 1),
        constraints=[LinearConstraint(rows, ratio, ratio), LinearConstraint(columns, 0, 1)],
    )
    assert solved.status == 0
    assert found.total_distance == pytest.approx(solved.fun)


def test_greedy_costs_more_where_it_must():
    treated, pool, table = grid([[1, 2], [1, 9]])
    options = {"covariates": ["x"], "ratio": 1, "distance": table}
    assert rescat.match(treated, pool, **options).total_distance == 3
    assert rescat.match(treated, pool, **options, method="greedy").total_distance == 10
    turned = rescat.match(treated[::-1], pool, **options, method="greedy")
    assert turned.total_distance == 3
    assert list(turned.sets) == ["T2", "T1"]
    closest = rescat.match(treated[::-1], pool, **options, method="greedy", order="closest")
    assert closest.sets == {"T2": ["C2"], "T1": ["C1"]}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("order", ["given", "closest"])
def test_greedy_by_its_definition(seed, order):
    """Round by round; the nearest pair of all, or the nearest control of each row in turn."""
    cost = np.random.default_rng(seed).random((6, 15))
    treated, pool, table = grid(cost)
    found = rescat.match(
        treated, pool, covariates=["x"], ratio=2, distance=table, method="greedy", order=order
    )
    sets, free = {i: [] for i in range(6)}, set(range(15))
    for _ in range(2):
        waiting = list(range(6))
        while waiting:
            rows = waiting if order == "closest" else waiting[:1]
            i, j = min(((i, j) for i in rows for j in free), key=lambda pair: cost[pair])
            sets[i].append(f"C{j + 1}")
            free.remove(j)
            waiting.remove(i)
    assert {t: set(c) for t, c in found.sets.items()} == {
        f"T{i + 1}": set(c) for i, c in sets.items()
    }


def test_ties_do_not_depend_on_the_order_of_the_rows():
    rng = np.random.default_rng(0)
    treated = people("T", x=rng.integers(0, 3, 8), y=rng.integers(0, 2, 8))
    pool = people("C", x=rng.integers(0, 3, 30), y=rng.integers(0, 2, 30))
    for options in ({}, {"method": "greedy", "order": "closest"}):
        first = rescat.match(treated, pool, covariates=["x", "y"], **options)
        for _ in range(5):
            shuffled = [f.sample(frac=1, random_state=rng) for f in (treated, pool)]
            again = rescat.match(*shuffled, covariates=["x", "y"], **options)
            assert again.sets == first.sets


def test_the_index_of_the_frames_does_not_matter():
    first = rescat.match(MSC, MATCHED, covariates=FOUR)
    again = rescat.match(MSC.set_axis([7] * 5), MATCHED.set_axis([7] * 10), covariates=FOUR)
    assert again.sets == first.sets


def test_an_infinite_distance_forbids_a_pair():
    treated, pool, table = grid([[np.inf, 5], [1, 2]])
    found = rescat.match(treated, pool, covariates=["x"], ratio=1, distance=table)
    assert found.sets == {"T1": ["C2"], "T2": ["C1"]}


@pytest.mark.parametrize("distance", rescat.MATCH_DISTANCES)
def test_covariates_that_do_not_vary(distance):
    treated, pool, _ = grid([[1, 2]])
    with pytest.raises(ModelError, match="none of the covariates varies: x"):
        rescat.match(treated, pool, covariates=["x"], distance=distance)


def test_names_are_put_in_order_as_people_read_them():
    treated, pool, table = grid(np.ones((1, 12)))
    found = rescat.match(treated, pool, covariates=["x"], ratio=3, distance=table)
    assert found.sets == {"T1": ["C1", "C2", "C3"]}


def test_exact_strata_are_kept():
    found = rescat.match(MSC, MATCHED, covariates=FOUR, exact="male")
    sex = PATIENTS.set_index("patient_id")["male"]
    assert all(sex[t] == sex[c] for t, chosen in found.sets.items() for c in chosen)
    assert len(found.controls) == 10
    assert not found.unmatched
    assert not found.partly


def test_calipers_are_kept_up_to_their_limit():
    treated = people("T", x=[0.1], y=[1.0])
    pool = people("C", x=[0.3, 0.31, 0.2], y=[1.0, 2.0, 3.0])
    found = rescat.match(treated, pool, covariates=["x", "y"], caliper={"x": 0.2, "y": 1})
    assert found.sets == {"T1": ["C1"]}


def test_reasons():
    found = rescat.match(MSC, MATCHED, covariates=FOUR, exact="male", caliper={"age": 5, "bmi": 3})
    assert set(found.unmatched) == {"7"}
    assert found.unmatched["7"] == (
        "no control with male True within the caliper: bmi 8.8 away at least, allowed 3"
    )
    assert found.partly["5"] == "1 of 2 controls: only 1 possible control with male False"
    assert "Not matched, 7: no control" in str(found)
    assert found.partly["1"] == (
        "1 of 2 controls: its 3 possible controls with male True went to others: "
        "the caliper leaves too few for all"
    )


def test_more_treated_than_the_pool_allows():
    found = rescat.match(MSC, MATCHED.head(3), covariates=FOUR, ratio=1)
    assert len(found.sets) == 3
    assert len(found.unmatched) == 2
    for reason in found.unmatched.values():
        assert reason == "its 3 possible controls went to others: 5 treated ask for 5 of 3"


def test_an_empty_stratum():
    found = rescat.match(MSC, MATCHED[MATCHED["male"]], covariates=["age"], exact=["male"])
    assert found.unmatched == {"5": "no control in the pool with male False"}


def test_nobody_can_be_matched():
    with pytest.raises(ModelError, match="nobody can be matched\n  patient 1: no control in the"):
        rescat.match(MSC, MATCHED.assign(hfno=None, arm="x"), covariates=["age"], exact="arm")


@pytest.mark.parametrize("where", ["treated", "pool"])
def test_a_missing_value_is_named(where):
    frames = {"treated": MSC.copy(), "pool": MATCHED.copy()}
    frames[where].iloc[1, frames[where].columns.get_loc("bmi")] = np.nan
    name = frames[where]["patient_id"].iloc[1]
    with pytest.raises(DataError, match=f"{where}, patient {name}: bmi is missing"):
        rescat.match(*frames.values(), covariates=FOUR)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "best"}, ModelError, "expected one of optimal, greedy"),
        ({"distance": "taxi"}, ModelError, "expected one of mahalanobis"),
        ({"order": "random"}, ModelError, "expected one of given, closest"),
        ({"ratio": 0}, ModelError, "ratio=0: expected a whole number"),
        ({"caliper": {"age": -1}}, ModelError, "caliper of age: found -1"),
        ({"caliper": {"weight": 1}}, DataError, "no column weight"),
        ({"covariates": "age"}, ModelError, "expected a list"),
        ({"covariates": ["ethnicity"]}, ModelError, "ethnicity holds words"),
        ({"covariates": [*FOUR, "map"], "distance": "propensity"}, None, ""),
    ],
)
def test_settings_that_make_no_sense(options, error, message):
    call = {"covariates": FOUR} | options
    if error is None:
        assert rescat.match(MSC, MATCHED, **call).sets
        return
    with pytest.raises(error, match=message):
        rescat.match(MSC, MATCHED, **call)


def test_patients_who_stand_twice():
    with pytest.raises(DataError, match="patient 1 appears twice"):
        rescat.match(MSC, pd.concat([MATCHED, MSC.head(1)]), covariates=FOUR)


def test_a_propensity_score_that_cannot_be():
    treated = people("T", x=[5.0, 6.0, 7.0])
    pool = people("C", x=[1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ModelError, match="tell treated and pool apart perfectly"):
        rescat.match(treated, pool, covariates=["x"], distance="propensity")
    with pytest.raises(ModelError, match="cannot carry a propensity score"):
        rescat.match(treated[:1], pool[:1], covariates=["x"], distance="propensity")


def test_given_distances_must_be_there():
    treated, pool, table = grid([[1, 2]])
    with pytest.raises(ModelError, match="none for patient C2"):
        rescat.match(treated, pool, covariates=["x"], distance=table[["C1"]])
    with pytest.raises(ModelError, match="below 0"):
        rescat.match(treated, pool, covariates=["x"], distance=-table)


@pytest.mark.parametrize("distance", ["mahalanobis", "rank_mahalanobis", "propensity", "robust"])
def test_units_do_not_matter(distance):
    scaled = [f.assign(age=f["age"] * 365.25, bmi=f["bmi"] / 7) for f in (MSC, MATCHED)]
    one = rescat.match_distances(MSC, MATCHED, covariates=FOUR, distance=distance)
    two = rescat.match_distances(*scaled, covariates=FOUR, distance=distance)
    np.testing.assert_allclose(one, two, rtol=1e-7)


@pytest.mark.parametrize("distance", ["mahalanobis", "rank_mahalanobis", "robust"])
def test_what_does_not_vary_or_repeats_does_not_count(distance):
    more = [f.assign(same=1.0, again=2 * f["age"]) for f in (MSC, MATCHED)]
    one = rescat.match_distances(MSC, MATCHED, covariates=FOUR, distance=distance)
    two = rescat.match_distances(*more, covariates=[*FOUR, "same"], distance=distance)
    np.testing.assert_allclose(one, two, rtol=1e-9)
    if distance != "robust":  # it knows no correlation
        three = rescat.match_distances(*more, covariates=[*FOUR, "again"], distance=distance)
        np.testing.assert_allclose(one, three, rtol=1e-7)


def test_robust_by_hand():
    treated = people("T", x=[0.0, 2.0])
    pool = people("C", x=[10.0, 11.0, 18.0])
    # Deviations from the group medians 1 and 11: 1, 1, 1, 0, 7, whose median is 1.
    ours = rescat.match_distances(treated, pool, covariates=["x"], distance="robust")
    np.testing.assert_allclose(ours.loc["T1"], np.array([10, 11, 18]) / 1.4826)


def test_the_result_says_itself_and_its_origin():
    found = rescat.match(MSC, MATCHED, covariates=FOUR)
    assert str(found).startswith("PUBLISHED")
    assert set(found.distances["origin"]) == {"published"}
    assert found.distances["distance"].sum() == pytest.approx(found.total_distance)
    assert found.members.groupby("matched_set")["weight"].sum().eq(2).all()
    mixed = rescat.match(MSC, MATCHED.assign(origin="synthetic"), covariates=FOUR)
    assert mixed.origin == "synthetic"


def test_a_runner_up_of_a_greedy_match_is_refused():
    with pytest.raises(ModelError, match="optimal"):
        rescat.runner_up(rescat.match(MSC, MATCHED, covariates=FOUR, method="greedy"))


@pytest.mark.parametrize(("exact", "widest"), [(None, (7, 8.8, 41)), ("male", (7, 11.9, 50))])
def test_the_smallest_caliper_lets_everybody_through(exact, widest):
    for column, width in zip(("age", "bmi", "pao2_fio2"), widest, strict=True):
        assert rescat.smallest_caliper(MSC, MATCHED, column, exact=exact) == pytest.approx(width)
        options = {"covariates": FOUR, "exact": exact}
        found = rescat.match(MSC, MATCHED, caliper={column: width}, **options)
        assert len(found.controls) == 10
        tighter = rescat.match(MSC, MATCHED, caliper={column: width - 0.01}, **options)
        assert len(tighter.controls) < 10


def test_no_caliper_helps_where_there_are_too_few():
    assert rescat.smallest_caliper(MSC, MATCHED, "age", ratio=3) is None
    assert rescat.smallest_caliper(MSC, MATCHED, "age", exact="male", ratio=1) == 3
    assert rescat.smallest_caliper(MSC, MATCHED[MATCHED["male"]], "age", exact="male") is None


@pytest.mark.parametrize("seed", range(8))
def test_the_propensity_score_is_that_of_statsmodels(seed):
    """Also where a covariate follows from the others."""
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": rng.normal(60, 10, 60), "bmi": rng.normal(27, 4, 60)})
    frame["sum"] = frame["age"] + 2 * frame["bmi"]
    label = rng.random(60) < 1 / (1 + np.exp(-(frame["age"] - 62) / 10))
    frame = frame.assign(patient_id=[f"P{i}" for i in range(60)], origin="synthetic")
    for covariates in (["age", "bmi"], ["age", "bmi", "sum"]):
        found = rescat.match_distances(
            frame[label], frame[~label], covariates=covariates, distance="propensity"
        )
        design = sm.add_constant(frame[["age", "bmi"]])
        logit = design @ sm.GLM(label * 1.0, design, family=sm.families.Binomial()).fit().params
        expected = np.abs(logit[label].to_numpy()[:, None] - logit[~label].to_numpy())
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_the_last_digits_do_not_decide_between_equal_totals(seed):
    """They differ from processor to processor."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 4, (5, 12)) / 3  # many equal totals
    expected = optimal(cost, 2)
    for _ in range(10):
        noise = 1 + 4e-16 * rng.integers(-2, 3, cost.shape)
        np.testing.assert_array_equal(optimal(cost * noise, 2), expected)
