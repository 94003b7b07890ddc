"""What is installed is pinned, has checksums, and is installed by them wherever we say how."""

import re
import subprocess
import tomllib

import pytest
import yaml
from shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = {
    "requirements.txt": "book",
    "requirements-test.txt": "test",
    "requirements-lab.txt": "lab",
}
FILES = [*EXTRAS, "requirements-core.txt"]
TELLING = [
    "README.md",
    "book/reproduce.md",
    "book/first-steps.md",
    "rescat/book/launch.py",
    "Makefile",
    ".binder/postBuild",
    *(f".github/workflows/{name}.yml" for name in ("ci", "release", "scheduled")),
]


def pins(name: str) -> dict[str, str]:
    """The requirements of a file with their markers, and their checksums."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.sub(r"^ *#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    [option, *requirements] = filter(None, lines)
    assert option == "--only-binary :all:"
    return dict(re.fullmatch(r"(\S+==.*?) +(--hash.*)", line).groups() for line in requirements)


def asked_for(*names: str) -> set[str]:
    """The packages that the project asks for in some of its extras, and in those that they name."""
    found = set()
    for name in names:
        for line in PROJECT["project"]["optional-dependencies"][name]:
            if own := re.fullmatch(r"rescat\[(\w+)\]", line):
                found |= asked_for(own[1])
            else:
                found.add(line)
    return found


@pytest.mark.parametrize("name", FILES)
def test_each_package_has_one_version_and_checksums(name):
    found = pins(name)
    assert len(found) > 15
    for requirement, hashes in found.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", requirement)
        assert re.fullmatch(r"(--hash=sha256:[0-9a-f]{64}\s*)+", hashes), requirement


@pytest.mark.parametrize("name", FILES)
def test_no_index_is_named(name):
    assert not re.search(r"://|--(extra-)?index-url|--find-links| @ ", (ROOT / name).read_text())


@pytest.mark.parametrize("name", FILES)
def test_the_files_agree(name):
    """Each is a set of its own, and installed over another one it changes nothing."""
    first = pins("requirements.txt")
    versions = {requirement.partition(" ;")[0] for requirement in first}
    others = {requirement.partition("==")[0] for requirement in first}
    for requirement, hashes in pins(name).items():
        if requirement.partition("==")[0] in others:
            assert requirement.partition(" ;")[0] in versions
        assert first.get(requirement, hashes) == hashes, requirement


@pytest.mark.parametrize("name", FILES)
def test_each_holds_what_the_project_asks_for(name):
    asked = {*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]}
    if name in EXTRAS:
        asked |= asked_for(EXTRAS[name])
    found = {requirement.partition(" ")[0] for requirement in pins(name)}
    names = {one.partition("==")[0] for one in found}
    for one in asked:
        package = re.match(r"[\w.-]+", one)[0]
        assert package in names
        if "==" in one:
            assert one in found


def test_the_project_is_installed_with_what_builds_it():
    assert set(PROJECT["build-system"]["requires"]) <= set(PROJECT["dependency-groups"]["build"])


@pytest.mark.parametrize("name", TELLING)
def test_who_is_told_how_to_install_is_told_of_checksums(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = re.findall(r"(?:pip install|\$\(PIP\)|\$\(HASHED\)).*", text)
    for command in commands:
        if "-r " in command:
            assert "--require-hashes" in command
        if re.search(r"(-e|isolation) \.", command):
            assert "--no-deps --no-build-isolation" in command
        assert not ("-r " in command and "-e ." in command), command  # pip refuses it


def windows_lines(name: str) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.search(r"```powershell\n(.*?)```", text, re.S)[1]


def test_the_lines_for_windows_are_those_that_are_run_there():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    run = [step["run"] for step in workflow["jobs"]["windows"]["steps"] if "run" in step]
    assert windows_lines("README.md").splitlines() == run
    assert windows_lines("book/reproduce.md") == windows_lines("README.md")


def test_binder_installs_the_same():
    assert (ROOT / ".binder/requirements.txt").read_text() == "-r ../requirements.txt\n"
    assert "--no-deps --no-build-isolation -e ." in (ROOT / ".binder/postBuild").read_text()


def test_the_pythons_that_are_named_are_those_that_are_compared():
    workflow = yaml.safe_load((ROOT / ".github/workflows/scheduled.yml").read_text("utf-8"))
    matrix = workflow["jobs"]["same-book"]["strategy"]["matrix"]
    named = [line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"]]
    assert matrix["python"] == named
    words = f"{', '.join(named[:-1])} or {named[-1]}"
    for name in ("README.md", "book/reproduce.md", "book/first-steps.md"):
        assert f"Python {words}" in (ROOT / name).read_text(encoding="utf-8"), name


def test_make_installs_by_checksums_and_the_project_without_an_index():
    said = subprocess.run(
        ["make", "-n", "-B", ".venv/installed-test", ".venv/installed-lab"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in EXTRAS:
        assert f"--require-hashes -r {name}" in said
    assert "--no-deps --no-build-isolation -e ." in said
