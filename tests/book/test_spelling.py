"""One spelling of each marker in the whole book: that of the data. Quotations keep their own."""

import ast
import csv
import re
from pathlib import Path

import pytest
from shared import ROOT

import rescat

# How it is not spelt, and how it is: the name in the table of markers, or in the glossary.
OTHER = {
    r"IL-1-?R[Aa]|IL-1ra|IL1-?Ra": "IL1RA",
    r"NfL|Nf-L|NF-L": "NFL",
    r"UCHL-?1|UCH-?L-?1(?<!UCH-L1)": "UCH-L1",
    r"PaO₂/FiO₂|P/F ratio": "PaO2/FiO2",
    r"IL-(?:4|6|8|10|18)(?! blocker)": "IL4, IL6, IL8, IL10, IL18",
    r"ICAM-1": "ICAM1",
    r"MMP-9": "MMP9",
    r"TNF-?alpha|TNF-α|TNFa": "TNFα",
}
# Columns with words of others, names of their works, or keys.
QUOTED = {"alias", "assay_quotation", "paper_statement", "quotation", "source", "title",
          "what_source"}  # fmt: skip
ABOUT_SPELLING = {"TYP-20", "TYP-21"}  # statements of the ledger
_WORD = r"(?<![\w/-])(?:{})(?![\w-])"


def found(text: str) -> list[str]:
    """Each other spelling outside quotation marks, with its neighbours and the right one."""
    line = re.sub(r"\"[^\"]*\"|“[^”]*”|'[^']*'|`[^`]*`|https?://\S+", "", " ".join(text.split()))
    return [
        f"…{line[max(0, match.start() - 40) : match.end() + 20]}… Say: {instead}"
        for other, instead in OTHER.items()
        for match in re.finditer(_WORD.format(other), line)
    ]


def strings_of(source: str) -> list[str]:
    """What code may show: its strings, without those that document it."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


def texts_of(path: Path) -> list[str]:
    """What a reader may meet of a file, without quotations."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        rows = [row for row in csv.DictReader(text.splitlines())]
        return [
            cell
            for row in rows
            if row.get("claim_id") not in ABOUT_SPELLING
            for name, cell in row.items()
            if cell and name not in QUOTED
        ]
    if path.suffix == ".py":
        prose = re.findall(r"^#(?! ?>) ?(.*)$", text, re.M) if "notebooks" in path.parts else []
        return ["\n".join(prose), *strings_of(text)]
    return [re.sub(r"^\s*>.*$", "", text, flags=re.M)]


def shown() -> list[Path]:
    """Pages, notebooks, modules and tables; lists of spellings are left out."""
    kinds = {
        "book": ("*.md", "*.yml"),
        "notebooks": ("*.py",),
        "rescat": ("*.py",),
        "data/evidence": ("*.csv",),
        "data/published": ("*.csv",),
    }
    lists = {ROOT / "book" / "teaching" / "terms.yml"}
    paths = [p for folder, names in kinds.items() for n in names for p in (ROOT / folder).rglob(n)]
    return sorted(path for path in paths if path not in lists)


@pytest.mark.parametrize("path", shown(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_each_marker_has_one_spelling(path):
    assert [words for text in texts_of(path) for words in found(text)] == []


def test_the_names_of_the_data_are_the_right_ones():
    for marker in rescat.load_table("markers")["marker"]:
        assert found(f"The level of {marker} rose.") == []


@pytest.mark.parametrize("other", ["IL-1RA", "IL-1Ra", "NfL", "UCHL-1", "UCHL1", "PaO₂/FiO₂",
                                   "IL-6", "ICAM-1", "TNF-α"])  # fmt: skip
def test_another_spelling_is_found(other):
    assert found(f"The level of {other} rose.")
    assert found(f'The paper says "the level of {other} rose".') == []


def test_quotations_of_a_notebook_and_of_a_table_are_left_alone(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    chapter = folder / "01_a.py"
    chapter.write_text("# > UCHL-1 rose\n# NFL rose\nx = 'NfL'\n", encoding="utf-8")
    assert [len(found(text)) for text in texts_of(chapter)] == [0, 1]
    table = tmp_path / "claims.csv"
    table.write_text("claim_id,quotation,reason\nA-1,IL-6 rose,NfL too\n", encoding="utf-8")
    assert [words for text in texts_of(table) for words in found(text)] == found("NfL too")
