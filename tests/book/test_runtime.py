"""Python for pages, without a browser: what is packed, and how its kernel runs a cell."""

import gzip
import hashlib
import json
import re
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from itertools import groupby
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from shared import ROOT

from rescat.book import compared, offline, runtime
from rescat.book.edition import PUBLIC, Profile


@pytest.fixture
def kernel(monkeypatch):
    """The kernel of the page, behind a door that keeps what it is told."""
    told = []

    def call(sent: bytes) -> bytes:
        length = int.from_bytes(sent[:4], "little")
        told.append(json.loads(sent[4 : 4 + length]))
        return b""

    before = set(sys.modules)
    monkeypatch.setitem(sys.modules, "_host", SimpleNamespace(call=call))
    monkeypatch.syspath_prepend(str(runtime.IN_PAGE))
    held = {name: sys.modules.pop(name) for name in list(sys.modules) if _replaced(name)}
    import kernel

    kernel.KERNEL.names = {}
    pyplot.close("all")  # figures of other tests, which a cell would show

    def run(code: str) -> dict:
        out, err = kernel._Stream("stdout"), kernel._Stream("stderr")
        with redirect_stdout(out), redirect_stderr(err):
            return kernel.KERNEL.run(code)

    yield SimpleNamespace(
        run=run,
        outputs=lambda: [what["output"] for what in told if "output" in what],
    )
    for name in set(sys.modules) - before:
        if _replaced(name) or name == "kernel":
            del sys.modules[name]
    sys.modules.update(held)


def _replaced(name: str) -> bool:
    return name.partition(".")[0] in ("IPython", "myst_nb")


def test_the_last_expression_is_shown_and_printed_text_comes_first(kernel):
    assert kernel.run("import sys\nprint('a')\nsys.stderr.write('b')\nprint('c')\n6 * 7")["ok"]
    *printed, shown = kernel.outputs()
    pieces = groupby(printed, lambda output: output["name"])  # the page joins them
    assert [(name, "".join(one["text"] for one in some)) for name, some in pieces] == [
        ("stdout", "a\n"),
        ("stderr", "b"),
        ("stdout", "c\n"),
    ]
    assert shown == {"type": "display", "data": {"text/plain": "42"}}


@pytest.mark.parametrize(
    "code", ["6 * 7;", "6 * 7;  # said so", "x = 6 * 7", "None", "", "# nothing"]
)
def test_what_jupyter_does_not_show_is_not_shown(kernel, code):
    assert kernel.run(code)["ok"]
    assert kernel.outputs() == []


def test_a_thing_shows_itself_in_every_kind_that_it_has(kernel):
    code = """
class Thing:
    def _repr_html_(self): return "<b>x</b>"
    def _repr_png_(self): return b"\\x89PNG"
    def __repr__(self): return "Thing"
from IPython.display import HTML, display
display(Thing(), HTML("<i>y</i>"))
Thing"""
    assert kernel.run(code)["ok"]
    first, second, third = (output["data"] for output in kernel.outputs())
    assert first == {"text/html": "<b>x</b>", "image/png": "iVBORw==", "text/plain": "Thing"}
    assert second["text/html"] == "<i>y</i>"
    assert list(third) == ["text/plain"]  # the class itself is no thing to show


def test_numbers_for_the_text_are_kept_by_name(kernel):
    found = kernel.run("from rescat.pages import say\nsay(n=3, p='0.020')")
    assert found["glued"] == {"n": {"text/plain": "3"}, "p": {"text/plain": "'0.020'"}}
    assert kernel.outputs() == []
    assert kernel.run("1")["glued"] == {}


