"""From measured concentrations to what can be modelled, and what cannot, with the reason."""

import pandas as pd

from ..base.errors import ModelError
from ..slopes.detection_limit import apply_detection_rule
from ..slopes.fit import fit_slopes
from .fits import to_scale

__all__ = ["ready_to_fit"]


def ready_to_fit(
    biomarkers: pd.DataFrame, *, scale: str = "log10", rule: str = "half"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take logarithms, and set aside each marker that the model cannot be fitted to.

    Parameters
    ----------
    biomarkers : DataFrame
        From :func:`rescat.load_biomarkers`.
    scale : {"log10", "ln"}
    rule : str
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
    """
    to_scale(biomarkers.head(0), scale)
    apply_detection_rule(biomarkers.head(0), rule)
    kept, left_out = [], []
    for marker, own in biomarkers.groupby("marker", sort=False):
        try:
            kept.append(_checked(own, scale, rule))
        except ModelError as error:
            reason = str(error)
            left_out.append((marker, reason, own["origin"].iloc[0]))
    logged = pd.concat(kept) if kept else biomarkers.head(0)
    return logged, pd.DataFrame(left_out, columns=["marker", "reason", "origin"])


def _checked(own: pd.DataFrame, scale: str, rule: str) -> pd.DataFrame:
    """The values of one marker on the scale of the model, which can be fitted."""
    if own["below_lod"].all():
        raise ModelError(f"each of the {len(own)} values is below the limit of detection")
    logged = to_scale(apply_detection_rule(own, rule), scale)
    fit_slopes(logged)
    return logged
