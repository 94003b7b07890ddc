"""Figures of the chapter on neuro-markers: what a straight line makes of a transient."""

from itertools import cycle

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from ..base.origin import MARKED
from ..panel.tipping import needed_slope
from ..slopes.result import SlopeFit
from ._style import (
    ARM_MARKERS,
    Drawing,
    canvas,
    forest,
    in_two_widths,
    is_public,
    key,
    lines_high,
    name_lines,
    on_phone,
    stamp,
    who,
    wrapped,
)
from ._svg import say_marks
from .palette import ACCENT, ARM_COLOURS, GREY, INK, LIMIT, LINE_COLOURS


@in_two_widths
def ratios_between_lines(ratios: pd.DataFrame, marker: str) -> Drawing:
    """How far apart two printed lines are on each day, if they start together.

    Parameters
    ----------
    ratios : DataFrame
        From :func:`rescat.implied_ratios`, rows of lines that are together on day 0.
    marker : str
        The marker, for the alternative text.
    """
    figure, axes = canvas(3.2)
    colours = {"log10": INK, "ln": ACCENT}
    for scale, own in ratios.groupby("scale", sort=False):
        axes.fill_between(
            own["day"], own["ratio_low"], own["ratio_high"], color=colours[scale], alpha=0.15, lw=0
        )
        axes.plot(own["day"], own["ratio"], color=colours[scale], lw=2, label=f"{scale} values")
    axes.axhline(1, color=GREY, lw=1, ls="--")
    axes.set(xlabel="Day", ylabel="Controls over MSC (ratio)", yscale="log")
    axes.yaxis.set_major_locator(FixedLocator([1, 2, 5, 10, 20]))
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.legend(frameon=False, loc="upper left")
    sns.despine(figure)
    note = (
        "If both lines start together. Shaded: 95 % confidence interval, from the printed ones. "
        "Dashed: no difference"
    )
    told = ratios[ratios["day"].isin((14, 28))]
    told = told.sort_values("scale", key=lambda s: pd.factorize(s)[0], kind="stable")
    alt = (
        f"The ratio of {marker} in controls over MSC by day, if both start together. "
    ) + " ".join(
        f"{r.scale}, day {r.day:g}: {r.ratio:.1f} times ({r.ratio_low:.1f} to {r.ratio_high:.1f})."
        for r in told.itertuples()
    )
    title = f"How far apart two lines of {marker} are"
    last = told[told["day"].eq(28) & told["scale"].eq("log10")]
    if is_public(ratios) and len(last):
        r = last.iloc[0]
        title = (
            f"By the printed slopes {marker} of controls is {r['ratio']:.1f} times that of MSC on "
            f"day 28, on a log10 scale"
        )
    return Drawing(stamp(figure, ratios), alt, ratios, title, note, "Slopes as printed")


@in_two_widths
def lines_over_a_transient(lines: pd.DataFrame, means: pd.DataFrame) -> Drawing:
    """The same two curves, and the straight lines that different samplings make of them.

    Parameters
    ----------
    lines : DataFrame
        ``design``, ``group`` (control, treated), ``slope``, ``intercept``, ``origin``.
    means : DataFrame
        ``group``, ``day``, ``value``: the true means.
    """
    designs = list(lines["design"].unique())
    figure, panels = canvas(2.9, ncols=len(designs), sharey=True, squeeze=False)
    days = np.array([means["day"].min(), means["day"].max()])
    for axes, design in zip(panels.flat, designs, strict=True):
        for group, colour in LINE_COLOURS.items():
            own = means[means["group"].eq(group)]
            axes.plot(own["day"], own["value"], color=colour, lw=1.2, ls=":")
            line = lines[lines["design"].eq(design) & lines["group"].eq(group)].iloc[0]
            axes.plot(days, line["intercept"] + line["slope"] * days, color=colour, lw=2.4)
        axes.set(xlabel="Day", ylabel="Change, log units")
        axes.set_title(wrapped(design, 34, 44), fontsize=9)
    sns.despine(figure)
    note = (
        "The same invented courses, sampled in different ways. Dotted: the true means. Thick: the "
        "lines that are fitted. Orange: MSC. In the colour of the text: controls"
    )
    slopes = ", ".join(
        f"{r.slope:+.3f} per day with {r.design}"
        for r in lines[lines["group"].eq("control")].itertuples()
    )
    alt = (
        f"{len(designs)} panels with the same curves: controls rise by one unit to day 14 and are "
        f"back on day 28, treated stay at zero. The fitted control line has a slope of {slopes}."
    )
    slopes_of = lines.loc[lines["group"].eq("control"), "slope"]
    title = (
        "A rise that ends leaves another fitted slope in each design"
        if slopes_of.round(3).nunique() == len(slopes_of) > 1
        else "What a fitted line makes of a rise that ends"
    )
    return Drawing(stamp(figure, lines), alt, lines, title, note, "Computed")


