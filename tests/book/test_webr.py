"""R for pages, without a browser: what is fetched and kept, and that its code is true R."""

import base64
import hashlib
import io
import re
import subprocess
import tarfile
import zipfile

import nbformat
import numpy as np
import pytest
from scipy import stats
from shared import ROOT

import rescat
from rescat.base.errors import BuildError
from rescat.base.files import NOTEBOOKS, files_below
from rescat.book import offline, webr
from rescat.book.edition import PUBLIC, Profile

CHAPTER = "05_random_slopes"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A known package: with the names of that of R, and some that pages do not need."""
    path = tmp_path / f"webr-{webr.VERSION}.tgz"
    names = [f"package/dist/{name}" for name in (*webr._LOADED, *webr._LATER)]
    left_out = ["webr.mjs.map", "repl/App.d.ts", "vfs/usr/lib/R/doc.data.gz", "../../../../out.txt"]
    with tarfile.open(path, "w:gz") as made:
        for name in [*names, "package/LICENSE.md", *(f"package/dist/{n}" for n in left_out)]:
            about = tarfile.TarInfo(name)
            about.size = len(name)
            made.addfile(about, io.BytesIO(name.encode()))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(webr, "INTEGRITY", f"sha512-{digest}")
    return path


def test_what_a_page_needs_is_kept_as_it_came_and_nothing_else(package, tmp_path):
    folder = tmp_path / "build" / "webr"
    webr.write_webr(folder, lambda scratch: package)
    found = {p.relative_to(folder).as_posix(): p.read_text() for p in files_below(folder)}
    kept = {name: f"package/dist/{name}" for name in (*webr._LOADED, *webr._LATER)}
    assert found == kept | {webr.LICENCE: "package/LICENSE.md"}
    assert not list(tmp_path.rglob("out.txt"))
    assert webr.webr_size(folder) == sum(len(f"package/dist/{name}") for name in webr._LOADED)


def test_other_bytes_are_refused_and_what_was_there_stays(package, tmp_path):
    folder = tmp_path / "build" / "webr"
    webr.write_webr(folder, lambda scratch: package)
    package.write_bytes(package.read_bytes() + b"\0")
    with pytest.raises(BuildError, match="is not the package that this book knows: found sha512-"):
        webr.write_webr(folder, lambda scratch: package)
    assert webr.webr_size(folder) > 0
    assert [path.name for path in folder.parent.iterdir()] == ["webr"]


def test_a_machine_without_npm_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"found no npm.*\n  expected: Node\.js with npm"):
        webr.write_webr(tmp_path / "webr")
    assert not (tmp_path / "webr").exists()


def test_npm_that_fails_is_an_error_of_one_sentence(tmp_path, monkeypatch):
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(webr.shutil, "which", lambda name: str(program))
    with pytest.raises(BuildError, match=r"could not fetch webr@[\d.]+: npm error network\n"):
        webr.write_webr(tmp_path / "webr")


def test_it_is_only_where_it_is_asked_for(monkeypatch):
    for value, asked in {None: False, "0": False, "": False, "1": True}.items():
        monkeypatch.delenv("R", raising=False)
        if value is not None:
            monkeypatch.setenv("R", value)
        assert webr.wanted() is asked
        assert bool(webr.r_licences()) is asked
        assert webr.r_licences(private=True) == ""
    said = re.sub("<[^>]*>", "", webr.r_licences())
    versions = {name: version for name, (version, _) in webr.PARTS.items()}
    for name, version in (versions | {"R": webr.R_VERSION, "webR": webr.VERSION}).items():
        assert f"{name} {version}" in said


@pytest.mark.book
def test_a_book_that_did_not_ask_has_none_of_it_but_the_code(built_book):
    assert not (built_book / webr.FOLDER).exists()
    chapter = (built_book / "chapters" / f"{CHAPTER}.html").read_text(encoding="utf-8")
    assert 'id="the-same-in-r"' in chapter
    assert "webr" not in chapter.lower()
    assert "webR" not in (built_book / "licence.html").read_text(encoding="utf-8")


def test_the_zip_has_the_licence_of_r_and_not_r(tmp_path, monkeypatch):
    html = tmp_path / "html"
    folder = html / webr.FOLDER
    (folder / "vfs").mkdir(parents=True)
    (html / "index.html").write_text("first", encoding="utf-8")
    for name in (webr.SCRIPT, webr.LICENCE, "R.wasm", "webr.js", "vfs/share.data.gz"):
        (folder / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(Profile, "html", html)
    with zipfile.ZipFile(offline.write_offline(PUBLIC, tmp_path)) as made:
        names = {name.partition("/")[2] for name in made.namelist()}
    assert names == {"index.html", f"{webr.FOLDER}/{webr.SCRIPT}", f"{webr.FOLDER}/{webr.LICENCE}"}


def code_of_r() -> str:
    """The code of the section as a reader pastes it."""
    notebook = nbformat.read(NOTEBOOKS / f"{CHAPTER}.ipynb", as_version=4)
    [text] = [c.source for c in notebook.cells if c.source.startswith("### The same in R")]
    [code] = re.findall(r"```r\n(.*?)```", text, re.DOTALL)
    return code


@pytest.mark.r
def test_the_code_is_true_r_and_gives_the_numbers_of_the_book(requires_r, tmp_path):
    """To 9 digits: R reads the same table, of 6 decimals, and both solve it in double precision."""
    table = ROOT / "data" / "synthetic" / "teaching_trial.csv"
    (tmp_path / table.name).write_bytes(table.read_bytes())
    kept = """
kept <- t.test(slope[treated], slope[!treated])
found <- c(kept$statistic, kept$parameter, kept$p.value, kept$conf.int, observed, length(ways),
           mean(abs(ways) >= abs(observed) - 1e-9), slope)
cat("\\n#", sprintf("%.15g", found))
"""
    done = subprocess.run(
        [requires_r, "-e", code_of_r() + kept], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    printed = np.array(done.stdout.rpartition("#")[2].split(), dtype=float)
    samples = rescat.load_table("teaching_trial")
    tests = rescat.slope_tests(samples, n=99, progress=False).loc[["welch", "permutation_welch"]]
    permuted = rescat.permutation_test(samples, statistic="welch")
    welch = tests.loc["welch"]
    se = (welch["ci_high"] - welch["difference"]) / stats.t.ppf(0.975, welch["df"])
    expected = [welch["df"], welch["p_value"], welch["ci_low"], welch["ci_high"]]
    assert printed[1:5] == pytest.approx(expected, rel=1e-9)
    assert printed[[0, 5]] == pytest.approx(welch["difference"] / se, rel=1e-9)
    assert printed[6] == permuted.n_permutations
    assert printed[7] == pytest.approx(permuted.p_value, rel=1e-9)
    assert printed[7] == pytest.approx(tests.loc["permutation_welch", "p_value"], rel=1e-9)
    own = rescat.patient_slopes(samples).set_index("subject")["slope"].sort_index()
    assert printed[8:] == pytest.approx(own.to_numpy(), rel=1e-9)
