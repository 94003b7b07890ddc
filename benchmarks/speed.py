"""How fast this package fits random slopes, beside lme4 and statsmodels, on this machine.

    .venv/bin/python benchmarks/speed.py [--quick] [--threads 2]

One command, one run, one machine. It prints a table and writes build/benchmarks/speed.json.
README.md in this folder says what is measured. Leave the machine alone meanwhile: about ten
minutes, or less than one with --quick, whose figures are only good for a look.

Every measurement has a process of its own, which this one starts. So no measurement profits from
what another has loaded, and its peak of memory is its own.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tqdm import tqdm

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "build" / "benchmarks" / "speed.json"
# The simulated trial that all engines fit, and relabellings on which their t are compared.
SEED, COMPARED = 1, 20
MARKERS = 21
# A refit is a few hundred microseconds long or less, so a size is measured on many.
FULL = {
    "rounds": 5,
    "seconds": 4.0,
    "bars": 3,
    "markers": MARKERS,
    "monte_carlo": 1_000_000,
    "growth_rounds": 3,
    "work": 1_500_000,
    "patients": (17, 50, 100, 300, 1000),
    "marker_sizes": (1, 5, 21),
    "permutations": (1_000, 10_000, 100_000, 1_000_000),
    "starts": 3,
}
QUICK = FULL | {
    "rounds": 2,
    "seconds": 0.3,
    "bars": 1,
    "monte_carlo": 50_000,
    "growth_rounds": 1,
    "work": 100_000,
    "patients": (17, 50, 100),
    "marker_sizes": (1, 5),
    "permutations": (1_000, 10_000),
    "starts": 1,
}
# numpy's own threads are not what is measured, and would disturb it.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


# --- What runs in a process of its own ------------------------------------------------------


def make_data(folder: str) -> dict:
    """Write the trial and its relabellings, in random order, for every engine."""
    from itertools import combinations

    import numpy as np

    import rescat

    frame = rescat.simulate_trial(SEED)
    patients, treated = frame["patient_id"].nunique(), 5
    chosen = np.array(list(combinations(range(patients), treated)))
    labels = np.zeros((len(chosen), patients), int)
    labels[np.arange(len(chosen))[:, None], chosen] = 1
    labels = np.random.default_rng(SEED).permutation(labels)
    day = frame["day"]
    scaled = frame.assign(
        patient=frame["patient_id"].factorize()[0],
        # Every engine gets the times that are best for it, and lme4 and statsmodels like these.
        day=(day - day.mean()) / day.std(ddof=0),
    )
    scaled[["patient", "day", "value"]].to_csv(Path(folder) / "trial.csv", index=False)
    np.savetxt(Path(folder) / "labels.csv", labels, fmt="%d", delimiter=",")
    return {"samples": len(frame), "patients": patients, "relabellings": len(labels)}


def read_labels(folder: str):
    """The relabellings that every engine refits."""
    import numpy as np

    return np.loadtxt(Path(folder) / "labels.csv", delimiter=",", dtype=int)


def run_rescat(folder: str, seconds: float) -> dict:
    """Exact permutation tests one after another, on one thread."""
    import pandas as pd

    import rescat

    frame = rescat.simulate_trial(SEED)
    patients = list(frame["patient_id"].unique())
    given = pd.DataFrame(read_labels(folder), columns=patients).astype(bool)
    # The true labels must be among those given; the first rows are those that are compared.
    test = rescat.permutation_test(frame, assignments=given, threads=1, progress=False)
    t = test.distribution["statistic"].head(COMPARED).tolist()
    fits, started = 0, time.perf_counter()
    while True:
        test = rescat.permutation_test(frame, threads=1, progress=False)
        fits += test.n_permutations
        elapsed = time.perf_counter() - started
        if elapsed >= seconds:
            return {"fits": fits, "seconds": elapsed, "t": t, "failed": test.failed}


def run_statsmodels(folder: str, seconds: float) -> dict:
    """MixedLM at its best: scaled times and values, arrays, lbfgs."""
    import warnings

    import numpy as np
    import pandas as pd
    import statsmodels
    from statsmodels.regression.mixed_linear_model import MixedLM

    trial = pd.read_csv(Path(folder) / "trial.csv")
    patient, day = trial["patient"].to_numpy(), trial["day"].to_numpy()
    y = trial["value"].to_numpy()
    y = (y - y.mean()) / y.std()
    z = np.column_stack([np.ones_like(day), day])
    labels = read_labels(folder)

    def fit(i: int) -> float:
        treated = labels[i, patient][:, None]
        model = MixedLM(y, np.hstack([z, treated * z]), patient, exog_re=z)
        found = model.fit(reml=True, method=["lbfgs"])
        return float(found.fe_params[3] / found.bse_fe[3])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a singular fit warns, and is no failure
        t = [fit(i) for i in range(COMPARED)]
        fits, started = 0, time.perf_counter()
        while True:
            fit(fits % len(labels))
            fits += 1
            elapsed = time.perf_counter() - started
            if elapsed >= seconds:
                break
    return {"fits": fits, "seconds": elapsed, "t": t, "version": statsmodels.__version__}


def run_bar(markers: int, threads: int) -> dict:
    """Every refit of so many markers: seconds after compilation, and the peak of memory."""
    import rescat
    from rescat.slopes import reml

    reml.warm_up()
    frames = [rescat.simulate_trial([SEED, m]) for m in range(markers)]
    before = peak_memory()
    started = time.perf_counter()
    tests = [rescat.permutation_test(f, threads=threads, progress=False) for f in frames]
    elapsed = time.perf_counter() - started
    return {
        "fits": sum(t.n_permutations for t in tests),
        "failed": sum(t.failed for t in tests),
        "seconds": elapsed,
        "memory_before": before,
        "memory": peak_memory(),
    }


def run_monte_carlo(n: int, threads: int) -> dict:
    """One Monte Carlo test: seconds, and the peak of memory."""
    import rescat
    from rescat.slopes import reml

    reml.warm_up()
    frame = rescat.simulate_trial(SEED)
    before = peak_memory()
    started = time.perf_counter()
    test = rescat.permutation_test(frame, limit=0, n=n, threads=threads, progress=False)
    elapsed = time.perf_counter() - started
    return {
        "fits": test.n_permutations,
        "failed": test.failed,
        "seconds": elapsed,
        "memory_before": before,
        "memory": peak_memory(),
    }


def run_growth(patients: list, marker_sizes: list, permutations: list, work: int) -> dict:
    """Seconds against the number of patients, of markers and of permutations, on one thread."""
    import rescat
    from rescat.slopes import reml

    reml.warm_up()
    rescat.permutation_test(rescat.simulate_trial(SEED), threads=1, progress=False)

    def timed(frames, **options) -> dict:
        fits, started = 0, time.perf_counter()
        for frame in frames:
            fits += rescat.permutation_test(
                frame, threads=1, progress=False, **options
            ).n_permutations
        return {"fits": fits, "seconds": time.perf_counter() - started}

    found = {"patients": {}, "markers": {}, "permutations": {}}
    for n in patients:
        treated = round(n * 5 / 17)
        frame = rescat.simulate_trial(SEED, controls=n - treated, treated=treated)
        # The fewer refits, the more patients each of them has: a size takes about as long.
        found["patients"][n] = timed([frame], limit=0, n=work // n)
    for m in marker_sizes:
        found["markers"][m] = timed([rescat.simulate_trial([SEED, i]) for i in range(m)])
    for n in permutations:
        found["permutations"][n] = timed([rescat.simulate_trial(SEED)], limit=0, n=n)
    return found


def run_first_call() -> dict:
    """Seconds that a new process needs until it has the first result."""
    from itertools import pairwise

    clock = [time.perf_counter()]
    import rescat

    clock.append(time.perf_counter())
    frame = rescat.simulate_trial(SEED)
    rescat.fit_slopes(frame)
    clock.append(time.perf_counter())
    rescat.permutation_test(frame, threads=1, progress=False)
    clock.append(time.perf_counter())
    rescat.permutation_test(frame, threads=1, progress=False)
    clock.append(time.perf_counter())
    names = ("import", "first_fit", "first_test", "second_test")
    return dict(zip(names, (b - a for a, b in pairwise(clock)), strict=True))


def run_import(module: str) -> dict:
    """Seconds that one import takes in a new process, and the memory that it needs."""
    before, started = peak_memory(), time.perf_counter()
    __import__(module)
    return {"seconds": time.perf_counter() - started, "memory": peak_memory() - before}


def peak_memory() -> float:
    """The most memory that this process has had so far (resident set), in MB."""
    try:
        # Not getrusage: on Linux that also knows the peak of the process that started this one.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on a Mac


CHILDREN = {
    f.__name__: f
    for f in (
        make_data,
        run_rescat,
        run_statsmodels,
        run_bar,
        run_monte_carlo,
        run_growth,
        run_first_call,
        run_import,
    )
}


# --- What starts them -----------------------------------------------------------------------


def ask(child, cache: str | None = None, **settings) -> dict:
    """Run one of the functions above in a new process and return what it found."""
    environment = os.environ | ONE_THREAD
    # A reader's Python keeps its compiled modules, so that imports are measured with them.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = cache
    done = subprocess.run(
        [sys.executable, __file__, "--child", child.__name__, json.dumps(settings)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise SystemExit(f"{child.__name__} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def ask_lme4(folder: str, seconds: float) -> tuple[dict, str]:
    """Fits per second of each route through lme4, and its version; nothing without R and lme4."""
    if shutil.which("Rscript") is None:
        return {}, ""
    done = subprocess.run(
        [
            "Rscript", str(HERE / "speed.R"), str(Path(folder) / "trial.csv"),
            str(Path(folder) / "labels.csv"), str(seconds), str(COMPARED),
        ],
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )  # fmt: skip
    if done.returncode == 3:  # lme4 is not installed
        return {}, ""
    if done.returncode:
        raise SystemExit(f"speed.R failed:\n{done.stderr}")
    found, version = {}, ""
    for line in done.stdout.splitlines():
        name, *numbers = line.split("\t")
        if name == "version":
            version = numbers[0]
        else:
            fits, elapsed, *t = map(float, numbers)
            found[f"lme4: {name}"] = {"fits": fits, "seconds": elapsed, "t": t}
    return found, version


def summary(values: list[float]) -> dict:
    """Median and range of one quantity over the rounds."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def slope(sizes: list[float], seconds: list[float]) -> float:
    """Slope of the logarithm of time on the logarithm of size: 1 if time is proportional."""
    from math import log
    from statistics import linear_regression

    return linear_regression([log(x) for x in sizes], [log(x) for x in seconds]).slope


