"""What a row of the ledger hands to its check."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescat
from rescat.ledger.arguments import arguments_of


def check_of_words(claim, tables, words, numbers=""):
    """A check with one argument that it needs, and one that may be left out."""


def refusal(cell):
    with pytest.raises(rescat.DataError) as caught:
        arguments_of(cell, check_of_words, "REF-03")
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("words=COVID-19", {"words": "COVID-19"}),
        ("words='cytokine storm'  numbers=5", {"words": "cytokine storm", "numbers": "5"}),
        ('"words=the trial\'s title"', {"words": "the trial's title"}),
        (r"words=\d{4}-\d{6}", {"words": r"\d{4}-\d{6}"}),
        ("words='a # b = c'", {"words": "a # b = c"}),
        ("words=TNFα|IL-1β", {"words": "TNFα|IL-1β"}),
        ("words=", {"words": ""}),
    ],
)
def test_values_are_read_as_they_are_written(cell, found):
    assert arguments_of(cell, check_of_words, "REF-03") == found


# A value with both kinds of quotation marks is written in parts, as a shell does.
@given(words=st.text(st.characters(categories=["L", "N", "P", "Zs", "S"])), numbers=st.text("0,9"))
def test_any_text_can_be_handed_over(words, numbers):
    cell = f"words={shlex.quote(words)} numbers={shlex.quote(numbers)}"
    found = arguments_of(cell, check_of_words, "REF-03")
    assert found == {"words": words, "numbers": numbers}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", "words is missing"),
        ("numbers=5", "words is missing"),
        ("word=storm", "'word' is not one of its arguments"),
        ("words=a words=b", "'words' is given twice"),
        ("words=cytokine storm", "'storm' has no value"),
        ("words='cytokine storm", "a quotation mark is not closed"),
    ],
)
def test_a_wrong_cell_is_refused_with_what_the_check_takes(cell, fault):
    said = refusal(cell)
    assert said.startswith(f"claims.csv, claim REF-03, column arguments: found {cell!r}: {fault}\n")
    assert "expected by the check check_of_words" in said
    assert "words, numbers (may be left out)\n" in said


@pytest.mark.parametrize(
    ("claim_id", "cell", "fault"),
    [
        ("SAF-13", "arms=MSC", "'arms' is not one of its arguments"),
        ("SAF-13", None, "arm is missing"),
        ("COH-08", "arm=MSC", "'arm' is not one of its arguments"),
    ],
)
def test_the_audit_refuses_them(claim_id, cell, fault):
    claims = rescat.load_claims().query("claim_id == @claim_id").assign(arguments=cell)
    with pytest.raises(rescat.DataError, match=fault) as caught:
        rescat.audit(claims)
    assert f"claim {claim_id}" in str(caught.value)
    assert "rescat/ledger/checks/" in str(caught.value)


def test_a_check_that_breaks_is_named():
    claims = rescat.load_claims().query("claim_id == 'SLO-08'")
    with pytest.raises(IndexError) as caught:
        rescat.audit(claims.assign(arguments="marker=IL99 term=treated"))
    assert caught.value.__notes__ == [
        "claims.csv, claim SLO-08: the check slope_in_middle of "
        "rescat/ledger/checks/random_slopes.py, arguments 'marker=IL99 term=treated'"
    ]
