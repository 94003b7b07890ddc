"""What the keys say about frequency, by simulation and by a second computation.

Each simulation has a seed. ``near`` allows five Monte Carlo standard errors.
"""

import itertools
import re
import warnings

import nbformat
import numpy as np
import pytest
from scipy import stats

from rescat.base.errors import SingularFitWarning
from rescat.base.files import NOTEBOOKS
from rescat.course.numbers import number
from rescat.course.quiz import QUIZZES, load_quiz, read_questions
from rescat.course.sessions import MATERIAL
from rescat.panel.multiplicity import adjust_p
from rescat.slopes.fit import fit_slopes
from rescat.slopes.simulation import simulate_trial
from rescat.trial.safety import exact_interval

TESTS = {when: read_questions(MATERIAL / f"test-{when}.yml") for when in ("before", "after")}


def near(share, expected, n):
    """Whether a simulated share of n is what is expected."""
    return abs(share - expected) <= 5 * np.sqrt(expected * (1 - expected) / n)


def right(words, source):
    """The right option of the question that holds these words."""
    questions = TESTS.get(source) or load_quiz(source)
    [asked] = [item for item in questions if words in item["question"]]
    return next(option["text"] for option in asked["options"] if option["correct"])


# --- Words ---------------------------------------------------------------------------------------


TOO_MUCH = re.compile(
    r"\b(only if|prove[sn]?|always|never|impossible|certain(ly)?)\b", re.IGNORECASE
)


@pytest.mark.parametrize("path", [*sorted(QUIZZES.glob("*.yml")), *sorted(MATERIAL.glob("test*"))])
def test_no_right_option_claims_more_than_any_study_can_show(path):
    keys = [
        option["text"]
        for item in read_questions(path)
        for option in item["options"]
        if option["correct"]
    ]
    assert [key for key in keys if TOO_MUCH.search(key)] == []


@pytest.mark.parametrize("path", sorted((NOTEBOOKS / "exercises").glob("[!.]*.ipynb")))
def test_no_model_answer_claims_more_than_any_study_can_show(path):
    answers = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and "solution" in cell.metadata.get("tags", [])
    ]
    assert [text for text in answers if TOO_MUCH.search(text)] == []


def test_notes_on_the_worksheet_name_what_the_paper_does_not_print():
    notes = (MATERIAL / "worksheet-notes.md").read_text(encoding="utf-8")
    assert not TOO_MUCH.search(notes)
    [model] = [line for line in notes.splitlines() if line.startswith("- *Model.*")]
    assert "prints neither the scale" in model


# --- No event, rare events -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "n"), [("zero_of_two", 2), ("zero_of_five", 5), ("zero_of_ten", 10)]
)
def test_at_the_limit_of_zero_events_one_study_of_twenty_has_none(name, n):
    draws = np.random.default_rng(n).random((40_000, n)) < number(name) / 100
    assert near(np.mean(~draws.any(axis=1)), 0.05, 40_000)


def test_the_rule_of_three_is_for_larger_groups():
    assert number("three_over_five") > number("zero_of_five") + 10
    limit = 1 - 0.05 ** (1 / 30)
    assert limit == pytest.approx(3 / 30, abs=0.006)


@pytest.mark.parametrize(
    ("name", "risk"), [("patients_for_five", 0.05), ("patients_for_one", 0.01)]
)
def test_patients_to_see_an_event(name, risk):
    enough = number(name)
    seen = np.random.default_rng(enough).binomial([enough, enough - 1], risk, (40_000, 2)) > 0
    assert near(seen[:, 0].mean(), 1 - (1 - risk) ** enough, 40_000)
    assert 1 - (1 - risk) ** enough >= 0.95 > 1 - (1 - risk) ** (enough - 1)
    # What the feedback says of the other options.
    assert 0.95**5 > 0.75
    assert 0.95**20 > 1 / 3
    assert 0.99**100 > 1 / 3
    assert 0.89 < 0.99**10 < 0.91


def test_a_mean_rate_needs_no_constant_rate_but_independent_patients():
    """Seven patients are expected. They come evenly, in one wave, or in clusters of three."""
    assert "independently" in right("What does the interval assume?", "02_manufacturing")
    rng, n = np.random.default_rng(7), 20_000

    def coverage(counts):
        low = np.where(counts > 0, stats.chi2.ppf(0.025, 2 * counts) / 2, 0)
        high = stats.chi2.ppf(0.975, 2 * counts + 2) / 2
        return np.mean((low <= 7) & (high >= 7))

    wave = rng.poisson([0.2] * 9 + [5.2], (n, 10)).sum(axis=1)
    assert coverage(wave) >= 0.95
    clustered = 3 * rng.poisson(7 / 3, n)
    assert coverage(clustered) < 0.9


# --- Smallest P values ---------------------------------------------------------------------------


