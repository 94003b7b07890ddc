"""The annotated paper: nothing of the text is lost, and each statement is marked where it is."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from shared import audited

import rescat
from rescat.base.inert import Html, Markdown
from rescat.ledger.passages import passages
from rescat.pages.ledger import VERDICT_COLOURS
from rescat.pages.paper import VERDICT_SIGNS, annotated_paper, paper_answer, paper_signs

AUDITED = audited()
ARTICLE = AUDITED[AUDITED["document"].eq("article")].set_index("claim_id", drop=False)
FINDINGS = rescat.ledger_findings(AUDITED)
TEXT = rescat.load_paper()
NONE = rescat.load_corrections().head(0)


def made(corrections: pd.DataFrame = NONE) -> Markdown:
    return annotated_paper(AUDITED, FINDINGS, TEXT, corrections)


def as_html(page: Markdown) -> BeautifulSoup:
    """The page, its headings as elements."""
    heading = re.compile(r"^## (.*)$", re.MULTILINE)
    text = heading.sub(lambda found: f"<h2>{found[1]}</h2>".replace("\\", ""), str(page))
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return as_html(made())


@pytest.fixture(scope="module")
def papers_own() -> BeautifulSoup:
    """The page without what is ours."""
    found = as_html(made())
    for ours in found.select(".ours"):
        ours.decompose()
    return found


def without_white(text: str) -> str:
    return re.sub(r"\s+", "", text)


def without_markup(text: str) -> str:
    """Words of ``paper.txt`` without the signs of Markdown and formulas, by another way."""
    for pattern, kept in [
        (r"\]\(#\)", "]"),  # a link that leads nowhere
        (r"\[(https://[^\]]+)\]\(https://(?:\\.|[^)\\])+\)", r"\1"),
        (r"\\([()])", r"\1"),
        (r"<(https://[^<>]*)>", r"\1"),
        (r"\^\{(\d+)\}", r"\1"),
        (r"\^", ""),
        (r"\$", ""),
        (r"\*(?!Asterisks)", ""),
        (r"(?m)^- ", ""),
    ]:
        text = re.sub(pattern, kept, text)
    # What was the text of a link to a table or figure.
    return re.sub(r"\[((?:Supplementary |part )?(?:e?Table|e?Figure|A|B|C)[^\[\]]*)\]", r"\1", text)


def test_no_word_of_the_paper_is_lost_or_changed(papers_own):
    text = TEXT[TEXT.index("Impact of mesenchymal") :].replace("A B S T R A C T", "Abstract")
    assert without_white(papers_own.get_text()) == without_white(without_markup(text))


def test_no_sign_of_markdown_is_left(papers_own):
    text = papers_own.get_text()
    assert not re.search(r"\$|\]\(|\^|\\|<http", text)
    assert text.count("*") == 1  # the paper's own, in a legend


def test_each_quotation_is_marked_where_it_stands(papers_own):
    pieces: dict[str, str] = {}
    for words in papers_own.select("mark.passage .words"):
        for claim in words["data-claims"].split():
            pieces[claim] = pieces.get(claim, "") + words.get_text()
    assert set(pieces) == set(ARTICLE.index)
    for claim, row in ARTICLE.iterrows():
        quoted = without_white(without_markup(row["quotation"].replace("](#", "](#)")))
        assert without_white(pieces[claim]) == quoted.replace(")()", ")"), claim


def test_nothing_else_is_marked(papers_own):
    marked = sum(len(without_white(w.get_text())) for w in papers_own.select("mark"))
    covered = sum(len(without_white(w.get_text())) for w in papers_own.select("mark .words"))
    assert marked == covered
    whole = len(without_white(papers_own.get_text()))
    assert 0 < marked < whole


def test_each_claim_has_an_address_where_its_words_begin(page):
    for claim in ARTICLE.index:
        [anchor] = page.find_all(id=claim)
        assert claim in anchor.find_next(class_="words")["data-claims"].split()
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_words_have_the_colour_of_what_asks_most(page):
    for words in page.select("mark .words"):
        verdicts = set(ARTICLE["verdict"].loc[words["data-claims"].split()])
        colour = words["style"].removeprefix("--verdict:")
        assert colour in {VERDICT_COLOURS[verdict] for verdict in verdicts}
        if verdicts - {"reproduced", "a slip"}:
            assert colour not in {VERDICT_COLOURS[v] for v in ("reproduced", "a slip")}


def test_each_passage_has_one_button_with_the_signs_of_its_verdicts(page):
    found = passages(AUDITED, TEXT)
    for number, passage in enumerate(found, 1):
        marks = page.select(f'mark[data-note="note-{number}"]')
        [button] = [b for mark in marks for b in mark.select("button")]
        assert button.parent is marks[-1]
        assert button["popovertarget"] == f"note-{number}"
        verdicts = set(ARTICLE["verdict"].loc[[q.claim_id for q in passage.quotations]])
        signs = {sign.get_text() for sign in button.select(".sign")}
        assert signs == {VERDICT_SIGNS[verdict] for verdict in verdicts}
        name = button["aria-label"].removeprefix(f"Note {number}: ")
        assert set(name.split("; ")) == verdicts
    assert len(page.select("mark button")) == len(found)


def test_each_verdict_has_a_sign_of_its_own():
    assert list(VERDICT_SIGNS) == list(rescat.VERDICTS)
    assert len(set(VERDICT_SIGNS.values())) == len(VERDICT_SIGNS)
    legend = BeautifulSoup(paper_signs(), "html.parser")
    for item, (verdict, meaning) in zip(legend.select("li"), rescat.VERDICTS.items(), strict=True):
        assert item.get_text() == f"{VERDICT_SIGNS[verdict]} {verdict}: {meaning}"


def test_each_note_has_the_verdict_the_reason_and_its_links(page):
    headlines = FINDINGS.set_index("finding")["headline"]
    anchors = {element["id"] for element in page.find_all(id=True)}
    for number, passage in enumerate(passages(AUDITED, TEXT), 1):
        note = page.find(id=f"note-{number}")
        assert note["popover"] == "auto"
        assert page.find(id=note["aria-labelledby"]).get_text().startswith(f"Note {number}")
        claims = note.select(".note-claim")
        assert len(claims) == len(passage.quotations)
        for quotation, shown in zip(passage.quotations, claims, strict=True):
            row, text = ARTICLE.loc[quotation.claim_id], shown.get_text()
            assert shown.select_one(".note-verdict strong").get_text() == row["verdict"]
            assert row["detail"] in text
            assert row["recomputed"] in text
            assert rescat.VERDICTS[row["verdict"]] in text
            reason = shown.select_one(".note-reason").get_text().removeprefix("Reason: ")
            assert reason == (row["explanation"] or rescat.VERDICTS[row["verdict"]])
            assert headlines[row["finding"]] in text
            links = [a["href"] for a in shown.select(".note-links a")]
            assert links[0] == f"chapters/10_ledger.html#{row['claim_id']}"
            if row["chapter"] != "10_ledger":
                decisive = row["importance"] == "decisive"
                place = f"#claim-{quotation.claim_id}" if decisive else ""
                assert links[1] == f"chapters/{row['chapter']}.html{place}"
            assert {a[1:] for a in links if a.startswith("#")} <= anchors


def test_a_source_that_a_reason_names_is_a_link(page):
    note = page.find(id="REF-25").find_parent("mark")["data-note"]
    addresses = [a["href"] for a in page.find(id=note).select(".note-reason a")]
    assert "https://ccforum.biomedcentral.com/articles/10.1186/s13054-022-03930-4" in addresses


def test_the_answer_of_the_authors_stands_in_the_note():
    corrections = pd.DataFrame(
        {
            "date": ["2030-01-02"],
            "claim_id": ["SAF-17"],
            "sender": ["authors"],
            "response": ["We counted <from> the second infusion."],
            "change": ["The verdict."],
            "version": ["9.0.0"],
            "origin": "evidence",
        }
    )
    found = as_html(made(corrections))
    [response] = found.select(".note .response")
    assert "We counted <from> the second infusion." in response.get_text()
    mark = found.find(id="SAF-17").find_parent("mark")
    assert response.find_parent(class_="note")["id"] == mark["data-note"]


def test_the_notes_follow_the_part_of_their_passages(page):
    for part in page.select(".annotated"):
        buttons = [button["popovertarget"] for button in part.select("mark button")]
        assert [note["id"] for note in part.select(".note")] == buttons


def test_the_tables_have_every_patient(page):
    tables = {table["aria-label"]: table for table in page.select("table")}
    assert set(tables) == {"Table 1", "Table 2"}
    part_b = tables["Table 1"]  # the second of its name
    assert [c.get_text() for c in part_b.select("thead tr:nth-of-type(2) th")][1:] == [
        str(n) for n in range(8, 18)
    ]
    rows = {
        r.th.get_text(): [c.get_text() for c in r.select("td")] for r in part_b.select("tbody tr")
    }
    assert rows["Length of stay, days"] == [
        str(days) for days in (17, 81, 14, 33, 48, 47, 35, 12, 17, 18)
    ]


def test_the_answer_counts_passages():
    answer = paper_answer(AUDITED, FINDINGS, TEXT)
    text = BeautifulSoup(answer, "html.parser").get_text(" ")
    found = passages(AUDITED, TEXT)
    assert f"{len(found)} passages of the paper, in {len(ARTICLE)} statements" in text
    both = sum(
        any(ARTICLE["verdict"][q.claim_id] == "cannot both be right" for q in p.quotations)
        for p in found
    )
    assert re.search(rf"in\s+{both}\s*, two printed things do not go together", text)
    links = re.findall(r'href="#([A-Z]{3}-\d\d)"', answer)
    asked = ARTICLE["verdict"].isin(
        ["cannot both be right", "not reproduced", "the source says otherwise"]
    )
    assert sorted(links) == sorted(ARTICLE.index[asked])


def test_the_counts_of_the_answer_follow_the_verdicts():
    fine = AUDITED.assign(verdict="reproduced")
    answer = paper_answer(fine, FINDINGS, TEXT)
    assert "two printed things" not in answer
    assert "<details" not in answer
    assert isinstance(answer, Html)


def test_text_of_the_paper_cannot_become_html():
    """Signs of HTML in the words, in a reason and in a figure."""
    first = ARTICLE.index[0]
    odd = AUDITED.assign(
        explanation=AUDITED["explanation"].where(
            AUDITED["claim_id"].ne(first), "<script>1</script> https://a.org/<b>"
        )
    )
    page = annotated_paper(
        odd, FINDINGS, TEXT.replace("During the study", "During <b>the study"), NONE
    )
    assert "<script>" not in page
    assert "<b>" not in page
    assert "During &lt;b&gt;the study" in page


def test_there_is_no_empty_line_within_a_part():
    """Markdown would end the HTML there."""
    for part in str(made()).split("\n\n"):
        assert part.startswith(("## ", '<div class="annotated"'))
        if not part.startswith("## "):
            assert part.endswith("</div>")
