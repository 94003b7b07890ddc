"""How long matching takes and how much memory, beside R's MatchIt, on this machine.

    .venv/bin/python benchmarks/matching.py [--quick]

Invented patients, four covariates. It prints a table and writes build/benchmarks/matching.json;
README.md in this folder says what is measured. Every measurement has a process of its own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "build" / "benchmarks" / "matching.json"
SEED, ROUNDS = 1, 3
SIZES = ((100, 1_000), (300, 3_000), (1_000, 10_000))
QUICK = ((50, 500), (100, 1_000))
OURS = {
    "optimal": {"method": "optimal"},
    "optimal, exact sex": {"method": "optimal", "exact": "male"},
    "greedy": {"method": "greedy"},
}
COVARIATES = ["age", "male", "bmi", "pao2_fio2"]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def people(treated: int, pool: int):
    """Invented patients, the treated a little different."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(SEED)

    def draw(letter, n, shift):
        return pd.DataFrame(
            {
                "patient_id": [f"{letter}{i + 1}" for i in range(n)],
                "age": rng.normal(62 - 3 * shift, 10, n),
                "male": rng.random(n) < 0.8,
                "bmi": rng.normal(28.5, 4.5, n),
                "pao2_fio2": rng.normal(160 + 20 * shift, 45, n),
            }
        )

    return draw("T", treated, 1), draw("C", pool, 0)


def run_rescat(treated: int, pool: int, ratio: int, name: str) -> dict:
    """One match, with the peak of memory of its process."""
    import resource

    import rescat

    frames = people(treated, pool)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    found = rescat.match(*frames, covariates=COVARIATES, ratio=ratio, **OURS[name])
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "memory_before": before,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "total": found.total_distance,
        "controls": len(found.controls),
    }


def run_matchit(treated: int, pool: int, ratio: int) -> dict:
    """MatchIt's nearest neighbours on the same patients."""
    import pandas as pd

    own, other = people(treated, pool)
    frame = pd.concat([own.assign(treated=1), other.assign(treated=0)]).astype({"male": int})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        frame.to_csv(path, index=False)
        command = ["Rscript", str(HERE / "matching.R"), str(path), str(ratio)]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    names = ("seconds", "memory_before", "memory", "total", "controls")
    return dict(zip(names, map(float, done.stdout.split()), strict=True))


CHILDREN = {"rescat": run_rescat, "matchit": run_matchit}


def ask(engine: str, **settings) -> dict:
    """Run one measurement in a new process."""
    command = [sys.executable, __file__, "--child", engine, json.dumps(settings)]
    environment = os.environ | ONE_THREAD
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return json.loads(done.stdout)


def has_matchit() -> bool:
    """Whether R and MatchIt are there."""
    program = shutil.which("Rscript")
    return (
        bool(program)
        and not subprocess.run([program, "-e", "library(MatchIt)"], capture_output=True).returncode
    )


def measure(sizes) -> list[dict]:
    """Every size, ratio and method, the engines in turn within a round."""
    with_r = has_matchit()
    rows = []
    for (treated, pool), ratio in ((s, r) for s in sizes for r in (1, 2)):
        size = {"treated": treated, "pool": pool, "ratio": ratio}
        rounds = {name: [] for name in (*OURS, *(["MatchIt nearest"] if with_r else []))}
        for _ in range(ROUNDS):
            for name in OURS:
                rounds[name].append(ask("rescat", name=name, **size))
            if with_r:
                rounds["MatchIt nearest"].append(ask("matchit", **size))
        for name, runs in rounds.items():
            seconds = [r["seconds"] for r in runs]
            rows.append(
                {
                    **size,
                    "method": name,
                    "seconds": median(seconds),
                    "low": min(seconds),
                    "high": max(seconds),
                    "memory_mb": median(r["memory"] - r["memory_before"] for r in runs),
                    "total": runs[0]["total"],
                    "controls": runs[0]["controls"],
                }
            )
            print(line(rows[-1]), flush=True)
    return rows


def line(row: dict) -> str:
    """One measurement as text."""
    return (
        f"{row['treated']:6,} v {row['pool']:6,}  1:{row['ratio']}  {row['method']:20}"
        f"{row['seconds']:9.2f} s  ({row['low']:.2f}–{row['high']:.2f})"
        f"{row['memory_mb']:9.0f} MB  total {row['total']:10.3f}  {row['controls']:,.0f} controls"
    )


def main() -> None:
    """Measure, print and write; or do one measurement for the process above."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only to see that it works")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        engine, settings = given.child
        print(json.dumps(CHILDREN[engine](**json.loads(settings))))
        return
    rows = measure(QUICK if given.quick else SIZES)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    aside = OUT.with_name(f".{OUT.name}.new")
    aside.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    os.replace(aside, OUT)


if __name__ == "__main__":
    main()
