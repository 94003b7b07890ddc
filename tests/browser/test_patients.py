"""The pages of the patients in the built book, in Chromium without a network."""

import pytest

pytestmark = pytest.mark.browser

# What is drawn beyond the picture, and names of events that lie on each other.
OVERLAPPING = """
() => {
    const texts = [...document.querySelectorAll(".patient-bar text")];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    const found = [];
    boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other, j) => {
        if (one.left < other.right && other.left < one.right
            && one.top < other.bottom && other.top < one.bottom)
            found.push(`${texts[i].textContent} on ${texts[i + 1 + j].textContent}`);
    }));
    for (const box of boxes)
        if (box.right > window.innerWidth || box.left < 0) found.push("outside the screen");
    return found;
}
"""


@pytest.fixture
def opened(addresses, chromium):
    """Open a page on a screen, offline; the context is closed after the test."""
    contexts = []

    def open_page(name: str, width: int = 1440, height: int = 900):
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.goto(f"{addresses['file']}/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("patient", range(1, 18))
def test_a_patient_fits_one_screen(patient, opened):
    page = opened(f"patients/{patient}.html")
    box = page.locator(".patient").bounding_box()
    assert box["y"] + box["height"] < 900
    assert page.get_by_role("heading", name=f"Patient {patient}", exact=True).is_visible()


def test_the_picture_has_a_name_and_words(opened):
    page = opened("patients/7.html")
    picture = page.get_by_role("img", name="Support and stay")
    assert picture.is_visible()
    assert "the stay ends on day 10" in picture.locator("desc").text_content()


@pytest.mark.parametrize("patient", [4, 5, 7, 9, 17])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_in_the_picture_lies_on_another(patient, width, opened):
    assert opened(f"patients/{patient}.html", width=width).evaluate(OVERLAPPING) == []


def test_from_one_patient_to_the_next_and_to_the_ledger(opened):
    page = opened("patients/7.html")
    page.get_by_role("link", name="Patient 8 →").click()
    page.wait_for_url("**/patients/8.html")
    page.get_by_role("link", name="COH-22").click()
    page.wait_for_url("**/chapters/10_ledger.html#COH-22")
    assert page.locator("#COH-22").is_visible()


def test_the_search_finds_a_patient(opened):
    page = opened("search.html?q=patient+7")
    page.locator("#search-results li a").first.wait_for()
    assert page.locator("#search-results li a").first.inner_text() == "Patient 7"


def test_a_table_of_a_chapter_leads_to_the_patient(opened):
    page = opened("chapters/01_cohort.html")
    page.locator("table:has(#tab-outside)").get_by_role("link", name="16", exact=True).click()
    page.wait_for_url("**/patients/16.html")
