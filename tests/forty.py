"""Forty made-up studies of every shape that data/README.md allows, by what makes each odd."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from rescat.data.contract import describe

# Marker and its level, in pg/mL.
PANEL = {"IL6": 80, "IL8": 30, "TNFα": 70, "IL10": 20, "NFL": 20, "GFAP": 150, "TAU": 3}
ALL = ("patients", "events", "biomarkers")
USUAL = {"MSC": 5, "CTRL": 2, "mCTRL": 10}


def patients(arms: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    """Patients as Table 1 has them; a part of the cells is not reported."""
    rows = []
    for arm, number in arms.items():
        historical = arm == "mCTRL"
        for _ in range(number):
            rows.append(
                {
                    "patient_id": f"P{len(rows) + 1:03d}",
                    "arm": arm,
                    "table_part": "B" if historical else "A",
                    "time_origin": "admission" if historical else "enrolment",
                    "msc_source": ["UC", "AT"][len(rows) % 2] if arm == "MSC" else "",
                    "age": int(rng.integers(40, 80)),
                    "ethnicity": "White",
                    "male": "yn"[int(rng.random() < 0.3)],
                    "bmi": round(rng.normal(28, 3), 1),
                    "days_from_diagnosis": "" if historical else int(rng.integers(3, 12)),
                    "mews": "not reported",
                    "comorbidities": ["None", "Diabetes", "Hypertension, Asthma"][len(rows) % 3],
                    "smoking": ["No", "Former", "not reported"][len(rows) % 3],
                    "sofa": "not reported" if historical else int(rng.integers(1, 6)),
                    "hacor": "not reported",
                    "rox": "not reported",
                    "gcs": "not reported",
                    "map": int(rng.integers(80, 110)),
                    "respiratory_rate": "not reported" if historical else int(rng.integers(18, 30)),
                    "pao2_fio2": int(rng.integers(120, 250)),
                    "hfno": "y",
                    "niv": "" if historical else "n",
                    "cot_only": "" if historical else "n",
                    "therapy": "Steroids",
                    "days_hfno": int(rng.integers(0, 9)),
                    "days_niv": "",
                    "days_cot": int(rng.integers(0, 5)),
                    "length_of_stay": int(rng.integers(9, 40)),
                }
            )
    return pd.DataFrame(rows, dtype=object)


def events(people: pd.DataFrame, *rows: tuple[int, str]) -> pd.DataFrame:
    """An event of each patient that is named by its place, AE or SAE."""
    names = [field["name"] for field in describe("events")["schema"]["fields"]]
    made = [
        (n, people["patient_id"][place], kind, "Rash", 3 + n, "Mild", "Unlikely", "n", "Resolved")
        for n, (place, kind) in enumerate(rows, 1)
    ]
    return pd.DataFrame(made, columns=names[:9])


def biomarkers(
    people: pd.DataFrame,
    rng: np.random.Generator,
    days: tuple[float, ...] = (0, 3, 7, 14, 28),
    markers: dict[str, float] | None = None,
) -> pd.DataFrame:
    """Values about a level of each marker, with a patient's own level and a slope of its own."""
    rows = []
    for marker, level in (PANEL if markers is None else markers).items():
        for person in people.itertuples():
            own, slope = rng.normal(0, 0.3), rng.normal(0, 0.01)
            for day in days:
                value = level * 10 ** (own + slope * day + rng.normal(0, 0.15))
                rows.append((person.patient_id, person.arm, day, marker, value, "pg/mL", "n"))
    names = ["patient_id", "arm", "day", "marker", "value", "unit", "below_lod"]
    made = pd.DataFrame(rows, columns=names)
    return made.assign(value=[float(f"{value:.5g}") for value in made["value"]])


Tables = dict[str, pd.DataFrame]
STUDIES: dict[str, Callable[[np.random.Generator], Tables]] = {}


def _study(made: Callable) -> Callable:
    STUDIES[made.__name__] = made
    return made


def _usual(rng, arms=None, tables=ALL, **of_biomarkers) -> Tables:
    people = patients(arms or USUAL, rng)
    made = {
        "patients": people,
        "events": events(people, (0, "AE"), (1, "SAE"), (len(people) - 1, "AE")),
        "biomarkers": biomarkers(people, rng, **of_biomarkers),
    }
    return {name: made[name] for name in tables}


for name, change in {
    "the_shape_of_the_trial": {},
    "msc_and_ctrl": {"arms": {"MSC": 6, "CTRL": 6}},
    "msc_and_mctrl": {"arms": {"MSC": 5, "mCTRL": 10}},
    "five_and_two": {"arms": {"MSC": 5, "CTRL": 2}},
    "one_and_one": {"arms": {"MSC": 1, "CTRL": 1}},
    "one_an_arm": {"arms": {"MSC": 1, "CTRL": 1, "mCTRL": 1}},
    "two_and_two": {"arms": {"MSC": 2, "mCTRL": 2}},
    "three_and_one": {"arms": {"MSC": 3, "mCTRL": 1}},
    "one_treated": {"arms": {"MSC": 1, "CTRL": 4, "mCTRL": 8}},
    "fewer_matched_than_treated": {"arms": {"MSC": 8, "CTRL": 3, "mCTRL": 4}},
    "three_hundred": {
        "arms": {"MSC": 100, "CTRL": 100, "mCTRL": 100},
        "markers": {"IL6": 80, "NFL": 20},
        "days": (0, 7, 14),
    },
    "two_days": {"days": (0, 7)},
    "one_day": {"days": (0,)},
    "fifty_days": {"days": tuple(range(50)), "markers": {"IL6": 80, "NFL": 20}},
    "parts_of_days": {"days": (0, 0.25, 1.5, 7.125)},
    "no_day_zero": {"days": (2, 9, 16)},
    "late_days": {"days": (0, 400, 1000)},
    "one_marker_of_the_panel": {"markers": {"IL6": 80}},
    "one_neuro_marker": {"markers": {"NFL": 20}},
    "one_unknown_marker": {"markers": {"Novelin": 3}},
    "three_markers": {"markers": {"IL6": 80, "NFL": 20, "Novelin": 3}},
    "four_unknown_markers": {"markers": {f"Novelin {n}": 10**n for n in range(4)}},
    "sixty_markers": {"markers": {f"Analyte {n}": 5 + n for n in range(60)}, "days": (0, 7, 14)},
    "patients_alone": {"tables": ("patients",)},
    "patients_and_events": {"tables": ("patients", "events")},
    "patients_and_biomarkers": {"tables": ("patients", "biomarkers")},
    "biomarkers_alone": {"tables": ("biomarkers",)},
}.items():
    STUDIES[name] = lambda rng, change=change: _usual(rng, **change)


