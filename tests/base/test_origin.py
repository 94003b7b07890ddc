"""Where data come from: no figure or table without it, and the least public origin wins."""

import matplotlib.pyplot as plt
import pytest

import rescat
from rescat import figures, tables
from rescat.figures._style import stamp

PATIENTS = rescat.load_patients()


def test_a_frame_without_origin_is_refused():
    frame = PATIENTS.drop(columns="origin")
    figure, _ = plt.subplots()
    for call in (
        lambda: figures.patient_strips(frame, {"age": "Age"}),
        lambda: tables.show_table(frame, name="t", title="t", source="s"),
        lambda: stamp(figure, frame, source="s"),
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
