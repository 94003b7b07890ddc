"""The steps that make the book; ``dodo.py`` says when each of them runs.

Every step can be run by hand from anywhere::

    python -m rescat.book.build derive 01_cohort
    python -m rescat.book.build check-data
    python -m rescat.book.build compile
    python -m rescat.book.build execute 01_cohort markers/NFL
    python -m rescat.book.build html

With ``--data folder`` the step is that of the private edition of this folder.

A step that ends well returns 0. One that cannot go on says why, in one message without a
traceback, and returns 1. Nothing is ever half written: each file or folder is made aside and
renamed when it is whole, so a killed run leaves what was there before.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator

from ..base.errors import RescatError, RescatWarning
from ..base.files import ROOT, shown
from ..base.inert import say
from ..data.contract import refresh_checksums
from ..data.loaders import check_data
from ..synthetic.committed import write_pool, write_twin
from .edition import Profile, edition, notebooks
from .notebooks import derive, execute
from .site import html

__all__ = ["STEADY", "check_tables", "compile_models", "main", "run_step"]

# What makes two runs on the same inputs give the same bytes.
STEADY = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "1735689600",
    "TZ": "UTC",
    # One thread per kernel: sums come out in one order, and the chapters share the cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # The kernel of this environment, never a kernel of the same name in the user's home.
    "JUPYTER_PREFER_ENV_PATH": "1",
    # Without it the kernel's debugger warns on standard error about frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # No progress bars in a chapter: they go to standard error.
    "TQDM_DISABLE": "1",
}


def check_tables(profile: Profile) -> None:
    """Validate every table before anything is executed.

    Raises
    ------
    DataError
        With the file, the row, the column, what was found and what was expected.
    """
    check_data(profile.data_dir)


def compile_models() -> None:
    """Compile the code of the models, or find that it was, before chapters run side by side.

    numba keeps what it compiled beside the code, until the code changes.
    """
    from ..slopes import reml  # numba takes half a second to load

    reml.warm_up()


def run_step(*arguments: str) -> bool:
    """Run one step in a process of its own, as doit does; return whether it ended well."""
    code = subprocess.call([sys.executable, "-m", "rescat.book.build", *arguments], cwd=ROOT)
    if code not in (0, 1):  # 1 has said why
        say(f"{' '.join(arguments)}: ended with exit code {code}", error=True)
    return code == 0


@contextlib.contextmanager
def _timed(label: str) -> Iterator[None]:
    say(f"{label} ...")
    started = time.monotonic()
    yield
    say(f"{label}: done in {time.monotonic() - started:.0f} s")


def _derive(profile: Profile, names: list[str]) -> None:
    for name in names or notebooks():
        if derive(name):
            say(f"notebooks/{name}.ipynb: derived from notebooks/{name}.py")


def _check_data(profile: Profile, names: list[str]) -> None:
    check_tables(profile)


def _compile(profile: Profile, names: list[str]) -> None:
    with _timed("model code"):
        compile_models()


def _twin(profile: Profile, names: list[str]) -> None:
    with _timed("data/synthetic"):
        write_twin()


def _pool(profile: Profile, names: list[str]) -> None:
    with _timed("data/synthetic/pool.csv"):
        write_pool()


def _checksums(profile: Profile, names: list[str]) -> None:
    say(f"New checksums: {', '.join(refresh_checksums()) or 'none'}")


def _execute(profile: Profile, names: list[str]) -> None:
    for page in [profile.page(name) for name in names] or profile.pages():
        with _timed(f"notebooks/{page.name}" if page.marker is None else page.name):
            execute(profile, page)


def _html(profile: Profile, names: list[str]) -> None:
    with _timed("pages"):
        html(profile)
    index = profile.html / "index.html"
    kind = "private edition" if profile.private else "book"
    say(f"The {kind} is ready: open {shown(index)}\n{index.as_uri()}")


STEPS = {
    "derive": _derive,
    "check-data": _check_data,
    "checksums": _checksums,
    "compile": _compile,
    "twin": _twin,
    "pool": _pool,
    "execute": _execute,
    "html": _html,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one step from the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m rescat.book.build", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("names", nargs="*", help="notebooks or pages; all if none is given")
    parser.add_argument("--data", help="folder of your own data, for the private edition")
    options = parser.parse_args(arguments)
    os.environ.update(STEADY)
    warnings.simplefilter("ignore", RescatWarning)  # pages say what a fit lacks beside its figures
    try:
        profile = edition(options.data)
        profile.prepare()
        os.chdir(ROOT)
        STEPS[options.step](profile, options.names)
    except RescatError as error:
        say(f"\n{error}\n", error=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
