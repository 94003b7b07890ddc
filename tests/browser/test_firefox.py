"""A chapter and an exercise run in Firefox too: Debian's, from a disk and from a server."""

import json
import shutil

import pytest
from firefox import Firefox

from rescat.course.check import exercises

pytestmark = [pytest.mark.browser, pytest.mark.tier2]

STATUS = "document.querySelector('.run-status')?.textContent"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox: install Debian's `firefox-esr`")
    browser = Firefox(program, tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


def begin(firefox, place: str, name: str) -> None:
    firefox.asked.clear()
    firefox.open(f"{place}/{name}")
    firefox.wait("document.querySelector('.run-here:not([hidden]) .run-start')?.click() ?? 1")
    firefox.wait(f"{STATUS} || document.querySelector('.run-fault')?.textContent")
    assert firefox.run(STATUS).startswith("Python is ready")


def done(firefox) -> str:
    return firefox.wait(f"/^Done|failed|Stopped/.test({STATUS}) && {STATUS}")


@pytest.mark.parametrize("kind", ["http", "file"])
def test_a_chapter_gives_the_numbers_and_tables_of_the_book(firefox, running_book, kind):
    place = running_book[kind]
    tables = """[...document.querySelectorAll('table.tabular:not(.explorable *)')]
        .map((each) => each.textContent.replace(/\\s/g, ""))"""
    begin(firefox, place, "chapters/03_safety.html")
    before = firefox.run(tables)
    firefox.run("document.querySelector('.run-tools button').click()")
    assert done(firefox).endswith("cells.")  # and no number in the text is another
    assert firefox.run(tables) == before
    assert firefox.run("document.querySelectorAll('.run-output figure.fig svg').length") > 0
    asked = [url for url in firefox.asked if not url.startswith(("blob:", "data:", "about:"))]
    assert [url for url in asked if not url.startswith(place)] == []


def test_an_exercise_checks_itself(firefox, running_book):
    begin(firefox, running_book["file"], "exercises/01_cohort.html")
    [expected] = exercises()["01-1"].expected()
    field = "document.querySelector('[id^=exercise-1-] .run-fields input')"
    for answer, state in ((expected + 1, "wrong"), (expected, "right")):
        firefox.run(f"{field}.value = {json.dumps(str(answer))}")
        firefox.run(f"{field}.dispatchEvent(new Event('input', {{ bubbles: true }}))")
        firefox.run(f"{field}.form.requestSubmit()")
        firefox.wait(f"document.querySelector('[id^=exercise-1-] [data-state={state}]') && 1")
    assert firefox.run("document.querySelector('.run-progress').textContent").startswith("1 of 7")
