"""The place for the paper's supplement: eTable 6 (slopes) and eFigure 1 (matching).

Empty until somebody adds the tables; ``book/supplement.md`` says how. What is there constrains
the twin and is shown by the chapters, through :func:`rescat.load_slopes`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import DataError, Fault
from ..printed.attainable import ANY_DF, attainable_p
from ..printed.lines import printed_decimals, printed_range
from .contract import DATA, describe
from .marker_names import marker_name
from .validation import cell_fault, examine, load, read_cells

__all__ = ["load_supplement", "supplement_disagreements", "with_supplement"]

SUPPLEMENT = DATA / "supplement"
SUPPLEMENT_TABLES = ("supplement_slopes", "supplement_matching")
_FIGURES = ("slope", "se", "ci_low", "ci_high", "p_value")
_SLACK = 1e-9  # for binary arithmetic


def load_supplement(name: str = "supplement_slopes") -> pd.DataFrame | None:
    """One table of the supplement, or None if nobody has added it.

    Parameters
    ----------
    name : {"supplement_slopes", "supplement_matching"}

    Returns
    -------
    DataFrame or None
        The columns of the data dictionary and ``origin``. Markers have the panel's names.

    Raises
    ------
    DataError
        If the file breaks its description, names a marker that is not of the panel, or gives a
        figure without the decimals it is printed with.

    Examples
    --------
    >>> import rescat
    >>> added = rescat.load_supplement()
    >>> added is None or 'se' in added  # None until somebody adds it
    True
    """
    found = examine_supplement(name)
    if found is None:
        return None
    frame, faults = found
    if faults:
        raise DataError.of(faults)
    return frame.reset_index(drop=True)


def examine_supplement(name: str) -> tuple[pd.DataFrame | None, list[Fault]] | None:
    """Every fault of one table; None if it is not there; see :func:`examine`."""
    path = SUPPLEMENT / Path(describe(name)["path"]).name
    if not path.is_file():
        return None
    frame, faults = examine(name, path, "published")
    if frame is None or faults or name != "supplement_slopes":
        return frame, faults
    cells, _ = read_cells(path)
    faults = [fault for row in frame.index for fault in _line_faults(path, cells, frame, row)]
    named = frame["marker"].map(marker_name)
    for row in frame.index[named.isna()]:
        expected = "a marker of the panel: see data/evidence/marker_names.csv"
        faults.append(cell_fault(path, row, "marker", cells["marker"][row], expected))
    frame = frame.assign(marker=named)
    twice = frame.duplicated(["marker", "term"], keep=False) & named.notna()
    for row in frame.index[twice]:
        expected = f"each term of {named[row]} only once, however spelt"
        faults.append(cell_fault(path, row, "marker", cells["marker"][row], expected))
    return frame, sorted(faults, key=lambda fault: fault.row)


def _line_faults(path: Path, cells: pd.DataFrame, frame: pd.DataFrame, row: int) -> Iterator[Fault]:
    """What the figures of one row lack."""
    for figure in _FIGURES:
        column = "p_decimals" if figure == "p_value" else f"{figure}_decimals"
        text, decimals = cells[figure][row].strip(), frame[column][row]
        given = pd.notna(frame[figure][row])
        if given == pd.isna(decimals):
            expected = f"the decimals that {figure} is printed with" if given else "nothing"
            expected += "" if given else f", as {figure} is empty"
            yield cell_fault(path, row, column, cells[column][row], expected)
        elif given and len(text.partition(".")[2]) > decimals:
            expected = f"at least the {len(text.partition('.')[2])} decimals of {text}"
            yield cell_fault(path, row, column, cells[column][row], expected)
    line = frame.loc[row]
    if pd.notna(line["p_value"]) and pd.isna(line["p_relation"]):
        yield cell_fault(path, row, "p_relation", "", "= or <, as p_value is given")
    if line["ci_low"] > line["ci_high"]:
        found = cells["ci_high"][row]
        yield cell_fault(path, row, "ci_high", found, f"at least ci_low, {line['ci_low']:g}")


# --- With the main text -----------------------------------------------------------------------


def with_supplement(main: pd.DataFrame) -> pd.DataFrame:
    """The printed slopes of the main text, and those of the supplement if it is there.

    Where both print a figure and agree once rounding is allowed for, the one with more decimals
    stands. Where they do not agree, the main text stands, and
    :func:`supplement_disagreements` lists the pair. The quotation is that of the main text.

    Parameters
    ----------
    main : DataFrame, one row per marker and term
        The table ``slopes``.

    Returns
    -------
    DataFrame
        The columns of ``slopes.csv``, and ``se`` and ``se_decimals``, which only the supplement
        prints. Rows of the main text first.

    Raises
    ------
    DataError
        As :func:`load_supplement`.

    Examples
    --------
    >>> import rescat
    >>> both = rescat.with_supplement(rescat.load_table('slopes'))
    >>> both.columns.tolist().index('se') > both.columns.tolist().index('slope')
    True
    """
    columns = [c for c in main if c != "origin"]
    columns[columns.index("ci_low") : columns.index("ci_low")] = ["se", "se_decimals"]
    main = main.assign(se=np.nan, se_decimals=pd.Series(pd.NA, main.index, "Int64"))
    added = load_supplement()
    if added is None:
        return main[[*columns, "origin"]]
    added = added.assign(quotation="").set_index(["marker", "term"], drop=False)
    main = main.set_index(["marker", "term"], drop=False)
    both = [
        _merged(row, added.loc[key]) if key in added.index else row for key, row in main.iterrows()
    ]
    merged = pd.concat([pd.DataFrame(both), added[~added.index.isin(main.index)]])
    merged = merged.astype(main.dtypes.to_dict())
    return merged[[*columns, "origin"]].reset_index(drop=True)


def _merged(main: pd.Series, added: pd.Series) -> pd.Series:
    """One row of the main text with what the supplement adds to it."""
    row = main.copy()
    for figure in _FIGURES:
        if pd.isna(added[figure]) or not (pd.isna(main[figure]) or _finer(main, added, figure)):
            continue
        stem = "p" if figure == "p_value" else figure
        row[[figure, f"{stem}_decimals"]] = added[[figure, f"{stem}_decimals"]]
        if figure == "p_value":
            row["p_relation"] = added["p_relation"]
    row["place"] = f"{main['place']}; {added['place']}"
    return row


def _finer(main: pd.Series, added: pd.Series, figure: str) -> bool:
    """Whether the supplement agrees with the main text and says more."""
    one, other = printed_range(main, figure), printed_range(added, figure)
    return _overlap(one, other) and other[1] - other[0] < one[1] - one[0]


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] + _SLACK and other[0] <= one[1] + _SLACK


# --- What does not agree ----------------------------------------------------------------------


def supplement_disagreements() -> pd.DataFrame:
    """What in eTable 6 does not agree with the main text or within itself, rounding allowed for.

    Compared are: each figure with the main text; the interval with the slope in it; the
    standard error with the interval; P with slope and interval, and with slope and standard error
    (any number of degrees of freedom from 2); the difference with its two slopes. A row here is a
    question, about the transcription first and then about the printed table.

    Returns
    -------
    DataFrame
        ``marker, term, comparison, printed, expected, origin``; empty if all agrees or there is
        no supplement.

    Raises
    ------
    DataError
        As :func:`load_supplement`.

    Examples
    --------
    >>> import rescat
    >>> rescat.supplement_disagreements().columns.tolist()
    ['marker', 'term', 'comparison', 'printed', 'expected', 'origin']
    """
    columns = ["marker", "term", "comparison", "printed", "expected"]
    added = load_supplement()
    rows = []
    if added is not None:
        main = load("slopes").set_index(["marker", "term"])
        for _, row in added.iterrows():
            key = row["marker"], row["term"]
            lines = [*_within(row), *(_against(row, main.loc[key]) if key in main.index else [])]
            rows += [(*key, *line) for line in lines]
        for marker, printed in added.groupby("marker", sort=False):
            terms = printed.set_index("term")
            rows += [(marker, "difference", *line) for line in _difference(terms)]
    return pd.DataFrame(rows, columns=columns).assign(origin="published")


def _against(row: pd.Series, main: pd.Series) -> Iterator[tuple[str, str, str]]:
    for figure in ("slope", "ci_low", "ci_high", "p_value"):
        if pd.isna(row[figure]) or pd.isna(main[figure]):
            continue
        if not _overlap(printed_range(row, figure), printed_range(main, figure)):
            yield f"{figure} with the main text", _text(row, figure), _text(main, figure)


def _within(row: pd.Series) -> Iterator[tuple[str, str, str]]:
    """What the figures of one row say about each other."""
    given = {figure for figure in _FIGURES if pd.notna(row[figure])}
    ratio = None
    if {"slope", "se"} <= given:
        ratio = _quotient(_size(printed_range(row, "slope")), printed_range(row, "se"))
    if {"slope", "ci_low", "ci_high"} <= given:
        low, high = attainable_p(
            row["slope"], (row["ci_low"], row["ci_high"]), decimals=printed_decimals(row), df=ANY_DF
        )
        limits = f"{_text(row, 'ci_low')} and {_text(row, 'ci_high')}"
        if np.isnan(low):
            yield "slope with its interval", _text(row, "slope"), f"the middle of {limits}"
        elif "p_value" in given and not _overlap(printed_range(row, "p_value"), (low, high)):
            yield "P with slope and interval", _text(row, "p_value"), _interval(low, high)
    if {"se", "ci_low", "ci_high"} <= given:
        widths = printed_range(row, "ci_low"), printed_range(row, "ci_high")
        half = (widths[1][0] - widths[0][1]) / 2, (widths[1][1] - widths[0][0]) / 2
        factor = stats.norm.ppf(0.975), stats.t.ppf(0.975, min(ANY_DF))
        if not _overlap(_quotient(half, printed_range(row, "se")), factor):
            expected = _interval(half[0] / factor[1], half[1] / factor[0])
            yield "SE with the interval", _text(row, "se"), expected
    if ratio is not None and "p_value" in given:
        low, high = 2 * stats.norm.sf(ratio[1]), 2 * stats.t.sf(ratio[0], min(ANY_DF))
        if not _overlap(printed_range(row, "p_value"), (low, high)):
            yield "P with slope and SE", _text(row, "p_value"), _interval(low, high)


def _difference(own: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """The slope of the difference, which is treated minus control."""
    if {"treated", "control", "difference"} <= set(own.index) and own["slope"].notna().all():
        ranges = {term: printed_range(own.loc[term], "slope") for term in own.index}
        control, treated = ranges["control"], ranges["treated"]
        implied = treated[0] - control[1], treated[1] - control[0]
        if not _overlap(ranges["difference"], implied):
            printed = _text(own.loc["difference"], "slope")
            yield "slope with treated minus control", printed, _interval(*implied)


def _size(interval: tuple[float, float]) -> tuple[float, float]:
    """The absolute values in an interval."""
    low, high = sorted(map(abs, interval))
    return (0.0 if interval[0] <= 0 <= interval[1] else low), high


def _quotient(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The quotients of two intervals of numbers that are not negative."""
    return max(one[0], 0.0) / other[1], one[1] / other[0] if other[0] > 0 else np.inf


def _interval(low: float, high: float) -> str:
    return f"{low:.3g} to {high:.3g}"


def _text(row: pd.Series, figure: str) -> str:
    """A figure as it is printed."""
    decimals = row["p_decimals" if figure == "p_value" else f"{figure}_decimals"]
    less = "< " if figure == "p_value" and row["p_relation"] == "<" else ""
    return f"{less}{row[figure]:.{int(decimals)}f}"