def compare_engines(folder: str, plan: dict, step) -> tuple[dict, dict]:
    """Fits per second of every engine, in rounds: each meets the same state of the machine."""
    rates, t, versions = {}, {}, {}
    for i in range(plan["rounds"]):
        step(f"engines, round {i + 1} of {plan['rounds']}")
        found = {"rescat": ask(run_rescat, folder=folder, seconds=plan["seconds"])}
        lme4, version = ask_lme4(folder, plan["seconds"])
        found |= lme4
        found["statsmodels"] = ask(run_statsmodels, folder=folder, seconds=plan["seconds"])
        versions = {"statsmodels": found["statsmodels"]["version"], "lme4": version or None}
        for engine, measured in found.items():
            rates.setdefault(engine, []).append(measured["fits"] / measured["seconds"])
            t[engine] = measured["t"]
    engines = {}
    for engine, rate in rates.items():
        apart = [abs(a - b) for a, b in zip(t[engine], t["rescat"], strict=True)]
        ratios = [ours / theirs for ours, theirs in zip(rates["rescat"], rate, strict=True)]
        engines[engine] = {
            "fits_per_second": summary(rate),
            # Of the same round, so that a busy spell of the machine is in both.
            "rescat_is_faster": summary(ratios),
            # That they fit the same model: a difference of t of 0.01 changes no conclusion.
            "t_differs_from_rescat": {"median": median(apart), "most": max(apart)},
        }
    return engines, versions


