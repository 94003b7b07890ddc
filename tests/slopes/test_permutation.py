"""Permutation tests, the bootstrap, and all tests side by side."""

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import rescat
from rescat import ModelError

TRIAL = rescat.simulate_trial(5, slope=(0, 0.02))
SMALL = rescat.simulate_trial(8, controls=4, treated=3, slope=(0, 0.05))


@cache
def exact() -> rescat.PermutationTest:
    """The test of TRIAL over every assignment, once for all tests that look at it."""
    return rescat.permutation_test(TRIAL)


def brute_force(trial, statistic, **options):
    """Every relabelling, fitted one by one in the public way."""
    patients = trial["patient_id"].unique()
    found = {}
    for chosen in combinations(patients, trial.groupby("patient_id")["treated"].first().sum()):
        relabelled = trial.assign(treated=trial["patient_id"].isin(chosen))
        row = rescat.fit_slopes(relabelled, **options).table.loc["difference"]
        found[chosen] = abs(row[statistic])
    observed = found[tuple(trial.loc[trial["treated"], "patient_id"].unique())]
    return np.mean([x >= observed * (1 - 1e-7) for x in found.values()])


def test_every_relabelling_is_compared_by_default():
    test = exact()
    assert test.exact
    assert test.n_permutations == 6188 == len(test.distribution)
    assert test.smallest_p == pytest.approx(1 / 6188)
    assert test.p_low == test.p_value == test.p_high
    fit = rescat.fit_slopes(TRIAL).table.loc["difference"]
    assert test.difference == pytest.approx(fit["slope"])
    assert test.observed == pytest.approx(fit["statistic"])
    assert test.failed == 0
    assert (test.distribution["origin"] == "synthetic").all()


@pytest.mark.parametrize(
    ("statistic", "column", "options"),
    [
        ("t", "statistic", {}),
        ("difference", "slope", {}),
        ("t_by_group", "statistic", {"variance": "by_group"}),
    ],
)
def test_the_batch_gives_what_single_fits_give(statistic, column, options):
    test = rescat.permutation_test(SMALL, statistic=statistic)
    assert test.n_permutations == 35
    assert test.p_value == pytest.approx(brute_force(SMALL, column, **options))


def test_welch_is_scipy_on_every_relabelling():
    own = rescat.patient_slopes(SMALL).set_index("subject")["slope"]
    observed = SMALL.groupby("patient_id")["treated"].first()

    def t(chosen):
        on = own.index.isin(chosen)
        return abs(stats.ttest_ind(own[on], own[~on], equal_var=False).statistic)

    compared = [t(chosen) for chosen in combinations(own.index, 3)]
    expected = np.mean(np.array(compared) >= t(observed.index[observed]) * (1 - 1e-9))
    assert rescat.permutation_test(SMALL, statistic="welch").p_value == pytest.approx(expected)


def test_opposite_labels_are_as_extreme():
    """With four against four, no P value below 2/70 exists."""
    trial = rescat.simulate_trial(1, controls=4, treated=4, slope=(0, 0.5), sd_slope=0.001)
    test = rescat.permutation_test(trial)
    assert test.p_value == pytest.approx(test.smallest_p)
    assert test.p_value == pytest.approx(2 / 70)
    every = rescat.all_assignments(8, 4).set_axis(
        [*trial["patient_id"].unique(), "probability"], axis=1
    )
    assert rescat.permutation_test(trial, assignments=every).smallest_p == pytest.approx(2 / 70)
    outcome = [9, 8, 7, 6, 1, 2, 3, 4]
    test = rescat.randomisation_test(
        outcome, [True] * 4 + [False] * 4, rescat.all_assignments(8, 4)
    )
    assert test["p_value"] == test["smallest_p"] == pytest.approx(2 / 70)


def test_the_result_does_not_depend_on_threads():
    one = rescat.permutation_test(TRIAL, threads=1)
    two = rescat.permutation_test(TRIAL, threads=2)
    pd.testing.assert_frame_equal(one.distribution, two.distribution)


def test_swapped_labels_give_the_same_p():
    swapped = TRIAL.assign(treated=~TRIAL["treated"])
    assert rescat.permutation_test(swapped).p_value == exact().p_value


