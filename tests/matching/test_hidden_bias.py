"""How strong a hidden cause would have to be: against published examples and by brute force."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import rescat
from rescat import DataError, ModelError

# Morton and others (1982): lead in the blood of 33 children whose parents worked with lead, and of
# 33 neighbours, as the documentation of R's rbounds::psens gives them.
EXPOSED = [
    38, 23, 41, 18, 37, 36, 23, 62, 31, 34, 24, 14, 21, 17, 16, 20, 15, 10, 45, 39, 22, 35, 49, 48,
    44, 35, 43, 39, 34, 13, 73, 25, 27,
]  # fmt: skip
NEIGHBOUR = [
    16, 18, 18, 24, 19, 11, 10, 15, 16, 18, 18, 13, 19, 10, 16, 16, 24, 13, 9, 14, 21, 19, 7, 18,
    19, 12, 11, 22, 25, 16, 13, 11, 13,
]  # fmt: skip


def pairs(treated, control):
    n = len(treated)
    return pd.DataFrame(
        {
            "matched_set": [*range(n)] * 2,
            "treated": [True] * n + [False] * n,
            "value": [*treated, *control],
        }
    )


def sets(*values):
    """Sets with the treated patient first."""
    rows = [(i, j == 0, v) for i, own in enumerate(values) for j, v in enumerate(own)]
    return pd.DataFrame(rows, columns=["matched_set", "treated", "value"])


LEAD = pairs(EXPOSED, NEIGHBOUR)
# Hammond (1964), as in Rosenbaum (2002), section 4.3: of 36,975 pairs of a heavy smoker and a
# nonsmoker, 122 in which one died of lung cancer: 110 times the smoker.
HAMMOND = pairs([1] * 110 + [0] * 12, [0] * 110 + [1] * 12)


@pytest.mark.parametrize(
    ("gamma", "printed"), [(2, 0.0018), (3, 0.0136), (4, 0.0388), (4.25, 0.0468), (5, 0.0740)]
)
def test_lead_in_children(gamma, printed):
    """Largest P values as in Rosenbaum (2002), Observational Studies, chapter 4."""
    bounds = rescat.rosenbaum_bounds(LEAD, gammas=[gamma], method="normal")
    assert round(bounds["p_high"].iloc[0], 4) == printed


def test_lead_without_hidden_bias_is_wilcoxon():
    bounds = rescat.rosenbaum_bounds(LEAD, gammas=[1])
    apart = np.subtract(EXPOSED, NEIGHBOUR)
    normal = rescat.rosenbaum_bounds(LEAD, gammas=[1], method="normal").iloc[0]
    expected = stats.wilcoxon(
        apart, zero_method="zsplit", alternative="greater", method="asymptotic"
    )
    assert bounds["p_low"].iloc[0] == pytest.approx(bounds["p_high"].iloc[0])
    assert normal["p_high"] == pytest.approx(expected.pvalue, rel=0.1)
    plain = apart[apart != 0] + np.linspace(0, 1e-3, 32)  # no ties, so that scipy is exact
    exact = rescat.rosenbaum_bounds(pairs(plain, np.zeros(32)), gammas=[1])["p_high"].iloc[0]
    assert exact == pytest.approx(
        stats.wilcoxon(plain, alternative="greater", method="exact").pvalue
    )


@pytest.mark.parametrize("gamma", [1, 2, 3, 4, 5, 6])
def test_smoking_and_lung_cancer(gamma):
    """The binomial bounds of rbounds::binarysens; Rosenbaum prints about 0.1 for a Γ of 6."""
    row = rescat.rosenbaum_bounds(HAMMOND, gammas=[gamma], statistic="binary").iloc[0]
    assert row["p_high"] == pytest.approx(stats.binom.sf(109, 122, gamma / (1 + gamma)), rel=1e-9)
    assert row["p_low"] == pytest.approx(stats.binom.sf(109, 122, 1 / (1 + gamma)), rel=1e-6)
    assert (row["p_high"] < 0.05) == (gamma < 6)
    if gamma == 6:
        assert round(row["p_high"], 1) == 0.1


def tail(chances, score, observed):
    """P(sum >= observed) by listing who is treated in each set."""
    chosen = np.array(list(product(*(range(len(own)) for own in score))))
    each = np.arange(len(score))
    reached = score[each, chosen].sum(axis=1) >= observed - 1e-9
    return chances[each, chosen].prod(axis=1)[reached].sum()


@pytest.mark.parametrize("seed", range(4))
def test_no_hidden_cause_goes_beyond_the_bounds(seed):
    """Sets of 1:2: any cause, present in part or in full, gives a P value within the limits."""
    rng = np.random.default_rng(seed)
    values = [list(rng.integers(0, 8, 3)) for _ in range(4)]
    gamma = 2.5
    row = rescat.rosenbaum_bounds(sets(*values), gammas=[gamma], statistic="aligned_rank").iloc[0]
    aligned = np.concatenate([np.round(np.subtract(v, np.mean(v)), 9) for v in values])
    score = stats.rankdata(aligned).reshape(4, 3)
    observed = score[:, 0].sum()
    reached = []
    causes = [*product([0, 1], repeat=12), *rng.random((300, 12))]
    for cause in causes[:: 3 if seed else 1]:
        odds = gamma ** np.reshape(cause, (4, 3))
        chances = odds / odds.sum(axis=1, keepdims=True)
        reached.append(tail(chances, score, observed))
    assert max(reached) <= row["p_high"] + 1e-12
    assert min(reached) >= row["p_low"] - 1e-12
    if seed == 0:  # every cause of yes and no was tried, so the limits are reached
        assert max(reached) == pytest.approx(row["p_high"])
        assert min(reached) == pytest.approx(row["p_low"])


def test_sets_of_yes_and_no_by_hand():
    # Treated yes in both sets; one of two controls has it in the second.
    frame = sets([1, 0, 0], [1, 1, 0])
    row = rescat.rosenbaum_bounds(frame, gammas=[2], statistic="binary").iloc[0]
    assert row["p_high"] == pytest.approx((2 / 4) * (4 / 5))
    assert row["p_low"] == pytest.approx((1 / 5) * (2 / 4))


def test_many_large_sets_use_the_worst_of_each():
    rng = np.random.default_rng(1)
    frame = sets(*rng.normal(size=(40, 4)))
    exact = rescat.rosenbaum_bounds(frame, statistic="aligned_rank", gammas=[1, 2])
    normal = rescat.rosenbaum_bounds(
        frame, statistic="aligned_rank", gammas=[1, 2], method="normal"
    )
    np.testing.assert_allclose(exact["p_high"], normal["p_high"], atol=0.02)
    assert exact["p_high"].is_monotonic_increasing


def test_sets_without_a_difference_say_nothing():
    bounds = rescat.rosenbaum_bounds(pairs([1, 2], [1, 2]), gammas=[1, 3])
    assert bounds["p_high"].eq(1).all()


@pytest.mark.parametrize(
    ("frame", "options", "error", "message"),
    [
        (LEAD.drop(columns="value"), {}, DataError, "no column value"),
        (LEAD.assign(treated=True), {}, DataError, "found 2 treated and 0 controls"),
        (LEAD.assign(value=np.nan), {}, DataError, "set 0: value is missing"),
        (LEAD.head(0), {}, DataError, "no matched set"),
        (LEAD, {"gammas": [0.5]}, ModelError, "numbers from 1 on"),
        (LEAD, {"statistic": "t"}, ModelError, "expected one of signed_rank"),
        (LEAD, {"method": "best"}, ModelError, "expected one of exact, normal"),
        (LEAD, {"statistic": "binary"}, ModelError, "not 0 and 1 alone"),
        (sets([1, 2, 3]), {}, ModelError, "is for pairs"),
    ],
)
def test_requests_that_make_no_sense(frame, options, error, message):
    with pytest.raises(error, match=message):
        rescat.rosenbaum_bounds(frame, **options)


@pytest.mark.parametrize(("sets_", "controls"), [(5, 1), (5, 2), (20, 1), (3, 4)])
def test_the_largest_gamma_is_where_the_best_outcome_stops_being_significant(sets_, controls):
    frame = sets(*[[10.0 + i, *range(controls)] for i in range(sets_)])
    gamma = rescat.largest_gamma(sets_, controls)
    statistic = "binary"
    best = frame.assign(value=frame["treated"].astype(int))
    near = [gamma - 1e-6, gamma + 1e-6]
    p = rescat.rosenbaum_bounds(best, gammas=near, statistic=statistic)["p_high"]
    assert p.iloc[0] < 0.05 < p.iloc[1]
    with pytest.raises(ModelError):
        rescat.largest_gamma(0, 1)


@pytest.mark.parametrize(
    ("ratio", "ci", "printed"),
    [
        # VanderWeele and Ding (2017): infants not breast-fed and death by respiratory infection;
        # breast-feeding of the mother's and leukaemia of the child, as in the R package EValue.
        (3.9, (1.8, 8.7), (7.26, 3.0)),
        (0.80, (0.71, 0.91), (1.81, 1.43)),
    ],
)
def test_e_values(ratio, ci, printed):
    assert tuple(np.round(rescat.e_value(ratio, ci), 2)) == printed
    assert rescat.e_value(ratio) == rescat.e_value(ratio, ci)[0]
    assert rescat.e_value(1 / ratio) == pytest.approx(rescat.e_value(ratio))


def test_e_values_of_nothing():
    assert rescat.e_value(1) == 1
    assert rescat.e_value(1.5, (0.9, 2.5))[1] == 1
    for given in ((0,), (2, (3, 4)), (np.nan,)):
        with pytest.raises(ModelError):
            rescat.e_value(*given)


def test_a_cause_as_strong_as_the_e_value_just_explains_the_ratio():
    e = rescat.e_value(2.5)
    assert rescat.bias_factor(e, e) == pytest.approx(2.5)
    with pytest.raises(ModelError):
        rescat.bias_factor(0.5, 2)
