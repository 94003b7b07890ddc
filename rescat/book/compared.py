"""What chapters show in another Python, beside what they show in the book: one table.

The Python that runs in pages (:mod:`rescat.book.runtime`) computes chapters by other compilers, on
another processor. What a chapter gives to its text, its tables and the data of its figures are
compared with what they were here.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pandas as pd

__all__ = ["KINDS", "TOLERANCE", "by_chapter", "compare", "difference"]

TOLERANCE = 1e-5  # of a number, relative: tables and data are written with six digits
NOTHING = 1e-12  # numbers below are what rounding leaves of zero
KINDS = ("text", "table", "figure")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_SIGNED_ZERO = re.compile(r"[-\u2212](?=0(?:\.0*)?(?![\d.]))")
_DRAWN = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL)
# As rescat.figures.show writes it.
_DATA = re.compile(r'download="([\w-]+)\.csv" href="data:text/csv;charset=utf-8,([^"]*)"')


def compare(executed: Iterable[Path], run: Callable[[str], dict]) -> pd.DataFrame:
    """Run the cells of executed notebooks elsewhere, and compare what they show.

    Parameters
    ----------
    executed : iterable of Path
        Notebooks as the book executed them.
    run : callable
        Runs a cell there, in a state that cells share: from its code to ``ok``, ``error`` (with
        ``traceback``), ``outputs`` and ``glued``, as ``rescatRuntime.run`` gives them.

    Returns
    -------
    DataFrame
        A row for each number or text that a chapter names (``kind`` text), each set of data of a
        figure (figure) and all else that a cell shows or prints: tables, captions, lines (table).
        Columns ``chapter`` (pages of markers, and of exercises, count as one), ``kind``,
        ``name``, ``book``, ``there`` and ``difference``, which is
        relative, the largest of the numbers in a text; infinite where words or the count of numbers
        differ, or there is none.

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
        folder = path.parent.name
        page = folder if folder in ("markers", "exercises") else path.stem
        cells = nbformat.read(path, nbformat.NO_CONVERT).cells
        for number, cell in enumerate(cells):
            if cell.cell_type != "code":
                continue
            found = run(cell.source)
            if not found["ok"]:
                trace = found["error"]["traceback"]
                raise AssertionError(f"{path.parent.name}/{path.stem}, cell {number}:\n{trace}")
            pairs = [
                ("text", name, here, found["glued"].get(name, {}).get("text/plain", ""))
                for name, here in _glued(cell).items()
            ]
            here = [o.data for o in cell.outputs if "data" in o and not _is_glued(o)]
            there = [o["data"] for o in found["outputs"] if o["type"] == "display"]
            printed = [_printed(outputs) for outputs in (cell.outputs, found["outputs"])]
            if any(printed):
                pairs.append(("table", f"cell {number}, printed", *printed))
            nothing = ("", "", "")
            for one, other in zip_longest(
                *(_shown(outputs, f"cell {number}") for outputs in (here, there)), fillvalue=nothing
            ):
                # Whichever of the two there is says what it is.
                pairs.append((*(one if one != nothing else other)[:2], one[2], other[2]))
            rows += [(page, *pair, difference(*pair[2:])) for pair in pairs]
    columns = ["chapter", "kind", "name", "book", "there", "difference"]
    return pd.DataFrame(rows, columns=columns)


def by_chapter(compared: pd.DataFrame) -> pd.DataFrame:
    """How much of each chapter was compared, how much is the same text, and the gap.

    Returns
    -------
    DataFrame
        Index ``chapter``; for each of ``KINDS`` a column with how many, and ``KIND_same`` with how
        many of them are the same sign by sign; ``largest`` (relative difference).
    """
    same = compared["book"] == compared["there"]
    counted = pd.crosstab(compared["chapter"], compared["kind"])
    counted_same = pd.crosstab(compared["chapter"][same], compared["kind"][same])
    found = pd.DataFrame(index=counted.index)
    for kind in KINDS:
        for name, table in ((kind, counted), (f"{kind}_same", counted_same)):
            column = table.get(kind, pd.Series(dtype=int))
            found[name] = column.reindex(found.index, fill_value=0).astype(int)
    found["largest"] = compared.groupby("chapter")["difference"].max()
    return found


def difference(here: str, there: str) -> float:
    """The largest relative difference of the numbers in two texts; infinite if words differ."""
    if here == there:
        return 0.0
    here, there = (_SIGNED_ZERO.sub("", text) for text in (here, there))
    if _NUMBER.sub("#", here) != _NUMBER.sub("#", there):
        return math.inf
    pairs = zip(map(float, _NUMBER.findall(here)), map(float, _NUMBER.findall(there)), strict=True)
    return max((abs(a - b) / max(abs(a), abs(b), NOTHING) for a, b in pairs), default=0.0)


def _is_glued(output) -> bool:
    return "scrapbook" in output.get("metadata", {})


def _glued(cell) -> dict[str, str]:
    """What an executed cell gave to the text of its chapter."""
    return {
        output.metadata.scrapbook.name: next(iter(output.data.values()))
        for output in cell.outputs
        if _is_glued(output)
    }


def _shown(outputs: Iterable[dict], place: str) -> Iterator[tuple[str, str, str]]:
    """The kind, a name and the text of each table and each set of data in outputs.

    How a figure is drawn is left out: its data are there, and the letters of two builds differ.
    """
    for data in outputs:
        shown = _DRAWN.sub("", data.get("text/html") or data.get("text/plain", ""))
        for name, table in _DATA.findall(shown):
            yield "figure", name, unquote(table)
        yield "table", place, _DATA.sub("", shown)


def _printed(outputs: Iterable[dict]) -> str:
    """What a cell printed, without the lines that a bar of progress writes again and again."""
    texts = (_of_stream(output) for output in outputs)
    lines = "".join(texts).splitlines(keepends=True)
    return "".join(line for line in lines if "\r" not in line)


def _of_stream(output: dict) -> str:
    # A notebook names the kind `output_type`, the page `type`.
    return output["text"] if output.get("output_type", output.get("type")) == "stream" else ""