def test_within_strata():
    trial = TRIAL.assign(sex=TRIAL["patient_id"].str[1:].astype(int) % 2)
    test = rescat.permutation_test(trial, strata="sex")
    # S01 to S05 are treated: two even of eight, three odd of nine.
    assert test.n_permutations == 28 * 84
    assert "within each sex" in test.scheme


def test_within_matched_sets():
    """One treated and two controls in each set, the rest alone."""
    number = TRIAL["patient_id"].str[1:].astype(int)
    matched = TRIAL.assign(set=np.where(number <= 5, number, (number - 6) % 5 + 1))
    matched = matched[number <= 15]
    assert rescat.permutation_test(matched, strata="set").n_permutations == 3**5


def test_given_assignments_of_the_randomised():
    sub = TRIAL[TRIAL["patient_id"].isin([f"S{i:02d}" for i in range(1, 8)])]
    patients = list(sub["patient_id"].unique())
    every = rescat.all_assignments(7, 5).set_axis([*patients, "probability"], axis=1)
    test = rescat.permutation_test(sub, assignments=every)
    assert test.n_permutations == 21
    assert test.p_value == pytest.approx(rescat.permutation_test(sub).p_value)
    blocks = rescat.block_assignments(7, 5, 3).set_axis([*patients, "probability"], axis=1)
    observed = blocks[patients].to_numpy()[0]
    treated = dict(zip(patients, observed, strict=True))
    relabelled = sub.assign(treated=sub["patient_id"].map(treated))
    test = rescat.permutation_test(relabelled, assignments=blocks)
    assert test.n_permutations == len(blocks)
    assert test.smallest_p == pytest.approx(blocks["probability"].min())


def test_probabilities_of_assignments_are_used():
    patients = list(SMALL["patient_id"].unique())
    rows = pd.DataFrame(
        [[True] * 3 + [False] * 4, [False] * 4 + [True] * 3], columns=patients
    ).assign(probability=[0.1, 0.9])
    test = rescat.permutation_test(SMALL, assignments=rows)
    assert test.p_value in (pytest.approx(0.1), pytest.approx(1.0))


@pytest.mark.slow
def test_monte_carlo():
    drawn = rescat.permutation_test(TRIAL, limit=1000, n=20_000, seed=3)
    assert not drawn.exact
    assert drawn.p_value != exact().p_value
    assert drawn.p_value == pytest.approx(exact().p_value, abs=4 * drawn.p_error)
    assert drawn.p_low <= exact().p_value <= drawn.p_high
    extreme = np.abs(drawn.distribution["statistic"]) >= abs(drawn.observed) * (1 - 1e-7)
    assert drawn.p_value == (extreme.sum() + 1) / 20_001
    again = rescat.permutation_test(TRIAL, limit=1000, n=20_000, seed=3, threads=1)
    assert again.p_value == drawn.p_value
    assert rescat.permutation_test(TRIAL, limit=1000, n=500, seed=4).p_value > 0
    assert "Monte Carlo error" in str(drawn)


def test_limits_of_a_drawn_p_are_those_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    drawn = rescat.permutation_test(TRIAL, limit=1000, n=3000)
    b = round(drawn.p_value * 3001) - 1
    limits = proportion_confint(b, 3000, method="beta")
    assert (drawn.p_low, drawn.p_high) == pytest.approx(limits, rel=1e-8)


def test_names_and_random_numbers_as_in_scipy():
    exact = rescat.permutation_test(SMALL)
    assert exact.pvalue == exact.p_value
    extreme = np.abs(exact.null_distribution) >= abs(exact.observed) * (1 - 1e-7)
    assert exact.null_distribution.shape == (35,)
    assert extreme.mean() == pytest.approx(exact.pvalue)
    drawn = {"limit": 10, "n": 200}
    seeded = rescat.permutation_test(TRIAL, seed=3, **drawn)
    for rng in (3, np.random.default_rng(3)):
        test = rescat.permutation_test(TRIAL, rng=rng, **drawn)
        np.testing.assert_array_equal(test.null_distribution, seeded.null_distribution)
    rng = np.random.default_rng(3)
    first, second = (rescat.permutation_test(TRIAL, rng=rng, **drawn) for _ in range(2))
    assert (first.null_distribution != second.null_distribution).any()
    with pytest.raises(ModelError, match="rng='x'"):
        rescat.permutation_test(SMALL, rng="x")


