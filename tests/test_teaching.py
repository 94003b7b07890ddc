"""The course: exercises against their answers, what is derived from them, quizzes."""

import re
import shutil

import jupytext
import numpy as np
import pandas as pd
import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document
from sphinx.addnodes import pending_xref

import rescat
import rescat.course.sessions
from rescat.base.errors import DataError
from rescat.base.files import NOTEBOOKS, BuildError
from rescat.book.edition import chapters
from rescat.book.sphinx_ext import launch_links
from rescat.course import capstone, glossary, slides
from rescat.course.answers.cytokines import logged
from rescat.course.downloads import _zipped
from rescat.course.formula import by_formula
from rescat.course.quiz import QUIZZES, load_quiz, quiz_html, read_questions, written_test
from rescat.course.sessions import MATERIAL, course_aims, load_sessions, run_sheets
from rescat.course.tags import TEACHING
from rescat.course.versions import (
    expected_in_words,
    fellows_version,
    instructors_version,
    plain_markdown,
    tasks,
)

SOURCES = {name: jupytext.read(NOTEBOOKS / f"{name}.py") for name in chapters()}
TASKS = {name: tasks(notebook, name) for name, notebook in SOURCES.items()}
COURSE = [name for name, found in TASKS.items() if found]
# Verbs of which one can see whether somebody can do it.
VERBS = {
    *("check", "choose", "compare", "compute", "count", "derive", "find", "follow", "judge"),
    *("list", "name", "put", "read", "recognise", "recompute", "say", "tell", "test", "write"),
}


def test_there_is_a_course():
    assert {"01_cohort"} <= set(COURSE)


# --- Exercises ------------------------------------------------------------------------------


def test_each_exercise_has_its_answer_and_each_answer_its_exercise():
    asked = {task.name for found in TASKS.values() for task in found if task.stub is not None}
    assert asked == set(rescat.exercises())


@pytest.mark.parametrize("name", COURSE)
def test_a_chapter_of_the_course_is_whole(name):
    found = TASKS[name]
    assert 3 <= len(found) <= 6
    assert found[0].level.startswith("Read")
    assert any(task.level == "Re-run with other parameters" for task in found)
    assert all(task.instructor is not None for task in found)
    text = "\n".join(c.source for c in SOURCES[name].cells if c.cell_type == "markdown")
    assert "## Common misreadings" in text
    assert f"{{quiz}} {name}" in text
    assert f"{{exercise-files}} {name}" in text
    assert len(load_quiz(name)) >= 5


@pytest.mark.parametrize("name", COURSE)
def test_objectives_prerequisites_and_minutes(name):
    first = SOURCES[name].cells[0].source
    objectives = re.search(r"\*\*After this chapter you can\*\*\n\n((?:[- ] ?.+\n)+)", first)[1]
    verbs = re.findall(r"^- (\w+)", objectives, re.M)
    assert len(verbs) >= 3
    assert set(verbs) <= VERBS, set(verbs) - VERBS
    said = re.search(
        r"\*\*Before it\*\*: .+? · \*\*Minutes\*\*: (\d+) to read, (\d+) for the\s+exercises", first
    )
    assert said, "expected: **Before it**: … · **Minutes**: n to read, m for the exercises"
    assert int(said[2]) == sum(task.minutes for task in TASKS[name])


@pytest.mark.parametrize("name", COURSE)
def test_the_versions_cannot_drift(name):
    notebook = SOURCES[name]
    fellows = fellows_version(notebook, {})
    instructors = instructors_version(notebook, {}, name)
    shown = "\n".join(cell.source for cell in fellows.cells)
    for task in TASKS[name]:
        assert task.solution.source not in shown
        assert task.instructor.source not in shown
        assert any(task.solution.source == cell.source for cell in instructors.cells)
        note = next(c.source for c in instructors.cells if task.instructor.source in c.source)
        assert expected_in_words(task) in note
        if task.stub is not None:
            assert task.stub.source in shown
    assert len(tasks(notebook, name)) == len(TASKS[name]), "deriving changed the source"
    kept = [c for c in fellows.cells if not TEACHING & set(c.metadata.get("tags", []))]
    own = [c for c in notebook.cells if not TEACHING & set(c.metadata.get("tags", []))]
    assert len(kept) == len(own)
    assert not re.search(r"\{(glue:text|term|cite)\}`|```\{", shown)


