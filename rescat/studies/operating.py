"""Study 1: what a trial of this design can show, and how often it would err.

Aims: how often each analysis finds a difference where there is none, and where there is one.
Data-generating mechanisms: :func:`rescat.studies.trials.draw`, over ``CONDITIONS``. Estimand: the
difference of the mean slopes of the groups, per day. Methods: :mod:`rescat.studies.analyses`.
Performance: rejections, coverage, type S and M, each with its Monte Carlo error. The order of these
is that of Morris, White and Crowther (2019), Statistics in Medicine 38: 2074-2102.
"""

import numpy as np

from ..data.loaders import load_table
from ..panel.tipping import icu_rise
from ..slopes.assignments import smallest_p_of_all
from . import analyses
from .analyses import ALPHA, ROUNDING, Found
from .grid import Cell, Study
from .trials import ARMS_OF, draw

__all__ = ["operating"]

SEED = 20
# What is assumed: the paper prints no variance. Per day, in SDs of the residual: with 0.05 the
# printed widths can come out (rescat.sampling_overview).
SD_SLOPE = 0.05
MARKERS = 20
# Each adds to the settings of the null hypothesis. Effects and rises are parts of a change that was
# read elsewhere: of NFL in intensive care (Duindam 2024), of IL-6 there (Lucas 2020).
CONDITIONS = {
    "no difference": {},
    "all samples taken": {"sampling": "complete"},
    "controls sampled sparsely": {"sampling": "sparse controls"},
    "slopes of treated patients vary twice as much": {"sd_slope": (1, 2)},
    "residuals of the controls 1.5 times as large": {"sd_residual": (1.5, 1)},
    "a quarter below detection": {"below": 0.25},
    "who falls fastest leaves first": {"leave_by_slope": True},
    "a curve, enrolled seven days later": {"curve": (0.5, 7.0, 7.0)},
    "historical controls rise as half of intensive care": {"historical": 0.5},
    "historical controls rise as intensive care": {"historical": 1.0},
    "effect: half of a change read elsewhere": {"effect": -0.5},
    "effect: a change read elsewhere": {"effect": -1.0},
    "effect, and all samples taken": {"effect": -1.0, "sampling": "complete"},
    "effect, and controls sampled sparsely": {"effect": -1.0, "sampling": "sparse controls"},
}
# Conditions in which the costly analyses are done too.
COSTLY = (
    "no difference",
    "slopes of treated patients vary twice as much",
    "effect: a change read elsewhere",
)
SIZES = (5, 10, 20, 40, 80, 160)


