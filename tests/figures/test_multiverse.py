"""The curve of every defensible choice: each analysis at its place, with its choices below."""

import numpy as np
from matplotlib.collections import PathCollection

import rescat
from rescat import figures
from rescat.studies.choices import CHOICES, TITLES

CURVE = rescat.load_table("multiverse_curve").query("marker == 'NFL'")
LEVELS = {c: {k: v for k, v in CHOICES[c].items() if k in set(CURVE[c])} for c in
          ("controls", "baseline")}  # fmt: skip


def test_each_analysis_is_drawn_with_its_difference_and_its_choices():
    drawing = figures.specification_curve(CURVE, LEVELS, TITLES)
    top, below = drawing.figure.axes
    points = np.concatenate(
        [c.get_offsets() for c in top.collections if isinstance(c, PathCollection)]
    )
    points = points[points[:, 0].argsort()]
    np.testing.assert_allclose(points[:, 0], CURVE["place"])
    np.testing.assert_allclose(points[:, 1], 10 ** CURVE["change"])
    names = [name for own in LEVELS.values() for name in own.values()]
    assert [t.get_text() for t in below.get_yticklabels()] == names
    marks = sum(len(c.get_offsets()) for c in below.collections)
    assert marks == len(CURVE) * len(LEVELS)
    assert f"{len(CURVE)} analyses of NFL" in drawing.alt
    assert drawing.title.startswith("In the middle of the twins the direction survives")
    turned = CURVE.assign(change=CURVE["change"] * np.where(CURVE["place"] % 3, 1, -1))
    assert figures.specification_curve(turned, LEVELS, TITLES).title.startswith("The estimate and")
    assert "SYNTHETIC" in [t.get_text() for t in drawing.figure.texts + top.texts] or (
        "SYNTHETIC" in drawing.figure.get_label()
    )
