"""Invented patients for the twin's samples: a Table 1 and a Table 2 of nobody.

Each number is drawn on its own, from a normal distribution with the mean of the patients of the
same arm in Table 1 and the SD of the same part of the table, cut at the range of that part. So a
column resembles Table 1; a row is no patient, and how two columns go together means nothing.
"""

import numpy as np
import pandas as pd
from scipy import stats

from ..data.loaders import load_ctcae, load_patients, reporting_status
from ..data.trial_facts import ARM_SIZES
from ..data.validation import INVENTED, NOT_REPORTED

__all__ = ["synthetic_events", "synthetic_patients"]

# The patients of a twin: the arm of each, his or her name, and 1 for the treated patients.
PATIENT_ARMS = np.repeat(list(ARM_SIZES), list(ARM_SIZES.values()))
PATIENTS = np.array([f"{INVENTED}{i + 1:02d}" for i in range(len(PATIENT_ARMS))])
TREATED = (PATIENT_ARMS == "MSC").astype(np.int8)
# Columns of numbers, with their decimals, that vary enough to be drawn from a distribution.
_MEASURED = {
    "age": 0, "bmi": 1, "days_from_diagnosis": 0, "rox": 1, "map": 0, "respiratory_rate": 0,
    "pao2_fio2": 0, "length_of_stay": 0,
}  # fmt: skip
# Columns whose few values are drawn as often as Table 1 has them.
_COUNTED = ("ethnicity", "male", "mews", "smoking", "sofa", "hacor", "gcs", "hfno", "niv")
_EVENTS = 6
_SEVERITIES = ("Mild", "Moderate", "Severe")
_RELATIONS = ("Unrelated", "Unlikely", "Possibly", "Probably")


