"""A process that has loaded a repository; each line of its input is done by a copy of it.

It is started in a copy of the repository by ``shared.Loaded``. A line is JSON: an environment, and
a module with its arguments: a step of ``rescat.book.build``, ``doit`` for a build, ``papermill``
for a notebook, ``pytest``, or ``-c`` with a few lines of code. When it is done, ``\\0`` and the
exit code are printed; at first, that all is loaded.
"""

import contextlib
import json
import multiprocessing.forkserver
import multiprocessing.util
import os
import sys

from rescat.book import forks


def prepare() -> None:
    """Start the process that hands out copies, without a word of it."""
    with contextlib.redirect_stdout(None):
        forks.run_copy(bool)


def build(*arguments: str) -> None:
    """Run doit. Its steps begin as copies too, of this copy."""
    from doit.doit_cmd import DoitMain

    multiprocessing.util.spawnv_passfds = _spawn
    prepare()
    forks.end_with_parent()
    sys.exit(DoitMain().run(list(arguments)))


_spawn_afresh = multiprocessing.util.spawnv_passfds


def _spawn(path, arguments, kept) -> int:
    """Start the process that hands out copies as a copy itself: it has loaded everything."""
    if "forkserver" not in arguments[-1]:
        return _spawn_afresh(path, arguments, kept)
    pid = os.fork()
    if pid:
        return pid
    sys.stdout = sys.__stdout__
    try:
        for number in map(int, os.listdir("/proc/self/fd")):
            if number > 2 and number not in kept:
                os.closerange(number, number + 1)
        multiprocessing.forkserver._forkserver.__init__()  # its lock is held: it is being started
        exec(arguments[-1], {})
    finally:
        os._exit(1)


def papermill(notebook: str, executed: str, *given: str) -> None:
    """Run a whole notebook as by hand; ``given`` is ``-p``, the name of a parameter, its value."""
    from rescat.book.kernels import copied_kernel

    kernel = copied_kernel()
    import papermill

    forks.end_with_parent()
    papermill.execute_notebook(
        notebook,
        executed,
        parameters=dict([given[1:]]),
        progress_bar=False,
        kernel_manager_class=kernel,
    )


def code(lines: str) -> None:
    """Run a few lines as ``python -c`` does."""
    forks.end_with_parent()
    exec(compile(lines, "<string>", "exec"), {"__name__": "__main__"})


def tests(*arguments: str) -> None:
    """Run tests of the repository as by hand."""
    import pytest

    forks.end_with_parent()
    sys.exit(pytest.main(list(arguments)))


RUN = {"doit": build, "papermill": papermill, "pytest": tests, "-c": code}


def begin(environment: dict[str, str], module: str, *arguments: str) -> None:
    """What a copy does."""
    os.environ.clear()
    os.environ.update(environment | forks.STEADY)
    RUN[module](*arguments)


def main() -> None:
    os.environ.update(forks.STEADY)
    prepare()
    print("\0ready", flush=True)
    for line in sys.stdin:
        environment, module, *arguments = json.loads(line)
        if module == "rescat.book.build":
            ended = forks.run_step(*arguments)
        else:
            ended = forks.run_copy(begin, environment, module, *arguments)
        print(f"\0{ended}", flush=True)


if __name__ == "__main__":
    main()
