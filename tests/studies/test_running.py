"""A study gives the same bytes wherever it runs, and survives the death of workers."""

import os
import signal
import threading
import time

import pytest
from studies.test_grid import COMPUTE, SETTINGS

import rescat
from rescat.__main__ import main
from rescat.studies.grid import Cell, Study
from rescat.studies.running import kept_results, run, tables

SMALL = Study(
    "small", 3, tuple(Cell(COMPUTE, "sizes", SETTINGS | {"trials": 5 + n}) for n in range(6))
)
# Some seconds for each cell: time to kill who computes it.
SLOW = Study(
    "slow",
    4,
    tuple(
        Cell(COMPUTE, "sizes", SETTINGS | {"arms": [40, 40, 0], "trials": 3000 + n})
        for n in range(8)
    ),
)


def files_of(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The small study in one process: what every other way has to give."""
    folder = tmp_path_factory.mktemp("alone")
    assert run(SMALL, folder=folder, backend="sequential", progress=False) == 6
    return files_of(folder)


def test_processes_give_the_same_bytes(alone, tmp_path):
    run(SMALL, folder=tmp_path, jobs=2, progress=False)
    assert files_of(tmp_path) == alone


def test_parts_of_a_job_array_make_the_whole(alone, tmp_path):
    for cells in ([3, 4, 5], [0, 1], [2]):
        assert run(
            SMALL, folder=tmp_path, cells=cells, backend="sequential", progress=False
        ) == len(cells)
    assert files_of(tmp_path) == alone
    assert tables(SMALL, kept_results(SMALL, tmp_path))["sizes"].count("\n") == 7


def test_what_is_there_is_kept_and_what_is_damaged_is_made_again(alone, tmp_path):
    run(SMALL, folder=tmp_path, backend="sequential", progress=False)
    (tmp_path / "00002.json").write_text(alone["00002.json"].decode()[:50])
    (tmp_path / "00004.json").unlink()
    assert run(SMALL, folder=tmp_path, backend="sequential", progress=False) == 2
    assert run(SMALL, folder=tmp_path, backend="sequential", progress=False) == 0
    assert files_of(tmp_path) == alone


def test_a_cell_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(rescat.ModelError, match="found cell 6, expected 0 to 5"):
        run(SMALL, folder=tmp_path, cells=[6])
    with pytest.raises(rescat.ModelError, match="6 of 6 cells have no result, the first is 0"):
        tables(SMALL, {})


def kill_one(pids, folder):
    """Kill a worker when the first cell is there, while others are under way."""
    while not list(folder.glob("*.json")):
        time.sleep(0.05)
    os.kill(pids()[0], signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_of_dask_dies_and_the_bytes_are_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    run(SLOW, folder=tmp_path / "alone", backend="sequential", progress=False)
    folder = tmp_path / "cluster"
    folder.mkdir()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        killer = threading.Thread(target=kill_one, args=(lambda: pids, folder))
        killer.start()
        assert run(SLOW, folder=folder, scheduler=cluster.scheduler_address, progress=False) == 8
        killer.join()
        after = [worker.pid for worker in cluster.workers.values()]
    assert pids[0] not in after  # it did die
    assert files_of(folder) == files_of(tmp_path / "alone")


@pytest.mark.slow
def test_a_process_dies_and_the_bytes_are_the_same(tmp_path):
    psutil = pytest.importorskip("psutil")
    run(SLOW, folder=tmp_path / "alone", backend="sequential", progress=False)
    folder = tmp_path / "processes"
    folder.mkdir()

    def workers():
        children = psutil.Process().children(recursive=True)
        return [c.pid for c in children if "LokyProcess" in " ".join(c.cmdline())]

    killer = threading.Thread(target=kill_one, args=(workers, folder))
    killer.start()
    run(SLOW, folder=folder, jobs=2, progress=False)
    killer.join()
    assert files_of(folder) == files_of(tmp_path / "alone")


def test_no_scheduler_is_said(tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(rescat.BuildError, match="expected an address such as"):
        run(SMALL, folder=tmp_path, scheduler="nothing://nowhere", progress=False)
    assert not files_of(tmp_path)


@pytest.mark.parametrize("cells", ["3-", "-2", "a", "1-2-3"])
def test_cells_that_are_no_numbers_are_refused(cells, capsys, tmp_path):
    command = ["study", "operating", "--quick", "--folder", str(tmp_path), f"--cells={cells}"]
    assert main(command) == 1
    assert "expected two numbers such as 0-9" in capsys.readouterr().err


def test_the_command_computes_some_cells(capsys, tmp_path):
    command = ["study", "operating", "--quick", "--folder", str(tmp_path), "--cells=130-131"]
    assert main([*command, "--backend", "sequential"]) == 0
    assert "136 cells are left" in capsys.readouterr().out
    assert list(files_of(tmp_path)) == ["00130.json", "00131.json"]
