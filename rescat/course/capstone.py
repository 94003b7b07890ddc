"""The capstone: a second, invented trial whose report has planted inconsistencies.

:func:`make_capstone` draws the trial and writes its statements down as they are; :func:`plant`
then changes some of them. :func:`audit_capstone` computes each statement again from the tables
alone, and so finds what was planted without knowing it: the key is its result.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from ..data.contract import DATA
from ..data.loaders import load_table
from ..printed.rounding import PrintedNumber, could_print
from ..slopes.fit import fit_slopes

__all__ = [
    "CAPSTONE",
    "CAPSTONE_FILES",
    "audit_capstone",
    "capstone_key",
    "capstone_tables",
    "make_capstone",
    "plant",
    "report",
    "write_capstone",
]

CAPSTONE = DATA / "synthetic" / "capstone"
_TABLES = ("patients", "events", "samples", "statements")
CAPSTONE_FILES = ("report.md", *(f"capstone_{name}.csv" for name in _TABLES))
SEED = 2030
TREATED, CONTROLS = 11, 9
_MARKERS = "twelve"  # measured in the story of the report; the tables have one
# Statements of the report: how each is worded, and what is planted in it (from the true figure).
_WORDS = {
    "C01": "{} patients were randomised.",
    "C02": "{} of them were allocated to the cells.",
    "C03": "The mean age of the treated patients was {} years.",
    "C04": "{} % of the treated patients were men.",
    "C05": "The median PaO2/FiO2 at entry was {} mmHg in the treated patients",
    "C06": "and {} mmHg in the controls.",
    "C07": "{} treated patients had an adverse event,",
    "C08": "{} of them a serious one.",
    "C09": "The treated patients left hospital after a median of {} days,",
    "C10": "the controls after {} days.",
    "C11": "The marker changed by {} per day in the treated patients compared with the controls",
    "C12": "(95 % confidence interval, lower end {},",
    "C13": "upper end {},",
    "C14": "P = {}).",
    "C15": "The risk of a serious event was {} % at most (exact, two-sided 95 %) in the treated "
    "patients.",
}
# What a report that was written in good faith may have done.
_HARMLESS = {
    "C03": "a mistake in writing",
    "C04": "the share of all patients, and not of the treated patients",
    "C08": "events in place of patients",
    "C09": "the mean under the name of the median",
    "C13": "a mistake in writing: the interval is not centred on its estimate",
    "C14": "a digit lost",
}
_PLACES = {
    "Patients": ("C01", "C02", "C03", "C04", "C05", "C06"),
    "Safety": ("C07", "C08", "C15"),
    "Clinical course": ("C09", "C10"),
    "Marker": ("C11", "C12", "C13", "C14"),
}


def make_capstone(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw the trial, and print its figures as they are.

    Returns
    -------
    dict
        ``patients`` (one row each), ``events``, ``samples`` (patient_id, treated, day, value) and
        ``statements`` (statement_id, place, printed), each with ``origin``.
    """
    rng = np.random.default_rng(seed)
    n = TREATED + CONTROLS
    ids = [f"B{i:02d}" for i in range(1, n + 1)]
    treated = np.isin(np.arange(n), rng.permutation(n)[:TREATED])
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "treated": treated,
            "age": rng.normal(61, 9, n).clip(30, 84).round().astype(int),
            "male": rng.random(n) < 0.65,
            "pao2_fio2": rng.normal(185, 30, n).clip(100, 300).round().astype(int),
            "length_of_stay": rng.gamma(9, 1.8, n).round().astype(int) + 3,
            "origin": "synthetic",
        }
    )
    tables = {
        "patients": patients,
        "events": _events(patients, rng),
        "samples": _samples(patients, rng),
    }
    truth = _figures(tables)
    place = {name: where for where, names in _PLACES.items() for name in names}
    rows = [(name, place[name], printed) for name, (printed, _) in truth.items()]
    columns = ["statement_id", "place", "printed"]
    tables["statements"] = pd.DataFrame(rows, columns=columns).assign(origin="synthetic")
    return tables


