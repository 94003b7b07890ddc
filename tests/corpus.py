"""Corrupted folders of own data, from bytes to meaning, each with the result that it must have.

The results are written down here from ``data/README.md``, and not from what the program does: a
folder is *read* as what was meant, or *refused* at a file, a row and a column.
"""

import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

PATIENTS = """\
patient_id,arm,table_part,time_origin,msc_source,age,ethnicity,male,bmi,days_from_diagnosis,mews,comorbidities,smoking,sofa,hacor,rox,gcs,map,respiratory_rate,pao2_fio2,hfno,niv,cot_only,therapy,days_hfno,days_niv,days_cot,length_of_stay
S01,MSC,A,enrolment,UC,59,White,y,31.7,8,1,Diverticulosis,Former,2,3,10.6,15,101,20,176,y,n,n,Steroids,3,0,6,14
S02,MSC,A,enrolment,AT,48,White,n,25.5,6,2,None,No,1,2,9.5,15,93,22,190,n,y,n,Steroids,2,1,4,12
S06,CTRL,A,enrolment,,62,White,y,32.9,8,1,None,No,2,2,11.3,15,99,25,226,y,n,n,Steroids,6,0,5,16
S08,mCTRL,B,admission,,63,White,y,28.2,7,1,Asthma,No,3,2,8.5,14,96,24,218,y,n,n,Steroids,24,0,3,27
"""
EVENTS = """\
event_id,patient_id,category,term,day,severity,relation,concomitant_medication,outcome
1,S01,AE,Hemorrhoids,37,Mild,Possibly,n,Resolved
2,S06,SAE,Respiratory failure,5,Severe,Unrelated,y,Unresolved
"""
BIOMARKERS = """\
patient_id,arm,day,marker,value,unit,below_lod
S01,MSC,0,IL6,385,pg/mL,n
S01,MSC,3,IL6,21.5,pg/mL,n
S02,MSC,0,IL6,44.25,pg/mL,n
S02,MSC,3,IL6,8,pg/mL,n
S06,CTRL,0,IL6,77,pg/mL,n
S06,CTRL,3,IL6,1.5,pg/mL,y
S08,mCTRL,0,IL6,64,pg/mL,n
S08,mCTRL,3,IL6,12.5,pg/mL,n
"""
TABLES = {"patients": PATIENTS, "events": EVENTS, "biomarkers": BIOMARKERS}

# What each column holds, by data/README.md; an asterisk: it must be given.
KINDS = {
    "patients": {
        "id*": "patient_id",
        "code*": "arm time_origin",
        "code": "table_part msc_source smoking",
        "yn*": "male",
        "yn": "hfno niv cot_only",
        "number*": "age",
        "number": "bmi days_from_diagnosis mews sofa hacor rox gcs map respiratory_rate pao2_fio2 "
        "days_hfno days_niv days_cot length_of_stay",
        "text": "ethnicity comorbidities therapy",
    },
    "events": {
        "number*": "event_id",
        "id*": "patient_id",
        "code*": "category severity relation",
        "code": "outcome",
        "text*": "term",
        "number": "day",
        "yn": "concomitant_medication",
    },
    "biomarkers": {
        "id*": "patient_id",
        "code*": "arm",
        "number*": "day value",
        "text*": "marker unit",
        "yn*": "below_lod",
    },
}
HIDDEN = "patient_id"  # no message repeats its cells


@dataclass(frozen=True)
class Case:
    """A folder, and what must become of it.

    Attributes
    ----------
    name : str
    table : str
        The one that is corrupted.
    content : bytes
        Of this table; the others are good.
    row, column : int or None, str or None
        Where it is refused; a row without a column, or neither, for what is no cell.
    said : str
        What the message must say besides; of a cell, what was found.
    read : bool
        Whether it is read.
    cells : dict
        If it is read: what other cells mean than in the good table, by (row, column).
    of_kind : str
        What is corrupted, in whichever column; empty if there is no other case of its kind.
    """

    name: str
    table: str
    content: bytes
    read: bool = False
    row: int | None = None
    column: str | None = None
    said: str = ""
    cells: dict = field(default_factory=dict)
    of_kind: str = ""

    @property
    def kind(self) -> str:
        return self.of_kind or self.name


