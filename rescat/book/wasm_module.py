"""The models for another processor: rescat's own compiled functions as a WebAssembly module.

numba turns functions of :mod:`rescat.slopes` into the intermediate code of LLVM, for this machine
and not yet optimised. LLVM makes WebAssembly of that code, and zig links it with the few functions
of C that it calls. So the book and its pages compute with one program.

:mod:`rescat.book.wasm` runs this in a process of its own, for numba reads its settings when it is
loaded.
"""

import base64
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
from numba import carray, cfunc, types
from numba.core.bytecode import FunctionIdentity
from numba.core.errors import NumbaWarning

from rescat.base.files import write_whole
from rescat.slopes import reml, student, welch
from rescat.slopes.blocks import STARTS
from rescat.slopes.permutation import TIE

__all__ = ["main"]

_TRIPLE = "wasm32-unknown-wasi"
_FEATURES = "+bulk-memory,+mutable-globals,+nontrapping-fptoint,+sign-ext"  # browsers since 2021
_RUNTIME = Path(__file__).with_name("wasm_runtime.c")
_CALLED_IN_C = ("malloc", "free")  # by the page, which makes room for what it passes
_MOST_MEMORY = 1 << 28  # bytes; that of a few MB is used
# With these numba tells Python of an error. A page has no Python: there the call ends.
_ERRORS = "numba_(?:gil_ensure|gil_release|unpickle|do_raise|runtime_build_excinfo_struct)"
_OF_PYTHON = re.compile(rf"^declare (.+? @(?:_?Py\w+|{_ERRORS})\(.*?\)).*$", re.M)
_OF_THIS_MACHINE = re.compile(
    r'^target (datalayout|triple) = .*$|"target-(cpu|features)"="[^"]*"', re.M
)

_COUNT, _LABELS = types.int32, types.CPointer(types.int8)
_NUMBER, _NUMBERS = types.float64, types.CPointer(types.float64)
# What is compiled takes these as constants.
_FITTED, _COMPARED = len(reml.COLUMNS), len(welch.COLUMNS)
_fit_range, _welch, _p, _limit = reml.fit_range, welch.welch, student.two_sided_p, student.limit


def _fit(
    fits, n, sets, ways, w, b, yy, labels, groups, structure, restricted, held_control,
    held_treated, starts, n_starts, every, out,
):  # fmt: skip
    """Fits of n patients: as many as there are data sets, or ways to label the patients."""
    n = np.int64(n)
    _fit_range(
        0,
        np.int64(fits),
        carray(w, (n, 3)),
        carray(b, (np.int64(sets), n, 2)),
        carray(yy, (np.int64(sets), n)),
        carray(labels, (np.int64(ways), n)),
        np.int64(groups),
        np.int64(structure),
        restricted != 0,
        (held_control, held_treated),
        carray(starts, (np.int64(n_starts), 3)),
        every != 0,
        carray(out, (np.int64(fits), _FITTED)),
    )


def _compare(ways, n, slopes, labels, out):
    """Welch's t of the slopes of n patients for some ways to label them."""
    n, ways = np.int64(n), np.int64(ways)
    _welch(carray(slopes, (n,)), carray(labels, (ways, n)), carray(out, (ways, _COMPARED)))


def _two_sided_p(t, df):
    return _p(t, df)


def _t_limit(p, df):
    return _limit(p, df)


_OF_FIT = (
    [_COUNT] * 4 + [_NUMBERS] * 3 + [_LABELS] + [_COUNT] * 3 + [_NUMBER] * 2 + [_NUMBERS]
    + [_COUNT] * 2
)  # fmt: skip
# By the name that a page calls (book/_static/engine.js).
_CALLED = {
    "fit": (_fit, types.void(*_OF_FIT, _NUMBERS)),
    "welch": (_compare, types.void(_COUNT, _COUNT, _NUMBERS, _LABELS, _NUMBERS)),
    "two_sided_p": (_two_sided_p, _NUMBER(_NUMBER, _NUMBER)),
    "t_limit": (_t_limit, _NUMBER(_NUMBER, _NUMBER)),
}


def main(scratch: Path, made: Path) -> None:
    """Write ``engine-module.js`` into a folder: the module, and the constants of the models."""
    FunctionIdentity.from_function = classmethod(_without_folder)
    known = {
        "columns": reml.COLUMNS,
        "compared": welch.COLUMNS,
        "starts": STARTS,
        "singular": reml.SINGULAR,
        "tie": TIE,
        "wasm": base64.b64encode(_linked(scratch)).decode(),
    }
    write_whole(made / "engine-module.js", f"window.rescatModels = {json.dumps(known)};\n")


_IDENTITY = FunctionIdentity.from_function.__func__


def _without_folder(cls, function) -> FunctionIdentity:
    """A function by the name of its file: errors in numba's code name the whole path."""
    identity = _IDENTITY(cls, function)
    identity.filename = Path(identity.filename).name
    return identity


def _linked(folder: Path) -> bytes:
    """The module: all functions that pages call, and what these call."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    processor = llvm.Target.from_triple(_TRIPLE).create_target_machine(opt=3, features=_FEATURES)
    objects = []
    for name, (function, signature) in _CALLED.items():
        module = _for_processor(_intermediate(function, signature), name, processor)
        objects.append(folder / f"{name}.o")
        objects[-1].write_bytes(processor.emit_object(module))
    exported = [f"-Wl,--export={name}" for name in (*_CALLED, *_CALLED_IN_C)]
    command = [
        *(sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", "-mexec-model=reactor"),
        *("-O2", "-s", "-Wl,--gc-sections", f"-Wl,--max-memory={_MOST_MEMORY}", *exported),
        *("-o", str(folder / "models.wasm"), str(_RUNTIME), *map(str, objects)),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return (folder / "models.wasm").read_bytes()


def _intermediate(function, signature) -> str:
    """LLVM's code of a function and of all that it calls."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NumbaWarning)  # that not all of it can be kept
        return cfunc(signature)(function).inspect_llvm()


def _for_processor(code: str, name: str, processor: llvm.TargetMachine) -> llvm.ModuleRef:
    """The same code, optimised for the processor, with one function that others can call."""
    code = _OF_THIS_MACHINE.sub("", code)
    code = _OF_PYTHON.sub(r"define internal \1 { call void @llvm.trap() unreachable }", code)
    head = f'target datalayout = "{processor.target_data}"\ntarget triple = "{_TRIPLE}"\n'
    module = llvm.parse_assembly(f"{head}{code}\ndeclare void @llvm.trap()\n")
    for part in (*module.functions, *module.global_variables):
        if part.is_declaration:
            continue
        part.linkage = "internal"
        if part.name.startswith("cfunc."):
            part.name, part.linkage = name, "external"
    module.verify()
    passes = llvm.create_pass_builder(processor, llvm.create_pipeline_tuning_options(2))
    passes.getModulePassManager().run(module, passes)
    return module


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
