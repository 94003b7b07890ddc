"""The ledger: every verdict is held, and every check can also say no."""

import inspect
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared import ROOT, audited, rewrite

import rescat
from rescat.data.contract import DATA
from rescat.ledger.verdicts import CHECKS, WITH_DETAIL, verdict

# A change in data or code that alters a verdict must be meant: then change it here too.
VERDICTS = {
    "reproduced": (
        "ABS-03 ABS-05 COH-01 COH-03 COH-04 COH-05 COH-06 COH-07 COH-08 COH-11 COH-12 COH-13 "
        "COH-16 COH-18 COH-19 COH-21 COH-22 COH-23 COH-25 COH-30 COH-40 COH-41 COH-43 COH-48 "
        "CYT-09 CYT-16 CYT-18 CYT-29 DEC-04 DEC-05 DEC-06 DEC-08 DEC-09 DIS-02 DIS-05 DIS-09 "
        "DIS-10 DIS-11 MAN-03 MAN-04 MAN-12 MAT-02 MAT-03 MAT-09 MUL-02 NEU-13 OTH-01 REC-02 "
        "REC-03 REC-04 REC-05 REF-02 REF-04 REF-11 REF-14 REF-15 REF-21 REF-22 REF-24 REF-30 "
        "REF-34 REF-39 REF-40 REF-41 SAF-01 SAF-03 SAF-05 SAF-12 SAF-14 SAF-15 SAF-16 SAF-34 "
        "SAF-36 SAF-40 SAF-41"
    ),
    "consistent within rounding": (
        "COH-09 CYT-01 CYT-02 CYT-03 NEU-01 SLO-08 SLO-09 SLO-10 SLO-11 SLO-12 SLO-13"
    ),
    "can be right if": (
        "ABS-02 ABS-09 ABS-15 ABS-16 ABS-17 COH-02 COH-10 COH-14 COH-20 COH-29 COH-31 COH-33 "
        "COH-34 COH-36 COH-37 COH-38 COH-39 COH-42 COH-49 COH-50 COH-52 COH-53 CYT-04 CYT-25 "
        "CYT-28 DEC-11 DIS-14 MAN-05 MAT-01 MUL-01 MUL-03 MUL-05 MUL-06 MUL-07 MUL-08 MUL-09 "
        "NEU-02 NEU-03 NEU-06 NEU-08 NEU-11 NEU-12 NEU-14 REF-01 REF-06 REF-09 REF-10 REF-12 "
        "REF-16 REF-18 REF-28 REF-29 REF-31 REF-32 REF-36 REF-38 REF-43 REF-45 SAF-04 SAF-06 "
        "SAF-07 SAF-08 SAF-11 SAF-13 SAF-18 SAF-21 SAF-22 SAF-23 SAF-24 SAF-26 SAF-27 SAF-31 "
        "SAF-35 SAF-37 SAF-39 SAF-46 SLO-05 SLO-06 SLO-07 SLO-14 SLO-15 SLO-16 SLO-17 SLO-19"
    ),
    "not reproduced": "",
    "cannot both be right": (
        "COH-26 COH-35 CYT-15 DEC-07 DEC-13 REC-01 REF-08 REF-13 REF-27 REF-33 REF-35 REF-37 "
        "SAF-09 SAF-17 TYP-10"
    ),
    "stronger than the figures": (
        "ABS-01 ABS-04 ABS-06 ABS-08 ABS-10 ABS-11 ABS-12 CYT-05 CYT-08 CYT-10 CYT-21 CYT-22 "
        "CYT-23 CYT-24 CYT-30 DIS-07 DIS-08 INT-01 INT-03 MAT-07 MUL-04 NEU-04 NEU-09 REF-17 "
        "REF-19 REF-20 SAF-28 SAF-29 SAF-32 SAF-51 SLO-04"
    ),
    "the source says otherwise": "REF-05 REF-23 REF-25 SAF-10 SAF-49",
    "not read": (
        "CYT-06 CYT-07 CYT-12 CYT-13 CYT-14 CYT-20 DEC-15 MAN-11 MAT-04 NEU-05 REC-06 REF-03 "
        "REF-07 REF-26 REF-42 REF-44 REF-46 SLO-02 SLO-20 SLO-21"
    ),
    "not checkable": (
        "ABS-07 ABS-13 COH-15 COH-17 COH-24 COH-27 COH-28 COH-32 COH-44 COH-45 COH-46 COH-47 "
        "COH-51 CYT-11 CYT-17 CYT-19 CYT-26 CYT-27 DEC-01 DEC-02 DEC-03 DEC-10 DEC-14 DIS-01 "
        "DIS-03 DIS-04 DIS-06 INT-02 MAN-01 MAN-02 MAN-06 MAN-07 MAN-08 MAN-09 MAN-13 MAN-14 "
        "MAN-15 MAN-16 MAN-17 MAN-18 MAN-19 MAT-05 MAT-06 MAT-08 MAT-10 MUL-11 NEU-07 NEU-10 "
        "SAF-02 SAF-19 SAF-20 SAF-25 SAF-30 SAF-33 SAF-38 SAF-42 SAF-43 SAF-44 SAF-45 SAF-47 "
        "SAF-48 SAF-50 SLO-01 SLO-03 SLO-18"
    ),
    "a slip": (
        "ABS-18 MAN-10 TYP-01 TYP-02 TYP-03 TYP-04 TYP-05 TYP-06 TYP-07 TYP-08 TYP-09 TYP-11 "
        "TYP-12 TYP-13 TYP-14 TYP-15 TYP-16 TYP-17 TYP-18 TYP-19 TYP-20 TYP-21 TYP-22 TYP-23 "
        "TYP-24 TYP-25 TYP-26 TYP-27 TYP-28 TYP-29"
    ),
}


