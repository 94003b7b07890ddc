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
from ..data.trial_facts import STAYS
from ..printed.lines import printed_width
from .designs import (
    DESIGNS,
    arm_weights,
    design_by_stay,
    expected_samples,
    line_weights,
    slope_errors,
)

__all__ = [
    "design_fits",
    "implied_residual_sd",
    "printed_se",
    "sampling_overview",
    "sampling_search",
]

WITH_LIMITS = ("IL1RA", "IL18", "NFL")
SD_SLOPES = (0.0, 0.05, 0.1)


def printed_se(
    slopes: pd.DataFrame, markers: Sequence[str] = WITH_LIMITS, *, df: float = np.inf
) -> pd.DataFrame:
    """The standard errors that printed intervals allow, once rounding is allowed for.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed 95 % confidence intervals of both groups.
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
        If no interval is printed for a marker.

    Notes
    -----
    The width of a 95 % interval is its standard error times twice the 97.5 % quantile of t; each
    printed end can be off by half a unit of its last decimal.

    Examples
    --------
    >>> import rescat
    >>> se = rescat.printed_se(rescat.load_slopes(), ["NFL"])
    >>> print(se.iloc[:, :5].round(4).to_string())
      marker  control_low  control_high  treated_low  treated_high
    0    NFL       0.0061        0.0066       0.0066        0.0071
    >>> print(se[["ratio_low", "ratio_high"]].round(3).to_string())
       ratio_low  ratio_high
    0      0.857         1.0
    """
    multiplier = 2 * stats.t.ppf(0.975, df)
    rows = []
    for marker in markers:
        printed = slopes[slopes["marker"].eq(marker)].set_index("term")
        lines = printed.reindex(["control", "treated"])
        if lines[["ci_low", "ci_high"]].isna().any(axis=None):
            raise ModelError(f"{marker}: expected printed intervals of both groups")
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
    sd_slopes: Sequence[float] = SD_SLOPES,
    residual_ratios: Sequence[float] = (1.0, 1.5),
    sd_intercept: float = 1.0,
) -> pd.DataFrame:
    """Which designs of sampling give intervals as wide as those printed.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed 95 % confidence intervals of both groups.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.
    sd_slopes : sequence of float
        SDs of the slopes between patients, per day, in residual SDs of the treated group.
    residual_ratios : sequence of float
        Residual SD of the controls over that of the treated group; 1 is the model of the paper.
    sd_intercept : float
        SD of the intercepts, in residual SDs of the treated group.

    Returns
    -------
    DataFrame, one row per marker, design, SD and ratio
        ``marker``, ``design``, ``sd_slope``, ``residual_ratio``, ``samples_control``,
        ``samples_treated`` (expected), ``expected`` (standard error of the controls over that of
        the treated group), ``ratio_low`` and ``ratio_high`` (printed), ``fits`` (bool: whether the
        expected ratio is between them) and ``origin``.

    Raises
    ------
    ModelError
        If no interval is printed for a marker, or as :func:`rescat.line_weights`.

    Notes
    -----
    The ratio of two standard errors has no unit, so that neither the scale of the paper nor the
    residual SD needs to be known. The expected ones are those of :func:`rescat.line_weights`.

    Examples
    --------
    With everybody sampled on all days, twelve controls would have a smaller standard error than
    five treated patients; without their day 28, a larger one. Neither fits the printed errors.

    >>> import rescat
    >>> names = ["everybody on all five days", "all controls to day 14"]
    >>> fits = rescat.design_fits(
    ...     rescat.load_slopes(),
    ...     ["NFL"],
    ...     designs={name: rescat.DESIGNS[name] for name in names},
    ...     sd_slopes=[0],
    ...     residual_ratios=[1],
    ... )
    >>> columns = ["design", "expected", "ratio_low", "ratio_high", "fits"]
    >>> print(fits[columns].round(3).to_string())
                           design  expected  ratio_low  ratio_high   fits
    0  everybody on all five days     0.645      0.857         1.0  False
    1      all controls to day 14     1.391      0.857         1.0  False
    """
    rows = []
    residuals = list(dict.fromkeys([1.0, *residual_ratios]))
    for name, design in (DESIGNS if designs is None else designs).items():
        samples = expected_samples(design)
        for sd in sd_slopes:
            shared = {"sd_slope": sd, "sd_intercept": sd_intercept}
            errors = slope_errors(design, [{"sd_residual": r, **shared} for r in residuals])
            by_residual = dict(zip(residuals, errors, strict=True))
            rows += [
                {
                    "design": name,
                    "sd_slope": sd,
                    "residual_ratio": ratio,
                    "samples_control": samples["control"],
                    "samples_treated": samples["treated"],
                    "expected": by_residual[ratio]["control"] / by_residual[1.0]["treated"],
                }
                for ratio in residual_ratios
            ]
    printed = printed_se(slopes, markers)[["marker", "ratio_low", "ratio_high", "origin"]]
    table = printed.merge(pd.DataFrame(rows), how="cross")
    table["fits"] = table["expected"].between(table["ratio_low"], table["ratio_high"])
    order = [c for c in table if c not in ("ratio_low", "ratio_high", "fits", "origin")]
    return table[[*order, "ratio_low", "ratio_high", "fits", "origin"]]


