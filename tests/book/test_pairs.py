"""Each notebook and its source say the same."""

import shutil

import nbformat
import pytest

from rescat.base.files import NOTEBOOKS, BuildError
from rescat.book.edition import notebooks
from rescat.book.notebooks import derive

NAMES = notebooks()


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def test_there_are_notebooks():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_what_its_source_gives(name, tmp_path):
    shutil.copy(NOTEBOOKS / f"{name}.py", tmp_path)
    derive(name, tmp_path)
    derived = (tmp_path / f"{name}.ipynb").read_bytes()
    path = NOTEBOOKS / f"{name}.ipynb"
    committed = path.read_bytes() if path.is_file() else None
    assert committed == derived, (
        f"notebooks/{name}.ipynb is not what notebooks/{name}.py gives. The .py is the source: "
        "run `make pairs` and commit both."
    )


def test_no_notebook_without_source():
    orphans = [p.name for p in NOTEBOOKS.glob("*.ipynb") if p.stem not in NAMES]
    assert not orphans, f"no .py beside {orphans}"


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_committed_without_outputs(name):
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert not cell.outputs, cell.source
            assert cell.execution_count is None, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_notebook_has_parameters(name):
    notebook = read(name)
    marked = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(marked) == 1
    assert "data_dir" in marked[0].source
    assert notebook.metadata.kernelspec.language == "python"


def test_deriving_twice_changes_nothing(tmp_path):
    shutil.copy(NOTEBOOKS / f"{NAMES[0]}.py", tmp_path)
    assert derive(NAMES[0], tmp_path)
    assert not derive(NAMES[0], tmp_path)


def test_source_without_language_is_refused(tmp_path):
    (tmp_path / "01_x.py").write_text('# %% tags=["parameters"]\ndata_dir = "data"\n')
    with pytest.raises(BuildError, match="language: python"):
        derive("01_x", tmp_path)