def test_welch_by_scipys_permutation_test():
    """The whole test by another program: the statistic of patients' own slopes."""
    own = rescat.patient_slopes(SMALL)
    treated = own["group"].eq("treated")

    def t(x, y, axis=-1):
        return stats.ttest_ind(x, y, equal_var=False, axis=axis).statistic

    theirs = stats.permutation_test(
        (own.loc[treated, "slope"], own.loc[~treated, "slope"]), t, n_resamples=np.inf
    )
    ours = rescat.permutation_test(SMALL, statistic="welch")
    np.testing.assert_allclose(np.sort(ours.null_distribution), np.sort(theirs.null_distribution))
    # scipy's two-sided P is twice the smaller tail; ours counts |t|.
    assert ours.pvalue == pytest.approx(
        np.mean(np.abs(theirs.null_distribution) >= abs(theirs.statistic) * (1 - 1e-9))
    )


@pytest.mark.slow
def test_an_interval_draws_the_same_assignments_each_time():
    options = {"limit": 10, "n": 199, "progress": False}
    first = rescat.permutation_interval(TRIAL, rng=np.random.default_rng(1), **options)
    again = rescat.permutation_interval(TRIAL, rng=np.random.default_rng(1), **options)
    assert first == again
    assert first != rescat.permutation_interval(TRIAL, rng=np.random.default_rng(2), **options)


def test_monte_carlo_keeps_the_strata():
    trial = TRIAL.assign(sex=TRIAL["patient_id"].str[1:].astype(int) % 2)
    exact = rescat.permutation_test(trial, strata="sex")
    drawn = rescat.permutation_test(trial, strata="sex", limit=10, n=20_000)
    assert drawn.p_low <= exact.p_value <= drawn.p_high


@pytest.mark.slow
def test_an_interval_holds_what_the_test_does_not_reject():
    low, high = rescat.permutation_interval(TRIAL, progress=False)
    estimate = rescat.fit_slopes(TRIAL).table.loc["difference", "slope"]
    assert low < estimate < high

    def p(difference):
        shifted = TRIAL["value"] - difference * TRIAL["day"] * TRIAL["treated"]
        return rescat.permutation_test(TRIAL.assign(value=shifted)).p_value

    width = high - low
    assert p(low) <= 0.05 < p(low + 0.01 * width)
    assert p(high) <= 0.05 < p(high - 0.01 * width)


def irregular(trial):
    """Every sample at a time of its own, the first ones too."""
    moved = trial["day"] + np.random.default_rng(4).uniform(0, 2, len(trial)).round(2)
    return trial.assign(day=moved)


@pytest.mark.slow
@pytest.mark.parametrize("trial", [SMALL, irregular(SMALL)], ids=["planned", "irregular"])
@pytest.mark.parametrize("statistic", ["t", "difference", "t_by_group", "welch"])
def test_an_interval_does_not_depend_on_the_origin_of_time(trial, statistic):
    options = {"statistic": statistic, "progress": False}
    limits = rescat.permutation_interval(trial, **options)
    for shift in (-28, 2020, 45_000):
        moved = trial.assign(day=trial["day"] + shift)
        assert rescat.permutation_interval(moved, **options) == pytest.approx(limits, rel=1e-6)
    weeks = trial.assign(day=trial["day"] / 7 - 100)
    per_day = [limit / 7 for limit in rescat.permutation_interval(weeks, **options)]
    assert per_day == pytest.approx(limits, rel=1e-6)


