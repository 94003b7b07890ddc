"""How often each test of a difference of slopes rejects a null hypothesis that is true.

    .venv/bin/python benchmarks/calibration.py [--sets 2000] [--seed 1] [--threads 2] [--out FILE]

It draws trials of 12 controls and 5 treated patients whose mean slopes are equal, and counts the
tests whose P value is 0.05 or less. Scenarios differ in the variances, in the sampling and in the
level. In the last one the slopes do differ: its rates are power.

Set number i uses the same random numbers in every scenario. So a difference between two scenarios
comes from their settings. It also means that rates of two scenarios are not independent.

A scenario that is finished is kept in build/benchmarks/calibration. A later run with the same
settings and the same code reads it from there.
"""

import argparse
import hashlib
import inspect
import json
import math
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole
from rescat.slopes import fit as random_slopes
from rescat.slopes import kenward_roger, permutation, reml, simulation, trajectories

# Rejected if the P value is at most this, but for rounding: 91 times 1/1820 is 0.05 and rejects.
ALPHA = 0.05
ROUNDING = 1e-9
# Relabellings refitted at a time: after each lot the test may already be decided.
LOT = 400
# Sets of each scenario in which the shortened permutation tests are compared with the whole ones.
COMPARED = 5
KEPT = ROOT / "build" / "benchmarks" / "calibration"

# Each value is (control, treated).
PLAUSIBLE = {
    "kept": (0.9, 0.9),
    "level": (2.0, 2.0),
    "slope": (0.0, 0.0),
    "sd_intercept": (0.4, 0.4),
    "sd_slope": (0.015, 0.015),
    "sd_residual": (0.25, 0.25),
}
SCENARIOS = {
    "A": ("plausible variances", {}),
    "B": ("no patient differs in slope", {"sd_slope": (0.0, 0.0)}),
    "C": ("levels differ at day 0", {"level": (2.0, 2.8)}),
    "D": ("treated vary twice as much in slope", {"sd_slope": (0.015, 0.03)}),
    "E": ("controls have about half the samples", {"kept": (0.5, 0.95)}),
    "F": ("controls vary twice as much in slope", {"sd_slope": (0.03, 0.015)}),
    "G": (
        "treated vary twice as much in slope, controls have about half the samples",
        {"sd_slope": (0.015, 0.03), "kept": (0.5, 0.95)},
    ),
    "H": ("residuals of the treated are twice as large", {"sd_residual": (0.25, 0.5)}),
    "P": ("slopes differ: this row is power", {"slope": (0.0, 0.03)}),
}
FITS = {
    "satterthwaite": {},
    "kenward_roger": {"df": "kenward_roger"},
    "by_group": {"variance": "by_group"},
}
REFITTED = {"permutation_t": "t", "permutation_t_by_group": "t_by_group"}
TESTS = ("wald", *FITS, "welch", *REFITTED, "permutation_welch")