def smallest_p(n, treated, statistic, trials=200):
    """The least P of a two-sided randomisation test over invented data."""
    rows = np.array(list(itertools.combinations(range(n), treated)))
    inside = np.zeros((len(rows), n), bool)
    np.put_along_axis(inside, rows, True, axis=1)
    least = 1.0
    for values in np.random.default_rng(n).standard_normal((trials, n)):
        x = statistic(values)
        size = np.abs(inside @ x / treated - ~inside @ x / (n - treated))
        least = min(least, np.mean(size >= size.max() - 1e-12))
    return least


@pytest.mark.parametrize(("name", "n", "treated"), [("least_p", 7, 5), ("least_p_nine", 9, 3)])
def test_the_smallest_p_value_of_means_and_of_ranks(name, n, treated):
    assert smallest_p(n, treated, lambda x: x) == pytest.approx(number(name))
    assert smallest_p(n, treated, stats.rankdata) == pytest.approx(2 * number(name))


# --- Samples of one patient ----------------------------------------------------------------------


def ordinary(trial):
    """Difference of slopes by ordinary regression of all samples: estimate and half width."""
    one, day, arm = np.ones(len(trial)), trial["day"].to_numpy(), trial["treated"].to_numpy(float)
    x, y = np.column_stack([one, day, arm, day * arm]), trial["value"].to_numpy()
    beta = np.linalg.solve(x.T @ x, x.T @ y)
    spread = np.sum((y - x @ beta) ** 2) / (len(y) - 4)
    se = np.sqrt(spread * np.linalg.inv(x.T @ x)[3, 3])
    return beta[3], stats.t.ppf(0.975, len(y) - 4) * se


def of_trials(n, **settings):
    """Shares of trials: ordinary interval wider, it covers, ours covers, ours with z, singular."""
    found = []
    for seed in range(n):
        trial = simulate_trial(seed, **settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SingularFitWarning)
            fit = fit_slopes(trial)
        own, (slope, half) = fit.table.loc["difference"], ordinary(trial)
        found.append(
            (
                2 * half > own["ci_high"] - own["ci_low"],
                abs(slope) <= half,
                own["ci_low"] <= 0 <= own["ci_high"],
                abs(own["slope"]) <= 1.96 * own["se"],
                fit.singular,
            )
        )
    return np.mean(found, axis=0)


@pytest.mark.slow
def test_samples_taken_for_patients_give_a_wrong_interval_and_not_always_a_narrow_one():
    key = right("one ordinary regression", "after")
    assert "too wide or too narrow" in key
    n = 120
    alike = of_trials(n, sd_slope=0.008)  # patients differ in level, hardly in slope
    apart = of_trials(n, sd_slope=0.05)  # patients differ much in slope
    assert alike[0] > 0.85
    assert apart[0] < 0.1
    assert alike[1] > 0.97  # too wide: it covers too often
    assert apart[1] < 0.92  # too narrow
    # The mixed model covers as it says in both.
    assert near(alike[2], 0.96, n)
    assert near(apart[2], 0.95, n)


@pytest.mark.slow
def test_for_mean_levels_the_ordinary_interval_is_too_narrow():
    """The other half of the feedback: levels, not slopes."""
    covered = []
    for seed in range(400):
        trial = simulate_trial(seed, sd_slope=0)
        a, b = (trial.loc[trial["treated"].eq(arm), "value"] for arm in (True, False))
        covered.append(stats.ttest_ind(a, b).pvalue > 0.05)
    assert np.mean(covered) < 0.8


@pytest.mark.slow
def test_z_promises_more_than_it_keeps_and_singular_fits_are_not_rare():
    n = 300
    _, _, with_t, with_z, _ = of_trials(n, controls=6, treated=3, sd_slope=0.03)
    assert near(with_t, 0.95, n)
    assert with_z < 0.93
    # Patients differ in slope in these trials; a singular fit does not say that they are alike.
    assert of_trials(100, sd_slope=0.008)[4] > 0.1


# --- Balance -------------------------------------------------------------------------------------


