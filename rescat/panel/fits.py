"""The model and its tests on every marker of a panel, and what depends on one patient."""

import contextlib
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
# The columns of a table of no marker.
_OF_PANEL = ["marker", "term", "slope", "se", "df", "statistic", "p_value", "ci_low", "ci_high"]
_OF_PANEL += ["origin", "singular", "converged"]
_LOGARITHMS = {"log10": np.log10, "ln": np.log}


@dataclass(frozen=True)
class PanelFit:
    """The random-slope model of every marker that it can be fitted to: each is fitted once.

    Figures, tables and further analyses take this, so that none of them fits a model of its own.

    Attributes
    ----------
    samples : DataFrame
        The rows of the fitted markers, one per sample, on the scale of the model (logarithms).
    fits : dict of str to SlopeFit
        Marker to its fit, in the order of the samples.
    left_out : DataFrame, one row per other marker
        ``marker``, ``reason`` and ``origin``.

    See Also
    --------
    rescat.fit_markers : makes one.

    Examples
    --------
    >>> import rescat
    >>> twin = rescat.load_biomarkers("data")
    >>> panel = rescat.fit_markers(twin[twin["marker"].isin(["IL18", "NFL", "IL-33"])])
    >>> panel.markers
    ['IL18', 'NFL']
    >>> print(panel.left_out[["marker", "reason"]].to_string())
      marker                                                 reason
    0  IL-33  each of the 58 values is below the limit of detection
    >>> print(panel.table[["marker", "term", "slope", "p_value"]].round(3).to_string())
      marker        term  slope  p_value
    0   IL18     control  0.007    0.032
    1   IL18     treated -0.002    0.484
    2   IL18  difference -0.009    0.052
    3    NFL     control  0.029    0.001
    4    NFL     treated  0.002    0.762
    5    NFL  difference -0.027    0.012
    >>> round(float(panel["NFL"].table.loc["difference", "p_value"]), 3)
    0.012
    >>> len(panel.samples_of("NFL")), panel.only(["NFL"]).markers
    (58, ['NFL'])
    """

    samples: pd.DataFrame
    fits: Mapping[str, SlopeFit]
    left_out: pd.DataFrame

    @property
    def markers(self) -> list[str]:
        """The fitted markers."""
        return list(self.fits)

    def with_one_to_spare(self, markers: Iterable[str]) -> list[str]:
        """Those of some markers of which a patient can be left out: see `leave_one_out`."""
        return [marker for marker in markers if can_spare(self.samples_of(marker))]

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

    Parameters
    ----------
    biomarkers : DataFrame
        With ``value``: concentrations above zero, in any unit.
    scale : {"log10", "ln"}
        A slope on the scale "ln" is 2.303 times that on "log10"; its P value is the same.

    Returns
    -------
    DataFrame
        The same rows and columns, with logarithms in ``value``.

    Raises
    ------
    ModelError
        If the scale is not known, or a value is not above zero.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> samples = pd.DataFrame({"value": [1.0, 20.0, 1000.0]})
    >>> rescat.to_scale(samples)["value"].round(3).tolist()
    [0.0, 1.301, 3.0]
    >>> rescat.to_scale(samples, "ln")["value"].round(3).tolist()
    [0.0, 2.996, 6.908]
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
        Long, one row per sample of a marker, with ``marker``, ``patient_id``, ``treated``,
        ``day`` and ``value`` on the scale of the model: see :func:`to_scale`.
    markers : iterable of str
        In the order of the result.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, three rows per marker
        ``marker``, ``term`` (control, treated, difference: treated minus control), the columns
        of :attr:`rescat.SlopeFit.table` (slopes per day, on the scale of the model), ``singular``
        and ``converged``.

    Raises
    ------
    ModelError
        If a marker has no value, or as :func:`rescat.fit_slopes`; the message then begins with
        the marker.

    Notes
    -----
    Each marker is fitted alone: Laird and Ware (1982), Biometrics 38: 963-974, as described for
    :func:`rescat.fit_slopes`.

    Examples
    --------
    >>> import rescat
    >>> logged = rescat.to_scale(rescat.load_biomarkers("data"))
    >>> table = rescat.fit_panel(logged, ["IL18", "NFL"])
    >>> columns = ["marker", "term", "slope", "ci_low", "ci_high", "p_value"]
    >>> print(table[columns].round(3).to_string())
      marker        term  slope  ci_low  ci_high  p_value
    0   IL18     control  0.007   0.001    0.013    0.032
    1   IL18     treated -0.002  -0.008    0.004    0.484
    2   IL18  difference -0.009  -0.017    0.000    0.052
    3    NFL     control  0.029   0.016    0.041    0.001
    4    NFL     treated  0.002  -0.012    0.015    0.762
    5    NFL  difference -0.027  -0.045   -0.009    0.012
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
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_OF_PANEL)


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
        Long, one row per sample of a marker, with ``marker``, ``patient_id``, ``treated``,
        ``day``, ``origin``, and ``value`` on the scale of the model: see :func:`to_scale`.
    markers : iterable of str
        In the order of the result.
    tests : sequence of str
        Keys of :data:`rescat.SLOPE_TESTS`, in the order of the columns.
    **options
        Of :func:`rescat.slope_tests`, such as ``n`` and ``seed`` of the bootstrap.

    Returns
    -------
    DataFrame, one row per marker
        ``marker``, ``difference`` (of the slopes in the random-slope model, treated minus control,
        per day), a column of two-sided P values for each test, and ``origin``. A P value is
        missing where the samples do not allow the test, though they allow the model.

    Raises
    ------
    ModelError
        If a marker has no value, or as :func:`rescat.slope_tests`; the message then begins with
        the marker.

    Notes
    -----
    The tests and their sources are those of :func:`rescat.slope_tests`. They are not alternatives
    to choose from once their P values are known.

    Examples
    --------
    >>> import rescat
    >>> logged = rescat.to_scale(rescat.load_biomarkers("data"))
    >>> tests = rescat.panel_tests(logged, ["IL18", "NFL"], ["satterthwaite", "wald"])
    >>> print(tests.round(4).to_string())
      marker  difference  satterthwaite    wald     origin
    0   IL18     -0.0086         0.0522  0.0239  synthetic
    1    NFL     -0.0270         0.0116  0.0003  synthetic
    """
    # The model's own test comes first: its difference is the one that is reported.
    wanted = ["satterthwaite", *(t for t in tests if t != "satterthwaite")]
    rows = []
    for marker in markers:
        own = one_marker(biomarkers, marker)
        try:
            table = slope_tests(
                own, tests=wanted, intervals=False, progress=False, skip=True, **options
            )
        except ModelError as error:
            raise ModelError(f"{marker}: {error}") from error
        rows.append(
            {
                "marker": marker,
                "difference": table.loc["satterthwaite", "difference"],
                **table["p_value"].reindex(list(tests)),
                "origin": own["origin"].iloc[0],
            }
        )
    return pd.DataFrame(rows)


def slopes_of_arms(samples: pd.DataFrame, **options) -> pd.DataFrame:
    """The slope of each arm, each fitted alone.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, one row per sample, with ``arm``, ``patient_id``, ``day`` and ``value``
        on the scale of the model.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row per arm that has samples, in the order of ``rescat.ARMS``
        The columns of :attr:`rescat.SlopeFit.table` (slopes per day), and ``arm``.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, if an arm alone cannot carry the model.

    Notes
    -----
    Each arm has variances of its own here, so that these slopes are not those of a fit of all
    patients. An arm of two patients often gives a singular fit, which is warned about.

    Examples
    --------
    >>> import rescat
    >>> logged = rescat.to_scale(rescat.load_biomarkers("data"))
    >>> slopes = rescat.slopes_of_arms(rescat.one_marker(logged, "NFL"))
    >>> print(slopes[["arm", "slope"]].round(3).to_string())
         arm  slope
    0    MSC  0.002
    1   CTRL  0.019
    2  mCTRL  0.052
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
        Of one marker, one row per sample, with ``patient_id``, ``arm``, ``treated``, ``day`` and
        ``value`` on the scale of the model.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row per patient who can be left out
        ``left_out`` (the patient), ``arm`` (of this patient), and the row ``difference`` of
        :attr:`rescat.SlopeFit.table` of all others: ``slope`` (treated minus control, per day),
        ``se``, ``df``, ``statistic``, ``p_value``, ``ci_low`` and ``ci_high``.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`, if no patient can be left out: the others cannot carry the
        model.

    Notes
    -----
    To leave out one case at a time shows on which of them a result depends: Cook (1977),
    Technometrics 19: 15-18. Here a case is a patient with all samples.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02)).assign(arm="simulated")
    >>> without = rescat.leave_one_out(trial)
    >>> print(without[["left_out", "slope", "p_value"]].head(3).round(3).to_string())
      left_out  slope  p_value
    0      S01  0.017    0.068
    1      S02  0.018    0.057
    2      S03  0.017    0.072
    >>> len(without)
    17
    """
    rows, failed = [], None
    for patient, own in samples.groupby("patient_id", sort=False):
        rest = samples[samples["patient_id"].ne(patient)]
        try:
            row = fit_slopes(rest, **options).table.loc["difference"]
        except ModelError as error:
            failed = error
            continue
        rows.append({"left_out": patient, "arm": own["arm"].iloc[0], **row.to_dict()})
    if not rows and failed:
        raise failed
    return pd.DataFrame(rows)


def can_spare(samples: pd.DataFrame) -> bool:
    """Whether a patient of one marker can be left out, so that the model can still be fitted.

    Parameters
    ----------
    samples : DataFrame
        As for :func:`rescat.leave_one_out`.
    """
    for patient in samples["patient_id"].unique():
        with contextlib.suppress(ModelError):
            fit_slopes(samples[samples["patient_id"].ne(patient)])
            return True
    return False


def one_marker(biomarkers: pd.DataFrame, marker: str) -> pd.DataFrame:
    """The rows of one marker.

    Parameters
    ----------
    biomarkers : DataFrame
        Long, with ``marker``.
    marker : str
        As it stands in that column.

    Returns
    -------
    DataFrame
        The rows of this marker, with all columns and the index that they had.

    Raises
    ------
    ModelError
        If there is no such row. The message names the markers that there are.

    Examples
    --------
    >>> import rescat
    >>> nfl = rescat.one_marker(rescat.load_biomarkers("data"), "NFL")
    >>> len(nfl), nfl["patient_id"].nunique()
    (58, 17)
    """
    own = biomarkers[biomarkers["marker"].eq(marker)]
    if own.empty:
        known = ", ".join(map(str, biomarkers["marker"].unique()))
        raise ModelError(f"no value of {marker}; there are {known}")
    return own
