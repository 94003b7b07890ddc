"""What pages show in another Python, beside what they show in the book: one table.

The Python that runs in pages (:mod:`rescat.book.runtime`) computes chapters by other compilers, on
another processor; and the book may be built by other versions of Python, or on other systems. What
a page gives to its text, its tables and the data of its figures are compared with what they were
here.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pandas as pd

from ..base.errors import BuildError
from ..base.files import shown

__all__ = [
    "KINDS",
    "TOLERANCE",
    "between",
    "by_chapter",
    "check_same",
    "compare",
    "difference",
]

TOLERANCE = 1e-5  # of a number, relative: tables and data are written with six digits
NOTHING = 1e-12  # numbers below are what rounding leaves of zero
KINDS = ("text", "table", "figure")
PAGES = ("chapters", "markers", "exercises")  # folders of executed notebooks
COMPUTED = "computed.json"  # what the pages written by hand, quizzes and answers have
_LISTED = 20  # differences in one message
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
        for number, cell in _cells(path):
            found = run(cell.source)
            if not found["ok"]:
                trace = found["error"]["traceback"]
                raise AssertionError(f"{path.parent.name}/{path.stem}, cell {number}:\n{trace}")
            rows += _rows(_chapter_of(path), number, _Said.in_book(cell), _Said.in_page(found))
    return _table(rows)


def between(here: Path, there: Path) -> pd.DataFrame:
    """Compare two builds of the book, by what their executed notebooks and computed texts show.

    Parameters
    ----------
    here, there : Path
        What two builds made on their way: ``build/public``, or a copy of what is in it
        (``computed.json``, and the notebooks in ``src``).

    Returns
    -------
    DataFrame
        As :func:`compare`; texts of pages written by hand, of quizzes and of answers count as a
        chapter ``pages``.

    Raises
    ------
    BuildError
        If there is no book in one of them, or it has other pages or other cells.
    """
    executed, other = (_executed(folder) for folder in (here, there))
    for one, two, lacking in ((executed, other, there), (other, executed, here)):
        if missing := sorted(one.keys() - two.keys()):
            raise BuildError(f"{shown(lacking)}: there is no {', '.join(missing)}")
    rows = []
    for name, path in executed.items():
        cells, others = list(_cells(path)), list(_cells(other[name]))
        if [cell.source for _, cell in cells] != [cell.source for _, cell in others]:
            raise BuildError(
                f"{shown(other[name])}: found other cells than those of {shown(path)}\n"
                "  expected: two builds of one state of the project"
            )
        for (number, cell), (_, twin) in zip(cells, others, strict=True):
            rows += _rows(_chapter_of(path), number, _Said.in_book(cell), _Said.in_book(twin))
    texts, other_texts = (_computed(folder) for folder in (here, there))
    for name in sorted(texts.keys() | other_texts.keys()):
        pair = (texts.get(name, ""), other_texts.get(name, ""))
        rows.append(("pages", "text", name, *pair, difference(*pair)))
    return _table(rows)


def check_same(compared: pd.DataFrame) -> None:
    """Find the differences between two books that are larger than the tolerance.

    Raises
    ------
    BuildError
        If there are any: with the first twenty of them.
    """
    beyond = compared[compared["difference"] > TOLERANCE]
    if beyond.empty:
        return
    lines = [
        f"  {row.chapter}, {row.kind} {row.name}: found {_excerpt(row.there, row.book)}, "
        f"expected {_excerpt(row.book, row.there)}"
        for row in beyond.head(_LISTED).itertuples(index=False)
    ]
    more = len(beyond) - len(lines)
    raise BuildError(
        "\n".join(
            [
                f"{len(beyond)} of {len(compared)} texts, tables and figures differ, by words or "
                f"by more than {TOLERANCE:g} of a number:",
                *lines,
                *([f"  and {more} more"] if more else []),
            ]
        )
    )


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


@dataclass(frozen=True)
class _Said:
    """What a cell gave: texts by their names, what it showed, and what it printed."""

    glued: Mapping[str, str]
    displays: list[dict]
    printed: str

    @classmethod
    def in_book(cls, cell) -> "_Said":
        """What an executed cell of a notebook gave."""
        glued = {
            output.metadata.scrapbook.name: next(iter(output.data.values()))
            for output in cell.outputs
            if _is_glued(output)
        }
        displays = [o.data for o in cell.outputs if "data" in o and not _is_glued(o)]
        return cls(glued, displays, _printed(cell.outputs))

    @classmethod
    def in_page(cls, found: Mapping) -> "_Said":
        """What a cell gave in the page."""
        glued = {name: data.get("text/plain", "") for name, data in found["glued"].items()}
        displays = [o["data"] for o in found["outputs"] if o["type"] == "display"]
        return cls(glued, displays, _printed(found["outputs"]))


def _executed(folder: Path) -> dict[str, Path]:
    """The executed notebooks of a book by their names, such as ``markers/NFL``."""
    found = {
        f"{kind}/{path.stem}": path
        for kind in PAGES
        for path in sorted((folder / "src" / kind).glob("*.ipynb"))
    }
    if not found or not (folder / COMPUTED).is_file():
        raise BuildError(
            f"{shown(folder)}: found no book\n"
            f"  expected: build/public of a finished book, with {COMPUTED} and src"
        )
    return found


def _computed(folder: Path) -> dict[str, str]:
    """Texts and numbers by their names; without drawings."""
    kept = json.loads((folder / COMPUTED).read_text(encoding="utf-8"))
    return {
        f"{kind} {name}": _DRAWN.sub("", str(value))
        for kind, values in kept.items()
        for name, value in values.items()
    }


def _cells(path: Path) -> Iterator[tuple[int, nbformat.NotebookNode]]:
    """The cells of code of a notebook, by their place."""
    cells = nbformat.read(path, nbformat.NO_CONVERT).cells
    return ((n, cell) for n, cell in enumerate(cells) if cell.cell_type == "code")


def _chapter_of(path: Path) -> str:
    folder = path.parent.name
    return folder if folder in ("markers", "exercises") else path.stem


def _rows(chapter: str, number: int, here: _Said, there: _Said) -> Iterator[tuple]:
    """A row for each thing that a cell gave."""
    pairs = [("text", name, text, there.glued.get(name, "")) for name, text in here.glued.items()]
    if here.printed or there.printed:
        pairs.append(("table", f"cell {number}, printed", here.printed, there.printed))
    nothing = ("", "", "")
    for one, other in zip_longest(
        *(_shown(said.displays, f"cell {number}") for said in (here, there)), fillvalue=nothing
    ):
        # Whichever of the two there is says what it is.
        pairs.append((*(one if one != nothing else other)[:2], one[2], other[2]))
    return ((chapter, *pair, difference(*pair[2:])) for pair in pairs)


def _table(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chapter", "kind", "name", "book", "there", "difference"])


def _excerpt(text: str, other: str) -> str:
    """The words of a text where it begins to differ from another one."""
    place = next(
        (n for n, pair in enumerate(zip_longest(text, other)) if pair[0] != pair[1]), len(text)
    )
    return repr(text[max(place - 20, 0) : place + 40])


def _is_glued(output) -> bool:
    return "scrapbook" in output.get("metadata", {})


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
