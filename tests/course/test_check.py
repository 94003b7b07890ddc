"""What the checker says of an answer."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

import rescat
from rescat.course.check import EXERCISE_TYPE


@pytest.mark.slow
@pytest.mark.parametrize("name", rescat.exercises())
def test_every_expected_answer_is_accepted_and_a_blank_is_friendly(name):
    task = rescat.exercises()[name]
    assert rescat.assess(name, *task.expected()) == []
    [said] = rescat.assess(name, *[...] * len(task.parts))
    assert said.startswith("still blank")


@pytest.mark.slow
@pytest.mark.parametrize("name", rescat.exercises())
def test_no_message_gives_the_answer_away(name):
    """Whatever is answered, no expected number, word or patient is in what is said."""
    task = rescat.exercises()[name]
    for wrong in (-1e9, 1e9, "wrong", [], None, True, float("nan")):
        said = " ".join(rescat.assess(name, *[wrong] * len(task.parts)))
        assert said
        for part, hint in ((p, task.hint) for p in task.parts):
            said = said.replace(hint, "").replace(part, "")
        said = re.sub(r"\d+ (missing|that do(es)? not|values)|found a list of \d+", "", said)
        for expected in task.expected():
            if isinstance(expected, (set, str)):
                values = {expected} if isinstance(expected, str) else expected
                for value in map(str, values):
                    assert not re.search(rf"\b{re.escape(value)}\b", said), said
            else:
                assert f"{expected:.4g}" not in re.findall(r"\d+\.?\d*", said), said


@pytest.mark.parametrize(
    ("name", "answers", "said"),
    [
        ("01-1", (9,), "too high"),
        ("01-1", (4.9,), "expected a whole number"),
        ("01-1", ("five",), "found text"),
        ("01-1", (pd.Series([1, 2]),), "found a list of 2"),
        ("01-1", (pd.Series([5]),), None),
        ("01-1", (np.int64(5),), None),
        ("01-1", (True,), "found True or False"),
        ("01-1", (1, 2), "expected 1 answers"),
        ("01-2", (-17,), "the sign is the other way round"),
        ("01-2", (float("nan"),), "missing value"),
        ("01-3", ([7, 16],), "1 missing"),
        ("01-3", (["7", "16", "17", "9"],), "1 that does not belong"),
        ("01-3", ({7, 16, 17},), None),
        ("01-3", (np.array([7.0, 16.0, 17.0]),), None),
        ("01-3", (None,), "found nothing"),
        ("01-5", (8.6, 99), "one support after the other: too high"),
        ("01-5", (8.64, 10.6), None),
        ("03-1", (0.5, 72), "100 times too large"),
        ("05-2", (11,), "expected a word in quotes"),
        ("05-2", ("s11",), None),
        ("05-2", ("S01",), "another one"),
    ],
)
def test_check_says_what_is_wrong(name, answers, said, capsys):
    rescat.check(name, *answers)
    line = capsys.readouterr().out
    assert line.startswith(f"Exercise {name}: ")
    assert (said in line) if said else line.endswith(": right.\n")


@pytest.mark.slow
def test_a_notebook_reports_the_outcome_beside_the_sentence():
    """In a kernel: what the build reads is no word of a sentence."""
    notebook = nbformat.v4.new_notebook()
    for answer in ("...", "5", "9", "1, 2"):
        source = f'import rescat\nrescat.check("01-1", {answer})'
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    NotebookClient(notebook, kernel_name="python3").execute()
    outputs = [output.data for cell in notebook.cells for output in cell.outputs]
    reports = [data[EXERCISE_TYPE] for data in outputs]
    assert [report["outcome"] for report in reports] == ["blank", "right", "wrong", "wrong"]
    assert {report["exercise"] for report in reports} == {"01-1"}
    assert outputs[1]["text/plain"] == "Exercise 01-1: right."
    assert "too high" in outputs[2]["text/plain"]


def test_no_such_exercise():
    with pytest.raises(ValueError, match=r"found no exercise '01-99', expected one of 01-1"):
        rescat.check("01-99", 1)
