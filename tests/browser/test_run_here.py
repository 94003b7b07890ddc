"""A page runs where it is read: its cells, its exercises, and tables of the reader's own."""

import re
from io import BytesIO

import made_up
import pytest
from pypdf import PdfReader
from shared import ROOT

import rescat
from rescat.course.check import exercises
from rescat.course.quiz import read_questions
from rescat.course.sessions import MATERIAL, load_sessions

pytestmark = pytest.mark.browser

TABLES = "table.tabular:not(.explorable *)"  # of those, what is far on the page is a picture first
DONE = "() => /^Done|failed|Stopped/.test(document.querySelector('.run-status').textContent)"


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
    tables = [re.sub(r"\s", "", text) for text in page.locator(TABLES).all_text_contents()]
    assert re.fullmatch(r"Done: \d+ cells\.", run_all(page))  # no number in the text is another
    assert page.locator(".run-number").count() == 0
    after = page.locator(TABLES).all_text_contents()
    assert [re.sub(r"\s", "", text) for text in after] == tables
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


def typed(expected) -> str:
    """An answer as a fellow types it."""
    if isinstance(expected, frozenset | set):
        return ", ".join(map(str, sorted(expected)))
    return f"{expected:.12g}".replace(".", ",") if isinstance(expected, float) else str(expected)


def test_a_fellow_does_session_1_with_nothing_but_the_page(chromium, opened, running_book):
    """The test, the exercises, the sentence, the sheet: as book/facilitator.md says it."""
    session = load_sessions()[0]
    fellow = chromium.new_page()
    fellow.goto(f"{running_book['file']}/test-before.html")
    questions = fellow.locator("form.written-test fieldset")
    assert questions.count() == len(read_questions(MATERIAL / "test-before.yml"))
    for number in range(questions.count()):
        questions.nth(number).get_by_role("radio").first.check()
    assert fellow.locator("form.written-test input:checked").count() == questions.count()
    assert "data-correct" not in fellow.content()  # the key is the teacher's
    fellow.emulate_media(media="print")
    assert questions.last.is_visible()
    assert fellow.get_by_role("button", name="Print my answers").is_hidden()
    fellow.close()

    page = opened("exercises/01_cohort.html", "file")
    for name in session.exercises:
        number = name.split("-")[1]
        section = page.locator(f'section[id^="exercise-{number}-"]')
        fields = section.locator(".run-fields input")
        expected = exercises()[name].expected()
        assert fields.count() == len(expected)
        fields.first.fill("such as 12 words")
        section.get_by_role("button", name="Check").click()
        page.wait_for_function(DONE)
        said = section.locator(".run-output").inner_text()
        assert re.search("expected a number|not belong|missing", said)
        for field, answer in zip(fields.all(), expected, strict=True):
            field.fill(typed(answer))
        fields.last.press("Enter")
        section.locator('.run-cell[data-state="right"]').wait_for()
    progress = page.locator(".run-progress")
    assert progress.inner_text().startswith("2 of 7")  # 01-2 asks for words too
    words = page.get_by_label("Your answer in words").first
    words.fill("x")
    assert progress.inner_text().startswith("2 of 7")
    words.fill("The treated patients breathed better before any infusion.")
    page.get_by_label("At the end of session 1").fill(session.answer)
    assert progress.inner_text().startswith("4 of 7")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save my answers").click()
    sheet = saved.value.path().read_text(encoding="utf-8")
    assert sheet.count("Checked: right.") == len(session.exercises)
    assert session.answer in sheet
    assert "breathed better" in sheet

    # Printed: the sheet and nothing else. Later: all of it is there again.
    page.evaluate("() => { window.print = () => {}; }")
    page.get_by_role("button", name="Print my answers").click()
    page.emulate_media(media="print")
    assert page.locator(".run-sheet").is_visible()
    assert page.locator("article").is_hidden()
    printed = "".join(part.extract_text() for part in PdfReader(BytesIO(page.pdf())).pages)
    assert printed.count("Checked: right.") == len(session.exercises)
    page.emulate_media(media="screen")
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.reload()
    page.get_by_role("button", name="Run this page here").click()
    assert page.locator(".run-progress").inner_text().startswith("4 of 7")
    page.get_by_role("button", name="Forget my answers").click()
    assert page.locator(".run-progress").inner_text().startswith("0 of ")
    assert page.locator(".run-fields input").first.input_value() == ""