def smds(a, b, n, seed):
    """SMD with the pooled SD in randomised trials of a against b patients."""
    x = np.random.default_rng(seed).standard_normal((n, a + b))
    first, second = x[:, :a], x[:, a:]
    pooled = np.sqrt((first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / 2)
    return np.abs(first.mean(axis=1) - second.mean(axis=1)) / pooled


def test_chance_gives_large_smds_in_small_groups():
    assert "chance often" in right("five patients to treatment and ten to control", "04_matching")
    small, large = smds(5, 10, 20_000, 1), smds(500, 1000, 500, 2)
    assert np.mean(small > 0.1) > 0.8
    assert np.mean(small > 0.3) > 0.5
    assert np.mean(small > number("smd_pooled")) > 0.4  # that of the trial, for one variable
    assert np.mean(large > 0.1) < 0.1
    # The question on three and six: an SMD of 0.8 has P = 0.3, and is not rare by chance.
    t = 0.8 / np.sqrt(1 / 3 + 1 / 6)
    assert 2 * stats.t.sf(t, 7) == pytest.approx(0.3, abs=0.02)
    assert np.mean(smds(3, 6, 20_000, 3) > 0.8) > 0.25


@pytest.mark.parametrize(("name", "controls"), [("gamma_pairs", 1), ("gamma_two", 2)])
def test_a_hidden_cause_of_that_strength_makes_the_best_result_not_significant(name, controls):
    """The patient who would do best has the odds of treatment times gamma; nothing else works."""
    gamma = number(name)
    chance = gamma / (gamma + controls)
    best = np.random.default_rng(controls).random((40_000, 5)) < chance
    assert near(best.all(axis=1).mean(), 0.05, 40_000)


# --- Many markers --------------------------------------------------------------------------------


def hits(correlation, n, seed):
    """Numbers of P below 0.05 among twenty tests, in trials in which nothing differs."""
    rng = np.random.default_rng(seed)
    shared, own = rng.standard_normal((n, 1)), rng.standard_normal((n, 20))
    z = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return (np.abs(z) > stats.norm.isf(0.025)).sum(axis=1)


def test_three_hits_of_twenty():
    n = 40_000
    alone, together = hits(0, n, 1), hits(0.5, n, 2)
    assert near(np.mean(alone >= number("family_hits")), number("chance_of_hits") / 100, n)
    assert near(np.mean(alone >= 1), number("chance_of_one") / 100, n)
    assert near(np.mean(alone >= 2), 0.264, n)  # "about a quarter"
    # Correlation leaves the mean and raises the chance of several; it stays below the bound.
    assert together.mean() == pytest.approx(alone.mean(), abs=0.05)
    many = np.mean(together >= 3)
    assert number("chance_of_hits") / 100 < many < number("most_chance_of_hits") / 100
    # The bound can be reached: all hits come three at a time.
    threes = 3 * (np.random.default_rng(3).random(n) < 1 / 3)
    assert threes.mean() == pytest.approx(1, abs=0.05)
    assert near(np.mean(threes >= 3), number("most_chance_of_hits") / 100, n)


def test_one_striking_panel():
    p = np.random.default_rng(1).random((40_000, number("panels")))
    assert near(np.mean((p < 0.05).any(axis=1)), number("panels_one_or_more") / 100, 40_000)


def test_a_corrected_p_value_does_not_fall_when_another_rises():
    rng = np.random.default_rng(5)
    for _ in range(200):
        p = rng.random(20) ** 2
        more = p + (1 - p) * rng.random(20) * (rng.random(20) < 0.3)
        more[0] = p[0]
        assert (adjust_p(more).iloc[0] >= adjust_p(p).iloc[0] - 1e-12).all()


def test_the_right_option_on_corrections_speaks_of_five_procedures():
    """A correction that uses the correlation of the tests can keep what these five do not."""
    key = right("The least that any corrected P value", "09_multiplicity")
    assert "five corrections" in key
    assert number("least_corrected") > 0.05
    # Max-T with twenty tests that go together: the multiplier of the smallest P is far below 20.
    rng = np.random.default_rng(9)
    z = np.sqrt(0.9) * rng.standard_normal((20_000, 1)) + np.sqrt(0.1) * rng.standard_normal(
        (20_000, 20)
    )
    largest = np.abs(z).max(axis=1)
    assert np.mean(largest >= stats.norm.isf(0.012 / 2)) < 0.05


# --- Few patients --------------------------------------------------------------------------------


def significant(each, effect, n=20_000):
    """Sizes of the estimates with P below 0.05, in trials with so many patients in each arm."""
    rng = np.random.default_rng(each)
    difference = effect + rng.standard_normal(n) * np.sqrt(2 / each)
    spread = np.sqrt(rng.chisquare(2 * each - 2, n) / (each - 1) / each)
    return np.abs(difference)[2 * stats.t.sf(np.abs(difference) / spread, 2 * each - 2) < 0.05]


@pytest.mark.parametrize("effect", [0.2, 0.5, 0.8])
def test_significant_estimates_of_few_patients_are_too_large(effect):
    """SDs between patients are 1; the questions speak of ten, of twelve and of 1200 patients."""
    assert right("small for a trial of ten", "before") == "Larger than the true effect"
    assert right("one in twelve hundred", "after") == "That of the smaller trial"
    assert np.mean(significant(5, effect) > effect) > 0.9
    assert significant(5, effect).mean() > 1.5 * effect
    assert significant(600, effect).mean() < 1.1 * effect


# --- Lines ---------------------------------------------------------------------------------------


def test_a_line_through_a_transient():
    days, values = np.array([0, 3, 6, 14, 28]), np.array([0, 3 / 14, 6 / 14, 1, 0])
    whole, to_14 = (
        stats.linregress(days, values).slope,
        stats.linregress(days[:4], values[:4]).slope,
    )
    assert "nothing" in right("Controls rise to day 14 and are back", "07_neuromarkers")
    assert abs(28 * whole) < 0.05  # of a rise of 1
    assert 14 * to_14 == pytest.approx(1)


def test_the_limits_of_one_in_five():
    low, high = exact_interval(1, 5)
    draws = np.random.default_rng(15).binomial(5, [low, high], (40_000, 2))
    assert near(np.mean(draws[:, 0] >= 1), 0.025, 40_000)
    assert near(np.mean(draws[:, 1] <= 1), 0.025, 40_000)
