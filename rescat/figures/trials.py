"""Figures of the chapter on other trials: forests of trials, and the direction of markers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns

from ..base.origin import origin_of
from ..meta.pool import PooledTrials
from ._style import (
    Drawing,
    canvas,
    in_two_widths,
    name_lines,
    on_phone,
    stamp,
    wrapped,
)
from .palette import GREY, INK

# Of treated patients against controls; the second sign is before and after, without controls.
_SIGNS = {"fell more": "▼", "no difference": "=", "rose more": "▲", "fell": "▽", "no change": "–",
          "rose": "△"}  # fmt: skip
_WORDS = {"fell more": "fell more", "no difference": "no difference", "rose more": "rose more",
          "fell": "fell, no controls", "no change": "no change, no controls",
          "rose": "rose, no controls"}  # fmt: skip


@in_two_widths
def forest_of_trials(
    groups: dict[str, PooledTrials], *, alone: pd.DataFrame | None = None, what: str = "deaths"
) -> Drawing:
    """Each trial with its interval, and below each group of trials what they say together.

    Parameters
    ----------
    groups : dict of str to PooledTrials
        Name of a group of trials to its pooled risk ratio, from :func:`rescat.pool_trials`.
    alone : DataFrame, optional
        Trials without an event in either group, which have no ratio: their counts are shown.
    what : str
        What was counted, for the head of the columns and the alternative text.

    Returns
    -------
    Drawing
        Squares as large as the weight of the trial; a diamond is the pooled ratio, the thin line
        through it where one more trial is expected.
    """
    lines, rows = [], []
    for name, pooled in groups.items():
        lines.append(("head", name, None))
        lines += [("trial", row.trial, row) for row in pooled.table.itertuples()]
        lines.append(("pooled", name, pooled))
        rows.append(pooled.table.assign(group=name, kind="trial"))
        rows.append(_pooled_row(pooled, name))
    if alone is not None and len(alone):
        lines.append(("head", f"No {what} in either group: no ratio", None))
        lines += [("alone", row.trial, row) for row in alone.itertuples()]
    data = pd.concat(rows, ignore_index=True)
    figure, (left, axes, right) = _three_panels(len(lines), (3.8, 3.4, 1.75), top=2.0, tall=0.6)
    largest = max(p.table["weight"].max() for p in groups.values())
    low, high = 0.05, 12.0
    for place, (kind, name, own) in enumerate(lines):
        y = -place
        if kind == "head":
            _words(left, right, y, name, weight="bold")
        elif kind == "pooled":
            ends = np.clip([own.ci_low, own.estimate, own.ci_high], low, high)
            if np.isfinite(own.predicted_low):
                spread = np.clip([own.predicted_low, own.predicted_high], low, high)
                axes.plot(spread, [y, y], color=INK, lw=1)
            axes.fill(
                [ends[0], ends[1], ends[2], ends[1]], [y, y + 0.33, y, y - 0.33], color=INK,
                zorder=3,
            )  # fmt: skip
            _words(left, right, y, f"{own.trials} trials together", own.events, own, "bold")
        elif kind == "trial":
            ends = np.clip([own.ci_low, own.ci_high], low, high)
            axes.plot(ends, [y, y], color=INK, lw=1.2)
            for end, limit, sign in ((own.ci_low, low, "<"), (own.ci_high, high, ">")):
                if (end < limit) == (sign == "<") and end != limit:
                    axes.plot(limit, y, marker=sign, color=INK, ms=5)
            axes.scatter(
                np.clip(own.estimate, low, high), y, marker="s", s=10 + 90 * own.weight / largest,
                color=INK, zorder=3,
            )  # fmt: skip
            _words(left, right, y, name, _counts(own), own)
        else:
            _words(left, right, y, name, _counts(own))
    axes.axvline(1, color=GREY, lw=0.9)
    axes.set_xscale("log")
    ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.set(xlim=(low, high), xlabel="Risk ratio\nfewer with cells ← 1 → more with cells")
    if not on_phone():
        for x, text in zip(_COLUMNS, ("cells", "controls"), strict=True):
            left.text(x, 1.2, text, fontsize=8.5, color=GREY, va="center", ha="center")
        right.text(0, 1.2, "Ratio\n(95 % CI)", fontsize=8.5, color=GREY, va="center")
    note = (
        f"{what.capitalize()} of all patients with cells, then of all controls, and the risk ratio "
        "with its 95 % confidence interval. Square: weight. Diamond: all trials; thin line: where "
        "one more trial is expected"
    )
    alt = f"Forest plot, {what}. " + " ".join(_in_words(name, p) for name, p in groups.items())
    first, pooled = next(iter(groups.items()))
    whole = pooled.ci_high < 1 or pooled.ci_low > 1
    title = (
        f"{first}: {pooled.trials} trials together have a risk ratio of {pooled.estimate:.2f} "
        f"({pooled.ci_low:.2f} to {pooled.ci_high:.2f})"
        + ("" if whole else ", which leaves both directions open")
    )
    return Drawing(stamp(figure, data), alt, data, title, note, "Each trial's own report")


# Where the counts of the two groups stand, in the panel of the names.
_COLUMNS = (0.66, 0.9)


def _three_panels(lines: int, widths: tuple[float, ...], *, top: float, tall: float = 0.46):
    """Room for names, for the lines of a forest, and for the ratios in words.

    On a phone all three are one panel, with the words above each line, which is so ``tall``.
    """
    if on_phone():
        figure, axes = canvas(tall * lines + 1.0)
        axes.set(ylim=(-lines + 0.3, 0.75))
        panels = (axes, axes, axes)
    else:
        figure, panels = canvas(
            0.235 * lines + 1.25, 1, 3, sharey=True, gridspec_kw={"width_ratios": widths}
        )
        for panel in (panels[0], panels[2]):
            panel.set_axis_off()
            panel.set_xlim(0, 1)
        panels[1].set(ylim=(-lines + 0.3, top))
    panels[1].tick_params(left=False, labelleft=False)
    panels[1].grid(axis="y", visible=False)
    sns.despine(figure, left=True)
    return figure, panels


def _words(left, right, y, name, counts=None, own=None, weight="normal") -> None:
    said = [] if counts is None else [f"{a:.0f} / {n:.0f}" for a, n in (counts[:2], counts[2:])]
    if left is right:
        across, above = left.get_yaxis_transform(), 0.62 if said else 0.42
        look = {"va": "center", "fontsize": 8.5, "weight": weight, "transform": across}
        left.text(0, y + above, name, **look)
        if said:
            left.text(0, y + 0.36, " against ".join(said), **look)
        if own is not None:
            left.text(1, y + above, _ratio(own), ha="right", **look)
        return
    left.text(0, y, name, va="center", fontsize=9, weight=weight)
    for x, text in zip(_COLUMNS, said, strict=False):
        left.text(x, y, text, va="center", ha="center", fontsize=9, weight=weight)
    if own is not None:
        right.text(0, y, _ratio(own), va="center", fontsize=9, weight=weight)


def _ratio(own) -> str:
    return f"{own.estimate:.2f} ({own.ci_low:.2f} to {own.ci_high:.2f})"


def _counts(row) -> tuple:
    return row.treated_events, row.treated_patients, row.control_events, row.control_patients


def _pooled_row(pooled: PooledTrials, group: str) -> pd.DataFrame:
    names = ("treated_events", "treated_patients", "control_events", "control_patients")
    ends = ("estimate", "ci_low", "ci_high", "predicted_low", "predicted_high", "tau2", "i2")
    row = dict(zip(names, pooled.events, strict=True)) | {k: getattr(pooled, k) for k in ends}
    row |= {"trial": "all", "group": group, "kind": "pooled", "origin": origin_of(pooled.table)}
    return pd.DataFrame([row])


def _in_words(name: str, pooled: PooledTrials) -> str:
    trials = "; ".join(
        f"{r.trial} {r.treated_events:.0f} of {r.treated_patients:.0f} against "
        f"{r.control_events:.0f} of {r.control_patients:.0f}, ratio {r.estimate:.2f}"
        for r in pooled.table.itertuples()
    )
    return (
        f"{name}: {trials}. Together {pooled.estimate:.2f} ({pooled.ci_low:.2f} to "
        f"{pooled.ci_high:.2f})."
    )


@in_two_widths
def pooled_by_choice(rows: pd.DataFrame, *, reference: float, xlabel: str) -> Drawing:
    """One pooled ratio on each line: of other trials, by other methods, in other reviews.

    Parameters
    ----------
    rows : DataFrame
        ``what`` (the words of the line), ``estimate``, ``ci_low``, ``ci_high``, ``origin``, and
        ``group`` (a heading above the first line that has it).
    reference : float
        A ratio drawn as a dotted line: that of the main analysis.
    xlabel : str

    Returns
    -------
    Drawing
    """
    lines = []
    for row in rows.itertuples():
        if not lines or row.group != lines[-1].group:
            lines.append(row._replace(what=None))
        lines.append(row)
    figure, (left, axes, right) = _three_panels(len(lines), (3.6, 3.4, 1.75), top=0.7)
    low, high = 0.05, 5.0
    for y, row in enumerate(lines):
        if row.what is None:
            _words(left, right, -y, row.group, weight="bold")
            continue
        _words(left, right, -y, row.what, own=row)
        axes.plot(np.clip([row.ci_low, row.ci_high], low, high), [-y, -y], color=INK, lw=1.4)
        axes.scatter(row.estimate, -y, s=26, color=INK, zorder=3)
    axes.axvline(1, color=GREY, lw=0.9)
    axes.axvline(reference, color=INK, lw=1, ls=":")
    axes.set_xscale("log")
    ticks = [0.1, 0.2, 0.5, 1, 2, 5]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.set(xlim=(low, high), xlabel=wrapped(xlabel, narrow=32))
    alt = "Pooled ratios. " + " ".join(
        f"{r.group}, {r.what}: {r.estimate:.2f} ({r.ci_low:.2f} to {r.ci_high:.2f})."
        for r in rows.itertuples()
    )
    below = int(rows["ci_high"].lt(1).sum())
    title = (
        f"{below} of {len(rows)} intervals lie below 1"
        if below
        else f"None of {len(rows)} intervals lies below 1"
    )
    note = "Pooled ratios with 95 % confidence intervals. Dotted: the main analysis of this chapter"
    return Drawing(
        stamp(figure, rows), alt, rows, title, note, "Counts and reviews named in the text"
    )


@in_two_widths
def directions_of_markers(directions: pd.DataFrame, markers: Sequence[str]) -> Drawing:
    """Marker by trial: whether it fell more with cells, did not differ, or rose more.

    Parameters
    ----------
    directions : DataFrame
        The table ``marker_directions``.
    markers : sequence of str
        Order of the rows; markers without a trial are left out.

    Returns
    -------
    Drawing
        Filled signs compare the groups; open ones are before and after treatment, with no
        controls. A trial that gives several days for a marker has the last sign that compares
        the groups.
    """
    order = directions.assign(within=directions["compared"].ne("between groups"))
    shown = order.sort_values("within", kind="stable").drop_duplicates(["marker", "trial"])
    rows = [m for m in markers if m in set(shown["marker"])]
    trials = list(dict.fromkeys(shown.sort_values(["population", "trial"])["trial"]))
    shown = shown[shown["marker"].isin(rows)]
    figure, axes = canvas(0.27 * len(rows) + 2.3)
    for cell in shown.itertuples():
        axes.text(
            trials.index(cell.trial), -rows.index(cell.marker), _SIGNS[cell.direction],
            ha="center", va="center", fontsize=11,
        )  # fmt: skip
    turn = 90 if on_phone() else 55
    axes.set_xticks(
        range(len(trials)),
        trials,
        rotation=turn,
        ha="right" if turn == 55 else "center",
        fontsize=8.5,
    )
    axes.set_yticks(-np.arange(len(rows)), rows)
    axes.set(xlim=(-0.6, len(trials) - 0.4), ylim=(-len(rows) + 0.4, 0.6))
    sns.despine(figure, left=True, bottom=True)
    used = [d for d in _SIGNS if d in set(shown["direction"])]
    key = "   ".join(f"{_SIGNS[d]} {_WORDS[d]}".replace(" ", "\u00a0") for d in used)
    figure.suptitle(wrapped(key, narrow=40), fontsize=9, x=0.02, ha="left")
    alt = "Direction of each marker in other trials. " + " ".join(
        f"{marker}: "
        + "; ".join(f"{c.trial} {_WORDS[c.direction]}" for c in own.itertuples())
        + "."
        for marker, own in shown.groupby("marker", sort=False)
    )
    compared = shown[~shown["within"]]
    fell = int(compared["direction"].eq("fell more").sum())
    title = (
        f"In {fell} of {len(compared)} comparisons with controls the marker fell more with cells"
        if len(compared)
        else "Markers before and after cells"
    )
    note = (
        "Each marker in each trial. Filled signs and =: cells against controls. Open signs and –: "
        "before and after, without controls. Empty: not reported or not read"
    )
    return Drawing(
        stamp(figure, shown), alt, shown.drop(columns="within"), title, note,
        "Each trial's own report, as it says it",
    )  # fmt: skip


@in_two_widths
def weight_of_one_trial(before: PooledTrials, after: PooledTrials, name: str) -> Drawing:
    """The pooled difference of risks before and after one more trial.

    Parameters
    ----------
    before, after : PooledTrials
        Risk differences without and with the trial.
    name : str
        Of the trial.

    Returns
    -------
    Drawing
    """
    rows = pd.DataFrame(
        [
            {"what": what, "estimate": p.estimate, "ci_low": p.ci_low, "ci_high": p.ci_high,
             "trials": p.trials, "origin": origin_of(p.table)}
            for what, p in ((f"without {name}", before), (f"with {name}", after))
        ]
    )  # fmt: skip
    figure, axes = canvas(1.7)
    for y, row in enumerate(rows.itertuples()):
        axes.plot([100 * row.ci_low, 100 * row.ci_high], [-y, -y], color=INK, lw=2)
        axes.scatter(100 * row.estimate, -y, color=INK, s=40, zorder=3)
    axes.axvline(0, color=GREY, lw=0.9)
    axes.set(ylim=(-1.6, 0.6), xlabel="Difference of the risks of death, %")
    name_lines(axes, [0, -1], rows["what"])
    sns.despine(figure, left=True)
    alt = " ".join(
        f"{r.what}: {100 * r.estimate:.1f} ({100 * r.ci_low:.1f} to {100 * r.ci_high:.1f}) points."
        for r in rows.itertuples()
    )
    moved = abs(rows["estimate"].diff().iloc[1]) * 100
    title = f"{name} moves the pooled difference by {moved:.1f} percentage points"
    note = "Difference of the risks of death, cells minus controls, with 95 % confidence intervals"
    return Drawing(stamp(figure, rows), alt, rows, title, note, "Each trial's own report")
