"""The figure of what a design can show: each rate at its place, each condition named."""

import numpy as np

import rescat
from rescat import figures

TESTS = rescat.load_table("operating_tests").query("marker == 'NFL' and method == 'satterthwaite'")


def test_each_rate_is_drawn_at_its_condition_and_said():
    drawing = figures.rates_by_condition(TESTS)
    axes = drawing.figure.axes[0]
    conditions = list(dict.fromkeys(TESTS["condition"]))
    assert [t.get_text() for t in axes.get_yticklabels()] == conditions
    designs = list(dict.fromkeys(TESTS["design"]))
    for bars, design in zip(axes.containers, designs, strict=True):
        own = TESTS[TESTS["design"].eq(design)].set_index("condition")["rate"].reindex(conditions)
        np.testing.assert_allclose(np.asarray(bars.lines[0].get_xdata(), float), own)
    assert drawing.alt.count("%") == len(TESTS)
    assert "SYNTHETIC" in [t.get_text() for t in drawing.figure.texts + axes.texts] or (
        "SYNTHETIC" in drawing.figure.get_label()
    )


def test_the_power_of_the_drawn_trials_lies_on_the_curve():
    made = rescat.design(6, 6, difference=0.03, trials=400)
    found = made.performance.loc["satterthwaite"]
    drawing = figures.power_curve(made.curve(), 12, found["rate"], found["rate_error"])
    axes = drawing.figure.axes[0]
    line = dict(zip(*axes.lines[0].get_data(), strict=True))
    assert abs(line[12] - found["rate"]) < 0.05
    [point] = axes.containers
    assert np.ravel(point.lines[0].get_data()).tolist() == [12, found["rate"]]
    assert f"{100 * found['rate']:.0f} %" in drawing.alt
