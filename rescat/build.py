"""The steps that make the book; ``dodo.py`` says when each of them runs.

Every step can be run by hand from anywhere::

    python -m rescat.build derive 01_cohort
    python -m rescat.build check-data
    python -m rescat.build compile
    python -m rescat.build execute 01_cohort
    python -m rescat.build html

A step that ends well returns 0. One that cannot go on says why, in one message without a
traceback, and returns 1. Nothing is ever half written: each file or folder is made aside and
renamed when it is whole, so a killed run leaves what was there before.
"""

import argparse
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DataError, ModelError, OriginError

__all__ = [
    "PUBLIC",
    "ROOT",
    "BuildError",
    "Profile",
    "chapters",
    "check_data",
    "compile_models",
    "derive",
    "digest",
    "execute",
    "files_below",
    "html",
    "kept",
    "main",
    "publish",
    "restore",
    "run_step",
    "say",
    "stage",
    "write_whole",
]

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "book"
BUILD = ROOT / "build"

# What makes two runs on the same inputs give the same bytes.
STEADY = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "1735689600",
    "TZ": "UTC",
    # One thread per kernel: sums come out in one order, and the chapters share the cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # The kernel of this environment, never a kernel of the same name in the user's home.
    "JUPYTER_PREFER_ENV_PATH": "1",
    # Without it the kernel's debugger warns on standard error about frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # No progress bars in a chapter: they go to standard error.
    "TQDM_DISABLE": "1",
}


class BuildError(Exception):
    """The book cannot be built, with the place and the remedy in the message."""


@dataclass(frozen=True)
class Profile:
    """One edition of the book: its data, its parameters and its own folder below ``build/``.

    Parameters
    ----------
    name
        Names the folder ``build/<name>``.
    data_dir
        The data folder, as the notebooks receive it; relative to the root of the repository.
    parameters
        Further papermill parameters, the same for every notebook.
    """

    name: str
    data_dir: str
    parameters: dict[str, object] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Everything that this edition makes on its way."""
        return BUILD / self.name

    @property
    def source(self) -> Path:
        """What Sphinx reads."""
        return self.folder / "src"

    @property
    def html(self) -> Path:
        """The finished book."""
        return BUILD / "html" if self.name == "public" else self.folder / "html"

    @property
    def settings(self) -> dict[str, object]:
        """The parameters that each notebook is executed with."""
        return {"data_dir": self.data_dir, **self.parameters}

    def chapter(self, name: str) -> Path:
        """Return the place of an executed notebook."""
        return self.source / "chapters" / f"{name}.ipynb"

    def data_files(self) -> list[Path]:
        """Return the files that this edition is made from; never another one's private data."""
        folder = ROOT / self.data_dir
        return [path for path in files_below(folder) if folder / "private" not in path.parents]


PUBLIC = Profile("public", "data")
PROFILES = {PUBLIC.name: PUBLIC}


# --- Looking at what is there ---------------------------------------------------------------


def files_below(folder: Path) -> list[Path]:
    """Return every file below a folder, sorted, without caches and hidden files."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts
        )
    )


def chapters() -> list[str]:
    """Return the names of the notebooks, in order."""
    return [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))]


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or of a folder's files and their names; None if missing."""
    if path.is_dir():
        total = hashlib.sha256()
        for file in files_below(path):
            total.update(f"{file.relative_to(path).as_posix()} {digest(file)}\n".encode())
        return total.hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def kept(path: Path) -> Callable:
    """Let a doit task run again unless its product is, byte for byte, what it last made.

    doit writes its database when a run ends. A killed run may therefore leave products that
    are newer than what the database knows; this check repeats them instead of trusting them.

    Parameters
    ----------
    path
        The file or folder that the task makes.

    Returns
    -------
    callable
        For the ``uptodate`` list of a doit task.
    """

    def unchanged(task, values):
        task.value_savers.append(lambda: {"product": digest(path)})
        return values.get("product") is not None and values["product"] == digest(path)

    return unchanged


# --- Writing ------------------------------------------------------------------------------


