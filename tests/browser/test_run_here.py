"""A page runs where it is read: its cells, its exercises, and tables of the reader's own."""

import re
import shutil

import made_up
import pytest
from shared import ROOT, places_of

pytestmark = pytest.mark.browser

DONE = "() => /^Done|failed|Stopped/.test(document.querySelector('.run-status').textContent)"


@pytest.fixture(scope="module")
def running_book(built_book, python_for_pages, tmp_path_factory):
    """The book with Python for its pages: as a folder on a disk, and on a server."""
    pages = tmp_path_factory.mktemp("running") / "html"
    shutil.copytree(built_book, pages)
    shutil.copytree(python_for_pages, pages / "_static" / "run", dirs_exist_ok=True)
    with places_of(pages) as places:
        yield places


@pytest.fixture
def opened(chromium, running_book):
    """Open a page and start Python; nothing is asked of another place, and nothing goes wrong."""
    pages = []

    def open_(name, kind="http", width=1200):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(300_000)
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{running_book[kind]}/{name}")
        before = [url for url in asked if re.search(r"\.bin$|/(python|library|book)-\d+\.js", url)]
        assert not before  # a page that is only read loads none of it
        page.get_by_role("button", name=re.compile("^Run this (chapter|page) here$")).click()
        page.locator(".run-tools").wait_for()
        pages.append((page, asked, faults, running_book[kind]))
        return page

    yield open_
    for page, asked, faults, place in pages:
        page.close()
        assert all(url.startswith((place, "blob:", "data:")) for url in asked)
        assert not faults


def run_all(page) -> str:
    page.get_by_role("button", name="Run all").click()
    page.wait_for_function(DONE)
    return page.locator(".run-status").inner_text()


@pytest.mark.parametrize("kind", ["http", "file"])
def test_a_chapter_gives_the_numbers_and_tables_of_the_book(opened, kind):
    page = opened("chapters/03_safety.html", kind)
    tables = page.locator("table.tabular").all_inner_texts()
    assert re.fullmatch(r"Done: \d+ cells\.", run_all(page))  # no number in the text is another
    assert page.locator(".run-number").count() == 0
    assert page.locator("table.tabular").all_inner_texts() == tables
    assert page.locator(".run-output figure.fig svg").count() > 0


def test_a_parameter_changes_what_the_page_says_and_reset_puts_it_back(opened):
    page = opened("chapters/02_manufacturing.html")
    field = page.locator('.run-parameters input[name="infusions_per_patient"]')
    first = field.input_value()
    field.fill(str(int(first) + 1))
    page.get_by_role("button", name="Run with these").click()
    page.wait_for_function(DONE)
    assert "numbers in the text are other" in page.locator(".run-status").inner_text()
    assert page.locator(".run-number").count() > 0
    page.get_by_role("button", name="Reset").click()
    page.locator(".run-number").first.wait_for(state="detached")
    assert field.input_value() == first


def test_a_cell_that_changes_makes_those_below_stale_and_a_fault_names_its_line(opened):
    page = opened("markers/NFL.html")
    assert run_all(page).startswith("Done")
    page.get_by_role("button", name="Show all code").click()
    cells = page.locator(".run-cell:visible")
    assert "NFL" in page.locator(".run-code").first.input_value()
    area = cells.nth(1).locator("textarea")
    area.fill(area.input_value() + "\nnobody_knows_this")
    assert cells.nth(1).get_attribute("data-state") == "changed"
    assert cells.nth(2).get_attribute("data-state") == "above"
    area.press("Shift+Enter")
    page.wait_for_function(DONE)
    said = page.locator(".run-error").inner_text()
    line = len(area.input_value().splitlines())
    assert "NameError: name 'nobody_knows_this' is not defined" in said
    assert f"Line {line} of cell 2" in said
    # The Tab key is for code; after Escape it goes on, so that nobody is caught.
    area.press("Escape")
    area.press("Tab")
    assert not area.evaluate("(area) => area === document.activeElement")


def test_an_exercise_checks_itself_and_is_remembered(opened):
    page = opened("exercises/03_safety.html", "file")
    section = page.locator('section[id^="exercise-"]').filter(has=page.locator(".run-cell")).first
    cell = section.locator(".run-cell:has(textarea:visible)").first
    area = cell.locator("textarea")
    assert "..." in area.input_value()
    area.press("Shift+Enter")
    page.wait_for_function("(e) => e.dataset.state === 'blank'", arg=cell.element_handle())
    section.locator("details").first.evaluate("(part) => (part.open = true)")
    solution = section.locator("details pre").first.inner_text()
    area.fill(solution)
    area.press("Shift+Enter")
    page.wait_for_function("(e) => e.dataset.state === 'right'", arg=cell.element_handle())
    assert page.locator(".run-progress").inner_text().startswith("1 of ")
    kept = page.evaluate("localStorage.getItem('rescat-exercises')")
    assert '"outcome":"right"' in kept
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my answers").click()
    sheet = saved.value.path().read_text(encoding="utf-8")
    assert "checked: right" in sheet
    page.get_by_role("button", name="Forget my answers").click()
    assert page.locator(".run-progress").inner_text().startswith("0 of ")


def test_own_tables_are_checked_and_run_and_marked_private(opened, tmp_path):
    own = made_up.write(tmp_path / "own", ROOT / "data" / "published")
    page = opened("markers/NFL.html")
    page.locator(".run-own").evaluate("(part) => (part.open = true)")
    files = page.locator('.run-own input[type="file"]').first
    broken = tmp_path / "biomarkers.csv"
    broken.write_text("patient_id,arm,day,marker,value,unit,below_lod\n1,MSC,0,IL-6,0,pg/mL,n\n")
    files.set_input_files(broken)
    page.get_by_text("Nothing was kept of these tables").wait_for()
    assert re.search(r"biomarkers.csv\s+2\s+value", page.locator(".run-check").inner_text())
    files.set_input_files(sorted(own.glob("*.csv")))
    page.get_by_text("No fault was found").wait_for()
    page.get_by_role("button", name="Run this page on your data").click()
    page.wait_for_function(DONE)
    assert page.locator(".run-status").inner_text().startswith("Done")
    assert page.title().startswith("PRIVATE")
    assert page.locator(".run-private").is_visible()
    assert "PRIVATE" in page.locator(".run-output").first.inner_text()
    stored = page.evaluate(
        "JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})"
    )
    assert "P001" not in stored
    page.get_by_role("button", name="Reset").click()
    assert not page.title().startswith("PRIVATE")
