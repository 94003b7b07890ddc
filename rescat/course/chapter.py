"""What a chapter says of itself in the header of its source, and the parts that are made of it.

The header of ``notebooks/NN_topic.py`` has a block ``rescat:`` (YAML, which jupytext keeps in the
metadata of the notebook):

``answer``
    The box at its head, of 80 words at most: the question, the answer, how sure it is, and what
    would change it. A private edition leaves it out, since it is about the paper.
``objectives``
    What a reader can do afterwards: a list.
``before``
    What to read before it, in Markdown.
``needs``
    Of a user's own data: ``tables``; and where it matters how many patients each of the ``arms``
    must have and may have at ``most``, the columns of which each of these arms must have
    ``values``, and how many ``markers`` the model must fit: of a ``kind``, ``besides`` some, and
    with a patient to ``spare``, so that one can be left out. Or ``only the paper``:
    a private edition leaves the chapter out.
``estimand``
    The words of the box at its head; or ``none``, if nothing is compared.
``ledger``
    The ``title`` of the table of its statements, and sentences ``before`` and ``after`` it; or
    ``none``.

The text shows them where it says ``{{ answer }}``, ``{{ estimand }}``, ``{{ ledger }}`` and
``{{ aims }}``: what the course needs, with the minutes that its words take.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ..base.errors import DataError
from ..base.files import NOTEBOOKS
from .material import read_yaml

__all__ = ["Chapter", "Needs", "fill_in", "ledger_section", "read_chapter"]

ONLY_THE_PAPER = "only the paper"
_PIECES = {
    "answer": "the question, the answer, how sure it is, and what would change it, in 80 words",
    "objectives": "what a reader can do afterwards, as a list",
    "before": "what to read before it, such as '[the cohort](01_cohort)'",
    "needs": f"the tables of own data, such as {{tables: [patients.csv]}}, or {ONLY_THE_PAPER!r}",
    "estimand": "what a difference is and is not, or 'none' if nothing is compared",
    "ledger": "the title of the table of its statements, such as {title: ...}, or 'none'",
}
_NAMED = re.compile(r"\{\{ (\w+) \}\}")
_MOST_WORDS, _PER_MINUTE = 80, 200
_ANSWER = "```{{admonition}} In short\n:class: tip answer\n{}\n```"
_BOX = "```{{admonition}} Estimand first\n:class: warning\n{}\n```"
_LEDGER = """\
# %% [markdown] tags=["audit"]
# ### Paper against recomputed{before}

# %% tags=["hide-input", "audit"]
from rescat import pages

claims = rescat.load_claims().query("chapter == '{name}'")
audited = rescat.audit(claims{tables})
pages.ledger_table(
    audited,
    rescat.load_corrections(),
    name="ledger-{topic}",
    title={title},
)

# %% tags=["remove-cell", "audit"]
pages.say(summary=rescat.verdict_sentence(audited))

