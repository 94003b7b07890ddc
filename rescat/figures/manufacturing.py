"""Figures of the manufacturing chapter."""

import pandas as pd
import seaborn as sns
from matplotlib.ticker import LogLocator, NullLocator

from ..base.origin import origin_of
from ..base.words import in_words
from ..trial.manufacturing import treated_by_source
from ._style import (
    Drawing,
    canvas,
    in_two_widths,
    is_public,
    key,
    lines_high,
    name_lines,
    on_phone,
    shades,
    stamp,
    wrapped,
)
from .cohort import counted
from .palette import GREY, INK, LIMIT, PALE

# The two sources of cells: no colour of an arm, and a style of line.
SOURCE_COLOURS = {"AT": INK, "UC": GREY}


@in_two_widths
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
            ax=axes, palette=shades(rows["bags_per_infusion"].nunique()), markers=True,
            dashes=False,
            legend=axes is panels[0],
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
    key(
        figure, handles, labels, title="Bags per infusion (a parameter)", ncols=len(labels),
        narrow=5,
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
    enough = all(
        rows["patients"].min() >= treated[rows["msc_source"].iloc[0]]
        for _, rows in single.groupby("product", sort=False)
    )
    title = "How many patients some lots treat"
    if is_public(capacity):
        lots = in_words(int(capacity["lots"].min()), "lot")
        title = (
            f"Even at the largest infusion {lots} of any product would have been enough for all "
            "who were treated"
            if enough
            else f"At the largest infusion {lots} would not have been enough for all who were "
            "treated"
        )
    note = (
        f"Patients treatable with {infusions} infusions each; lots and bags are assumed. Dashed: "
        "patients whom the trial treated"
    )
    return Drawing(
        stamp(figure, capacity), alt, capacity, title, note, "Results, infusions feasible"
    )


def _doses_in_words(product: str, rows: pd.DataFrame) -> str:
    """The patients whom one number of lots treats at the least and at the largest infusion."""
    least, most = rows["bags_per_infusion"].min(), rows["bags_per_infusion"].max()
    return (
        f"{product}, patients: {rows['patients'].max()} at {least} bag{'s' if least > 1 else ''} "
        f"per infusion, {rows['patients'].min()} at {most}"
    )


@in_two_widths
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
            exposure, x="weight", y=dose, hue="bags", ax=axes, linewidth=2,
            palette=shades(exposure["bags"].nunique()),
            legend=False,
        )  # fmt: skip
        for bags, rows in exposure.groupby("bags"):
            last = rows.sort_values("weight", kind="stable").iloc[-1]
            axes.annotate(
                f"{bags} bag{'s' if bags > 1 else ''}", (last["weight"], last[dose]),
                xytext=(4, -3), textcoords="offset points", fontsize=8,
            )  # fmt: skip
        limit = (exposure[dose] / exposure[f"{excipient}_share_of_limit"]).iloc[0]
        axes.axhline(limit, color=LIMIT, linestyle="--", linewidth=1.2)
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
    title = "Excipients of an infusion, against accepted limits"
    if is_public(exposure):
        title = (
            f"The largest dose reaches {100 * shares['dmso_share_of_limit']:.0f} % of the limit of "
            f"DMSO and {100 * shares['albumin_share_of_limit']:.0f} % of that of albumin"
        )
    note = (
        "Grams per kg and infusion, for each number of bags. Weights and bags are assumed. Dashed: "
        "limit per day"
    )
    source = "Bag as printed; density and accepted daily limits from the sources in the text"
    return Drawing(stamp(figure, exposure), alt, exposure, title, note, source)


def _exposure_in_words(bags: int, rows: pd.DataFrame) -> str:
    dmso, albumin = rows["dmso_g_per_kg"], rows["albumin_g_per_kg"]
    return (
        f"Bags {bags}: DMSO {dmso.max():.3f} to {dmso.min():.3f}, "
        f"albumin {albumin.max():.3f} to {albumin.min():.3f}."
    )


