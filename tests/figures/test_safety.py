"""The figures of the safety chapter: each says its numbers in words, and gives its data."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import rescat
from rescat import figures

PATIENTS = rescat.load_patients()
EVENTS = rescat.load_events()
TRIAL = rescat.load_trial()


@pytest.fixture(autouse=True)
def no_open_figures():
    yield
    plt.close("all")


def swimmer(events=EVENTS):
    return figures.swimmer(rescat.clinical_course(PATIENTS), PATIENTS, events, [0, 3])


def test_the_swimmer_tells_stays_and_events():
    alt = swimmer().alt
    for arm, stays in PATIENTS.groupby("arm")["length_of_stay"]:
        assert f"{arm} after {stays.min():g} to {stays.max():g} days" in alt
    for event in EVENTS.dropna(subset=["day"]).itertuples():
        assert f"patient {event.patient_id} {event.term.lower()} on day {event.day:g}" in alt
    (undated,) = EVENTS[EVENTS["day"].isna()].itertuples()
    assert alt.endswith(f"; {undated.term.lower()} of patient {undated.patient_id} have no day.")


@pytest.mark.parametrize(
    ("terms", "ending"),
    [
        ([], "Events: none."),
        (["Rash"], "Events: rash of patient 1 has no day."),
        (["Hives"], "Events: hives of patient 1 have no day."),
        (["Rash", "Fever"], "Events: rash of patient 1 and fever of patient 2 have no day."),
    ],
)
def test_events_without_a_day(terms, ending):
    events = EVENTS.head(len(terms)).assign(
        term=terms, day=float("nan"), patient_id=["1", "2"][: len(terms)]
    )
    drawn = figures.swimmer(
        rescat.clinical_course(PATIENTS), PATIENTS, pd.concat([events, EVENTS.head(0)]), [0]
    )
    assert drawn.alt.endswith(ending)


def test_the_forest_tells_each_interval():
    proportions = rescat.safety_proportions(EVENTS, PATIENTS, TRIAL)
    drawn = figures.interval_plot(proportions)
    for row in proportions.itertuples():
        low, high = rescat.exact_interval(row.patients, row.n)
        told = f"{row.patients} of {row.n}, {100 * low:.1f} to {100 * high:.1f} %."
        if row.patients == 0:
            told = f"0 of {row.n}, up to {100 * (1 - 0.05 ** (1 / row.n)):.0f} %."
        assert f"{row.label}: {told}" in drawn.alt


def test_oxygenation_tells_the_values_at_entry():
    drawn = figures.oxygenation_at_entry(PATIENTS)
    for arm, values in drawn.data.groupby("arm")["pao2_fio2"]:
        middle = sorted(values)[(len(values) - 1) // 2], sorted(values)[len(values) // 2]
        told = f"{values.min():g} to {values.max():g}, median {sum(middle) / 2:g} mmHg"
        assert f"{arm} {told}" in drawn.alt


@pytest.mark.slow
def test_durations_tell_the_range_of_each_panel_and_arm():
    durations = rescat.durations(PATIENTS)
    weaning = durations[durations["measure"].eq("Days to oxygen weaning")]
    for shown, number in ((durations, "Four panels "), (weaning, "One panel ")):
        alt = figures.duration_strips(shown).alt
        assert alt.startswith(number)
        for (measure, arm), days in shown.groupby(["measure", "arm"])["days"]:
            assert f"{measure}, {arm}: {days.min():g} to {days.max():g} days." in alt


@pytest.mark.parametrize(("blocks", "number"), [([], "one scheme"), ([3, 6], "three schemes")])
def test_the_distribution_tells_each_scheme(blocks, number):
    randomised = PATIENTS[PATIENTS["arm"].ne("mCTRL")]
    schemes = rescat.allocation_schemes(randomised["arm"].eq("MSC"), blocks)
    found = rescat.allocation_differences(randomised["length_of_stay"], schemes)
    alt = figures.randomisation_distribution(found.assign(origin="published"), 2.5).alt
    assert f"for {number}. Observed: +2.5 days." in alt
    for scheme, days in found.groupby("scheme")["difference"]:
        told = f"{len(days)} allocations from {days.min():+.1f} to {days.max():+.1f} days."
        assert f"{scheme}: {told}" in alt


@pytest.mark.parametrize("treated", [3, 5])
def test_the_chance_is_told_for_those_treated(treated):
    some = PATIENTS[PATIENTS["arm"].eq("MSC")].head(treated)
    chances = rescat.chances_of_seeing(some, {"5 %": 0.05, "one in three": 1 / 3})
    alt = figures.chance_of_seeing(chances, treated).alt
    assert f"for two true risks. With {treated} patients: " in alt
    assert f"{100 * (1 - 0.95**treated):.0f} % at a risk of 5 %" in alt
    assert f"{100 * (1 - (2 / 3) ** treated):.0f} % at a risk of one in three." in alt


@pytest.mark.slow
def test_what_is_not_public_is_marked_and_so_are_its_data():
    patients, events = (f.assign(origin="private") for f in (PATIENTS, EVENTS))
    drawn = [
        figures.swimmer(rescat.clinical_course(patients), patients, events, [0, 3]),
        figures.interval_plot(rescat.safety_proportions(events, patients, TRIAL)),
        figures.oxygenation_at_entry(patients),
        figures.duration_strips(rescat.durations(patients)),
        figures.chance_of_seeing(rescat.chances_of_seeing(patients, {"5 %": 0.05}), 5),
    ]
    for drawing in drawn:
        assert rescat.origin_of(drawing.data) == "private"
        assert "PRIVATE" in [text.get_text() for text in drawing.figure.texts]


def test_patients_without_an_origin_are_refused():
    with pytest.raises(rescat.OriginError, match="no column 'origin'"):
        figures.oxygenation_at_entry(PATIENTS.drop(columns="origin"))


def test_the_risk_that_none_of_five_leaves_is_told():
    limit = rescat.upper_bound_of_zero(5)
    drawn = figures.none_of_n(rescat.chances_of_none(PATIENTS), 5, limit)
    assert "falls from 100 % with no risk to 5 % with a true risk of 45 %" in drawn.alt
    assert drawn.data["probability"].is_monotonic_decreasing
