"""The figures that pages quote in their sentences."""

import pandas as pd

from ..data.trial_facts import fact
from ..trial.safety import upper_bound_of_zero
from .grouped import finding_counts, recomputed_figures
from .tables import Tables
from .verdicts import NOT_BOTH, SOURCE_DIFFERS, STRONGER

__all__ = ["key_figures"]


def key_figures(audited: pd.DataFrame, tables: Tables | None = None) -> dict[str, str]:
    """Return the figures that pages quote in their sentences, by name, as text.

    Parameters
    ----------
    audited : DataFrame
        The whole ledger, from :func:`rescat.audit`.
    tables : Tables, optional
        The tables that the figures are computed from; the published ones by default.

    Returns
    -------
    dict of str to str
        Counts of findings (``n_not_both``, …), of patients (``n_msc``, …) and of serious events,
        and figures computed from them.

    Examples
    --------
    >>> import rescat
    >>> figures = rescat.key_figures(rescat.audit())
    >>> figures["n_controls"], figures["mean_stay"], figures["zero_of_five"]
    ('12', '15 ± 3.7', '45 %')
    """
    tables, counts = tables or Tables(), finding_counts(audited)
    patients, events, trial = tables.patients, tables.events, tables.trial
    figures, different = recomputed_figures(audited)
    arms = patients["arm"].value_counts()
    serious = events[events["category"].eq("SAE")]
    stay = patients.loc[patients["arm"].eq("MSC"), "length_of_stay"]
    return {
        "n_figures": str(figures),
        "n_different": str(different or "none"),
        "n_not_both": str(counts[NOT_BOTH]),
        "n_stronger": str(counts[STRONGER]),
        "n_source": str(counts[SOURCE_DIFFERS]),
        "n_patients": str(len(patients)),
        "n_msc": str(arms["MSC"]),
        "n_ctrl": str(arms["CTRL"]),
        "n_mctrl": str(arms["mCTRL"]),
        "n_controls": str(arms["CTRL"] + arms["mCTRL"]),
        "n_randomised": str(arms["MSC"] + arms["CTRL"]),
        "n_sae": str(len(serious)),
        "n_moderate": str(serious["severity"].eq("Moderate").sum()),
        "target": f"{fact(trial, 'register_target', 'all ages'):.0f}",
        "zero_of_five": f"{100 * upper_bound_of_zero(int(arms['MSC'])):.0f} %",
        "mean_stay": f"{stay.mean():.0f} ± {stay.std():.1f}",
    }
