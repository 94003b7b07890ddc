"""Figures of the safety chapter."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ..data.trial_facts import ARMS
from ._style import ARM_COLOURS, ARM_MARKERS, GREY, INK, Drawing, canvas, short, stamp
from .cohort import counted, points, strip

PHASES = {
    "NIV": "#5B1A4A",
    "HFNO": "#CC6699",
    "COT": "#E3C55A",
    "No oxygen support": "#CFE3EE",
    "Not reported": "#DDE0E3",
}
SERIOUS = "#882255"


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
    figure, axes = canvas(7.4)
    for bar in course.itertuples():
        # NIV shares its days with HFNO: half the height, on top of it.
        thickness, lift = (0.3, 0.17) if bar.phase == "NIV" else (0.62, 0)
        axes.barh(
            heights[bar.patient_id] + lift, bar.end - bar.start, left=bar.start, height=thickness,
            color=PHASES[bar.phase], edgecolor="white", linewidth=0.8,
            zorder=4 if bar.phase == "NIV" else 3,
        )  # fmt: skip
    _swimmer_marks(axes, order, events, heights, sampling_days)
    _swimmer_labels(axes, order, heights)
    _swimmer_legend(axes)
    sns.despine(figure, left=True)
    undated = events[events["day"].isna()]
    without = "".join(
        f"; no day: {short(e.term.lower())} ({short(e.patient_id)})" for e in undated.itertuples()
    )
    source = f"Tables 1 and 2; the order of supports is assumed{without}"
    alt = (
        "Swimmer plot with one bar per patient: days of HFNO, NIV, COT and no oxygen support until "
        f"the stay ends. End of stay: {_stays_in_words(patients)}. Events: "
        f"{_events_in_words(events)}."
    )
    return Drawing(stamp(figure, course, events, source=source), alt, course)


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


def _swimmer_marks(axes, order, events, heights, sampling_days) -> None:
    stay = order.dropna(subset=["length_of_stay"])
    at = [heights[p] for p in stay["patient_id"]]
    axes.scatter(stay["length_of_stay"], at, marker=">", color=INK, s=46, zorder=5)
    randomised = order.loc[order["arm"].ne("mCTRL"), "patient_id"]
    for patient in randomised:
        axes.scatter(
            sampling_days, [heights[patient] - 0.2] * len(sampling_days), marker="^", s=16,
            color="white", edgecolor=INK, linewidth=0.7, zorder=5,
        )  # fmt: skip
    shown = events.dropna(subset=["day"])
    end = max(88, order["length_of_stay"].max() + 7)
    for (patient, day), rows in shown.groupby(["patient_id", "day"]):
        x, words = min(day, end), " and ".join(short(t.lower()) for t in rows["term"])
        late = f", day {day:g} (off the scale) →" if day > end else ""
        serious = rows["category"].eq("SAE").any()
        # Above the bar's middle, where it hides no end of stay.
        axes.scatter(
            x, heights[patient] + 0.2, marker="X" if serious else "P", s=70, zorder=6,
            color=SERIOUS if serious else "white", edgecolor=INK, linewidth=1,
        )  # fmt: skip
        side = (-6, "right") if day > end else (7, "left")
        axes.annotate(
            words + late, (x, heights[patient] + 0.2), xytext=(side[0], -3 if day <= end else 6),
            textcoords="offset points", ha=side[1], fontsize=8, zorder=7,
        )  # fmt: skip
    axes.set_xlim(-0.5, end + 2)


def _swimmer_labels(axes, order, heights) -> None:
    labels = [f"{p.arm} {short(p.patient_id)}" for p in order.itertuples()]
    axes.set_yticks([heights[p] for p in order["patient_id"]], labels)
    for tick, arm in zip(axes.get_yticklabels(), order["arm"], strict=True):
        tick.set_color(ARM_COLOURS[arm])
    axes.set_xticks([0, 3, 6, 14, 21, 28, 42, 56, 70, 84])
    axes.set(xlabel="Days since enrolment (MSC, CTRL) or admission (mCTRL)", ylabel="")
    axes.grid(axis="y", visible=False)


def _swimmer_legend(axes) -> None:
    handles = [Patch(color=colour, label=phase) for phase, colour in PHASES.items()]
    marks = [
        (">", INK, "end of stay"),
        ("^", "white", "protocol blood sample"),
        ("P", "white", "adverse event"),
        ("X", SERIOUS, "serious adverse event"),
    ]
    handles += [
        Line2D([], [], marker=m, color=c, markeredgecolor=INK, linestyle="", label=label)
        for m, c, label in marks
    ]
    axes.legend(handles=handles, loc="lower right", fontsize=8, framealpha=1)


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
    figure, axes = canvas(0.9 + 0.42 * len(table))
    heights = np.arange(len(table))[::-1]
    share = 100 * table["patients"] / table["n"]
    axes.hlines(heights, 100 * table["low"], 100 * table["high"], color=GREY, linewidth=2.5)
    sns.scatterplot(
        x=share,
        y=heights,
        ax=axes,
        s=70,
        hue=table["arm"],
        palette=ARM_COLOURS,
        legend=False,
        zorder=3,
    )
    for height, row in zip(heights, table.itertuples(), strict=True):
        text = f"{row.patients} of {row.n}: {_limits_in_words(row)}"
        axes.text(104, height, text, va="center", fontsize=9)
    axes.set_yticks(heights, table["label"])
    axes.set(
        xlabel="Patients, % (point: observed; line: 95 % confidence interval)",
        ylabel="",
        xlim=(-2, 150),
    )
    axes.set_xticks(range(0, 101, 20))
    axes.grid(axis="y", visible=False)
    sns.despine(figure, left=True)
    rows = (
        f"{row.label}: {row.patients} of {row.n}, {_limits_in_words(row)}."
        for row in table.itertuples()
    )
    alt = " ".join(["Forest plot of exact 95 % confidence intervals.", *rows])
    source = "Tables 1 and 2; events of CTRL and deaths: text of the results"
    return Drawing(stamp(figure, table, source=source), alt, table)


def _limits_in_words(row) -> str:
    """The interval of a row of a forest of shares; of no patient its upper limit alone."""
    if not row.patients:
        return f"up to {100 * row.high:.0f} %"
    return f"{100 * row.low:.1f} to {100 * row.high:.1f} %"


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
    source = f"Shaded: risks that none in {n} does not exclude. Dashed: {left:.0f} %"
    return Drawing(stamp(figure, chances, source=source), alt, chances)


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
    figure, axes = canvas(4.0)
    places = {"mCTRL": -7.0, "MSC": -0.9, "CTRL": 0.9}
    near = max(np.ptp(patients["pao2_fio2"].dropna()), 1) / 13
    for arm, place in places.items():
        points(axes, patients[patients["arm"].eq(arm)], "pao2_fio2", place, near, step=0.85)
    axes.axvspan(3, 29, color="#E3E6E9", zorder=0)
    axes.text(16, 192, "later days: in no table", ha="center", va="center", fontsize=10, color=GREY)
    axes.set_xticks([places["mCTRL"], 0.0], ["admission", "entry"])
    axes.set(xlabel="", ylabel="PaO2/FiO2, mmHg", xlim=(-9.5, 30), ylim=(120, 265))
    axes.grid(axis="x", visible=False)
    handles = [
        Line2D([], [], color=ARM_COLOURS[arm], marker=ARM_MARKERS[arm], linestyle="", label=arm)
        for arm in ARMS
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    sns.despine(figure)
    ratios = "; ".join(
        f"{arm} {values.min():g} to {values.max():g}, median {values.median():g} mmHg"
        for arm, values in patients.groupby("arm", sort=False)["pao2_fio2"]
    )
    alt = (
        f"Points of PaO2/FiO2 at entry by arm: {ratios}. The time after entry is empty: no later "
        "value is in the tables."
    )
    source = "Table 1. Numbers are patient numbers"
    stamp(figure, patients, source=source)
    data = patients[["patient_id", "arm", "time_origin", "pao2_fio2", "origin"]]
    return Drawing(figure, alt, data)


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
        strip(axes, durations[durations["measure"].eq(measure)], "days")
        axes.set_title(measure, fontsize=10)
        axes.set(xlabel="", ylabel="Days")
        axes.set_ylim(bottom=-0.09 * axes.get_ylim()[1])
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
    source = "Table 1. Support counts from enrolment (mCTRL: admission); the stay: not printed"
    return Drawing(stamp(figure, durations, source=source), alt, durations)


_POINTS = 60  # more of them have no room side by side, and are drawn as a density


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
    look = {"ax": axes, "hue": "scheme", "palette": f"dark:{GREY}", "legend": False}
    if differences["scheme"].value_counts().max() <= _POINTS:
        sns.swarmplot(differences, x="difference", y="scheme", size=6, **look)
    else:
        sns.violinplot(differences, x="difference", y="scheme", inner=None, cut=0, **look)
    for value, style in ((observed, "-"), (-observed, ":")):
        axes.axvline(value, color=INK, linestyle=style, linewidth=1.3)
    axes.set(xlabel="Difference of means, MSC minus CTRL, days (solid line: observed)", ylabel="")
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
    source = "Table 1, the seven randomised patients"
    return Drawing(stamp(figure, differences, source=source), alt, differences)


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
        palette="flare",
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
    source = "Binomial arithmetic; number treated from Table 1"
    return Drawing(stamp(figure, chances, source=source), alt, chances)
