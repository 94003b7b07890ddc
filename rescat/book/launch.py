"""Where the notebooks run: in JupyterLab here, or online if the project has an address."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from ..base.errors import BuildError
from ..base.files import files_below, shown
from ..base.inert import Markdown, say
from .edition import chapters, notebooks

__all__ = ["copy_notebooks", "launch", "launch_links", "open_lab", "project_folder", "repository"]


def repository() -> str:
    """The address of the project, such as https://github.com/owner/name; empty if none is set."""
    return os.environ.get("BOOK_REPOSITORY_URL", "").rstrip("/").removesuffix(".git")


def project_folder() -> Markdown:
    """Where the folder of the project is found: for a sentence that says so."""
    url = repository()
    if not url:
        return Markdown(" (ask whoever gave you this book)")
    return Markdown(" ([{0}]({0}))").format(url)


def launch() -> Markdown:
    """How to run a chapter online."""
    link, line, comma = Markdown("[{}]({})"), Markdown("- {}: {}"), Markdown(", ")
    links = [
        line.format(Markdown.code(name), comma.join(link.format(*pair) for pair in found.items()))
        for chapter in chapters()
        for name in (chapter, f"exercises/{chapter}")
        if name in notebooks() and (found := launch_links(name))
    ]
    if not links:
        return Markdown("This copy of the book names no address for that. Use your own computer.")
    cell = f"!git clone --depth 1 {repository()} book\n%cd book\n!pip install -q -e '.[book]'"
    return Markdown(
        "Binder starts a computer for you; it needs some minutes. Colab needs an account, and this "
        "cell first, above all others; it takes the packages that Colab has, not the versions of "
        "the book:\n\n{}\n\n{}"
    ).format(Markdown.code(cell, block=True), Markdown("\n").join(links))


def launch_links(notebook: str) -> dict[str, str]:
    """Where a notebook runs online: nowhere unless BOOK_REPOSITORY_URL names a GitHub repository.

    BOOK_BRANCH is its branch; without it, ``main``.
    """
    url = os.environ.get("BOOK_REPOSITORY_URL", "")
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", url)
    if not found:
        return {}
    branch = os.environ.get("BOOK_BRANCH") or "main"
    path = f"notebooks/{notebook}.ipynb"
    return {
        "Binder": f"https://mybinder.org/v2/gh/{found[1]}/{branch}?labpath={path}",
        f"Colab{' (with solutions)' if notebook.startswith('exercises/') else ''}": (
            f"https://colab.research.google.com/github/{found[1]}/blob/{branch}/{path}"
        ),
    }


def copy_notebooks(made: Path, folder: Path, chapter: str) -> Path:
    """Copy the fellows' notebooks to where one works on them; what is there already stays.

    Parameters
    ----------
    made : Path
        The notebooks that the book gives to fellows.
    folder : Path
        Where to.
    chapter : str
        ``05_random_slopes``, or ``exercises/05_random_slopes``.

    Returns
    -------
    Path
        The notebook of the chapter.

    Raises
    ------
    BuildError
        If there is none.
    """
    names = [path.relative_to(made).with_suffix("").as_posix() for path in files_below(made)]
    if chapter not in names:
        raise BuildError(f"no notebook {chapter!r}; there are {', '.join(sorted(names))}")
    for name in names:
        path = folder / f"{name}.ipynb"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / f"{name}.ipynb", path)
    return folder / f"{chapter}.ipynb"


def open_lab(made: Path, folder: Path, chapter: str) -> None:
    """Open the notebook of a chapter in JupyterLab, and wait until it is closed.

    Parameters
    ----------
    made, folder, chapter
        As :func:`copy_notebooks`.

    Raises
    ------
    BuildError
        If there is no such notebook, or no JupyterLab.
    """
    path = copy_notebooks(made, folder, chapter)
    if find_spec("jupyterlab") is None:
        raise BuildError(
            "JupyterLab is not installed\n  expected: make lab, which installs it, or "
            "pip install --require-hashes -r requirements-lab.txt"
        )
    say(f"{shown(path)} opens in the browser. Ctrl-C, twice, ends JupyterLab.")
    quiet = "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"  # asks no network
    subprocess.run([sys.executable, "-m", "jupyterlab", quiet, "--LabApp.news_url=None", path])
