"""How fast one arm of controls must rise to give the controls' printed slope without an effect.

Most controls are matched patients of intensive care (mCTRL). If the others (CTRL) behave as
treated patients do, there is no effect of treatment, and the slope of all controls comes from the
matched ones alone. How fast they must rise then depends on their weight, and that on who was
sampled when.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..data.loaders import load_table
from .designs import DESIGNS, arm_weights

__all__ = ["icu_rise", "needed_slope", "outside_rates", "tipping_in_words", "tipping_points"]

_UNITS = {"log10": 1.0, "ln": np.log(10)}  # of a rate in log10


def needed_slope(
    printed: float | np.ndarray, others: float, weight: float | np.ndarray
) -> float | np.ndarray:
    """The slope that an arm must have, for a weighted mean of two arms' slopes to be as printed.

    Parameters
    ----------
    printed : float or array
        Slope of both arms together, per day.
    others : float
        Slope of the other arm, per day.
    weight : float or array
        Of the arm in the slope of both, from 0 to 1.

    Returns
    -------
    float or array
        Per day; infinite, or not a number, where the weight is 0.

    Notes
    -----
    The fitted slope of the controls is w m + (1 - w) c, with m and c the slopes of the two arms:
    see :func:`rescat.arm_weights`. That holds if both arms start at the same level.

    Examples
    --------
    >>> import rescat
    >>> float(rescat.needed_slope(0.029, 0.002, 0.5).round(3))
    0.056
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(printed - (1 - np.asarray(weight)) * others, weight)


def icu_rise() -> pd.Series:
    """The rate at which NFL rose in ventilated patients of intensive care, from ``icu_and_nfl``.

    Returns
    -------
    Series
        ``first`` and ``last`` (medians, pg/mL), ``days`` between them, ``slope`` (log10 per day)
        and ``ventilated`` (share of the patients, from 0 to 1).

    Raises
    ------
    ModelError
        If the table does not have the two medians, or the share.

    Notes
    -----
    The logarithm of the ratio of two medians over the days between them. It is no slope of a
    patient, and the patients of the second median need not be all those of the first.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.icu_rise().round(3).to_string())
    first          23.000
    last          250.000
    days           28.000
    slope           0.037
    ventilated      0.910
    """
    table = load_table("icu_and_nfl")
    medians = table[table["unit"].eq("pg/mL, median")].sort_values("day")
    ventilated = table.loc[table["unit"].eq("% with invasive ventilation"), "value"]
    if len(medians) != 2 or len(ventilated) != 1:
        raise ModelError(
            f"icu_and_nfl: found {len(medians)} medians and {len(ventilated)} shares of ventilated "
            "patients, expected 2 and 1"
        )
    first, last = medians["value"]
    days = float(medians["day"].diff().iloc[-1])
    found = {"first": first, "last": last, "days": days, "slope": np.log10(last / first) / days}
    return pd.Series({**found, "ventilated": ventilated.item() / 100})


def outside_rates(scale: str = "log10") -> pd.DataFrame:
    """How fast markers change by themselves in intensive care, from studies that are not this one.

    Parameters
    ----------
    scale : {"log10", "ln"}
        Of the rates: the sources are in log10, and the paper does not print its scale.

    Returns
    -------
    DataFrame, one row per marker and study
        ``marker``, ``rate`` (change per day), ``se``, ``what`` (of whom), ``source`` and
        ``origin``. Rate and standard error are missing if none is known.

    Raises
    ------
    ModelError
        If the scale is not known, or as :func:`icu_rise`.

    Examples
    --------
    >>> import rescat
    >>> rates = rescat.outside_rates().dropna(subset="rate")
    >>> print(rates[["marker", "rate", "se"]].round(3).to_string(index=False))
    marker   rate    se
     IL1RA  0.021 0.014
      IL18 -0.013 0.006
       IL6 -0.036 0.015
       NFL  0.037   NaN
    """
    check_choice("scale", scale, tuple(_UNITS))
    rise, cited = icu_rise(), load_table("icu_and_nfl")
    nfl = {
        "marker": "NFL",
        "slope": rise["slope"],
        "what": f"Patients of intensive care, {100 * rise['ventilated']:.0f} % ventilated",
        "source": cited.loc[cited["unit"].eq("pg/mL, median"), "source"].iloc[0],
    }
    columns = ["marker", "slope", "se", "what", "source"]
    table = pd.DataFrame([*load_table("natural_slopes")[columns].to_dict("records"), nfl])
    table[["slope", "se"]] *= _UNITS[scale]
    return table.rename(columns={"slope": "rate"}).assign(origin="evidence")


