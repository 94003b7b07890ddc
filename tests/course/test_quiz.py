"""Quizzes and the two tests."""

import re

import pytest
import yaml

from rescat.base.errors import DataError
from rescat.course.quiz import QUIZZES, load_quiz, quiz_html, read_questions, written_test
from rescat.course.sessions import MATERIAL, course_aims


@pytest.mark.parametrize("path", sorted(QUIZZES.glob("*.yml")), ids=lambda p: p.stem)
def test_quiz_can_be_read(path):
    questions = load_quiz(path.stem)
    shown = quiz_html(questions, path.stem)
    assert shown.count("<fieldset>") == len(questions)
    assert shown.count("<legend>") == len(questions)
    assert shown.count('data-correct="true"') == len(questions)
    assert len(set(re.findall(r'<label for="([^"]+)"', shown))) == shown.count('type="radio"')
    assert "{" not in shown
    places = {[o["correct"] for o in q["options"]].index(True) for q in questions}
    assert len(places) > 1, "the correct option is always at the same place"


def one_question(tmp_path, options):
    path = tmp_path / "01.yml"
    path.write_text(yaml.safe_dump({"questions": [{"question": "Why?", "options": options}]}))
    return path


GOOD = [
    {"text": "Seven", "feedback": "No."},
    {"text": "{n_randomised}", "feedback": "Yes.", "correct": True},
]


def test_quiz_numbers_are_computed(tmp_path):
    [question] = read_questions(one_question(tmp_path, GOOD))
    assert question["options"][1]["text"] == "7"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ([{**GOOD[0]}, {**GOOD[1], "text": "7"}], "typed number"),
        ([GOOD[0], {**GOOD[1], "text": "{n_nobody}"}], "cannot fill in"),
        ([{**GOOD[0], "text": "7"}, GOOD[1]], "two options say the same"),
        ([GOOD[0], GOOD[0] | {"text": "x"}], "one correct option"),
        ([{"text": "Seven"}, GOOD[1]], "no feedback"),
    ],
)
def test_a_quiz_that_is_wrong(tmp_path, options, complaint):
    with pytest.raises(DataError, match=complaint):
        read_questions(one_question(tmp_path, options))


def test_a_question_of_a_test_has_its_aim(tmp_path):
    text = (MATERIAL / "test-before.yml").read_text(encoding="utf-8")
    (tmp_path / "test-before.yml").write_text(text.replace("objective:", "aim:", 1), "utf-8")
    with pytest.raises(DataError, match="question 1: found no objective"):
        read_questions(tmp_path / "test-before.yml")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_test_and_its_key(when):
    questions = read_questions(MATERIAL / f"test-{when}.yml")
    paper, key = written_test(when, questions), written_test(when, questions, course_aims())
    for item in questions:
        [right] = [option["text"] for option in item["options"] if option["correct"]]
        assert right in paper
        letter = "abcd"[[option["text"] for option in item["options"]].index(right)]
        assert f"**{letter}) {right}** ({course_aims()[item['objective']]})" in key
        assert not any(option["feedback"] in paper for option in item["options"])
    assert "**" not in paper


def test_both_tests_ask_every_aim_alike():
    before, after = (read_questions(MATERIAL / f"test-{when}.yml") for when in ("before", "after"))
    assert [item["objective"] for item in before] == [item["objective"] for item in after]
    assert {item["objective"] for item in before} == set(course_aims()) - {"appraisal"}
    assert not {item["question"] for item in before} & {item["question"] for item in after}
    places = [[o["correct"] for o in item["options"]].index(True) for item in [*before, *after]]
    assert max(map(places.count, range(4))) < len(places) / 2  # no letter is the safe guess
