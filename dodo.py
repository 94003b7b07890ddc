"""The steps of the book and what each depends on; ``rescat/build.py`` is what they do.

``doit list`` names them. A step runs when the content of one of its files changed, or when what
it made is no longer what it made.
"""

import os

from doit.action import TaskFailed
from doit.reporter import ConsoleReporter
from doit.tools import config_changed

from rescat import build
from rescat.build import PUBLIC, ROOT, kept, run_step


def named(*paths):
    """Name files from the root of the repository, which may then be moved."""
    return [path.relative_to(ROOT).as_posix() for path in paths]


MODULES = named(*(path for path in build.files_below(ROOT / "rescat") if path.suffix == ".py"))
DATA = named(*PUBLIC.data_files())
PINS = ["requirements.txt"]
INPUTS = [*DATA, *MODULES, *PINS]


class Reporter(ConsoleReporter):
    """Let the steps speak for themselves; add only that nothing had to be done."""

    def execute_task(self, task):
        pass

    def skip_uptodate(self, task):
        if task.name == "html":
            [index] = named(PUBLIC.html / "index.html")
            self.write(f"Nothing changed: the book is up to date: {index}\n")

    def add_failure(self, task, fail):
        if not isinstance(fail, TaskFailed):  # a step that fails has said why
            super().add_failure(task, fail)


build.BUILD.mkdir(exist_ok=True)
DOIT_CONFIG = {
    "default_tasks": ["book"],
    "backend": "sqlite3",
    "dep_file": str(build.BUILD / "doit.db"),
    "num_process": min(os.cpu_count() or 1, 4),
    "par_type": "thread",
    "verbosity": 2,
    "reporter": Reporter,
}


def task_restore():
    """Bring the last good book back if a run was killed while replacing it."""
    return {"actions": [(build.restore, [PUBLIC.html])]}


def task_check_data():
    """Validate every table."""
    return {
        "actions": [(run_step, ["check-data"])],
        "file_dep": INPUTS,
        "task_dep": ["restore"],
    }


def task_derive():
    """Make each notebook from its source."""
    for name in build.chapters():
        yield {
            "name": name,
            "actions": [(run_step, ["derive", name])],
            "file_dep": [f"notebooks/{name}.py", "rescat/build.py", *PINS],
            "uptodate": [kept(build.NOTEBOOKS / f"{name}.ipynb")],
        }


def task_compile():
    """Compile the code of the models once, if a chapter is to be executed."""
    return {"actions": [(run_step, ["compile"])]}


def task_execute():
    """Execute each notebook."""
    for name in build.chapters():
        yield {
            "name": name,
            "actions": [(run_step, ["execute", name])],
            "file_dep": [f"notebooks/{name}.ipynb", *INPUTS],
            "task_dep": ["check_data", f"derive:{name}"],
            "setup": ["compile"],
            "uptodate": [kept(PUBLIC.chapter(name)), config_changed(PUBLIC.settings)],
        }


def task_html():
    """Build the pages."""
    return {
        "actions": [(run_step, ["html"])],
        "file_dep": [
            *named(*build.files_below(build.BOOK)),
            *named(*(PUBLIC.chapter(name) for name in build.chapters())),
            "_config.yml",
            "_toc.yml",
            *INPUTS,
        ],
        "task_dep": ["check_data", *(f"execute:{name}" for name in build.chapters())],
        "uptodate": [
            kept(PUBLIC.html),
            config_changed(os.environ.get("BOOK_REPOSITORY_URL", "")),
        ],
    }


def task_book():
    """Make the whole book."""
    return {"actions": None, "task_dep": ["html"]}
