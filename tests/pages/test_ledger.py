"""The ledger as a page: every row, its links, and the responses beside the verdicts."""

import json
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from shared import audited

import rescat
from rescat import pages
from rescat.base.chapters import chapter_label
from rescat.base.inert import rendered
from rescat.data.contract import DATA
from rescat.ledger.grouped import GRAVEST, IMPORTANCE
from rescat.pages.findable import findable_table
from rescat.pages.ledger import VERDICT_COLOURS

AUDITED = audited()
MADE_UP = pd.DataFrame(
    {
        "date": ["2030-01-02", "2030-02-03", "2030-02-04"],
        "claim_id": ["SAF-17", "SAF-17", None],
        "sender": ["authors", "reader", "reader"],
        "response": ["We counted from the <second> infusion.", "A made-up remark.", "A page."],
        "change": ["The verdict.", "Nothing: it was said before.", "A word."],
        "version": ["9.0.0", "9.0.1", "9.0.1"],
        "origin": "evidence",
    }
)
NONE = MADE_UP.head(0)  # no correction was received


def soup(page) -> BeautifulSoup:
    return BeautifulSoup(getattr(page, "data", page), "html.parser")


@pytest.fixture(scope="module")
def ledger():
    return soup(rescat.ledger_page(AUDITED, NONE))


@pytest.fixture(scope="module")
def rows(ledger):
    """The rows of the ledger by their address; each stands once."""
    found = ledger.find_all("tr", id=True)
    by_id = {row["id"]: row for row in found}
    assert len(by_id) == len(found)
    return by_id


@pytest.mark.slow
def test_every_claim_has_a_row_with_its_words(ledger, rows):
    slips = AUDITED["importance"].eq("typographic")
    for name, own in (("ledger", AUDITED[~slips]), ("ledger-slips", AUDITED[slips])):
        shown = [row["id"] for row in ledger.select(f"#{name} tbody tr")]
        assert sorted(shown) == sorted(own["claim_id"])
    assert ledger.find(id="ledger-slips").find_parent("details")
    for claim in AUDITED.itertuples():
        row = rows[claim.claim_id]
        text = row.get_text()
        assert claim.verdict in text
        assert claim.recomputed in text
        assert claim.detail in text


def test_what_a_conclusion_rests_on_comes_first(ledger):
    """And among equals, what asks most of a reader; then the order of the ledger."""
    order = [row["id"] for row in ledger.select("#ledger tbody tr")]
    frame = AUDITED.set_index("claim_id").loc[order]
    ranks = list(
        zip(
            frame["importance"].map(IMPORTANCE.index),
            frame["verdict"].map(GRAVEST.index),
            map(list(AUDITED["claim_id"]).index, order),
            strict=True,
        )
    )
    assert ranks == sorted(ranks)


def test_each_row_names_its_chapter_and_its_check(rows):
    for claim in AUDITED.itertuples():
        row = rows[claim.claim_id]
        if claim.chapter != "10_ledger":
            place = f"#claim-{claim.claim_id}" if claim.importance == "decisive" else ""
            assert row.select_one(".computed-in a")["href"] == f"{claim.chapter}.html{place}"
        codes = [code.get_text() for code in row.select(".computed-in code")]
        if claim.check == "typed judgement":
            assert codes == []
        else:
            assert codes[0] == claim.check
            source = (DATA.parent / codes[1]).read_text(encoding="utf-8")
            assert f"def {claim.check}(" in source


