"""The GitHub workflows are well formed, and what they publish has checksums."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from shared import ROOT

import rescat
from rescat.book.offline import OFFLINE


def test_actionlint():
    program = shutil.which("actionlint", path=Path(sys.executable).parent)
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    done = subprocess.run(
        [program, "-no-color", *map(str, workflows)], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="the step runs on Linux")
def test_all_that_a_release_publishes_has_its_checksum(tmp_path):
    """The step of the release, on files with the names of the real ones."""
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    steps = {step.get("name"): step for step in release["jobs"]["release"]["steps"]}
    build = tmp_path / "build"
    build.mkdir()
    published = [
        f"{OFFLINE}.zip",
        f"{OFFLINE}-python.zip",
        *(f"rescat-companion.{kind}" for kind in ("pdf", "epub")),
    ]
    for name in published:
        (build / name).write_text(name, encoding="utf-8")
        if name.endswith(".zip"):  # `make zip` writes these
            digest = hashlib.sha256(name.encode()).hexdigest()
            (build / f"{name}.sha256").write_text(f"{digest}  {name}\n", encoding="utf-8")
    shutil.copyfile(ROOT / "CHANGELOG.md", tmp_path / "CHANGELOG.md")

    def run():
        return subprocess.run(
            ["bash", "-e", "-c", steps["Zip, checksum and notes"]["run"]],
            cwd=tmp_path,
            env=os.environ | {"GITHUB_REF_NAME": f"v{rescat.__version__}"},
            capture_output=True,
            encoding="utf-8",
        )

    done = run()
    assert done.returncode == 0, done.stderr
    for name in published:
        digest, of = (tmp_path / "release" / f"{name}.sha256").read_text("utf-8").split()
        assert (digest, of) == (hashlib.sha256(name.encode()).hexdigest(), name)
    assert (tmp_path / "release" / "notes.md").stat().st_size
    # One that is not what its checksum says stops the release.
    shutil.rmtree(tmp_path / "release")
    (build / published[0]).write_text("changed", encoding="utf-8")
    assert run().returncode != 0
