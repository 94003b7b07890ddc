"""Fixtures of the tests of the tables."""

import shutil

import pytest

from rescat.data.contract import DATA


@pytest.fixture
def own(tmp_path):
    """A folder as a user has it, with good tables to break."""
    for name in ("patients.csv", "events.csv"):
        shutil.copy(DATA / "published" / name, tmp_path / name)
    return tmp_path