@in_two_widths
def two_twins(twins: dict[str, tuple[pd.DataFrame, SlopeFit]], marker: str) -> Drawing:
    """One marker of two invented trials with the same printed figures: samples, means, lines.

    Parameters
    ----------
    twins : dict
        How the twin was made, such as ``straight lines``, to its samples of the marker on the
        scale of the model, and the fit of them.
    marker : str
        The marker, for the alternative text.
    """
    figure, panels = canvas(3.5, ncols=2, sharey=True)
    told = []
    for axes, (made_with, (own, fit)) in zip(panels, twins.items(), strict=True):
        for (_, arm), patient in own.groupby(["patient_id", "arm"], sort=False):
            [drawn] = axes.plot(
                patient["day"], patient["value"], color=ARM_COLOURS[arm], lw=0.6, alpha=0.45,
                marker=None if on_phone() else ARM_MARKERS[arm], ms=2.6, mew=0,
            )  # fmt: skip
            say_marks(drawn, samples_in_words(patient, marker))
        lines = fit.lines
        days = np.array([0.0, own["day"].max()])
        for group, colour in LINE_COLOURS.items():
            mean = own[own["treated"].eq(group == "treated")].groupby("day")["value"].mean()
            axes.plot(mean.index, mean, color=colour, lw=1.6, ls=":", marker="_", ms=12)
            axes.plot(
                days, lines.loc[group, "intercept"] + lines.loc[group, "slope"] * days,
                color=colour, lw=2.6,
            )  # fmt: skip
        axes.set(xlabel="Day", ylabel="log10 of pg/mL", title=f"Made with {made_with}")
        means = own.groupby(["day", "treated"])["value"].mean().unstack()
        told += [
            f"Invented with {made_with}, day {day}: the mean of the controls is "
            f"{10 ** (means.loc[day, False] - means.loc[day, True]):.1f} times that of MSC."
            for day in (14, 28)
        ]
    for arm, colour in ARM_COLOURS.items():
        panels[0].plot([], [], color=colour, marker=ARM_MARKERS[arm], ms=4, label=arm)
    panels[0].plot([], [], color=LINE_COLOURS["control"], lw=2.6, label="all controls")
    key(figure, ncols=4)
    sns.despine(figure)
    note = (
        f"{marker} in two sets of invented patients. Thick: fitted lines. Dotted: means of each "
        "day. In the colour of the text: all controls together"
    )
    data = pd.concat([own.assign(twin=name) for name, (own, _) in twins.items()])
    alt = f"Two panels of {marker} in invented patients whose fits give the same printed figures. "
    return Drawing(
        stamp(figure, data), alt + " ".join(told), data.drop(columns="treated"),
        "Two different courses can give the same printed numbers", note,
        "Made by us, so that both agree with the printed numbers",
    )  # fmt: skip


def samples_in_words(patient: pd.DataFrame, marker: str) -> list[str]:
    """Whose line it is, and its samples, for the words of the line."""
    samples = ", ".join(f"{row.value:.2f} (day {row.day:g})" for row in patient.itertuples())
    return [f"{who(patient.iloc[0])}: {marker} {samples}"]


@in_two_widths
def slopes_by_arm(rows: pd.DataFrame, reference: float, marker: str) -> Drawing:
    """Printed slopes and those of invented arms with intervals, beside a rate from another study.

    Parameters
    ----------
    rows : DataFrame
        ``arm``, ``label``, ``slope``, ``ci_low``, ``ci_high``, ``p_value``, and the ``origin`` of
        each row.
    reference : float
        Slope per day of another study, for a dashed line.
    marker : str
        The marker, for the alternative text.
    """
    figure, axes = canvas(lines_high(len(rows), 0.4) + 1.5)
    axes.axvline(reference, color=LIMIT, lw=1.2, ls="--")
    colours, markers = (rows["arm"].map(of) for of in (ARM_COLOURS, ARM_MARKERS))
    invented = rows["origin"].isin(MARKED)
    colours = list(colours.fillna(INK))
    faces = ["white" if made else c for made, c in zip(invented, colours, strict=True)]
    forest(axes, rows, colours=colours, faces=faces, markers=list(markers.fillna("o")))
    axes.axvline(0, color=GREY, lw=0.8)
    said = rows["label"] + np.where(invented, " (" + rows["origin"] + ")", "")
    name_lines(axes, -np.arange(len(rows)), said)
    axes.set(xlabel="Slope per day, log10", ylabel="")
    sns.despine(figure, left=True)
    note = (
        "With 95 % confidence intervals. Filled: published. Open: invented. Dashed: ventilated "
        "patients of another study"
    )
    slopes = "; ".join(
        f"{label} {r.slope:+.3f} ({r.ci_low:+.3f} to {r.ci_high:+.3f})"
        for label, r in zip(said, rows.itertuples(), strict=True)
    )
    alt = (
        f"Slopes of {marker} with 95 % confidence intervals: {slopes}. In ventilated patients of "
        f"another study it rose by {reference:.3f} per day."
    )
    data = rows[["label", "slope", "ci_low", "ci_high", "p_value", "origin"]]
    title = f"Slopes of {marker}, as printed and in each arm of a twin"
    return Drawing(stamp(figure, rows), alt, data, title, note, "Slopes as printed; the twin")


