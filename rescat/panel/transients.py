"""A difference that comes and goes, and what a straight line makes of it.

The paper says that NFL "appeared to align between the MSC and control groups by day 28", with "a
notable divergence" at day 14. Its model has one straight line for each group. Two lines that start
together cannot come together again; a line fitted to curves that do can have any slope, and which
one depends on who was sampled when.
"""

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.trial_facts import DAYS
from ..printed.lines import printed_line
from ..slopes.fold import BASES
from .designs import DESIGNS, line_weights

__all__ = ["expected_line", "fitted_lines", "implied_ratios", "tent", "transient_needed"]

PEAK, END = 14.0, 28.0


def tent(peak: float = PEAK, end: float = END) -> np.ndarray:
    """A curve that is 0 on day 0, 1 on the day of its peak and 0 on its last day, with no bend.

    Parameters
    ----------
    peak : float
        Day of the peak, after day 0.
    end : float
        Last day, after the peak; from it on the curve is 0.

    Returns
    -------
    array, shape (5,)
        On the days of sampling: 0, 3, 6, 14 and 28. Without a unit.

    Examples
    --------
    >>> import rescat
    >>> rescat.tent().round(3).tolist()
    [0.0, 0.214, 0.429, 1.0, 0.0]
    >>> rescat.tent(peak=6, end=14).tolist()
    [0.0, 0.5, 1.0, 0.0, 0.0]
    """
    return np.interp(DAYS, [0.0, peak, end], [0.0, 1.0, 0.0])


def implied_ratios(
    slopes: pd.DataFrame, marker: str = "NFL", *, days=(0.0, PEAK, END), level: float = 0.95
) -> pd.DataFrame:
    """What two printed lines say of the ratio between the groups, without any data.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker : str
        One with printed slopes and intervals of both groups.
    days : sequence of float
        Days on which the lines are compared. They are taken to meet on the first of these days, and
        on the last.
    level : float
        Of the interval of the result. The printed ones are at 95 %.

    Returns
    -------
    DataFrame, one row per scale, day of meeting and day
        ``marker``, ``scale`` (log10 and ln: which one was used is not printed), ``together_on``
        (the day on which the lines are taken to meet: the first or the last), ``day``,
        ``difference`` of the logarithms (controls minus treated), and ``ratio`` of the
        concentrations (controls over treated) with ``ratio_low`` and ``ratio_high``; the two
        estimates count as independent and normal. ``origin``.

    Raises
    ------
    ModelError
        If slopes and intervals of both groups are not printed for the marker.

    Notes
    -----
    Lines that meet on day m are (difference of the slopes) times (day minus m) apart. Half the
    width of the interval of the difference is the root of the sum of the squares of both half
    widths.

    Examples
    --------
    Printed slopes of NFL are 0.029 and 0.002 per day: lines that start together are 0.756 apart on
    day 28, which is a factor of 5.7 if the logarithm is to base 10, and of 2.1 if it is natural.

    >>> import rescat
    >>> ratios = rescat.implied_ratios(rescat.load_slopes(), "NFL", days=(0, 28))
    >>> columns = ["scale", "together_on", "day", "difference", "ratio", "ratio_low", "ratio_high"]
    >>> print(ratios[columns].round(2).to_string())
       scale  together_on  day  difference  ratio  ratio_low  ratio_high
    0  log10            0    0        0.00   1.00       1.00        1.00
    1  log10            0   28        0.76   5.70       1.74       18.67
    2  log10           28    0       -0.76   0.18       0.05        0.57
    3  log10           28   28        0.00   1.00       1.00        1.00
    4     ln            0    0        0.00   1.00       1.00        1.00
    5     ln            0   28        0.76   2.13       1.27        3.56
    6     ln           28    0       -0.76   0.47       0.28        0.79
    7     ln           28   28        0.00   1.00       1.00        1.00
    """
    difference, half = _printed_difference(slopes, marker)
    half *= stats.norm.ppf(0.5 + level / 2) / stats.norm.ppf(0.975)
    rows = []
    for scale, base in BASES.items():
        for together in (min(days), max(days)):
            for day in days:
                centre, reach = difference * (day - together), abs(half * (day - together))
                rows.append(
                    {
                        "marker": marker,
                        "scale": scale,
                        "together_on": together,
                        "day": day,
                        "difference": centre,
                        "ratio": base**centre,
                        "ratio_low": base ** (centre - reach),
                        "ratio_high": base ** (centre + reach),
                    }
                )
    return pd.DataFrame(rows).assign(origin="published")


