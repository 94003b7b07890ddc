"""An import that is killed, or finds no room, leaves whole files or none."""

import errno
import multiprocessing
import os
import random
import signal
import time

import corpus
import pytest

import rescat
from rescat.__main__ import IMPORT_LOGS, main
from rescat.base.files import write_whole

IMPORTED = ("biomarkers.csv", *IMPORT_LOGS)
fork = multiprocessing.get_context("fork")


def run(*arguments: str) -> multiprocessing.Process:
    process = fork.Process(target=lambda: os._exit(main(list(arguments))))
    process.start()
    return process


@pytest.fixture
def files(tmp_path):
    """A plate with enough rows that an import takes a while."""
    head, *rows = corpus.BIOMARKERS.splitlines()
    more = [row.replace("S0", f"S{n}") for n in range(6) for row in rows]
    (tmp_path / "plate.csv").write_text("\n".join([head, *more]))
    return tmp_path / "plate.csv"


@pytest.mark.slow
def test_fifty_kills(files, tmp_path, capfd):
    begun = time.monotonic()
    process = run("import", str(files), "--out", str(tmp_path / "whole"))
    process.join()
    took = time.monotonic() - begun
    assert process.exitcode == 0
    whole = {name: (tmp_path / "whole" / name).read_bytes() for name in IMPORTED}
    draw, seen = random.Random(7), set()
    out = tmp_path / "out"
    for _ in range(50):
        process = run("import", str(files), "--out", str(out), "--force")
        time.sleep(draw.uniform(0.2, 1.1) * took)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        there = {name for name in IMPORTED if (out / name).exists()}
        assert all((out / name).read_bytes() == whole[name] for name in there)
        assert IMPORTED[0] not in there or len(there) == len(IMPORTED), "a table without its log"
        seen.add(process.exitcode)
        for name in there:
            (out / name).unlink()
    assert -signal.SIGKILL in seen
    process = run("import", str(files), "--out", str(out), "--force")
    process.join()
    assert {name: (out / name).read_bytes() for name in IMPORTED} == whole
    assert {path.name for path in out.iterdir()} == set(IMPORTED), "what a kill left is gone"


def test_no_room_is_explained(files, tmp_path, capfd):
    """A limit on the size of files is what a full disk is to this process."""
    resource = pytest.importorskip("resource")
    head, *rows = corpus.BIOMARKERS.splitlines()
    more = [row.replace("S0", f"S{n}") for n in range(40) for row in rows]
    files.write_text("\n".join([head, *more]))

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        os._exit(main(["import", str(files), "--out", str(tmp_path / "out")]))

    process = fork.Process(target=limited)
    process.start()
    process.join()
    assert process.exitcode == 1
    said = capfd.readouterr().err
    assert "cannot be written: no room is left on the disk for it" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "biomarkers.csv").exists()
    assert not list((tmp_path / "out").glob(".*"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EROFS, "you may not write in this folder"),
        (errno.EACCES, "you may not write"),
        (errno.ENOSPC, "no room is left"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_was_there_stays(tmp_path, monkeypatch, code, said):
    path = tmp_path / "table.csv"
    path.write_text("before")

    def refuses(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", refuses)
    with pytest.raises(rescat.RescatError, match=said):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_file_where_a_folder_should_be(files, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert main(["import", str(files), "--out", str(tmp_path / "out")]) == 1
    assert "cannot be written: a file stands where a folder should be" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"
