"""The tables against the text of the paper, read a second time by this parser."""

import csv
import re
from datetime import datetime

import pytest

from rescat.data.contract import DATA

PUBLISHED = DATA / "published"
TEXT = (PUBLISHED / "paper.txt").read_text(encoding="utf-8")
WORDS = re.sub(r"\s+", " ", TEXT)
RECORD = (PUBLISHED / "repository_record.txt").read_text(encoding="utf-8")
DOCUMENTS = {"article": WORDS, "repository record": re.sub(r"\s+", " ", RECORD)}

# Row label in the paper (its beginning) to our column.
TABLE_1 = {
    "Type of MSC": "msc_source",
    "Age, years": "age",
    "Ethnicity": "ethnicity",
    "Male sex": "male",
    "BMI": "bmi",
    "Days from diagnosis": "days_from_diagnosis",
    "MEWS, score": "mews",
    "Comorbidities": "comorbidities",
    "Smoking habits": "smoking",
    "SOFA, score": "sofa",
    "HACOR, score": "hacor",
    "ROX, index": "rox",
    "GCS, score": "gcs",
    "MAP, mmHg": "map",
    "RR, bpm": "respiratory_rate",
    "PaO": "pao2_fio2",
    "HFNO, y/n": "hfno",
    "NIV, y/n": "niv",
    "COT only": "cot_only",
    "Pharmacological therapy": "therapy",
    "Days with HFNO": "days_hfno",
    "Days with NIV": "days_niv",
    "Days with COT": "days_cot",
    "Length of stay": "length_of_stay",
}
TABLE_2 = {
    "Patient ID": "patient_id",
    "Days since randomization": "day",
    "Severity": "severity",
    "Relation to study drug": "relation",
    "Concomitant medication": "concomitant_medication",
    "Outcome": "outcome",
}


def read_csv(name):
    with open(PUBLISHED / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed_rows(start, end):
    """The rows of a table in the text: label and cells."""
    block = TEXT[TEXT.index(start) : TEXT.index(end)]
    rows = [[cell.strip() for cell in line.split("\t")] for line in block.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) > 2}


def printed_table_1(start, end):
    """Column and patient number to the printed cell."""
    rows = printed_rows(start, end)
    ids = [i for i in rows["Patient ID"] if i]
    cells = {}
    for label, values in rows.items():
        column = next((c for prefix, c in TABLE_1.items() if label.startswith(prefix)), None)
        if column:
            assert not any(values[len(ids) :])
            cells |= {(column, i): v for i, v in zip(ids, values, strict=False)}
    return cells


def as_transcribed(column, cell):
    """Our rules: NA is "not reported", or "not applicable" for the cells of a control."""
    if cell == "NA":
        return "not applicable" if column == "msc_source" else "not reported"
    return cell.replace("Hyper-tension", "Hypertension")


def test_table_1_cell_by_cell():
    printed = printed_table_1("Part A\t", "Part B\t") | printed_table_1("Part B\t", "Part A refers")
    assert len(printed) == 7 * 24 + 10 * 19
    patients = {row["patient_id"]: row for row in read_csv("patients.csv")}
    wrong = {
        key: (patients[key[1]][key[0]], cell)
        for key, cell in printed.items()
        if patients[key[1]][key[0]] != as_transcribed(key[0], cell)
    }
    assert not wrong


def test_what_part_b_does_not_print_is_empty():
    printed = {c for c, _ in printed_table_1("Part B\t", "Part A refers")}
    for row in read_csv("patients.csv")[7:]:
        for column in set(TABLE_1.values()) - printed:
            assert row[column] == ""


def test_table_2_cell_by_cell():
    rows = printed_rows("Adverse events reported for MSC", "RESCAT RCT, investigated")
    events = read_csv("events.csv")
    terms = [c for row in rows.values() for c in row if c in {e["term"] for e in events}]
    assert [e["term"] for e in events] == terms
    for label, column in TABLE_2.items():
        printed = [c for c in rows[label] if c]
        ours = ["NA" if e[column] == "not reported" else e[column] for e in events]
        assert ours == [p.lower() if column == "concomitant_medication" else p for p in printed]


@pytest.mark.parametrize("name", ["slopes.csv", "manufacturing.csv", "trial.csv", "claims.csv"])
def test_every_quotation_is_in_the_paper(name):
    quoted = [(row["quotation"], row.get("document", "article")) for row in read_csv(name)]
    quoted = [(words, document) for words, document in quoted if words]
    assert quoted
    assert [words for words, document in quoted if words not in DOCUMENTS[document]] == []


def test_every_published_fact_has_its_words():
    bare = [
        row["item"]
        for row in read_csv("trial.csv")
        if row["origin"] == "published" and not row["quotation"] and row["value"] != "not reported"
    ]
    assert bare == []


def numbers(text):
    text = text.replace("−", "-").replace("–", " ")
    return [float(n) for n in re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?", text)]


def test_slopes_hold_the_numbers_they_quote():
    for row in read_csv("slopes.csv"):
        quoted = numbers(row["quotation"])
        figures = [row[c] for c in ("slope", "ci_low", "ci_high") if row[c]] or [row["p_value"]]
        assert [float(f) for f in figures] == [q for q in quoted if q != 95]


def test_slopes_have_the_decimals_printed():
    for row in read_csv("slopes.csv"):
        for column in ("slope", "ci_low", "ci_high", "p_value"):
            decimals = row[column.replace("p_value", "p") + "_decimals"]
            if row[column]:
                assert len(row[column].partition(".")[2]) == int(decimals)


def test_every_p_value_of_the_biomarker_section_is_in_the_table():
    start = WORDS.index("In CTRL-mCTRL, IL1RA and IL18 significantly")
    section = WORDS[
        start : WORDS.index("# Discussion") if "# Discussion" in WORDS else start + 4000
    ]
    section = section[: section.index("did not show significant differences between groups")]
    printed = re.findall(r"P ([=<]) (0\.\d+)", section)
    ours = [(r["p_relation"], r["p_value"]) for r in read_csv("slopes.csv") if r["p_value"]]
    assert sorted(printed) == sorted(ours)


def test_manufacturing_holds_the_numbers_it_quotes():
    for row in read_csv("manufacturing.csv"):
        printed = row["printed"].replace("×10^{10}", "e10").replace("×10^9", "e9")
        printed = printed.replace("×10^6", "e6").replace("one", "1").replace("two", "2")
        printed = printed.replace("three", "3")
        found = [float(n) for n in re.findall(r"\d+(?:\.\d+)?(?:e\d+)?", printed)]
        scaled = [n * 1e6 if row["quantity"] == "cells_per_bag" and n < 1e3 else n for n in found]
        assert float(row["value"]) in scaled
        assert row["printed"] in WORDS


WORDED = {"0": "no deaths", "1": "One former smoker", "17": "Seventeen"}


def test_trial_holds_the_numbers_and_dates_it_quotes():
    for row in read_csv("trial.csv"):
        if row["origin"] != "published" or not row["quotation"]:
            continue
        value, words = row["value"], row["quotation"]
        if row["value_type"] == "number":
            found = [f"{n:g}" for n in numbers(words.replace("–", " "))]
            assert value in found or WORDED.get(value, "?") in words, row
        elif row["value_type"] in ("date", "month"):
            day = datetime.strptime(value, "%Y-%m-%d" if len(value) == 10 else "%Y-%m")
            assert str(day.year) in words
            assert f"{day:%B}" in words or f"{day:%b}" in words, row
            if row["value_type"] == "date":
                assert re.search(rf"\b{day.day}(st|nd|rd|th)?\b", words), row
