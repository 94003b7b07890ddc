"""A process that has loaded a repository; each line of its input is done by a copy of it.

It is started in a copy of the repository by ``shared.Copies``. A line is a list in JSON: a step of
``rescat.book.build`` with its arguments, or ``papermill`` with a notebook, the file for the
executed one, and the folder of the data. When it is done, ``\\0`` and the exit code are printed.
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


def main() -> None:
    os.environ.update(forks.STEADY)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        run = papermill if name == "papermill" else functools.partial(forks.run_step, name)
        code = run(*arguments)
        print(f"\0{code}", flush=True)


if __name__ == "__main__":
    main()