def growth(plan: dict, step) -> dict:
    """Cost against size: seconds per fit, and the slopes of log time on log size."""
    rounds = []
    for i in range(plan["growth_rounds"]):
        step(f"cost against size, round {i + 1} of {plan['growth_rounds']}")
        names = ("patients", "marker_sizes", "permutations", "work")
        rounds.append(ask(run_growth, **{name: plan[name] for name in names}))
    found = {}
    for what in rounds[0]:
        sizes = {}
        for size, measured in rounds[0][what].items():
            fits = measured["fits"]
            seconds = median(r[what][size]["seconds"] for r in rounds)
            patients = int(size) if what == "patients" else 17
            sizes[int(size)] = {
                "fits": fits,
                "seconds": seconds,
                "microseconds_per_fit": 1e6 * seconds / fits,
                "microseconds_per_fit_and_patient": 1e6 * seconds / fits / patients,
            }
        # More patients make a fit longer; more markers and permutations make more fits.
        time_of = "microseconds_per_fit" if what == "patients" else "seconds"
        found[what] = {
            "sizes": sizes,
            "slope": slope(list(sizes), [s[time_of] for s in sizes.values()]),
        }
    return found


def first_calls(plan: dict, step) -> dict:
    """Seconds to the first result in a new process, with and without compiled code at hand."""
    step("first calls: compilation")
    ask(run_import, module="rescat")  # from now on the files are in the memory of the system
    with tempfile.TemporaryDirectory() as cache:
        found = {"without_cache": ask(run_first_call, cache=cache)}
        warm = []
        for _ in range(plan["starts"]):
            step("first calls: compiled before")
            warm.append(ask(run_first_call, cache=cache))
        found["with_cache"] = {name: median(w[name] for w in warm) for name in warm[0]}
    for module in ("rescat", "numba"):
        step(f"import {module}")
        runs = [ask(run_import, module=module) for _ in range(plan["starts"])]
        found[f"import_{module}"] = {name: median(r[name] for r in runs) for name in runs[0]}
    return found


