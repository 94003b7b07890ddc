"""The package has floors, and nobody takes a way round them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from shared import ROOT

PACKAGE = ROOT / "rescat"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Modules of the package that are slow to load, or need packages, and that most of its uses do
# without: an analysis shows no HTML, and a build with nothing to do reads no table.
SLOW = {
    "reml", "welch", "downloads", "inert", "capstone", "versions", "sessions", "marker_names",
    "kernels", "figures", "tabular",
}  # fmt: skip
# Each step of the build loads what it needs, and no other.
STEPS = PACKAGE / "book" / "build.py"


def imports_of(path: Path) -> list[tuple[ast.AST, ast.Import | ast.ImportFrom]]:
    """Every import of a file with the statement of the module that holds it."""
    found = []
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found.append((statement, node))
    return found


def package_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def test_imports_run_down_the_floors():
    code = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_room_has_a_floor():
    (contract,) = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    placed = {room.strip() for floor in contract["layers"] for room in floor.split("|")}
    rooms = {f"rescat.{p.stem}" for p in PACKAGE.iterdir() if p.is_dir() and p.name[0] != "_"}
    assert rooms | {"rescat.__main__"} == placed


def test_the_package_has_two_files_of_its_own():
    assert sorted(p.name for p in PACKAGE.glob("*.py")) == ["__init__.py", "__main__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_at_its_head_and_no_private_name(path):
    for statement, node in imports_of(path):
        if isinstance(node, ast.Import):
            continue
        names = [alias.name for alias in node.names]
        private = [name for name in names if name.startswith("_")]
        assert not private, f"line {node.lineno}: imports {private} of another module"
        if statement is not node and node.level and path != STEPS:
            assert SLOW & {*names, *(node.module or "").split(".")}, (
                f"line {node.lineno}: found an import inside a function, expected it at the head"
            )
