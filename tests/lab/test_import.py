"""Files of laboratories, in the layouts that real systems write. All patients are invented."""

import csv
import io
import re

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared import laid, refused

import rescat
from rescat.__main__ import main
from rescat.lab.results import read_result

BIO_PLEX = """File Name: INVENTED.rbx
RP1 PMT (Volts): 526,45
""
;;;Hu IL-6 (19);Hu TNF-a (36)
Type;Well;Description;Obs Conc;Obs Conc
S1;A1,B1;;31129,60;31129,60
B;C1,D1;Blank;***;***
X1;B2;P01 D0;82,96;OOR <
X2;C3;P01 D6;*279,14;17,20
X3;D4;P02 D0;OOR >;<3,2
X4;D5;P02 D6;***;8,10
""
OOR = Out of Range.
Units: pg/ml
"""
XPONENT = """Program,xPONENT,,MAGPIX
Results

DataType:,Median
Location,Sample,IL-6,Total Events
"1(1,A1)",P01_D0,581,242

DataType:,Result
Location,Sample,IL-6,Total Events
"1(1,A1)",Standard1,31129.6,242
"2(1,B1)",P01_D0,82.96,293
"3(1,C1)",P01_D6,<3.2,289
"4(1,D1)",P02_D0,61.75,300

DataType:,Units
Analyte:,IL-6
,pg/mL

-- CRC --
"""
SIMOA = """\ufeffSample Barcode,Assay,Sample Type,Replicate,AEB,Concentration,Unit,Flags,Status
P01-D00,Neuro 4-Plex E GFAP,Specimen,1,0.35,17.0,pg/mL,,Complete
P01-D00,Neuro 4-Plex E GFAP,Specimen,2,0.33,16.0,pg/mL,High CV,Complete
P01-D06,Neuro 4-Plex E GFAP,Specimen,1,0.02,,pg/mL,Below LOD,Complete
P01-D06,Neuro 4-Plex E GFAP,Specimen,2,0.02,,pg/mL,Below LOD,Complete
P02-D00,Neuro 4-Plex E GFAP,Specimen,1,0.41,20.5,pg/mL,,Complete
P02-D00,Neuro 4-Plex E GFAP,Calibrator,1,0.41,20.5,pg/mL,,Complete
P02-D06,Neuro 4-Plex E GFAP,Specimen,1,0.41,20.5,pg/mL,,Failed
"""
REDCAP = """\
record_id,redcap_event_name,redcap_repeat_instrument,rand_arm,rand_date,sample_date,il6,il6_lod,ae
1,enrolment_arm_1,,1,2020-05-31,,,,
1,day_0_arm_1,,,,2020-05-31,82.96,0,
1,day_6_arm_1,,,,2020-06-06,0.8,1,
1,unscheduled_arm_1,adverse_events,,,,,,Dyspnea
2,enrolment_arm_1,,2,2020-06-17,,,,
2,day_0_arm_1,,,,2020-06-17,<0.8,0,
"""
ADLB = """USUBJID,TRT01P,PARAMCD,PARAM,AVAL,AVALC,ADY,LBLLOQ
R-01,MSC 1x10^6,IL6,Interleukin 6 (pg/mL),82.96,82.96,1,
R-01,MSC 1x10^6,IL6,Interleukin 6 (pg/mL),0.4,<0.8,7,0.8
R-02,Standard of Care,IL6,Interleukin 6 (pg/mL),61.75,61.75,1,
"""
LB = """USUBJID,LBTESTCD,LBTEST,LBORRES,LBORRESU,LBDY,LBLLOQ
R-01,IL6,Interleukin 6,82.96,pg/mL,1,
R-01,IL6,Interleukin 6,<0.8,pg/mL,7,0.8
"""
ADSL = "USUBJID,AGE,TRT01P\nR-01,59,MSC\n"
OMOP = """\
person_id,measurement_source_value,operator_concept_id,value_as_number,measurement_date,\
unit_source_value
1,IL-6,4172703,82.96,2020-05-31,pg/mL
1,IL-6,4171756,3.2,2020-06-06,pg/mL
"""
TWO_ARMS = '[patients]\nP01 = "MSC"\nP02 = "CTRL"\n'
OPEN = "[rules]\nextrapolated = 'keep'\nabove = 'leave out'\n[limits]\n'IL6' = 1.5\n'TNFα' = 2\n"