def test_code_in_place_of_a_number_is_the_same_answer(opened):
    page = opened("exercises/03_safety.html")
    section = page.locator('section[id^="exercise-1-"]')
    section.get_by_role("button", name="Code", exact=True).click()
    area = section.locator(".run-code:visible").first
    section.locator(".run-fields input").first.fill("0,25")
    assert area.input_value().startswith("low = 0.25\n")
    section.locator("details").first.evaluate("(part) => (part.open = true)")
    area.fill(section.locator("details pre").first.inner_text())  # the solution
    area.press("Shift+Enter")
    section.locator('.run-cell[data-state="right"]').wait_for()
    assert not section.locator(".run-fields input").first.is_editable()  # the code computes it
    kept = page.evaluate("localStorage.getItem('rescat-exercises')")
    assert '"outcome":"right"' in kept


def drop(page, *paths) -> None:
    """Let files and folders fall onto the page, as from a window of the system."""
    zone = page.locator(".run-drop")
    zone.scroll_into_view_if_needed()
    box = zone.bounding_box()
    session = page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 20, "y": box["y"] + 20}
        session.send("Input.dispatchDragEvent", {"type": kind, "data": dragged, **place})


def test_own_tables_are_checked_and_run_and_marked_private(opened, tmp_path):
    page = opened("markers/NFL.html")
    page.locator(".run-own summary").click()
    broken = tmp_path / "biomarkers.csv"
    broken.write_text("patient_id,arm,day,marker,value,unit,below_lod\n1,MSC,0,IL-6,0,pg/mL,n\n")
    page.locator('.run-own input[type="file"]').first.set_input_files(broken)
    page.get_by_text("Nothing was kept of these tables").wait_for()
    assert re.search(r"biomarkers.csv\s+2\s+value", page.locator(".run-check").inner_text())
    drop(page, made_up.write(tmp_path / "own", ROOT / "data" / "published"))
    page.get_by_text("No fault was found").wait_for()
    page.get_by_role("button", name="Run this page on your data").click()
    page.wait_for_function(DONE)
    assert page.locator(".run-status").inner_text().startswith("Done")
    assert page.title().startswith("PRIVATE")
    assert page.locator(".run-private").is_visible()
    assert "PRIVATE" in page.locator(".run-output").first.inner_text()
    page.get_by_role("button", name="Reset").click()
    assert not page.title().startswith("PRIVATE")