def test_verdicts_are_held():
    held = {claim: verdict for verdict, claims in VERDICTS.items() for claim in claims.split()}
    found = dict(zip(audited()["claim_id"], audited()["verdict"], strict=True))
    moved = [
        f"{claim}: found {found.get(claim, 'no such claim')!r}, held {held.get(claim, 'nothing')!r}"
        for claim in sorted(held.keys() | found)
        if held.get(claim) != found.get(claim)
    ]
    assert not moved, (
        "\n".join(moved) + "\nIf this is meant, write the claim below its verdict in VERDICTS of "
        "tests/ledger/test_audit.py; a release lists it in CHANGELOG.md."
    )


def test_every_row_has_a_verdict_and_its_ground():
    assert set(audited()["verdict"]) <= set(rescat.VERDICTS)
    assert (audited()["recomputed"].ne("") | audited()["explanation"].ne("")).all()
    conditional = audited()["verdict"].isin(WITH_DETAIL)
    assert (audited()["detail"].ne("") == conditional).all()


def test_every_check_is_used_and_explained():
    assert set(rescat.load_claims()["check"].dropna()) == set(CHECKS)
    assert all(inspect.getdoc(function) for function in CHECKS.values())


def test_claims_that_are_pointed_at_exist():
    known = set(audited()["claim_id"])
    for text in [*audited()["detail"], *audited()["explanation"]]:
        pointed = {
            w.strip(",.;:()")
            for w in text.split()
            if re.fullmatch(r"[A-Z]{3}-\d{2}", w.strip(",.;:()"))
        }
        assert pointed <= known


def claims_called(claim_id):
    claims = rescat.load_claims()
    return claims[claims["claim_id"].eq(claim_id)]


def with_change(table, claim_id, column, value, where=None):
    """The verdict of one claim when a cell of the paper's table were different."""
    tables = rescat.Tables()
    frame = getattr(tables, table).copy()
    rows = slice(None) if where is None else where(frame)
    frame.loc[rows, column] = value
    setattr(tables, table, frame)
    claims = claims_called(claim_id)
    return rescat.audit(claims, tables)["verdict"].iloc[0]


def with_text(claim_id, old, new):
    """The verdict of one claim when the text of the paper were different."""
    tables = rescat.Tables()
    assert old in tables.paper
    tables.paper = tables.paper.replace(old, new)
    claims = claims_called(claim_id)
    return rescat.audit(claims, tables)["verdict"].iloc[0]


def with_cell(claim_id, **cells):
    """The verdict of one claim when the paper printed other words or figures."""
    claims = claims_called(claim_id).assign(**cells)
    return rescat.audit(claims)["verdict"].iloc[0]


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


def matched(frame):
    return frame["arm"].eq("mCTRL")


def treated_slope(frame):
    return frame["term"].eq("treated")


def item(name, group):
    return lambda frame: frame["item"].eq(name) & frame["group"].eq(group)


def marker(name):
    return lambda frame: frame["marker"].eq(name)


