"""Figures of the chapter on multiplicity: their words have the numbers of their data."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import figures

NULL = rescat.load_table("joint_null").query("family == 'Figure 2'")
BOUNDS = rescat.adjusted_p_bounds(rescat.printed_p_ranges(rescat.load_slopes()))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_hits_in_several_twins_are_said_as_quantiles():
    drawing = figures.hits_by_chance(NULL, observed=3)
    at_least = [row.at_least for row in NULL.itertuples() if row.markers == 3]
    assert f"and {rescat.spread_in_words(at_least)} in the invented trials (median" in drawing.alt
    assert f"probability {rescat.chance_of_at_least(3, 20):.3f} by the binomial" in drawing.alt
    assert "significant tests of 20." in drawing.alt
    assert drawing.data is NULL


@pytest.mark.parametrize("observed", [0, 4])
def test_hits_in_one_data_set_are_said_as_observed(observed):
    counts = NULL[NULL["twin"].eq(NULL["twin"].iloc[0])].drop(columns="twin")
    drawing = figures.hits_by_chance(counts, observed=observed, alpha=0.1)
    chance = counts.set_index("markers").loc[observed, "at_least"]
    assert "markers with P below 0.1 of 20" in drawing.alt
    words = f"Observed are {observed}; so many or more are in {chance:.3f} of the relabellings."
    assert drawing.alt.endswith(words)
    # Nothing observed has no line of its own: every count is none or more.
    [line] = [line for line in drawing.figure.axes[0].lines if line.get_linestyle() == "--"]
    assert line.get_xdata()[0] == max(observed, 1) - 0.5


def test_curves_say_where_they_begin_and_their_top():
    curves = rescat.chance_curves({"a": (1, 20), "b": (3, 20)}, correlations=[0, 0.4, 0.8])
    drawing = figures.chance_by_correlation(curves)
    assert drawing.alt.startswith("Two curves against the correlation between tests. a: ")
    for what, own in curves.groupby("what"):
        first, top = own["chance"].iloc[0], max(own["chance"])
        assert f"{what}: {first:.3f} for independent tests, at most {top:.3f}." in drawing.alt


def test_ranges_of_corrected_p_values_are_said():
    own = BOUNDS[BOUNDS["marker"].isin(["NFL", "IL6"])]
    drawing = figures.adjusted_p_ranges(own)
    assert "each of five procedures" in drawing.alt
    assert "P value; no range reaches below 0.05." in drawing.alt
    for row in own.itertuples():
        words = f"{row.marker}, {row.method}: {row.low:.3f} to {row.high:.3f}."
        assert words in drawing.alt
    one = figures.adjusted_p_ranges(own, in_full=["NFL"])
    assert one.alt.count(" to ") == 1 + 5
    assert len(one.data) == len(own)


@pytest.mark.parametrize(
    ("lows", "words"),
    [
        ([0.01, 0.2], "one range reaches below 0.05."),
        ([0.01, 0.02], "two ranges reach below 0.05."),
    ],
)
def test_a_range_below_the_level_is_not_hidden(lows, words):
    bounds = pd.DataFrame({"marker": ["a", "b"], "method": "Holm", "low": lows, "high": 1.0})
    assert words in figures.adjusted_p_ranges(bounds.assign(origin="published")).alt


def test_pooled_differences_are_said_before_and_after():
    frame = pd.DataFrame(
        {"marker": list("abc"), "slope": [0.02, -0.01, 0.0], "se": 0.005, "df": 9.0}
    ).assign(origin="synthetic")
    drawing = figures.pooled_differences(rescat.shrink_slopes(frame))
    for row in drawing.data.itertuples():
        before, after = row.estimate / row.se, row.shrunk / row.se
        assert f"{row.marker}: {before:+.2f} becomes {after:+.2f}." in drawing.alt


def test_exaggeration_is_a_curve_with_sizes_from_outside():
    slopes = rescat.load_slopes()
    design = rescat.printed_design_analysis(slopes, {"NFL": 0.037, "IL6": 0.036})
    drawing = figures.exaggeration_by_size(design)
    # By hand: at two standard errors power is 0.52, and exaggeration 1.4.
    assert "2.0 standard errors: power 0.52, a significant estimate 1.4 times" in drawing.alt
    assert "NFL 3.4 to 3.9." in drawing.alt  # 0.037 over 0.0107 and 0.0094
    assert "IL6" not in drawing.alt  # without a standard error there is no place for it
    assert drawing.data["power"].is_monotonic_increasing
    assert drawing.data["exaggeration"].is_monotonic_decreasing


def test_ranges_of_p_tell_what_is_allowed_and_what_is_printed():
    ranges = rescat.allowed_differences(rescat.load_slopes(), ["IL18", "NFL"], [np.inf, 8])
    drawn = figures.p_ranges(ranges.assign(limits="even"))
    for row in ranges.itertuples():
        told = f"{row.marker}, df {row.df}, interval even: {row.low:.3f} to {row.high:.3f}"
        assert f"{told} (printed {row.printed:.3f})." in drawn.alt
