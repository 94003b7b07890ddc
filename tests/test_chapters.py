"""What the chapters compute, against figures worked out by hand from the paper."""

import pandas as pd
import pytest
from conftest import audited

import rescat

PATIENTS = rescat.load_patients()
EVENTS = rescat.load_events()
TRIAL = rescat.load_trial()
MADE = rescat.load_manufacturing()


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


def test_an_unknown_fact_is_named():
    with pytest.raises(KeyError, match="0 rows for item 'colour'"):
        rescat.fact(TRIAL, "colour")


def test_bags():
    assert rescat.lot_capacity(MADE)["bags"].tolist() == [244, 44, 22]
    bags = rescat.bag_composition(MADE)
    assert bags["volume_sum"].tolist() == [25, 25, 25]
    assert bags["share_sum"].tolist() == [100, 100, 100]
    assert bags["cells_per_ml"].tolist() == [2e6, 1e6, 2e6]
    assert bags["cells_per_ml_diluted"].tolist() == [2e6, 0.5e6, 1e6]


@pytest.mark.parametrize(
    ("bags", "dose", "lots", "patients"),
    [(244, 1, 1, 122), (22, 11, 1, 1), (22, 12, 1, 0), (22, 12, 2, 1)],
)
def test_patients_treatable(bags, dose, lots, patients):
    assert rescat.patients_treatable(bags, dose, 2, lots) == patients


def test_dmso_of_one_bag():
    limits = rescat.load_exposure_limits()
    exposure = rescat.excipient_exposure(MADE, limits, [60, 100], [1]).set_index("weight")
    assert exposure.loc[60, "dmso_g"] == pytest.approx(2.5 * 1.0955)
    # The evidence file has it that a bag is 22 to 36 times below the limit at 60 to 100 kg.
    assert (1 / exposure["dmso_share_of_limit"]).round().tolist() == [22, 37]
    assert exposure.loc[100, "albumin_g"] == 0.5


def test_viability_passes_with_a_small_margin():
    margins = rescat.viability_margins(MADE, rescat.load_release_criteria())
    assert len(margins) == 10
    assert margins["passes"].all()
    assert margins["margin"].min() == pytest.approx(0.35)


def test_growth_is_undone_by_doubling():
    curves = rescat.growth_curves(MADE, [1e5])
    at = curves.set_index("msc_source").loc["AT"]
    assert 1e5 * 2 ** at["doublings"] == pytest.approx(1.22e10)
    assert at["doublings"] * at["doubling_time"] == pytest.approx(16)


@pytest.mark.parametrize("seeded", [0, 2e9])
def test_an_impossible_start_is_refused(seeded):
    with pytest.raises(ValueError, match="cells seeded"):
        rescat.growth_curves(MADE, [seeded])


def test_event_table_counts_patients_once():
    table = rescat.event_table(EVENTS, PATIENTS).set_index("event")
    assert table.loc["Any event", ["patients", "events"]].tolist() == [3, 6]
    assert table.loc["Any event printed as SAE", ["patients", "events"]].tolist() == [1, 3]
    assert table.loc["Any serious and related event", "patients"] == 0


def test_ctcae_has_no_grade_for_two_events():
    graded = rescat.severity_against_ctcae(EVENTS, rescat.load_ctcae())
    assert graded.loc[~graded["defined"], "term"].tolist() == [
        "Respiratory failure",
        "Cardiac arrest",
    ]


def test_an_event_that_ctcae_does_not_list():
    events = EVENTS.assign(term="Sneezing", severity="not reported")
    assert rescat.severity_against_ctcae(events, rescat.load_ctcae())["defined"].isna().all()


def test_course_of_one_patient():
    course = rescat.clinical_course(PATIENTS).query("patient_id == '5'").set_index("phase")
    assert course.loc["HFNO", ["start", "end"]].tolist() == [0, 10]
    assert course.loc["NIV", ["start", "end"]].tolist() == [0, 10]
    assert course.loc["COT", ["start", "end"]].tolist() == [10, 15]
    assert course.loc["No oxygen support", ["start", "end"]].tolist() == [15, 19]


def test_durations_leave_out_what_is_not_reported():
    counts = rescat.durations(PATIENTS).groupby(["measure", "arm"])["days"].count()
    assert counts["Length of stay", "mCTRL"] == 10
    assert ("Days to oxygen weaning", "mCTRL") not in counts.index


def test_book_facts_are_text():
    facts = rescat.book_facts(audited())
    assert facts["n_claims"] == str(len(rescat.load_claims()))
    assert all(isinstance(value, str) and value for value in facts.values())
    assert "bags_per_infusion" in facts["notebook_parameters"]
    assert "<td></td>" not in facts["notebook_parameters"], "a parameter has no meaning beside it"
    assert "pao2_fio2" in facts["data_dictionary"]
