"""Pages: what Sphinx reads is laid out, and Sphinx makes pages of it."""

import contextlib
import io
import os
import re
import shutil
import sys
from pathlib import Path

import yaml

from ..base.chapters import chapter_label
from ..base.files import (
    BOOK,
    NOTEBOOKS,
    ROOT,
    BuildError,
    code_files,
    files_below,
    shown,
    state_of,
    write_whole,
)
from ..base.inert import say
from ..course.glossary import GLOSSARY, glossary_terms
from ..course.material import read_yaml
from . import webr
from .computed import facts, filled
from .edition import ADDRESS, PUBLIC, Profile, notebooks, remembered_pages
from .imprint import CITATION
from .runtime import IN_PAGE
from .search import write_entries
from .wasm import MODELS, computing

__all__ = ["OWN_DATA", "contents", "pages", "stage"]

PRIVATE = BOOK / "private"  # the pages that a private edition has in place of the public ones
# Folders of executed notebooks.
_EXECUTED = ("chapters", "exercises", "markers")
OWN_DATA = "RESCAT_OWN_DATA"  # tells the Sphinx extension whose data a private edition shows
# What Sphinx said of its progress, such as "reading sources... [ 50%] summary".
_PROGRESS = re.compile(r"(reading sources|writing output)\.\.\. \S*?\[ *(\d+)%\]")


def stage(profile: Profile) -> None:
    """Lay out what Sphinx reads: the pages, the public tables and the executed notebooks.

    A file is written only if its content is new, for Sphinx reads again what has a new time.

    Raises
    ------
    BuildError
        When a page names a fact that there is not.
    """
    source = profile.source
    wanted = {profile.target(page) for page in remembered_pages(profile)}
    wanted |= {_kept(source / name, content) for name, content in _laid_out(profile).items()}
    for path in files_below(source) if source.is_dir() else []:
        if path not in wanted:
            path.unlink()


def _laid_out(profile: Profile) -> dict[str, bytes]:
    """Each file beside the executed notebooks, by its place in the source."""
    known = facts(profile)
    places = {
        path.relative_to(BOOK).as_posix(): path
        for path in files_below(BOOK)
        if PRIVATE not in path.parents
    }
    places["changelog.md"] = ROOT / "CHANGELOG.md"
    if profile.private:
        places["index.md"] = PRIVATE / "index.md"
    for path in PUBLIC.data_files():
        if path.suffix in {".csv", ".json"}:
            places[f"data/{path.relative_to(ROOT / PUBLIC.data_dir).as_posix()}"] = path
    files = {
        name: filled(path, known).encode() if _is_page(name) else path.read_bytes()
        for name, path in places.items()
    }
    for folder in [] if profile.private else [profile.api, profile.patients]:
        for path in folder.glob("*.md"):
            files[f"{folder.name}/{path.name}"] = path.read_bytes()
    for path in [] if profile.private else files_below(profile.sheets):
        files[f"_static/{path.name}"] = path.read_bytes()
    for path in MODELS.glob("*.js") if computing() else []:
        files[f"_static/explorables/{path.name}"] = path.read_bytes()
    if webr.wanted() and not profile.private:
        files[f"{webr.FOLDER}/{webr.SCRIPT}"] = (IN_PAGE / webr.SCRIPT).read_bytes()
    return files


def _is_page(name: str) -> bool:
    return name.endswith(".md") and "/" not in name


