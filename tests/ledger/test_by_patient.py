"""The rows of the ledger that are about one patient."""

import pandas as pd
import pytest
from shared import audited

import rescat

PATIENTS, EVENTS = rescat.load_patients(), rescat.load_events()


def row(**texts) -> pd.DataFrame:
    """A ledger of one row with some texts."""
    blank = dict.fromkeys(("quotation", "recomputed", "detail", "explanation"), "")
    kinds = {"chapter": "10_ledger", "importance": "minor", "claim_id": "XXX-01"}
    return pd.DataFrame([{**blank, **kinds, **texts}])


def named(patient: str, **texts) -> list[str]:
    return rescat.claims_of_patient(row(**texts), PATIENTS, EVENTS, patient)["named"].tolist()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("CAD in patient 7", {"7"}),
        ("Matched controls outside it: 2 (patients 8 and 16).", {"8", "16"}),
        ("patients 1, 3 and 10 differ", {"1", "3", "10"}),
        ("patient 1 at least 3, patient 4 at least 3", {"1", "4"}),
        ("of 5 MSC patients 2 had conventional oxygen only, 2 HFNO, and 1 NIV", set()),
        ("Drawing each patient 2:1 gives exactly this one", set()),
        ("patient 17: 19 days of HFNO, stay 18", {"17"}),
        ("17 patients and 5 controls", set()),
    ],
)
@pytest.mark.parametrize("column", ["quotation", "recomputed", "explanation"])
def test_a_number_names_a_patient_and_a_count_does_not(text, about, column):
    found = {p for p in PATIENTS["patient_id"] if named(p, **{column: text})}
    assert found == about


def test_an_event_names_its_patient_in_the_chapter_on_safety_alone():
    words = "a Maculopapular rash"
    assert named("5", quotation=words, chapter="03_safety") == ["Rash maculo-papular"]
    assert named("7", quotation=words, chapter="03_safety") == []
    failure = "all patients presented with mild to moderate respiratory failure"
    assert named("7", quotation=failure, chapter="01_cohort") == []


def test_a_drug_or_event_of_several_patients_names_nobody():
    assert named("4", quotation="Steroids and tocilizumab", chapter="01_cohort") == ["Tocilizumab"]
    assert named("1", quotation="Steroids and tocilizumab", chapter="01_cohort") == []
    both = pd.concat([EVENTS, EVENTS.query("term == 'Dyspnea'").assign(patient_id="1")])
    dyspnea = row(quotation="dyspnea", chapter="03_safety")
    assert len(rescat.claims_of_patient(dyspnea, PATIENTS, EVENTS, "4")) == 1
    assert rescat.claims_of_patient(dyspnea, PATIENTS, both, "4").empty


def test_slips_are_left_out():
    assert named("7", quotation="patient 7", importance="typographic") == []


def test_the_rows_of_the_paper():
    found = {
        patient: set(rescat.claims_of_patient(audited(), PATIENTS, EVENTS, patient)["claim_id"])
        for patient in PATIENTS["patient_id"]
    }
    assert {"SAF-08", "SAF-37", "COH-50"} <= found["7"]
    assert {"SAF-05", "SAF-23"} <= found["5"]
    assert found["17"] == {"SAF-26"}
    assert "COH-22" in found["8"] & found["16"]
    assert found["9"] == set()
