"""Counts of few patients, withheld so that no reader can work them out from the counts beside them.

In a cell that counts fewer patients than a limit somebody may recognise one of them. It is
withheld, and so are others beside it, until no reader can tell it more closely than that limit
(primary and complementary suppression). What a reader can tell is computed, by linear programming.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence

__all__ = ["SMALLEST", "Sum", "range_of", "withheld"]

SMALLEST = 5  # patients; data/evidence/outside_facts.csv says who else has this limit
_UNBOUNDED = 3  # of scipy
Sum = tuple[Hashable, Sequence[Hashable]]  # a cell, and those whose sum it is


def range_of(
    cell: Hashable,
    counts: Mapping[Hashable, int],
    sums: Sequence[Sum],
    shown: Collection[Hashable],
    most: Mapping[Hashable, int] | None = None,
) -> tuple[float, float]:
    """The least and the most patients that a cell may count, for who sees some other cells.

    Parameters
    ----------
    cell : hashable
        One that is not shown.
    counts : mapping
        Each cell to how many patients it counts.
    sums : sequence of (cell, cells)
        Which cell is the sum of which.
    shown : collection
        The cells that are seen.
    most : mapping, optional
        Cells to what they count at most, as far as a reader knows.

    Returns
    -------
    least, most : float
        Equal if the cell can be worked out, or what is shown does not agree; the most is infinite
        if nothing bounds it.

    Examples
    --------
    Two of three arms are withheld, and their sum is known:

    >>> from rescat.data.small_cells import range_of
    >>> counts = {"a": 5, "b": 2, "c": 10, "all": 17}
    >>> range_of("b", counts, [("all", "abc")], {"a", "all"})
    (0.0, 12.0)
    >>> range_of("b", counts, [("all", "abc")], {"a", "c", "all"})
    (2.0, 2.0)
    """
    from scipy.optimize import linprog  # takes half a second to load

    place = {name: column for column, name in enumerate(counts)}
    rows = []
    for total, parts in sums:
        row = [0] * len(place)
        row[place[total]] = -1
        for part in parts:
            row[place[part]] = 1
        rows.append(row)
    bounds = [
        (counts[name], counts[name]) if name in shown else (0, (most or {}).get(name))
        for name in counts
    ]
    wanted = [int(name == cell) for name in counts]
    equal = {"A_eq": rows, "b_eq": [0] * len(rows)} if rows else {}
    ends = []
    for sign in (1, -1):
        found = linprog([sign * one for one in wanted], bounds=bounds, **equal)
        if found.status == _UNBOUNDED:
            ends.append(float("inf"))
        elif found.success:
            ends.append(round(sign * found.fun, 6) + 0.0)
        else:  # what is shown does not agree: nothing can be said to be hidden by it
            return float(counts[cell]), float(counts[cell])
    return ends[0], ends[1]


def withheld(
    counts: Mapping[Hashable, int],
    sums: Sequence[Sum] = (),
    smallest: int = SMALLEST,
    *,
    known: Collection[Hashable] = (),
    also: Collection[Hashable] = (),
    most: Mapping[Hashable, int] | None = None,
) -> set:
    """The cells to withhold: those that are small, and others from which they could be worked out.

    A cell that counts nobody is small too: "nobody had it" says something of everybody.

    Parameters
    ----------
    counts : mapping
        Each cell to how many patients it counts.
    sums : sequence of (cell, cells)
        Which cell is the sum of which.
    smallest : int
        The least count that may be shown, and the narrowest range that may be left of one that may
        not.
    known : collection
        Cells that readers know from elsewhere, such as the number of all patients: to withhold
        them hides nothing.
    also : collection
        Cells to be treated as small, whatever they count.
    most : mapping, optional
        As for :func:`range_of`.

    Returns
    -------
    set
        Of cells. If the small ones cannot be hidden, all of them: then nothing is said at all.

    Examples
    --------
    >>> from rescat.data.small_cells import withheld
    >>> sorted(withheld({"a": 5, "b": 2, "c": 10, "all": 17}, [("all", "abc")]))
    ['a', 'b']

    Three are left of the two small ones together, which is few as well:

    >>> sorted(withheld({"a": 9, "b": 2, "c": 1, "all": 12}, [("all", "abc")]))
    ['a', 'b', 'c']
    """
    small = {cell for cell, n in counts.items() if n < smallest} | {*also} & counts.keys()
    known = {*known} & counts.keys()
    protected = [cell for cell in counts if cell in small - known]
    hidden = set(small)

    def safe(cell: Hashable) -> bool:
        least, greatest = range_of(cell, counts, sums, counts.keys() - hidden | known, most)
        return greatest - least >= smallest

    for cell in protected:
        near = {
            name for total, parts in sums if cell in (total, *parts) for name in (total, *parts)
        }
        while not safe(cell):
            beside = [name for name in counts if name not in hidden | known]
            if not beside:
                return set(counts)
            hidden.add(min(beside, key=lambda name: (name not in near, counts[name])))
    # What was withheld on the way and is not needed for any of them, is shown.
    for name in sorted(hidden - small, key=counts.get, reverse=True):
        hidden.remove(name)
        if not all(map(safe, protected)):
            hidden.add(name)
    return hidden
