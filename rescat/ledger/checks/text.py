"""Checks of the paper's text against itself."""

import re
from difflib import SequenceMatcher

from ...data.paper import abstract_of
from ..tables import Tables
from ..verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    Claim,
    Finding,
    verdict,
)
from .compare import holds


def _between(text: str, start: str, end: str) -> str:
    """The text from one heading to another; each stands alone on its line."""
    return text.partition(f"\n{start}\n")[2].partition(f"\n{end}\n")[0]


@verdict
def same_abstract(claim: Claim, tables: Tables) -> Finding:
    """The abstract of the article and that of its record, word by word."""
    ours, theirs = (abstract_of(text).split() for text in (tables.paper, tables.record))
    changes = [
        f"'{' '.join(theirs[a:b])}' for '{' '.join(ours[c:d])}'"
        for kind, c, d, a, b in SequenceMatcher(None, ours, theirs).get_opcodes()
        if kind != "equal"
    ]
    figures = [
        re.findall(r"\d+(?:\.\d+)?", " ".join(words).replace("seventeen", "17"))
        for words in (ours, theirs)
    ]
    return holds(
        figures[0] == figures[1],
        f"{len(figures[0])} figures in {len(ours)} words; other words in the record: "
        f"{'; '.join(changes) or 'none'}",
    )


@verdict
def listed_items(claim: Claim, tables: Tables) -> Finding:
    """A printed number of items, and the items in the brackets behind it."""
    items = re.search(r"\(([^()]*,[^()]*)\)", claim.quotation).group(1).split(",")
    return holds(len(items) == claim.values[0], f"{len(items)} listed")


@verdict
def p_values_where_said(claim: Claim, tables: Tables) -> Finding:
    """Where in the results P values stand."""
    clinical = _between(
        tables.paper, "Results", "Infused MSC impact on cytokine profile and circulating biomarkers"
    )
    markers = _between(
        tables.paper,
        "Infused MSC impact on cytokine profile and circulating biomarkers",
        "Discussion",
    )
    counts = [len(re.findall(r"\bP\s?[=<>]", part)) for part in (clinical, markers)]
    return holds(
        counts[0] == 0 and counts[1] > 0,
        f"{counts[0]} P values in the clinical results, {counts[1]} in those of biomarkers",
    )


@verdict
def means_printed(claim: Claim, tables: Tables) -> Finding:
    """Means with standard deviations, where medians and quartiles are announced."""
    found = re.findall(r"\d[\d.]* ± \d[\d.]*", tables.paper)
    if not found:
        return Finding(REPRODUCED, "no mean with standard deviation")
    return Finding(
        RIGHT_IF,
        f"printed as mean and SD: {', '.join(found)}",
        "'as appropriate' allows a mean in the abstract",
        "See SAF-17. The same days are printed as median and quartiles in the results.",
    )


@verdict
def in_methods(claim: Claim, tables: Tables, word: str) -> Finding:
    """A marker with a result is named among the methods."""
    methods = _between(tables.paper, "Materials and Methods", "Results")
    if word in methods:
        return Finding(REPRODUCED, f"{word} is named in the methods")
    return Finding(
        NOT_CHECKABLE,
        f"{word} is not named in the methods",
        explanation="How and where it was measured, and on which days, is not in the main text. It "
        "may come from routine care.",
    )


@verdict
def numbered_in_full(claim: Claim, tables: Tables, kind: str) -> Finding:
    """The tables or figures of the supplement that the text names, without a gap."""
    numbers = set()
    for first, last in re.findall(rf"{kind} (\d+)(?:[–-](\d+))?", tables.paper):
        numbers |= set(range(int(first), int(last or first) + 1))
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers)
    found = f"{kind} 1 to {max(numbers, default=0)} are named"
    return holds(not missing and bool(numbers), found + (f", without {missing}" if missing else ""))


@verdict
def times_printed(claim: Claim, tables: Tables, pattern: str) -> Finding:
    """A code or name is the same wherever it is printed."""
    forms = re.findall(pattern, tables.paper)
    distinct = sorted(set(forms))
    found = (
        f"printed {len(forms)} times as {', '.join(distinct) or 'nothing'} (names of authors, "
        "acknowledgments and references left out)"
    )
    if len(distinct) == 1:
        return Finding(REPRODUCED, found)
    if not distinct:
        return Finding(NOT_REPRODUCED, found)
    return Finding(NOT_BOTH, found, "the other spelling", "Probably a mistake in writing.")


@verdict
def markers_add_up(claim: Claim, tables: Tables) -> Finding:
    """Markers in the legend of Figure 2: those assayed, less those below detection."""
    kept = tables.markers[tables.markers["printed"].ne("below detection")]
    legend = tables.paper[tables.paper.index("Fig. 2.") :].partition("(Color version")[0]
    legend = re.sub(r"\s*([αβ])\s*", r"\1", legend)
    spelt = [m for m in kept["marker"] if re.search(rf"\b{re.escape(m)}, ", legend)]
    missing = sorted(set(kept["marker"]) - set(spelt))
    return holds(
        len(spelt) == claim.values[0],
        f"{len(spelt)} markers spelt out in the legend; measured and not there: "
        f"{', '.join(missing) or 'none'}",
        f"{len(tables.markers) - len(kept)} were below detection.",
    )
