"""Figures of how strong evidence is: each share and each bias is drawn and said."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import figures

SLOPES = rescat.load_slopes()
PRINTED = rescat.printed_differences(SLOPES)
RATES = rescat.outside_rates()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def rows_of(kind, shift):
    ends = {c: PRINTED[c] + shift for c in ("slope", "ci_low", "ci_high")}
    return PRINTED[["marker"]].assign(**ends, what=kind, kind=kind, origin="evidence")


def test_what_is_left_is_a_share_of_the_first_row_of_its_marker():
    rows = pd.concat([rows_of("print", 0.0), rows_of("controls", 0.01), rows_of("prior", -0.001)])
    drawing = figures.differences_left(rows)
    data = drawing.data.set_index(["marker", "what"])
    printed = PRINTED.set_index("marker")
    for marker in printed.index:
        assert data.loc[(marker, "print"), "share"] == 1
        slope = printed.loc[marker, "slope"]
        row = data.loc[(marker, "controls")]
        assert row["share"] == pytest.approx((slope + 0.01) / slope)
        # Of a difference below zero the end far from zero is the larger share.
        assert row["low"] == pytest.approx((printed.loc[marker, "ci_high"] + 0.01) / slope)
        words = f"{marker}, controls: {100 * row['share']:.0f} % ({100 * row['low']:.0f} to"
        assert words in drawing.alt
    assert drawing.alt.count(" to ") == len(rows)
    # Chance alone leaves zero out in all three; a shift by 0.01 takes it in.
    assert drawing.title.endswith("of 3 of 3 markers, chance alone of 0")
    drawn = [line.get_xdata() for line in drawing.figure.axes[0].lines[2:]]
    np.testing.assert_allclose(sorted(map(max, drawn)), sorted(drawing.data["high"]))


def test_a_bias_is_said_at_both_weights_beside_the_rate_from_elsewhere():
    drawing = figures.biases_needed(rescat.bias_needed(SLOPES), RATES, (0.4, 0.8))
    at = rescat.bias_needed(SLOPES, [0.4, 0.8]).set_index(["marker", "weight"])
    for marker in PRINTED["marker"]:
        whole = at.loc[marker, "whole"]
        assert f"{marker}: {whole[0.8]:.3f} to {whole[0.4]:.3f} per day explain" in drawing.alt
    # IL18 falls elsewhere: no such bias makes it fall more slowly with MSC.
    assert drawing.title.startswith("For IL1RA and NFL a bias smaller")
    slow = figures.biases_needed(
        rescat.bias_needed(SLOPES), RATES.assign(rate=RATES["rate"] / 100), (0.4, 0.8)
    )
    assert slow.title == "How large a bias of the matched controls would have to be"
