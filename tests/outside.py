"""The twin with values above the range of their test."""

from pathlib import Path

import pandas as pd

import rescat

N_ABOVE = 6


def write(folder: Path) -> pd.DataFrame:
    """Write ``biomarkers.csv``: the first NFL of six patients is above the range; return it."""
    table = pd.read_csv(rescat.DATA / "synthetic" / "biomarkers.csv", dtype=str)
    first = table[table["marker"].eq("NFL")].drop_duplicates("patient_id").index[:N_ABOVE]
    table.insert(7, "above_range", "n")
    table.loc[first, ["above_range", "value", "below_lod"]] = ["y", "123.25", "n"]
    table.to_csv(folder / "biomarkers.csv", index=False)
    return table
