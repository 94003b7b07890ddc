"""From measured concentrations to what can be modelled, and what cannot, with the reason."""

import pandas as pd

from ..base.errors import ModelError
from ..slopes.detection_limit import above_limit, apply_detection_rule, apply_range_rule
from ..slopes.fit import fit_slopes
from ..slopes.result import SlopeFit
from .fits import PanelFit, to_scale

__all__ = ["fit_markers", "ready_to_fit"]


def fit_markers(
    biomarkers: pd.DataFrame,
    *,
    scale: str = "log10",
    rule: str = "half",
    above: str = "limit",
    **options,
) -> PanelFit:
    """Take logarithms and fit each marker, once; set aside those that cannot be fitted.

    Parameters
    ----------
    biomarkers : DataFrame
        From :func:`rescat.load_biomarkers`: one row per sample of a marker, with the
        concentration in ``value`` and ``below_lod``.
    scale : {"log10", "ln"}
        The logarithm that is taken.
    rule : {"limit", "half", "root2", "drop"}
        What a value below the limit of detection becomes: see
        :func:`rescat.apply_detection_rule`.
    above : {"limit", "drop"}
        What a value above the range of the test becomes, where the table says so: see
        :func:`rescat.apply_range_rule`.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    PanelFit
        Slopes are per day, on the scale of the logarithm. A marker that cannot be fitted is in
        ``left_out``, with the reason; it is no error.

    Raises
    ------
    ModelError
        If the scale or the rule is not known.

    Notes
    -----
    The model is that of :func:`rescat.fit_slopes`, where its source is named.

    Examples
    --------
    >>> import rescat
    >>> twin = rescat.load_biomarkers("data")
    >>> panel = rescat.fit_markers(twin[twin["marker"].isin(["NFL", "IL-33"])])
    >>> panel.markers
    ['NFL']
    >>> panel.left_out.loc[0, "reason"]
    'each of the 58 values is below the limit of detection'
    """
    to_scale(biomarkers.head(0), scale)
    apply_detection_rule(biomarkers.head(0), rule)
    apply_range_rule(biomarkers.head(0), above)
    kept, fits, left_out = [], {}, []
    for marker, values in biomarkers.groupby("marker", sort=False):
        try:
            samples, fits[marker] = _fitted(values, scale, rule, above, options)
            kept.append(samples)
        except ModelError as error:
            left_out.append((marker, str(error), values["origin"].iloc[0]))
    return PanelFit(
        pd.concat(kept) if kept else biomarkers.head(0),
        fits,
        pd.DataFrame(left_out, columns=["marker", "reason", "origin"]),
    )


def ready_to_fit(
    biomarkers: pd.DataFrame, *, scale: str = "log10", rule: str = "half"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The samples of :func:`fit_markers` and the markers that it sets aside, without the fits.

    Parameters
    ----------
    biomarkers : DataFrame
        From :func:`rescat.load_biomarkers`: one row per sample of a marker, with the
        concentration in ``value`` and ``below_lod``.
    scale : {"log10", "ln"}
        The logarithm that is taken.
    rule : {"limit", "half", "root2", "drop"}
        What a value below the limit of detection becomes: see
        :func:`rescat.apply_detection_rule`.

    Returns
    -------
    logged : DataFrame
        The rows of the markers that can be fitted, on the scale of the model.
    left_out : DataFrame, one row per other marker
        ``marker``, ``reason`` and ``origin``.

    Raises
    ------
    ModelError
        If the scale or the rule is not known.

    Examples
    --------
    >>> import rescat
    >>> twin = rescat.load_biomarkers("data")
    >>> logged, left_out = rescat.ready_to_fit(twin[twin["marker"].isin(["NFL", "IL-33"])])
    >>> logged["marker"].unique().tolist(), left_out["marker"].tolist()
    (['NFL'], ['IL-33'])
    """
    panel = fit_markers(biomarkers, scale=scale, rule=rule)
    return panel.samples, panel.left_out


def _fitted(
    values: pd.DataFrame, scale: str, rule: str, above: str, options: dict
) -> tuple[pd.DataFrame, SlopeFit]:
    """The values of one marker on the scale of the model, and the fit."""
    if values["below_lod"].all():
        raise ModelError(f"each of the {len(values)} values is below the limit of detection")
    if above_limit(values).all():
        raise ModelError(f"each of the {len(values)} values is above the range of the test")
    inside = apply_range_rule(apply_detection_rule(values, rule), above)
    samples = to_scale(inside, scale)
    return samples, fit_slopes(samples, **options)
