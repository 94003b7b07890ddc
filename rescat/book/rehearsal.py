"""What an edition makes of somebody's own data, and what it leaves out, and why: decided once.

``check`` prints these decisions, the build goes by them, and the first page of the edition shows
them.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import rescat  # its names are loaded when they are used, which is seldom here

from ..base.errors import RescatWarning
from ..base.files import OWN_TABLES
from ..course.chapter import Needs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Part", "rehearse"]


@dataclass(frozen=True)
class Part:
    """A chapter or the page of a marker: made, or left out.

    Attributes
    ----------
    name : str
        Of the chapter, or of the marker.
    is_marker : bool
    left_out : str
        Why it is left out; empty if it is made.
    without : str
        Why the page of a marker has no model; empty if it has one.
    """

    name: str
    is_marker: bool = False
    left_out: str = ""
    without: str = ""

    @property
    def words(self) -> str:
        """What becomes of it."""
        if self.left_out:
            return f"left out, because {self.left_out}"
        reason = self.without.partition(". ")[0]  # what follows is for who calls the function
        return f"made, without the model: {reason}" if reason else "made"


def rehearse(
    data_dir: str | Path, chapters: Mapping[str, Needs | None], *, markers: bool = True
) -> list[Part]:
    """Ask each chapter and each model whether the tables have what it needs.

    Parameters
    ----------
    data_dir : path
        A folder of somebody's own data, with one or more of the three tables.
    chapters : mapping of str to Needs or None
        What each needs, by its name, in order; None of what is about the paper alone.
    markers : bool
        Whether markers have pages.

    Returns
    -------
    list of Part
        The chapters, then the markers in the order of the file.

    Raises
    ------
    DataError
        If a table cannot be read.
    """
    study = _Study(Path(data_dir))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RescatWarning)  # no fit is shown here
        parts = [Part(name, left_out=_lacking(study, needs)) for name, needs in chapters.items()]
        if not markers or study.biomarkers is None:
            return parts
        reasons = study.fitted.left_out.set_index("marker")["reason"]
        names = study.biomarkers["marker"].unique()
        return parts + [Part(name, is_marker=True, without=reasons.get(name, "")) for name in names]


class _Study:
    """The tables of a folder, and the models of its markers; each is asked for once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tables = {name for name in OWN_TABLES if (folder / name).is_file()}

    @cached_property
    def patients(self) -> "pd.DataFrame | None":
        there = "patients.csv" in self.tables
        return rescat.load_patients(self.folder) if there else None

    @cached_property
    def biomarkers(self) -> "pd.DataFrame | None":
        there = "biomarkers.csv" in self.tables
        return rescat.load_biomarkers(self.folder) if there else None

    @cached_property
    def fitted(self) -> "rescat.PanelFit":
        return rescat.fit_markers(self.biomarkers)


def _lacking(study: _Study, needs: Needs | None) -> str:
    """What the tables lack that a chapter needs, in words; empty if they lack nothing."""
    if needs is None:
        return "it is about the paper alone"
    return next(_faults(study, needs), "")


def _faults(study: _Study, needs: Needs) -> Iterator[str]:
    if absent := sorted(needs.tables - study.tables):
        yield f"it needs {' and '.join(absent)}"
        return
    for arm, least in needs.arms.items():
        own = study.patients[study.patients["arm"].eq(arm)]
        if len(own) < least:
            yield f"it needs {_number(least, 'patient')} of {arm}, and there {_are(len(own))}"
        for column in needs.values:
            known = int(own[column].notna().sum())
            if known < least:
                yield (
                    f"it needs {_number(least, 'value')} of {column} of the {arm} patients, and "
                    f"there {_are(known)}"
                )
    if needs.differ:
        own = study.patients[study.patients["arm"].isin(needs.arms)]
        if all(own[column].nunique() < 2 for column in needs.values):
            yield (
                f"it needs values of {', '.join(needs.values)} of which one differs between the "
                f"{' and '.join(needs.arms)} patients, and all are the same"
            )
    for arm, most in needs.most.items():
        if (n := int(study.patients["arm"].eq(arm).sum())) > most:
            yield f"it is for at most {_number(most, 'patient')} of {arm}, and there {_are(n)}"
    if needs.markers:
        found = [m for m in study.fitted.markers if m not in needs.besides]
        if needs.kind:
            kinds = rescat.load_table("markers").set_index("marker")["kind"]
            found = [m for m in found if kinds.get(m, "inflammatory") == needs.kind]
        if needs.spare:
            found = study.fitted.with_one_to_spare(found)
        if len(found) < needs.markers:
            what = " ".join(
                [
                    _number(needs.markers, f"{needs.kind or ''} marker".strip()),
                    f"(besides {', '.join(sorted(needs.besides))})" if needs.besides else "",
                    "to which the model can be fitted",
                    "with any one patient left out too" if needs.spare else "",
                ]
            )
            yield f"it needs {' '.join(what.split())}, and there {_are(len(found))}"


def _number(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _are(n: int) -> str:
    return "is none" if n == 0 else "is 1" if n == 1 else f"are {n}"
