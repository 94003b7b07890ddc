"""Kernels that begin as copies: no page finds a trace of another; builds that stop or wait."""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from shared import FRONT, Repository, copy_repository

from rescat.book.forks import run_copy

pytestmark = [
    pytest.mark.book,
    pytest.mark.skipif(sys.platform != "linux", reason="only here processes begin as copies"),
]

HEADER = (
    FRONT
    + """
# %% [markdown]
# # Page
#
# {{ answer }}
#
# {{ aims }}

# %% tags=["parameters"]
data_dir = "data"

# %%
"""
)
# Changes all that could reach another page, were it executed in the same process.
LEAVES = """\
import os, random, sys, warnings
import matplotlib as mpl, numpy as np, pandas as pd, rescat, rescat.base.words

random.seed(1)
np.random.seed(1)
np.set_printoptions(precision=2)
mpl.rcParams["axes.grid"] = True
os.environ["LEFT"] = "here"
sys.path.append("/left")
warnings.simplefilter("error", UserWarning)
pd.set_option("display.max_rows", 3)
rescat.base.words.LEFT = "here"
left = "here"
os.chdir("/")
"""
# What a kernel begins with. Not here: sys.argv, how many modules are loaded, and the filters for
# warnings of libraries that are loaded already; no notebook shows these.
FINDS = """\
import json, os, random, sys, warnings
import matplotlib as mpl, numpy as np, pandas as pd, rescat, rescat.base.words

shown = ("display.max", "display.width", "display.precision", "compute")
print(json.dumps({
    "style": {name: repr(value) for name, value in mpl.rcParams.items()},
    "arrays": {name: repr(value) for name, value in np.get_printoptions().items()},
    "errors": np.geterr(),
    "tables": {
        name: repr(pd.get_option(name))
        for name in pd._config.config._registered_options if name.startswith(shown)
    },
    "environment": {
        name: value for name, value in os.environ.items()
        if not name.startswith(("JPY_", "PYTEST_")) and name != "RESCAT_FORKS"
    },
    "path": sys.path,
    "folder": os.getcwd(),
    "of users": [repr(f) for f in warnings.filters if f[2] is UserWarning and f[1] is None],
    "module": hasattr(rescat.base.words, "LEFT"),
    "names": sorted(name for name in globals() if not name.startswith("_")),
    "draws": [random.random(), np.random.random()],
}))
"""
LAST = "notebooks/02_finds"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Repository:
    """A small book, built: its first chapter changes much, and the second says what it finds."""
    small = copy_repository(tmp_path_factory.mktemp("forks"))
    small.clear()
    (small.root / "book" / "index.md").write_text("# A small book\n\nOne page.\n")
    (small.root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - glob: chapters/*\n"
    )
    (small.root / "notebooks" / "01_leaves.py").write_text(HEADER + LEAVES)
    (small.root / f"{LAST}.py").write_text(HEADER + FINDS)
    done = small.run("doit", "book", "jobs=1")
    assert done.returncode == 0, done.stdout
    return small


def found(small: Repository) -> dict:
    page = small.root / "build" / "public" / "src" / "chapters" / "02_finds.ipynb"
    cells = nbformat.read(page, as_version=4).cells
    return json.loads(cells[-1].outputs[0].text)


def differences(one: dict, other: dict):
    for name, value in one.items():
        if isinstance(value, dict):
            for key in value.keys() | other[name].keys():
                if value.get(key) != other[name].get(key):
                    yield key, value.get(key), other[name].get(key)
        elif value != other[name]:
            yield name, value, other[name]


def test_no_page_finds_a_trace_of_another(small, monkeypatch):
    after_another = found(small)
    executed = small.run("rescat.book.build", "execute", "02_finds")
    assert executed.returncode == 0, executed.stdout
    alone = found(small)
    monkeypatch.setenv("RESCAT_FORKS", "0")
    executed = small.run("rescat.book.build", "execute", "02_finds")
    assert executed.returncode == 0, executed.stdout
    afresh = found(small)
    draws = [state.pop("draws") for state in (after_another, alone, afresh)]
    for state in (alone, afresh):
        assert list(differences(after_another, state)) == []
    # Without a seed, two runs must differ: else a draw would look as if it had one.
    assert len({value for pair in draws for value in pair}) == 6


def test_steps_side_by_side_each_get_their_own_code():
    """Each thread of a build waits for one copy; none may take what another waits for."""
    with ThreadPoolExecutor(4) as threads:
        codes = set(threads.map(lambda _: run_copy(time.sleep, 0), range(200)))
    assert codes == {0}


def test_ctrl_c_ends_with_one_line_and_the_next_build_goes_on(small, tmp_path):
    small = Repository(shutil.copytree(small.root, tmp_path / "stopped"))
    shutil.rmtree(small.root / "build")
    process = small.start()
    for line in process.stdout:
        if line.startswith("notebooks/"):
            break
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    rest = [line for line in process.communicate()[0].splitlines() if line]
    assert process.returncode
    assert rest[-1] == "Stopped. What is finished stays; run this again to go on."
    assert "Traceback" not in "\n".join(rest)
    assert "The book is ready" in small.build()


def test_a_second_build_waits_for_the_first(small, tmp_path):
    small = Repository(shutil.copytree(small.root, tmp_path / "twice"))
    shutil.rmtree(small.root / "build")
    first = small.start()
    first.stdout.readline()  # it has begun
    second = small.start()
    assert "This one waits" in second.stdout.readline()
    assert "The book is ready" in first.communicate()[0]
    assert "Nothing changed" in second.communicate()[0]
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_killed_build_leaves_no_process(small, tmp_path):
    """Neither its steps nor a kernel, though only the build itself is killed."""
    small = Repository(shutil.copytree(small.root, tmp_path / "killed"))
    waits = '\n# %%\nimport time\nopen("begun", "w").close()\ntime.sleep(600)\n'
    with (small.root / f"{LAST}.py").open("a", encoding="utf-8") as file:
        file.write(waits)
    process = small.start()
    wait_until((small.root / "begun").exists)
    assert len(processes_in(small.root)) > 2, "the build, a step and a kernel"
    process.kill()
    process.wait()
    wait_until(lambda: not processes_in(small.root))
    process.stdout.close()


def processes_in(folder: Path) -> list[int]:
    """The processes that work in a folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if place.readlink() == folder:
                found.append(int(place.parent.name))
    return found


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait, for two minutes at most: the machine may be busy."""
    end = time.monotonic() + 120
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.1)
