"""Python in the page: chapters compute there what they computed for the book."""

import base64
import functools
import json

import pytest
from shared import Repository, places_of

from rescat.book import compared, runtime
from rescat.book.policy import policy_of

pytestmark = pytest.mark.browser

MOST = 45e6  # bytes that the first start may load
SHORT = "10_ledger"


@pytest.fixture(scope="module")
def book(built_book):
    return Repository(built_book.parent.parent)


@pytest.fixture(scope="module")
def files(python_for_pages):
    """The files of Python for pages, and a page under the book's policy that loads them."""
    page = '<script src="runtime.js"></script>'
    (python_for_pages / "page.html").write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy_of(page)}">{page}',
        encoding="utf-8",
    )
    return python_for_pages


@pytest.fixture(scope="module")
def places(files):
    with places_of(files) as places:
        yield places


def opened(chromium, place: str):
    """A page in which Python has started, and the addresses that were asked for."""
    page = chromium.new_page()
    page.set_default_timeout(300_000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{place}/page.html")
    assert page.evaluate("rescatRuntime.supported()") == ""
    page.evaluate(
        "seen = []; rescatRuntime.start({ onprogress: (now) => seen.push(now) }).then(() => null)"
    )
    return page, asked


@pytest.fixture(scope="module")
def python(places, chromium):
    page, _ = opened(chromium, places["http"])
    yield page
    page.close()


def run(page, code: str) -> dict:
    return page.evaluate("(code) => rescatRuntime.run(code)", code)


def printed(page, code: str) -> str:
    found = run(page, code)
    assert found["ok"], found["error"]
    return "".join(output["text"] for output in found["outputs"] if output["type"] == "stream")


@pytest.mark.parametrize("kind", ["file", "http"])
def test_it_loads_what_it_says_and_from_nowhere_else(kind, places, files, chromium):
    page, asked = opened(chromium, places[kind])
    seen = page.evaluate("seen")
    assert seen[-1]["stage"] == "starting"
    assert seen[-1]["loaded"] == pytest.approx(seen[-1]["total"], rel=1e-3)
    assert [one["loaded"] for one in seen] == sorted(one["loaded"] for one in seen)
    size = page.evaluate("rescatRuntime.size")
    assert size == sum(path.stat().st_size for path in files.glob("*.bin")) < MOST
    assert all(url.startswith((places[kind], "blob:", "data:")) for url in asked)
    assert printed(page, "import rescat\nprint(len(rescat.load_patients()))") == "17\n"
    page.close()


def test_a_cell_shows_what_jupyter_shows(python):
    found = run(python, "import pandas as pd\nprint('a')\npd.DataFrame({'x': [1.5]})")
    stream, table = found["outputs"]
    assert stream == {"type": "stream", "name": "stdout", "text": "a\n"}
    assert table["data"]["text/plain"] == "     x\n0  1.5"
    assert "<td>1.5</td>" in table["data"]["text/html"]
    assert run(python, "x = 3\nx;")["outputs"] == []
    assert run(python, "x")["outputs"][0]["data"] == {"text/plain": "3"}
    drawn = run(python, "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()")
    assert "<svg" in drawn["outputs"][0]["data"]["image/svg+xml"]


def test_printed_text_comes_while_the_cell_runs(python):
    code = "import time\nfor i in range(3):\n    print(i)\n    time.sleep(0.2)"
    found = python.evaluate(
        """async (code) => {
            const texts = [];
            const onoutput = ({ text }) => texts.push(text);
            const found = await rescatRuntime.run(code, { onoutput });
            return { texts, found };
        }""",
        code,
    )
    assert "0\n" in found["texts"]  # before the others
    assert found["texts"][-1] == "0\n1\n2\n"
    assert len(found["found"]["outputs"]) == 1


def test_an_error_is_told_with_the_lines_of_the_cell_alone(python):
    error = run(python, "import pandas as pd\n\npd.DataFrame({'a': [1]})['b']")["error"]
    assert (error["ename"], error["evalue"]) == ("KeyError", "'b'")
    assert "line 3, in <module>" in error["traceback"]
    assert error["traceback"].count("  File ") == 1
    assert "line 1\n    1 +\n" in run(python, "1 +")["error"]["traceback"]
    assert "command of IPython" in run(python, "%timeit 1")["error"]["evalue"]
    assert run(python, "raise SystemExit")["error"]["ename"] == "SystemExit"
    assert printed(python, "print(1)") == "1\n"


def test_names_of_cells_cannot_break_it(python):
    run(python, "kernel = sys = json = None\nimport builtins\nprint = builtins.print")
    assert printed(python, "print(2)") == "2\n"


def test_files_go_in_and_out(python):
    given = base64.b64encode(bytes(range(256))).decode()
    found = python.evaluate(
        """async (given) => {
            const bytes = Uint8Array.from(atob(given), (sign) => sign.charCodeAt(0));
            await rescatRuntime.put("/tmp/own/x.bin", bytes);
            const read = await rescatRuntime.get("/tmp/own/x.bin");
            return [btoa(String.fromCharCode(...read)), await rescatRuntime.list("/tmp/own")];
        }""",
        given,
    )
    assert found == [given, [{"name": "x.bin", "folder": False, "size": 256}]]
    assert printed(python, "print(len(open('/tmp/own/x.bin', 'rb').read()))") == "256\n"
    with pytest.raises(Exception, match="no such file"):
        python.evaluate("rescatRuntime.get('/tmp/none')")


def test_exercises_are_checked_as_in_the_book(python):
    found = run(python, "import rescat\nrescat.check('01-2', 'forty')")["outputs"][0]["data"]
    assert found["application/vnd.rescat.exercise+json"]["outcome"] == "wrong"
    assert found["text/plain"].startswith("Exercise 01-2: expected a number")


FITS = """
import json
import numpy as np
import rescat
from rescat.slopes import compiled, reml
from rescat.slopes.trajectories import trajectories

trial = rescat.load_table("teaching_trial")
data = trajectories(trial)
rng = np.random.default_rng(1)
labels = np.array([rng.permutation(data.label) for _ in range(reml.CHUNK + 5)], np.int8)
fits = [
    reml.many(data.statistics(), labels[-7:], random=random, reml=restricted, held=held)
    for random in reml.STRUCTURES
    for restricted in (True, False)
    for held in reml.HELD
]
fits.append(reml.many(data.statistics(), labels)[-7:])  # more than one thread takes at a time
fits = np.delete(np.array(fits), reml.COLUMNS.index("steps"), axis=-1)
draws = rescat.parametric_bootstrap(trial, n=20, seed=1)
found = {
    "fits": np.nan_to_num(fits).ravel().tolist(),
    "draws": draws.select_dtypes(float).to_numpy().ravel().tolist(),
    "p": [
        rescat.permutation_test(trial, statistic=name, progress=False).p_value
        for name in ("t", "welch", "t_by_group")
    ],
}
"""


def test_fits_go_through_the_compiled_models(python):
    """As here: each structure, likelihood and held slope; many data sets; permutations."""
    here: dict = {}
    exec(FITS, here)
    assert here["compiled"].call_module is None
    shown = "print(json.dumps([found, compiled.call_module is not None]))"
    found, through = json.loads(printed(python, FITS + shown))
    assert through
    for name, values in here["found"].items():
        assert found[name] == pytest.approx(values, rel=1e-7, abs=1e-9, nan_ok=True), name


def test_a_chapter_has_the_numbers_of_the_book(python, book):
    path = book.root / "build" / "public" / "src" / "chapters" / f"{SHORT}.ipynb"
    table = compared.compare([path], functools.partial(run, python))
    assert len(table) > 0
    assert (table["difference"] <= compared.TOLERANCE).all(), table


@pytest.mark.tier2
def test_every_chapter_has_the_numbers_of_the_book(places, chromium, book):
    """The pages of the markers and the exercises with their solutions too."""
    source = book.root / "build" / "public" / "src"
    paths = [
        path
        for name in ("chapters", "markers", "exercises")
        for path in source.glob(f"{name}/*.ipynb")
    ]
    page, _ = opened(chromium, places["http"])
    table = compared.compare(sorted(paths), functools.partial(run, page))
    page.close()
    print(compared.by_chapter(table).to_string())
    wrong = table[table["difference"] > compared.TOLERANCE]
    assert wrong.empty, wrong.to_string()


def test_who_stops_it_can_start_it_again(places, chromium):
    page, _ = opened(chromium, places["http"])
    stopped = page.evaluate(
        """async () => {
            const control = new AbortController();
            const running = rescatRuntime.run("while True: pass", { signal: control.signal });
            setTimeout(() => control.abort(), 500);
            return running.catch((error) => [error.name, rescatRuntime.running]);
        }"""
    )
    assert stopped == ["AbortError", False]
    page.evaluate("rescatRuntime.start().then(() => null)")
    assert printed(page, "print('x' in globals())") == "False\n"
    page.evaluate("rescatRuntime.stop()")
    assert not page.evaluate("rescatRuntime.running")
    page.close()


def test_python_that_ended_is_said_to_have_ended(places, chromium):
    page, _ = opened(chromium, places["http"])
    deep = run(page, "def deep(n):\n    return deep(n + 1)\ndeep(0)")
    assert deep["error"]["ename"] == "RecursionError"
    assert run(page, "bytearray(10**12)")["error"]["ename"] in ("MemoryError", "OverflowError")
    said = page.evaluate(
        "rescatRuntime.run('import os; os._exit(3)').catch((error) => error.message)"
    )
    assert said.startswith("Python has ended")
    assert not page.evaluate("rescatRuntime.running")
    page.evaluate("rescatRuntime.start().then(() => null)")
    assert printed(page, "print(3)") == "3\n"
    page.close()


def test_missing_files_are_named(files, tmp_path, chromium):
    """As in the offline book before its second zip is unpacked."""
    for name in ("runtime.js", "page.html"):
        (tmp_path / name).write_bytes((files / name).read_bytes())
    page = chromium.new_page()
    page.goto(f"{tmp_path.as_uri()}/page.html")
    said = page.evaluate("rescatRuntime.start().catch((error) => error.message)")
    assert said.startswith("The files of Python are not in this folder.")
    (tmp_path / "runtime.js").write_bytes((runtime.SCRIPTS / "runtime.js").read_bytes())
    page.reload()
    assert "without Python" in page.evaluate("rescatRuntime.supported()")
    page.close()
