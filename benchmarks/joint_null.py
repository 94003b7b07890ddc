"""How many markers come out by chance, and max-T, in twins that agree with the print.

    .venv/bin/python benchmarks/joint_null.py [--twins 30]

Every twin has all markers. All 6,188 ways to call 5 of 17 patients treated are fitted, the same
one for all markers at a time. It writes data/synthetic/joint_null.csv (how often each number of
markers has P < 0.05) and data/synthetic/joint_tests.csv (adjusted P values of the printed markers).
"""

import argparse

import pandas as pd
from tqdm import tqdm

import rescat
from rescat.base.files import ROOT, write_whole
from rescat.synthetic.committed import TWINS, committed_twin

FAMILIES = ("Figure 2", "with CRP")
COLUMNS = ["satterthwaite", "permutation", "max_t", "step_down", "min_p"]


def analyse(made, family: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables of one twin and one family of tests."""
    logged, _ = rescat.ready_to_fit(made.biomarkers)
    printed = rescat.printed_p_ranges(rescat.load_slopes(), family)
    joint = rescat.joint_permutation(logged, printed["marker"])
    corrected = rescat.adjust_p(joint.table["satterthwaite"], ["holm", "fdr_bh"])
    tests = pd.concat([joint.table[["marker", *COLUMNS]], corrected], axis=1)
    tests["mean_correlation"] = joint.mean_correlation
    tests = tests[printed["printed"].notna().to_numpy()]
    named = {"twin": made.number, "family": family}
    counts = joint.counts.drop(columns="origin")
    return (pd.DataFrame({**named, **t}) for t in (counts, tests))


def main() -> None:
    """Make the twins, analyse them and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--twins", type=int, default=TWINS)
    given = parser.parse_args()
    twins = (committed_twin(n)[1] for n in range(given.twins))
    found = [analyse(t, f) for t in tqdm(twins, total=given.twins) for f in FAMILIES]
    for name, tables in zip(("joint_null", "joint_tests"), zip(*found, strict=True), strict=True):
        table = pd.concat(tables).assign(origin="synthetic")
        text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        write_whole(ROOT / "data" / "synthetic" / f"{name}.csv", text)


if __name__ == "__main__":
    main()
