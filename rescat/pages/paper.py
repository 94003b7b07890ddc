"""The text of the paper with a mark at each examined passage, and a note for each mark.

A mark has the colour of its verdict and a button with a sign. The button opens the note by the
browser's own means (the attribute ``popover``), so that no script is needed; a browser that does
not know the attribute shows the notes below each section, as paper does. The script
``book/_static/paper.js`` adds that a click on the words opens the note too, beside them.
"""

import re
from itertools import groupby, pairwise

import pandas as pd

from ..base.inert import Html, Markdown
from ..base.tabular import laid_out
from ..base.words import in_words
from ..data.paper import cited_numbers
from ..data.paper_blocks import Block, paper_blocks
from ..ledger.grouped import GRAVEST
from ..ledger.passages import Passage, passages
from ..ledger.verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_READ,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    SLIP,
    SOURCE_DIFFERS,
    STRONGER,
    VERDICTS,
    WITHIN_ROUNDING,
)
from .corrections import responses
from .ledger import OWN_CHAPTER, VERDICT_COLOURS, chapter_link, link_claims
from .tables import folded

__all__ = ["VERDICT_SIGNS", "annotated_paper", "paper_answer", "paper_signs"]

VERDICT_SIGNS = {
    REPRODUCED: "✓",
    WITHIN_ROUNDING: "≈",
    RIGHT_IF: "if",
    NOT_REPRODUCED: "≠",
    NOT_BOTH: "⇄",
    STRONGER: ">",
    SOURCE_DIFFERS: "§",
    NOT_READ: "○",
    NOT_CHECKABLE: "–",
    SLIP: "✎",
}
# What asks for a change, as the answer at the head of the page says it.
_ASKS = {
    NOT_BOTH: "two printed things do not go together, so that one of them needs a correction",
    NOT_REPRODUCED: "the public tables give another figure",
    SOURCE_DIFFERS: "a source that is cited or named says something else",
    STRONGER: "the words say more than the figures or the design",
    SLIP: "there is a small mistake of language or spelling that touches no result",
}
_TO_GO_TO = (NOT_BOTH, NOT_REPRODUCED, SOURCE_DIFFERS)
_LEDGER = "chapters/10_ledger.html"
_ADDRESS = re.compile(r"(https?://[^\s;,]*[\w/])")


def annotated_paper(
    audited: pd.DataFrame, findings: pd.DataFrame, text: str, corrections: pd.DataFrame
) -> Markdown:
    """The paper in its own order, its examined passages marked, with a note for each.

    Parameters
    ----------
    audited : DataFrame
        From :func:`rescat.audit`.
    findings : DataFrame
        From :func:`rescat.ledger_findings`.
    text : str
        From :func:`rescat.load_paper`.
    corrections : DataFrame
        From :func:`rescat.load_corrections`; shown in the notes of the claims that they concern.

    Returns
    -------
    Markdown
        The sections are headings of the page, and what is in them is HTML. All words outside
        elements of the class ``ours`` are the paper's.

    Raises
    ------
    DataError
        If the paper does not have the words of a claim, or a heading.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("claim_id == 'SAF-15'"))
    >>> page = rescat.pages.annotated_paper(
    ...     audited, rescat.ledger_findings(audited), rescat.load_paper(), rescat.load_corrections()
    ... )
    >>> page.count("<mark"), 'id="note-1"' in page, "## Introduction" in page
    (1, True, True)
    """
    found, blocks = passages(audited, text), paper_blocks(text)
    marked = _Marked(text, found, audited)
    notes = _Notes(marked, audited, findings, corrections)
    parts: list[Markdown] = []
    heads = [n for n, block in enumerate(blocks) if block.kind in ("section", "subsection")]
    for first, last in zip([0, *heads], [*heads, len(blocks)], strict=True):
        own = blocks[first:last]
        if own[0].kind == "section":
            words = text[own[0].start : own[0].end]
            parts.append(Markdown("## {}").format(_HEADINGS.get(words, words)))
            own = own[1:]
        if own:
            parts.append(Markdown("{}").format(_part(own, marked, notes)))
    return Markdown("\n\n").join(parts)


