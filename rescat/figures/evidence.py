"""Figures of how strong evidence is: what is left of a difference, and what would explain it."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter

from ._style import Drawing, canvas, in_two_widths, key, lines_high, name_lines, stamp
from .palette import ACCENT, GREY, INK, KINDS, LIMIT, PALE

# What stands behind a row, its colour and its marker.
_KINDS = {"print": (INK, "o"), "controls": (ACCENT, "s"), "prior": (KINDS[3], "D")}


@in_two_widths
def differences_left(rows: pd.DataFrame) -> Drawing:
    """What is left of printed differences under stated assumptions, as shares of them.

    Parameters
    ----------
    rows : DataFrame
        ``marker``, ``what`` (the assumption, in words), ``kind`` (print, controls or prior),
        ``slope``, ``ci_low`` and ``ci_high`` (per day), and ``origin``. The first row of a marker
        is the printed difference.

    Returns
    -------
    Drawing
        Its data have the shares beside the slopes, its words every share.
    """
    markers = list(dict.fromkeys(rows["marker"]))
    printed = rows.groupby("marker", sort=False)["slope"].first()
    whole = rows["marker"].map(printed)
    ends = np.sort(rows[["ci_low", "ci_high"]].div(whole, axis=0), axis=1)
    shares = rows.assign(share=rows["slope"] / whole, low=ends[:, 0], high=ends[:, 1])
    figure, axes = canvas(lines_high(len(rows) + len(markers), 0.26) + 1.2)
    axes.axvline(0, color=GREY, lw=1)
    axes.axvline(1, color=LIMIT, lw=1, ls="--")
    places, names, place = [], [], 0.0
    for marker in markers:
        own = shares[shares["marker"].eq(marker)]
        for row in own.itertuples():
            colour, mark = _KINDS[row.kind]
            axes.plot([row.low, row.high], [place, place], color=colour, lw=1.6)
            axes.scatter(row.share, place, s=32, color=colour, marker=mark, zorder=3)
            places.append(place)
            names.append(f"{marker}: {row.what}")
            place -= 1
        place -= 0.6
    name_lines(axes, places, names, fontsize=8.5)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set(xlabel="Left of the printed difference", ylabel="")
    sns.despine(figure, left=True)
    note = (
        "Differences of slopes as shares of the printed one, with 95 % intervals. Left of the grey "
        "line: the other sign. Dashed: all of it. Squares: if the matched controls change by "
        "themselves. Diamonds: with a prior for the true difference"
    )
    alt = "Shares of printed differences of slopes that are left. " + " ".join(
        f"{r.marker}, {r.what}: {100 * r.share:.0f} % ({100 * r.low:.0f} to {100 * r.high:.0f} %)."
        for r in shares.itertuples()
    )
    doubted = shares[shares["low"].lt(0)].groupby("kind")["marker"].nunique()
    title = (
        f"Doubt about the matched controls brings zero into the interval of "
        f"{doubted.get('controls', 0)} of {len(markers)} markers, chance alone of "
        f"{doubted.get('print', 0)}"
    )
    data = shares.drop(columns=["kind"])
    source = "The printed slopes, other studies, and assumptions that are ours"
    return Drawing(stamp(figure, rows), alt, data, title, note, source)


@in_two_widths
def biases_needed(
    needed: pd.DataFrame, rates: pd.DataFrame, weights: tuple[float, float]
) -> Drawing:
    """How much faster matched controls must rise to explain a difference, against their weight.

    Parameters
    ----------
    needed : DataFrame
        From :func:`rescat.bias_needed`.
    rates : DataFrame
        ``marker``, ``rate`` and ``se`` of other studies, as of :func:`rescat.outside_rates`.
    weights : (float, float)
        Between which the weights lie of the samplings that agree with what is printed.

    Returns
    -------
    Drawing
        Its words give what is needed at both of these weights.
    """
    markers = list(dict.fromkeys(needed["marker"]))
    known = rates.dropna(subset="rate").drop_duplicates("marker").set_index("marker")
    figure, panels = canvas(3.3, ncols=len(markers), squeeze=False)
    said = []
    for axes, marker in zip(panels.flat, markers, strict=True):
        own = needed[needed["marker"].eq(marker)]
        axes.axvspan(*weights, color=PALE, alpha=0.5, lw=0, label="weights that agree")
        axes.axhline(0, color=GREY, lw=0.8)
        axes.plot(own["weight"], own["whole"], color=INK, lw=2, label="explains all of it")
        axes.plot(
            own["weight"], own["interval"], color=INK, lw=1.4, ls=":",
            label="brings zero into the interval",
        )  # fmt: skip
        top, bottom = np.interp(weights[0] * 0.85, own["weight"], own["whole"]), 0.0
        at = [np.interp(w, own["weight"], own["whole"]) for w in weights]
        near = [np.interp(w, own["weight"], own["interval"]) for w in weights]
        words = (
            f"{marker}: {at[1]:.3f} to {at[0]:.3f} per day explain all of it, {near[1]:.3f} to "
            f"{near[0]:.3f} bring zero into the interval"
        )
        if marker in known.index:
            rate = known.loc[marker, "rate"]
            axes.axhline(rate, color=LIMIT, lw=1.4, ls="--", label="intensive care elsewhere")
            top, bottom = max(top, rate * 1.15), min(bottom, rate * 1.25)
            words += f"; in intensive care elsewhere it changes by {rate:+.3f}"
        said.append(words)
        axes.set(title=marker, xlabel="Weight of mCTRL", ylim=(bottom, 1.05 * top), xlim=(0.2, 1.0))
    panels.flat[0].set_ylabel("mCTRL faster than CTRL, per day")
    handles, labels = panels.flat[0].get_legend_handles_labels()
    key(figure, handles, labels, ncols=2, narrow=1)
    sns.despine(figure)
    note = (
        "How much faster matched controls must rise than the randomised ones, by their weight in "
        "the slope of all controls, if MSC had no effect. Band: weights under samplings that agree "
        "with the stays and the printed widths. Rates elsewhere: log10"
    )
    alt = f"{len(markers)} panels. What is needed falls with the weight. " + ". ".join(said) + "."
    fast = [
        marker for marker in markers
        if marker in known.index
        and known.loc[marker, "rate"]
        >= np.interp(weights[0], *_curve(needed, marker, "interval"))
    ]  # fmt: skip
    title = (
        f"For {' and '.join(fast)} a bias smaller than the change seen elsewhere brings zero into "
        "the interval"
        if fast
        else "How large a bias of the matched controls would have to be"
    )
    return Drawing(
        stamp(figure, needed), alt, needed, title, note, "Slopes as printed; other studies"
    )


def _curve(needed: pd.DataFrame, marker: str, column: str) -> tuple[pd.Series, pd.Series]:
    own = needed[needed["marker"].eq(marker)]
    return own["weight"], own[column]
