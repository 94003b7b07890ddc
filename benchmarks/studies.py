"""How fast a study by simulation runs: against the number of workers, and of trials.

    .venv/bin/python benchmarks/studies.py [--trials 1000 10000 100000 1000000] [--workers 1 2]

Each line is one whole study: its cells have 1,000 trials of 5 treated patients and 12 controls,
each fitted once. The trials are divided among the workers; what starts the processes and loads the
compiled code is counted too. "Alone", and one worker, are the same work in this process. It writes
nothing but a folder that it removes.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from rescat.base.inert import say
from rescat.slopes import reml
from rescat.studies.grid import Cell, Study
from rescat.studies.operating import operating
from rescat.studies.running import run

EACH = 1000  # trials of a cell


def study_of(trials: int) -> Study:
    """As many cells as make so many trials, of the first size of the study of this design."""
    size = next(c for c in operating().cells if c.table == "operating_sizes")
    settings = {**size.settings, "arms": [5, 2, 10], "trials": min(EACH, trials)}
    return Study("benchmark", 1, (Cell(size.compute, "sizes", settings),) * -(-trials // EACH))


def seconds(trials: int, workers: int) -> float:
    """How long a study takes; with no worker, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        run(
            study_of(trials),
            folder=Path(folder),
            jobs=max(workers, 1),
            backend=None if workers else "sequential",
            progress=False,
        )
        return time.perf_counter() - begun


def main() -> None:
    """Measure, and print a line for each study."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, nargs="+", default=[10**3, 10**4, 10**5, 10**6])
    parser.add_argument(
        "--workers", type=int, nargs="+", default=list(range(1, os.cpu_count() + 1))
    )
    given = parser.parse_args()
    if min(*given.trials, *given.workers, 1) < 1:
        parser.error("--trials and --workers: expected 1 or more")
    reml.warm_up()
    seconds(EACH, 0)  # compiles what is not yet
    say(f"{'trials':>10} {'workers':>8} {'seconds':>8} {'trials/s':>9}")
    for trials in given.trials:
        for workers in (0, *given.workers):
            took = seconds(trials, workers)
            say(f"{trials:>10,} {workers or 'alone':>8} {took:>8.2f} {trials / took:>9,.0f}")


if __name__ == "__main__":
    sys.exit(main())
