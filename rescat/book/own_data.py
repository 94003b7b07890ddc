"""What a folder of one's own data gives: each chapter and page of a marker, and the command."""

import shlex

from ..base.errors import DataError
from ..base.files import BuildError
from ..data.own_folder import OwnData
from .edition import edition

__all__ = ["what_is_made"]


def what_is_made(data: OwnData) -> str:
    """What becomes of each chapter and each marker, and the command that makes them.

    Raises
    ------
    DataError
        If no page can be made, or the build refuses the folder.
    """
    try:
        parts = edition(str(data.folder)).parts
    except BuildError as error:
        raise DataError(str(error)) from error
    lines = []
    for title, is_marker in (("Chapters:", False), ("Pages of markers:", True)):
        own = [part for part in parts if part.is_marker == is_marker]
        width = max((len(part.name) for part in own), default=0)
        lines += [title, *(f"  {part.name:{width}}  {part.words}" for part in own)] if own else []
    if all(part.left_out for part in parts):
        raise DataError("\n".join(["no chapter can be made from these tables", *lines]))
    made = sum(not part.left_out for part in parts)
    return "\n".join(
        [
            *lines,
            f"{made} of {len(parts)} are made. A page that runs into something else says so "
            "itself, and stops no other.",
            f"Make them: make book DATA={shlex.quote(str(data.folder))}",
        ]
    )
