"""The ledger: every verdict is held, and every check can also say no."""

import inspect
import shutil

import pandas as pd
import pytest

import rescat
from rescat.audit import _CHECKS
from rescat.datapackage import DATA

AUDITED = rescat.audit()

# A change in data or code that alters a verdict must be meant: then change it here too.
VERDICTS = {
    "reproduced": (
        "COH-01 COH-03 COH-04 COH-05 COH-06 COH-07 COH-08 COH-11 COH-12 COH-13 COH-16 "
        "COH-18 COH-19 COH-21 COH-22 COH-23 COH-25 MAN-03 MAN-04 MAN-12 MAT-02 MAT-09 MUL-02 "
        "SAF-01 "
        "SAF-03 SAF-05 SAF-12 SAF-14 SAF-15 SAF-16 SAF-34"
    ),
    "consistent within rounding": ("COH-09 CYT-01 CYT-02 CYT-03 NEU-01"),
    "attainable only if": (
        "COH-02 COH-14 MAN-05 MAT-01 MUL-01 MUL-03 MUL-05 MUL-06 MUL-07 "
        "NEU-02 SAF-04 SAF-06 SAF-07 SAF-08 SAF-11 SAF-13 SAF-18 "
        "SAF-22 "
        "SAF-23 SAF-24 SLO-05 SLO-06 SLO-07"
    ),
    "not reproduced": (""),
    "in tension with": (
        "COH-10 COH-20 COH-26 COH-31 COH-33 COH-34 COH-35 CYT-04 CYT-08 MAN-10 MAT-03 MAT-07 "
        "MUL-04 MUL-08 MUL-09 MUL-10 "
        "NEU-03 NEU-04 NEU-06 SAF-09 SAF-10 "
        "SAF-17 SAF-26 SAF-27 SAF-29 SAF-31 SAF-32 SLO-04"
    ),
    "not checkable": (
        "COH-15 COH-17 COH-24 COH-27 COH-28 COH-29 COH-30 COH-32 CYT-05 CYT-06 CYT-07 "
        "MAN-01 MAN-02 MAN-06 MAN-07 MAN-08 MAN-09 MAN-11 MAN-13 MAT-04 MAT-05 MAT-06 MAT-08 "
        "MUL-11 "
        "NEU-05 NEU-07 SAF-02 SAF-19 SAF-20 SAF-21 SAF-25 SAF-28 SAF-30 SAF-33 SLO-01 SLO-02 "
        "SLO-03"
    ),
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts_are_held(verdict):
    found = AUDITED.loc[AUDITED["verdict"].eq(verdict), "claim_id"]
    assert sorted(found) == VERDICTS[verdict].split()


def test_every_row_has_a_verdict_and_its_ground():
    assert set(AUDITED["verdict"]) <= set(rescat.VERDICTS)
    assert (AUDITED["recomputed"].ne("") | AUDITED["explanation"].ne("")).all()
    conditional = AUDITED["verdict"].isin(["attainable only if", "in tension with"])
    assert (AUDITED["detail"].ne("") == conditional).all()


def test_every_check_is_used_and_explained():
    assert set(rescat.load_claims()["check"].dropna()) == set(_CHECKS)
    assert all(inspect.getdoc(function) for function in _CHECKS.values())


def test_claims_that_are_pointed_at_exist():
    known = set(AUDITED["claim_id"])
    for text in [*AUDITED["detail"], *AUDITED["explanation"]]:
        pointed = {
            w.strip(",.;:")
            for w in text.split()
            if w[:4] in ("COH-", "CYT-", "MAN-", "MAT-", "MUL-", "NEU-", "SAF-", "SLO-")
        }
        assert pointed <= known


def with_change(table, claim_id, column, value, where=None):
    """The verdict of one claim when a cell of the paper's table were different."""
    tables = rescat.Tables()
    frame = getattr(tables, table).copy()
    rows = slice(None) if where is None else where(frame)
    frame.loc[rows, column] = value
    setattr(tables, table, frame)
    claims = rescat.load_claims().query("claim_id == @claim_id")
    return rescat.audit(claims, tables)["verdict"].iloc[0]


def msc(frame):
    return frame["arm"].eq("MSC")


def event(*numbers):
    return lambda frame: frame["event_id"].isin(numbers)


def quantity(name):
    return lambda frame: frame["quantity"].eq(name)


def difference(frame):
    return frame["term"].eq("difference")


def controls_slope(frame):
    return frame["term"].eq("control")


def within_groups(frame):
    return frame["term"].ne("difference")


def milan_end(frame):
    return frame["item"].eq("recruitment_end") & frame["group"].eq("Milan ICU")


@pytest.mark.parametrize(
    ("table", "claim_id", "column", "value", "where", "verdict"),
    [
        ("patients", "COH-01", "arm", "MSC", None, "not reproduced"),
        ("patients", "COH-02", "msc_source", "AT", msc, "not reproduced"),
        ("patients", "COH-04", "msc_source", "AT", msc, "not reproduced"),
        ("patients", "COH-08", "male", True, None, "not reproduced"),
        ("patients", "COH-09", "age", 70.0, msc, "not reproduced"),
        ("patients", "COH-10", "age", 70.0, msc, "not reproduced"),
        ("patients", "COH-11", "pao2_fio2", 90.0, None, "not reproduced"),
        ("patients", "COH-12", "sofa", 3.0, None, "not reproduced"),
        ("patients", "COH-13", "rox", 10.0, None, "not reproduced"),
        ("patients", "COH-14", "therapy", "none", None, "not reproduced"),
        ("patients", "COH-16", "therapy", "Steroids", None, "not reproduced"),
        ("patients", "COH-19", "hfno", False, None, "not reproduced"),
        ("patients", "COH-20", "hfno", False, None, "in tension with"),
        ("patients", "COH-21", "age", 85.0, None, "not reproduced"),
        ("patients", "COH-22", "pao2_fio2", 320.0, None, "not reproduced"),
        ("patients", "COH-31", "time_origin", "admission", None, "reproduced"),
        ("patients", "COH-33", "therapy", "none", None, "reproduced"),
        ("patients", "COH-35", "niv", False, None, "reproduced"),
        (
            "manufacturing",
            "MAN-03",
            "value",
            3.0,
            quantity("dmso_volume"),
            "not reproduced",
        ),
        ("patients", "MAT-01", "male", True, msc, "not reproduced"),
        ("trial", "MAT-02", "value", "2021-04", milan_end, "not reproduced"),
        ("patients", "MAT-07", "hfno", True, None, "reproduced"),
        ("patients", "MAT-09", "therapy", "Steroids", None, "not reproduced"),
        ("events", "SAF-01", "category", "AE", event(4), "not reproduced"),
        ("events", "SAF-02", "patient_id", "2", event(1), "not reproduced"),
        ("events", "SAF-03", "category", "SAE", event(1), "not reproduced"),
        ("events", "SAF-04", "relation", "Unrelated", None, "reproduced"),
        ("events", "SAF-04", "relation", "Definitely", None, "not reproduced"),
        ("events", "SAF-05", "relation", "Unlikely", None, "not reproduced"),
        ("events", "SAF-07", "day", 20.0, None, "not reproduced"),
        ("events", "SAF-07", "outcome", "Fatal", event(1), "not reproduced"),
        ("events", "SAF-08", "day", 100.0, None, "not reproduced"),
        ("events", "SAF-08", "outcome", "Resolved", None, "not reproduced"),
        ("events", "SAF-09", "severity", "Severe", None, "reproduced"),
        ("events", "SAF-10", "severity", "Life-threatening", event(4, 6), "reproduced"),
        ("events", "SAF-11", "relation", "Probably", None, "not reproduced"),
        ("events", "SAF-12", "relation", "Probably", None, "not reproduced"),
        ("events", "SAF-23", "concomitant_medication", False, None, "reproduced"),
        ("events", "SAF-23", "term", "Cough", None, "not reproduced"),
        ("patients", "SAF-13", "days_cot", 9.0, None, "not reproduced"),
        ("patients", "SAF-15", "length_of_stay", 9.0, None, "not reproduced"),
        ("patients", "SAF-17", "length_of_stay", 9.0, None, "not reproduced"),
        ("patients", "SAF-18", "length_of_stay", 30.0, None, "not reproduced"),
        ("patients", "SAF-22", "days_cot", 0.0, msc, "not reproduced"),
        ("patients", "SAF-26", "days_hfno", 1.0, None, "reproduced"),
        ("slopes", "CYT-01", "p_value", 0.2, controls_slope, "in tension with"),
        ("slopes", "CYT-02", "p_value", 0.06, controls_slope, "in tension with"),
        ("slopes", "CYT-03", "p_value", 0.03, difference, "attainable only if"),
        ("slopes", "CYT-04", "p_value", 0.04, difference, "consistent within rounding"),
        ("slopes", "NEU-01", "p_value", 1e-9, controls_slope, "in tension with"),
        ("slopes", "NEU-02", "p_value", 0.5, difference, "in tension with"),
        ("slopes", "NEU-03", "slope", 0.003, controls_slope, "not checkable"),
        ("slopes", "MUL-03", "p_value", 0.2, difference, "not reproduced"),
        ("slopes", "MUL-04", "p_value", 0.01, difference, "attainable only if"),
        ("slopes", "MUL-05", "p_value", 0.0001, difference, "reproduced"),
        ("slopes", "MUL-06", "p_value", 0.01, difference, "not checkable"),
        ("slopes", "MUL-07", "p_value", 0.2, difference, "not reproduced"),
        ("slopes", "MUL-08", "p_value", 0.2, difference, "reproduced"),
        ("slopes", "MUL-09", "p_value", None, within_groups, "reproduced"),
        ("slopes", "SLO-05", "ci_high", 0.015, controls_slope, "reproduced"),
        ("slopes", "SLO-06", "ci_high", 0.009, controls_slope, "reproduced"),
        ("slopes", "SLO-07", "ci_high", 0.033, controls_slope, "reproduced"),
        ("patients", "SAF-34", "hfno", True, None, "not reproduced"),
    ],
)
def test_checks_can_say_otherwise(table, claim_id, column, value, where, verdict):
    assert with_change(table, claim_id, column, value, where) == verdict


def test_another_number_of_tests_or_of_hits_expected_is_not_reproduced():
    claims = rescat.load_claims().query("claim_id in ['MUL-01', 'MUL-02']")
    audited = rescat.audit(claims.assign(printed=["24", "2"]))
    assert set(audited["verdict"]) == {"not reproduced"}


def test_a_row_without_check_and_verdict_is_refused():
    claims = rescat.load_claims().query("claim_id == 'COH-15'").assign(typed_verdict=None)
    with pytest.raises(rescat.DataError, match="claim COH-15"):
        rescat.audit(claims)


def test_an_unknown_check_is_refused():
    claims = rescat.load_claims().query("claim_id == 'COH-01'").assign(check="guess")
    with pytest.raises(rescat.DataError, match="found 'guess'"):
        rescat.audit(claims)


def test_counts_cover_every_claim():
    counts = rescat.verdict_counts(AUDITED)
    assert list(counts.index) == list(rescat.VERDICTS)
    assert counts.sum() == len(AUDITED)
    assert isinstance(counts, pd.Series)


def test_the_ledger_of_private_data_is_private(tmp_path):
    for name in ("patients.csv", "events.csv"):
        shutil.copy(DATA / "published" / name, tmp_path / name)
    audited = rescat.audit(tables=rescat.Tables(tmp_path))
    assert set(audited["origin"]) == {"private"}


def test_data_without_events_do_not_stop_the_audit():
    tables = rescat.Tables()
    tables.events = tables.events.iloc[:0]
    audited = rescat.audit(tables=tables).set_index("claim_id")["verdict"]
    assert audited["SAF-01"] == "not reproduced"
    assert audited["SAF-28"] == "not checkable"
