"""Every table of the book with everything unfolded: on a desk, on a phone and on paper."""

import pytest
from shared import ROOT

pytestmark = pytest.mark.browser

WIDTHS = {"desk": 1440, "phone": 390, "paper": 718}  # px; the last is A4 within its margins
UNFOLD = "() => document.querySelectorAll('details').forEach((d) => { d.open = true; })"
# Parts of tables that are outside what shows them, or whose text is outside its cell.
CUT = """
() => [...document.querySelectorAll("article table")].flatMap((table) => {
    if (!table.checkVisibility()) return [];
    const name = (table.caption ?? table).innerText.slice(0, 60);
    const { left, right } = table.getBoundingClientRect();
    const found = [];
    for (let box = table.parentElement; box.tagName !== "BODY"; box = box.parentElement) {
        const edge = box.getBoundingClientRect();
        const clips = box.classList.contains("table-box")
            || getComputedStyle(box).overflowX !== "visible";
        if (clips && (left < edge.left - 1 || right > edge.right + 1))
            found.push(`${name}: ${Math.round(right - edge.right)} px outside ${box.className}`);
    }
    for (const cell of table.querySelectorAll("td, th, caption"))
        if (cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth)
            found.push(`${name}: text outside a cell: ${cell.innerText.slice(0, 60)}`);
    return found;
})
"""
# What a reader or a program that reads aloud could not name, and what is no table of the maker.
UNNAMED = """
() => [...document.querySelectorAll("article table:not(.genindextable)")].flatMap((table) => {
    const name = (table.caption ?? table).innerText.slice(0, 60);
    const found = [];
    if (!table.matches(".tabular")) found.push(`${name}: made elsewhere`);
    for (const head of table.querySelectorAll("th")) {
        if (!head.textContent.trim()) found.push(`${name}: an empty heading`);
        if (!head.scope) found.push(`${name}: a heading of what? ${head.textContent}`);
        if (head.closest("thead") && /^[a-z]+_[a-z_]+$/.test(head.textContent))
            found.push(`${name}: ${head.textContent}`);
    }
    if (table.tBodies[0].rows[0]?.cells.length > 30)
        found.push(`${name}: more columns than the style sheet knows`);
    return found;
})
"""
STILL = "* { transition: none !important; }"


@pytest.fixture(scope="module")
def found(built_book, chromium):
    """Faults of every page, by where it is seen: each is opened once."""
    found = {place: [] for place in (*WIDTHS, "names")}
    pages = sorted(built_book.rglob("*.html"))
    with chromium.new_context() as context:
        page = context.new_page()
        for path in pages:
            name = path.relative_to(built_book).as_posix()
            if name.startswith(("_static/", "course/")) or "<table" not in path.read_text("utf-8"):
                continue
            page.goto(path.as_uri(), wait_until="domcontentloaded")
            page.add_style_tag(content=STILL)
            page.evaluate(UNFOLD)
            found["names"] += [f"{name}: {fault}" for fault in page.evaluate(UNNAMED)]
            for place, width in WIDTHS.items():
                page.emulate_media(media="print" if place == "paper" else "screen")
                page.set_viewport_size({"width": width, "height": 900})
                found[place] += [f"{name}: {fault}" for fault in page.evaluate(CUT)]
    return found


@pytest.mark.parametrize("place", WIDTHS)
def test_no_table_is_cut(place, found):
    assert not found[place], "\n".join(found[place])


def test_every_table_is_of_one_maker_and_has_its_headings(found):
    assert not found["names"], "\n".join(found["names"])


@pytest.fixture
def cohort(built_book, chromium):
    """A chapter without scripts, on a phone."""
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{built_book.as_uri()}/chapters/01_cohort.html")
        yield page


def test_without_scripts_a_cell_of_a_card_has_its_heading(cohort):
    [cell] = cohort.locator(
        "table:has(#tab-ledger-cohort) tbody tr:first-child td:nth-child(3)"
    ).all()
    label = "(e) => [getComputedStyle(e).display, getComputedStyle(e, '::before').content]"
    assert cell.evaluate(label) == ["flow-root", '"Verdict:"']
    cohort.set_viewport_size({"width": 1440, "height": 900})
    assert cell.evaluate("(e) => getComputedStyle(e).display") == "table-cell"


def test_who_reads_in_the_dark_prints_black_on_white(built_book, chromium):
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/chapters/01_cohort.html")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.emulate_media(media="print", color_scheme="dark")
        colours = """() => ["article h2", "article p", "article td", "article caption"].map(
            (part) => getComputedStyle(document.querySelector(part)).color)"""
        assert set(page.evaluate(colours)) == {"rgb(0, 0, 0)"}
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )


def test_the_style_sheet_knows_every_column():
    style = (ROOT / "book" / "_static" / "tables.css").read_text(encoding="utf-8")
    for place in range(1, 31):
        assert f":nth-child({place}) {{ --label: var(--c{place});" in style
