"""Figures of the chapters on biomarkers."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from ..panel.fits import one_marker
from ..slopes.fit import fit_slopes
from ._style import ARM_COLOURS, ARM_MARKERS, GREY, INK, canvas, forest, short, stamp

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
    "lowest": "lowest, one patient out",
    "highest": "highest, one patient out",
    "without_il6_blocker": "without IL-6 blocker",
    "without_other_source": "without the rarer cells",
    "matched_only": "MSC v mCTRL only",
    "randomised_only": "MSC v CTRL only",
    "control_arms": "CTRL v mCTRL",
    "visits": "time as visits",
    "spline": "time as a spline",
}


def slope_heat_map(panel: pd.DataFrame) -> Figure:
    """Slopes of both groups as colours, with limits as numbers: the paper's Figure 2A.

    Parameters
    ----------
    panel : DataFrame
        From :func:`rescat.fit_panel`.
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
    note = f"In brackets 95 % limits. Singular fits: {', '.join(singular) or 'none'}"
    return stamp(figure, panel, source=note)


def trajectories_of_markers(samples: pd.DataFrame, markers: list[str], ylabel: str) -> Figure:
    """Every patient's samples with the lines of both groups, one panel for each marker.

    Parameters
    ----------
    samples : DataFrame
        Long, on the scale of the model.
    markers : list of str
    ylabel : str
    """
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
        _group_lines(axes, own, width=2.6)
        axes.set(title=short(marker, 40), xlabel="Day", ylabel=short(ylabel, 40))
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    for arm, colour in ARM_COLOURS.items():
        panels.flat[0].plot([], [], color=colour, marker=ARM_MARKERS[arm], ms=4, label=arm)
    figure.legend(loc="outside upper center", fontsize=8, frameon=False, ncols=3)
    sns.despine(figure)
    note = "Thick: MSC in orange, all controls (CTRL and mCTRL together) in green"
    return stamp(figure, samples, source=note)


def small_multiples(samples: pd.DataFrame, markers: list[str]) -> Figure:
    """Every marker in a small panel of its own: patients thin, groups thick.

    Parameters
    ----------
    samples : DataFrame
        Long, on the scale of the model.
    markers : list of str
    """
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
        _group_lines(axes, own, width=2)
        axes.set(xlabel="", ylabel="")
        axes.set_title(short(marker, 24), fontsize=9, pad=2)
        axes.tick_params(labelsize=7, pad=0)
    for axes in panels.flat[len(markers) :]:
        axes.set_visible(False)
    sns.despine(figure)
    note = "Thick: MSC in orange, all controls in green. Across: days; up: log concentration"
    return stamp(figure, samples, source=note)


def _group_lines(axes, own: pd.DataFrame, width: float) -> None:
    """The fitted lines of both groups."""
    lines = fit_slopes(own).lines
    days = np.array([own["day"].min(), own["day"].max()], float)
    for group, colour in (("control", ARM_COLOURS["mCTRL"]), ("treated", ARM_COLOURS["MSC"])):
        mean = lines.loc[group, "intercept"] + lines.loc[group, "slope"] * days
        axes.plot(days, mean, color=colour, lw=width)


def difference_forest(panel: pd.DataFrame) -> Figure:
    """The difference of the slopes with its limits, for every marker.

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
    return stamp(figure, panel, source="95 % limits (Satterthwaite). Open points: singular fits")


def leave_one_out_forest(without: pd.DataFrame, whole: pd.Series) -> Figure:
    """The difference of the slopes without each patient, beside that of all.

    Parameters
    ----------
    without : DataFrame
        From :func:`rescat.leave_one_out`.
    whole : Series
        The row of the difference of all patients.
    """
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
    return stamp(figure, without, source=note)


def ranges_over_twins(ensemble: pd.DataFrame, names: dict[str, str]) -> Figure:
    """How P values vary between twins that agree with the same print.

    Parameters
    ----------
    ensemble : DataFrame
        The table ``ensemble``.
    names : dict
        Column to its name in words; also the order.
    """
    markers = list(ensemble["marker"].unique())
    figure, panels = canvas(0.26 * len(names) + 1.3, ncols=len(markers), sharey=True)
    for axes, marker in zip(np.atleast_1d(panels), markers, strict=True):
        own = ensemble[ensemble["marker"].eq(marker)]
        # Points side by side, always in the same way: the same data give the same file.
        aside = np.random.default_rng(0).uniform(-0.2, 0.2, len(own))
        for place, column in enumerate(names):
            axes.scatter(own[column], aside - place, color=INK, s=8, alpha=0.6)
        axes.set_yticks(-np.arange(len(names)), names.values())
        axes.axvline(0.05, color="#B3246B", lw=0.8, ls="--")
        axes.set(xscale="log", xlabel="P", ylabel="", title=marker)
    sns.despine(figure, left=True)
    number = ensemble["twin"].nunique()
    return stamp(figure, ensemble, source=f"{number} twins; one point each. Dashed: 0.05")


def widths_by_design(fits: pd.DataFrame) -> Figure:
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
        axes.set(title=marker, xscale="log", xlabel="SE ratio", ylabel="", xlim=(0.5, 4))
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
    note = "Controls over treated. Band: the print, once rounded. Points: assumed samplings"
    return stamp(figure, fits, source=note)
