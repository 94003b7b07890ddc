"""What a page loads: nothing that it does not use."""

import re
import statistics
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from rescat.base.files import BuildError
from rescat.book import light

FONT = "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2"
STYLE = "_static/styles/pydata-sphinx-theme.css"


@pytest.fixture
def pages(tmp_path):
    """A small book with the styles and fonts of the theme."""
    folder = tmp_path / "html"
    files = {
        STYLE: (
            ".fa-bars:before{content:'\uf0c9'}.fa-bell:before{content:'\uf0f3'}"
            "p,.used:not(.absent),.absent p{color:red}#there{a:b}"
            "@media print{.absent{c:d}}@media screen{.used{e:f}}"
            '@font-face{font-family:A;src:url(../a.woff2) format("woff2"),'
            'url(../a.ttf) format("truetype")}'
        ),
        "_static/styles/sphinx-book-theme.css": ".absent,.w-50\\%{x:y}",
        "_static/sphinx-design.min.css": ".made-by-script{x:y}",
        "_static/mystnb.1234.css": ":is(.absent,.used) p{x:y}",
        "_static/scripts/fontawesome.js": "absent",
        "_static/scripts/bootstrap.js": "absent",
        "_static/own.js": 'element.className = "made-by-script";',
        "_static/own.js.map": "{}",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    [font] = Path(pydata_sphinx_theme.__file__).parent.rglob("fa-solid-900.woff2")
    (folder / FONT).parent.mkdir(parents=True)
    (folder / FONT).write_bytes(font.read_bytes())
    (folder / FONT).with_name("fa-brands-400.ttf").write_bytes(b"a font")
    return folder


HEAD = (
    f'<link href="{STYLE}?digest=1" rel="stylesheet" />\n'
    '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n'
    '<link rel="preload" as="script" href="_static/scripts/bootstrap.js?digest=1" />\n'
    '<link rel="stylesheet" type="text/css" href="_static/pygments.css?v=1" />\n'
    '<script src="_static/searchtools.js"></script>\n'
    '<script src="searchindex.js"></script>\n'
    '<script src="_static/own.js?v=1"></script>\n'
)
BODY = '<body><i class="fa-bars used w-50%"></i><p id="there"></p>'
SEARCH = f'{BODY}<div id="search-results"></div>'


def make_unused(pages):
    for name in ("fontawesome", "bootstrap"):
        (pages / f"_static/scripts/{name}.js").write_text("")


def lightened(pages, **texts) -> dict[str, str]:
    for name, text in texts.items():
        (pages / f"{name}.html").write_text(text, encoding="utf-8")
    light.lighten(pages, pages.parent / "memory")
    return {name: (pages / f"{name}.html").read_text(encoding="utf-8") for name in texts}


def test_scripts_that_a_page_does_not_need_are_gone(pages):
    made = lightened(pages, index=HEAD + BODY, search=HEAD + SEARCH)
    scripts = {name: re.findall(r'script[^>]*src="([^"?]*)', text) for name, text in made.items()}
    assert scripts["index"] == ["_static/own.js"]
    assert scripts["search"] == ["_static/searchtools.js", "searchindex.js", "_static/own.js"]
    assert not list((pages / "_static/scripts").iterdir())
    assert "bootstrap" not in made["index"]
    assert not (pages / "_static/own.js.map").exists()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("_static/pygments.css", '<div class="highlight"><pre>'),
        ("_static/own.js", ""),
        ("_static/findable.js", '<table class="findable" id="a">'),
        ("_static/togglebutton.js", '<div class="admonition note dropdown">'),
        ("_static/quiz.js", '<form class="quiz" id="b">'),
    ],
)
def test_what_a_page_uses_stays(pages, name, body):
    head = f'<script src="{name}"></script><link rel="stylesheet" href="{name}" />' + HEAD
    made = lightened(pages, one=head + BODY + body, two=head + BODY)
    assert made["one"].count(f'"{name}') >= 2
    assert (f'"{name}"' in made["two"]) == (name == "_static/own.js")


