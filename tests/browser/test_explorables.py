"""Explorables in Chromium without a network: their numbers are those of the package, to 1e-10."""

import itertools
import re

import numpy as np
import pytest

import rescat
from rescat.base.files import NOTEBOOKS
from rescat.book.wasm import computing
from rescat.data.trial_facts import DAYS

pytestmark = pytest.mark.browser

# Each explorable, and the chapter whose source shows it.
PLACES = {
    name: path.stem
    for path in sorted(NOTEBOOKS.glob("*.py"))
    for name in re.findall(r'show_explorable\(\s*"([\w-]+)"', path.read_text(encoding="utf-8"))
}
CLOSE = {"rel": 0, "abs": 1e-10}
PATIENTS = "Patients, none with the event"
SETTLED = 700  # ms: more than the shell waits for before it announces


@pytest.fixture(scope="module")
def context(chromium):
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as opened:
        yield opened


@pytest.fixture
def page(context):
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    opened.on("request", lambda r: faults.append(r.url) if r.url.startswith("http") else None)
    yield opened
    opened.close()
    assert not faults


def address(book, name: str, asked: str = "") -> str:
    return f"{book.as_uri()}/chapters/{PLACES[name]}.html{asked}#explore-{name}"


def section(page, name: str):
    """An explorable that has drawn."""
    return page.locator(f"#explore-{name}:not([aria-busy])")


def answer(page, name: str) -> str:
    return words(section(page, name).locator(".explorable-answer"))


def words(place) -> str:
    """What is written in a place, where a number and its % are on one line."""
    return place.inner_text().replace("\xa0", " ")


def computed(page, name: str, cases: list) -> list:
    """What the script of an explorable computes, for many settings in one call."""
    code = "([name, all]) => all.map((one) => rescatExplorables.registered[name].compute(...one))"
    return page.evaluate(code, [name, cases])


def settings(page, name: str) -> dict:
    """The first settings of a section, from its own attribute."""
    return section(page, name).evaluate("(s) => JSON.parse(s.dataset.settings)")


# --- The numbers are those of the package ---------------------------------------------------------


def test_zero_of_n(page, built_book):
    page.goto(address(built_book, "zero-of-n"))
    cases = list(itertools.product([1, 2, 5, 59, 300], [80, 90, 95, 99], [False, True]))
    for (n, confidence, both), found in zip(cases, computed(page, "zero-of-n", cases), strict=True):
        share = confidence / 100
        one = rescat.upper_bound_of_zero(n, share)
        two = rescat.exact_interval(0, n, share)[1]
        assert found == pytest.approx(two if both else one, **CLOSE)
    limit = 100 * rescat.upper_bound_of_zero(5)
    assert f"up to {limit:.0f} % remains possible (one-sided 95 %" in answer(page, "zero-of-n")


def test_chance_hits(page, built_book):
    page.goto(address(built_book, "chance-hits"))
    cases = list(itertools.product([1, 3, 20, 40], [0.001, 0.05, 0.1], [0, 0.05, 0.5, 0.95]))
    for (n, alpha, r), found in zip(cases, computed(page, "chance-hits", cases), strict=True):
        expected = rescat.count_distribution(n, alpha=alpha, correlation=r)
        assert found == pytest.approx(expected.tolist(), **CLOSE)
    assert f"{100 * rescat.chance_of_at_least(3, 20):.1f} %" in answer(page, "chance-hits")


def test_p_of_limits(page, built_book):
    page.goto(address(built_book, "p-of-limits"))
    lines = rescat.pages.p_settings(rescat.load_slopes(), ["IL18", "IL1RA", "NFL"])
    cases, expected = [], []
    for line, df, even in itertools.product(lines.values(), [2, 3, 8, 15, 60], [True, False]):
        for convention in ("z", "t", "mixed"):
            cases.append(line | {"df": df, "convention": convention, "decimals": 3, "even": even})
            parts = ("estimate", "low", "high")
            own, other = ([line[f"{part}{sign}"] for part in parts] for sign in ("", "2"))
            how = {
                "df": np.inf if convention == "z" else df,
                "limits_df": np.inf if convention == "mixed" else None,
                "even": even,
            }
            if line["what"] == "difference":
                expected.append(rescat.attainable_difference_p(own, other, **how))
            else:
                expected.append(rescat.attainable_p(own[0], tuple(own[1:]), **how))
    found = computed(page, "p-of-limits", [[case] for case in cases])
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, **CLOSE)
    low, high = rescat.attainable_difference_p((0.007, 0.001, 0.013), (-0.002, -0.008, 0.004))
    assert f"from {low:.4f} to {high:.4f} (two-sided, by z)" in answer(page, "p-of-limits")
    nothing = {"estimate": 0.02, "low": 0.001, "high": 0.013}  # no middle
    assert computed(page, "p-of-limits", [[cases[0] | nothing | {"what": "slope"}]]) == [[]]


