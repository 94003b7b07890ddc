"""What was read of the references of the paper, and of facts from outside."""

import datetime as dt

import pytest

import rescat
from rescat.data.contract import resources

READ = rescat.load_table("references_read")
FACTS = rescat.load_table("outside_facts")
DATED = {"references_read": READ[READ["what"].ne("not read")], "outside_facts": FACTS}


def test_every_reference_has_one_row():
    listed = rescat.reference_list(rescat.load_paper())["number"].tolist()
    assert READ["reference"].tolist() == listed


def test_what_was_not_read_says_nothing():
    unread = READ[READ["what"].eq("not read")]
    assert len(unread)
    assert unread[["address", "read_on", "design", "patients", "says"]].isna().all(axis=None)
    assert unread["note"].str.contains("No page of this article was found").all()


def test_what_an_article_says_is_not_told_from_its_title():
    told = READ[READ["what"].isin(["abstract", "full text"])]
    assert told["says"].notna().all()
    # A register's record of the study may stand beside a title; the row then says so.
    beside = READ[READ["what"].eq("title only") & READ["says"].notna()]
    assert beside["note"].str.contains("The register was read").all()


@pytest.mark.parametrize("name", DATED)
def test_what_was_read_has_an_address_and_a_day(name):
    table = DATED[name]
    assert table["address"].str.match(r"https?://[\w.-]+\.[a-z]{2,}/").all()
    days = table["read_on"].map(dt.date.fromisoformat)
    assert days.between(dt.date(2026, 11, 1), dt.date(2100, 1, 1)).all()


def test_facts_are_dated_by_day():
    dates = FACTS["date"].dropna()
    assert len(dates)
    assert dates.map(dt.date.fromisoformat).max() < dt.date(2026, 11, 1)


def test_a_newspaper_is_no_primary_source():
    papers = FACTS["address"].str.contains(r"repubblica|corriere|ilmattino|ansa\.it|agi\.it")
    assert papers.any()
    assert FACTS.loc[papers, "primary"].eq("n").all()


def test_a_result_is_from_a_reference_that_was_read():
    results = rescat.load_table("cited_results")
    read = READ.set_index("reference")
    numbers = results["reference"].unique()
    assert read.loc[numbers, "what"].isin(["abstract", "full text"]).all()
    sources = results.groupby("reference")["source"].unique().map(set)
    assert (sources == read.loc[numbers, "address"].map(lambda a: {a})).all()


def test_every_source_can_be_found_again():
    for name, resource in resources().items():
        if resource["path"].startswith("evidence/"):
            table = rescat.load_table(name)
            for column in table.columns[table.columns.str.contains("source|address")]:
                lost = table[column].str.contains("not kept|no address", na=False)
                assert not lost.any(), (name, table.loc[lost, column].tolist())
