"""Terms of the glossary explained in place: by pointer, keyboard and finger, without a network."""

import pytest

pytestmark = pytest.mark.browser

PAGE = "chapters/05_random_slopes.html"
TERM = 'article a[href$="#term-singular-fit"]'
BOX = ".term-box"


@pytest.fixture(params=["file", "http"])
def address(request, addresses):
    return f"{addresses[request.param]}/{PAGE}"


@pytest.fixture
def page(chromium, address):
    with chromium.new_context() as context:
        opened = context.new_page()
        opened.goto(address)
        yield opened


def meaning(page) -> str:
    """What describes the term for a screen reader."""
    described = page.locator(TERM).first.get_attribute("aria-describedby")
    return page.locator(f"#{described}").text_content()


def gone(page) -> None:
    page.locator(BOX).wait_for(state="detached")


def test_the_pointer_shows_a_definition_and_may_rest_on_it(page):
    page.locator(TERM).first.hover()
    box = page.locator(BOX)
    box.wait_for()
    assert box.inner_text().strip() == meaning(page)
    assert "variance" in meaning(page)
    box.hover()
    page.wait_for_timeout(600)  # longer than the box waits for a pointer that left
    assert box.is_visible()
    page.mouse.move(2, 2)
    gone(page)


def test_escape_closes_it_and_it_stays_closed(page):
    page.locator(TERM).first.hover()
    page.locator(BOX).wait_for()
    page.keyboard.press("Escape")
    gone(page)
    page.wait_for_timeout(400)
    assert not page.locator(BOX).count()


def test_the_keyboard_shows_it_hides_it_and_follows_the_term(page):
    """The links beside it may be terms too, and have their own boxes."""
    term, box = page.locator(TERM).first, page.locator(BOX)
    term.focus()
    page.keyboard.press("Shift+Tab")
    assert not box.count() or box.inner_text().strip() != meaning(page)
    page.keyboard.press("Tab")
    assert term.evaluate("(link) => link === document.activeElement")
    assert box.inner_text().strip() == meaning(page)
    page.keyboard.press("Escape")
    gone(page)
    assert term.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Tab")
    assert not term.evaluate("(link) => link === document.activeElement")
    assert not box.count() or box.inner_text().strip() != meaning(page)
    page.keyboard.press("Shift+Tab")
    assert box.inner_text().strip() == meaning(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-singular-fit")


def test_a_tap_shows_it_with_a_link(chromium, address):
    phone = {"width": 390, "height": 844}
    with chromium.new_context(viewport=phone, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(address)
        term, box = page.locator(TERM).first, page.locator(BOX)
        term.tap()
        box.wait_for()
        assert page.url == address
        assert meaning(page) in box.inner_text()
        place = box.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= phone["width"]
        page.locator("article h1").tap()
        gone(page)
        term.tap()
        box.get_by_role("link").tap()
        page.wait_for_url("**/glossary.html#term-singular-fit")


def test_it_is_not_printed(page):
    page.locator(TERM).first.focus()
    page.locator(BOX).wait_for()
    page.emulate_media(media="print")
    assert not page.locator(BOX).is_visible()
    assert not page.locator(".definitions").is_visible()
    assert page.locator(".extra_footer").is_visible()


def test_without_scripts_a_term_is_a_link(chromium, address):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.locator(TERM).first.click()
        page.wait_for_url("**/glossary.html#term-singular-fit")


def test_every_explained_term_of_a_page_fits_its_window(page):
    """Also a term at an edge, and one that stands on two lines."""
    page.set_viewport_size({"width": 500, "height": 500})
    terms = page.locator("article a[aria-describedby]")
    assert terms.count() > 10
    for number in range(terms.count()):
        terms.nth(number).focus()
        place = page.locator(BOX).bounding_box()
        assert place["x"] >= 0
        assert place["y"] >= 0
        assert place["x"] + place["width"] <= 500
        assert place["y"] + place["height"] <= 500
