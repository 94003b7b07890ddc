"""Tables of somebody's own data that are made to be handed on: counts, medians, results of models.

Everything else that an edition holds is of single patients, and stays where the data are. Here each
cell is held to one rule: :mod:`rescat.data.small_cells`. It is a rule of thumb, and no proof that
nobody can be recognised.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import fill

import pandas as pd

import rescat  # its names are loaded when they are used, which is seldom here

from ..base.errors import DataError, Fault
from ..base.files import OWN_TABLES, write_whole
from ..base.inert import csv_text, original_cell
from ..base.origin import ORIGINS
from ..data.small_cells import SMALLEST, Sum, withheld
from ..data.trial_facts import ARMS
from ..data.validation import NOT_REPORTED, read_cells

__all__ = [
    "LEAST",
    "WITHHELD",
    "Summary",
    "in_words",
    "own_summary",
    "summarise",
    "write_summary",
]

WITHHELD = "withheld"
LEAST = 3  # two patients know each other's values from the sum
_CATEGORIES = ("AE", "SAE")
# The worst severity of a patient's events, in order.
_WORST = ("none", NOT_REPORTED, "Mild", "Moderate", "Severe", "Life-threatening", "Fatal")
_TERMS = ("control", "treated", "difference")
_OF_MODEL = ("slope", "se", "df", "ci_low", "ci_high", "p_value")
_QUANTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
_FIGURES = {"patients": (), "events": (), "values": tuple(_QUANTILES), "models": _OF_MODEL}
# What names a row of each table.
_KEYS = {
    "patients": ["group"],
    "events": ["category", "group", "worst"],
    "values": ["marker", "day", "group"],
    "models": ["marker", "term"],
}


@dataclass(frozen=True)
class Summary:
    """Tables to hand on, each cell held to the rule.

    Attributes
    ----------
    tables : dict of str to DataFrame
        ``patients``, ``events``, ``values`` and ``models``, as far as there are data for them. All
        cells are text, those that may not be shown the word ``withheld``.
    smallest : int
        The least number of patients that a cell may count.
    withheld : DataFrame, one row per table
        ``table``, ``cells`` and how many of them are ``withheld``.
    origin : str
        ``private``, or ``synthetic`` if the patients are invented.
    """

    tables: dict[str, pd.DataFrame] = field(repr=False)
    smallest: int
    withheld: pd.DataFrame
    origin: str


def summarise(
    data_dir: str | Path, smallest: int = SMALLEST, earlier: Iterable[str | Path] = ()
) -> Summary:
    """Summarise a folder of somebody's own data, so that the tables may be handed on.

    Parameters
    ----------
    data_dir : path
        With one or more of ``patients.csv``, ``events.csv`` and ``biomarkers.csv``.
    smallest : int
        A cell that counts fewer patients is withheld. A median is shown where each half of its
        group counts as many, a quartile where each quarter does.
    earlier : iterable of path
        Folders with summaries of the same study that were handed on before. What changed since by
        fewer patients is withheld too: the difference would be theirs.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If a table cannot be read, a folder has no summary, or ``smallest`` is below 3.

    Examples
    --------
    Of the twin's 17 patients two are in one arm, so that no arm of controls is shown alone:

    >>> import rescat
    >>> from rescat.book.handed_on import summarise
    >>> made = summarise(rescat.DATA / "synthetic")
    >>> print(made.tables["patients"].drop(columns="origin").to_string(index=False))
      group patients
        MSC        5
       CTRL withheld
      mCTRL withheld
    control       12
        all       17
    """
    if smallest < LEAST:
        raise DataError(
            f"--smallest {smallest}: found less than {LEAST}\n  expected: {LEAST} or more"
        )
    folder, before = Path(data_dir), [_read(Path(place)) for place in earlier]
    there = [name for name in OWN_TABLES if (folder / name).is_file()]
    patients = rescat.load_patients(folder) if "patients.csv" in there else None
    values = rescat.load_biomarkers(folder) if "biomarkers.csv" in there else None
    people = patients if patients is not None else values
    if people is None:
        raise DataError(
            f"{folder}: found neither patients.csv nor biomarkers.csv\n"
            "  expected: one of them, which says the arm of each patient"
        )
    rule = _Rule(smallest, before, people.drop_duplicates("patient_id"))
    made = {"patients": rule.patients()}
    if "events.csv" in there and patients is not None:
        made["events"] = rule.events(rescat.load_events(folder))
    if values is not None:
        made["values"] = rule.values(values)
        made["models"] = rule.models(rescat.fit_markers(values))
    origin = rescat.origin_of(people)
    tables = {name: frame.assign(origin=origin) for name, frame in made.items()}
    return Summary(tables, smallest, _how_many(made), origin)


def write_summary(made: Summary, folder: Path) -> list[Path]:
    """Write the tables of a summary, and beside them what the rule is and what was withheld.

    Returns
    -------
    list of Path
        What was written.
    """
    texts = {_file(name): csv_text(frame) for name, frame in made.tables.items()}
    texts["README.txt"] = _explained(made)
    for name, text in texts.items():
        write_whole(folder / name, text)
    return [folder / name for name in texts]


class _Rule:
    """The rule for one study: its groups, their sizes, and what was handed on before."""

    def __init__(self, smallest: int, before: list[dict[str, dict]], people: pd.DataFrame):
        self.smallest, self.before, self.people = smallest, before, people
        arms = [arm for arm in ARMS if arm in set(people["arm"])]
        controls = [arm for arm in arms if arm != "MSC"]
        self.groups: dict[str, list[str]] = {arm: [arm] for arm in arms}
        self.sums: list[Sum] = []
        if len(controls) == 2:
            self.groups["control"] = controls
            self.sums.append(("control", controls))
        self.control = "control" if len(controls) == 2 else "".join(controls)
        if controls and "MSC" in arms:
            self.groups["all"] = arms
            self.sums.append(("all", ["MSC", self.control]))
        self.total = [*self.groups][-1]
        self.sizes = self.count(people)
        counts = {(group,): n for group, n in self.sizes.items()}
        sums = [((total,), [(part,) for part in parts]) for total, parts in self.sums]
        # How many patients a study has, its readers know.
        hidden = self.hide("patients", counts, sums, known={(self.total,)})
        self.hidden = {group for (group,) in hidden}

    def count(self, rows: pd.DataFrame) -> dict[str, int]:
        """How many patients of each group there are in some rows."""
        arms = rows.drop_duplicates("patient_id")["arm"].value_counts()
        return {g: int(sum(arms.get(arm, 0) for arm in own)) for g, own in self.groups.items()}

    def hide(
        self,
        table: str,
        counts: Mapping[tuple, int],
        sums: list[Sum],
        known: Collection[tuple] = (),
        also: Collection[tuple] = (),
        most: Mapping[tuple, int] | None = None,
    ) -> set[tuple]:
        """As :func:`withheld`; cells that changed by few since they were handed on are small."""
        told, changed = set(), set()
        for past in self.before:
            for cell in past.get(table, {}).keys() & counts.keys():
                n = past[table][cell]["patients"]
                if n != WITHHELD and int(n) == counts[cell]:
                    told.add(cell)
                elif n != WITHHELD and abs(int(n) - counts[cell]) < self.smallest:
                    changed.add(cell)
        known, also = {*known, *(told - changed)}, {*also, *changed}
        return withheld(counts, sums, self.smallest, known=known, also=also, most=most)

    def patients(self) -> pd.DataFrame:
        """How many patients each group has."""
        rows = [(g, _shown(n, g in self.hidden)) for g, n in self.sizes.items()]
        return pd.DataFrame(rows, columns=["group", "patients"])

    def events(self, events: pd.DataFrame) -> pd.DataFrame:
        """How many patients had events of a category, and how severe the worst was."""
        ranks = {name: rank for rank, name in enumerate(_WORST)}
        events = events.assign(rank=events["severity"].fillna(NOT_REPORTED).map(ranks))
        rows = []
        for category in _CATEGORIES:
            own = events[events["category"].eq(category)]
            worst = self.people["patient_id"].map(own.groupby("patient_id")["rank"].max())
            ranked = self.people.assign(rank=worst.fillna(0))
            counts = {
                (category, group, name): n
                for name, rank in ranks.items()
                for group, n in self.count(ranked[ranked["rank"].eq(rank)]).items()
            }
            whole = {(category, group, ""): n for group, n in self.sizes.items()}
            sums = [(cell, [(*cell[:2], name) for name in ranks]) for cell in whole]
            sums += [
                ((category, total, name), [(category, part, name) for part in parts])
                for total, parts in self.sums
                for name in ("", *ranks)
            ]
            veiled = {cell for cell in whole if cell[1] in self.hidden}
            known = {*whole} - veiled | {(category, self.total, "")}
            hidden = self.hide("events", counts | whole, sums, known=known, also=veiled)
            rows += [(*cell, _shown(n, cell in hidden)) for cell, n in counts.items()]
        return pd.DataFrame(rows, columns=[*_KEYS["events"], "patients"])

    def values(self, values: pd.DataFrame) -> pd.DataFrame:
        """Of each marker, day and group: how many patients have a value, median and quartiles."""
        sizes = {g: n for g, n in self.sizes.items() if g not in self.hidden or g == self.total}
        rows = []
        for (marker, day), own in values.groupby(["marker", "day"], sort=False):
            cells = {group: (marker, f"{day:g}", group) for group in self.groups}
            counts = {cells[group]: n for group, n in self.count(own).items()}
            figures = {
                cells[group]: self.quantiles(own.loc[own["arm"].isin(arms), "value"])
                for group, arms in self.groups.items()
            }
            hidden = self.hide(
                "values",
                counts,
                [(cells[total], [cells[part] for part in parts]) for total, parts in self.sums],
                also={
                    cell
                    for group, cell in cells.items()
                    if group in self.hidden
                    or self.corrected("values", cell, counts[cell], figures[cell])
                },
                most={cells[group]: n for group, n in sizes.items()},
            )
            unit = own["unit"].iloc[0]
            for cell, n in counts.items():
                told = dict.fromkeys(_QUANTILES, WITHHELD) if cell in hidden else figures[cell]
                rows.append((*cell, unit, _shown(n, cell in hidden), *told.values()))
        return pd.DataFrame(rows, columns=[*_KEYS["values"], "unit", "patients", *_QUANTILES])

    def quantiles(self, values: pd.Series) -> dict[str, str]:
        """Median and quartiles, each only where enough patients lie on either side of it."""
        enough = {q: len(values) * min(q, 1 - q) >= self.smallest for q in _QUANTILES.values()}
        return {
            name: _rounded(values.quantile(q), 2) if enough[q] else WITHHELD
            for name, q in _QUANTILES.items()
        }

    def corrected(self, table: str, cell: tuple, n: int, figures: Mapping[str, str]) -> bool:
        """Whether other figures were handed on, of as many patients or of few more or less."""
        for past in self.before:
            told = past.get(table, {}).get(cell, {})
            if told.get("patients", WITHHELD) == WITHHELD:
                continue
            pairs = [(told[name], figure) for name, figure in figures.items()]
            if abs(int(told["patients"]) - n) < self.smallest and any(
                old != new and WITHHELD not in (old, new) for old, new in pairs
            ):
                return True
        return False

    def models(self, panel: "rescat.PanelFit") -> pd.DataFrame:
        """The slopes of each marker: of both groups and their difference, or of none."""
        rows = []
        for marker in panel.markers:
            people = panel.samples_of(marker).drop_duplicates("patient_id")["treated"]
            sizes = {"control": int((~people).sum()), "treated": int(people.sum())}
            sizes["difference"] = sum(sizes.values())
            table = panel[marker].table
            figures = {t: {c: _rounded(table.loc[t, c], 3) for c in _OF_MODEL} for t in _TERMS}
            shown = (
                min(sizes.values()) >= self.smallest
                and not self.hidden & {"MSC", self.control}
                and not any(
                    self.corrected("models", (marker, t), sizes[t], figures[t]) for t in _TERMS
                )
            )
            for term in _TERMS:
                told = figures[term] if shown else dict.fromkeys(_OF_MODEL, WITHHELD)
                rows.append((marker, term, _shown(sizes[term], not shown), *told.values()))
        return pd.DataFrame(rows, columns=[*_KEYS["models"], "patients", *_OF_MODEL])


def _shown(n: int, hidden: bool) -> str:
    return WITHHELD if hidden else str(n)


def _rounded(number: float, digits: int) -> str:
    return "" if pd.isna(number) else f"{float(f'{number:.{digits}g}'):g}"


def _file(table: str) -> str:
    return f"summary-{table}.csv"


def _read(folder: Path) -> dict[str, dict[tuple, dict[str, str]]]:
    """A summary that was handed on: each table's rows by what names them."""
    found = {}
    for table in _KEYS:
        path = folder / _file(table)
        if path.is_file():
            found[table] = _rows(table, path)
    if "patients" not in found:
        raise DataError(
            f"{folder}: found no {_file('patients')}\n"
            "  expected: a folder that `python -m rescat summary` wrote"
        )
    return found


