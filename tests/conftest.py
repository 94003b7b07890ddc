"""What several tests need: copies of the repository, the built book, a browser, R."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

import rescat

ROOT = Path(__file__).resolve().parent.parent
# No test is timed: a busy machine is no fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
IN_CI = os.environ.get("CI", "").lower() == "true"


@cache
def audited() -> pd.DataFrame:
    """The ledger of the public data, once for all tests of a process."""
    return rescat.audit()


@dataclass
class Repository:
    """A copy of this repository, in which a test may break things."""

    root: Path

    @property
    def html(self) -> Path:
        return self.root / "build" / "html"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root)}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run a module of this environment on the copy; standard error follows the output."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def build(self) -> str:
        """Build the book as `make book` does; return what was said."""
        done = self.run("doit", "book")
        assert done.returncode == 0, done.stdout
        return done.stdout

    def fail(self) -> str:
        """Build the book, expecting that it cannot be; return what was said."""
        done = self.run("doit", "book")
        assert done.returncode != 0, done.stdout
        return done.stdout


def copy_repository(target: Path) -> Repository:
    """Copy what git knows or would add, and so nothing that was made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    # The compiled models, which would take ten seconds in each copy; one test makes them anew.
    for compiled in (ROOT / "rescat" / "slopes" / "__pycache__").glob("*.nb[ci]"):
        (target / "rescat" / "slopes" / "__pycache__").mkdir(exist_ok=True)
        shutil.copy2(compiled, target / "rescat" / "slopes" / "__pycache__")
    return Repository(target)


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


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def addresses(built_book):
    """Where the book starts: as a folder on a disk, and on a server."""
    handler = functools.partial(QuietHandler, directory=built_book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"file": built_book.as_uri(), "http": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    """A headless browser that reaches no network."""
    from playwright.sync_api import sync_playwright

    names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        program = next(filter(None, map(shutil.which, names)), own if Path(own).exists() else None)
        if program is None:
            _missing(
                "no Chromium: install Debian's `chromium` (apt-get install chromium), or "
                "`.venv/bin/python -m playwright install chromium`"
            )
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
    load = f"for (p in strsplit('{packages}', ' ')[[1]]) suppressMessages(library(p, char = TRUE))"
    if program is None or subprocess.run([program, "-e", load], capture_output=True).returncode:
        debian = (
            "r-base-core r-cran-lme4 r-cran-lmertest r-cran-pbkrtest r-cran-matchit r-cran-metafor"
        )
        _missing(f"no R with {packages}: install Debian's {debian}")
    return program


def _missing(reason: str):
    """Skip where a tool may be absent; in CI it may not."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)
