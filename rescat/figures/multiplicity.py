"""Figures of the chapter on multiplicity: hits by chance, corrected P values, shrinkage."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import seaborn as sns

from ..base.words import in_words, spread_in_words
from ..panel.multiplicity import chance_of_at_least, count_distribution
from ..panel.pooling import PartialPooling, design_analysis
from ._style import (
    Drawing,
    canvas,
    in_two_widths,
    is_public,
    key,
    lines_high,
    name_lines,
    on_phone,
    short,
    stamp,
)
from .palette import GREY, INK, KINDS, LIMIT, PALE

_METHOD_MARKERS = "osD^v"


@in_two_widths
def hits_by_chance(counts: pd.DataFrame, *, observed: int, alpha: float = 0.05) -> Drawing:
    """How many tests are significant when no label means anything: binomial, and relabelled.

    Parameters
    ----------
    counts : DataFrame
        ``markers`` and ``share`` of :attr:`rescat.JointPermutation.counts`; with a column ``twin``
        if there are several data sets.
    observed : int
        Number of significant tests to be marked; none is marked as one.
    alpha : float

    Returns
    -------
    Drawing
        Its words give the probability of so many or more; of several data sets its quantiles.
    """
    n = int(counts["markers"].max())
    shown = np.arange(min(n, 8) + 1)
    figure, axes = canvas(3.1)
    axes.bar(
        shown, count_distribution(n, alpha=alpha)[shown], width=0.7, color=PALE,
        edgecolor=GREY, label="binomial: independent tests",
    )  # fmt: skip
    own = counts[counts["markers"].isin(shown)]
    # Points side by side, always in the same way: the same data give the same file.
    several = "twin" in counts and counts["twin"].nunique() > 1
    aside = np.random.default_rng(0).uniform(-0.25, 0.25, len(own)) * several
    axes.scatter(
        own["markers"] + aside, own["share"], s=12 if several else 34, color=INK,
        alpha=0.6 if several else 1, zorder=3, label="every relabelling of the patients",
    )  # fmt: skip
    marked = max(observed, 1)
    axes.axvline(marked - 0.5, color=LIMIT, lw=1, ls="--")
    axes.set(xlabel=f"Markers with P < {alpha:g}", ylabel="Probability", xticks=shown)
    key(figure, ncols=2, narrow=1)
    sns.despine(figure)
    note = (
        f"How many of {n} tests are significant if no group differs. Right of the line: "
        f"{marked} or more"
    )
    chances = counts.loc[counts["markers"].eq(observed), "at_least"]
    if several:
        alt = (
            f"Bars: the binomial distribution of the number of significant tests of {n}. Points: "
            f"the same for relabelled invented trials, near the bars. {observed} or more "
            f"have probability {chance_of_at_least(observed, n, alpha=alpha):.3f} by the binomial, "
            f"and {spread_in_words(chances)} in the invented trials (median, 5 % to 95 %)."
        )
    else:
        alt = (
            f"The number of markers with P below {alpha:g} of {n}: binomial bars, and points from "
            f"every relabelling. Observed are {observed}; so many or more are in "
            f"{chances.iloc[0]:.3f} of the relabellings."
        )
    by_chance = chance_of_at_least(marked, n, alpha=alpha)  # needs no data
    title = (
        f"Of {n} independent tests {marked} or more are significant by chance in "
        f"{100 * by_chance:.1f} % of trials"
    )
    return Drawing(
        stamp(figure, counts), alt, counts, title, note, "Binomial arithmetic; relabelled patients"
    )


@in_two_widths
def chance_by_correlation(curves: pd.DataFrame) -> Drawing:
    """The probability of some number of hits, against the correlation between the tests.

    Parameters
    ----------
    curves : DataFrame
        ``what`` (the name of a curve), ``correlation``, ``chance``, ``origin``: from
        :func:`rescat.chance_curves`.

    Returns
    -------
    Drawing
        Its words give the first and the largest probability of each curve.
    """
    figure, axes = canvas(2.9)
    sns.lineplot(
        data=curves, x="correlation", y="chance", hue="what", style="what",
        palette=list(KINDS[: curves["what"].nunique()]), lw=2, ax=axes,
    )  # fmt: skip
    axes.axhline(0.05, color=LIMIT, lw=1, ls="--")
    axes.set(xlabel="Correlation between every two tests", ylabel="Probability", ylim=(0, None))
    handles, labels = axes.get_legend_handles_labels()
    axes.get_legend().remove()
    axes.legend(handles, labels, frameon=False)
    if on_phone():
        axes.get_legend().remove()
        key(figure, handles, labels, ncols=1)
    sns.despine(figure)
    of = curves.groupby("what")["chance"]
    alt = (
        f"{in_words(of.ngroups, 'curve').capitalize()} against the correlation between tests. "
    ) + " ".join(
        f"{what}: {own.iloc[0]:.3f} for independent tests, at most {own.max():.3f}."
        for what, own in of
    )
    title = "The chance of several hits, by the correlation between tests"
    if is_public(curves):
        top = 100 * of.max().max()
        title = f"However correlated the tests are, the chance is at most {top:.1f} %"
    note = "Probability of so many significant tests if no slope differs. Dashed: 0.05"
    return Drawing(stamp(figure, curves), alt, curves, title, note, "Computed")


@in_two_widths
def adjusted_p_ranges(
    bounds: pd.DataFrame, alpha: float = 0.05, *, in_full: Iterable[str] | None = None
) -> Drawing:
    """The least and the greatest corrected P value of each marker by each procedure.

    Parameters
    ----------
    bounds : DataFrame
        From :func:`rescat.adjusted_p_bounds`, rows of the markers with a printed P value.
    alpha : float
    in_full : iterable of str, optional
        Markers whose ranges its words give; all if not given.

    Returns
    -------
    Drawing
        Its words say whether any range reaches below alpha.
    """
    markers, methods = list(bounds["marker"].unique()), list(bounds["method"].unique())
    figure, axes = canvas(0.17 * len(markers) * len(methods) + 1.5 + 0.4 * on_phone())
    for row in bounds.itertuples():
        k = methods.index(row.method)
        place = -(len(methods) + 1) * markers.index(row.marker) - k
        ends = [row.low, row.high]
        axes.plot(ends, [place, place], color=KINDS[k], lw=2)
        axes.scatter(
            ends, [place, place], s=20, color=KINDS[k], marker=_METHOD_MARKERS[k],
            label=row.method if row.marker == markers[0] else None, zorder=3,
        )  # fmt: skip
    middle = -(len(methods) + 1) * np.arange(len(markers)) - (len(methods) - 1) / 2
    axes.set_yticks(middle, [short(marker, 14 if on_phone() else 28) for marker in markers])
    axes.axvline(alpha, color=LIMIT, lw=1, ls="--")
    axes.set(xscale="log", xlabel="Corrected P", ylabel="", xlim=(0.02, 1.1))
    axes.set_xticks([0.02, 0.05, 0.1, 0.2, 0.5, 1], ["0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    axes.minorticks_off()
    if on_phone():
        axes.set_xticks([0.02, 0.05, 0.2, 1], ["0.02", "0.05", "0.2", "1"])
    key(figure, ncols=3)
    sns.despine(figure, left=True)
    below = int(bounds["low"].lt(alpha).sum())
    reach = f"{in_words(below, 'range')} {'reaches' if below == 1 else 'reach'} below {alpha:g}"
    if below == 0:
        reach = f"no range reaches below {alpha:g}"
    said = bounds if in_full is None else bounds[bounds["marker"].isin(list(in_full))]
    alt = (
        f"For each marker with a printed P value and each of {in_words(len(methods), 'procedure')} "
        f"the range from the least to the greatest corrected P value; {reach}. "
    ) + " ".join(
        f"{row.marker}, {row.method}: {row.low:.3f} to {row.high:.3f}." for row in said.itertuples()
    )
    title = "P values, corrected for the number of tests"
    if is_public(bounds):
        by = f", by any of {in_words(len(methods))} corrections" if below == 0 else ""
        title = f"{reach[0].upper()}{reach[1:]}{by}"
    note = (
        "Corrected P from the least to the greatest that the printed figures allow. Dashed: "
        f"{alpha:g}"
    )
    return Drawing(stamp(figure, bounds), alt, bounds, title, note, "P values as printed")


@in_two_widths
def pooled_differences(pooled: PartialPooling) -> Drawing:
    """Each difference estimated alone and together, with intervals, in its own standard errors.

    Parameters
    ----------
    pooled : PartialPooling
        From :func:`rescat.shrink_slopes`.

    Returns
    -------
    Drawing
        Its words give each difference alone and estimated together.
    """
    table = pooled.table
    figure, axes = canvas(lines_high(len(table), 0.27) + 1.6)
    se = table["se"]
    for place, row in enumerate(table.itertuples()):
        ends = np.array([row.ci_low, row.ci_high]) / row.se
        axes.plot(ends, [-place, -place], color=INK, lw=2)
        axes.plot(
            row.estimate / row.se + np.array([-1.96, 1.96]), [-place + 0.22] * 2, color=GREY, lw=0.8
        )
    places = -np.arange(len(table))
    axes.scatter(
        table["estimate"] / se, places + 0.22, s=22, color="white", edgecolor=GREY, zorder=3,
        label="each marker alone",
    )  # fmt: skip
    axes.scatter(
        table["shrunk"] / se, places, s=28, color=INK, zorder=3, label="estimated together"
    )
    axes.axvline(0, color=GREY, lw=0.8)
    name_lines(axes, places, table["marker"].map(short))
    axes.set(xlabel="Difference of the slopes, in standard errors", ylabel="")
    key(figure, ncols=2)
    sns.despine(figure, left=True)
    alt = (
        "Forest plot in standard errors: each difference alone (open) and estimated together "
        "(filled), with intervals. "
    ) + " ".join(
        f"{row.marker}: {row.estimate / row.se:+.2f} becomes {row.shrunk / row.se:+.2f}."
        for row in table.itertuples()
    )
    note = f"MSC minus controls, each with its {100 * pooled.level:g} % confidence interval"
    return Drawing(
        stamp(figure, table), alt, table, "Differences estimated alone, and together", note,
        "Fits of each marker",
    )  # fmt: skip


@in_two_widths
def exaggeration_by_size(design: pd.DataFrame, reach: float = 4.5) -> Drawing:
    """Power and exaggeration against the true size in standard errors, with sizes from outside.

    Parameters
    ----------
    design : DataFrame
        From :func:`rescat.printed_design_analysis`; markers without a standard error are not drawn.
    reach : float
        End of the axis, in standard errors.

    Returns
    -------
    Drawing
        Its data are the curves: ``true`` (in standard errors), ``power``, ``type_s``,
        ``exaggeration`` and ``origin``.
    """
    curve = design_analysis(np.linspace(0.25, reach, 86), 1.0).drop(columns="se")
    curve = curve.assign(origin=design["origin"].iloc[0])
    known = design.dropna(subset="z")
    figure, panels = canvas(3.2, ncols=2)
    names = {"power": "Power", "exaggeration": "Exaggeration, times"}
    for axes, (column, name) in zip(panels, names.items(), strict=True):
        axes.plot(curve["true"], curve[column], color=INK, lw=2)
        for k, (marker, own) in enumerate(known.groupby("marker", sort=False)):
            span = own["z"].min(), own["z"].max()
            axes.plot(
                span, np.interp(span, curve["true"], curve[column]), color=KINDS[k],
                marker=_METHOD_MARKERS[k], ms=6, lw=4, alpha=0.9, label=short(marker),
            )  # fmt: skip
        axes.set(xlabel="True difference, in standard errors", ylabel=name, xlim=(0, reach))
    panels[0].set_ylim(0, 1.02)
    panels[1].set_yscale("log")
    panels[1].set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    panels[1].minorticks_off()
    handles, labels = panels[0].get_legend_handles_labels()
    key(figure, handles, labels, ncols=4)
    sns.despine(figure)
    said = curve.iloc[[int((curve["true"] - x).abs().argmin()) for x in (1.0, 2.0, 3.0)]]
    alt = "Two curves against the true difference in standard errors. " + " ".join(
        f"{r.true:.1f} standard errors: power {r.power:.2f}, a significant estimate "
        f"{r.exaggeration:.1f} times too large."
        for r in said.itertuples()
    )
    alt += " Sizes from outside: " + "; ".join(
        f"{m} {own['z'].min():.1f} to {own['z'].max():.1f}"
        for m, own in known.groupby("marker", sort=False)
    )
    title = "Power, and how much a significant estimate exaggerates"
    if is_public(design):
        one = said.iloc[0]
        title = (
            "If the truth is one standard error, a significant estimate is "
            f"{one.exaggeration:.1f} times too large on average"
        )
    note = "Points: sizes from other studies, with the two standard errors that are printed"
    return Drawing(
        stamp(figure, design), f"{alt}.", curve, title, note, "Computed; sizes from other studies"
    )
