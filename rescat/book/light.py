"""Light pages: nothing is loaded that a page does not use.

The theme brings to every page each icon of Font Awesome, twice, the styles and the script of a
whole framework, and the index of the search. What a page does not use is taken away from it.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from ..base.files import BuildError, shown, write_whole
from .search import ENTRIES

__all__ = ["lighten"]

# Scripts of the theme that no page needs: the font has the same icons, menus.js opens the menus.
_UNUSED = ("_static/scripts/fontawesome.js", "_static/scripts/bootstrap.js")
# Scripts and styles that not every page needs, by what stands in a page that does.
_NEEDED_BY = {
    r'id="search-results"': (
        "_static/searchtools.js",
        "_static/language_data.js",
        "searchindex.js",
        "_static/search.js",
        "_static/search.css",
        f"_static/{ENTRIES}",
    ),
    r'class="highlight[ "]': (
        "_static/clipboard.min.js",
        "_static/copybutton.js",
        "_static/copybutton.css",
        "_static/pygments.css",
    ),
    r'class="(?:[^"]* )?(?:toggle|admonition[^"]* dropdown)[ "]': (
        "_static/togglebutton.js",
        "_static/togglebutton.css",
    ),
    r'class="sd-tab-set': ("_static/design-tabs.js",),
    r'class="(?:[^"]* )?sd-': ("_static/sphinx-design.min.css",),
    r'class="(?:[^"]* )?cell_(?:in|out)put': ("_static/code.js",),
    r'class="(?:[^"]* )?(?:findable|run-here)': ("_static/findable.js",),
    r'class="(?:[^"]* )?(?:fig|run-here)[ "]': ("_static/figures.js", "_static/figures.css"),
    r'class="(?:[^"]* )?quiz[ "]': ("_static/quiz.js",),
    r"std-term": ("_static/terms.js",),
    r'class="(?:[^"]* )?annotated': ("_static/paper.js", "_static/paper.css"),
}
# What a page may hold that decides how wide it is. Styles ask `data-holds` of what holds the text:
# if they asked with :has(), a browser would style the whole page again at each change in it.
_HOLDS = {
    "story": re.compile(r'class="(?:[^"]* )?story[ "]'),
    "patient": re.compile(r'class="(?:[^"]* )?patient[ "]'),
    "patients": re.compile(r'id="patients"'),
}
_FOLD_OR_TABLE = re.compile(r'<(/?)details\b|<table\b[^>]*\bdata-fit="(\d+)"')
_MANY = (
    3  # columns fit by `data-fit` (rescat/base/tabular.py): from here on a table wants the width
)
_HOLDER = re.compile(r'<div class="(?:bd-container__inner bd-page-width|bd-article-container)"')
_FONTS = "_static/vendor/fontawesome/webfonts"
_FONT = "fa-solid-900.woff2"
_OWN_NAME = "rescat-icons"
# Styles that hold far more than the book uses.
_STYLES = (
    "_static/styles/pydata-sphinx-theme.css",
    "_static/styles/sphinx-book-theme.css",
    "_static/sphinx-design.min.css",
    "_static/mystnb.*.css",
)
_LOADED = re.compile(
    r'<script\b[^>]*\bsrc="([^"?#]*)[^"]*"[^>]*></script>\n?|<link\b[^>]*\bhref="([^"?#]*)[^>]*>\n?'
)
_NAMED = re.compile(r'\b(?:class|id)="([^"]*)"')
_NAME = re.compile(r"[\w-]+")
_ALTERNATIVES = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_OF_SELECTOR = re.compile(r"[.#](-?[A-Za-z_](?:[\w-]|\\.)*)")
_ICON = re.compile("[\ue000-\uf8ff]")
_OTHER_FONT = re.compile(r',url\([^)]*\.ttf\) format\("truetype"\)')
_IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)([^>]*\bsrc="([^":?#]+\.png)"[^>]*)>')


def lighten(pages: Path, memory: Path) -> None:
    """Take away from finished pages what they do not use, and give images a size.

    Parameters
    ----------
    pages : Path
        The folder of the book. Changed in place.
    memory : Path
        A folder where what was made of styles and icons is kept, to be taken again.

    Raises
    ------
    BuildError
        If the theme no longer has what is looked for: pages would become heavy, and nobody
        would see it.
    """
    texts = {path: path.read_bytes().decode("utf-8") for path in _pages(pages)}
    lighter = {
        path: _with_sizes(_saying_what_it_holds(_without_unused(text)), path)
        for path, text in texts.items()
    }
    for script in _UNUSED:
        _unlink(pages / script)
    named = " ".join(value for text in lighter.values() for value in _NAMED.findall(text))
    names = set(named.split())
    for script in (pages / "_static").rglob("*.js"):
        names |= set(_NAME.findall(script.read_text(encoding="utf-8")))
    kept, icons, version = _Kept(memory), set(), {}
    for style in _found(pages, _STYLES):
        whole = style.read_text(encoding="utf-8")
        used = names & set(_names_in(whole))
        made = kept.text(_used, _OTHER_FONT.sub("", whole), " ".join(sorted(used)))
        icons |= set(_ICON.findall(made))
        write_whole(style, made)
        version[style.name] = f"{zlib.crc32(made.encode()):08x}"
    [font] = _found(pages, (f"{_FONTS}/{_FONT}",))
    made = kept.bytes(_font_of, font.read_bytes(), "".join(sorted(icons)))
    for path in font.parent.iterdir():
        path.unlink()
    font.write_bytes(made)
    kept.forget_others()
    for path in (pages / "_static").rglob("*.map"):
        path.unlink()
    # A browser that knows the styles of an earlier build asks for these.
    link = re.compile(rf'({"|".join(map(re.escape, version))})\?[^"]*"')
    for path, text in lighter.items():
        new = link.sub(lambda found: f'{found[1]}?v={version[found[1]]}"', text)
        if new != texts[path]:
            write_whole(path, new)


def _pages(folder: Path) -> Iterator[Path]:
    """The pages of the book: not the slides, nor parts of pages that the theme keeps."""
    for path in sorted(folder.rglob("*.html")):
        if not {"_static", "course"} & set(path.relative_to(folder).parts):
            yield path


def _found(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        paths = sorted(folder.glob(pattern))
        if not paths:
            raise BuildError(
                f"{shown(folder)}: found no {pattern}\n  expected: the styles of the theme. "
                f"Which there are is said in {shown(Path(__file__))}."
            )
        yield from paths


def _unlink(path: Path) -> None:
    [there] = _found(path.parent, (path.name,))
    there.unlink()


def _without_unused(page: str) -> str:
    """A page without the scripts and styles for what it does not hold."""
    body = page.partition("<body")[2]
    unused = _UNUSED + tuple(
        name for mark, names in _NEEDED_BY.items() if not re.search(mark, body) for name in names
    )
    return _LOADED.sub(
        lambda found: "" if (found[1] or found[2]).endswith(unused) else found[0], page
    )


def _saying_what_it_holds(page: str) -> str:
    holds = [name for name, mark in _HOLDS.items() if mark.search(page)]
    holds += ["wide"] if _has_wide_table(page) else []
    if not holds:
        return page
    return _HOLDER.sub(lambda found: f'{found[0]} data-holds="{" ".join(holds)}"', page)


def _has_wide_table(page: str) -> bool:
    """Whether a table of many columns is there to be seen, and not folded."""
    depth = 0
    for ends, fit in _FOLD_OR_TABLE.findall(page):
        if fit:
            if not depth and int(fit) >= _MANY:
                return True
        else:
            depth += -1 if ends else 1
    return False


class _Kept:
    """What was made of the same things before."""

    def __init__(self, folder: Path):
        self.folder, self.used = folder, set()
        folder.mkdir(parents=True, exist_ok=True)

    def bytes(self, make: Callable, *things: bytes | str) -> bytes:
        """What a function makes of some things, made once."""
        code = Path(__file__).read_bytes()
        parts = [thing.encode() if isinstance(thing, str) else thing for thing in things]
        key = hashlib.sha256(b"\0".join([code, make.__name__.encode(), *parts])).hexdigest()
        path = self.folder / key
        self.used.add(path)
        if not path.is_file():
            made = make(*things)
            write_whole(path, made)
        return path.read_bytes()

    def text(self, make: Callable, *things: str) -> str:
        return self.bytes(make, *things).decode()

    def forget_others(self) -> None:
        for path in set(self.folder.iterdir()) - self.used:
            path.unlink()


def _used(styles: str, known: str) -> str:
    """The rules that can hold for something, by the names of classes and parts that there are."""
    import tinycss2

    names = set(known.split())

    def kept(rules: list) -> str:
        return "".join(map(text_of, rules))

    def text_of(rule) -> str:
        if rule.type == "qualified-rule":
            prelude = tinycss2.serialize(rule.prelude)
            wanted = [part for part in _selectors(prelude) if fits(part)]
            return f"{','.join(wanted)}{{{tinycss2.serialize(rule.content)}}}" if wanted else ""
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = kept(tinycss2.parse_rule_list(rule.content, True, True))
            prelude = tinycss2.serialize(rule.prelude)
            return f"@{rule.at_keyword}{prelude}{{{inner}}}" if inner else ""
        return "" if rule.type == "error" else rule.serialize()

    def fits(selector: str) -> bool:
        # What stands in brackets is one of several, or must not be.
        return names.issuperset(_names_in(_ALTERNATIVES.sub("", selector)))

    return kept(tinycss2.parse_stylesheet(styles, True, True))


def _names_in(styles: str) -> list[str]:
    """The classes and parts that a selector names."""
    return [re.sub(r"\\(.)", r"\1", name) for name in _OF_SELECTOR.findall(styles)]


def _selectors(prelude: str) -> list[str]:
    """The selectors of a rule: a comma in brackets does not part them."""
    parts, depth = [""], 0
    for sign in prelude:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _font_of(whole: bytes, icons: str) -> bytes:
    """A font of these icons alone."""
    from fontTools import subset

    options = subset.Options(flavor="woff2", notdef_outline=True, layout_features=[])
    font = subset.load_font(BytesIO(whole), options)
    maker = subset.Subsetter(options)
    maker.populate(text=icons)
    maker.subset(font)
    for record in font["name"].names:  # the licence reserves the font's own name to the whole font
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = _OWN_NAME
    made = BytesIO()
    subset.save_font(font, made, options)
    return made.getvalue()


def _with_sizes(page: str, path: Path) -> str:
    """Images have their size, so that nothing moves when they come; those below come later."""
    first = True

    def sized(found: re.Match) -> str:
        nonlocal first
        size = "" if "width=" in found[1] else _size(path.parent / found[2])
        later, first = ("" if first else ' loading="lazy"'), False
        return f"<img{size}{later}{found[1]}>"

    return _IMAGE.sub(sized, page)


def _size(picture: Path) -> str:
    with picture.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return f' width="{width}" height="{height}"'
