"""Text from outside stays text: in HTML, Markdown, names of files, terminals and spreadsheets."""

import csv
import io
import re
from collections import Counter

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hostile import COMORBIDITIES, FOLDER, MARKERS, PATIENTS, TERM, UNITS
from hypothesis import example, given
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.docutils_ import Parser
from myst_parser.parsers.mdit import create_md_parser
from shared import ROOT

import rescat
from rescat import pages, tables
from rescat.base import inert
from rescat.base.inert import Html, Markdown
from rescat.base.tabular import table
from rescat.pages.findable import findable_table

NASTY = [
    *(name for name, plain in MARKERS.items() if name != plain),
    *UNITS,
    *PATIENTS.values(),
    COMORBIDITIES,
    TERM,
    FOLDER,
]
PIECES = [
    *NASTY, "{{ x }}", "{% x %}", "```", ":::", "# ", "- ", "1. ", "+++", "% ", "(x)=", "$$", "\\(",
    "\\begin{a}", "<", ">", "&", "&lt;", "'", '"', "`", "*", "_", "~", "|", "[", "](", "!", "\\",
    "{", "}", ":", "=", "@", "    ", "<!--", "-->", "]]>", "</p>", "<svg/onload=x>", "javascript:",
    "http://x.invalid", "{doc}`methods`", "[^1]", "É", "白", "👩\u200d🔬",
]  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)
anything = st.text(max_size=30) | pieces
names = anything.filter(lambda text: text.strip() and inert.name_fault(text.strip()) is None)


# --- HTML -------------------------------------------------------------------------------------


@pytest.mark.slow
@given(anything)
def test_html_of_any_text_is_one_text(text):
    made = Html('<p title="{0}">{0}</p>').format(text)
    soup = BeautifulSoup(str(made), "html.parser")
    [only] = soup.find_all(True)
    assert only.name == "p"
    assert set(only.attrs) == {"title"}
    # Parsers of HTML replace two characters, and this one makes nothing but spaces one space.
    if text.strip() and not re.search(r"[\r\x00]", text):
        assert only.get_text() == only["title"] == text


def skeleton(page: str) -> Counter:
    """The elements of some HTML, each with the names of its attributes."""
    soup = BeautifulSoup(page, "html.parser")
    return Counter((tag.name, tuple(sorted(tag.attrs))) for tag in soup.find_all(True))


def tables_of(text: str) -> list[str]:
    frame = pd.DataFrame({"marker": [text], "n": [1], "origin": ["private"]})
    words = {"name": "t", "title": text, "source": text}
    return [
        str(table(frame)),
        str(table(frame.assign(marker=pd.Series([Html("{}").format(text)], dtype=object)))),
        tables.show_table(frame, **words, subtitle=text, labels={"n": text}).data,
        tables.show_table(frame.iloc[:0], **words).data,
        str(
            findable_table(
                frame, name="t", title=text, note=text, filters={text: frame["marker"]},
                row_ids=pd.Series(["r1"]),
            )
        ),
        str(pages.what_it_is(text, rescat.load_table("marker_notes"))),
    ]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_table_of_any_text_has_the_same_elements(text):
    for made, plain in zip(tables_of(text), tables_of("plain"), strict=True):
        assert skeleton(made) == skeleton(plain)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_the_data_below_a_figure_are_text(text):
    from rescat.figures._style import _data_below

    made, plain = (
        _data_below(pd.DataFrame({name: [name], "origin": ["private"]}), name)
        for name in (text, "plain")
    )
    assert skeleton(made) == skeleton(plain)


def test_corrections_are_text():
    """What a reader sends is shown on two pages of the public book."""
    sent = pd.DataFrame(
        {
            "date": ["2026-01-01"], "claim_id": ["SAF-15"], "sender": ["reader"],
            "response": [TERM], "change": [COMORBIDITIES], "version": ["0.2.0"],
            "origin": ["evidence"],
        }
    )  # fmt: skip
    plain = sent.assign(response="words", change="words")
    assert skeleton(rescat.corrections_received(sent)) == skeleton(
        rescat.corrections_received(plain)
    )
    [shown], [wanted] = (rescat.responses(table).values() for table in (sent, plain))
    assert skeleton(shown) == skeleton(wanted)


def test_only_html_is_displayed():
    assert inert.displayed(Html("<p>a</p>")).data == "<p>a</p>"
    with pytest.raises(TypeError, match="only Html"):
        inert.displayed("<p>a</p>")


def test_html_and_markdown_do_not_mix():
    assert str(Html("<p>{}</p>").format(Markdown("*a* <b>"))) == "<p>*a* &lt;b&gt;</p>"
    assert str(Markdown("{}").format(Html("<b>"))) == "<b>"


# --- Markdown ---------------------------------------------------------------------------------


CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["parse"]