@pytest.mark.slow
def test_an_interval_says_when_the_groups_begin_to_differ():
    """Another start is another hypothesis, in the unit of the column of times."""
    first = rescat.permutation_interval(SMALL, progress=False)
    assert rescat.permutation_interval(SMALL, start=0, progress=False) == first
    late = rescat.permutation_interval(SMALL, start=28, progress=False)
    assert late != pytest.approx(first, rel=1e-2)
    moved = SMALL.assign(day=SMALL["day"] + 2020)
    assert rescat.permutation_interval(moved, start=2048, progress=False) == pytest.approx(late)
    with pytest.raises(ModelError, match="start=nan"):
        rescat.permutation_interval(SMALL, start=np.nan)


@pytest.mark.slow
def test_an_interval_is_the_test_turned_round():
    """The test of no effect rejects just where the interval leaves out zero."""
    for seed in range(12):
        trial = rescat.simulate_trial(seed, controls=4, treated=3, slope=(0, 0.03))
        low, high = rescat.permutation_interval(irregular(trial), progress=False)
        rejected = rescat.permutation_test(irregular(trial)).p_value <= 0.05
        assert rejected == (not low < 0 < high)


def test_too_few_assignments_for_an_interval():
    trial = rescat.simulate_trial(2, controls=3, treated=2)
    assert rescat.permutation_interval(trial, progress=False) == (-np.inf, np.inf)


def test_a_patient_with_one_sample():
    lonely = TRIAL[(TRIAL["patient_id"] != "S09") | (TRIAL["day"] == 0)]
    assert rescat.permutation_test(lonely).n_permutations == 6188
    welch = rescat.permutation_test(lonely, statistic="welch")
    assert welch.left_out == ("S09",)
    assert welch.n_permutations == 4368
    assert "S09" in str(welch)


def test_a_relabelling_without_an_estimate_counts_as_extreme():
    """Two treated who were seen on day 0 alone: such a group has no slope."""
    thin = TRIAL[~TRIAL["patient_id"].isin(["S06", "S07"]) | (TRIAL["day"] == 0)]
    thin = thin[thin["patient_id"].isin([f"S{i:02d}" for i in range(4, 12)])]
    test = rescat.permutation_test(thin)
    assert test.n_permutations == 28
    assert test.failed == 1
    assert test.p_value >= 2 / 28


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"statistic": "F"}, "expected one of t, difference, t_by_group, welch"),
        ({"strata": "sex"}, "no column sex"),
        ({"strata": "patient_id"}, "no label can be exchanged"),
        ({"strata": "day"}, "expected one for each patient"),
        ({"n": 0}, "n=0"),
        ({"assignments": rescat.all_assignments(7, 3)}, "expected one for each patient"),
    ],
)
def test_what_cannot_be_permuted(options, message):
    with pytest.raises(ModelError, match=message):
        rescat.permutation_test(SMALL, **options)


def test_assignments_without_the_observed_one():
    patients = list(SMALL["patient_id"].unique())
    rows = pd.DataFrame([[False] * 4 + [True] * 3], columns=patients)
    with pytest.raises(ModelError, match="observed assignment is not among"):
        rescat.permutation_test(SMALL, assignments=rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a.replace({True: 127}), "other cells than True"),
        (lambda a: a.replace({True: -1}), "other cells than True"),
        (lambda a: a.assign(S01="yes"), "other cells than True"),
        (lambda a: a.assign(probability=np.nan), "add up to nan"),
        (lambda a: a.assign(probability="often"), "add up to nan"),
        (lambda a: a.assign(probability=0.5), "add up to 17.5"),
        (lambda a: a.assign(probability=[0.0] + [1 / 34] * 34), "probability 0"),
        (lambda a: a.head(0), "expected a DataFrame"),
        (lambda a: a.to_numpy(), "expected a DataFrame"),
        (lambda a: a.rename(columns={"S01": "X"}), "expected one for each patient"),
    ],
)
def test_assignments_that_make_no_sense(change, message):
    names = [*SMALL["patient_id"].unique(), "probability"]
    every = rescat.all_assignments(7, 3).set_axis(names, axis=1)
    with pytest.raises(ModelError, match=message):
        rescat.permutation_test(SMALL, assignments=change(every))