def paper_answer(audited: pd.DataFrame, findings: pd.DataFrame, text: str) -> Html:
    """How many passages are examined, and what was found, in a few sentences.

    Parameters
    ----------
    audited, findings, text
        As :func:`annotated_paper` takes them.

    Returns
    -------
    Html
        With links to the passages that need a correction, and to those where a source differs.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("claim_id == 'SAF-17'"))
    >>> found = rescat.ledger_findings(audited)
    >>> answer = rescat.pages.paper_answer(audited, found, rescat.load_paper())
    >>> answer.striptags().partition(". ")[0]
    'We examined one passage of the paper, in one statement'
    """
    rows = audited.set_index("claim_id")
    claims = [[q.claim_id for q in passage.quotations] for passage in passages(audited, text)]
    verdicts = [set(rows["verdict"].loc[own]) for own in claims]
    counts = {verdict: sum(verdict in own for own in verdicts) for verdict in _ASKS}
    items = [
        Html("<li>in <strong>{}</strong>, {} {}</li>").format(count, words, _chip(verdict))
        for verdict, words in _ASKS.items()
        if (count := counts[verdict])
    ]
    if others := sum(not own & set(_ASKS) for own in verdicts):
        items.append(
            Html(
                "<li>in the other <strong>{}</strong>, the words agree with what is public, are "
                "right under a condition that the note names, or cannot be decided from what we "
                "could read.</li>"
            ).format(others)
        )
    ordered = [claim for own in claims for claim in own]
    elsewhere = len(rows) - len(ordered)
    headlines = _headlines(findings)
    links = [
        Html('<li>{} <a href="#{}">{}</a>: {}</li>').format(
            _chip(rows["verdict"][claim]), claim, claim, headlines[rows["finding"][claim]]
        )
        for claim in ordered
        if rows["verdict"][claim] in _TO_GO_TO
    ]
    listed = folded(
        "Go to the passages where two printed things do not go together, or where a source says "
        "something else",
        Html("<ul>{}</ul>").format(Html("").join(links)),
    )
    return Html(
        '<div class="paper-answer"><p>We examined {} of the paper, in {}{}. Of these passages '
        "(one can be in two lines):</p>"
        "<ul>{}</ul>{}</div>"
    ).format(
        in_words(len(claims), "passage"),
        in_words(len(ordered), "statement"),
        # The ledger says how many rows it has in all: the two counts must not seem to differ.
        f"; the ledger has {elsewhere} more, of other documents" if elsewhere else "",
        Html("").join(items),
        listed if links else "",
    )


def paper_signs() -> Html:
    """The legend: each verdict with its sign and its colour, and what it means.

    Returns
    -------
    Html

    Examples
    --------
    >>> import rescat
    >>> rescat.pages.paper_signs().count("<li>") == len(rescat.VERDICTS)
    True
    """
    item = Html("<li>{} <strong>{}</strong>: {}</li>")
    items = [item.format(_chip(verdict), verdict, meaning) for verdict, meaning in VERDICTS.items()]
    return Html('<ul class="paper-signs">{}</ul>').format(Html("").join(items))


def _chip(verdict: str) -> Html:
    """The sign of a verdict on its colour."""
    return Html('<span class="sign" style="--verdict:{}" aria-hidden="true">{}</span>').format(
        VERDICT_COLOURS[verdict], VERDICT_SIGNS[verdict]
    )


def _headlines(findings: pd.DataFrame) -> dict[str, str]:
    return dict(zip(findings["finding"], findings["headline"], strict=True))


# --- The text ---------------------------------------------------------------------------------

_HEADINGS = {"A B S T R A C T": "Abstract"}  # spaced letters would be read one by one
_FORMULA = re.compile(r"\$([^$\n]+)\$")
_POWER = re.compile(r"\^\{(\w+)\}|\^(\w)")
_LINK = re.compile(r"\[([^\[\]]*)\]\((#|https?://(?:\\.|[^)\s\\])+)\)")
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>")
_ITALIC = re.compile(r"\*([^*\s][^*\n]*)\*")
# A page ends within a word with a stroke, or within an entry of the list of references.
_PAGE_END = re.compile(r"(?<=/)\n\s*|(?<=\n)- (?!\[)")
_ESCAPE = re.compile(r"\\(?=[()])")
_TAGS = {
    "": Html("{}"),
    "em": Html("<em>{}</em>"),
    "sup": Html("<sup>{}</sup>"),
}


