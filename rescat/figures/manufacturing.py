"""Figures of the manufacturing chapter."""

import pandas as pd
import seaborn as sns

from ..base.origin import origin_of
from ..trial.manufacturing import treated_by_source
from ._style import GREY, INK, SOURCE_COLOURS, Drawing, canvas, stamp
from .cohort import counted


def capacity_curves(capacity: pd.DataFrame, patients: pd.DataFrame, infusions: int) -> Drawing:
    """Patients that lots treat, against the number of lots, one line per dose.

    Parameters
    ----------
    capacity : DataFrame
        From :func:`rescat.capacity_grid`.
    patients : DataFrame
        From :func:`rescat.load_patients`. How many of them were treated is drawn as lines.
    infusions : int
        Per patient.

    Returns
    -------
    Drawing
    """
    capacity = capacity.assign(origin=origin_of(capacity, patients))
    treated = treated_by_source(patients)
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
    single = capacity[capacity["lots"].eq(capacity["lots"].min())]
    alt = (
        f"{counted(len(products), 'panel', 'panels').capitalize()}, one per product: patients "
        f"treatable with {infusions} infusions each, against the number of lots, one line per "
        "number of bags in an infusion. With the fewest lots: "
        + "; ".join(
            _doses_in_words(product, rows)
            for product, rows in single.groupby("product", sort=False)
        )
        + f". The trial treated {' and '.join(f'{n} with {s}' for s, n in treated.items())}."
    )
    source = "Results, infusions feasible; lots and bags are assumed"
    return Drawing(stamp(figure, capacity, source=source), alt, capacity)


def _doses_in_words(product: str, rows: pd.DataFrame) -> str:
    """The patients whom one number of lots treats at the least and at the largest infusion."""
    least, most = rows["bags_per_infusion"].min(), rows["bags_per_infusion"].max()
    return (
        f"{product}, patients: {rows['patients'].max()} at {least} bag{'s' if least > 1 else ''} "
        f"per infusion, {rows['patients'].min()} at {most}"
    )


def excipient_curves(exposure: pd.DataFrame) -> Drawing:
    """DMSO and albumin per kg and infusion, over body weight and bags, against accepted limits.

    Parameters
    ----------
    exposure : DataFrame
        From :func:`rescat.excipient_exposure`.

    Returns
    -------
    Drawing
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
    shares = exposure[["dmso_share_of_limit", "albumin_share_of_limit"]].max()
    alt = " ".join(
        [
            "Two panels on a log scale, DMSO and albumin: grams per kg and infusion against body "
            f"weights from {exposure['weight'].min()} to {exposure['weight'].max()} kg, one line "
            "per number of bags.",
            *(_exposure_in_words(bags, rows) for bags, rows in exposure.groupby("bags")),
            "The largest shares of the accepted daily limits are "
            + " and ".join(f"{100 * share:.1f} %" for share in shares)
            + ".",
        ]
    )
    source = "Bag as printed; density and accepted daily limits from the sources in the text"
    return Drawing(stamp(figure, exposure, source=source), alt, exposure)


def _exposure_in_words(bags: int, rows: pd.DataFrame) -> str:
    dmso, albumin = rows["dmso_g_per_kg"], rows["albumin_g_per_kg"]
    return (
        f"Bags {bags}: DMSO {dmso.max():.3f} to {dmso.min():.3f}, "
        f"albumin {albumin.max():.3f} to {albumin.min():.3f}."
    )


def viability_against_criteria(margins: pd.DataFrame) -> Drawing:
    """Two printed viabilities against release criteria found elsewhere.

    Parameters
    ----------
    margins : DataFrame
        From :func:`rescat.viability_margins`.

    Returns
    -------
    Drawing
    """
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
    measured = margins.drop_duplicates("measurement").itertuples()
    criteria = margins.drop_duplicates("product").itertuples()
    alt = (
        "Printed viabilities as vertical lines ("
        + ", ".join(f"{row.viability:g} % {row.measurement}" for row in measured)
        + ") against release criteria of other products: "
        + ", ".join(f"{row.product} {row.required:g} %" for row in criteria)
        + "."
    )
    source = "Printed figures (AT only); criteria: one source per product"
    return Drawing(stamp(figure, margins, source=source), alt, margins)


def growth(curves: pd.DataFrame) -> Drawing:
    """Doubling time that the printed yield and days imply, for each number of cells seeded.

    Parameters
    ----------
    curves : DataFrame
        From :func:`rescat.growth_curves`.

    Returns
    -------
    Drawing
    """
    figure, axes = canvas(3.6)
    sns.lineplot(
        curves, x="seeded", y="doubling_time", hue="msc_source", style="msc_source", ax=axes,
        palette=SOURCE_COLOURS, linewidth=2,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set(xlabel="Cells at the start (not printed: a parameter)", ylabel="Doubling time, days")
    axes.legend(title="Source", frameon=False)
    sns.despine(figure)
    times = curves.groupby("msc_source")["doubling_time"]
    alt = " ".join(
        [
            "Line chart on a log scale: doubling time against the number of cells at the start.",
            *(f"{source}: {days.min():.1f} to {days.max():.1f} days." for source, days in times),
        ]
    )
    source = "Yields and days as printed, under an assumed start"
    return Drawing(stamp(figure, curves, source=source), alt, curves)


def recruitment_by_age(recruitment: pd.DataFrame) -> Drawing:
    """Patients randomised against the registered target, by age group.

    Parameters
    ----------
    recruitment : DataFrame
        From :func:`rescat.planned_by_age`.

    Returns
    -------
    Drawing
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
    counts = (f"{row.age_group} {row.kind} {row.patients}" for row in recruitment.itertuples())
    alt = f"Bar chart of patients planned and randomised, by age group: {', '.join(counts)}."
    source = "Planned: EU Clinical Trials Register. Randomised: Table 1"
    return Drawing(stamp(figure, recruitment, source=source), alt, recruitment)