def test_rules_for_what_is_there_stay(pages):
    lightened(pages, index=HEAD + BODY)
    style = (pages / STYLE).read_text(encoding="utf-8")
    assert "p,.used:not(.absent){color:red}" in style
    assert "#there{a:b}" in style
    assert "@media screen{.used{e:f}}" in style
    assert ".absent{" not in style
    assert "bell" not in style
    assert 'url(../a.woff2) format("woff2")}' in style
    other = (pages / "_static/styles/sphinx-book-theme.css").read_text(encoding="utf-8")
    assert other == ".w-50\\%{x:y}"
    assert (pages / "_static/sphinx-design.min.css").read_text() == ".made-by-script{x:y}"
    assert (pages / "_static/mystnb.1234.css").read_text() == ":is(.absent,.used) p{x:y}"


def test_the_font_has_the_icons_that_are_used_alone(pages):
    lightened(pages, index=HEAD + BODY)
    made = TTFont(pages / FONT)
    assert set(made.getBestCmap()) == {0xF0C9}
    # Its licence reserves its name to the whole font; who made it stays in it.
    assert made["name"].getDebugName(1) == made["name"].getDebugName(4) == "rescat-icons"
    assert "Font Awesome" in made["name"].getDebugName(0)
    assert [path.name for path in (pages / FONT).parent.iterdir()] == ["fa-solid-900.woff2"]
    assert (pages / FONT).stat().st_size < 2000


def test_another_style_has_another_address(pages, tmp_path):
    """Else a browser shows new pages with the styles that it kept."""
    first = lightened(pages, index=HEAD + BODY)["index"]
    address = re.search(rf"{STYLE}\?v=(\w+)", first)[1]
    (pages / STYLE).write_text(".used{color:blue}", encoding="utf-8")
    make_unused(pages)
    second = lightened(pages, index=first)["index"]
    assert re.search(rf"{STYLE}\?v=(\w+)", second)[1] != address


def test_what_was_made_before_is_taken_again(pages, monkeypatch):
    lightened(pages, index=HEAD + BODY)
    before = (pages / STYLE).read_text(encoding="utf-8")
    kept = {path.name for path in (pages.parent / "memory").iterdir()}
    make_unused(pages)
    lightened(pages, index=HEAD + BODY + '<b class="absent">')
    assert (pages / STYLE).read_text(encoding="utf-8") == before  # its rules are gone already
    again = {path.name for path in (pages.parent / "memory").iterdir()}
    assert len(again) == len(kept) == 5  # what is not used any longer is forgotten


@pytest.mark.parametrize("missing", [STYLE, FONT, "_static/scripts/bootstrap.js"])
def test_another_theme_is_refused(pages, missing):
    (pages / missing).unlink()
    with pytest.raises(BuildError, match=re.escape(missing.rpartition("/")[2])):
        lightened(pages, index=HEAD)


def test_pictures_have_their_size_and_come_when_they_are_near(pages):
    Image.new("RGB", (70, 30)).save(pages / "a.png")
    page = '<img alt="A" src="a.png"><img src="a.png" width="7"><img src="data:image/png;base64,A">'
    made = lightened(pages, index=page)["index"]
    assert made == (
        '<img width="70" height="30" alt="A" src="a.png">'
        '<img loading="lazy" src="a.png" width="7"><img src="data:image/png;base64,A">'
    )


def loaded(page: Path) -> int:
    """The bytes of a page with the styles and scripts that it asks for, without pictures."""
    text = page.read_text(encoding="utf-8")
    asked = re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"?#]+)', text)
    files = {(page.parent / name).resolve() for name in asked if not name.endswith(".html")}
    return page.stat().st_size + sum(path.stat().st_size for path in files if path.is_file())


@pytest.mark.book
def test_pages_weigh_little(built_book):
    pages = [p for p in built_book.rglob("*.html") if not {"_static", "course"} & set(p.parts)]
    weights = {page.relative_to(built_book).as_posix(): loaded(page) for page in pages}
    assert weights["index.html"] < 350_000
    assert statistics.median(weights.values()) < 350_000
    heavy = {name: weight for name, weight in weights.items() if weight > 900_000}
    assert not heavy
