"""Figures of the cohort chapter."""

from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle

from ..base.origin import origin_of
from ..base.words import in_words, listed
from ..data.trial_facts import ARMS
from ..trial.cohort import TABLE_ONE, days_between_cohorts, fitting_definitions
from ._style import (
    ARM_MARKERS,
    Drawing,
    canvas,
    in_two_widths,
    is_public,
    lines_high,
    name_lines,
    on_phone,
    short,
    stamp,
    who,
    wrapped,
)
from ._svg import put_over, say_marks
from .palette import ARM_COLOURS, GREY, INK, PALE

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


@in_two_widths
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
    narrow = on_phone()
    randomised = flow["stream"].eq("randomised")
    # On a phone the matched stream is below the other.
    below = flow.loc[randomised, "step"].max() + 1.3 if narrow else 0
    steps = below + flow.loc[~randomised, "step"].max() if narrow else flow["step"].max()
    figure, axes = canvas(10.4 if narrow else 7.2)
    axes.set_axis_off()
    columns = {"MSC": 0.25, "CTRL": 0.75, "mCTRL": 0.5} if narrow else {
        "MSC": 0.17, "CTRL": 0.5, "mCTRL": 0.85
    }  # fmt: skip
    middle = {"randomised": 0.5 if narrow else 0.335, "matched": 0.5 if narrow else 0.85}
    places = {}
    for box in flow.itertuples():
        x = columns.get(box.arm, middle[box.stream])
        y = -box.step - (below if box.stream == "matched" else 0)
        places[(box.arm or box.stream, box.step)] = (x, y)
        known = box.n != "not reported"
        number = f"n = {box.n}".replace("= ≤", "≤") if known else "not reported"
        axes.text(
            x, y, f"{wrapped(box.label, narrow=16)}\n{number}", ha="center", va="center",
            linespacing=1.25 if narrow else 1.5,
            fontsize=8.2 if narrow else 9, color=INK if known else GREY,
            style="normal" if known else "italic",
            bbox={
                "boxstyle": "round,pad=0.45",
                "facecolor": "white",
                "edgecolor": ARM_COLOURS.get(box.arm, INK),
                "linestyle": "-" if known else "--",
                "linewidth": 1.3,
            },
        )  # fmt: skip
    reach = 0.42 if narrow else 0.32
    for start, end in _links(flow):
        # From the lower edge of one box to the upper edge of the next.
        (x0, y0), (x1, y1) = places[start], places[end]
        axes.annotate(
            "", (x1, y1 + reach), (x0, y0 - reach),
            arrowprops={"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(-steps - 0.45, 0.45))
    streams = {stream: _boxes_in_words(rows) for stream, rows in flow.groupby("stream")}
    alt = (
        f"Flow diagram. Randomised stream: {streams['randomised']}. "
        f"Matched stream: {streams['matched']}."
    )
    silent = int(flow["n"].eq("not reported").sum())
    title = "From screening to analysis"
    if silent and is_public(flow):
        title = f"The paper does not report {silent} of the {len(flow)} numbers of its flow"
    return Drawing(
        stamp(figure, flow), alt, flow, title,
        "Patients from screening to analysis; a dashed box has no printed number",
        "Text, Table 1 and Table 2; ICU pool from its own abstract",
    )  # fmt: skip


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


@in_two_widths
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
    figure, axes = canvas(3.6 if on_phone() else 3.5)
    shown = periods[periods["group"].ne("RESCAT")].sort_values("start", ascending=False)
    labels = {
        "Milan ICU": "Milan ICU\n(mCTRL)\nmonths only",
        "Modena": "Modena\n(RESCAT)",
        "Vicenza": "Vicenza\n(RESCAT)",
    }
    for height, row in enumerate(shown.itertuples()):
        start = mdates.date2num(row.start)
        of_months = row.precision == "month"
        axes.barh(
            height, row.days, left=start, height=0.5, color=PALE if of_months else GREY,
            edgecolor=GREY, linestyle="--" if of_months else "-",
        )  # fmt: skip
        words = f"{'at most ' if of_months else ''}{row.days} days"
        if on_phone():  # below the bar: there is no room beside it
            axes.text(start, height - 0.38, words, va="center", fontsize=8.2)
        else:
            axes.text(start + row.days + 6, height, words, va="center", fontsize=9)
    for number, approval in enumerate(approvals.sort_values("date").itertuples()):
        day = mdates.date2num(approval.date)
        axes.axvline(day, color=INK, linestyle=":", linewidth=1.2)
        axes.text(
            day + 4, len(shown) - 0.15 - 0.24 * number, f"approval {approval.group}", fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=3,
        )  # fmt: skip
    axes.set_yticks(range(len(shown)), [labels[g] for g in shown["group"]])
    axes.set_ylim(-0.6, len(shown) + 0.1)
    axes.set_xlim(
        mdates.date2num(approvals["date"].min()) - 20, mdates.date2num(periods["end"].max()) + 75
    )
    axes.xaxis.set_major_locator(
        mdates.MonthLocator(bymonth=(1, 7) if on_phone() else (1, 4, 7, 10))
    )
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
    gap = days_between_cohorts(periods)
    title = "When each cohort was recruited"
    if gap > 0 and is_public(periods, approvals):
        title = f"The last matched control came at least {gap} days before the first trial patient"
    return Drawing(
        stamp(figure, periods, approvals), alt, periods, title,
        "Periods of recruitment. Dashed edge: only months are printed. Dotted lines: approvals",
        "Methods, patients; ethics statement",
    )  # fmt: skip


def _period_in_words(period) -> str:
    if period.precision == "month":
        ends = f"{period.start:%B %Y} to {period.end:%B %Y} (months only)"
        return f"{period.group}: {ends}, at most {period.days} days."
    return f"{period.group}: {period.start:%d %B %Y} to {period.end:%d %B %Y}, {period.days} days."


@in_two_widths
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
    origin_of(patients)  # before marks say whose they are
    limits = limits or {}
    rows = -(-len(columns) // 2)
    figure, panels = canvas(2.6 * rows, rows, 2, squeeze=False)
    for axes, column in zip(panels.flat, columns, strict=False):
        strip(axes, patients, column, TABLE_ONE[column], limits.get(column, ()))
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
    meeting = sum(_arms_meet(patients, column) for column in columns)
    title = "Every patient, by arm"
    if meeting and len(columns) > 1 and is_public(patients):
        title = (
            f"In {meeting} of {len(columns)} characteristics the ranges of all arms overlap"
            if meeting < len(columns)
            else "In each characteristic the ranges of all arms overlap"
        )
    note = (
        "Each point is a patient, with the number in Table 1. Days with HFNO count from enrolment"
    )
    note += " (mCTRL: from admission)" + (". Dashed: entry criteria" if limits else "")
    data = patients[["patient_id", "arm", *columns, "origin"]]
    return Drawing(stamp(figure, patients), alt, data, title, note, "Table 1")


def _arms_meet(patients: pd.DataFrame, column: str) -> bool:
    """Whether some value lies within the range of each arm."""
    ranges = patients.groupby("arm")[column].agg(["min", "max"]).dropna()
    return len(ranges) > 1 and ranges["min"].max() <= ranges["max"].min()


def _ranges_by_arm(patients: pd.DataFrame, column: str) -> str:
    return ", ".join(
        f"{arm} {values.min():g} to {values.max():g}"
        for arm, values in patients.groupby("arm", sort=False)[column]
        if values.notna().any()
    )


def strip(
    axes, frame: pd.DataFrame, column: str, what: str, limits: tuple[float, ...] = ()
) -> None:
    """One column of points per arm, and dashed lines at some limits."""
    seen = [*frame[column].dropna(), *limits]
    near = max(np.ptp(seen), 1) / 8  # nearer points would touch
    for limit in limits:
        axes.axhline(limit, color=INK, linestyle="--", linewidth=1)
    for place, arm in enumerate(ARMS):
        points(axes, frame[frame["arm"].eq(arm)], column, place, near, what)
    axes.set_xticks(range(len(ARMS)), ARMS)
    axes.set_xlim(-0.7, len(ARMS) - 0.3)
    axes.margins(y=0.14)
    axes.grid(axis="x", visible=False)


def points(axes, group: pd.DataFrame, column: str, place: float, near: float, what: str) -> None:
    """The patients of an arm: side by side where they would hide each other, with their numbers.

    Of very many the points are small and have no number; a pointer still says whose they are.
    """
    group = group.dropna(subset=[column]).sort_values(column, kind="stable")
    if group.empty:
        return
    arm = group["arm"].iloc[0]
    steps, apart = _spread(group[column].to_numpy(), near), 0.27 if on_phone() else 0.24
    widest = np.abs(steps).max() * apart
    crowded = widest > 1  # the points would stand among those of another arm
    x = place + steps * apart * (0.45 / widest if crowded else 1)
    size = {"o": 190, "s": 150, "D": 140}[ARM_MARKERS[arm]]
    drawn = axes.scatter(
        x, group[column], s=size / 8 if crowded else size, zorder=3,
        color=ARM_COLOURS[arm], marker=ARM_MARKERS[arm], linewidth=0,
    )  # fmt: skip
    say_marks(drawn, [f"{who(row)}: {what} {getattr(row, column):g}" for row in group.itertuples()])
    named = [] if crowded else zip(x, group[column], group["patient_id"], strict=True)
    for at, value, patient in named:
        number = axes.text(
            at, value, short(patient, 10), ha="center", va="center", fontsize=7.6, color="white",
            fontweight="bold", zorder=4,
        )  # fmt: skip
        put_over(number)


def _spread(values: np.ndarray, near: float) -> np.ndarray:
    """Steps to the side for sorted values: the first of 0, 1, -1, 2, -2 where nobody is near."""
    steps = np.zeros(len(values))
    for i, value in enumerate(values):
        taken = {steps[k] for k in range(i) if value - values[k] < near}
        aside = (sign * n for n in range(len(values) + 1) for sign in (1, -1))
        steps[i] = next(step for step in aside if step not in taken)
    return steps


# The rows of the grid of what is reported, in their order, and their names on its axis.
REPORTED = {
    "age": "Age", "male": "Sex", "bmi": "BMI", "comorbidities": "Comorbidities", "map": "MAP",
    "pao2_fio2": "PaO2/FiO2", "hfno": "HFNO", "days_hfno": "Days with HFNO",
    "length_of_stay": "Length of stay", "therapy": "Therapy", "smoking": "Smoking", "sofa": "SOFA",
    "mews": "MEWS", "days_cot": "Days with COT", "days_from_diagnosis": "Days from diagnosis",
    "niv": "NIV", "days_niv": "Days with NIV",
}  # fmt: skip


@in_two_widths
def reporting_grid(status: pd.DataFrame) -> Drawing:
    """What Table 1 prints for how many patients of each arm: the characteristics of ``REPORTED``.

    Parameters
    ----------
    status : DataFrame
        From :func:`rescat.reporting_status`.

    Returns
    -------
    Drawing
        Its data are the rows of these characteristics.
    """
    shown = status[status["column"].isin(REPORTED)]
    arms = [arm for arm in ARMS if arm in set(shown["arm"])]
    figure, axes = canvas(5.0 if on_phone() else 4.6)
    for y, column in enumerate(REPORTED):
        for x, arm in enumerate(arms):
            own = shown.loc[shown["column"].eq(column) & shown["arm"].eq(arm), "status"]
            printed, n = int(own.eq("printed").sum()), len(own)
            no_row = bool(own.eq("no such row").all())
            axes.add_patch(Rectangle((x, -y - 0.36), 0.9, 0.72, facecolor="none", edgecolor=GREY,
                                     lw=0.7, ls=":" if no_row else "-"))  # fmt: skip
            axes.add_patch(Rectangle((x, -y - 0.36), 0.9 * printed / n, 0.72, facecolor=PALE,
                                     lw=0))  # fmt: skip
            words = f"{printed} of {n}" if printed else "no row" if no_row else f"NA ({n})"
            axes.text(x + 0.45, -y, words, ha="center", va="center", fontsize=8.2,
                      color=INK if printed else GREY)  # fmt: skip
    for x, arm in enumerate(arms):
        axes.text(x + 0.45, 0.75, arm, ha="center", weight="bold")
    axes.set_yticks([-y for y in range(len(REPORTED))], list(REPORTED.values()), fontsize=8.5)
    axes.set(xlim=(-0.05, len(arms)), ylim=(0.5 - len(REPORTED), 1.3), xticks=[])
    axes.grid(visible=False)
    sns.despine(figure, left=True, bottom=True)
    whole = shown["status"].eq("printed").groupby([shown["arm"], shown["column"]]).all()
    whole = whole.groupby("arm").sum()
    title = "What Table 1 prints of whom"
    if is_public(status) and {"MSC", "mCTRL"} <= set(arms) and whole["mCTRL"] < whole["MSC"]:
        title = (
            f"Of {len(REPORTED)} characteristics the paper prints {whole['mCTRL']} for every "
            f"matched control, and {whole['MSC']} for every MSC patient"
        )
    note = "For how many patients of each arm. NA: not reported. No row: that part lacks it"
    return Drawing(stamp(figure, status), _reported_in_words(shown), shown, title, note, "Table 1")


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


@in_two_widths
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
    rows = list(dict.fromkeys(zip(compared["summary"], compared["printed"], strict=True)))
    kinds = sorted(compared["type"].unique())
    figure, axes = canvas(lines_high(len(rows), 0.42) + 0.8)
    for y, (summary, printed) in enumerate(rows):
        own = compared[compared["summary"].eq(summary) & compared["printed"].eq(printed)]
        for cell in own.itertuples():
            x = kinds.index(cell.type)
            [dot] = axes.plot(
                x, -y, marker="o", ms=9, color=INK if cell.reproduces else "white",
                markeredgecolor=INK if cell.reproduces else GREY,
            )  # fmt: skip
            say_marks(dot, [f"{summary}, definition {cell.type}: {cell.q1}, {cell.median}, "
                            f"{cell.q3}; printed {printed}"])  # fmt: skip
    axes.set_xticks(range(len(kinds)), kinds)
    axes.set(xlabel="Quartile definition of Hyndman and Fan", ylabel="")
    names = [f"{summary}: {printed}" for summary, printed in rows]
    if not on_phone():
        names = [name.replace(": ", "\n", 1) for name in names]
    name_lines(axes, [-y for y in range(len(rows))], names, fontsize=8.5)
    axes.set_xlim(-0.6, len(kinds) - 0.4)
    axes.grid(axis="x", visible=False)
    sns.despine(figure, left=True)
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
    all_fit = compared.groupby("type")["reproduces"].all()
    title = "Which definition of quartiles gives what is printed"
    if is_public(compared) and len(summaries) > 1:
        fitting = [str(kind) for kind, fits_all in all_fit.items() if fits_all]
        title = (
            f"Definition {listed(fitting)} gives all {in_words(len(summaries))} printed summaries"
            if fitting
            else "No definition of quartiles gives all "
            f"{in_words(len(summaries))} printed summaries"
        )
    note = (
        "Filled: median and both quartiles as printed. Ages are taken as rounded, and as cut, to "
        "years"
    )
    return Drawing(stamp(figure, compared), alt, compared, title, note, "Table 1 and text")
