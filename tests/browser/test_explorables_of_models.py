"""Explorables that fit the models: what they say is what the package computes."""

import re

import numpy as np
import pandas as pd
import pytest

import rescat

pytestmark = pytest.mark.browser

PLACES = {
    "one-patient": "06_cytokines",
    "allocations": "05_random_slopes",
    "thousand-trials": "05_random_slopes",
    "own-trial": "09b_operating_characteristics",
}
ORDER = ["S01", "S06", "S02", "S03", "S04", "S07", "S05"]
CHANGES = [
    {"shift": 0.4},
    {"out": True},
    {"other": True, "statistic": "welch"},
    {"shift": -0.5, "day": 3.0},
]


@pytest.fixture
def page(chromium):
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        opened, faults = context.new_page(), []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("request", lambda r: faults.append(r.url) if r.url.startswith("http") else None)
        yield opened
    assert not faults


def opened(page, book, name: str, asked: str = ""):
    page.goto(f"{book.as_uri()}/chapters/{PLACES[name]}.html{asked}#explore-{name}")
    return page.locator(f"#explore-{name}")


def answer(section, words: str | re.Pattern = "") -> str:
    """What an explorable says, once it has computed."""
    said = section.locator(".explorable-answer", has_text=words)
    said.wait_for()
    return said.inner_text().replace("\xa0", " ")


def settings(section) -> dict:
    return section.evaluate("(s) => JSON.parse(s.dataset.settings)")


def computed(page, name: str, given: dict):
    code = "([name, given]) => rescatExplorables.registered[name].compute(given)"
    return page.evaluate(code, [name, given])


def as_frame(given: dict) -> pd.DataFrame:
    names = {"patient": "patient_id", "group": "treated"}
    return pd.DataFrame(given["samples"]).rename(columns=names).assign(origin="synthetic")


def test_nothing_is_loaded_before_a_change(page, built_book):
    for name in PLACES:
        section = opened(page, built_book, name)
        assert len(answer(section)) > 40
        assert page.evaluate("window.rescatModels") is None
        assert "INVENTED" in section.locator(".explorable-drawing").inner_text()


def test_without_a_change_it_says_what_the_book_found(page, built_book):
    section = opened(page, built_book, "one-patient")
    frame = as_frame(settings(section))
    row = rescat.fit_slopes(frame).table.loc["difference"]
    exact = rescat.permutation_test(frame, progress=False).p_value
    said = answer(section).replace("\N{MINUS SIGN}", "-")
    low, high = row["ci_low"], row["ci_high"]
    assert (
        f"slopes {row['slope']:.4f} per day (95 % confidence interval {low:.4f} to {high:.4f})"
        in said
    )
    assert f"P = {row['p_value']:.3f}; by exact permutation P = {exact:.3f}" in said


@pytest.mark.parametrize("change", CHANGES)
def test_a_patient_who_is_changed(page, built_book, change):
    given = settings(opened(page, built_book, "one-patient")) | change
    found = computed(page, "one-patient", given)
    frame = as_frame(given)
    own = frame["patient_id"].eq(given["patient"])
    frame.loc[own & frame["day"].eq(given["day"]), "value"] += given["shift"]
    if given["other"]:
        frame.loc[own, "treated"] = 1 - frame.loc[own, "treated"]
    frame = frame[~own] if given["out"] else frame
    row = rescat.fit_slopes(frame).table.loc["difference"]
    test = rescat.permutation_test(frame, statistic=given["statistic"], progress=False)
    names = {"slope": "slope", "low": "ci_low", "high": "ci_high", "df": "df", "p": "p_value"}
    for name, column in names.items():
        assert found["fit"]["difference"][name] == pytest.approx(row[column], rel=1e-6)
    assert found["permuted"]["p"] == pytest.approx(test.p_value)
    assert found["permuted"]["n"] == test.n_permutations
    assert found["permuted"]["leftOut"] == list(test.left_out)
    made = rescat.pages.patient_settings(frame, rescat.fit_slopes(frame), test)
    counts = made["found"]["permuted"]["counts"]
    # A statistic at the edge of two stretches may be counted in either.
    assert np.abs(np.subtract(found["permuted"]["counts"], counts)).sum() <= 4


def test_by_keyboard_and_with_an_address(page, built_book):
    section = opened(page, built_book, "one-patient")
    section.get_by_label("Leave this patient out").focus()
    page.keyboard.press("Space")
    refitted = re.compile(r"by exact permutation.*Unchanged:", re.DOTALL)
    said = answer(section, refitted)
    page.wait_for_timeout(700)
    assert page.url.endswith("?one-patient.out=yes#explore-one-patient")
    page.reload()
    assert answer(section, refitted) == said
    section.get_by_label("Leave this patient out").uncheck()
    assert "Nothing is changed yet." in answer(section, "Nothing is changed yet.")


def test_a_point_is_dragged(page, built_book):
    section = opened(page, built_book, "one-patient")
    section.locator("svg").first.scroll_into_view_if_needed()
    first = settings(section)
    name = next(p for p in first["samples"]["patient"] if p != first["patient"])
    box = section.locator(f"circle[data-patient='{name}']").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 20)
    page.mouse.move(x, y - 40)
    page.mouse.up()
    answer(section, "Unchanged:")
    assert section.get_by_label("Patient", exact=True).input_value() != first["patient"]
    assert float(section.get_by_label("This value moved by").input_value()) > 0.05


