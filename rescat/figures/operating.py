"""Figures of what a design can show: how often an analysis finds a difference."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter

from ._style import Drawing, canvas, in_two_widths, key, lines_high, name_lines, stamp
from .palette import KINDS, LIMIT, PALE

_MARKERS = "osD"


@in_two_widths
def rates_by_condition(tests: pd.DataFrame) -> Drawing:
    """How often one analysis rejects, by condition and design.

    Parameters
    ----------
    tests : DataFrame
        Rows of the table ``operating_tests`` of one method and one marker: ``design``,
        ``condition``, ``effect``, ``rate``, ``rate_error``, ``trials`` and ``origin``.

    Returns
    -------
    Drawing
        Its words give every rate.
    """
    conditions = list(dict.fromkeys(tests["condition"]))
    designs = list(dict.fromkeys(tests["design"]))
    places = -np.arange(len(conditions), dtype=float)
    figure, axes = canvas(lines_high(len(conditions), 0.3) + 1.1)
    trials = int(tests["trials"].min())
    error = 1.96 * np.sqrt(0.05 * 0.95 / trials)
    axes.axvspan(0.05 - error, 0.05 + error, color=PALE, lw=0)
    axes.axvline(0.05, color=LIMIT, lw=1, ls="--")
    said = []
    for k, design in enumerate(designs):
        own = tests[tests["design"].eq(design)].set_index("condition").reindex(conditions)
        axes.errorbar(
            own["rate"], places + 0.2 * (1 - k), xerr=1.96 * own["rate_error"], fmt=_MARKERS[k],
            color=KINDS[k], ms=5, lw=1.2, label=design,
        )  # fmt: skip
        there = own["rate"].dropna()
        said.append(f"{design}: " + ", ".join(f"{c} {100 * r:.1f} %" for c, r in there.items()))
    name_lines(axes, places, conditions, fontsize=8.5)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set(xlabel="Trials with P of 0.05 or less", xlim=(0, None))
    key(figure, ncols=3)
    sns.despine(figure, left=True)
    note = (
        f"How often invented trials ({trials:,} a point, with 95 % confidence intervals) find a "
        "difference. Band: where a test at 5 % would fall if there is none"
    )
    alt = f"Shares of invented trials with P of 0.05 or less. {'. '.join(said)}."
    return Drawing(
        stamp(figure, tests), alt, tests, "Errors come from the controls, not from the test", note,
        "Simulated",
    )  # fmt: skip


@in_two_widths
def power_curve(curve: pd.DataFrame, patients: int, rate: float, error: float) -> Drawing:
    """The power of trials by their size, and that of the drawn trials.

    Parameters
    ----------
    curve : DataFrame
        From :meth:`rescat.TrialDesign.curve`.
    patients : int
        Of the design.
    rate, error : float
        Its power in the drawn trials, with the Monte Carlo error.

    Returns
    -------
    Drawing
        Its words give the power of the design.
    """
    figure, axes = canvas(3.0)
    sns.lineplot(data=curve, x="patients", y="power", color=KINDS[0], ax=axes)
    axes.errorbar([patients], [rate], yerr=1.96 * error, fmt="o", color=LIMIT, ms=7, lw=1.4)
    axes.axhline(0.8, color=LIMIT, lw=1, ls="--")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set(xlabel="Patients of both groups", ylabel="Power", ylim=(0, 1), xlim=(0, None))
    sns.despine(figure)
    alt = (
        f"The power by the number of patients: with {patients} patients {100 * rate:.0f} % of the "
        "drawn trials find the difference."
    )
    note = (
        "Point: the drawn trials, with the 95 % confidence interval. Line: about the power with "
        "other numbers of patients. Dashed: 80 %"
    )
    return Drawing(
        stamp(figure, curve), alt, curve, "More patients find more, and the point is this design",
        note, "Simulated",
    )  # fmt: skip