def test_an_error_names_the_lines_of_all_cells_and_no_others(kernel):
    kernel.run("def half(x):\n    return x / 0")
    found = kernel.run("import json\nhalf(1)")
    assert not found["ok"]
    trace = found["error"]["traceback"]
    assert re.findall(r"line (\d+), in (\S+)", trace) == [("2", "<module>"), ("2", "half")]
    assert trace.endswith("ZeroDivisionError: division by zero")
    assert kernel.outputs()[-1]["traceback"] == trace
    missing = kernel.run("import no_such_package")["error"]["traceback"]
    assert missing.endswith("has only the packages that the book uses.")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("class E(Exception):\n    def __str__(self):\n        return 1 / 0\nraise E", "E"),
        ("raise SystemExit(3)", "SystemExit"),
        ("!ls", "SyntaxError"),
        ("x = 1\n%time x", "SyntaxError"),
        ("from IPython.display import JSON\nJSON(float('nan'))", "ValueError"),
        ("from IPython.display import display\ndisplay(1, display_id='a')", "TypeError"),
    ],
)
def test_what_cannot_be_done_is_an_error_and_the_kernel_goes_on(kernel, code, name):
    assert kernel.run(code)["error"]["ename"] == name
    assert kernel.run("1 + 1")["ok"]


def test_a_module_loses_its_custom_sections_alone():
    head = b"\0asm\1\0\0\0"
    code = b"\x0a\x81\x01" + bytes(129)  # a length of two bytes
    names = b"\0\x05\4name"
    assert runtime._without_names(head + names + code + names) == head + code


def test_the_worker_has_no_modules_left_and_the_shim_is_as_it_came():
    script = runtime._worker()
    assert not re.search(r"\b(export|import) ?[{*c]", script.replace("import.meta", ""))
    shim = runtime.IN_PAGE / "shim"
    lines = (shim / "ORIGIN.txt").read_text(encoding="utf-8").splitlines()[2:]
    kept = dict(reversed(line.split("  ")) for line in lines)
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shim.glob("*.js")}
    assert kept == found


def test_it_has_public_tables_alone(tmp_path):
    library = tmp_path / "library.zip"
    with zipfile.ZipFile(library, "w") as made:
        made.writestr(
            "matplotlib/mpl-data.zip", _zip(tmp_path, {"matplotlibrc": "", "images/a": ""})
        )
    (tmp_path / "engine-module.js").write_text('{"wasm": "AGFzbQ=="}', encoding="utf-8")
    with zipfile.ZipFile(library) as packed:
        names = [name for name, _ in runtime._book(packed, tmp_path)]
    assert {name.split("/")[2] for name in names if name.startswith("book/data/")} == {
        "datapackage.json",
        *(name for name in runtime.TABLES if any((ROOT / "data" / name).glob("*.csv"))),
    }
    assert "book/notebooks/01_cohort.ipynb" in names
    assert "book/run/kernel.py" in names
    assert [name for name in names if name.startswith("mpl-data/")] == ["mpl-data/matplotlibrc"]
    of_the_build = {name for name in names if name.startswith("book/rescat/book/")}
    assert {name.split("/")[-1] for name in of_the_build} == {
        "__init__.py",
        "edition.py",
        "handed_on.py",
        "own_data.py",
        "rehearsal.py",
    }


def _zip(folder, files: dict[str, str]) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path.read_bytes()


def test_commands_find_what_they_import_of_the_build():
    """A page packs little of the build; what lies beside it names no more than that."""
    named = re.findall(
        r"^from \.book\.(\w+) import", (ROOT / "rescat" / "__main__.py").read_text("utf-8"), re.M
    )
    for module in runtime._OF_THE_BUILD:
        text = (ROOT / "rescat" / "book" / f"{module}.py").read_text("utf-8")
        named += re.findall(r"^from \.(\w+) import", text, re.M)
    assert {"handed_on", "own_data"} <= set(named) <= set(runtime._OF_THE_BUILD)


def test_the_same_files_give_the_same_archive():
    files = [("a", b"1"), ("b/c", b"")]
    packed = runtime._gzipped(runtime._archive(files))
    assert packed == runtime._gzipped(runtime._archive(files))
    whole = gzip.decompress(packed)
    length = int.from_bytes(whole[:4], "little")
    assert json.loads(whole[4 : 4 + length]) == [["a", 1], ["b/c", 0]]
    assert whole[4 + length :] == b"1"


