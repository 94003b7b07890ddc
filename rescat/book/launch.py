"""Where the notebooks run online, if the environment says where the project is."""

import os
import re

from ..base.inert import Markdown
from .edition import chapters, notebooks

__all__ = ["launch", "launch_links", "project_folder", "repository"]


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
        "cell first, above all others:\n\n{}\n\n{}"
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