def _kept(path: Path, content: bytes) -> Path:
    if not (path.is_file() and path.read_bytes() == content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


def pages(profile: Profile, jobs: int = 1) -> None:
    """Make pages of what is laid out, strictly; only of what changed, if the rest is still good.

    The folder that Sphinx keeps is used again if the last run there ended well, and nothing that
    all pages share has changed since. Else it begins from nothing.

    Parameters
    ----------
    profile
    jobs
        How many processes read and write pages.

    Raises
    ------
    BuildError
        When Sphinx finds anything to warn of.
    """
    stage(profile)
    toc = contents(profile)
    made = profile.sphinx
    whole = made / "whole"  # written last
    shared = _shared(profile)
    if not whole.is_file() or whole.read_text(encoding="utf-8") != shared:
        shutil.rmtree(made, ignore_errors=True)
    whole.unlink(missing_ok=True)
    # Sphinx writes the time of files that are there already into the links to them.
    shutil.rmtree(made / "html" / "_static", ignore_errors=True)
    if profile.private:
        os.environ[OWN_DATA] = profile.data_dir
    complaints, failed = _by_sphinx(profile, toc, jobs)
    if failed:
        raise BuildError(
            f"Sphinx did not accept the book:\n\n{_in_sources(complaints, profile)}\n\n"
            f"All it said: {shown(_log(profile))}"
        )
    write_entries(made / "html")
    whole.write_text(shared, encoding="utf-8")


def _log(profile: Profile) -> Path:
    return profile.folder / "sphinx.log"


def _by_sphinx(profile: Profile, toc: Path, jobs: int) -> tuple[str, bool]:
    """Let Jupyter Book call Sphinx; return what it complained of, and whether it failed."""
    import click
    from jupyter_book.sphinx import build_sphinx

    said, complaints = _Progress(), io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
            result = build_sphinx(
                profile.source,
                profile.sphinx / "html",
                doctreedir=profile.sphinx / "doctrees",
                noconfig=True,
                path_config=ROOT / "_config.yml",
                confoverrides={
                    "external_toc_path": toc.as_posix(),
                    "latex_individualpages": False,
                    "nitpicky": True,
                },
                warningiserror=True,
                keep_going=True,
                jobs=jobs,
            )
    finally:
        text = click.unstyle(complaints.getvalue())
        write_whole(_log(profile), click.unstyle(said.getvalue()) + text)
    if isinstance(result, Exception):
        text += f"\n{type(result).__name__}: {result}"
    return text, result != 0


class _Progress(io.StringIO):
    """Keep what Sphinx says, and tell of its progress, a quarter at a time."""

    def __init__(self):
        super().__init__()
        self.last, self.out = ("", 0), sys.stdout

    def write(self, text: str) -> int:
        for kind, percent in _PROGRESS.findall(text):
            quarter = int(percent) // 25 * 25
            if quarter and (kind, quarter) != self.last:
                self.last = (kind, quarter)
                done = {"reading sources": "read", "writing output": "written"}[kind]
                with contextlib.redirect_stdout(self.out):
                    say(f"pages: {quarter} % {done}")
        return super().write(text)


def _shared(profile: Profile) -> str:
    """A digest of what every page is made with: code, settings, theme, references, terms."""
    files = [
        *code_files(),
        *files_below(BOOK / "_static"),
        *MODELS.glob("*.js"),
        BOOK / "references.bib",
        BOOK / "teaching" / "terms.yml",
        ROOT / "_config.yml",
        CITATION,
        ROOT / "requirements.txt",
    ]
    parts = [f"{name}={os.environ.get(name)}" for name in ADDRESS]
    parts += [sys.version, str(ROOT), profile.data_dir, f"R={webr.wanted()}"]
    parts += notebooks()  # the syllabus leads to those that there are
    parts += glossary_terms() if GLOSSARY.is_file() else []
    return state_of(files, *parts)


def contents(profile: Profile) -> Path:
    """Write the contents of an edition: exercises below their chapter, nothing without a page."""
    listed = PRIVATE / "_toc.yml" if profile.private else ROOT / "_toc.yml"

    def entries(entry: dict) -> list[dict]:
        if "glob" not in entry:
            below = [made for inner in entry.get("sections", []) for made in entries(inner)]
            return [{"file": entry["file"]} | ({"sections": below} if below else {})]
        pages = sorted(profile.source.glob(entry["glob"]))
        names = [page.stem for page in pages if page.suffix in (".ipynb", ".md")]
        folder = entry["glob"].removesuffix("/*")
        if "index" in names:
            return [_below_index(folder, names)]
        if folder != "chapters":
            return [entry] if names else []
        return [
            {"file": f"chapters/{name}", "title": chapter_label(name)} | _below(profile, name)
            for name in names
        ]

    def with_pages(part: dict) -> dict:
        kept = {name: value for name, value in part.items() if name not in ("chapters", "parts")}
        chapters = [made for entry in part.get("chapters", []) for made in entries(entry)]
        parts = [p for p in map(with_pages, part.get("parts", [])) if "chapters" in p]
        return kept | {k: v for k, v in (("chapters", chapters), ("parts", parts)) if v}

    path = profile.folder / "_toc.yml"
    made = with_pages(read_yaml(listed.read_text(encoding="utf-8")))
    write_whole(path, yaml.safe_dump(made, sort_keys=False))
    return path


def _below_index(folder: str, names: list[str]) -> dict:
    """The pages of a folder below the one that lists them: 2 before 10."""
    below = sorted({*names} - {"index"}, key=lambda name: (len(name), name))
    sections = [{"file": f"{folder}/{name}"} for name in below]
    return {"file": f"{folder}/index", "sections": sections}


def _below(profile: Profile, chapter: str) -> dict:
    """What stands below a chapter in the contents: its exercises, if there are any."""
    page = f"exercises/{chapter}"
    there = (profile.source / f"{page}.ipynb").is_file()
    return {"sections": [{"file": page, "title": "Exercises"}]} if there else {}


def _in_sources(complaints: str, profile: Profile) -> str:
    """Name the files that people edit, not their copies, and leave jupyter-book's own trace out."""
    text = complaints.partition("\nTraceback (most recent call last):\n")[0].strip() or complaints
    origins = [
        ("chapters", f"{shown(NOTEBOOKS)}/"),
        ("exercises", f"{shown(NOTEBOOKS)}/exercises/"),
        ("markers", f"{shown(NOTEBOOKS)}/marker.py: "),
        ("patients", "rescat/pages/patient.py: "),
    ]
    for folder, origin in origins:
        text = text.replace(f"{profile.source / folder}{os.sep}", origin)
    return text.replace(f"{profile.source}{os.sep}", f"{shown(BOOK)}/")
