"""The notebooks in JupyterLab: `make lab`."""

import re
import subprocess
import tomllib
from types import SimpleNamespace

import pytest
from shared import ROOT

from rescat.base.errors import BuildError
from rescat.book import launch


@pytest.fixture
def made(tmp_path):
    """Notebooks as the book gives them to fellows."""
    folder = tmp_path / "made"
    (folder / "exercises").mkdir(parents=True)
    for name in ("01_cohort", "03_safety", "exercises/03_safety"):
        (folder / f"{name}.ipynb").write_text(name, encoding="utf-8")
    return folder


def test_notebooks_are_copied_and_what_somebody_works_on_stays(made, tmp_path):
    folder = tmp_path / "lab"
    path = launch.copy_notebooks(made, folder, "exercises/03_safety")
    assert path == folder / "exercises" / "03_safety.ipynb"
    assert path.read_text(encoding="utf-8") == "exercises/03_safety"
    path.write_text("my work", encoding="utf-8")
    (folder / "01_cohort.ipynb").unlink()
    assert launch.copy_notebooks(made, folder, "exercises/03_safety") == path
    assert path.read_text(encoding="utf-8") == "my work"
    assert (folder / "01_cohort.ipynb").is_file()
    with pytest.raises(BuildError, match="no notebook '04_matching'; there are 01_cohort, 03_safe"):
        launch.copy_notebooks(made, folder, "04_matching")


def test_one_command_opens_the_notebook_in_jupyterlab(made, tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(launch, "subprocess", SimpleNamespace(run=ran.append))
    monkeypatch.setattr(launch, "find_spec", lambda name: None)
    with pytest.raises(BuildError, match="JupyterLab is not installed"):
        launch.open_lab(made, tmp_path / "lab", "01_cohort")
    assert ran == []
    monkeypatch.setattr(launch, "find_spec", lambda name: name)
    launch.open_lab(made, tmp_path / "lab", "01_cohort")
    assert ran[0][1:3] == ["-m", "jupyterlab"]
    assert ran[0][-1] == tmp_path / "lab" / "01_cohort.ipynb"
    said = subprocess.run(
        ["make", "-n", "lab", "CHAPTER=03_safety"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    assert "rescat.book.build lab 03_safety" in said


def test_jupyterlab_is_pinned_and_the_book_needs_none():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [pin] = [one for one in extras["optional-dependencies"]["lab"] if "jupyterlab" in one]
    pinned = {
        name: re.findall(
            r"^([\w.-]+==\S+)", (ROOT / f"requirements{name}.txt").read_text("utf-8"), re.M
        )
        for name in ("", "-test", "-lab")
    }
    assert pin in pinned["-lab"]
    assert not [one for name in ("", "-test") for one in pinned[name] if one == pin]
    assert {one for one in pinned[""] if one.startswith("pandas==")} <= set(pinned["-lab"])
