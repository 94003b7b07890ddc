"""Figures of the cohort chapter."""

from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap

from ..base.words import listed
from ..data.trial_facts import ARMS
from ..trial.cohort import TABLE_ONE, days_between_cohorts, fitting_definitions
from ._style import ARM_COLOURS, ARM_MARKERS, GREY, INK, Drawing, canvas, short, stamp

_MISSING_FILL = "#F4F5F7"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counted(number: int, one: str, many: str) -> str:
    """A number of things, for an alternative text: in words where it is small.

    Examples
    --------
    >>> counted(6, "panel", "panels")
    'six panels'
    >>> counted(1, "panel", "panels")
    'one panel'
    >>> counted(12, "panel", "panels")
    '12 panels'
    """
    words = _WORDS[number] if number < len(_WORDS) else number
    return f"{words} {one if number == 1 else many}"


def flow_diagram(flow: pd.DataFrame) -> Drawing:
    """CONSORT-style flow of participants.

    Parameters
    ----------
    flow : DataFrame
        From :func:`rescat.participant_flow`.

    Returns
    -------
    Drawing
    """
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
    streams = {stream: _boxes_in_words(rows) for stream, rows in flow.groupby("stream")}
    alt = (
        f"Flow diagram. Randomised stream: {streams['randomised']}. "
        f"Matched stream: {streams['matched']}."
    )
    source = "Text, Table 1 and Table 2; ICU pool from its own abstract"
    return Drawing(stamp(figure, flow, source=source), alt, flow)


def _boxes_in_words(boxes: pd.DataFrame) -> str:
    named = ("MSC", "CTRL")  # the matched stream has one arm, which needs no name
    return "; ".join(
        f"{box.label}{f' ({box.arm})' if box.arm in named else ''}: {box.n}"
        for box in boxes.itertuples()
    )


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


def recruitment_timeline(periods: pd.DataFrame, approvals: pd.DataFrame) -> Drawing:
    """When each cohort was recruited, and when the trial was approved.

    Parameters
    ----------
    periods : DataFrame
        From :func:`rescat.recruitment_periods`.
    approvals : DataFrame
        From :func:`rescat.approval_dates`.

    Returns
    -------
    Drawing
        Its data are the periods.
    """
    figure, axes = canvas(3.5)
    shown = periods[periods["group"].ne("RESCAT")].sort_values("start", ascending=False)
    labels = {
        "Milan ICU": "Milan ICU (mCTRL)\nmonths only",
        "Modena": "Modena (RESCAT)",
        "Vicenza": "Vicenza (RESCAT)",
    }
    for height, row in enumerate(shown.itertuples()):
        start = mdates.date2num(row.start)
        axes.barh(
            height, row.days, left=start, height=0.5,
            color="#8A96A3" if row.precision == "month" else GREY,
            hatch="//" if row.precision == "month" else None, edgecolor="white",
        )  # fmt: skip
        axes.text(
            start + row.days + 6,
            height,
            f"{'at most ' if row.precision == 'month' else ''}{row.days} days",
            va="center",
            fontsize=9,
            color=INK,
        )
    for number, approval in enumerate(approvals.sort_values("date").itertuples()):
        day = mdates.date2num(approval.date)
        axes.axvline(day, color=INK, linestyle=":", linewidth=1.2)
        axes.text(
            day + 4, len(shown) - 0.15 - 0.22 * number, f"approval {approval.group}", fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=3,
        )  # fmt: skip
    axes.set_yticks(range(len(shown)), [labels[g] for g in shown["group"]])
    axes.set_ylim(-0.6, len(shown) + 0.1)
    axes.set_xlim(
        mdates.date2num(approvals["date"].min()) - 20, mdates.date2num(periods["end"].max()) + 75
    )
    axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 4, 7, 10)))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
    axes.grid(axis="y", visible=False)
    sns.despine(figure, left=True)
    centres = periods[periods["group"].ne("RESCAT")]
    alt = " ".join(
        [
            "Time line.",
            *map(_period_in_words, centres.itertuples()),
            f"The matched controls were recruited first; at least {days_between_cohorts(periods)} "
            "days lie between the two periods. Dotted lines, approvals:",
            "; ".join(f"{a.group} {a.date:%d %B %Y}" for a in approvals.itertuples()) + ".",
        ]
    )
    source = "Methods, patients; ethics statement"
    return Drawing(stamp(figure, periods, approvals, source=source), alt, periods)


def _period_in_words(period) -> str:
    if period.precision == "month":
        ends = f"{period.start:%B %Y} to {period.end:%B %Y} (months only)"
        return f"{period.group}: {ends}, at most {period.days} days."
    return f"{period.group}: {period.start:%d %B %Y} to {period.end:%d %B %Y}, {period.days} days."