def machine() -> dict:
    """What the figures depend on; nothing that says whose machine it is."""
    from importlib.metadata import version

    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {
        "system": platform.system(),
        "processor": processor,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba")},
    }


def measure(quick: bool, threads: int) -> dict:
    """Everything, in the order of the table."""
    plan = QUICK if quick else FULL
    steps = 4 + plan["rounds"] + plan["bars"] + plan["growth_rounds"] + plan["starts"]
    with tqdm(total=steps, unit=" steps") as bar, tempfile.TemporaryDirectory() as folder:

        def step(what: str) -> None:
            bar.set_description(what)
            bar.update()

        data = ask(make_data, folder=folder)
        engines, versions = compare_engines(folder, plan, step)
        bars = []
        for i in range(plan["bars"]):
            step(f"{plan['markers']} markers, run {i + 1} of {plan['bars']}")
            bars.append(ask(run_bar, markers=plan["markers"], threads=threads))
        step("Monte Carlo")
        many = ask(run_monte_carlo, n=plan["monte_carlo"], threads=threads)
        sizes = growth(plan, step)
        first = first_calls(plan, step)
    return {
        "quick": quick,
        "machine": machine() | versions,
        "data": data,
        "engines": engines,
        "all_refits": {
            "markers": plan["markers"],
            "threads": threads,
            "fits": bars[0]["fits"],
            "failed": bars[0]["failed"],
            "seconds": summary([b["seconds"] for b in bars]),
            "memory_before_mb": median(b["memory_before"] for b in bars),
            "memory_mb": summary([b["memory"] for b in bars]),
        },
        "monte_carlo": {
            "threads": threads,
            "fits": many["fits"],
            "failed": many["failed"],
            "seconds": many["seconds"],
            "memory_before_mb": many["memory_before"],
            "memory_mb": many["memory"],
        },
        "growth": sizes,
        "first_calls": first,
    }


