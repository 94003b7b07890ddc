"""The models that a page computes with, against the same models in Python."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat.slopes import reml, student, welch
from rescat.slopes.blocks import STARTS
from rescat.slopes.trajectories import trajectories

pytestmark = pytest.mark.browser

PAGE = "chapters/05_random_slopes.html"
# Designs that differ in patients, gaps and variances; some fits are singular.
DESIGNS = [
    {},
    {"sd_slope": 0.0},
    {"kept": (0.5, 0.95), "sd_slope": (0.015, 0.03)},
    {"controls": 2, "treated": 5},
    {"controls": 40, "treated": 30, "level": 1000.0, "sd_residual": 30.0},
    {"days": (0, 1, 2, 400), "slope": (0.0, 0.01), "correlation": -0.9},
]
TRIALS = [rescat.simulate_trial(seed, **d) for d in DESIGNS for seed in range(5)]
# What a text of JSON cannot hold comes back as it is.
MANY = """
(given) => rescatEngine.ask("many", {
    n: given.n,
    w: Float64Array.from(given.w), b: Float64Array.from(given.b), yy: Float64Array.from(given.yy),
}, Int8Array.from(given.labels), { every: given.every }).then((found) => Array.from(found))
"""


@pytest.fixture(scope="module", params=["file", "http"])
def page(request, addresses, chromium):
    opened = chromium.new_page()
    opened.goto(f"{addresses[request.param]}/{PAGE}")
    yield opened
    opened.close()


def samples(trial: pd.DataFrame) -> dict[str, list]:
    """A trial as a page has it."""
    columns = {"patient_id": "patient", "day": "day", "value": "value", "treated": "group"}
    return trial[list(columns)].rename(columns=columns).astype({"group": int}).to_dict("list")


def ask(page, name: str, *given):
    return page.evaluate("([name, given]) => rescatEngine[name](...given)", [name, list(given)])


def raw(page, name: str, rows: list[tuple]) -> np.ndarray:
    """A function of two numbers, for many of them."""
    code = "([name, rows]) => Promise.all(rows.map((row) => rescatEngine.ask(name, ...row)))"
    return np.array(page.evaluate(code, [name, rows]), float)


def test_the_fits_are_those_of_the_book_to_the_last_bit(page):
    rng = np.random.default_rng(1)
    same = total = 0
    for trial in TRIALS:
        data = trajectories(trial)
        sums = data.statistics()
        ways = np.array([data.label, *(rng.permutation(data.label) for _ in range(20))])
        for labels, every in ((ways, True), (np.where(ways == 1, 0, -1), False), (0 * ways, True)):
            here = reml.many(sums, labels, starts=STARTS, exhaustive=every)
            given = {"n": len(data.patients), "labels": labels.ravel().tolist(), "every": every}
            given |= {k: getattr(sums, k).ravel().tolist() for k in ("w", "b", "yy")}
            there = np.array(page.evaluate(MANY, given), float).reshape(here.shape)
            # All but the number of steps, which may differ where the last digit does.
            here, there = here[:, :-1], there[:, :-1]
            np.testing.assert_allclose(there, here, rtol=1e-9, atol=1e-12)
            same += (here.view(np.int64) == there.view(np.int64)).sum() + (
                np.isnan(here) & np.isnan(there) & (here.view(np.int64) != there.view(np.int64))
            ).sum()
            total += here.size
    print(total - same, "of", total)
    assert total - same < 1e-3 * total


def test_welch_and_t_are_those_of_the_book(page):
    rng = np.random.default_rng(2)
    slopes, ways = rng.normal(size=9), rng.permuted(np.tile([1] * 4 + [0] * 5, (50, 1)), axis=1)
    here = np.empty((50, 3))
    welch.welch(slopes, ways.astype(np.int8), here)
    code = """([slopes, ways]) => rescatEngine.ask(
        "welch", Float64Array.from(slopes), Int8Array.from(ways)).then((x) => Array.from(x))"""
    there = page.evaluate(code, [slopes.tolist(), ways.ravel().tolist()])
    np.testing.assert_allclose(np.reshape(there, here.shape), here, rtol=1e-14)
    pairs = [(t, df) for t in (0.0, 0.3, 2.1, 9.0) for df in (1.0, 4.4, 12.7, 900.0, 1e6)]
    for name, function in (("two_sided_p", student.two_sided_p), ("t_limit", student.limit)):
        given = pairs if name == "two_sided_p" else [(0.05, df) for _, df in pairs]
        here = [function(*pair) for pair in given]
        np.testing.assert_allclose(raw(page, name, given), here, rtol=1e-14)


def test_a_fit_is_that_of_fit_slopes(page):
    for trial in TRIALS:
        here = rescat.fit_slopes(trial)
        there = ask(page, "fit", samples(trial))
        names = {"slope": "slope", "se": "se", "df": "df", "p": "p_value", "low": "ci_low"}
        for term in ("control", "treated", "difference"):
            theirs = [there[term][name] for name in names]
            ours = here.table.loc[term, list(names.values())].tolist()
            np.testing.assert_allclose(theirs, ours, rtol=1e-6, err_msg=str(here))
        assert (there["singular"], there["converged"]) == (here.singular, here.converged)
        variance = here.variance.loc["all"]
        assert there["sdResidual"] == pytest.approx(variance["sd_residual"], rel=1e-6)
        assert there["sdSlope"] == pytest.approx(variance["sd_slope"], rel=1e-5, abs=1e-9)
        assert there["control"]["intercept"] == pytest.approx(here.lines["intercept"].iloc[0])


@pytest.mark.parametrize("statistic", ["t", "welch"])
def test_the_whole_permutation_distribution_is_the_same(page, statistic):
    trial = rescat.load_table("teaching_trial")
    here = rescat.permutation_test(trial, statistic=statistic, progress=False)
    there = ask(page, "permutations", samples(trial), {"statistic": statistic})
    assert len(there["statistic"]) == here.n_permutations == 6188
    for name in ("statistic", "difference"):
        np.testing.assert_allclose(there[name], here.distribution[name], rtol=1e-6, atol=1e-9)
    assert there["p"] == pytest.approx(here.p_value, abs=1e-12)
    assert there["observed"] == pytest.approx(here.observed)


def test_only_admissible_ways_are_compared(page):
    order = ["S01", "S06", "S02", "S03", "S04", "S07", "S05"]
    trial = rescat.load_table("teaching_trial")
    trial = trial[trial["patient_id"].isin(order)]
    scheme = rescat.block_assignments(7, 5, 3).set_axis([*order, "probability"], axis=1)
    here = rescat.permutation_test(trial, assignments=scheme)
    ways = scheme[trial["patient_id"].unique().tolist()].astype(int).to_numpy().tolist()
    given = {"ways": ways, "weights": scheme["probability"].tolist()}
    there = ask(page, "permutations", samples(trial), given)
    assert there["p"] == pytest.approx(here.p_value)
    np.testing.assert_allclose(there["statistic"], here.distribution["statistic"], rtol=1e-6)


SETTING = {
    "controls": 12, "treated": 5, "days": [0, 3, 6, 14, 28], "seed": 1, "kept": [0.9, 0.9],
    "level": [2.0, 2.0], "slope": [0.0, 0.0], "sd_intercept": [0.4, 0.4],
    "sd_slope": [0.015, 0.03], "sd_residual": [0.25, 0.25],
}  # fmt: skip


def test_the_tests_of_a_drawn_trial_are_those_of_slope_tests(page):
    drawn = ask(page, "trials", SETTING, {"count": 12})
    code = "([setting, k]) => rescatEngine.ask('trial', setting, k)"
    names = ["wald", "satterthwaite", "by_group", "welch", "permutation_welch"]
    for k, there in enumerate(drawn):
        frame = pd.DataFrame(page.evaluate(code, [SETTING, k])).rename(
            columns={"patient": "patient_id", "group": "treated"}
        )
        here = rescat.slope_tests(frame, tests=names, intervals=False, progress=False)["p_value"]
        for name in names:
            if np.isnan(here[name]):
                assert np.isnan(there[name])
            else:
                assert there[name] == pytest.approx(here[name], rel=1e-5), (k, name)


def test_a_thousand_drawn_trials_err_as_often_as_those_of_the_book(page):
    """Where the treated patients vary twice as much: 2,000 trials of the book, 1,000 here."""
    drawn = pd.DataFrame(ask(page, "trials", SETTING, {"count": 1000}))
    book = rescat.load_table("calibration").query("scenario == 'D'").set_index("test")["rate"]
    for name in drawn:
        rate, expected = (drawn[name] < 0.05).mean(), book[name]
        assert abs(rate - expected) < 4 * np.sqrt(expected * (1 - expected) * (1 / 1000 + 1 / 2000))
    assert (drawn["wald"] < 0.05).mean() > 0.1


FOUR = {
    "patient": list("AAABBBCCCDDD"),
    "day": [0, 3, 6] * 4,
    "value": [1.0, 1.4, 1.1, 2.0, 2.2, 2.9, 0.7, 1.6, 1.3, 3.0, 2.1, 2.6],
    "group": [0] * 6 + [1] * 6,
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": [0] * 9 + [1] * 3}, "The treated group has 1 patient and needs two"),
        ({"group": [0, 0, 1] + [0] * 3 + [1] * 6}, "Patient A is in both groups"),
        ({"value": [1.0] * 12}, "All values are the same"),
        ({"value": [None] * 12}, "A day or a value of patient A is not a number"),
        ({"value": [0, 3, 6] * 4}, "all samples of a group are on one day, or the samples of each"),
        ({"day": [0, 0, 6] + [0, 3, 6] * 3}, "Patient A has two values on day 0"),
        ({name: FOUR[name][:2] * 4 for name in ("day", "value")}, "8 samples of 4 patients"),
    ],
)
def test_what_the_samples_lack_is_said(page, change, words):
    given = FOUR | change
    if len(given["day"]) == 8:
        given |= {"patient": list("AABBCCDD"), "group": [0] * 4 + [1] * 4}
    with pytest.raises(Exception, match=words):
        ask(page, "fit", given)
    assert ask(page, "fit", FOUR)["converged"]  # the next question is answered