def synthetic_patients(seed: int, patient_ids, arms) -> pd.DataFrame:
    """Draw patients who resemble Table 1, arm by arm.

    One MSC patient has an IL-6 blocker before the infusion and another has cells of the other
    source, as the paper says of one patient each; which of them is drawn.

    Parameters
    ----------
    seed : int
    patient_ids, arms : sequence of str
        One for each patient; the arms are MSC, CTRL and mCTRL, with two or more MSC.

    Returns
    -------
    DataFrame, shape (patients, 29)
        The cells of ``patients.csv`` as text, and ``origin``. What Table 1 does not have of a part
        is missing in the same way.

    Examples
    --------
    >>> import rescat
    >>> drawn = rescat.synthetic_patients(1, ["S1", "S2", "S3"], ["MSC", "MSC", "CTRL"])
    >>> print(drawn[["patient_id", "arm", "age", "therapy"]].to_string(index=False))
    patient_id  arm age               therapy
            S1  MSC  59 Steroids, Tocilizumab
            S2  MSC  52              Steroids
            S3 CTRL  57              Steroids
    """
    rng = np.random.default_rng([seed, 1])
    table = load_patients()
    columns = [c for c in table if c != "origin"]
    rows = [
        _patient(rng, table, patient_id, arm)
        for patient_id, arm in zip(patient_ids, arms, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=columns)
    treated = np.flatnonzero(frame["arm"].eq("MSC"))
    blocked, other = rng.choice(treated, 2, replace=False)
    frame.loc[blocked, "therapy"] = "Steroids, Tocilizumab"
    frame.loc[other, "msc_source"] = "UC"
    return _as_reported(frame).assign(origin="synthetic")


def _patient(rng, table: pd.DataFrame, patient_id: str, arm: str) -> dict[str, object]:
    """One row, before the cells that this part of Table 1 does not have are emptied."""
    of_arm = table[table["arm"].eq(arm)]
    part = table[table["table_part"].eq(of_arm["table_part"].iloc[0])]
    row = {name: of_arm[name].iloc[0] for name in ("arm", "table_part", "time_origin")}
    row |= {"patient_id": patient_id, "therapy": "Steroids"}
    row["msc_source"] = "AT" if arm == "MSC" else "not applicable"
    for name, decimals in _MEASURED.items():
        row[name] = _measured(rng, of_arm[name], part[name], decimals)
    for name in _COUNTED:
        known = part[name].dropna()
        row[name] = rng.choice(known.to_numpy(object)) if len(known) else None
    row["comorbidities"] = _comorbidities(rng, part["comorbidities"])
    row["cot_only"] = not (row["hfno"] or row["niv"])
    return row | _support(rng, row)


def _measured(rng, of_arm: pd.Series, of_part: pd.Series, decimals: int):
    """A number from a normal distribution, cut at the range of the part of the table."""
    arm, part = of_arm.dropna().astype(float), of_part.dropna().astype(float)
    if part.empty:
        return None
    mean, sd = arm.mean(), part.std()
    low, high = (part.min() - mean) / sd, (part.max() - mean) / sd
    drawn = stats.truncnorm.rvs(low, high, loc=mean, scale=sd, random_state=rng)
    return f"{drawn:.{decimals}f}"


def _comorbidities(rng, cells: pd.Series) -> str:
    """As many single conditions as one patient has, each from any patient of that part."""
    lists = [cell.split(", ") for cell in cells]
    conditions = sorted({c[:1].upper() + c[1:] for listed in lists for c in listed} - {"None"})
    number = rng.choice([0 if listed == ["None"] else len(listed) for listed in lists])
    return ", ".join(rng.choice(conditions, number, replace=False)) if number else "None"


def _support(rng, row: dict[str, object]) -> dict[str, int]:
    """Days of respiratory support that fit the kinds of support and the stay."""
    stay = int(row["length_of_stay"])
    if row["table_part"] == "B":
        return {"days_hfno": round(stay * rng.uniform(0.5, 1))}
    hfno = int(rng.integers(2, max(stay // 2, 3))) if row["hfno"] else 0
    niv = int(rng.integers(1, 8)) if row["niv"] else 0
    return {
        "days_hfno": hfno,
        "days_niv": min(niv, stay - hfno),
        "days_cot": int(rng.integers(2, max(stay // 2, 3))),
    }


def _as_reported(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells as text; "not reported" or empty where the part of Table 1 has no value."""
    status = reporting_status().merge(load_patients()[["patient_id", "table_part"]])
    absent = status.pivot_table(
        index="table_part", columns="column", values="status", aggfunc=lambda s: s.mode()[0]
    )
    words = {"not reported": NOT_REPORTED, "no such row": ""}
    text = frame.astype(object)
    for name in text:
        cells = [_cell(value) for value in text[name]]
        if name in absent:
            reported = frame["table_part"].map(absent[name])
            cells = [words.get(status, c) for status, c in zip(reported, cells, strict=True)]
        text[name] = cells
    return text


def _cell(value) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "y" if value else "n"
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)


def synthetic_events(seed: int, patients: pd.DataFrame) -> pd.DataFrame:
    """Draw adverse events of the treated patients, with the terms that Table 2 has.

    Parameters
    ----------
    seed : int
    patients : DataFrame
        From :func:`synthetic_patients`.

    Returns
    -------
    DataFrame, six rows
        The cells of ``events.csv`` as text, and ``origin``. The severity is one that CTCAE
        has for the term; day, relation and outcome are drawn apart from each other.

    Examples
    --------
    >>> import rescat
    >>> drawn = rescat.synthetic_patients(1, ["S1", "S2", "S3"], ["MSC", "MSC", "CTRL"])
    >>> events = rescat.synthetic_events(1, drawn)
    >>> print(events[["patient_id", "term", "day"]].head(2).to_string(index=False))
    patient_id                term day
            S2 Respiratory failure   9
            S2         Hemorrhoids  37
    """
    rng = np.random.default_rng([seed, 2])
    treated = patients.loc[patients["arm"].eq("MSC"), "patient_id"].to_numpy()
    defined = load_ctcae().sample(_EVENTS, replace=True, random_state=rng)
    mildest = defined["grades"].str[0].astype(int).clip(upper=3).to_numpy() - 1
    grade = np.maximum(mildest, rng.choice(3, _EVENTS, p=(0.5, 0.3, 0.2)))
    severity = np.array(_SEVERITIES)[grade]
    days = np.sort(rng.integers(1, 180, _EVENTS))
    events = pd.DataFrame(
        {
            "patient_id": rng.choice(treated, _EVENTS),
            "category": np.where(
                grade == 2, "SAE", rng.choice(["AE", "SAE"], _EVENTS, p=(0.8, 0.2))
            ),
            "term": defined["term"].to_numpy(),
            "day": days.astype(str),
            "severity": severity,
            "relation": rng.choice(_RELATIONS, _EVENTS),
            "concomitant_medication": rng.choice(["y", "n"], _EVENTS),
            "outcome": rng.choice(["Resolved", "Unresolved"], _EVENTS, p=(0.8, 0.2)),
        }
    )
    events.insert(0, "event_id", [str(i + 1) for i in range(_EVENTS)])
    return events.assign(origin="synthetic")
