"""The tables to search, sort and filter, and the pages to print, in Chromium without a network."""

import json

import pandas as pd
import pytest
from shared import audited

import rescat

pytestmark = pytest.mark.browser

A4 = {"width": 794, "height": 1123}
OF_SUBSTANCE = int(rescat.load_claims()["importance"].ne("typographic").sum())
TABLES = ["chapters/10_ledger.html#ledger", "checklists.html#consort-2025"]


@pytest.fixture(scope="module")
def tab(chromium):
    """One tab for all tests: each opens its page anew, and what it loads is there already."""
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture
def page(tab):
    faults = []

    def heard(error):
        faults.append(str(error))

    tab.on("pageerror", heard)
    yield tab
    tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    tab.emulate_media(media="null", color_scheme="null")
    tab.remove_listener("pageerror", heard)
    tab.goto("about:blank")  # else an address that differs in its anchor alone is not opened anew
    assert not faults


@pytest.fixture
def ledger(page, built_book):
    page.goto(f"{built_book.as_uri()}/chapters/10_ledger.html")
    return page


def shown(page, table: str = "ledger") -> list[str]:
    """The first cells of the rows that can be seen."""
    return page.locator(f"#{table} tbody tr:visible td:first-child").all_text_contents()


def field(page, label: str):
    """A control of the table, and not the search field of the book."""
    return page.locator(".findable-controls").first.get_by_label(label, exact=True)


def test_every_row_is_there_and_counted(ledger):
    claims = list(rescat.load_claims().query("importance != 'typographic'")["claim_id"])
    assert sorted(shown(ledger)) == sorted(claims)
    assert ledger.get_by_role("status").text_content() == f"{len(claims)} of {len(claims)} shown"


def test_search_finds_every_word_in_any_order(ledger):
    field(ledger, "Search").fill("ROX score pao2/fio2")
    assert shown(ledger) == []
    field(ledger, "Search").fill("SAF-17 postsecond")
    assert "SAF-17" in shown(ledger)
    field(ledger, "Search").fill("pao2/fio2 100 MMHG")
    assert "COH-11" in shown(ledger)  # printed with small figures: PaO₂/FiO₂
    ledger.get_by_role("button", name="Show all").click()
    assert len(shown(ledger)) == OF_SUBSTANCE


def test_filters_agree_with_the_audit(ledger):
    frame = audited().query("importance != 'typographic'")
    field(ledger, "Verdict").select_option("can be right if")
    found = frame[frame["verdict"].eq("can be right if")]
    assert set(shown(ledger)) == set(found["claim_id"])
    field(ledger, "Chapter").select_option("3 · Safety")
    both = found[found["chapter"].eq("03_safety")]
    assert set(shown(ledger)) == set(both["claim_id"])
    assert ledger.get_by_role("status").text_content() == f"{len(both)} of {len(frame)} shown"
    field(ledger, "Part of the paper").select_option("Discussion")
    discussed = both.loc[both["section"].str.startswith("Discussion"), "claim_id"]
    assert set(shown(ledger)) == set(discussed)


def test_a_view_has_an_address(ledger, built_book):
    field(ledger, "Verdict").select_option("cannot both be right")
    field(ledger, "Search").fill("SAF")
    view, address = shown(ledger), ledger.url
    link = ledger.get_by_role("link", name="Address of this view").first
    assert link.evaluate("(a) => a.href") == f"{address.partition('#')[0]}#ledger"
    ledger.goto("about:blank")
    ledger.goto(address)
    assert shown(ledger) == view != []
    assert field(ledger, "Search").input_value() == "SAF"
    ledger.get_by_role("button", name="Show all").click()
    assert "?" not in ledger.url.replace("?#", "#")
    assert len(shown(ledger)) == OF_SUBSTANCE
    ledger.goto("about:blank")
    ledger.goto(f"{built_book.as_uri()}/chapters/10_ledger.html?ledger.verdict=nothing+of+these")
    assert len(shown(ledger)) == OF_SUBSTANCE


def test_an_address_with_a_row_shows_that_row(ledger, built_book):
    page = f"{built_book.as_uri()}/chapters/10_ledger.html"
    ledger.goto("about:blank")
    ledger.goto(f"{page}?ledger.verdict=reproduced#SAF-17")
    ledger.locator("#SAF-17").wait_for(state="visible")


