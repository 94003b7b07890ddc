"""Run a study: on the cores of this machine, on a Dask cluster, or on another backend of joblib."""

import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from ..base.errors import BuildError, MissingExtraError, ModelError
from ..base.files import BUILD, write_whole
from .grid import Cell, Study, called, result_of_cell, state_of_cell

__all__ = ["kept_results", "run", "tables"]

RESULTS = BUILD / "studies"
_FRUITLESS = 3  # rounds in a row in which workers died and no cell was finished


def run(
    study: Study,
    *,
    folder: Path | None = None,
    cells: Sequence[int] | None = None,
    jobs: int = -1,
    backend: str | None = None,
    scheduler: str | None = None,
    progress: bool = True,
) -> int:
    """Compute the cells of a study whose results are not there, or are of another state.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        Where each cell has its file; ``build/studies/NAME`` if not given.
    cells : sequence of int, optional
        Numbers of the cells, counted from 0; all if not given.
    jobs : int
        Processes; -1 is one for each core. Not for a Dask cluster, which has its workers.
    backend : str, optional
        A backend that was registered with joblib; loky (processes) if not given.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://host:8786``), whose workers have this package.
    progress : bool
        Show a bar with the time left.

    Returns
    -------
    int
        How many cells were computed.

    Raises
    ------
    BuildError
        If a worker has other code or libraries than this process, or if workers die again and
        again and no cell is finished.
    MissingExtraError
        If joblib, or for a scheduler Dask, is not installed.
    ModelError
        If there is no cell of such a number.

    Notes
    -----
    Each result is written, whole, as soon as it arrives, by this process alone; so a run that is
    killed goes on where it was. If a process of loky is killed, the cells under way are begun
    again; Dask begins again those of the worker that was lost.
    """
    folder = RESULTS / study.name if folder is None else Path(folder)
    wanted = range(len(study.cells)) if cells is None else cells
    outside = [i for i in wanted if not 0 <= i < len(study.cells)]
    if outside:
        raise ModelError(
            f"study {study.name}: found cell {outside[0]}, expected 0 to {len(study.cells) - 1}"
        )
    kept = kept_results(study, folder)
    todo = sorted((i for i in wanted if i not in kept), key=lambda i: -study.cells[i].cost)
    if not todo:
        return 0
    total, fruitless = len(todo), 0
    every = sum(study.cells[i].cost for i in wanted)
    with (
        _workers(jobs, backend, scheduler) as (parallel, delayed, died),
        tqdm(
            total=every,
            initial=every - sum(study.cells[i].cost for i in todo),
            desc=study.name,
            bar_format="{desc}: {percentage:3.0f} %|{bar}| {elapsed}, {remaining} left{postfix}",
            disable=not progress,
        ) as bar,
    ):
        while todo:
            before = len(todo)
            try:
                for i, text in parallel(
                    delayed(_one)(study.cells[i], study.seed, i, study.state(i)) for i in todo
                ):
                    write_whole(path_of(folder, i), text)
                    todo.remove(i)
                    bar.set_postfix_str(f"{total - len(todo)} of {total} cells", refresh=False)
                    bar.update(study.cells[i].cost)
            except died as error:
                fruitless = fruitless + 1 if len(todo) == before else 0
                if fruitless == _FRUITLESS:
                    raise BuildError(
                        f"study {study.name}: workers died {fruitless} times before any cell was "
                        f"finished; {len(todo)} cells are left, what is finished is kept. Is there "
                        "enough memory?"
                    ) from error
    return total


def _one(cell: Cell, seed: int, i: int, state: str) -> tuple[int, str]:
    """What a worker does: one cell, if its code and libraries are those of who asks."""
    own = state_of_cell(cell, seed, i)
    if own != state:
        raise BuildError(
            f"cell {i}: a worker would compute it with other code, Python or libraries than this "
            "process. Install the same rescat and the same requirements.txt there"
        )
    return i, result_of_cell(cell, seed, i)


@contextlib.contextmanager
def _workers(jobs: int, backend: str | None, scheduler: str | None):
    """Parallel of joblib, its delayed, and the errors that say that a worker died."""
    try:
        import joblib
        from joblib.externals.loky.process_executor import BrokenProcessPool
    except ImportError as error:
        raise MissingExtraError("studies need joblib: pip install 'rescat[studies]'") from error
    options = {"return_as": "generator_unordered", "batch_size": 1, "pre_dispatch": "all"}
    if scheduler is None:
        with joblib.parallel_config(backend or "loky", n_jobs=jobs):
            yield joblib.Parallel(**options), joblib.delayed, BrokenProcessPool
        return
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise MissingExtraError(
            "a Dask scheduler needs distributed: pip install 'rescat[studies]'"
        ) from error
    try:
        client = Client(scheduler, timeout=30, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BuildError(
            f"found no Dask scheduler at {scheduler}, expected an address such as tcp://host:8786"
        ) from error
    with client, joblib.parallel_config("dask", client=client, wait_for_workers_timeout=60):
        yield joblib.Parallel(**options), joblib.delayed, KilledWorker


def path_of(folder: Path, i: int) -> Path:
    """The file of a cell."""
    return folder / f"{i:05d}.json"


def kept_results(study: Study, folder: Path | None = None) -> dict[int, list[dict]]:
    """The rows of every cell whose result is there and of the present state.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        As of :func:`run`.

    Examples
    --------
    >>> from rescat.studies.grid import Study
    >>> kept_results(Study("nothing", 1, ()))
    {}
    """
    folder = RESULTS / study.name if folder is None else Path(folder)
    found = {}
    for i in range(len(study.cells)):
        try:
            result = json.loads(path_of(folder, i).read_text(encoding="utf-8"))
            if result["state"] == study.state(i):
                found[i] = result["rows"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # absent, or damaged: it is made again
    return found


def tables(study: Study, results: dict[int, list[dict]]) -> dict[str, str]:
    """The tables of a study as CSV: the rows of the cells in the order of the grid, or a summary.

    Parameters
    ----------
    study : Study
    results : dict
        Of all cells, from :func:`kept_results`.

    Raises
    ------
    ModelError
        If a cell is missing.

    Examples
    --------
    >>> from rescat.studies.grid import Cell, Study
    >>> study = Study("example", 1, (Cell("rescat.studies.operating:tests_of", "rates", {}),))
    >>> print(tables(study, {0: [{"rate": 0.05}]})["rates"])
    rate,origin
    0.05,synthetic
    <BLANKLINE>
    """
    missing = [i for i in range(len(study.cells)) if i not in results]
    if missing:
        raise ModelError(
            f"study {study.name}: {len(missing)} of {len(study.cells)} cells have no result, the "
            f"first is {missing[0]}"
        )
    names: Iterable[str] = dict.fromkeys(cell.table for cell in study.cells)
    frames = {
        name: pd.DataFrame(
            [row for i, cell in enumerate(study.cells) if cell.table == name for row in results[i]]
        )
        for name in names
    }
    if study.summary:
        frames = called(study.summary)(frames)
    return {
        name: frame.assign(origin="synthetic").to_csv(
            index=False, float_format="%.6g", lineterminator="\n"
        )
        for name, frame in frames.items()
    }
