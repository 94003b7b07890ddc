"""The models for pages: the step of the build that makes them, where it can.

They are a script that holds WebAssembly as text: a page from a disk can load nothing else.
``wasm_module.py`` makes it of rescat's own functions, with LLVM, which comes with numba, and with
zig, which has the functions of C. Where one of the two is not to be had, the book is whole without:
its pages show pictures in the place of what computes.
"""

import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ..base.files import BOOK, BUILD, NOTEBOOKS, ROOT, BuildError, files_below, publish, state_of
from ..base.inert import say

__all__ = ["MODELS", "SOURCES", "computing", "lacking", "makers", "write_models"]

MODELS = BUILD / "models"  # of all editions: they are made of code alone
# What the models are made of, beside the packages.
SOURCES = [
    path
    for path in files_below(ROOT / "rescat")
    if path.parent.name == "slopes" or path.name.startswith("wasm")
]
_SHOWN = re.compile(r'show_explorable\(\s*"([\w-]+)"')
_EXPLORABLES = BOOK / "_static" / "explorables"
# numba's own code, to which nothing was done for the processor of this machine.
_AS_IT_IS = {
    "NUMBA_OPT": "0",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
}


def computing() -> list[str]:
    """The explorables that compute with the models, of those that chapters show.

    Examples
    --------
    >>> from rescat.book.wasm import computing
    >>> "zero-of-n" in computing()
    False
    """
    chapters = (path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("*.py"))
    shown = {name for chapter in chapters for name in _SHOWN.findall(chapter)}
    return [
        path.stem
        for path in sorted(_EXPLORABLES.glob("*.js"))
        if path.stem in shown and "rescatEngine" in path.read_text(encoding="utf-8")
    ]


def makers() -> dict[str, str]:
    """The packages that make the models, with their versions; nothing where one is not installed.

    Examples
    --------
    >>> from rescat.book.wasm import makers
    >>> list(makers())
    ['numba', 'llvmlite', 'ziglang']
    """
    return {
        name: version(name) if find_spec(name) else "" for name in ("numba", "llvmlite", "ziglang")
    }


def lacking() -> str:
    """What this machine lacks to make the models for pages; nothing if it can.

    Examples
    --------
    >>> from rescat.book.wasm import lacking
    >>> lacking() in ("", "the package ziglang", "WebAssembly in this build of llvmlite")
    True
    """
    import llvmlite.binding as llvm  # only where something computes

    if find_spec("ziglang") is None:
        return "the package ziglang"
    llvm.initialize_all_targets()
    try:
        llvm.Target.from_triple("wasm32")
    except RuntimeError:
        return "WebAssembly in this build of llvmlite"
    return ""


def write_models() -> None:
    """Write the models for pages; where they cannot be made, say why, and leave their folder empty.

    Raises
    ------
    BuildError
        If a compiler refuses the code.

    Notes
    -----
    The same code and packages give the same bytes: nothing that was compiled before is used.
    """
    missing = lacking()
    state = state_of(SOURCES, sys.version, missing, *makers().values())
    stamp = MODELS / "made-of"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:  # by another edition
        return
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="models-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        if missing:
            say(f"models for pages: left out for want of {missing}; pages keep their pictures")
        else:
            _compile(Path(scratch), made)
        (made / stamp.name).write_text(state, encoding="utf-8")
        publish(made, MODELS)


def _compile(scratch: Path, made: Path) -> None:
    caches = {
        "NUMBA_CACHE_DIR": str(scratch / "numba"),
        "ZIG_GLOBAL_CACHE_DIR": str(scratch / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(scratch / "zig"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "rescat.book.wasm_module", str(scratch), str(made)],
        cwd=ROOT,
        env=os.environ | _AS_IT_IS | caches,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode:
        raise BuildError(f"The models could not be compiled for pages:\n\n{done.stdout}")
