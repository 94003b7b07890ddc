"""Every page of the built book, in Chromium without a network."""

import base64
import contextlib
import io
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import numpy as np
import pytest
from PIL import Image

from rescat.book.edition import chapters, with_exercises

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
# A page that scrolls sideways, and figures too small to read; a figure may scroll in its own box.
TOO_WIDE = """
(screen) => {
    const width = document.documentElement.scrollWidth;
    const found = width > screen.width ? [`${width} px wide`] : [];
    if (window.innerWidth !== screen.width) found.push(`seen on ${window.innerWidth} px`);
    for (const image of document.querySelectorAll(".cell_output img"))
        if (image.getBoundingClientRect().width < 500)
            found.push(`too small to read: ${image.alt}`);
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
    for (const image of document.querySelectorAll(".cell_output img")) {
        const style = getComputedStyle(image);
        const own = channels(style.backgroundColor);
        if (!opaque(own) || luminance(own) < 0.8 || style.filter !== "none")
            found.push(`figure on ${style.backgroundColor}: ${image.alt}`);
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


def test_no_picture_is_stretched(addresses, chromium):
    ratios = """() => [...document.querySelectorAll(".bd-article img[width][height]")].map((i) => {
        const around = 2 * parseFloat(getComputedStyle(i).padding);
        const shown = (i.clientWidth - around) / (i.clientHeight - around);
        return shown / (i.getAttribute("width") / i.getAttribute("height"));
    })"""
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        for name in ("chapters/03_safety.html", "markers/NFL.html"):
            visit(page, f"{addresses['file']}/{name}")
            found = page.evaluate(ratios)
            assert found
            assert found == pytest.approx([1] * len(found), abs=0.02)


# The colour of the mark across a figure (red, 18 % opaque) on white.
MARK = np.array([241, 209, 215], np.int16)


def pictures(source):
    """Each figure of the executed notebooks: its place, its pixels, and the data below it."""
    for path in sorted(source.rglob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            outputs = [out.get("data", {}) for out in cell.get("outputs", [])]
            below = "".join(data.get("text/html", "") for data in outputs)
            for data in outputs:
                if "image/png" in data:
                    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
                    pixels = np.asarray(picture.convert("RGB"), np.int16)
                    yield f"{path.stem}, cell {number}", pixels, below


def test_every_figure_of_invented_values_is_marked(built_book):
    """Seen in its pixels, and not in the code that should have drawn it."""
    found = list(pictures(built_book.parent / "public" / "src"))
    marked = {}
    for place, pixels, below in found:
        assert "figure-data" in below, f"{place}: no data below the figure"
        reddish = (np.abs(pixels - MARK).max(axis=2) <= 3).sum()
        marked[place] = reddish > 300
        assert marked[place] == ("<td>synthetic</td>" in below), f"{place}: {reddish} pixels"
    assert sum(marked.values()) > 25
    assert not all(marked.values())


SLIDES = [f"course/slides/session-{number}.html" for number in range(1, 7)]


def test_slides_are_whole_without_a_network(addresses, chromium):
    faults = []
    with chromium.new_context() as context:
        page = context.new_page()
        for name in SLIDES:
            found = visit(page, f"{addresses['file']}/{name}", until="networkidle")
            assert page.evaluate("Reveal.getTotalSlides()") > 4
            assert page.evaluate("Reveal.hasPlugin('notes')")
            for image in page.query_selector_all("img"):
                assert (image.get_attribute("alt") or "").strip()
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