def _rows(table: str, path: Path) -> dict[tuple, dict[str, str]]:
    cells, faults = read_cells(path)
    wanted = [*_KEYS[table], "patients", *_FIGURES[table]]
    if not faults and not {*wanted} <= {*cells}:
        faults = [Fault(path, f"found the columns {', '.join(cells)}", ", ".join(wanted))]
    if not faults:
        odd = cells.loc[~cells["patients"].str.fullmatch(rf"[0-9]+|{WITHHELD}"), "patients"]
        faults = [
            Fault(path, text, f"a number, or {WITHHELD}", row=place + 2, column="patients")
            for place, text in odd.items()
        ]
    if faults:
        raise DataError.of(faults)
    rows = cells[wanted].to_dict("records")
    return {tuple(original_cell(row[key]) for key in _KEYS[table]): row for row in rows}


def _how_many(made: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How many cells each table has beside what names them, and how many are withheld."""
    rows = []
    for table, frame in made.items():
        cells = frame.drop(columns=[*_KEYS[table], "unit", "origin"], errors="ignore")
        rows.append((table, cells.size, int(cells.eq(WITHHELD).to_numpy().sum())))
    return pd.DataFrame(rows, columns=["table", "cells", "withheld"])


def in_words(made: Summary) -> str:
    """What the rule is, what was withheld by it, and what it does not promise."""
    k = made.smallest
    counted = "; ".join(
        f"{row.table}: {row.withheld} of {row.cells} cells withheld"
        for row in made.withheld.itertuples()
    )
    return (
        f"A cell that counts fewer than {k} patients, or none, is withheld, and so are others from "
        f"which it could be worked out. A median is shown where at least {k} patients lie on "
        f"either side of it ({2 * k} patients), a quartile likewise ({4 * k} patients), both with "
        "two digits. The least and the greatest value are one patient's, and are never shown. "
        f"{counted[:1].upper()}{counted[1:]}. This is a rule of thumb, and no proof that nobody "
        "can be recognised: who knows more of the patients can tell more."
    )


def own_summary(data_dir: str | Path) -> str:
    """What a summary of a folder withholds by the usual limit; or why there is none."""
    if not any((Path(data_dir) / name).is_file() for name in ("patients.csv", "biomarkers.csv")):
        return "Nothing can be summarised: neither patients.csv nor biomarkers.csv is there."
    return in_words(summarise(data_dir))


def _explained(made: Summary) -> str:
    paragraphs = [
        f"Summary of a study, made to be handed on. {ORIGINS[made.origin]}.",
        in_words(made),
        "Before you hand it on: ask who answers for data protection where the patients were "
        "treated; this rule may be weaker than theirs. Hand on these files alone. A private "
        "edition, its figures with their data, and what `python -m rescat export` writes are of "
        "single patients.",
        "Keep a copy. If you make another summary of the same study, name this folder with "
        "--earlier: what changed by few patients is then withheld, as the difference would tell "
        "of them.",
        "Not withheld: that a patient of a shown group has no value on a day; what the words of a "
        "marker's name say; whatever was published elsewhere.",
        "events: patients, each counted once in a category, by the worst severity. Terms, days and "
        "outcomes of events are left out. models: a random slope for each patient, on log10 of the "
        "values, per day. Rows of summary-models.csv are of markers that the model can be fitted "
        "to.",
    ]
    return "\n\n".join(fill(text, 88) for text in paragraphs) + "\n"
