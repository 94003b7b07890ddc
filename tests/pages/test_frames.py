"""A view is handed its frames: one module of the room reads tables, and it says so."""

import ast

import pytest
from shared import ROOT

VIEWS = ["banner", "checklists", "corrections", "findable", "findings", "ledger", "paper"]


def names_in(module: str) -> set[str]:
    tree = ast.parse((ROOT / "rescat" / "pages" / f"{module}.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for alias in node.names}  # fmt: skip
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return imported | arguments


def reads(names: set[str]) -> set[str]:
    return {n for n in names if n.startswith("load") or n in ("data_dir", "Path", "audit")}


@pytest.mark.parametrize("module", VIEWS)
def test_a_view_loads_no_table_and_takes_no_path(module):
    assert not reads(names_in(module))


def test_the_loader_of_facts_is_seen_to_read():
    assert {"load_trial", "data_dir", "audit"} <= reads(names_in("facts"))
