"""How far other analyses can be pushed by data that agree with the print.

    .venv/bin/python benchmarks/extremes.py [--evaluations 200]

It writes data/synthetic/extremes.csv: the lowest and the highest P value that a search reached, by
permutation of t, of Welch's t, and without one patient. They are values reached, not bounds. The
invented values behind each of them are written to data/synthetic/extremes_samples.csv.
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


def search(
    marker: str, quantity: str, direction: str, evaluations: int
) -> tuple[dict[str, object], pd.DataFrame]:
    """One search, as a row of the table, and the samples that it found."""
    options = {"seed": SEED, "evaluations": evaluations}
    found = rescat.extreme(marker, quantity, direction, rescat.load_biomarkers("data"), **options)
    named = {"marker": marker, "quantity": quantity, "direction": direction}
    row = named | {k: getattr(found, k) for k in ("start", "reached", "evaluations", "proposals")}
    row |= {"seed": SEED, "largest_draw": found.largest_draw, "origin": "synthetic"}
    samples = found.samples.rename(columns={"value": "log10_value"}).assign(**named)
    return row, samples[[*named, "patient_id", "arm", "day", "log10_value", "origin"]]


def main() -> None:
    """Do every search and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--evaluations", type=int, default=200)
    given = parser.parse_args()
    searches = [*product(MARKERS, rescat.QUANTITIES, ("lowest", "highest"), [given.evaluations])]
    with ProcessPoolExecutor() as pool:
        found = pool.map(search, *zip(*searches, strict=True))
        rows, samples = zip(*tqdm(found, total=len(searches), unit=" searches"), strict=True)
    tables = {"extremes": (pd.DataFrame(rows), 6), "extremes_samples": (pd.concat(samples), 10)}
    for name, (table, digits) in tables.items():
        text = table.to_csv(index=False, float_format=f"%.{digits}g", lineterminator="\n")
        write_whole(ROOT / "data" / "synthetic" / f"{name}.csv", text)


if __name__ == "__main__":
    main()
