"""Where data come from: every frame says so, and every figure and table repeats it."""

import pandas as pd

from .errors import OriginError

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
    """A result that shows itself: as text where it is printed, as HTML in a notebook.

    Lines first, the origin of the data before them, then tables, then notes. A class that inherits
    it has ``origin`` (a key of ``ORIGINS``, or None) and ``_lines``, and may have the other two.
    """

    def _lines(self) -> list[str]:
        raise NotImplementedError

    def _tables(self) -> list[pd.DataFrame]:
        return []

    def _notes(self) -> list[str]:
        return []

    def _heading(self) -> list[str]:
        lines = self._lines()
        return lines if self.origin is None else [ORIGINS[self.origin], *lines]

    def __str__(self) -> str:
        tables = [frame.to_string(na_rep="") for frame in self._tables()]
        return "\n\n".join(["\n".join(self._heading()), *tables, *self._notes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .inert import Html, table  # needs packages that an analysis alone does not

        lines = Html("<br>").join(line for text in self._heading() for line in text.split("\n"))
        tables = Html("").join(table(frame, border=0, na_rep="") for frame in self._tables())
        notes = Html("").join(Html("<li>{}</li>").format(note) for note in self._notes())
        notes = Html("<ul>{}</ul>").format(notes) if notes else ""
        return Html('<div class="slope-fit"><p>{}</p>{}{}</div>').format(lines, tables, notes)
