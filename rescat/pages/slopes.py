"""Slopes as a reader can feel them: so many times as high after four weeks."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html
from ..slopes.fold import fold_in_words
from .tables import show_table

__all__ = ["mixed_model_table", "slopes_table"]

GROUPS = {
    "control": "All controls",
    "treated": "Treated (MSC)",
    "difference": "Difference, treated minus controls",
}

# Of the model value ~ weeks4 * treated with random lines of patients, as statsmodels names them.
_TERMS = {
    "Intercept": "Level on day 0, controls",
    "weeks4": "Slope per 28 days, controls",
    "treated": "Level on day 0, treated minus controls",
    "weeks4:treated": "Slope per 28 days, treated minus controls",
    "patient_id Var": "Variance of the levels between patients",
    "patient_id x weeks4 Cov": "Covariance of levels and slopes",
    "weeks4 Var": "Variance of the slopes between patients",
}


def mixed_model_table(
    estimates: pd.DataFrame, *, name: str, title: str, source: str, origin: str
) -> HTML:
    """What statsmodels estimates of the model of the chapters, each term in words.

    Parameters
    ----------
    estimates : DataFrame
        ``summary().tables[1]`` of a fit of ``value ~ weeks4 * treated`` by its ``mixedlm``, with
        ``patient_id`` as groups.
    name, title, source : str
        As for :func:`show_table`.
    origin : str
        Of the data that were fitted: a key of ``rescat.ORIGINS``.

    Raises
    ------
    KeyError
        If it is another model.
    """
    coefficient, error, z, p, low, high = (estimates[column] for column in estimates)
    shown = {
        "Term": [_TERMS[term] for term in estimates.index],
        "In statsmodels": [Html("<code>{}</code>").format(term) for term in estimates.index],
        "Estimate": coefficient,
        "Standard error": error,
        "z": z,
        "P": p.replace("0.000", "< 0.001"),
        "95 % CI": [f"{a} to {b}" if a else "" for a, b in zip(low, high, strict=True)],
        "origin": origin,
    }
    return show_table(pd.DataFrame(shown, dtype=object), name=name, title=title, source=source)


def slopes_table(
    lines: pd.DataFrame,
    *,
    name: str,
    title: str,
    source: str,
    scales: tuple[str, ...] = ("log10",),
    days: float = 28.0,
    decimals: int = 3,
) -> HTML:
    """Slopes with their confidence intervals, and beside them what they are in some days.

    Parameters
    ----------
    lines : DataFrame
        ``term`` (control, treated or difference), ``slope``, ``ci_low``, ``ci_high``, ``p_value``
        and ``origin``: rows of :func:`rescat.load_slopes`, or of the table of a fit. With
        ``marker`` there is a column for it.
    name, title, source : str
        As for :func:`show_table`.
    scales : tuple of {"log10", "ln"}
        Of the values; both if it is not known which one was used.
    days : float
    decimals : int
        Of the slopes.
    """
    places = f"+.{decimals}f"
    said = [
        f"{r.slope:{places}} ({r.ci_low:{places}} to {r.ci_high:{places}})"
        for r in lines.itertuples()
    ]
    folds = {
        f"if {scale}": [fold_in_words(r, days, scale) for _, r in lines.iterrows()]
        for scale in scales
    }
    signs = lines["p_relation"] if "p_relation" in lines else pd.Series("=", lines.index)
    p_values = [
        "" if pd.isna(p) else f"< {max(p, 0.001):.3f}" if sign == "<" or p < 0.001 else f"{p:.3f}"
        for p, sign in zip(lines["p_value"], signs, strict=True)
    ]
    shown = {
        **({"marker": lines["marker"]} if "marker" in lines else {}),
        "term": lines["term"].map(GROUPS),
        "slope": said,
        **folds,
        "p_value": p_values,
        "origin": lines["origin"],
    }
    subtitle = "In brackets the 95 % confidence interval. Below 1 is a fall"
    if lines["term"].eq("difference").any():
        subtitle += ". A difference is the factor by which the ratio of treated to controls changes"
    return show_table(
        pd.DataFrame(shown),
        name=name,
        title=title,
        subtitle=subtitle,
        source=source,
        labels={"term": "Group", "slope": "Slope per day", "p_value": "P"}
        | {f"if {scale}": f"In {days:g} days, if {scale}" for scale in scales},
    )
