"""Every page of the built book, in Chromium without a network."""

import contextlib
import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import nbformat
import pytest
from PIL import Image

from rescat.book.edition import chapters, with_exercises
from rescat.course.sessions import load_sessions

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
# Pictures without words or that are not shown, and formulas that were not set.
NOT_WHOLE = """
async () => {
    const found = [];
    for (const image of document.querySelectorAll("img")) {
        const name = image.getAttribute("src");
        if (!(image.getAttribute("alt") || "").trim()) found.push(`no alternative text: ${name}`);
        image.loading = "eager"; // else one far below never comes
        const width = await image.decode().then(() => image.naturalWidth, () => 0);
        if (!width) found.push(`not shown: ${name}`);
    }
    for (const formula of document.querySelectorAll("article .math"))
        if (!(formula.querySelector("math")?.getBoundingClientRect().width > 0))
            found.push(`formula not rendered: ${formula.innerText}`);
    return found;
}
"""
IS = "(theme) => document.documentElement.dataset.theme === theme"
# A page that scrolls sideways, and figures that are cut or too small to read.
TOO_WIDE = """
(screen) => {
    const width = document.documentElement.scrollWidth;
    const found = width > screen.width ? [`${width} px wide`] : [];
    if (window.innerWidth !== screen.width) found.push(`seen on ${window.innerWidth} px`);
    for (const figure of document.querySelectorAll("figure.fig")) {
        const all = [...figure.querySelectorAll("svg")];
        const shown = all.filter((svg) => svg.getClientRects().length);
        if (shown.length !== 1) found.push(`${figure.id}: ${shown.length} pictures are seen`);
        const [svg] = shown, place = svg.getBoundingClientRect();
        if (place.width > screen.width) found.push(`${figure.id}: ${place.width} px wide`);
        const scale = place.width / svg.viewBox.baseVal.width;
        for (const text of svg.querySelectorAll("text")) {
            const box = text.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(text).fontSize) * scale;
            if (size < 10.99) found.push(`${figure.id}: ${size} px: ${text.textContent}`);
            const left = box.left < place.left - 2, right = box.right > place.right + 2;
            if (left || right) found.push(`${figure.id}: cut: ${text.textContent}`);
        }
    }
    return found;
}
"""
# Figures and cells of tables whose text could not be read on what is behind it: the contrast of
# WCAG 2 between an element's colour and the nearest opaque background.
ILLEGIBLE = """
() => {
    const channels = (text) => text.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b]
        .map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const opaque = (colour) => colour.length < 4 || colour[3] === 1;
    const background = (element) => {
        const own = channels(getComputedStyle(element).backgroundColor);
        return opaque(own) || !element.parentElement ? own : background(element.parentElement);
    };
    const found = [];
    const contrast = (a, b) => {
        const pair = [a, b].map(luminance);
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    };
    for (const svg of document.querySelectorAll("figure.fig svg")) {
        if (!svg.getClientRects().length) continue;
        const ground = channels(getComputedStyle(svg).backgroundColor);
        const behind = background(document.querySelector("article"));
        if (contrast(ground, behind) > 1.2)
            found.push(`${svg.closest("figure").id}: a slab on the page`);
        for (const text of svg.querySelectorAll("text")) {
            const ratio = contrast(channels(getComputedStyle(text).fill), ground);
            // What is written on a mark has the colour of the ground.
            if (ratio > 1 && ratio < 4.5)
                found.push(`${svg.closest("figure").id}: ${ratio.toFixed(1)}: ${text.textContent}`);
        }
    }
    for (const cell of document.querySelectorAll("article :is(td, th, .origin)")) {
        if (!cell.innerText.trim()) continue;
        const pair = [channels(getComputedStyle(cell).color), background(cell)].map(luminance);
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(1)}: ${cell.innerText.trim()}`);
    }
    return found;
}
"""


@pytest.fixture(scope="module")
def names(built_book):
    found = sorted(p.relative_to(built_book).as_posix() for p in built_book.rglob("*.html"))
    found = [name for name in found if not name.startswith(("_static/", "course/"))]
    own = [f"chapters/{name}" for name in chapters()]
    own += [f"exercises/{name}" for name in with_exercises()]
    assert {"index.html", *(f"{name}.html" for name in own)} <= set(found)
    return found


