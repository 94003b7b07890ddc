"""What the book's own pages say in numbers: computed here, never typed there.

This is the one module of the room that reads tables, notebooks and settings: it is a loader of
facts, whose results are what pages name in braces. Everything else here is handed its frames.
"""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from ..base import inert
from ..base.inert import Html, Markdown
from ..base.tabular import table
from ..data.contract import DATA, data_dictionary, resources
from ..data.loaders import load_biomarkers, load_events, load_patients, load_table, load_trial
from ..data.paper import load_paper
from ..ledger.audit import audit
from ..ledger.checklists import CHECKLISTS, checklist_counts, load_checklist
from ..ledger.corrections import load_corrections
from ..ledger.findings import findings
from ..ledger.grouped import finding_counts, finding_sentence, ledger_findings
from ..ledger.key_figures import key_figures
from ..ledger.verdicts import VERDICTS, verdict_counts
from ..slopes.detection_limit import above_limit
from .checklists import checklist_table
from .corrections import (
    correction_form,
    correction_text,
    corrections_received,
    how_to_correct,
)
from .findings import findings_list
from .ledger import verdict_mark
from .paper import annotated_paper, paper_answer, paper_signs
from .story import story, tell, trial_in_brief
from .tables import folded, linked

__all__ = ["audit_facts", "book_facts", "own_facts", "own_pages"]

_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")  # of a program
_ELSEWHERE = ("consort_2025", "estimand_e9r1", "inspect_sr", "corrections")
# The tables of the page of evidence, as a reader looks for them.
_GROUPS = {
    "The trial, and what it cites": ("trial", "outside_facts", "references_read", "cited_results"),
    "Other trials of these cells": ("trials", "meta_analyses", "trial_checks", "marker_directions"),
    "The biomarkers": ("marker_notes", "marker_levels", "marker_names", "markers"),
    "Intensive care": ("icu_and_nfl", "natural_slopes", "icu_covariates"),
    "Definitions, scores and accepted limits": (
        "ctcae",
        "score_bands",
        "quantile_defaults",
        "release_criteria",
        "exposure_limits",
        "hidden_bias",
        "twin_settings",
    ),
}


def book_facts(audited: pd.DataFrame | None = None) -> dict[str, str]:
    """Return what the pages in ``book/`` name in braces: text, Markdown or HTML.

    Parameters
    ----------
    audited : DataFrame, optional
        The whole ledger, from :func:`rescat.audit`.

    Returns
    -------
    dict of str to str
        Counts and figures in words (``n_not_both``, ``n_randomised``, …), ``in_short``,
        ``story``, ``trial_in_brief``, ``verdict_table``, ``data_dictionary``, ``evidence`` and
        ``notebook_parameters``.
    """
    audited = audit() if audited is None else audited
    figures = key_figures(audited)
    return {
        **figures,
        "in_short": tell().in_short(figures),
        "story": story(),
        "trial_in_brief": trial_in_brief(),
        "verdict_table": _verdict_table(audited),
        "data_dictionary": _dictionary(),
        "evidence": _evidence(),
        "notebook_parameters": _parameters(),
    }


def own_facts(data_dir: str) -> dict[str, str]:
    """Return what the first page of a private edition names in braces.

    Parameters
    ----------
    data_dir : str
        Folder with one or more of ``patients.csv``, ``events.csv`` and ``biomarkers.csv``.

    Returns
    -------
    dict of str to str
        ``own_folder``, and ``own_data``: how many patients and samples there are of what.

    Raises
    ------
    DataError
        If a table is not as its description says.

    Examples
    --------
    The invented tables of the book, in the place of your own:

    >>> import rescat
    >>> facts = rescat.own_facts(str(rescat.DATA / "synthetic"))
    >>> facts["own_folder"]
    'synthetic'
    >>> "17 (10 mCTRL, 5 MSC, 2 CTRL)" in facts["own_data"]
    True
    """
    folder, rows = Path(data_dir), []
    if (folder / "patients.csv").is_file():
        rows.append(("Patients", _sizes(load_patients(data_dir))))
    if (folder / "events.csv").is_file():
        rows.append(("Adverse events", str(len(load_events(data_dir)))))
    if (folder / "biomarkers.csv").is_file():
        values = load_biomarkers(data_dir)
        below, n = int(values["below_lod"].sum()), int(above_limit(values).sum())
        above = f" and {n} above the range" if n else ""
        rows += [
            ("Patients with values", _sizes(values.drop_duplicates("patient_id"))),
            ("Biomarkers", str(values["marker"].nunique())),
            ("Values", f"{len(values)}, of them {below} below detection{above}"),
            ("Days", ", ".join(f"{day:g}" for day in sorted(values["day"].unique()))),
        ]
    return {
        "own_folder": inert.visible(folder.name),
        "own_data": _shown(pd.DataFrame(rows, columns=["What", "How many"]), links=False),
    }


def own_pages(parts: list[dict], stopped: dict[str, str]) -> Html:
    """What became of each chapter and marker of a private edition, as a table.

    Parameters
    ----------
    parts : list of dict
        ``name`` and ``words``, decided before the edition was made.
    stopped : dict of str to str
        Of pages that were begun and could not be made, why.
    """
    rows = [
        (part["name"], f"not made, because {stopped[part['name']]}")
        if part["name"] in stopped
        else (part["name"], part["words"])
        for part in parts
    ]
    return _shown(pd.DataFrame(rows, columns=["Page", "What becomes of it"]), links=False)