def write_whole(path: Path, text: str) -> bool:
    """Write a text aside and rename it into place; return False if it was there already."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    os.replace(aside, path)
    return True


def publish(new: Path, target: Path) -> None:
    """Put a finished folder in the place of the one before it.

    Two renames: if the run is killed between them, ``restore`` brings the old folder back.

    Raises
    ------
    BuildError
        When another program holds the old folder, as Windows lets it.
    """
    restore(target)
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        try:
            os.replace(target, old)
        except PermissionError as error:
            raise BuildError(
                f"{_shown(target)} is in use: close the program that shows it, and run this again."
            ) from error
    os.replace(new, target)
    shutil.rmtree(old, ignore_errors=True)


def restore(target: Path) -> None:
    """Bring the last good folder back, if a run was killed while it was being replaced."""
    old = target.with_name(f"{target.name}.old")
    if old.exists() and not target.exists():
        os.replace(old, target)


# --- The steps ----------------------------------------------------------------------------


def derive(name: str, folder: Path = NOTEBOOKS) -> bool:
    """Make a notebook from its source: ``NN_topic.py`` to ``NN_topic.ipynb`` beside it.

    The result depends on the source alone, never on the notebook that is there: jupytext gives
    each cell a random id, replaced here by one made from what the cell says.

    Parameters
    ----------
    name
        The notebook, without its suffix.
    folder
        Where the pair is.

    Returns
    -------
    bool
        Whether the notebook changed.

    Raises
    ------
    BuildError
        When the source is not one that papermill can run.
    """
    import jupytext

    source = folder / f"{name}.py"
    notebook = jupytext.read(source)
    if notebook.metadata.get("kernelspec", {}).get("language") != "python":
        raise BuildError(
            f"{_shown(source)}: its header has no `language: python` below `kernelspec:`, "
            "without which papermill cannot run it."
        )
    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        raise BuildError(
            f"{_shown(source)}: no cell has the tag `parameters`; "
            'it begins with `# %% tags=["parameters"]` and sets at least data_dir.'
        )
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        mark = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[mark] = seen.get(mark, 0) + 1
        cell["id"] = mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"
    text = jupytext.writes(notebook, fmt="ipynb")
    return write_whole(folder / f"{name}.ipynb", text.rstrip("\n") + "\n")


def check_data(profile: Profile) -> None:
    """Validate every table before anything is executed.

    Raises
    ------
    DataError
        With the file, the row, the column, what was found and what was expected.
    """
    import rescat

    rescat.check_data(profile.data_dir)


def compile_models() -> None:
    """Compile the code of the models, or find that it was, before chapters run side by side.

    numba keeps what it compiled beside the code, until the code changes.
    """
    from . import reml

    reml.warm_up()


def execute(profile: Profile, name: str) -> None:
    """Run a notebook with the profile's parameters and put the result among the chapters.

    Raises
    ------
    BuildError
        When a cell fails, writes to standard error, or draws in a way that the book's rules
        exclude. The chapter made before stays as it was.
    """
    import nbformat
    import papermill

    try:
        notebook = papermill.execute_notebook(
            f"notebooks/{name}.ipynb",
            None,
            parameters=profile.settings,
            cwd=".",
            progress_bar=False,
            # Else each kernel remarks on its own sockets and on being stopped.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )
    except papermill.PapermillExecutionError as error:
        raise BuildError(_explain(name, error)) from error
    write_whole(profile.chapter(name), nbformat.writes(_cleaned(notebook, name)) + "\n")


def _explain(name: str, error) -> str:
    """Say which cell failed and how; of unusable data, only the message."""
    if error.ename in {kind.__name__ for kind in (DataError, ModelError, OriginError)}:
        return f"notebooks/{name}.ipynb stopped: {error.evalue}"
    from papermill.exceptions import strip_color

    trace = strip_color("\n".join(error.traceback))
    return f"notebooks/{name}.ipynb failed in this cell:\n\n{error.source}\n\n{trace}"


def _cleaned(notebook, name: str):
    """Take out what differs from run to run, and hand each figure's alt text to Sphinx."""
    notebook.metadata.pop("papermill", None)
    number = 0  # as in the notebook that people open, which has no injected cell
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
            cell.metadata["tags"] = [*tags, "remove-cell"]
            continue
        number += 1
        if cell.cell_type == "code":
            _check_outputs(cell, f"notebooks/{name}.ipynb, cell {number}")
            for output in cell.outputs:
                for kind, content in output.get("data", {}).items():
                    if kind.endswith("text/plain"):  # <object at 0x7f…>
                        output.data[kind] = re.sub(r" at 0x[0-9a-f]+", "", content)
    return notebook


def _check_outputs(cell, place: str) -> None:
    """Hold a cell to the book's rules: silent, at most one figure, and that one with alt text."""
    spoken = [out.text for out in cell.outputs if out.get("name") == "stderr"]
    if spoken:
        raise BuildError(
            f"{place} wrote to standard error, which a reader would see as a red box; "
            f"mend the cause:\n\n{''.join(spoken)}"
        )
    figures = [
        (kind, out.metadata)
        for out in cell.outputs
        for kind in out.get("data", {})
        if kind.startswith("image/")
    ]
    if len(figures) > 1:
        raise BuildError(
            f"{place} has {len(figures)} images; draw one figure a cell, so that each has its "
            "own alternative text."
        )
    for kind, metadata in figures:
        alt = metadata.get(kind, {}).get("alt", "").strip()
        if not alt:
            raise BuildError(
                f"{place} has a figure without alternative text: display it with "
                f'metadata={{"{kind}": {{"alt": "what it shows"}}}}.'
            )
        # myst-nb reads the alternative text from the cell, not from the output.
        cell.metadata.setdefault("mystnb", {})["image"] = {"alt": alt}


