"""Other trials of these cells: which counts are compared, and RESCAT as one row among them."""

import numpy as np
import pandas as pd

from ..base.errors import ModelError
from ..base.origin import keeps_origin, origin_of
from ..meta.tables import two_group_tests

__all__ = ["recompute_printed", "rescat_as_trial", "trials_near"]


def trials_near(trials: pd.DataFrame, outcome: str = "deaths", day: int = 28) -> pd.DataFrame:
    """One row for each trial that counted an outcome: the horizon nearest to a day.

    Parameters
    ----------
    trials : DataFrame
        From :func:`rescat.load_trials`.
    outcome : str
        A value of its column ``outcome``.
    day : int
        Days after the start of treatment.

    Returns
    -------
    DataFrame, one row per trial
        Rows of ``trials`` in the order of the years. Of two horizons that are equally near, the
        earlier; one that is not reported only if the trial has no other.

    Raises
    ------
    ModelError
        If no trial counted that outcome.

    Examples
    --------
    >>> import rescat
    >>> near = rescat.trials_near(rescat.load_trials(), "deaths", 28)
    >>> bool(near["trial"].is_unique)
    True
    """
    rows = trials[trials["outcome"].eq(outcome) & trials["treated_events"].notna()]
    if rows.empty:
        known = ", ".join(sorted(trials["outcome"].unique()))
        raise ModelError(f"no trial has counts of {outcome!r}; outcomes with rows: {known}")
    away = (rows["horizon_days"].astype(float) - day).abs()
    order = rows.assign(away=away.fillna(np.inf)).sort_values(["away", "horizon_days"])
    nearest = order.drop_duplicates("trial").drop(columns="away")
    return nearest.sort_values(["year", "trial"], ignore_index=True)


def rescat_as_trial(
    patients: pd.DataFrame, events: pd.DataFrame, outcome: str = "deaths"
) -> pd.DataFrame:
    """RESCAT's randomised patients as a row of :func:`rescat.load_trials`.

    Parameters
    ----------
    patients, events : DataFrame
        From :func:`rescat.load_patients` and :func:`rescat.load_events`.
    outcome : {"deaths", "patients with serious events"}
        Patients with a fatal event by day 28 (the paper's Table 2 has none, and its text says that
        nobody died within four weeks); or with a serious event at any time.

    Returns
    -------
    DataFrame, one row
        ``trial``, ``year``, ``outcome``, ``population``, ``randomised``, ``blinded`` and the four
        counts.

    Raises
    ------
    ModelError
        If the outcome is not one of the two.

    Examples
    --------
    >>> import rescat
    >>> row = rescat.rescat_as_trial(rescat.load_patients(), rescat.load_events()).iloc[0]
    >>> [int(row[c]) for c in ("treated_events", "treated_patients")]
    [0, 5]
    >>> [int(row[c]) for c in ("control_events", "control_patients")]
    [0, 2]
    """
    sizes = patients["arm"].value_counts()
    rows = {
        "deaths": events["outcome"].eq("Fatal") & events["day"].le(28),
        "patients with serious events": events["category"].eq("SAE"),
    }
    if outcome not in rows:
        raise ModelError(f"found {outcome!r}, expected one of {', '.join(map(repr, rows))}")
    ill = patients["patient_id"].isin(events.loc[rows[outcome], "patient_id"])
    counts = patients.loc[ill, "arm"].value_counts()
    return pd.DataFrame(
        {
            "trial": ["RESCAT"],
            "year": 2025,
            "population": "COVID-19",
            "outcome": outcome,
            "treated_events": int(counts.get("MSC", 0)),
            "treated_patients": int(sizes.get("MSC", 0)),
            "control_events": int(counts.get("CTRL", 0)),
            "control_patients": int(sizes.get("CTRL", 0)),
            "randomised": True,
            "blinded": False,
            "origin": origin_of(patients, events),
        }
    )


@keeps_origin("checks")
def recompute_printed(checks: pd.DataFrame) -> pd.DataFrame:
    """Printed P values, risk ratios and percentages of other trials, computed again from counts.

    Parameters
    ----------
    checks : DataFrame, one row per printed figure
        The table ``trial_checks``: ``trial``, ``kind`` ("P", "RR" or "percent"), ``relation`` (=
        or <), ``printed``, ``decimals`` and the four counts (of a percentage those of the group
        that it is about, as the treated patients).

    Returns
    -------
    DataFrame, one row per printed figure
        What was given, and ``computed`` (by Fisher's exact test for P), ``fits`` (which usual
        tests, or which count, give the printed figure; empty if none) and ``nearest`` (the
        computed figure that is nearest to the printed one).

    Raises
    ------
    ModelError
        If a kind is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> checks = pd.DataFrame(
    ...     [("A", "P", "=", 0.047, 3, 10, 20, 16, 20),
    ...      ("B", "percent", "=", 28.0, 0, 4, 15, 4, 15)],
    ...     columns=["trial", "kind", "relation", "printed", "decimals", "treated_events",
    ...              "treated_patients", "control_events", "control_patients"],
    ... )
    >>> rescat.recompute_printed(checks)["fits"].tolist()
    ['chi-square', '']
    """
    found = []
    for row in checks.itertuples():
        a, n, c, m = (
            int(x)
            for x in (
                row.treated_events,
                row.treated_patients,
                row.control_events,
                row.control_patients,
            )
        )
        half = 0.5 * 10.0 ** -int(row.decimals) * (1 + 1e-9)
        if row.kind == "P":
            values = two_group_tests(a, n, c, m)
            near = [name for name, p in values.items() if _fits(p, row, half)]
        elif row.kind == "RR":
            values = {"ratio of the risks": a / n / (c / m) if c else np.inf}
            near = [name for name, ratio in values.items() if _fits(ratio, row, half)]
        elif row.kind == "percent":
            values = {f"{k} of {n}": 100 * k / n for k in (a, *range(n + 1))}
            near = [name for name, share in values.items() if _fits(share, row, half)]
        else:
            raise ModelError(f"{row.trial}: found the kind {row.kind!r}, expected P, RR or percent")
        nearest = min((abs(x - row.printed), x) for x in values.values() if np.isfinite(x))[1]
        found.append(
            {
                "computed": next(iter(values.values())),
                "fits": "; ".join(near),
                "nearest": nearest,
            }
        )
    return pd.concat([checks.reset_index(drop=True), pd.DataFrame(found)], axis=1)


def _fits(value: float, row, half: float) -> bool:
    if not np.isfinite(value):
        return False
    return value < row.printed if row.relation == "<" else abs(value - row.printed) <= half