def values(found):
    columns = ["patient_id", "arm", "day", "marker", "value", "unit", "below_lod"]
    return sorted(map(tuple, found.biomarkers[columns].to_numpy().tolist()))


@pytest.mark.parametrize(
    ("text", "mapping", "expected"),
    [
        (
            BIO_PLEX,
            TWO_ARMS + OPEN,
            [
                ("P01", "MSC", 0, "IL6", 82.96, "pg/mL", "n"),
                ("P01", "MSC", 0, "TNFα", 2.0, "pg/mL", "y"),
                ("P01", "MSC", 6, "IL6", 279.14, "pg/mL", "n"),
                ("P01", "MSC", 6, "TNFα", 17.2, "pg/mL", "n"),
                ("P02", "CTRL", 0, "TNFα", 3.2, "pg/mL", "y"),
                ("P02", "CTRL", 6, "TNFα", 8.1, "pg/mL", "n"),
            ],
        ),
        (
            XPONENT,
            TWO_ARMS,
            [
                ("P01", "MSC", 0, "IL6", 82.96, "pg/mL", "n"),
                ("P01", "MSC", 6, "IL6", 3.2, "pg/mL", "y"),
                ("P02", "CTRL", 0, "IL6", 61.75, "pg/mL", "n"),
            ],
        ),
        (
            SIMOA,
            TWO_ARMS + '[rules]\nreplicates = "mean"\n[limits]\nGFAP = 0.9\n',
            [
                ("P01", "MSC", 0, "GFAP", 16.5, "pg/mL", "n"),
                ("P01", "MSC", 6, "GFAP", 0.9, "pg/mL", "y"),
                ("P02", "CTRL", 0, "GFAP", 20.5, "pg/mL", "n"),
            ],
        ),
        (
            REDCAP,
            '[columns]\ngroup = "rand_arm"\ntime = "sample_date"\nday_zero = "rand_date"\n'
            '[arms]\n1 = "MSC"\n2 = "mCTRL"\n[units]\nIL6 = "pg/mL"\n[limits]\nIL6 = 0.8\n',
            [
                ("1", "MSC", 0, "IL6", 82.96, "pg/mL", "n"),
                ("1", "MSC", 6, "IL6", 0.8, "pg/mL", "y"),
                ("2", "mCTRL", 0, "IL6", 0.8, "pg/mL", "y"),
            ],
        ),
        (
            ADLB,
            '[arms]\n"MSC 1x10^6" = "MSC"\n"Standard of Care" = "CTRL"\n',
            [
                ("R-01", "MSC", 0, "IL6", 82.96, "pg/mL", "n"),
                ("R-01", "MSC", 6, "IL6", 0.8, "pg/mL", "y"),
                ("R-02", "CTRL", 0, "IL6", 61.75, "pg/mL", "n"),
            ],
        ),
    ],
    ids=["Bio-Plex", "xPONENT", "Simoa", "REDCap", "ADLB"],
)
def test_a_layout_is_read_and_the_tables_pass_the_check(tmp_path, text, mapping, expected):
    where, told = laid(tmp_path, mapping, plate=text)
    found = rescat.read_lab(where, told)
    assert values(found) == expected
    out = tmp_path / "mine"
    assert main(["import", str(where), "--map", str(told), "--out", str(out)]) == 0
    assert main(["check", str(out)]) == 0
    read = rescat.load_biomarkers(out)
    assert len(read) == len(expected)


def test_the_limit_of_a_flag_stands_in_the_mapping_and_not_in_the_value(tmp_path):
    # A flag without "<" leaves open what the number beside it is.
    where, told = laid(tmp_path, "[units]\nIL6 = 'pg/mL'\n[columns]\ngroup = 'rand_arm'\n"
                       "[arms]\n1 = 'MSC'\n2 = 'CTRL'\n", plate=REDCAP)  # fmt: skip
    said = refused(rescat.read_lab, where, told)
    assert "[limits]" in said.draft
    assert '"IL6" = ""' in said.draft


def test_lb_takes_the_arms_from_the_table_of_patients(tmp_path):
    where, told = laid(tmp_path, "[tables]\npatients = 'leave out'\n", lb=LB, adsl=ADSL)
    found = rescat.read_lab(where, told)
    assert values(found)[1] == ("R-01", "MSC", 6, "IL6", 0.8, "pg/mL", "y")