@_study
def no_events(rng):
    made = _usual(rng)
    return made | {"events": made["events"].head(0)}


@_study
def events_of_controls_alone(rng):
    made = _usual(rng)
    last = len(made["patients"]) - 1
    return made | {"events": events(made["patients"], (last, "SAE"), (5, "SAE"), (5, "AE"))}


@_study
def events_of_one_patient(rng):
    made = _usual(rng)
    return made | {"events": events(made["patients"], *[(0, "AE")] * 9)}


@_study
def only_what_must_be_given(rng):
    made = _usual(rng)
    people = made["patients"]
    must = {
        f["name"]
        for f in describe("patients")["schema"]["fields"]
        if f.get("constraints", {}).get("required")
    }
    return made | {"patients": people.assign(**{c: "" for c in people if c not in must})}


def _without(*columns: str) -> Callable:
    def made(rng):
        usual = _usual(rng)
        return usual | {"patients": usual["patients"].assign(**dict.fromkeys(columns, ""))}

    return made


STUDIES["no_days_of_support"] = _without("days_hfno", "days_niv", "days_cot")
STUDIES["no_stay"] = _without("length_of_stay")
STUDIES["no_body_mass"] = _without("bmi", "map", "therapy", "comorbidities")


@_study
def covariates_without_variation(rng):
    made = _usual(rng)
    alike = {"age": 60, "male": "y", "bmi": 28, "pao2_fio2": 200, "map": 90}
    return made | {"patients": made["patients"].assign(**alike)}


@_study
def all_below_detection(rng):
    made = _usual(rng)
    return made | {"biomarkers": made["biomarkers"].assign(value=1.0, below_lod="y")}


@_study
def one_marker_below_detection(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    below = values["marker"].eq("IL6")
    return made | {"biomarkers": values.assign(below_lod=below.map({True: "y", False: "n"}))}


@_study
def below_detection_in_the_treated(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    below = values["arm"].eq("MSC")
    return made | {
        "biomarkers": values.assign(
            below_lod=below.map({True: "y", False: "n"}), value=values["value"].where(~below, 1.0)
        )
    }


@_study
def all_values_equal(rng):
    made = _usual(rng)
    return made | {"biomarkers": made["biomarkers"].assign(value=7.0)}


@_study
def lines_without_noise(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    exact = 50 * 10 ** (0.01 * values["day"].astype(float))
    return made | {"biomarkers": values.assign(value=exact)}


@_study
def half_of_the_values(rng):
    made = _usual(rng)
    return made | {"biomarkers": made["biomarkers"].sample(frac=0.5, random_state=1)}


@_study
def one_sample_a_patient(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    own = values["patient_id"].str[1:].astype(int) % values["day"].nunique()
    days = sorted(values["day"].unique())
    return made | {"biomarkers": values[values["day"].eq(own.map(dict(enumerate(days))))]}


@_study
def one_patient_followed(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    return made | {"biomarkers": values[values["day"].eq(0) | values["patient_id"].isin(["P001"])]}


@_study
def other_arms_in_the_samples(rng):
    """No control of the trial was sampled, and half of the others."""
    made = _usual(rng)
    values = made["biomarkers"]
    return made | {"biomarkers": values[values["arm"].ne("CTRL") & values["patient_id"].lt("P012")]}


@_study
def markers_of_one_arm_each(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    arms = dict(zip(PANEL, itertools.cycle(["MSC", "CTRL", "mCTRL"]), strict=False))
    return made | {"biomarkers": values[values["arm"].eq(values["marker"].map(arms))]}


@_study
def markers_of_two_arms_each(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    arms = dict(zip(PANEL, itertools.cycle(["MSC", "CTRL", "mCTRL"]), strict=False))
    return made | {"biomarkers": values[values["arm"].ne(values["marker"].map(arms))]}


@_study
def far_apart_values(rng):
    made = _usual(rng)
    values = made["biomarkers"]
    spread = 10.0 ** rng.integers(-9, 9, len(values))
    return made | {"biomarkers": values.assign(value=values["value"] * spread)}


@_study
def invented_by_their_origin(rng):
    made = _usual(rng)
    return {
        name: table.assign(patient_id="INVENTED-" + table["patient_id"], origin="synthetic")
        for name, table in made.items()
    }


def write(folder: Path, name: str) -> Path:
    """Write the tables of one study into a new folder."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)  # what is not odd is the same in all
    for table, frame in STUDIES[name](rng).items():
        frame.to_csv(folder / f"{table}.csv", index=False)
    return folder