def tipping_points(
    slopes: pd.DataFrame,
    marker: str = "NFL",
    *,
    designs: Mapping[str, dict] | None = None,
    others: float | None = None,
    sd_slopes: Iterable[float] = (0.0, 0.05, 0.1),
    sd_intercept: float = 1.25,
) -> pd.DataFrame:
    """How fast the matched controls must rise under each sampling, with no effect of treatment.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker : str
        One with printed slopes and intervals of both groups.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.
    others : float, optional
        Slope of the randomised controls, per day. Without an effect it is that of the treated
        patients, which is taken as printed if none is given.
    sd_slopes : iterable of float
        SDs of the slopes between patients, per day, in residual SDs: the weight depends on it.
    sd_intercept : float
        SD of the intercepts, in residual SDs.

    Returns
    -------
    DataFrame, one row per design and SD
        ``design``, ``sd_slope``, ``weight`` (of mCTRL in the slope of the controls), ``needed``
        (their slope per day), ``needed_low`` and ``needed_high`` (for the ends of the printed
        interval of the controls; all three are missing where the weight is 0), ``others``,
        ``marker`` and ``origin``.

    Raises
    ------
    ModelError
        If slope or interval is not printed, or as :func:`rescat.arm_weights`.

    Notes
    -----
    A tipping point in the sense of a sensitivity analysis: not what was, but what would have to be
    for the conclusion to fall. See :func:`needed_slope`.

    Examples
    --------
    With everybody sampled alike ten of twelve controls have ten twelfths of the weight.

    >>> import rescat
    >>> name = "everybody on all five days"
    >>> points = rescat.tipping_points(
    ...     rescat.load_slopes(), designs={name: rescat.DESIGNS[name]}, sd_slopes=[0]
    ... )
    >>> columns = ["weight", "needed", "needed_low", "needed_high"]
    >>> print(points[columns].round(3).to_string(index=False))
     weight  needed  needed_low  needed_high
      0.833   0.034       0.019        0.049
    """
    printed = slopes[slopes["marker"].eq(marker)].set_index("term")
    lines = printed.reindex(["control", "treated"])[["slope", "ci_low", "ci_high"]]
    if lines.isna().any(axis=None):
        raise ModelError(f"{marker}: expected printed slopes and intervals of both groups")
    control = lines.loc["control"].to_numpy(float)
    others = float(lines.loc["treated", "slope"]) if others is None else others
    rows = []
    for name, design in (DESIGNS if designs is None else designs).items():
        for sd in sd_slopes:
            found = arm_weights(design, sd_slope=sd, sd_intercept=sd_intercept)
            weight = max(found.set_index("arm").loc["mCTRL", "weight"], 0.0)
            needed = needed_slope(control, others, weight) if weight > 1e-9 else [np.nan] * 3
            rows.append((name, sd, weight, *needed))
    columns = ["design", "sd_slope", "weight", "needed", "needed_low", "needed_high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(others=others, marker=marker, origin="published")


def tipping_in_words(as_treated: pd.DataFrame, flat: pd.DataFrame) -> pd.DataFrame:
    """Tipping points under two assumptions, a row for each design, in words.

    Parameters
    ----------
    as_treated, flat : DataFrame
        From :func:`tipping_points` with the same designs, for two slopes of the other controls.

    Returns
    -------
    DataFrame, one row per design
        ``design``, ``weight`` (over the SDs), ``as_treated`` and ``flat`` (needed slope over the
        SDs, and in brackets from its least low to its greatest high end), and ``origin``.

    Examples
    --------
    >>> import rescat
    >>> name = "everybody on all five days"
    >>> points = rescat.tipping_points(
    ...     rescat.load_slopes(), designs={name: rescat.DESIGNS[name]}, sd_slopes=[0]
    ... )
    >>> print(rescat.tipping_in_words(points, points)[["weight", "flat"]].to_string(index=False))
    weight                   flat
      0.83 0.034 (0.019 to 0.049)
    """
    rows = []
    for name, own in as_treated.groupby("design", sort=False):
        other = flat[flat["design"].eq(name)]
        weight = _from_to(own["weight"].min(), own["weight"].max(), 2)
        rows.append((name, weight, _needed(own), _needed(other)))
    table = pd.DataFrame(rows, columns=["design", "weight", "as_treated", "flat"])
    return table.assign(origin=as_treated["origin"].iloc[0])


def _needed(own: pd.DataFrame) -> str:
    """The needed slopes of one design; without any weight none is enough."""
    if own["needed"].isna().all():
        return "no slope is enough"
    ends = own["needed_low"].min(), own["needed_high"].max()
    middle = _from_to(own["needed"].min(), own["needed"].max(), 3)
    return f"{middle} ({ends[0]:.3f} to {ends[1]:.3f})"


def _from_to(low: float, high: float, decimals: int) -> str:
    words = [f"{x:.{decimals}f}" for x in (low, high)]
    return words[0] if words[0] == words[1] else " to ".join(words)
