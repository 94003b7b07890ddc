"""Figures of the chapters on matching."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from ..base.origin import origin_of
from ..base.words import in_words
from ._style import (
    Drawing,
    canvas,
    in_two_widths,
    is_public,
    key,
    name_lines,
    on_phone,
    short,
    stamp,
    wrapped,
)
from ._svg import put_over, say_marks
from .palette import ARM_COLOURS, INK, KINDS, LIMIT, PALE

# Samples and methods: the first is everybody, before matching.
SAMPLE_MARKERS = ("o", "D", "s", "^", "v")
THRESHOLDS = (0.1, 0.25)


@in_two_widths
def assignment_grids(distances: pd.DataFrame) -> Drawing:
    """How far each control is from each treated patient, and who is given to whom.

    Parameters
    ----------
    distances : DataFrame
        ``panel, treated, control, distance, best, second`` (truth values), ``origin``: as
        :attr:`rescat.Assignments.grids`.

    Returns
    -------
    Drawing
        Its words give the sets of least total distance in each panel, the nearest control first.
    """
    panels = list(distances["panel"].unique())
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    size = distances["treated"].nunique()
    figure, grid = canvas((0.5 * size + 0.9) * rows, rows, columns, squeeze=False)
    for axes, name in zip(grid.flat, panels, strict=False):
        own = distances[distances["panel"].eq(name)]
        for place, (patient, line) in enumerate(own.groupby("treated", sort=False)):
            _assigned(axes, line, -place, str(patient))
        axes.set_yticks([-k for k in range(size)], map(_id, own["treated"].unique()))
        axes.set_title(wrapped(name, narrow=42), fontsize=9.5)
        axes.set(xlabel="Distance", ylabel="MSC patient", ylim=(0.5 - size, 0.7))
        axes.set_xlim(left=-0.06 * own["distance"].max())
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    sns.despine(figure)
    told = [f"{name}: {_sets_in_words(distances[distances['panel'].eq(name)])}." for name in panels]
    alt = (
        "How far each matched control is from each MSC patient. Least total distance: "
        + " ".join(told)
    )
    sets = {text.split(": ", 1)[1] for text in told}
    title = "Who belongs to whom"
    if is_public(distances) and len(panels) > 1:
        title = (
            "Each way to measure distance gives the same sets"
            if len(sets) == 1
            else f"{in_words(len(panels)).capitalize()} ways to measure distance give "
            f"{in_words(len(sets))} different assignments"
        )
    note = (
        "Each point is a matched control, as far from the MSC patient as it is unlike. Filled, "
        "with numbers: the sets of least total distance. Ringed: the next best sets"
    )
    return Drawing(stamp(figure, distances), alt, distances, title, note, "Computed from Table 1")


def _assigned(axes, line: pd.DataFrame, y: float, patient: str) -> None:
    """The controls of one treated patient by their distance; those chosen have their number."""
    best, second = (line[column].astype(bool).to_numpy() for column in ("best", "second"))
    x = line["distance"].to_numpy(float)
    words = [
        f"Control {row.control} for MSC patient {patient}: distance {row.distance:.2f}"
        for row in line.itertuples()
    ]
    colour = ARM_COLOURS["mCTRL"]
    others = axes.scatter(x, np.full(len(x), y), s=22, color="white", edgecolor=colour, lw=1)
    say_marks(others, words)
    axes.scatter(x[second], np.full(second.sum(), y), s=150, color="none", edgecolor=INK, lw=0.9)
    chosen = axes.scatter(x[best], np.full(best.sum(), y), s=40, color=colour, zorder=4)
    say_marks(chosen, [text for text, is_best in zip(words, best, strict=True) if is_best])
    last = None
    for place, control in sorted(zip(x[best], line["control"][best], strict=True)):
        near = last is not None and place - last < 0.07 * x.max()
        put_over(axes.text(place, y + (0.62 if near else 0.34), _id(control), ha="center",
                           fontsize=7.6, va="center"))  # fmt: skip
        last = place


def _sets_in_words(grid: pd.DataFrame) -> str:
    """Who is given to whom in one panel: "1 with A and B; 2 with C and D"."""
    best = grid[grid["best"].astype(bool)].sort_values("distance", kind="stable")
    sets = best.groupby("treated", sort=False)["control"].agg(" and ".join)
    order = [patient for patient in grid["treated"].unique() if patient in sets]
    return "; ".join(f"{patient} with {sets[patient]}" for patient in order)


def _id(patient: object) -> str:
    return short(patient, 14)


@in_two_widths
def love_plot(
    rows: pd.DataFrame,
    labels: dict[str, str] | None = None,
    *,
    what: str = "of treated patients against controls",
) -> Drawing:
    """Differences between the groups, covariate by covariate, for one sample or several.

    Standardised differences and differences of shares have a panel each, with an axis of its own.

    Parameters
    ----------
    rows : DataFrame
        From :func:`rescat.balance`; ``sample`` may hold other names than before and after.
    labels : dict, optional
        Covariate to its name on the axis.
    what : str
        Who is compared, as its words say it after "Love plot".

    Returns
    -------
    Drawing
        Its words give each difference, of several samples one sample after another.
    """
    labels = labels or {}
    if rows["sample"].nunique() == 1:
        parts = [
            f"{_name(r, labels)}: "
            + (f"SMD {r.smd:.2f}." if r.kind == "continuous" else _shares_in_words(r))
            for r in rows.itertuples()
        ]
    else:
        parts = [
            f"{sample}: "
            + ", ".join(f"{_name(r, labels)} {_drawn(r):.2f}" for r in own.itertuples())
            + "."
            for sample, own in rows.groupby("sample", sort=False)
        ]
    title = f"Differences {what}"
    if is_public(rows) and rows["sample"].nunique() == 1:
        title = _beyond_in_words(rows, labels, what)
    alt = f"Love plot {what}. {' '.join(parts)}"
    return Drawing(
        _love_figure(rows, labels), alt, rows, title, _love_note(rows, labels), "Table 1"
    )


@in_two_widths
def love_plot_by_denominator(
    by_treated: pd.DataFrame,
    by_pooled: pd.DataFrame,
    labels: dict[str, str] | None = None,
    *,
    what: str = "of treated patients against controls",
) -> Drawing:
    """The same differences, divided by the SD of treated patients and by the pooled SD.

    Parameters
    ----------
    by_treated, by_pooled : DataFrame
        From :func:`rescat.balance` of the same patients, with ``denominator`` "treated" and
        "pooled"; one sample.
    labels : dict, optional
        Covariate to its name on the axis.
    what : str
        Who is compared, as its words say it after "Love plot".

    Returns
    -------
    Drawing
        Its words give both SMDs of each covariate.
    """
    labels = labels or {}
    rows = pd.concat(
        [
            by_treated.assign(sample="divided by the SD of treated patients"),
            by_pooled.assign(sample="divided by the pooled SD"),
        ]
    )
    parts = [
        f"{_name(t, labels)}: "
        + (
            f"SMD {t.smd:.2f} with the SD of treated patients, {p.smd:.2f} with the pooled SD."
            if t.kind == "continuous"
            else _shares_in_words(t)
        )
        for t, p in zip(by_treated.itertuples(), by_pooled.itertuples(), strict=True)
    ]
    title = f"Differences {what}"
    if is_public(rows):
        title = _beyond_in_words(by_treated, labels, what)
    alt = f"Love plot {what}. {' '.join(parts)}"
    return Drawing(
        _love_figure(rows, labels), alt, rows, title, _love_note(rows, labels), "Table 1"
    )


def _beyond_in_words(rows: pd.DataFrame, labels: dict[str, str], what: str) -> str:
    """How many differences are larger than the rule of thumb allows."""
    sizes = [abs(_drawn(row)) for row in rows.itertuples() if np.isfinite(_drawn(row))]
    beyond = sum(size > THRESHOLDS[0] for size in sizes)
    return (
        f"{beyond} of {len(sizes)} are larger than {THRESHOLDS[0]:g}: differences {what}"
        if beyond
        else f"No difference {what} is larger than {THRESHOLDS[0]:g}"
    )


@in_two_widths
def smd_by_size(chance: pd.DataFrame, observed: dict[str, float]) -> Drawing:
    """How often randomisation alone gives differences of a size or more, and those observed.

    Parameters
    ----------
    chance : DataFrame
        From :func:`rescat.smd_by_chance`, with an ``origin``: a curve for each number of variables.
    observed : dict of str to float
        Name of a variable to its absolute standardised mean difference.

    Returns
    -------
    Drawing
        Its words give the probability of each difference that was observed.
    """
    figure, axes = canvas(3.0)
    for (k, own), style in zip(chance.groupby("variables"), ("-", "--", ":"), strict=False):
        what = "one variable" if k == 1 else f"the largest of {in_words(int(k))}"
        axes.plot(own["size"], 100 * own["probability"], color=INK, lw=2, ls=style, label=what)
    alone = chance[chance["variables"].eq(1)]
    for number, (name, size) in enumerate(observed.items()):
        colour = KINDS[(0, 2, 3, 1)[number % 4]]
        axes.axvline(size, color=colour, lw=1.6, label=f"{name} {size:.2f}")
    axes.axvline(THRESHOLDS[0], color=LIMIT, lw=1, ls="--")
    axes.set(
        xlabel="Absolute standardised mean difference", ylabel="Randomised trials, %",
        xlim=(0, chance["size"].max()), ylim=(0, 102),
    )  # fmt: skip
    axes.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    sizes = {f"the rule of {THRESHOLDS[0]:g}": THRESHOLDS[0], **observed}
    alt = "How often randomisation alone gives a difference of such a size or more: " + "; ".join(
        f"{name} ({size:.2f}), {100 * np.interp(size, alone['size'], alone['probability']):.0f} %"
        for name, size in sizes.items()
    )
    share = 100 * np.interp(THRESHOLDS[0], alone["size"], alone["probability"])
    title = "How large differences are by chance alone"
    if is_public(chance):
        title = (
            f"By chance alone {share:.0f} % of randomised trials of this size exceed the rule of "
            f"{THRESHOLDS[0]:g} in one variable"
        )
    note = (
        "Share of trials in which randomisation alone gives so large a difference or a larger one. "
        f"Vertical: what was observed. Dashed: {THRESHOLDS[0]:g}"
    )
    return Drawing(
        stamp(figure, chance), f"{alt}.", chance, title, note, "Computed; observed: Table 1"
    )


def _name(row, labels: dict[str, str]) -> str:
    """The covariate of a row of a balance table, in words."""
    return labels.get(row.covariate, row.covariate) + " is missing" * (row.kind == "missing")


def _drawn(row) -> float:
    """What a love plot draws of a row: numbers are standardised, shares are not."""
    return row.smd if row.kind == "continuous" else row.difference


def _shares_in_words(row) -> str:
    return f"difference of shares {row.difference:.2f}."


def _flat(rows: pd.DataFrame) -> pd.Series:
    """Without any spread there is nothing to divide by."""
    return rows["kind"].eq("continuous") & np.isinf(rows["smd"].astype(float))


def _love_note(rows: pd.DataFrame, labels: dict[str, str]) -> str:
    drawn = " and ".join(f"{t:g}" for t in THRESHOLDS)
    note = f"Treated minus controls. Dashed: {drawn} on either side"
    left_out = [labels.get(c, c) for c in rows.loc[_flat(rows), "covariate"].unique()]
    if left_out:
        note += f". Not drawn, as nobody differs in one group: {', '.join(left_out)}"
    return note


def _love_figure(rows: pd.DataFrame, labels: dict[str, str]) -> Figure:
    """A panel for each kind of difference, a line for each covariate."""
    kept = rows[~_flat(rows)]
    numbers, shares = (kept[kept["kind"].eq("continuous") == yes] for yes in (True, False))
    parts = [
        (part, column, title)
        for part, column, title in (
            (numbers, "smd", "Standardised mean difference"),
            (shares, "difference", "Difference of shares"),
        )
        if len(part)
    ]
    lines = [part[["covariate", "kind"]].drop_duplicates().shape[0] for part, *_ in parts]
    samples = list(rows["sample"].unique())
    figure, panels = canvas(
        (0.56 if on_phone() else 0.42) * sum(lines) + 0.85 * len(parts) + 0.5
        + 0.2 * len(samples) * on_phone(),
        len(parts), 1, squeeze=False, height_ratios=[n + 0.6 for n in lines],
    )  # fmt: skip
    for axes, (part, column, title) in zip(panels.flat, parts, strict=True):
        _love_panel(axes, part, column, samples, labels)
        axes.set(xlabel=title, ylabel="")
    if len(samples) > 1:
        handles, names = panels.flat[0].get_legend_handles_labels()
        key(figure, handles, names, ncols=min(len(samples), 3), narrow=1)
    sns.despine(figure, left=True)
    return stamp(figure, rows)


def _love_panel(axes, part: pd.DataFrame, column: str, samples: list[str], labels: dict) -> None:
    """One kind of difference: a line for each covariate, a point for each sample."""
    keys = part[["covariate", "kind"]].drop_duplicates().apply(tuple, axis=1).tolist()
    for number, sample in enumerate(samples):
        own = part[part["sample"].eq(sample)].set_index(["covariate", "kind"])[column]
        shift = (number - (len(samples) - 1) / 2) * min(0.16, 0.6 / len(samples))
        axes.scatter(
            own.reindex(keys), [-k - shift for k in range(len(keys))], label=sample, zorder=3,
            color=KINDS[number % len(KINDS)], s=42,
            marker=SAMPLE_MARKERS[number % len(SAMPLE_MARKERS)],
        )  # fmt: skip
    axes.axvline(0, color=INK, lw=1)
    for threshold in THRESHOLDS:
        for side in (-1, 1):
            axes.axvline(side * threshold, color=LIMIT, lw=0.9, ls="--")
    reach = np.nanmax([1.08 * part[column].abs().max(), 0.32])
    words = [labels.get(c, c) + (" is missing" if k == "missing" else "") for c, k in keys]
    axes.set(xlim=(-reach, reach), ylim=(-len(keys) + 0.4, 0.6))
    name_lines(axes, [-k for k in range(len(keys))], words)


@in_two_widths
def chosen_again(found: pd.DataFrame, members: int) -> Drawing:
    """In how many pools how many of the same patients are chosen again.

    Parameters
    ----------
    found : DataFrame
        From :func:`rescat.members_chosen`.
    members : int
        Patients who could be chosen again.

    Returns
    -------
    Drawing
        Its words give mean and range of each method.
    """
    methods = list(found["method"].unique())
    figure, panels = canvas(1.45 * len(methods) + 0.5, len(methods), 1, sharex=True, squeeze=False)
    for axes, method in zip(panels.flat, methods, strict=True):
        own = found[found["method"].eq(method)]
        share = own["chosen"].value_counts(normalize=True).reindex(range(members + 1), fill_value=0)
        axes.bar(share.index, 100 * share, color=PALE, width=0.8)
        axes.axvline(own["chosen"].mean(), color=INK, lw=1.2, ls=":")
        axes.set_title(f"{method}: mean {own['chosen'].mean():.1f}", fontsize=9.5, loc="left")
        axes.set(ylabel="% of pools", xlabel="")
    panels.flat[-1].set_xlabel(
        wrapped(f"Of the {members} patients, how many are chosen again", narrow=36)
    )
    panels.flat[-1].set_xticks(range(members + 1))
    sns.despine(figure)
    pools = found["seed"].nunique()
    numbers = found.groupby("method", sort=False)["chosen"].agg(["mean", "min", "max"])
    alt = (
        f"{in_words(len(methods), 'bar chart').capitalize()} over {pools} invented pools: how many "
        f"of the {members} matched controls are chosen again. "
    ) + " ".join(
        f"{method}: mean {row['mean']:.1f}, from {row['min']:.0f} to {row['max']:.0f}."
        for method, row in numbers.iterrows()
    )
    note = f"Share of {pools} invented pools, for each way to match. Dotted: mean"
    return Drawing(
        stamp(figure, found), alt, found, "How many matched controls would be chosen again", note,
        "Pools made around Table 1",
    )  # fmt: skip


@in_two_widths
def estimates_by_analysis(estimates: pd.DataFrame) -> Drawing:
    """What each analysis estimates in studies without any effect.

    Parameters
    ----------
    estimates : DataFrame
        ``size`` (words), ``analysis``, ``estimate``, ``origin``.

    Returns
    -------
    Drawing
        Its data and words are the means: ``size``, ``analysis``, ``mean_estimate``, ``origin``.
    """
    sizes = list(estimates["size"].unique())
    order = list(estimates["analysis"].unique())
    figure, panels = canvas(2.9, 1, len(sizes), sharex=True, sharey=True, squeeze=False)
    for axes, size in zip(panels.flat, sizes, strict=True):
        own = estimates[estimates["size"].eq(size)]
        sns.boxplot(
            own, x="estimate", y="analysis", order=order, ax=axes, color=PALE, width=0.5,
            whis=(2.5, 97.5), fliersize=0, linecolor=INK, linewidth=1, saturation=1,
        )  # fmt: skip
        means = own.groupby("analysis")["estimate"].mean().reindex(order)
        axes.scatter(means, range(len(order)), color=INK, zorder=3, s=36)
        axes.axvline(0, color=INK, lw=1.2)
        studies = own.groupby("analysis").size().max()
        axes.set_title(wrapped(f"{size} ({studies} studies)", narrow=28), fontsize=9.5)
        axes.set(xlabel="Estimated difference, SD", ylabel="")
        if on_phone():
            axes.set_yticks(range(len(order)), [wrapped(name, narrow=16) for name in order])
    sns.despine(figure, left=True)
    means = estimates.groupby(["size", "analysis"], sort=False)["estimate"].mean()
    alt = "Estimated differences in invented studies without any effect. " + " ".join(
        f"{size}, {analysis}: mean {mean:.2f}." for (size, analysis), mean in means.items()
    )
    data = means.rename("mean_estimate").reset_index().assign(origin=origin_of(estimates))
    note = (
        "Studies without any effect. Line at 0: the truth. Points: means. Boxes: half of the "
        "studies; whiskers: 95 %"
    )
    return Drawing(
        stamp(figure, estimates), alt, data,
        "What each analysis estimates where nothing is to find",
        note, "Simulated",
    )  # fmt: skip
