"""The search page finds what is meant first, from a folder on a disk."""

from urllib.parse import urlencode

import pytest

import rescat
from rescat.data.marker_names import page_name

pytestmark = pytest.mark.browser

# What readers type, and the address of the first hit.
QUERIES = {
    # every marker by the spellings of the paper, of laboratories and of genes
    "IL1RA": "markers/IL1RA.html",
    "IL-1RA": "markers/IL1RA.html",
    "IL-1Ra": "markers/IL1RA.html",
    "interleukin-1 receptor antagonist": "markers/IL1RA.html",
    "IL-6": "markers/IL6.html",
    "IL6": "markers/IL6.html",
    "interleukin-6": "markers/IL6.html",
    "interleukin 6": "markers/IL6.html",
    "NfL": "markers/NFL.html",
    "NFL": "markers/NFL.html",
    "neurofilament": "markers/NFL.html",
    "neurofilament light chain": "markers/NFL.html",
    "UCH-L1": "markers/UCH-L1.html",
    "UCHL-1": "markers/UCH-L1.html",
    "UCHL1": "markers/UCH-L1.html",
    "TNF-alpha": "markers/TNFa.html",
    "TNFα": "markers/TNFa.html",
    "MCP-1": "markers/CCL2.html",
    "fractalkine": "markers/CX3CL1.html",
    "beta-NGF": "markers/NGF-beta.html",
    "il 1 beta": "markers/IL-1b.html",
    "anakinra": "markers/IL1RA.html",
    # patients, statements, chapters, functions
    "patient 7": "patients/7.html",
    "Patient 17": "patients/17.html",
    "ID 4": "patients/4.html",
    "SAF-17": "chapters/10_ledger.html#SAF-17",
    "saf 17": "chapters/10_ledger.html#SAF-17",
    "chapter 9": "chapters/09_multiplicity.html",
    "multiplicity": "chapters/09_multiplicity.html",
    "fit_slopes": "api/slopes.html#rescat.fit_slopes",
    # terms, also as the book does not write them
    "p-value": "glossary.html#term-P-value",
    "P value": "glossary.html#term-P-value",
    "P/F ratio": "glossary.html#term-PaO2-FiO2",
    "PaO₂/FiO₂": "glossary.html#term-PaO2-FiO2",
    "quartiles": "glossary.html#term-quartile",
    "tocilizumab": "glossary.html#term-tocilizumab",
    "side effects": "glossary.html#term-adverse-event",
    "how to cite": "licence.html",
    # misspelt
    "neurofilamnet": "markers/NFL.html",
    "interlukin 6": "markers/IL6.html",
    "tocilizumb": "glossary.html#term-tocilizumab",
}


@pytest.fixture(scope="module")
def page(chromium):
    with chromium.new_context(viewport={"width": 1300, "height": 900}) as context:
        yield context.new_page()


def asked(page, built_book, query: str) -> list[str]:
    """The addresses that the search page shows, in their order."""
    page.goto(f"{built_book.as_uri()}/search.html?{urlencode({'q': query})}")
    page.locator(".search-summary[role=status]").wait_for(state="attached")
    links = page.locator("#search-results li a")
    addresses = links.evaluate_all("(links) => links.map((link) => link.href)")
    return [address.removeprefix(f"{built_book.as_uri()}/") for address in addresses]


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_meant_comes_first(query, page, built_book):
    found = asked(page, built_book, query)
    assert found[0] == QUERIES[query], found[:3]
    assert len(set(found)) == len(found)
    assert page.locator("#search-results li").first.locator(".context").inner_text()


def test_every_marker_is_found_by_every_name(page, built_book):
    """In one page: to open one for each name would take minutes."""
    asked(page, built_book, "IL6")
    names = rescat.load_marker_names()[["marker", "alias"]].drop_duplicates()
    wanted = [(row.alias, f"markers/{page_name(row.marker)}.html") for row in names.itertuples()]
    first = page.evaluate(
        """(names) => names.map((name) => {
            document.querySelector("#search-results ul").replaceChildren();
            Search.query(name);
            return document.querySelector("#search-results li a").getAttribute("href");
        })""",
        [name for name, _ in wanted],
    )
    assert first == [address for _, address in wanted]


def test_the_words_that_were_asked_for_are_marked(page, built_book):
    asked(page, built_book, "tocilizumab")
    marks = page.locator("#search-results mark").all_inner_texts()
    assert {text.lower() for text in marks} == {"tocilizumab"}


def test_more_hits_are_shown_on_demand(page, built_book):
    first = asked(page, built_book, "NfL")
    assert len(first) == 15
    page.get_by_role("button", name="Show the other").click()
    assert page.locator("#search-results li").count() > 15
    next_one = page.locator("#search-results li a").nth(15)
    assert next_one.evaluate("(link) => link === document.activeElement")


def test_what_is_nowhere_is_said_so(page, built_book):
    assert asked(page, built_book, "qqqqzzzz") == []
    assert "Nothing was found for “qqqqzzzz”" in page.get_by_role("status").inner_text()
    asked(page, built_book, "neurofilamnet")
    said = page.get_by_role("status").inner_text()
    assert said.startswith("Nothing was found for “neurofilamnet”.")
    assert said.endswith("found for “neurofilament”.")


def test_what_is_asked_for_is_text(page, built_book):
    asked(page, built_book, "<img src=x onerror=alert(1)> IL6")
    assert page.locator("#search-results img").count() == 0