@pytest.mark.parametrize("scheme", ["any 5 of 7", "blocks of 3", "blocks of 6"])
def test_allocations(page, built_book, scheme):
    given = settings(opened(page, built_book, "allocations"))
    given["scheme"] = f"randomised, {scheme}"
    every = {
        "any 5 of 7": rescat.all_assignments(7, 5),
        "blocks of 3": rescat.block_assignments(7, 5, 3),
        "blocks of 6": rescat.block_assignments(7, 5, 6),
    }[scheme].set_axis([*ORDER, "probability"], axis=1)
    frame = as_frame(given)
    for allocation in (1, 7, given["allocation"], 21):
        for effect in (0, 0.1):
            given |= {"allocation": allocation, "effect": effect}
            way = dict(zip(ORDER, given["ways"][allocation - 1], strict=True))
            treated = frame["patient_id"].map(way)
            value = frame["value"] + effect * treated * frame["day"]
            own = frame.assign(treated=treated, value=value)
            found = computed(page, "allocations", given)
            if not (every[ORDER] == list(way.values())).all(axis=1).any():
                assert found["p"] is None
                continue
            test = rescat.permutation_test(own, assignments=every)
            assert found["p"] == pytest.approx(test.p_value)
            assert found["smallest"] == pytest.approx(test.smallest_p)


def test_an_allocation_is_chosen_with_the_pointer(page, built_book):
    section = opened(page, built_book, "allocations")
    before = answer(section)
    section.locator("circle[data-allocation='1']").click()
    assert "With S07 and S05 as controls" in answer(section) != before
    section.locator("text[data-patient='0']").click()  # S01 becomes a control
    assert "S01" in answer(section)
    section.get_by_label("How patients were allocated").select_option(index=1)
    assert re.search(r"there are 9 allocations|could not both", answer(section))


def test_a_thousand_trials_are_counted(page, built_book):
    section = opened(page, built_book, "thousand-trials")
    assert answer(section).startswith("2,000 trials drawn for the book")
    section.get_by_label("SD of the slopes, treated").fill("0.03")
    said = answer(section, "1,000 trials drawn in this page")
    assert "Too often: Wald z" in said
    given = settings(section) | {"sdTreated": 0.03}
    found = computed(page, "thousand-trials", given)
    assert f"Wald z ({100 * found['rates']['wald']:.1f} %)" in said


def test_a_trial_of_ones_own_is_that_of_the_package(page, built_book):
    """Other numbers are drawn: what both find is within their Monte Carlo errors."""
    section = opened(page, built_book, "own-trial")
    assert "of 2,000 trials of 5 treated patients and 5 controls" in answer(section)
    for change in (
        {"treated": 8, "controls": 12, "sdSlope": 0.02, "days": "0, 14, 28", "left": 0.3},
        {"treated": 10, "controls": 10, "difference": 0.0, "left": 0.0},
    ):
        given = settings(section) | change
        here = rescat.design(
            given["treated"], given["controls"], difference=given["difference"],
            sd_slope=given["sdSlope"], sd_residual=given["sdResidual"], left=given["left"],
            days=[float(day) for day in given["days"].split(",")],
        )  # fmt: skip
        there = computed(page, "own-trial", given)
        assert there["smallest"] == pytest.approx(here.smallest_p)
        assert there["se"] == pytest.approx(here.se, rel=4 / np.sqrt(2 * 500))
        for name, found in there["tests"].items():
            expected = here.performance.loc[name]
            for what, error in (("rate", 0.0224), ("exaggeration", 0.05)):
                if what in found and np.isfinite(expected[what]):
                    known = expected[f"{what}_error"]
                    assert abs(found[what] - expected[what]) < 4 * np.hypot(error, known), name
        code = "([given, se, f]) => rescatExplorables.registered['own-trial'].powerOf(given, se, f)"
        for factor in (0.5, 1.0, 3.0):
            power = page.evaluate(code, [given, here.se, factor])
            assert power == pytest.approx(here._power(np.array([factor]))[0], abs=0.01)
        if given["difference"]:
            code = "([given, se]) => rescatExplorables.registered['own-trial'].needed(given, se)"
            assert page.evaluate(code, [given, here.se]) == pytest.approx(here.sizes(), abs=1)


def test_a_trial_of_ones_own_follows_its_settings(page, built_book):
    section = opened(page, built_book, "own-trial")
    answer(section, "2,000 trials")
    section.get_by_role("slider", name="Treated patients").fill("20")
    said = answer(section, "500 trials of 20 treated patients and 5 controls")
    assert "For a power of 80 %, about" in said
    section.get_by_label("True difference (log10 per day)").fill("0")
    assert "There is no difference to find" in answer(section, "There is no difference")


def test_if_the_models_cannot_be_loaded_the_picture_is_back(addresses, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/engine-module.js*", lambda route: route.abort())
        page.goto(f"{addresses['http']}/chapters/05_random_slopes.html#explore-thousand-trials")
        section = page.locator("#explore-thousand-trials")
        section.get_by_label("SD of the slopes, treated").fill("0.03")
        section.locator(".explorable-picture").wait_for()
        assert section.locator("form").count() == 0
