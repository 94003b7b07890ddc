"""Fixtures: the built book, a browser, R, and folders with tables of one's own."""

import gc
import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings
from shared import REFERENCE, Repository, copy_as_own, copy_repository, places_of

from rescat.base.errors import BuildError

# No test is timed: a busy machine is no fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# Books that tests build are without Python for their pages, which tests of it pack themselves.
os.environ["BROWSER"] = "0"
os.environ["R"] = "0"  # nor R, whatever the environment says
IN_CI = os.environ.get("CI", "").lower() == "true"


# Examples in docstrings that take a second or more: they cannot carry a mark themselves.
SLOW_EXAMPLES = (
    "rescat.ledger.findings.findings",
    "rescat.ledger.grouped.ledger_findings",
    "rescat.synthetic.routes.agreement_by_route",
    "rescat.synthetic.twin.twin_ranges",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.name in SLOW_EXAMPLES:
            item.add_marker(pytest.mark.slow)


def pytest_configure():
    gc.disable()


def pytest_collection_finish():
    """Modules and tests stay to the end: the collector of garbage need not look at them again."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def built_book(tmp_path_factory) -> Path:
    """The real book, built from a clean state; the folder of its pages.

    All workers share it: who comes first builds it, and the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with FileLock(shared / "book.lock"):
        root = shared / "book"
        if not (root / "build" / "html" / "index.html").is_file():
            shutil.rmtree(root, ignore_errors=True)
            copy_repository(root).build()
    return Repository(root).html


@pytest.fixture(scope="session")
def addresses(built_book):
    """Where the book starts: as a folder on a disk, and on a server."""
    with places_of(built_book) as places:
        yield places


@pytest.fixture(scope="session")
def python_for_pages(built_book, tmp_path_factory) -> Path:
    """The files of the Python that runs in pages, packed once."""
    from rescat.book import runtime

    models = built_book.parent / "models"
    if missing := runtime.lacking(models):
        _missing(f"needs {missing}")
    folder = tmp_path_factory.mktemp("python") / "run"
    runtime.write_runtime(folder, models)
    return folder


@pytest.fixture(scope="session")
def running_book(built_book, python_for_pages, tmp_path_factory):
    """The book with Python for its pages: as a folder on a disk, and on a server."""
    pages = tmp_path_factory.mktemp("running") / "html"
    shutil.copytree(built_book, pages)
    shutil.copytree(python_for_pages, pages / "_static" / "run", dirs_exist_ok=True)
    with places_of(pages) as places:
        yield places


@pytest.fixture(scope="session")
def chromium():
    """A headless browser that reaches no network."""
    from playwright.sync_api import sync_playwright

    from rescat.book import export

    with sync_playwright() as playwright:
        try:
            program = export.chromium(playwright.chromium.executable_path)
        except BuildError as error:
            _missing(str(error))
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                # No network: no name is found, and this machine alone is reached.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def requires_r() -> str:
    """The program Rscript, for a test that compares with R."""
    program = shutil.which("Rscript")
    packages = "lme4 lmerTest pbkrtest MatchIt metafor"
    find = f"for (p in strsplit('{packages}', ' ')[[1]]) find.package(p)"  # loading takes seconds
    if program is None or subprocess.run([program, "-e", find], capture_output=True).returncode:
        debian = (
            "r-base-core r-cran-lme4 r-cran-lmertest r-cran-pbkrtest r-cran-matchit r-cran-metafor"
        )
        _missing(f"no R with {packages}: install Debian's {debian}")
    return program


@pytest.fixture(scope="session")
def epubcheck():
    """The program of the W3C that holds an EPUB to the standard."""
    java, program = shutil.which("java"), shutil.which("epubcheck")  # Debian's is a jar
    if java is None or program is None:
        _missing("no epubcheck: install Debian's `epubcheck`")
    return lambda path: subprocess.run(
        [java, "-jar", program, path], capture_output=True, text=True
    )


def _missing(reason: str):
    """Skip where a tool may be absent; in CI it may not."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def r_values() -> pd.Series:
    """What R computed, by what it is and of which sample: ``reference/reference.R``."""
    return pd.read_csv(REFERENCE / "r-values.csv").set_index(["what", "key"])["value"]


@pytest.fixture
def own_tables(tmp_path):
    """A folder with good tables, in another person's spelling."""
    folder = tmp_path / "own"
    folder.mkdir()
    copy_as_own(folder, "patients", "events")
    arms = pd.read_csv(folder / "patients.csv").set_index("patient_id")["arm"]
    lines = [
        f"{patient},{arm},{day},{marker},{day + 5},{unit},{'y' if day == 0 else 'n'}"
        for patient, arm in arms.items()
        for day in (0, 7)
        for marker, unit in (("IL-6", "ng/mL"), ("NfL", "pg/mL"), ("VEGF", "pg/mL"))
    ]
    text = "\n".join(["patient_id,arm,day,marker,value,unit,below_lod", *lines])
    (folder / "biomarkers.csv").write_text(text + "\n", encoding="utf-8")
    return folder
