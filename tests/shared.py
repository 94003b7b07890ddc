"""What tests of several rooms need, by name; fixtures are in conftest.py."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import rescat

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "tests" / "reference"  # values that other programs computed
# Verbs of which one can see whether somebody can do it.
VERBS = {
    *("check", "choose", "compare", "compute", "count", "derive", "find", "follow", "judge"),
    *("list", "name", "put", "read", "recognise", "recompute", "say", "tell", "test", "write"),
}

# The header of a chapter that needs nothing.
FRONT = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   rescat:
#     objectives: [read it]
#     before: nothing
#     minutes: 1
#     needs: only the paper
#     estimand: none
#     ledger: none
# ---
"""


def refused(call, *arguments) -> rescat.DataError:
    """The error with which a call refuses its tables."""
    with pytest.raises(rescat.DataError) as caught:
        call(*arguments)
    return caught.value


def rewrite(path: Path, old: str, new: str, count: int = 1) -> None:
    """Put other words in the place of the first of some in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def as_own(text: str) -> str:
    """A table of the twin as somebody's own: other names, and nothing that says it is invented."""
    header, *rows = text.replace("INVENTED-", "S").splitlines()
    assert header.endswith(",origin")
    rows = [row.removesuffix(",synthetic") for row in rows]
    return "\n".join([header.removesuffix(",origin"), *rows, ""])


def copy_as_own(folder: Path, *names: str) -> None:
    """Tables of the twin, in a folder of your own."""
    for name in names:
        text = (rescat.DATA / "synthetic" / f"{name}.csv").read_text(encoding="utf-8")
        (folder / f"{name}.csv").write_text(as_own(text), encoding="utf-8")


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

    def start(self) -> subprocess.Popen:
        """Start to build the book; its steps are in one group, which a test may stop or kill."""
        return subprocess.Popen(
            self.command("doit", "book"),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )

    def clear(self, *kept: str) -> None:
        """Remove notebooks and pages written by hand, but some; for others in their place."""
        for path in [*self.root.glob("notebooks/**/*.*"), *self.root.glob("book/*.md")]:
            if path.name not in kept:
                path.unlink()


class Copies:
    """What tests do with a repository many times, in copies of one process that has loaded it.

    A step takes a fraction of a second so, and not the seconds in which Python loads everything.
    The code of the repository is that of the beginning; what a step reads may change. Where no
    process can be copied, everything starts afresh.
    """

    def __init__(self, repository: Repository):
        self.repository = repository

    def __enter__(self):
        path = os.pathsep.join([str(self.repository.root), str(ROOT / "tests")])
        self.process = subprocess.Popen(
            self.repository.command("copies"),
            cwd=self.repository.root,
            env={**self.repository.environment, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.read()
        assert self.process.wait() == 0

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Do a step, or run a notebook, a few lines of code or tests (``copies.py``)."""
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        said = ""
        for line in self.process.stdout:
            text, end, code = line.partition("\0")
            said += text
            if end:
                return subprocess.CompletedProcess(arguments, int(code), said)
        raise AssertionError(said)


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
    # What is compiled: the models would take ten seconds in each copy, the modules two. One test
    # makes the models anew.
    for kind in ("*.pyc", "*.nb[ci]"):
        for compiled in (ROOT / "rescat").rglob(f"__pycache__/{kind}"):
            place = target / compiled.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(compiled, place)
    return Repository(target)


def people(letter, **columns):
    """A table of invented patients T1, T2, … with some columns."""
    n = len(next(iter(columns.values())))
    names = [f"{letter}{i + 1}" for i in range(n)]
    return pd.DataFrame({"patient_id": names, **columns, "origin": "synthetic"})