def test_every_chapter_that_the_ledger_names_shows_its_rows():
    for chapter in set(AUDITED["chapter"]) - {"10_ledger"}:
        source = (DATA.parent / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8")
        assert "pages.ledger_table(" in source, chapter


@pytest.mark.parametrize(
    ("chapter", "label"),
    [
        ("05_random_slopes", "5 · Random slopes"),
        ("10_ledger", "10 · Ledger"),
        ("04b_rematching", "4b · Rematching"),
    ],
)
def test_a_chapter_is_named_with_its_number(chapter, label):
    assert chapter_label(chapter) == label


def test_the_filters_have_every_value(ledger):
    table = ledger.find(id="ledger")
    choices = json.loads(table["data-filters"])
    assert choices["Verdict"] == list(rescat.VERDICTS)
    for row in table.select("tbody tr"):
        values = json.loads(row["data-values"])
        assert set(values) == set(choices)
        assert all(value in choices[label] for label, value in values.items())


def test_the_verdict_has_its_colour(rows):
    for claim, verdict in zip(AUDITED["claim_id"], AUDITED["verdict"], strict=True):
        row = rows[claim]
        assert VERDICT_COLOURS[verdict] in row.select_one("td .verdict")["style"]


@pytest.mark.slow
def test_the_ledger_takes_any_number_of_rows():
    one = soup(rescat.ledger_page(AUDITED.iloc[[5]], NONE))
    assert len(one.select("#ledger tbody tr")) == 1
    rows = AUDITED[AUDITED["importance"].ne("typographic")]
    others = rows.assign(claim_id="Z" + rows["claim_id"].str[1:])
    twice = pd.concat([rows, others], ignore_index=True)
    assert len(soup(rescat.ledger_page(twice, NONE)).select("#ledger tbody tr")) == 2 * len(rows)


def test_a_chapter_shows_the_anchor_and_the_way_back():
    some = AUDITED[AUDITED["chapter"].eq("03_safety")]
    page = soup(pages.ledger_table(some, NONE, name="l", title="Ledger"))
    decisive = some["importance"].eq("decisive")
    for claim in some.loc[decisive, "claim_id"]:
        assert page.find(id=f"claim-{claim}")["href"] == f"10_ledger.html#{claim}"
    assert len(page.select("[id^=claim-]")) == decisive.sum()
    more = page.select_one(".other-statements")
    assert more.get_text() == f"In the ledger: {(~decisive).sum()} more statements of this chapter"
    address = urlsplit(more.a["href"])
    assert (address.path, address.fragment) == ("10_ledger.html", "ledger")
    assert parse_qs(address.query) == {"ledger.chapter": ["3 · Safety"]}


def test_a_chapter_whose_rows_are_all_decisive_leads_nowhere_else():
    some = AUDITED[AUDITED["importance"].eq("decisive")]
    assert "other-statements" not in pages.ledger_table(some, NONE, name="l", title="t").data
    none = AUDITED[AUDITED["importance"].eq("minor")].iloc[:1]
    page = soup(pages.ledger_table(none, NONE, name="l", title="t"))
    assert page.find("table") is None
    assert page.get_text() == "In the ledger: one more statement of this chapter"


@pytest.mark.slow
@pytest.mark.parametrize("show", [rescat.ledger_page, "chapter"])
def test_a_response_stands_beside_its_verdict(show):
    if show == "chapter":
        page = soup(pages.ledger_table(AUDITED, MADE_UP, name="l", title="t"))
        row = page.find(id="claim-SAF-17").find_parent("tr")
    else:
        page = soup(show(AUDITED, MADE_UP))
        row = page.find(id="SAF-17")
    first, second = (words.get_text() for words in row.select(".response"))
    assert "The authors of the paper, 2030-01-02: We counted from the <second> infusion." in first
    assert "What changed in version 9.0.0: The verdict." in first
    assert second.startswith("A reader, 2030-02-03")
    assert len(page.select(".response")) == 2


def test_the_log_of_corrections_has_every_row():
    page = rescat.corrections_received(MADE_UP)
    assert page.count("<tr") == 4
    assert "chapters/10_ledger.html#SAF-17" in page
    assert "&lt;second&gt;" in page
    assert "No correction" in rescat.corrections_received(MADE_UP.head(0))


def test_a_correction_of_an_unknown_claim_is_refused(monkeypatch):
    wrong = MADE_UP.assign(claim_id="ZZZ-99")
    load = rescat.load_corrections.__globals__["load"]
    monkeypatch.setitem(
        rescat.load_corrections.__globals__,
        "load",
        lambda name: wrong if name == "corrections" else load(name),
    )
    with pytest.raises(rescat.DataError, match="found ZZZ-99"):
        rescat.load_corrections()


def test_where_to_send_a_correction():
    both = rescat.how_to_correct("https://example.org/book/", "book@example.org")
    page = rendered(both, block=True)
    assert 'href="https://example.org/book/issues/new"' in page
    assert 'href="mailto:book@example.org"' in page
    neither = rescat.how_to_correct(None, "")
    assert "names no address" in neither
    assert "@" not in neither
    assert "BOOK_" not in neither, "readers set nothing"
    assert "<a " not in rendered(neither, block=True)
    odd = rescat.how_to_correct("https://example.org/)[x](javascript:1)", None)
    assert rendered(odd, block=True).count("<a ") == 1
    with pytest.raises(rescat.DataError, match="BOOK_CONTACT"):
        rescat.how_to_correct(None, "not an address")
    with pytest.raises(rescat.DataError, match="BOOK_REPOSITORY_URL"):
        rescat.how_to_correct("javascript:alert(1)", None)


def test_a_correction_can_be_copied_mailed_and_printed():
    text = rescat.correction_text("1.2.3")
    asked = [line.removesuffix(":") for line in text.splitlines() if line]
    assert asked[0] == "Correction to the RESCAT companion, version 1.2.3"
    form = BeautifulSoup(rescat.correction_form("1.2.3"), "html.parser")
    assert [label.get_text() for label in form.find_all("label")] == asked[1:]
    fields = {field["id"] for field in form.find_all("textarea")}
    assert {label["for"] for label in form.find_all("label")} == fields
    assert not form.select("[action], [onsubmit], button, a")
    way = rescat.how_to_correct(None, "book@example.org", "1.2.3")
    [link] = BeautifulSoup(rendered(way, block=True), "html.parser").find_all("a")
    sent = parse_qs(urlsplit(link["href"]).query)
    assert link["href"].startswith("mailto:book@example.org?")
    assert link.get_text() == "book@example.org"
    assert sent == {"subject": asked[:1], "body": [text]}


def test_only_known_claims_become_links():
    linked = rescat.link_claims("SAF-17 & ZZZ-99 of COH-0401", {"SAF-17"}, "l.html")
    assert linked == '<a href="l.html#SAF-17">SAF-17</a> &amp; ZZZ-99 of COH-0401'


def test_a_table_says_when_it_is_of_private_or_no_data():
    cells = pd.DataFrame({"A": ["1"], "origin": ["private"]})
    assert "(PRIVATE)" in findable_table(cells, name="t", title="T", note="n")
    with pytest.raises(rescat.OriginError):
        findable_table(cells.drop(columns="origin"), name="t", title="T", note="n")


def test_attributes_survive_quotes():
    cells = pd.DataFrame({"A": ["x"], "origin": ["evidence"]})
    value = """it's "<so>" & more"""
    page = soup(
        findable_table(cells, name="t", title="T", note="n", filters={"B": pd.Series([value])})
    )
    assert json.loads(page.find("tr", attrs={"data-values": True})["data-values"]) == {"B": value}