def reject(frame: pd.DataFrame, compare: bool = False) -> tuple[dict, dict, Counter]:
    """Do every test on one simulated trial.

    Parameters
    ----------
    frame : DataFrame
    compare : bool
        Check the shortened permutation tests against :func:`rescat.permutation_test`.

    Returns
    -------
    rejected : dict
        True or False for each test, None if it has no P value.
    singular : dict
        For each test that fits a model: whether the fit to the true labels was singular.
    trouble : Counter
        Why a test has no P value, and refits without an estimate.
    """
    data = trajectories.trajectories(frame)
    p, singular, trouble = {}, {}, Counter()
    for test, options in FITS.items():
        try:
            fit = random_slopes.fit_trajectories(data, **options)
        except (rescat.ModelError, np.linalg.LinAlgError) as error:
            trouble[f"{test}: {type(error).__name__}"] += 1
            continue
        row = fit.table.loc["difference"]
        singular[test] = fit.singular
        if not fit.converged:
            trouble[f"{test}: not converged"] += 1
            continue
        p[test] = row["p_value"]
        if test == "satterthwaite":  # the same fit, but normal
            p["wald"] = 2 * stats.norm.sf(abs(row["statistic"]))
    singular["wald"] = singular.get("satterthwaite")

    own = trajectories.own_lines(data).dropna(subset="slope")
    arms = [own.loc[own["group"].eq(g), "slope"] for g in trajectories.GROUPS]
    p["welch"] = stats.ttest_ind(*arms, equal_var=False).pvalue
    rejected = {test: None if np.isnan(x) else bool(x <= ALPHA + ROUNDING) for test, x in p.items()}

    try:
        whole = rescat.permutation_test(frame, statistic="welch", threads=1, progress=False)
        rejected["permutation_welch"] = whole.p_value <= ALPHA + ROUNDING
        trouble["permutation_welch: refits without an estimate"] += whole.failed
    except rescat.ModelError as error:
        trouble[f"permutation_welch: {type(error).__name__}"] += 1
    for test, statistic in REFITTED.items():
        fitted = {"t": "satterthwaite", "t_by_group": "by_group"}[statistic]
        singular[test] = singular.get(fitted)
        try:
            rejected[test], failed = permutation_rejects(data, statistic)
        except rescat.ModelError as error:
            trouble[f"{test}: {type(error).__name__}"] += 1
            continue
        trouble[f"{test}: refits without an estimate"] += failed
        if compare:
            whole = rescat.permutation_test(frame, statistic=statistic, threads=1, progress=False)
            if rejected[test] != (whole.p_value <= ALPHA + ROUNDING):
                raise AssertionError(f"{test}: shortened and whole test differ: {whole}")
    return {test: rejected.get(test) for test in TESTS}, singular, +trouble


def permutation_rejects(data: trajectories.Trajectories, statistic: str) -> tuple[bool, int]:
    """Whether the exact permutation test rejects, and how many refits had no estimate.

    The test counts the relabellings that are at least as extreme as the true labels. It rejects
    if they are 5 % of all or fewer. So the relabellings are refitted in random order, and the
    work ends when there are more than 5 %: no further refit could change the decision. Which
    tests reject is exactly the same, in a fifth of the time.
    """
    labels = relabellings(len(data.label), int(data.label.sum()))
    refit = permutation._refitter(data, statistic, "slope", 1)
    _, observed, _, failed = (x[0] for x in refit(data.label[None]))
    if failed:
        raise rescat.ModelError("no estimate for the true labels")
    least = abs(observed) * (1 - permutation._TIE)
    extreme = without = 0
    for low in range(0, len(labels), LOT):
        _, found, _, failed = refit(labels[low : low + LOT])
        without += int(failed.sum())
        # A refit without an estimate counts as extreme, as it does in permutation_test.
        extreme += int((failed | (np.abs(found) >= least)).sum())
        if extreme > (ALPHA + ROUNDING) * len(labels):
            return False, without
    return True, without


@cache
def relabellings(patients: int, treated: int) -> np.ndarray:
    """Every way to treat some of the patients, in random but fixed order."""
    chosen = np.array(list(combinations(range(patients), treated)))
    labels = np.zeros((len(chosen), patients), np.int8)
    labels[np.arange(len(chosen))[:, None], chosen] = 1
    return np.random.default_rng(0).permutation(labels)


# What a kept result depends on. Read at the start, as the modules were.
CODE = hashlib.sha256(
    "".join(
        inspect.getsource(part)
        for part in (
            reml,
            random_slopes,
            permutation,
            trajectories,
            kenward_roger,
            simulation,
            reject,
            permutation_rejects,
            relabellings,
        )
    ).encode()
).hexdigest()


