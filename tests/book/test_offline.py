"""The whole book as one file."""

import hashlib
import zipfile

import pytest

import rescat
from rescat.base.errors import BuildError
from rescat.base.inert import rendered
from rescat.book import offline
from rescat.book.edition import PUBLIC, Profile


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A small finished book, zipped; an older zip lay there."""
    html = tmp_path / "html"
    (html / "chapters").mkdir(parents=True)
    (html / "index.html").write_text("the first page", encoding="utf-8")
    (html / "chapters" / "a.html").write_text("a chapter", encoding="utf-8")
    monkeypatch.setattr(Profile, "html", html)
    (tmp_path / "rescat-companion-0.0.1.zip").write_bytes(b"old")
    return offline.write_offline(PUBLIC, tmp_path)


def test_it_has_every_page_in_one_folder(made):
    assert made.name == f"rescat-companion-{rescat.__version__}.zip"
    with zipfile.ZipFile(made) as archive:
        folder = made.stem
        assert archive.namelist() == [f"{folder}/chapters/a.html", f"{folder}/index.html"]
        assert archive.read(f"{folder}/index.html") == b"the first page"
    assert [path.name for path in sorted(made.parent.glob("*.zip*"))] == [
        made.name,
        f"{made.name}.sha256",
    ]


def test_its_checksum_is_as_sha256sum_reads_it(made):
    digest, _, name = (made.parent / f"{made.name}.sha256").read_text().strip().partition("  ")
    assert name == made.name
    assert digest == hashlib.sha256(made.read_bytes()).hexdigest()


def test_it_is_the_same_at_every_run(made):
    first = made.read_bytes()
    (Profile.html / "index.html").touch()
    assert offline.write_offline(PUBLIC, made.parent).read_bytes() == first


def test_patients_of_somebody_are_not_handed_on(tmp_path):
    with pytest.raises(BuildError, match="private edition"):
        offline.write_offline(Profile("private-x", str(tmp_path)), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_first_page_says_where_it_is(monkeypatch):
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    assert "make zip" in offline.offline_book()
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://github.com/a/b.git")
    assert 'href="https://github.com/a/b/releases/latest"' in rendered(offline.offline_book())
