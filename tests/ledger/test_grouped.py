"""Findings: each row of the ledger belongs to one, and findings are counted, not rows."""

import re

import pytest
from shared import audited

import rescat

AUDITED = audited()


def test_every_row_belongs_to_a_finding_and_every_finding_has_a_row():
    known = rescat.load_table("findings")["finding"]
    assert set(AUDITED["finding"]) == set(known)
    found = rescat.ledger_findings(AUDITED)
    assert sorted(found["finding"]) == sorted(known)
    assert sorted(c for claims in found["claims"] for c in claims) == sorted(AUDITED["claim_id"])


def test_the_decisive_come_first_and_the_ten_are_decisive():
    found = rescat.ledger_findings(AUDITED)
    order = found["importance"].map(rescat.IMPORTANCE.index)
    assert order.is_monotonic_increasing
    ten = rescat.load_table("findings").dropna(subset="rank")["finding"]
    assert set(found.set_index("finding").loc[ten, "importance"]) == {"decisive"}
    assert found["finding"].head(10).tolist() == ten.tolist()


def test_slips_of_language_are_no_findings():
    slips = AUDITED[AUDITED["importance"].eq("typographic")]
    assert not slips.empty
    assert rescat.finding_counts(slips).sum() == 0
    # A slip does not decide the verdict of a finding that has rows of substance.
    mixed = AUDITED[AUDITED["finding"].isin(slips["finding"])].groupby("finding")
    found = rescat.ledger_findings(AUDITED).set_index("finding")["verdict"]
    for finding, rows in mixed:
        of_substance = rows[rows["importance"].ne("typographic")]
        if len(of_substance):
            assert found[finding] in set(of_substance["verdict"])


def test_several_rows_on_one_fact_are_one_finding():
    """Each finding is counted once, with the verdict that its badge in the ledger shows."""
    counts = rescat.finding_counts(AUDITED)
    of_substance = AUDITED[AUDITED["importance"].ne("typographic")]
    assert counts.sum() == of_substance["finding"].nunique()
    shown = rescat.ledger_findings(AUDITED).set_index("finding")["verdict"]
    assert counts["stronger than the figures"] == shown.eq("stronger than the figures").sum()
    assert (
        counts["stronger than the figures"]
        < rescat.verdict_counts(AUDITED).loc["stronger than the figures"]
    )


@pytest.mark.slow
def test_a_printed_contradiction_is_counted_as_one():
    """A figure against its table, and a passage against another, are both seen."""
    tables = rescat.Tables()
    tables.patients = tables.patients.assign(length_of_stay=9.0)
    sentence = rescat.finding_sentence(rescat.audit(tables=tables))
    assert not sentence.startswith("None of")
    assert re.match(r"\d+ of the \d+ statements", sentence)
    named = AUDITED[AUDITED["verdict"].eq("cannot both be right")]
    assert {"SAF-09", "SAF-17", "CYT-15"} <= set(named["claim_id"])


def test_the_summary_counts_findings():
    sentence = rescat.finding_sentence(AUDITED)
    counts = rescat.finding_counts(AUDITED)
    assert f"{counts['cannot both be right']} name two printed things" in sentence
    of_substance = AUDITED.loc[AUDITED["importance"].ne("typographic"), "finding"].nunique()
    assert f"Of {of_substance} findings" in sentence


def test_an_unknown_finding_is_refused():
    changed = AUDITED.assign(finding="nothing-known")
    with pytest.raises(rescat.DataError, match="found 'nothing-known'"):
        rescat.ledger_findings(changed)


def test_rows_on_the_same_words_name_each_other():
    pairs = rescat.same_words(AUDITED)
    assert pairs["CYT-09"] == ["MUL-05"]
    assert "CYT-09" in pairs["MUL-05"]
    assert all(claim in pairs[other] for claim, others in pairs.items() for other in others)


def test_the_same_statement_has_one_verdict():
    """Two rows with the same words and the same check cannot differ."""
    computed = AUDITED[AUDITED["source"].ne("")]
    same = computed.groupby([computed["quotation"].str.lower(), "document", "check"])["verdict"]
    assert same.nunique().max() == 1
    verdicts = AUDITED.set_index("claim_id")["verdict"]
    assert verdicts["SLO-17"] == verdicts["SLO-19"]


def test_no_p_value_is_judged_by_itself():
    """A sentence is not reproduced by its own P value, where nothing else is printed."""
    slopes = rescat.load_slopes()
    for row in AUDITED[AUDITED["check"].eq("significant")].itertuples():
        claim = rescat.load_claims().set_index("claim_id").loc[row.claim_id]
        markers = re.search(r"markers=(\S+)", claim["arguments"])[1].split(",")
        for marker in markers:
            printed = slopes[slopes["marker"].eq(marker)]
            in_same_sentence = printed["quotation"].map(
                lambda words, quoted=claim["quotation"]: words in quoted or quoted in words
            )
            with_limits = printed["ci_low"].notna().any()
            assert with_limits or not in_same_sentence.any(), (row.claim_id, marker)