def test_no_column_of_the_ledger_is_cut(ledger):
    box = "(t) => t.parentElement.scrollWidth - t.parentElement.clientWidth"
    assert ledger.locator("#ledger").evaluate(box) <= 1


def test_a_chapter_leads_to_its_rows(page, built_book):
    page.goto(f"{built_book.as_uri()}/chapters/03_safety.html")
    page.locator(".other-statements a").click()
    page.wait_for_url("**/10_ledger.html?ledger.chapter=*")
    claims = rescat.load_claims().query("chapter == '03_safety' and importance != 'typographic'")
    assert set(shown(page)) == set(claims["claim_id"])


def test_what_is_shown_can_be_saved(ledger, tmp_path):
    field(ledger, "Importance").select_option("decisive")
    field(ledger, "Chapter").select_option("3 · Safety")
    with ledger.expect_download() as download:
        ledger.get_by_role("button", name="Save as CSV").first.click()
    assert download.value.suggested_filename == "ledger.csv"
    download.value.save_as(tmp_path / "ledger.csv")
    saved = pd.read_csv(tmp_path / "ledger.csv", encoding="utf-8-sig", dtype=str)
    frame = audited().query("importance == 'decisive' and chapter == '03_safety'")
    assert list(saved["Claim"]) == shown(ledger)
    assert set(saved["Claim"]) == set(frame["claim_id"])
    assert set(saved["Importance"]) == {"decisive"}
    assert list(saved.columns[:2]) == ["Claim", "Place"]
    said = saved.set_index("Claim")["The paper says"]
    for claim in frame.itertuples():
        assert claim.quotation[:20] in said[claim.claim_id]


def test_what_looks_like_a_formula_is_saved_as_text(page, built_book, tmp_path):
    page.goto(f"{built_book.as_uri()}/checklists.html")
    page.evaluate("document.querySelector('#consort-2025 td').textContent = ' =1+1, \"x\"'")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").first.click()
    download.value.save_as(tmp_path / "saved.csv")
    saved = pd.read_csv(tmp_path / "saved.csv", encoding="utf-8-sig", dtype=str)
    assert saved.iloc[0, 0] == '\'=1+1, "x"'


def test_sort_by_a_column_and_back(ledger):
    head = ledger.locator("#ledger th", has_text="Verdict")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    verdicts = ledger.locator("#ledger tbody td:nth-child(4)").all_text_contents()
    assert verdicts[0].startswith("can be right if")
    assert [v[:5] for v in verdicts] == sorted(v[:5] for v in verdicts)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    ledger.locator("#ledger th", has_text="Claim").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    claims = rescat.load_claims().query("importance != 'typographic'")
    assert shown(ledger) == sorted(claims["claim_id"])


def test_numbers_are_sorted_as_numbers(page, built_book):
    page.goto(f"{built_book.as_uri()}/checklists.html")
    page.locator("#inspect-sr th", has_text="Item").get_by_role("button").click()
    items = shown(page, "inspect-sr")
    assert items == sorted(items, key=lambda item: tuple(map(int, item.split("."))))
    assert items[-1] == "4.11"


def test_by_keyboard_alone(ledger):
    field(ledger, "Search").focus()
    ledger.keyboard.type("SAF-09")
    ledger.keyboard.press("Tab")
    ledger.keyboard.press("Tab")
    ledger.keyboard.press("Tab")
    focused = "document.activeElement.dataset.filter || document.activeElement.textContent"
    assert ledger.evaluate(focused) == "Importance"
    ledger.keyboard.press("Tab")
    assert ledger.evaluate(focused) == "Verdict"
    ledger.keyboard.press("Tab")
    assert ledger.evaluate(focused) == "Show all"
    ledger.keyboard.press("Enter")
    assert len(shown(ledger)) == OF_SUBSTANCE
    ledger.keyboard.press("Tab")
    assert ledger.evaluate(focused) == "Save as CSV"
    ledger.keyboard.press("Tab")
    assert ledger.evaluate(focused) == "Address of this view"
    ledger.keyboard.press("Tab")
    assert ledger.evaluate("document.activeElement.className") == "number"  # of the table
    ledger.keyboard.press("Tab")
    assert ledger.evaluate(focused) == "Claim"
    ledger.keyboard.press("Space")
    assert ledger.locator("#ledger th").first.get_attribute("aria-sort") == "ascending"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert ledger.evaluate(outline) == "solid"