@in_two_widths
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
    required = margins.drop_duplicates("product").sort_values(
        "required", ascending=False, kind="stable"
    )
    figure, axes = canvas(lines_high(len(required), 0.3) + 1.3)
    places = [-k for k in range(len(required))]
    axes.scatter(required["required"], places, marker="|", s=220, linewidth=3, color=GREY)
    for (label, rows), line in zip(margins.groupby("measurement"), ("-", "--"), strict=True):
        value = rows["viability"].iloc[0]
        axes.axvline(value, color=INK, linestyle=line, label=f"{value:g} %: {label}")
    name_lines(axes, places, [wrapped(p, narrow=40) for p in required["product"]], fontsize=8.5)
    axes.set(xlabel="Viable cells, %", ylabel="", xlim=(60, 100))
    key(figure, ncols=1)
    sns.despine(figure, left=True)
    measured = margins.drop_duplicates("measurement").itertuples()
    criteria = margins.drop_duplicates("product").itertuples()
    alt = (
        "Printed viabilities as vertical lines ("
        + ", ".join(f"{row.viability:g} % {row.measurement}" for row in measured)
        + ") against release criteria of other products: "
        + ", ".join(f"{row.product} {row.required:g} %" for row in criteria)
        + "."
    )
    met = margins["viability"].ge(margins["required"]).groupby(margins["measurement"]).all()
    title = "Printed viabilities against release criteria of others"
    if is_public(margins):
        title = (
            "Both printed viabilities meet every release criterion that was found"
            if met.all() and len(met) > 1
            else "A printed viability is below a release criterion that was found"
        )
    note = "Vertical lines: viabilities of the product from fat (AT). Grey: what others require"
    source = "Printed figures (AT only); criteria: one source per product"
    return Drawing(stamp(figure, margins), alt, margins, title, note, source)


@in_two_widths
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
    axes.xaxis.set_major_locator(LogLocator(base=1000 if on_phone() else 10))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel="Cells at the start (not printed: a parameter)", ylabel="Doubling time, days")
    if on_phone():
        axes.set_xlabel("Cells at the start (a parameter)")
    axes.legend(title="Source", frameon=False)
    sns.despine(figure)
    times = curves.groupby("msc_source")["doubling_time"]
    alt = " ".join(
        [
            "Line chart on a log scale: doubling time against the number of cells at the start.",
            *(f"{source}: {days.min():.1f} to {days.max():.1f} days." for source, days in times),
        ]
    )
    title = "How fast the cells must have doubled"
    if is_public(curves):
        said = [f"{days.min():.1f} to {days.max():.1f} days ({kind})" for kind, days in times]
        title = f"Depending on the start, cells doubled in {' or '.join(said)}"
    note = "Doubling time that yield and days imply, for each number of cells at the start"
    source = "Yields and days as printed; the start is assumed"
    return Drawing(stamp(figure, curves), alt, curves, title, note, source)


@in_two_widths
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
        palette={"planned": PALE, "randomised": INK}, saturation=1,
    )  # fmt: skip
    for bars in axes.containers:
        axes.bar_label(bars, padding=3, fontsize=9)
    axes.set(xlabel="Patients", ylabel="")
    handles, labels = axes.get_legend_handles_labels()
    axes.get_legend().remove()
    key(figure, handles, labels, ncols=2)
    sns.despine(figure)
    counts = (f"{row.age_group} {row.kind} {row.patients}" for row in recruitment.itertuples())
    alt = f"Bar chart of patients planned and randomised, by age group: {', '.join(counts)}."
    totals = recruitment.groupby("kind")["patients"].sum()
    title = "Patients planned and randomised, by age"
    if is_public(recruitment) and totals["randomised"] < totals["planned"]:
        title = f"{totals['randomised']} patients were randomised, of {totals['planned']} planned"
    source = "Planned: EU Clinical Trials Register. Randomised: Table 1"
    note = "Number of patients by age group"
    return Drawing(stamp(figure, recruitment), alt, recruitment, title, note, source)
