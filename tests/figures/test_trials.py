"""Figures of the chapter on other trials: their words have the numbers of their data."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import rescat
from rescat import figures

TRIALS = rescat.load_trials()
COVID = rescat.trials_near(TRIALS[TRIALS["pooled"] & TRIALS["population"].eq("COVID-19")])
POOLED = rescat.pool_trials(COVID)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(drawing):
    return [text.get_text() for axes in drawing.figure.axes for text in axes.texts]


def test_each_trial_stands_with_its_counts_and_its_ratio():
    alone = COVID[COVID["trial"].isin(POOLED.left_out)]
    assert len(alone)
    drawing = figures.forest_of_trials({"all": POOLED}, alone=alone)
    shown = texts(drawing)
    for row in POOLED.table.itertuples():
        assert row.trial in shown
        assert f"{row.treated_events} / {row.treated_patients}" in shown
        assert f"{row.estimate:.2f} ({row.ci_low:.2f} to {row.ci_high:.2f})" in shown
        assert f"{row.trial} {row.treated_events} of {row.treated_patients}" in drawing.alt
    assert set(alone["trial"]) <= set(shown)
    assert f"Together {POOLED.estimate:.2f} ({POOLED.ci_low:.2f} to" in drawing.alt
    assert drawing.data["kind"].tolist() == ["trial"] * POOLED.trials + ["pooled"]


def test_an_interval_beyond_the_scale_ends_in_an_arrow():
    drawing = figures.forest_of_trials({"all": POOLED})
    beyond = POOLED.table["ci_low"].lt(0.05).sum() + POOLED.table["ci_high"].gt(12).sum()
    marks = [line.get_marker() for line in drawing.figure.axes[1].lines]
    assert beyond == marks.count("<") + marks.count(">") > 0


def test_a_heading_stands_once_above_its_lines():
    row = {"estimate": 0.8, "ci_low": 0.5, "ci_high": 1.2, "origin": "evidence"}
    rows = pd.DataFrame([{"group": g, "what": w, **row} for g, w in ("Ax", "Ay", "Bz")])
    drawing = figures.pooled_by_choice(rows, reference=0.8, xlabel="ratio")
    assert [t for t in texts(drawing) if len(t) == 1] == ["A", "x", "y", "B", "z"]
    assert "A, x: 0.80 (0.50 to 1.20)." in drawing.alt


def test_a_comparison_of_groups_goes_before_one_without_controls():
    row = {"marker": "IL6", "trial": "A", "population": "COVID-19", "origin": "evidence"}
    rows = pd.DataFrame(
        [
            row | {"compared": "within the treated group", "direction": "fell"},
            row | {"compared": "between groups", "direction": "no difference"},
            row | {"marker": "CRP", "compared": "between groups", "direction": "rose more"},
        ]
    )
    drawing = figures.directions_of_markers(rows, ["CRP", "IL6"])
    assert texts(drawing) == ["=", "▲"]
    assert "IL6: A no difference." in drawing.alt
    assert "CRP: A rose more." in drawing.alt


def test_before_and_after_one_more_trial():
    counts = ["treated_events", "treated_patients", "control_events", "control_patients"]
    row = rescat.rescat_as_trial(rescat.load_patients(), rescat.load_events())
    assert row[counts].to_numpy().tolist() == [[0, 5, 0, 2]]
    before = rescat.pool_trials(COVID, "RD", method="MH")
    after = rescat.pool_trials(pd.concat([COVID, row]), "RD", method="MH")
    drawing = figures.weight_of_one_trial(before, after, "RESCAT")
    assert drawing.data["estimate"].tolist() == [before.estimate, after.estimate]
    assert drawing.data["trials"].diff().iloc[1] == 1
    assert f"with RESCAT: {100 * after.estimate:.1f}" in drawing.alt
