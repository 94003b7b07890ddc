"""What a folder of one's own data gives: the chapters and pages, and the command."""

import shlex

from ..base.errors import DataError
from ..base.files import BuildError
from ..course.chapter import read_chapter
from ..data.own_folder import OwnData
from .edition import chapters, edition

__all__ = ["what_is_made"]


def what_is_made(data: OwnData) -> str:
    """The chapters and pages that these tables allow, those they do not, and the command.

    Raises
    ------
    DataError
        If no page can be made, or the build refuses the folder.
    """
    try:
        pages = edition(str(data.folder)).pages()
    except BuildError as error:
        raise DataError(str(error)) from error
    made = [page.name for page in pages if page.marker is None]
    missing = [
        f"  {name}: needs {' and '.join(lacking) or 'other patients than these'}"
        for name in chapters()
        if (needs := read_chapter(name).needs) and name not in made
        for lacking in [sorted(needs.tables - set(data.frames))]
    ]
    if not pages:
        raise DataError("\n".join(["no chapter can be made from these tables", *missing]))
    lines = [
        f"Will be made: {', '.join(made) or 'no chapter'}",
        f"and {sum(page.marker is not None for page in pages)} marker pages",
    ]
    lines += ["Left out:", *missing] if missing else []
    return "\n".join([*lines, f"Make them: make book DATA={shlex.quote(str(data.folder))}"])
