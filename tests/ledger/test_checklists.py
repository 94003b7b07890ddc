"""The checklists: complete, in the words of the paper where they quote it, linked to the ledger."""

import re

import pandas as pd
import pytest

import rescat
from rescat.data.contract import DATA

WORDS = re.sub(r"\s+", " ", (DATA / "published" / "paper.txt").read_text(encoding="utf-8"))
every = pytest.mark.parametrize("name", rescat.CHECKLISTS)


@every
def test_quotations_are_the_words_of_the_paper(name):
    for row in rescat.load_checklist(name).itertuples():
        if pd.notna(row.quotation):
            assert re.sub(r"\s+", " ", row.quotation) in WORDS, row.item


@every
def test_what_is_reported_has_a_place_and_words(name):
    rows = rescat.load_checklist(name)
    quoted, placed = rows["quotation"].notna(), rows["section"].notna()
    assert (quoted == placed).all()
    assert quoted[rows["reported"].isin(["yes", "partly"])].all()
    assert not quoted[rows["reported"].eq("no")].any()


@every
def test_claims_that_are_named_exist_and_are_linked(name):
    rows = rescat.load_checklist(name).drop(columns=["source", "origin"])
    named = set(re.findall(r"\b[A-Z]{3}-\d{2}\b", rows.to_csv()))
    assert named
    assert named <= set(rescat.load_claims()["claim_id"])
    page = rescat.checklist_table(rescat.load_checklist(name), rescat.load_claims(), name=name)
    for claim in named:
        assert f'<a href="chapters/10_ledger.html#{claim}">{claim}</a>' in page


def test_consort_has_thirty_items_and_the_diagram():
    items = list(rescat.load_checklist("consort_2025")["item"])
    assert items[-1] == "30"
    numbers = [int(re.match(r"\d+", item)[0]) for item in items if item != "flow"]
    assert sorted(set(numbers)) == list(range(1, 31))
    assert numbers == sorted(numbers)
    assert items.count("flow") == 1
    lettered = {i for i in items if re.fullmatch(r"\d+[a-d]", i)}
    parts = {1: "ab", 5: "ab", 12: "ab", 16: "ab", 17: "ab", 20: "ab", 21: "abcd"}
    parts |= {22: "ab", 23: "ab", 24: "ab"}
    assert lettered == {f"{n}{letter}" for n, letters in parts.items() for letter in letters}


def test_inspect_sr_has_its_checks_in_four_domains():
    items = rescat.load_checklist("inspect_sr")["item"]
    assert items.str.split(".").str[0].value_counts().sort_index().to_list() == [3, 5, 2, 11]


def test_each_comparison_has_the_five_attributes():
    rows = rescat.load_checklist("estimand_e9r1")
    assert rows.groupby("comparison")["item"].nunique().to_list() == [5, 5]
    assert len(rows) == 10


def test_the_register_and_the_ethics_came_before_the_first_patient():
    trial = rescat.load_trial()
    start = trial.loc[trial["item"].eq("recruitment_start") & trial["group"].eq("Modena"), "value"]
    earlier = ["ethics_approval", "medicines_agency_approval", "register_first_entered"]
    dates = trial.loc[trial["item"].isin(earlier), "value"]
    assert len(dates) == 4
    assert (dates < start.item()).all()


def test_counts_are_those_of_the_rows():
    rows = pd.DataFrame({"reported": ["yes", "no", "no", "partly"]})
    assert rescat.checklist_counts(rows) == "Of 4 rows: 1 yes, 1 partly, 2 no."


def test_an_unknown_checklist_is_named():
    with pytest.raises(KeyError, match="there are consort_2025"):
        rescat.load_checklist("consort_1996")
