"""The glossary: its terms are linked at their first use on each page, and none may be missing.

An author writes ``{term}`` or nothing: :func:`link_first_uses` links the first use of each term
that is not linked already, but for terms that every clinician knows. :func:`explanations` gives the
definitions of the terms that a page links, to be shown in place. :func:`undefined` finds words that
look like terms and are not there.
"""

import re
from functools import cache

from docutils import nodes
from sphinx.addnodes import glossary, pending_xref

from ..base.inert import Html
from .material import MATERIAL, read_yaml

__all__ = [
    "GLOSSARY",
    "definitions",
    "explanations",
    "familiar_terms",
    "glossary_terms",
    "link_first_uses",
    "other_words",
    "prose_of",
    "undefined",
    "used_terms",
]

GLOSSARY = MATERIAL.parent / "glossary.md"
# Abbreviations: two capitals, or a capital and a digit, perhaps with hyphens.
_ABBREVIATION = re.compile(r"(?<![\w/.-])(?=\w*[A-Z]\w*[A-Z])[A-Za-z][\w-]*\w\b(?![/(=])")
_NOT_PROSE = (
    nodes.title, nodes.literal, nodes.literal_block, nodes.reference, nodes.raw, nodes.math,
    nodes.math_block, nodes.comment, nodes.footnote, nodes.citation, nodes.rubric, pending_xref,
)  # fmt: skip


@cache
def glossary_terms() -> tuple[str, ...]:
    """Every term of the glossary."""
    body = GLOSSARY.read_text(encoding="utf-8").partition("```{glossary}\n")[2].partition("```")[0]
    return tuple(line for line in body.splitlines() if line.strip() and not line.startswith(" "))


@cache
def _rules() -> dict:
    """``forms`` and ``searched`` words; ``unlinked``, ``familiar``, ``known``, ``watched`` ones."""
    return read_yaml((MATERIAL / "terms.yml").read_text(encoding="utf-8"))


def familiar_terms() -> frozenset[str]:
    """Terms that every clinician knows: the glossary has them, and no text links them."""
    return frozenset(_rules()["familiar"])


def other_words() -> dict[str, list[str]]:
    """Each term and page that readers also look for by other words, and these words."""
    found: dict[str, list[str]] = {}
    for word, meant in (_rules()["forms"] | _rules()["searched"]).items():
        found.setdefault(meant, []).append(word)
    return found


@cache
def _patterns() -> tuple[re.Pattern, tuple[str, ...]]:
    """One pattern with a group for each form, the longest first, and the term of each group."""
    forms = {term: term for term in glossary_terms()} | _rules()["forms"]
    ordered = sorted(forms, key=len, reverse=True)
    left = familiar_terms().union(_rules()["unlinked"])
    chosen = [form for form in ordered if forms[form] not in left]
    parts = []
    for form in chosen:
        plain = form == form.lower()  # else its capitals are part of it
        body = re.escape(form).replace(r"\ ", r"\s+")
        parts.append(f"((?i:{body})(?:s|es)?)" if plain else f"({body}s?)")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])"), tuple(map(forms.get, chosen))


def used_terms(text: str) -> set[str]:
    """The terms of the glossary that a text uses and that are linked there."""
    pattern, terms = _patterns()
    return {terms[found.lastindex - 1] for found in pattern.finditer(text)}


_CLAIM = re.compile(r"[A-Z]{3}-\d{2}")  # a row of the ledger, which explains itself


def undefined(text: str) -> set[str]:
    """Words of a text that a reader may look for in the glossary, and that are not there.

    Abbreviations, and the watched words of ``book/teaching/terms.yml``; names that need no
    explanation are listed there as known.
    """
    defined = {form.casefold() for form in (*glossary_terms(), *_rules()["forms"])}
    defined |= {term.casefold().split("-")[0] for term in glossary_terms()}  # Kenward, of both
    found = {word.rstrip("s") for word in _ABBREVIATION.findall(text)}
    found -= set(_rules()["known"])
    found = {word for word in found if not _CLAIM.fullmatch(word)}
    found |= {w for w in _rules()["watched"] if re.search(rf"\b{w}s?\b", text, re.I)}
    return {word for word in found if word.casefold() not in defined}