def _events(patients: pd.DataFrame, rng) -> pd.DataFrame:
    """Events of the treated patients: some have several."""
    ids = patients.loc[patients["treated"], "patient_id"].to_numpy()
    who = rng.choice(ids[:6], 8)
    terms = rng.choice(["Fever", "Headache", "Rash", "Pneumonia", "Nausea"], 8)
    serious = np.isin(who, np.unique(who)[:2]) & (rng.random(8) < 0.8)
    serious[np.flatnonzero(who == np.unique(who)[0])[:1]] = True
    frame = pd.DataFrame({"event_id": range(1, 9), "patient_id": who, "term": terms})
    return frame.assign(serious=serious, origin="synthetic")


def _samples(patients: pd.DataFrame, rng) -> pd.DataFrame:
    """A marker on five days, from a random-slope model."""
    rows = []
    for patient in patients.itertuples():
        level, slope = rng.normal(2, 0.4), rng.normal(0.012 * patient.treated, 0.012)
        for day in (0, 3, 7, 14, 28):
            value = level + slope * day + rng.normal(0, 0.2)
            rows.append((patient.patient_id, patient.treated, day, round(value, 3)))
    columns = ["patient_id", "treated", "day", "value"]
    return pd.DataFrame(rows, columns=columns).assign(origin="synthetic")


def _figures(tables: dict[str, pd.DataFrame]) -> dict[str, tuple[str, float]]:
    """Each statement's figure as it would be printed, and unrounded."""
    patients, events = tables["patients"], tables["events"]
    own, others = (patients[patients["treated"] == label] for label in (True, False))
    of_treated = events[events["patient_id"].isin(own["patient_id"])]
    serious = of_treated.loc[of_treated["serious"], "patient_id"].nunique()
    row = fit_slopes(tables["samples"]).table.loc["difference"]
    upper = stats.beta.ppf(0.975, serious + 1, len(own) - serious)
    values = {
        "C01": (len(patients), 0),
        "C02": (len(own), 0),
        "C03": (own["age"].mean(), 1),
        "C04": (100 * own["male"].mean(), 0),
        "C05": (own["pao2_fio2"].median(), 1),
        "C06": (others["pao2_fio2"].median(), 1),
        "C07": (of_treated["patient_id"].nunique(), 0),
        "C08": (serious, 0),
        "C09": (own["length_of_stay"].median(), 1),
        "C10": (others["length_of_stay"].median(), 1),
        "C11": (row["slope"], 4),
        "C12": (row["ci_low"], 4),
        "C13": (row["ci_high"], 4),
        "C14": (row["p_value"], 3),
        "C15": (100 * upper, 0),
    }
    return {k: (f"{v:.{places}f}", float(v)) for k, (v, places) in values.items()}


def plant(tables: dict[str, pd.DataFrame], seed: int = SEED) -> list[str]:
    """Change some of the statements as errors do happen; return which.

    Parameters
    ----------
    tables : dict
        From :func:`make_capstone`; its statements are changed in place.
    seed : int
        Chooses the size of each slip.
    """
    rng = np.random.default_rng(seed + 1)
    frame = tables["statements"].set_index("statement_id")["printed"]
    patients, events = tables["patients"], tables["events"]
    own = patients[patients["treated"]]
    changed = {
        "C03": f"{float(frame['C03']) + rng.choice([0.4, 0.5, 0.6]):.1f}",  # a mistake in writing
        "C04": f"{100 * patients['male'].mean():.0f}",  # of all patients
        "C08": f"{int(events['serious'].sum())}",  # events in place of patients
        "C09": f"{own['length_of_stay'].mean():.1f}",  # the mean under the name of the median
        "C13": f"{2 * float(frame['C11']) - float(frame['C12']) + 0.004:.4f}",  # off centre
        "C14": f"{float(frame['C14']) / 10:.3f}",  # a digit lost
    }
    true = frame.to_dict()
    planted = [name for name, text in changed.items() if text != true[name]]
    if len(planted) < len(changed):
        raise ValueError(f"seed {seed}: {set(changed) - set(planted)} would stay as they were")
    new = tables["statements"]["statement_id"].map({**true, **changed})
    tables["statements"]["printed"] = new
    return planted