def test_two_courses(page, built_book):
    page.goto(address(built_book, "two-courses"))
    first = settings(page, "two-courses")
    shapes = list(itertools.product(first["designs"], [2, 14, 20], [24, 28], [0.3, 1], [0, 0.6]))
    names = ("design", "peak", "end", "height", "left")
    cases = [first | dict(zip(names, shape, strict=True)) for shape in shapes]
    found = computed(page, "two-courses", [[case] for case in cases])
    variance = {"sd_slope": 0.05, "sd_intercept": 1.25}
    for (design, peak, end, height, left), line in zip(shapes, found, strict=True):
        rise = np.interp(DAYS, [0, peak, end], [0, height, left])
        curves = {"control": rise + first["treated"] * DAYS, "treated": first["treated"] * DAYS}
        fitted = rescat.fitted_lines(curves, {"line": design}, **variance).iloc[0]
        assert line["slope"] == pytest.approx(fitted["slope"], **CLOSE)
        assert line["intercept"] == pytest.approx(fitted["intercept"], **CLOSE)


def test_place_of_care(page, built_book):
    page.goto(address(built_book, "place-of-care"))
    cases = list(itertools.product([0.016, 0.029, 0.041], [-0.02, 0.002, 0.04], [0.1, 0.83, 1]))
    found = computed(page, "place-of-care", cases)
    assert found == pytest.approx([float(rescat.needed_slope(*c)) for c in cases], **CLOSE)
    first = settings(page, "place-of-care")
    needed = rescat.needed_slope(first["printed"], first["others"], first["weight"])
    assert f"NFL must rise by {needed:.3f} per day" in answer(page, "place-of-care")


def test_matching(page, built_book):
    page.goto(address(built_book, "matching"))
    first = settings(page, "matching")
    patients = rescat.load_patients()
    treated, pool = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    covariates = list(first["apart"])
    weights = [w for w in itertools.product([0, 0.5, 5], repeat=4) if any(w)]
    weights.append((1, 1, 1, 1))
    cases = [[first | dict(zip(covariates, w, strict=True))] for w in weights]
    for own, found in zip(weights, computed(page, "matching", cases), strict=True):
        squares = sum(
            w * rescat.match_distances(treated, pool, covariates=[c], distance="robust") ** 2
            for w, c in zip(own, covariates, strict=True)
        )
        table = np.sqrt(squares)
        best = rescat.match(treated, pool, covariates=covariates, distance=table)
        assert found["total"] == pytest.approx(best.total_distance, **CLOSE)
        sets = [[table.iloc[i, j] for j in chosen] for i, chosen in enumerate(found["sets"])]
        assert sum(map(sum, sets)) == pytest.approx(best.total_distance, **CLOSE)
        assert sorted(itertools.chain(*found["sets"])) == list(range(len(pool)))
    four = rescat.match(treated, pool, covariates=covariates, distance="robust")
    assert found["total"] == pytest.approx(four.total_distance, **CLOSE)
    named = {
        t: {first["controls"][j] for j in chosen}
        for t, chosen in zip(first["treated"], found["sets"], strict=True)
    }
    assert named == {t: set(chosen) for t, chosen in four.sets.items()}


# --- The shell --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACES)
def test_it_stands_in_the_place_of_its_picture(name, page, built_book):
    page.goto(address(built_book, name))
    own = section(page, name)
    assert own.get_by_role("heading").inner_text().endswith("?")
    assert own.locator(".explorable-picture").count() == 0
    assert "What is fixed." in own.inner_text()
    for drawn in own.locator(".explorable-drawing svg[role=img]").all():
        assert len(drawn.get_attribute("aria-label")) > 40
    assert words(own.locator(".explorable-status")) == answer(page, name)
    sizes = own.locator("form :is(input, select, button):visible").evaluate_all(
        """(all) => all.map((e) =>
            [e.labels?.[0]?.innerText ?? e.innerText, e.offsetWidth, e.offsetHeight])"""
    )
    assert sizes
    for label, width, height in sizes:
        assert label.strip()
        assert min(width, height) >= 24, label


