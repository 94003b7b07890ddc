"""The zips of the course."""

from rescat.course.downloads import _zipped


def test_zip_is_the_same_at_every_run():
    files = {"b.md": "two", "a.md": "one"}
    assert _zipped(files, "x") == _zipped(dict(reversed(files.items())), "x")