def reference(number):
    return lambda frame: frame["reference"].eq(number)


def discharged(frame):
    return frame["fact"].str.contains("discharged")


def within_groups(frame):
    return frame["term"].ne("difference")


def milan_end(frame):
    return frame["item"].eq("recruitment_end") & frame["group"].eq("Milan ICU")


# What a check says when a table of the paper were different.
CHANGED_TABLES = [
    ("patients", "COH-01", "arm", "MSC", None, "not reproduced"),
    ("patients", "COH-02", "msc_source", "AT", msc, "not reproduced"),
    ("patients", "COH-04", "msc_source", "AT", msc, "not reproduced"),
    ("patients", "COH-06", "arm", "CTRL", matched, "not reproduced"),
    ("patients", "COH-08", "male", True, None, "not reproduced"),
    ("patients", "COH-09", "age", 70.0, msc, "not reproduced"),
    ("patients", "COH-10", "age", 70.0, msc, "not reproduced"),
    ("patients", "COH-11", "pao2_fio2", 90.0, None, "not reproduced"),
    ("patients", "COH-12", "sofa", 3.0, None, "not reproduced"),
    ("patients", "COH-13", "rox", 10.0, None, "not reproduced"),
    ("patients", "COH-14", "therapy", "none", None, "not reproduced"),
    ("patients", "COH-16", "therapy", "Steroids", None, "not reproduced"),
    ("patients", "COH-19", "hfno", False, None, "not reproduced"),
    ("patients", "COH-20", "hfno", False, None, "can be right if"),
    ("patients", "COH-21", "age", 85.0, None, "not reproduced"),
    ("patients", "COH-22", "pao2_fio2", 320.0, None, "not reproduced"),
    (
        "trial",
        "COH-25",
        "value",
        "2021-06-01",
        item("recruitment_start", "Modena"),
        "not reproduced",
    ),
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
    ("trial", "DIS-02", "value", "5", item("register_target", "all ages"), "not reproduced"),
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
    ("slopes", "CYT-01", "p_value", 0.5, controls_slope, "cannot both be right"),
    ("slopes", "CYT-02", "p_value", 0.5, controls_slope, "cannot both be right"),
    ("slopes", "CYT-03", "p_value", 0.03, difference, "can be right if"),
    ("slopes", "CYT-04", "p_value", 0.04, difference, "consistent within rounding"),
    ("slopes", "NEU-01", "p_value", 1e-9, controls_slope, "cannot both be right"),
    ("slopes", "NEU-02", "p_value", 0.5, difference, "cannot both be right"),
    ("slopes", "NEU-03", "slope", 0.003, controls_slope, "not checkable"),
    ("slopes", "MUL-03", "p_value", 0.2, difference, "not reproduced"),
    ("slopes", "MUL-04", "p_value", 0.01, difference, "can be right if"),
    ("slopes", "MUL-05", "p_value", 0.0001, difference, "reproduced"),
    ("slopes", "MUL-06", "p_value", 0.01, difference, "not checkable"),
    ("slopes", "MUL-07", "p_value", 0.2, difference, "not reproduced"),
    ("slopes", "MUL-08", "p_value", 0.2, difference, "reproduced"),
    ("slopes", "ABS-04", "p_value", 0.2, difference, "stronger than the figures"),
    ("slopes", "MUL-09", "p_value", None, within_groups, "reproduced"),
    ("slopes", "SLO-05", "ci_high", 0.015, controls_slope, "reproduced"),
    ("slopes", "SLO-06", "ci_high", 0.009, controls_slope, "reproduced"),
    ("slopes", "SLO-07", "ci_high", 0.033, controls_slope, "reproduced"),
    ("patients", "SAF-34", "hfno", True, None, "not reproduced"),
    ("patients", "SAF-40", "niv", True, None, "not reproduced"),
    ("patients", "COH-36", "sofa", 1.0, None, "not reproduced"),
    ("patients", "COH-36", "pao2_fio2", 450.0, None, "can be right if"),
    ("patients", "COH-37", "pao2_fio2", 140.0, None, "not reproduced"),
    ("patients", "COH-38", "respiratory_rate", 35.0, None, "not reproduced"),
    ("patients", "COH-39", "rox", 30.0, None, "not reproduced"),
    ("patients", "COH-40", "cot_only", True, None, "not reproduced"),
    ("trial", "COH-41", "item", "none", item("patients_enrolled", "Vicenza"), "not reproduced"),
    ("patients", "COH-50", "comorbidities", "None", None, "reproduced"),
    ("patients", "ABS-16", "niv", True, None, "reproduced"),
    ("patients", "COH-48", "msc_source", "AT", msc, "not reproduced"),
    ("events", "SAF-35", "category", "AE", event(4), "not reproduced"),
    ("events", "SAF-36", "relation", "Probably", None, "not reproduced"),
    ("events", "SAF-37", "day", 5.0, None, "reproduced"),
    ("events", "SAF-38", "day", 400.0, None, "not reproduced"),
    ("patients", "SAF-39", "days_cot", np.nan, None, "not reproduced"),
    ("patients", "ABS-01", "arm", "CTRL", matched, "reproduced"),
    ("patients", "ABS-02", "respiratory_rate", 35.0, None, "reproduced"),
    ("patients", "ABS-02", "pao2_fio2", 450.0, None, "not reproduced"),
    ("patients", "COH-30", "pao2_fio2", 90.0, None, "not reproduced"),
    ("events", "SAF-50", "day", 1.0, None, "reproduced"),
    ("outside_facts", "SAF-49", "value", "20", discharged, "reproduced"),
    ("trial", "DIS-14", "value", "7", item("enrolled_2022_01_29", "RESCAT"), "reproduced"),
    ("trial", "ABS-17", "value", "5", item("register_target", "all ages"), "reproduced"),
    ("slopes", "ABS-03", "p_value", 0.2, controls_slope, "not reproduced"),
    ("slopes", "ABS-04", "p_value", 0.01, difference, "reproduced"),
    ("slopes", "ABS-06", "p_value", 0.06, difference, "stronger than the figures"),
    ("slopes", "ABS-07", "p_value", 0.01, difference, "cannot both be right"),
    ("slopes", "ABS-08", "ci_high", -0.001, treated_slope, "reproduced"),
    ("slopes", "CYT-09", "p_value", 0.06, difference, "cannot both be right"),
    ("slopes", "CYT-10", "ci_high", -0.001, treated_slope, "reproduced"),
    ("slopes", "CYT-23", "ci_high", -0.001, treated_slope, "reproduced"),
    ("slopes", "SLO-08", "ci_high", 0.014, treated_slope, "not reproduced"),
    ("slopes", "SLO-14", "p_value", 0.2, controls_slope, "can be right if"),
    ("slopes", "SLO-14", "p_value", 0.022, difference, "consistent within rounding"),
    ("slopes", "SLO-15", "p_value", 0.04, difference, "consistent within rounding"),
    ("slopes", "SLO-16", "p_value", 0.5, difference, "can be right if"),
    ("patients", "SLO-17", "time_origin", "enrolment", None, "reproduced"),
    ("markers", "CYT-18", "printed", "below detection", marker("NFL"), "not reproduced"),
    ("markers", "ABS-12", "printed", "limits", None, "reproduced"),
    (
        "trial",
        "DEC-01",
        "value",
        "2021-06-01",
        item("ethics_approval", "Milan"),
        "not reproduced",
    ),
    (
        "trial",
        "DEC-06",
        "value",
        "2025-01-01",
        item("article_accepted", "journal"),
        "not reproduced",
    ),
    ("trials", "DIS-11", "treated_patients", 1_000_000, None, "not reproduced"),
    ("meta_analyses", "OTH-01", "i2_percent", 60.0, None, "the source says otherwise"),
    ("cited_results", "REF-20", "treated_events", 15, reference(26), "reproduced"),
    ("cited_results", "REF-25", "ci_low", 1.0, reference(30), "the source says otherwise"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "claim_id", "column", "value", "where", "verdict"), CHANGED_TABLES
)
def test_checks_can_say_otherwise(table, claim_id, column, value, where, verdict):
    assert with_change(table, claim_id, column, value, where) == verdict


