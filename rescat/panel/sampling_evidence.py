"""What the printed standard errors imply about who was sampled when, and on which scale.

The paper prints neither the number of samples nor the scale of the values. But the width of an
interval is its standard error times a multiplier, and with given variances the standard error
depends on the design alone: see :func:`rescat.line_weights`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.loaders import load_table
from ..printed.lines import printed_width
from .designs import DESIGNS, line_weights

__all__ = ["design_fits", "implied_residual_sd", "printed_se"]

WITH_LIMITS = ("IL1RA", "IL18", "NFL")


def printed_se(
    slopes: pd.DataFrame, markers: Sequence[str] = WITH_LIMITS, *, df: float = np.inf
) -> pd.DataFrame:
    """The standard errors that printed limits allow, once rounding is allowed for.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed limits of both groups.
    df : float
        Degrees of freedom of the multiplier, the same in both groups; infinite for the normal
        distribution.

    Returns
    -------
    DataFrame, one row per marker
        ``marker``, ``control_low``, ``control_high``, ``treated_low``, ``treated_high`` (standard
        errors per day), and ``ratio_low``, ``ratio_high`` (controls over treated), which do not
        depend on ``df``.

    Raises
    ------
    ModelError
        If no limits are printed for a marker.
    """
    multiplier = 2 * stats.t.ppf(0.975, df)
    rows = []
    for marker in markers:
        printed = slopes[slopes["marker"].eq(marker)].set_index("term")
        lines = printed.reindex(["control", "treated"])
        if lines[["ci_low", "ci_high"]].isna().any(axis=None):
            raise ModelError(f"{marker}: expected printed limits of both groups")
        row = {"marker": marker}
        for term, line in lines.iterrows():
            low, high = printed_width(line)
            row |= {f"{term}_low": low / multiplier, f"{term}_high": high / multiplier}
        row["ratio_low"] = row["control_low"] / row["treated_high"]
        row["ratio_high"] = row["control_high"] / row["treated_low"]
        rows.append(row)
    return pd.DataFrame(rows).assign(origin="published")


def design_fits(
    slopes: pd.DataFrame,
    markers: Sequence[str] = WITH_LIMITS,
    *,
    designs: dict | None = None,
    sd_slopes: Sequence[float] = (0.0, 0.05, 0.1),
    residual_ratios: Sequence[float] = (1.0, 1.5),
    sd_intercept: float = 1.0,
) -> pd.DataFrame:
    """Which designs of sampling give intervals as wide as those printed.

    Parameters
    ----------
    slopes, markers
        As for :func:`printed_se`.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.
    sd_slopes : sequence of float
        SDs of the slopes between patients, per day, in residual SDs of the treated.
    residual_ratios : sequence of float
        Residual SD of the controls over that of the treated; 1 is the model of the paper.
    sd_intercept : float
        SD of the intercepts, in residual SDs of the treated.

    Returns
    -------
    DataFrame
        ``marker``, ``design``, ``sd_slope``, ``residual_ratio``, ``samples_control``,
        ``samples_treated`` (expected), ``expected`` (standard error of the controls over that of
        the treated), ``ratio_low`` and ``ratio_high`` (printed), and ``fits``.
    """
    rows = []
    for name, design in (DESIGNS if designs is None else designs).items():
        for sd in sd_slopes:
            for ratio in residual_ratios:
                shared = {"sd_slope": sd, "sd_intercept": sd_intercept}
                weights = line_weights(design, **shared)
                control = line_weights(design, sd_residual=ratio, **shared).loc["control", "se"]
                rows.append(
                    {
                        "design": name,
                        "sd_slope": sd,
                        "residual_ratio": ratio,
                        "samples_control": weights.loc["control", "samples"],
                        "samples_treated": weights.loc["treated", "samples"],
                        "expected": control / weights.loc["treated", "se"],
                    }
                )
    printed = printed_se(slopes, markers)[["marker", "ratio_low", "ratio_high", "origin"]]
    table = printed.merge(pd.DataFrame(rows), how="cross")
    table["fits"] = table["expected"].between(table["ratio_low"], table["ratio_high"])
    order = [c for c in table if c not in ("ratio_low", "ratio_high", "fits", "origin")]
    return table[[*order, "ratio_low", "ratio_high", "fits", "origin"]]


def implied_residual_sd(
    slopes: pd.DataFrame,
    markers: Sequence[str] = WITH_LIMITS,
    *,
    designs: dict | None = None,
    df: float = np.inf,
) -> pd.DataFrame:
    """The largest residual SD that the printed standard errors allow, beside what is known of it.

    Parameters
    ----------
    slopes, markers, df
        As for :func:`printed_se`.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.

    Returns
    -------
    DataFrame
        ``marker``, ``design``, ``term``, ``sd_low`` and ``sd_high``: the residual SD, on the
        unknown scale of the paper, if patients do not differ in slope. If they do, it is smaller.
        ``sd_within``: the SD within a patient of ``data/evidence/markers.csv`` on ``scale``
        (log10 or ln), ``share`` (``sd_high`` over ``sd_within``) and its ``source``.

    Notes
    -----
    The SD of the intercepts is taken from the same table, relative to the SD within a patient; it
    matters only where patients were sampled on different days.
    """
    levels = load_table("markers").set_index("marker")
    printed = printed_se(slopes, markers, df=df).set_index("marker")
    rows = []
    for marker in markers:
        level = levels.loc[marker]
        ratio = level["sd_between"] / level["sd_within"]
        for name, design in (DESIGNS if designs is None else designs).items():
            unit = line_weights(design, sd_intercept=ratio)["se"]
            for term in ("control", "treated"):
                low, high = printed.loc[marker, [f"{term}_low", f"{term}_high"]] / unit[term]
                for scale, factor in (("log10", 1.0), ("ln", np.log(10))):
                    within = level["sd_within"] * factor
                    rows.append((marker, name, term, low, high, scale, within, high / within))
    columns = ["marker", "design", "term", "sd_low", "sd_high", "scale", "sd_within", "share"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(source=table["marker"].map(levels["sd_source"]), origin="evidence")
