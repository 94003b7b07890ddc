"""The steps of the book and what each depends on; ``rescat/book/build.py`` is what they do.

``doit list`` names them. A step runs when the content of one of its files changed, or when what
it made is no longer what it made. ``doit book data=folder`` makes the private edition of a folder.
"""

import os
import sys
from pathlib import Path

from doit import get_var
from doit.action import TaskFailed
from doit.reporter import ConsoleReporter
from doit.tools import config_changed

from rescat.base.errors import DataError
from rescat.base.files import BOOK, NOTEBOOKS, ROOT, BuildError, files_below, kept, restore
from rescat.base.inert import visible
from rescat.book.build import run_step
from rescat.book.edition import edition, notebooks

try:
    EDITION = edition(get_var("data"))
    PAGES = EDITION.pages()
except (BuildError, DataError) as error:
    sys.exit(visible(f"\n{error}\n"))
OWN = ["--data", EDITION.data_dir] if EDITION.private else []


def named(*paths):
    """Name files from the root of the repository, which may then be moved."""
    return [
        path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
        for path in paths
    ]


MODULES = named(*(path for path in files_below(ROOT / "rescat") if path.suffix in (".py", ".pyi")))
DATA = named(*EDITION.data_files())
PINS = ["requirements.txt"]
DERIVING = [
    "rescat/book/notebooks.py",
    "rescat/course/chapter.py",
    "rescat/course/versions.py",
    *PINS,
]
INPUTS = [*DATA, *MODULES, *PINS]


class Reporter(ConsoleReporter):
    """Let the steps speak for themselves; add only that nothing had to be done."""

    def execute_task(self, task):
        pass

    def skip_uptodate(self, task):
        if task.name == "html":
            [index] = named(EDITION.html / "index.html")
            self.write(f"Nothing changed: the book is up to date: {index}\n")

    def add_failure(self, task, fail):
        if not isinstance(fail, TaskFailed):  # a step that fails has said why
            super().add_failure(task, fail)


EDITION.prepare()
DOIT_CONFIG = {
    "default_tasks": ["book"],
    "backend": "sqlite3",
    "dep_file": str(EDITION.memory),
    "num_process": min(os.cpu_count() or 1, 4),
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
        "actions": [(run_step, ["check-data", *OWN])],
        "file_dep": INPUTS,
        "task_dep": ["restore"],
    }


def task_derive():
    """Make each notebook from its source."""
    for name in notebooks():
        yield {
            "name": name,
            "actions": [(run_step, ["derive", name])],
            # Exercises name their chapter.
            "file_dep": sorted({f"notebooks/{n}.py" for n in (name, Path(name).name)}) + DERIVING,
            "uptodate": [kept(NOTEBOOKS / f"{name}.ipynb")],
        }


def task_compile():
    """Compile the code of the models once, if a chapter is to be executed."""
    return {"actions": [(run_step, ["compile"])]}


def task_execute():
    """Execute each notebook, that of the marker pages once for each marker."""
    for page in PAGES:
        yield {
            "name": page.name,
            "actions": [(run_step, ["execute", page.name, *OWN])],
            "file_dep": [f"notebooks/{page.notebook}.ipynb", *INPUTS],
            "task_dep": ["check_data", f"derive:{page.notebook}"],
            "setup": ["compile"],
            "uptodate": [
                kept(EDITION.target(page)),
                config_changed({"data_dir": EDITION.data_dir, **page.parameters}),
            ],
        }


def task_html():
    """Build the pages."""
    return {
        "actions": [(run_step, ["html", *OWN])],
        "file_dep": [
            *named(*files_below(BOOK)),
            *named(*(EDITION.target(page) for page in PAGES)),
            # The course's downloads have cells that are not executed.
            *sorted({f"notebooks/{page.notebook}.ipynb" for page in PAGES}),
            "_config.yml",
            "_toc.yml",
            "CHANGELOG.md",
            *INPUTS,
        ],
        "task_dep": ["check_data", *(f"execute:{page.name}" for page in PAGES)],
        "uptodate": [
            kept(EDITION.html),
            config_changed(
                {
                    name: os.environ.get(name, "")
                    for name in ("BOOK_REPOSITORY_URL", "BOOK_BRANCH", "BOOK_CONTACT")
                }
            ),
        ],
    }


def task_book():
    """Make the whole book."""
    return {"actions": None, "task_dep": ["html"]}
