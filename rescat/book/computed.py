"""What pages name in braces: computed from the tables, and kept in a file of the edition.

The ledger is audited for it, and the models are fitted, which takes seconds. So it is a step of its
own, done again when a table or the code has changed, and not at each change of a page.
"""

import json
import re
from pathlib import Path

import rescat

from ..base.errors import BuildError
from ..base.files import shown, write_whole
from ..base.inert import Html, Markdown, of_project
from ..course import numbers
from ..course.material import EXECUTED, FELLOWS, FOLDER, INSTRUCTORS
from .edition import FACT, Profile, named_on_pages, remembered_parts
from .handed_on import own_summary
from .imprint import how_to_cite
from .launch import launch, project_folder
from .licences import licences_of_parts
from .notebooks import stopped_pages
from .offline import offline_book
from .runtime import runtime_licences
from .webr import r_licences

__all__ = ["compute", "facts", "filled", "recall"]

_KINDS = {kind.__name__: kind for kind in (str, Markdown, Html)}


def compute(profile: Profile) -> None:
    """Compute the facts that pages name, and the numbers that quizzes do, and keep them."""
    from ..course.capstone import capstone_tables, report  # slow; pages only read what is kept
    from ..course.versions import answers_in_words

    named = named_on_pages(profile)
    found = {}
    if profile.private:
        found |= rescat.own_facts(profile.data_dir)
        found["own_summary"] = own_summary(profile.data_dir)
    if named["facts"]:
        audited = rescat.audit()
        capstone = report(capstone_tables()["statements"]).partition("\n\n")[2]
        found |= rescat.book_facts(audited) | rescat.audit_facts(audited)
        found["capstone_report"] = of_project(capstone)
    kept = {
        "facts": {name: [type(fact).__name__, str(fact)] for name, fact in found.items()},
        "numbers": numbers.computed(named["numbers"]),
        "answers": answers_in_words(named["answers"]),
    }
    write_whole(_file(profile), json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def facts(profile: Profile) -> dict[str, str]:
    """What the pages written by hand name in braces: text, :class:`Markdown` or :class:`Html`.

    The numbers of the quizzes are handed to :mod:`rescat.course.numbers`.
    """
    kept = _kept(profile)
    numbers.remember(kept["numbers"])
    own = {}
    if profile.private:
        import rescat.pages.facts as made  # no earlier: it sets the style of every figure

        own["own_pages"] = made.own_pages(remembered_parts(profile), stopped_pages(profile))
    return {
        **own,
        **{name: _KINDS[kind](text) for name, (kind, text) in kept["facts"].items()},
        "course_files": Html(
            '<a href="{0}/{1}">For fellows: {1}</a> (notebooks with blanks, '
            "worksheet, test, capstone)<br>"
            '<a href="{0}/{2}">For instructors: {2}</a> (solutions, '
            "notes, slides, keys)<br>"
            '<a href="{0}/{3}">With all results: {3}</a> (the notebooks of chapters and exercises, '
            "as they were run)"
        ).format(FOLDER, FELLOWS, INSTRUCTORS, EXECUTED),
        "how_to_cite": how_to_cite(),
        "launch": launch(),
        "offline_book": offline_book(),
        "project_folder": project_folder(),
        "licences_of_parts": licences_of_parts(),
        "r_licences": r_licences(private=profile.private),
        "runtime_licences": runtime_licences(private=profile.private),
    }


def filled(page: Path, known: dict[str, str]) -> str:
    """The text of a page with facts in the place of their names; text among them is escaped.

    Names only: nothing in braces is evaluated.

    Raises
    ------
    BuildError
        If there is no fact of a name.
    """

    def fact(found: re.Match) -> str:
        if found[1] not in known:
            line = text.count("\n", 0, found.start()) + 1
            raise BuildError(f"{shown(page)}:{line}: {found[0]}: there is no such fact")
        return str(Markdown.escape(known[found[1]]))

    text = page.read_text(encoding="utf-8")
    return FACT.sub(fact, text)


def recall(profile: Profile) -> None:
    """Hand to the course what was computed for it: the numbers, and the answers in words."""
    from ..course.versions import remember_answers  # slow

    kept = _kept(profile)
    numbers.remember(kept["numbers"])
    remember_answers(kept["answers"])


def _kept(profile: Profile) -> dict[str, dict]:
    return json.loads(_file(profile).read_text(encoding="utf-8"))


def _file(profile: Profile) -> Path:
    return profile.folder / "computed.json"
