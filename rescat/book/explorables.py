"""Scripts and styles of explorables: only on the pages that have one.

Jupyter Book puts every script and style of ``_static`` on every page. Those of
``_static/explorables`` are taken out again, and a page gets the shell, and the file of each
explorable that it shows (``rescat.pages.explorable``). One that calls ``rescatEngine`` computes
with the models: its page gets the engine too, which loads them when it is first asked.
"""

import re
import zlib
from pathlib import Path

from ..base.files import BuildError

__all__ = ["setup"]

_FOLDER = "explorables"
_ENGINE, _MODELS = "engine.js", "engine-module.js"
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
    scripts = Path(app.srcdir) / "_static" / _FOLDER
    computing = [name for name in names if _computes(scripts / f"{name}.js")]
    models = scripts / _MODELS
    if computing and models.is_file():
        # By its content, so that a browser that knows those of an earlier build asks for these.
        state = f"{zlib.crc32(models.read_bytes()):08x}"
        models = {"data-models": f"{_MODELS}?v={state}"}
        app.add_js_file(f"{_FOLDER}/{_ENGINE}", loading_method="defer", **models)
    elif computing:  # this machine could not make the models: their pictures stay
        names = [name for name in names if name not in computing]
    for name in ("shell", *names):
        if not (scripts / f"{name}.js").is_file():
            file = f"book/_static/{_FOLDER}/{name}.js"
            raise BuildError(f"{page} has the explorable {name}: expected {file}")
        app.add_js_file(f"{_FOLDER}/{name}.js", loading_method="defer")


def _computes(script: Path) -> bool:
    """Whether an explorable computes with the models (``wasm.py``)."""
    return script.is_file() and "rescatEngine" in script.read_text(encoding="utf-8")


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", keep_apart, priority=100)
    app.connect("html-page-context", add_files)
