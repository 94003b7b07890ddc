"""What a page of the book may do: a Content-Security-Policy in each, and titles that are text.

The policy is the second fence behind :mod:`rescat.base.inert`: if something from outside became a
script after all, the browser would not run it, and nothing could be sent to another host.
"""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from ..base.files import BuildError, shown, write_whole

__all__ = ["POLICY", "make_titles_text", "policy_of", "with_policy", "write_policy"]

# What pages may load and do, and why. Everything else is forbidden: other hosts, plug-ins.
POLICY = {
    "default-src": ["'none'"],
    # The book's own files. 'self' is the book on a server; a browser that does not count a folder
    # on a disk as 'self' takes file:, which a page from a server can't load.
    # 'wasm-unsafe-eval' lets a page compile WebAssembly (the models, in the page); it allows no
    # eval of JavaScript. 'unsafe-hashes' admits the handlers of the theme's two buttons, by hash.
    "script-src": ["'self'", "file:", "'wasm-unsafe-eval'", "'unsafe-hashes'"],
    # Styles stand in the page itself: tables, figures, formulas. They can run nothing.
    "style-src": ["'self'", "file:", "'unsafe-inline'"],
    "img-src": ["'self'", "file:", "data:"],  # figures are in the page
    "font-src": ["'self'", "file:", "data:"],
    "connect-src": ["'self'", "file:", "data:"],  # files of the book that a script reads
    "worker-src": ["'self'", "file:", "blob:"],  # from a folder on a disk a worker is a blob
    # The book itself, in a window that keeps tables of a reader's own from page to page (own.js).
    "frame-src": ["'self'", "file:"],
    "form-action": ["'self'", "file:"],  # the search field
    "base-uri": ["'none'"],
}
# Scripts that stand in the pages: of the theme, the extensions and the slides. A hash is written
# for these and no other, so that a script from elsewhere would not get one.
_SCRIPTS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"var togglebuttonSelector = '[^'\\]*';",
        r"let toggle(HintShow|HintHide|OpenOnPrint) = '[^'\\]*';",
        r"DOCUMENTATION_OPTIONS\.pagename = '[\w./-]*';",
        r"DOCUMENTATION_OPTIONS\.search_as_you_type = (true|false);",
        r'\s*document\.documentElement\.dataset\.mode = localStorage\.getItem\("mode"\) \|\| '
        r'"\w*";\s*document\.documentElement\.dataset\.theme = localStorage\.getItem\("theme"\) '
        r'\|\| "\w*";\s*',
        r"\s*// Activate the search field on page load\s*let searchInput = [^<>]*",
        r"Reveal\.initialize\(\{[^<>()]*\}\);",
    )
)
_HANDLERS = ("toggleFullScreen()", "window.print()")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA = ' type="application/ld+json"'  # which no browser runs
_ATTRIBUTE = r"\s+[^\s=>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?"
_TAG = re.compile(rf"<[a-z][\w-]*((?:{_ATTRIBUTE})+)\s*/?>", re.IGNORECASE)
_HANDLER = re.compile(r"\s+on\w+\s*=\s*[\"']?(.*?)[\"']?", re.IGNORECASE | re.DOTALL)
_ANY_HANDLER = re.compile(r"\s+on\w", re.IGNORECASE)
_HEAD = re.compile(r"<head>\s*(<meta charset=[^>]*>)?", re.IGNORECASE)


def policy_of(page: str) -> str:
    """The policy of a page, with the hash of each script in it that is known.

    Raises
    ------
    ValueError
        If there is another script, or an element with another handler.
    """
    scripts = [
        code
        for attributes, code in _SCRIPT.findall(page)
        if "src=" not in attributes and attributes != _DATA
    ]
    for code in scripts:
        if not any(known.fullmatch(code) for known in _SCRIPTS):
            raise ValueError(f"a script that is not the book's: {code.strip()[:80]!r}")
    handlers = {
        found[1]
        for tag in _TAG.finditer(page)
        if _ANY_HANDLER.search(tag[1])  # few have one, and the rest takes time
        for attribute in re.findall(_ATTRIBUTE, tag[1])
        if (found := _HANDLER.fullmatch(attribute))
    }
    for code in sorted(handlers.difference(_HANDLERS)):
        raise ValueError(f"a handler that is not the book's: {code[:80]!r}")
    hashes = dict.fromkeys(map(_hash, [*scripts, *sorted(handlers)]))
    rules = POLICY | {"script-src": [*POLICY["script-src"], *hashes]}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def with_policy(page: str, name: str) -> str:
    """A page with the policy at its head; as it is if it has no head.

    Parameters
    ----------
    page, name : str
        Its text; and its name, for the error.

    Raises
    ------
    BuildError
        If the page has a script or handler that is not known.
    """
    try:
        policy = html.escape(policy_of(page), quote=False)
    except ValueError as error:
        raise BuildError(
            f"{name} has {error}\n  expected: one that {shown(Path(__file__))} lists"
        ) from error
    rule = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _HEAD.sub(lambda found: found[0] + rule, page, count=1)


def write_policy(pages: Path) -> None:
    """Put the policy at the head of every page below a folder.

    Raises
    ------
    BuildError
        If a page has a script or handler that is not known, or no head.
    """
    for path in sorted(pages.rglob("*.html")):
        name = path.relative_to(pages).as_posix()
        # As it is on the disk: a browser hashes the characters between the tags.
        page = path.read_bytes().decode("utf-8")
        ruled = with_policy(page, name)
        if ruled == page:
            if path.parent.name == "_static":  # parts of pages that the theme keeps there
                continue
            raise BuildError(f"{name} has no head for its policy")
        write_whole(path, ruled)


def make_titles_text(pages: Path) -> None:
    """Escape the headings that the search shows: Sphinx's script puts them into the page as HTML.

    Raises
    ------
    BuildError
        If the index of the search is not of the form that Sphinx 7 writes.
    """
    path = pages / "searchindex.js"
    before, after = "Search.setIndex(", ")"
    text = path.read_text(encoding="utf-8")
    try:
        index = json.loads(text.removeprefix(before).removesuffix(after))
        titles = index["alltitles"]
    except (ValueError, KeyError) as error:
        raise BuildError(f"{shown(path)}: found another form than Sphinx 7 writes") from error
    index["alltitles"] = {html.escape(title, quote=False): at for title, at in titles.items()}
    index["indexentries"] = {}  # names of functions, which search.py has with what they do
    written = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    write_whole(path, f"{before}{written}{after}")