@in_two_widths
def tipping_curve(points: pd.DataFrame, references: dict[str, float], marker: str) -> Drawing:
    """How fast the matched controls must rise, against their weight, and a rate from elsewhere.

    Parameters
    ----------
    points : DataFrame
        From :func:`rescat.tipping_points`. Designs without any weight are not drawn.
    references : dict of str to float
        Words to a slope per day of another study, each for a dashed line.
    marker : str
        The marker, for the alternative text.
    """
    own = points.dropna(subset="needed").query("weight > 0.1")
    spans = own.groupby("design", sort=False)["weight"].agg(["min", "max"])
    together = {}  # designs whose weights look alike in the figure share a number
    # Rounded, so that weights which are equal but for the last bits have one order everywhere.
    for name, span in spans.round(9).sort_values(["max", "min"], ascending=False).iterrows():
        together.setdefault(tuple(span.round(2)), []).append(name)
    figure, (axes, keys) = canvas(
        3.5 + (0.19 if on_phone() else 0.17) * len(spans), nrows=2,
        height_ratios=[3.2, (0.19 if on_phone() else 0.17) * len(spans)],
    )  # fmt: skip
    first, start = own.iloc[0], max(spans["min"].min() * 0.9, 0.1)

    def curve(column, weight):
        """What is needed with these weights, for the printed slope or an end of its interval."""
        printed = first[column] * first["weight"] + (1 - first["weight"]) * first["others"]
        return needed_slope(printed, first["others"], weight)

    for column, width in (("needed", 2), ("needed_low", 0.9), ("needed_high", 0.9)):
        weight = np.linspace(start, 1, 60)
        axes.plot(weight, curve(column, weight), color=INK, lw=width, ls="-" if width == 2 else ":")
    styles = cycle(("--", "-."))
    for words, rate in references.items():
        style = next(styles)
        axes.axhline(rate, color=LIMIT, lw=1.4, ls=style, label=words)
    key(figure, ncols=2, narrow=1)
    lines, colour = [], ARM_COLOURS["mCTRL"]
    for number, names in enumerate(together.values(), start=1):
        at = own[own["design"].isin(names)]
        weight = np.linspace(at["weight"].min(), at["weight"].max(), 12)
        thick = {"lw": 6, "color": colour, "alpha": 0.35, "solid_capstyle": "round"}
        axes.plot(weight, curve("needed", weight), **thick)
        place = at["weight"].median(), at["needed"].median()
        axes.scatter(*place, s=170, color="white", edgecolor=colour, zorder=4)
        axes.text(*place, str(number), ha="center", va="center", fontsize=8, zorder=5)
        lines += [wrapped(f"{number}  {name}", narrow=44) for name in names]
    axes.set(
        xlabel="Weight of mCTRL in the controls' slope", ylabel="Slope of mCTRL per day",
        ylim=(0, min(0.16, 1.05 * own["needed_high"].max())), xlim=(start, 1.01),
    )  # fmt: skip
    keys.set_axis_off()
    keys.text(0, 1, "\n".join(lines), va="top", fontsize=8.2, transform=keys.transAxes)
    sns.despine(figure)
    note = (
        "The slope that matched controls need, by their weight, if MSC had no effect. Line: "
        "for the "
        "printed slope. Dotted: for the ends of its 95 % confidence interval. Numbers: samplings "
        "that we assumed"
    )
    alt = (
        f"The slope that matched controls need, if all controls together are to have the printed "
        f"slope of {marker} without an effect of MSC, falls with their weight. "
        + " ".join(f"{words[:1].upper()}{words[1:]}: {r:.3f}." for words, r in references.items())
        + " "
    ) + " ".join(
        f"{name}: weight {a['weight'].min():.2f} to {a['weight'].max():.2f}, needed "
        f"{a['needed'].min():.3f} to {a['needed'].max():.3f}."
        for name, a in own.groupby("design", sort=False)
    )
    title = f"How fast {marker} of matched controls must rise, if MSC had no effect"
    if is_public(points) and references:
        slower = own.groupby("design")["needed"].max().le(min(references.values()))
        title = (
            f"In {int(slower.sum())} of {len(slower)} assumed samplings a rise as fast as that "
            "seen elsewhere would be enough"
        )
    return Drawing(
        stamp(figure, points), alt, points, title, note, "Slopes as printed; other studies"
    )
