"""The core runs without the book: what an analysis loads, and what it needs."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from shared import ROOT

HEAVY = {
    "IPython", "docutils", "jupytext", "matplotlib", "nbformat", "papermill",
    "pydantic", "seaborn", "sphinx", "statsmodels",
}  # fmt: skip
ANALYSIS = """
import rescat
patients = rescat.load_patients()
treated, pool = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
rescat.match(treated, pool, covariates=rescat.MATCHED_ON)
rescat.event_table(rescat.load_events(), patients)
rescat.findings(rescat.audit())
"""
# Numerical libraries, and what these need themselves.
NUMERICAL = {"numpy", "scipy", "pandas", "numba", "tqdm", "llvmlite", "dateutil", "six", "tzdata"}
CORE = NUMERICAL | {"markupsafe"}
# As if only some of the installed packages were there.
WITHOUT = """
import sys
from importlib.metadata import packages_distributions

class Absent:
    names = {{*packages_distributions(), "sphinx"}} - {present} - {{"rescat"}}

    def find_spec(self, name, path=None, target=None):
        if path is None and name in self.names:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""


def run(code: str, where=ROOT) -> list[str]:
    """The lines that a new process prints, with the package of a folder."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def loaded_by(code: str) -> set[str]:
    """The packages that a program has loaded at its end."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    return {name.partition(".")[0] for name in json.loads(run(code)[-1])}


def test_the_door_loads_nothing_but_itself():
    assert not (HEAVY | {"numpy", "pandas", "scipy", "numba"}) & loaded_by("import rescat")


@pytest.mark.slow
def test_an_analysis_loads_neither_the_book_nor_pictures():
    assert not (HEAVY | {"numba"}) & loaded_by(ANALYSIS)
    assert not HEAVY & loaded_by("import rescat; rescat.fit_slopes(rescat.simulate_trial(1))")


@pytest.mark.slow
def test_an_analysis_needs_the_core_alone():
    code = ANALYSIS + "print(rescat.fit_slopes(rescat.simulate_trial(1)).table)"
    assert run(WITHOUT.format(present=CORE) + code)


EXTRAS = {
    "rescat.figures": "rescat.figures",
    "rescat.link_claims": "rescat.link_claims",
    "rescat.base.inert.rendered('a')": "Markdown as HTML",
}


@pytest.fixture(scope="module")
def said_without_extras():
    """What each call says in a process that has the core alone: one process for all of them."""
    tries = "".join(
        f"try:\n    {code}\nexcept rescat.MissingExtraError as error:\n"
        f"    said[{code!r}] = str(error)\n"
        for code in EXTRAS
    )
    code = f"import json, rescat, rescat.base.inert\nsaid = {{}}\n{tries}print(json.dumps(said))"
    [line] = run(WITHOUT.format(present=CORE) + code)
    return json.loads(line)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "purpose"), EXTRAS.items())
def test_what_needs_an_extra_says_so_in_one_sentence(said_without_extras, code, purpose):
    said = said_without_extras[code]
    assert len(said.splitlines()) == 1
    assert said.startswith(f"{purpose} needs the package ")
    assert said.endswith(': pip install "rescat[book]"')


@pytest.mark.slow
def test_an_installation_carries_its_tables(tmp_path):
    pytest.importorskip("hatchling", reason="make test installs it")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    [wheel] = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    tables = {path.relative_to(site / "rescat/data/package") for path in site.rglob("*.csv")}
    assert {path.parts[0] for path in tables} == {
        "corrections", "evidence", "published", "synthetic",
    }  # fmt: skip
    [shown] = run(WITHOUT.format(present=CORE) + ANALYSIS + "print(rescat.__file__)", site)
    assert shown == str(site / "rescat" / "__init__.py")
