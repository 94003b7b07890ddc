"""Figures of the cohort chapter."""

from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from ..cohort import ARMS
from ._style import ARM_COLOURS, ARM_MARKERS, GREY, INK, canvas, stamp

_MISSING_FILL = "#F4F5F7"


def flow_diagram(flow: pd.DataFrame) -> Figure:
    """CONSORT-style flow of participants, from :func:`rescat.participant_flow`."""
    figure, axes = canvas(7.2)
    axes.set_axis_off()
    columns = {"MSC": 0.17, "CTRL": 0.5, "mCTRL": 0.85}
    places = {}
    for box in flow.itertuples():
        x = columns.get(box.arm, 0.335 if box.stream == "randomised" else 0.85)
        y = 1 - box.step / 7.6
        places[(box.arm or box.stream, box.step)] = (x, y)
        known = box.n != "not reported"
        number = f"n = {box.n}".replace("= ≤", "≤") if known else "not reported"
        axes.text(
            x, y, f"{box.label}\n{number}", ha="center", va="center", fontsize=9, linespacing=1.5,
            color=INK if known else GREY, style="normal" if known else "italic",
            bbox={
                "boxstyle": "round,pad=0.45",
                "facecolor": "white" if known else _MISSING_FILL,
                "edgecolor": ARM_COLOURS.get(box.arm, INK),
                "linestyle": "-" if known else "--",
                "linewidth": 1.3,
            },
        )  # fmt: skip
    for start, end in _links(flow):
        # From the lower edge of one box to the upper edge of the next.
        (x0, y0), (x1, y1) = places[start], places[end]
        axes.annotate(
            "", (x1, y1 + 0.042), (x0, y0 - 0.042),
            arrowprops={"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.06))
    return stamp(figure, flow, source="Text, Table 1 and Table 2; ICU pool from its own abstract")


def _links(flow: pd.DataFrame) -> list[tuple]:
    """Arrows: down each arm, from the last common box of its stream."""
    links = []
    for stream, rows in flow.groupby("stream", sort=False):
        common = sorted(rows.loc[rows["arm"].eq(""), "step"])
        links += [((stream, a), (stream, b)) for a, b in pairwise(common)]
        for arm, own in rows[rows["arm"].ne("")].groupby("arm"):
            steps = sorted(own["step"])
            links.append(((stream, common[-1]), (arm, steps[0])))
            links += [((arm, a), (arm, b)) for a, b in pairwise(steps)]
    return links


def recruitment_timeline(periods: pd.DataFrame, approvals: pd.DataFrame) -> Figure:
    """When each cohort was recruited, and when the trial was approved.

    Parameters
    ----------
    periods : DataFrame
        From :func:`rescat.recruitment_periods`.
    approvals : DataFrame
        ``group, date, origin``.
    """
    figure, axes = canvas(3.2)
    shown = periods[periods["group"].ne("RESCAT")].sort_values("start", ascending=False)
    colours = {"Milan ICU": ARM_COLOURS["mCTRL"]}
    labels = {
        "Milan ICU": "Milan ICU (mCTRL)\nmonths only",
        "Modena": "Modena (RESCAT)",
        "Vicenza": "Vicenza (RESCAT)",
    }
    for height, row in enumerate(shown.itertuples()):
        start = mdates.date2num(row.start)
        axes.barh(
            height, row.days, left=start, height=0.5,
            color=colours.get(row.group, ARM_COLOURS["MSC"]),
            hatch="//" if row.precision == "month" else None, edgecolor="white",
        )  # fmt: skip
        axes.text(
            start + row.days + 6, height, f"{row.days} days", va="center", fontsize=9, color=INK
        )
    for approval in approvals.itertuples():
        axes.axvline(mdates.date2num(approval.date), color=GREY, linestyle=":", linewidth=1.2)
    axes.text(
        mdates.date2num(approvals["date"].max()) + 4, len(shown) - 0.42, "approvals",
        fontsize=8, color=GREY,
    )  # fmt: skip
    axes.set_yticks(range(len(shown)), [labels[g] for g in shown["group"]])
    axes.set_ylim(-0.6, len(shown) - 0.2)
    axes.set_xlim(
        mdates.date2num(approvals["date"].min()) - 20, mdates.date2num(periods["end"].max()) + 75
    )
    axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 4, 7, 10)))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
    axes.grid(axis="y", visible=False)
    sns.despine(figure, left=True)
    return stamp(figure, periods, approvals, source="Methods, patients; ethics statement")