def test_a_stratum_that_is_missing_names_the_patient():
    trial = SMALL.assign(sex="f")
    trial.loc[trial["patient_id"].eq("S05").idxmax(), "sex"] = None
    with pytest.raises(ModelError, match="patient S05 has none or several values of sex"):
        rescat.permutation_test(trial, strata="sex")


def test_too_few_samples_are_refused_as_in_a_fit():
    two = TRIAL.groupby("patient_id").head(2)
    for statistic in ("t", "t_by_group"):
        with pytest.raises(ModelError, match="Give random='intercept'"):
            rescat.permutation_test(two, statistic=statistic)
    assert rescat.permutation_test(two, random="intercept").p_value > 0


def test_a_level_that_is_just_attainable():
    """P is 0.1, and 1 - 0.9 is a little less than that."""
    trial = rescat.simulate_trial(1, controls=3, treated=2, slope=(0, 0.5), sd_slope=0.001)
    assert rescat.permutation_test(trial).p_value == 0.1
    low, high = rescat.permutation_interval(trial, level=0.9, progress=False)
    assert np.isfinite([low, high]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: rescat.permutation_test(SMALL, random="day"),
        lambda: rescat.permutation_test(SMALL, seed=-1),
        lambda: rescat.permutation_interval(SMALL, level=95),
        lambda: rescat.parametric_bootstrap(SMALL, variance="x"),
        lambda: rescat.parametric_bootstrap(SMALL, n=100.5),
        lambda: rescat.bootstrap_lrt(SMALL, threads=-1),
        lambda: rescat.slope_tests(SMALL, group=None),
        lambda: rescat.simulate_trial(0, controls=-5),
        lambda: rescat.simulate_trial(0, days=()),
        lambda: rescat.simulate_trial(0, kept=(0.5, 0.5, 0.5)),
    ],
)
def test_options_that_make_no_sense(call):
    with pytest.raises(ModelError, match=r"expected|needs"):
        call()


def test_a_true_null_is_rejected_as_often_as_it_should_be():
    """Exactness in small: over all assignments of one data set, P <= 0.2 in at most a fifth."""
    patients = SMALL["patient_id"].unique()
    rejected = 0
    for chosen in combinations(patients, 3):
        relabelled = SMALL.assign(treated=SMALL["patient_id"].isin(chosen))
        rejected += rescat.permutation_test(relabelled).p_value <= 0.2
    assert rejected == 7  # 0.2 * 35


def test_the_bootstrap_is_reproducible():
    one = rescat.parametric_bootstrap(TRIAL, n=300, seed=2, threads=1)
    two = rescat.parametric_bootstrap(TRIAL, n=300, seed=2, threads=2)
    pd.testing.assert_frame_equal(one, two)
    more = rescat.parametric_bootstrap(TRIAL, n=2500, seed=2)
    pd.testing.assert_frame_equal(more.head(300), one)
    assert not more.equals(rescat.parametric_bootstrap(TRIAL, n=2500, seed=3))


@pytest.mark.parametrize("random", ["slope", "uncorrelated", "intercept"])
@pytest.mark.parametrize("variance", ["pooled", "by_group"])
def test_the_bootstrap_is_centred_on_the_fit(random, variance):
    trial = rescat.simulate_trial(9, sd_slope=0.03, sd_intercept=1.0, kept=0.95)
    fit = rescat.fit_slopes(trial, random=random, variance=variance)
    drawn = rescat.parametric_bootstrap(trial, n=3000, random=random, variance=variance)
    for term, row in fit.table.iterrows():
        error = row["se"] / np.sqrt(3000)
        assert drawn[term].mean() == pytest.approx(row["slope"], abs=5 * error)
        assert drawn[term].std() == pytest.approx(row["se"], rel=0.08)
        assert drawn[f"se_{term}"].median() == pytest.approx(row["se"], rel=0.2)
    for group, row in fit.variance.iterrows():
        tail = "" if group == "all" else f"_{group}"
        assert drawn[f"sd_residual{tail}"].median() == pytest.approx(row["sd_residual"], rel=0.1)
        assert drawn[f"sd_intercept{tail}"].median() == pytest.approx(row["sd_intercept"], rel=0.2)


