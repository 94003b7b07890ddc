"""All that the book carries of other projects is named, with its licence."""

import re
from importlib.metadata import distributions
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup
from shared import ROOT

from rescat.base.errors import BuildError
from rescat.base.files import BOOK
from rescat.book import licences, runtime
from rescat.book.licences import PARTS, Part

# What each licence says in every text of it.
WORDS = {
    "MIT": "Permission is hereby granted, free of charge",
    "BSD-2-Clause": "Redistribution and use in source and binary forms",
    "BSD-3-Clause": "Neither the name of",
    "OFL-1.1": "SIL OPEN FONT LICENSE",
    "Bitstream-Vera": "Bitstream Vera is a trademark",
}
# Files of the finished book that the build writes; pygments.css is made of Pygments' own colours.
MADE = {"documentation_options.js", "search-entries.js", "licences.txt", "pygments.css"}
# Folders of its own, and that of Python for pages, which has its own list.
OWN = ("explorables", "run")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_each_part_has_the_text_of_its_licence_and_says_who_made_it(part):
    text = " ".join(part.text.split())
    assert WORDS[part.licence] in text
    assert any(word in text for word in ("Copyright", "copyright", "(c)", "©"))
    assert part.title.startswith(part.name)


def test_a_licence_that_is_gone_stops_the_build(tmp_path, monkeypatch):
    gone = Part("numba", "numba", "BSD-2-Clause", "a part of the models", "NO-SUCH-FILE")
    monkeypatch.setattr(licences, "PARTS", (gone,))
    with pytest.raises(BuildError, match="numba: found no file NO-SUCH-FILE"):
        licences.write_licences(tmp_path)


def test_what_is_not_installed_is_not_listed(tmp_path, monkeypatch):
    absent = Part("Zig", "no-such-package", "MIT", "a part of the models", optional=True)
    monkeypatch.setattr(licences, "PARTS", (PARTS[0], absent))
    assert "Zig" not in licences.licences_of_parts()
    licences.write_licences(tmp_path)
    assert "Zig" not in (tmp_path / licences.LICENCES).read_text(encoding="utf-8")


@pytest.mark.book
def test_every_file_of_another_project_is_of_one_that_is_named(built_book):
    """By its name among the files of all packages that are installed here."""
    ours = {path.name for path in (BOOK / "_static").rglob("*") if path.is_file()} | MADE
    packages = {}
    for one in distributions():
        for file in one.files or ():
            packages.setdefault(PurePosixPath(file).name, set()).add(
                one.name.lower().replace("_", "-")
            )
    named = {part.package for part in PARTS}
    folders = (built_book / "_static", built_book / "course" / "slides" / "reveal")
    carried = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in OWN
    ]
    assert len(carried) > 30
    for path in carried:
        # Sphinx fills some in (basic.css_t), and MyST-NB puts a hash into the name of its styles.
        names = {
            path.name,
            f"{path.name}_t",
            f"{path.name}.jinja",
            re.sub(r"\.[0-9a-f]{64}\.", ".", path.name),
        }
        known = names & ours or path.name.startswith("rescat-")
        of = set().union(*(packages.get(name, set()) for name in names))
        assert known or named & of, f"{path.name}, of {of}: rescat/book/licences.py names none"


@pytest.mark.book
def test_the_page_names_them_and_leads_to_the_texts(built_book):
    page = BeautifulSoup((built_book / "licence.html").read_text(encoding="utf-8"), "html.parser")
    said = page.get_text(" ", strip=True)
    texts = (built_book / licences.LICENCES).read_text(encoding="utf-8")
    for part in PARTS:
        assert f"{part.title} ({part.licence})" in said
        assert f"{part.title} ({part.licence})\n" in texts
        assert part.text in texts
    assert page.find("a", href=licences.LICENCES)
    for link in page.find_all("a", href=lambda href: href and href.startswith("_static/")):
        assert (built_book / link["href"]).is_file()


def test_python_for_pages_brings_the_texts_of_all_its_parts(tmp_path):
    if (source := runtime._package()) is None:
        pytest.skip(f"needs {runtime.PACKAGE}")
    runtime._copy_licences(source, tmp_path)
    said = (tmp_path / runtime.LICENCES).read_text(encoding="utf-8")
    texts = {path.stem: path.read_text("utf-8") for path in (source / "LICENSES").glob("*.txt")}
    assert all(text.strip() in said for text in texts.values())
    parts = runtime._parts(source / "MANIFEST").keys() - {"python"} | {"cpython"}
    assert len(parts) > 40
    # A text is named as its part is, or as the beginning of it: sqlite, of sqlite-autoconf.
    assert not [p for p in parts if not {p, p.partition("-")[0]} & texts.keys()]
    for path in (ROOT / "book" / "run" / "shim").glob("LICENSE-*"):
        assert path.read_text(encoding="utf-8").strip() in said
