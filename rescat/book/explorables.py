"""Scripts and styles of explorables: only on the pages that have one.

Jupyter Book puts every script and style of ``_static`` on every page. Those of
``_static/explorables`` are taken out again, and a page gets the shell, and the file of each
explorable that it shows (``rescat.pages.explorable``).
"""

import re
from pathlib import Path

from ..base.files import BuildError

__all__ = ["setup"]

_FOLDER = "explorables"
# In a section itself: code that is shown has the sign in another form.
_SECTION = re.compile(r'[<]section [^>]*\bdata-explorable="([\w-]+)"')


def keep_apart(app, config) -> None:
    """Take the files of explorables out of those of every page."""
    for kind in ("html_js_files", "html_css_files"):
        files = getattr(config, kind)
        setattr(config, kind, [f for f in files if not str(f).startswith(f"{_FOLDER}/")])


def add_files(app, page, template, context, doctree) -> None:
    """Give a page what its explorables need."""
    names = dict.fromkeys(_SECTION.findall(context.get("body", "")))
    if not names:
        return
    app.add_css_file(f"{_FOLDER}/shell.css")
    for name in ("shell", *names):
        file = f"{_FOLDER}/{name}.js"
        if not (Path(app.srcdir) / "_static" / file).is_file():
            raise BuildError(f"{page} has the explorable {name}: expected book/_static/{file}")
        app.add_js_file(file, loading_method="defer")


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", keep_apart, priority=100)
    app.connect("html-page-context", add_files)
