"""Figures of what is known of a biomarker: levels in other studies, and what the paper prints."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle

from ..data.units import unit_factor
from ._style import Drawing, canvas, in_two_widths, on_phone, stamp
from .palette import GREY, GRID, INK, PALE

# Who was measured: the sign and its inside, so that colour is never alone.
_PEOPLE = {
    "COVID-19": ("People with COVID-19", "s", INK),
    "other": ("Other illness, or not known to be healthy", "^", GREY),
    "healthy": ("Healthy people, or the general population", "o", "white"),
    "assay": ("What an assay can measure at least", "|", GREY),
}
# What is no level of a group of people, nor the end of what an assay sees.
_NO_LEVEL = ("coefficient of variation", "reference change value", "cut-off")
_LETTERS = 54  # of a line of the names
_LINE = 0.155  # inches that a line of the names needs

# What the paper gives of a marker: the column ``printed`` of the table ``markers``, in words.
_GIVEN = {
    "Slopes, intervals and P values": ("limits",),
    "P values alone": ("P values",),
    "Words: a difference": ("significant difference",),
    "Words: no difference, or a comparable trend": ("no significant change", "like change"),
    "Words: below the detection range": ("below detection",),
}
_INSIDES = (INK, GREY, PALE, GRID, "white")


@in_two_widths
def levels_of_marker(levels: pd.DataFrame, marker: str, unit: str) -> Drawing | None:
    """Levels of a marker in other studies: a line for each, on a logarithmic axis.

    Parameters
    ----------
    levels : DataFrame
        The table ``marker_levels``.
    marker : str
    unit : str
        In which the levels are drawn, such as pg/mL.

    Returns
    -------
    Drawing or None
        None if no level was read. The sign of a point says who was measured; the words on the
        right say what point and line are. Where a line ends at zero or below, an arrow leaves the
        axis. The data are in the units of the picture.

    Examples
    --------
    >>> import rescat
    >>> from rescat import figures
    >>> drawing = figures.levels_of_marker(rescat.load_table('marker_levels'), 'PTX3', 'ng/mL')
    >>> drawing.alt.split(', in ')[0], len(drawing.data)
    ('Levels of PTX3 in other studies', 3)
    """
    shown = levels_in(levels, marker, unit)
    if shown.empty:
        return None
    lines, heights = [], []
    for people, own in shown.groupby("people", sort=False):
        lines.append((people, None))
        heights.append(0.27)
        for row in own.itertuples():
            words = row.population.removeprefix("Assay: ").replace(" = ", "\u00a0=\u00a0")
            names = textwrap.wrap(words, 42 if on_phone() else _LETTERS)
            names += [] if people == "assay" else [f"{_assay(row)}; {_sample(row)}"]
            lines.append((names, row))
            if on_phone():  # names, number and then the line below them
                names.append(f"{row.statistic} {_numbers(row)}")
                heights.append(_LINE * len(names) + 0.3)
            else:
                heights.append(_LINE * max(2, len(names)) + 0.07)
    if on_phone():
        figure, axes = canvas(sum(heights) + 0.7)
        left = axes.twiny()  # where words have a place of their own
        right = None
    else:
        figure, (left, axes, right) = canvas(
            sum(heights) + 0.9, 1, 3, sharey=True, gridspec_kw={"width_ratios": (3.35, 2.9, 1.55)}
        )
    ends = shown[["value", "low", "high"]].to_numpy(float)
    ends = ends[ends > 0]
    low, high = (ends.min() / 1.8, ends.max() * 1.8) if ends.size else (0.1, 10)
    if (missing := 30 * low / high) > 1:  # so that the axis has a power of ten, and room
        low, high = low / missing**0.5, high * missing**0.5
    tops = -np.concatenate([[0], np.cumsum(heights)])
    for (first, row), top, bottom in zip(lines, tops, tops[1:], strict=False):
        middle = (top + bottom) / 2
        if row is None:
            words = _PEOPLE[first][0]
            left.text(0.07, bottom + 0.1, words, va="center", fontsize=8.5, weight="bold")
            _sign(left, 0.02, bottom + 0.1, first, 26)
            continue
        if right is None:
            left.text(0, top - 0.03, "\n".join(first), va="top", fontsize=8.2, linespacing=1.2)
            _draw(axes, row, bottom + 0.13, low, high)
            continue
        left.text(0.02, middle, "\n".join(first), va="center", fontsize=7.5, linespacing=1.25)
        right.text(0.02, middle, f"{_numbers(row)}\n{row.statistic}", va="center", fontsize=7.5)
        _draw(axes, row, middle, low, high)
    for panel in filter(None, (left, right)):
        panel.set_axis_off()
        panel.set_xlim(0, 1)
    axes.set(xscale="log", xlim=(low, high), ylim=(tops[-1] - 0.05, 0.1))
    axes.set_xlabel(f"{marker}, {unit} (logarithmic)", fontsize=9)
    axes.tick_params(left=False, labelleft=False, labelsize=8.5)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}")
    axes.xaxis.set_minor_formatter("")
    sns.despine(figure, left=True)
    alt = f"Levels of {marker} in other studies, in {unit}. " + " ".join(
        f"{_PEOPLE[r.people][0]}: {r.population}, {_assay(r)}, {r.statistic} {_numbers(r)}."
        for r in shown.itertuples()
    )
    note = (
        "Point and line: what the words beside them say. Assays differ: compare only lines of the "
        "same study"
    )
    title = f"Levels of {marker} in other studies"
    return Drawing(stamp(figure, shown), alt, shown, title, note, "Studies below, one a row")


def levels_in(levels: pd.DataFrame, marker: str, unit: str) -> pd.DataFrame:
    """The levels of a marker in one unit, ordered by who was measured; the ends of each line.

    Examples
    --------
    >>> import rescat
    >>> own = levels_in(rescat.load_table('marker_levels'), 'CRP', 'mg/L')
    >>> own[['people', 'value', 'low', 'high']].round(1).to_numpy().tolist()[0]
    ['COVID-19', 129.0, 41.3, 216.8]
    """
    own = levels[levels["marker"].eq(marker) & ~levels["statistic"].isin(_NO_LEVEL)].copy()
    factor = pd.Series([unit_factor(found, unit) for found in own["unit"]], own.index, float)
    own, factor = own[factor.notna()], factor.dropna()
    for column in ("value", "low", "high", "sd"):
        own[column] *= factor
    own["low"] = own["low"].fillna(own["value"] - own["sd"])
    own["high"] = own["high"].fillna(own["value"] + own["sd"])
    order = own["people"].map(list(_PEOPLE).index)
    return own.assign(unit=unit).iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _draw(axes, row, y: float, low: float, high: float) -> None:
    """One level: its line, its point, and an arrow where it leaves the axis on the left."""
    leaves = row.statistic == "below detection" or row.value == 0
    if pd.notna(row.high):
        width = 2.4 if "IQR" in row.statistic else 1.1
        axes.plot([max(row.low, low), row.high], [y, y], color=INK, lw=width, zorder=2)
        leaves |= row.low <= 0
    if row.statistic.startswith("upper"):
        axes.plot([low, row.value], [y, y], color=GREY, lw=1.1, ls=":", zorder=2)
    if leaves:
        axes.plot(low * 1.06, y, marker="<", color=INK, ms=5, clip_on=False, zorder=3)
    if pd.notna(row.value) and row.value > 0:
        _sign(axes, row.value, y, row.people, 30)


def _sign(axes, x: float, y: float, people: str, size: float) -> None:
    _, sign, inside = _PEOPLE[people]
    if sign == "|":  # has no inside
        axes.scatter(x, y, marker=sign, s=3 * size, color=INK, zorder=3)
    else:
        axes.scatter(x, y, marker=sign, s=size, color=inside, edgecolor=INK, zorder=3)


def _assay(row) -> str:
    return "assay not named" if pd.isna(row.assay) else row.assay


def _sample(row) -> str:
    return "sample not named" if row.sample == "not said" else row.sample


def _numbers(row) -> str:
    """The printed numbers of a level, in the unit of the picture."""
    if row.statistic == "below detection":
        return "no number"
    value = "" if pd.isna(row.value) else f"{row.value:,.6g}"
    if pd.notna(row.sd):
        return f"{value} ± {row.sd:,.6g}"
    if pd.isna(row.high):
        return value
    spread = f"{row.low:,.6g} to {row.high:,.6g}"
    return f"{value} ({spread})" if value else spread


@in_two_widths
def given_of_markers(markers: pd.DataFrame) -> Drawing:
    """What the paper gives of each marker: one tile for each, from numbers to nothing.

    Parameters
    ----------
    markers : DataFrame
        The rows of the table ``markers`` that the trial measured.

    Returns
    -------
    Drawing
    """
    across = 4 if on_phone() else 7
    rows = [(words, markers.loc[markers["printed"].isin(kinds), "marker"].tolist())
            for words, kinds in _GIVEN.items()]  # fmt: skip
    lines = sum(-(-len(own) // across) for _, own in rows)
    figure, axes = canvas(0.34 * (lines + 0.95 * len(rows) * on_phone()) + 0.6)
    y = 0.0
    for (words, own), inside in zip(rows, _INSIDES, strict=True):
        if on_phone():
            axes.text(0, y, f"{words}: {len(own)}", va="center", fontsize=8.5, weight="bold")
            y -= 0.95
        else:
            axes.text(-0.1, y, textwrap.fill(words, 26), va="center", ha="right", fontsize=8.5)
            axes.text(across + 0.1, y, f"{len(own)}", va="center", fontsize=10, weight="bold")
        for place, marker in enumerate(own):
            down, x = divmod(place, across)
            axes.add_patch(_tile(x, y - down, inside, dashed=inside == "white"))
            light = inside in _INSIDES[:2]
            axes.text(x + 0.5, y - down, marker, va="center", ha="center", fontsize=7.8,
                      color="white" if light else INK)  # fmt: skip
        y -= max(1, -(-len(own) // across)) + 0.12
    axes.set(xlim=(-0.05 if on_phone() else -2.9, across + 0.5 * (not on_phone())))
    axes.set_ylim(y + 0.45, 0.6)
    axes.set_axis_off()
    alt = f"What the paper gives of {len(markers)} markers. " + " ".join(
        f"{words}: {len(own)} ({', '.join(own)})." for words, own in rows
    )
    data = markers[["marker", "kind", "printed", "origin"]]
    numbered = len(rows[0][1])
    title = f"The paper prints slopes with intervals for {numbered} of {len(markers)} markers"
    note = "One tile for each marker. Full: numbers. Pale: words"
    return Drawing(stamp(figure, data), alt, data, title, note, "The paper, results and discussion")


def _tile(x: float, y: float, inside: str, *, dashed: bool):
    return Rectangle((x + 0.04, y - 0.42), 0.92, 0.84, facecolor=inside, edgecolor=GREY,
                     lw=0.9, ls="--" if dashed else "-")  # fmt: skip
