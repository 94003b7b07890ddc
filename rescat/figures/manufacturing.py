"""Figures of the manufacturing chapter."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from ._style import GREY, INK, SOURCE_COLOURS, canvas, stamp


def capacity_curves(capacity: pd.DataFrame, treated: dict[str, int]) -> Figure:
    """Patients that lots treat, against the number of lots, one line per dose.

    Parameters
    ----------
    capacity : DataFrame
        ``product, msc_source, lots, bags_per_infusion, patients, origin``.
    treated : dict
        Patients that the trial treated, by source: drawn as lines.
    """
    products = list(dict.fromkeys(capacity["product"]))
    figure, panels = canvas(3.9, 1, len(products), sharey=True)
    for axes, product in zip(panels, products, strict=True):
        rows = capacity[capacity["product"].eq(product) & capacity["patients"].gt(0)]
        sns.lineplot(
            rows, x="lots", y="patients", hue="bags_per_infusion", style="bags_per_infusion",
            ax=axes, palette="crest", markers=True, dashes=False, legend=axes is panels[0],
        )  # fmt: skip
        source = rows["msc_source"].iloc[0]
        axes.axhline(treated[source], color=INK, linestyle="--", linewidth=1)
        axes.text(
            rows["lots"].max(), treated[source] * 1.08, f"treated: {treated[source]}",
            ha="right", fontsize=8, color=GREY,
        )  # fmt: skip
        axes.set_title(f"{product} per bag", fontsize=10)
        axes.set(xlabel="Lots", ylabel="Patients treatable", yscale="log")
        axes.set_xticks(sorted(rows["lots"].unique()))
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500]
    panels[0].set_yticks(ticks, [str(t) for t in ticks])
    panels[0].minorticks_off()
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].get_legend().remove()
    figure.legend(
        handles, labels, title="Bags per infusion (a parameter)", ncols=len(labels), frameon=False,
        loc="outside upper center",
    )  # fmt: skip
    sns.despine(figure)
    return stamp(figure, capacity, source="Results, infusions feasible; lots and bags are assumed")


def excipient_curves(exposure: pd.DataFrame) -> Figure:
    """DMSO and albumin per kg and infusion, over body weight and bags, against accepted limits.

    Parameters
    ----------
    exposure : DataFrame
        From :func:`rescat.excipient_exposure`.
    """
    figure, panels = canvas(3.9, 1, 2)
    for axes, (excipient, title) in zip(
        panels, {"dmso": "DMSO", "albumin": "Albumin"}.items(), strict=True
    ):
        dose = f"{excipient}_g_per_kg"
        sns.lineplot(
            exposure, x="weight", y=dose, hue="bags", ax=axes, palette="crest", linewidth=2,
            legend=False,
        )  # fmt: skip
        for bags, rows in exposure.groupby("bags"):
            last = rows.sort_values("weight").iloc[-1]
            axes.annotate(
                f"{bags} bag{'s' if bags > 1 else ''}", (last["weight"], last[dose]),
                xytext=(4, -3), textcoords="offset points", fontsize=8,
            )  # fmt: skip
        limit = (exposure[dose] / exposure[f"{excipient}_share_of_limit"]).iloc[0]
        axes.axhline(limit, color=INK, linestyle="--", linewidth=1.2)
        axes.text(
            exposure["weight"].min(), limit * 1.12, f"limit {limit:g} g/kg per day", fontsize=8
        )
        axes.set(yscale="log", xlabel="Body weight, kg (a parameter)", title=title)
        axes.set_ylabel("g/kg per infusion")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_ylim(top=limit * 2)
        axes.set_xlim(right=exposure["weight"].max() + 16)
    sns.despine(figure)
    return stamp(
        figure, exposure, source="Bag as printed; density and limits from the sources in the text"
    )


def viability_against_criteria(margins: pd.DataFrame) -> Figure:
    """Two printed viabilities against release criteria found elsewhere."""
    figure, axes = canvas(3.4)
    required = margins.drop_duplicates("product").sort_values("required")
    sns.scatterplot(
        required, x="required", y="product", ax=axes, marker="|", s=300, linewidth=3, color=GREY
    )
    styles = zip((SOURCE_COLOURS["AT"], INK), ("-", "--"), strict=True)
    for (label, rows), (colour, line) in zip(margins.groupby("measurement"), styles, strict=True):
        value = rows["viability"].iloc[0]
        axes.axvline(value, color=colour, linestyle=line, label=f"{value:g} %: {label}")
    axes.set(xlabel="Viable cells, %", ylabel="", xlim=(60, 100))
    axes.margins(y=0.12)
    axes.legend(loc="upper center", bbox_to_anchor=(0.2, 1.28), ncols=1, frameon=False)
    axes.tick_params(axis="y", labelsize=8)
    sns.despine(figure)
    return stamp(
        figure, margins, source="Printed figures (AT only); criteria: one source per product"
    )


def growth(curves: pd.DataFrame) -> Figure:
    """Doubling time that the printed yield and days imply, for each number of cells seeded."""
    figure, axes = canvas(3.6)
    sns.lineplot(
        curves, x="seeded", y="doubling_time", hue="msc_source", style="msc_source", ax=axes,
        palette=SOURCE_COLOURS, linewidth=2,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set(xlabel="Cells at the start (not printed: a parameter)", ylabel="Doubling time, days")
    axes.legend(title="Source", frameon=False)
    sns.despine(figure)
    return stamp(figure, curves, source="Yields and days as printed, under an assumed start")


def recruitment_by_age(recruitment: pd.DataFrame) -> Figure:
    """Patients randomised against the registered target, by age group.

    Parameters
    ----------
    recruitment : DataFrame
        ``age_group, kind`` (planned or randomised), ``patients, origin``.
    """
    figure, axes = canvas(2.8)
    sns.barplot(
        recruitment, y="age_group", x="patients", hue="kind", ax=axes,
        palette={"planned": "#C9CED3", "randomised": GREY},
    )  # fmt: skip
    for bars in axes.containers:
        axes.bar_label(bars, padding=3, fontsize=9)
    axes.set(xlabel="Patients", ylabel="")
    axes.legend(title="", frameon=False, loc="upper right")
    sns.despine(figure)
    return stamp(
        figure, recruitment, source="Planned: EU Clinical Trials Register. Randomised: Table 1"
    )
