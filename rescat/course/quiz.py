"""Quizzes: one YAML file a chapter, made into static HTML whose numbers are computed.

A file holds ``questions``, each with ``question`` and ``options``; an option has ``text``,
``feedback`` and, once in each question, ``correct: true``. A number is written as ``{name:.0f}``,
where ``name`` is a function of :mod:`rescat.course.numbers`.
"""

import string
from pathlib import Path

from ..base.errors import DataError
from ..base.files import BOOK
from ..base.inert import Html, rendered
from .material import entries, held_to
from .numbers import number

__all__ = [
    "QUIZZES",
    "filled",
    "load_quiz",
    "quiz_html",
    "read_questions",
    "sheet_html",
    "written_test",
]

QUIZZES = BOOK / "quiz"


def load_quiz(chapter: str) -> list[dict]:
    """The questions of a chapter, with their numbers filled in.

    Parameters
    ----------
    chapter : str
        ``01_cohort``.

    Returns
    -------
    list of dict
        ``question`` and ``options``: dicts with ``text``, ``correct`` and ``feedback``.

    Raises
    ------
    DataError
        As :func:`read_questions`.
    """
    return read_questions(QUIZZES / f"{chapter}.yml")


def read_questions(path: Path) -> list[dict]:
    """Read, check and fill in a file of questions.

    Raises
    ------
    DataError
        If the file is missing or no such YAML, a question has not exactly one correct option of
        at least two, an option lacks its feedback, two options say the same, or a correct option
        has a number that is typed and not computed.
    """
    needed = ("question", "options", *(["objective"] if path.name.startswith("test-") else []))
    asked = entries(path, "questions", needed)
    return [_question(item, f"{path.name}, question {n}") for n, item in enumerate(asked, 1)]


def _question(item: dict, place: str) -> dict:
    if not isinstance(item["options"], list):
        raise DataError(f"{place}: expected options, as a list")
    for n, option in enumerate(item["options"], 1):
        held_to(option, ("text",), f"{place}, option {n}")
        # A comma in words without quotes ends them: YAML takes what follows for a key.
        if other := set(option) - {"text", "correct", "feedback"}:
            raise DataError(f"{place}, option {n}: found {other}; words with a comma need quotes")
    options = [
        {
            "text": filled(str(option["text"]), place),
            "correct": option.get("correct", False),
            "feedback": filled(str(option.get("feedback") or ""), place),
        }
        for option in item["options"]
    ]
    right = [option for option in item["options"] if option.get("correct")]
    typed = [
        option["text"] for option in right if any(map(str.isdigit, _typed(str(option["text"]))))
    ]
    texts = [option["text"] for option in options]
    for wrong, said in (
        (len(options) < 2 or len(right) != 1, "expected one correct option among two or more"),
        (any(not option["feedback"] for option in options), "an option has no feedback"),
        (len(set(texts)) < len(texts), f"two options say the same: {texts}"),
        (typed, f"the correct option has a typed number: {typed}; compute it: {{name:.0f}}"),
    ):
        if wrong:
            raise DataError(f"{place}: {said}")
    asked = {"question": filled(str(item["question"]), place), "options": options}
    return asked | ({"objective": item["objective"]} if "objective" in item else {})


def _typed(text: str) -> str:
    """What of a text is not computed."""
    return "".join(part for part, *_ in string.Formatter().parse(text))


def filled(text: str, place: str) -> str:
    """A text with its numbers in place of their names in braces.

    Raises
    ------
    DataError
        If there is no such number; the message begins with the place.
    """
    try:
        parts = string.Formatter().parse(text)
        return "".join(
            before + ("" if name is None else format(number(name), form))
            for before, name, form, _ in parts
        ).strip()
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"{place}: cannot fill in {text!r}: {error}") from error


