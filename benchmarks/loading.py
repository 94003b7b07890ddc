"""How long this package takes to load, and how much memory, beside another copy of it.

    .venv/bin/python benchmarks/loading.py [other] [--rounds 7]

`other` is the folder of another checkout (`git worktree add ../before <commit>`). Each program runs
in a new process, in turn with the other copy, so that a busy spell of the machine is in both. What
is printed is the median over the rounds, its range, and the ratio within the rounds. Compiled code
of the models is made before and is not measured.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = {
    "pandas and scipy.stats alone": "import pandas, scipy.stats",
    "import rescat": "import rescat",
    "Table 1": "import rescat; rescat.load_patients()",
    "one fit": "import rescat; rescat.fit_slopes(rescat.simulate_trial(1))",
    "a figure module": "from rescat import figures",
}
MEASURE = """
import time, warnings; start = time.perf_counter(); warnings.simplefilter("ignore")
{program}
seconds = time.perf_counter() - start
import json, pathlib, sys
status = pathlib.Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps([seconds, peak, len(sys.modules)]))
"""


def measure(program: str, folder: Path) -> list[float]:
    """Seconds, peak of memory in MB and modules loaded of a program in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(program=program)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def words(values: list[float], digits: int) -> str:
    """Median and range."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path, nargs="?", help="folder of another checkout")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    copies = {"here": HERE} | ({"other": options.other.resolve()} if options.other else {})
    for program in PROGRAMS.values():
        for folder in copies.values():
            measure(program, folder)  # bytecode, numba's cache and the disk's
    print(f"{'':30}{'':7}{'seconds':>22}{'MB at most':>18}{'modules':>9}")
    for name, program in PROGRAMS.items():
        found = {copy: [] for copy in copies}
        for _ in range(options.rounds):
            for copy, folder in copies.items():
                found[copy].append(measure(program, folder))
        for copy, rows in found.items():
            seconds, memory, modules = (list(column) for column in zip(*rows, strict=True))
            print(
                f"{name if copy == 'here' else '':30}{copy:7}{words(seconds, 2):>22}"
                f"{words(memory, 0):>18}{median(modules):9.0f}"
            )
        if len(copies) == 2:
            ratios = [
                [other[k] / here[k] for here, other in zip(*found.values(), strict=True)]
                for k in range(2)
            ]
            print(f"{'':30}{'ratio':7}{words(ratios[0], 1):>22}{words(ratios[1], 1):>18}")


if __name__ == "__main__":
    main()