# What a check says when the text of the paper were different.
CHANGED_TEXTS = [
    ("COH-49", "±", "to", "reproduced"),
    ("CYT-17", "IL-33, IL-4", "IL-4", "not reproduced"),
    ("CYT-19", "Biomarkers analysis", "CRP", "reproduced"),
    ("REC-05", "15 ± 3.7 days", "16 ± 3.7 days", "not reproduced"),
    ("CYT-29", "There were no deaths", "P = 0.5. There were no deaths", "not reproduced"),
    ("DEC-05", "20-001577-70)", "20-001577-71)", "cannot both be right"),
    ("DEC-05", "2020-001577", "20", "not reproduced"),
    ("DEC-07", "San Bartolo", "San Bortolo", "reproduced"),
    ("DEC-08", "eFigure 2–8", "eFigure 2–7", "not reproduced"),
    ("REF-39", "since mid-2020 [44]", "since mid-2020", "not reproduced"),
    ("REF-39", "since mid-2020 [44]", "since mid-2020 [46]", "not reproduced"),
    ("REF-40", "tissue damages [4]", "tissue damages [6]", "not reproduced"),
    ("REF-41", "10.1016/j.jcyt.2022.10.003", "10.1056/NEJMoa2021436", "not reproduced"),
]


@pytest.mark.parametrize(("claim_id", "old", "new", "verdict"), CHANGED_TEXTS)
def test_checks_of_the_text_can_say_otherwise(claim_id, old, new, verdict):
    assert with_text(claim_id, old, new) == verdict


