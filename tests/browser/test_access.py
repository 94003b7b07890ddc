"""What axe-core finds on the pages: nothing, on a desk, a tablet and a phone, in light and dark."""

from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1440, 768, 360)
THEMES = ("light", "dark")
# A page of each kind.
KINDS = [
    "index.html",
    "summary.html",
    "chapters/04c_hidden_bias.html",
    "chapters/10_ledger.html",
    "exercises/01_cohort.html",
    "markers/NFL.html",
    "patients/index.html",
    "patients/7.html",
    "paper.html",
    "glossary.html",
    "bibliography.html",
    "checklists.html",
    "api/matching.html",
    "search.html?q=IL-6",
    "course/slides/session-1.html",
]
# What depends on the width, and what on the theme; the rest is the same on all of them.
OF_WIDTH = ["scrollable-region-focusable", "target-size", "region", "landmark-unique"]
OF_THEME = ["color-contrast", "link-in-text-block"]
# Long tables and lists are their first rows again and again, and axe takes seconds for each page.
SHORTEN = """(n) => {
    for (const row of document.querySelectorAll(`tbody > tr:nth-child(n + ${n})`)) row.remove();
    for (const kind of ["dl.glossary > *", "dl.py", "article li", ".note", ".annotated p"])
        for (const part of [...document.querySelectorAll(kind)].slice(2 * n)) part.remove();
}"""
# Slides have one theme.
IS = "(t) => [t, undefined].includes(document.documentElement.dataset.theme)"
LOOK = """async (rules) => {
    const always = {
        "target-size": {enabled: true},
        "label-content-name-mismatch": {enabled: true},
    };
    const options = rules.length ? {runOnly: {type: "rule", values: rules}} : {rules: always};
    const {violations} = await axe.run(document, {...options, resultTypes: ["violations"]});
    return violations.flatMap(({id, impact, nodes}) =>
        nodes.map((node) => `${id} (${impact}): ${node.target.join(" ")}: ${node.html}`));
}"""


def opened(page, built_book, name: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.emulate_media(color_scheme=THEMES[0], reduced_motion="reduce")
    page.goto(f"{built_book.as_uri()}/{name}")
    # axe-core takes the colours of what is not laid out yet for those of something else.
    page.add_style_tag(content="* {content-visibility: visible !important}")
    page.evaluate(f"{AXE}; 0")


def faults(page, name: str) -> list[str]:
    """What axe-core finds on the page that is open, at each width and in both themes."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(IS, arg=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            rules = OF_WIDTH if theme == THEMES[0] else OF_THEME
            if theme == THEMES[0] and width == WIDTHS[0]:
                rules = []  # all of them
            elif rules == OF_WIDTH:
                page.wait_for_timeout(700)  # boxes that scroll are marked a little later
            said = page.evaluate(LOOK, rules)
            found += [f"{name}, {width} px, {theme}: {fault[:300]}" for fault in said]
    return found


@pytest.fixture(scope="module")
def page(chromium):
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("name", KINDS)
def test_no_fault_on_a_page_of_each_kind(name, page, built_book):
    opened(page, built_book, name)
    page.evaluate(SHORTEN, 10)
    found = faults(page, name)
    assert not found, "\n".join(found)


@pytest.mark.tier2
def test_no_fault_on_any_page(page, built_book):
    """Each page whole, and all sessions."""
    found = []
    for path in sorted(built_book.rglob("*.html")):
        name = path.relative_to(built_book).as_posix()
        if not name.startswith("_static/"):
            opened(page, built_book, name)
            found += faults(page, name)
    assert not found, "\n".join(found)


# What shows that an element has the focus.
RING = """() => [document.activeElement, document.activeElement.firstElementChild].some((e) => {
    if (!e) return false;
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(e);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
})"""
NAME = "() => document.activeElement.outerHTML.slice(0, 120)"


@pytest.mark.parametrize("theme", THEMES)
def test_the_keyboard_is_always_somewhere_that_can_be_seen(theme, built_book, chromium):
    """From the head of a chapter through its page bar into its text."""
    size = {"width": 1440, "height": 900}
    with chromium.new_context(viewport=size, color_scheme=theme) as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/chapters/04c_hidden_bias.html")
        page.keyboard.press("Tab")
        assert "Skip to main content" in page.evaluate("document.activeElement.innerText")
        unseen, reached = [], set()
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break  # behind the last of all
            if not page.evaluate(RING):
                unseen.append(page.evaluate(NAME))
            reached.add(page.evaluate("document.activeElement.closest('article') !== null"))
        assert not unseen, "\n".join(unseen)
        assert True in reached


def test_a_press_of_enter_keeps_the_focus(built_book, chromium):
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/index.html")
        for button in (".theme-switch-button", ".primary-toggle"):
            page.locator(button).first.focus()
            page.keyboard.press("Enter")
            assert page.evaluate("(b) => document.activeElement.matches(b)", button)


def test_each_fold_of_code_has_a_name_of_its_own(built_book, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/exercises/01_cohort.html")
        folds = page.locator("details.hide > summary")
        words = folds.evaluate_all("(all) => all.map((s) => s.firstElementChild.textContent)")
        assert len(words) == len(set(words)) >= 5
        assert all(text.startswith("Show the solution: Exercise ") for text in words)


def test_less_motion_is_none(built_book, chromium):
    moving = """() => [...document.querySelectorAll("*")].filter((e) => {
        const {transitionDuration, animationDuration} = getComputedStyle(e);
        return [transitionDuration, animationDuration].some((t) => parseFloat(t) > 0);
    }).length"""
    with chromium.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/index.html")
        assert page.evaluate(moving) == 0
