"""Figures of the chapters on biomarkers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from ..base.origin import origin_of
from ..base.words import listed
from ..panel.fits import PanelFit, one_marker
from ..slopes.detection_limit import above_limit
from ..slopes.fold import fold_in_words
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
    short,
    stamp,
    who,
    wrapped,
)
from ._svg import say_marks
from .neuro import samples_in_words
from .palette import ARM_COLOURS, GREY, INK, LIMIT, LINE_COLOURS, PALE
from .words import (
    differences_in_words,
    lines_in_words,
    one_out_in_words,
    ranges_in_words,
    slopes_in_words,
)

# Ratios of the second axis.
_FOLDS = (0.05, 0.1, 0.2, 0.5, 1)
# Columns of the table ``ensemble``, in words.
TWIN_TESTS = {
    "satterthwaite": "Satterthwaite t",
    "by_group": "variances by group",
    "permutation_t": "permutation of t",
    "permutation_welch": "permutation of Welch's t",
    "bootstrap_t": "studentised bootstrap",
}
TWIN_CHOICES = {
    "satterthwaite": "all patients, days",
    "lowest": "lowest, without one patient",
    "highest": "highest, without one patient",
    "without_il6_blocker": "without IL-6 blocker",
    "without_other_source": "without the rarer cells",
    "matched_only": "MSC v mCTRL only",
    "randomised_only": "MSC v CTRL only",
    "randomised_only_exact": "MSC v CTRL only, exact",
    "control_arms": "CTRL v mCTRL",
    "control_arms_exact": "CTRL v mCTRL, by permutation",
    "visits": "time as visits",
    "spline": "time as a spline",
}


@in_two_widths
def slopes_of_groups(panel: pd.DataFrame, kind: str = "marker") -> Drawing:
    """Slopes of both groups with their intervals, for every marker: the paper's Figure 2A.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
    kind : str
        What the rows are, in one word or two, for the alternative text.
    """
    order = list(panel["marker"].unique())
    figure, axes = canvas(lines_high(len(order), 0.34) + 1.3)
    for aside, (term, colour) in zip((0.13, -0.13), LINE_COLOURS.items(), strict=True):
        own = panel[panel["term"].eq(term)].set_index("marker").loc[order]
        places = aside - np.arange(len(order))
        axes.hlines(places, own["ci_low"], own["ci_high"], color=colour, lw=1.6)
        drawn = axes.scatter(
            own["slope"], places, s=30, color=colour, marker="o" if term == "treated" else "D",
            zorder=3, label="MSC" if term == "treated" else "all controls",
        )  # fmt: skip
        say_marks(drawn, [
            f"{r.Index}, {term}: {r.slope:+.3f} ({r.ci_low:+.3f} to {r.ci_high:+.3f})"
            for r in own.itertuples()
        ])  # fmt: skip
    axes.axvline(0, color=GREY, lw=0.8)
    name_lines(axes, -np.arange(len(order)), map(short, order))
    axes.set(xlabel="Slope per day", ylabel="")
    key(figure, ncols=2)
    sns.despine(figure, left=True)
    singular = panel.loc[panel["singular"], "marker"].map(short).unique()
    note = f"With 95 % confidence intervals. Singular fits: {', '.join(singular) or 'none'}"
    alt = (
        f"Slopes of all controls and of MSC patients for each {kind}, with intervals. "
        f"{slopes_in_words(panel)}"
    )
    return Drawing(
        stamp(figure, panel), alt, panel, f"Slopes of both groups, for each {kind}", note,
        "Fits of each marker",
    )  # fmt: skip


@in_two_widths
def trajectories_of_markers(panel: PanelFit, ylabel: str) -> Drawing:
    """Every patient's samples with the lines of both groups, one panel for each marker.

    Parameters
    ----------
    panel : PanelFit
        Of the markers to draw, in their order: :meth:`rescat.PanelFit.only`.
    ylabel : str
        What the values are, with their scale.
    """
    samples, markers = panel.samples, panel.markers
    columns = min(2, len(markers))
    rows = -(-len(markers) // columns)
    height = 2.5 * rows + 0.6 if columns == 2 else 3.6
    figure, panels = canvas(height, nrows=rows, ncols=columns, sharex=True, squeeze=False)
    for place, (axes, marker) in enumerate(zip(panels.flat, markers, strict=False)):
        own = one_marker(samples, marker)
        for (_, arm), patient in own.groupby(["patient_id", "arm"], sort=False):
            [drawn] = axes.plot(
                patient["day"], patient["value"], color=ARM_COLOURS[arm], lw=0.7, alpha=0.55,
                marker=None if on_phone() and len(markers) > 1 else ARM_MARKERS[arm], ms=2.8, mew=0,
            )  # fmt: skip
            say_marks(drawn, samples_in_words(patient, marker))
        _mark_above(axes, own, 7)
        _group_lines(axes, own, panel[marker], width=2.6)
        last = place + (1 if on_phone() else columns) >= len(markers)
        axes.set(title=short(marker, 40), xlabel="Day" * last, ylabel=short(ylabel, 40))
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    for arm, colour in ARM_COLOURS.items():
        panels.flat[0].plot([], [], color=colour, marker=ARM_MARKERS[arm], ms=4, label=arm)
    panels.flat[0].plot([], [], color=LINE_COLOURS["control"], lw=2.6, label="all controls")
    key(figure, ncols=4)
    sns.despine(figure)
    note = (
        "Thin: each patient. Thick: fitted lines. In the colour of the text: all controls (CTRL "
        "and mCTRL) together"
    ) + _above_in_words(samples)
    alt = (
        f"Panels for {', '.join(markers)}: thin lines for each patient, and thick lines for MSC "
        f"and for all controls. {lines_in_words(panel.fits)}"
    )
    title = f"Every patient's course of {listed(list(markers))}"
    return Drawing(stamp(figure, samples), alt, samples, title, note, "Samples and their fits")


@in_two_widths
def small_multiples(panel: PanelFit, kind: str = "marker") -> Drawing:
    """Every marker in a small panel of its own: patients thin, groups thick.

    Parameters
    ----------
    panel : PanelFit
        Of the markers to draw, in their order.
    kind : str
        What they are, in one word or two.
    """
    samples, markers = panel.samples, panel.markers
    columns = min(4, len(markers))
    rows = -(-len(markers) // columns)
    figure, panels = canvas(
        1.35 * rows + 0.7, nrows=rows, ncols=columns, sharex=True, squeeze=False
    )
    for axes, marker in zip(panels.flat, markers, strict=False):
        own = one_marker(samples, marker)
        for (_, arm), patient in own.groupby(["patient_id", "arm"], sort=False):
            [drawn] = axes.plot(
                patient["day"], patient["value"], color=ARM_COLOURS[arm], lw=0.5, alpha=0.5
            )
            say_marks(drawn, [f"{who(patient.iloc[0])}: {marker}"])
        _mark_above(axes, own, 4)
        _group_lines(axes, own, panel[marker], width=2)
        axes.set(xlabel="", ylabel="")
        axes.set_title(short(marker, 24), fontsize=9, pad=2)
        axes.tick_params(labelsize=7, pad=0)
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    sns.despine(figure)
    note = (
        "Thin: each patient. Thick: fitted lines, MSC in orange. Across: "
        "days; up: logarithm of the concentration"
    ) + _above_in_words(samples)
    alt = (
        f"Small panels, one for each {kind}, with a thin line for each patient and thick lines "
        f"for MSC and controls: {', '.join(markers)}."
    )
    title = f"Every {kind}, with each patient"
    return Drawing(stamp(figure, samples), alt, panel.table, title, note, "Samples and their fits")


def _mark_above(axes, own: pd.DataFrame, size: float) -> None:
    """An open triangle on each value that is above the range of the test, at its limit."""
    for arm, values in own[above_limit(own)].dropna(subset="value").groupby("arm", sort=False):
        [drawn] = axes.plot(
            values["day"], values["value"], ls="none", marker="^", ms=size, mfc="none",
            mec=ARM_COLOURS[arm], mew=1.2,
        )  # fmt: skip
        say_marks(
            drawn, [f"{who(row)}: above the range, day {row.day:g}" for row in values.itertuples()]
        )


def _above_in_words(samples: pd.DataFrame) -> str:
    n = int(above_limit(samples).sum())
    return f". Open triangles: above the range of the test ({n}), drawn at its limit" if n else ""


def _group_lines(axes, own: pd.DataFrame, fit: SlopeFit, width: float) -> None:
    """The fitted lines of both groups."""
    lines = fit.lines
    days = np.array([own["day"].min(), own["day"].max()], float)
    for group, colour in LINE_COLOURS.items():
        mean = lines.loc[group, "intercept"] + lines.loc[group, "slope"] * days
        axes.plot(days, mean, color=colour, lw=width)


@in_two_widths
def difference_forest(panel: pd.DataFrame) -> Drawing:
    """The difference of the slopes with its confidence interval, for every marker.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
    """
    own = panel[panel["term"].eq("difference")].reset_index(drop=True)
    figure, axes = canvas(lines_high(len(own), 0.3) + 1.2)
    forest(axes, own, faces=["white" if singular else INK for singular in own["singular"]])
    axes.axvline(0, color=GREY, lw=0.8)
    name_lines(axes, -np.arange(len(own)), own["marker"].map(short))
    axes.set(xlabel="Difference of the slopes per day", ylabel="")
    sns.despine(figure, left=True)
    alt = (
        "Forest plot of the difference of slopes, MSC minus controls. "
        f"{differences_in_words(panel)}"
    )
    note = (
        "MSC minus controls, with 95 % confidence intervals (Satterthwaite). Open points: singular "
        "fits"
    )
    return Drawing(
        stamp(figure, panel), alt, panel[panel["term"].eq("difference")],
        "The difference of the slopes of each marker", note, "Fits of each marker",
    )  # fmt: skip


@in_two_widths
def printed_differences_forest(differences: pd.DataFrame, silent: Sequence[str] = ()) -> Drawing:
    """Differences of printed slopes, with the intervals that the paper does not print.

    Parameters
    ----------
    differences : DataFrame
        From :func:`rescat.printed_differences`.
    silent : sequence of str
        Markers with a printed P value and no printed slopes, for the note.
    """
    figure, axes = canvas(lines_high(len(differences), 0.4) + 1.8)
    forest(axes, differences)
    for place, row in enumerate(differences.itertuples()):
        for ends in ((row.low_least, row.low_most), (row.high_least, row.high_most)):
            axes.plot(ends, [-place, -place], color=INK, lw=6, alpha=0.35, solid_capstyle="butt")
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set(xlabel="Difference of the slopes per day", ylabel="")
    axes.set_ylim(0.6 - len(differences), 0.6)
    name_lines(axes, -np.arange(len(differences)), differences["marker"].map(short))
    # What a reader can feel: the ratio of MSC to controls after four weeks, on the usual scale.
    folds = axes.secondary_xaxis("top")
    places = [np.log10(fold) / 28 for fold in _FOLDS]
    folds.set_xticks(places, [f"{fold:g}" for fold in _FOLDS], fontsize=8.5)
    folds.set_xlabel(wrapped("Ratio of MSC to controls after 28 days", narrow=40))
    sns.despine(figure, left=True, top=False)
    axes.spines["top"].set_visible(False)
    note = (
        "MSC minus controls, with 95 % confidence intervals from those printed. Thick ends: "
        "rounding. Upper axis: if both start alike and values are log10. P as printed"
    )
    if len(silent):
        note += f". Not drawn, as the paper prints no slopes of them: {listed(list(silent))}"
    alt = (
        "Forest plot of differences of printed slopes, with intervals from the printed ones. "
    ) + " ".join(
        f"{r.marker}: {r.slope:+.4f} ({r.ci_low:+.4f} to {r.ci_high:+.4f}), printed P "
        f"{r.p_value:.3f}; in 28 days, if log10, {fold_in_words(r._asdict())}."
        for r in differences.itertuples()
    )
    title = "The printed slopes, as differences"
    if is_public(differences):
        # Whatever the digits that rounding took away.
        excluding = differences[differences["low_least"].gt(0) | differences["high_most"].lt(0)]
        title = (
            f"Only the interval{'s' * (len(excluding) > 1)} of {listed(list(excluding['marker']))} "
            f"leave{'s' * (len(excluding) == 1)} out the possibility of no difference"
            if 0 < len(excluding) < len(differences)
            else "No interval leaves out the possibility of no difference"
            if excluding.empty
            else "Each interval leaves out the possibility of no difference"
        )
    return Drawing(stamp(figure, differences), alt, differences, title, note, "Slopes as printed")


@in_two_widths
def p_ranges(ranges: pd.DataFrame) -> Drawing:
    """The P values of a difference that printed intervals allow, with the printed one.

    Parameters
    ----------
    ranges : DataFrame
        From :func:`rescat.allowed_differences`, with a column ``limits``: how the interval lies
        about the slope.
    """
    markers = ranges["marker"].unique()
    lines = ranges.groupby("marker").size().max()
    figure, panels = canvas(
        1.3 + 0.2 * lines, ncols=len(markers), sharex=True, sharey=True, squeeze=False
    )
    for axes, marker in zip(panels.flat, markers, strict=True):
        own = ranges[ranges["marker"].eq(marker)].reset_index(drop=True)
        axes.hlines(-own.index, own["low"], own["high"], color=GREY, lw=6)
        axes.axvline(own["printed"].iloc[0], color=INK, lw=1.4, ls="--")
        words = own["df"].astype(str).replace("normal", "z")
        words = words.where(words.eq("z"), "t, df " + words) + ", " + own["limits"]
        axes.set_yticks(-own.index, words)
        axes.set(xlabel="P of the difference", ylabel="", title=marker, xscale="log")
        axes.xaxis.set_major_locator(FixedLocator([0.01, 0.02, 0.05, 0.1, 0.2]))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_formatter(NullFormatter())
    sns.despine(figure, left=True)
    told = " ".join(
        f"{r.marker}, df {r.df}, interval {r.limits}: {r.low:.3f} to {r.high:.3f} (printed "
        f"{r.printed:.3f})."
        for r in ranges.itertuples()
    )
    alt = f"The P values that the printed slopes and intervals allow. {told}"
    even = ranges[ranges["limits"].eq("even")]
    inside = even["low"].le(even["printed"] + 0.0005) & even["high"].ge(even["printed"] - 0.0005)
    never = inside.groupby(even["marker"]).any().loc[lambda some: ~some].index
    title = "The P values that the printed slopes and intervals allow"
    if is_public(ranges) and len(never):
        title = f"Intervals that are even do not allow the printed P of {listed(list(never))}"
    note = "Bars: the P values that rounding allows. Dashed: P as printed"
    return Drawing(stamp(figure, ranges), alt, ranges, title, note, "Slopes as printed")


@in_two_widths
def leave_one_out_forest(without: pd.DataFrame, fit: SlopeFit, marker: str) -> Drawing:
    """The difference of the slopes without each patient, beside that of all.

    Parameters
    ----------
    without : DataFrame
        From :func:`rescat.leave_one_out`.
    fit : SlopeFit
        Of all patients.
    marker : str
        The marker, for the alternative text.
    """
    whole = fit.table.loc["difference"]
    figure, axes = canvas(lines_high(len(without), 0.27) + 1.3)
    colours, markers = (without["arm"].map(of) for of in (ARM_COLOURS, ARM_MARKERS))
    forest(axes, without, colours=list(colours), markers=list(markers))
    axes.axvspan(whole["ci_low"], whole["ci_high"], color=PALE, alpha=0.35, lw=0)
    axes.axvline(whole["slope"], color=INK, lw=1)
    axes.axvline(0, color=GREY, lw=0.8, ls=":")
    labels = "without " + without["left_out"].map(short) + " (" + without["arm"] + ")"
    name_lines(axes, -np.arange(len(without)), labels, fontsize=8.5)
    axes.set(xlabel="Difference of the slopes per day", ylabel="")
    sns.despine(figure, left=True)
    note = "MSC minus controls, without each patient in turn. Band and line: all patients"
    if not is_public(without) and origin_of(without) == "synthetic":
        note += ". Not evidence about any real patient"
    alt = (
        f"Forest plot of the {marker} difference without each patient in turn. "
        f"{one_out_in_words(without, whole)}"
    )
    title = f"What one patient makes of the difference of {marker}"
    return Drawing(stamp(figure, without), alt, without, title, note, "Fits without each patient")


@in_two_widths
def ranges_over_twins(ensemble: pd.DataFrame, names: dict[str, str], what: str) -> Drawing:
    """How P values vary between invented trials that agree with the same figures.

    Parameters
    ----------
    ensemble : DataFrame
        The table ``ensemble``.
    names : dict
        Column to its name in words; also the order.
    what : str
        What the P values are of, for the alternative text.
    """
    markers = list(ensemble["marker"].unique())
    figure, panels = canvas(
        lines_high(len(names), 0.26) + 1.3, ncols=len(markers), sharey=not on_phone()
    )
    for axes, marker in zip(np.atleast_1d(panels), markers, strict=True):
        own = ensemble[ensemble["marker"].eq(marker)]
        low, middle, high = own[list(names)].quantile([0.05, 0.5, 0.95]).to_numpy()
        places = -np.arange(len(names))
        axes.hlines(places, own[list(names)].min(), own[list(names)].max(), color=GREY, lw=0.8)
        axes.hlines(places, low, high, color=INK, lw=4, alpha=0.45)
        axes.plot(middle, places, "|", color=INK, ms=11, mew=2.4)
        axes.axvline(0.05, color=LIMIT, lw=1, ls="--")
        ticks = [
            tick for tick in (0.001, 0.01, 0.05, 0.2, 1) if tick > own[list(names)].min().min() / 2
        ]
        axes.set(xscale="log", xlabel="P", ylabel="", title=marker)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        name_lines(axes, places, names.values(), fontsize=9)
    sns.despine(figure, left=True)
    number = ensemble["twin"].nunique()
    note = (
        f"P values in {number} invented trials, made in ways we chose, that all agree with the "
        "printed numbers. Upright: median. Thick: from 5 % to 95 %. Thin: all. Dashed: 0.05"
    )
    alt = (
        f"Ranges over {number} invented trials: P values {what}. Medians, in brackets "
        f"the quantiles of 5 % and 95 %. {ranges_in_words(ensemble, names)}"
    )
    title = "P values in twins that agree with the same printed numbers"
    return Drawing(stamp(figure, ensemble), alt, ensemble, title, note, "The twins")


@in_two_widths
def widths_by_design(fits: pd.DataFrame) -> Drawing:
    """How wide the controls' interval would be under assumed samplings, and how wide it is printed.

    Parameters
    ----------
    fits : DataFrame
        From :func:`rescat.design_fits`, for one ratio of the residual SDs.
    """
    markers, designs = list(fits["marker"].unique()), list(fits["design"].unique())
    figure, panels = canvas(
        lines_high(len(designs), 0.3) + 1.5,
        ncols=len(markers),
        sharey=not on_phone(),
        squeeze=False,
    )
    shades = {sd: shape for sd, shape in zip(sorted(fits["sd_slope"].unique()), "o^s", strict=True)}
    for axes, marker in zip(panels.flat, markers, strict=True):
        own = fits[fits["marker"].eq(marker)]
        axes.axvspan(
            own["ratio_low"].iloc[0], own["ratio_high"].iloc[0], color=PALE, alpha=0.5, lw=0
        )
        for row in own.itertuples():
            axes.scatter(
                row.expected, -designs.index(row.design), marker=shades[row.sd_slope], s=26,
                color=INK if row.fits else "white", edgecolor=INK, zorder=3,
            )  # fmt: skip
        axes.set(title=marker, xscale="log", xlabel="SE ratio", ylabel="", xlim=(0.3, 4))
        axes.set_xticks([0.5, 1, 2, 3], ["0.5", "1", "2", "3"])
        axes.minorticks_off()
        name_lines(axes, -np.arange(len(designs)), designs, fontsize=8.5)
    for sd, shape in shades.items():
        label = f"slopes vary by {sd:g} residual SD per day"
        panels.flat[0].scatter(
            [], [], marker=shape, s=26, color="white", edgecolor=INK, label=label
        )
    key(figure, ncols=1)
    sns.despine(figure, left=True)
    note = (
        "Standard error of the controls divided by that of MSC. Band: as printed, rounded once. "
        "Points: samplings that we assumed; filled ones lie in the band"
    )
    agreeing = fits[fits["fits"]].groupby("marker")["design"].unique()
    alt = (
        f"Panels for {listed(markers)}: the standard error of the controls divided by that "
        f"of MSC under {len(designs)} assumed samplings, and the band that is printed. "
    ) + " ".join(f"Inside the band of {m}: {', '.join(d)}." for m, d in agreeing.items())
    title = "Which samplings fit the printed intervals"
    if is_public(fits):
        fitting = [set(designs) for designs in agreeing]
        everywhere = set.intersection(*fitting) if len(fitting) == len(markers) else set()
        title = (
            f"{len(everywhere)} of {len(designs)} assumed samplings fit the intervals of each "
            "marker"
            if everywhere
            else f"None of {len(designs)} assumed samplings fits the intervals of each marker"
        )
    return Drawing(stamp(figure, fits), alt, fits, title, note, "Intervals as printed")
