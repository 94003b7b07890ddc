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


def copy_source(name, folder):
    """What a notebook is made from: its own source, and that of its chapter."""
    for place in {name, name.rpartition("/")[2]}:
        (folder / place).parent.mkdir(exist_ok=True)
        shutil.copy(NOTEBOOKS / f"{place}.py", folder / f"{place}.py")


def test_there_are_notebooks():
    assert {"01_cohort", "exercises/01_cohort", "marker"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_what_its_source_gives(name, tmp_path):
    copy_source(name, tmp_path)
    derive(name, tmp_path)
    derived = (tmp_path / f"{name}.ipynb").read_bytes()
    path = NOTEBOOKS / f"{name}.ipynb"
    committed = path.read_bytes() if path.is_file() else None
    assert committed == derived, (
        f"notebooks/{name}.ipynb is not what notebooks/{name}.py gives. The .py is the source: "
        "run `make pairs` and commit both."
    )


def test_no_notebook_without_source():
    made = [p.relative_to(NOTEBOOKS) for p in NOTEBOOKS.rglob("[!.]*.ipynb")]
    orphans = [path for path in made if path.with_suffix("").as_posix() not in NAMES]
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
    copy_source(NAMES[0], tmp_path)
    assert derive(NAMES[0], tmp_path)
    assert not derive(NAMES[0], tmp_path)


def test_source_without_language_is_refused(tmp_path):
    (tmp_path / "x.py").write_text('# %% tags=["parameters"]\ndata_dir = "data"\n')
    with pytest.raises(BuildError, match="language: python"):
        derive("x", tmp_path)
