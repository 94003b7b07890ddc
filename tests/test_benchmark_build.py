"""What benchmarks/build.py changes, sums and compares; it builds nothing here."""

import csv
import importlib.util
import io
import os
import sys
from pathlib import Path

import pytest
from shared import ROOT


@pytest.fixture(scope="module")
def benchmark():
    """The benchmark, which is a program and no part of the package."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "benchmarks" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def table(benchmark):
    return (ROOT / benchmark.BIOMARKERS).read_text(encoding="utf-8")


def test_every_chapter_can_be_changed_by_one_sentence(benchmark):
    chapters = benchmark.chapters(ROOT)
    assert len(chapters) > 5
    for name in chapters:
        source = (ROOT / "notebooks" / f"{name}.py").read_text(encoding="utf-8")
        new = set(benchmark.in_chapter(source, 3).splitlines()) - set(source.splitlines())
        assert new == {f"# {benchmark.SENTENCE.format(3)}"}, name
    with pytest.raises(benchmark.Failed, match="nothing to change"):
        benchmark.in_chapter("# a page without a header\n", 1)


def test_the_page_of_methods_is_changed_by_one_sentence(benchmark):
    source = (ROOT / benchmark.PAGE).read_text(encoding="utf-8")
    new = benchmark.in_page(source, 2)
    assert new.replace(f"{benchmark.SENTENCE.format(2)}\n", "") == source != new


def test_each_change_of_the_data_is_another_value_of_one_row(benchmark, table):
    seen = {table}
    for number in (1, 2, 3):
        new = benchmark.in_table(table, number)
        rows = zip(table.splitlines(), new.splitlines(), strict=True)
        [(_, changed)] = [(old, row) for old, row in rows if old != row]
        assert f",{benchmark.CHANGED}," in changed
        assert new not in seen
        seen.add(new)


def test_a_panel_has_as_many_markers_as_asked_for_in_every_table(benchmark):
    def markers(text):
        return {row["marker"] for row in csv.DictReader(io.StringIO(text))}

    tables = {name: (ROOT / name).read_text(encoding="utf-8") for name in benchmark.PANEL}
    there = markers(tables[benchmark.BIOMARKERS])
    assert benchmark.panel(tables, len(there)) == tables
    for name, larger in benchmark.panel(tables, len(there) + 60).items():
        assert larger.startswith(tables[name]), name
        assert markers(larger) - there == {f"X{k:03}" for k in range(1, 61)}, name
    with pytest.raises(benchmark.Failed, match="no fewer"):
        benchmark.panel(tables, 3)


def test_exercises_stand_below_their_chapter(benchmark):
    names = ["chapters/02_b", "chapters/01_a", "exercises/01_a", "markers/NFL"]
    entries = [{"glob": "chapters/*"}, {"file": "methods"}]
    assert benchmark.with_exercises(entries, names) == [
        {"file": "chapters/01_a", "sections": [{"file": "exercises/01_a"}]},
        {"file": "chapters/02_b"},
        {"file": "methods"},
    ]


def test_the_children_of_children_count_and_nobody_elses(benchmark):
    parents = {10: 1, 11: 10, 12: 11, 20: 1, 21: 20, 30: 99}
    assert benchmark.with_children({10}, parents) == {10, 11, 12}
    # One that was seen stays, though the process that started it is no more.
    assert benchmark.with_children({12, 20}, parents) == {12, 20, 21}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux alone")
def test_memory_and_parent_of_a_process_are_read(benchmark):
    before = benchmark.pss(os.getpid())
    held = bytearray(os.urandom(50 * 1024 * 1024))
    assert benchmark.pss(os.getpid()) - before > 40 * 1024
    del held
    assert benchmark.parent(Path("/proc") / str(os.getpid())) == os.getppid()
    assert benchmark.pss(2**22 + 1) == 0  # no process has this number


def test_a_build_that_fails_shows_the_end_of_its_log(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "LOGS", tmp_path / "logs")
    with pytest.raises(benchmark.Failed, match=r"(?s)exit code 3:.*the cause.*a-part\.log"):
        benchmark.run("a part", tmp_path, "-c", "print('the cause'); raise SystemExit(3)")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux alone")
def test_the_memory_of_what_a_build_starts_is_in_its_peak(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "LOGS", tmp_path / "logs")
    hold = "import time; held = bytearray(b'x' * 80_000_000); time.sleep(0.6)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    found = benchmark.run("memory", tmp_path, "-c", start, watch=True)
    assert found["memory_mb"] > 75
    assert found["seconds"] > 0.6


def test_bars_are_kept_missed_or_not_measured(benchmark):
    measured = {
        "plain": {"seconds": 400.0},
        "cold": {"seconds": 160.0},
        "chapter 01_a": {"seconds": 12.0},
        "chapter 09_b": {"seconds": 20.0},
        "nothing": {"seconds": 1.5},
        "executed alone": {"chapters": {"01_a": 3.0}},
        "100 markers: cold": {"seconds": 300.0},
        "100 markers: nothing": {"seconds": 3.0},
    }
    kept = {bar["what"]: bar["kept"] for bar in benchmark.bars(measured)}
    assert kept == {
        "cold / plain": True,
        "chapter 01_a": True,
        "chapter 01_a / cold": True,
        "chapter 09_b": False,
        "chapter 09_b / cold": False,
        "sentence": None,
        "nothing": True,
    }
    ratios = benchmark.ratios(measured)
    assert ratios["cold / plain"] == 0.4
    assert ratios["100 markers: nothing / 100 markers: cold"] == 0.01
    assert "100 markers: nothing / cold" not in ratios
