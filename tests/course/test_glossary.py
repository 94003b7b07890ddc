"""The glossary: terms are defined, and linked at their first use."""

import re

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.addnodes import glossary as glossary_node
from sphinx.addnodes import pending_xref

from rescat.base.files import NOTEBOOKS
from rescat.course import glossary
from rescat.course.sessions import MATERIAL

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in MATERIAL.parent.glob("*.md")}
PAGES |= {
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix(): "\n\n".join(
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    )
    for path in sorted(NOTEBOOKS.rglob("[!.]*.ipynb"))
}


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"glossary", "licence", "bibliography"}))
def test_no_term_is_used_and_not_defined(name):
    assert not glossary.undefined(glossary.prose_of(PAGES[name])), (
        "define it in book/glossary.md, or say in book/teaching/terms.yml that it is known"
    )


@pytest.mark.parametrize("text", ["the PEEP was high", "the 90th percentile", "by ANCOVA"])
def test_an_undefined_term_is_found(text):
    assert glossary.undefined(text)


def test_no_term_is_defined_twice():
    terms = [term.casefold() for term in glossary.glossary_terms()]
    assert len(set(terms)) == len(terms)


def linked(*paragraphs):
    document = new_document("page")
    for parts in paragraphs:
        paragraph = nodes.paragraph()
        paragraph += parts if isinstance(parts, list) else [nodes.Text(parts)]
        document += paragraph
    glossary.link_first_uses(document, "page")
    links = [(x["reftarget"], x.astext()) for x in document.findall(pending_xref)]
    return links, document.astext()


def test_first_use_is_linked_and_only_that():
    links, text = linked("Two quartiles and a quartile.", "Quartile of HFNO.")
    assert links == [("quartile", "quartiles"), ("HFNO", "HFNO")]
    assert text == "Two quartiles and a quartile.\n\nQuartile of HFNO."


def test_what_an_author_linked_is_not_linked_again():
    link = pending_xref("", nodes.inline("", "quartile"), reftype="term", reftarget="quartile")
    links, _ = linked([nodes.Text("A "), link], "Another quartile.")
    assert links == [("quartile", "quartile")]


def test_what_every_clinician_knows_is_defined_and_not_linked():
    familiar = glossary.familiar_terms()
    assert familiar <= set(glossary.glossary_terms())
    assert {"COVID-19", "infusion", "median", "placebo"} <= familiar
    assert not {"P value", "confidence interval", "MSC", "singular fit"} & familiar
    assert linked("A median infusion of MSC in COVID-19.")[0] == [("MSC", "MSC")]


def test_what_every_clinician_knows_is_no_link_of_an_author_either():
    link = pending_xref("", nodes.inline("", "medians"), reftype="term", reftarget="Median")
    assert linked([nodes.Text("Two "), link]) == ([], "Two medians")


def test_definitions_are_found_by_the_place_of_each_term():
    document = new_document("glossary")
    item = nodes.definition_list_item()
    item += nodes.term("", "adverse event", ids=["term-adverse-event"])
    item += nodes.term("", "AE", ids=["term-AE"])
    item += nodes.definition("", nodes.paragraph("", "Any <event>,\nof a patient."))
    document += glossary_node("", nodes.definition_list("", item))
    known = glossary.definitions(document)
    assert known == dict.fromkeys(["term-adverse-event", "term-AE"], "Any <event>, of a patient.")
    page = new_document("page")
    for place in ("term-AE", "term-AE", "term-not-there"):
        shown = nodes.inline("", "AE", classes=["xref", "std", "std-term"])
        page += nodes.paragraph("", "", nodes.reference("", "", shown, refuri=f"g.html#{place}"))
    page += nodes.paragraph("", "", nodes.reference("", "x", refuri="g.html#term-adverse-event"))
    assert glossary.explanations(page, known) == (
        '<div class="definitions" hidden><p id="definition-term-AE">'
        "Any &lt;event&gt;, of a patient.</p></div>"
    )
    assert glossary.explanations(new_document("page"), known) == ""


def test_code_headings_and_parts_of_words_are_left_alone():
    links, _ = linked([nodes.literal("", "HFNO")], "subcohort and hfno, a lot of it")
    assert links == []


def test_a_p_value_rests_on_every_assumption():
    [meaning] = re.findall(r"\nP value\n +(.+)", PAGES["glossary"])
    assert "if there were no effect" in meaning
    assert "every other assumption of the model" in meaning
