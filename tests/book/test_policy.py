"""The policy at the head of each page: our own scripts by hash, and nobody else's."""

import base64
import hashlib
import json

import pytest

from rescat.base.files import BuildError
from rescat.book.policy import POLICY, make_titles_text, policy_of, with_policy, write_policy

PAGE = (
    '<!DOCTYPE html>\n<html><head>\n<meta charset="utf-8" /><title>x</title>{}</head>'
    "<body>{}</body></html>"
)
OURS = "let toggleHintShow = 'Click to show';"


def hash_of(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def test_a_script_of_the_book_is_named_by_its_hash():
    policy = policy_of(PAGE.format(f"<script>{OURS}</script><script src='a.js'></script>", ""))
    assert hash_of(OURS) in policy
    assert policy.count("sha256") == 1
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


def test_a_handler_of_the_theme_is_named_by_its_hash():
    policy = policy_of(PAGE.format("", '<button onclick="window.print()">Print</button>'))
    assert hash_of("window.print()") in policy


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        f"<script>{OURS}alert(1)</script>",
        "<script>let toggleHintShow = 'a';alert('b');</script>",
        "<script>DOCUMENTATION_OPTIONS.pagename = 'a';alert('b');</script>",
        '<script>window.MathJax = {"a": 1}</script>',
        '<img src="x" onerror="alert(1)">',
        '<svg onload="alert(1)">',
        "<svg onload=alert(1)>",
        "<a href='x' onClick = 'alert(1)'>x</a>",
    ],
)
def test_a_script_from_elsewhere_stops_the_build(tmp_path, content):
    page = PAGE.format("", content)
    with pytest.raises(ValueError, match="not the book's"):
        policy_of(page)
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with pytest.raises(BuildError, match=r"page\.html has a (script|handler) that is not"):
        write_policy(tmp_path)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page


def test_text_that_looks_like_a_script_is_none():
    policy = policy_of(PAGE.format("", "<p>&lt;script&gt;alert(1)&lt;/script&gt; onload=x</p>"))
    assert "sha256" not in policy
    alt = "<img alt='a onload=x' title=\"b onclick='y'\">"
    assert policy_of(PAGE.format("", alt)) == policy


def test_the_policy_stands_before_all_that_loads(tmp_path):
    page = PAGE.format("<script src='a.js'></script>", "text")
    (tmp_path / "a.html").write_text(page, encoding="utf-8", newline="\n")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "part.html").write_text("{% macro %}", encoding="utf-8")
    write_policy(tmp_path)
    ruled = (tmp_path / "a.html").read_text(encoding="utf-8")
    before, _, after = ruled.partition('<meta http-equiv="Content-Security-Policy" content="')
    assert before.strip().endswith('<meta charset="utf-8" />')
    assert after.partition('">')[2] == page.removeprefix(before)
    (tmp_path / "b.html").write_text("<p>no head</p>", encoding="utf-8")
    with pytest.raises(BuildError, match="no head"):
        write_policy(tmp_path)


def test_a_page_that_leaves_the_book_has_its_policy_once():
    page = PAGE.format(f"<script>{OURS}</script>", "text")
    ruled = with_policy(page, "a.html")
    assert ruled.count('http-equiv="Content-Security-Policy"') == 1
    assert hash_of(OURS) in ruled
    with pytest.raises(BuildError, match=r"a\.html has a script that is not the book's"):
        with_policy(PAGE.format("<script>alert(1)</script>", ""), "a.html")
    assert with_policy("<p>no head</p>", "a.html") == "<p>no head</p>"


def test_every_rule_forbids_other_hosts():
    for sources in POLICY.values():
        assert not {"*", "http:", "https:"} & set(sources)


def test_titles_in_the_search_are_text(tmp_path):
    index = {"alltitles": {"<b>x</b> & y": [[0, "x"]], "plain": [[1, None]]}, "titles": ["é"]}
    path = tmp_path / "searchindex.js"
    path.write_text(f"Search.setIndex({json.dumps(index)})", encoding="utf-8")
    make_titles_text(tmp_path)
    text = path.read_text(encoding="utf-8")
    made = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    assert list(made["alltitles"]) == ["&lt;b&gt;x&lt;/b&gt; &amp; y", "plain"]
    assert made["titles"] == index["titles"]
    path.write_text("Search.other()", encoding="utf-8")
    with pytest.raises(BuildError, match="another form"):
        make_titles_text(tmp_path)
