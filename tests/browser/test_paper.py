"""The annotated paper in Chromium, offline: by keyboard, by mouse, on a phone, on paper."""

import pytest
from shared import audited

import rescat
from rescat.ledger.passages import passages

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PASSAGES = passages(audited(), rescat.load_paper())
# The number of the note of each claim.
NOTE = {q.claim_id: n for n, p in enumerate(PASSAGES, 1) for q in p.quotations}
# Text that could not be read on its own background: the contrast of WCAG 2.
ILLEGIBLE = """
() => {
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const channels = (colour) => {
        pixel.clearRect(0, 0, 1, 1);
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        return [...pixel.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b]
        .map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const background = (element) => {
        const own = channels(getComputedStyle(element).backgroundColor);
        return own[3] === 255 || !element.parentElement ? own : background(element.parentElement);
    };
    const found = [];
    for (const element of document.querySelectorAll(".words, .sign, .note:popover-open p")) {
        const colours = [channels(getComputedStyle(element).color), background(element)];
        const pair = colours.map(luminance);
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(1)}: ${element.innerText}`);
    }
    return found;
}
"""
FOCUSED = "() => document.activeElement.getAttribute('popovertarget') || document.activeElement.id"


@pytest.fixture
def opened(chromium, built_book):
    """A page of the book in a window of its own; faults of its scripts fail the test."""
    contexts, faults = [], []

    def go(place: str = "", **window):
        desk = {"viewport": {"width": 1440, "height": 900}}
        contexts.append(chromium.new_context(**desk | window))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto(f"{built_book.as_uri()}/paper.html{place}")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not faults


def button(page, claim: str):
    return page.locator(f'.note-button[popovertarget="note-{NOTE[claim]}"]')


def note(page, claim: str):
    return page.locator(f"#note-{NOTE[claim]}")


def words(page, claim: str):
    return page.locator(f'.words[data-claims~="{claim}"]').first


def test_by_keyboard(opened):
    page = opened()
    first, second = PASSAGES[0].quotations[0].claim_id, PASSAGES[1].quotations[0].claim_id
    assert not note(page, first).is_visible()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == f"note-{NOTE[first]}":
            break
    assert page.evaluate("() => document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    note(page, first).wait_for()
    assert first in note(page, first).inner_text()
    # The note itself has the focus, so that it is read, and its links come next.
    page.wait_for_function("() => document.activeElement.classList.contains('note')")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.note') !== null")
    page.keyboard.press("Escape")
    note(page, first).wait_for(state="hidden")
    assert page.evaluate(FOCUSED) == f"note-{NOTE[first]}"
    assert page.evaluate("() => document.activeElement.tagName") == "BUTTON"
    while page.evaluate(FOCUSED) != f"note-{NOTE[second]}":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    note(page, second).wait_for()


def test_a_click_on_the_words_opens_their_note_beside_them(opened):
    page = opened()
    words(page, "SAF-17").scroll_into_view_if_needed()
    words(page, "SAF-17").click()
    note(page, "SAF-17").wait_for()
    text = words(page, "SAF-17").bounding_box()
    box = note(page, "SAF-17").bounding_box()
    article = words(page, "SAF-17").locator("xpath=ancestor::p[1]").bounding_box()
    assert box["x"] >= article["x"] + article["width"] - 1
    assert box["y"] < text["y"] + text["height"] + 40
    assert box["y"] + box["height"] > text["y"] - 40
    words(page, "SAF-17").click()
    note(page, "SAF-17").wait_for(state="hidden")
    words(page, "SAF-17").click()
    page.locator(".paper-title").click(position={"x": 2, "y": 2})
    note(page, "SAF-17").wait_for(state="hidden")


def test_an_address_opens_the_note_of_its_claim(opened):
    page = opened("#NEU-07")
    note(page, "NEU-07").wait_for()
    assert words(page, "NEU-07").bounding_box()["y"] < 900
    page.keyboard.press("Escape")
    page.locator(".paper-answer details summary").click()
    page.locator(".paper-answer a", has_text="REF-25").click()
    note(page, "REF-25").wait_for()


def test_every_note_opens_and_fits_the_window(opened):
    page = opened()
    faults = page.evaluate(
        """() => [...document.querySelectorAll(".note-button")].flatMap((button) => {
            button.scrollIntoView({ block: "center" });
            button.click();
            const note = document.getElementById(button.getAttribute("popovertarget"));
            const { left, top, right, bottom } = note.getBoundingClientRect();
            const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
            const open = note.matches(":popover-open");
            note.hidePopover();
            return open && inside ? [] : [`${note.id}: ${open} ${top} ${bottom}`];
        })"""
    )
    assert page.locator(".note-button").count() == len(PASSAGES)
    assert not faults


def test_names_and_roles(opened):
    page = opened()
    count = page.get_by_role("button", name="cannot both be right").count()
    both = {c for c, v in zip(audited()["claim_id"], audited()["verdict"], strict=True)
            if v == "cannot both be right"}  # fmt: skip
    assert count == len({NOTE[claim] for claim in both if claim in NOTE})
    button(page, "SAF-17").click()
    shown = page.get_by_role("note")
    assert shown.count() == 1
    assert shown.get_by_role("button", name="Close").is_visible()
    shown.get_by_role("button", name="Close").click()
    assert shown.count() == 0
    assert page.get_by_role("table", name="Table 2").is_visible()


def test_without_scripts(opened):
    page = opened(java_script_enabled=False)
    assert not note(page, "SAF-17").is_visible()
    button(page, "SAF-17").click()
    assert note(page, "SAF-17").is_visible()
    page.keyboard.press("Escape")
    assert not note(page, "SAF-17").is_visible()


def test_on_a_phone_the_note_is_a_sheet_at_the_foot(opened):
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    words(page, "SAF-17").tap()
    note(page, "SAF-17").wait_for()
    box = note(page, "SAF-17").bounding_box()
    assert (round(box["x"]), round(box["width"])) == (0, PHONE["width"])
    assert round(box["y"] + box["height"]) == PHONE["height"]
    assert box["height"] <= 0.6 * PHONE["height"] + 1
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_and_notes_are_legible(opened, theme):
    page = opened("#SAF-17", color_scheme=theme)
    page.wait_for_function("(t) => document.documentElement.dataset.theme === t", arg=theme)
    note(page, "SAF-17").wait_for()
    assert page.evaluate(ILLEGIBLE) == []


def test_on_paper_every_note_follows_its_section(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator(".note:visible").count() == len(PASSAGES)
    assert page.locator("mark .note-number:visible").count() == len(PASSAGES)
    abstract = page.locator("section#abstract")
    last = abstract.locator(".note").last.bounding_box()
    assert last["y"] > abstract.locator("mark").last.bounding_box()["y"]
    assert last["y"] < page.locator("section#introduction").bounding_box()["y"]