# What a check says when the paper printed other words or figures.
CHANGED_CELLS = [
    ("MUL-01", {"printed": "19"}, "not reproduced"),
    ("MUL-02", {"printed": "2"}, "not reproduced"),
    ("SAF-24", {"printed": "4; 5"}, "not reproduced"),
    ("SAF-35", {"printed": "2; 1"}, "reproduced"),
    ("SAF-41", {"printed": "15.33; 3.7"}, "not reproduced"),
    ("SLO-09", {"printed": "0.02; 0; 0.025"}, "not reproduced"),
    ("CYT-16", {"printed": "18"}, "not reproduced"),
    ("ABS-06", {"arguments": "marker=IL1RA"}, "reproduced"),
    ("REF-08", {"quotation": "results [9], while a meta-analysis [10]"}, "reproduced"),
]


@pytest.mark.parametrize(("claim_id", "cells", "verdict"), CHANGED_CELLS)
def test_checks_see_what_is_printed(claim_id, cells, verdict):
    assert with_cell(claim_id, **cells) == verdict


WORDS_OF_A_VERDICT = {
    *("REPRODUCED", "WITHIN_ROUNDING", "RIGHT_IF", "NOT_REPRODUCED", "NOT_BOTH", "STRONGER"),
    *("SOURCE_DIFFERS", "NOT_READ", "NOT_CHECKABLE"),
    *("compare", "holds"),
}


def test_every_check_that_decides_is_seen_to_say_otherwise():
    """All but those that give one verdict whatever the tables hold."""
    checks = audited().set_index("claim_id")["check"]
    cases = {case[1] for case in CHANGED_TABLES}
    cases |= {case[0] for case in [*CHANGED_TEXTS, *CHANGED_CELLS]} | {"COH-42"}  # COH-42: below
    missing = [
        f"{name} in {CHECKS[name].__module__}"
        for name in sorted(set(CHECKS) - set(checks[sorted(cases)]))
        if len(WORDS_OF_A_VERDICT & set(CHECKS[name].__code__.co_names)) != 1
        or {"compare", "holds"} & set(CHECKS[name].__code__.co_names)
    ]
    assert not missing, (
        "\n".join(missing)
        + "\nNothing shows that these checks can say anything else: add a case to "
        "CHANGED_TABLES, CHANGED_TEXTS or CHANGED_CELLS of tests/ledger/test_audit.py, with the "
        "verdict that it must get."
    )


def test_patients_of_the_trial_alone_are_reported_individually():
    tables = rescat.Tables()
    tables.patients = tables.arm("MSC", "CTRL")
    claims = rescat.load_claims().query("claim_id == 'COH-42'")
    assert rescat.audit(claims, tables)["verdict"].iloc[0] == "reproduced"


def test_a_slope_that_is_not_in_the_middle_is_found():
    tables = rescat.Tables()
    rows = tables.slopes["marker"].eq("IL1RA") & tables.slopes["term"].eq("treated")
    tables.slopes.loc[rows, "ci_high"] = 0.014
    claims = rescat.load_claims().query("claim_id == 'SLO-08'")
    claims = claims.assign(printed="-0.007; -0.019; 0.014")
    assert rescat.audit(claims, tables)["verdict"].iloc[0] == "not reproduced"


