"""The text of the paper in its parts: headings, paragraphs, tables, legends, references."""

import re
from dataclasses import dataclass

from ..base.errors import DataError

__all__ = ["Block", "paper_blocks"]

SECTIONS = (
    "A B S T R A C T",
    "Introduction",
    "Materials and Methods",
    "Results",
    "Discussion",
    "Conclusion",
    "Ethics Statement",
    "Availability of Data and Materials",
    "Declaration of Generative AI and AI-Assisted Technologies in the Writing Process",
    "Funding",
    "Declaration of Competing Interest",
    "Supplementary materials",
    "Article History:",
    "References",
)
SUBSECTIONS = (
    "Study design and setting",
    "Study aims",
    "Patients",
    "Biomarkers analysis",
    "MSCs manufacturing and feasibility",
    "Clinical assessment",
    "Statistics",
    "Study population",
    "Allogeneic MSC intravenous infusions are feasible",
    "Allogeneic MSC infusions retain an acceptable safety profile with clinical impact",
    "Infused MSC impact on cytokine profile and circulating biomarkers",
)
# How the lines below a table begin.
_TABLE_NOTES = ("Part A refers to", "BMI, body mass index", "AE, adverse event;")
_BLOCK = re.compile(r"\S(?:.*?\S)?(?=[ \t]*\n\s*\n|\s*\Z)", re.DOTALL)  # between empty lines
_REFERENCE = re.compile(r"^- (?=\[\d+\] )", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A part of the text, by what it is.

    Attributes
    ----------
    kind : str
        ``title``, ``affiliation``, ``abbreviations``, ``section``, ``subsection``, ``paragraph``,
        ``caption``, ``table``, ``note``, ``legend`` or ``reference``.
    place : str
        Where it stands: "Table 2", "Figure 1", or the section; "Title" before the first section.
    start, end : int
        Its characters in the text.
    """

    kind: str
    place: str
    start: int
    end: int


def paper_blocks(text: str) -> list[Block]:
    """Cut the text of the paper into its parts, in its own order.

    Parameters
    ----------
    text : str
        From :func:`rescat.load_paper`. What stands before the title was written by us and is left
        out. A paragraph that the end of a page cuts in two is one part again.

    Returns
    -------
    list of Block

    Raises
    ------
    DataError
        If a heading is not there, or stands twice.

    Examples
    --------
    >>> import rescat
    >>> text = rescat.load_paper()
    >>> blocks = paper_blocks(text)
    >>> [text[b.start : b.end] for b in blocks if b.kind == "section"][1:4]
    ['Introduction', 'Materials and Methods', 'Results']
    """
    # The first block is ours.
    found = [(m.start(), m.end(), m[0]) for m in list(_BLOCK.finditer(text))[1:]]
    _held(text, [words for _, _, words in found])
    blocks: list[Block] = []
    place = "Title"
    for start, end, words in found:
        before = blocks[-1] if blocks else Block("", "", start, start)
        kind = _kind(words, before)
        if kind == "section":
            place = words
        own = {"abbreviations": "Abbreviations"}.get(kind, place)
        if kind in ("caption", "legend"):
            own = f"{'Table' if kind == 'caption' else 'Figure'} {re.search('[0-9]', words)[0]}"
        elif kind in ("table", "note"):
            own = before.place
        if kind == before.kind == "paragraph" and _goes_on(text[before.end - 1], words):
            blocks[-1] = Block(kind, place, before.start, end)
        elif kind != "reference":
            blocks.append(Block(kind, own, start, end))
    return blocks + _references(text, found[-1][1])


def _held(text: str, blocks: list[str]) -> None:
    """Refuse a text whose headings are not those that are known."""
    for heading in (*SECTIONS, *SUBSECTIONS):
        if (times := blocks.count(heading)) != 1:
            raise DataError(
                f"paper.txt: found the heading {heading!r} {times} times, on lines of its own\n"
                "  expected: once; the headings are listed in rescat/data/paper_blocks.py"
            )


def _kind(words: str, before: Block) -> str:
    """What a block is, by its words and by the one before it."""
    if words in SECTIONS:
        return "section"
    if words in SUBSECTIONS:
        return "subsection"
    if before.kind == "":
        return "title"
    if words.startswith("Abbreviations:"):
        return "abbreviations"
    if before.kind in ("title", "affiliation"):
        return "affiliation"
    if words.startswith(("Table 1\n", "Table 2\n")):
        return "caption"
    if "\t" in words:
        return "table"
    if words.startswith("Fig. "):
        return "legend"
    if words.startswith(_TABLE_NOTES) and before.kind in ("table", "note"):
        return "note"
    return "reference" if before.place == "References" else "paragraph"


def _goes_on(last: str, words: str) -> bool:
    """Whether words go on with the sentence of the paragraph before them."""
    return last == "/" or words[0].islower()


def _references(text: str, end: int) -> list[Block]:
    """Each entry of the list, whatever pages it stands on."""
    starts = [m.end() for m in _REFERENCE.finditer(text)]
    ends = [*[m.start() for m in _REFERENCE.finditer(text)][1:], end]
    return [
        Block("reference", "References", start, start + len(text[start:stop].rstrip()))
        for start, stop in zip(starts, ends, strict=True)
    ]