# %% [markdown] tags=["audit"]
# {{glue:text}}`summary`{after}
"""


@dataclass(frozen=True)
class Needs:
    """What a chapter needs of a user's own data.

    Attributes
    ----------
    tables : frozenset of str
        Files, such as ``patients.csv``.
    arms : dict of str to int
        How many patients each must have.
    most : dict of str to int
        How many each may have.
    values : tuple of str
        Columns of ``patients.csv``: each of these arms must have a value of each.
    differ : bool
        Of one of these columns at least, not all values of these arms may be the same.
    markers : int
        So many must be such that the model can be fitted to them.
    kind : str or None
        Markers of another kind do not count.
    besides : frozenset of str
        Markers that do not count either.
    spare : bool
        Nor do those of which no patient can be left out.
    """

    tables: frozenset[str]
    arms: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    differ: bool = False
    markers: int = 0
    kind: str | None = None
    besides: frozenset[str] = frozenset()
    spare: bool = False


@dataclass(frozen=True)
class Chapter:
    """The front matter of a chapter.

    Attributes
    ----------
    name, title : str
        ``01_cohort``, and its first heading.
    answer : str
    objectives : tuple of str
    before : str
    minutes : int
        To read its words, 200 in a minute.
    needs : Needs or None
        None if it is about the paper alone.
    estimand : str or None
    ledger : dict of str to str, or None
        ``title``, and perhaps ``before`` and ``after``.
    """

    name: str
    title: str
    answer: str
    objectives: tuple[str, ...]
    before: str
    minutes: int
    needs: Needs | None
    estimand: str | None
    ledger: dict[str, str] | None

    @property
    def topic(self) -> str:
        """The name without its number, as the files of its answers and of its numbers have it."""
        return self.name.partition("_")[2]

    @property
    def aims(self) -> str:
        """Objectives, what to read before, and minutes, in Markdown."""
        aims = ";\n".join(f"- {aim}" for aim in self.objectives)
        return (
            f"**After this chapter you can**\n\n{aims}.\n\n"
            f"**Before it**: {self.before} · **Minutes**: {self.minutes} to read"
        )

    @property
    def texts(self) -> dict[str, str]:
        """What its text shows in place of a name in braces, but for the ledger."""
        box = {} if self.estimand is None else {"estimand": _BOX.format(self.estimand)}
        return {"answer": _ANSWER.format(self.answer), "aims": self.aims, **box}


def read_chapter(name: str, folder: Path = NOTEBOOKS) -> Chapter:
    """Read what a chapter says of itself.

    Parameters
    ----------
    name : str
        ``01_cohort``.
    folder : path
        Where its source is.

    Raises
    ------
    DataError
        If there is no such chapter, or its header lacks a piece; the message says what to write.
    """
    place = f"notebooks/{name}.py"
    source = folder / f"{name}.py"
    if not source.is_file():
        raise DataError(f"{place}: there is no such chapter")
    text = source.read_text(encoding="utf-8")
    header = re.match(r"# ---\n(.*?)^# ---$", text, re.M | re.S)
    try:
        said = read_yaml(re.sub(r"^# ?", "", header[1] if header else "", flags=re.M)) or {}
    except yaml.YAMLError as error:
        raise DataError(f"{place}: its header is no YAML\n  {error}") from error
    front = said.get("jupyter", {}).get("rescat") or {}
    for piece, wanted in _PIECES.items():
        if not front.get(piece):
            raise DataError(
                f"{place}: its header has no {piece}\n  expected: {wanted}, below `rescat:` (the "
                "header of another chapter is an example)"
            )
    heading = re.search(r"^# # (.+)$", text, re.M)
    if not heading:
        raise DataError(f"{place}: it has no heading\n  expected: # # Title, in its first cell")
    answer = _held(front, "answer", str, place)
    if (words := len(re.sub(r"\{[\w:]+\}`[^`]+`", "x", answer).split())) > _MOST_WORDS:
        raise DataError(
            f"{place}: found an answer of {words} words in its header\n  expected: at most "
            f"{_MOST_WORDS}"
        )
    return Chapter(
        name,
        heading[1],
        answer,
        tuple(_held(front, "objectives", list, place)),
        _held(front, "before", str, place),
        _minutes(text),
        _needs(front["needs"], place),
        _unless_none(front, "estimand", str, place),
        _unless_none(front, "ledger", dict, place),
    )


def _minutes(source: str) -> int:
    """To read the text of a source: its cells of Markdown."""
    cells = re.findall(r"^# %% \[markdown\].*\n((?:#.*\n?)*)", source, re.M)
    return max(1, round(sum(len(cell.replace("#", " ").split()) for cell in cells) / _PER_MINUTE))


def _held(front: dict, piece: str, kind: type, place: str):
    if not isinstance(front[piece], kind):
        raise DataError(
            f"{place}: found {piece} {front[piece]!r} in its header\n  expected: {_PIECES[piece]}"
        )
    return front[piece]


def _unless_none(front: dict, piece: str, kind: type, place: str):
    return None if front[piece] == "none" else _held(front, piece, kind, place)


def _needs(found: object, place: str) -> Needs | None:
    if found == ONLY_THE_PAPER:
        return None
    single = ("arms", "most", "differ", "markers", "kind", "spare")
    known = {"tables", "values", "besides", *single}
    if not isinstance(found, dict) or "tables" not in found or set(found) - known:
        raise DataError(
            f"{place}: found needs {found!r} in its header\n  expected: {_PIECES['needs']}; and, "
            f"where it matters, {', '.join(sorted(known - {'tables'}))}"
        )
    sets = {name: frozenset(found.get(name, ())) for name in ("tables", "besides")}
    rest = {name: found[name] for name in single if name in found}
    return Needs(**sets, **rest, values=tuple(found.get("values", ())))


def ledger_section(chapter: Chapter) -> str:
    """The cells with the statements of a chapter, as percent script; empty if it has none."""
    if chapter.ledger is None:
        return ""
    before, after = (chapter.ledger.get(name) for name in ("before", "after"))
    of_patients = chapter.needs is not None and "patients.csv" in chapter.needs.tables
    return _LEDGER.format(
        name=chapter.name,
        topic=chapter.topic.replace("_", "-"),
        title=json.dumps(chapter.ledger["title"], ensure_ascii=False),
        tables=", rescat.Tables(data_dir)" if of_patients else "",
        before=f"\n#\n# {before}" if before else "",
        after=f" {after}" if after else "",
    )


def fill_in(notebook, texts: dict[str, str], sections: dict[str, list], place: str) -> None:
    """Put parts of a notebook in the place of their names in braces: each is named once.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    texts : dict of str to str
        Name to Markdown, anywhere in a cell of text.
    sections : dict of str to list
        Name to cells, which replace the cell that says the name and nothing else.
    place : str
        The source, for the message.

    Raises
    ------
    DataError
        If a part is not named, named twice, or not known.
    """
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    named = [name for cell in prose for name in _NAMED.findall(cell.source)]
    parts = [*texts, *sections]
    if unknown := sorted(set(named) - set(parts)):
        raise DataError(
            f"{place}: found {{{{ {unknown[0]} }}}} in its text\n  expected: one of "
            f"{', '.join(parts) or 'no name in braces'}"
        )
    alone = [cell.source for cell in prose]
    for name in parts:
        times = alone.count(f"{{{{ {name} }}}}") if name in sections else named.count(name)
        if times != 1:
            raise DataError(
                f"{place}: found {{{{ {name} }}}} {times} times in its text\n  expected: once"
                f"{', in a cell of its own' if name in sections else ''}, where the {name} belongs"
            )
    cells = []
    for cell in notebook.cells:
        section = sections.get(cell.source.removeprefix("{{ ").removesuffix(" }}"))
        if section is None and cell.cell_type == "markdown":
            cell.source = _NAMED.sub(lambda found: texts[found[1]], cell.source)
        cells += [cell] if section is None else section
    notebook.cells = cells