def test_a_cited_trial_with_a_difference():
    tables = rescat.Tables()
    rows = tables.cited_results["reference"].eq(30)
    tables.cited_results.loc[rows, ["ci_low", "ci_high"]] = 1.0, 13.8
    claims = rescat.load_claims().query("claim_id == 'REF-25'")
    assert rescat.audit(claims, tables)["verdict"].iloc[0] == "reproduced"


def test_a_note_stands_behind_what_a_check_explains():
    explained = audited().set_index("claim_id").loc["REF-20", "explanation"]
    assert explained.startswith("Source: https://")
    assert explained.endswith("(REF-19).")


def test_a_row_without_check_and_verdict_is_refused():
    claims = rescat.load_claims().query("claim_id == 'COH-15'").assign(typed_verdict=None)
    with pytest.raises(rescat.DataError, match="claim COH-15"):
        rescat.audit(claims)


def test_an_unknown_check_is_refused():
    claims = rescat.load_claims().query("claim_id == 'COH-01'").assign(check="guess")
    with pytest.raises(rescat.DataError, match="found 'guess'"):
        rescat.audit(claims)


def test_counts_cover_every_claim():
    counts = rescat.verdict_counts(audited())
    assert list(counts.index) == list(rescat.VERDICTS)
    assert counts.sum() == len(audited())
    assert isinstance(counts, pd.Series)


@pytest.mark.slow
def test_the_ledger_of_private_data_is_private(tmp_path):
    for name in ("patients.csv", "events.csv"):
        shutil.copy(DATA / "published" / name, tmp_path / name)
    audited = rescat.audit(tables=rescat.Tables(tmp_path))
    assert set(audited["origin"]) == {"private"}


def test_the_whole_ledger_is_remembered_by_the_bytes_of_its_tables(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("private"))
    for module in ("validation", "contract", "loaders", "paper", "supplement"):
        monkeypatch.setattr(f"rescat.data.{module}.DATA", tmp_path / "data", raising=False)
    monkeypatch.setattr("rescat.data.contract._PACKAGE", tmp_path / "data" / "datapackage.json")
    ledger = tmp_path / "data" / "published" / "claims.csv"  # one row is enough to see it
    claims = pd.read_csv(ledger, dtype=str, keep_default_na=False)
    claims[claims["claim_id"].eq("DEC-08")].to_csv(ledger, index=False)
    rescat.refresh_checksums()

    def verdict_of(claim):
        audited = rescat.audit()
        found = audited.set_index("claim_id").loc[claim, "verdict"]
        audited["verdict"] = "changed"  # of this caller alone
        return found

    assert verdict_of("DEC-08") == verdict_of("DEC-08") == "reproduced"
    paper = tmp_path / "data" / "published" / "paper.txt"
    times = paper.stat().st_atime_ns, paper.stat().st_mtime_ns
    rewrite(paper, "eFigure 2–8", "eFigure 2–7")
    os.utime(paper, ns=times)
    assert verdict_of("DEC-08") == "not reproduced"


@pytest.mark.slow
def test_data_without_events_do_not_stop_the_audit():
    tables = rescat.Tables()
    tables.events = tables.events.iloc[:0]
    audited = rescat.audit(tables=tables).set_index("claim_id")["verdict"]
    assert audited["SAF-01"] == "not reproduced"
    assert audited["SAF-28"] == "stronger than the figures"


def test_each_row_names_the_file_of_its_check():
    typed = audited()["check"].eq("typed judgement")
    assert audited().loc[typed, "source"].eq("").all()
    for row in audited()[~typed].itertuples():
        assert f"\ndef {row.check}(" in (ROOT / row.source).read_text(encoding="utf-8")
        assert rescat.source_of(row.check) == row.source


def test_helpers_are_no_checks_and_every_other_file_has_some():
    files = {path.name for path in (ROOT / "rescat" / "ledger" / "checks").glob("*.py")}
    sources = {Path(source).name for source in audited()["source"] if source}
    assert files - sources == {"__init__.py", "compare.py"}


def test_two_checks_of_one_name_are_refused():
    known = CHECKS["arm_counts"]

    def arm_counts(claim, tables):
        """A check of another file that has the same name."""

    with pytest.raises(rescat.DataError) as refusal:
        verdict(arm_counts)
    for words in ("arm_counts", "rescat/ledger/checks/cohort.py", "test_audit.py", "rename one"):
        assert words in str(refusal.value)
    assert CHECKS["arm_counts"] is known
    assert verdict(known) is known
