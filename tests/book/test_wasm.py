"""The step that makes the models for pages, and what it does where it cannot."""

from pathlib import Path

import llvmlite.binding
import pytest

from rescat.base.files import BuildError
from rescat.book import wasm


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A place for the models."""
    monkeypatch.setattr(wasm, "BUILD", tmp_path)
    monkeypatch.setattr(wasm, "MODELS", tmp_path / "models")
    return tmp_path / "models"


def made(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_explorables_that_compute_are_found():
    assert wasm.computing() == ["allocations", "one-patient", "own-trial", "thousand-trials"]


def test_without_zig_the_book_is_made_without(folder, monkeypatch, capsys):
    monkeypatch.setattr(wasm, "find_spec", lambda name: None)
    wasm.write_models()
    assert made(folder) == ["made-of"]
    said = "models for pages: left out for want of the package ziglang; pages keep their pictures"
    assert said in capsys.readouterr().out


def test_without_webassembly_in_llvm_the_book_is_made_without(folder, monkeypatch):
    monkeypatch.setattr(wasm, "find_spec", lambda name: object())

    def unknown(triple):
        raise RuntimeError(f"no target {triple}")

    monkeypatch.setattr(llvmlite.binding.Target, "from_triple", unknown)
    assert wasm.lacking() == "WebAssembly in this build of llvmlite"


def test_a_compiler_that_refuses_is_quoted(folder, monkeypatch):
    monkeypatch.setattr(wasm, "lacking", str)
    monkeypatch.setattr(wasm, "version", lambda name: "1")
    monkeypatch.setattr(wasm.sys, "executable", "false")
    with pytest.raises(BuildError, match="The models could not be compiled for pages"):
        wasm.write_models()
    assert not folder.exists()


@pytest.mark.slow
def test_the_same_code_gives_the_same_bytes_and_is_compiled_once(folder, monkeypatch):
    if wasm.lacking():
        pytest.skip(f"this machine lacks {wasm.lacking()}")
    wasm.write_models()
    first = (folder / "engine-module.js").read_bytes()
    assert first.startswith(b'window.rescatModels = {"columns": ["a", "l", "c", "criterion",')
    compiled = []
    own = wasm._compile
    monkeypatch.setattr(wasm, "_compile", lambda *folders: compiled.append(1) or own(*folders))
    wasm.write_models()
    assert not compiled
    (folder / "made-of").unlink()
    wasm.write_models()
    assert compiled
    assert (folder / "engine-module.js").read_bytes() == first