def sampling_overview(
    slopes: pd.DataFrame,
    markers: Sequence[str] = WITH_LIMITS,
    *,
    designs: dict | None = None,
    sd_slopes: Sequence[float] = SD_SLOPES,
) -> pd.DataFrame:
    """Designs of sampling beside the stays of Table 1 and the printed standard errors.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed 95 % confidence intervals of both groups.
    designs : dict, optional
        Name to design of arms; :data:`rescat.DESIGNS` if not given.
    sd_slopes : sequence of float
        SDs of the slopes between patients that are tried, per day, in residual SDs. The residual
        SD is the same for all, and so is the SD of the intercepts, of one residual SD.

    Returns
    -------
    DataFrame, one row per design
        ``design``; ``after_discharge``: samples that historical controls gave after the last day
        in hospital (Table 1 leaves none unless they came back); ``missing``: of the controls'
        samples that could have been taken (the randomised on all days, the historical while in
        hospital), the share that is missing; ``fits``: the markers whose printed ratio of standard
        errors comes out for an SD that was tried; ``agrees``: whether that is every marker and
        nobody was sampled after discharge; ``randomised_low`` and ``randomised_high``: over these
        SDs, the share of the controls' slope that the randomised controls carry
        (:func:`rescat.arm_weights`); ``origin``.

    Raises
    ------
    ModelError
        If no interval is printed for a marker, or as :func:`rescat.line_weights`.

    Notes
    -----
    Stays of the randomised count from enrolment, those of the historical controls from admission.
    A day's samples are compared with the number in hospital on that day: who was sampled is free.

    Examples
    --------
    >>> import rescat
    >>> names = ["by stay: the randomised come back", "by stay: half of the controls missing"]
    >>> table = rescat.sampling_overview(
    ...     rescat.load_slopes(), designs={name: rescat.DESIGNS[name] for name in names}
    ... )
    >>> print(table[["after_discharge", "missing", "fits", "agrees"]].round(2).to_string())
       after_discharge  missing              fits  agrees
    0              0.0     0.00              none   False
    1              0.0     0.39  IL1RA, IL18, NFL    True
    """
    designs = DESIGNS if designs is None else designs
    options = {"designs": designs, "sd_slopes": sd_slopes, "residual_ratios": [1.0]}
    fits = design_fits(slopes, markers, **options)
    could = {arm: design_by_stay()[arm].sum(axis=0) for arm in ("CTRL", "mCTRL")}
    rows = []
    for name, design in designs.items():
        taken = {arm: np.sum(design[arm], axis=0) for arm in could}
        there = sum(np.minimum(taken[arm], could[arm]).sum() for arm in could)
        after = np.maximum(taken["mCTRL"] - could["mCTRL"], 0).sum()
        found, every = _fitting_markers(fits[fits["design"].eq(name)])
        carried = [arm_weights(design, sd_slope=sd)["weight"].iloc[0] for sd in sd_slopes]
        rows.append(
            {
                "design": name,
                "after_discharge": after,
                "missing": 1 - there / sum(days.sum() for days in could.values()),
                "fits": found,
                "agrees": bool(after == 0 and every),
                "randomised_low": min(carried),
                "randomised_high": max(carried),
            }
        )
    return pd.DataFrame(rows).assign(origin="published")


def _fitting_markers(fits: pd.DataFrame) -> tuple[str, bool]:
    """Of one design: the markers whose printed ratio comes out, in words, and whether all do."""
    found = fits.loc[fits["fits"], "marker"].unique()
    return ", ".join(found) or "none", len(found) == fits["marker"].nunique()


