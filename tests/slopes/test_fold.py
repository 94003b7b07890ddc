"""Slopes as factors."""

import numpy as np
import pytest

import rescat
from rescat import ModelError


@pytest.mark.parametrize("scale", ["log10", "ln"])
def test_values_that_follow_the_line_change_by_the_factor(scale):
    """Through the logarithm that the models take: two values so many times apart have the slope."""
    samples = rescat.load_biomarkers().iloc[:2].assign(value=[3.0, 12.0], below_lod=False)
    first, last = rescat.to_scale(samples, scale)["value"]
    assert rescat.fold_change((last - first) / 28, scale=scale) == pytest.approx(4)


def test_the_ratio_of_two_printed_lines_is_the_factor_of_their_difference():
    slopes = rescat.load_slopes()
    ratios = rescat.implied_ratios(slopes, "NFL").query("together_on == 0 and day == 28")
    own = rescat.printed_differences(slopes).set_index("marker").loc["NFL"]
    for scale, ratio in zip(ratios["scale"], ratios["ratio"], strict=True):
        assert rescat.fold_change(-own["slope"], scale=scale) == pytest.approx(ratio)


def test_arrays_stay_arrays():
    assert rescat.fold_change(np.array([0, 0.1]), days=10).tolist() == [1, 10]


def test_an_unknown_scale_is_refused():
    with pytest.raises(ModelError, match="scale='z': expected one of log10, ln"):
        rescat.fold_change(0.1, scale="z")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ((0.0, -0.01, 0.01), "1.00 times (0.52 to 1.91)"),
        ((0.05, 0.01, 0.09), "25.1 times (1.9 to 331.1)"),
        ((-0.01, np.nan, np.nan), "0.52 times"),
    ],
)
def test_words(line, words):
    assert (
        rescat.fold_in_words(dict(zip(("slope", "ci_low", "ci_high"), line, strict=True))) == words
    )
