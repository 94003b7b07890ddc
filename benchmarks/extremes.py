"""How far other analyses can be pushed by data that agree with the print.

    .venv/bin/python benchmarks/extremes.py [--evaluations 200]

It writes data/synthetic/extremes.csv: the lowest and the highest P value that a search reached, by
permutation of t, of Welch's t, and without one patient. They are values reached, not bounds.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import pandas as pd
from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole

MARKERS = ("IL1RA", "NFL")
SEED = 1


def search(marker: str, quantity: str, direction: str, evaluations: int) -> dict[str, object]:
    """One search, as a row of the table."""
    options = {"seed": SEED, "evaluations": evaluations}
    found = rescat.extreme(marker, quantity, direction, rescat.load_biomarkers("data"), **options)
    row = {"marker": marker, "quantity": quantity, "direction": direction}
    row |= {k: getattr(found, k) for k in ("start", "reached", "evaluations", "proposals")}
    return {**row, "seed": SEED, "largest_draw": found.largest_draw}


def main() -> None:
    """Do every search and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--evaluations", type=int, default=200)
    given = parser.parse_args()
    searches = [*product(MARKERS, rescat.QUANTITIES, ("lowest", "highest"), [given.evaluations])]
    with ProcessPoolExecutor() as pool:
        found = pool.map(search, *zip(*searches, strict=True))
        rows = list(tqdm(found, total=len(searches), unit=" searches"))
    text = pd.DataFrame(rows).to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write_whole(ROOT / "data" / "synthetic" / "extremes.csv", text)


if __name__ == "__main__":
    main()