def _printed_difference(slopes: pd.DataFrame, marker: str) -> tuple[float, float]:
    """Slope of controls minus that of MSC patients, and half the width of its 95 % interval."""
    printed = slopes[slopes["marker"].eq(marker)].set_index("term")
    lines = printed.reindex(["control", "treated"])
    if lines[["slope", "ci_low", "ci_high"]].isna().any(axis=None):
        raise ModelError(f"{marker}: expected printed slopes and intervals of both groups")
    control, treated = (printed_line(row) for _, row in lines.iterrows())
    half = np.hypot(control[2] - control[1], treated[2] - treated[1]) / 2
    return control[0] - treated[0], float(half)


def expected_line(curves: dict[str, np.ndarray], design: dict, **variance) -> pd.Series:
    """The slopes that the straight-line model is expected to give for two mean curves.

    Parameters
    ----------
    curves : dict
        ``control`` and ``treated``: arrays of shape (5,), the mean value on each of the five days,
        on the scale of the model.
    design : dict
        One of :data:`rescat.DESIGNS`, or from :func:`rescat.design_of`.
    **variance
        SDs and correlation of :func:`rescat.line_weights`, on the scale of the model.

    Returns
    -------
    Series
        ``control``, ``treated`` and ``difference`` (treated minus control), per day.

    Raises
    ------
    ModelError
        As :func:`rescat.line_weights`.

    Notes
    -----
    The slope is a weighted sum of the means, so it is linear in them. The variances are taken as
    known; fitted ones would also take up how badly a line fits the curve.

    Examples
    --------
    The controls rise by one unit to day 14 and are back on day 28. If none of them is sampled on
    day 28, the line only sees the rise.

    >>> import numpy as np
    >>> import rescat
    >>> curves = {"control": rescat.tent(), "treated": np.zeros(5)}
    >>> line = rescat.expected_line(curves, rescat.DESIGNS["all controls to day 14"])
    >>> print(line.round(4).to_string())
    control       0.0714
    treated       0.0000
    difference   -0.0714
    >>> line = rescat.expected_line(curves, rescat.DESIGNS["everybody on all five days"])
    >>> print(line.round(4).to_string())
    control       0.0009
    treated       0.0000
    difference   -0.0009
    """
    weights = line_weights(design, **variance)[list(DAYS)]
    slope = {group: float(weights.loc[group] @ curves[group]) for group in weights.index}
    return pd.Series({**slope, "difference": slope["treated"] - slope["control"]})


def fitted_lines(
    curves: dict[str, np.ndarray], designs: dict[str, str], **variance
) -> pd.DataFrame:
    """The straight lines that the model is expected to draw through two mean curves.

    Parameters
    ----------
    curves : dict
        ``control`` and ``treated``: arrays of shape (5,), the mean value on each of the five days,
        on the scale of the model.
    designs : dict
        Name for the reader to name in :data:`rescat.DESIGNS`.
    **variance
        SDs and correlation of :func:`rescat.line_weights`, on the scale of the model.

    Returns
    -------
    DataFrame, one row per design and group
        ``design``, ``group``, ``intercept`` (on day 0) and ``slope`` (per day).

    Raises
    ------
    ModelError
        As :func:`rescat.line_weights`.
    KeyError
        If a design is not in :data:`rescat.DESIGNS`.

    Notes
    -----
    Intercept and slope are weighted sums of the means: see :func:`rescat.line_weights`.

    Examples
    --------
    >>> import numpy as np
    >>> import rescat
    >>> designs = {"all": "everybody on all five days", "to day 14": "all controls to day 14"}
    >>> curves = {"control": 1 + rescat.tent(), "treated": np.ones(5)}
    >>> lines = rescat.fitted_lines(curves, designs)
    >>> print(lines[lines["group"].eq("control")].round(4).to_string())
          design    group  intercept   slope
    0        all  control     1.3193  0.0009
    2  to day 14  control     1.0000  0.0714
    """
    rows = []
    for name, key in designs.items():
        weights = {
            of: line_weights(DESIGNS[key], of=of, **variance)[list(DAYS)]
            for of in ("intercept", "slope")
        }
        for group, curve in curves.items():
            line = {of: float(w.loc[group] @ curve) for of, w in weights.items()}
            rows.append({"design": name, "group": group, **line})
    return pd.DataFrame(rows)