class _Marked:
    """The characters of the text: how each is set, and which claims quote it."""

    def __init__(self, text: str, found: list[Passage], audited: pd.DataFrame):
        self.text, self.passages = text, found
        self.verdicts = dict(zip(audited["claim_id"], audited["verdict"], strict=True))
        self.shown, self.tags, self.addresses = list(text), [""] * len(text), [""] * len(text)
        self.numbers, self.claims = [0] * len(text), [()] * len(text)
        self._set_type()
        for number, passage in enumerate(found, 1):
            for place in range(passage.start, passage.end):
                self.numbers[place] = number
                self.claims[place] = tuple(
                    q.claim_id for q in passage.quotations if q.start <= place < q.end
                )

    def _set_type(self) -> None:
        """Take the signs of Markdown and of formulas away, and note what they say."""
        for pattern, tag in ((_POWER, "sup"), (_ITALIC, "em"), (_FORMULA, "em"), (_AUTOLINK, "")):
            for found in pattern.finditer(self.text):
                start, end = found.span(found.lastindex)
                self._hide(found.start(), start)
                self._hide(end, found.end())
                for place in range(start, end):
                    # In a formula letters are italic, and figures are not.
                    if pattern is not _FORMULA or self.text[place].isalpha():
                        self.tags[place] = tag or self.tags[place]
                    if pattern is _AUTOLINK:
                        self.addresses[place] = found[1]
        for found in _LINK.finditer(self.text):
            self._hide(found.start(), found.start(1))
            self._hide(found.end(1), found.end())
            if found[2] != "#":
                address = _ESCAPE.sub("", found[2])
                for place in range(*found.span(1)):
                    self.addresses[place] = address
        for pattern in (_PAGE_END, _ESCAPE):
            for found in pattern.finditer(self.text):
                self._hide(*found.span())

    def _hide(self, start: int, end: int) -> None:
        self.shown[start:end] = [""] * (end - start)

    def plain(self, start: int, end: int) -> Html:
        """The words as they are set, without marks."""

        def look(place: int) -> tuple[str, str]:
            return self.tags[place], self.addresses[place]

        runs = []
        for (tag, address), places in groupby(range(start, end), look):
            words = "".join(self.shown[place] for place in places)
            if words:
                run = _TAGS[tag].format(re.sub(r"\s+", " ", words))
                runs.append(Html('<a href="{}">{}</a>').format(address, run) if address else run)
        return Html("").join(runs)

    def words(self, start: int, end: int) -> Html:
        """The words with their marks; after the last word of a passage stands its button."""
        runs = []
        for number, places in groupby(range(start, end), self.numbers.__getitem__):
            places = list(places)
            if not number:
                runs.append(self.plain(places[0], places[-1] + 1))
                continue
            passage = self.passages[number - 1]
            pieces = Html("").join(
                self._piece(claims, list(own), passage)
                for claims, own in groupby(places, self.claims.__getitem__)
            )
            button = self._button(number) if places[-1] == passage.end - 1 else ""
            mark = Html('<mark class="passage" data-note="note-{}">{}{}</mark>')
            runs.append(mark.format(number, pieces, button))
        return Html("").join(runs)

    def _piece(self, claims: tuple[str, ...], places: list[int], passage: Passage) -> Html:
        """Words that the same claims quote; each claim has an address where its words begin."""
        begin = Html("").join(
            Html('<span id="{}"></span>').format(q.claim_id)
            for q in passage.quotations
            if q.start == places[0]
        )
        colour = VERDICT_COLOURS[self.gravest(claims)[0]]
        return Html('{}<span class="words" data-claims="{}" style="--verdict:{}">{}</span>').format(
            begin, " ".join(claims), colour, self.plain(places[0], places[-1] + 1)
        )

    def gravest(self, claims: tuple[str, ...]) -> list[str]:
        """The verdicts of some claims, each once, the one that weighs most first."""
        return sorted({self.verdicts[claim] for claim in claims}, key=GRAVEST.index)

    def _button(self, number: int) -> Html:
        claims = tuple(q.claim_id for q in self.passages[number - 1].quotations)
        verdicts = self.gravest(claims)
        return Html(
            '<button type="button" class="note-button ours" popovertarget="note-{0}" '
            'aria-label="Note {0}: {1}">{2}<span class="note-number">{0}</span></button>'
        ).format(number, "; ".join(verdicts), Html("").join(map(_chip, verdicts)))