class Listener:
    """Open a page, wait until its formulas are set, and note what goes wrong until the end."""

    def __init__(self, page, address: str, until: str = "load"):
        self.page, self.host, self.faults = page, urlsplit(address).netloc, []
        self.listeners = {
            "request": self.asked,
            "requestfailed": lambda request: self.faults.append(f"failed: {request.url}"),
            "response": self.answered,
            "console": self.said,
            "pageerror": lambda error: self.faults.append(f"script: {error}"),
        }
        for event, listener in self.listeners.items():
            page.on(event, listener)
        page.goto(address, wait_until=until)

    def asked(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.faults.append(f"asked for {request.url}")

    def answered(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")

    def said(self, message):
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def end(self) -> list[str]:
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)
        return self.faults


def visit(page, address: str, until: str = "load") -> list[str]:
    """Open a page, wait until its formulas are set, and return what went wrong."""
    return Listener(page, address, until).end()


@pytest.fixture(scope="module")
def seen(addresses, names, chromium) -> dict[str, list[str]]:
    """The faults of every page, by what was looked for: each page is opened once."""
    seen = {kind: [] for kind in ("whole", "light", "dark", "phone")}
    with chromium.new_context() as context:
        for name, page in visits(context, addresses["file"], names, seen["whole"]):
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.wait_for_function(IS, arg=theme, polling=20)
                seen[theme] += [f"{name}: {fault}" for fault in page.evaluate(ILLEGIBLE)]
            with on_a_phone(page):
                seen["phone"] += [f"{name}: {fault}" for fault in page.evaluate(TOO_WIDE, PHONE)]
    return seen


@contextlib.contextmanager
def on_a_phone(page) -> Iterator[None]:
    """Give an open page another screen, as Playwright does with ``is_mobile`` and ``has_touch``."""
    session = page.context.new_cdp_session(page)
    phone = {**PHONE, "deviceScaleFactor": 1, "mobile": True}
    session.send("Emulation.setDeviceMetricsOverride", phone)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield
    session.detach()  # which takes it back


def visits(context, address: str, names: list[str], faults: list[str]) -> Iterator[tuple]:
    """Open each page, collect what is not whole, and hand the page out to look at more.

    A script may ask for something later than the page itself does. So a page stays open, and is
    listened to, until nothing was asked for a while; meanwhile others are opened beside it.
    """
    opened = deque()

    def left():
        name, listener = opened.popleft()
        listener.page.wait_for_load_state("networkidle")
        faults.extend(f"{name}: {fault}" for fault in listener.end())
        return listener.page

    for name in names:
        page = left() if len(opened) == 3 else context.new_page()
        page.bring_to_front()  # a page behind another one is drawn once a second
        listener = Listener(page, f"{address}/{name}")
        listener.faults += page.evaluate(NOT_WHOLE)
        yield name, page
        opened.append((name, listener))
    while opened:
        left()


def test_every_page_is_whole_without_a_network(seen):
    assert not seen["whole"], "\n".join(seen["whole"])


def test_every_page_is_whole_from_a_server(addresses, names, chromium):
    faults = []
    with chromium.new_context() as context:
        for _ in visits(context, addresses["http"], names, faults):
            pass
    assert not faults, "\n".join(faults)


def test_some_page_has_a_formula(built_book, names):
    """Else the test above could not see that formulas are rendered."""
    assert any('class="math' in (built_book / n).read_text(encoding="utf-8") for n in names)


def test_no_page_scrolls_sideways_on_a_phone(seen):
    assert not seen["phone"], "\n".join(seen["phone"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_and_tables_are_legible(theme, seen):
    assert not seen[theme], "\n".join(seen[theme])


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_search_answers(scheme, addresses, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        faults = visit(page, f"{addresses[scheme]}/search.html?q=cohort")
        result = page.locator("#search-results li a").first
        result.wait_for()
        result.click()
        page.wait_for_load_state()
        assert "search.html" not in page.url
        assert "cohort" in page.locator("article").inner_text().lower()
    assert not faults


class Tags(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_every_internal_link_leads_somewhere(built_book, names):
    pages = {n: Tags((built_book / n).read_text(encoding="utf-8")).found for n in names}
    anchors = {n: {has["id"] for _, has in tags if "id" in has} for n, tags in pages.items()}
    faults = []
    for name, tags in pages.items():
        for tag, target in ((tag, has.get("href") or has.get("src")) for tag, has in tags):
            if not target or urlsplit(target).scheme or target.startswith("//"):
                continue
            path, anchor = urldefrag(target)
            path = unquote(urlsplit(path).path)
            file = (built_book / name).parent / path if path else built_book / name
            if not file.is_file():
                faults.append(f"{name}: <{tag}> leads to {target}, which is not there")
                continue
            page = file.resolve().relative_to(built_book.resolve()).as_posix()
            if anchor and page in anchors and unquote(anchor) not in anchors[page]:
                faults.append(f"{name}: no place {target}")
    assert not faults, "\n".join(faults)


def test_the_story_fits_one_screen(addresses, chromium):
    """The trial, its claim, and the five findings with their words."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        visit(page, f"{addresses['file']}/index.html")
        assert page.locator(".story > li").count() == 5
        for card in page.locator(".story > li").all():
            box = card.bounding_box()
            assert box["y"] + box["height"] < 900


def pictures(source):
    """Each figure of the executed notebooks: its place, its SVGs, and the data below it."""
    for path in sorted(source.rglob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            outputs = [out.get("data", {}) for out in cell.get("outputs", [])]
            made = "".join(data.get("text/html", "") for data in outputs)
            if drawn := re.findall(r"<svg [^>]*viewBox.*?</svg>", made, re.S):
                yield f"{path.stem}, cell {number}", drawn, made


def test_every_figure_of_invented_values_is_marked(built_book):
    """Seen in what is drawn, and not in the code that should have drawn it."""
    marked = {}
    for place, drawn, made in pictures(built_book.parent / "public" / "src"):
        assert "figure-data" in made, f"{place}: no data below the figure"
        invented = "<td>synthetic</td>" in made or "origin: synthetic" in made
        for svg in drawn:
            assert (">SYNTHETIC</text>" in svg) == invented, place
        marked[place] = invented
    assert sum(marked.values()) > 25
    assert not all(marked.values())


def test_every_colour_of_a_figure_follows_the_theme(built_book):
    """One that does not may be unseen in the dark."""
    for place, drawn, _ in pictures(built_book.parent / "public" / "src"):
        for svg in drawn:
            bare = re.sub(r"var\(--fig-\w+,#\w{6}\)", "", svg)
            assert not re.findall(r"#[0-9A-Fa-f]{6}\b", bare), place


def test_figures_are_numbered_and_can_be_cited(addresses, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        visit(page, f"{addresses['file']}/chapters/03_safety.html")
        numbers = page.locator("figure.fig .number").all_inner_texts()
        # The script of an explorable takes its figure away.
        of_page = [f"Figure\xa03.{n}." for n in range(1, len(numbers) + 2)]
        assert len(numbers) > 4
        assert numbers == [number for number in of_page if number in numbers]
        page.locator("figure.fig .number").nth(1).click()
        place = page.evaluate("location.hash")
        assert page.locator(place).locator(".number").inner_text() == numbers[1]
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids))


def test_marks_are_told_by_pointer_and_keyboard(addresses, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        visit(page, f"{addresses['file']}/chapters/03_safety.html")
        figure = page.locator("#fig-clinical-course")
        box, said = figure.locator(".fig-wide"), figure.locator(".fig-wide .fig-said")
        box.focus()
        page.keyboard.press("ArrowRight")
        first = said.inner_text()
        assert first.startswith("Patient ")
        page.keyboard.press("End")
        assert said.inner_text() not in ("", first)
        page.keyboard.press("Home")
        assert said.inner_text() == first
        figure.locator(".fig-patients a", has_text="7").first.click()
        page.wait_for_load_state()
        assert page.url.endswith("/patients/7.html")


def test_a_figure_is_saved_with_its_colours_and_shows_its_cell(addresses, chromium):
    with chromium.new_context(accept_downloads=True, color_scheme="dark") as context:
        page = context.new_page()
        visit(page, f"{addresses['http']}/chapters/03_safety.html")
        figure = page.locator("#fig-exact-intervals + .fig-ways")
        with page.expect_download() as download:
            figure.get_by_role("button", name="SVG").click()
        assert download.value.suggested_filename == "exact-intervals.svg"
        text = Path(download.value.path()).read_text(encoding="utf-8")
        ElementTree.fromstring(text)
        assert "var(" not in text
        with page.expect_download() as download:
            figure.get_by_role("button", name="PNG").click()
        picture = Image.open(download.value.path()).convert("RGB")
        assert picture.size[0] > 1500
        assert picture.getpixel((0, 0)) == (255, 255, 255)  # light, whatever the page is
        assert len(picture.getcolors(10**6)) > 3
        code = page.locator("div.cell:has(#fig-exact-intervals) div.cell_input")
        assert not code.is_visible()
        figure.get_by_role("button", name="The cell that made it").click()
        assert code.is_visible()
        figure.get_by_role("button", name="The cell that made it").click()
        assert not code.is_visible()


def test_paper_shows_the_wide_figure_in_light(addresses, chromium):
    with chromium.new_context(viewport=PHONE, color_scheme="dark") as context:
        page = context.new_page()
        visit(page, f"{addresses['file']}/chapters/03_safety.html")
        page.emulate_media(media="print")
        figure = page.locator("#fig-exact-intervals")
        assert figure.locator(".fig-wide").is_visible()
        assert not figure.locator(".fig-narrow").is_visible()
        ink = "getComputedStyle(document.querySelector('.fig-wide text')).fill"
        assert page.evaluate(ink) == "rgb(27, 36, 44)"


SLIDES = [f"course/slides/session-{session.number}.html" for session in load_sessions()]


def test_slides_are_whole_without_a_network(addresses, chromium):
    faults = []
    with chromium.new_context() as context:
        page = context.new_page()
        for name in SLIDES:
            found = visit(page, f"{addresses['file']}/{name}", until="networkidle")
            assert page.evaluate("Reveal.getTotalSlides()") > 4
            assert page.evaluate("Reveal.hasPlugin('notes')")
            for picture in page.query_selector_all(".slides svg"):
                assert (picture.get_attribute("aria-label") or "").strip()
            faults += [f"{name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def test_no_slide_is_taller_than_the_screen(addresses, chromium):
    faults = []
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        for name in SLIDES:
            visit(page, f"{addresses['file']}/{name}")
            for place in range(page.evaluate("Reveal.getTotalSlides()")):
                page.evaluate(f"Reveal.slide({place})")
                high = page.evaluate("Reveal.getCurrentSlide().scrollHeight")
                if high > 720:
                    faults.append(f"{name}, slide {place + 1}: {high} of 720 px")
    assert not faults, "\n".join(faults)


def test_quiz_by_keyboard(addresses, chromium):
    with chromium.new_context() as context:
        page = context.new_page()
        visit(page, f"{addresses['file']}/chapters/01_cohort.html")
        for group in page.locator("form.quiz fieldset").all():
            said = group.locator(".quiz-feedback")
            group.locator("button").focus()
            page.keyboard.press("Enter")
            assert said.inner_text() == "Choose an answer first."
            group.locator("input").first.focus()
            page.keyboard.press("Space")
            for _ in range(group.locator("input").count()):
                chosen = group.locator("input:checked").get_attribute("data-correct")
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                start = "Right." if chosen == "true" else "Not this one."
                assert said.inner_text().startswith(start)
                page.keyboard.press("Shift+Tab")
                page.keyboard.press("ArrowDown")
        assert not page.evaluate("Object.keys(localStorage).some((key) => key.includes('quiz'))")


def test_quiz_without_scripts(addresses, chromium):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{addresses['file']}/chapters/01_cohort.html")
        assert not page.locator("form.quiz button").first.is_visible()
        page.locator(".quiz-answers summary").click()
        assert page.locator(".quiz-answers li ul li").first.is_visible()
