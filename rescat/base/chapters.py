"""What a chapter is called."""

import re

__all__ = ["chapter_label", "chapter_number"]


def chapter_label(chapter: str) -> str:
    """Name a chapter for a reader: ``05_random_slopes`` becomes "5 · Random slopes".

    A chapter that was added beside another one has its number and a letter.

    Examples
    --------
    >>> from rescat.base.chapters import chapter_label
    >>> chapter_label("04b_rematching")
    '4b · Rematching'
    """
    topic = chapter.partition("_")[2] or chapter
    return " · ".join(filter(None, [chapter_number(chapter), topic.replace("_", " ").capitalize()]))


def chapter_number(chapter: str) -> str:
    """The number of a chapter, as a reader meets it; empty if its name has none.

    Examples
    --------
    >>> from rescat.base.chapters import chapter_number
    >>> chapter_number("04b_rematching"), chapter_number("appendix")
    ('4b', '')
    """
    found = re.match(r"0*(\d+[a-z]?)_", chapter)
    return found[1] if found else ""
