"""The text of the paper: its references and where it cites them."""

import pytest

import rescat


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as before [1,34–37].", [1, 34, 35, 36, 37]),
        ("lungs [1–3] and more [9]", [1, 2, 3, 9]),
        ("slope 0.007 [0.001 – 0.013] in [bpm]", []),
        ("cited [2]\nReferences\n- [3] not a citation", [2]),
    ],
)
def test_numbers_in_the_text(text, numbers):
    assert rescat.cited_numbers(text) == numbers


def test_the_list_of_references():
    listed = rescat.reference_list(rescat.load_paper())
    assert listed["number"].tolist() == list(range(1, len(listed) + 1))
    assert listed["doi"].ne("").all()
    titles = listed.set_index("number")["title"]
    # The entry that the conversion broke in two.
    assert titles[42].endswith("a randomized controlled phase 2a trial.")


def test_a_text_without_references_is_refused():
    with pytest.raises(rescat.DataError, match="no list of references"):
        rescat.reference_list("Introduction")