@pytest.mark.parametrize("name", PLACES)
def test_without_scripts_the_picture_stands(name, built_book, chromium):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address(built_book, name))
        own = section(page, name)
        assert own.locator(".explorable-picture").bounding_box()["height"] > 100
        picture = own.locator(".explorable-picture :is(img, svg)").first
        assert len(picture.get_attribute("alt") or picture.get_attribute("aria-label")) > 40
        assert own.locator("form").count() == 0
        assert own.locator(".explorable-fixed").is_visible()


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("name", PLACES)
def test_on_a_phone_nothing_is_cut(name, width, built_book, chromium):
    screen = {"width": width, "height": 844}
    with chromium.new_context(viewport=screen, is_mobile=True, has_touch=True) as context:
        page = context.new_page()
        page.goto(address(built_book, name))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        cut = section(page, name).evaluate(
            """(s) => [...s.querySelectorAll(".explorable-drawing text, form *")]
                .filter((e) => e.getClientRects().length)
                .map((e) => [e.textContent, e.getBoundingClientRect()])
                .filter(([, box]) => box.left < 0 || box.right > innerWidth)
                .map(([words, box]) => `${words}: ${box.left} to ${box.right}`)"""
        )
        assert cut == []
        # The answer is in view while the settings are.
        section(page, name).locator("form select, form input").first.scroll_into_view_if_needed()
        box = section(page, name).locator(".explorable-answer").bounding_box()
        assert box["y"] + box["height"] <= screen["height"]


def test_by_keyboard_alone(page, built_book):
    page.goto(address(built_book, "zero-of-n"))
    section(page, "zero-of-n").get_by_label(PATIENTS).focus()
    page.keyboard.press("ArrowRight")
    limit = 100 * rescat.upper_bound_of_zero(6)
    assert f"none of 6 patients had the event, a true risk of up to {limit:.0f} %" in answer(
        page, "zero-of-n"
    )
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert "one-sided 99 % upper limit" in answer(page, "zero-of-n")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert "two-sided 99 % interval" in answer(page, "zero-of-n")
    page.wait_for_timeout(SETTLED)
    status = section(page, "zero-of-n").get_by_role("status")
    assert words(status) == answer(page, "zero-of-n")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "none of 5 patients" in answer(page, "zero-of-n")


def test_an_announcement_waits_until_the_settings_rest(page, built_book):
    page.goto(address(built_book, "zero-of-n"))
    status = section(page, "zero-of-n").get_by_role("status")
    before = words(status)
    section(page, "zero-of-n").get_by_label(PATIENTS).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert words(status) == before != answer(page, "zero-of-n")
    page.wait_for_timeout(SETTLED)
    assert words(status) == answer(page, "zero-of-n")


def test_settings_have_an_address(page, built_book):
    page.goto(address(built_book, "zero-of-n", "?other.n=7"))
    section(page, "zero-of-n").get_by_label(PATIENTS).fill("59")
    section(page, "zero-of-n").get_by_label("Two-sided").check()
    page.wait_for_timeout(SETTLED)
    asked = "?other.n=7&zero-of-n.n=59&zero-of-n.two_sided=yes#explore-zero-of-n"
    assert page.url.endswith(asked)
    said = answer(page, "zero-of-n")
    page.reload()
    assert answer(page, "zero-of-n") == said
    assert section(page, "zero-of-n").get_by_label(PATIENTS).input_value() == "59"
    section(page, "zero-of-n").get_by_role("button", name="Reset").click()
    page.wait_for_timeout(SETTLED)
    assert page.url.endswith("?other.n=7#explore-zero-of-n")
    assert "none of 5 patients" in answer(page, "zero-of-n")


@pytest.mark.parametrize("value", ["0", "301", "nobody", "", "5e99"])
def test_an_address_that_asks_for_what_cannot_be_is_left(value, page, built_book):
    page.goto(address(built_book, "zero-of-n", f"?zero-of-n.n={value}"))
    assert "none of 5 patients" in answer(page, "zero-of-n")