def run(key: str, sets: int, seed: int, threads: int, bar: tqdm) -> dict:
    """All sets of one scenario, or what an earlier run kept of them.

    Returns
    -------
    dict
        ``rejections``, ``failed``, ``singular`` and ``fitted`` for each test, and ``trouble``.
    """
    drawn = PLAUSIBLE | SCENARIOS[key][1]
    settings = {
        "scenario": key,
        "drawn": drawn,
        "sets": sets,
        "seed": seed,
        "tests": TESTS,
        "alpha": ALPHA,
        "code": CODE,
        "versions": {name: version(name) for name in ("numpy", "scipy", "numba")},
    }
    settings = json.loads(json.dumps(settings))
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    path = KEPT / f"{key}-{digest[:12]}.json"
    kept = read_kept(path, settings)
    if kept is not None:
        bar.update(sets)
        return kept

    def one(i: int):
        done = reject(rescat.simulate_trial([seed, i], **drawn), compare=i < COMPARED)
        bar.update()
        return done

    # Every set has its own seed: threads share the sets, and the result does not depend on them.
    with ThreadPoolExecutor(threads) as pool:
        done = list(pool.map(one, range(sets)))
    counts = {
        "rejections": {t: sum(r[t] is True for r, _, _ in done) for t in TESTS},
        "failed": {t: sum(r[t] is None for r, _, _ in done) for t in TESTS},
        "singular": {t: sum(s.get(t) is True for _, s, _ in done) for t in TESTS},
        "fitted": {t: sum(s.get(t) is not None for _, s, _ in done) for t in TESTS},
        "trouble": dict(sum((c for _, _, c in done), Counter())),
    }
    write_whole(path, json.dumps({"settings": settings, "counts": counts}, indent=1) + "\n")
    return counts


def read_kept(path: Path, settings: dict) -> dict | None:
    """The counts of a finished scenario; None if there are none with these settings."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["counts"] if kept["settings"] == settings else None
    except (OSError, ValueError, KeyError):  # absent, or damaged: it is done again
        return None


def rows(key: str, sets: int, counts: dict) -> list[dict]:
    """One row of the table for each test of a scenario."""
    description, changed = SCENARIOS[key]
    drawn = PLAUSIBLE | changed
    found = []
    for test in TESTS:
        used = sets - counts["failed"][test]
        rate = counts["rejections"][test] / used if used else math.nan
        fitted = counts["fitted"][test]  # none for the tests that fit no model
        found.append(
            {
                "scenario": key,
                "description": description,
                "controls_kept": drawn["kept"][0],
                "treated_kept": drawn["kept"][1],
                "sd_slope_control": drawn["sd_slope"][0],
                "sd_slope_treated": drawn["sd_slope"][1],
                "sd_residual_control": drawn["sd_residual"][0],
                "sd_residual_treated": drawn["sd_residual"][1],
                # From decimal numbers: the difference of two of them is not always one.
                "level_difference": round(drawn["level"][1] - drawn["level"][0], 10),
                "slope_difference": round(drawn["slope"][1] - drawn["slope"][0], 10),
                "test": test,
                "sets": sets,
                "rejections": counts["rejections"][test],
                "rate": rate,
                "mc_error": math.sqrt(rate * (1 - rate) / used) if used else math.nan,
                "singular_share": counts["singular"][test] / fitted if fitted else math.nan,
                "failed": counts["failed"][test],
            }
        )
    return found


def main() -> None:
    """Run every scenario, write the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", type=int, default=2000, help="simulated trials per scenario")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "synthetic" / "calibration.csv")
    given = parser.parse_args()
    if given.sets < 1 or given.threads < 1:
        parser.error("--sets and --threads: expected 1 or more")
    reml.warm_up()
    table, trouble = [], {}
    with tqdm(total=given.sets * len(SCENARIOS), unit=" sets", smoothing=0.05) as bar:
        for key in SCENARIOS:
            bar.set_description(f"scenario {key}")
            counts = run(key, given.sets, given.seed, given.threads, bar)
            table += rows(key, given.sets, counts)
            trouble |= {f"{key}, {what}": n for what, n in counts["trouble"].items()}
    table = pd.DataFrame(table)
    text = table.assign(origin="synthetic").to_csv(
        index=False, float_format="%.6g", lineterminator="\n"
    )
    write_whole(given.out, text)
    shown = table.pivot(index="test", columns="scenario", values="rate").loc[list(TESTS)]
    print(shown.to_string(float_format="{:.3f}".format))
    for what, n in trouble.items():
        print(f"scenario {what}: {n}")
    if not trouble:
        print("Every test of every set has a P value, and every refit an estimate.")


if __name__ == "__main__":
    sys.exit(main())
