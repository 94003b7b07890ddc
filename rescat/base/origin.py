"""Where data come from: every frame says so, and every figure and table repeats it."""

import pandas as pd

from .errors import OriginError
from .inert import Html

__all__ = ["ORIGINS", "origin_label", "origin_of"]

ORIGINS = {
    "published": "PUBLISHED: figures that the paper prints",
    "evidence": "EVIDENCE: figures from other sources, named beside them",
    "synthetic": "SYNTHETIC: invented patients, made by a program. Not data of the trial",
    "private": "PRIVATE: your own data. Not part of the public book",
}

# What figures and tables carry on their face: not figures that anybody published.
MARKED = ("synthetic", "private")


def origin_of(*frames: pd.DataFrame) -> str:
    """The one origin of some frames; the least public one where they differ.

    Raises
    ------
    OriginError
        If a frame has no column ``origin``, or one that is not known.
    """
    return origins_of(*frames)[-1]


def origins_of(*frames: pd.DataFrame) -> list[str]:
    """Every origin in some frames, the least public one last."""
    found = set()
    for frame in frames:
        if "origin" not in frame:
            raise OriginError(
                "this frame does not say where its data come from: it has no column 'origin'.\n"
                "Use the frame of a rescat.load_…() function, or keep its column 'origin'."
            )
        found |= set(frame["origin"])
    if not found or not found <= set(ORIGINS):
        raise OriginError(f"found the origins {sorted(map(str, found))}, expected {list(ORIGINS)}")
    return sorted(found, key=list(ORIGINS).index)


def origin_label(*frames: pd.DataFrame) -> str:
    """Every origin in some frames, in words for the note below a figure or table."""
    return " and ".join(origins_of(*frames)).capitalize()


class Spoken:
    """A result that says itself in lines, the origin of its data first.

    A class that inherits it has ``origin`` (a key of ``ORIGINS``, or None) and ``_lines``.
    """

    def __str__(self) -> str:
        lines = self._lines()
        return "\n".join(lines if self.origin is None else [ORIGINS[self.origin], *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = Html("<br>").join(str(self).split("\n"))
        return Html('<div class="slope-fit"><p>{}</p></div>').format(lines)