def audit_capstone(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each statement of the report against its tables.

    Returns
    -------
    DataFrame
        ``statement_id, place, statement, printed, recomputed, agrees, origin``.
    """
    truth = _figures(tables)
    rows = []
    for row in tables["statements"].itertuples():
        text, value = truth[row.statement_id]
        agrees = could_print(PrintedNumber.parse(row.printed), value, value)
        words = _WORDS[row.statement_id].format(row.printed).strip("(),. ")
        rows.append((row.statement_id, row.place, words, row.printed, text, bool(agrees)))
    columns = ["statement_id", "place", "statement", "printed", "recomputed", "agrees"]
    return pd.DataFrame(rows, columns=columns).assign(origin="synthetic")


def report(statements: pd.DataFrame) -> str:
    """The report of the trial, in Markdown, with the figures of its statements.

    Parameters
    ----------
    statements : DataFrame
        ``statement_id, place, printed``.
    """
    printed = statements.set_index("statement_id")["printed"]
    parts = [
        "# Cells in pneumonia: the invented trial BREEZE",
        "Every patient and every figure of this report is invented by a program. It is a text to "
        "practise on, and says nothing about any treatment.",
        "**Methods.** Adults with pneumonia and a PaO2/FiO2 of 100 to 300 mmHg were randomised to "
        "two infusions of cells or to standard care. A marker was measured on days 0, 3, 7, 14 "
        "and 28 (log scale) and compared by a model with random intercepts and slopes (REML, "
        f"Satterthwaite). It is the one of {_MARKERS} markers that changed. Safety was recorded in "
        "the treated patients.",
    ]
    for place, names in _PLACES.items():
        text = " ".join(_WORDS[name].format(printed[name]) for name in names)
        parts.append(f"**{place}.** {text}")
    parts.append(
        "**Conclusion.** The infusions were safe, patients recovered early, and the marker showed "
        "a clear effect."
    )
    return "\n\n".join(parts) + "\n"


def capstone_tables() -> dict[str, pd.DataFrame]:
    """The committed trial, as the loaders give it."""
    tables = {name: load_table(f"capstone_{name}") for name in _TABLES}
    for name, column in (("patients", "treated"), ("events", "serious"), ("samples", "treated")):
        tables[name][column] = tables[name][column].astype(bool)
    tables["patients"]["male"] = tables["patients"]["male"].astype(bool)
    return tables


def capstone_key() -> str:
    """The marking key, in Markdown: for the instructors alone."""
    found = audit_capstone(capstone_tables())
    wrong, right = found[~found["agrees"]], found[found["agrees"]]
    lines = ["# Capstone: marking key", "", "Does not follow from the tables:", ""]
    lines += [
        f"- **{r.statement_id}** ({r.place}) {r.statement}. Recomputed: {r.recomputed}. "
        f"A harmless explanation: {_HARMLESS.get(r.statement_id, 'none is known')}."
        for r in wrong.itertuples()
    ]
    lines += [
        "",
        f"Agrees ({len(right)}): {', '.join(right['statement_id'])}. C15 counts the patients of "
        "the tables: who doubts it because C08 names more of them loses no point.",
        "",
        "The conclusion goes further than the data. *Safe*: a serious event was seen, and the "
        "upper end of the interval of C15 is high. *Recovered early*: no interval is given, and "
        f"the course was not compared by a test. *A clear effect*: one marker of {_MARKERS} was "
        "chosen by its result, and its P value is not the printed one.",
    ]
    return "\n".join(lines) + "\n"


def write_capstone(folder: Path = CAPSTONE) -> None:
    """Make the committed files of the trial: four tables and the report."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = make_capstone()
    plant(tables)
    for name, frame in tables.items():
        written = frame.drop(columns="origin")
        for column in written.select_dtypes(bool):
            written[column] = written[column].map({True: "y", False: "n"})
        written.to_csv(folder / f"capstone_{name}.csv", index=False, lineterminator="\n")
    (folder / "report.md").write_bytes(report(tables["statements"]).encode())
