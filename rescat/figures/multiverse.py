"""The figure of every defensible choice: a curve of differences, and what was chosen for each."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import FuncFormatter, NullLocator

from ._style import Drawing, canvas, in_two_widths, key, on_phone, stamp
from .palette import GREY, GRID, INK, LIMIT

_ALWAYS = ("controls", "baseline")  # what a phone has room for
_ROW = 0.17  # inches of a line of the choices
_NEARLY = 0.95  # of the analyses shown
_ENDS = (0.02, 0.98)  # intervals beyond these quantiles run out of the panel


@in_two_widths
def specification_curve(
    curve: pd.DataFrame, levels: dict[str, dict[str, str]], titles: dict[str, str]
) -> Drawing:
    """The difference of one marker under many analyses, in its order, with their choices below.

    Parameters
    ----------
    curve : DataFrame
        Rows of the table ``multiverse_curve`` of one marker: ``change``, ``low`` and ``high``
        (log10, over 28 days), ``found``, ``place``, ``of``, a column for each choice, ``origin``.
    levels : dict of str to dict
        Of each choice that is shown: level to its name.
    titles : dict of str to str
        Choice to its name.

    Returns
    -------
    Drawing
    """
    shown = {c: own for c, own in levels.items() if not on_phone() or c in _ALWAYS}
    rows = [(c, level, name) for c, own in shown.items() for level, name in own.items()]
    narrow = on_phone()
    # On a phone the name of a level stands above its marks.
    lines = len(rows) * (1 + narrow) + len(shown)
    low_height = lines * _ROW
    figure, (top, below) = canvas(
        2.9 + low_height, 2, 1, sharex=True, height_ratios=[2.6, low_height]
    )
    often = curve["found"].ge(0.5)
    x = curve["place"].to_numpy(float)
    for some, colour, words in (
        (~often, GREY, "P above 0.05 in most twins"),
        (often, LIMIT, "P of 0.05 or less in at least half"),
    ):
        own = curve[some]
        ends = 10.0 ** own[["low", "high"]].to_numpy()
        top.vlines(x[some], *ends.T, color=colour, lw=0.8, alpha=0.45)
        top.scatter(x[some], 10.0 ** own["change"], s=9, color=colour, label=words, zorder=3)
    top.axhline(1, color=INK, lw=1)
    top.set_yscale("log")
    top.set_ylim(10.0 ** curve["low"].quantile(_ENDS[0]), 10.0 ** curve["high"].quantile(_ENDS[1]))
    top.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    top.yaxis.set_minor_locator(NullLocator())
    top.set_ylabel("MSC over control: ratio\nof the changes in 28 days")
    below.set_ylim(-lines + 0.3, 0.7)
    place, ticks, names, of_choice = 0.0, [], [], ""
    across = below.get_yaxis_transform()
    for choice, level, name in rows:
        if choice != of_choice:
            below.text(
                0, place, titles[choice], transform=across, fontsize=8.5, va="center",
                fontweight="bold",
            )  # fmt: skip
            place, of_choice = place - 1, choice
        if narrow:
            below.text(0, place, name, transform=across, fontsize=8.2, va="center")
            place -= 1
        some = curve[choice].eq(level)
        below.axhline(place, color=GRID, lw=0.6, zorder=0)
        below.scatter(
            x[some], np.full(some.sum(), place), marker="|", s=26, lw=0.7 if narrow else 1.1,
            color=np.where(often[some], LIMIT, GREY),
        )  # fmt: skip
        ticks.append(place)
        names.append(name)
        place -= 1
    below.set_yticks(ticks, [""] * len(ticks) if narrow else names, fontsize=8.5)
    below.tick_params(axis="y", length=0)
    many = f"{curve['of'].max():,}"
    below.set_xlabel(
        f"{many} analyses in their order"
        if narrow
        else f"Analyses, from the lowest difference to the highest ({many})"
    )
    key(figure, ncols=2, narrow=1)
    sns.despine(figure, left=False)
    sns.despine(ax=below, left=True)
    middle = 10.0 ** curve["change"]
    share = 100 * float(often.mean())
    note = (
        "Each point is one analysis: the middle over the invented twins, with the middle of its "
        f"95 % confidence intervals. Shown are {len(curve)} of {curve['of'].max():,}, evenly spaced"
    )
    alt = (
        f"{len(curve)} analyses of {curve['marker'].iloc[0]} in the order of their difference. The "
        f"ratio goes from {middle.min():.2f} to {middle.max():.2f}; {share:.0f} % of the analyses "
        "have P of 0.05 or less in at least half of the twins. Below, the choices of each."
    )
    one_way = max(curve["change"].lt(0).mean(), curve["change"].gt(0).mean()) >= _NEARLY
    title = (
        "In the middle of the twins the direction survives nearly every choice, P does not"
        if one_way and 1 - _NEARLY < often.mean() < _NEARLY
        else "The estimate and its P value depend on what is chosen"
    )
    return Drawing(
        stamp(figure, curve), alt, curve, title, note,
        "Invented twins that agree with the printed figures",
    )  # fmt: skip
