"""A process that has loaded a repository; each line of its input is done by a copy of it.

It is started in a copy of the repository by ``shared.Copies``. A line is a list in JSON: a step of
``rescat.book.build`` with its arguments; ``papermill`` with a notebook, the file for the executed
one, and the folder of the data; ``python`` with a few lines of code; or ``pytest`` with its
arguments. When it is done, ``\\0`` and the exit code are printed.
"""

import functools
import json
import os
import subprocess
import sys

from rescat.book import forks


def papermill(notebook: str, executed: str, data: str) -> int:
    """Run a whole notebook as by hand, but in a copy of this process; return the exit code."""
    if not forks.available():
        command = ["-m", "papermill", notebook, executed, "-p", "data_dir", data]
        return subprocess.call([sys.executable, *command])
    return forks.run_copy(execute, notebook, executed, data)


def execute(notebook: str, executed: str, data: str) -> None:
    """What the copy does."""
    from rescat.book.kernels import copied_kernel

    kernel = copied_kernel()
    import papermill

    forks.end_with_parent()
    papermill.execute_notebook(
        notebook,
        executed,
        parameters={"data_dir": data},
        progress_bar=False,
        kernel_manager_class=kernel,
    )


def python(code: str) -> int:
    """Run a few lines as ``python -c`` does, but in a copy of this process."""
    if not forks.available():
        return subprocess.call([sys.executable, "-c", code])
    return forks.run_copy(run_code, code)


def run_code(code: str) -> None:
    """What the copy does."""
    forks.end_with_parent()
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})


def tests(*arguments: str) -> int:
    """Run the tests of the repository as by hand, but in a copy of this process."""
    if not forks.available():
        return subprocess.call([sys.executable, "-m", "pytest", *arguments])
    return forks.run_copy(run_tests, *arguments)


def run_tests(*arguments: str) -> None:
    """What the copy does."""
    forks.end_with_parent()
    import pytest

    sys.exit(pytest.main(list(arguments)))


def main() -> None:
    os.environ.update(forks.STEADY)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        known = {"papermill": papermill, "python": python, "pytest": tests}
        run = known.get(name, functools.partial(forks.run_step, name))
        code = run(*arguments)
        print(f"\0{code}", flush=True)


if __name__ == "__main__":
    main()
