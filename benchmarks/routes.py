"""By which routes to limits and P values a trial can print what the paper prints of a marker.

    .venv/bin/python benchmarks/routes.py [--trials 400] [--seed 1]

It writes data/synthetic/routes.csv: of invented trials of this design, how many can print the
slopes, limits and P values of each marker with both slopes printed, by each pair of routes.
"""

import argparse

import pandas as pd
from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole

MARKERS = ("IL1RA", "IL18", "NFL")


def main() -> None:
    """Count for every marker and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    options = {"n": given.trials, "seed": given.seed}
    tables = [
        rescat.agreement_by_route(marker, **options).assign(marker=marker)
        for marker in tqdm(MARKERS, unit=" markers")
    ]
    columns = ["marker", "limits", "p", "trials", "lines", "all"]
    text = pd.concat(tables)[columns].to_csv(index=False, lineterminator="\n")
    write_whole(ROOT / "data" / "synthetic" / "routes.csv", text)


if __name__ == "__main__":
    main()