STORED = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, document.cookie,
    ...(await indexedDB.databases()), ...("caches" in window ? await caches.keys() : []),
])"""


@pytest.mark.parametrize("kind", ["http", "file"])
def test_own_tables_go_from_page_to_page_in_the_memory_of_the_window(opened, tmp_path, kind):
    own = made_up.write(tmp_path / "own", ROOT / "data" / "published")
    page = opened("markers/NFL.html", kind)
    place = page.url.rpartition("/markers/")[0]
    page.locator(".run-own summary").click()
    drop(page, own)  # a folder
    page.get_by_role("button", name="Keep them for other pages").click()
    frame, inner = page.frame_locator("iframe"), page.frames[1]
    frame.get_by_role("link", name="The biomarkers, one by one").first.click()
    inner.wait_for_url(re.compile("biomarkers"))  # else it may come after the next page
    inner.goto(f"{place}/chapters/04_matching.html")
    frame.get_by_role("button", name="Run it on your own data").click()
    status = frame.locator(".run-status")
    status.filter(has_text=re.compile("^Done|failed")).wait_for()
    assert status.inner_text().startswith("Done")
    assert "PRIVATE" in frame.locator(".run-output").first.inner_text()
    assert frame.locator(".run-number").count() > 0  # the text tells of these patients
    # The address of the window says the page that is shown, and nothing of the data.
    at = {"http": f"{place}/", "file": f"{place}/markers/NFL.html#page="}[kind]
    page.wait_for_url(f"{at}chapters/04_matching.html")
    assert page.title() == inner.title()  # both PRIVATE
    # A chapter about the paper alone does not offer it.
    inner.goto(f"{place}/chapters/09b_operating_characteristics.html")
    frame.get_by_role("button", name="Run this chapter here").wait_for()
    assert frame.get_by_role("button", name="Run it on your own data").count() == 0
    assert "own data" not in frame.locator(".run-before").inner_text()
    assert "P001" not in page.evaluate(STORED)
    # The frame holds this book and nothing else; without it they are gone.
    page.get_by_role("button", name="Forget these data").click()
    page.locator(".run-start").wait_for()
    assert len(page.frames) == 1
    assert not page.title().startswith("PRIVATE")
    assert page.url == f"{place}/chapters/09b_operating_characteristics.html"


def test_files_of_a_laboratory_become_tables_in_the_page(opened, tmp_path):
    rows = [
        f"P{patient:02d};{'BA'[patient % 2]};{day};<3,2;{100 + 7 * patient + day},5"
        for patient in range(1, 9)
        for day in (0, 3, 6)
    ]
    plate = tmp_path / "plate 1.csv"
    plate.write_text("\n".join(["Patient;Group;Day;IL-6 (pg/mL);NfL (pg/mL)", *rows]))
    page = opened("markers/NFL.html", "file")
    page.locator(".run-own summary").click()
    drop(page, plate)
    page.get_by_text("The files do not say all that is needed").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save these lines").click()
    asked = saved.value.path().read_text(encoding="utf-8")
    assert re.search('^"A" = ""', asked, re.M)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(asked.replace('"A" = ""', '"A" = "MSC"').replace('"B" = ""', '"B" = "CTRL"'))
    drop(page, plate, mapping)
    page.get_by_text("No fault was found").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save biomarkers.csv").click()
    here = rescat.read_lab(plate, mapping).biomarkers.to_csv(index=False, lineterminator="\n")
    assert saved.value.path().read_text(encoding="utf-8") == here
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the log").click()
    assert saved.value.path().read_text(encoding="utf-8").count("decimal comma") == len(rows)
    page.get_by_role("button", name="Run this page on your data").click()
    page.wait_for_function(DONE)
    assert page.locator(".run-status").inner_text().startswith("Done")


def test_patients_and_events_become_tables_in_the_page(opened, tmp_path):
    arms = ["A" if n <= 4 else "B" for n in range(1, 9)]
    lines = {
        "people.csv": ["Patient;Group;Age;Sex", *(
            f"P{n:02d};{arm};{50 + n};{'MF'[n % 2]}" for n, arm in enumerate(arms, 1)
        )],
        "adverse.csv": ["Patient;Term;Serious;AESEV;AEREL;Day", "P03;Rash;N;MILD;NOT RELATED;4"],
        "plate.csv": ["Patient;Day;NfL (pg/mL)", *(
            f"P{n:02d};{day};{20 + n + day}" for n in range(1, 9) for day in (0, 3, 6)
        )],
    }  # fmt: skip
    files = [tmp_path / name for name in lines]
    for file in files:
        file.write_text("\n".join(lines[file.name]))
    page = opened("markers/NFL.html", "file")
    page.locator(".run-own summary").click()
    drop(page, *files)
    mapping = tmp_path / "mapping.toml"
    for answers in ({"A": "MSC", "B": "CTRL"}, {"MSC": "enrolment", "CTRL": "enrolment"}):
        page.get_by_text(f'"{next(iter(answers))}" = ""').wait_for()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save these lines").click()
        text = saved.value.path().read_text(encoding="utf-8")
        for word, answer in answers.items():
            text = text.replace(f'"{word}" = ""', f'"{word}" = "{answer}"')
        mapping.write_text(text)
        drop(page, *files, mapping)
    page.get_by_text("No fault was found").wait_for()
    read = rescat.read_lab(tmp_path, mapping)
    assert len(read.patients) == 8
    assert len(read.events) == 1
    for name, table in read.tables.items():
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save {name}").click()
        written = table.to_csv(index=False, lineterminator="\n")
        assert saved.value.path().read_text(encoding="utf-8") == written
