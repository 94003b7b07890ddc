"""Every sentence that cites a source has a row, and its verdict rests on what was read."""

import re

from shared import audited

import rescat
from rescat.data.paper import cited_numbers

WORDS = re.sub(r"\s+", " ", rescat.load_paper().partition("\nReferences\n")[0])
AUDITED = audited()
CITING = AUDITED[AUDITED["kind"].eq("citation") & AUDITED["section"].ne("References")]
READ = rescat.load_table("references_read").set_index("reference")["what"]
SEEN = {"abstract", "full text"}


def test_every_citation_stands_in_a_row():
    article = AUDITED[AUDITED["document"].eq("article")]
    spans = [
        (found.start(), found.end())
        for words in article["quotation"]
        for found in re.finditer(re.escape(words), WORDS)
    ]
    # The note of Table 1 names the cohort by its author; MAT-05 is about it.
    spans.append((WORDS.index("described in Bonetto"), WORDS.index("described in Bonetto") + 40))
    alone = [
        WORDS[max(0, found.start() - 60) : found.end()]
        for found in re.finditer(r"\[\d{1,3}(?:[,–]\d{1,3})*\]", WORDS)
        if not any(a <= found.start() and found.end() <= b for a, b in spans)
    ]
    assert not alone


def test_what_supports_a_sentence_was_read():
    supported = CITING[CITING["verdict"].eq("reproduced")]
    assert len(supported) > 5
    for row in supported.itertuples():
        assert {READ[n] for n in cited_numbers(row.quotation)} & SEEN, row.claim_id


def test_not_read_is_said_of_what_was_not_read():
    for row in CITING.itertuples():
        unread = [n for n in cited_numbers(row.quotation) if READ[n] not in SEEN]
        if row.verdict == "not read":
            assert unread, row.claim_id
        if not set(cited_numbers(row.quotation)) - set(unread):
            # A title can show that a reference is about something else, and no more.
            assert row.verdict in ("not read", "cannot both be right"), row.claim_id


def test_a_source_that_says_otherwise_is_named():
    differing = AUDITED[AUDITED["verdict"].eq("the source says otherwise")]
    named = r"reference \d|title of \[|CTCAE|register|newspapers"
    assert differing["detail"].str.contains(named).all()
