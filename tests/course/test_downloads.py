"""The zips of the course."""

import re

from rescat.book.edition import chapters
from rescat.course.downloads import _zipped, course_chapters
from rescat.course.versions import fellows_version


def test_zip_is_the_same_at_every_run():
    files = {"b.md": "two", "a.md": "one"}
    assert _zipped(files, "x") == _zipped(dict(reversed(files.items())), "x")


def test_the_course_has_every_chapter_to_which_one_of_its_chapters_leads():
    course = course_chapters(chapters())
    assert {"04b_rematching", "04c_hidden_bias"} <= set(course)
    for name, notebook in course.items():
        made = fellows_version(notebook, {})
        text = "\n".join(cell.source for cell in made.cells)
        led = set(re.findall(r"\]\((\w+)\.ipynb\)", text))
        assert led <= set(course), f"{name} leads to what is not in the zip"
