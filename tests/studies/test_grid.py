"""What a cell depends on: its settings, its number, the code and the libraries behind it."""

import shutil

import pytest

import rescat
from rescat.base import files
from rescat.studies import grid
from rescat.studies.grid import Cell, Study, result_of_cell, sources_of

COMPUTE = "rescat.studies.operating:size_of"
SETTINGS = {
    "arms": [5, 5, 0], "sampling": "by stay", "sd_intercept": [0.2, 0.2], "sd_slope": [0.01, 0.01],
    "sd_residual": [0.2, 0.2], "effect": -0.04, "marker": "NFL", "part": 1.0, "size": 5,
    "trials": 20,
}  # fmt: skip


def study(*trials: int, seed: int = 1) -> Study:
    cells = [Cell(COMPUTE, "sizes", SETTINGS | {"trials": n}) for n in trials]
    return Study("small", seed, tuple(cells))


@pytest.fixture
def fresh():
    sources_of.cache_clear()
    yield
    sources_of.cache_clear()


def test_a_changed_setting_changes_its_cell_alone():
    before, after = study(10, 20, 30), study(10, 21, 30, 40)
    same = [before.state(i) == after.state(i) for i in range(3)]
    assert same == [True, False, True]
    assert before.state(0) != study(10, seed=2).state(0)


def test_the_sources_are_those_that_a_cell_runs():
    paths, versions = sources_of("rescat.studies.operating")
    names = {path.relative_to(files.ROOT).as_posix() for path in paths}
    assert {
        "rescat/slopes/reml.py",
        "rescat/slopes/bootstrap.py",
        "rescat/panel/designs.py",
    } <= names
    assert not any(name.startswith(("rescat/figures", "rescat/book")) for name in names)
    assert "rescat/studies/running.py" not in names
    assert {text.split()[0] for text in versions} >= {"Python", "numba", "numpy", "pandas", "scipy"}


def test_changed_code_makes_the_cells_anew_that_run_it(tmp_path, monkeypatch, fresh):
    before = study(10).state(0), Cell("rescat.slopes.welch:none", "t", {})
    other = grid.state_of_cell(before[1], 1, 0)
    copy = tmp_path / "copy"
    shutil.copytree(files.ROOT / "rescat", copy / "rescat")
    monkeypatch.setattr(grid, "ROOT", copy)
    monkeypatch.setattr(files, "ROOT", copy)
    sources_of.cache_clear()
    assert study(10).state(0) == before[0]  # another folder is not another state
    with (copy / "rescat" / "slopes" / "reml.py").open("a") as file:
        file.write("# changed\n")
    assert study(10).state(0) != before[0]
    assert grid.state_of_cell(before[1], 1, 0) == other


def test_another_library_makes_the_cells_anew(monkeypatch, fresh):
    before = study(10).state(0)
    monkeypatch.setattr(grid, "version", lambda name: "0.0")
    sources_of.cache_clear()
    assert study(10).state(0) != before


def test_a_result_is_of_its_number_and_says_its_state():
    two = study(20, 20)
    texts = [result_of_cell(cell, two.seed, i) for i, cell in enumerate(two.cells)]
    assert texts[0] == result_of_cell(two.cells[0], two.seed, 0)
    assert texts[0] != texts[1]
    assert two.state(1) in texts[1]


def test_a_module_of_another_package_is_refused():
    with pytest.raises(rescat.ModelError, match="expected one of the package rescat"):
        sources_of("numpy.linalg")
