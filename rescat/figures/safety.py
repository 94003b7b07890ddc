"""Figures of the safety chapter."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ..base.origin import origin_of
from ..base.words import in_words
from ..data.trial_facts import ARMS
from ..trial.safety import upper_bound_of_zero
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
    short,
    stamp,
    who,
    wrapped,
)
from ._svg import say_marks
from .cohort import counted, strip
from .palette import ARM_COLOURS, GREY, INK, PHASES, SERIOUS


@in_two_widths
def swimmer(
    course: pd.DataFrame, patients: pd.DataFrame, events: pd.DataFrame, sampling_days: list[float]
) -> Drawing:
    """Respiratory support, protocol sampling days, events and the stay of every patient.

    Parameters
    ----------
    course : DataFrame
        From :func:`rescat.clinical_course`.
    patients, events : DataFrame
        From the loaders.
    sampling_days : list
        Protocol days of blood sampling, drawn for the randomised patients.

    Returns
    -------
    Drawing
        Its data are the course.
    """
    order = patients.sort_values(
        ["arm", "length_of_stay"], key=lambda c: c.map(ARMS.index) if c.name == "arm" else -c
    )
    heights = {patient: -i for i, patient in enumerate(order["patient_id"])}
    # Later events are in words: the days in hospital would be too narrow beside them.
    end = max(order["length_of_stay"].max(), 28) + 7
    figure, axes = canvas(lines_high(len(order), 0.33) + 1.4)
    ids = order.set_index("patient_id")
    for bar in course.itertuples():
        # NIV shares its days with HFNO: half the height, on top of it.
        whole = 0.42 if on_phone() else 0.62  # a name stands above it
        thickness, lift = (whole / 2, whole / 4) if bar.phase == "NIV" else (whole, 0)
        [drawn] = axes.barh(
            heights[bar.patient_id] + lift, bar.end - bar.start, left=bar.start, height=thickness,
            color=PHASES[bar.phase], edgecolor="white", linewidth=0.8,
            zorder=4 if bar.phase == "NIV" else 3,
        )  # fmt: skip
        words = f"{bar.phase}, day {bar.start:g} to {bar.end:g}"
        say_marks(drawn, [f"{_who(bar.patient_id, ids)}: {words}"])
    _swimmer_marks(axes, order, events, heights, sampling_days, end)
    labels = [f"{p.arm} {short(p.patient_id)}" for p in order.itertuples()]
    name_lines(axes, heights.values(), labels)
    axes.set_xticks([day for day in (0, 14, 28, 42, 56, 70, 84) if day <= end])
    axes.set_xlim(-0.8, end)
    axes.set_ylim(min(heights.values()) - 1.1, 0.75)
    since = "Days since enrolment (MSC, CTRL) or admission (mCTRL)"
    axes.set(xlabel=wrapped(since, narrow=34), ylabel="")
    axes.grid(axis="y", visible=False)
    key(figure, handles=_swimmer_signs(), ncols=4)
    sns.despine(figure, left=True)
    undated = events[events["day"].isna()]
    without = "".join(
        f". No day is printed for {e.term.lower()} of patient {e.patient_id}"
        for e in undated.itertuples()
    )
    alt = (
        "Swimmer plot with one bar per patient: days of HFNO, NIV, COT and no oxygen support until "
        f"the stay ends. End of stay: {_stays_in_words(patients)}. Events: "
        f"{_events_in_words(events)}."
    )
    note = f"One bar for each patient; the order of supports is assumed{without}"
    return Drawing(
        stamp(figure, course, events), alt, course, _swimmer_title(patients, events), note,
        "Tables 1 and 2",
    )  # fmt: skip


def _who(patient: str, patients: pd.DataFrame) -> str:
    """A patient in words, from a table with a row for each."""
    return who(patients.assign(patient_id=patients.index).loc[patient])


def _swimmer_title(patients: pd.DataFrame, events: pd.DataFrame) -> str:
    """Who was in hospital longest, and what came after."""
    serious = events[events["category"].eq("SAE") & events["day"].notna()]
    stays = patients.set_index("patient_id")["length_of_stay"]
    after = serious[serious["day"] > serious["patient_id"].map(stays)]
    if not is_public(patients, events) or serious.empty:
        return "The stay of every patient"
    people = in_words(serious["patient_id"].nunique(), "patient")
    if len(after) == len(serious):
        return f"All serious events came after the stay in hospital had ended, in {people}"
    return f"{people.capitalize()} had serious events"


def _stays_in_words(patients: pd.DataFrame) -> str:
    return ", ".join(
        f"{arm} after {stays.min():g} to {stays.max():g} days"
        for arm, stays in patients.groupby("arm", sort=False)["length_of_stay"]
    )


def _events_in_words(events: pd.DataFrame) -> str:
    """Every event with its day, and then those without one."""
    dated, undated = events[events["day"].notna()], events[events["day"].isna()]
    told = [
        ", ".join(
            f"patient {event.patient_id} {event.term.lower()} on day {event.day:g}"
            for event in dated.itertuples()
        )
    ]
    if len(undated):
        whose = [
            f"{event.term.lower()} of patient {event.patient_id}" for event in undated.itertuples()
        ]
        verb = "have" if len(undated) > 1 or undated["term"].iloc[0].endswith("s") else "has"
        told.append(f"{' and '.join(whose)} {verb} no day")
    return "; ".join(filter(None, told)) or "none"


def _swimmer_marks(axes, order, events, heights, sampling_days, end) -> None:
    ids = order.set_index("patient_id")
    stay = order.dropna(subset=["length_of_stay"])
    at = [heights[p] for p in stay["patient_id"]]
    ends = axes.scatter(stay["length_of_stay"], at, marker=">", color=INK, s=46, zorder=5)
    say_marks(ends, [f"{who(p)}: stay ends on day {p.length_of_stay:g}" for p in stay.itertuples()])
    lowest = min(heights.values()) - 0.75
    axes.scatter(
        sampling_days, [lowest] * len(sampling_days), marker="^", s=22, color="white",
        edgecolor=INK, linewidth=0.8, zorder=5, clip_on=False,
    )  # fmt: skip
    told = {}
    for (patient, day), rows in events.dropna(subset=["day"]).groupby(["patient_id", "day"]):
        words = " and ".join(short(t.lower()) for t in rows["term"])
        serious = rows["category"].eq("SAE").any()
        if day <= end - 1:
            # Above the bar's middle, where it hides no end of stay.
            mark = axes.scatter(
                day, heights[patient] + 0.2, marker="X" if serious else "P", s=70, zorder=6,
                color=SERIOUS if serious else "white", edgecolor=INK, linewidth=1,
            )  # fmt: skip
            say_marks(mark, [f"{_who(patient, ids)}: {words}, day {day:g}"])
        told.setdefault(patient, []).append((day, words))
    for patient, happened in told.items():
        # Words begin after the stay, where no bar is; on a phone they end beside the name.
        late = any(day > end - 1 for day, _ in happened)
        line = "; ".join(f"{words}, day {day:g}" for day, words in happened) + " →" * late
        y = heights[patient]
        if on_phone():
            axes.text(
                1, y + 0.2, wrapped(line, narrow=32), fontsize=8.2, ha="right", va="center",
                transform=axes.get_yaxis_transform(), zorder=7,
            )  # fmt: skip
            continue
        near = [day for day, _ in happened if day <= end - 1]
        free = max([*near, ids.loc[patient, "length_of_stay"]]) + 2.2
        axes.text(free, y + 0.05, wrapped(line, 52), va="center", fontsize=8.5, zorder=7)


def _swimmer_signs() -> list:
    handles = [Patch(color=colour, label=phase) for phase, colour in PHASES.items()]
    marks = [
        (">", INK, "end of stay"),
        ("^", "white", "planned blood sample"),
        ("P", "white", "adverse event"),
        ("X", SERIOUS, "serious adverse event"),
    ]
    return handles + [
        Line2D([], [], marker=m, color=c, markeredgecolor=INK, linestyle="", label=label)
        for m, c, label in marks
    ]


@in_two_widths
def interval_plot(table: pd.DataFrame) -> Drawing:
    """Observed shares of patients with exact 95 % confidence intervals, or the limit of none.

    Parameters
    ----------
    table : DataFrame
        From :func:`rescat.safety_proportions`, or one with the same columns.

    Returns
    -------
    Drawing
    """
    figure, axes = canvas(0.9 + lines_high(len(table), 0.42))
    heights = np.arange(len(table))[::-1]
    axes.hlines(heights, 100 * table["low"], 100 * table["high"], color=GREY, linewidth=2.5)
    axes.scatter(
        100 * table["patients"] / table["n"], heights, s=70, c=table["arm"].map(ARM_COLOURS),
        zorder=3,
    )  # fmt: skip
    for height, row in zip(heights, table.itertuples(), strict=True):
        text = f"{row.patients} of {row.n}: {_limits_in_words(row)}"
        x, y, end = (100, height + 0.42, "right") if on_phone() else (104, height, "left")
        axes.text(x, y, text, va="center", ha=end, fontsize=8.5)
    name_lines(axes, heights, table["label"])
    axes.set(xlabel="Patients, %", ylabel="", xlim=(-2, 102 if on_phone() else 150))
    axes.set_xticks(range(0, 101, 20))
    axes.grid(axis="y", visible=False)
    sns.despine(figure, left=True)
    rows = (
        f"{row.label}: {row.patients} of {row.n}, {_limits_in_words(row)}."
        for row in table.itertuples()
    )
    alt = " ".join(["Forest plot of exact 95 % confidence intervals.", *rows])
    title = "How many patients, and how sure that is"
    none = table[table["patients"].eq(0) & table["arm"].eq("MSC")]
    if is_public(table) and len(none):
        n, limit = int(none["n"].iloc[0]), 100 * upper_bound_of_zero(int(none["n"].iloc[0]))
        title = (
            f"An event that none of {n} MSC patients had is compatible with a true risk of up to "
            f"{limit:.0f} %"
        )
    note = (
        "Point: share of patients observed. Line: exact 95 % confidence interval; where nobody had "
        "it, up to the one-sided limit. Colours: arms"
    )
    source = "Tables 1 and 2; events of CTRL and deaths: text of the results"
    return Drawing(stamp(figure, table), alt, table, title, note, source)


def _limits_in_words(row) -> str:
    """The interval of a row of a forest of shares; of no patient its upper limit alone."""
    if not row.patients:
        return f"up to {100 * row.high:.0f} %"
    return f"{100 * row.low:.1f} to {100 * row.high:.1f} %"


@in_two_widths
def none_of_n(chances: pd.DataFrame, n: int, limit: float) -> Drawing:
    """How probable it is that nobody has an event, over its true risk, and the risk that remains.

    Parameters
    ----------
    chances : DataFrame
        From :func:`rescat.chances_of_none`.
    n : int
        Number of the patients.
    limit : float
        The one-sided upper limit of the risk, from 0 to 1.

    Returns
    -------
    Drawing
    """
    figure, axes = canvas(3.0)
    axes.plot(100 * chances["risk"], 100 * chances["probability"], color=INK, lw=2)
    within = chances[chances["risk"].le(limit)]
    axes.fill_between(
        100 * within["risk"], 100 * within["probability"], color=ARM_COLOURS["MSC"], alpha=0.18
    )
    left = 100 * (1 - limit) ** n
    axes.axhline(left, color=GREY, lw=1, ls="--")
    axes.plot([100 * limit], [left], color=ARM_COLOURS["MSC"], marker="o", ms=8)
    axes.annotate(f"{100 * limit:.0f} %", (100 * limit, left), (8, 6), textcoords="offset points")
    axes.set(
        xlabel="True risk of one patient, %", ylabel=f"Probability that none\nof {n} has it, %",
        xlim=(0, 100), ylim=(0, 102),
    )  # fmt: skip
    sns.despine(figure)
    alt = (
        f"The probability that none of {n} patients has an event falls from 100 % with no risk to "
        f"{left:.0f} % with a true risk of {100 * limit:.0f} %. Risks up to there remain possible."
    )
    title = f"None of {n} leaves a true risk of up to {100 * limit:.0f} % possible"
    note = f"Shaded: risks that none of {n} does not exclude. Dashed: a probability of {left:.0f} %"
    return Drawing(stamp(figure, chances), alt, chances, title, note, "Binomial arithmetic")


@in_two_widths
def oxygenation_at_entry(patients: pd.DataFrame) -> Drawing:
    """What the tables have of Figure 1A: PaO2/FiO2 at entry, and nothing after it.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.

    Returns
    -------
    Drawing
    """
    origin_of(patients)  # before marks say whose they are
    figure, axes = canvas(3.4)
    strip(axes, patients, "pao2_fio2", "PaO2/FiO2")
    axes.set(xlabel="", ylabel="PaO2/FiO2, mmHg")
    sns.despine(figure)
    ratios = "; ".join(
        f"{arm} {values.min():g} to {values.max():g}, median {values.median():g} mmHg"
        for arm, values in patients.groupby("arm", sort=False)["pao2_fio2"]
    )
    alt = (
        f"Points of PaO2/FiO2 at entry by arm: {ratios}. The time after entry is empty: no later "
        "value is in the tables."
    )
    note = "PaO2/FiO2 at entry (mCTRL: at admission); each point is a patient, with the number in"
    data = patients[["patient_id", "arm", "time_origin", "pao2_fio2", "origin"]]
    return Drawing(
        stamp(figure, patients), alt, data, "No table has oxygenation after entry",
        f"{note} Table 1", "Table 1",
    )  # fmt: skip


@in_two_widths
def duration_strips(durations: pd.DataFrame) -> Drawing:
    """Days with support, to weaning and in hospital, every patient drawn.

    Parameters
    ----------
    durations : DataFrame
        From :func:`rescat.durations`.

    Returns
    -------
    Drawing
    """
    measures = list(dict.fromkeys(durations["measure"]))
    figure, panels = canvas(5.8, -(-len(measures) // 2), 2, squeeze=False)
    for axes, measure in zip(panels.flat, measures, strict=False):
        strip(axes, durations[durations["measure"].eq(measure)], "days", measure)
        axes.set_title(measure, fontsize=10)
        axes.set(xlabel="", ylabel="Days")
    for axes in panels.flat[len(measures) :]:
        axes.set_axis_off()
    sns.despine(figure)
    number = counted(len(measures), "panel", "panels").capitalize()
    days = durations.groupby(["measure", "arm"], sort=False)["days"]
    ranges = (
        f"{measure}, {arm}: {values.min():g} to {values.max():g} days."
        for (measure, arm), values in days
    )
    alt = " ".join([f"{number} with one point per patient.", *ranges])
    title = "Days with support, and in hospital"
    stays = durations[durations["measure"].str.contains("stay", case=False)]
    medians = stays.groupby("arm")["days"].median()
    if is_public(durations) and {"MSC", "CTRL"} <= set(medians.index):
        title = (
            f"The median stay was {medians['MSC']:g} days with MSC and {medians['CTRL']:g} "
            "with CTRL"
        )
    note = (
        "Each point is a patient, with the number in Table 1. Support counts from enrolment "
        "(mCTRL: admission); from when the stay counts is not printed"
    )
    return Drawing(stamp(figure, durations), alt, durations, title, note, "Table 1")


_POINTS = 60  # more of them have no room side by side, and are drawn as a density


@in_two_widths
def randomisation_distribution(differences: pd.DataFrame, observed: float) -> Drawing:
    """The difference in mean stay under every assignment that a scheme could have made.

    Parameters
    ----------
    differences : DataFrame
        From :func:`rescat.allocation_differences`, with its origin.
    observed : float
        The difference of the trial, in days.

    Returns
    -------
    Drawing
    """
    figure, axes = canvas(3.4)
    look = {"ax": axes, "color": INK}
    if differences["scheme"].value_counts().max() <= _POINTS:
        # Points lie side by side in the order of their values: without the last bits of these.
        points = differences.assign(difference=differences["difference"].round(9))
        sns.swarmplot(points, x="difference", y="scheme", size=6, **look)
    else:
        sns.violinplot(differences, x="difference", y="scheme", inner=None, cut=0, **look)
    for value, style in ((observed, "-"), (-observed, ":")):
        axes.axvline(value, color=INK, linestyle=style, linewidth=1.3)
    axes.set(xlabel=wrapped("Difference of means, MSC minus CTRL, days", narrow=34), ylabel="")
    axes.tick_params(axis="y", labelrotation=90 if on_phone() else 0)
    sns.despine(figure)
    schemes = differences.groupby("scheme", sort=False)["difference"]
    ranges = (
        f"{scheme}: {len(days)} allocations from {days.min():+.1f} to {days.max():+.1f} days."
        for scheme, days in schemes
    )
    alt = " ".join(
        [
            "Difference of mean stay under every possible allocation, for "
            f"{counted(len(schemes), 'scheme', 'schemes')}. Observed: {observed:+.1f} days.",
            *ranges,
        ]
    )
    title = "The difference in stay under every possible allocation"
    if is_public(differences):
        first = differences[differences["scheme"].eq(differences["scheme"].iloc[0])]["difference"]
        far = int(first.abs().ge(abs(observed) - 1e-9).sum())
        title = f"{far} of {len(first)} allocations give a difference as large as that observed"
    note = "Difference in mean stay. Solid line: observed. Dotted: as large, the other way"
    source = "Table 1, the randomised patients"
    return Drawing(stamp(figure, differences), alt, differences, title, note, source)


@in_two_widths
def chance_of_seeing(chances: pd.DataFrame, treated: int) -> Drawing:
    """Probability to see at least one event, by number of patients and true risk.

    Parameters
    ----------
    chances : DataFrame
        From :func:`rescat.chances_of_seeing`.
    treated : int
        Patients that the trial treated: drawn as a line.

    Returns
    -------
    Drawing
    """
    figure, axes = canvas(3.8)
    sns.lineplot(
        chances, x="patients", y="probability", hue="risk", style="risk", ax=axes, linewidth=2,
        palette=shades(chances["risk"].nunique()),
    )  # fmt: skip
    axes.axvline(treated, color=INK, linewidth=1.3)
    axes.text(treated * 1.06, 0.02, f"{treated} patients", fontsize=9)
    axes.axhline(0.95, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(1, 0.955, "95 %", fontsize=8, color=GREY, va="bottom")
    axes.set_xscale("log")
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500]
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.minorticks_off()
    axes.set(xlabel="Patients treated", ylabel="Chance to see at least one", ylim=(0, 1.02))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(title="True risk", frameon=False)
    sns.despine(figure)
    at = chances[chances["patients"].eq(treated)]
    shares = (f"{100 * row.probability:.0f} % at a risk of {row.risk}" for row in at.itertuples())
    alt = (
        "Chance to see at least one event against the number of patients treated, for "
        f"{counted(len(at), 'true risk', 'true risks')}. With {treated} patients: "
        f"{', '.join(shares)}."
    )
    title = "The chance to see at least one event"
    if is_public(chances) and len(at):
        rarest = at.loc[at["probability"].idxmin()]
        title = (
            f"Among {treated} patients, a harm with a true risk of {rarest['risk']} is seen with a "
            f"chance of {100 * rarest['probability']:.0f} %"
        )
    note = "Chance to see at least one event, by number of patients and true risk"
    source = "Binomial arithmetic; number treated from Table 1"
    return Drawing(stamp(figure, chances), alt, chances, title, note, source)