def changed(table: str, row: int, column: str, cell: str) -> bytes:
    """The table with another text in one cell; row 1 is the header."""
    lines = TABLES[table].splitlines()
    place = lines[0].split(",").index(column)
    cells = lines[row - 1].split(",")
    quoted = cell.replace('"', '""')
    cells[place] = f'"{quoted}"' if any(c in cell for c in ',"\n\r') else cell
    lines[row - 1] = ",".join(cells)
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


# --- Meaning: one cell -------------------------------------------------------------------------

_SHARED = [  # what no number, code or y and n is; a text may be some of it
    "?",
    "x",
    "NA",
    "N/A",
    "nan",
    "NaN",
    "null",
    "NULL",
    "inf",
    "-inf",
    "#N/A",
    "#VALUE!",
    "-",
    "--",
    "1/2",
    "12:30",
    "=1+1",
    "1;2",
    "TRUE",
    "yes",
    "1 000",
    "1_000",
    "0x1F",
    "٣",
    "１２",
    "½",
    "1e400",
    "−5",
    "5%",
    "5 mg",
    "~5",
    ">5",
    "<5",
    "5*",
    "(5)",
    "1.2.3",
    "1,5",
    "1.000,5",
    "1'000",
    "5..",
    "e5",
    "[5]",
    "5 ± 1",
    "2020-05-31",
    "n.d.",
    "OOR <",
    "5\\n",
    "'5",
    '"5"',
]
_GOOD_NUMBERS = ("+{}", " {} ", "{}.", "0{}", "{}.0", "{}0e-1", "\t{}")
# What a patient may have; of the others 5 is a number that may be.
_LIKELY = {"age": 50, "bmi": 25, "gcs": 14, "map": 90, "respiratory_rate": 20, "pao2_fio2": 200}
_HIDDEN_SIGNS = ["\u202e", "\u200b", "\ufeff", "\x07", "\x1b[31m", "\u2028", "\u00ad", "\u2066"]
_ONLY_TEXT = [
    "{{ x }}",
    "<b>",
    "$x$",
    "**",
    "`a`",
    "a\\b",
    "|x|",
    "=1+1",
    "µ",
    "白",
    "O'Brien",
    'a"b',
]


def _columns() -> Iterator[tuple[str, str, str, bool]]:
    for table, kinds in KINDS.items():
        for kind, names in kinds.items():
            for column in names.split():
                yield table, column, kind.removesuffix("*"), kind.endswith("*")


def cells() -> Iterator[Case]:
    """One cell that is not what its column holds, or that only looks as if it were not."""
    for table, column, kind, required in _columns():
        row = 3

        def case(
            what: str, cell: str, table=table, column=column, row=row, kind=kind, **result
        ) -> Case:
            name = f"{table}.{column} {what} {cell!r}"
            result = {"row": row, "column": column, "said": cell.strip()} | result
            result["of_kind"] = f"{table}: {kind} {what}{' read' if result.get('read') else ''}"
            if result.get("read"):
                result |= {"row": None, "column": None, "said": ""}
            return Case(name, table, changed(table, row, column, cell), **result)

        if required:
            yield case("empty", "", said="")
            yield case("blank", "  ", said="")
            yield (
                case("not reported", "not reported")
                if kind != "code" or column in ("arm", "time_origin", "category")
                else case(
                    "not reported", "not reported", read=True, cells={(row, column): "not reported"}
                )
            )
        elif kind == "number":
            yield case("empty", "", read=True, cells={(row, column): None})
            yield case("not reported", "not reported", read=True, cells={(row, column): None})
        if kind in ("number", "yn", "code"):
            for cell in _SHARED:
                yield case("is none", cell)
        if kind == "number":
            value = _LIKELY.get(column, 5)
            for form in _GOOD_NUMBERS if column != "event_id" else ():
                yield case("is one", form.format(value), read=True, cells={(row, column): value})
            yield case("negative", "-5")
        if kind == "yn":
            for cell in ("Y", "N", "0", "1", "true", "ja", "yn", "y/n"):
                yield case("is none", cell)
        if kind == "code":
            for cell in ("msc", "Msc", "MSC ?", "Control", "m CTRL", "0"):
                yield case("is none", cell)
        if kind in ("text", "id"):
            for sign in _HIDDEN_SIGNS:
                yield case(f"hidden sign {sign!r}", f"a{sign}b", said="U+")
        if kind == "text" and column != "unit":
            for cell in _ONLY_TEXT:
                if column == "marker" and cell == "**":
                    yield case("no letter", cell, said="")
                else:
                    yield case("text", cell, read=True, cells={(row, column): cell})
        if column in ("patient_id", "marker", "unit"):
            yield case("long", "x" * 5000, said="")
        elif kind == "text":
            yield case("long", "x" * 5000, read=True, cells={(row, column): "x" * 5000})


