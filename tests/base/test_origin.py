"""Where data come from: no figure or table without it, and the least public origin wins."""

import inspect
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from shared import ROOT

import rescat
from rescat import figures, tables
from rescat.base.origin import Spoken, keeps_origin
from rescat.figures._style import stamp

PATIENTS = rescat.load_patients()


def test_a_frame_without_origin_is_refused():
    frame = PATIENTS.drop(columns="origin")
    figure, _ = plt.subplots()
    for call in (
        lambda: figures.patient_strips(frame, {"age": "Age"}),
        lambda: tables.show_table(frame, name="t", title="t", source="s"),
        lambda: stamp(figure, frame),
        lambda: figures.show(figures.Drawing(figure, "x", frame), name="n"),
        lambda: rescat.banner(frame),
    ):
        with pytest.raises(rescat.OriginError, match="no column 'origin'"):
            call()


def test_an_unknown_origin_is_refused():
    with pytest.raises(rescat.OriginError, match="hearsay"):
        rescat.origin_of(PATIENTS.assign(origin="hearsay"))


def test_the_least_public_origin_wins():
    assert rescat.origin_of(PATIENTS, PATIENTS.assign(origin="private")) == "private"


@dataclass(frozen=True, repr=False)
class Mean(Spoken):
    table: pd.DataFrame
    counts: pd.DataFrame

    def _lines(self):
        return ["The mean of <them>"]

    def _tables(self):
        return [self.table[["mean"]]]

    def _notes(self):
        return ["A note."]


@keeps_origin("first", "second", on=("table",))
def mean_of(first, second, *, factor=1):
    """The mean of two frames."""
    both = pd.concat([first["age"], second["age"]])
    return Mean(pd.DataFrame({"mean": [factor * both.mean()]}), pd.DataFrame({"n": [len(both)]}))


@keeps_origin("mean")
def doubled(mean):
    return 2 * mean.table[["mean"]]


AGES = PATIENTS[["age", "origin"]]


def test_a_result_has_the_least_public_origin_of_its_data():
    mean = mean_of(AGES, second=AGES.assign(origin="private"), factor=2)
    assert mean.origin == "private"
    assert list(mean.table["origin"]) == ["private"]
    assert list(mean.counts) == ["n"]
    assert list(doubled(mean)["origin"]) == ["private"]


def test_a_result_of_data_that_do_not_say_does_not_either():
    mean = mean_of(AGES, AGES[["age"]])
    assert mean.origin is None
    assert "origin" not in mean.table
    assert "origin" not in doubled(mean)
    refusing = keeps_origin("frame", required=True)(lambda frame: frame)
    with pytest.raises(rescat.OriginError, match="no column 'origin'"):
        refusing(AGES[["age"]])
    with pytest.raises(rescat.OriginError, match="hearsay"):
        mean_of(AGES, AGES.assign(origin="hearsay"))


def test_a_decorated_function_says_what_it_takes():
    assert list(inspect.signature(mean_of).parameters) == ["first", "second", "factor"]
    assert mean_of.__doc__ == "The mean of two frames."
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        mean_of(AGES)


def test_a_result_shows_lines_then_tables_then_notes():
    mean = mean_of(AGES, AGES)
    text, page = str(mean), mean._repr_html_()
    for shown in (text, page):
        places = [shown.index(words) for words in ("PUBLISHED", "The mean of", "mean", "A note.")]
        assert places[:2] == sorted(places[:2])
        assert places[3] == max(places)
    assert "&lt;them&gt;" in page
    assert repr(mean) == text


@pytest.mark.parametrize("room", ["slopes", "matching"])
def test_models_do_not_know_of_origins(room):
    """The decorator alone does; what is drawn at random says itself that it is invented."""
    for path in (ROOT / "rescat" / room).glob("*.py"):
        if path.stem != "simulation":
            code = path.read_text(encoding="utf-8")
            for words in ("origin_of", "origin=", "self.origin", '["origin"]', "ORIGINS"):
                assert words not in code, path.name
