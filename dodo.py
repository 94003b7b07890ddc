"""The steps of the book and what each depends on; ``rescat/book/build.py`` is what they do.

``doit list`` names them. A step runs when the content of one of its files changed, or when what
it made is no longer what it made. ``doit book data=folder`` makes the private edition of a folder,
``doit book jobs=1`` uses one process where it would use as many as there are cores,
``doit book browser=0`` leaves out the Python that runs in pages, ``doit book r=1`` adds the R.
"""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from doit import get_var
from doit.action import TaskFailed
from doit.reporter import ConsoleReporter
from doit.tools import config_changed

from rescat.base.errors import DataError
from rescat.base.files import (
    BOOK,
    NOTEBOOKS,
    ROOT,
    BuildError,
    code_files,
    files_below,
    kept,
    restore,
    unchanged,
)
from rescat.base.inert import say, visible
from rescat.book import webr
from rescat.book.edition import ADDRESS, edition, named_on_pages, notebooks, remembered_pages
from rescat.book.forks import STEADY, run_step
from rescat.book.reads import reads_unchanged
from rescat.book.runtime import (
    IN_PAGE,
    RUNTIME,
    SCRIPTS,
    TABLES,
    runtime_licences,
    runtime_makers,
    wanted,
)
from rescat.book.turns import take_turn
from rescat.book.wasm import MODELS, SOURCES, computing, makers

JOBS = int(get_var("jobs", min(os.cpu_count() or 1, 4)))
if get_var("browser") is not None:
    os.environ["BROWSER"] = get_var("browser")  # as `make book BROWSER=0` hands it on
if get_var("r") is not None:
    os.environ["R"] = get_var("r")


STOPPED = Event()


def stop(*_):
    """End on Ctrl-C; what was finished is remembered."""
    STOPPED.set()
    sys.exit("\nStopped. What is finished stays; run this again to go on.")


signal.signal(signal.SIGINT, stop)
os.environ.update(STEADY)
take_turn()
try:
    EDITION = edition(get_var("data"))
    EDITION.prepare()
    PAGES = remembered_pages(EDITION)
except (BuildError, DataError) as error:
    sys.exit(visible(f"\n{error}\n"))
OWN = ["--data", EDITION.data_dir] if EDITION.private else []


def named(*paths):
    """Name files from the root of the repository, which may then be moved."""
    return [
        path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
        for path in paths
    ]


def step(*arguments):
    """The action of a task: one step, in a process of its own."""

    def run():
        started = time.monotonic()
        code = run_step(*arguments, *OWN)
        TOOK[arguments] = time.monotonic() - started
        if code not in (0, 1) and not STOPPED.is_set():  # 1 has said why
            say(f"{' '.join(arguments)}: ended with exit code {code}", error=True)
        return code == 0

    return [(run, [])]


TOOK = {}  # seconds of each step
LABELS = {
    "compute": "numbers of the pages",
    "pages": "pages",
    "course": "downloads of the course",
    "models": "models for pages",
    "runtime": "Python for pages",
    "webr": "R for pages",
}
MODULES = named(*code_files())
DATA = named(*EDITION.data_files())
PINS = ["requirements.txt"]
STORY = "book/story.toml"
DERIVING = [
    "rescat/book/notebooks.py",
    "rescat/course/chapter.py",
    "rescat/course/versions.py",
    *PINS,
]
INPUTS = [*DATA, *MODULES, *PINS]


def of_the_paper():
    """The steps that make what is about the paper alone, if the book shows it."""
    if EDITION.private:
        return []
    shown = {
        "patients": "patients/*" in Path("_toc.yml").read_text(encoding="utf-8"),
        "sheets": any(
            "rescat-one-page" in p.read_text(encoding="utf-8") for p in BOOK.glob("*.md")
        ),
    }
    return [name for name, wanted in shown.items() if wanted]