# --- Meaning: rows and tables -----------------------------------------------------------------


def rows() -> Iterator[Case]:
    """Rows that cannot both be right, or that name nobody."""
    p, e, b = (TABLES[name].splitlines() for name in ("patients", "events", "biomarkers"))

    def lines(*all_lines: str) -> bytes:
        return ("\n".join(all_lines) + "\n").encode()

    yield Case("a patient twice", "patients", lines(*p, p[1]), row=2, column="patient_id")
    yield Case(
        "a patient in two arms",
        "patients",
        lines(*p, p[1].replace("MSC", "CTRL")),
        row=6,
        column="patient_id",
    )
    yield Case("an event twice", "events", lines(*e, e[1]), row=4, column="event_id", said="1")
    yield Case(
        "an event of nobody",
        "events",
        changed("events", 3, "patient_id", "S99"),
        row=3,
        column="patient_id",
    )
    yield Case(
        "a sample of nobody",
        "biomarkers",
        changed("biomarkers", 4, "patient_id", "S99"),
        row=4,
        column="patient_id",
    )
    yield Case(
        "another arm than in patients.csv",
        "biomarkers",
        changed("biomarkers", 4, "arm", "CTRL"),
        row=4,
        column="arm",
        said="CTRL",
    )
    yield Case("a sample twice", "biomarkers", lines(*b, b[1]), row=2, column="patient_id")
    for spelling in ("IL-6", "il6", "IL 6", "Interleukin-6", "IL_6", "ＩＬ６"):
        content = lines(*b, b[1].replace("IL6", spelling))
        name = f"a sample twice, as {spelling}"
        yield Case(
            name, "biomarkers", content, row=10, column="marker", of_kind="twice by other names"
        )
    for unit in (
        "pmol/L",
        "nM",
        "IU/mL",
        "AU/mL",
        "NPX",
        "npx",
        "log2 pg/mL",
        "ln(pg/mL)",
        "Ct",
        "log10 pg/mL",
        "z-score",
        "MFI",
        "pg",
        "pg/",
        "/mL",
        "pg mL",
        "pg/mL/mL",
        "kg",
        "pg/m",
        "none",
        "relative",
        "fold change",
        "%",
    ):
        yield Case(
            f"unit {unit}",
            "biomarkers",
            changed("biomarkers", 4, "unit", unit),
            row=4,
            column="unit",
            said=unit,
            of_kind="a unit that is none",
        )
    for unit, factor in {
        "ng/mL": 1e3,
        "pg/ml": 1,
        "PG/ML": 1,
        "ug/L": 1e3,
        "µg/L": 1e3,
        "mcg/L": 1e3,
        "ng/L": 1,
        "pg/dL": 0.01,
        "fg/mL": 1e-3,
        " pg/mL": 1,
        "ng/dL": 10,
        "mg/L": 1e6,
        "pg / mL": 1,
    }.items():
        yield Case(
            f"unit {unit}",
            "biomarkers",
            changed("biomarkers", 4, "unit", unit),
            read=True,
            cells={(4, "value"): 44.25 * factor, (4, "unit"): "pg/mL"},
            of_kind="a unit that is converted",
        )
    # Other markers keep their unit; a logarithm is none.
    other = [line.replace("IL6", "VEGF") for line in b]
    for unit in (
        "NPX",
        "log2 NPX",
        "ln pg/mL",
        "log2(pg/mL)",
        "Ct",
        "Cq",
        "z-score",
        "log10",
        "LN",
    ):
        content = lines(other[0], *(line.replace("pg/mL", unit) for line in other[1:]))
        yield Case(
            f"another marker in {unit}",
            "biomarkers",
            content,
            row=2,
            column="unit",
            said=unit,
            of_kind="a logarithm",
        )
    for value, unit in (
        ("1e307", "g/mL"),
        ("1.7e308", "mg/L"),
        ("1e-322", "fg/L"),
        ("5e-324", "fg/mL"),
        ("1e-400", "pg/mL"),
        ("0", "pg/mL"),
        ("0.0", "pg/mL"),
        ("-0.0", "pg/mL"),
    ):
        changed_unit = changed("biomarkers", 4, "unit", unit).decode()
        content = changed_unit.replace("44.25", value).encode()
        name = f"{value} {unit}"
        yield Case(
            name, "biomarkers", content, row=4, column="value", said=value, of_kind="lost digits"
        )
    for name, treated in {"nobody treated": False, "nobody to compare with": True}.items():
        kept = [line for line in b[1:] if ("MSC," in line) == treated]
        yield Case(name, "biomarkers", lines(b[0], *kept), said="patient of")
    yield Case("days in any order", "biomarkers", lines(b[0], *b[:0:-1]), read=True)
    yield Case(
        "origin synthetic of patients with plain names",
        "patients",
        lines(p[0] + ",origin", *(line + ",synthetic" for line in p[1:])),
        row=2,
        column="patient_id",
    )
    yield Case(
        "origin published",
        "patients",
        lines(p[0] + ",origin", *(line + ",published" for line in p[1:])),
        row=2,
        column="origin",
        said="published",
    )
    yield Case(
        "origin private",
        "patients",
        lines(p[0] + ",origin", *(line + ",private" for line in p[1:])),
        read=True,
    )


