"""Counts of few patients are withheld, and nobody can work them out from what is shown."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescat.data.small_cells import range_of, withheld

ARMS = [("all", ["a", "b", "c"])]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 9, "b": 8, "c": 7, "all": 24}, set()),
        # One small cell could be subtracted from the sum: the least of the others goes with it.
        ({"a": 9, "b": 3, "c": 7, "all": 19}, {"b", "c"}),
        # 4 + 4 hide each other: of 8, either may be anything from 0 to 8.
        ({"a": 9, "b": 4, "c": 4, "all": 17}, {"b", "c"}),
        # 2 + 2 do not: of 4, neither can be more than 4.
        ({"a": 9, "b": 2, "c": 2, "all": 13}, {"a", "b", "c"}),
        # Nobody is few as well: 'none of them had it' says something of each.
        ({"a": 9, "b": 0, "c": 7, "all": 16}, {"b", "c"}),
        # 5 is not fewer than 5.
        ({"a": 5, "b": 5, "c": 5, "all": 15}, set()),
    ],
)
def test_what_is_withheld_beside_a_known_sum(counts, expected):
    assert withheld(counts, ARMS, 5, known={"all"}) == expected


def test_where_the_sum_is_not_known_it_may_be_withheld_in_place_of_a_part():
    counts = {"a": 30, "b": 3, "c": 40, "all": 73}
    assert withheld(counts, ARMS, 5) == {"a", "b"}
    counts = {"a": 30, "b": 3, "all": 33}
    assert withheld(counts, [("all", ["a", "b"])], 5, known={"a"}) == {"b", "all"}


def test_what_cannot_be_hidden_lets_nothing_be_said():
    """Four patients in all: whoever knows that knows that each cell is small."""
    counts = {"a": 3, "b": 1, "all": 4}
    assert withheld(counts, [("all", ["a", "b"])], 5, known={"all"}) == {"a", "b", "all"}


def test_what_bounds_a_cell_from_elsewhere_counts():
    """Of 20 samples, b has at least 20 - 18 if a has 18 patients."""
    counts = {"a": 17, "b": 3, "all": 20}
    sums = [("all", ["a", "b"])]
    assert range_of("b", counts, sums, {"all"}, {"a": 18}) == (2, 20)
    assert range_of("b", counts, sums, {"all"}, {"a": 18, "b": 4}) == (2, 4)
    # That leaves three numbers; so nothing is said, but what readers know.
    assert withheld(counts, sums, 5, most={"a": 18, "b": 4}) == {"a", "b", "all"}


def test_bounds_that_do_not_agree_hide_nothing():
    """More samples than patients: then no range may be relied on."""
    counts = {"a": 17, "b": 3, "all": 20}
    assert range_of("b", counts, [("all", ["a", "b"])], {"all"}, {"a": 9, "b": 3}) == (3, 3)


ROWS, COLUMNS = "ab", "xyz"


def table_of(cells):
    """Six counts with their margins, and which is the sum of which."""
    counts = dict(zip(itertools.product(ROWS, COLUMNS), cells, strict=True))
    for row in ROWS:
        counts[row, "+"] = sum(counts[row, c] for c in COLUMNS)
    for column in [*COLUMNS, "+"]:
        counts["+", column] = sum(counts[r, column] for r in ROWS)
    sums = [((r, "+"), [(r, c) for c in COLUMNS]) for r in [*ROWS, "+"]]
    sums += [(("+", c), [(r, c) for r in ROWS]) for c in [*COLUMNS, "+"]]
    return counts, sums


def possible(counts, shown):
    """Every table of six counts that has the shown cells; by trying, not by the program."""
    most = counts["+", "+"]  # which readers know
    lines = [
        [
            line
            for line in itertools.product(range(most + 1), repeat=3)
            if sum(line) <= most
            and ((row, "+") not in shown or sum(line) == counts[row, "+"])
            and all(
                (row, c) not in shown or n == counts[row, c]
                for c, n in zip(COLUMNS, line, strict=True)
            )
        ]
        for row in ROWS
    ]
    for made in itertools.product(*lines):
        sums = [sum(column) for column in zip(*made, strict=True)]
        if sum(sums) == most and all(
            ("+", c) not in shown or n == counts["+", c] for c, n in zip(COLUMNS, sums, strict=True)
        ):
            yield dict(zip(itertools.product(ROWS, COLUMNS), itertools.chain(*made), strict=True))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_no_small_cell_of_a_table_can_be_told_from_its_margins(cells):
    """All tables that a reader cannot tell from the true one leave each a range of three."""
    counts, sums = table_of(cells)
    smallest = 2
    hidden = withheld(counts, sums, smallest, known={("+", "+")})
    assert {cell for cell, n in counts.items() if n < smallest and cell != ("+", "+")} <= hidden
    shown = counts.keys() - hidden
    if not shown:
        return  # nothing is said
    tables = list(possible(counts, shown))
    for cell in itertools.product(ROWS, COLUMNS):
        if counts[cell] < smallest:
            seen = {table[cell] for table in tables}
            assert max(seen) - min(seen) >= smallest, (cell, counts, hidden)


def test_small_cells_alone_would_be_told():
    """The attack of the test above works: withholding only what is small is not enough."""
    counts, _ = table_of([2, 2, 2, 2, 0, 2])
    shown = counts.keys() - {("b", "y")}
    assert {table["b", "y"] for table in possible(counts, shown)} == {0}
    # Nor is a second one in the row, for the column tells it.
    shown -= {("b", "x")}
    assert {table["b", "y"] for table in possible(counts, shown)} == {0}
