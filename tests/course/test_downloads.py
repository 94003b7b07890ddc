"""The zips of the course."""

from rescat.base.files import zipped


def test_zip_is_the_same_at_every_run():
    files = {"b.md": "two", "a.md": "one"}
    assert zipped(files, "x") == zipped(dict(reversed(files.items())), "x")
