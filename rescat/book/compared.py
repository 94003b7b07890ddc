"""The numbers of chapters in another Python, beside those of the book: one table.

The Python that runs in pages (:mod:`rescat.book.runtime`) computes chapters by other compilers, on
another processor. What a chapter gives to its text is compared with what it gave here.
"""

import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import pandas as pd

__all__ = ["TOLERANCE", "by_chapter", "compare", "difference"]

TOLERANCE = 1e-6  # of a number, relative: texts name it with fewer digits
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def compare(executed: Iterable[Path], run: Callable[[str], dict]) -> pd.DataFrame:
    """Run the cells of executed notebooks elsewhere, and compare what their texts name.

    Parameters
    ----------
    executed : iterable of Path
        Notebooks as the book executed them.
    run : callable
        Runs a cell there, in a state that cells share: from its code to ``ok``, ``error`` (with
        ``traceback``) and ``glued``, as ``rescatRuntime.run`` gives them.

    Returns
    -------
    DataFrame
        A row for each number or text that a chapter names: ``chapter``, ``name``, ``book``,
        ``there`` and ``difference``, which is relative, the largest of the numbers in a text;
        infinite where words or the count of numbers differ, or there is none.

    Raises
    ------
    AssertionError
        If a cell fails there: with the chapter, the number of the cell and its traceback.

    Examples
    --------
    >>> from rescat.book.compared import difference
    >>> difference("P = 0.020", "P = 0.021") > TOLERANCE
    True
    """
    rows = []
    for path in executed:
        cells = nbformat.read(path, nbformat.NO_CONVERT).cells
        for number, cell in enumerate(cells):
            if cell.cell_type != "code":
                continue
            found = run(cell.source)
            if not found["ok"]:
                trace = found["error"]["traceback"]
                raise AssertionError(f"{path.stem}, cell {number}:\n{trace}")
            for name, here in _glued(cell).items():
                there = found["glued"].get(name, {}).get("text/plain", "")
                rows.append((path.stem, name, here, there, difference(here, there)))
    return pd.DataFrame(rows, columns=["chapter", "name", "book", "there", "difference"])


def by_chapter(compared: pd.DataFrame) -> pd.DataFrame:
    """How many numbers of each chapter were compared, how many are the same text, and the gap.

    Returns
    -------
    DataFrame
        Index ``chapter``; columns ``compared``, ``same`` and ``largest`` (relative difference).
    """
    same = compared["book"] == compared["there"]
    grouped = compared.assign(same=same).groupby("chapter")
    return grouped.agg(
        compared=("name", "size"), same=("same", "sum"), largest=("difference", "max")
    )


def difference(here: str, there: str) -> float:
    """The largest relative difference of the numbers in two texts; infinite if words differ."""
    if here == there:
        return 0.0
    if _NUMBER.sub("#", here) != _NUMBER.sub("#", there):
        return math.inf
    pairs = zip(map(float, _NUMBER.findall(here)), map(float, _NUMBER.findall(there)), strict=True)
    return max(abs(a - b) / max(abs(a), abs(b), 1e-300) for a, b in pairs)


def _glued(cell) -> dict[str, str]:
    """What an executed cell gave to the text of its chapter."""
    return {
        output.metadata.scrapbook.name: next(iter(output.data.values()))
        for output in cell.outputs
        if "scrapbook" in output.get("metadata", {})
    }
