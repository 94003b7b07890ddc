"""Processes that begin as copies of one that has loaded everything: the steps, and the kernels.

To start Python and load pandas, seaborn, statsmodels and the compiled models takes seconds; to copy
(fork) a process that has loaded them takes a fraction of one. That process runs no notebook itself.
So each copy finds what a fresh process would find, and nothing that another one did.

Python's ``forkserver`` does the work. Only on Linux: Windows has no fork, and on macOS system
libraries do not survive one. There, and with ``RESCAT_FORKS=0``, everything starts afresh.
"""

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import wait

from ..base.files import ROOT
from ..base.inert import say

__all__ = ["STEADY", "available", "end_with_parent", "is_copy", "run_copy", "run_step"]

_COPY = False
_LOCK = threading.Lock()
_STARTED: list = []  # the context, once something was asked of it
# Steps that need so little that to load everything for them would take longer.
_LIGHT = {"pages", "html"}

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


def available() -> bool:
    """Whether processes can begin as copies here."""
    return sys.platform == "linux" and os.environ.get("RESCAT_FORKS") != "0"


def is_copy() -> bool:
    """Whether this process began as a copy, and so has done nothing yet but its step."""
    return _COPY


def run_step(*arguments: str) -> int:
    """Run one step of :mod:`rescat.book.build` in a process of its own; return the exit code."""
    if not available() or (arguments[0] in _LIGHT and not _STARTED):
        command = [sys.executable, "-m", "rescat.book.build", *arguments]
        return subprocess.call(command, cwd=ROOT)
    return run_copy(_step, list(arguments))


def run_copy(function: Callable, *arguments) -> int:
    """Call a function in a copy of the process that has loaded everything; return its exit code."""
    context = _context()
    process = context.Process(target=function, args=arguments)
    # To start one, multiprocessing looks whether others have ended. Two threads that read the code
    # of one process get it once, and 255 the other time.
    with _LOCK:
        process.start()
    wait([process.sentinel])
    with _LOCK:
        return process.exitcode


def _context():
    context = multiprocessing.get_context("forkserver")
    with _LOCK:
        if not _STARTED:
            say("Loading the libraries and the models ...")
            context.set_forkserver_preload(["rescat.book.preloaded"])
            _STARTED.append(context)
    return context


def end_with_parent() -> None:
    """End this process when the one that asked for it is gone, which may have been killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _step(arguments: list[str]) -> None:
    global _COPY
    _COPY = True
    end_with_parent()
    # By its name: the module loads much, and this one is loaded where nothing else is done.
    try:
        sys.exit(import_module("rescat.book.build").main(arguments))
    finally:
        # A kernel whose executor Ctrl-C ended would be waited for.
        for kernel in multiprocessing.active_children():
            kernel.kill()