def _part(blocks: list[Block], marked: _Marked, notes: "_Notes") -> Html:
    """The blocks of a section or subsection, and below them the notes to their passages."""
    set_as = {
        "title": Html('<p class="paper-title">{}</p>'),
        "abbreviations": Html('<p class="paper-small">{}</p>'),
        "subsection": Html("<h3>{}</h3>"),
        "caption": Html('<p class="paper-caption">{}</p>'),
        "note": Html('<p class="paper-small">{}</p>'),
        "legend": Html('<p class="paper-legend">{}</p>'),
        "paragraph": Html("<p>{}</p>"),
    }
    groups = {
        "affiliation": Html(
            '<details class="folded"><summary class="ours">Institutions of the authors</summary>'
            '<ul class="paper-small">{}</ul></details>'
        ),
        "reference": Html('<ul class="paper-references">{}</ul>'),
    }
    made = []
    for kind, own in groupby(blocks, lambda block: block.kind):
        own = list(own)
        if kind in groups:
            items = [Html('<li id="{}">{}</li>').format(_address(block, marked.text),
                                                        marked.words(block.start, block.end))
                     for block in own]  # fmt: skip
            made.append(groups[kind].format(Html("").join(items)))
        elif kind == "table":
            made += [_table(block, marked) for block in own]
        else:
            made += [set_as[kind].format(marked.words(block.start, block.end)) for block in own]
            after = marked.text[own[-1].end :].lstrip()
            if kind == "paragraph" and marked.text[own[-1].end - 1] != "." and after[:5] == "Table":
                made.append(
                    Html('<p class="ours paper-small">(The sentence goes on below the tables.)</p>')
                )
    made += notes.between(blocks[0].start, blocks[-1].end)
    letters = blocks[-1].end - blocks[0].start  # about the room that it takes (paper.css)
    return Html('<div class="annotated" style="--letters:{}">\n{}\n</div>').format(
        letters, Html("\n").join(made)
    )


def _address(block: Block, text: str) -> str:
    """The identifier of an entry of a list in the page: ``ref-9``, ``institution-429``."""
    number = re.match(r"\[(\d+)\]", text[block.start : block.end])
    return f"ref-{number[1]}" if number else f"institution-{block.start}"


def _table(block: Block, marked: _Marked) -> Html:
    """A table of the text: two rows of headings, and a heading for each row."""
    rows, place = [], block.start
    for line in marked.text[block.start : block.end].split("\n"):
        cells = []
        for cell in line.split("\t"):
            cells.append(marked.words(place, place + len(cell)))
            place += len(cell) + 1
        rows.append(cells)
    width = max(n for cells in rows for n, cell in enumerate(cells, 1) if cell)
    groups, names, *body = ([*cells, *[Html("")] * width][:width] for cells in rows)
    named = [place for place, cell in enumerate(groups) if place and cell]
    starts = [0, 1, *named[1:]]  # the name of the first group stands in the middle of it
    titles = [groups[place] for place in (0, *named)]
    spans = [end - start for start, end in pairwise([*starts, width])]
    wide = Html('<th scope="colgroup" colspan="{}">{}</th>')
    above = list(map(wide.format, spans, titles))
    below = [
        Html('<th scope="col">{}</th>').format(cell) if cell else Html("<td></td>")
        for cell in names
    ]
    row = Html('<tr><th scope="row">{}</th>{}</tr>')
    lines = [
        row.format(cells[0], Html("").join(map(Html("<td>{}</td>").format, cells[1:])))
        for cells in body
    ]
    of_groups = [title for title, span in zip(titles, spans, strict=True) for _ in range(span)]
    heads = [Html("{} {}").format(*both) for both in zip(of_groups, names, strict=True)]
    return Html(
        '<div class="table-box"><table class="tabular paper-table" aria-label="{}"{}>\n'
        "<thead><tr>{}</tr><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>"
    ).format(
        block.place,
        laid_out(heads, list(zip(*body, strict=True))),
        Html("").join(above),
        Html("").join(below),
        Html("\n").join(lines),
    )