OF_THE_PAPER = of_the_paper()
RUNNING = ["runtime"] if wanted() and not EDITION.private else []
IN_R = ["webr"] if webr.wanted() and not EDITION.private else []
COMPUTING = ["models"] if computing() or RUNNING else []
ADDRESSES = {name: os.environ.get(name, "") for name in ADDRESS}
MATERIAL = named(*files_below(BOOK))
# Of which the downloads of the course are made.
COURSE = named(
    *(BOOK / name for name in ("worksheet.md", "facilitator.md", "references.bib")),
    *(BOOK / "_static" / name for name in ("figures.woff2", "figures-bold.woff2")),
    *files_below(BOOK / "quiz"),
    *files_below(BOOK / "teaching"),
)
EXECUTED = named(*(EDITION.target(page) for page in PAGES))
# The course's downloads have cells that are not executed.
UNEXECUTED = sorted({f"notebooks/{page.notebook}.ipynb" for page in PAGES})


class Reporter(ConsoleReporter):
    """Say which step is done, how far the book is, and that nothing had to be done."""

    begun, done, executed = None, 0, 0

    def execute_task(self, task):
        if task.name.startswith("execute:") and self.begun is None:
            self.begun = time.monotonic()
        if task.name in LABELS:
            say(f"{LABELS[task.name]} ...")

    def add_success(self, task):
        kind, _, page = task.name.partition(":")
        if kind == "execute":
            self.done += 1
            self.executed += 1
            place = page if page.startswith("markers/") else f"notebooks/{page}"
            left = len(PAGES) - self.done
            seconds = (time.monotonic() - self.begun) / self.executed * left
            more = f"; about {seconds:.0f} s left" if left else ""
            took = f"done in {TOOK['execute', page]:.0f} s"
            say(f"{place}: {took} ({self.done} of {len(PAGES)}{more})")
        elif kind in LABELS:
            [took] = (took for arguments, took in TOOK.items() if arguments[0] == kind)
            say(f"{LABELS[kind]}: done in {took:.0f} s")

    def skip_uptodate(self, task):
        if task.name.startswith("execute:"):
            self.done += 1
        if task.name == "html":
            [index] = named(EDITION.html / "index.html")
            say(f"Nothing changed: the book is up to date: {index}")

    def add_failure(self, task, fail):
        if not isinstance(fail, TaskFailed):  # a step that fails has said why
            super().add_failure(task, fail)


DOIT_CONFIG = {
    "default_tasks": ["book"],
    "backend": "sqlite3",
    "dep_file": str(EDITION.memory),
    "num_process": JOBS,
    "par_type": "thread",
    "verbosity": 2,
    "reporter": Reporter,
}


def task_restore():
    """Bring the last good book back if a run was killed while replacing it."""
    return {"actions": [(restore, [EDITION.html])]}


def task_check_data():
    """Validate every table."""
    return {
        "actions": step("check-data"),
        "file_dep": INPUTS,
        "uptodate": [kept(EDITION.folder / "contents.json")],
        "task_dep": ["restore"],
    }


def task_derive():
    """Make each notebook from its source."""
    for name in notebooks():
        yield {
            "name": name,
            "actions": step("derive", name),
            # Exercises name their chapter.
            "file_dep": sorted({f"notebooks/{n}.py" for n in (name, Path(name).name)}) + DERIVING,
            "uptodate": [kept(NOTEBOOKS / f"{name}.ipynb")],
        }


def task_compile():
    """Compile the code of the models once, if a chapter is to be executed."""
    return {"actions": step("compile")}


def task_execute():
    """Execute each notebook, that of the marker pages once for each marker."""
    for page in PAGES:
        yield {
            "name": page.name,
            "actions": step("execute", page.name),
            "file_dep": [f"notebooks/{page.notebook}.ipynb", *MODULES, *PINS],
            "task_dep": ["check_data", f"derive:{page.notebook}"],
            "setup": ["compile"],
            "uptodate": [
                kept(EDITION.target(page)),
                reads_unchanged(EDITION, page),
                config_changed({"data_dir": EDITION.data_dir, **page.parameters}),
            ],
        }


def task_compute():
    """Compute what the pages written by hand name in braces, and the numbers of the quizzes."""
    return {
        "actions": step("compute"),
        # The version of the book; the words of its story.
        "file_dep": [*INPUTS, "pyproject.toml", STORY],
        "task_dep": ["check_data"],
        "uptodate": [
            kept(EDITION.folder / "computed.json"),
            config_changed(named_on_pages(EDITION)),
        ],
    }


