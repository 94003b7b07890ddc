"""The capstone: what is planted is found."""

import jupytext
import pytest

from rescat.course import capstone
from rescat.course.sessions import MATERIAL


def test_capstone_is_what_its_seed_gives(tmp_path):
    capstone.write_capstone(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (capstone.CAPSTONE / path.name).read_bytes(), path.name
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("seed", [2030, 2032, 2033])
def test_the_audit_finds_what_was_planted_and_nothing_else(seed):
    tables = capstone.make_capstone(seed)
    assert capstone.audit_capstone(tables)["agrees"].all()
    planted = capstone.plant(tables, seed)
    found = capstone.audit_capstone(tables)
    assert found.loc[~found["agrees"], "statement_id"].tolist() == sorted(planted)
    assert len(planted) >= 5


def test_capstone_key_names_each_planted_statement():
    found = capstone.audit_capstone(capstone.capstone_tables())
    key = capstone.capstone_key()
    for row in found[~found["agrees"]].itertuples():
        assert f"**{row.statement_id}**" in key
        assert row.recomputed in key
    printed = capstone.report(capstone.capstone_tables()["statements"])
    assert all(value in printed for value in found["printed"])


def test_capstone_notebook_runs():
    notebook = jupytext.read(MATERIAL / "capstone.py")
    shared = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, shared)
    assert len(shared["treated"]) + len(shared["controls"]) == len(shared["patients"])
