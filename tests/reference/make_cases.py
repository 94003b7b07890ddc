"""Make tests/reference/matching-cases.csv: the paper's 15 patients, and four invented problems.

python tests/reference/make_cases.py, from the root of the repository.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import rescat

OUT = Path(__file__).parent / "matching-cases.csv"
SIZES = {"M1": (5, 79), "M2": (12, 40), "M3": (20, 90), "M4": (8, 9)}


def case(name, treated, pool):
    """One problem, long."""
    frame = pd.concat([treated.assign(treated=1), pool.assign(treated=0)])
    frame = frame.assign(case=name, male=frame["male"].astype(int))
    return frame[["case", "patient_id", "treated", "male", "age", "bmi", "pao2_fio2"]]


def draw(rng, letter, n, shift):
    """Invented patients, the treated a little different."""
    return pd.DataFrame(
        {
            "patient_id": [f"{letter}{i + 1:03d}" for i in range(n)],
            "male": rng.random(n) < 0.7,
            "age": np.round(rng.normal(60 - 3 * shift, 9, n)),
            "bmi": np.round(rng.normal(28 + shift, 4, n), 1),
            "pao2_fio2": np.round(rng.normal(160 + 15 * shift, 40, n)),
        }
    )


def main():
    """Write the file."""
    patients = rescat.load_patients()
    arm = {name: patients[patients["arm"].eq(name)] for name in ("MSC", "mCTRL")}
    parts = [case("paper", arm["MSC"], arm["mCTRL"])]
    for k, (name, (n, m)) in enumerate(SIZES.items()):
        rng = np.random.default_rng([4, k])
        parts.append(case(name, draw(rng, "A", n, 1), draw(rng, "B", m, 0)))
    pd.concat(parts).to_csv(OUT, index=False, lineterminator="\n", float_format="%g")


if __name__ == "__main__":
    main()
