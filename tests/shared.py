"""What tests of several rooms need, by name; fixtures are in conftest.py."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest

import rescat
from rescat.base.files import files_below
from rescat.book import forks

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
#     answer: It is short.
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
        return self._start(self.command(*arguments))

    def python(self, code: str) -> subprocess.CompletedProcess:
        """Run a few lines of Python on the copy."""
        return self._start([sys.executable, "-c", code])

    def _start(self, command: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
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


class Loaded(Repository):
    """A repository that a process has loaded, whose copies build it, or do a step of that.

    That takes a fraction of the seconds in which Python loads everything. What a build reads may
    change, but its code is that of the beginning; what is started, or run by another module, starts
    afresh. So does everything where no process can be copied.
    """

    LOADED: ClassVar[set[str]] = {"doit", "rescat.book.build", "papermill", "pytest"}

    @classmethod
    def of(cls, base: Repository, folder: Path) -> "Loaded":
        """A copy of another copy, with what was made there: to change, and to take back."""
        return cls(Path(shutil.copytree(base.root, folder / "repository")))

    def __enter__(self):
        path = os.pathsep.join([str(self.root), str(ROOT / "tests")])
        self.process = subprocess.Popen(
            self.command("copies"),
            cwd=self.root,
            env={**self.environment, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert "\0" in self.process.stdout.readline()  # it has loaded everything
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.read()
        assert self.process.wait() == 0

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess:
        if not forks.available() or module not in self.LOADED:
            return super().run(module, *arguments)
        return self._copy(module, *arguments)

    def python(self, code: str) -> subprocess.CompletedProcess:
        return self._copy("-c", code) if forks.available() else super().python(code)

    def _copy(self, module: str, *arguments: str) -> subprocess.CompletedProcess:
        self.process.stdin.write(json.dumps([self.environment, module, *arguments]) + "\n")
        self.process.stdin.flush()
        said = ""
        for line in self.process.stdout:
            text, end, code = line.partition("\0")
            said += text
            if end:
                return subprocess.CompletedProcess(arguments, int(code), said)
        raise AssertionError(said)

    def afresh(self) -> Repository:
        """The same folder, in which everything starts afresh: for a change of the code."""
        return Repository(self.root)

    def take_back(self, base: Repository) -> None:
        """Make all files those of another copy again, of which this one was made."""
        for folder in sorted(path for path in self.root.rglob("*") if path.is_dir()):
            if not (base.root / folder.relative_to(self.root)).is_dir():
                shutil.rmtree(folder, ignore_errors=True)
        wanted = {path.relative_to(base.root): path for path in files_below(base.root)}
        for path in files_below(self.root):
            if path.relative_to(self.root) not in wanted:
                path.unlink()
        for name, path in wanted.items():
            here, there = self.root / name, path.stat()
            if not here.exists() or state(here.stat()) != state(there):
                here.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, here)


def state(found: os.stat_result) -> tuple[int, int]:
    return found.st_mtime_ns, found.st_size


def read_trials(path: Path) -> dict[str, pd.DataFrame]:
    """The trials of a file of tests/reference, by their name."""
    frame = pd.read_csv(path, dtype={"patient_id": str})
    frame["treated"] = frame["treated"].astype(bool)
    return dict(list(frame.groupby("data")))


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


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def places_of(folder: Path) -> Iterator[dict[str, str]]:
    """Where a folder begins: on a disk, and on a server that ends with the block."""
    handler = functools.partial(QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"file": folder.as_uri(), "http": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


def laid(folder, mapping="", **files):
    """Write files and a mapping, and say where they are."""
    where = folder / "lab"
    where.mkdir()
    for name, text in files.items():
        (where / f"{name}.csv").write_text(text, encoding="utf-8")
    told = folder / "mapping.toml"
    told.write_text(mapping, encoding="utf-8")
    return where, told