# --- Form: headers ------------------------------------------------------------------------------


def headers() -> Iterator[Case]:
    """Columns that are missing, twice, unknown, or in another place."""
    for table, text in TABLES.items():
        head, *body = (line.split(",") for line in text.splitlines())

        def written(columns: list[list[str]]) -> bytes:
            return (
                "\n".join(",".join(line) for line in zip(*columns, strict=True)) + "\n"
            ).encode()

        columns = [list(column) for column in zip(head, *body, strict=True)]
        for place, column in enumerate(columns):
            rest = columns[:place] + columns[place + 1 :]
            name = column[0]
            yield Case(
                f"{table} without {name}",
                table,
                written(rest),
                said=f"column {name} is missing",
                of_kind=f"{table}: a column less",
            )
            yield Case(
                f"{table} with {name} twice",
                table,
                written([*columns, column]),
                said=f"column {name} appears twice",
                of_kind=f"{table}: a column twice",
            )
            for other in (f"{name}s", name.upper(), f"{name}\u200b", f"{name}.1"):
                renamed = [[other, *column[1:]] if c is column else c for c in columns]
                yield Case(
                    f"{table} with {other!r}",
                    table,
                    written(renamed),
                    said=f"column {name} is missing",
                    of_kind=f"{table}: a column of another name",
                )
            spaced = [[f" {name} ", *column[1:]] if c is column else c for c in columns]
            for what, made in {"blanks around {}": spaced, "{} first": [column, *rest]}.items():
                yield Case(
                    f"{table} with {what.format(name)}",
                    table,
                    written(made),
                    read=True,
                    of_kind=f"{table}: {what.format('a column')}",
                )
        yield Case(
            f"{table} with one more",
            table,
            written([*columns, ["name", *("x" for _ in body)]]),
            said="column name is not known",
        )
        unnamed = [["", *(str(n) for n in range(len(body)))], *columns]
        yield Case(f"{table} with an index", table, written(unnamed), said="(no name)")