def prose_of(source: str) -> str:
    """The prose of a page's Markdown, without code, formulas, numbers to be filled in and links."""
    for pattern, left in (
        (r"^```\w+\n.*?^```$", ""),
        (r"^`{3,}.*$|^:\w+:.*$", ""),
        (r"\$\$.*?\$\$|\$[^$\n]+\$|\{\{.*?\}\}|\{(?:glue:text|cite|doc|ref)\}`[^`]*`", ""),
        (r"\{term\}`([^`<]*)(?:<[^`]*>)?`", r"\1"),
        (r"`[^`]*`", ""),
        (r"\]\([^)]*\)", "]"),
    ):
        source = re.sub(pattern, left, source, flags=re.S | re.M)
    return source


def prose(document: nodes.document) -> list[nodes.Text]:
    """The texts of a page without headings, code, links, formulas and raw HTML."""

    def apart(node) -> bool:
        while node is not None:
            if isinstance(node, _NOT_PROSE):
                return True
            node = node.parent
        return False

    return [text for text in document.findall(nodes.Text) if not apart(text)]


def link_first_uses(document: nodes.document, page: str) -> None:
    """Link the first use of each term on a page, unless its author has linked it.

    What an author has linked stays linked, but for terms that every clinician knows.

    Parameters
    ----------
    document : docutils document
        Changed in place.
    page : str
        Its name, for the links.
    """
    order = {id(node): place for place, node in enumerate(document.findall())}
    linked = {}
    familiar = {term.casefold() for term in familiar_terms()}
    for link in list(document.findall(pending_xref)):
        if link.get("reftype") == "term" and link["reftarget"].casefold() in familiar:
            link.parent.replace(link, nodes.Text(link.astext()))
        elif link.get("reftype") == "term":
            linked.setdefault(link["reftarget"].casefold(), order[id(link)])
    done: set[str] = set()
    pattern, terms = _patterns()
    for text in prose(document):
        parts, rest = [], str(text)
        while found := next(
            (m for m in pattern.finditer(rest) if terms[m.lastindex - 1] not in done), None
        ):
            term = terms[found.lastindex - 1]
            done.add(term)
            before, rest = rest[: found.start()], rest[found.end() :]
            if linked.get(term.casefold(), order[id(text)]) < order[id(text)]:
                parts.append(nodes.Text(before + found[0]))
                continue
            parts += [nodes.Text(before), _link(found[0], term, page)]
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(rest)])


def _link(shown: str, term: str, page: str) -> pending_xref:
    link = pending_xref(
        "", refdomain="std", reftype="term", reftarget=term, refexplicit=True, refwarn=True,
        refdoc=page,
    )  # fmt: skip
    link += nodes.inline("", shown, classes=["xref", "std", "std-term"])
    return link


def definitions(document: nodes.document) -> dict[str, str]:
    """Each place of the glossary's page (``term-Holm``), and the text of the definition there.

    Parameters
    ----------
    document : docutils document
        The page of the glossary, as Sphinx read it.
    """
    return {
        place: "\n".join(part.astext().replace("\n", " ") for part in meaning.children)
        for found in document.findall(glossary)
        for item in found.findall(nodes.definition_list_item)
        for meaning in item.findall(nodes.definition)
        for term in item.findall(nodes.term)
        for place in term["ids"]
    }


def explanations(document: nodes.document, known: dict[str, str]) -> Html:
    """The definitions of the terms that a page links, hidden until ``terms.js`` shows one.

    Parameters
    ----------
    document : docutils document
        A page whose links are resolved.
    known : dict of str to str
        From :func:`definitions`.

    Returns
    -------
    Html
        One paragraph for each term, with an identifier to describe its links by; empty without any.
    """
    places = dict.fromkeys(
        (link.get("refuri") or "").partition("#")[2]
        for link in document.findall(nodes.reference)
        if any("std-term" in part["classes"] for part in link.findall(nodes.inline))
    )
    parts = [
        Html('<p id="definition-{}">{}</p>').format(place, known[place])
        for place in places
        if place in known
    ]
    if not parts:
        return Html()
    return Html('<div class="definitions" hidden>{}</div>').format(Html().join(parts))
