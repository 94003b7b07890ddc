"""The parts of the paper's text."""

import re

import pytest
from shared import refused

import rescat
from rescat.data.paper_blocks import SECTIONS, SUBSECTIONS, paper_blocks

TEXT = rescat.load_paper()
BLOCKS = paper_blocks(TEXT)


def words(block) -> str:
    return TEXT[block.start : block.end]


def test_the_parts_leave_nothing_out():
    """What is between two parts is white, or the sign of an entry of the list of references."""
    assert words(BLOCKS[0]).startswith("Impact of mesenchymal")
    ends = [block.end for block in BLOCKS]
    starts = [*[block.start for block in BLOCKS[1:]], len(TEXT)]
    between = {TEXT[end:start].strip() for end, start in zip(ends, starts, strict=True)}
    assert between == {"", "-"}


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *(("title", 1), ("affiliation", 22), ("table", 3), ("caption", 2), ("legend", 2)),
        *(("section", len(SECTIONS)), ("subsection", len(SUBSECTIONS)), ("reference", 45)),
    ],
)
def test_there_are_as_many_parts_of_a_kind_as_the_paper_has(kind, number):
    assert sum(block.kind == kind for block in BLOCKS) == number


def test_a_paragraph_goes_on_over_the_end_of_a_page():
    ends = [words(b)[-1] for b in BLOCKS if b.kind == "paragraph" and b.place != "Article History:"]
    # One sentence goes on below the tables, and one ends without its full stop.
    assert sorted(e for e in ends if e != ".") == [")", ")"]
    joined = next(b for b in BLOCKS if "randomized into the MSC" in words(b))
    assert re.search(r"into the MSC\n\ngroup \(n = 5\)", words(joined))


def test_a_part_knows_its_table():
    [part_b] = [b for b in BLOCKS if words(b).startswith("Part B\t")]
    assert (part_b.kind, part_b.place) == ("table", "Table 1")
    assert {b.place for b in BLOCKS if "\tRectal hemorrhage\t" in words(b)} == {"Table 2"}


def test_a_text_without_a_heading_is_refused():
    error = refused(paper_blocks, TEXT.replace("\n\nDiscussion\n\n", "\n\nRemarks\n\n"))
    assert "found the heading 'Discussion' 0 times" in str(error)
