"""What the page of one biomarker says of it, from the tables of evidence and of the paper."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.origin import origin_of
from ..data.marker_names import page_name
from ..printed.lines import printed_range
from ..slopes.detection_limit import above_limit
from ..slopes.result import SlopeFit
from .tables import linked, show_table, table_html

__all__ = [
    "choices",
    "directions_elsewhere",
    "findings_elsewhere",
    "index_table",
    "levels_elsewhere",
    "printed_beside",
    "tests_table",
    "values_in_words",
    "what_it_is",
    "what_the_paper_says",
]

# Columns of a fit, in words.
_QUANTITIES = {
    "slope": "slope",
    "se": "standard error",
    "ci_low": "95 % CI, lower end",
    "ci_high": "95 % CI, upper end",
    "p_value": "P value",
}


def index_table(panel: pd.DataFrame, left_out: pd.DataFrame, markers: pd.DataFrame) -> HTML:
    """Every marker with a link to its page, its difference of slopes, or why there is none.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
    left_out : DataFrame
        Of :class:`rescat.PanelFit`.
    markers : DataFrame
        The table ``markers``, which says what the paper gives of each.
    """
    own = panel[panel["term"].eq("difference")]
    limits = [f"{r.slope:+.3f} ({r.ci_low:+.3f} to {r.ci_high:+.3f})" for r in own.itertuples()]
    fitted = pd.DataFrame(
        {
            "marker": own["marker"],
            "difference": limits,
            "p_value": [f"{p:.3f}" if p >= 0.001 else "< 0.001" for p in own["p_value"]],
            "note": own["singular"].map({True: "singular fit", False: ""}),
        }
    )
    others = left_out.rename(columns={"reason": "note"})
    shown = pd.concat([fitted, others.drop(columns="origin")], ignore_index=True)
    printed = markers.set_index("marker")["printed"]
    shown.insert(1, "printed", shown["marker"].map(printed).fillna("not of the panel"))
    link = Html('<a href="../markers/{}.html">{}</a>')
    links = [link.format(page_name(m), m) for m in shown["marker"]]
    shown["marker"] = pd.Series(links, dtype=object)
    origins = [o for frame in (panel, left_out) if len(frame) for o in frame["origin"]]
    return show_table(
        shown.assign(origin=origins[0]),
        name="marker-index",
        title="The biomarkers, each with a page of its own",
        source="The values behind this page",
        labels={
            "printed": "What the paper gives",
            "difference": "Difference of slopes per day (95 % confidence interval)",
        },
    )


def what_it_is(marker: str, notes: pd.DataFrame) -> Html:
    """The marker in one paragraph with its sources, and its assay, from ``marker_notes``."""
    note = _note(marker, notes)
    if note is None:
        nothing = Html(
            "<p>{} is not one of the markers of the trial, and the book has no text about it.</p>"
        )
        return nothing.format(marker)
    return Html(
        '<p><strong>{}.</strong> {}</p><p class="sources">Read in: {}</p>'
        "<p><strong>Assay.</strong> {}</p>"
    ).format(note["full_name"], note["what_it_is"], linked(note["what_source"]), note["assay"])


def what_the_paper_says(marker: str, notes: pd.DataFrame) -> Html:
    """The sentence of the paper that covers the marker, with its place, from ``marker_notes``."""
    note = _note(marker, notes)
    if note is None or pd.isna(note["paper_statement"]):
        return Html("<p>Nothing: the trial did not measure this marker.</p>")
    quotation = note["paper_statement"].replace("$", "")
    words = Html("<blockquote><p>{}</p></blockquote><p>({})</p>")
    return words.format(quotation, note["paper_place"])


def levels_elsewhere(marker: str, levels: pd.DataFrame) -> HTML:
    """Levels of the marker in other studies, from ``marker_levels``; a sentence if none."""
    return displayed(levels_html(marker, levels))


def levels_html(marker: str, levels: pd.DataFrame) -> Html:
    """As :func:`levels_elsewhere`, to be put into other HTML."""
    own = levels[levels["marker"].eq(marker)].drop(columns="marker")
    if own.empty:
        return Html("<p>No level from elsewhere was read for this marker.</p>")
    shown = own.assign(
        value=[_number(v) for v in own["value"]],
        range=[_range(r) for r in own.itertuples()],
        source=pd.Series(map(linked, own["source"]), own.index, dtype=object),
    )[["population", "statistic", "value", "range", "unit", "sample", "source", "origin"]]
    return table_html(
        shown,
        name="levels-elsewhere",
        title=f"{marker} in other studies",
        source="data/evidence/marker_levels.csv",
        labels={column: column.capitalize() for column in shown},
    )


def directions_elsewhere(marker: str, directions: pd.DataFrame) -> HTML:
    """What other trials of these cells say of the marker, from ``marker_directions``."""
    own = directions[directions["marker"].eq(marker)]
    if own.empty:
        return displayed(Html("<p>No trial that could be read reports this marker.</p>"))
    columns = ["trial", "compared", "direction", "days", "detail", "read", "origin"]
    return show_table(
        own[columns],
        name="directions-elsewhere",
        title=f"{marker} in other trials of these cells",
        source="data/evidence/marker_directions.csv, with an address for each row",
        labels={column: column.capitalize() for column in columns},
    )


def findings_elsewhere(table: pd.DataFrame, *, name: str, title: str, source: str) -> HTML:
    """What other studies found, each with its figure in words, its address and what was read.

    Parameters
    ----------
    table : DataFrame
        Such as ``icu_and_nfl``: ``finding, value, low, high, unit, patients, source, read`` and
        ``origin``.
    name, title, source : str
        As for :func:`show_table`.
    """
    figures = [
        "" if pd.isna(r.value)
        else f"{r.value:g}{'' if pd.isna(r.low) else f' ({r.low:g} to {r.high:g})'} {r.unit}"
        for r in table.itertuples()
    ]  # fmt: skip
    links = [
        Html('<a href="{}">{}</a>').format(address, address.split("/")[2].removeprefix("www."))
        if address.startswith("https://")
        else Html.escape(address)
        for address in table["source"]
    ]
    shown = pd.DataFrame(
        {
            "finding": table["finding"],
            "figure": figures,
            "patients": table["patients"],
            "source": pd.Series(links, index=table.index, dtype=object),
            "read": table["read"],
            "origin": table["origin"],
        }
    )
    return show_table(
        shown, name=name, title=title, source=source,
        labels={c: c.capitalize() for c in shown},
    )  # fmt: skip


def values_in_words(values: pd.DataFrame, left_out: pd.DataFrame) -> Html:
    """How many values there are, of whom, on which days, and why they are not modelled: HTML.

    Parameters
    ----------
    values : DataFrame
        Of one marker, from :func:`rescat.load_biomarkers`.
    left_out : DataFrame
        Of :class:`rescat.PanelFit`.
    """
    below = int(values["below_lod"].sum())
    days = ", ".join(f"{day:g}" for day in sorted(values["day"].unique()))
    arms = values.drop_duplicates("patient_id")["arm"].value_counts()
    invented = origin_of(values) == "synthetic"
    text = (
        f"{'In this invented example there are ' if invented else ''}{len(values)} values of "
        f"{arms.sum()} {'invented ' if invented else ''}patients "
        f"({', '.join(f'{n} {arm}' for arm, n in arms.items())}), days {days}."
    )
    if below == len(values):
        limit = ", ".join(f"{v:g}" for v in sorted(values["value"].unique()))
        return Html(
            "<p>{} <strong>Each of them is below the limit of detection</strong> ({} {}). There is "
            "nothing to model: such values cannot show a rise or a fall.</p>"
        ).format(text, limit, values["unit"].iloc[0])
    text += f" Below the limit of detection: {below}."
    if above := int(above_limit(values).sum()):
        text += (
            f" Above the range of the test: {above}; the model takes them at the upper limit, so "
            "that the marker looks lower and steadier than it was."
        )
    reason = Html("")
    if len(left_out):
        reason = Html(" <strong>Not modelled:</strong> {}.").format(left_out["reason"].iloc[0])
    return Html("<p>{}{}</p>").format(text, reason)


def choices(marker: str, table: pd.DataFrame | None, absent: str = "") -> HTML:
    """The difference of the slopes under other choices, or why they cannot be made.

    Parameters
    ----------
    marker : str
    table : DataFrame or None
        From :func:`rescat.sensitivity`.
    absent : str
        Why there is none: see :func:`rescat.patients_beside`.
    """
    if table is None:
        sentence = Html("<p>Not done: it needs the table of the patients. {}.</p>")
        return displayed(sentence.format(absent))
    return show_table(
        table.drop(columns=["key", "df"]),
        name="choices",
        title=f"{marker}: the difference of the slopes under other choices",
        subtitle="Per day, but per visit where the note says so; the spline has a P value only. "
        "With two patients in a group read the exact P: limits and the other P are rough there",
        source="The values on this page",
        labels={"p_value": "P by the model", "exact_p": "Exact P"},
        decimals={"difference": 4, "ci_low": 4, "ci_high": 4, "p_value": 3, "exact_p": 3},
    )


def tests_table(tests: pd.DataFrame, *, name: str) -> HTML:
    """P values of the difference by several tests, a row for each marker.

    Parameters
    ----------
    tests : DataFrame
        From :func:`rescat.panel_tests`.
    name : str
        Identifier in the page.
    """
    labels = {
        "marker": "Marker",
        "difference": "Difference per day",
        "wald": "Wald z",
        "satterthwaite": "Satterthwaite t",
        "by_group": "Variances by group",
        "permutation_t": "Permutation of t",
        "permutation_welch": "Permutation of Welch's t",
        "bootstrap_t": "Studentised bootstrap",
    }
    return show_table(
        tests,
        name=name,
        title="P value of the difference of slopes, by six tests",
        subtitle="Wald takes the normal distribution for that of t; the permutations refit the "
        "model to every relabelling; the bootstrap draws 2,000 trials",
        source="The values behind this page",
        labels=labels,
        decimals={column: 4 if column == "difference" else 3 for column in list(labels)[1:]},
    )


def printed_beside(marker: str, fit: SlopeFit, slopes: pd.DataFrame) -> HTML:
    """What the paper prints of the marker, from ``slopes``, beside the fit of these values."""
    rows = []
    for printed in slopes[slopes["marker"].eq(marker)].itertuples():
        row = pd.Series(printed._asdict())
        for quantity in _QUANTITIES:
            if pd.notna(row[quantity]):
                low, high = printed_range(row, quantity)
                found = fit.table.loc[row["term"], quantity]
                sign = row["p_relation"] if quantity == "p_value" and row["p_relation"] else ""
                places = row["p_decimals" if quantity == "p_value" else f"{quantity}_decimals"]
                rows.append(
                    (
                        row["term"],
                        _QUANTITIES[quantity],
                        f"{sign if sign == '<' else ''}{row[quantity]:.{int(places)}f}",
                        found,
                        "yes" if low <= found <= high else "no",
                    )
                )
    if not rows:
        return displayed(Html("<p>The paper prints no figure for this marker.</p>"))
    columns = ["term", "quantity", "printed", "here", "same"]
    return show_table(
        pd.DataFrame(rows, columns=columns).assign(origin=fit.origin),
        name="printed-beside",
        title=f"{marker}: as printed, and from the values on this page",
        source="data/published/slopes.csv and the values on this page",
        labels={"quantity": "Figure"},
        decimals={"here": 4},
    )


def _note(marker: str, notes: pd.DataFrame) -> pd.Series | None:
    notes = notes.set_index("marker")
    return notes.loc[marker] if marker in notes.index else None


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:g}"


def _range(level) -> str:
    """The limits that stand beside a level, or its SD."""
    if pd.notna(level.sd):
        return f"± {_number(level.sd)}"
    return "" if pd.isna(level.low) else f"{_number(level.low)} to {_number(level.high)}"
