"""One version everywhere, and a changelog that knows it."""

import re
import tomllib
from datetime import date

import yaml
from shared import ROOT

import rescat

ENTRIES = re.findall(
    r"^## (\d+\.\d+\.\d+) - (\d{4}-\d{2}-\d{2})$",
    (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    flags=re.M,
)


def test_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    version, day = ENTRIES[0]
    assert project["version"] == version
    assert str(citation["version"]) == version
    assert rescat.__version__ == version
    assert str(citation["date-released"]) == day


def test_the_changelog_goes_back_in_time():
    versions = [tuple(map(int, version.split("."))) for version, _ in ENTRIES]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(day) for _, day in ENTRIES]
    assert days == sorted(days, reverse=True)


def test_every_entry_has_the_form():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^## ", text, flags=re.M)) == len(ENTRIES)
    kinds = set(re.findall(r"^### (.*)$", text, flags=re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_a_correction_names_a_version_of_the_changelog():
    assert set(rescat.load_corrections()["version"]) <= {version for version, _ in ENTRIES}
