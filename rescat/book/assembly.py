"""The book, put together from its pages and the downloads of the course."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..base.files import publish, write_whole
from ..course.material import FOLDER
from . import webr
from .access import mend
from .computed import recall
from .edition import Profile, remembered_pages
from .imprint import site_map
from .licences import write_licences
from .light import lighten
from .policy import make_titles_text, with_policy, write_policy
from .runtime import FOLDER as RUN
from .runtime import RUNTIME, wanted

__all__ = ["assemble", "course"]

_NOTES = shutil.ignore_patterns("made-of")  # of the build to itself


def course(profile: Profile) -> None:
    """Make the downloads and slides of the course anew; a private edition has none."""
    with _aside(profile, "course-") as aside:
        if not profile.private:
            from ..course.downloads import lay_out_course  # slow

            recall(profile)
            pages = {page.name: profile.target(page) for page in remembered_pages(profile)}
            chapters = {name: path for name, path in pages.items() if "/" not in name}
            solved = {
                name.removeprefix("exercises/"): path
                for name, path in pages.items()
                if name.startswith("exercises/")
            }
            lay_out_course(chapters, solved, aside, with_policy)
        (aside / FOLDER).mkdir(exist_ok=True)
        publish(aside / FOLDER, profile.course)


def assemble(profile: Profile) -> None:
    """Put pages and downloads together, and them in the place of the last good book.

    Raises
    ------
    BuildError
        If a page has a script that is not known, or the theme changed its files. The last good
        book stays as it was.
    """
    with _aside(profile, "html-") as aside:
        made = aside / "html"
        # .buildinfo is Sphinx's note to itself.
        shutil.copytree(profile.sphinx / "html", made, ignore=shutil.ignore_patterns(".buildinfo"))
        if not profile.private and any(profile.course.iterdir()):
            shutil.copytree(profile.course, made / FOLDER)
        make_titles_text(made)
        mend(made)
        lighten(made, profile.folder / "light")
        write_policy(made)
        write_licences(made)
        if wanted() and not profile.private and RUNTIME.is_dir():
            shutil.copytree(RUNTIME, made / RUN, dirs_exist_ok=True, ignore=_NOTES)
        if webr.wanted() and not profile.private:
            shutil.copytree(webr.WEBR, made / webr.FOLDER, dirs_exist_ok=True)
        if not profile.private and (listed := site_map(_addresses(made))):
            write_whole(made / "sitemap.xml", listed)
        publish(made, profile.html)


def _addresses(pages: Path) -> Iterator[str]:
    """The pages for readers: not the search, nor parts of pages that the theme keeps."""
    for path in sorted(pages.rglob("*.html")):
        name = path.relative_to(pages).as_posix()
        if not name.startswith("_static/") and name != "search.html":
            yield name


@contextlib.contextmanager
def _aside(profile: Profile, prefix: str) -> Iterator[Path]:
    """A folder beside the finished one, gone afterwards; and those of runs that were killed."""
    for left in profile.folder.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=profile.folder, ignore_cleanup_errors=True
    ) as aside:
        yield Path(aside)
