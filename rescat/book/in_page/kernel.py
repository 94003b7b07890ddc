"""The kernel of the page: it runs a cell as Jupyter does, and hands on what the cell shows.

It runs in the reader's browser (``worker.js``), where a cell arrives and its outputs leave as JSON
through one door to JavaScript. State stays from cell to cell. Commands of IPython (``%``, ``!``)
are not understood, and say so.
"""

import ast
import json
import linecache
import pprint
import sys
import time
import traceback
import warnings
from base64 import b64encode
from types import CodeType

import _host

__all__ = ["KERNEL", "bundle", "clear_output", "display", "turn"]

# What an object may say of itself, as IPython's formatters ask it.
_KINDS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
}
_EVERY = 0.05  # seconds between two pieces of printed text


def _tell(**what) -> bytes:
    """Say something to JavaScript; its answer."""
    head = json.dumps(what).encode()
    return _host.call(len(head).to_bytes(4, "little") + head)


def bundle(thing) -> dict[str, object]:
    """What a page can show of an object, by MIME type; always with plain text."""
    found = {}
    if not isinstance(thing, type):
        whole = getattr(thing, "_repr_mimebundle_", None)
        if whole is not None:
            given = whole()
            found |= given[0] if isinstance(given, tuple) else given
        for mime, method in _KINDS.items():
            ask = getattr(thing, method, None)
            given = ask() if mime not in found and callable(ask) else None
            if given is not None:
                given = given[0] if isinstance(given, tuple) else given
                found[mime] = b64encode(given).decode() if isinstance(given, bytes) else given
    figure = sys.modules.get("matplotlib.figure")
    if figure and isinstance(thing, figure.Figure):
        found.setdefault("image/svg+xml", _drawn(thing))
    containers = (dict, list, tuple, set, frozenset)
    text = pprint.pformat(thing, sort_dicts=False) if type(thing) in containers else repr(thing)
    return {**found, "text/plain": found.get("text/plain", text)}


def _drawn(figure) -> str:
    import io

    made = io.StringIO()
    figure.savefig(made, format="svg", bbox_inches="tight")
    return made.getvalue()


def display(*things, raw=False, **_):
    """Show objects below the cell, as ``IPython.display.display`` does."""
    for thing in things:
        KERNEL.flush()
        data = thing if raw else bundle(thing)
        _tell(output={"type": "display", "data": data})


def clear_output(wait=False):
    """Take away what the cell has shown so far."""
    KERNEL.flush()
    _tell(clear=bool(wait))


class _Stream:
    """What a cell prints, in pieces."""

    encoding, errors, closed = "utf-8", "strict", False

    def __init__(self, name):
        self.name, self.held, self.last = name, [], 0.0

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        for other in (sys.stdout, sys.stderr):  # what was printed first is seen first
            if other is not self and other.held:
                other.flush()
        self.held.append(text)
        if time.monotonic() - self.last > _EVERY:
            self.flush()
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        text, self.held, self.last = "".join(self.held), [], time.monotonic()
        if text:
            _tell(output={"type": "stream", "name": self.name, "text": text})

    def isatty(self):
        return False

    def readable(self):
        return False

    def writable(self):
        return True

    def fileno(self):
        import io

        raise io.UnsupportedOperation("fileno")


class _Events:
    """What a library wants to be called for, around a cell."""

    def __init__(self):
        self.called = {}

    def register(self, event, function):
        self.called.setdefault(event, []).append(function)

    def unregister(self, event, function):
        self.called.get(event, []).remove(function)

    def trigger(self, *events):
        for function in [f for event in events for f in self.called.get(event, [])]:
            function()


class Kernel:
    """The state that cells share.

    Attributes
    ----------
    names : dict
        The names of the cells.
    events : object
        With ``register(name, function)``, such as ``post_execute``.
    glued : dict of str to dict
        What the running cell gave to the text of its chapter, by name and MIME type.
    """

    def __init__(self):
        self.names = vars(sys.modules["__main__"])  # where pickle and dataclasses look
        self.glued = {}
        self.cells = 0
        self.events = _Events()

    def flush(self):
        """Hand on what was printed."""
        sys.stdout.flush()
        sys.stderr.flush()

    def run(self, code: str) -> dict[str, object]:
        """Run a cell; ``ok``, ``error`` and ``glued``. What it shows has left before."""
        self.cells += 1
        self.glued = {}
        cell = f"<cell {self.cells}>"
        # For the lines of a traceback, and for inspect.getsource.
        linecache.cache[cell] = (len(code), None, code.splitlines(keepends=True), cell)
        error = None
        try:
            self.events.trigger("pre_execute", "pre_run_cell")
            body, last = _compiled(code, cell)
            exec(body, self.names)
            if last is not None:
                shown = eval(last, self.names)
                if shown is not None:
                    self.names["_"] = shown
                    display(shown)
            self.events.trigger("post_execute", "post_run_cell")
            self._show_figures()
        except BaseException as fault:  # a cell that ends with SystemExit does not end the kernel
            error = _told(fault, cell)
        self.flush()
        if error:
            _tell(output={"type": "error", **error})
        return {"ok": error is None, "error": error, "glued": self.glued}

    @staticmethod
    def _show_figures():
        """Show what pyplot has drawn and no cell has shown, as Jupyter does."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot:
            for number in pyplot.get_fignums():
                display(pyplot.figure(number))
            pyplot.close("all")


def _compiled(code: str, cell: str) -> tuple[CodeType, CodeType | None]:
    """The statements of a cell, and the expression at its end that is to be shown."""
    for number, line in enumerate(code.splitlines(), 1):
        if line.startswith(("%", "!")):
            sign = "a command of IPython, which the page does not have: remove this line"
            raise SyntaxError(sign, (cell, number, 1, line))
    tree = ast.parse(code, cell)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _silent(code):
        last = compile(ast.Expression(tree.body.pop().value), cell, "eval")
    return compile(tree, cell, "exec"), last


def _silent(code: str) -> bool:
    """Whether a cell ends with a semicolon, after which nothing is shown."""
    last = [line for line in code.splitlines() if line.partition("#")[0].strip()][-1:]
    return bool(last) and last[0].partition("#")[0].rstrip().endswith(";")


def _told(fault: BaseException, cell: str) -> dict[str, str]:
    """An error in Jupyter's words, with the lines of the reader's cells alone."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("<cell ")]
    lines = traceback.format_list(own)
    if len(frames) and own and frames[-1] is not own[-1]:
        lines.append(f"  ... in {frames[-1].name}, {frames[-1].filename}\n")
    lines += traceback.format_exception_only(fault)
    if isinstance(fault, ModuleNotFoundError):
        lines.append("The Python of this page has only the packages that the book uses.\n")
    if lines and own:
        lines.insert(0, "Traceback (most recent call last):\n")
    return {
        "ename": type(fault).__name__,
        "evalue": str(fault),
        "traceback": "".join(lines).rstrip(),
    }


KERNEL = Kernel()


def turn() -> None:
    """Run the cell that waits behind the door, and answer."""
    asked = json.loads(_tell(ask=True))
    _tell(answer=KERNEL.run(asked["code"]))


def begin() -> None:
    """Take over what is printed, and prepare what cells rely on."""
    import os

    os.chdir("/book")
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    from rescat.base.errors import RescatWarning
    from tqdm import tqdm

    # A fit says in its own output what these warnings say; as in the book's build.
    warnings.simplefilter("ignore", RescatWarning)
    tqdm.monitor_interval = 0  # its thread: there are none here