def test_bootstrap_intervals():
    fit = rescat.fit_slopes(TRIAL)
    drawn = rescat.parametric_bootstrap(TRIAL, n=4000)
    t = fit.table.loc["difference"]
    for kind in ("percentile", "basic", "studentised"):
        limits = rescat.bootstrap_intervals(fit, drawn, kind=kind)
        row = limits.loc["difference"]
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        width = (row["ci_high"] - row["ci_low"]) / (t["ci_high"] - t["ci_low"])
        assert 0.85 < width < 1.1
    spread = rescat.bootstrap_intervals(fit, drawn).loc["sd_slope"]
    assert 0 <= spread["ci_low"] < spread["ci_high"]
    with pytest.raises(ModelError, match="percentile, basic, studentised"):
        rescat.bootstrap_intervals(fit, drawn, kind="bca")
    with pytest.raises(ModelError, match="of another model"):
        rescat.bootstrap_intervals(rescat.fit_slopes(TRIAL, variance="by_group"), drawn)
    simple = rescat.fit_slopes(TRIAL, random="intercept")
    drawn = rescat.parametric_bootstrap(TRIAL, n=50, random="intercept")
    limits = rescat.bootstrap_intervals(simple, drawn)
    assert list(limits.index[3:]) == ["sd_intercept", "sd_residual"]


def test_one_slope_by_bootstrap():
    drawn = rescat.parametric_bootstrap(TRIAL, n=50, group=None)
    assert {"all", "se_all"} <= set(drawn)


@pytest.mark.slow
@pytest.mark.parametrize("null", ["equal_slopes", "no_random_slope", "equal_variances"])
def test_likelihood_ratio_of_a_true_and_of_a_false_null(null):
    true = {"sd_slope": 0.0 if null == "no_random_slope" else 0.02}
    false = {
        "equal_slopes": {"slope": (0, 0.1)},
        "no_random_slope": {"sd_slope": 0.06},
        "equal_variances": {"sd_residual": (0.1, 0.5)},
    }[null]
    options = {"null": null, "n": 400, "progress": False}
    small = rescat.bootstrap_lrt(rescat.simulate_trial(1, **false), **options)
    assert small.p_value < 0.01
    # Over some data sets that obey the null, P is spread out.
    ps = [
        rescat.bootstrap_lrt(rescat.simulate_trial(seed, **true), **options).p_value
        for seed in range(12)
    ]
    assert 0.25 < np.mean(ps) < 0.8
    assert (small.distribution > -1e-6).all()
    again = rescat.bootstrap_lrt(rescat.simulate_trial(1, **false), **options, threads=1)
    assert again.p_value == small.p_value


@pytest.mark.slow
def test_bootstrap_and_chi_squared_meet_for_many_patients():
    trial = rescat.simulate_trial(4, controls=120, treated=80, slope=(0, 0.005))
    test = rescat.bootstrap_lrt(trial, n=2000)
    assert test.p_value == pytest.approx(test.p_chi2, abs=0.04)


def test_a_null_model_that_does_not_exist():
    with pytest.raises(ModelError, match="expected one of equal_slopes"):
        rescat.bootstrap_lrt(TRIAL, null="nothing")


@pytest.mark.slow
def test_all_tests_side_by_side():
    table = rescat.slope_tests(TRIAL, n=500, progress=False)
    assert list(table.index) == list(rescat.SLOPE_TESTS)
    assert table["p_value"].between(0, 1).all()
    limits = table.drop(index="bootstrap_lrt")
    assert (limits["ci_low"] < limits["difference"]).all()
    assert (limits["difference"] < limits["ci_high"]).all()
    assert table.loc["wald", "p_value"] < table.loc["satterthwaite", "p_value"]
    assert table.loc["permutation_t", "p_value"] == exact().p_value
    assert table["question"].str.len().min() > 20


def test_what_results_say():
    test = exact()
    for words in ("P = ", "6,188 assignments", "depend on the label", "SYNTHETIC"):
        assert words in str(test)
    assert "depend on the label" in test._repr_html_()
    ratio = rescat.bootstrap_lrt(TRIAL, n=200)
    assert "the two groups have the same slope" in str(ratio)