def changed(**sources):
    notebook = jupytext.reads(
        (NOTEBOOKS / "01_cohort.py").read_text(encoding="utf-8"), fmt="py:percent"
    )
    for cell in notebook.cells:
        for kind, (old, new) in sources.items():
            if kind in cell.metadata.get("tags", []) and old in cell.source:
                cell.source = cell.source.replace(old, new)
    return notebook


@pytest.mark.parametrize(
    ("kind", "old", "new", "complaint"),
    [
        ("stub", "n_longer = ...", "n_longer = 5", "has no blank"),
        ("stub", "n_longer = ...", "n_others = ...", "asks for"),
        ("stub", 'check("01-1", n_longer)', 'check("01-1", 5)', "has a line"),
        ("solution", 'check("01-1", n_longer)', 'check("01-2", n_longer)', "has a line"),
        ("exercise", "### Exercise 2:", "### Exercise 3:", "expected: ### Exercise 2"),
        ("exercise", "*Recompute ·", "*Guess ·", "the level one of"),
        ("stub", "n_longer = ...", "n_longer, other = ...", "asks for {'other'}"),
        ("stub", "n_longer = ...", "n_longer = = 5", "exercise 01-1 is no Python"),
    ],
)
def test_a_stub_that_drifts_from_its_solution(kind, old, new, complaint):
    with pytest.raises(DataError, match=complaint):
        tasks(changed(**{kind: (old, new)}), "01_cohort")


def test_solution_without_exercise():
    notebook = jupytext.reads('# %% tags=["solution"]\nx = 1\n', fmt="py:percent")
    with pytest.raises(DataError, match="early solution"):
        tasks(notebook, "01_cohort")


def test_plain_markdown():
    text = "A {term}`quartile <quartile>` of {glue:text}`n` {cite}`a2020`.\n"
    assert plain_markdown(text, {"n": "5"}) == "A quartile of 5 [a2020].\n"
    cited = plain_markdown("{cite}`tonelli2025,laird1982`, {cite}`ctcae5`", {})
    assert cited == "[Tonelli et al. 2025; Laird and Ware 1982], [National Cancer Institute 2017]"
    box = "```{admonition} Mind\n:class: warning\nOne.\nTwo.\n```"
    assert plain_markdown(box, {}) == "> **Mind**\n>\n> One.\n> Two."


def test_links_of_the_downloads_lead_somewhere():
    source = "# %% [markdown]\n# See [matching](04_matching) and the [findings](../summary).\n"
    made = fellows_version(jupytext.reads(source, fmt="py:percent"), {})
    assert made.cells[0].source == "See [matching](04_matching.ipynb) and the findings."
    assert "jupytext" not in made.metadata


def test_zip_is_the_same_at_every_run():
    files = {"b.md": "two", "a.md": "one"}
    assert _zipped(files, "x") == _zipped(dict(reversed(files.items())), "x")


# --- What check says ------------------------------------------------------------------------


@pytest.mark.parametrize("name", rescat.exercises())
def test_every_expected_answer_is_accepted_and_a_blank_is_friendly(name):
    task = rescat.exercises()[name]
    assert rescat.assess(name, *task.expected()) == []
    [said] = rescat.assess(name, *[...] * len(task.parts))
    assert said.startswith("still blank")


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


def test_no_such_exercise():
    with pytest.raises(ValueError, match=r"found no exercise '01-99', expected one of 01-1"):
        rescat.check("01-99", 1)


# --- Quizzes --------------------------------------------------------------------------------


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


# --- Sessions, test and capstone ------------------------------------------------------------


def test_sessions_name_what_there_is():
    sessions = load_sessions()
    assert len(sessions) == 6
    names = {task.name for found in TASKS.values() for task in found}
    for session in sessions:
        assert set(session.chapters) <= set(chapters())
        assert set(session.exercises) <= names
        assert all(e[:2] in {c[:2] for c in session.chapters} for e in session.exercises)
        assert {aim.split()[0] for aim in session.objectives} <= VERBS


def test_exercises_of_a_session_fit_into_its_plan():
    for session in load_sessions():
        needed = sum(task.minutes for name in session.chapters for task in session.tasks(name))
        [planned] = [minutes for minutes, what in session.plan if what.startswith("Exercises")]
        assert 5 < needed <= planned


def test_run_sheets_name_every_exercise_and_its_typical_errors():
    sheets = run_sheets()
    for session in load_sessions():
        for task in (task for name in session.chapters for task in session.tasks(name)):
            line = re.search(rf"\*\*{task.name}, .*", sheets)[0]
            assert " ".join(task.instructor.source.split())[:12] in line
            assert "{" not in line
        assert session.answer in sheets


