"""The GitHub workflows are well formed."""

import shutil
import subprocess
import sys
from pathlib import Path

from shared import ROOT


def test_actionlint():
    program = shutil.which("actionlint", path=Path(sys.executable).parent)
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    done = subprocess.run(
        [program, "-no-color", *map(str, workflows)], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
