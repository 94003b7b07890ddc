"""The tags of cells that make the versions of a chapter: for a page, fellows and instructors."""

__all__ = ["ABSENT", "AUDIT", "INVENTED", "MODEL", "OWN", "TEACHING", "WORDS"]

# Tags of a notebook's cells. A private edition leaves all of them out.
EXERCISE, STUB, SOLUTION = "exercise", "stub", "solution"
WORDS = "words"  # an exercise that asks for words beside what is checked: pages have a field for it
INSTRUCTOR = "instructor"  # in the instructor's version only
PAGE = "page"  # on the page of the book only: quiz and downloads
TEACHING = {"teaching", EXERCISE, STUB, SOLUTION, INSTRUCTOR, PAGE}

# The tag of cells that are about the paper's own figures: a private edition leaves them out.
AUDIT = "audit"
# The tag of cells for own data: the public book, whose values are invented, leaves them out. A
# notebook that is run by hand has them.
OWN = "own"
# The tag of cells about invented data that agree with printed figures: none without such figures.
INVENTED = "invented"
# The tag of cells that need values above the limit of detection.
MODEL = "model"

# What each edition leaves out; run.js asks the page for it, which has it from here.
ABSENT = {"public": {INSTRUCTOR, OWN}, "private": {AUDIT, *TEACHING}}

SLIDE = "slide"
