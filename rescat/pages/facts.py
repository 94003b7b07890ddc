"""What the book's own pages say in numbers: computed here, never typed there."""

from pathlib import Path

import pandas as pd

from ..base import inert
from ..base.inert import Html
from ..data.contract import DATA, data_dictionary, resources
from ..data.loaders import (
    load_biomarkers,
    load_events,
    load_patients,
    load_slopes,
    load_table,
    load_trial,
)
from ..ledger.audit import VERDICTS, audit, verdict_counts
from ..panel.transients import implied_ratios
from ..trial.cohort import fact
from ..trial.safety import upper_bound_of_zero

__all__ = ["book_facts", "key_figures", "own_facts"]

_ELSEWHERE = ("consort_2025", "estimand_e9r1", "inspect_sr", "corrections")


def book_facts(audited: pd.DataFrame | None = None) -> dict[str, str]:
    """Return what the pages in ``book/`` name in braces: text, Markdown or HTML.

    Parameters
    ----------
    audited : DataFrame, optional
        The whole ledger, from :func:`rescat.ledger.audit`.

    Returns
    -------
    dict of str to str
        Counts and figures in words (``n_claims``, ``n_randomised``, …), ``verdict_table``,
        ``data_dictionary``, ``evidence`` and ``notebook_parameters``.
    """
    audited = audit() if audited is None else audited
    counts = verdict_counts(audited)
    return {
        **key_figures(audited),
        "verdict_table": _verdict_table(counts),
        "data_dictionary": _dictionary(),
        "evidence": _evidence(),
        "notebook_parameters": _parameters(),
    }


def own_facts(data_dir: str) -> dict[str, str]:
    """Return what the first page of a private edition names in braces.

    Returns
    -------
    dict of str to str
        ``own_folder``, and ``own_data``: how many patients and samples there are of what.
    """
    folder, rows = Path(data_dir), []
    if (folder / "patients.csv").is_file():
        rows.append(("Patients", _sizes(load_patients(data_dir))))
    if (folder / "events.csv").is_file():
        rows.append(("Adverse events", str(len(load_events(data_dir)))))
    if (folder / "biomarkers.csv").is_file():
        values = load_biomarkers(data_dir)
        below = int(values["below_lod"].sum())
        rows += [
            ("Patients with values", _sizes(values.drop_duplicates("patient_id"))),
            ("Biomarkers", str(values["marker"].nunique())),
            ("Values", f"{len(values)}, of them {below} below detection"),
            ("Days", ", ".join(f"{day:g}" for day in sorted(values["day"].unique()))),
        ]
    return {
        "own_folder": inert.visible(folder.name),
        "own_data": _scrolling(pd.DataFrame(rows, columns=["What", "How many"]), links=False),
    }


def _sizes(patients: pd.DataFrame) -> str:
    """How many patients there are, in all and in each arm."""
    arms = patients["arm"].value_counts()
    return f"{arms.sum()} ({', '.join(f'{n} {arm}' for arm, n in arms.items())})"


def key_figures(audited: pd.DataFrame) -> dict[str, str]:
    """Return the figures that pages quote in their sentences, by name, as text.

    Parameters
    ----------
    audited : DataFrame
        The whole ledger, from :func:`rescat.ledger.audit`.
    """
    counts = verdict_counts(audited)
    patients, events, trial = load_patients(), load_events(), load_trial()
    contradicted = counts["not reproduced"]
    arms = patients["arm"].value_counts()
    serious = events[events["category"].eq("SAE")]
    stay = patients.loc[patients["arm"].eq("MSC"), "length_of_stay"]
    return {
        "n_claims": str(counts.sum()),
        "n_same": str(counts["reproduced"] + counts["consistent within rounding"]),
        "n_only_if": str(counts["attainable only if"]),
        "n_not": f"{contradicted} are" if contradicted else "none is",
        "n_tension": str(counts["in tension with"]),
        "n_checked": str(counts.sum() - counts["not checkable"]),
        "n_open": str(counts["not checkable"]),
        "n_patients": str(len(patients)),
        "n_msc": str(arms["MSC"]),
        "n_ctrl": str(arms["CTRL"]),
        "n_mctrl": str(arms["mCTRL"]),
        "n_controls": str(arms["CTRL"] + arms["mCTRL"]),
        "n_randomised": str(arms["MSC"] + arms["CTRL"]),
        "n_sae": str(len(serious)),
        "n_moderate": str(serious["severity"].eq("Moderate").sum()),
        "target": f"{fact(trial, 'register_target', 'all ages'):.0f}",
        "zero_of_five": f"{100 * upper_bound_of_zero(int(arms['MSC'])):.0f} %",
        "nfl_ratio": _nfl_ratio(),
        "mean_stay": f"{stay.mean():.0f} ± {stay.std():.1f}",
    }


def _nfl_ratio() -> str:
    """How far apart the printed lines of NFL are on day 28, with limits."""
    ratios = implied_ratios(load_slopes(), "NFL").set_index(["scale", "together_on", "day"])
    row = ratios.loc[("log10", 0, 28)]
    return f"{row['ratio']:.1f} ({row['ratio_low']:.1f} to {row['ratio_high']:.1f})"


def _verdict_table(counts: pd.Series) -> Html:
    table = pd.DataFrame(
        {
            "Verdict": counts.index,
            "Statements": counts.to_numpy(),
            "Meaning": list(VERDICTS.values()),
        }
    )
    return _scrolling(table)


def _dictionary() -> Html:
    """Every table with its columns, from the data package."""
    parts = []
    for name, resource in resources().items():
        columns = data_dictionary(name).drop(columns="origin").rename(columns=str.capitalize)
        head = Html(
            "<h2 id='table-{name}'>{title}</h2>"
            "<p><code>{path}</code>, origin: {origin}. {description}</p>"
        )
        parts.append(head.format_map(resource) + _scrolling(columns))
    return Html("\n").join(parts)


def _evidence() -> Html:
    """Every row of the evidence tables, and the trial facts that are not from the paper."""
    trial = load_trial()
    trial["item"] = trial["item"].str.replace("_", " ")
    facts = trial.loc[trial["origin"].eq("evidence"), ["item", "group", "value", "place", "source"]]
    heading = Html("<h2 id='evidence-{}'>{}</h2>")
    parts = [heading.format("trial", "Facts of the trial") + _scrolling(facts)]
    for name, resource in resources().items():
        # The checklists and the corrections have pages of their own.
        if resource["origin"] == "evidence" and name not in _ELSEWHERE:
            rows = load_table(name).drop(columns="origin")
            parts.append(heading.format(name, resource["title"]) + _scrolling(rows))
    return Html("\n").join(parts)


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
    return _scrolling(pd.DataFrame(rows))


def _scrolling(frame: pd.DataFrame, links: bool = True) -> Html:
    """An HTML table that scrolls in its own box on a narrow screen."""
    frame = frame.rename(columns=lambda name: name.replace("_", " ").capitalize())
    made = inert.table(frame, index=False, border=0, render_links=links)
    return Html('<div class="table-scroll">{}</div>').format(made)
