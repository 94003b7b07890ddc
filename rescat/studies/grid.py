"""A study: a declared grid of cells, and what each of them depends on."""

import ast
import json
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from ..base.errors import ModelError
from ..base.files import ROOT, state_of

__all__ = ["Cell", "Study", "sources_of"]

_PACKAGE = "rescat"


@dataclass(frozen=True)
class Cell:
    """One cell of a study: what is computed, with what settings.

    Attributes
    ----------
    compute : str
        ``module:function``. The function takes the settings and a numpy Generator, and returns a
        list of rows: dicts of text, numbers and None.
    table : str
        The table that the rows belong to.
    settings : mapping
        Everything that the function is told. Text, numbers and lists only.
    cost : float
        About how long it takes, relative to the other cells: the longest begin first.

    Examples
    --------
    >>> Cell("rescat.studies.operating:tests_of", "tests", {"trials": 10}).settings["trials"]
    10
    """

    compute: str
    table: str
    settings: Mapping = field(hash=False)
    cost: float = 1.0


@dataclass(frozen=True)
class Study:
    """A grid of cells, each with random numbers of its own.

    Attributes
    ----------
    name : str
    seed : int
        Cell number i has the i-th sequence that numpy's SeedSequence spawns from it. So new cells
        go to the end: those before them keep their numbers, and their results.
    cells : tuple of Cell
    summary : str, optional
        ``module:function``, for tables that need the rows of all cells: the function takes a dict
        of table to frame, and returns the frames that are written.

    Examples
    --------
    >>> cell = Cell("rescat.studies.operating:tests_of", "tests", {"trials": 10})
    >>> study = Study("example", 1, (cell, cell))
    >>> study.state(0) == study.state(1)
    False
    """

    name: str
    seed: int
    cells: tuple[Cell, ...]
    summary: str | None = None

    def state(self, i: int) -> str:
        """SHA-256 of all that the result of cell i depends on: settings, seed, code, libraries."""
        return state_of_cell(self.cells[i], self.seed, i)


def called(text: str) -> Callable:
    """The function that ``module:function`` names, loaded if it is not yet."""
    module, _, name = text.partition(":")
    return getattr(import_module(module), name)


def state_of_cell(cell: Cell, seed: int, i: int) -> str:
    """SHA-256 of all that a result depends on, as this process would compute it."""
    files, versions = sources_of(cell.compute.partition(":")[0])
    told = json.dumps([cell.compute, cell.table, dict(cell.settings), seed, i], sort_keys=True)
    return state_of(files, told, *versions)


def result_of_cell(cell: Cell, seed: int, i: int) -> str:
    """Compute one cell; its result as text, the same wherever it is computed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(i,))  # what spawn gives as number i
    rng = np.random.Generator(np.random.PCG64(sequence))
    rows = called(cell.compute)(dict(cell.settings), rng)
    rows = [{key: _plain(value) for key, value in row.items()} for row in rows]
    result = {"state": state_of_cell(cell, seed, i), "settings": dict(cell.settings), "rows": rows}
    return json.dumps(result, indent=1, allow_nan=False) + "\n"


def _plain(value):
    """A value as JSON has it; numbers with six digits, NaN as nothing."""
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    if isinstance(value, np.integer):
        return int(value)
    return float(f"{number:.6g}") if np.isfinite(number) else None


@cache
def sources_of(module: str) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The files of this package that a module is made of, and the libraries that these import.

    Parameters
    ----------
    module : str

    Returns
    -------
    files : tuple of Path
        The module and, again and again, what it imports of this package; sorted.
    versions : tuple of str
        ``name version`` of Python and of each library.

    Raises
    ------
    ModelError
        If there is no such module in this package.

    Examples
    --------
    >>> files, versions = sources_of("rescat.slopes.welch")
    >>> [path.name for path in files], [text.split()[0] for text in versions]
    (['compiled.py', 'welch.py'], ['Python', 'llvmlite', 'numba', 'numpy'])
    """
    start = _file_of(module)
    if start is None:
        raise ModelError(f"found the module {module!r}, expected one of the package {_PACKAGE}")
    found, todo, libraries = {start}, [(module, start)], set()
    while todo:
        name, path = todo.pop()
        for wanted in _imports(name, path):
            file = _file_of(wanted)
            # No library has a name that begins so: it is of the Python in the page.
            if file is None and not wanted.startswith((f"{_PACKAGE}.", "_")):
                libraries.add(wanted.split(".")[0])
            elif file is not None and file not in found:
                found.add(file)
                todo.append((wanted, file))
    if "numba" in libraries:
        libraries.add("llvmlite")
    versions = [f"Python {platform.python_version()}"]
    for library in sorted(libraries - set(sys.stdlib_module_names)):
        try:
            versions.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            versions.append(f"{library} not installed")
    return tuple(sorted(found)), tuple(versions)


def _file_of(module: str) -> Path | None:
    """The file of a module of this package; None for others, and for names within a module."""
    if module.split(".")[0] != _PACKAGE:
        return None
    place = ROOT.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(module: str, path: Path) -> set[str]:
    """Every name that a file imports, in full; those of this package may be of a module's part."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, node.module or ""]).strip(".") if node.level else node.module
            names |= {base} if not node.level and not base.startswith(_PACKAGE) else set()
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names