def test_python_is_a_zip_of_its_own(tmp_path, monkeypatch):
    html = tmp_path / "html"
    run = html / runtime.FOLDER
    run.mkdir(parents=True)
    (html / "index.html").write_text("first", encoding="utf-8")
    (run / "runtime.js").write_text("page", encoding="utf-8")
    monkeypatch.setattr(Profile, "html", html)
    assert offline.write_python(PUBLIC, tmp_path) is None  # made with BROWSER=0
    for name in ("python.bin", "python-0.js", "worker.js", "licences.txt"):
        (run / name).write_text(name, encoding="utf-8")
    book, python = offline.write_offline(PUBLIC, tmp_path), offline.write_python(PUBLIC, tmp_path)
    assert _names(book) == ["_static/run/runtime.js", "index.html"]
    assert _names(python) == [
        f"_static/run/{name}" for name in ("licences.txt", "python-0.js", "runtime.js", "worker.js")
    ]
    assert python.with_name(f"{python.name}.sha256").is_file()


def _names(path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.partition("/")[2] for name in archive.namelist()]


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("'0.020'", "'0.020'", 0.0),
        ("2 of 17", "2 of 16", 1 / 17),
        ("1e-3", "0.0011", 1 / 11),
        ("falls", "rises", np.inf),
        ("-0.0 and 3e-17", "0.0 and -2e-17", np.inf),
        ("-0.00 and 3e-17", "0.00 and 2e-17", 1e-5),
        ("1 and 2", "1", np.inf),
        ("5", "", np.inf),
    ],
)
def test_texts_are_compared_by_their_numbers(here, there, expected):
    assert compared.difference(here, there) == pytest.approx(expected)


FIGURE = (
    '<figure><svg>{}</svg></figure><a download="stays.csv" href="data:text/csv;charset=utf-8,{}">'
)


def test_tables_and_the_data_of_figures_are_compared_and_drawings_are_not(tmp_path):
    path = tmp_path / "chapters" / "01_cohort.ipynb"
    path.parent.mkdir()
    outputs = [FIGURE.format("a", "x%0A1.5%0A"), "<table><td>7</td></table>", "<p>one</p>"]
    shown = [nbformat.v4.new_output("display_data", {"text/html": text}) for text in outputs]
    glued = nbformat.v4.new_output(
        "display_data",
        {"application/papermill.record/text/plain": "3"},
        metadata={"scrapbook": {"name": "n"}},
    )
    cell = nbformat.v4.new_code_cell("show()", outputs=[*shown, glued])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)

    def there(*texts):
        given = [{"type": "display", "data": {"text/html": text}} for text in texts]
        found = {"ok": True, "glued": {"n": {"text/plain": "3"}}, "outputs": given}
        return compared.compare([path], lambda code: found).set_index(["kind", "name"])

    same = there(FIGURE.format("b", "x%0A1.5%0A"), *outputs[1:])
    assert same["difference"].tolist() == [0, 0, 0, 0, 0]
    assert same.loc[("figure", "stays"), "book"] == "x\n1.5\n"
    other = there(FIGURE.format("a", "x%0A1.6%0A"), "<table><td>8</td></table>", outputs[2])
    assert other.loc[("figure", "stays"), "difference"] == pytest.approx(1 / 16)
    assert other.loc[("table", "cell 0"), "difference"].tolist() == [0, 1 / 8, 0]
    fewer = there(*outputs[:2])["difference"].tolist()
    assert fewer == [0, 0, 0, 0, np.inf]
    found = {"ok": True, "glued": {}, "outputs": [{"type": "stream", "text": "a warning\n"}]}
    warned = compared.compare([path], lambda code: found).set_index("name")
    assert warned.loc["cell 0, printed", "there"] == "a warning\n"
    assert warned.loc["cell 0, printed", "difference"] == np.inf


def test_the_comparison_says_how_many_are_the_same():
    rows = [
        ("a", "text", "x", "1", "1", 0.0),
        ("a", "text", "y", "2", "3", 1 / 3),
        ("a", "figure", "f", "2", "2", 0.0),
        ("b", "table", "z", "4", "4", 0.0),
    ]
    columns = ["chapter", "kind", "name", "book", "there", "difference"]
    found = compared.by_chapter(pd.DataFrame(rows, columns=columns))
    assert found.loc["a"].tolist() == [2, 1, 0, 0, 1, 1, 1 / 3]
    assert found.loc["b"].tolist() == [0, 0, 1, 1, 0, 0, 0]
