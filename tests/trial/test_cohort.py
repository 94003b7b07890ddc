"""Who was studied."""

import pandas as pd

import rescat

PATIENTS = rescat.load_patients()
EVENTS = rescat.load_events()
TRIAL = rescat.load_trial()


def test_table_one_counts():
    table = rescat.describe_cohort(PATIENTS).set_index("characteristic")
    assert table.loc["Male"].tolist()[:3] == ["4/5", "2/2", "8/10"]
    assert table.loc["Length of stay, days", "MSC"] == "15 [10, 19]"
    assert table.loc["Length of stay, days", "CTRL"] == "10 and 12"
    assert table.loc["SOFA, score", "MSC"] == "all 2"
    assert table.loc["Any comorbidity"].tolist()[:3] == ["3/5", "2/2", "8/10"]
    assert table.loc["Steroids"].tolist()[:3] == ["5/5", "2/2", "–"]
    assert table.loc["Days with NIV", "mCTRL"] == "–"


def test_flow_says_what_is_not_reported():
    flow = rescat.participant_flow(PATIENTS, EVENTS, TRIAL).set_index(["label", "arm"])["n"]
    assert flow["Screened", ""] == "not reported"
    assert flow["Randomised 2:1", ""] == "7"
    assert flow["In the biomarker analysis", "mCTRL"] == "10"
    assert flow["Alive 4 weeks after treatment", "mCTRL"] == "not reported"
    assert flow["Alive 4 weeks after treatment", "MSC"] == "5"


def test_arms_without_patients():
    some = PATIENTS[PATIENTS["arm"].eq("MSC")]
    flow = rescat.participant_flow(some, EVENTS, TRIAL).set_index(["label", "arm"])["n"]
    assert flow["In the biomarker analysis", "mCTRL"] == "0"
    assert flow["Randomised 2:1", ""] == "5"
    summaries = rescat.printed_quartiles(some, rescat.load_claims())["summary"]
    assert set(summaries) == {"Age, MSC", "Weaning, MSC", "Stay, MSC"}
    assert rescat.upper_bound_of_zero(0) == 1


def test_recruitment_periods():
    periods = rescat.recruitment_periods(TRIAL).set_index("group")
    assert periods["days"].to_dict() == {
        "Modena": 270,
        "Vicenza": 80,
        "Milan ICU": 120,
        "RESCAT": 304,
    }
    assert periods.loc["Milan ICU", "end"] == pd.Timestamp("2021-02-28")


def test_matched_controls_outside_the_entry_criteria():
    criteria = rescat.entry_criteria(PATIENTS, TRIAL)
    assert criteria.loc[criteria["met"].eq(False), "patient_id"].tolist() == ["8", "16"]
    assert criteria["met"].isna().sum() == 10


def test_what_was_not_matched():
    table = rescat.unlike_groups(PATIENTS, TRIAL).set_index("what")
    assert table.loc["Period"].tolist()[:2] == [
        "May 2021 to February 2022",
        "November 2020 to February 2021",
    ]
    assert table.loc["Days in Table 1 count from"].tolist()[:2] == ["enrolment", "admission"]
    assert table.loc["HFNO at entry"].tolist()[:2] == ["3/5", "10/10"]
    assert table.loc["Drugs printed for"].tolist()[:2] == ["5/5", "0/10"]
    assert table.loc["Days from diagnosis to randomisation", "mctrl"] == "–"
    own = rescat.unlike_groups(PATIENTS.assign(origin="private"), TRIAL)
    assert "Hospital" not in set(own["what"])
