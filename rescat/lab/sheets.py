"""Files as they are: sheets of text, with the place of each cell."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from ..base.door import from_extra
from ..base.errors import DataError

__all__ = ["KINDS", "Sheet", "plain", "read_sheets"]

KINDS = (".csv", ".txt", ".tsv", ".xlsx", ".xpt")
_ENCODINGS = ("utf-8-sig", "cp1252")
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Sheet:
    """A table as its file has it.

    Attributes
    ----------
    path : Path
    name : str
        Of the sheet in a workbook, else empty.
    rows : list of list of str
        All rows of the file; a number is written as briefly as it can be.
    read_as : str
        How the file was read, in words.
    """

    path: Path
    name: str
    rows: list[list[str]]
    read_as: str

    @property
    def file(self) -> str:
        """The file, and the sheet of it."""
        return f"{self.path.name} [{self.name}]" if self.name else self.path.name

    def cell(self, row: int, column: int) -> str:
        """A cell without the space around it; empty if the row ends before."""
        cells = self.rows[row]
        return cells[column].strip() if column < len(cells) else ""


@lru_cache(maxsize=10_000)  # most cells of a sheet stand in it many times
def plain(text: str) -> str:
    """A heading without case, spaces and signs between its words."""
    return re.sub(r"[\s_.:-]+", "", text.casefold())


def read_sheets(path: Path) -> Iterator[Sheet]:
    """Read a file: each sheet of a workbook, or the one of any other.

    Parameters
    ----------
    path : Path
        With one of the endings of ``KINDS``.

    Yields
    ------
    Sheet

    Raises
    ------
    DataError
        If the file is not what its name says.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            yield from _workbook(path)
        elif path.suffix.lower() == ".xpt":
            frame = pd.read_sas(path, format="xport", encoding="utf-8").astype(object)
            rows = [[_text(cell) for cell in row] for row in frame.itertuples(index=False)]
            yield Sheet(path, "", [list(map(str, frame.columns)), *rows], "SAS transport file")
        else:
            yield _text_file(path)
    except (ValueError, KeyError, OSError, csv.Error) as error:
        if isinstance(error, DataError | FileNotFoundError):
            raise
        raise DataError(
            f"{path}: cannot be read as a {path.suffix.lower()[1:]} file: {error}\n"
            "  expected: a file as the program of the laboratory wrote it"
        ) from error


def _workbook(path: Path) -> Iterator[Sheet]:
    openpyxl = from_extra("openpyxl", "A workbook")  # slow, and only for workbooks

    try:
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    except BadZipFile as error:
        raise ValueError("it is no workbook") from error
    for sheet in book:
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        if any(map(any, rows)):
            yield Sheet(path, sheet.title, rows, "workbook; colours and comments are not read")
    book.close()


def _text_file(path: Path) -> Sheet:
    content = path.read_bytes()
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("it holds bytes that no text has")
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValueError("its letters are neither UTF-8 nor Windows-1252")
    tables = {sep: list(csv.reader(io.StringIO(text), delimiter=sep)) for sep in _SEPARATORS}
    separator = max(tables, key=lambda sep: _columns(tables[sep]))
    named = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
    encoded = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]
    return Sheet(path, "", tables[separator], f"{encoded}, columns between {named}")


def _columns(rows: list[list[str]]) -> int:
    """How many rows have as many cells as most have, times the cells; 0 for a single column."""
    widths = [len(row) for row in rows if any(row)]
    usual = max(set(widths), key=widths.count) if widths else 1
    return 0 if usual < 2 else widths.count(usual) * usual


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
