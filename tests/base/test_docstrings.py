"""What is public in the two libraries teaches: parameters, results, a source, and an example."""

import importlib
import inspect
import pkgutil

import pytest

from rescat import matching, slopes

MODULES = [
    importlib.import_module(f"{room.__name__}.{module.name}")
    for room in (slopes, matching)
    for module in pkgutil.iter_modules(room.__path__)
]
FUNCTIONS = [
    getattr(module, name)
    for module in MODULES
    for name in getattr(module, "__all__", ())
    if inspect.isfunction(getattr(module, name))
]


def test_examples_of_every_module_are_run(pytestconfig):
    """By pytest itself, each once: no test runs them a second time."""
    assert "--doctest-modules" in pytestconfig.getini("addopts")
    assert "rescat" in pytestconfig.getini("testpaths")


def test_public_functions_are_looked_at():
    assert {"fit_slopes", "match", "permutation_test"} <= {f.__name__ for f in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_a_public_function_says_what_it_takes_and_gives(function):
    text = inspect.getdoc(function)
    for section in ("Parameters", "Returns", "Examples"):
        assert f"\n{section}\n---" in text, section
    assert ">>> " in text
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not parameter.VAR_KEYWORD:
            assert name in text.split("Returns\n---")[0], name
