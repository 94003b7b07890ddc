"""No module and no notebook puts data into a page, a terminal or a table past ``inert``."""

import ast
import re
from pathlib import Path

import pytest
from shared import ROOT

NAMES = (
    "a|abbr|article|aside|b|blockquote|body|br|button|caption|code|dd|details|div|dl|dt|em|fieldset"
    "|figure|form|h[1-6]|head|html|i|iframe|img|input|label|legend|li|link|meta|nav|object|ol|option"
    "|p|pre|script|section|select|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|th"
    "|thead|tr|ul"
)
TAG = re.compile(rf"(?<!\?P)</?({NAMES})(\s[^<>]*)?/?(>|$)")
# Where a type is made of text on purpose, and where HTML is read and not written.
DOOR = "rescat/base/inert.py"
READERS = {
    f"rescat/book/{name}.py"
    for name in (
        "access", "figures_ext", "light", "markup", "numbered", "page_tables", "policy", "search",
        "run_here", "typography",
    )
}  # fmt: skip
TYPES = {"Html", "Markdown", "Markup"}
# They make HTML, formulas or programs of text, or show it as such.
DISPLAYS = {"HTML", "Latex", "Math", "Javascript", "SVG", "display_html", "display_markdown"}
TEMPLATES = {"Template", "from_string", "eval", "exec", "fmt_markdown", "fmt_passthrough"}
# It runs the cells that a reader writes, in the reader's own browser.
KERNEL = "book/run/kernel.py"
# Files of data, which the loaders read again; not what a reader saves from a page.
WRITERS = {
    "rescat/__main__.py",
    "rescat/course/capstone.py",
    "rescat/studies/running.py",
    "rescat/synthetic/committed.py",
}


def sources() -> list[Path]:
    folders = ("rescat", "notebooks", "book")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [*sorted(found), ROOT / "dodo.py"]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_text(node) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def past(code: str, place: str) -> list[str]:
    """What in a source goes past the types: line and reason."""
    nodes, found = list(ast.walk(ast.parse(code))), []
    fine = set()  # texts with tags that may stand: those given to Html, and docstrings
    for node in nodes:
        if isinstance(node, ast.Expr) and is_text(node.value):
            fine.add(id(node.value))
        if not isinstance(node, ast.Call):
            continue
        name, first = called(node), node.args[0] if node.args else None
        if name in TYPES and place != DOOR:
            if first is not None and not is_text(first):
                found.append((node.lineno, f"{name}() of something else than a literal"))
            fine |= {id(first)}
        if name in DISPLAYS and place != DOOR:
            by_pandas = isinstance(first, ast.Call) and called(first) == "to_html"
            by_pages = isinstance(first, ast.Call) and ast.unparse(first).startswith("pages.")
            if not (place.startswith("notebooks/") and name == "HTML" and (by_pandas or by_pages)):
                found.append((node.lineno, f"{name}() shows what may be text: inert.displayed"))
        unescaped = place.startswith("rescat/") or any(k.arg == "escape" for k in node.keywords)
        if name == "to_html" and place != DOOR and unescaped:
            found.append((node.lineno, "to_html(): rescat.base.tabular"))
        if name in TEMPLATES and place != KERNEL:
            found.append((node.lineno, f"{name}() evaluates text"))
        by_docutils = name == "raw" and ast.unparse(node.func) == "nodes.raw"
        if by_docutils and place.endswith("_ext.py"):
            if not ast.unparse(node).startswith("nodes.raw('', str(made)"):
                found.append((node.lineno, "nodes.raw(): raw"))
        elif by_docutils:
            found.append((node.lineno, "nodes.raw(): raw of rescat.book.sphinx_ext"))
        if name == "print" and place.startswith("rescat/") and place != DOOR and not is_text(first):
            found.append((node.lineno, "print(): inert.say"))
        if name == "to_csv" and place.startswith("rescat/") and place not in {DOOR, *WRITERS}:
            found.append((node.lineno, "to_csv(): inert.csv_text"))
    if place not in {DOOR, *READERS}:
        for node in nodes:
            pieces = node.values if isinstance(node, ast.JoinedStr) else []
            fine |= {id(piece) for piece in pieces}
            if any(is_text(piece) and TAG.search(piece.value) for piece in pieces):
                found.append((node.lineno, "an f-string with HTML escapes nothing: Html().format"))
        for node in nodes:
            if is_text(node) and id(node) not in fine and TAG.search(node.value):
                found.append((node.lineno, f"HTML that is no Html: {node.value[:40]!r}"))
    return [f"{place}, line {line}: {reason}" for line, reason in sorted(found)]


@pytest.mark.parametrize("path", sources(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nothing_goes_past_the_types(path):
    assert past(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize(
    "code",
    [
        'Html(f"<p>{marker}</p>")',
        'Html("<p>" + marker + "</p>")',
        "Html(marker)",
        "Markdown(folder.name)",
        'text = f"<p>{marker}</p>"',
        'text = "<p>{}</p>".format(marker)',
        'text = "<p>%s</p>" % marker',
        "HTML(marker)",
        "display(HTML(frame.to_html()))",
        "frame.to_html(escape=False)",
        "nodes.raw('', marker, format='html')",
        "print(marker)",
        "frame.to_csv(path)",
        "Template(sentence).render()",
        "table.fmt_markdown(columns=['marker'])",
        "eval(cell)",
    ],
)
def test_what_goes_past_them_is_seen(code):
    assert past(code, "rescat/new.py")


def test_the_book_has_no_template_language():
    """MyST's substitutions are evaluated by Jinja, which can call anything."""
    assert "substitution" not in (ROOT / "_config.yml").read_text(encoding="utf-8")
