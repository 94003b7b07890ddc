"""What varies between synthetic twins that all agree with the print.

    .venv/bin/python benchmarks/ensemble.py [--twins 30]

It writes data/synthetic/ensemble.csv: for each twin and each marker of which figures of a
difference are printed, what the randomised controls carry of the controls' slope, the P values of
five tests, the lowest and highest when one patient is left out, and those of other choices of
patients, controls and time. The twins have the samplings of rescat.panel.designs.SAMPLINGS in turn.
"""

import argparse

from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole
from rescat.synthetic.committed import TWINS, committed_twin, most_typical

MARKERS = ["IL1RA", "IL18", "IL6", "NFL"]


def main() -> None:
    """Make the twins, analyse them and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--twins", type=int, default=TWINS)
    given = parser.parse_args()
    names, twins = zip(
        *(committed_twin(n) for n in tqdm(range(given.twins), unit=" twins")), strict=True
    )
    table = rescat.twin_ranges(tqdm(twins, unit=" twins"), MARKERS)
    table.insert(1, "sampling", [names[n] for n in table["twin"]])
    text = table.assign(origin="synthetic").to_csv(
        index=False, float_format="%.6g", lineterminator="\n"
    )
    write_whole(ROOT / "data" / "synthetic" / "ensemble.csv", text)
    tqdm.write(f"most typical: twin {most_typical(table)} (rescat/synthetic/committed.py)")


if __name__ == "__main__":
    main()