def sampling_search(
    slopes: pd.DataFrame,
    markers: Sequence[str] = WITH_LIMITS,
    *,
    shares: Sequence[float] = tuple(np.arange(20) / 20),
    sd_slopes: Sequence[float] = (0.0, 0.025, 0.05, 0.075, 0.1),
) -> pd.DataFrame:
    """How many samples must be missing for the stays of Table 1 to fit the printed widths.

    Nobody is sampled after the discharge of Table 1, but for visits of the randomised. Then
    samples after day 0 are left out, in one of several ways, until the printed ratios come out.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed 95 % confidence intervals of both groups.
    shares : sequence of float
        Shares of the later samples, or of the historical controls, that are missing; from 0 to
        just below 1.
    sd_slopes : sequence of float
        As of :func:`sampling_overview`.

    Returns
    -------
    DataFrame, one row per way and share
        ``way`` (who comes back, and whose later samples are missing), ``share`` (missing),
        ``ratio_low`` and ``ratio_high`` (expected standard error of the controls over that of the
        treated group, over the SDs), ``fits`` (markers) and ``agrees`` (whether that is all), and
        ``origin``.

    Raises
    ------
    ModelError
        If no interval is printed for a marker, or as :func:`rescat.line_weights`.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.sampling_search(rescat.load_slopes(), shares=[0, 0.2, 0.4, 0.6])
    >>> agreeing = found[found["agrees"]]
    >>> print(agreeing[["way", "share"]].to_string(index=False))
                                                                  way  share
                               the randomised come back: the controls    0.6
                             the randomised come back: the historical    0.6
          the randomised come back: the historical, none after day 14    0.0
          the randomised come back: the historical, none after day 14    0.2
          the randomised come back: the historical, none after day 14    0.4
    the randomised come back: some of the historical, all after day 0    0.6
    """
    ways = {
        "in hospital only: the controls": lambda k: design_by_stay(
            visits=(), kept={"CTRL": k, "mCTRL": k}
        ),
        "in hospital only: the historical": lambda k: design_by_stay(visits=(), kept={"mCTRL": k}),
        "the randomised come back: all arms": lambda k: design_by_stay(
            kept=dict.fromkeys(STAYS, k)
        ),
        "the randomised come back: the controls": lambda k: design_by_stay(
            kept={"CTRL": k, "mCTRL": k}
        ),
        "the randomised come back: the historical": lambda k: design_by_stay(kept={"mCTRL": k}),
        "the randomised come back: the historical, none after day 14": lambda k: design_by_stay(
            kept={"mCTRL": k}, historical_to=14
        ),
        "the randomised come back: some of the historical, all after day 0": lambda k: (
            design_by_stay(day_0_only=round((1 - k) * len(STAYS["mCTRL"])))
        ),
    }
    rows = []
    for way, build in ways.items():
        designs = {share: build(1 - share) for share in shares}
        fits = design_fits(
            slopes, markers, designs=designs, sd_slopes=sd_slopes, residual_ratios=[1.0]
        )
        for share, own in fits.groupby("design"):
            low, high = own["expected"].min(), own["expected"].max()
            rows.append((way, share, low, high, *_fitting_markers(own)))
    columns = ["way", "share", "ratio_low", "ratio_high", "fits", "agrees"]
    return pd.DataFrame(rows, columns=columns).assign(origin="published")


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
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    markers : sequence of str
        With printed 95 % confidence intervals of both groups.
    designs : dict, optional
        Name to design; :data:`rescat.DESIGNS` if not given.
    df : float
        Degrees of freedom behind the interval; infinite for the normal distribution.

    Returns
    -------
    DataFrame, one row per marker, design, group and scale
        ``marker``, ``design``, ``term``, ``sd_low`` and ``sd_high``: the residual SD, on the
        unknown scale of the paper, if patients do not differ in slope. If they do, it is smaller.
        ``sd_within``: the SD within a patient of ``data/evidence/markers.csv`` on ``scale``
        (log10 or ln), ``share`` (``sd_high`` over ``sd_within``) and its ``source``.

    Raises
    ------
    ModelError
        If no interval is printed for a marker, or as :func:`rescat.line_weights`.

    Notes
    -----
    The SD of the intercepts is taken from the same table, relative to the SD within a patient; it
    matters only where patients were sampled on different days.

    Examples
    --------
    >>> import rescat
    >>> name = "everybody on all five days"
    >>> sd = rescat.implied_residual_sd(
    ...     rescat.load_slopes(), ["NFL"], designs={name: rescat.DESIGNS[name]}
    ... )
    >>> columns = ["term", "sd_low", "sd_high", "scale", "sd_within", "share"]
    >>> print(sd[columns].round(2).to_string())
          term  sd_low  sd_high  scale  sd_within  share
    0  control    0.48     0.52  log10       0.20   2.58
    1  control    0.48     0.52     ln       0.46   1.12
    2  treated    0.33     0.36  log10       0.20   1.79
    3  treated    0.33     0.36     ln       0.46   0.78
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
