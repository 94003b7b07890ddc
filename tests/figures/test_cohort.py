"""The figures of the cohort chapter: each says its numbers in words, and gives its data."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import rescat
from rescat import figures
from rescat.figures.cohort import REPORTED

PATIENTS = rescat.load_patients()
TRIAL = rescat.load_trial()
STATUS = rescat.reporting_status()


@pytest.fixture(autouse=True)
def no_open_figures():
    yield
    plt.close("all")


def test_the_flow_is_told_box_by_box():
    flow = rescat.participant_flow(PATIENTS, rescat.load_events(), TRIAL)
    drawn = figures.flow_diagram(flow)
    randomised, matched = drawn.alt.split("Matched stream: ")
    for box in flow.itertuples():
        told = f"{box.label}{f' ({box.arm})' if box.stream == 'randomised' and box.arm else ''}"
        assert f"{told}: {box.n}" in (randomised if box.stream == "randomised" else matched)
    assert drawn.data is flow


def test_the_time_line_gives_days_and_approvals():
    periods, approvals = rescat.recruitment_periods(TRIAL), rescat.approval_dates(TRIAL)
    # Recruitment in Milan that ended a month earlier leaves a wider gap.
    earlier = periods["end"].where(periods["group"].ne("Milan ICU"), pd.Timestamp("2021-01-31"))
    for shown in (periods, periods.assign(end=earlier)):
        alt = figures.recruitment_timeline(shown, approvals).alt
        ends = shown.set_index("group")
        free = pd.date_range(ends.loc["Milan ICU", "end"], ends.loc["Modena", "start"])[1:-1]
        assert f"at least {len(free)} days" in alt
        for period in shown.query("group != 'RESCAT'").itertuples():
            assert f"{period.group}: " in alt
            assert f"{period.days} days" in alt
        for approval in approvals.itertuples():
            assert f"{approval.group} {approval.date:%d %B %Y}" in alt


@pytest.mark.parametrize(
    ("columns", "number"), [(["age"], "One panel "), (["age", "bmi", "map"], "Three panels ")]
)
def test_strips_tell_the_range_of_each_arm(columns, number):
    drawn = figures.patient_strips(PATIENTS, columns)
    assert drawn.alt.startswith(number)
    for arm, group in PATIENTS.groupby("arm"):
        for column in columns:
            assert f"{arm} {group[column].min():g} to {group[column].max():g}" in drawn.alt
    assert "Dashed lines" not in drawn.alt
    assert [*drawn.data] == ["patient_id", "arm", *columns, "origin"]


def test_strips_tell_the_criteria_that_they_draw():
    drawn = figures.patient_strips(PATIENTS, ["age"], {"age": (20.0, 75.5)})
    assert drawn.alt.endswith("Dashed lines, entry criteria: Age, years 20 and 75.5.")
    heights = [line.get_ydata()[0] for line in drawn.figure.axes[0].lines]
    assert heights == [20, 75.5]


def test_the_grid_tells_what_is_printed():
    drawn = figures.reporting_grid(STATUS)
    assert set(drawn.data["column"]) == set(REPORTED)
    assert f"{len(REPORTED)} characteristics by {len(PATIENTS)} patients" in drawn.alt
    for arm, cells in drawn.data.groupby("arm"):
        share = 100 * (cells["status"] == "printed").sum() / len(cells)
        assert f"{arm} {share:.0f} %" in drawn.alt
    assert drawn.alt.endswith(
        "Therapy, smoking, SOFA, MEWS and days with COT are not reported for matched controls; "
        "days from diagnosis and NIV have no row in their part of the table."
    )


@pytest.mark.parametrize(
    ("column", "status", "ending"),
    [
        ("pao2_fio2", "not reported", "PaO2/FiO2 is not reported for matched controls."),
        ("niv", "no such row", "NIV has no row in their part of the table."),
        ("niv", "printed", "mCTRL 100 %."),
    ],
)
def test_the_grid_tells_what_matched_controls_lack(column, status, ending):
    cells = STATUS.assign(status="printed")
    cells.loc[cells["column"].eq(column) & cells["arm"].eq("mCTRL"), "status"] = status
    assert figures.reporting_grid(cells).alt.endswith(ending)


def test_a_characteristic_that_one_control_has_is_not_called_lacking():
    cells = STATUS.assign(status="printed")
    of_controls = cells["column"].eq("sofa") & cells["arm"].eq("mCTRL")
    cells.loc[cells.index[of_controls][1:], "status"] = "not reported"
    assert "not reported for" not in figures.reporting_grid(cells).alt


def test_the_quartiles_tell_the_definitions_that_fit():
    compared = rescat.printed_quartiles(PATIENTS, rescat.load_claims())
    ages = compared["summary"].str.startswith("Age")
    without = compared.assign(reproduces=compared["reproduces"] & ~ages)
    for shown in (compared, without, compared[ages]):
        alt = figures.quartile_grid(shown).alt
        for (summary, printed), rows in shown.groupby(["summary", "printed"]):
            fits = [str(row.type) for row in rows.itertuples() if row.reproduces]
            told = f"{summary}, printed {printed}: definitions {', '.join(fits)}."
            assert (told in alt) == bool(fits)
    assert "Grid of one printed summary by" in alt


def test_patients_without_an_origin_are_refused():
    with pytest.raises(rescat.OriginError, match="no column 'origin'"):
        figures.patient_strips(PATIENTS.drop(columns="origin"), ["age"])
