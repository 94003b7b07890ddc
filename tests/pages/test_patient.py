"""The page of one patient: all that is printed, and nothing in the place of what is not."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from shared import ROOT, audited

import rescat
from rescat import pages
from rescat.figures.safety import PHASES
from rescat.pages.patient_bar import axis_end

PATIENTS, EVENTS = rescat.load_patients(), rescat.load_events()
REPORTING = rescat.reporting_status()
CELLS = pd.read_csv(ROOT / "data/published/patients.csv", dtype=str, keep_default_na=False)
CELLS = CELLS.set_index("patient_id")
NUMBERS = [name for name in CELLS if PATIENTS[name].dtype == float and name != "length_of_stay"] + [
    "length_of_stay"
]
IDS = list(CELLS.index)


def page_of(patient: str, **tables) -> str:
    given = {"patients": PATIENTS, "reporting": REPORTING, "events": EVENTS, "audited": audited()}
    return pages.patient_page(patient, **given | tables)


def part(page: str, heading: str) -> str:
    """What follows a heading, until the next one."""
    [found] = re.findall(rf"<h2>{re.escape(heading)}</h2>(.*?)(?=<h2>|$)", page, re.DOTALL)
    return found


class Facts(HTMLParser):
    """The rows of Table 1 on a page: each name with its value."""

    def __init__(self, page: str):
        super().__init__()
        self.tag, self.rows = "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        if tag == "dt":
            self.rows.append(["", ""])

    def handle_data(self, data):
        if self.tag in ("dt", "dd"):
            self.rows[-1][self.tag == "dd"] += data.replace("\N{NO-BREAK SPACE}", " ")


NAMES = {
    "age": "Age",
    "bmi": "Body mass index",
    "days_from_diagnosis": "Days from diagnosis",
    "mews": "MEWS ",
    "sofa": "SOFA ",
    "hacor": "HACOR ",
    "rox": "ROX ",
    "gcs": "GCS ",
    "map": "Mean arterial pressure",
    "respiratory_rate": "Breaths per minute",
    "pao2_fio2": "PaO2/FiO2 ",
    "days_hfno": "Days with HFNO",
    "days_niv": "Days with NIV",
    "days_cot": "Days with COT",
    "length_of_stay": "Length of stay",
    "male": "Male sex",
    "ethnicity": "Ethnicity",
    "smoking": "Smoking habits",
    "comorbidities": "Other diseases",
    "therapy": "Drugs",
    "hfno": "High-flow oxygen (HFNO)",
    "niv": "Non-invasive ventilation (NIV)",
    "cot_only": "Only conventional oxygen",
    "msc_source": "Cells",
}


def test_the_names_are_those_of_all_rows_of_the_table():
    assert set(NAMES) == set(CELLS) - {"arm", "table_part", "time_origin"}


@pytest.mark.parametrize("patient", IDS)
def test_each_number_that_is_printed_stands_beside_its_name(patient):
    facts = dict(Facts(page_of(patient)).rows)
    for column in NUMBERS:
        cell = CELLS.loc[patient, column]
        if cell not in ("", "not reported"):
            assert facts[NAMES[column]].split()[0] == cell, column


@pytest.mark.parametrize("patient", IDS)
def test_each_word_that_is_printed_stands_beside_its_name(patient):
    facts = dict(Facts(page_of(patient)).rows)
    yes = {"y": "yes", "n": "no"}
    for column in ("male", "hfno", "niv", "cot_only", "ethnicity", "smoking", "therapy"):
        cell = CELLS.loc[patient, column]
        if cell not in ("", "not reported"):
            assert facts[NAMES[column]] == yes.get(cell, cell), column
    for word in CELLS.loc[patient, "comorbidities"].split(", "):
        assert word in facts["Other diseases"]


@pytest.mark.parametrize("patient", IDS)
def test_what_is_not_reported_is_listed_and_has_no_value(patient):
    page = page_of(patient)
    facts, lacking = dict(Facts(page).rows), part(page, "Not reported")
    for column, name in NAMES.items():
        printed = CELLS.loc[patient, column] not in ("", "not reported")
        assert (name in facts) == printed, column
        listed = re.search(rf"[:,] {re.escape(name.strip())}(, |<)", lacking)
        assert bool(listed) != printed, column
    assert all(value.strip() for value in facts.values())
    assert not {"nan", "None", "<NA>"} & set(facts.values()) or facts["Other diseases"] == "None"


def test_a_row_that_is_blank_leaves_its_place():
    """The page is made of the status of each cell, not of what a loader puts in its place."""
    status = REPORTING.copy()
    status.loc[status["patient_id"].eq("7") & status["column"].eq("bmi"), "status"] = "not reported"
    page = page_of("7", reporting=status)
    assert "Body mass index" not in dict(Facts(page).rows)
    assert "Printed as NA in Table 1: Body mass index" in part(page, "Not reported")


@pytest.mark.parametrize("patient", IDS)
def test_the_events_of_the_patient_and_no_other(patient):
    listed = part(page_of(patient), "Adverse events (Table 2)")
    own = EVENTS[EVENTS["patient_id"].eq(patient)]
    assert re.findall(r"<strong>E(\d+) ", listed) == [str(e) for e in own["event_id"]]
    for event in EVENTS.itertuples():
        assert (event.term in listed) == (event.patient_id == patient)
    for event in own.itertuples():
        words = f"day {'not reported' if pd.isna(event.day) else f'{event.day:g}'}; "
        assert words + f"severity: {event.severity}" in listed
        assert (f"{event.term} (serious)" in listed) == (event.category == "SAE")


def test_no_events_are_none_only_where_the_table_could_list_them():
    words = {p: part(page_of(p), "Adverse events (Table 2)") for p in ("1", "2", "9")}
    assert "lists none" in words["1"]
    assert "treated with cells only" in words["2"]
    assert words["9"].startswith("<p>Not reported")


def test_who_the_patient_is():
    assert "<strong>Treated with cells.</strong>" in page_of("7")
    assert "<strong>Randomised control.</strong>" in page_of("2")
    assert "<strong>Matched control from another hospital.</strong>" in page_of("9")
    assert "At enrolment" in page_of("7")
    assert "At admission" in page_of("9")


@pytest.mark.parametrize("patient", IDS)
def test_the_statements_are_those_that_name_the_patient(patient):
    listed = part(page_of(patient), "Statements of the paper that concern this patient")
    own = rescat.claims_of_patient(audited(), PATIENTS, EVENTS, patient)
    found = re.findall(r'<li><a href="../chapters/10_ledger.html#([A-Z]{3}-\d\d)">', listed)
    assert found == own["claim_id"].tolist()
    assert ("No row of the ledger names" in listed) == own.empty


def test_the_patients_before_and_after():
    first, middle, last = (page_of(p) for p in ("1", "9", "17"))
    assert 'rel="prev"' not in first
    assert '<a href="2.html" rel="next">Patient 2 →</a>' in first
    assert '<a href="8.html" rel="prev">← Patient 8</a>' in middle
    assert '<a href="10.html" rel="next">Patient 10 →</a>' in middle
    assert 'rel="next"' not in last
    assert all('<a href="index.html">All 17 patients</a>' in page for page in (first, middle, last))


@pytest.mark.parametrize("patient", IDS)
def test_the_bar_is_the_course_of_the_chapter(patient):
    """Its rectangles, from what is drawn: the place and the length of each phase."""
    page = page_of(patient)
    bar = page[page.index("<svg class") : page.index("<ul class=")]
    course = rescat.clinical_course(PATIENTS)
    own = course[course["patient_id"].eq(patient)]
    end = 42 if int(patient) < 8 else 84
    drawn = re.findall(
        r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%" height="\d+" fill="(#\w+)"', bar
    )
    assert [colour for *_, colour in drawn] == own["phase"].map(PHASES).tolist()
    for (start, width, _), row in zip(drawn, own.itertuples(), strict=True):
        assert float(start) * end / 100 == pytest.approx(row.start, abs=0.01)
        assert float(width) * end / 100 == pytest.approx(row.end - row.start, abs=0.01)
    words = re.search(r'<desc id="bar-words">(.*?)</desc>', bar)[1]
    assert f"the stay ends on day {CELLS.loc[patient, 'length_of_stay']}" in words
    for row in own.itertuples():
        assert f"day {row.start:g} to {row.end:g}" in words


def test_a_late_event_is_an_arrow_and_not_a_place():
    page = page_of("7")
    assert ">E6 →</text>" in page
    assert "(→: day 161)" in page
    assert page.count('class="event"') == 1, "two events of one day"


def test_a_patient_without_a_stay_has_no_end_of_it():
    patients = PATIENTS.copy()
    patients.loc[patients["patient_id"].eq("9"), "length_of_stay"] = float("nan")
    page = page_of("9", patients=patients)
    assert "End of the stay" not in page
    assert "the stay ends" not in page


def test_the_axis_holds_every_stay_and_each_near_event():
    course = rescat.clinical_course(PATIENTS)
    assert axis_end(course, EVENTS) == 84
    assert axis_end(course.head(0), EVENTS.head(0)) == 7


def test_patients_of_another_origin_have_no_page():
    invented = PATIENTS.assign(origin="synthetic")
    with pytest.raises(rescat.OriginError, match="'synthetic'"):
        page_of("7", patients=invented)
    with pytest.raises(rescat.OriginError, match="'synthetic'"):
        pages.patient_index(invented, REPORTING, EVENTS)


def test_links_of_a_table_are_for_the_paper_s_patients():
    criteria = rescat.entry_criteria(PATIENTS, rescat.load_trial())
    linked = pages.patient_links(criteria.head(1))["patient_id"].item()
    assert linked == pages.patient_link(criteria["patient_id"].iloc[0])
    for origin in ("synthetic", "private"):
        rows = pd.DataFrame({"patient_id": ["<b>7</b>"], "origin": origin})
        assert pages.patient_links(rows)["patient_id"].item() == "&lt;b&gt;7&lt;/b&gt;"


def test_the_index_links_every_patient_and_says_what_is_lacking():
    index = pages.patient_index(PATIENTS, REPORTING, EVENTS)
    for patient in IDS:
        assert f'<a href="{patient}.html">{patient}</a>' in index
    rows = index.split("<tr data-values=")[1:]
    assert rows[IDS.index("9")].count("<td>not reported</td><td>14</td>") == 1
