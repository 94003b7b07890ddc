"""Load what steps and kernels use, once; they begin as copies of the process that did (forks)."""

import builtins
import contextlib
import gc
import sys
from types import SimpleNamespace

# pandas asks when it is loaded whether it is in a kernel, and shows other tables in a terminal.
builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
with contextlib.suppress(Exception):
    pass
del builtins.get_ipython

# As a kernel has it, which begins without the folder of a program.
PATH = [place for place in sys.path if place]

# Not rescat.figures: it sets the style of every figure when it is loaded, and some notebook may
# not load it. What cannot be loaded is loaded again by the copy, which then says what is wrong.
with contextlib.suppress(Exception):
    import rescat.book.assembly
    import rescat.book.build
    import rescat.book.kernels
    import rescat.book.notebooks
    import rescat.book.site
    import rescat.book.sphinx_ext
    import rescat.ledger.audit
    import rescat.panel
    import rescat.synthetic

    rescat.book.build.compile_models()
gc.freeze()  # what is here stays: a copy need not look at it, and so shares its memory