def test_workshop_adds_up():
    text = (MATERIAL.parent / "teaching.md").read_text(encoding="utf-8")
    workshop = text.partition("## A half-day workshop")[2].partition("## ")[0]
    rows = re.findall(r"^\| (\d+) \|", workshop, re.M)
    assert sum(map(int, rows)) == int(re.search(r"with (\d+) minutes of work", workshop)[1])


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("minutes: 20", "minutes: 21", "session 1: found 61 minutes, expected 60"),
        ("minutes: 20", "minutes: twenty", "session 1: found 'twenty' minutes"),
        ("minutes: 20, ", "", "session 1, plan: found no minutes"),
        ("sentence:", "sentense:", "session 1: found no sentence"),
        ("01_cohort", "01_court", "session 1: found no chapter '01_court'"),
        ("sessions:", "lessons:", "found no list sessions"),
        ("sessions:", "sessions: [", "cannot be read as YAML"),
    ],
)
def test_sessions_that_are_wrong(tmp_path, monkeypatch, old, new, complaint):
    text = (MATERIAL / "sessions.yml").read_text(encoding="utf-8")
    assert old in text
    start, _, rest = text.partition("\nsessions:")
    text = start + ("\nsessions:" + rest).replace(old, new, 1)
    (tmp_path / "sessions.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rescat.course.sessions, "MATERIAL", tmp_path)
    with pytest.raises(DataError, match=complaint):
        load_sessions()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "found no list questions"),
        ("questions: [", "cannot be read as YAML"),
        ("questions:\n  - options: []", "question 1: found no question"),
        ("questions:\n  - question: 5\n    options: 6", "expected options, as a list"),
        ("questions:\n  - question: 5\n    options: [{feedback: 6}]", "option 1: found no text"),
        ("questions:\n  - question: 5\n    options: [{text: a, b}]", "a comma need quotes"),
        (
            "questions:\n  - question: '{n_msc!x}'\n    options: [{text: 5}, {text: 6}]",
            "question 1",
        ),
    ],
)
def test_questions_that_cannot_be_read(tmp_path, text, complaint):
    (tmp_path / "x.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=complaint):
        read_questions(tmp_path / "x.yml")


def test_a_question_of_a_test_has_its_aim(tmp_path):
    text = (MATERIAL / "test-before.yml").read_text(encoding="utf-8")
    (tmp_path / "test-before.yml").write_text(text.replace("objective:", "aim:", 1), "utf-8")
    with pytest.raises(DataError, match="question 1: found no objective"):
        read_questions(tmp_path / "test-before.yml")


@pytest.mark.parametrize("url", ["https://github.com/o/r", "https://github.com/o/r.git/"])
def test_launch_links(monkeypatch, url):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", url)
    monkeypatch.delenv("BOOK_BRANCH", raising=False)
    binder, colab = launch_links("01_cohort").values()
    assert binder == "https://mybinder.org/v2/gh/o/r/main?labpath=notebooks/01_cohort.ipynb"
    google = "https://colab.research.google.com/github/o/r/blob/"
    assert colab == f"{google}main/notebooks/01_cohort.ipynb"
    monkeypatch.setenv("BOOK_BRANCH", "trunk")
    assert launch_links("01_cohort")["Colab (with solutions)"].startswith(f"{google}trunk/")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/o/r")
    assert launch_links("01_cohort") == {}


def test_binder_gives_readers_the_exercises_with_blanks(tmp_path):
    """The step that Binder runs, on a copy of the folder of notebooks."""
    script = (MATERIAL.parents[1] / ".binder" / "postBuild").read_text(encoding="utf-8")
    program = re.search(r"<<'END'\n(.+?)\nEND", script, re.S)[1]
    copied = shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    there = {"NOTEBOOKS": copied, "chapters": lambda: ["01_cohort"]}
    exec(re.sub(r"from rescat.book.build .+", "", program), there)
    [text] = [(copied / "01_cohort.ipynb").read_text(encoding="utf-8")]
    assert "n_longer = ..." in text
    assert '"solution"' not in text


def executed(*cells: str):
    return jupytext.reads("\n".join(f"# %% {cell}\n" for cell in cells), fmt="py:percent")


def test_slides_say_what_a_chapter_lacks():
    notebook = executed("[markdown]\n# ## One\n# Text.", 'tags=["slide"]\n1')
    with pytest.raises(BuildError, match=r"x\.py: found 0 sections '## Two', expected one"):
        slides._read(notebook, "x", "Two", {})
    assert "Text." in slides._read(notebook, "x", "One", {})
    with pytest.raises(
        BuildError, match=r"x\.py, below 'One': a cell with the tag slide has no fig"
    ):
        list(slides._shown(notebook, "x", {}))


# --- A second way to the expected answers ---------------------------------------------------


@pytest.mark.parametrize("marker", ["IL6", "NFL", "CRP", None])
def test_by_formula_agrees_with_the_models_of_the_chapters(marker):
    """Singular fits among them; None is the trial of the chapter on random slopes."""
    own = rescat.load_table("teaching_trial") if marker is None else logged()[marker]
    fit = rescat.fit_slopes(own)
    row, other = fit.table.loc["difference"], by_formula(own)
    for name, within in (("slope", 1e-6), ("se", 1e-6), ("df", 0.01), ("p_value", 1e-5)):
        assert getattr(other, name) == pytest.approx(row[name], abs=within)
    assert (other.ci_low, other.ci_high) == pytest.approx((row["ci_low"], row["ci_high"]), abs=1e-5)
    predicted = fit.patients().set_index("subject")["predicted_slope"]
    assert other.predicted == pytest.approx(predicted.to_dict(), abs=1e-5)


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


def test_capstone_is_what_its_seed_gives(tmp_path):
    capstone.write_capstone(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (capstone.CAPSTONE / path.name).read_bytes(), path.name
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("seed", [2030, 2032, 2033])
def test_the_audit_finds_what_was_planted_and_nothing_else(seed):
    tables = capstone.make_capstone(seed)
    assert capstone.audit_capstone(tables)["agrees"].all()
    planted = capstone.plant(tables, seed)
    found = capstone.audit_capstone(tables)
    assert found.loc[~found["agrees"], "statement_id"].tolist() == sorted(planted)
    assert len(planted) >= 5


def test_capstone_key_names_each_planted_statement():
    found = capstone.audit_capstone(capstone.capstone_tables())
    key = capstone.capstone_key()
    for row in found[~found["agrees"]].itertuples():
        assert f"**{row.statement_id}**" in key
        assert row.recomputed in key
    printed = capstone.report(capstone.capstone_tables()["statements"])
    assert all(value in printed for value in found["printed"])


def test_capstone_notebook_runs():
    notebook = jupytext.read(MATERIAL / "capstone.py")
    shared = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, shared)
    assert len(shared["treated"]) + len(shared["controls"]) == len(shared["patients"])


# --- Glossary -------------------------------------------------------------------------------

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in MATERIAL.parent.glob("*.md")}
PAGES |= {
    path.stem: "\n\n".join(c.source for c in jupytext.read(path).cells if c.cell_type == "markdown")
    for path in sorted(NOTEBOOKS.glob("*.py"))
}


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"glossary", "licence", "bibliography"}))
def test_no_term_is_used_and_not_defined(name):
    assert not glossary.undefined(glossary.prose_of(PAGES[name])), (
        "define it in book/glossary.md, or say in book/teaching/terms.yml that it is known"
    )


