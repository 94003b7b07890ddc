"""What this book needs from Sphinx beyond ``_config.yml``: formulas offline, facts, links."""

import importlib.util
import os
import shutil
from pathlib import Path

import rescat

from .edition.pages import OWN_DATA

__all__ = ["setup"]

# This one file has TeX, SVG output and every extension in it: no fonts, nothing loaded later.
MATHJAX = "tex-svg-full.js"


def mathjax_file() -> Path:
    """Return the place of MathJax in the package sphinx-mathjax-offline."""
    # The package's name has hyphens, so that it can be found but not imported by statement.
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    return Path(package.origin).parent / "static" / "mathjax" / MATHJAX


def configure(app, config) -> None:
    """Fill in what a YAML file cannot compute."""
    config.mathjax_path = f"mathjax/{MATHJAX}"
    # The menu of a formula would load speech rules that are not there.
    config.mathjax3_config = {"options": {"enableMenu": False}}
    config.myst_substitutions = {
        **config.myst_substitutions,
        **rescat.book_facts(),
        **rescat.audit_facts(),
    }
    if folder := os.environ.get(OWN_DATA):
        config.myst_substitutions |= rescat.own_facts(folder)
        # What these data do not allow has no page, and a link to it becomes plain text.
        config.suppress_warnings = [*config.suppress_warnings, "myst.xref_missing"]
        config.html_title = config.project = f"PRIVATE: {config.html_title or config.project}"
        # On every page, the search page and the index too; in print as well (rescat.css).
        config.html_theme_options["announcement"] = (
            '<span class="private-edition">PRIVATE edition, made from your own data. '
            "Do not publish.</span>"
        )
    elif url := os.environ.get("BOOK_REPOSITORY_URL"):
        config.html_theme_options.update(
            repository_url=url, use_repository_button=True, use_issues_button=True
        )


def copy_mathjax(app) -> None:
    """Put MathJax among the book's own files."""
    folder = Path(app.outdir) / "_static" / "mathjax"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(mathjax_file(), folder / MATHJAX)


def setup(app) -> dict:
    """Register with Sphinx."""
    # Before MyST reads its configuration (priority 500).
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", copy_mathjax)
    return {"version": rescat.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