# --- The notes --------------------------------------------------------------------------------


class _Notes:
    """A note for each passage: every claim that quotes it, with its verdict and the reason."""

    def __init__(self, marked: _Marked, audited, findings, corrections):
        self.marked, self.headlines = marked, _headlines(findings)
        self.rows = {row.claim_id: row for row in audited.itertuples()}
        self.answers = responses(corrections)

    def between(self, start: int, end: int) -> list[Html]:
        """The notes to the passages that end in a part of the text, in a box; nothing for none."""
        own = [
            self._note(number, passage)
            for number, passage in enumerate(self.marked.passages, 1)
            if start < passage.end <= end
        ]
        box = Html('<div class="notes ours"><p class="notes-title">Notes</p>\n{}</div>')
        return [box.format(Html("\n").join(own))] if own else []

    def _note(self, number: int, passage: Passage) -> Html:
        several = len(passage.quotations) > 1
        claims = [
            self._claim(
                self.rows[q.claim_id], self.marked.plain(q.start, q.end) if several else None
            )
            for q in passage.quotations
        ]
        title = f"Note {number}"
        if several:
            title += f": {in_words(len(claims), 'statement')} about these words"
        return Html(
            '<div class="note" id="note-{0}" popover="auto" role="note" aria-labelledby='
            '"note-{0}-title" tabindex="-1"><p class="note-title" id="note-{0}-title">{1}</p>{2}'
            '<button type="button" class="note-close" popovertarget="note-{0}" '
            'popovertargetaction="hide">Close</button></div>'
        ).format(number, title, Html("").join(claims))

    def _claim(self, row, words: Html | None) -> Html:
        known = set(self.rows)
        lines = [] if words is None else [Html("<p>“{}”</p>").format(words)]
        detail = f": {row.detail}" if row.detail else ""
        lines.append(
            Html('<p class="note-verdict">{} <strong>{}</strong>{}</p>').format(
                _chip(row.verdict), row.verdict, link_claims(detail, known, _LEDGER)
            )
        )
        lines.append(Html('<p class="note-meaning">{}</p>').format(VERDICTS[row.verdict]))
        if row.recomputed:
            lines.append(Html("<p><strong>Computed:</strong> {}</p>").format(row.recomputed))
        reason = row.explanation or VERDICTS[row.verdict]
        lines.append(
            Html('<p class="note-reason"><strong>Reason:</strong> {}</p>').format(
                _linked(reason, known)
            )
        )
        lines.append(self.answers.get(row.claim_id, Html("")))
        lines.append(
            Html("<p><strong>Finding:</strong> {}</p>").format(self.headlines[row.finding])
        )
        lines.append(Html('<p class="note-links">{}</p>').format(_leads(row)))
        return Html('<div class="note-claim">{}</div>').format(Html("").join(lines))


def _leads(row) -> Html:
    """Where a claim leads: its row, its chapter, the references that its words cite."""
    links = [
        Html('<a href="{}#{}">{} in the ledger</a>').format(_LEDGER, row.claim_id, row.claim_id)
    ]
    if row.chapter != OWN_CHAPTER:
        links.append(Html("Chapter {}").format(chapter_link(row, "chapters/")))
    cited = dict.fromkeys(cited_numbers(row.quotation))
    links += [Html('<a href="#ref-{}">reference {}</a>').format(n, n) for n in cited]
    return Html(" · ").join(links)


def _linked(reason: str, known: set[str]) -> Html:
    """A reason, in which claims lead to the ledger and the addresses of sources to the sources."""
    return Html("").join(
        Html('<a href="{}">{}</a>').format(part, part)
        if _ADDRESS.fullmatch(part)
        else link_claims(part, known, _LEDGER)
        for part in _ADDRESS.split(reason)
    )
