"""A package whose names are imported when they are first used, and what an extra brings."""

import ast
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .errors import MissingExtraError

__all__ = ["all_modules", "from_extra", "opened", "public_names"]


def opened(package: str, file: str) -> tuple[Callable, Callable, list[str]]:
    """What a package needs to import the names of its ``.pyi`` file at their first use.

    Parameters
    ----------
    package, file : str
        ``__name__`` and ``__file__`` of the package. The file beside it that ends in ``.pyi`` has
        ``from .module import name`` lines and ``__all__``, as type checkers want it.

    Returns
    -------
    __getattr__, __dir__ : callable
        As a module has them by PEP 562.
    __all__ : list of str

    Notes
    -----
    The manner is that of Scientific Python's SPEC 1 and its ``lazy_loader``. This package does it
    itself, because the models have to run where nothing but numerical libraries is installed.
    """
    names = public_names(Path(file).with_suffix(".pyi"))
    rooms = {path.parent.name for path in Path(file).parent.glob("*/__init__.py")}

    def get(name: str):
        if name not in names and name not in rooms:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = names.get(name)
        try:
            if module:
                found = getattr(import_module(f"{package}.{module}"), name, None)
                # `from .pages import tables` may name a module that nothing has imported yet.
                found = import_module(f"{package}.{module}.{name}") if found is None else found
            else:
                found = import_module(f"{package}.{name}")
        except ModuleNotFoundError as error:
            raise _missing(f"{package}.{name}", error) from error
        vars(import_module(package))[name] = found
        return found

    return get, lambda: sorted({*names, *vars(import_module(package))}), sorted(names)


def public_names(stub: Path) -> dict[str, str]:
    """Each name that a stub imports, with the module that it comes from."""
    lines = ast.parse(stub.read_text(encoding="utf-8")).body
    return {
        name.asname or name.name: line.module or ""
        for line in lines
        if isinstance(line, ast.ImportFrom) and line.level == 1
        for name in line.names
    }


@cache  # the folder is read once: a process has the modules that it began with
def all_modules(package: ModuleType) -> tuple[ModuleType, ...]:
    """Every module of a package, imported: what registers itself is found by its place.

    Examples
    --------
    >>> from rescat.ledger import checks
    >>> all_modules(checks)[0].__name__
    'rescat.ledger.checks.citations'
    """
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return tuple(import_module(module.name) for module in found)


def from_extra(module: str, purpose: str) -> ModuleType:
    """Import a module of a package that only an extra of the installation brings.

    Parameters
    ----------
    module : str
        Such as ``statsmodels.api``.
    purpose : str
        What needs it, as the beginning of a sentence.

    Raises
    ------
    MissingExtraError
        If it is not installed: one sentence with the command that installs it.

    Examples
    --------
    >>> from_extra("math", "A logarithm").log(1)
    0.0
    >>> from_extra("no_such_package", "A logarithm")
    Traceback (most recent call last):
    ...
    rescat.base.errors.MissingExtraError: A logarithm needs the package no_such_package: pip \
install "rescat[book]"
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise _missing(purpose, error) from error


def _missing(purpose: str, error: ModuleNotFoundError) -> ImportError:
    package = (error.name or "").partition(".")[0]
    if package in ("", __name__.partition(".")[0]):
        return error  # a fault of this package: no installation mends it
    return MissingExtraError(
        f'{purpose} needs the package {package}: pip install "rescat[book]"',
        name=error.name,
    )
