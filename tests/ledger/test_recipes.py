"""The recipes of CONTRIBUTING.md, followed on a copy of the repository, and with a piece forgotten.

A recipe that needs more places than it says fails here, and so does a message that no longer says
what to do.
"""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from shared import ROOT, Loaded, copy_repository, rewrite

pytestmark = pytest.mark.slow

CLAIMS = "data/published/claims.csv"
CHECKS = "rescat/ledger/checks/counts.py"
HELD = "tests/ledger/test_audit.py"
CLAIM = """\
COH-99,01_cohort,article,Abstract,"Seventeen patients (MSC = 5, CTRL = 2, mCTRL = 10) were \
analyzed",count,17,patients-counted,minor,patients_counted,arms='MSC CTRL mCTRL',,
"""
CHECK = '''\
"""Checks of how many patients there are."""

from ..tables import Tables
from ..verdicts import Claim, Finding, verdict
from .compare import compare


@verdict
def patients_counted(claim: Claim, tables: Tables, arms: str) -> Finding:
    """How many patients of some arms Table 1 has."""
    return compare(claim, [len(tables.arm(*arms.split()))])
'''
MARKER = {
    "data/evidence/markers.csv": "ST2,inflammatory,pg/mL,120,,,,not measured,assumption,\n",
    "data/evidence/marker_notes.csv": (
        "ST2,Suppression of tumorigenicity 2,It binds interleukin-33.,"
        "A review (https://example.org/st2),not measured,,,\n"
    ),
    "data/evidence/marker_names.csv": "ST2,sST2,usual name\n",
    "data/evidence/marker_levels.csv": (
        "ST2,healthy adults,healthy,median,62,,,,pg/mL,serum,,A review (https://example.org/st2)\n"
    ),
}
TRIALS = {
    "data/evidence/trials.csv": (
        "Recipe 2026,2026,COVID-19,deaths,28,40,400,80,400,y,y,y,placebo,adipose,2,1e6,cells/kg,"
        "ventilated,article,https://example.org/trial,2026-11-27,\n"
    )
}
EVIDENCE = {
    "data/evidence/release_criteria.csv": (
        "A product of the recipe,>=,75,%,not reported,https://example.org/product,evidence\n"
    )
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Iterator[Loaded]:
    with Loaded(copy_repository(tmp_path_factory.mktemp("recipes") / "copy").root) as copies:
        yield copies


@pytest.fixture
def copies(copied) -> Iterator[Loaded]:
    """One copy for all recipes; what a recipe wrote is taken back."""
    yield copied
    root = copied.root
    for name in (CLAIMS, HELD, *MARKER, *EVIDENCE, "data/datapackage.json"):
        shutil.copy(ROOT / name, root / name)
    (root / CHECKS).unlink(missing_ok=True)


def add(copies: Loaded, rows: dict[str, str]) -> None:
    for name, text in rows.items():
        with (copies.root / name).open("a", encoding="utf-8") as file:
            file.write(text)


def checksums(copies: Loaded) -> None:
    done = copies.run("rescat.book.build", "checksums")
    assert done.returncode == 0, done.stdout


def python(copies: Loaded, code: str) -> str:
    """What a few lines of Python say in the copy, or the error they end in."""
    return copies.python(code).stdout


def run_the_tests(copies: Loaded) -> subprocess.CompletedProcess:
    chosen = "verdicts_are_held or say_otherwise or every_check or (see_what_is_printed and COH-99)"
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", HELD)
    return copies.run("pytest", *options, "-k", f"({chosen}) and not can_say")


VERDICT = """
import rescat
claims = rescat.load_claims().query("claim_id == 'COH-99'")
print(*rescat.audit(claims)[["verdict", "recomputed", "source"]].iloc[0], sep=" | ")
"""


def test_a_claim_takes_four_places(copies):
    add(copies, {CLAIMS: CLAIM, CHECKS: CHECK})
    checksums(copies)
    assert python(copies, VERDICT) == f"reproduced | 17 | {CHECKS}\n"
    # The two places of the tests are asked for, each by a sentence.
    done = run_the_tests(copies)
    assert "COH-99: found 'reproduced', held 'nothing'" in done.stdout
    assert "write the claim below its verdict in VERDICTS of" in done.stdout
    assert "patients_counted in rescat.ledger.checks.counts" in done.stdout
    assert "add a case to" in done.stdout
    rewrite(copies.root / HELD, "COH-43 COH-48", "COH-43 COH-48 COH-99")
    case = '("COH-99", {"printed": "16"}, "not reproduced")'
    rewrite(copies.root / HELD, "CHANGED_CELLS = [", f"CHANGED_CELLS = [\n    {case},")
    done = run_the_tests(copies)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize(
    ("rows", "recorded", "words"),
    [
        ({CLAIMS: CLAIM, CHECKS: CHECK}, False, "make checksums"),
        ({CLAIMS: CLAIM}, True, "in a file of rescat/ledger/checks, below @verdict"),
        (
            {CLAIMS: CLAIM.replace("arms=", "arm="), CHECKS: CHECK},
            True,
            "claim COH-99, column arguments",
        ),
        (
            {CLAIMS: CLAIM, CHECKS: CHECK.replace("patients_counted", "arm_counts")},
            True,
            "found two checks called arm_counts",
        ),
    ],
)
def test_what_is_forgotten_of_a_claim_is_asked_for(copies, rows, recorded, words):
    add(copies, rows)
    if recorded:
        checksums(copies)
    said = python(copies, VERDICT)
    assert "DataError" in said
    assert words in said


KNOWN = """
import rescat
from rescat import pages
own = rescat.load_biomarkers(r'{}')
print(*own["marker"].unique(), *own["unit"].unique(), own["value"].iloc[0])
print(pages.page_name("ST2"))
notes = rescat.load_table("marker_notes")
print(pages.what_it_is("ST2", notes))
print(pages.what_the_paper_says("ST2", notes))
print("in other studies" in pages.levels_elsewhere("ST2", rescat.load_table("marker_levels")).data)
print(len(rescat.printed_p_ranges(rescat.load_slopes())), len(rescat.Tables().markers))
"""


def test_a_marker_takes_four_rows_and_the_checksums(copies, tmp_path):
    add(copies, MARKER)
    checksums(copies)
    rows = ["patient_id,arm,day,marker,value,unit,below_lod"]
    rows += [f"{patient},0,SST2,0.5,ng/mL,n" for patient in ("P1,MSC", "P2,CTRL")]
    (tmp_path / "biomarkers.csv").write_text("\n".join(rows) + "\n")
    loaded, page, note, paper, levels, counts = python(copies, KNOWN.format(tmp_path)).splitlines()
    assert loaded == "ST2 pg/mL 500.0"
    assert page == "ST2"
    assert "Suppression of tumorigenicity 2" in note
    assert "the trial did not measure this marker" in paper
    assert levels == "True"
    assert counts == "20 25", "the tests and the markers of the paper are no more than before"


@pytest.mark.parametrize("left_out", ["markers", "marker_notes"])
def test_what_is_forgotten_of_a_marker_is_asked_for(copies, left_out):
    add(copies, {name: row for name, row in MARKER.items() if f"/{left_out}.csv" not in name})
    assert "make checksums" in python(copies, "import rescat; rescat.check_data()")
    checksums(copies)
    said = python(copies, "import rescat; rescat.check_data()")
    assert f"column marker: found 'ST2', expected a marker of {left_out}.csv" in said


SHOWN = """
import rescat
print("A product of the recipe" in rescat.book_facts()["evidence"])
"""


def test_a_row_of_evidence_takes_one_place_and_the_checksums(copies):
    add(copies, EVIDENCE)
    said = python(copies, SHOWN)
    assert "DataError" in said
    assert "make checksums" in said
    checksums(copies)
    assert python(copies, SHOWN).splitlines()[-1] == "True"


def test_a_row_of_evidence_without_a_source_is_refused(copies):
    add(copies, {name: row.replace("https://example.org/product", "")
                     for name, row in EVIDENCE.items()})  # fmt: skip
    checksums(copies)
    said = python(copies, "import rescat; rescat.check_data()")
    assert "column source: found 'an empty cell'" in said


POOLED = """
import rescat
from rescat import figures
trials = rescat.load_trials()
near = rescat.trials_near(trials[trials["pooled"] & trials["population"].eq("COVID-19")])
pooled = rescat.pool_trials(near)
print(pooled.trials, *pooled.events, "Recipe 2026" in set(near["trial"]))
print("Recipe 2026 40 of 400" in figures.forest_of_trials({"all": pooled}).alt)
"""


def test_a_trial_takes_one_row_and_the_checksums(copies):
    before = [int(n) for n in python(copies, POOLED).split()[:5]]
    add(copies, TRIALS)
    checksums(copies)
    numbers, drawn = python(copies, POOLED).splitlines()
    *after, there = numbers.split()
    assert [int(n) for n in after] == [
        was + more for was, more in zip(before, (1, 40, 400, 80, 400), strict=True)
    ]
    assert (there, drawn) == ("True", "True")