@pytest.mark.parametrize("text", ["the PEEP was high", "an odds ratio of 2", "by ANCOVA"])
def test_an_undefined_term_is_found(text):
    assert glossary.undefined(text)


def test_no_term_is_defined_twice():
    terms = [term.casefold() for term in glossary.glossary_terms()]
    assert len(set(terms)) == len(terms)


def linked(*paragraphs):
    document = new_document("page")
    for parts in paragraphs:
        paragraph = nodes.paragraph()
        paragraph += parts if isinstance(parts, list) else [nodes.Text(parts)]
        document += paragraph
    glossary.link_first_uses(document, "page")
    links = [(x["reftarget"], x.astext()) for x in document.findall(pending_xref)]
    return links, document.astext()


def test_first_use_is_linked_and_only_that():
    links, text = linked("Two quartiles and a quartile.", "Quartile of HFNO.")
    assert links == [("quartile", "quartiles"), ("HFNO", "HFNO")]
    assert text == "Two quartiles and a quartile.\n\nQuartile of HFNO."


def test_what_an_author_linked_is_not_linked_again():
    link = pending_xref("", nodes.inline("", "quartile"), reftype="term", reftarget="quartile")
    links, _ = linked([nodes.Text("A "), link], "Another quartile.")
    assert links == [("quartile", "quartile")]


def test_code_headings_and_parts_of_words_are_left_alone():
    links, _ = linked([nodes.literal("", "HFNO")], "subcohort and hfno, a lot of it")
    assert links == []