def patient_strips(
    patients: pd.DataFrame, columns: dict[str, str], limits: dict[str, tuple] | None = None
) -> Figure:
    """Every patient, one panel per characteristic, one column of points per arm.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.
    columns : dict
        Column to panel title, with its unit.
    limits : dict, optional
        Entry criteria of the trial to draw: column to (lowest, highest).
    """
    limits = limits or {}
    rows = -(-len(columns) // 2)
    figure, panels = canvas(2.6 * rows, rows, 2, squeeze=False)
    for axes, (column, title) in zip(panels.flat, columns.items(), strict=False):
        _strip(axes, patients, column)
        for limit in limits.get(column, ()):
            axes.axhline(limit, color=INK, linestyle="--", linewidth=1)
        axes.set_title(title, fontsize=10)
        axes.set(xlabel="", ylabel="")
    for axes in panels.flat[len(columns) :]:
        axes.set_axis_off()
    sns.despine(figure)
    return stamp(
        figure, patients, source="Table 1. Numbers are patient numbers; dashes: entry criteria"
    )


def _strip(axes, frame: pd.DataFrame, column: str) -> None:
    """Points side by side where they would hide each other, each holding its patient's number."""
    for position, arm in enumerate(ARMS):
        group = frame[frame["arm"].eq(arm)].dropna(subset=[column]).sort_values(column)
        span = max(np.ptp(frame[column].dropna()), 1)
        offsets = _spread(group[column].to_numpy(), span / 13)
        sns.scatterplot(
            x=position + offsets, y=group[column].to_numpy(), ax=axes, s=105, zorder=3,
            color=ARM_COLOURS[arm], marker=ARM_MARKERS[arm], legend=False,
        )  # fmt: skip
        numbers = zip(position + offsets, group[column], group["patient_id"], strict=True)
        for x, value, patient in numbers:
            axes.text(
                x, value, patient, ha="center", va="center", fontsize=6.5, color="white",
                fontweight="bold", zorder=4,
            )  # fmt: skip
    axes.set_xticks(range(len(ARMS)), ARMS)
    axes.set_xlim(-0.6, len(ARMS) - 0.4)
    axes.grid(axis="x", visible=False)


def _spread(values: np.ndarray, near: float) -> np.ndarray:
    """Sideways offsets for sorted values that lie closer than ``near``."""
    offsets, run = np.zeros(len(values)), [0] if len(values) else []
    for i in range(1, len(values) + 1):
        if i < len(values) and values[i] - values[run[-1]] < near:
            run.append(i)
            continue
        offsets[run] = (np.arange(len(run)) - (len(run) - 1) / 2) * 0.2
        run = [i]
    return offsets


def reporting_grid(status: pd.DataFrame, labels: dict[str, str]) -> Figure:
    """What Table 1 prints for whom.

    Parameters
    ----------
    status : DataFrame
        From :func:`rescat.reporting_status`.
    labels : dict
        Column to its name on the axis, in the order wanted.
    """
    codes = {"printed": 2, "not reported": 1, "no such row": 0}
    grid = status[status["column"].isin(labels)].copy()
    grid["code"] = grid["status"].map(codes)
    wide = grid.pivot(index="column", columns="patient_id", values="code")
    order = status.drop_duplicates("patient_id").sort_values("arm", key=lambda a: a.map(ARMS.index))
    wide = wide.loc[list(labels), order["patient_id"]]
    figure, axes = canvas(5.6)
    sns.heatmap(
        wide, ax=axes, cmap=ListedColormap(["#E3E6E9", "#E69F00", "#0072B2"]), vmin=0, vmax=2,
        linewidths=1, linecolor="white", cbar=False,
    )  # fmt: skip
    for y, x in np.argwhere(wide.to_numpy() == 1):
        axes.text(x + 0.5, y + 0.5, "NA", ha="center", va="center", fontsize=7, color=INK)
    axes.set_yticklabels(list(labels.values()), rotation=0)
    axes.set(xlabel="Patient", ylabel="")
    _group_ticks(axes, order["arm"].tolist())
    return stamp(
        figure, status,
        source="Table 1. Blue: printed. Orange, NA: not reported. Grey: that part has no such row",
    )  # fmt: skip


def _group_ticks(axes, arms: list[str]) -> None:
    """Name the arms above a grid, with a line between them."""
    for arm in dict.fromkeys(arms):
        places = [i for i, a in enumerate(arms) if a == arm]
        axes.text(np.mean(places) + 0.5, -0.35, arm, ha="center", fontsize=10, color=INK)
        axes.axvline(places[-1] + 1, color=INK, linewidth=1.5)


def quartile_grid(compared: pd.DataFrame) -> Figure:
    """Which of the nine definitions reproduces which printed summary.

    Parameters
    ----------
    compared : DataFrame
        From :func:`rescat.printed_quartiles`. A cell shows the first and third quartile.
    """
    cells = compared.assign(
        row=compared["summary"] + "\n" + compared["printed"],
        text=compared["q1"].str.replace(" to ", "–")
        + "\n"
        + compared["q3"].str.replace(" to ", "–")
        + compared["reproduces"].map({True: "\n✔", False: ""}),
    )
    rows = list(dict.fromkeys(cells["row"]))
    wide = cells.pivot(index="row", columns="type", values="reproduces").loc[rows]
    text = cells.pivot(index="row", columns="type", values="text").loc[rows]
    figure, axes = canvas(0.75 + 0.62 * len(rows))
    sns.heatmap(
        wide.astype(int), ax=axes, annot=text, fmt="", cmap=ListedColormap(["#F1F2F4", "#9BD3C0"]),
        vmin=0, vmax=1, linewidths=2, linecolor="white", cbar=False,
        annot_kws={"fontsize": 7.5, "color": INK},
    )  # fmt: skip
    axes.set(xlabel="Quartile definition of Hyndman and Fan", ylabel="")
    axes.set_yticklabels(rows, rotation=0)
    return stamp(
        figure,
        compared,
        source="Table 1 and text. Green with a tick: median and both quartiles as printed",
    )
