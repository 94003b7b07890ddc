"""What explorables of the models start with: samples, and what the book found in them.

``book/_static/explorables/engine.js`` computes the same in the page, once a setting is changed.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from ..base.origin import origin_of
from ..slopes.permutation import TIE, PermutationTest
from ..slopes.result import SlopeFit
from ..slopes.trajectories import GROUPS
from ..studies.design import TrialDesign

__all__ = [
    "TESTS_IN_PAGE",
    "allocation_settings",
    "design_settings",
    "patient_settings",
    "trials_settings",
]

# The histogram of a permutation test.
_BINS = {"from": -6.0, "width": 0.25, "n": 48}
# Tests that a page can do a thousand times in a second or two, in words.
TESTS_IN_PAGE = {
    "wald": "Wald z",
    "satterthwaite": "Satterthwaite t",
    "by_group": "t, variances by group",
    "welch": "Welch t of own slopes",
    "permutation_welch": "Welch t, permuted",
}


def patient_settings(
    samples: pd.DataFrame, fit: SlopeFit, test: PermutationTest
) -> dict[str, object]:
    """The samples of two groups, their fit, and the permutation test of it.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, with ``patient_id``, ``treated``, ``day``, ``value`` and ``origin``.
    fit : SlopeFit
    test : PermutationTest
        Of the statistic "t", over every relabelling.

    Returns
    -------
    dict
        ``samples``, ``found`` (what the page shows before a change), ``bins`` and ``mark``.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(8, controls=4, treated=3, slope=(0, 0.05))
    >>> test = rescat.permutation_test(trial, progress=False)
    >>> fit = rescat.fit_formula("value ~ day * treated + (day | patient_id)", trial)
    >>> made = rescat.pages.patient_settings(trial, fit, test)
    >>> made["mark"], sum(made["found"]["permuted"]["counts"])
    ('INVENTED', 35)
    """
    names = {"slope": "slope", "low": "ci_low", "high": "ci_high", "df": "df", "p": "p_value"}
    difference = fit.table.loc["difference", list(names.values())].set_axis(list(names))
    lines = {group: fit.lines.loc[group, ["intercept", "slope"]].to_dict() for group in GROUPS}
    place = np.floor((test.null_distribution - _BINS["from"]) / _BINS["width"])
    counts = np.bincount(np.clip(place, 0, _BINS["n"] - 1).astype(int), minlength=_BINS["n"])
    permuted = {"observed": test.observed, "p": test.p_value, "n": test.n_permutations}
    return {
        "samples": _samples(samples),
        "found": {
            "fit": {**lines, "difference": difference.to_dict()},
            "permuted": permuted | {"counts": counts.tolist()},
        },
        "bins": _BINS,
        "mark": _mark(samples),
    }


def allocation_settings(
    samples: pd.DataFrame,
    order: Iterable[str],
    schemes: Mapping[str, pd.DataFrame],
    tests: Mapping[str, PermutationTest],
) -> dict[str, object]:
    """The randomised patients, and what each allocation would have given.

    Parameters
    ----------
    samples : DataFrame
        Of these patients, with ``patient_id``, ``treated``, ``day``, ``value`` and ``origin``.
    order : iterable of str
        The patients in the order in which they were allocated.
    schemes : mapping
        Name to the allocations that were possible (:func:`rescat.block_assignments`), in this
        order; the first is :func:`rescat.all_assignments`.
    tests : mapping
        Name to the permutation test with the allocations of the scheme.

    Returns
    -------
    dict
        ``samples``, ``order``, ``ways`` (a row for each allocation), ``allocation`` (the number of
        the observed one, from 1), ``found`` (the statistic of each), ``tie`` (a statistic smaller
        by this part counts as equal), ``mark``, and by scheme ``weights`` (the probability of each
        allocation) and ``smallest`` (the least P value).

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(1, controls=2, treated=3)
    >>> order = ["S01", "S04", "S02", "S03", "S05"]
    >>> scheme = rescat.all_assignments(5, 3)
    >>> named = scheme.set_axis([*order, "probability"], axis=1)
    >>> test = rescat.permutation_test(trial, assignments=named)
    >>> made = rescat.pages.allocation_settings(trial, order, {"any": scheme}, {"any": test})
    >>> made["ways"][made["allocation"] - 1], len(made["found"])
    ([1, 0, 1, 1, 0], 10)
    """
    order, first = list(order), next(iter(schemes))
    ways = schemes[first].drop(columns="probability").to_numpy(int)
    treated = samples.groupby("patient_id")["treated"].first()[order].to_numpy(int)
    rows = {tuple(way): i for i, way in enumerate(ways.tolist())}
    known = {}
    for name, scheme in schemes.items():
        weights = np.zeros(len(ways))
        own = scheme.drop(columns="probability").to_numpy(int).tolist()
        for way, probability in zip(own, scheme["probability"], strict=True):
            weights[rows[tuple(way)]] = probability
        known[name] = {"weights": weights.tolist(), "smallest": tests[name].smallest_p}
    in_order = samples.set_index("patient_id").loc[order].reset_index()
    return {
        "samples": _samples(in_order),
        "order": order,
        "ways": ways.tolist(),
        "allocation": rows[tuple(treated)] + 1,
        "found": tests[first].null_distribution.tolist(),
        "schemes": known,
        "tie": TIE,
        "mark": _mark(samples),
    }


def trials_settings(calibration: pd.DataFrame, scenario: str, **trial: object) -> dict[str, object]:
    """The settings of a scenario, and how often tests erred in the trials drawn for the book.

    Parameters
    ----------
    calibration : DataFrame
        The table ``calibration``.
    scenario : str
        One of it without a true difference.
    **trial
        Of :func:`rescat.simulate_trial`: what the table does not say. Pairs are (control, treated).

    Returns
    -------
    dict

    Examples
    --------
    >>> import rescat
    >>> made = rescat.pages.trials_settings(rescat.load_table("calibration"), "D", treated=5)
    >>> made["sdTreated"], made["found"]["rates"]["wald"], made["trial"]["sd_residual"]
    (0.03, 0.1505, [0.25, 0.25])
    """
    rows = calibration[calibration["scenario"].eq(scenario)].set_index("test")
    of = rows.iloc[0]
    pairs = {
        name: [float(of[f"{name}_control"]), float(of[f"{name}_treated"])]
        for name in ("sd_slope", "sd_residual")
    }
    pairs["kept"] = [float(of["controls_kept"]), float(of["treated_kept"])]
    first = {
        "sdTreated": pairs["sd_slope"][1],
        "sdControl": pairs["sd_slope"][0],
        "keptControl": pairs["kept"][0],
        "draw": 1,
    }
    rates = {name: float(rows.loc[name, "rate"]) for name in TESTS_IN_PAGE}
    return {
        **first,
        "first": first,
        "trial": {**pairs, **trial},
        "names": TESTS_IN_PAGE,
        "found": {"n": int(of["sets"]), "rates": rates},
        "mark": _mark(calibration),
    }


def design_settings(made: TrialDesign) -> dict[str, object]:
    """The settings of a design, and what the book found for it.

    Parameters
    ----------
    made : TrialDesign
        With the same variances in both groups.

    Returns
    -------
    dict
        ``limits`` are the 97.5 % points of t, from one degree of freedom on.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.pages.design_settings(rescat.design(difference=0.02, trials=50))
    >>> found["treated"], found["first"]["days"], found["found"]["n"]
    (5, '0, 3, 6, 14, 28', 50)
    """
    own = made.settings
    first = {
        "treated": own["treated"],
        "controls": own["controls"],
        "difference": own["difference"],
        "sdSlope": own["sd_slope"],
        "sdResidual": own["sd_residual"],
        "days": ", ".join(f"{day:g}" for day in own["days"]),
        "left": own["left"],
    }
    rows = made.performance[["rate", "wrong_sign", "exaggeration"]]
    tests = {name: row.dropna().to_dict() for name, row in rows.iterrows()}
    return {
        **first,
        "first": first,
        "trial": {"level": [0, 0], "kept": [own["kept"]] * 2}
        | {"sd_intercept": [own["sd_intercept"]] * 2},
        "names": {name: TESTS_IN_PAGE[name] for name in tests},
        "found": {"n": own["trials"], "tests": tests, "se": made.se, "smallest": made.smallest_p},
        "limits": stats.t.isf(0.025, np.arange(1, 201)).round(4).tolist(),
        "mark": _mark(made.performance),
    }


def _samples(samples: pd.DataFrame) -> dict[str, list]:
    return {
        "patient": samples["patient_id"].astype(str).tolist(),
        "day": samples["day"].astype(float).tolist(),
        "value": samples["value"].astype(float).tolist(),
        "group": samples["treated"].astype(int).tolist(),
    }


def _mark(frame: pd.DataFrame) -> str:
    """What stands on the face of the drawing."""
    return {"synthetic": "INVENTED"}.get(origin_of(frame), origin_of(frame).upper())
