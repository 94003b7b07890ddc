"""Words that a reader with English as a second language can't look up: private ones, and idioms."""

import csv
import json
import re
from pathlib import Path

import pytest
from shared import ROOT

# What a confidence interval is of.
_ESTIMATE = r"(?:slope|difference|interval|ratio|line|control|estimate|treated)s?\b"
# What follows "the treated" where it is a noun, and what does not print by itself.
_VERB = (
    r"(?:was|were|are|is|had|have|has|fell|rose|do|did|does|on|in|by|against|at|again|minus|than"
    r"|alone|with|to|who|lies?|changes?|left)"
)
_DATA = r"(?:curves?|fits?|lines?|transients?|trials?|twins?|widths?)"
# What is not said, and what to say instead.
BANNED = {
    r"the print\b(?!\s+(?:version|button))": "what is printed, the printed figures, the paper",
    r"(?:one|same|its|their) print(?=[\s]*[.,;:?!)\"]|$)": "the same printed figures",
    r"h[oe]lds? an? (?:rise|fall)": "include a rise",
    r"slots? (?:for it )?(?:is|was) (?:still )?empty": "the book does not have it",
    r"with (?:your )?fingers": "one by one",
    r"(?:hangs?|hung) on": "depends on",
    r"who has the values needs? no": "with the values no ... is needed",
    r"\d+ % limits\b": "95 % confidence interval",
    r"one-sided \d+ % limit\b": "one-sided 95 % upper limit",
    r"(?:confidence|profile|bootstrap|Wald) limits\b": "confidence interval",
    r"(?:slopes?|estimates?|differences?) (?:and|with|with (?:its|their)) limits?\b": "interval",
    r"limits? (?:and|or) P\b": "confidence interval and P value",
    r"(?:its|their|wide|printed|even|uneven) limits\b": "confidence interval, or its ends",
    rf"(?:lower |upper )?limits? of (?:the|their|its|this|that) (?:\w+ ){{0,2}}{_ESTIMATE}": (
        "end of the confidence interval"
    ),
    r"limits (?:allow|hold|include|exclude|enclose|leave)\b": "the confidence interval includes",
    rf"the treated(?=\s*(?:[.,;:)!?]|$)|\s+{_VERB}\b)": "the MSC patients, treated patients",
    r"of the (?:\d+|two|three|four|five|six) treated\b(?! patients)": "of the five MSC patients",
    r"in the twins?\b": "in the invented data",
    r"many twins\b": "many invented trials",
    rf"{_DATA}(?: (?:all|can|may|that|which))* prints?\b": "agree with the printed figures",
    r"prints? (?:the same|like)\b": "give the same printed figures, round to",
    r"of (?:language|words) (?:and|or) print\b": "of language and spelling",
    r"a typed judg": "judged by a person, with a reason",
    r"asks? most of a reader": "is the hardest part",
    r"out of reach\b": "cannot be reached, can no longer be shown",
    r"(?:natural brake|brakes? of inflammation)": "slows inflammation down",
    r"held against\b": "compared with",
    r"slips? of the pen": "a mistake in writing",
}
# Quotations of the paper are in its own words.
QUOTED = {"quotation"}
_COMMENT = re.compile(r"\s*\n[ \t]*(?:# ?)*(?:>[ \t]*)*")  # where a sentence goes on a new line


def found(text: str) -> list[str]:
    """Each banned phrase of a text, with its neighbours and what to say instead."""
    line = _COMMENT.sub(" ", text)
    return [
        f"…{line[max(0, match.start() - 40) : match.end() + 20]}… Say: {instead}"
        for phrase, instead in BANNED.items()
        for match in re.finditer(rf"\b{phrase}", line, re.IGNORECASE)
    ]


def words_of(path: Path) -> str:
    """What a reader may meet of a file; of a table, all but quotations."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return "\n".join(cell for row in rows for name, cell in row.items() if name not in QUOTED)
    if path.suffix == ".json":
        return json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    return path.read_text(encoding="utf-8")


def met_by_readers() -> list[Path]:
    """Pages, notebooks, the course, tables, and the modules that make words of pages."""
    kinds = {
        "book": ("*.md", "*.yml", "*.py", "*.js"),
        "notebooks": ("*.py",),
        "rescat": ("*.py",),
        "data": ("*.csv", "*.json", "*.md"),
    }
    paths = [p for folder, names in kinds.items() for n in names for p in (ROOT / folder).rglob(n)]
    hidden = {ROOT / "data" / "private", ROOT / "data" / "synthetic"}
    return sorted(path for path in paths if not hidden & set(path.parents))


@pytest.mark.parametrize("path", met_by_readers(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_banned_phrase(path):
    assert found(words_of(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "data that agree with the\n# print",
        "Many twins, one print",
        "The limits hold a rise, so",
        "The table: its slot is empty.",
        "The slot for it is empty today",
        "Count them with fingers",
        "the result hangs\n    on one patient",
        "Who has the values need no bounds",
        "The point, with 95 % limits",
        "up to 45 % (one-sided 95 % limit)",
        "profile limits, which R gives",
        "Slopes and limits of PTX3",
        "if limits and P agree",
        "with wide limits",
        "the lower limit of the printed slope",
        "The limits allow a rise",
        "IL6 fell in the treated.",
        "the treated were\n# younger",
        "one of the five treated had tocilizumab",
        "In the twin, P is 0.02",
        "many twins give it",
        "curves that\n# print the same slopes",
        "ages that print like these",
        "slips of language and print",
        "chosen by a typed judgement",
        "what asks most of a reader",
        "this P is out of reach",
        "it is a natural brake",
        "P is held against the slope",
        "a slip of the pen",
    ],
)
def test_a_banned_phrase_is_found(text):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "as the printed figures say",
        "the paper prints NA",
        "print it",
        "one-sided 95 % upper limit",
        "the limit of detection",
        "the limits of the Berlin definition",
        "the accepted daily limits",
        "within the treated group",
        "the treated and the control patients",
    ],
)
def test_other_words_are_left_alone(text):
    assert found(text) == []


def test_quotations_are_left_alone(tmp_path):
    table = tmp_path / "claims.csv"
    table.write_text("quotation,reason\nit hangs on this,a reason\n", encoding="utf-8")
    assert words_of(table) == "a reason"


def test_every_kind_of_text_is_looked_at():
    names = {path.relative_to(ROOT).as_posix() for path in met_by_readers()}
    assert {
        "book/glossary.md",
        "book/index.md",
        "book/private/index.md",
        "book/quiz/01_cohort.yml",
        "book/teaching/sessions.yml",
        "notebooks/01_cohort.py",
        "notebooks/exercises/01_cohort.py",
        "notebooks/marker.py",
        "rescat/figures/panel.py",
        "data/published/claims.csv",
        "data/published/findings.csv",
        "data/datapackage.json",
    } <= names
