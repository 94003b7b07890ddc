"""The model and its tests on every marker of a panel, and what hangs on one patient."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..data.trial_facts import ARMS
from ..slopes.comparison import slope_tests
from ..slopes.fit import fit_slopes
from ..slopes.result import SlopeFit

__all__ = [
    "PANEL_TESTS",
    "PanelFit",
    "fit_panel",
    "leave_one_out",
    "one_marker",
    "panel_tests",
    "slopes_of_arms",
    "to_scale",
]

PANEL_TESTS = (
    "wald",
    "satterthwaite",
    "by_group",
    "permutation_t",
    "permutation_welch",
    "bootstrap_t",
)
_LOGARITHMS = {"log10": np.log10, "ln": np.log}


@dataclass(frozen=True)
class PanelFit:
    """The random-slope model of every marker that it can be fitted to: each is fitted once.

    Figures, tables and further analyses take this, so that none of them fits a model of its own.

    Attributes
    ----------
    samples : DataFrame
        The rows of the fitted markers, on the scale of the model.
    fits : dict of str to SlopeFit
        Marker to its fit, in the order of the samples.
    left_out : DataFrame, one row per other marker
        ``marker``, ``reason`` and ``origin``.
    """

    samples: pd.DataFrame
    fits: Mapping[str, SlopeFit]
    left_out: pd.DataFrame

    @property
    def markers(self) -> list[str]:
        """The fitted markers."""
        return list(self.fits)

    @property
    def table(self) -> pd.DataFrame:
        """What :func:`rescat.fit_panel` returns of these markers."""
        return panel_table(self.fits)

    def __getitem__(self, marker: str) -> SlopeFit:
        return self.fits[marker]

    def samples_of(self, *markers: str) -> pd.DataFrame:
        """The samples of some markers, in the order of the table."""
        return self.samples[self.samples["marker"].isin(markers)]

    def only(self, markers: Iterable[str]) -> "PanelFit":
        """The same fits for some markers alone, in the order given."""
        wanted = list(markers)
        return PanelFit(self.samples_of(*wanted), {m: self.fits[m] for m in wanted}, self.left_out)


def to_scale(biomarkers: pd.DataFrame, scale: str = "log10") -> pd.DataFrame:
    """Take logarithms of the values; those below the limit of detection must have a rule.

    Raises
    ------
    ModelError
        If the scale is not known, or a value is not above zero.
    """
    check_choice("scale", scale, _LOGARITHMS)
    low = biomarkers[biomarkers["value"] <= 0]
    if len(low):
        raise ModelError(
            f"row {low.index[0]}: the value {low['value'].iloc[0]:g} has no logarithm. Mark it as "
            "below_lod, with the limit as its value, and see rescat.apply_detection_rule"
        )
    return biomarkers.assign(value=_LOGARITHMS[scale](biomarkers["value"].astype(float)))


def fit_panel(biomarkers: pd.DataFrame, markers: Iterable[str], **options) -> pd.DataFrame:
    """Slopes of both groups and their difference, for each of some markers.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, on the scale of the model: see :func:`to_scale`.
    markers : iterable of str
        In the order of the result.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, three rows per marker
        ``marker``, ``term``, the columns of :attr:`rescat.SlopeFit.table`, ``singular`` and
        ``converged``.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`; the message begins with the marker.
    """
    fits = {}
    for marker in markers:
        try:
            fits[marker] = fit_slopes(one_marker(biomarkers, marker), **options)
        except ModelError as error:
            raise ModelError(f"{marker}: {error}") from error
    return panel_table(fits)


def panel_table(fits: Mapping[str, SlopeFit]) -> pd.DataFrame:
    """The tables of some fits below each other, as :func:`fit_panel` returns them."""
    rows = []
    for marker, fit in fits.items():
        table = fit.table.reset_index().assign(singular=fit.singular, converged=fit.converged)
        table.insert(0, "marker", marker)
        rows.append(table)
    return pd.concat(rows, ignore_index=True)


def panel_tests(
    biomarkers: pd.DataFrame,
    markers: Iterable[str],
    tests: Sequence[str] = PANEL_TESTS,
    **options,
) -> pd.DataFrame:
    """P values of the difference by several tests, for each of some markers.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, on the scale of the model: see :func:`to_scale`.
    markers : iterable of str
        In the order of the result.
    tests : iterable of str
        Keys of :data:`rescat.SLOPE_TESTS`, in the order of the columns.
    **options
        Of :func:`rescat.slope_tests`, such as ``n`` and ``seed`` of the bootstrap.

    Returns
    -------
    DataFrame, one row per marker
        ``marker``, ``difference`` (of the random-slope model), a column of P values for each test,
        and ``origin``.

    Raises
    ------
    ModelError
        As :func:`rescat.slope_tests`; the message begins with the marker.
    """
    # The model's own test comes first: its difference is the one that is reported.
    wanted = ["satterthwaite", *(t for t in tests if t != "satterthwaite")]
    rows = []
    for marker in markers:
        own = one_marker(biomarkers, marker)
        try:
            table = slope_tests(own, tests=wanted, intervals=False, progress=False, **options)
        except ModelError as error:
            raise ModelError(f"{marker}: {error}") from error
        rows.append(
            {
                "marker": marker,
                "difference": table.loc["satterthwaite", "difference"],
                **table.loc[list(tests), "p_value"],
                "origin": own["origin"].iloc[0],
            }
        )
    return pd.DataFrame(rows)


def slopes_of_arms(samples: pd.DataFrame, **options) -> pd.DataFrame:
    """The slope of each arm, each fitted alone.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, on the scale of the model.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row per arm that has samples, in the order of ``rescat.ARMS``
        ``arm`` and the columns of :attr:`rescat.SlopeFit.table`.
    """
    rows = []
    for arm in ARMS:
        own = samples[samples["arm"].eq(arm)]
        if len(own):
            rows.append(fit_slopes(own, group=None, **options).table.assign(arm=arm))
    return pd.concat(rows, ignore_index=True)


def leave_one_out(samples: pd.DataFrame, **options) -> pd.DataFrame:
    """The difference of the slopes without each patient in turn.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, on the scale of the model.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row per patient
        ``left_out``, ``arm``, and slope, limits and P value of the difference.
    """
    rows = []
    for patient, own in samples.groupby("patient_id", sort=False):
        rest = samples[samples["patient_id"].ne(patient)]
        row = fit_slopes(rest, **options).table.loc["difference"]
        rows.append({"left_out": patient, "arm": own["arm"].iloc[0], **row.to_dict()})
    return pd.DataFrame(rows)


def one_marker(biomarkers: pd.DataFrame, marker: str) -> pd.DataFrame:
    """The rows of one marker.

    Raises
    ------
    ModelError
        If there is none.
    """
    own = biomarkers[biomarkers["marker"].eq(marker)]
    if own.empty:
        known = ", ".join(map(str, biomarkers["marker"].unique()))
        raise ModelError(f"no value of {marker}; there are {known}")
    return own
