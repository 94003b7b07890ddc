"""What varies between synthetic twins that all agree with the print.

    .venv/bin/python benchmarks/ensemble.py [--twins 30]

It writes data/synthetic/ensemble.csv: for each twin and each marker of which figures of a
difference are printed, the P values of five tests, the lowest and highest when one patient is left
out, and those of other choices of patients, controls and time.
"""

import argparse
from itertools import islice

from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole
from rescat.synthetic.committed import COMMITTED

MARKERS = ["IL1RA", "IL18", "IL6", "NFL"]


def main() -> None:
    """Make the twins, analyse them and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--twins", type=int, default=30)
    given = parser.parse_args()
    twins = islice(rescat.twin(COMMITTED, markers=MARKERS), given.twins)
    table = rescat.twin_ranges(tqdm(twins, total=given.twins, unit=" twins"), MARKERS)
    text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write_whole(ROOT / "data" / "synthetic" / "ensemble.csv", text)


if __name__ == "__main__":
    main()
