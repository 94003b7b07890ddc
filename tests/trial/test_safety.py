"""Counts of events and their intervals, against R and closed forms."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

import rescat


def test_zero_events_have_a_closed_form():
    assert rescat.upper_bound_of_zero(5) == pytest.approx(1 - 0.05**0.2)
    assert rescat.exact_interval(0, 5)[1] == pytest.approx(1 - 0.025**0.2)


@given(st.floats(0.001, 0.5))
def test_patients_needed_is_the_smallest_number(risk):
    n = int(rescat.patients_needed(risk))
    assert 1 - (1 - risk) ** n >= 0.95 - 1e-6
    assert 1 - (1 - risk) ** (n - 1) < 0.95


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 5), (0, 0)])
def test_an_impossible_count_is_refused(count, n):
    with pytest.raises(ValueError, match="expected a count from 0 to n"):
        rescat.exact_interval(count, n)


def test_exact_intervals(r_values):
    for key, low in r_values["exact_low"].items():
        count, n = map(int, key.split())
        ours = rescat.exact_interval(count, n)
        assert ours == pytest.approx((low, r_values["exact_high", key]), abs=1e-10)


RISKS = st.integers(0, 100).map(lambda percent: percent / 100)


@given(RISKS, RISKS, st.sampled_from([0.1, 0.5, 0.8, 0.95]))
def test_patients_per_arm_are_the_fewest_that_statsmodels_finds_enough(control, treated, power):
    assume(control != treated)
    effect = proportion_effectsize(treated, control)
    n = rescat.per_arm_needed(control, treated, power)
    fewer, enough = (NormalIndPower().power(effect, k, alpha=0.05) for k in (n - 1 or 1e-9, n))
    assert fewer < power + 1e-9
    assert enough > power - 1e-9


@pytest.mark.parametrize(
    ("control", "treated", "power"), [(0.1, 0.1, 0.8), (0.1, 1.2, 0.8), (0.1, 0.2, 0.01)]
)
def test_no_number_of_patients_is_invented(control, treated, power):
    with pytest.raises(ValueError, match="expected"):
        rescat.per_arm_needed(control, treated, power)


PATIENTS = rescat.load_patients()
EVENTS = rescat.load_events()


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


TRIAL = rescat.load_trial()


def test_proportions_of_safety():
    table = rescat.safety_proportions(EVENTS, PATIENTS, TRIAL).set_index("label")
    counts = {label: f"{row['patients']}/{row['n']}" for label, row in table.iterrows()}
    assert counts == {
        "Any adverse event, MSC": "3/5",
        "Any SAE, MSC": "1/5",
        "At least possibly related, MSC": "1/5",
        "Serious and related, MSC": "0/5",
        "HFNO or NIV at entry, MSC": "3/5",
        "Any adverse event, CTRL": "0/2",
        "Death within 4 weeks, MSC": "0/5",
        "Death within 4 weeks, CTRL": "0/2",
    }
    for row in table[table["patients"].gt(0)].itertuples():
        assert (row.low, row.high) == rescat.exact_interval(row.patients, row.n)


def test_no_event_has_one_limit_everywhere():
    """The one-sided one, in the table, in the figure and in the text."""
    shares = rescat.safety_proportions(EVENTS, PATIENTS, TRIAL)
    for table in (shares, rescat.event_table(EVENTS, PATIENTS)):
        none = table[table["patients"].eq(0)]
        assert len(none)
        for row in none.itertuples():
            assert (row.low, row.high) == (0, rescat.upper_bound_of_zero(row.n))


def test_deaths_that_the_paper_counts_are_not_those_of_other_patients():
    own = PATIENTS.assign(origin="private")
    labels = rescat.safety_proportions(EVENTS, own, TRIAL)["label"]
    assert not labels.str.startswith("Death").any()


def test_an_event_of_a_control_is_counted():
    control = PATIENTS.loc[PATIENTS["arm"].eq("CTRL"), "patient_id"].iloc[0]
    events = EVENTS.assign(patient_id=control)
    table = rescat.safety_proportions(events, PATIENTS, TRIAL).set_index("label")["patients"]
    assert table["Any adverse event, CTRL"] == 1
    assert table["Any adverse event, MSC"] == 0


def test_events_after_discharge():
    after = rescat.after_discharge(EVENTS, PATIENTS)
    assert set(after["category"]) == {"AE", "SAE"}
    assert set(after.loc[after["category"].eq("AE"), "term"]) == {"Rash maculo-papular"}
    stays = PATIENTS.set_index("patient_id")["length_of_stay"]
    on_the_last_day = EVENTS.assign(day=EVENTS["patient_id"].map(stays))
    assert rescat.after_discharge(on_the_last_day, PATIENTS).empty
    assert rescat.after_discharge(EVENTS.assign(day=float("nan")), PATIENTS).empty


def test_who_was_home_before_a_day():
    stays = sorted(PATIENTS.loc[PATIENTS["arm"].ne("mCTRL"), "length_of_stay"])
    assert rescat.discharged_before(PATIENTS, stays[0]) == 0
    assert rescat.discharged_before(PATIENTS, stays[-1] + 0.5) == 7


def test_the_chance_passes_95_per_cent_at_the_number_needed():
    chances = rescat.chances_of_seeing(PATIENTS, {"20 %": 0.2, "50 %": 0.5})
    at = chances.set_index(["risk", "patients"])["probability"]
    assert at["50 %", 1] == 0.5
    assert at["20 %", 5] == pytest.approx(1 - 0.8**5)
    needed = int(rescat.patients_needed(0.5))
    assert at["50 %", needed - 1] < 0.95 <= at["50 %", needed]


def test_the_number_treated_is_among_the_chances():
    many = PATIENTS.head(1).loc[[0] * 37].assign(arm="MSC")
    assert 37 in set(rescat.chances_of_seeing(many, {"5 %": 0.05})["patients"])
