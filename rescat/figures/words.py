"""What the figures of the biomarkers show, in sentences for their alternative text."""

from collections.abc import Mapping

import pandas as pd

from ..base.words import spread_in_words
from ..slopes.result import SlopeFit


def lines_in_words(fits: Mapping[str, SlopeFit]) -> str:
    """The slopes of both lines of each marker, from its fit."""
    return " ".join(
        f"{marker}: the control line changes by {fit.table.loc['control', 'slope']:+.3f} per day, "
        f"the MSC line by {fit.table.loc['treated', 'slope']:+.3f}."
        for marker, fit in fits.items()
    )


def slopes_in_words(panel: pd.DataFrame) -> str:
    """The slopes of both groups, from :func:`rescat.fit_panel`."""
    slopes = panel.pivot(index="marker", columns="term", values="slope")
    return " ".join(
        f"{marker}: control {row['control']:+.3f}, treated {row['treated']:+.3f}."
        for marker, row in slopes.iterrows()
    )


def differences_in_words(panel: pd.DataFrame) -> str:
    """The differences with intervals and P values, from :func:`rescat.fit_panel`."""
    return " ".join(
        f"{r.marker}: {r.slope:+.3f} ({r.ci_low:+.3f} to {r.ci_high:+.3f}), P {r.p_value:.3f}."
        for r in panel[panel["term"].eq("difference")].itertuples()
    )


def one_out_in_words(without: pd.DataFrame, whole: pd.Series) -> str:
    """The range of P with one patient out, and P with all: see :func:`rescat.leave_one_out`."""
    return (
        f"The P value goes from {without['p_value'].min():.3f} to {without['p_value'].max():.3f}; "
        f"with all patients it is {whole['p_value']:.3f}."
    )


def ranges_in_words(ensemble: pd.DataFrame, names: dict[str, str]) -> str:
    """Median and quantiles of P of each marker and analysis over invented trials, as a text.

    Parameters
    ----------
    ensemble : DataFrame
        From :func:`rescat.twin_ranges`.
    names : dict
        Column to its name in words.
    """
    return " ".join(
        f"{marker}, {label}: {spread_in_words(own[column])}."
        for marker, own in ensemble.groupby("marker", sort=False)
        for column, label in names.items()
    )