def test_the_link_is_copied_or_shown(built_book, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(address(built_book, "chance-hits"))
        own = section(page, "chance-hits")
        own.get_by_label("Tests", exact=True).fill("21")
        refuse = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
        page.evaluate(refuse)
        own.get_by_role("button", name="Copy link").click()
        field = own.get_by_role("textbox", name="Link to these settings")
        assert field.input_value().endswith("?chance-hits.tests=21#explore-chance-hits")
        keep = "() => { navigator.clipboard.writeText = (text) => { window.copied = text; }; }"
        page.evaluate(keep)
        own.get_by_role("button", name="Copy link").click()
        own.get_by_role("button", name="Link copied").wait_for()
        assert page.evaluate("window.copied") == field.input_value()


def test_a_typed_number_that_is_none_changes_nothing(page, built_book):
    page.goto(address(built_book, "p-of-limits"))
    before = answer(page, "p-of-limits")
    field = section(page, "p-of-limits").get_by_label("P, as printed")
    field.fill("2")
    assert field.get_attribute("aria-invalid") is not None
    assert answer(page, "p-of-limits") == before
    field.fill("0.05")
    assert field.get_attribute("aria-invalid") is None
    assert "P = 0.05 is inside" in answer(page, "p-of-limits")


def test_an_example_sets_all(page, built_book):
    page.goto(address(built_book, "p-of-limits"))
    own = section(page, "p-of-limits")
    own.get_by_label("Start from").select_option("NFL, controls")
    assert own.get_by_label("Slope of the controls").input_value() == "0.029"
    assert own.get_by_label("Slope of the MSC patients").is_hidden()
    _, high = rescat.attainable_p(0.029, (0.016, 0.041))
    assert high < 0.001
    assert "P < 0.001 is inside" in answer(page, "p-of-limits")


def test_the_print_has_the_drawing_and_the_settings_in_words(page, built_book):
    page.goto(address(built_book, "zero-of-n", "?zero-of-n.n=59"))
    page.emulate_media(media="print")
    own = section(page, "zero-of-n")
    assert own.locator("form").is_hidden()
    assert own.locator(".explorable-drawing svg[role=img]").is_visible()
    assert "Patients, none with the event: 59; Confidence: 95 %" in own.inner_text()


def test_if_a_drawing_fails_the_picture_is_back(page, built_book):
    page.goto(address(built_book, "zero-of-n"))
    shown = page.evaluate(
        """() => {
            const box = document.createElement("section");
            box.className = "explorable";
            box.dataset.explorable = "broken";
            box.dataset.settings = "{}";
            box.innerHTML = '<div class="explorable-picture">a picture</div>';
            document.querySelector("article").append(box);
            try {
                const draw = () => { throw new Error("x"); };
                rescatExplorables.register("broken", { controls: [], draw });
            } catch {}
            return box.innerText.trim();
        }"""
    )
    assert shown == "a picture"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_are_legible(theme, page, built_book):
    contrast = """(e) => {
        const channels = (text) => text.match(/[\\d.]+/g).map(Number).slice(0, 3);
        const luminance = (c) => c.map((x) => x / 255)
            .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
            .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
        const box = getComputedStyle(e.closest(".explorable")).backgroundColor;
        const own = getComputedStyle(e);
        const pair = [e.closest("svg") ? own.fill : own.color, box].map(channels).map(luminance);
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }"""
    page.emulate_media(color_scheme=theme)
    for name in PLACES:
        page.goto(address(built_book, name))
        words = ":is(label, .explorable-drawing text, [class^=explorable-]:is(p, span))"
        ratios = section(page, name).locator(words).evaluate_all(f"(all) => all.map({contrast})")
        assert min(ratios) >= 4.5, name


def test_only_pages_with_an_explorable_load_its_files(built_book):
    found = {
        path.stem: set(files)
        for path in built_book.rglob("*.html")
        if (files := re.findall(r"_static/explorables/([\w.-]+)", path.read_text(encoding="utf-8")))
    }
    expected = {chapter: {"shell.js", "shell.css"} for chapter in PLACES.values()}
    for name, chapter in PLACES.items():
        expected[chapter] |= {f"{name}.js"} | ({"engine.js"} if name in computing() else set())
    assert found == expected
    assert len(PLACES) >= 6
