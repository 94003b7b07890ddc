"""Tables with a column for each marker."""

import pandas as pd
import pytest
from shared import refused

import rescat


def test_a_wide_table_is_refused_with_the_command(tmp_path):
    (tmp_path / "biomarkers.csv").write_text("patient_id,arm,day,IL6,NFL\n1,MSC,0,5,6\n")
    said = str(refused(rescat.load_biomarkers, tmp_path))
    assert "found a column per marker (IL6, NFL, …)" in said
    wide, long = tmp_path / "biomarkers.csv", tmp_path / "biomarkers-long.csv"
    assert f"python -m rescat long {wide} {long} --unit pg/mL" in said


def wide(**columns):
    rows = len(next(iter(columns.values())))
    place = {"patient_id": ["1", "2"][:rows], "arm": ["MSC", "CTRL"][:rows], "day": ["0"] * rows}
    return pd.DataFrame(place | columns)


@pytest.mark.parametrize(
    ("heading", "marker", "unit"),
    [
        ("IL6 (pg/mL)", "IL6", "pg/mL"),
        ("IL6 [ng/L]", "IL6", "ng/L"),
        ("IL6_pg_ml", "IL6", "pg/mL"),
        ("IL-6 pg/ml", "IL-6", "pg/mL"),
        ("PTX3_ng_per_mL", "PTX3", "ng/mL"),
        ("NGF-beta", "NGF-beta", "mg/L"),
        ("ACE2 (AU)", "ACE2", "AU"),
    ],
)
def test_units_of_headings(heading, marker, unit):
    long = rescat.to_long(wide(**{heading: ["5", "6"]}), "mg/L")
    assert long["marker"].tolist() == [marker] * 2
    assert long["unit"].tolist() == [unit] * 2


def test_cells_of_a_wide_table():
    frame = wide(IL6=["<0.8", ""], NFL=["< 2", " 7.5 "], TAU=["not reported", "3"])
    long = rescat.to_long(frame, {"IL6": "pg/mL", "NFL": "ng/L", "TAU": "pg/mL"})
    assert long.drop(columns=["arm", "day"]).to_numpy().tolist() == [
        ["1", "IL6", 0.8, "pg/mL", "y"],
        ["1", "NFL", 2.0, "ng/L", "y"],
        ["2", "NFL", 7.5, "ng/L", "n"],
        ["2", "TAU", 3.0, "pg/mL", "n"],
    ]


def test_a_wide_frame_of_numbers():
    frame = wide(IL6=[5.5, None]).assign(day=[0, 3])
    long = rescat.to_long(frame, "pg/mL")
    assert long["value"].tolist() == [5.5]
    assert long["day"].tolist() == [0]


@pytest.mark.parametrize(
    ("frame", "units", "said"),
    [
        (wide(IL6=["5"]), None, "column 'IL6' has no unit"),
        (wide(IL6=["5"]).drop(columns="arm"), "pg/mL", "column arm is missing"),
        (wide(IL6=["5,5"]), "pg/mL", "row 2, column IL6: found '5,5'"),
        (wide(IL6=["> "]), "pg/mL", "row 2, column IL6: found '>'"),
        (wide(IL6=["<LOD"]), "pg/mL", "row 2, column IL6: found '<LOD'"),
        (wide(IL6=["NA"]), "pg/mL", "or an empty cell"),
        (wide(IL6=["5"]).assign(day="soon"), "pg/mL", "row 2, column day: found 'soon'"),
        (wide(IL6=["5", "6"]).assign(patient_id="1"), "pg/mL", "each patient_id and day only once"),
        (wide(**{"IL6 (pg/mL)": ["5"], "IL6 (ng/mL)": ["5"]}), None, "IL6 has two columns"),
        (wide(marker=["IL6"], value=["5"]), None, "it is long already"),
        (wide(IL6=["5"]).drop(columns="IL6"), None, "no column of a marker"),
    ],
)
def test_a_wide_table_that_cannot_be_made_long(frame, units, said):
    with pytest.raises(rescat.DataError) as caught:
        rescat.to_long(frame, units)
    assert said in str(caught.value)
    assert caught.value.faults