def test_omop_has_its_signs_in_a_column(tmp_path):
    where, told = laid(tmp_path, '[patients]\n1 = "MSC"\n', omop=OMOP)
    assert '"day_zero" = ""' in refused(rescat.read_lab, where, told).draft
    told.write_text('[patients]\n1 = "MSC"\n[days]\n2020-05-31 = 0\n2020-06-06 = 6\n')
    assert values(rescat.read_lab(where, told))[1][2:] == (6, "IL6", 3.2, "pg/mL", "y")


def test_a_workbook_with_two_headings(tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["Studio INVENTATO"],
        [],
        ["Paziente", "Gruppo", "IL-6 (pg/ml)", None, "NfL (pg/ml)", None],
        [None, None, "G0", "G3", "G0", "G3"],
        ["P01", "MSC", 82.96, None, "n.d.", 17.1],
        ["P02", "Controllo", 61.75, 44.4, 20.5, 21],
        ["Totale", None, 144.7, None, None, None],
    ]:
        book.active.append(row)
    book.active.merge_cells("C3:D3")
    where, told = laid(
        tmp_path, "[days]\nG0 = 0\nG3 = 3\n[arms]\nControllo = 'CTRL'\n[limits]\nNFL = 0.7\n"
    )
    book.save(where / "dosaggi.xlsx")
    found = rescat.read_lab(where, told)
    assert values(found) == [
        ("P01", "MSC", 0, "IL6", 82.96, "pg/mL", "n"),
        ("P01", "MSC", 0, "NFL", 0.7, "pg/mL", "y"),
        ("P01", "MSC", 3, "NFL", 17.1, "pg/mL", "n"),
        ("P02", "CTRL", 0, "IL6", 61.75, "pg/mL", "n"),
        ("P02", "CTRL", 0, "NFL", 20.5, "pg/mL", "n"),
        ("P02", "CTRL", 3, "IL6", 44.4, "pg/mL", "n"),
        ("P02", "CTRL", 3, "NFL", 21.0, "pg/mL", "n"),
    ]
    assert "row left out: row of no patient" in set(found.log["rule"])


def test_what_the_files_do_not_say_is_asked_and_nothing_is_written(tmp_path, capsys):
    where, told = laid(tmp_path, plate=BIO_PLEX)
    out, lines = tmp_path / "mine", tmp_path / "lines.toml"
    code = main(
        ["import", str(where), "--map", str(told), "--out", str(out), "--draft", str(lines)]
    )
    assert code == 1
    assert not out.exists()
    draft = lines.read_text(encoding="utf-8")
    for key in ('"P01" = ""', '"extrapolated" = ""', "[upper_limits]", '"TNFα" = ""'):
        assert key in draft
    assert "plate.csv, row 8" in draft
    # A draft that nobody filled in is refused, each line with what it may be.
    assert "expected: MSC, CTRL, mCTRL or 'leave out'" in str(
        refused(rescat.read_lab, where, lines)
    )


@pytest.mark.parametrize(
    "text",
    [XPONENT[: XPONENT.index("DataType:,Result")], BIO_PLEX.replace("Obs Conc", "FI")],
    ids=["xPONENT", "Bio-Plex"],
)
def test_a_fluorescence_is_no_concentration(tmp_path, text):
    where, _ = laid(tmp_path, plate=text)
    assert "intensities of fluorescence" in str(refused(rescat.read_lab, where))


@pytest.mark.parametrize("unit", ["log2 pg/mL", "NPX", "ln pg/mL", "z-score"])
def test_a_logarithm_is_not_logged_twice(tmp_path, unit):
    table = f"patient_id,arm,day,marker,value,unit\nP01,MSC,0,IL-6,5.2,{unit}\n"
    where, _ = laid(tmp_path, table=table)
    said = str(refused(rescat.read_lab, where))
    assert "logged once more" in said
    assert "row 2" in said


def test_a_cell_that_is_no_result_is_named(tmp_path):
    table = "patient_id,arm,day,marker,value,unit\nP01,MSC,0,IL-6,about 5,pg/mL\n"
    where, _ = laid(tmp_path, table=table)
    said = str(refused(rescat.read_lab, where))
    assert "table.csv, row 2, column E: found 'about 5'" in said


