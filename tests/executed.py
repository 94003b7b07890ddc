"""The notebooks of an edition, each executed in a copy of this process: cells alone, no Sphinx."""

import contextlib
import io
import multiprocessing
import os
import traceback
import warnings

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from shared import ROOT

import rescat
from rescat.book.edition import Page, Profile
from rescat.book.notebooks import _prepared, derive

# Of what is invented and the same for all data, a few draws do.
FEW = {"n_bootstrap": 99, "studies": 12, "pools": 5}
_SECONDS = 600


def trouble(profile: Profile, page: Page) -> str:
    """What went wrong while a page was executed; empty if nothing did."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    copy = context.Process(target=_execute, args=(profile, page, sender))
    copy.start()
    sender.close()
    said = f"not done after {_SECONDS} s"
    if receiver.poll(_SECONDS):
        with contextlib.suppress(EOFError):
            said = receiver.recv()
    copy.kill()
    copy.join()
    return said


def _execute(profile: Profile, page: Page, sender) -> None:
    try:
        sender.send(_cells(profile, page))
    except BaseException:  # of the test itself, or an exit from a cell
        sender.send(traceback.format_exc())


def _cells(profile: Profile, page: Page) -> str:
    os.chdir(ROOT)
    warnings.simplefilter("ignore", rescat.RescatWarning)
    derive(page.notebook)
    notebook = nbformat.read(ROOT / "notebooks" / f"{page.notebook}.ipynb", as_version=4)
    shell = InteractiveShell.instance()
    for cell in _prepared(notebook, profile, page).cells:
        if cell.cell_type != "code":
            continue
        with capture_output() as said:
            done = shell.run_cell(cell.source)
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update({"data_dir": profile.data_dir, **page.parameters, **FEW})
        if not done.success:
            told = io.StringIO()
            error = done.error_in_exec or done.error_before_exec
            traceback.print_exception(error, file=told)
            return f"{cell.source}\n\n{told.getvalue()}"
        if said.stderr.strip():
            return f"{cell.source}\n\nwrote to standard error: {said.stderr}"
    return ""
