"""What is known of a biomarker of the trial, and what nobody outside it can know."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.words import listed
from ..data.marker_names import page_name
from ..figures.levels import levels_in
from ..slopes.fold import fold_change
from .marker import levels_html, values_in_words
from .tables import show_table

__all__ = [
    "invented_example",
    "known_of_markers",
    "marker_answer",
    "sources_of_levels",
    "what_nobody_knows",
]

_DAYS = 28
_GROUPS = {"treated": "with MSC", "control": "in controls", "difference": "for the difference"}
_IN_CONTEXT = {
    "inflammatory": ("06_cytokines", "chapter 6"),
    "neuro": ("07_neuromarkers", "chapter 7"),
}
# What the paper says without a number, by the columns ``printed`` and ``kind`` of ``markers``: a
# sentence for the page of the marker, and a few words for the table of all.
_NO_CHANGE = (
    "It counts it, in words, among the markers with no significant change over time, or with "
    "comparable trends in both groups",
    "no significant change, or comparable trends",
)
_NO_DIFFERENCE = (
    "It says in words that the groups did not differ significantly",
    "no significant difference",
)
_IN_WORDS = {
    ("significant difference", "inflammatory"): (
        "It says in words that the course differed significantly with MSC",
        "a significant difference",
    ),
    ("no significant change", "inflammatory"): _NO_CHANGE,
    ("like change", "inflammatory"): _NO_CHANGE,
    ("no significant change", "neuro"): _NO_DIFFERENCE,
    ("below detection", "inflammatory"): (
        "It says in words that the concentrations were below the detection range in both groups",
        "below the detection range",
    ),
}


def marker_answer(
    marker: str, notes: pd.DataFrame, slopes: pd.DataFrame, markers: pd.DataFrame
) -> Html:
    """The box at the head of the page: what the marker is, and what the paper says of it.

    Parameters
    ----------
    marker : str
    notes, markers : DataFrame
        The tables ``marker_notes`` and ``markers``.
    slopes : DataFrame
        From :func:`rescat.load_slopes`.

    Returns
    -------
    Html

    Examples
    --------
    >>> import rescat
    >>> from rescat import pages
    >>> names = ("marker_notes", "slopes", "markers")
    >>> box = pages.marker_answer("GFAP", *(rescat.load_table(name) for name in names))
    >>> box.striptags().partition("cells. ")[0][8:40]
    'Glial fibrillary acidic protein.'
    """
    own = slopes[slopes["marker"].eq(marker)]
    kind, printed = _kind_and_printed(marker, markers)
    said = _numbers_in_words(own) if len(own) else _no_number(kind, printed)
    if len(own) and kind in _IN_CONTEXT:
        more = Html(' What that can mean: <a href="../chapters/{}.html">{}</a>.')
        said += more.format(*_IN_CONTEXT[kind])
    return Html(
        '<div class="admonition tip answer"><p class="admonition-title">In short</p>'
        "<p>{}</p><p>{}</p></div>"
    ).format(_what_it_is(marker, notes), said)


def _what_it_is(marker: str, notes: pd.DataFrame) -> Html:
    own = notes[notes["marker"].eq(marker)]
    if own.empty:
        return Html("{} is not one of the markers of the trial.").format(marker)
    name, words = own.iloc[0][["full_name", "what_it_is"]]
    first = words.split(". ")[0].removesuffix(".")
    return Html("<strong>{}.</strong> {}.").format(name, first)


def _no_number(kind: str, printed: str) -> Html:
    if (printed, kind) not in _IN_WORDS:
        return Html("<strong>The trial did not measure it.</strong>")
    words = _IN_WORDS[printed, kind][0]
    return Html("<strong>The paper prints no number for it.</strong> {}.").format(words)


def _numbers_in_words(own: pd.DataFrame) -> Html:
    """The printed slopes as folds in 28 days with their intervals, and the printed P values."""
    lines = own[own["slope"].notna()]
    p_values = [f"{_p(r)} {_GROUPS[r.term]}" for r in own.itertuples() if pd.notna(r.p_value)]
    if lines.empty:
        return Html(
            "<strong>The paper prints <em>P</em> values and no slope:</strong> {}. So it is not "
            "known how large a change or a difference was."
        ).format(listed(p_values))
    rows = list(lines.itertuples())
    printed = [f"{_signed(r.slope)} {_GROUPS[r.term]}" for r in rows]
    folds = [
        f"{_fold(r.slope)} {_GROUPS[r.term]} ({_fold(r.ci_low)} to {_fold(r.ci_high)})"
        for r in rows
    ]
    folds[0] = folds[0].replace("(", "(95 % confidence interval ")
    return Html(
        "<strong>The paper prints slopes: {} per day.</strong> If they are on log10 (the scale is "
        "not printed), the level is multiplied in 28 days by {}. <em>P</em> values: {}."
    ).format(listed(printed), listed(folds), listed(p_values))


def _fold(slope: float, scale: str = "log10") -> str:
    fold = fold_change(slope, _DAYS, scale)
    return f"{fold:.2f}" if fold < 10 else f"{fold:.1f}"


def _signed(x: float) -> str:
    return f"{x:.3f}".replace("-", "−")


def _p(row) -> str:
    return f"{'< ' if row.p_relation == '<' else ''}{row.p_value:.{int(row.p_decimals)}f}"


def _kind_and_printed(marker: str, markers: pd.DataFrame) -> tuple[str, str]:
    own = markers[markers["marker"].eq(marker)]
    return tuple(own.iloc[0][["kind", "printed"]]) if len(own) else ("", "")


def sources_of_levels(marker: str, levels: pd.DataFrame) -> HTML:
    """The table of :func:`levels_elsewhere`, folded: every level, and where it was read.

    Parameters
    ----------
    marker : str
    levels : DataFrame
        The table ``marker_levels``.
    """
    number = int(levels["marker"].eq(marker).sum())
    table = levels_html(marker, levels)
    if not number:
        return displayed(table)
    folded = Html(
        '<details class="figure-data-box"><summary>Where each level was read ({} rows)'
        "</summary>{}</details>"
    )
    return displayed(folded.format(number, table))


def what_nobody_knows(
    marker: str,
    notes: pd.DataFrame,
    levels: pd.DataFrame,
    slopes: pd.DataFrame,
    markers: pd.DataFrame,
) -> Html:
    """What the paper does not let anybody know of this marker: each line from the tables.

    Parameters
    ----------
    marker : str
    notes, levels, markers : DataFrame
        The tables ``marker_notes``, ``marker_levels`` and ``markers``.
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    """
    own = slopes[slopes["marker"].eq(marker)]
    printed = _kind_and_printed(marker, markers)[1]
    row = markers[markers["marker"].eq(marker)]
    shown = levels_in(levels, marker, row["unit"].iloc[0]) if len(row) else levels.iloc[:0]
    points = [*_about_size(own, printed), *_about_level(marker, shown, printed)]
    points += _about_detection(marker, shown, printed)
    assay = notes.loc[notes["marker"].eq(marker), "assay"]
    if len(assay) and assay.iloc[0] == "not reported":
        points.append(("The assay", "the paper does not name it."))
    items = Html("").join(
        Html("<li><strong>{}:</strong> {}</li>").format(name, words) for name, words in points
    )
    return Html('<div class="unknown"><ul>{}</ul></div>').format(items)


def _about_size(own: pd.DataFrame, printed: str) -> list[tuple[str, str]]:
    lines = own[own["slope"].notna()]
    if len(lines):
        most = lines.loc[lines["slope"].abs().idxmax()]
        scale = (
            f"{_signed(most['slope'])} per day {_GROUPS[most['term']]} is {_fold(most['slope'])} "
            f"times in 28 days if the slopes are on log10, {_fold(most['slope'], 'ln')} times if "
            "on natural logarithms, and no fixed number of times if on the concentrations."
        )
        curve = (
            "whether the course was a line: a short rise that ends can give the same printed slope."
        )
        return [("The scale", scale), ("The shape", curve)]
    if len(own):
        return [("The size", "a P value does not say how large a change or a difference was.")]
    if printed == "significant difference":
        words = (
            "how large the difference is, and how sure: no slope, interval or P value is printed."
        )
        return [("The size", words)]
    if printed == "below detection":
        return []
    words = (
        "no slope and no interval is printed. Not significant is not the same as no difference: "
        "with so few patients even a large one can be missed."
    )
    return [("The size and the direction", words)]


def _about_level(marker: str, shown: pd.DataFrame, printed: str) -> list[tuple[str, str]]:
    if printed == "below detection":
        return []
    words = "no level of a patient or a group is printed"
    people = shown[shown["people"].eq("COVID-19") & shown["value"].gt(0)]
    if people.empty:
        return [("The level", f"{words}. The picture above has none of people with COVID-19.")]
    low, high = people["value"].min(), people["value"].max()
    spread = f"{_plain(low)} to {_plain(high)} {people['unit'].iloc[0]}"
    number = people["source"].nunique()
    if number > 1:
        words += (
            f". In {number} studies of COVID-19, medians and means of {marker} are {spread}: "
            f"{_times(high / low)} times apart, by assay and by patients."
        )
    else:
        words += (
            f". One study of COVID-19 gives medians or means of {spread}; another assay may give "
            "other levels."
        )
    return [("The level", words)]


def _plain(x: float) -> str:
    return f"{x:,.0f}" if x >= 1000 else f"{x:.4g}"


def _times(x: float) -> str:
    return f"{x:.0f}" if x >= 10 else f"{x:.1f}"


def _about_detection(marker: str, shown: pd.DataFrame, printed: str) -> list[tuple[str, str]]:
    ends = sorted(shown.loc[shown["people"].eq("assay"), "value"].unique())
    unit = shown["unit"].iloc[0] if len(shown) else ""
    spread = " to ".join(f"{end:g}" for end in ends[:: max(1, len(ends) - 1)])
    if printed == "below detection":
        others = "in other assays" if len(ends) > 1 else "in another assay"
        known = (
            f"; {others} it is {spread} {unit}" if ends else ", and the book found none elsewhere"
        )
        words = (
            f"the paper does not print the limit{known}. Below it, a rise or a fall of any size "
        )
        return [("How far below", f"{words}cannot be seen, in either group.")]
    people = shown[shown["people"].eq("COVID-19")]
    levels = people.loc[people["value"].gt(0), "value"]
    words = "not printed, nor how such values were counted."
    if people["population"].str.contains("more than half of the values below detection").any():
        words = (
            "not printed. It may be large: in another study of COVID-19 more than half of the "
            "values were below detection."
        )
    elif ends and len(levels):
        ratio = levels.min() / ends[-1]
        words = f"not printed. Other assays have limits of {spread} {unit}. " + (
            f"The lowest median or mean in COVID-19 elsewhere is {_times(ratio)} times the highest "
            "of these limits."
            if ratio > 1
            else "The lowest median or mean in COVID-19 elsewhere is below the highest of these: "
            "with such an assay, many values would be below."
        )
    return [("The share of values below detection", words)]


def invented_example(values: pd.DataFrame, left_out: pd.DataFrame) -> Html:
    """How many values the invented example has, in a sentence that says that they are invented.

    Parameters
    ----------
    values, left_out : DataFrame
        As for :func:`values_in_words`.
    """
    return Html(
        '<p class="invented-words">A program invented patients until the printed numbers came '
        "out. Many other values would give the same printed figures: these are one example, not "
        "what was measured.</p>{}"
    ).format(values_in_words(values, left_out))


def known_of_markers(
    markers: pd.DataFrame, slopes: pd.DataFrame, levels: pd.DataFrame, directions: pd.DataFrame
) -> HTML:
    """Every marker with a link to its page: what the paper gives, and what is known elsewhere.

    Parameters
    ----------
    markers, levels, directions : DataFrame
        The tables ``markers`` (the rows that the trial measured), ``marker_levels`` and
        ``marker_directions``.
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    """
    link = Html('<a href="../markers/{}.html">{}</a>')
    rows = []
    for row in markers.itertuples():
        own = slopes[slopes["marker"].eq(row.marker)]
        known = levels_in(levels, row.marker, row.unit)
        trials = directions[directions["marker"].eq(row.marker)]
        between = trials[trials["compared"].eq("between groups")]
        rows.append(
            {
                "marker": link.format(page_name(row.marker), row.marker),
                "printed": _printed_short(own, row.kind, row.printed),
                "levels": int(known["people"].ne("assay").sum()),
                "trials": _trials(between["trial"].nunique(), trials["trial"].nunique()),
            }
        )
    shown = pd.DataFrame(rows)
    shown["marker"] = pd.Series([r["marker"] for r in rows], dtype=object)
    return show_table(
        shown.assign(origin="evidence"),
        name="marker-index",
        title="The biomarkers, each with a page of its own",
        source="data/published/slopes.csv, data/evidence/markers.csv, marker_levels.csv and "
        "marker_directions.csv",
        labels={
            "printed": "What the paper gives",
            "levels": "Levels elsewhere",
            "trials": "Other MSC trials",
        },
    )


def _printed_short(own: pd.DataFrame, kind: str, printed: str) -> str:
    lines = list(own[own["slope"].notna()].itertuples())
    folds = [f"{_fold(r.slope)} times {_GROUPS[r.term]}" for r in lines]
    parts = [f"in 28 days, if on log10: {listed(folds)}"] if lines else []
    parts += [f"P {'' if r.p_relation == '<' else '= '}{_p(r)} for the difference"
              for r in own[own["term"].eq("difference")].itertuples()]  # fmt: skip
    words = _IN_WORDS.get((printed, kind), ("", "not of the panel"))[1]
    return "; ".join(parts) or f"no number; in words: {words}"


def _trials(between: int, every: int) -> str:
    return f"{every} ({between} compared groups)" if every else "none read"
