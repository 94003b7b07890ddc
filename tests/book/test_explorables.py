"""Scripts of explorables: on the pages that have one, and only there."""

from types import SimpleNamespace

import pytest

from rescat.base.errors import BuildError
from rescat.base.files import BOOK
from rescat.base.inert import Html
from rescat.book import explorables
from rescat.pages import explorable


class App:
    """What the extension uses of Sphinx."""

    def __init__(self, srcdir=BOOK):
        self.srcdir, self.added = str(srcdir), []

    def add_css_file(self, name):
        self.added.append(name)

    def add_js_file(self, name, loading_method, **attributes):
        self.added.append((name, loading_method, *attributes.values()))


def section(name: str) -> str:
    return str(explorable(name, question="?", fixed="", picture=Html("")))


def test_no_page_has_them_by_itself():
    files = {
        "html_js_files": ["code.js", "explorables/shell.js"],
        "html_css_files": ["explorables/shell.css", "rescat.css"],
    }
    config = SimpleNamespace(**files)
    explorables.keep_apart(None, config)
    assert (config.html_js_files, config.html_css_files) == (["code.js"], ["rescat.css"])


def test_a_page_gets_the_shell_and_each_file_once():
    app, name = App(), "zero-of-n"
    explorables.add_files(app, "p", "", {"body": section(name) * 2}, None)
    files = ["explorables/shell.js", f"explorables/{name}.js"]
    assert app.added == ["explorables/shell.css", *((file, "defer") for file in files)]
    other = App()
    shown = '<pre>&lt;section data-explorable="x"</pre>'
    explorables.add_files(other, "p", "", {"body": shown}, None)
    explorables.add_files(other, "search", "", {}, None)
    assert other.added == []


def test_an_explorable_without_a_file_stops_the_build():
    with pytest.raises(BuildError, match=r"chapters/x .* no-such: .*explorables/no-such\.js"):
        explorables.add_files(App(), "chapters/x", "", {"body": section("no-such")}, None)


def test_one_that_computes_gets_the_models_or_stays_a_picture(tmp_path):
    scripts = tmp_path / "_static" / "explorables"
    scripts.mkdir(parents=True)
    (scripts / "shell.js").touch()
    (scripts / "fits.js").write_text("window.rescatEngine.fit()", encoding="utf-8")
    page = {"body": section("fits")}
    without, shell = App(tmp_path), ("explorables/shell.js", "defer")
    explorables.add_files(without, "p", "", page, None)
    assert without.added == ["explorables/shell.css", shell]
    (scripts / "engine-module.js").write_text("the models", encoding="utf-8")
    whole = App(tmp_path)
    explorables.add_files(whole, "p", "", page, None)
    engine = ("explorables/engine.js", "defer", "engine-module.js?v=f93168c1")
    assert whole.added == ["explorables/shell.css", engine, shell, ("explorables/fits.js", "defer")]
