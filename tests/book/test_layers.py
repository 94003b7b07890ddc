"""A chapter in layers: answer, picture, three minutes of text, then one part with the details."""

import re

import jupytext
import pytest

from rescat.base.files import NOTEBOOKS
from rescat.book.edition import chapters, notebooks
from rescat.course.tags import AUDIT, TEACHING

DETAILS = "The details"
AFTER = ("Common misreadings", "Exercises", "For the course")
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)


def read(name: str):
    return jupytext.read(NOTEBOOKS / f"{name}.ipynb")


def headings(notebook) -> list[tuple[int, str, set[str]]]:
    """Place of the cell, words and tags of each heading at level two."""
    return [
        (place, words, set(cell.metadata.get("tags", [])))
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        for words in re.findall(r"^## (.+?)\s*$", FENCED.sub("", cell.source), re.M)
    ]


def faults(notebook) -> list[str]:
    """What is wrong with the layers of a chapter."""
    found = headings(notebook)
    places = [n for n, (_, words, _) in enumerate(found) if words == DETAILS]
    if len(places) != 1:
        return [f"{len(places)} headings '{DETAILS}', expected one"]
    cell, _, tags = found[places[0]]
    pictures = [n for n, c in enumerate(notebook.cells) if "figures.show(" in c.source]
    following = found[places[0] + 1 :]
    checks = {
        "the details are not in both editions": not tags & {AUDIT, *TEACHING},
        "no picture stands before the details": bool(pictures) and pictures[0] < cell,
        f"nothing of {AFTER} follows the details": bool(following) and following[0][1] in AFTER,
    }
    return [fault for fault, holds in checks.items() if not holds]


WITH_DETAILS = [name for name in chapters() if DETAILS in [h[1] for h in headings(read(name))]]


@pytest.mark.parametrize("name", WITH_DETAILS)
def test_the_details_are_one_part_below_the_picture(name):
    assert faults(read(name)) == []


def test_every_chapter_but_the_ledger_has_details():
    assert set(WITH_DETAILS) == set(chapters()) - {"10_ledger"}


def dropped(notebook) -> list[str]:
    """Lines of text that begin with %: MyST takes them as comments, and ends the paragraph."""
    return [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in FENCED.sub("", cell.source).split("\n")
        if line.lstrip().startswith("%")
    ]


@pytest.mark.parametrize("name", notebooks())
def test_no_line_of_text_is_a_comment(name):
    assert dropped(read(name)) == []


def test_a_line_that_becomes_a_comment_is_found():
    text = "# %% [markdown]\n# leaves out 2.5\n# % at each end\n#\n# 5 % is kept\n"
    assert dropped(jupytext.reads(text, fmt="py:percent")) == ["% at each end"]


PICTURE = "# %%\nfigures.show(x)\n"
HEAD = "# %% [markdown]\n# ## The details\n"
END = '# %% [markdown] tags=["teaching"]\n# ## Exercises\n'


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([PICTURE, END], "0 headings"),
        ([PICTURE, HEAD, HEAD, END], "2 headings"),
        ([PICTURE, HEAD.replace("n]", 'n] tags=["audit"]'), END], "not in both editions"),
        ([HEAD, PICTURE, END], "no picture"),
        ([PICTURE, HEAD, "# %% [markdown]\n# ## A topic\n", END], "follows the details"),
        ([PICTURE, HEAD], "follows the details"),
    ],
)
def test_a_fault_is_found(cells, fault):
    [found] = faults(jupytext.reads("\n".join(cells), fmt="py:percent"))
    assert fault in found


def test_sections_of_the_details_and_code_are_no_fault():
    more = "# %% [markdown]\n# ### A finding\n#\n# ```\n# ## no heading\n# ```\n"
    assert faults(jupytext.reads("\n".join([PICTURE, HEAD, more, END]), fmt="py:percent")) == []
