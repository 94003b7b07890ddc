"""Figures of the chapters on biomarkers."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from ..base.words import listed
from ..panel.fits import PanelFit, one_marker
from ..slopes.fold import fold_in_words
from ..slopes.result import SlopeFit
from ._style import (
    ARM_COLOURS,
    ARM_MARKERS,
    GREY,
    INK,
    LINE_COLOURS,
    Drawing,
    canvas,
    forest,
    short,
    stamp,
)
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


def slope_heat_map(panel: pd.DataFrame, kind: str = "marker") -> Drawing:
    """Slopes of both groups as colours, with intervals as numbers: the paper's Figure 2A.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
    kind : str
        What the rows are, in one word or two, for the alternative text.
    """
    own = panel[panel["term"].ne("difference")]
    wide = own.pivot(index="marker", columns="term", values="slope")
    order = panel["marker"].unique()
    wide = wide.loc[order, ["control", "treated"]]
    words = own.assign(
        text=[f"{r.slope:+.3f}\n[{r.ci_low:.3f}, {r.ci_high:.3f}]" for r in own.itertuples()]
    ).pivot(index="marker", columns="term", values="text")
    words = words.loc[order, ["control", "treated"]]
    figure, axes = canvas(0.46 * len(order) + 1.4)
    reach = np.abs(wide.to_numpy()).max()
    sns.heatmap(
        wide.rename(index=short), annot=words, fmt="", cmap="PRGn_r", center=0, vmin=-reach,
        vmax=reach, linewidths=1, annot_kws={"fontsize": 7.5},
        cbar_kws={"label": "Slope per day"}, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.tick_params(rotation=0)
    singular = panel.loc[panel["singular"], "marker"].map(short).unique()
    note = f"In brackets 95 % confidence intervals. Singular fits: {', '.join(singular) or 'none'}"
    alt = (
        f"Heat map of the slopes of controls and MSC patients for each {kind}, green for a fall "
        f"and purple for a rise. {slopes_in_words(panel)}"
    )
    return Drawing(stamp(figure, panel, source=note), alt, panel)


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
    for axes, marker in zip(panels.flat, markers, strict=False):
        own = one_marker(samples, marker)
        for (_, arm), patient in own.groupby(["patient_id", "arm"], sort=False):
            axes.plot(
                patient["day"], patient["value"], color=ARM_COLOURS[arm], lw=0.7, alpha=0.55,
                marker=ARM_MARKERS[arm], ms=2.5,
            )  # fmt: skip
        _group_lines(axes, own, panel[marker], width=2.6)
        axes.set(title=short(marker, 40), xlabel="Day", ylabel=short(ylabel, 40))
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    for arm, colour in ARM_COLOURS.items():
        panels.flat[0].plot([], [], color=colour, marker=ARM_MARKERS[arm], ms=4, label=arm)
    panels.flat[0].plot([], [], color=LINE_COLOURS["control"], lw=2.6, label="all controls")
    figure.legend(loc="outside upper center", fontsize=8, frameon=False, ncols=4)
    sns.despine(figure)
    note = "Thick: fitted lines. Dark: all controls (CTRL and mCTRL) together"
    alt = (
        f"Panels for {', '.join(markers)}: thin lines for each patient, and thick lines for MSC "
        f"and for all controls. {lines_in_words(panel.fits)}"
    )
    return Drawing(stamp(figure, samples, source=note), alt, samples)


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
        sns.lineplot(
            data=own, x="day", y="value", hue="arm", palette=ARM_COLOURS, units="patient_id",
            estimator=None, lw=0.5, alpha=0.5, legend=False, ax=axes,
        )  # fmt: skip
        _group_lines(axes, own, panel[marker], width=2)
        axes.set(xlabel="", ylabel="")
        axes.set_title(short(marker, 24), fontsize=9, pad=2)
        axes.tick_params(labelsize=7, pad=0)
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    sns.despine(figure)
    note = "Thick: MSC in orange, all controls dark. Across: days; up: log concentration"
    alt = (
        f"Small panels, one for each {kind}, with a thin line for each patient and thick lines "
        f"for MSC and controls: {', '.join(markers)}."
    )
    return Drawing(stamp(figure, samples, source=note), alt, panel.table)


def _group_lines(axes, own: pd.DataFrame, fit: SlopeFit, width: float) -> None:
    """The fitted lines of both groups."""
    lines = fit.lines
    days = np.array([own["day"].min(), own["day"].max()], float)
    for group, colour in LINE_COLOURS.items():
        mean = lines.loc[group, "intercept"] + lines.loc[group, "slope"] * days
        axes.plot(days, mean, color=colour, lw=width)


def difference_forest(panel: pd.DataFrame) -> Drawing:
    """The difference of the slopes with its confidence interval, for every marker.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
    """
    own = panel[panel["term"].eq("difference")].reset_index(drop=True)
    figure, axes = canvas(0.3 * len(own) + 1.2)
    forest(axes, own, faces=["white" if singular else INK for singular in own["singular"]])
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set_yticks(-np.arange(len(own)), own["marker"].map(short))
    axes.set(xlabel="Difference of the slopes per day (MSC minus controls)", ylabel="")
    sns.despine(figure, left=True)
    alt = (
        "Forest plot of the difference of slopes, MSC minus controls. "
        f"{differences_in_words(panel)}"
    )
    note = "95 % confidence intervals (Satterthwaite). Open points: singular fits"
    return Drawing(stamp(figure, panel, source=note), alt, panel[panel["term"].eq("difference")])


def printed_differences_forest(differences: pd.DataFrame) -> Drawing:
    """Differences of printed slopes, with the intervals that the paper does not print.

    Parameters
    ----------
    differences : DataFrame
        From :func:`rescat.printed_differences`.
    """
    figure, axes = canvas(0.36 * len(differences) + 1.8)
    forest(axes, differences)
    for place, row in enumerate(differences.itertuples()):
        for ends in ((row.low_least, row.low_most), (row.high_least, row.high_most)):
            axes.plot(ends, [-place, -place], color=INK, lw=6, alpha=0.35, solid_capstyle="butt")
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set_yticks(-np.arange(len(differences)), differences["marker"].map(short))
    axes.set(xlabel="Difference of the slopes per day (MSC minus controls)", ylabel="")
    axes.set_ylim(0.6 - len(differences), 0.6)
    # What a reader can feel: the ratio of MSC to controls after four weeks, on the usual scale.
    folds = axes.secondary_xaxis("top")
    places = [np.log10(fold) / 28 for fold in _FOLDS]
    folds.set_xticks(places, [f"{fold:g}" for fold in _FOLDS], fontsize=8.5)
    folds.set_xlabel("MSC over controls after 28 days, if they start alike and values are log10")
    sns.despine(figure, left=True, top=False)
    axes.spines["top"].set_visible(False)
    note = "95 % confidence intervals from those printed. Thick ends: rounding. P as printed"
    alt = (
        "Forest plot of differences of printed slopes, with intervals from the printed ones. "
    ) + " ".join(
        f"{r.marker}: {r.slope:+.4f} ({r.ci_low:+.4f} to {r.ci_high:+.4f}), printed P "
        f"{r.p_value:.3f}; in 28 days, if log10, {fold_in_words(r._asdict())}."
        for r in differences.itertuples()
    )
    return Drawing(stamp(figure, differences, source=note), alt, differences)


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
    stamp(figure, ranges, source="Bars: what rounding allows. Dashed: P as printed")
    return Drawing(figure, alt, ranges)


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
    figure, axes = canvas(0.27 * len(without) + 1.3)
    colours, markers = (without["arm"].map(of) for of in (ARM_COLOURS, ARM_MARKERS))
    forest(axes, without, colours=list(colours), markers=list(markers))
    axes.axvspan(whole["ci_low"], whole["ci_high"], color="#B9C4CC", alpha=0.35, lw=0)
    axes.axvline(whole["slope"], color=INK, lw=1)
    axes.axvline(0, color=GREY, lw=0.8, ls=":")
    labels = "without " + without["left_out"].map(short) + " (" + without["arm"] + ")"
    axes.set_yticks(-np.arange(len(without)), labels, fontsize=8.5)
    axes.set(xlabel="Difference of the slopes per day", ylabel="")
    sns.despine(figure, left=True)
    note = "Band and line: all patients. Not evidence about any real patient"
    alt = (
        f"Forest plot of the {marker} difference without each patient in turn. "
        f"{one_out_in_words(without, whole)}"
    )
    return Drawing(stamp(figure, without, source=note), alt, without)


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
    figure, panels = canvas(0.26 * len(names) + 1.3, ncols=len(markers), sharey=True)
    for axes, marker in zip(np.atleast_1d(panels), markers, strict=True):
        own = ensemble[ensemble["marker"].eq(marker)]
        # Points side by side, always in the same way: the same data give the same file.
        aside = np.random.default_rng(0).uniform(-0.3, 0.3, len(own))
        low, middle, high = own[list(names)].quantile([0.05, 0.5, 0.95]).to_numpy()
        for place, column in enumerate(names):
            axes.scatter(own[column], aside - place, color=INK, s=6, alpha=0.3, lw=0)
        axes.hlines(-np.arange(len(names)), low, high, color=INK, lw=1.6)
        axes.plot(middle, -np.arange(len(names)), "|", color=INK, ms=11, mew=2.4)
        axes.set_yticks(-np.arange(len(names)), names.values())
        axes.axvline(0.05, color="#B3246B", lw=0.8, ls="--")
        axes.set(xscale="log", xlabel="P", ylabel="", title=marker)
    sns.despine(figure, left=True)
    number = ensemble["twin"].nunique()
    note = (
        f"{number} invented trials, made in ways we chose. Bar: median, 5 % to 95 %. Dashed: 0.05"
    )
    alt = (
        f"One point for each of {number} invented trials: P values {what}. Medians, in brackets "
        f"the quantiles of 5 % and 95 %. {ranges_in_words(ensemble, names)}"
    )
    return Drawing(stamp(figure, ensemble, source=note), alt, ensemble)


def widths_by_design(fits: pd.DataFrame) -> Drawing:
    """How wide the controls' interval would be under assumed samplings, and how wide it is printed.

    Parameters
    ----------
    fits : DataFrame
        From :func:`rescat.design_fits`, for one ratio of the residual SDs.
    """
    markers, designs = list(fits["marker"].unique()), list(fits["design"].unique())
    figure, panels = canvas(
        0.3 * len(designs) + 1.5, ncols=len(markers), sharey=True, squeeze=False
    )
    shades = {sd: shape for sd, shape in zip(sorted(fits["sd_slope"].unique()), "o^s", strict=True)}
    for axes, marker in zip(panels.flat, markers, strict=True):
        own = fits[fits["marker"].eq(marker)]
        axes.axvspan(
            own["ratio_low"].iloc[0], own["ratio_high"].iloc[0], color="#B9C4CC", alpha=0.5, lw=0
        )
        for row in own.itertuples():
            axes.scatter(
                row.expected, -designs.index(row.design), marker=shades[row.sd_slope], s=26,
                color=INK if row.fits else "white", edgecolor=INK, zorder=3,
            )  # fmt: skip
        axes.set(title=marker, xscale="log", xlabel="SE ratio", ylabel="", xlim=(0.3, 4))
        axes.set_xticks([0.5, 1, 2, 3], ["0.5", "1", "2", "3"])
        axes.minorticks_off()
        axes.set_yticks(-np.arange(len(designs)), designs, fontsize=8)
    for sd, shape in shades.items():
        label = f"slopes vary by {sd:g} residual SD per day"
        panels.flat[0].scatter(
            [], [], marker=shape, s=26, color="white", edgecolor=INK, label=label
        )
    figure.legend(loc="outside upper right", ncols=len(shades), fontsize=7, frameon=False)
    sns.despine(figure, left=True)
    note = "Controls divided by MSC. Band: as printed, rounded once. Points: assumed samplings"
    agreeing = fits[fits["fits"]].groupby("marker")["design"].unique()
    alt = (
        f"Panels for {listed(markers)}: the standard error of the controls divided by that "
        f"of MSC under {len(designs)} assumed samplings, and the band that is printed. "
    ) + " ".join(f"Inside the band of {m}: {', '.join(d)}." for m, d in agreeing.items())
    return Drawing(stamp(figure, fits, source=note), alt, fits)