def test_a_link_to_a_row_that_is_filtered_out_shows_it(ledger):
    field(ledger, "Verdict").select_option("reproduced")
    assert "SAF-17" not in shown(ledger)
    ledger.evaluate("location.hash = '#SAF-17'")
    ledger.locator("#SAF-17").wait_for(state="visible")
    assert ledger.evaluate("document.querySelector(':target').id") == "SAF-17"


def test_a_row_and_its_place_in_the_chapter_lead_to_each_other(ledger):
    ledger.locator("#COH-11 .computed-in a").click()
    ledger.wait_for_url("**/01_cohort.html#claim-COH-11")
    place = ledger.locator("#claim-COH-11")
    assert place.is_visible()
    place.click()
    ledger.wait_for_url("**/10_ledger.html#COH-11")
    assert ledger.locator("#COH-11").is_visible()


@pytest.mark.parametrize("address", TABLES)
def test_without_scripts_it_is_a_plain_table(address, built_book, chromium):
    name, table = address.split("#")
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/{name}")
        rows = page.locator(f"#{table} tbody tr")
        assert rows.count() >= 43
        assert page.locator(f"#{table} tbody tr:visible").count() == rows.count()
        assert page.locator(".findable-controls :is(input, select)").count() == 0
        assert page.locator(f"#{table} th button").count() == 0


def test_on_a_phone_each_row_is_a_card_with_its_headings(built_book, chromium):
    with chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True) as context:
        page = context.new_page()
        page.goto(f"{built_book.as_uri()}/chapters/10_ledger.html")
        box = page.locator("#SAF-17").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        label = "getComputedStyle(document.querySelector('#SAF-17 td:nth-child(4)'), '::before')"
        assert "Verdict" in json.dumps(page.evaluate(f"{label}.content"))
        field(page, "Verdict").select_option("cannot both be right")
        assert page.locator("#COH-01").is_hidden()
        assert page.locator("#SAF-17").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_links_and_controls_are_legible(theme, page, built_book):
    """The contrast of WCAG 2 for what the test of all tables does not look at."""
    contrast = """
    (element) => {
        const channels = (text) => text.match(/[\\d.]+/g).map(Number);
        const luminance = (colour) => colour.slice(0, 3).map((c) => c / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = (e) => {
            const own = channels(getComputedStyle(e).backgroundColor);
            return own.length < 4 || own[3] === 1 || !e.parentElement
                ? own : behind(e.parentElement);
        };
        const pair = [channels(getComputedStyle(element).color), behind(element)].map(luminance);
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }
    """
    page.emulate_media(color_scheme=theme)  # before the visit, as a reader's system has it
    page.goto(f"{built_book.as_uri()}/chapters/10_ledger.html")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    parts = page.locator(
        ".findable-controls :is(label, input, select, button), .findable-count, "
        ".findable caption, .findable th button, .findable td a, .findable td code"
    )
    assert parts.count() > 200
    ratios = parts.evaluate_all(f"(all) => all.map({contrast})")
    assert min(ratios) >= 4.5


def printed(chromium, address: str) -> bytes:
    """The PDF of a page on A4."""
    with chromium.new_context(viewport=A4) as context:
        page = context.new_page()
        page.goto(address)
        return page.pdf(format="A4", margin={s: "12mm" for s in ("top", "bottom", "left", "right")})


def test_the_ten_findings_print_on_one_page(built_book, chromium):
    pdf = printed(chromium, f"{built_book.as_uri()}/summary.html")
    assert pdf.count(b"/Type /Page\n") == 1


def test_a_print_of_the_ledger_has_every_row_and_no_controls(ledger):
    ledger.emulate_media(media="print")
    assert not ledger.locator(".findable-controls").is_visible()
    # Chromium repeats the row of headings on each page, if no button has a box in it.
    boxes = "(b) => b.map(e => getComputedStyle(e).display)"
    assert set(ledger.locator(".findable th button").evaluate_all(boxes)) == {"contents"}
    assert len(shown(ledger)) == OF_SUBSTANCE
    width = ledger.locator("#ledger").bounding_box()["width"]
    assert width <= 1300


def test_an_old_address_of_a_row_in_a_chapter_leads_to_the_ledger(page, built_book):
    page.goto(f"{built_book.as_uri()}/chapters/01_cohort.html#claim-COH-04")
    page.wait_for_url("**/10_ledger.html#COH-04")
    assert page.locator("#COH-04").is_visible()
