"""A page for each room of the package, from the docstrings of what the door offers."""

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import rescat

from ..base.door import public_names
from ..base.files import write_whole

__all__ = ["api_pages", "write_api_pages", "write_pages"]

# The rooms in the order in which an analysis meets them, each with its title.
_ROOMS = {
    "data": "Tables: load and check",
    "lab": "Files of laboratories",
    "slopes": "Random slopes: fit and test",
    "panel": "Many markers",
    "matching": "Matching",
    "meta": "Meta-analysis: several trials together",
    "trial": "The trial: cohort, manufacturing, safety",
    "printed": "What can stand behind a printed number",
    "ledger": "The ledger",
    "studies": "What a trial could show",
    "synthetic": "Invented data",
    "figures": "Figures",
    "pages": "Tables and text on a page",
    "course": "The course",
    "base": "Errors and origins",
}


def api_pages() -> dict[str, str]:
    """The pages of the reference: name of the file, without suffix, to MyST Markdown."""
    rooms: dict[str, list[str]] = {room: [] for room in _ROOMS}
    modules = public_names(Path(rescat.__file__).with_suffix(".pyi"))
    for name in sorted(modules, key=str.casefold):
        if not isinstance(getattr(rescat, name), ModuleType):
            rooms[modules[name].partition(".")[0]].append(f"rescat.{name}")
    for room in ("figures", "pages"):
        own = import_module(f"rescat.{room}").__all__
        rooms[room] += [f"rescat.{room}.{name}" for name in own if name not in rescat.__all__]
    return {room: _page(room, title, rooms[room]) for room, title in _ROOMS.items()}


def write_api_pages(folder: Path) -> None:
    """Write the pages of the reference into a folder, which then has no others."""
    write_pages(folder, api_pages())


def write_pages(folder: Path, texts: dict[str, str]) -> None:
    """Write pages by the names of their files into a folder, which then has no others."""
    pages = {folder / f"{name}.md": text for name, text in texts.items()}
    for path, text in pages.items():
        write_whole(path, text)
    for path in set(folder.glob("*.md")) - pages.keys():
        path.unlink()


def _page(room: str, title: str, names: list[str]) -> str:
    head = f"# {title}\n\n{inspect.getdoc(import_module(f'rescat.{room}'))}"
    entries = "\n".join(map(_entry, names))
    return f"{head}\n\n```{{eval-rst}}\n{entries}\n```\n"


def _entry(name: str) -> str:
    """One name, as Sphinx's autodoc takes it."""
    module, _, attribute = name.rpartition(".")
    thing = getattr(import_module(module), attribute)
    if inspect.isclass(thing):
        return f".. autoclass:: {name}\n   :members:\n"
    if callable(thing):
        return f".. autofunction:: {name}\n"
    # The value of a constant stands in no docstring: its keys are what a caller needs.
    # Of a folder the name: where it lies on the machine that builds the book is nobody's matter.
    shown = thing.name if isinstance(thing, Path) else thing
    words = shown if isinstance(shown, dict | list | tuple) else [shown]
    keys = ", ".join(f"``{key}``" for key in words)
    return f".. py:data:: {name}\n\n   {keys}\n"