def parsed(markdown: str) -> nodes.document:
    """As MyST reads it, with the extensions of the book."""
    config = MdParserConfig(enable_extensions=set(CONFIG["myst_enable_extensions"]))
    parser = create_md_parser(config, DocutilsRenderer)
    parser.options["document"] = new_document("page", get_default_settings(Parser))
    return parser.render(markdown)


@pytest.mark.slow
@given(names)
def test_a_heading_of_any_name_is_one_text(name):
    document = parsed(str(Markdown("# {}\n\nBefore **{}** after").format(name, name)))
    [section] = document.children
    title, paragraph = section.children
    shown = " ".join(name.split())
    assert title.astext() == shown
    assert all(isinstance(node, nodes.Text) for node in title.children)
    assert paragraph.astext() in (f"Before {shown} after", f"Before **{shown}** after")
    assert not list(document.findall(nodes.raw))


@pytest.mark.slow
@given(names)
def test_code_of_any_name_is_one_text(name):
    for made in (Markdown.code(name), Markdown.code(name, block=True)):
        [node] = parsed(str(Markdown("{}").format(made))).findall(
            lambda n: isinstance(n, nodes.literal | nodes.literal_block)
        )
        assert " ".join(node.astext().split()) == " ".join(name.split())


# --- Names of files -----------------------------------------------------------------------------


@example(["CON.0"])
@given(st.lists(anything, max_size=5, unique=True))
def test_names_of_files_are_safe_and_distinct(texts):
    made = [inert.file_name(text) for text in texts]
    for name in made:
        assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name)
        assert len(name) <= 70
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)
    assert len(set(made)) == len(texts)


@pytest.mark.parametrize(
    "text", ["../x", "/etc/passwd", "..", ".", "CON", "nul.csv", "a/b", "a\\b"]
)
def test_a_name_leads_nowhere_else(text):
    assert inert.file_name(text) != text


# --- Terminals ----------------------------------------------------------------------------------


@given(anything)
def test_a_terminal_gets_no_command(text):
    shown = inert.visible(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_what_is_said_is_visible(capsys):
    inert.say("a\x1b]0;title\x07", "b")
    inert.say("c\x9b31m", error=True)
    said = capsys.readouterr()
    assert said.out == "a\\x1b]0;title\\x07\nb\n"
    assert said.err == "c\\x9b31m\n"


# --- Spreadsheets -------------------------------------------------------------------------------


@given(
    anything | st.sampled_from(["=1", "'=1", "a;=1", "a;'=1", "-0.5", "+1e3", "-x", "@a", "\t=1"])
)
def test_a_cell_of_a_spreadsheet_runs_nothing_and_can_be_undone(text):
    made = inert.spreadsheet_cell(text)
    assert inert.original_cell(made) == text
    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
    for part in [made, *re.split(r"[;\t\r\n]", made)]:
        assert number or len(part) < 2 or part[0] not in "=+-@＝＋－＠"


def test_a_downloaded_table_keeps_its_numbers():
    frame = pd.DataFrame(
        {
            "=a": ["=1+1", "-0.5"],
            "n": [-1.5, 2],
            "kind": pd.Categorical(["@x", "y"]),
            "b": [True, False],
        }
    )
    text = inert.csv_text(frame)
    assert list(csv.reader(io.StringIO(text))) == [
        ["'=a", "n", "kind", "b"], ["'=1+1", "-1.5", "'@x", "True"], ["-0.5", "2", "y", "False"],
    ]  # fmt: skip
    plain = frame.drop(columns=["=a", "kind"])
    assert inert.csv_text(plain) == plain.to_csv(index=False, float_format="%g")


# --- At the door --------------------------------------------------------------------------------


ODD = [
        "IL-6 (pg)", "a/b", "CON", "../x", "µg", "β2", "白血病", "IL6 😀", "👩\u200d🔬 lab",
        "❤\ufe0f x", 'a "b"', "*a_$<", "x" * 100, *MARKERS, *PATIENTS.values(),
]  # fmt: skip


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_ordinary_odd_names_are_kept(name):
    assert inert.name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a\x00b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\x1b[31m", "U+001B"),
        ("a\x85b", "U+0085"),
        ("a\u2028b", "U+2028"),
        ("a\u202eb", "U+202E (right-to-left override) as character 2"),
        ("a\u200bb", "U+200B (zero width space)"),
        ("a\u200db", "U+200D"),
        ("a\ufe0fb", "U+FE0F"),
        ("a\u00adb", "U+00AD"),
        ("a\u3164b", "U+3164"),
        ("a\ufeffb", "U+FEFF"),
        ("a\U000e0041b", "U+E0041"),
        ("x" * 101, "101 characters"),
        ("***", "no letter and no digit"),
        ("😀", "no letter and no digit"),
    ],
)
def test_names_that_nobody_could_tell_apart_are_refused(name, fault):
    assert fault in inert.name_fault(name)