def patient_strips(
    patients: pd.DataFrame, columns: list[str], limits: dict[str, tuple] | None = None
) -> Drawing:
    """Every patient, one panel per characteristic, one column of points per arm.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.
    columns : list of str
        A panel for each, with its title in Table 1.
    limits : dict, optional
        Entry criteria of the trial to draw, from :func:`rescat.entry_limits`: column to (lowest,
        highest).

    Returns
    -------
    Drawing
        Its data are these columns of every patient.
    """
    limits = limits or {}
    rows = -(-len(columns) // 2)
    figure, panels = canvas(2.6 * rows, rows, 2, squeeze=False)
    for axes, column in zip(panels.flat, columns, strict=False):
        strip(axes, patients, column)
        for limit in limits.get(column, ()):
            axes.axhline(limit, color=INK, linestyle="--", linewidth=1)
        axes.set_title(TABLE_ONE[column], fontsize=10)
        axes.set(xlabel="", ylabel="")
    for axes in panels.flat[len(columns) :]:
        axes.set_axis_off()
    sns.despine(figure)
    number = counted(len(columns), "panel", "panels").capitalize()
    alt = " ".join(
        [
            f"{number} with one point per patient, by arm.",
            *(f"{TABLE_ONE[column]}: {_ranges_by_arm(patients, column)}." for column in columns),
        ]
    )
    if limits:
        lines = [f"{TABLE_ONE[name]} {low:g} and {high:g}" for name, (low, high) in limits.items()]
        alt += f" Dashed lines, entry criteria: {'; '.join(lines)}."
    source = "Table 1. HFNO: days from enrolment (mCTRL: from admission). Dashes: entry criteria"
    stamp(figure, patients, source=source)
    data = patients[["patient_id", "arm", *columns, "origin"]]
    return Drawing(figure, alt, data)


def _ranges_by_arm(patients: pd.DataFrame, column: str) -> str:
    return ", ".join(
        f"{arm} {values.min():g} to {values.max():g}"
        for arm, values in patients.groupby("arm", sort=False)[column]
    )


def strip(axes, frame: pd.DataFrame, column: str) -> None:
    """One column of points per arm."""
    near = max(np.ptp(frame[column].dropna()), 1) / 13  # nearer points would touch
    for place, arm in enumerate(ARMS):
        points(axes, frame[frame["arm"].eq(arm)], column, place, near)
    axes.set_xticks(range(len(ARMS)), ARMS)
    axes.set_xlim(-0.6, len(ARMS) - 0.4)
    axes.grid(axis="x", visible=False)


def points(axes, group: pd.DataFrame, column: str, place: float, near: float, step=0.2) -> None:
    """The patients of an arm: side by side where they would hide each other, with their numbers."""
    group = group.dropna(subset=[column]).sort_values(column)
    if group.empty:
        return
    arm = group["arm"].iloc[0]
    x = place + step * _spread(group[column].to_numpy(), near)
    sns.scatterplot(
        x=x, y=group[column].to_numpy(), ax=axes, s=105, zorder=3, color=ARM_COLOURS[arm],
        marker=ARM_MARKERS[arm], legend=False,
    )  # fmt: skip
    for at, value, patient in zip(x, group[column], group["patient_id"], strict=True):
        axes.text(
            at, value, short(patient, 10), ha="center", va="center", fontsize=6.5, color="white",
            fontweight="bold", zorder=4,
        )  # fmt: skip


def _spread(values: np.ndarray, near: float) -> np.ndarray:
    """Steps to the side for sorted values nearer than ``near``: 0, then 1, -1, 2, -2."""
    steps, run = np.zeros(len(values)), 0
    for i in range(1, len(values)):
        run = run + 1 if values[i] - values[i - 1] < near else 0
        steps[i] = (run + 1) // 2 * (1 if run % 2 else -1)
    return steps


# The rows of the grid of what is reported, in their order, and their names on its axis.
REPORTED = {
    "age": "Age", "male": "Sex", "bmi": "BMI", "comorbidities": "Comorbidities", "map": "MAP",
    "pao2_fio2": "PaO2/FiO2", "hfno": "HFNO", "days_hfno": "Days with HFNO",
    "length_of_stay": "Length of stay", "therapy": "Therapy", "smoking": "Smoking", "sofa": "SOFA",
    "mews": "MEWS", "days_cot": "Days with COT", "days_from_diagnosis": "Days from diagnosis",
    "niv": "NIV", "days_niv": "Days with NIV",
}  # fmt: skip


def reporting_grid(status: pd.DataFrame) -> Drawing:
    """What Table 1 prints for whom: the characteristics of ``REPORTED``, by patient.

    Parameters
    ----------
    status : DataFrame
        From :func:`rescat.reporting_status`.

    Returns
    -------
    Drawing
        Its data are the rows of these characteristics.
    """
    codes = {"printed": 2, "not reported": 1, "no such row": 0}
    shown = status[status["column"].isin(REPORTED)]
    coded = shown.assign(code=shown["status"].map(codes))
    wide = coded.pivot(index="column", columns="patient_id", values="code")
    order = status.drop_duplicates("patient_id").sort_values("arm", key=lambda a: a.map(ARMS.index))
    wide = wide.loc[list(REPORTED), order["patient_id"]].rename(columns=lambda p: short(p, 14))
    figure, axes = canvas(5.6)
    sns.heatmap(
        wide, ax=axes, cmap=ListedColormap(["#E3E6E9", "#E69F00", "#0072B2"]), vmin=0, vmax=2,
        linewidths=1, linecolor="white", cbar=False,
    )  # fmt: skip
    for y, x in np.argwhere(wide.to_numpy() == 1):
        axes.text(x + 0.5, y + 0.5, "NA", ha="center", va="center", fontsize=7, color=INK)
    axes.set_yticklabels(list(REPORTED.values()), rotation=0)
    axes.set(xlabel="Patient", ylabel="")
    _group_ticks(axes, order["arm"].tolist())
    source = "Table 1. Blue: printed. Orange, NA: not reported. Grey: that part has no such row"
    return Drawing(stamp(figure, status, source=source), _reported_in_words(shown), shown)


def _reported_in_words(shown: pd.DataFrame) -> str:
    """What share of the grid is printed, and what the matched controls lack altogether."""
    rows, patients = shown["column"].nunique(), shown["patient_id"].nunique()
    printed = shown["status"].eq("printed").groupby(shown["arm"]).mean()
    shares = ", ".join(f"{arm} {100 * printed[arm]:.0f} %" for arm in ARMS if arm in printed)
    clauses = []
    for status, one, many, rest in (
        ("not reported", "is", "are", "not reported for matched controls"),
        ("no such row", "has", "have", "no row in their part of the table"),
    ):
        names = _lacking(shown[shown["arm"].eq("mCTRL")], status)
        if names:
            clauses.append(f"{listed(names)} {one if len(names) == 1 else many} {rest}")
    lacking = "; ".join(clauses)
    return (
        f"Grid of {rows} characteristics by {patients} patients. Share of cells printed: {shares}."
        + (f" {lacking[0].upper()}{lacking[1:]}." if lacking else "")
    )


def _lacking(shown: pd.DataFrame, status: str) -> list[str]:
    """The characteristics of which every patient has this status."""
    of_all = shown["status"].eq(status).groupby(shown["column"]).all()
    lacking = [column for column in REPORTED if of_all.get(column, False)]
    # Without a support there are no days with it: they need no mention.
    days = [f"days_{column}" for column in lacking]
    names = [REPORTED[column] for column in lacking if column not in days]
    # Within a sentence: "days with COT", but "SOFA" and "PaO2/FiO2".
    return [n[0].lower() + n[1:] if n.split()[0].istitle() else n for n in names]


def _group_ticks(axes, arms: list[str]) -> None:
    """Name the arms above a grid, with a line between them."""
    for arm in dict.fromkeys(arms):
        places = [i for i, a in enumerate(arms) if a == arm]
        axes.text(np.mean(places) + 0.5, -0.35, arm, ha="center", fontsize=10, color=INK)
        axes.axvline(places[-1] + 1, color=INK, linewidth=1.5)


def quartile_grid(compared: pd.DataFrame) -> Drawing:
    """Which of the nine definitions reproduces which printed summary.

    Parameters
    ----------
    compared : DataFrame
        From :func:`rescat.printed_quartiles`. A cell shows both quartiles around the median.

    Returns
    -------
    Drawing
    """
    cells = compared.assign(
        row=compared["summary"] + "\n" + compared["printed"],
        text=compared[["q1", "median", "q3"]].agg("\n".join, axis=1).str.replace(" to ", "–")
        + compared["reproduces"].map({True: " ✔", False: ""}),
    )
    rows = list(dict.fromkeys(cells["row"]))
    wide = cells.pivot(index="row", columns="type", values="reproduces").loc[rows]
    text = cells.pivot(index="row", columns="type", values="text").loc[rows]
    figure, axes = canvas(0.75 + 0.68 * len(rows))
    sns.heatmap(
        wide.astype(int), ax=axes, annot=text, fmt="", cmap=ListedColormap(["#F1F2F4", "#9BD3C0"]),
        vmin=0, vmax=1, linewidths=2, linecolor="white", cbar=False,
        annot_kws={"fontsize": 7.5, "color": INK},
    )  # fmt: skip
    axes.set(xlabel="Quartile definition of Hyndman and Fan", ylabel="")
    axes.set_yticklabels(rows, rotation=0)
    summaries = compared.groupby(["summary", "printed"], sort=False)
    number = counted(len(summaries), "printed summary", "printed summaries")
    fits = {
        f"{summary}, printed {text}": fitting_definitions(rows)
        for (summary, text), rows in summaries
    }
    alt = " ".join(
        [
            f"Grid of {number} by nine quartile definitions; a tick where median and quartiles are "
            "as printed.",
            *(f"{what}: definitions {', '.join(map(str, t))}." for what, t in fits.items() if t),
        ]
    )
    source = (
        "Table 1 and text. Cells: quartile 1, median, quartile 3. Ages: rounded or cut to years. "
        "Green: all as printed"
    )
    return Drawing(stamp(figure, compared, source=source), alt, compared)
