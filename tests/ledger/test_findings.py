"""Ten findings: each rests on verdicts that are held, and on figures that are computed."""

import re

import pytest
from shared import audited

import rescat
from rescat.data.contract import DATA
from rescat.pages.story import story

AUDITED = audited()


def test_there_are_ten_in_order():
    found = rescat.findings(AUDITED)
    assert list(found["rank"]) == list(range(1, 11))
    assert found["evidence"].map(len).gt(0).all()
    assert set(found["origin"]) == {"published"}


def test_no_figure_is_left_open_or_typed():
    found = rescat.findings(AUDITED)
    assert not found["sentence"].str.contains("[{}]").any()
    raw = (
        rescat.load_table("findings")["sentence"].dropna().str.replace(r"\{[^}]*\}", "", regex=True)
    )
    # Names, days and levels, none of them a result.
    named = (
        r"IL-?18|IL1RA|interleukin-1|log10|COVID-19|Table [12]|day (?:0|28)\b"
        r"|95 % (?:upper limit|confidence interval)"
        r"|limit of 0\.05"
    )
    for sentence in raw:
        assert not re.search(r"\d", re.sub(named, "", sentence)), sentence


def test_figures_against_the_paper():
    sentences = rescat.findings(AUDITED).set_index("rank")["sentence"]
    assert "10 of the 12 controls" in sentences[1]
    assert "(-0.012 to 0.015; the unit is not printed)" in sentences[2]
    assert "0.068" in sentences[5]
    assert "(15 ± 3.7)" in sentences[7]
    assert "15 days with MSC and 11" in sentences[7]
    assert "3 of 5 MSC patients and 10 of 10" in sentences[10]


@pytest.mark.parametrize("claim", ["SAF-17", "NEU-03", "COH-05"])
def test_a_changed_verdict_stops_the_summary(claim):
    changed = AUDITED.copy()
    changed.loc[changed["claim_id"].eq(claim), "verdict"] = "consistent within rounding"
    with pytest.raises(rescat.DataError, match=f"{claim}: found the verdict 'consistent"):
        rescat.findings(changed)


def test_a_claim_that_is_gone_stops_the_summary():
    with pytest.raises(rescat.DataError, match="SAF-17: found the verdict 'no such claim'"):
        rescat.findings(AUDITED[AUDITED["claim_id"].ne("SAF-17")])


def test_an_unknown_figure_is_named(monkeypatch):
    table = rescat.load_table("findings").assign(sentence="{nobody} knows")
    monkeypatch.setitem(rescat.findings.__globals__, "load_table", lambda name: table)
    with pytest.raises(rescat.DataError, match=r"found \{nobody\}"):
        rescat.findings(AUDITED)


def test_a_figure_of_the_ledger_can_be_quoted(monkeypatch):
    table = rescat.load_table("findings").assign(sentence="{ledger[SAF-15]}")
    monkeypatch.setitem(rescat.findings.__globals__, "load_table", lambda name: table)
    assert set(rescat.findings(AUDITED)["sentence"]) == {"15 (11.5 to 18.5)"}


def test_the_list_leads_to_the_ledger():
    page = rescat.findings_list(rescat.findings(AUDITED))
    assert page.count("<li>") == 10
    assert '<a href="chapters/10_ledger.html#SAF-17">SAF-17</a>' in page


def test_the_facts_of_the_pages_are_text():
    facts = rescat.audit_facts(AUDITED)
    assert all(isinstance(value, str) and value for value in facts.values())
    pages = "".join((DATA.parent / "book" / f"{name}.md").read_text(encoding="utf-8")
                    for name in ("summary", "checklists", "corrections", "paper"))  # fmt: skip
    assert set(re.findall(r"\{\{ (\w+) \}\}", pages)) == set(facts)


def test_no_fold_is_quoted_without_a_scale():
    """Log10, ln and scores all fit what is printed: a number of times would be one of them only."""
    sentence = rescat.findings(AUDITED).set_index("rank")["sentence"][2]
    assert "scale is not printed" in sentence
    for words in (sentence, str(story())):
        assert not re.search(r"\d(?:\.\d)? times|log10", words)


def test_what_is_said_of_corrections_holds_for_the_twins():
    """Max-T, which uses the correlation, falls on either side of 0.05 for NFL alone."""
    sentence = rescat.findings(AUDITED).set_index("rank")["sentence"][5]
    assert "could go either way for NFL" in sentence
    joint = rescat.load_table("joint_tests").query("family == 'Figure 2'")
    below = joint.assign(below=joint["step_down"].lt(0.05)).groupby("marker")["below"].mean()
    assert 0 < below["NFL"] < 1
    assert below.drop("NFL").max() < 0.05
    assert joint["holm"].gt(0.05).all()
