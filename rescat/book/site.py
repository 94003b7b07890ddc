"""Pages: what Sphinx reads is laid out, and the book is built from it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from ..base.files import BOOK, NOTEBOOKS, ROOT, BuildError, files_below, publish, shown, write_whole
from .api import api_pages
from .edition import PUBLIC, Profile
from .policy import make_titles_text, write_policy

__all__ = ["OWN_DATA", "contents", "html", "stage"]

PRIVATE = BOOK / "private"  # the pages that a private edition has in place of the public ones
# Folders of executed notebooks.
_EXECUTED = ("chapters", "exercises", "markers")
OWN_DATA = "RESCAT_OWN_DATA"  # tells the Sphinx extension whose data a private edition shows


def stage(profile: Profile) -> None:
    """Lay out what Sphinx reads: the pages, the public tables and the executed notebooks."""
    source = profile.source
    source.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.name in _EXECUTED:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    wanted = {profile.target(page) for page in profile.pages()}
    for folder in _EXECUTED:
        for path in files_below(source / folder):
            if path not in wanted:
                path.unlink()
    for path in files_below(BOOK):
        if PRIVATE not in path.parents:
            _copy(path, source / path.relative_to(BOOK))
    _copy(ROOT / "CHANGELOG.md", source / "changelog.md")
    if profile.private:
        _copy(PRIVATE / "index.md", source / "index.md")
    else:
        for name, text in api_pages().items():
            write_whole(source / "api" / f"{name}.md", text)
    for path in PUBLIC.data_files():
        if path.suffix in {".csv", ".json"}:
            _copy(path, source / "data" / path.relative_to(ROOT / PUBLIC.data_dir))


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def html(profile: Profile) -> None:
    """Build the pages from a clean state, strictly, and put them in the place of the last ones.

    Raises
    ------
    BuildError
        When Sphinx finds anything to warn of. The last good book stays as it was.
    """
    import click

    stage(profile)
    for left in profile.folder.glob("html-*"):  # by a run that was killed here
        shutil.rmtree(left, ignore_errors=True)
    log = profile.folder / "sphinx.log"
    toc = contents(profile)
    environment = os.environ | ({OWN_DATA: profile.data_dir} if profile.private else {})
    with tempfile.TemporaryDirectory(
        prefix="html-", dir=profile.folder, ignore_cleanup_errors=True
    ) as aside:
        # jupyter-book by import: the script of that name is not on every PATH.
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
        command += ["build", str(profile.source)]
        command += ["--config", str(ROOT / "_config.yml"), "--toc", str(toc)]
        command += ["--path-output", aside, "-W", "-n", "--keep-going"]
        built = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        complaints = click.unstyle(built.stderr)
        log.write_text(click.unstyle(built.stdout) + complaints, encoding="utf-8")
        made = Path(aside) / "_build" / "html"
        if built.returncode:
            raise BuildError(
                f"Sphinx did not accept the book:\n\n{_in_sources(complaints, profile)}\n\n"
                f"All it said: {shown(log)}"
            )
        # Sphinx's note to itself about reusing this output, which never happens here.
        (made / ".buildinfo").unlink(missing_ok=True)
        if not profile.private:
            from ..course.downloads import lay_out_course  # needs much that no other step does

            names = [page.name for page in profile.pages() if page.is_chapter]
            chapters = profile.source / "chapters"
            lay_out_course({name: chapters / f"{name}.ipynb" for name in names}, made)
        make_titles_text(made)
        write_policy(made)
        publish(made, profile.html)


def contents(profile: Profile) -> Path:
    """Write the contents of an edition: exercises below their chapter, nothing without a page."""
    listed = PRIVATE / "_toc.yml" if profile.private else ROOT / "_toc.yml"

    def entries(entry: dict) -> list[dict]:
        if "glob" not in entry:
            return [entry]
        pages = sorted(profile.source.glob(entry["glob"]))
        names = [page.stem for page in pages if page.suffix in (".ipynb", ".md")]
        folder = entry["glob"].removesuffix("/*")
        if folder != "chapters":
            return [entry] if names else []
        return [{"file": f"chapters/{name}"} | _below(profile, name) for name in names]

    def with_pages(part: dict) -> dict:
        kept = {name: value for name, value in part.items() if name not in ("chapters", "parts")}
        chapters = [made for entry in part.get("chapters", []) for made in entries(entry)]
        parts = [p for p in map(with_pages, part.get("parts", [])) if "chapters" in p]
        return kept | {k: v for k, v in (("chapters", chapters), ("parts", parts)) if v}

    path = profile.folder / "_toc.yml"
    made = with_pages(yaml.safe_load(listed.read_text(encoding="utf-8")))
    write_whole(path, yaml.safe_dump(made, sort_keys=False))
    return path


def _below(profile: Profile, chapter: str) -> dict:
    """What stands below a chapter in the contents: its exercises, if there are any."""
    page = f"exercises/{chapter}"
    there = (profile.source / f"{page}.ipynb").is_file()
    return {"sections": [{"file": page}]} if there else {}


def _in_sources(complaints: str, profile: Profile) -> str:
    """Name the files that people edit, not their copies, and leave jupyter-book's own trace out."""
    text = complaints.partition("\nTraceback (most recent call last):\n")[0].strip() or complaints
    origins = [
        ("chapters", f"{shown(NOTEBOOKS)}/"),
        ("exercises", f"{shown(NOTEBOOKS)}/exercises/"),
        ("markers", f"{shown(NOTEBOOKS)}/marker.py: "),
    ]
    for folder, origin in origins:
        text = text.replace(f"{profile.source / folder}{os.sep}", origin)
    return text.replace(f"{profile.source}{os.sep}", f"{shown(BOOK)}/")
