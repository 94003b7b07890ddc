"""Where the examined statements stand in the paper."""

import re
from itertools import pairwise

import pandas as pd
from shared import refused

import rescat
from rescat.ledger.passages import passages

TEXT = rescat.load_paper()
CLAIMS = rescat.load_claims()
ARTICLE = CLAIMS[CLAIMS["document"].eq("article")]
FOUND = passages(CLAIMS, TEXT)


def test_each_quotation_of_the_article_is_in_one_passage_with_its_words():
    quoted = {q.claim_id: TEXT[q.start : q.end] for p in FOUND for q in p.quotations}
    assert sum(len(p.quotations) for p in FOUND) == len(quoted) == len(ARTICLE)
    for row in ARTICLE.itertuples():
        assert re.sub(r"\s+", " ", quoted[row.claim_id]) == re.sub(r"\s+", " ", row.quotation)


def test_passages_share_no_word_and_hold_their_quotations():
    for before, after in pairwise(FOUND):
        assert before.end <= after.start
    for passage in FOUND:
        assert passage.start == min(q.start for q in passage.quotations)
        assert passage.end == max(q.end for q in passage.quotations)


def test_quotations_that_cross_are_one_passage():
    rows = ARTICLE[ARTICLE["claim_id"].isin(["SLO-07", "SLO-16"])]
    [passage] = passages(rows, TEXT)
    first, second = passage.quotations
    assert first.start < second.start < first.end < second.end


def test_words_that_stand_twice_are_taken_where_the_claim_says():
    places = {q.claim_id: q.start for p in FOUND for q in p.quotations}
    twice = "SAE, severe adverse event"
    assert places["DEC-13"] == TEXT.index(twice)
    assert places["SAF-09"] == TEXT.rindex(twice) > TEXT.index("Table 2\n")


def test_words_that_the_paper_does_not_have_are_refused():
    wrong = pd.DataFrame(ARTICLE.head(1)).assign(quotation="Eighteen patients")
    assert "the paper has no words 'Eighteen patients'" in str(refused(passages, wrong, TEXT))