def task_api():
    """Write the pages of the package's functions."""
    return {
        "actions": step("api"),
        "file_dep": MODULES,
        "task_dep": ["check_data"],  # who has a fault to mend does not wait for this
        "uptodate": [kept(EDITION.api)],
    }


def task_of_the_paper():
    """Write the pages of its patients, and its story as sheets; a private edition has neither."""
    of_sheets = [STORY, "rescat/book/sheet.typ", "CITATION.cff"]
    made = {
        "patients": (EDITION.patients, INPUTS, {}),
        "sheets": (EDITION.sheets, INPUTS + of_sheets, ADDRESSES),
    }
    for name in OF_THE_PAPER:
        folder, files, settings = made[name]
        yield {
            "basename": name,
            "actions": step(name),
            "file_dep": files,
            "task_dep": ["check_data"],
            "uptodate": [kept(folder), config_changed(settings)],
        }


def task_models():
    """Compile the models for the pages that compute with them."""
    for name in COMPUTING:
        yield {
            "basename": name,
            "actions": step(name),
            "file_dep": named(*SOURCES) + PINS,
            "task_dep": ["check_data"],  # as above
            "uptodate": [kept(MODELS), config_changed(makers())],
        }


def task_runtime():
    """Pack Python for pages, with this package and its tables."""
    public = [path for name in TABLES for path in files_below(ROOT / "data" / name)]
    for name in RUNNING:
        yield {
            "basename": name,
            "actions": step(name),
            "file_dep": [
                *MODULES,
                *named(*public, ROOT / "data" / "datapackage.json", *files_below(IN_PAGE)),
                *named(SCRIPTS / "runtime.js"),
                *(f"notebooks/{name}.ipynb" for name in notebooks()),
                *PINS,
            ],
            "task_dep": ["models", *(f"derive:{name}" for name in notebooks())],
            "uptodate": [kept(RUNTIME), unchanged(MODELS), config_changed(runtime_makers())],
        }


def task_webr():
    """Fetch R for pages; only if it is asked for."""
    for name in IN_R:
        yield {
            "basename": name,
            "actions": step(name),
            "file_dep": ["rescat/book/webr.py"],
            "uptodate": [kept(webr.WEBR)],
        }


def task_pages():
    """Make the pages with Sphinx."""
    return {
        "actions": step("pages", "--jobs", str(JOBS)),
        "file_dep": [
            *MATERIAL,
            *EXECUTED,
            "_config.yml",
            "_toc.yml",
            "CHANGELOG.md",
            "CITATION.cff",
            *INPUTS,
        ],
        "task_dep": [
            *("compute", "api", *COMPUTING, *IN_R, *OF_THE_PAPER),
            *(f"execute:{page.name}" for page in PAGES),
        ],
        "uptodate": [
            kept(EDITION.sphinx / "html"),
            unchanged(MODELS),
            config_changed(
                {**ADDRESSES, "python": str(runtime_licences()), "r": str(webr.r_licences())}
            ),
        ],
    }


def task_course():
    """Make the downloads of the course."""
    return {
        "actions": step("course"),
        "file_dep": [path for path in COURSE if Path(path).is_file()]
        + [*EXECUTED, *UNEXECUTED, *INPUTS],
        "task_dep": ["compute", *(f"execute:{page.name}" for page in PAGES)],
        "uptodate": [kept(EDITION.course)],
    }


def task_html():
    """Put the book together."""
    return {
        "actions": step("html"),
        "task_dep": ["pages", "course", *RUNNING],
        "uptodate": [
            kept(EDITION.html),
            unchanged(
                *(EDITION.sphinx / "html", EDITION.course),
                *([RUNTIME] if RUNNING else []),
                *([webr.WEBR] if IN_R else []),
            ),
        ],
    }


def task_export():
    """Write the whole book as one file; only if it is asked for."""
    for kind in ("pdf", "epub"):
        yield {
            "basename": kind,
            "actions": step(kind),
            "file_dep": MODULES,
            "task_dep": ["html"],
            "uptodate": [
                kept(EDITION.export(kind)),
                unchanged(EDITION.html),
                config_changed(ADDRESSES),
            ],
        }


def task_zip():
    """Make one file of the whole book, with its checksum."""
    return {"actions": step("zip"), "task_dep": ["html"]}


def task_book():
    """Make the whole book."""
    return {"actions": None, "task_dep": ["html"]}