def test_two_files_with_the_same_results_are_not_added_up(tmp_path):
    table = "patient_id,arm,day,marker,value,unit\nP01,MSC,0,IL-6,5.2,pg/mL\n"
    where, told = laid(tmp_path, one=table, two=table.replace("5.2", "5.3"))
    assert '"two.csv" = ""' in refused(rescat.read_lab, where, told).draft
    told.write_text("[files]\n'two.csv' = 'leave out'\n")
    assert values(rescat.read_lab(where, told))[0][4] == 5.2


def test_a_patient_in_two_groups_is_asked_for(tmp_path):
    table = (
        "patient_id,arm,day,marker,value,unit\nP01,MSC,0,IL-6,5.2,pg/mL\nP01,CTRL,6,IL-6,5,pg/mL\n"
    )
    where, _ = laid(tmp_path, table=table)
    assert "found in two groups, 'MSC' and 'CTRL'" in refused(rescat.read_lab, where).draft


def test_tables_that_are_there_stay(tmp_path):
    where, told = laid(tmp_path, TWO_ARMS, plate=XPONENT)
    out = tmp_path / "mine"
    out.mkdir()
    (out / "biomarkers.csv").write_text("mine")
    assert main(["import", str(where), "--map", str(told), "--out", str(out)]) == 1
    assert (out / "biomarkers.csv").read_text() == "mine"
    assert [path.name for path in out.iterdir()] == ["biomarkers.csv"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b""], ids=["broken", "empty"])
def test_a_file_that_is_not_what_it_says(tmp_path, content):
    (tmp_path / "plate.xlsx").write_bytes(content)
    said = str(refused(rescat.read_lab, tmp_path))
    assert "plate.xlsx: cannot be read as a xlsx file" in said


def test_an_empty_file_is_not_read(tmp_path):
    where, _ = laid(tmp_path, empty="", plate=XPONENT)
    said = str(refused(rescat.read_lab, where))
    assert "no file says the arm" in said  # of the other file
    (where / "plate.csv").unlink()
    assert "empty.csv: no layout is known for it" in str(refused(rescat.read_lab, where))


RESULTS = st.one_of(
    st.decimals("0.01", "99999", places=2).map(str),
    st.decimals("0.01", "99999", places=2).map(lambda n: str(n).replace(".", ",")),
    st.decimals("0.01", "999", places=1).map(lambda n: f"<{n}"),
    st.decimals("0.01", "999", places=1).map(lambda n: f"*{n}"),
    st.sampled_from(["OOR <", "OOR >", "n.d.", "***", "", ">10000", "NaN", "-", " 5.0 ", "1e3"]),
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cells=st.lists(RESULTS, min_size=2, max_size=12))
def test_no_cell_is_changed_without_a_line_in_the_log(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("any")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["patient_id", "arm", "day", "marker", "value", "unit"])
    for day, cell in enumerate(cells):
        writer.writerow(["P01", "MSC", day, "IL-6", cell, "pg/mL"])
    where, told = laid(folder, OPEN + '"IL-6" = 1.5\n', plate=text.getvalue())
    try:
        found = rescat.read_lab(where, told)
    except rescat.DataError as error:
        said = str(error)
    else:
        said = ""
    if said:  # refused: with the place, or because nothing is left; nothing is written then
        assert re.search(r"row \d+, column E|every result was left out", said)
        return
    read = found.biomarkers.set_index("day")
    logged = found.log.set_index("row")
    for day, cell in enumerate(cells):
        written = read["value"].get(day)
        line = logged.loc[day + 2] if day + 2 in logged.index else None
        if line is None:
            assert float(cell) == written
            assert read["below_lod"][day] == "n"
        else:
            assert line["found"] == cell.strip()
            assert (line["written"] == "") == (written is None)
            assert written is None or float(line["written"]) == written


@pytest.mark.parametrize(
    ("text", "comma", "state", "value"),
    [
        ("1.234", True, "unreadable", None),  # a thousand, or a little more than one
        ("1,234", False, "unreadable", None),
        ("-3", False, "unreadable", None),
        ("<0", False, "unreadable", None),
        ("= 5", False, "unreadable", None),
        ("> 10000", False, "above", 10000.0),
        ("<LOD", False, "below", None),
        ("n/a", False, "missing", None),
        ("5.2 pg/mL", False, "unreadable", None),
    ],
)
def test_a_result(text, comma, state, value):
    found = read_result(text, decimal_comma=comma)
    assert (found.state, found.value) == (state, value)
