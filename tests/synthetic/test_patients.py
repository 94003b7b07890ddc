"""The invented patients of the twin: reproducible, like Table 1, and nobody."""

import shutil

import numpy as np
import pytest

import rescat
from rescat.data.contract import DATA
from rescat.synthetic.patients import PATIENT_ARMS, PATIENTS

REAL = rescat.load_patients()
INVENTED = rescat.load_table("synthetic_patients")
# Columns whose values are spread widely enough for a coincidence to mean something.
WIDE = ["age", "bmi", "rox", "map", "respiratory_rate", "pao2_fio2", "days_hfno", "length_of_stay"]


def test_they_are_the_patients_of_the_twin():
    values = rescat.load_biomarkers("data")[["patient_id", "arm"]].drop_duplicates()
    mine = INVENTED[["patient_id", "arm"]].astype(object)
    assert mine.to_numpy().tolist() == values.to_numpy().tolist()
    assert set(INVENTED["origin"]) == {"synthetic"}


def test_none_is_a_patient_of_the_trial():
    cells = [c for c in REAL if c not in ("patient_id", "origin")]
    assert INVENTED[cells].merge(REAL[cells], how="inner").empty
    for _, mine in INVENTED.iterrows():
        for _, real in REAL.iterrows():
            same = [c for c in WIDE if mine[c] == real[c]]
            assert len(same) <= 3, (mine["patient_id"], real["patient_id"], same)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_one_blocker_and_one_other_source(seed):
    drawn = rescat.synthetic_patients(seed, PATIENTS, PATIENT_ARMS)
    blocked = drawn[drawn["therapy"].str.contains("Tocilizumab")]
    other = drawn[drawn["msc_source"].eq("UC")]
    assert list(blocked["arm"]) == list(other["arm"]) == ["MSC"]
    assert blocked.index[0] != other.index[0]
    assert drawn["msc_source"].eq("AT").sum() == 4


@pytest.mark.slow
def test_they_resemble_table_1():
    """Over some seeds, each arm has the mean of its patients; every value is in the range."""
    many = [rescat.synthetic_patients(seed, PATIENTS, PATIENT_ARMS) for seed in range(8)]
    for arm, column in (("MSC", "age"), ("mCTRL", "pao2_fio2"), ("mCTRL", "age")):
        real = REAL.loc[REAL["arm"].eq(arm), column].astype(float)
        part = REAL.loc[REAL["table_part"].eq("B" if arm == "mCTRL" else "A"), column]
        drawn = np.concatenate(
            [m.loc[m["arm"].eq(arm), column].to_numpy(dtype=float) for m in many]
        )
        assert abs(drawn.mean() - real.mean()) < 0.5 * part.astype(float).std()
        assert part.min() <= drawn.min() <= drawn.max() <= part.max()


def test_what_table_1_does_not_have_is_missing_in_the_same_way():
    part = REAL["table_part"].eq("B").to_numpy()
    columns = [c for c in REAL if c != "origin"]
    for rows in (part, ~part):
        empty = REAL.loc[rows, columns].isna().all()
        assert (INVENTED.loc[rows, columns].isna().all() == empty).all()


def test_supports_fit_each_other():
    longest = INVENTED[["days_hfno", "days_niv", "days_cot"]].max(axis=1)
    assert (longest <= INVENTED["length_of_stay"]).all()
    a = INVENTED[INVENTED["table_part"].eq("A")]
    assert (a["cot_only"] == ~(a["hfno"] | a["niv"])).all()
    assert (a["hfno"] == a["days_hfno"].gt(0)).all()


def test_they_load_from_a_folder_of_their_own(tmp_path):
    for name in ("patients.csv", "events.csv", "biomarkers.csv"):
        shutil.copy(DATA / "synthetic" / name, tmp_path / name)
    patients = rescat.load_patients(tmp_path)
    events = rescat.load_events(tmp_path)
    assert len(patients) == 17
    assert set(events["patient_id"]) <= set(patients.loc[patients["arm"].eq("MSC"), "patient_id"])
    assert len(rescat.load_biomarkers(tmp_path)) == len(rescat.load_biomarkers("data"))


def test_no_event_is_one_of_table_2():
    real, mine = rescat.load_events(), rescat.load_table("synthetic_events")
    shared = ["term", "day", "severity", "relation", "outcome"]
    assert mine[shared].merge(real[shared], how="inner").empty
    grades = rescat.load_ctcae().set_index("term")["grades"]
    for event in mine.itertuples():
        grade = 1 + ["Mild", "Moderate", "Severe"].index(event.severity)
        assert str(grade) in grades[event.term] or (grade == 3 and "4" in grades[event.term])