def quiz_html(questions: list[dict], name: str) -> Html:
    """A quiz for a page: groups of radio buttons, a button each, feedback that is read aloud.

    Without scripts the folded answers below the questions are all there is. Nothing is stored or
    sent.

    Parameters
    ----------
    questions : list of dict
        From :func:`load_quiz`.
    name : str
        Identifier in the page.
    """
    groups, answers = [], []
    for n, item in enumerate(questions, 1):
        key = f"quiz-{name}-{n}"
        groups.append(_group(item, key, n))
        said = Html("<li><strong>{}:</strong> {} <span>{}</span></li>")
        judged = Html("").join(
            said.format(
                "Right" if option["correct"] else "Not this one",
                rendered(option["text"]),
                rendered(option["feedback"]),
            )
            for option in item["options"]
        )
        answer = Html("<li><p>{}</p><ul>{}</ul></li>")
        answers.append(answer.format(rendered(item["question"]), judged))
    return Html(
        '<form class="quiz" id="quiz-{}" autocomplete="off">{}</form>'
        '<details class="quiz-answers"><summary>All answers</summary>'
        "<ol>{}</ol></details>"
    ).format(name, Html("").join(groups), Html("").join(answers))


def _group(item: dict, key: str, n: int) -> Html:
    told = Html(' data-correct="{}" data-feedback="{}"')
    options = [
        # The feedback as text: the script makes it HTML.
        (option, told.format(str(option["correct"]).lower(), str(rendered(option["feedback"]))))
        for option in item["options"]
    ]
    below = Html(
        '<button type="button" hidden>Check</button>'
        '<p class="quiz-feedback" role="status" aria-live="polite"></p>'
    )
    return _fieldset(item, key, n, options, below)


def _fieldset(item: dict, key: str, n: int, options: list[tuple[dict, Html]], below: Html) -> Html:
    choice = Html(
        '<div><input type="radio" name="{key}" id="{key}-{place}"{told}>'
        '<label for="{key}-{place}">{text}</label></div>'
    )
    choices = Html("").join(
        choice.format(key=key, place=place, told=told, text=rendered(option["text"]))
        for place, (option, told) in enumerate(options, 1)
    )
    made = Html("<fieldset><legend>{}. {}</legend>{}{}</fieldset>")
    return made.format(n, rendered(item["question"]), choices, below)


def sheet_html(questions: list[dict], name: str) -> Html:
    """A test for a page: to be answered there and printed. It has no key.

    Parameters
    ----------
    questions : list of dict
        From :func:`read_questions`.
    name : str
        Identifier in the page.
    """
    groups = Html("").join(
        _fieldset(item, f"{name}-{n}", n, [(o, Html("")) for o in item["options"]], Html(""))
        for n, item in enumerate(questions, 1)
    )
    return Html(
        '<form class="written-test" id="{}" autocomplete="off">'
        '<p><label>Name <input type="text"></label></p>{}'
        '<button type="button" onclick="window.print()">Print my answers</button></form>'
    ).format(name, groups)


def written_test(when: str, questions: list[dict], aims: dict[str, str] | None = None) -> str:
    """The test of before or after the course on paper, or its marking key.

    Parameters
    ----------
    when : str
        ``before`` or ``after``.
    questions : list of dict
        From :func:`read_questions`.
    aims : dict of str to str, optional
        What each objective is in words. With it the key is written, which only instructors get.
    """
    key = aims is not None
    lines = [f"# Test {when} the course" + (": marking key" if key else ""), ""]
    lines += ["One point for each right answer.", ""] if key else []
    for n, item in enumerate(questions, 1):
        lines += [f"{n}. {item['question']}", ""]
        for letter, option in zip(string.ascii_lowercase, item["options"], strict=False):
            if not key:
                lines.append(f"   - [ ] {letter}) {option['text']}")
            elif option["correct"]:
                lines.append(f"   **{letter}) {option['text']}** ({aims[item['objective']]})")
            else:
                lines.append(f"   {letter}) {option['feedback']}")
            lines += [""] if key else []
        lines += [] if key else [""]
    return "\n".join(lines).rstrip("\n") + "\n"