def stage(profile: Profile) -> None:
    """Lay out what Sphinx reads: the pages, the tables to download and the executed chapters."""
    source = profile.source
    source.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.name == "chapters":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in files_below(source / "chapters"):
        if path.stem not in chapters():
            path.unlink()
    for path in files_below(BOOK):
        _copy(path, source / path.relative_to(BOOK))
    for path in profile.data_files():
        if path.suffix in {".csv", ".json"}:
            _copy(path, source / "data" / path.relative_to(ROOT / profile.data_dir))


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def html(profile: Profile) -> None:
    """Build the pages from a clean state, strictly, and put them in the place of the last ones.

    Raises
    ------
    BuildError
        When Sphinx finds anything to warn of. The last good book stays as it was.
    """
    import click

    stage(profile)
    for left in profile.folder.glob("html-*"):  # by a run that was killed here
        shutil.rmtree(left, ignore_errors=True)
    log = profile.folder / "sphinx.log"
    with tempfile.TemporaryDirectory(
        prefix="html-", dir=profile.folder, ignore_cleanup_errors=True
    ) as aside:
        # jupyter-book by import: the script of that name is not on every PATH.
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
        command += ["build", str(profile.source)]
        command += ["--config", str(ROOT / "_config.yml"), "--toc", str(ROOT / "_toc.yml")]
        command += ["--path-output", aside, "-W", "-n", "--keep-going"]
        built = subprocess.run(
            command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace"
        )
        complaints = click.unstyle(built.stderr)
        log.write_text(click.unstyle(built.stdout) + complaints, encoding="utf-8")
        made = Path(aside) / "_build" / "html"
        if built.returncode:
            raise BuildError(
                f"Sphinx did not accept the book:\n\n{_in_sources(complaints, profile)}\n\n"
                f"All it said: {_shown(log)}"
            )
        # Sphinx's note to itself about reusing this output, which never happens here.
        (made / ".buildinfo").unlink(missing_ok=True)
        publish(made, profile.html)


def _in_sources(complaints: str, profile: Profile) -> str:
    """Name the files that people edit, not their copies, and leave jupyter-book's own trace out."""
    text = complaints.partition("\nTraceback (most recent call last):\n")[0].strip() or complaints
    for staged, origin in [(profile.source / "chapters", NOTEBOOKS), (profile.source, BOOK)]:
        text = text.replace(f"{staged}{os.sep}", f"{_shown(origin)}/")
    return text


def _shown(path: Path) -> str:
    """Write a path as a person in the repository would."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


# --- The door -----------------------------------------------------------------------------


def run_step(*arguments: str) -> bool:
    """Run one step in a process of its own, as doit does; return whether it ended well."""
    code = subprocess.call([sys.executable, "-m", "rescat.build", *arguments], cwd=ROOT)
    if code not in (0, 1):  # 1 has said why
        print(f"{' '.join(arguments)}: ended with exit code {code}", file=sys.stderr)
    return code == 0


def say(line: str) -> None:
    """Tell the person who is waiting, at once."""
    print(line, flush=True)


@contextlib.contextmanager
def _timed(label: str) -> Iterator[None]:
    say(f"{label} ...")
    started = time.monotonic()
    yield
    say(f"{label}: done in {time.monotonic() - started:.0f} s")


def _run(step: str, profile: Profile, names: list[str]) -> None:
    if step == "derive":
        for name in names:
            if derive(name):
                say(f"notebooks/{name}.ipynb: derived from notebooks/{name}.py")
    elif step == "check-data":
        check_data(profile)
    elif step == "compile":
        with _timed("model code"):
            compile_models()
    elif step == "twin":
        from .twin import write_committed

        with _timed("data/synthetic/biomarkers.csv"):
            write_committed()
    elif step == "pool":
        from .matching_studies import write_committed

        with _timed("data/synthetic/pool.csv"):
            write_committed()
    elif step == "checksums":
        from . import datapackage

        say(f"New checksums: {', '.join(datapackage.refresh_checksums()) or 'none'}")
    elif step == "execute":
        for name in names:
            with _timed(f"notebooks/{name}"):
                execute(profile, name)
    else:
        with _timed("pages"):
            html(profile)
        index = profile.html / "index.html"
        say(f"The book is ready: open {_shown(index)}\n{index.as_uri()}")


def main(arguments: list[str] | None = None) -> int:
    """Run one step from the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m rescat.build", description=__doc__)
    steps = ["derive", "check-data", "checksums", "compile", "twin", "pool", "execute", "html"]
    parser.add_argument("step", choices=steps)
    parser.add_argument("names", nargs="*", help="notebooks; all of them if none is given")
    parser.add_argument("--profile", choices=PROFILES, default=PUBLIC.name)
    options = parser.parse_args(arguments)
    os.environ.update(STEADY)
    os.chdir(ROOT)
    try:
        _run(options.step, PROFILES[options.profile], options.names or chapters())
    except (BuildError, DataError, OriginError) as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
