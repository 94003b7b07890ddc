"""Load what steps and kernels use, once; they begin as copies of the process that did (forks)."""

import builtins
import contextlib
import gc
import sys
from importlib import import_module
from types import SimpleNamespace

# As a kernel has it, which begins without the folder of a program.
PATH = [place for place in sys.path if place]
# Not what acts when it is loaded: rescat.figures sets the style of every figure, which a notebook
# may not want; matplotlib's way into a kernel tells that kernel how to show a figure.
MODULES = (
    "doit.doit_cmd",
    "jupyter_book.sphinx",
    "jupytext",
    "myst_nb.sphinx_ext",
    "papermill",
    "seaborn",
    "sphinx_book_theme",
    "statsmodels.api",
    "rescat.book.assembly",
    "rescat.book.build",
    "rescat.book.kernels",
    "rescat.book.notebooks",
    "rescat.book.site",
    "rescat.book.sphinx_ext",
    "rescat.ledger.audit",
    "rescat.panel",
    "rescat.synthetic",
)

# What cannot be loaded is loaded again by the copy that needs it, which then says what is wrong.
with contextlib.suppress(Exception):
    # pandas asks when it is loaded whether it is in a kernel, and shows other tables in a terminal.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    import_module("pandas")
del builtins.get_ipython
with contextlib.suppress(Exception):
    for module in MODULES:
        import_module(module)
    import_module("rescat.book.build").compile_models()
gc.freeze()  # what is here stays: a copy need not look at it, and so shares its memory