# --- Form: bytes ----------------------------------------------------------------------------------


def _xlsx(text: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", text)
    return made.getvalue()


def forms() -> Iterator[Case]:
    """The same table written in another way."""
    for table, text in TABLES.items():
        good, lines = text.encode(), text.splitlines()
        quoted = "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in lines)
        for name, content in {
            "a mark of UTF-8": b"\xef\xbb\xbf" + good,
            "ends of lines of Windows": good.replace(b"\n", b"\r\n"),
            "ends of lines of an old Mac": good.replace(b"\n", b"\r"),
            "no last end": good.rstrip(b"\n"),
            "blank lines at the end": good + b"\n\n\n",
            "blank lines between": good.replace(b"\n", b"\n\n"),
            "blanks around cells": text.replace(",", " , ").encode(),
            "each cell quoted": quoted.encode(),
        }.items():
            yield Case(f"{table}: {name}", table, content, read=True)
        middle = lines[1]
        for name, (content, said) in {
            "nothing": (b"", "empty"),
            "blanks alone": (b"  \n\n", ""),
            "UTF-16 without a mark": (text.encode("utf-16-le"), ""),
            "UTF-16": (text.encode("utf-16"), "UTF-8"),
            "UTF-32": (text.encode("utf-32"), ""),
            "Windows-1252": (text.replace("S01", "Sé1").encode("cp1252"), "line 2"),
            "zeros": (b"\0" * 50, ""),
            "a zero byte": (text.replace("S01", "S\x0001").encode(), ""),
            "gzip": (gzip.compress(good, mtime=0), ""),
            "a workbook": (_xlsx(text), ""),
            "a page of a website": (b"<!DOCTYPE html>\n<html><body>Log in</body></html>\n", ""),
            "a pointer of git-lfs": (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
                "",
            ),
            "JSON": (b'[{"patient_id": "S01"}]\n', ""),
            "semicolons": (text.replace(",", ";").encode(), "semicolons"),
            "tabs": (text.replace(",", "\t").encode(), "tabs"),
            "bars": (text.replace(",", "|").encode(), "bars"),
            "sep=": (b"sep=,\n" + good, "header"),
            "a comment first": (b"# exported 2020-05-31\n" + good, "header"),
            "a title first": (b"Study 1\n" + good, "header"),
            "a blank line first": (b"\n" + good, "header"),
            "no header": ("\n".join(lines[1:]).encode(), ""),
            "the header twice": ("\n".join([lines[0], *lines]).encode(), "row 2"),
            "a cell more": (text.replace(middle, middle + ",x").encode(), "cells"),
            "a cell less": (text.replace(middle, middle.rpartition(",")[0]).encode(), "cells"),
            "a comma at each end": (text.replace("\n", ",\n").encode(), "(no name)"),
            "cut off": (good[:-9], ""),
            "a quotation mark that never ends": (
                text.replace(middle, f'"{middle}').encode(),
                "quot",
            ),
            "a quotation mark before more": (text.replace("S01", '"S0"1').encode(), "quot"),
            "rows joined by quotation marks": (
                text.replace(lines[1] + "\n" + lines[2], f'"{lines[1]}\n{lines[2]}"').encode(),
                "",
            ),
            "a row of commas": ((text + "," * lines[0].count(",") + "\n").encode(), "row"),
        }.items():
            yield Case(f"{table}: {name}", table, content, said=said)
        # A mark that opens no cell is a sign as any other.
        inside = text.replace("S01", 'S"01').encode()
        if table == "patients":
            yield Case(
                "a quotation mark inside",
                table,
                inside,
                read=True,
                cells={(2, "patient_id"): 'S"01'},
            )
        else:
            yield Case(
                f"{table}: a quotation mark inside", table, inside, row=2, column="patient_id"
            )
        if table != "events":
            yield Case(
                f"{table}: the header alone", table, (lines[0] + "\n").encode(), said="no rows"
            )


def cases() -> list[Case]:
    """All of them."""
    return [*cells(), *rows(), *headers(), *forms()]