def operating(quick: bool = False) -> Study:
    """The grid of the study.

    Parameters
    ----------
    quick : bool
        A hundredth of the trials, to try it.

    Returns
    -------
    Study

    Examples
    --------
    >>> study = operating()
    >>> sorted({cell.table for cell in study.cells})
    ['operating_family', 'operating_sizes', 'operating_tests']
    """
    share = 100 if quick else 1
    levels = load_table("markers").set_index("marker")
    slopes = load_table("natural_slopes").dropna(subset="slope").set_index("marker")["slope"]
    changes = {"NFL": float(icu_rise()["slope"]), "IL6": abs(float(slopes["IL6"]))}
    cells = []
    for marker, change in changes.items():
        level = levels.loc[marker]
        for design, arms in ARMS_OF.items():
            for condition, added in CONDITIONS.items():
                if "historical" in added and not arms[2]:
                    continue
                if marker != "NFL" and not (condition == "no difference" or "effect" in added):
                    continue
                costly = marker == "NFL" and condition in COSTLY
                settings = _settings(level, change, arms, added) | {
                    "design": design,
                    "marker": marker,
                    "condition": condition,
                    "trials": 4000 // share,
                    "kenward_roger": 2000 // share,
                    "permutation_t": 500 // share if costly else 0,
                    "bootstrap": 500 // share if costly else 0,
                }
                cells.append(
                    Cell(f"{__name__}:tests_of", "operating_tests", settings, 10 if costly else 1)
                )
    families = [
        (condition, correlation, CONDITIONS[condition])
        for condition in ("no difference", "controls sampled sparsely", "all samples taken")
        for correlation in (0.0, 0.3, 0.8)
    ]
    families += [
        (f"historical controls rise as {words}, in every marker", 0.3, {"historical": part})
        for words, part in (("half of intensive care", 0.5), ("intensive care", 1.0))
    ]
    for condition, correlation, added in families:
        design = "5 v 12 pooled"
        settings = _settings(levels.loc["NFL"], changes["NFL"], ARMS_OF[design], added)
        settings |= {"condition": condition, "correlation": correlation}
        settings |= {"design": design, "markers": MARKERS, "trials": 4000 // share}
        cells.append(Cell(f"{__name__}:family_of", "operating_family", settings, 2))
    for marker, change in changes.items():
        for part in (0.25, 0.5, 1.0):
            for sampling in ("complete", "by stay"):
                for size in SIZES:
                    added = {"effect": -part, "sampling": sampling}
                    settings = _settings(levels.loc[marker], change, (size, size, 0), added)
                    settings |= {"marker": marker, "part": part, "size": size}
                    settings |= {"trials": 2000 // share}
                    cells.append(
                        Cell(f"{__name__}:size_of", "operating_sizes", settings, size / 40)
                    )
    return Study("operating", SEED, tuple(cells))


def _settings(level, change: float, arms: tuple, added: dict) -> dict:
    """What is drawn: the SDs of a marker on log10, and what a condition adds to them."""
    within, between = float(level["sd_within"]), float(level["sd_between"])
    factors = {name: added.get(name, (1, 1)) for name in ("sd_slope", "sd_residual")}
    settings = {
        "arms": list(arms),
        "sampling": added.get("sampling", "by stay"),
        "sd_intercept": [between, between],
        "sd_slope": [SD_SLOPE * within * x for x in factors["sd_slope"]],
        "sd_residual": [within * x for x in factors["sd_residual"]],
        "effect": added.get("effect", 0.0) * change,
    }
    if "historical" in added:
        settings["historical"] = added["historical"] * change
    kept = ("below", "leave_by_slope", "curve")
    return settings | {name: added[name] for name in kept if name in added}


def tests_of(settings: dict, rng: np.random.Generator) -> list[dict]:
    """Every analysis of the trials of one design in one condition: a row for each.

    Parameters
    ----------
    settings : dict
        As of :func:`rescat.studies.trials.draw`; ``trials``, and how many of them the costly
        analyses take: ``kenward_roger``, ``permutation_t``, ``bootstrap``.
    rng : Generator

    Returns
    -------
    list of dict
    """
    trials = draw(settings, settings["trials"], rng)
    statistics, unit = trials.scaled()
    label = trials.label
    fits, own = analyses.fits_of(statistics, label), trials.own_slopes()
    found = analyses.pooled(fits, unit)
    found["kenward_roger"] = analyses.kenward_roger(trials, settings["kenward_roger"])
    found["by_group"] = analyses.by_group(statistics, label, unit)
    found["welch"] = analyses.welch(own, label)
    found["permutation_welch"] = analyses.permutation_welch(own, label)
    some = settings["permutation_t"]
    if some:
        few = type(statistics)(statistics.w[:some], statistics.b[:some], statistics.yy[:some])
        found["permutation_t"] = analyses.permutation_t(few, label, fits[:some])
    if settings["bootstrap"]:
        found["bootstrap"] = analyses.bootstrap(trials, settings["bootstrap"], 199, rng)
    head = {name: settings[name] for name in ("design", "marker", "condition", "effect")}
    smallest = smallest_p_of_all(int(label.sum()), int((label == 0).sum()))
    return [
        head
        | {"method": name, **performance(result, settings["effect"])}
        | {"smallest_p": smallest if name.startswith("permutation") else None}
        for name, result in found.items()
    ]


def performance(found: Found, effect: float) -> dict:
    """How an analysis did, with the Monte Carlo error of each figure.

    Parameters
    ----------
    found : Found
    effect : float
        The true difference, per day.

    Returns
    -------
    dict
        ``trials``, ``failed`` (no P value: not among the rest), ``rejections``, ``rate`` and its
        error; ``coverage`` of the 95 % interval; of the rejections, ``wrong_sign`` (type S) and
        ``exaggeration`` (type M: mean size of the estimate over the true one). None where there is
        nothing of the kind.

    Examples
    --------
    >>> import numpy as np
    >>> of = Found(*np.array([[2.0, -1.0], [1.0, 1.0], [0.04, 0.4], [1.9, 1.9]]))
    >>> {k: performance(of, 1.0)[k] for k in ("rate", "coverage", "wrong_sign", "exaggeration")}
    {'rate': 0.5, 'coverage': 0.5, 'wrong_sign': 0.0, 'exaggeration': 2.0}
    """
    there = np.isfinite(found.p)
    rejected = there & (found.p <= ALPHA + ROUNDING)
    n, k = int(there.sum()), int(rejected.sum())
    row = {"trials": len(found.p), "failed": len(found.p) - n, "rejections": k}
    row |= _share("rate", k, n)
    with_interval = there & np.isfinite(found.half)
    covered = with_interval & (np.abs(found.estimate - effect) <= found.half)
    row |= _share("coverage", int(covered.sum()), int(with_interval.sum()))
    own = found.estimate[rejected & np.isfinite(found.estimate)]
    if effect == 0:
        own = own[:0]
    row |= _share("wrong_sign", int((own * effect < 0).sum()), len(own))
    sizes = np.abs(own) / abs(effect) if len(own) else own
    row["exaggeration"] = float(sizes.mean()) if len(own) else None
    row["exaggeration_error"] = sizes.std(ddof=1) / np.sqrt(len(own)) if len(own) > 1 else None
    return row


def _share(name: str, k: int, n: int) -> dict:
    """A share and its Monte Carlo error, which is not taken as zero where nothing happened."""
    if n == 0:
        return {name: None, f"{name}_error": None}
    middle = (k + 1) / (n + 2)
    return {name: k / n, f"{name}_error": np.sqrt(middle * (1 - middle) / n)}


def family_of(settings: dict, rng: np.random.Generator) -> list[dict]:
    """How many of some correlated markers are significant, by Satterthwaite: a row per number."""
    markers = settings["markers"]
    trials = draw(settings, settings["trials"], rng, markers)
    statistics, unit = trials.scaled()
    p = analyses.pooled(analyses.fits_of(statistics, trials.label), unit)["satterthwaite"].p
    count = (p <= ALPHA + ROUNDING).reshape(-1, markers).sum(axis=1)
    head = {name: settings[name] for name in ("design", "condition", "correlation", "markers")}
    rows = []
    for k in range(markers + 1):
        share = _share("at_least", int((count >= k).sum()), len(count))
        rows.append(head | {"significant": k, "trials": len(count)} | share)
    return rows


def size_of(settings: dict, rng: np.random.Generator) -> list[dict]:
    """The power of a randomised trial with so many patients in each of two arms: one row."""
    trials = draw(settings, settings["trials"], rng)
    statistics, unit = trials.scaled()
    found = analyses.pooled(analyses.fits_of(statistics, trials.label), unit)["satterthwaite"]
    head = {name: settings[name] for name in ("marker", "effect", "part", "sampling", "size")}
    return [head | performance(found, settings["effect"])]
