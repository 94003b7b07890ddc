"""Where data come from: every frame says so, and every figure and table repeats it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps

import pandas as pd

from .errors import OriginError

__all__ = ["ORIGINS", "PATIENT_LEVEL", "keeps_origin", "marked_name", "origin_label", "origin_of"]

ORIGINS = {
    "published": "PUBLISHED: figures that the paper prints",
    "evidence": "EVIDENCE: figures from other sources, named beside them",
    "synthetic": "SYNTHETIC: invented patients, made by a program. Not data of the trial",
    "private": "PRIVATE: your own data. Not part of the public book",
}

# What figures and tables carry on their face: not figures that anybody published.
MARKED = ("synthetic", "private")

# How the name of each file begins that somebody can save and that is made of own data.
PATIENT_LEVEL = "PRIVATE-patient-level-"


def marked_name(name: str, origin: str) -> str:
    """The name of a file to save, which says if its data are invented or private.

    Parameters
    ----------
    name : str
    origin : str
        A key of :data:`rescat.ORIGINS`.

    Examples
    --------
    >>> from rescat.base.origin import marked_name
    >>> [marked_name("slopes.csv", origin) for origin in ("published", "private")]
    ['slopes.csv', 'PRIVATE-patient-level-slopes.csv']
    >>> marked_name("slopes", "synthetic"), marked_name("PRIVATE-patient-level-a", "private")
    ('slopes-synthetic', 'PRIVATE-patient-level-a')
    """
    if origin == "private":
        return name if name.startswith(PATIENT_LEVEL) else f"{PATIENT_LEVEL}{name}"
    return f"{name}-synthetic" if origin == "synthetic" else name


def origin_of(*frames: pd.DataFrame) -> str:
    """The one origin of some frames; the least public one where they differ.

    Parameters
    ----------
    *frames : DataFrame
        Any rows, with a column ``origin`` that holds keys of :data:`rescat.ORIGINS`.

    Returns
    -------
    str
        A key of :data:`rescat.ORIGINS`. The order is that of the keys: published, evidence,
        synthetic, private.

    Raises
    ------
    OriginError
        If a frame has no column ``origin``, or one that is not known.

    Examples
    --------
    >>> import rescat
    >>> rescat.origin_of(rescat.load_patients(), rescat.load_ctcae())
    'evidence'
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
    """Every origin in some frames, in words for the note below a figure or table.

    Parameters
    ----------
    *frames : DataFrame
        As for :func:`origin_of`.

    Returns
    -------
    str
        Keys of :data:`rescat.ORIGINS`, the least public one last.

    Raises
    ------
    OriginError
        As :func:`origin_of`.

    Examples
    --------
    >>> import rescat
    >>> rescat.origin_label(rescat.load_patients(), rescat.load_ctcae())
    'Published and evidence'
    """
    return " and ".join(origins_of(*frames)).capitalize()


@dataclass(frozen=True, repr=False)
class Spoken:
    """A result that shows itself: as text where it is printed, as HTML in a notebook.

    Lines first, the origin of the data before them, then tables, then notes. A dataclass that
    inherits it has ``_lines``, and may have the other two.

    Attributes
    ----------
    origin : str or None
        Where the data come from, a key of ``ORIGINS``; :func:`keeps_origin` writes it.
    """

    origin: str | None = field(default=None, kw_only=True)

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
        from .inert import Html  # needs packages that an analysis alone does not
        from .tabular import table

        lines = Html("<br>").join(line for text in self._heading() for line in text.split("\n"))
        frames = map(_with_index, self._tables())
        tables = Html("").join(table(frame, row_heads=True) for frame in frames)
        notes = Html("").join(Html("<li>{}</li>").format(note) for note in self._notes())
        notes = Html("<ul>{}</ul>").format(notes) if notes else ""
        return Html('<div class="slope-fit"><p>{}</p>{}{}</div>').format(lines, tables, notes)


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the names of its rows as its first columns."""
    return frame.rename_axis(index=lambda name: name or "row").reset_index()


def keeps_origin(*sources: str, on: tuple[str, ...] = (), required: bool = False) -> Callable:
    """Decorate a function: its result has the origin of the data that it is made of.

    The function itself does not know of origins. A frame gets a column ``origin``; a
    :class:`Spoken` result gets its ``origin``, and that column in some of its frames.

    Parameters
    ----------
    *sources : str
        Parameters that are data: frames, or results. The least public origin of them counts. If
        one does not say where it comes from, neither does the result.
    on : tuple of str
        The frames of the result that get the column.
    required : bool
        Refuse a frame that does not say where it comes from.

    Raises
    ------
    OriginError
        If an origin is not known, or required and not there.

    Examples
    --------
    >>> @keeps_origin("ages")
    ... def oldest(ages):
    ...     return ages[["age"]].max().to_frame("age")
    >>> ages = pd.DataFrame({"age": [58, 60], "origin": "published"})
    >>> print(oldest(ages))
         age     origin
    age   60  published
    """

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @wraps(function)
        def kept(*arguments, **named):
            result = function(*arguments, **named)  # which refuses what it cannot use
            values = signature.bind(*arguments, **named).arguments
            origin = _common([values.get(source) for source in sources], required)
            return result if origin is None else _with_origin(result, origin, on)

        return kept

    return decorate


def _common(sources: list, required: bool) -> str | None:
    """The least public origin of some frames and results; None if one does not say."""
    frames = [
        pd.DataFrame({"origin": [] if source.origin is None else [source.origin]})
        if isinstance(source, Spoken)
        else source
        for source in sources
    ]
    silent = any("origin" not in frame or frame.empty for frame in frames)
    return None if silent and not required else origin_of(*frames)


def _with_origin(result, origin: str, on: tuple[str, ...]):
    if isinstance(result, Spoken):
        frames = {name: getattr(result, name).assign(origin=origin) for name in on}
        return replace(result, **frames, origin=origin)
    return result if result is None else result.assign(origin=origin)
