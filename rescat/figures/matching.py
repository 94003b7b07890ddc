"""Figures of the chapter on matching."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ._style import ARM_COLOURS, GREY, INK, canvas, short, stamp

# The first is for everybody, before matching. Okabe and Ito's colours, away from those of the arms.
SAMPLE_COLOURS = ("#5F6B76", "#8A3B8F", "#A07800", "#1F5FA8", "#B3246B")
SAMPLE_MARKERS = ("o", "D", "s", "^", "v")
THRESHOLDS = (0.1, 0.25)


def assignment_grids(distances: pd.DataFrame) -> Figure:
    """Distances between treated patients and controls, with who is given to whom.

    Parameters
    ----------
    distances : DataFrame
        ``panel, treated, control, distance, best, second`` (truth values), ``origin``.
    """
    panels = list(distances["panel"].unique())
    rows = -(-len(panels) // 2)
    size = distances["treated"].nunique()
    figure, grid = canvas((0.36 * size + 1.25) * rows, rows, 2, squeeze=False)
    for axes, name in zip(grid.flat, panels, strict=False):
        own = distances[distances["panel"].eq(name)]
        wide, best, second = (
            own.pivot(index="treated", columns="control", values=v).loc[
                own["treated"].unique(), own["control"].unique()
            ]
            for v in ("distance", "best", "second")
        )
        sns.heatmap(
            wide.rename(index=_id, columns=_id), ax=axes,
            cmap=sns.light_palette("#6C9BC7", reverse=True, as_cmap=True),
            annot=True, fmt=".1f", annot_kws={"fontsize": 7, "color": INK}, linewidths=0.5,
            cbar=False,
        )  # fmt: skip
        _outline(axes, best, ARM_COLOURS["MSC"], "-", 0.05)
        _outline(axes, second, INK, ":", 0.14)
        axes.set_title(name, fontsize=9.5)
        axes.set(xlabel="Matched control", ylabel="MSC patient")
        axes.tick_params(rotation=0, labelsize=8)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    return stamp(figure, distances, source="Orange: least total distance. Dotted: the runner-up")


def _id(patient: object) -> str:
    return short(patient, 14)


def _outline(axes, marked: pd.DataFrame, colour: str, style: str, inset: float) -> None:
    """Frame the cells of a grid that are marked."""
    side = 1 - 2 * inset
    look = {"fill": False, "edgecolor": colour, "linestyle": style, "linewidth": 1.8}
    for y, x in np.argwhere(marked.to_numpy(bool)):
        axes.add_patch(Rectangle((x + inset, y + inset), side, side, **look))


def love_plot(rows: pd.DataFrame, labels: dict[str, str] | None = None) -> Figure:
    """Differences between the groups, covariate by covariate, for one sample or several.

    Standardised differences and differences of shares have a panel each, with an axis of its own.

    Parameters
    ----------
    rows : DataFrame
        From :func:`rescat.matching.balance`; ``sample`` may hold other names than before and after.
    labels : dict, optional
        Covariate to its name on the axis.
    """
    labels = labels or {}
    # Without any spread there is nothing to divide by.
    flat = rows["kind"].eq("continuous") & np.isinf(rows["smd"].astype(float))
    left_out = [labels.get(c, c) for c in rows.loc[flat, "covariate"].unique()]
    kept = rows[~flat]
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
    figure, panels = canvas(
        0.42 * sum(lines) + 0.85 * len(parts) + 0.5, len(parts), 1, squeeze=False,
        height_ratios=[n + 0.6 for n in lines],
    )  # fmt: skip
    samples = list(rows["sample"].unique())
    for axes, (part, column, title) in zip(panels.flat, parts, strict=True):
        _love_panel(axes, part, column, samples, labels)
        axes.set(xlabel=title, ylabel="")
    if len(samples) > 1:
        handles, names = panels.flat[0].get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside upper right", ncols=min(len(samples), 3), frameon=False
        )
    sns.despine(figure, left=True)
    drawn = " and ".join(f"{t:g}" for t in THRESHOLDS)
    note = f"Treated minus controls. Dashed: {drawn} on either side"
    if left_out:
        note += f". Not drawn, as nobody differs in one group: {', '.join(left_out)}"
    return stamp(figure, rows, source=note)


def _love_panel(axes, part: pd.DataFrame, column: str, samples: list[str], labels: dict) -> None:
    """One kind of difference: a line for each covariate, a point for each sample."""
    keys = part[["covariate", "kind"]].drop_duplicates().apply(tuple, axis=1).tolist()
    for number, sample in enumerate(samples):
        own = part[part["sample"].eq(sample)].set_index(["covariate", "kind"])[column]
        shift = (number - (len(samples) - 1) / 2) * min(0.16, 0.6 / len(samples))
        axes.scatter(
            own.reindex(keys), [-k - shift for k in range(len(keys))], label=sample, zorder=3,
            color=SAMPLE_COLOURS[number % len(SAMPLE_COLOURS)], s=42,
            marker=SAMPLE_MARKERS[number % len(SAMPLE_MARKERS)],
        )  # fmt: skip
    axes.axvline(0, color=INK, lw=1)
    for threshold in THRESHOLDS:
        for side in (-1, 1):
            axes.axvline(side * threshold, color=GREY, lw=0.9, ls="--")
    reach = np.nanmax([1.08 * part[column].abs().max(), 0.32])
    words = [labels.get(c, c) + (" is missing" if k == "missing" else "") for c, k in keys]
    axes.set_yticks([-k for k in range(len(keys))], words)
    axes.set(xlim=(-reach, reach), ylim=(-len(keys) + 0.4, 0.6))


def chosen_again(found: pd.DataFrame, members: int) -> Figure:
    """In how many pools how many of the same patients are chosen again.

    Parameters
    ----------
    found : DataFrame
        From :func:`rescat.members_chosen`.
    members : int
        Patients who could be chosen again.
    """
    methods = list(found["method"].unique())
    figure, panels = canvas(1.45 * len(methods) + 0.5, len(methods), 1, sharex=True, squeeze=False)
    for axes, method in zip(panels.flat, methods, strict=True):
        own = found[found["method"].eq(method)]
        share = own["chosen"].value_counts(normalize=True).reindex(range(members + 1), fill_value=0)
        axes.bar(share.index, 100 * share, color=SAMPLE_COLOURS[3], width=0.8)
        axes.axvline(own["chosen"].mean(), color=INK, lw=1.2, ls=":")
        axes.set_title(f"{method}: mean {own['chosen'].mean():.1f}", fontsize=9.5, loc="left")
        axes.set(ylabel="% of pools", xlabel="")
    panels.flat[-1].set_xlabel(f"Of the {members} patients, how many are chosen again")
    panels.flat[-1].set_xticks(range(members + 1))
    sns.despine(figure)
    pools = found["seed"].nunique()
    return stamp(figure, found, source=f"{pools} pools. Dotted: mean")


def estimates_by_analysis(estimates: pd.DataFrame) -> Figure:
    """What each analysis estimates in studies without any effect.

    Parameters
    ----------
    estimates : DataFrame
        ``size`` (words), ``analysis``, ``estimate``, ``origin``.
    """
    sizes = list(estimates["size"].unique())
    order = list(estimates["analysis"].unique())
    figure, panels = canvas(2.9, 1, len(sizes), sharex=True, sharey=True, squeeze=False)
    for axes, size in zip(panels.flat, sizes, strict=True):
        own = estimates[estimates["size"].eq(size)]
        sns.boxplot(
            own, x="estimate", y="analysis", order=order, ax=axes, color="#CBD5DF", width=0.5,
            whis=(2.5, 97.5), fliersize=0, linecolor=INK, linewidth=1,
        )  # fmt: skip
        means = own.groupby("analysis")["estimate"].mean().reindex(order)
        axes.scatter(means, range(len(order)), color=ARM_COLOURS["MSC"], zorder=3, s=36)
        axes.axvline(0, color=INK, lw=1.2)
        studies = own.groupby("analysis").size().max()
        axes.set_title(f"{size} ({studies} studies)", fontsize=9.5)
        axes.set(xlabel="Estimated difference, SD", ylabel="")
    sns.despine(figure, left=True)
    note = "Line at 0: the truth. Points: means. Whiskers: 95 % of the studies"
    return stamp(figure, estimates, source=note)
