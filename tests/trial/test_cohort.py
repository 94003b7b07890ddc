"""Who was studied."""

import pandas as pd

import rescat

PATIENTS = rescat.load_patients()
EVENTS = rescat.load_events()
TRIAL = rescat.load_trial()


def test_table_one_counts():
    table = rescat.describe_cohort(PATIENTS).set_index("characteristic")
    assert table.loc["Male"].tolist()[:3] == ["4/5", "2/2", "8/10"]
    assert table.loc["Length of stay, days", "MSC"] == "15 (10 to 19)"
    assert table.loc["Length of stay, days", "CTRL"] == "10 and 12"
    assert table.loc["SOFA, score", "MSC"] == "2 (all)"
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


def test_arms_are_counted():
    assert rescat.count_arms(PATIENTS) == {"MSC": 5, "CTRL": 2, "mCTRL": 10}
    assert rescat.count_arms(PATIENTS[PATIENTS["arm"].eq("CTRL")])["MSC"] == 0


def test_days_between_the_cohorts():
    periods = rescat.recruitment_periods(TRIAL)
    # 1 March to 16 May 2021: 31, 30 and 16 days.
    assert rescat.days_between_cohorts(periods) == 31 + 30 + 16


def test_approvals():
    approvals = rescat.approval_dates(TRIAL).set_index("group")["date"]
    assert approvals.to_dict() == {
        "Milan": pd.Timestamp("2020-10-10"),
        "AIFA": pd.Timestamp("2020-10-20"),
        "Spallanzani": pd.Timestamp("2020-12-28"),
    }


def test_matched_controls_against_the_range_of_the_treated():
    stay = rescat.against_treated(PATIENTS, "length_of_stay")
    assert sum(stay.values()) == 10
    at_the_end = PATIENTS.assign(length_of_stay=PATIENTS["length_of_stay"].where(
        PATIENTS["arm"].ne("mCTRL"), 19))  # fmt: skip
    assert rescat.against_treated(at_the_end, "length_of_stay")["within"] == 10
    without = PATIENTS.assign(length_of_stay=PATIENTS["length_of_stay"].where(
        PATIENTS["arm"].ne("mCTRL")))  # fmt: skip
    assert sum(rescat.against_treated(without, "length_of_stay").values()) == 0


def test_more_support_than_stay():
    beyond = rescat.beyond_stay(PATIENTS, "days_hfno", "days_niv", "days_cot")
    row = beyond.set_index("patient_id").loc["5"]
    # Ten days each of HFNO and NIV and five of COT in a stay of 19.
    assert row.tolist() == [25, 19]
    assert (beyond["support"] > beyond["stay"]).all()
    assert rescat.beyond_stay(PATIENTS[PATIENTS["arm"].eq("CTRL")], "days_hfno").empty


def test_definitions_that_fit_the_weaning_of_controls():
    compared = rescat.printed_quartiles(PATIENTS, rescat.load_claims())
    weaning = compared[compared["summary"].eq("Weaning, CTRL")]
    # The two values themselves are the quartiles, as the paper prints them.
    assert rescat.fitting_definitions(weaning) == [2, 5, 6, 8, 9]


def test_a_rounded_age_within_its_limits_prints_both_numbers():
    ages = PATIENTS.query("arm == 'MSC'")["age"]
    printed = rescat.PrintedNumber.parse("56.5")
    second, low, high = rescat.rounded_age_limits(ages, printed)
    assert second == sorted(ages)[1]
    inside = (low + high) / 2
    assert f"{inside:.0f}" == f"{second:.0f}"
    assert f"{inside:.1f}" == "56.5"


def test_entry_limits_are_those_of_the_trial():
    assert rescat.entry_limits(TRIAL) == {"age": (18, 80), "pao2_fio2": (150, 300)}


def test_the_days_of_sampling():
    assert rescat.sampling_days(TRIAL) == [0, 3, 6, 14, 28]
