"""R runs the code of chapter 5 in the page, from a server; nothing is asked of another place."""

import re
import shutil

import pytest
from firefox import Firefox
from shared import places_of

import rescat
from rescat.base.errors import BuildError
from rescat.book import webr
from rescat.book.runtime import IN_PAGE

pytestmark = pytest.mark.browser

CHAPTER = "chapters/05_random_slopes.html"
SCRIPT = re.compile(r"</body>")
FILES = re.compile(r"/_static/webr/(?!r\.js)")


@pytest.fixture(scope="module")
def places(built_book, tmp_path_factory):
    """The book with the script of R, as R=1 gives it to its chapter, and with what R there is."""
    pages = tmp_path_factory.mktemp("r") / "html"
    shutil.copytree(built_book, pages)
    folder = pages / webr.FOLDER
    folder.mkdir()
    shutil.copy(IN_PAGE / webr.SCRIPT, folder)
    script = (
        f'<script defer src="../{webr.FOLDER}/{webr.SCRIPT}" data-megabytes="21" '
        f'data-version="{webr.R_VERSION}"></script></body>'
    )
    chapter = pages / CHAPTER
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(SCRIPT.sub(script, text), encoding="utf-8")
    with places_of(pages) as places:
        yield places | {"folder": folder}


@pytest.fixture(scope="module")
def fetched(places, tmp_path_factory):
    """The files of R, fetched with npm, in the place of the book where it has them."""
    scratch = tmp_path_factory.mktemp("webr")
    try:
        package = webr.fetched(scratch)
    except BuildError as error:
        pytest.skip(str(error))
    made = scratch / "build" / "webr"
    webr.write_webr(made, lambda folder: package)
    shutil.copytree(made, places["folder"], dirs_exist_ok=True)
    return webr.webr_size(made)


@pytest.fixture
def opened(chromium, places):
    pages = []

    def open_(kind="http"):
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(300_000)
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{places[kind]}/{CHAPTER}")
        pages.append(page)
        return page, asked, faults

    yield open_
    for page in pages:
        page.close()


def test_a_page_on_a_disk_says_why_it_has_no_r(opened):
    page, asked, faults = opened("file")
    said = page.locator("#the-same-in-r .run-here").inner_text()
    assert "only where the book comes from a server" in said
    assert page.locator("#the-same-in-r .run-start").count() == 0
    assert not [url for url in asked if FILES.search(url)]
    assert not faults


def test_r_that_is_not_there_is_said_and_the_code_stays(opened, places):
    if (places["folder"] / "R.wasm").exists():
        pytest.skip("R was fetched for another test")
    page, _, _ = opened()
    page.locator("#the-same-in-r .run-start").click()
    page.locator("#the-same-in-r .run-error").wait_for()
    assert page.locator("#the-same-in-r .run-status").inner_text() == "R did not run."
    assert "combn(" in page.get_by_label("Code of R").input_value()


def ran(page) -> str:
    page.wait_for_function(
        "() => /^(Done|R stopped|R did|Stopped)/.test("
        "document.querySelector('#the-same-in-r .run-status').textContent)"
    )
    return page.locator("#the-same-in-r .run-output").inner_text()


def run(page, code: str) -> str:
    area = page.get_by_label("Code of R")
    area.fill(code)
    page.evaluate("document.querySelector('#the-same-in-r .run-status').textContent = ''")
    area.press("Shift+Enter")
    return ran(page)


@pytest.mark.tier2
def test_r_gives_the_numbers_of_the_chapter_and_reaches_nobody(opened, places, fetched):
    page, asked, faults = opened()
    section = page.locator("#the-same-in-r")
    assert not [url for url in asked if FILES.search(url)]  # a page that is only read
    button = section.get_by_role("button", name="Run this in R here (21 MB, once)")
    assert round(fetched / 1e6) == 21
    button.focus()
    page.keyboard.press("Enter")
    printed = ran(page)
    names, values = printed.splitlines()[:2]
    assert len(names) == len(values)  # as R aligns them
    samples = rescat.load_table("teaching_trial")
    tests = rescat.slope_tests(samples, n=99, progress=False)["p_value"]
    [welch] = re.findall(r"p-value = ([\d.]+)", printed)
    assert float(welch) == pytest.approx(tests["welch"], abs=5e-6)
    ways, permuted = map(float, re.findall(r"^\[1\] (\S+)$", printed, re.MULTILINE))
    assert ways == rescat.permutation_test(samples).n_permutations
    assert permuted == pytest.approx(tests["permutation_welch"], rel=1e-6)
    text = section.inner_text()
    assert f"P = {tests['welch']:.4f}" in text
    assert f"P = {tests['permutation_welch']:.4f}" in text

    # What it says of its parts is what the licence page lists.
    said = run(page, "print(R.version.string); extSoftVersion(); La_version()")
    assert f"R version {webr.R_VERSION} " in said
    versions = [version for version, _ in webr.PARTS.values()]
    assert [version for version in versions if version not in said] == []

    # Errors in their place; R goes on.
    assert "Error: oh" in run(page, "1 + 1; stop('oh')")
    assert section.locator(".run-status").inner_text() == "R stopped at an error."
    assert "[1] 2" in section.locator(".output.stream").inner_text()
    assert "unexpected end of input" in run(page, "1 +")
    assert run(page, "solve(diag(2))[1, 1]") == "[1] 1"
    assert "no pictures" in run(page, "plot(1)")
    assert re.match(r'\[1\] "20\d\d-', run(page, "print(Sys.time())"))

    # R is under the policy of the page: it reaches no other host, and evaluates no script.
    run(page, "download.file('http://127.0.0.1:9/stolen', 'x')")
    run(page, "webr::eval_js(\"fetch('http://127.0.0.1:9/stolen')\")")
    assert all(url.startswith((places["http"], "blob:")) for url in asked)
    assert not faults

    # The keyboard: Tab leaves the field; Stop ends what never ends, and R starts again.
    page.get_by_label("Code of R").press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.get_by_label("Code of R").fill("repeat {}")
    page.get_by_label("Code of R").press("Shift+Enter")
    section.get_by_role("button", name="Stop").click()
    ran(page)
    assert section.locator(".run-status").inner_text().startswith("Stopped.")
    assert run(page, "nrow(read.csv('teaching_trial.csv'))") == f"[1] {len(samples)}"
    section.get_by_role("button", name="Put the code back").click()
    assert page.get_by_label("Code of R").input_value().startswith("trial <- read.csv(")


@pytest.mark.tier2
def test_r_runs_in_firefox_too(places, fetched, tmp_path):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox: install Debian's `firefox-esr`")
    firefox = Firefox(program, tmp_path)
    section = "document.getElementById('the-same-in-r')"
    status = f"{section}.querySelector('.run-status').textContent"
    try:
        firefox.open(f"{places['http']}/{CHAPTER}")
        firefox.wait(f"{section}?.querySelector('.run-start')?.click() ?? 1")
        firefox.wait(f"/^(Done|R stopped|R did)/.test({status})")
        assert firefox.run(status).startswith("Done")
        printed = firefox.run(f"{section}.querySelector('.run-output').textContent")
        assert "Welch Two Sample t-test" in printed
        known = (places["http"], "blob:", "data:", "about:")
        assert [url for url in firefox.asked if not url.startswith(known)] == []
    finally:
        firefox.close()
