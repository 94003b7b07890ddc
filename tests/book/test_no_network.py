"""Nothing needs a network, and nothing asks for one: in a namespace that has no way out."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import corpus
import pytest
from shared import Repository, copy_as_own, copy_repository

pytestmark = [pytest.mark.book, pytest.mark.tier2]

# Notes each attempt of a Python to reach another computer, even one that is caught.
WATCH = """
import os
import sys


def note(event, arguments):
    if event == "socket.connect" and not isinstance(arguments[1], (str, bytes)):
        line = f"{event} {arguments[1]!r}"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and arguments[0] not in HERE:
        line = f"{event} {arguments[0]!r}"
    else:
        return
    if not any(f"'{here}'" in line for here in HERE if here):
        with open(os.environ["ATTEMPTS"], "a") as file:
            file.write(f"{line} {sys.argv[:3]}\\n")


HERE = (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0")
sys.addaudithook(note)
"""

# Sets the interface lo up, as `ip link set lo up` does, and becomes the command that follows.
LOOPBACK = """
import fcntl, os, socket, struct, sys
up, set_flags = 0x1, 0x8914
with socket.socket() as asked:
    fcntl.ioctl(asked, set_flags, struct.pack("16sh22x", b"lo", up))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass
class Alone(Repository):
    """A copy of the repository whose commands run without a network, but for themselves."""

    watch: Path

    def command(self, *arguments: str) -> list[str]:
        return [*without_network(), sys.executable, "-m", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.root), str(self.watch)])
        return {**os.environ, "PYTHONPATH": path, "ATTEMPTS": str(self.attempts)}

    @property
    def attempts(self) -> Path:
        return self.watch / "attempts.txt"

    def python(self, code: str) -> subprocess.CompletedProcess:
        return self._start([*without_network(), sys.executable, "-c", code])


def without_network() -> list[str]:
    """What stands before a command, so that it has no interface but its own loopback.

    Jupyter speaks to its kernels by it; from there nothing can be reached outside.
    """
    return ["unshare", "-rn", sys.executable, "-I", "-c", LOOPBACK]


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Alone:
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare, as Linux has it")
    tried = subprocess.run([*without_network(), "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"this system lets nobody make a network namespace: {tried.stderr.strip()}")
    watch = tmp_path_factory.mktemp("watch")
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    repository = copy_repository(tmp_path_factory.mktemp("alone"))
    return Alone(repository.root, watch)


@contextlib.contextmanager
def somebody() -> Iterator[int]:
    """A server on this computer, outside of the namespace."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def asking(port: int, host: str = "127.0.0.1") -> str:
    return f"import socket; socket.create_connection(({host!r}, {port}), timeout=5); print('in')"


def test_a_connection_is_stopped_and_noted(alone):
    """Without this the tests below would say nothing."""
    with somebody() as port:
        outside = Repository(alone.root).python(asking(port))
        assert outside.stdout == "in\n"
        inside = alone.python(asking(port))
        assert "ConnectionRefusedError" in inside.stdout
    far = alone.python(asking(443, "192.0.2.1"))  # an address for examples
    assert "Network is unreachable" in far.stdout
    named = alone.python(asking(443, "example.org"))
    assert "socket.gaierror" in named.stdout
    noted = alone.attempts.read_text().splitlines()
    assert [line.partition(" [")[0] for line in noted] == [
        "socket.getaddrinfo '192.0.2.1'",
        "socket.connect ('192.0.2.1', 443)",
        "socket.getaddrinfo 'example.org'",
    ]
    alone.attempts.unlink()


def test_the_book_and_an_edition_are_built(alone, tmp_path):
    alone.build()
    assert (alone.html / "index.html").is_file()
    own = tmp_path / "mine"
    own.mkdir()
    copy_as_own(own, "patients", "events", "biomarkers")
    table = (own / "biomarkers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    few = [line for line in table if any(f",{m}," in line for m in ("marker", "NFL", "TNFα"))]
    (own / "biomarkers.csv").write_text("".join(few), encoding="utf-8")
    done = alone.run("doit", "book", f"data={own}")
    assert done.returncode == 0, done.stdout
    [edition] = alone.root.glob("build/private-*")
    assert (edition / "html" / "markers" / "NFL.html").is_file()
    for kind in ("zip", "epub"):
        done = alone.run("doit", kind)
        assert done.returncode == 0, done.stdout
    assert not alone.attempts.exists(), alone.attempts.read_text()


def test_commands_need_none(alone, tmp_path):
    (tmp_path / "own").mkdir()
    copy_as_own(tmp_path / "own", "patients", "events", "biomarkers")
    (tmp_path / "plate.csv").write_text(corpus.BIOMARKERS, encoding="utf-8")
    for arguments in (
        ("check", tmp_path / "own"),
        ("import", tmp_path / "plate.csv", "--out", tmp_path / "imported"),
        ("summary", tmp_path / "own", "--out", tmp_path / "summary"),
        ("export", tmp_path / "own", "redcap", tmp_path / "table.csv"),
        ("template", tmp_path / "template"),
        ("study", "operating", "--quick", "--cells", "0-1", "--folder", tmp_path / "cells"),
    ):
        done = alone.run("rescat", *map(str, arguments))
        assert done.returncode == 0, (arguments, done.stdout)
    assert not alone.attempts.exists(), alone.attempts.read_text()