# --- What the reader sees -------------------------------------------------------------------


def shown(found: dict) -> str:
    """The table, as text."""
    lines = ["QUICK: too short for figures to quote"] if found["quick"] else []
    lines += [f"{name}: {value or 'not installed'}" for name, value in found["machine"].items()]

    lines += ["", f"{'Fits per second of one core':50}{'median':>10}{'range':>20}"]
    lines[-1] += f"{'rescat is faster':>18}{'range':>18}{'t differs':>11}"
    for engine, row in found["engines"].items():
        rate, ratio = row["fits_per_second"], row["rescat_is_faster"]
        lines.append(
            f"{engine:50}{rate['median']:10,.1f}{ranged(rate, ',.1f'):>20}"
            f"{ratio['median']:17,.0f}x{ranged(ratio, ',.0f'):>18}"
            f"{row['t_differs_from_rescat']['median']:11.2g}"
        )
    if found["machine"]["lme4"] is None:
        lines.append("R or its package lme4 is not installed: no rows of lme4")
    for name in ("all_refits", "monte_carlo"):
        row = found[name]
        seconds = row["seconds"]
        if isinstance(seconds, dict):
            seconds = f"{seconds['median']:.2f} s (range {ranged(seconds, '.2f')})"
            memory = row["memory_mb"]["median"]
            title = f"Every refit of {row['markers']} markers"
        else:
            seconds, memory = f"{seconds:.2f} s", row["memory_mb"]
            title = "Monte Carlo refits of one marker"
        lines += [
            "",
            f"{title}: {row['fits']:,} fits, threads: {row['threads']}; {seconds}",
            f"  {row['failed']:,} without an estimate; memory at most {memory:.0f} MB, of which "
            f"{row['memory_before_mb']:.0f} MB before the first fit",
        ]
    lines += ["", f"{'Cost against size, one thread':30}{'fits':>10}{'seconds':>10}"]
    lines[-1] += f"{'µs a fit':>10}{'µs a fit and patient':>22}"
    for what, rows in found["growth"].items():
        for size, row in rows["sizes"].items():
            lines.append(
                f"{size:10,} {what:19}{row['fits']:10,}{row['seconds']:10.3f}"
                f"{row['microseconds_per_fit']:10.2f}"
                f"{row['microseconds_per_fit_and_patient']:22.3f}"
            )
        per = "a fit" if what == "patients" else "in all"
        lines.append(f"{'':11}slope of log time {per} on log {what}: {rows['slope']:.2f}")
    lines += ["", f"{'Seconds in a new process':30}{'no cache':>10}{'cache':>10}"]
    first = found["first_calls"]
    for name, label in {
        "import": "import rescat",
        "first_fit": "first fit_slopes",
        "first_test": "first permutation_test",
        "second_test": "second permutation_test",
    }.items():
        cells = [first[kind][name] for kind in ("without_cache", "with_cache")]
        lines.append(f"{label:30}{cells[0]:10.2f}{cells[1]:10.2f}")
    for module in ("rescat", "numba"):
        row = first[f"import_{module}"]
        label = f"import {module} alone"
        lines.append(f"{label:30}{row['seconds']:10.2f} s, {row['memory']:.0f} MB")
    return "\n".join(lines)


def ranged(values: dict, how: str) -> str:
    """The range of a summary."""
    return f"{values['low']:{how}}–{values['high']:{how}}"


def main() -> None:
    """Measure, write the file and print the table; or do one measurement for the process above."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only to see that it works")
    parser.add_argument("--threads", type=int, default=2, help="for the many refits at once")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        name, settings = given.child
        print(json.dumps(CHILDREN[name](**json.loads(settings))))
        return
    if given.threads < 1:
        parser.error("--threads: expected 1 or more")
    found = measure(given.quick, given.threads)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    aside = OUT.with_name(f".{OUT.name}.new")
    aside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(aside, OUT)
    print(shown(found))


if __name__ == "__main__":
    main()
