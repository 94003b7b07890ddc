"""A made-up trial of another shape than RESCAT's: other groups, days, markers and units."""

import csv
from pathlib import Path

import numpy as np

ARMS = {"MSC": 8, "CTRL": 6, "mCTRL": 3}
DAYS = (0, 7, 21)
# Name as a laboratory may write it, level, unit.
MARKERS = [
    ("IL-6", 80, "pg/mL"),
    ("NfL", 20, "pg/mL"),
    ("TNF-alpha", 70, "pg/mL"),
    ("Novelin", 3, "AU/mL"),
]


def write(folder: Path, published: Path, arms: dict[str, int] | None = None) -> Path:
    """Write patients.csv, events.csv and biomarkers.csv of the made-up trial into a new folder."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)
    with (published / "patients.csv").open(encoding="utf-8", newline="") as file:
        models = {row["arm"]: row for row in csv.DictReader(file)}
    patients = []
    for arm, number in (ARMS if arms is None else arms).items():
        for _ in range(number):
            row = {"patient_id": f"P{len(patients) + 1:03d}", "age": int(rng.integers(40, 80))}
            row |= {"bmi": round(rng.normal(28, 3), 1), "pao2_fio2": int(rng.integers(150, 250))}
            patients.append(models[arm] | row)
    patients[0]["length_of_stay"] = ""
    _table(folder / "patients.csv", patients)
    with (published / "events.csv").open(encoding="utf-8", newline="") as file:
        event = next(csv.DictReader(file))
    _table(folder / "events.csv", [event | {"patient_id": "P001"}])
    _table(folder / "biomarkers.csv", list(_values(patients, rng)))
    return folder


def _values(patients, rng):
    for marker, level, unit in MARKERS:
        for patient in patients:
            own = rng.normal(0, 0.3)
            for day in DAYS:
                value = level * 10 ** (own + rng.normal(0, 0.15))
                nano = marker == "IL-6" and day == 7
                shown = value / 1000 if nano else value
                yield _sample(patient, day, marker, f"{shown:.5g}", "ng/mL" if nano else unit)
    for patient in patients:
        for day in DAYS:
            yield _sample(patient, day, "IL-2", "1", "pg/mL", below="y")
            seen = rng.random() < 0.7  # a marker of which some values are below detection
            yield _sample(
                patient, day, "IL-10", f"{rng.lognormal(2, 0.5):.4g}" if seen else "2", "pg/mL",
                below="n" if seen else "y",
            )  # fmt: skip
            if patient["arm"] == "MSC":  # cannot be modelled: nobody to compare with
                yield _sample(patient, day, "Only treated", f"{rng.lognormal():.4g}", "pg/mL")


def _sample(patient, day, marker, value, unit, below="n"):
    return {
        "patient_id": patient["patient_id"],
        "arm": patient["arm"],
        "day": day,
        "marker": marker,
        "value": value,
        "unit": unit,
        "below_lod": below,
    }


def _table(path: Path, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