def transient_needed(
    slopes: pd.DataFrame,
    marker: str = "NFL",
    *,
    designs: dict | None = None,
    sd_slopes=(0.0, 0.05, 0.1),
    sd_intercept: float = 1.25,
) -> pd.DataFrame:
    """How far apart the groups must be on day 14 for lines to have the printed difference.

    The groups start together, the controls rise evenly to day 14 and are back with the treated
    group on day 28. The treated group does not change.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker : str
        One with printed slopes and intervals of both groups.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.
    sd_slopes : sequence of float
        SDs of the slopes between patients, per day, in residual SDs.
    sd_intercept : float
        SD of the intercepts, in residual SDs.

    Returns
    -------
    DataFrame, one row per design and SD
        ``design``, ``sd_slope``, ``slope_per_unit`` (difference of the slopes for one unit on day
        14, per day), ``needed`` (units of the logarithm on day 14; infinite if the design cannot
        give such a difference), ``marker``, ``ratio_log10`` and ``ratio_ln`` (of the
        concentrations on day 14, controls over treated) and ``origin``.

    Raises
    ------
    ModelError
        If slopes and intervals of both groups are not printed for the marker, or as
        :func:`rescat.line_weights`.

    Notes
    -----
    The expected slope is linear in the height of the curve (:func:`expected_line`), so that the
    height is the printed difference over the slope for one unit.

    Examples
    --------
    If no control is sampled after day 14, controls with 2.4 times the concentration of the treated
    group on day 14 are enough, if the logarithm is to base 10.

    >>> import rescat
    >>> name = "all controls to day 14"
    >>> needed = rescat.transient_needed(
    ...     rescat.load_slopes(), designs={name: rescat.DESIGNS[name]}, sd_slopes=[0]
    ... )
    >>> columns = ["design", "slope_per_unit", "needed", "ratio_log10", "ratio_ln"]
    >>> print(needed[columns].round(3).to_string())
                       design  slope_per_unit  needed  ratio_log10  ratio_ln
    0  all controls to day 14           0.071   0.378        2.388     1.459
    """
    printed, _ = _printed_difference(slopes, marker)
    curves = {"control": tent(), "treated": np.zeros(len(DAYS))}
    rows = []
    for name, design in (DESIGNS if designs is None else designs).items():
        for sd in sd_slopes:
            line = expected_line(curves, design, sd_slope=sd, sd_intercept=sd_intercept)
            needed = printed / -line["difference"] if line["difference"] < 0 else np.inf
            rows.append((name, sd, -line["difference"], needed))
    table = pd.DataFrame(rows, columns=["design", "sd_slope", "slope_per_unit", "needed"])
    with np.errstate(over="ignore"):
        ratios = {f"ratio_{s}": base ** table["needed"].to_numpy() for s, base in BASES.items()}
    return table.assign(marker=marker, **ratios, origin="published")


def alignment(
    y: np.ndarray, there: np.ndarray, treated: np.ndarray, own: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """How far apart the groups of a twin are on day 28, as weights of its three unknowns.

    Parameters
    ----------
    y : array, shape (patients, days)
        Values as drawn, with the transient, for a factor of 1.
    there : bool array, shape (patients, days)
    treated : bool array, shape (patients,)
    own : (control, treated)
        Slopes that the fit gives to these values.

    Returns
    -------
    list of (float, float, float)
        Weights of the slope of the control, of the treated group, and of the factor. The first is
        for the curves that the values are drawn around, which are together on day 28 until lines
        are added; the second for the means of the samples, if both groups have one on that day.
    """
    apart = own[1] - own[0]
    rows = [(-END, END, -END * apart)]
    sampled = [there[:, -1] & (treated == t) for t in (False, True)]
    if all(group.any() for group in sampled):
        control, other = (y[group, -1].mean() for group in sampled)
        rows.append((-END, END, other - control - END * apart))
    return rows