def _sizes(patients: pd.DataFrame) -> str:
    """How many patients there are, in all and in each arm."""
    arms = patients["arm"].value_counts()
    return f"{arms.sum()} ({', '.join(f'{n} {arm}' for arm, n in arms.items())})"


def _verdict_table(audited: pd.DataFrame) -> Html:
    shown = pd.DataFrame(
        {
            "Verdict": list(map(verdict_mark, VERDICTS)),
            "Meaning": list(VERDICTS.values()),
            "Findings": finding_counts(audited).to_numpy(),
            "Statements": verdict_counts(audited).to_numpy(),
        }
    )
    return _shown(shown, caption="The verdicts, and how many there are", name="verdicts")


def _dictionary() -> Html:
    """Every table with its columns, from the data package."""
    parts = []
    for name, resource in resources().items():
        columns = data_dictionary(name).drop(columns="origin").rename(columns=str.capitalize)
        head = Html(
            "<h2 id='table-{name}'>{title}</h2>"
            "<p><code>{path}</code>, origin: {origin}. {description}</p>"
        )
        parts.append(head.format_map(resource) + _shown(columns))
    return Html("\n").join(parts)


def _evidence() -> Markdown:
    """Every row of the evidence tables, and the trial facts that are not from the paper."""
    trial = load_trial()
    trial["item"] = trial["item"].str.replace("_", " ")
    facts = trial.loc[trial["origin"].eq("evidence"), ["item", "group", "value", "place", "source"]]
    tables = {"trial": ("Facts of the trial", facts)} | {
        name: (resource["title"], load_table(name).drop(columns="origin"))
        for name, resource in resources().items()
        # The checklists and the corrections have pages of their own.
        if resource["origin"] == "evidence" and name not in _ELSEWHERE
    }
    if ungrouped := tables.keys() - {name for names in _GROUPS.values() for name in names}:
        raise KeyError(f"no group of the page of evidence has {', '.join(sorted(ungrouped))}")
    shown = {
        name: folded(
            f"{title} ({len(rows)} rows)",
            _shown(_in_words(rows), caption=title, name=name),
            name=f"evidence-{name}",
        )
        for name, (title, rows) in tables.items()
    }
    part = Markdown("## {}\n\n{}\n")
    return Markdown("\n").join(
        part.format(group, Html("").join(shown[name] for name in names))
        for group, names in _GROUPS.items()
    )


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """A table whose first column has words where it had names of programs."""
    first = rows.columns[0]
    words = [
        c.replace("_", " ") if isinstance(c, str) and _NAME.fullmatch(c) else c for c in rows[first]
    ]
    return rows.assign(**{first: pd.Series(words, rows.index, dtype=object)})


def _parameters() -> Html:
    """Every parameter of every notebook, as papermill reads it."""
    import papermill  # slow to load, and only the pages need it

    rows = [
        {
            "Notebook": path.stem,
            "Parameter": parameter["name"],
            "Default": parameter["default"],
            "Meaning": parameter["help"],
        }
        for path in sorted((DATA.parent / "notebooks").glob("*.ipynb"))
        for parameter in papermill.inspect_notebook(str(path)).values()
    ]
    return _shown(pd.DataFrame(rows), caption="Parameters of the notebooks", name="parameters")


def _shown(frame: pd.DataFrame, links: bool = True, **words) -> Html:
    """A table as a page shows it, its addresses as links."""
    if links:
        frame = frame.astype(object).map(lambda c: linked(c) if isinstance(c, str) else c)
    return table(frame, row_heads=True, **words)


def audit_facts(audited: pd.DataFrame | None = None) -> dict[str, str]:
    """Return the substitutions for the summary, the checklists and the page of corrections.

    Parameters
    ----------
    audited : DataFrame, optional
        The whole ledger, from :func:`rescat.audit`.

    Returns
    -------
    dict of str to str
        ``findings``, ``finding_sentence``, ``version``, a table and a sentence of counts for
        each checklist, ``corrections_received``, ``how_to_correct`` and what to send:
        ``correction_form``, ``correction_text``; the ``annotated_paper`` with its
        ``paper_answer`` and ``paper_signs``.
    """
    audited = audit() if audited is None else audited
    found, paper, corrections = ledger_findings(audited), load_paper(), load_corrections()
    this = version("rescat")
    facts = {
        "annotated_paper": annotated_paper(audited, found, paper, corrections),
        "paper_answer": paper_answer(audited, found, paper),
        "paper_signs": paper_signs(),
        "findings": findings_list(findings(audited)),
        "finding_sentence": finding_sentence(audited),
        "version": this,
        "correction_form": correction_form(this),
        "correction_text": Markdown.code(correction_text(this), block=True),
        "corrections_received": corrections_received(corrections),
        "how_to_correct": how_to_correct(
            os.environ.get("BOOK_REPOSITORY_URL"), os.environ.get("BOOK_CONTACT"), this
        ),
    }
    for name in CHECKLISTS:
        checklist = load_checklist(name)
        facts[name] = checklist_table(checklist, audited, name=name)
        facts[f"{name}_counts"] = checklist_counts(checklist)
    return facts
